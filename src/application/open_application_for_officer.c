/* An application for an officer's eyes; each view of somebody's data is limited to the institution and below. */
#include "application/store.h"

struct question {
    struct arena *arena;
    int64_t officer_institution_id, institution_id;
    bool covers;
};

static enum err look(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return institution_covers(tx, question->arena, question->officer_institution_id, question->institution_id,
                              &question->covers);
}

enum err open_application_for_officer(struct db *db, struct keeper *keeper, struct arena *arena, int64_t account_id,
                                      int64_t application_id, struct application *ret_application)
{
    struct staff_account account;
    struct application application;

    TRY(find_staff_account(db, arena, account_id, &account));
    TRY(open_application(db, keeper, arena, application_id, &application));
    struct question question = {arena, account.institution_id, application.institution_id, false};
    enum err error = db_read(db, look, &question);
    if (error == ERR_NONE && !question.covers) error = err_set(ERR_FORBIDDEN, "another institution's application");
    if (error != ERR_NONE) {
        application_close(&application);
        return error;
    }
    *ret_application = application;
    return ERR_NONE;
}
