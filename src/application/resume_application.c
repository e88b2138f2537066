/* Seeing, changing and printing a running application from another browser: a code to its number (spec 01, 1). */
#include "application/phone.h"

struct resuming {
    const struct actor *actor;
    const struct application *application;
};

enum err send_resume_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          const struct application *application, int64_t *ret_valid_until_s, int64_t *ret_wait_s)
{
    if (!application_is_open(application->state) || application->form.mobile[0] == '\0')
        return err_set(ERR_STATE, "application: nothing to go on with");
    return send_code(db, keeper, arena, actor, application, RESUME_PURPOSE, ret_valid_until_s, ret_wait_s);
}

static enum err record(struct db_tx *tx, void *context)
{
    const struct resuming *resuming = context;
    return audit_record(tx, resuming->actor, "resume_application", "application", resuming->application->id, "");
}

enum err resume_application(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                            const struct application *application, const char *code)
{
    struct resuming resuming = {actor, application};

    TRY(keeper_code_check(keeper, RESUME_PURPOSE, code_subject(arena, application), code));
    return db_run(db, record, &resuming);
}
