/* Seeing, changing and printing a running application from another browser: a code to its number (spec 01, 1). */
#include "application/phone.h"

struct resuming {
    const struct actor *actor;
    const struct application *application;
};

static const char *resume_subject(struct arena *arena, const struct application *application)
{
    return arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision);
}

enum err send_resume_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          const struct application *application, struct sent_code *ret_code, int64_t *ret_wait_s)
{
    if (!application_is_open(application->state) || application->form.mobile[0] == '\0')
        return err_set(ERR_STATE, "application: nothing to go on with");
    const struct keeper_code_request request = {.purpose = KEEPER_CODE_RESUME,
                                                .subject = resume_subject(arena, application),
                                                .identity_number = application->person.details.identity_number,
                                                .number = application->form.mobile};
    return send_code(db, keeper, arena, actor, application, MESSAGE_PHONE_CODE, &request, ret_code, ret_wait_s);
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

    struct keeper_owner_act none;
    TRY(keeper_code_check(keeper, arena, KEEPER_CODE_RESUME, resume_subject(arena, application), "", code, &none));
    return db_run(db, record, &resuming);
}
