/*
 * The signer's words on status, kept as they were signed, and in the same transaction what follows from them: the rows
 * that pages and the responder look into (docs/trust.md, Status). Nobody else writes those rows.
 */
#include "certificate/certificate.h"
#include "certificate_sql.h"
#include "db/job.h"
#include "statement/status_statement.h"

struct storing {
    struct arena *arena;
    const struct actor *actor;
    const struct signer_statement *texts;
    const struct status_statement *statements;
    size_t count;
};

static enum certificate_status status_of(enum status_word word)
{
    static const enum certificate_status statuses[] = {[STATUS_SUSPENDED] = CERTIFICATE_SUSPENDED,
                                                       [STATUS_ACTIVE] = CERTIFICATE_ACTIVE,
                                                       [STATUS_REVOKED] = CERTIFICATE_REVOKED};
    return statuses[word];
}

static enum err store_line(struct db_tx *tx, const struct storing *storing, int64_t number,
                           const struct status_statement_line *line)
{
    const char *status = certificate_status_name(status_of(line->status));
    TRY(db_exec(tx, &sql_write_status,
                DB_WITH(DB_TEXT("serial", line->serial), DB_TEXT("issuer", CERTIFICATE_ISSUER),
                        DB_TEXT("status", status), DB_INT64("reason", line->reason), DB_INT64("since_s", line->since_s),
                        DB_INT64("number", number)),
                NULL));
    return audit_record(tx, storing->actor, "store_status", "status_statement", number,
                        arena_printf(storing->arena, "%s %s", line->serial, status));
}

/* A database that swallows it keeps nothing of what follows from it either: the worker would ask without end. */
static enum err store_text(struct db_tx *tx, const struct signer_statement *text, int64_t number)
{
    int64_t inserted;
    TRY(db_exec(
        tx, &sql_insert_statement,
        DB_WITH(DB_INT64("number", number), DB_BYTES("text", text->text), DB_BYTES("signature", text->signature)),
        &inserted));
    if (inserted != 1) return err_set(ERR_BROKEN, "status statement %lld is not kept", (long long)number);
    return ERR_NONE;
}

static enum err store_all(struct db_tx *tx, void *context)
{
    const struct storing *storing = context;
    for (size_t i = 0; i < storing->count; i++) {
        const struct status_statement *statement = &storing->statements[i];
        TRY(store_text(tx, &storing->texts[i], statement->number));
        for (size_t line = 0; line < statement->line_count; line++)
            TRY(store_line(tx, storing, statement->number, &statement->lines[line]));
        if (statement->line_count > 0) TRY(job_add(tx, CERTIFICATE_JOB_CRL, "now", "", 0));
    }
    return ERR_NONE;
}

enum err store_statements(struct db *db, struct arena *arena, const struct actor *actor,
                          const struct signer_statement *texts, size_t count)
{
    struct status_statement *statements = NEW_ARRAY(arena, struct status_statement, count + 1);
    for (size_t i = 0; i < count; i++) TRY(status_statement_read(arena, texts[i].text, &statements[i]));
    struct storing storing = {arena, actor, texts, statements, count};
    return db_run(db, store_all, &storing);
}

struct newest {
    struct arena *arena;
    int64_t number;
};

static enum err read_newest(struct db_tx *tx, void *context)
{
    struct newest *newest = context;
    const struct db_rows *row;
    TRY(db_row(tx, newest->arena, &sql_find_newest_statement, DB_NOTHING, &row));
    newest->number = db_int64(row, 0, "number");
    return ERR_NONE;
}

enum err find_newest_statement(struct db *db, int64_t *ret_number)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct newest newest = {.arena = arena};
    TRY(db_read(db, read_newest, &newest));
    *ret_number = newest.number;
    return ERR_NONE;
}
