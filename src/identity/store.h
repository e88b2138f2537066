/* Purpose: private to the room: rows of institutions, people and accounts, read within a transaction. */
#ifndef DIVIT_IDENTITY_STORE_H
#define DIVIT_IDENTITY_STORE_H

#include "identity/identity.h"

struct person_row {
    int64_t id;
    const char *uid;
    struct wrapped_key wrapped_key;
    struct bytes sealed_details, sealed_contact;
    const char *security_word_hash;
};
enum err find_person_row(struct db *db, struct arena *arena, struct bytes tag, struct person_row *ret_row) MUST_CHECK;
enum err open_person_row(struct keeper *keeper, struct arena *arena, const struct person_row *row,
                         struct person *ret_person) MUST_CHECK;

/* In the transaction that writes the names; instead of those the person had. */
enum err write_name_tags(struct db_tx *tx, int64_t person_id, const struct name_tags *tags) MUST_CHECK;

enum err read_institution(struct db_tx *tx, struct arena *arena, int64_t id,
                          struct institution *ret_institution) MUST_CHECK;

struct staff_account staff_account_of(const struct db_rows *rows, size_t at);
struct account_row {
    struct staff_account account;
    const char *password_hash; /* NULL before the link is used */
    struct bytes sealed_totp;
    int64_t last_totp_step;
};
enum err find_account_row(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                          struct account_row *ret_row) MUST_CHECK;
/* password_fits.c: for somebody unknown or without a password (NULL) it takes as long and is false (spec 09). */
bool password_fits(const char *password, const char *hash);
const char *totp_context(struct arena *arena, const struct staff_account *account);

struct db_value institution_value(int64_t institution_id); /* officer.c: parameter institution_id; 0: none */
/* officer.c: the message goes with the account. */
enum err create_told_account(struct db *db, struct arena *arena, const struct actor *actor,
                             const struct staff_account *account, const struct message_ready *message,
                             const char **ret_link_token) MUST_CHECK;

/* staff_contact.c: *ret_ready stays as it is when nobody knows how to reach the person. */
struct staff_message {
    enum message_event event;
    const char *key;
    bool has_role;
    enum staff_role role;
    const char *digest, *number, *name; /* as the event's text wants them */
};
enum err prepare_staff_message(struct db *db, struct keeper *keeper, struct arena *arena, int64_t person_id,
                               const struct staff_message *message, const struct message_ready **ret_ready) MUST_CHECK;

/* registry_seal.c */
enum err open_registry_text(struct keeper *keeper, struct arena *arena, int64_t number, struct bytes sealed,
                            struct bytes *ret_text) MUST_CHECK;
const char *proposal_text_context(struct arena *arena, const char *proposal_uid);
const char *proposal_proof_context(struct arena *arena, const char *proposal_uid, int64_t account_id);

/* follow_registry.c: whose keys are good now, by the tags of their identity numbers; a person for each key. */
struct registered_person {
    struct bytes tag;
    enum staff_role role;
    const char *institution_code; /* NULL: none */
};
struct registered_persons {
    const struct registered_person *persons;
    size_t count;
    int64_t end_s; /* when the first of these keys ends */
};
struct registry;
enum err list_registered_persons(struct keeper *keeper, struct arena *arena, const struct registry *registry,
                                 struct registered_persons *ret_persons) MUST_CHECK;
/* In a transaction; institutions first, since accounts belong to them. */
enum err institutions_follow(struct db_tx *tx, const struct actor *actor, const struct registry *registry) MUST_CHECK;
enum err accounts_follow(struct db_tx *tx, const struct actor *actor,
                         const struct registered_persons *persons) MUST_CHECK;

/* find_proposal.c: within a transaction; its text and proofs stay sealed. */
enum err read_proposal(struct db_tx *tx, struct arena *arena, const char *uid,
                       struct registry_proposal *ret_proposal) MUST_CHECK;
const char *proposal_state_name(enum proposal_state state);

#endif
