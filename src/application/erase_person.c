/* A person is erased (spec 10, The keeper), unless certificates or evidence must be kept (spec 09: 20 years). */
#include "application/store.h"
#include "application_sql.h"

#define KEPT_S ((int64_t)20 * 365 * DAY_S + 5 * DAY_S) /* 20 years */

struct erasing {
    struct arena *arena;
    const struct actor *actor;
    const struct person *person;
    struct erasure erasure;
    int64_t draft_id; /* open, but no code confirmed it: it goes with the person; 0: none */
    enum application_state draft_state;
};

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static enum err read_running(struct db_tx *tx, struct erasing *erasing)
{
    const struct db_rows *rows;
    erasing->draft_id = erasing->erasure.open_applications = 0;
    TRY(db_rows(tx, erasing->arena, &sql_find_running, DB_WITH(DB_INT64("person_id", erasing->person->id)), &rows));
    if (db_count(rows) == 0) return ERR_NONE; /* spec 01: there is one at most */
    TRY(application_state_from_name(db_text(rows, 0, "state"), &erasing->draft_state));
    bool is_draft = erasing->draft_state == STATE_DRAFT || erasing->draft_state == STATE_PHONE_PENDING;
    if (is_draft) erasing->draft_id = db_int64(rows, 0, "id");
    else erasing->erasure.open_applications = 1;
    return ERR_NONE;
}

static enum err read_kept(struct db_tx *tx, void *context)
{
    struct erasing *erasing = context;
    struct erasure *erasure = &erasing->erasure;
    const struct db_rows *row;
    TRY(db_row(tx, erasing->arena, &sql_find_kept_of_person,
               DB_WITH(DB_INT64("id", erasing->person->id), DB_INT64("since_s", clock_now_s() - KEPT_S)), &row));
    TRY(read_running(tx, erasing));
    erasure->certificates = db_int64(row, 0, "certificates");
    erasure->applications = db_int64(row, 0, "applications");
    erasure->accounts = db_int64(row, 0, "accounts");
    erasure->kept_until_s = later(db_int64(row, 0, "last_end_s"), db_int64(row, 0, "last_change_s")) + KEPT_S;
    bool may = erasure->certificates == 0 && erasure->applications == 0 && erasure->open_applications == 0 &&
               erasure->accounts == 0;
    return may ? ERR_NONE : err_set(ERR_STATE, "something of the person must be kept");
}

static enum err erase_act(struct db_tx *tx, void *context)
{
    struct erasing *erasing = context;
    int64_t changed;
    TRY(read_kept(tx, erasing));
    if (erasing->draft_id != 0)
        TRY(move_application(tx, erasing->actor, erasing->draft_id, erasing->draft_state, STATE_WITHDRAWN,
                             "withdraw_application", ""));
    TRY(db_exec(tx, &sql_forget_security_words, DB_WITH(DB_INT64("id", erasing->person->id)), &changed));
    return person_erase(tx, erasing->actor, erasing->person->id);
}

/*
 * The keeper first: it needs the identity number, which nobody knows afterwards. Cut off in between, it is asked again. What
 * came in between the two looks stays, and the erasure is refused: the keeper has then forgotten numbers and codes, which
 * registers, forms and activations tell it anew; nobody with a card comes so far, so no PUK is lost.
 */
static enum err erase_opened(struct db *db, struct keeper *keeper, struct erasing *erasing)
{
    const struct person *person = erasing->person;
    TRY(db_read(db, read_kept, erasing));
    TRY(keeper_person_forget(keeper, person->uid, person->details.identity_number));
    return db_run(db, erase_act, erasing);
}

enum err erase_person(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                      const char *who, struct erasure *ret_erasure)
{
    struct person person;
    TRY(identity_number_is_valid(who) ? find_person(db, keeper, arena, who, &person)
                                      : find_person_by_uid(db, keeper, arena, who, &person));
    struct erasing erasing = {.arena = arena, .actor = actor, .person = &person};
    erasing.erasure.uid = person.uid;
    enum err error = erase_opened(db, keeper, &erasing);
    person_close(&person);
    *ret_erasure = erasing.erasure;
    return error;
}
