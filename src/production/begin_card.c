/* A card's key is made: the application goes into production and the signer is asked, again if need be. */
#include "db/job.h"
#include "production/production.h"
#include "production_sql.h"

#define LOCKED_AGAIN_S 600 /* an unlocking is noticed so late at most, by the clock that a demonstration moves */

static enum err ask_signer(struct db_tx *tx, struct arena *arena, int64_t attempt_id, int64_t due_s)
{
    const char *key = arena_printf(arena, "%lld", (long long)attempt_id);
    return job_add(tx, PRODUCTION_JOB_ISSUE, key, key, due_s);
}

struct beginning {
    struct arena *arena;
    const struct actor *actor;
    int64_t application_id, attempt;
    const char *card_serial;
    struct bytes request;
    const struct sealed_evidence *word;
};

static enum err begin(struct db_tx *tx, void *context)
{
    const struct beginning *card = context;
    TRY(mark_in_production(tx, card->actor, card->application_id));
    TRY(add_evidence(tx, card->actor, card->word));
    const struct db_rows *row;
    TRY(db_row(tx, card->arena, &sql_insert_attempt,
               DB_WITH(DB_INT64("application_id", card->application_id), DB_INT64("attempt", card->attempt),
                       DB_TEXT("card_serial", card->card_serial), DB_BYTES("request", card->request),
                       DB_INT64("created_s", clock_now_s())),
               &row));
    int64_t id = db_int64(row, 0, "id");
    TRY(ask_signer(tx, card->arena, id, 0));
    return audit_record(tx, card->actor, "begin_card", "application", card->application_id, card->card_serial);
}

enum err begin_card(struct db *db, struct arena *arena, const struct actor *actor, int64_t application_id,
                    int64_t attempt, const char *card_serial, struct bytes request, const struct sealed_evidence *word)
{
    struct beginning card = {arena, actor, application_id, attempt, card_serial, request, word};
    return db_run(db, begin, &card);
}

static enum err ask_again(struct db_tx *tx, void *context)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    return ask_signer(tx, arena, *(const int64_t *)context, 0);
}

enum err ask_again_for_certificate(struct db *db, const struct card_attempt *attempt)
{
    int64_t id = attempt->id;
    return db_run(db, ask_again, &id);
}

enum err note_card_locked(struct db_tx *tx, const struct actor *actor, const struct card_attempt *attempt)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    TRY(mark_locked(tx, actor, attempt->application_id));
    return ask_signer(tx, arena, attempt->id, clock_now_s() + LOCKED_AGAIN_S);
}
