#include "statement/activation_statement.h"

#include <string.h>

const char activation_wish[] = "sertifikam askıdan indirilsin";
static const char *const words[] = {activation_wish, NULL};

#define SERIAL_DIGITS_MAX 40 /* RFC 5280 4.1.2.2 */
#define AT(member) .offset = offsetof(struct activation_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Sertifika", STATEMENT_TEXT, AT(serial)},
    {"Kimlik No", STATEMENT_DIGITS, AT(identity_number), .length = 11},
    {"İstek", STATEMENT_WORD, AT(wish), .words = words},
    {"Askıya Alınma Zamanı", STATEMENT_TIME, AT(suspended_s)},
    {"Sunucu", STATEMENT_TEXT, AT(server)},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {NULL},
};
static const struct statement_type type = {"activation", 1, labels};

static enum err check(const struct activation_statement *statement)
{
    size_t length = strspn(statement->serial, "0123456789abcdef");
    if (statement->serial[length] != '\0' || length > SERIAL_DIGITS_MAX)
        return err_set(ERR_INVALID, "activation 1: Sertifika");
    if (statement->made_s < statement->suspended_s) return err_set(ERR_INVALID, "activation 1: Düzenlenme Zamanı");
    return ERR_NONE;
}

enum err activation_statement_write(struct arena *arena, const struct activation_statement *statement,
                                    struct bytes *ret_text)
{
    struct bytes text;

    TRY(statement_write_whole(arena, &type, statement, &text));
    TRY(check(statement));
    *ret_text = text;
    return ERR_NONE;
}

enum err activation_statement_read(struct arena *arena, struct bytes text, struct activation_statement *ret_statement)
{
    struct activation_statement statement = {0};

    TRY(statement_read_whole(arena, &type, text, &statement));
    TRY(check(&statement));
    *ret_statement = statement;
    return ERR_NONE;
}
