/*
 * Purpose: keeper.db: epochs, wrapped working keys, codes (sealed), TOTP steps that were used,
 * known numbers, PUKs, the journal. SQLite, durable at each return.
 */
#ifndef DIVIT_KEEPER_STORE_H
#define DIVIT_KEEPER_STORE_H

#include "base/bytes.h"

#define OWNER_SIZE 32 /* SHA-256 of purpose and subject: who they are stays out of the file */

struct keeper_store;
enum err keeper_store_open(const char *path, struct keeper_store **ret_store) MUST_CHECK; /* made if missing */
struct keeper_store *keeper_store_close(struct keeper_store *store);

/* -- store_epochs.c -- */
enum epoch_state {
    EPOCH_LIVES,
    EPOCH_ENDS, /* its working keys are gone from here; the token's key is to follow */
    EPOCH_DESTROYED,
};
struct kept_epoch {
    int64_t number;
    enum epoch_state state;
    int64_t made_s, destroyed_s;
};
enum err store_epoch(struct keeper_store *store, int64_t number, int64_t made_s) MUST_CHECK; /* it lives */
enum err list_epochs(struct keeper_store *store, struct arena *arena, const struct kept_epoch **ret_epochs,
                     size_t *ret_count) MUST_CHECK; /* oldest first */
enum err end_epoch(struct keeper_store *store, int64_t number) MUST_CHECK; /* deletes its keys; in a store_run() */
enum err finish_epoch(struct keeper_store *store, int64_t number, int64_t destroyed_s) MUST_CHECK;
enum err count_sealed(struct keeper_store *store, int64_t epoch, int64_t *ret_count) MUST_CHECK; /* codes and PUKs */
/* Wrapped by the token's key of that epoch. */
enum err store_key(struct keeper_store *store, int64_t epoch, const char *name, struct bytes wrapped) MUST_CHECK;
enum err find_key(struct keeper_store *store, struct arena *arena, int64_t epoch, const char *name,
                  struct bytes *ret_wrapped) MUST_CHECK;

struct kept_code {
    const char *id;
    struct bytes owner;
    struct bytes person, number; /* tags: whose it is, where it goes */
    struct bytes sealed; /* the digits, the number and the purpose */
    int64_t epoch; /* under whose key */
    int64_t created_s, valid_until_s, wrong_tries;
    bool is_used;
};
enum err store_code(struct keeper_store *store, const struct kept_code *code) MUST_CHECK;
enum err find_code(struct keeper_store *store, struct arena *arena, const char *id,
                   struct kept_code *ret_code) MUST_CHECK;
/* All codes of an owner that are still kept, newest first. */
enum err list_codes(struct keeper_store *store, struct arena *arena, struct bytes owner,
                    const struct kept_code **ret_codes, size_t *ret_count) MUST_CHECK;
enum err count_codes(struct keeper_store *store, struct bytes number, int64_t *ret_count) MUST_CHECK; /* still kept */
enum err use_code(struct keeper_store *store, const char *id) MUST_CHECK;
/* One more wrong try for each code of the owner that is unused and valid at now_s. */
enum err count_wrong_try(struct keeper_store *store, struct bytes owner, int64_t now_s) MUST_CHECK;
enum err forget_codes(struct keeper_store *store, int64_t created_before_s) MUST_CHECK;
enum err list_codes_before(struct keeper_store *store, struct arena *arena, int64_t epoch, int64_t limit,
                           const struct kept_code **ret_codes, size_t *ret_count) MUST_CHECK; /* of earlier epochs */
enum err update_code_seal(struct keeper_store *store, const char *id, int64_t epoch, struct bytes sealed) MUST_CHECK;

struct known_number {
    struct bytes person, number; /* tags */
    const char *source; /* of owner_source_words */
    const char *document; /* D of the form, 64 hexadecimal digits; "" for other sources */
    int64_t known_since_s;
};
/* The older time stays; ret_is_new: it was not known so. */
enum err store_number(struct keeper_store *store, const struct known_number *number, bool *ret_is_new) MUST_CHECK;
/* Every source of this number of this person, the longest known first. */
enum err list_numbers(struct keeper_store *store, struct arena *arena, struct bytes person, struct bytes number,
                      const struct known_number **ret_numbers, size_t *ret_count) MUST_CHECK;
/* ret_was_known: there was such a row. */
enum err forget_number(struct keeper_store *store, struct bytes person, struct bytes number, const char *source,
                       bool *ret_was_known) MUST_CHECK;

struct kept_puk {
    const char *public_key; /* SHA-256 of the card's SubjectPublicKeyInfo, 64 hexadecimal digits */
    struct bytes person; /* tag */
    const char *card_serial;
    const char *document; /* D of the application that the card was made for, hexadecimal */
    struct bytes sealed;
    int64_t epoch; /* under whose key */
    int64_t created_s;
};
enum err store_puk(struct keeper_store *store, const struct kept_puk *puk) MUST_CHECK; /* instead of an older one */
enum err find_puk(struct keeper_store *store, struct arena *arena, const char *public_key,
                  struct kept_puk *ret_puk) MUST_CHECK;
enum err list_puks_before(struct keeper_store *store, struct arena *arena, int64_t epoch, int64_t limit,
                          const struct kept_puk **ret_puks, size_t *ret_count) MUST_CHECK; /* of earlier epochs */

/* Numbers, codes and PUKs of the person with this tag; in a store_run(). */
enum err forget_all_of(struct keeper_store *store, struct bytes person) MUST_CHECK;

/* -- store_budget.c: distinct things an asker had in the last hour, and all askers of one pool together -- */
struct spending {
    struct bytes asker;
    const char *pool; /* "public", "officers" … */
    const char *what; /* the person's uid, a search's text as a tag */
    int64_t asker_limit, pool_limit;
};
/* ERR_TOO_MANY: it would be one too many. What was had in this hour is had again for nothing. */
enum err spend(struct keeper_store *store, const struct spending *spending, int64_t now_s) MUST_CHECK;
enum err count_spent(struct keeper_store *store, const char *pool, int64_t now_s, int64_t *ret_count) MUST_CHECK;

/* -- store_journal.c -- */
struct journal_record {
    int64_t number, at_s;
    const char *kind, *subject, *body;
};
enum err journal_add(struct keeper_store *store, int64_t at_s, const char *kind, const char *subject,
                     const char *body) MUST_CHECK;
enum err journal_head(struct keeper_store *store, struct arena *arena, int64_t *ret_number,
                      struct bytes *ret_hash) MUST_CHECK; /* 0 and zeros before the first */
enum err journal_check(struct keeper_store *store, int64_t *ret_records) MUST_CHECK; /* ERR_BROKEN: it was changed */
enum err journal_count_of(struct keeper_store *store, const char *kind, const char *subject, int64_t since_s,
                          int64_t *ret_count) MUST_CHECK;
enum err journal_count(struct keeper_store *store, const char *kind, int64_t since_s, int64_t *ret_count) MUST_CHECK;

/* An act of several writes, all of them or none; not nested. */
typedef enum err (*store_act)(struct keeper_store *store, void *context);
enum err store_run(struct keeper_store *store, store_act act, void *context) MUST_CHECK;

/* The newest registry, its text sealed; ERR_NOT_FOUND. */
enum err find_registry_text(struct keeper_store *store, struct arena *arena, struct bytes *ret_sealed) MUST_CHECK;
enum err store_registry_text(struct keeper_store *store,
                             struct bytes sealed) MUST_CHECK; /* instead of the one before */

enum err find_totp_step(struct keeper_store *store, struct bytes owner, int64_t *ret_step) MUST_CHECK; /* 0: none */
enum err store_totp_step(struct keeper_store *store, struct bytes owner, int64_t step) MUST_CHECK;
/* Wrong ones after since_s; those from later than now_s do not count: a clock that was put back locks nobody out. */
enum err count_totp_wrong(struct keeper_store *store, struct bytes owner, int64_t since_s, int64_t now_s,
                          int64_t *ret_count) MUST_CHECK;
/* And forgets all until forget_until_s, of whomever. */
enum err add_totp_wrong(struct keeper_store *store, struct bytes owner, int64_t at_s,
                        int64_t forget_until_s) MUST_CHECK;

#endif
