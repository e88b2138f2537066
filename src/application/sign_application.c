/*
 * The applicant signed `application 1` with a card (spec 02, E-imzalı): taken in at once. Whether the certificate counts
 * was checked when the signature came in; here, that it is over the application as it stands. The signer looks again.
 */
#include "application/store.h"

#include "application_sql.h"
#include "pki/cades.h"

struct signing {
    const struct actor *actor;
    const struct application *application;
    const struct sealed_evidence *evidence;
    const struct message_ready *message;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct signing *signing = context;
    const struct application *application = signing->application;

    TRY(update_one(tx, &sql_update_way,
                   DB_WITH(DB_TEXT("way", application_way_name(WAY_E_SIGNED)), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(update_one(tx, &sql_update_taken_in,
                   DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    TRY(add_evidence(tx, signing->actor, signing->evidence));
    TRY(move_application(tx, signing->actor, application->id, application->state, STATE_OFFICER_PENDING,
                         "sign_application", ""));
    TRY(suspend_concerned(tx, application));
    return message_queue(tx, signing->message);
}

enum err sign_application(struct db *db, struct arena *arena, const struct actor *actor,
                          const struct application *application, struct bytes signature, struct bytes validation)
{
    struct signing signing = {.actor = actor, .application = application};
    struct cades cades;

    if (!application_may_be_signed(application->state)) return err_set(ERR_STATE, "application: no way is asked for");
    TRY(cades_verify(arena, signature, &cades));
    if (!bytes_equal(cades.content, application->statement))
        return err_set(ERR_STATE, "application: was changed after its text was shown");
    struct sealed_evidence evidence =
        seal_evidence(arena, application, EVIDENCE_APPLICANT, 0, (struct bytes){NULL, 0}, signature);
    seal_validation_data(arena, application, validation, &evidence);
    signing.evidence = &evidence;
    struct message_to to = application_contact(application, 0);
    TRY(message_prepare(arena, &to, MESSAGE_TAKEN_IN_SIGNED,
                        arena_printf(arena, "application:%s:%lld", application->uid, (long long)application->revision),
                        NULL, &signing.message, "barcode", application->barcode, "next",
                        next_step_text(arena, to.language, STATE_OFFICER_PENDING, WAY_E_SIGNED), NULL));
    return db_run(db, update, &signing);
}
