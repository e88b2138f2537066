/*
 * Purpose: what the keeper does for others (spec 10, The keeper): personal-data keys, search tags, one-time codes.
 * Each function is one message of messages.h; its payload and reply are the parameters in order.
 */
#ifndef DIVIT_IPC_KEEPER_CLIENT_H
#define DIVIT_IPC_KEEPER_CLIENT_H

#include "base/secret.h"
#include "ipc/ipc.h"

struct keeper; /* to STATE/run/keeper.sock; safe from many threads */
struct keeper *keeper_new(const char *socket_path);
struct keeper *keeper_free(struct keeper *keeper);

/*
 * The same keeper for the work of one of the staff, whose grant keeper_totp_check(), keeper_grant_card() or
 * keeper_grant_passkey() gave: what is opened counts against that person's budget, not against the one of all the public's
 * pages. In the arena; borrows `keeper`.
 */
struct keeper *keeper_for(struct keeper *keeper, struct arena *arena, struct bytes grant);
/* Instead of a grant, for the worker's work on staff registers: a budget of its own, which leaves messages theirs. */
#define KEEPER_REGISTERS "registers"

/* A person's data key as the database has it: wrapped by the key of that epoch, which lives about a year. */
struct wrapped_key {
    int64_t epoch;
    struct bytes wrap; /* empty: the person was erased */
};
/* As they stand in messages. */
void put_wrapped_key(struct buffer *payload, const struct wrapped_key *wrapped);
enum err get_wrapped_key(struct ipc_reader *reader, struct wrapped_key *ret_wrapped) MUST_CHECK;

/* A fresh data key of a person, opened (into ret_key) and wrapped for the database; it is this person's alone. */
enum err keeper_person_key_new(struct keeper *keeper, struct arena *arena, const char *person_uid,
                               uint8_t ret_key[KEY_SIZE], struct wrapped_key *ret_wrapped) MUST_CHECK;
/* A key of this name and a uid is for what web hands to the worker: web may have it made and never have it opened. */
#define KEEPER_DEPOSIT "deposit:"
/*
 * ERR_TOO_MANY: the asker's budget of distinct persons an hour is used up (spec 10, The keeper). ERR_FORBIDDEN: a deposit,
 * for web. ERR_NOT_FOUND: erased. ERR_BROKEN: another person's wrap, or of an epoch that was destroyed.
 */
enum err keeper_person_key_open(struct keeper *keeper, const char *person_uid, const struct wrapped_key *wrapped,
                                uint8_t ret_key[KEY_SIZE]) MUST_CHECK;
/*
 * The key that the database's registries are sealed under: they name staff, whom every desk may know (docs/trust.md). For
 * the caller to wipe.
 */
enum err keeper_registry_key(struct keeper *keeper, uint8_t ret_key[KEY_SIZE]) MUST_CHECK;

/* -- epochs and erasure: an operator's tool -- */
/* The same key wrapped in the newest epoch; it does not leave the keeper. */
enum err keeper_person_key_rewrap(struct keeper *keeper, struct arena *arena, const char *person_uid,
                                  const struct wrapped_key *wrapped, struct wrapped_key *ret_wrapped) MUST_CHECK;
#define KEEPER_EPOCHS_MAX 2
/* Those that live, oldest first: one, or two while wraps go from one to the next. */
enum err keeper_epochs(struct keeper *keeper, int64_t ret_epochs[KEEPER_EPOCHS_MAX], size_t *ret_count) MUST_CHECK;
/* The next. Asked again: nothing. ERR_STATE: it is not the next, or two live already. */
enum err keeper_epoch_begin(struct keeper *keeper, int64_t epoch) MUST_CHECK;
/* What the keeper itself keeps sealed goes into the newest epoch, some of it; ret_left: how much is still to go. */
enum err keeper_reseal(struct keeper *keeper, int64_t *ret_left) MUST_CHECK;
/* For good: no wrap of it opens any more, wherever a copy is. Again: nothing. ERR_STATE: in use by the keeper itself. */
enum err keeper_epoch_destroy(struct keeper *keeper, int64_t epoch) MUST_CHECK;
/* Numbers, codes and PUKs of an erased person; journalled under the person's uid. */
enum err keeper_person_forget(struct keeper *keeper, const char *person_uid, const char *identity_number) MUST_CHECK;

/* HMAC under the search key; `kind` keeps the kinds apart ("identity_number", "mobile"). 32 bytes. */
enum err keeper_search_tag(struct keeper *keeper, struct arena *arena, const char *kind, const char *text,
                           struct bytes *ret_tag) MUST_CHECK;

/*
 * What a code is for. For the first three the right code makes an owner act (spec 10), so a document tells the keeper
 * whose it is: the asker may be wrong, or have fallen. The subject of a check is D in hexadecimal, or the serial.
 */
#define KEEPER_CODE_APPLICATION "application" /* document: `application 1`; subject: its D */
#define KEEPER_CODE_ACTIVATION "activation" /* document: the certificate, DER; subject: its serial */
#define KEEPER_CODE_PIN "pin" /* likewise */
#define KEEPER_CODE_LOG_IN "log_in" /* of a holder; makes no owner act */
#define KEEPER_CODE_RESUME "resume" /* to see, change and print a running application; no owner act either */
#define KEEPER_CODE_VALID_S 300
#define MOBILE_DIGITS 10 /* 5xxxxxxxxx */
struct keeper_code_request {
    const char *purpose;
    const char *subject; /* for other purposes than those above */
    struct bytes document;
    const char *identity_number; /* for other purposes */
    const char *number; /* the one the code goes to, and no other: 5xxxxxxxxx */
};
/*
 * A six-digit code for purpose and subject ("application:<uid>"), valid 300 s, one use, five wrong tries; 60 s between
 * two, five a day for a subject and purpose (spec 01, SMS): else ERR_TOO_MANY with ret_wait_s. Codes made before stay
 * valid for their time. The asker gets an id, never the code.
 */
enum err keeper_code_make(struct keeper *keeper, struct arena *arena, const struct keeper_code_request *request,
                          const char **ret_code_id, int64_t *ret_valid_until_s, int64_t *ret_wait_s) MUST_CHECK;
/* What the worker sends. It writes the message itself, by the purpose: whoever asked for the code has no say in it. */
struct keeper_code {
    const char *digits; /* for the caller to wipe */
    const char *number; /* where it goes */
    const char *purpose; /* as it was asked for */
};
/* ERR_EXPIRED once its time is over. */
enum err keeper_code_text(struct keeper *keeper, struct arena *arena, const char *code_id,
                          struct keeper_code *ret_code) MUST_CHECK;
/* 'The owner entered the code we sent': `owner 1` and the keeper's signature over it. Empty: the purpose has none. */
struct keeper_owner_act {
    struct bytes text, signature;
};
/*
 * Is `typed` a code that is valid now for purpose and subject? ERR_NONE uses it up. ERR_WRONG: no (also for a used
 * one); ERR_EXPIRED: it was right once; ERR_TOO_MANY: five wrong tries, a new code is needed. `document`: D of the form
 * that a certificate's number may come from (its own application's), or "".
 */
enum err keeper_code_check(struct keeper *keeper, struct arena *arena, const char *purpose, const char *subject,
                           const char *document, const char *typed, struct keeper_owner_act *ret_act) MUST_CHECK;

/* A register's number of a person is known from now on; a tool may date it back (a register that is taken over). */
enum err keeper_number_know(struct keeper *keeper, const char *identity_number, const char *number,
                            int64_t known_since_s) MUST_CHECK;
/* The register names another one now. */
enum err keeper_number_forget(struct keeper *keeper, const char *identity_number, const char *number) MUST_CHECK;
/*
 * A certificate was activated by this act: its number is known as the account's, from when the code was entered. Whose it
 * is and which the act says. ERR_FORBIDDEN: not the keeper's own, of another purpose, or one that does not count.
 */
enum err keeper_number_account(struct keeper *keeper, const struct keeper_owner_act *act) MUST_CHECK;

/* What others seal to: `box 1`, the keeper's signature over it, its certificate (statement/box_statement.h verifies). */
struct keeper_box {
    struct bytes text, signature, certificate;
};
enum err keeper_box_key(struct keeper *keeper, struct arena *arena, struct keeper_box *ret_box) MUST_CHECK;

/* A card's PUK, from the station that made it, before its certificate is asked for (spec 10, The keeper). */
struct keeper_puk {
    struct bytes envelope; /* puk_envelope_write() sealed to the box */
    struct bytes production_statement; /* `production 1`: names the envelope's digest, the card, its key, D */
    struct bytes production_signature; /* the station's, whom the registry names */
    struct bytes application_statement; /* `application 1` of that D: says whose card it is */
};
/*
 * Again with the same PUK: nothing. ERR_FORBIDDEN: the registry that the keeper has does not name the station now, or it
 * signed something else. ERR_STATE: another PUK is kept for this key, or there is no registry yet.
 */
enum err keeper_puk_keep(struct keeper *keeper, const struct keeper_puk *puk) MUST_CHECK;

/*
 * The PUK of the card with this certificate (DER), for the program that sealed `request` (statement/pin_request.h) to the
 * box; sealed to the program's key. ERR_WRONG, ERR_EXPIRED, ERR_TOO_MANY: the SMS code in it; ERR_FORBIDDEN: its number is
 * not known for 72 hours, or the card is another person's; ERR_FULL: released three times in a day; ERR_NOT_FOUND: none.
 */
enum err keeper_puk_release(struct keeper *keeper, struct arena *arena, struct bytes certificate, struct bytes request,
                            struct bytes *ret_sealed) MUST_CHECK;

/* For an operator: what is there and what was done, in the order in which it is to be shown. */
struct keeper_fact {
    const char *name, *value;
};
#define KEEPER_FACTS_MAX 64
enum err keeper_status(struct keeper *keeper, struct arena *arena, const struct keeper_fact **ret_facts,
                       size_t *ret_count) MUST_CHECK;

/* A TOTP secret of this person's, sealed for whoever keeps it: only checked by the keeper, never given back. */
enum err keeper_secret_seal(struct keeper *keeper, struct arena *arena, const char *context,
                            const char *identity_number, struct bytes secret, struct bytes *ret_sealed) MUST_CHECK;
/*
 * RFC 6238 (SHA-1, 6 digits, 30 s, one step either side), each step once; ret_step is the one that matched. ret_grant:
 * for keeper_for(), good for as long as a session lasts, over the budget of the secret's person.
 */
enum err keeper_totp_check(struct keeper *keeper, struct arena *arena, const char *context, struct bytes sealed,
                           const char *typed, int64_t last_step, int64_t *ret_step, struct bytes *ret_grant) MUST_CHECK;

/*
 * Who of the staff logs in by a key that the registry names gets a grant too. The registry is believed by the signer's
 * signature; ERR_FORBIDDEN: it is none, ERR_STATE: an older one than is known.
 */
enum err keeper_registry(struct keeper *keeper, struct bytes text, struct bytes signature) MUST_CHECK;
/* `login 1` as attached CAdES, signed in the last minutes; ERR_FORBIDDEN: not so, or a card that the registry does not name. */
enum err keeper_grant_card(struct keeper *keeper, struct arena *arena, struct bytes signature,
                           struct bytes *ret_grant) MUST_CHECK;
/* What a passkey is to sign, good for 15 to 30 minutes: follows from the page's own challenge, which binds it to a session. */
enum err keeper_challenge(struct keeper *keeper, struct arena *arena, struct bytes session_challenge,
                          struct bytes *ret_challenge) MUST_CHECK;
/*
 * A passkey answered (passkey_pack()). ret_challenge: which one, for the page to check its signature; ERR_WRONG: none that
 * is good now. ret_grant is empty for a key that the registry does not name, or a wrong signature.
 */
enum err keeper_grant_passkey(struct keeper *keeper, struct arena *arena, struct bytes session_challenge,
                              struct bytes packed, struct bytes *ret_challenge, struct bytes *ret_grant) MUST_CHECK;

#endif
