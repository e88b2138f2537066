#include "base/buffer.h"
#include "base/clock.h"
#include "db/backend.h"
#include "db/migrations.h"
#include "migrate_sql.h"

#include <string.h>

static const char version_table[] =
    "CREATE TABLE IF NOT EXISTS db_version (version {int64} PRIMARY KEY, name TEXT NOT NULL, at_s {int64} NOT NULL) "
    "{strict};";

/* Puts in what the tokens stand for; the build has refused unknown ones. */
static const char *expand(struct arena *arena, const struct db_backend *backend, const char *text)
{
    const struct {
        const char *token;
        const char *value;
    } tokens[] = {
        {"{id}", backend->id}, {"{int64}", backend->int64}, {"{bytes}", backend->bytes}, {"{strict}", backend->strict}};
    CLEANUP_BUFFER struct buffer out = BUFFER_EMPTY;
    while (*text != '\0') {
        size_t i = 0;
        while (i < 4 && strncmp(text, tokens[i].token, strlen(tokens[i].token)) != 0) i++;
        if (i == 4) {
            buffer_char(&out, *text++);
            continue;
        }
        buffer_text(&out, tokens[i].value);
        text += strlen(tokens[i].token);
    }
    return buffer_to_text(&out, arena);
}

struct step {
    bool is_newest; /* nothing was left to do */
};

/* PostgreSQL's snapshot may be older than the commit of another that migrates: then it is looked at anew. */
static enum err run_script(struct db_tx *tx, struct arena *arena, const char *text)
{
    enum err error = tx->db->backend->script(tx, expand(arena, tx->db->backend, text));
    return error == ERR_EXISTS ? ERR_RETRY : error;
}

/* The first one that this database has not seen, by number: steps of different origin may come in any order. */
static enum err find_next(struct db_tx *tx, struct arena *arena, const struct db_migration **ret_migration)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_version, DB_NOTHING, &row));
    int64_t version = db_int64(row, 0, "version");
    if (version > db_migrations[db_migration_count - 1].version)
        return err_set(ERR_STATE, "the tables are of version %lld, newer than this program", (long long)version);
    for (size_t i = 0; i < db_migration_count; i++) {
        TRY(db_row(tx, arena, &sql_has_version, DB_WITH(DB_INT64("version", db_migrations[i].version)), &row));
        if (db_int64(row, 0, "count") > 0) continue;
        *ret_migration = &db_migrations[i];
        return ERR_NONE;
    }
    *ret_migration = NULL;
    return ERR_NONE;
}

/* One step in one transaction; which one is next is asked inside, since another process may migrate at the same time. */
static enum err take_step(struct db_tx *tx, void *context)
{
    struct step *step = context;
    const struct db_backend *backend = tx->db->backend;
    CLEANUP_ARENA struct arena *arena = arena_new();
    TRY(backend->script(tx, backend->migration_lock));
    TRY(run_script(tx, arena, version_table));
    const struct db_migration *migration;
    TRY(find_next(tx, arena, &migration));
    step->is_newest = migration == NULL;
    if (step->is_newest) return ERR_NONE;
    TRY(run_script(tx, arena, migration->text));
    return db_exec(tx, &sql_insert_version,
                   DB_WITH(DB_INT64("version", migration->version), DB_TEXT("name", migration->name),
                           DB_INT64("now", clock_now_s())),
                   NULL);
}

enum err db_migrate(struct db *db)
{
    struct step step = {false};
    while (!step.is_newest) TRY(db_run(db, take_step, &step));
    return ERR_NONE;
}
