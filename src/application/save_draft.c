/* The draft while it is filled in: kept right or wrong, so that nothing typed is lost (spec 01, 2). */
#include "application/store.h"

#include "application_sql.h"

#include <stdlib.h>

struct saving {
    const struct actor *actor;
    const struct application *application;
    struct bytes sealed_form;
    const char *security_word_hash;
    int64_t term_years;
    enum application_reason reason;
    const char *certificate; /* NULL: none is concerned */
    const char *event;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct saving *saving = context;
    const struct application *application = saving->application;

    TRY(update_one(
        tx, &sql_update_draft,
        DB_WITH(DB_BYTES("sealed_form", saving->sealed_form), DB_TEXT("security_word_hash", saving->security_word_hash),
                DB_INT64("term_years", saving->term_years), DB_TEXT("reason", application_reason_name(saving->reason)),
                DB_TEXT("certificate", saving->certificate), DB_INT64("now_s", clock_now_s()),
                DB_INT64("id", application->id), DB_INT64("revision", application->revision))));
    return audit_record(tx, saving->actor, saving->event, "application", application->id, "");
}

enum err save_draft_as(struct db *db, struct arena *arena, const struct actor *actor,
                       const struct application *application, const struct application_form *form,
                       const char *security_word, const char *event)
{
    struct saving saving = {
        .actor = actor,
        .application = application,
        .security_word_hash = application->security_word_hash,
        .term_years = strtol(form->term, NULL, 10),
        .reason = form->reason[0] != '\0' ? application_reason_from_name(form->reason) : application->reason,
        .certificate = form->certificate[0] != '\0' ? form->certificate : NULL,
        .event = event,
    };
    struct application_form kept = *form;

    if (security_word != NULL) TRY(password_hash(arena, security_word, &saving.security_word_hash));
    kept.has_security_word = saving.security_word_hash != NULL ? "yes" : "";
    if (form->end[0] == '\0' && (saving.term_years < 1 || saving.term_years > 5))
        saving.term_years = application->term_years;
    saving.sealed_form =
        person_seal(arena, &application->person, FORM_COLUMN, application->uid, form_write(arena, &kept));
    return db_run(db, update, &saving);
}

enum err save_draft(struct db *db, struct arena *arena, const struct actor *actor,
                    const struct application *application, const struct application_form *form,
                    const char *security_word)
{
    return save_draft_as(db, arena, actor, application, form, security_word, "save_draft");
}
