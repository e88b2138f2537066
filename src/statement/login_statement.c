#include "statement/login_statement.h"

const char *const login_service_words[] = {"kurum yetkilisi", "online işlemler", "yönetim", NULL};
const char login_word[] = "elektronik imzayla giriş yapmayı onaylıyorum";
static const char *const words[] = {login_word, NULL};

#define AT(member) .offset = offsetof(struct login_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Giriş No", STATEMENT_HEX, AT(login_uid), .length = 32},
    {"Kimlik No", STATEMENT_DIGITS, AT(identity_number), .length = 11},
    {"Hizmet", STATEMENT_WORD, AT(service), .words = login_service_words},
    {"Sunucu", STATEMENT_TEXT, AT(server)},
    {"Beyan", STATEMENT_WORD, AT(word), .words = words},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {NULL},
};
static const struct statement_type type = {"login", 1, labels};

enum err login_statement_write(struct arena *arena, const struct login_statement *statement, struct bytes *ret_text)
{
    return statement_write_whole(arena, &type, statement, ret_text);
}

enum err login_statement_read(struct arena *arena, struct bytes text, struct login_statement *ret_statement)
{
    struct login_statement statement = {0};

    TRY(statement_read_whole(arena, &type, text, &statement));
    *ret_statement = statement;
    return ERR_NONE;
}
