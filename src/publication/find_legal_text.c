#include "publication/legal_text.h"

#include "base/clock.h"
#include "publication/store.h"
#include "publication_sql.h"

#include <string.h>

static enum err text_of_row(const struct db_rows *rows, size_t row, struct legal_text *ret_text)
{
    *ret_text = (struct legal_text){
        .name = db_text(rows, row, "name"),
        .version = db_text(rows, row, "version"),
        .title = db_text(rows, row, "title"),
        .text = db_text(rows, row, "text"),
        .english = db_text(rows, row, "english"),
        .digest = db_text(rows, row, "digest"),
        .file = db_text(rows, row, "file"),
        .from_s = db_int64(rows, row, "from_s"),
        .account_name = db_text(rows, row, "display_name"),
    };
    return legal_text_kind_of(db_text(rows, row, "kind"), &ret_text->kind);
}

static enum err find_one(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                         struct legal_text *ret_text)
{
    const struct db_rows *rows;
    TRY(publication_rows(db, arena, sql, values, &rows));
    if (db_count(rows) == 0) return err_set(ERR_NOT_FOUND, "legal text: no such version");
    return text_of_row(rows, 0, ret_text);
}

/* The file breaks lines inside its paragraphs where the text has spaces (tools/make_legal_texts.py); else they agree. */
static bool is_same_text(const char *file, const char *composed)
{
    for (; *file != '\0' && *composed != '\0'; file++, composed++)
        if (*file != *composed && !(*file == '\n' && *composed == ' ')) return false;
    return *file == *composed;
}

/* A row edited in the database would print what nobody accepted under the reference that they signed. */
static enum err check_digest(struct arena *arena, const struct legal_text *text)
{
    const char *digest = hex_encode(arena, sha256(arena, bytes_of_text(text->file)));
    if (strcmp(digest, text->digest) != 0 || !is_same_text(text->file, legal_text_file(arena, text)))
        return err_set(ERR_BROKEN, "legal text %s/%s: not what its digest says", text->name, text->version);
    return ERR_NONE;
}

enum err find_legal_text(struct db *db, struct arena *arena, enum legal_text_kind kind, struct legal_text *ret_text)
{
    return find_one(db, arena, &sql_find_legal_text,
                    DB_WITH(DB_TEXT("kind", legal_text_kind_name(kind)), DB_INT64("now_s", clock_now_s())), ret_text);
}

enum err find_legal_text_of_version(struct db *db, struct arena *arena, enum legal_text_kind kind, const char *version,
                                    struct legal_text *ret_text)
{
    return find_one(db, arena, &sql_find_legal_text_of_version,
                    DB_WITH(DB_TEXT("kind", legal_text_kind_name(kind)), DB_TEXT("version", version)), ret_text);
}

enum err find_referenced_text(struct db *db, struct arena *arena, enum legal_text_kind kind, const char *reference,
                              struct legal_text *ret_text)
{
    const char *space = strrchr(reference, ' ');
    const char *digest = space != NULL ? space + 1 : reference;
    TRY(find_one(db, arena, &sql_find_legal_text_of_digest,
                 DB_WITH(DB_TEXT("kind", legal_text_kind_name(kind)), DB_TEXT("digest", digest)), ret_text));
    return check_digest(arena, ret_text);
}

enum err find_declaration(struct db *db, struct arena *arena, const char *words, struct legal_text *ret_text)
{
    TRY(find_one(db, arena, &sql_find_declaration, DB_WITH(DB_TEXT("text", words)), ret_text));
    return check_digest(arena, ret_text);
}

enum err list_legal_texts(struct db *db, struct arena *arena, const struct legal_text **ret_texts, size_t *ret_count)
{
    const struct db_rows *rows;
    TRY(publication_rows(db, arena, &sql_list_legal_texts, DB_NOTHING, &rows));
    size_t count = db_count(rows);
    struct legal_text *texts = NEW_ARRAY(arena, struct legal_text, count + 1);
    for (size_t i = 0; i < count; i++) TRY(text_of_row(rows, i, &texts[i]));
    *ret_texts = texts;
    *ret_count = count;
    return ERR_NONE;
}
