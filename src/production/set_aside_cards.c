/* A card that the signer refused: nobody logs in to it again, and the next attempt takes another one (spec 06). */
#include "production/station.h"
#include "production_sql.h"
#include "token/token.h"

#include <string.h>

struct refused {
    struct arena *arena;
    const struct db_rows *rows;
};

static enum err read_refused(struct db_tx *tx, void *context)
{
    struct refused *refused = context;
    return db_rows(tx, refused->arena, &sql_list_refused, DB_NOTHING, &refused->rows);
}

struct setting_aside {
    const struct actor *actor;
    int64_t attempt_id;
    const char *why;
};

static enum err note(struct db_tx *tx, void *context)
{
    const struct setting_aside *card = context;
    int64_t changed = 0;
    TRY(db_exec(tx, &sql_update_set_aside, DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", card->attempt_id)),
                &changed));
    if (changed == 0) return ERR_NONE;
    return audit_record(tx, card->actor, "set_aside_card", "card_attempt", card->attempt_id, card->why);
}

/* The PINs first: should the station stop in between, the card is set aside once more. */
static enum err set_aside(struct db *db, const struct card_station *station, struct arena *arena,
                          const struct token_info *token, struct setting_aside *card)
{
    const struct card forgotten = {.label = token->label, .serial = token->serial};
    TRY(card_forget_pin(station, arena, &forgotten));
    return db_run(db, note, card);
}

enum err set_aside_cards(struct db *db, const struct card_station *station, struct arena *arena,
                         const struct actor *actor, size_t *ret_count)
{
    struct refused refused = {.arena = arena};
    const struct token_info *tokens;
    size_t token_count, count = 0;
    TRY(db_read(db, read_refused, &refused));
    TRY(token_list(station->module, arena, &tokens, &token_count));
    for (size_t i = 0; i < db_count(refused.rows); i++) {
        struct setting_aside card = {actor, db_int64(refused.rows, i, "id"), db_text(refused.rows, i, "why")};
        for (size_t k = 0; k < token_count; k++) {
            if (strcmp(tokens[k].serial, db_text(refused.rows, i, "card_serial")) != 0) continue;
            TRY(set_aside(db, station, arena, &tokens[k], &card));
            count++;
        }
    }
    *ret_count = count;
    return ERR_NONE;
}
