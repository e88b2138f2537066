/* A version of a text is made: the shipped ones at init, later ones by an administrator. */
#include "publication/store.h"

#include "base/clock.h"
#include "publication_sql.h"

#include <string.h>

const char *legal_text_kind_name(enum legal_text_kind kind)
{
    static const char *const names[] = {"notice", "information", "declaration", "form", "undertaking"};
    return names[kind];
}

enum err legal_text_kind_of(const char *name, enum legal_text_kind *ret_kind)
{
    for (int kind = 0; kind < LEGAL_TEXT_COUNT; kind++) {
        if (strcmp(legal_text_kind_name((enum legal_text_kind)kind), name) != 0) continue;
        *ret_kind = (enum legal_text_kind)kind;
        return ERR_NONE;
    }
    return err_set(ERR_NOT_FOUND, "legal text: no such kind");
}

const char *legal_text_reference(struct arena *arena, const struct legal_text *text)
{
    return arena_printf(arena, "%s/%s %s", text->name, text->version, text->digest);
}

const char *legal_text_file(struct arena *arena, const struct legal_text *text)
{
    return arena_printf(arena, "name: %s\nversion: %s\n\n%s\n\n%s\n", text->name, text->version, text->title,
                        text->text);
}

struct publishing {
    struct arena *arena;
    const struct actor *actor;
    int64_t account_id; /* 0: shipped */
    const struct legal_text *text;
};

static enum err insert(struct db_tx *tx, const struct publishing *publishing, const struct db_rows **ret_row)
{
    const struct legal_text *text = publishing->text;
    return db_row(tx, publishing->arena, &sql_insert_legal_text,
                  DB_WITH(DB_TEXT("kind", legal_text_kind_name(text->kind)), DB_TEXT("name", text->name),
                          DB_TEXT("version", text->version), DB_TEXT("title", text->title), DB_TEXT("text", text->text),
                          DB_TEXT("english", text->english), DB_TEXT("digest", text->digest),
                          DB_TEXT("file", text->file), DB_INT64("from_s", text->from_s),
                          {.name = "account_id",
                           .type = DB_TYPE_INT64,
                           .is_null = publishing->account_id == 0,
                           .int64 = publishing->account_id},
                          DB_INT64("now_s", clock_now_s())),
                  ret_row);
}

static enum err publish_act(struct db_tx *tx, void *context)
{
    const struct publishing *publishing = context;
    const struct legal_text *text = publishing->text;
    const struct db_rows *row;

    TRY(insert(tx, publishing, &row));
    const char *detail =
        arena_printf(publishing->arena, "%s %s %s", legal_text_kind_name(text->kind), text->version, text->digest);
    return audit_record(tx, publishing->actor, "publish_legal_text", "legal_text", db_int64(row, 0, "id"), detail);
}

enum err publish_legal_text(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                            const struct legal_text *text)
{
    struct legal_text now, whole = *text;

    if (text->from_s < time_of_date(date_of_time(clock_now_s())))
        return err_set(ERR_INVALID, "legal text: its beginning lies in the past");
    if (text->kind == LEGAL_DECLARATION && strchr(text->text, '\n') != NULL)
        return err_set(ERR_INVALID, "declaration: it stands in the statement, in one line");
    TRY(find_legal_text(db, arena, text->kind, &now));
    whole.name = now.name;
    whole.file = legal_text_file(arena, &whole);
    whole.digest = hex_encode(arena, sha256(arena, bytes_of_text(whole.file)));
    struct publishing publishing = {arena, actor, account_id, &whole};
    return db_run(db, publish_act, &publishing);
}

static enum err install_act(struct db_tx *tx, void *context)
{
    const struct db_rows *row;
    struct publishing publishing = {.arena = context};

    for (int kind = 0; kind < LEGAL_TEXT_COUNT; kind++) {
        publishing.text = shipped_legal_text((enum legal_text_kind)kind);
        TRY(insert(tx, &publishing, &row));
    }
    return ERR_NONE;
}

enum err install_legal_texts(struct db *db)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    return db_run(db, install_act, arena);
}
