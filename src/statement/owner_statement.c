#include "statement/owner_statement.h"

#include <string.h>

const char *const owner_purpose_words[] = {"başvuru", "askıdan indirme", "pin", NULL};
const char *const owner_source_words[] = {"sicil", "hesap", "form", NULL};
const char owner_word_of_code[] = "sahibine gönderdiğimiz kod girildi";
static const char *const words[] = {owner_word_of_code, NULL};

#define AT(member) .offset = offsetof(struct owner_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Kişi", STATEMENT_HEX, AT(person), .length = 64},
    {"Amaç", STATEMENT_WORD, AT(purpose), .words = owner_purpose_words},
    {"Konu", STATEMENT_TEXT, AT(subject)},
    {"Numara", STATEMENT_HEX, AT(number), .length = 64},
    {"Bilindiği Zaman", STATEMENT_TIME, AT(known_since_s)},
    {"Kaynak", STATEMENT_WORD, AT(source), .words = owner_source_words},
    {"Kaynak Belgesi", STATEMENT_HEX, AT(source_document), .length = 64, .is_optional = true},
    {"Beyan", STATEMENT_WORD, AT(word), .words = words},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {NULL},
};
static const struct statement_type type = {"owner", 1, labels};

static bool is_hex(const char *text)
{
    return text != NULL && text[strspn(text, "0123456789abcdef")] == '\0';
}

/* What no table says: D has 64 digits, a serial at most 40 (RFC 5280 4.1.2.2); a form names itself, others do not. */
static enum err check(const struct owner_statement *statement)
{
    bool is_application = strcmp(statement->purpose, owner_purpose_words[OWNER_APPLIES]) == 0;
    size_t length = strlen(statement->subject);
    if (!is_hex(statement->subject) || (is_application ? length != 64 : length > 40))
        return err_set(ERR_INVALID, "owner 1: Konu");
    bool is_form = strcmp(statement->source, owner_source_words[OWNER_SOURCE_FORM]) == 0;
    if (is_form != (statement->source_document != NULL)) return err_set(ERR_INVALID, "owner 1: Kaynak Belgesi");
    if (statement->known_since_s > statement->made_s) return err_set(ERR_INVALID, "owner 1: Bilindiği Zaman");
    return ERR_NONE;
}

enum err owner_statement_counts(const struct owner_statement *statement, const char *document)
{
    if (statement->source_document != NULL && document == NULL)
        return err_set(ERR_FORBIDDEN, "owner act by the form's own number");
    if (statement->source_document != NULL && strcmp(statement->source_document, document) != 0)
        return err_set(ERR_FORBIDDEN, "owner act by the number of another form");
    /* spec 10: a number counts once it was known for 72 hours */
    if (statement->made_s - statement->known_since_s < OWNER_NUMBER_KNOWN_S)
        return err_set(ERR_FORBIDDEN, "owner act by a number known for less than 72 hours");
    return ERR_NONE;
}

enum err owner_statement_write(struct arena *arena, const struct owner_statement *statement, struct bytes *ret_text)
{
    struct bytes text;

    TRY(statement_write_whole(arena, &type, statement, &text));
    TRY(check(statement));
    *ret_text = text;
    return ERR_NONE;
}

enum err owner_statement_read(struct arena *arena, struct bytes text, struct owner_statement *ret_statement)
{
    struct owner_statement statement = {0};

    TRY(statement_read_whole(arena, &type, text, &statement));
    TRY(check(&statement));
    *ret_statement = statement;
    return ERR_NONE;
}
