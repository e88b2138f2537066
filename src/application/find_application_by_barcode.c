/* What a scanned or typed barcode means to this officer, said plainly (spec 04, Take in a form). */
#include "application/store.h"

#include "application_sql.h"

struct question {
    struct arena *arena;
    const struct staff_account *account;
    const char *barcode;
    enum barcode_answer answer;
    int64_t application_id;
};

static enum barcode_answer answer_of(enum application_state state)
{
    switch (state) {
    case STATE_FORM_AWAITED: return BARCODE_FOUND;
    case STATE_DRAFT:
    case STATE_PHONE_PENDING:
    case STATE_METHOD_PENDING:
    case STATE_CONFIRMATION_PENDING:
    case STATE_RETURNED:
    case STATE_REJECTED:
    case STATE_WITHDRAWN:
    case STATE_LAPSED: return BARCODE_NOT_AWAITED;
    default: return BARCODE_TAKEN_IN;
    }
}

static enum err look(struct db_tx *tx, void *context)
{
    struct question *question = context;
    const struct db_rows *rows;
    enum application_state state;
    bool covers = false;

    question->application_id = 0;
    question->answer = BARCODE_UNKNOWN;
    TRY(db_rows(tx, question->arena, &sql_find_barcode, DB_WITH(DB_TEXT("barcode", question->barcode)), &rows));
    if (db_count(rows) == 0) return ERR_NONE;
    TRY(institution_covers(tx, question->arena, question->account->institution_id, db_int64(rows, 0, "institution_id"),
                           &covers));
    if (!covers) {
        question->answer = BARCODE_OTHER_INSTITUTION;
        return ERR_NONE;
    }
    if (db_int64(rows, 0, "is_superseded") != 0) {
        question->answer = BARCODE_SUPERSEDED;
        return ERR_NONE;
    }
    TRY(application_state_from_name(db_text(rows, 0, "state"), &state));
    question->answer = answer_of(state);
    question->application_id = db_int64(rows, 0, "id");
    return ERR_NONE;
}

enum err find_application_by_barcode(struct db *db, struct arena *arena, int64_t account_id, const char *barcode,
                                     enum barcode_answer *ret_answer, int64_t *ret_application_id)
{
    struct staff_account account;
    struct question question = {.arena = arena, .account = &account, .barcode = barcode};

    TRY(find_staff_account(db, arena, account_id, &account));
    TRY(db_read(db, look, &question));
    *ret_answer = question.answer;
    *ret_application_id = question.application_id;
    return ERR_NONE;
}
