/*
 * Purpose: the life of a certificate after it was issued: kept sealed for its holder, its status for the world, its
 * activation by its holder (spec 03, 06). What status a certificate has, the signer's journal says; the tables here
 * follow it, so an act asks for a change by a job and the worker writes what the signer answered.
 */
#ifndef DIVIT_CERTIFICATE_CERTIFICATE_H
#define DIVIT_CERTIFICATE_CERTIFICATE_H

#include "identity/identity.h"
#include "ipc/signer_client.h"

#define CERTIFICATE_JOB_ACTIVATE "certificate_activate" /* key and payload: the serial */
#define CERTIFICATE_JOB_CRL "crl" /* key 'now' or 'next'; no payload */
#define CERTIFICATE_JOB_LOCK "issuance_lock" /* key and payload: the wish's row id */
#define CERTIFICATE_ISSUER "issuing" /* the CA certificate that names itself so in table ca_certificate */

/* -- rules.c: pure -- */
enum certificate_status { CERTIFICATE_SUSPENDED, CERTIFICATE_ACTIVE, CERTIFICATE_REVOKED, CERTIFICATE_EXPIRED };
const char *certificate_status_name(enum certificate_status status); /* "suspended"; expired follows from the time */
const char *certificate_status_title(enum certificate_status status); /* English (TR): "Suspended" */

struct certificate_record {
    int64_t id;
    const char *uid;
    int64_t application_id;
    int64_t attempt;
    int64_t person_id;
    const char *serial; /* lower-case hexadecimal */
    const char *card_serial;
    struct bytes application_digest; /* D of the application it was issued for */
    int64_t pin_set_s; /* when its holder set the card's PIN last; 0: not yet */
    int64_t not_before_s, not_after_s;
    int64_t written_s; /* when it was on its card, read back and tested; 0: not yet */
    enum certificate_status status;
    int64_t revocation_reason; /* RFC 5280 5.3.1, where it is revoked */
    int64_t since_s; /* of the status */
    bool is_changing; /* an asked-for activation is under way */
    const char *refused; /* the signer's rule, if it refused the last activation; NULL */
};
/* ERR_STATE with the reason: not yet written, not suspended any more. May come before its start (a renewal's). */
enum err certificate_may_be_activated(const struct certificate_record *certificate) MUST_CHECK;

/* -- for the holder; each is looked up through its owner -- */
enum err list_certificates(struct db *db, struct arena *arena, int64_t person_id,
                           const struct certificate_record **ret_certificates, size_t *ret_count) MUST_CHECK;
enum err find_certificate(struct db *db, struct arena *arena, int64_t person_id, const char *serial,
                          struct certificate_record *ret_certificate) MUST_CHECK; /* ERR_NOT_FOUND */
enum err read_certificate(struct db *db, struct arena *arena, const struct person *person, const char *serial,
                          struct bytes *ret_der) MUST_CHECK;

/* An SMS code for activating this certificate; ERR_TOO_MANY with the seconds to wait. ERR_STATE as above. */
enum err send_activation_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                              const struct person *person, const char *serial, int64_t *ret_valid_until_s,
                              int64_t *ret_wait_s) MUST_CHECK;
/*
 * Askıdan İndir: errors of keeper_code_check(), ERR_FORBIDDEN: its number is not known for long enough; ERR_EXISTS: an
 * activation is under way. Keeps the owner's word and queues the change, which is seconds away.
 */
enum err activate_certificate(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                              const struct person *person, const char *serial, const char *code) MUST_CHECK;
/* What the holder signs instead, with another certificate: `activation 1`. ERR_STATE as above. */
enum err write_activation(struct arena *arena, const struct person *person,
                          const struct certificate_record *certificate, const char *server,
                          struct bytes *ret_text) MUST_CHECK;
/*
 * That text, signed (CAdES): kept sealed, and the change queued. ERR_STATE as above, or it was suspended again since the
 * text was written; ERR_EXISTS as above.
 */
enum err activate_by_signature(struct db *db, struct arena *arena, const struct actor *actor,
                               const struct person *person, struct bytes text, struct bytes signature) MUST_CHECK;

/* An SMS code for the PIN of the card with this certificate; ERR_STATE: it is revoked or has ended. */
enum err send_pin_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct person *person, const struct certificate_record *certificate,
                       int64_t *ret_valid_until_s, int64_t *ret_wait_s) MUST_CHECK;
/* The PUK, from the keeper to the holder's program, sealed both ways: errors of keeper_puk_release(). Recorded. */
enum err release_card_puk(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          const struct person *person, const struct certificate_record *certificate,
                          struct bytes request, struct bytes *ret_sealed) MUST_CHECK;
/* The program has set the PIN: noted, and the holder is told. */
enum err note_pin_set(struct db *db, struct arena *arena, const struct actor *actor, const struct person *person,
                      const struct certificate_record *certificate) MUST_CHECK;

/* -- the owner's lock: are certificates made in this person's name? (spec 03, Adıma Sertifika Üretimi) -- */
struct issuance_lock { /* as the signer answered last: its journal decides, not these rows */
    const char *lock_uid; /* Kilit No of `lock 1`; NULL: it was never locked */
    int64_t since_s; /* of the lock, or of its unlocking */
    int64_t ends_s; /* unlocked: from when on certificates are made again; 0: nobody has unlocked it */
    bool is_changing; /* a wish is on its way to the signer */
    const char *refused; /* the signer's rule, if it took the last wish not in; NULL */
};
bool issuance_is_locked(const struct issuance_lock *lock, int64_t now_s);
enum err find_issuance_lock(struct db *db, struct arena *arena, int64_t person_id,
                            struct issuance_lock *ret_lock) MUST_CHECK;
/* A new lock, at once. `server`: the public address. ERR_EXISTS: a wish is on its way already. */
enum err ask_lock(struct db *db, struct arena *arena, const struct actor *actor, const struct person *person,
                  const char *server) MUST_CHECK;
/* What the owner signs to end this lock: `lock 1`. ERR_STATE: there is nothing to unlock. */
enum err write_unlocking(struct arena *arena, const struct person *person, const struct issuance_lock *lock,
                         const char *server, struct bytes *ret_text) MUST_CHECK;
/* That text, signed (CAdES). ERR_EXISTS as above. */
enum err ask_unlocking(struct db *db, struct arena *arena, const struct actor *actor, const struct person *person,
                       struct bytes text, struct bytes signature) MUST_CHECK;
/* For the worker: a wish, opened; and the signer's answer, in its transaction. */
struct lock_wish {
    int64_t id;
    struct person person; /* person_close() */
    bool is_asked; /* not answered yet */
    struct bytes text, signature; /* no signature: a lock */
};
enum err open_lock_wish(struct db *db, struct keeper *keeper, struct arena *arena, int64_t id,
                        struct lock_wish *ret_wish) MUST_CHECK;
enum err keep_lock_wish(struct db_tx *tx, const struct actor *actor, const struct lock_wish *wish, int64_t since_s,
                        int64_t ends_s) MUST_CHECK;
enum err refuse_lock_wish(struct db_tx *tx, const struct actor *actor, const struct lock_wish *wish,
                          const char *why) MUST_CHECK;

/* -- for the worker and production, in their transaction -- */
struct certificate_new {
    const char *uid;
    int64_t application_id, attempt, person_id;
    const char *serial, *card_serial;
    int64_t not_before_s, not_after_s;
    struct bytes application_digest; /* D */
    struct bytes sealed_der; /* seal_certificate() */
};
struct bytes seal_certificate(struct arena *arena, const struct person *person, const char *uid, struct bytes der);
/* Once its status is stored (store_statements()): each certificate has one. */
enum err store_certificate(struct db_tx *tx, const struct actor *actor,
                           const struct certificate_new *certificate) MUST_CHECK;
/* The holder's last act over this certificate, for the signer; ERR_NOT_FOUND. */
struct activation_wish {
    int64_t id;
    struct signer_proof proof; /* `owner 1` or a signature */
};
enum err find_activation(struct db *db, struct arena *arena, const struct person *person, const char *serial,
                         struct activation_wish *ret_wish) MUST_CHECK;
/* What the signer answered: the rule. The certificate stays as it is, and its holder may ask anew. */
enum err refuse_activation(struct db_tx *tx, const struct actor *actor, const struct certificate_record *certificate,
                           const struct activation_wish *wish, const char *why) MUST_CHECK;
enum err note_written(struct db_tx *tx, int64_t application_id, int64_t attempt) MUST_CHECK;
/* By serial, whoever owns it. */
enum err find_certificate_by_serial(struct db *db, struct arena *arena, const char *serial,
                                    struct certificate_record *ret_certificate) MUST_CHECK;
enum err find_ca_certificate(struct db *db, struct arena *arena, const char *name, struct bytes *ret_der) MUST_CHECK;
enum err store_crl(struct db_tx *tx, const char *issuer, int64_t number, int64_t this_update_s, int64_t next_update_s,
                   struct bytes der) MUST_CHECK;

/* -- the signer's words on status -- */
enum err find_newest_statement(struct db *db, int64_t *ret_number) MUST_CHECK; /* 0: none yet */
/*
 * Those that follow the newest, with the rows they change; asks for a CRL when one did. ERR_EXISTS: another has stored
 * one of them meanwhile.
 */
enum err store_statements(struct db *db, struct arena *arena, const struct actor *actor,
                          const struct signer_statement *texts, size_t count) MUST_CHECK;

#endif
