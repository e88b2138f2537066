#include "statement/consent_statement.h"

#define AT(member) .offset = offsetof(struct consent_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Kimlik No", STATEMENT_DIGITS, AT(identity_number), .length = 11},
    {"Metin", STATEMENT_TEXT, AT(text)},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {"Bitiş", STATEMENT_TIME, AT(ends_s), .is_optional = true},
    {NULL},
};
static const struct statement_type type = {"consent", 1, labels};

static enum err check(const struct consent_statement *statement)
{
    if (statement->ends_s != 0 && statement->ends_s <= statement->made_s)
        return err_set(ERR_INVALID, "consent 1: ends before it begins");
    return ERR_NONE;
}

enum err consent_statement_write(struct arena *arena, const struct consent_statement *statement, struct bytes *ret_text)
{
    TRY(check(statement));
    return statement_write_whole(arena, &type, statement, ret_text);
}

enum err consent_statement_read(struct arena *arena, struct bytes text, struct consent_statement *ret_statement)
{
    struct consent_statement statement = {0};

    TRY(statement_read_whole(arena, &type, text, &statement));
    TRY(check(&statement));
    *ret_statement = statement;
    return ERR_NONE;
}
