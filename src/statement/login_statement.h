/*
 * Purpose: `login 1`: a person approves logging in with an electronic signature (spec 03; format: docs/trust.md). Good
 * for one session at one service: the number is random and made for it.
 */
#ifndef DIVIT_STATEMENT_LOGIN_STATEMENT_H
#define DIVIT_STATEMENT_LOGIN_STATEMENT_H

#include "statement/statement.h"

enum login_service { LOGIN_OFFICER, LOGIN_ONLINE, LOGIN_ADMINISTRATION };
extern const char *const login_service_words[]; /* “kurum yetkilisi”, “online işlemler”, “yönetim”; ended by NULL */
extern const char login_word[]; /* “elektronik imzayla giriş yapmayı onaylıyorum” */

struct login_statement {
    const char *login_uid; /* 32 hexadecimal digits */
    const char *identity_number;
    const char *service; /* of login_service_words */
    const char *server; /* public address */
    const char *word; /* login_word */
    int64_t made_s;
};

enum err login_statement_write(struct arena *arena, const struct login_statement *statement,
                               struct bytes *ret_text) MUST_CHECK;
enum err login_statement_read(struct arena *arena, struct bytes text, struct login_statement *ret_statement) MUST_CHECK;

#endif
