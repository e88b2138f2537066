/*
 * Purpose: keeper.db: wrapped working keys, codes (sealed), TOTP steps that were used,
 * known numbers. SQLite, durable at each return.
 */
#ifndef DIVIT_KEEPER_STORE_H
#define DIVIT_KEEPER_STORE_H

#include "base/bytes.h"

#define OWNER_SIZE 32 /* SHA-256 of purpose and subject: who they are stays out of the file */

struct keeper_store;
enum err keeper_store_open(const char *path, struct keeper_store **ret_store) MUST_CHECK; /* made if missing */
struct keeper_store *keeper_store_close(struct keeper_store *store);

enum err store_key(struct keeper_store *store, const char *name, struct bytes wrapped) MUST_CHECK;
enum err find_key(struct keeper_store *store, struct arena *arena, const char *name,
                  struct bytes *ret_wrapped) MUST_CHECK;

struct kept_code {
    const char *id;
    struct bytes owner;
    struct bytes person, number; /* tags: whose it is, where it goes */
    struct bytes sealed; /* the digits, and the number behind them */
    int64_t created_s, valid_until_s, wrong_tries;
    bool is_used;
};
enum err store_code(struct keeper_store *store, const struct kept_code *code) MUST_CHECK;
enum err find_code(struct keeper_store *store, struct arena *arena, const char *id,
                   struct kept_code *ret_code) MUST_CHECK;
/* All codes of an owner that are still kept, newest first. */
enum err list_codes(struct keeper_store *store, struct arena *arena, struct bytes owner,
                    const struct kept_code **ret_codes, size_t *ret_count) MUST_CHECK;
enum err use_code(struct keeper_store *store, const char *id) MUST_CHECK;
/* One more wrong try for each code of the owner that is unused and valid at now_s. */
enum err count_wrong_try(struct keeper_store *store, struct bytes owner, int64_t now_s) MUST_CHECK;
enum err forget_codes(struct keeper_store *store, int64_t created_before_s) MUST_CHECK;

struct known_number {
    struct bytes person, number; /* tags */
    const char *source; /* of owner_source_words */
    const char *document; /* D of the form, 64 hexadecimal digits; "" for other sources */
    int64_t known_since_s;
};
enum err store_number(struct keeper_store *store,
                      const struct known_number *number) MUST_CHECK; /* the older time stays */
/* Every source of this number of this person, the longest known first. */
enum err list_numbers(struct keeper_store *store, struct arena *arena, struct bytes person, struct bytes number,
                      const struct known_number **ret_numbers, size_t *ret_count) MUST_CHECK;
enum err forget_number(struct keeper_store *store, struct bytes person, struct bytes number,
                       const char *source) MUST_CHECK;

struct kept_puk {
    const char *public_key; /* SHA-256 of the card's SubjectPublicKeyInfo, 64 hexadecimal digits */
    struct bytes person; /* tag */
    const char *card_serial;
    struct bytes sealed;
    int64_t created_s;
};
enum err store_puk(struct keeper_store *store, const struct kept_puk *puk) MUST_CHECK; /* instead of an older one */
enum err find_puk(struct keeper_store *store, struct arena *arena, const char *public_key,
                  struct kept_puk *ret_puk) MUST_CHECK;

enum err find_totp_step(struct keeper_store *store, struct bytes owner, int64_t *ret_step) MUST_CHECK; /* 0: none */
enum err store_totp_step(struct keeper_store *store, struct bytes owner, int64_t step) MUST_CHECK;

#endif
