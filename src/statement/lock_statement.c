#include "statement/lock_statement.h"

#include <string.h>

const char *const lock_wish_words[] = {"adıma yeni sertifika üretilmesin", "adıma yeniden sertifika üretilebilsin",
                                       NULL};

#define AT(member) .offset = offsetof(struct lock_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Kilit No", STATEMENT_HEX, AT(lock_uid), .length = 32},
    {"Kimlik No", STATEMENT_DIGITS, AT(identity_number), .length = 11},
    {"İstek", STATEMENT_WORD, AT(wish), .words = lock_wish_words},
    {"Sunucu", STATEMENT_TEXT, AT(server)},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {NULL},
};
static const struct statement_type type = {"lock", 1, labels};

enum err lock_statement_write(struct arena *arena, const struct lock_statement *statement, struct bytes *ret_text)
{
    return statement_write_whole(arena, &type, statement, ret_text);
}

enum err lock_statement_read(struct arena *arena, struct bytes text, struct lock_statement *ret_statement)
{
    struct lock_statement statement = {0};

    TRY(statement_read_whole(arena, &type, text, &statement));
    *ret_statement = statement;
    return ERR_NONE;
}

bool lock_statement_unlocks(const struct lock_statement *statement)
{
    return strcmp(statement->wish, lock_wish_words[UNLOCK_ISSUANCE]) == 0;
}
