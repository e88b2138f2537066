/*
 * Purpose: verification codes (spec 02, Doğrulama Kodu) and what comes of them: a page asks for a signature, a person's
 * program opens the code and hands the signature in, a return ticket brings it back into the session that asked (spec
 * 10, Tickets). And the check of a signature by a qualified certificate (spec 07, Verification).
 *
 * The room knows neither applications nor decisions: a page says which text is to be signed by whom, and is given the
 * signature. Until then text, code and signature are sealed under web's key; a row lives for minutes.
 */
#ifndef DIVIT_SIGNING_SIGNING_H
#define DIVIT_SIGNING_SIGNING_H

#include "audit/audit.h"
#include "base/secret.h"
#include "ipc/keeper_client.h"
#include "pki/cades.h"

#define SIGNING_CODE_DIGITS 15 /* each 1 to 9 */
#define SIGNING_CODE_S 300 /* a code is good for so long, and its ticket as long again */

/* name in database and interface, what the person is asked to do: English (TR) */
#define SIGNING_PURPOSES(X)                                                                                            \
    X(SIGNING_LOG_IN, "log_in", TR("Log in with an electronic signature"))                                             \
    X(SIGNING_APPLICATION, "sign_application", TR("Sign an application for a certificate"))                            \
    X(SIGNING_APPROVAL, "approval", TR("Sign a decision on applications as an officer"))                               \
    X(SIGNING_REGISTRY, "registry", TR("Sign a change of the registry"))                                               \
    X(SIGNING_UNLOCK, "unlock", TR("Unlock the making of certificates in your name"))                                  \
    X(SIGNING_ACTIVATION, "activation", TR("Take a certificate out of suspension"))                                    \
    X(SIGNING_PIN, "pin", TR("Set or unlock the PIN of a card"))
#define SIGNING_PURPOSE_ENUM(name, text, title) name,
enum signing_purpose { SIGNING_PURPOSES(SIGNING_PURPOSE_ENUM) SIGNING_PURPOSE_COUNT };
#undef SIGNING_PURPOSE_ENUM

/* -- rules.c, words.c: pure -- */
const char *signing_purpose_name(enum signing_purpose purpose);
const char *signing_purpose_title(enum signing_purpose purpose); /* English (TR) */
enum err signing_purpose_from_name(const char *name, enum signing_purpose *ret_purpose) MUST_CHECK;
/* What was typed or pasted, spaces and dashes forgiven: 15 digits; NULL: no code can look like this. */
const char *signing_code_normalise(struct arena *arena, const char *typed);
const char *signing_code_grouped(struct arena *arena, const char *digits); /* "123 456 789 123 456" */
/* The ticket in what a person pasted: the whole link, its path or its 32 digits; NULL: there is none. */
const char *signing_ticket_of(struct arena *arena, const char *pasted);
/* Of one network: the same IPv4 address, or IPv6 addresses of one /64 (a machine has several). */
bool signing_same_place(const char *address, const char *other);
#define SIGNING_WORD_COUNT 256
extern const char *const signing_words[SIGNING_WORD_COUNT]; /* short Turkish nouns, no two alike */

/* -- codes -- */
enum signing_state {
    SIGNING_WAITING, /* for the program */
    SIGNING_SIGNED, /* the signature is here; its ticket has not come back */
    SIGNING_RETURNED, /* the ticket came back; page and program stand in different places, one more proof is asked */
};

struct signing_asked { /* what a page wants */
    enum signing_purpose purpose;
    const char *subject; /* what it is about, for the page's own use: "decision:<uid>"; no personal detail */
    const char *identity_number; /* who must sign */
    struct bytes text; /* a statement; no bytes for SIGNING_PIN */
    const char *page; /* path of the page that shows the code: "/yetkili/imza" */
};

struct signing_code {
    int64_t id;
    const char *uid;
    enum signing_state state;
    struct signing_asked asked;
    const char *code; /* 15 digits */
    const char *words[2]; /* shown by page and program alike */
    const char *address; /* of the page's browser */
    const char *program_address; /* of the program; NULL before it signed */
    int64_t created_s, expires_s; /* of the code; of the ticket once it is signed */
    struct bytes signature; /* CAdES; no bytes before */
    struct bytes validation; /* of SIGNING_APPLICATION, with it: pki/validation_data.h */
};

/* The session that asks: told apart by what nobody else has (a digest of its token), not by a number. */
struct signing_session {
    struct db *db;
    const uint8_t *key; /* web's, KEY_SIZE bytes */
    struct bytes binding; /* 32 bytes */
    struct actor actor;
};

/* A new code for this session; any it had is void. */
enum err make_signing_code(const struct signing_session *session, struct arena *arena,
                           const struct signing_asked *asked, struct signing_code *ret_code) MUST_CHECK;
/* The session's code, an hour past its time too (expires_s tells); ERR_NOT_FOUND. */
enum err find_signing_code(const struct signing_session *session, struct arena *arena,
                           struct signing_code *ret_code) MUST_CHECK;
/*
 * The program's: a code that waits for its signature and has time left. ERR_NOT_FOUND for every other one: unknown,
 * over, used, voided, not even a code.
 */
enum err open_signing_code(struct db *db, const uint8_t *key, struct arena *arena, const char *typed,
                           struct signing_code *ret_code) MUST_CHECK;

/* Why a signature is not taken in. Name in the interface, meaning: English (TR). */
#define SIGNATURE_REFUSALS(X)                                                                                          \
    X(REFUSED_FORM, "form", TR("This is no CAdES signature as it is asked for"))                                       \
    X(REFUSED_TEXT, "text", TR("The signature is over another text"))                                                  \
    X(REFUSED_TIME, "time",                                                                                            \
      TR("The signing time lies outside the time of the code. Check the clock of your computer"))                      \
    X(REFUSED_PERSON, "person", TR("The certificate belongs to another person"))                                       \
    X(REFUSED_USAGE, "usage", TR("The certificate is not made for signing (nonRepudiation is missing)"))               \
    X(REFUSED_SEAL, "seal", TR("The certificate is one of a seal, not of a person's signature"))                       \
    X(REFUSED_STATEMENTS, "statements", TR("The certificate does not say that it is a qualified one"))                 \
    X(REFUSED_AUTHORITY, "authority", TR("The certificate was issued by no authority that is trusted here"))           \
    X(REFUSED_CHAIN, "chain", TR("The chain of the certificate does not lead to its root"))                            \
    X(REFUSED_EXPIRED, "expired", TR("The certificate is not valid now: it has ended, or has not begun"))              \
    X(REFUSED_REVOKED, "revoked", TR("The certificate has been revoked"))                                              \
    X(REFUSED_GIVEN_UP, "given_up",                                                                                    \
      TR("This is the certificate that you report as lost or faulty. Sign with another one"))                          \
    X(REFUSED_SUSPENDED, "suspended", TR("The certificate is suspended"))                                              \
    X(REFUSED_STATUS, "status", TR("The status of the certificate cannot be had"))
#define SIGNATURE_REFUSAL_ENUM(name, text, title) name,
enum signature_refusal { REFUSED_NOTHING, SIGNATURE_REFUSALS(SIGNATURE_REFUSAL_ENUM) SIGNATURE_REFUSAL_COUNT };
#undef SIGNATURE_REFUSAL_ENUM
const char *signature_refusal_name(enum signature_refusal refusal);
const char *signature_refusal_meaning(enum signature_refusal refusal); /* English (TR) */

struct signature_wanted {
    struct bytes text;
    const char *identity_number;
    const char *given_up; /* serial of a certificate of ours that does not count for this text; NULL: none */
    int64_t from_s, until_s; /* signed in between, give or take SIGNING_CLOCK_S */
    bool is_qualified; /* by a certificate of a trusted authority; else only what is in the signature is checked */
};
#define SIGNING_CLOCK_S 120 /* a person's computer may be so far off */
/* Each refusal is ERR_WRONG, its reason in ret_refusal and more in the detail. */
enum err check_person_signature(struct db *db, struct keeper *keeper, struct arena *arena,
                                const struct signature_wanted *wanted, struct bytes signature, struct cades *ret_cades,
                                enum signature_refusal *ret_refusal) MUST_CHECK;

/*
 * The certificate whose chain and revocation evidence are to be fetched before this signature is submitted; no bytes:
 * none is asked for, or the signature is refused anyway. Errors as of open_signing_code().
 */
enum err find_certificate_to_validate(struct db *db, struct keeper *keeper, const uint8_t *key, struct arena *arena,
                                      const char *typed, struct bytes signature,
                                      struct bytes *ret_certificate) MUST_CHECK;

/*
 * The program's signature over an open code, and that evidence (no bytes: none was asked for, or it could not be had):
 * checked, sealed (the evidence for SIGNING_APPLICATION alone), the code used up; the ticket (32 hexadecimal digits) goes
 * back to the program alone. ERR_NOT_FOUND as open_signing_code(), also for the second of two; ERR_WRONG: refused, the
 * code stays.
 */
enum err submit_signature(struct db *db, struct keeper *keeper, const uint8_t *key, struct arena *arena,
                          const struct actor *actor, const char *typed, struct bytes signature, struct bytes validation,
                          const char **ret_ticket, enum signature_refusal *ret_refusal) MUST_CHECK;

/* The same for a code that asks for no signature (SIGNING_PIN): what was done, as it is kept for the session. */
enum err submit_outcome(struct db *db, const uint8_t *key, struct arena *arena, const struct actor *actor,
                        const char *typed, struct bytes outcome, const char **ret_ticket) MUST_CHECK;

/* -- tickets -- */
/* Which page a ticket belongs to, for the address that every ticket goes to first; ERR_NOT_FOUND. */
enum err find_ticket_page(struct db *db, struct arena *arena, const char *ticket, const char **ret_page) MUST_CHECK;
/*
 * The ticket came back. ERR_NOT_FOUND: unknown, used or over; ERR_FORBIDDEN: into another session than asked, which is
 * recorded. The code is RETURNED then; it is completed by finish_signing_code().
 */
enum err return_ticket(const struct signing_session *session, struct arena *arena, const char *ticket,
                       struct signing_code *ret_code) MUST_CHECK;
/* Takes the code away, once (ERR_NOT_FOUND the second time): whoever got it does the act. */
enum err finish_signing_code(const struct signing_session *session, const struct signing_code *code) MUST_CHECK;

#endif
