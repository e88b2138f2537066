/*
 * Purpose: `lock 1`: whether certificates may be made in a person's name (spec 03, Adıma Sertifika Üretimi; spec 10). To
 * lock, a log-in is enough; to unlock, the owner signs it with a card. An unlocking names the lock that it ends.
 */
#ifndef DIVIT_STATEMENT_LOCK_STATEMENT_H
#define DIVIT_STATEMENT_LOCK_STATEMENT_H

#include "statement/statement.h"

enum lock_statement_wish { LOCK_ISSUANCE, UNLOCK_ISSUANCE };
/* “adıma yeni sertifika üretilmesin”, “adıma yeniden sertifika üretilebilsin”; ended by NULL */
extern const char *const lock_wish_words[];

struct lock_statement {
    const char *lock_uid; /* 32 hexadecimal digits, random: of this lock */
    const char *identity_number;
    const char *wish; /* of lock_wish_words */
    const char *server; /* public address */
    int64_t made_s;
};

enum err lock_statement_write(struct arena *arena, const struct lock_statement *statement,
                              struct bytes *ret_text) MUST_CHECK;
enum err lock_statement_read(struct arena *arena, struct bytes text, struct lock_statement *ret_statement) MUST_CHECK;
bool lock_statement_unlocks(const struct lock_statement *statement);

#endif
