#include "statement/head_statement.h"

/* The order is the format: docs/trust.md. */
static const struct statement_label head_labels[] = {
    {"Kayıt", STATEMENT_INT, offsetof(struct head_statement, number)},
    {"Özet", STATEMENT_HEX, offsetof(struct head_statement, hash), .length = 64},
    {"Düzenlenme Zamanı", STATEMENT_TIME, offsetof(struct head_statement, made_s)},
    {NULL},
};
static const struct statement_type head_type = {"head", 1, head_labels};

static const struct statement_label tree_labels[] = {
    {"Büyüklük", STATEMENT_INT, offsetof(struct tree_statement, size)},
    {"Kök", STATEMENT_HEX, offsetof(struct tree_statement, root), .length = 64},
    {"Düzenlenme Zamanı", STATEMENT_TIME, offsetof(struct tree_statement, made_s)},
    {NULL},
};
static const struct statement_type tree_type = {"tree", 1, tree_labels};

static const struct statement_label release_labels[] = {
    {"Değişiklik Sayısı", STATEMENT_INT, offsetof(struct release_statement, changes)},
    {"Gerekçe", STATEMENT_TEXT, offsetof(struct release_statement, reason)},
    {"Sicil Defteri No", STATEMENT_INT, offsetof(struct release_statement, registry_number)},
    {"Düzenlenme Zamanı", STATEMENT_TIME, offsetof(struct release_statement, made_s)},
    {"Geçerlilik Sonu", STATEMENT_TIME, offsetof(struct release_statement, valid_until_s)},
    {NULL},
};
static const struct statement_type release_type = {"release", 1, release_labels};

static enum err write_plain(struct arena *arena, const struct statement_type *type, const void *members,
                            struct bytes *ret_text)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;
    TRY(statement_put(&buffer, type, members));
    *ret_text = bytes_copy(arena, buffer_bytes(&buffer));
    return ERR_NONE;
}

/* Nothing follows the labels, and writing it again gives the same bytes. */
static enum err read_plain(struct arena *arena, const struct statement_type *type, struct bytes text, void *members)
{
    struct bytes rest, again;
    TRY(statement_get(arena, type, text, members, &rest));
    TRY(write_plain(arena, type, members, &again));
    if (!bytes_equal(text, again)) return err_set(ERR_INVALID, "statement: not in its one form");
    return ERR_NONE;
}

enum err head_statement_write(struct arena *arena, const struct head_statement *statement, struct bytes *ret_text)
{
    return write_plain(arena, &head_type, statement, ret_text);
}

enum err head_statement_read(struct arena *arena, struct bytes text, struct head_statement *ret_statement)
{
    struct head_statement statement = {0};
    TRY(read_plain(arena, &head_type, text, &statement));
    *ret_statement = statement;
    return ERR_NONE;
}

enum err tree_statement_write(struct arena *arena, const struct tree_statement *statement, struct bytes *ret_text)
{
    return write_plain(arena, &tree_type, statement, ret_text);
}

enum err tree_statement_read(struct arena *arena, struct bytes text, struct tree_statement *ret_statement)
{
    struct tree_statement statement = {0};
    TRY(read_plain(arena, &tree_type, text, &statement));
    *ret_statement = statement;
    return ERR_NONE;
}

static enum err check_release(const struct release_statement *statement)
{
    if (statement->valid_until_s <= statement->made_s ||
        statement->valid_until_s - statement->made_s > RELEASE_VALID_MAX_S)
        return err_set(ERR_INVALID, "release: valid for longer than a day");
    return ERR_NONE;
}

enum err release_statement_write(struct arena *arena, const struct release_statement *statement, struct bytes *ret_text)
{
    TRY(check_release(statement));
    return write_plain(arena, &release_type, statement, ret_text);
}

enum err release_statement_read(struct arena *arena, struct bytes text, struct release_statement *ret_statement)
{
    struct release_statement statement = {0};
    TRY(read_plain(arena, &release_type, text, &statement));
    TRY(check_release(&statement));
    *ret_statement = statement;
    return ERR_NONE;
}
