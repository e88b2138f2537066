/*
 * A contact known from before objects, with the code that stood in its notice: the application is rejected, whoever is at
 * work on it, and everybody is told (spec 01, confirmation_pending: no = rejected).
 */
#include "application/notice.h"

#include "application_sql.h"

#include <string.h>

struct objection {
    struct arena *arena;
    struct bytes code_hash;
    int64_t notice_id, application_id;
    const char *source;
    bool was_made;
    /* prepared before the transaction */
    const struct actor *actor;
    const struct application *application;
    const struct message_ready *messages[KNOWN_CONTACTS_MAX + 2];
    size_t message_count;
};

static enum err find_notice(struct db_tx *tx, void *context)
{
    struct objection *objection = context;
    const struct db_rows *row;
    TRY(db_row(tx, objection->arena, &sql_find_contact_notice, DB_WITH(DB_BYTES("code_hash", objection->code_hash)),
               &row));
    objection->notice_id = db_int64(row, 0, "id");
    objection->application_id = db_int64(row, 0, "application_id");
    objection->source = db_text(row, 0, "source");
    objection->was_made = !db_is_null(row, 0, "objected_s");
    return ERR_NONE;
}

static enum err reject(struct db_tx *tx, void *context)
{
    const struct objection *objection = context;
    const struct application *application = objection->application;
    TRY(db_exec(tx, &sql_update_objected,
                DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", objection->notice_id)), NULL));
    TRY(update_one(tx, &sql_update_note,
                   DB_WITH(DB_TEXT("note", NOTE_OBJECTED), DB_INT64("now_s", clock_now_s()),
                           DB_INT64("id", application->id),
                           DB_TEXT("state", application_state_name(application->state)),
                           DB_INT64("revision", application->revision))));
    TRY(move_application(tx, objection->actor, application->id, application->state, STATE_REJECTED,
                         "object_to_application", objection->source));
    for (size_t i = 0; i < objection->message_count; i++) TRY(message_queue(tx, objection->messages[i]));
    return ERR_NONE;
}

static enum err record_late(struct db_tx *tx, void *context)
{
    const struct objection *objection = context;
    TRY(db_exec(tx, &sql_update_objected,
                DB_WITH(DB_INT64("now_s", clock_now_s()), DB_INT64("id", objection->notice_id)), NULL));
    return audit_record(tx, objection->actor, "object_too_late", "application", objection->application_id,
                        objection->source);
}

static enum err add_message(struct objection *objection, const struct message_to *to, const char *whose)
{
    const struct application *application = objection->application;
    return message_prepare(objection->arena, to, MESSAGE_OBJECTED,
                           arena_printf(objection->arena, "application:%s:%s", application->uid, whose), NULL,
                           &objection->messages[objection->message_count++], "time",
                           time_to_date_time(objection->arena, clock_now_s()), NULL);
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

/* The applicant by the form, and all who are known from before; nobody twice. */
static enum err prepare_messages(struct db *db, struct objection *objection)
{
    const struct application *application = objection->application;
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t count;
    struct message_to to = application_contact(application, MESSAGE_SMS | MESSAGE_EMAIL);
    TRY(add_message(objection, &to, "form"));
    TRY(find_known_contacts(db, objection->arena, &application->person, known, &count));
    for (size_t i = 0; i < count; i++) {
        to = person_recipient(&application->person, &known[i].contact);
        if (is_same(to.mobile, application->form.mobile)) to.mobile = NULL;
        if (is_same(to.email, application->form.email)) to.email = NULL;
        TRY(add_message(objection, &to, known[i].source));
    }
    return ERR_NONE;
}

static enum err prepare_for_opened(struct db *db, struct objection *objection, const struct person *officer)
{
    const struct application *application = objection->application;
    struct contact contact;
    enum err error = find_staff_contact(db, objection->arena, officer, &contact);
    if (error == ERR_NOT_FOUND) return ERR_NONE; /* nobody knows how to reach them */
    TRY(error);
    struct message_to to = person_recipient(officer, &contact);
    return message_prepare(objection->arena, &to, MESSAGE_OBJECTED_OFFICER,
                           arena_printf(objection->arena, "application:%s", application->uid), NULL,
                           &objection->messages[objection->message_count++], "barcode", application->barcode, NULL);
}

/* The officer at whose desk it lay. */
static enum err prepare_for_officer(struct db *db, struct keeper *keeper, struct objection *objection)
{
    const struct application *application = objection->application;
    struct staff_account account;
    struct institution desk;
    struct person officer;
    if (application->barcode == NULL) return ERR_NONE; /* a form that was taken back lies at nobody's desk */
    enum err error =
        find_officer_of(db, objection->arena, application->institution_id, application->person_id, &account, &desk);
    if (error == ERR_NOT_FOUND) return ERR_NONE;
    TRY(error);
    TRY(open_person(db, keeper, objection->arena, account.person_id, &officer));
    error = prepare_for_opened(db, objection, &officer);
    person_close(&officer);
    return error;
}

static enum err object_opened(struct db *db, struct keeper *keeper, struct objection *objection)
{
    const struct application *application = objection->application;
    if (objection->was_made && application->state == STATE_REJECTED) return ERR_NONE;
    if (!application_may_follow(application->state, STATE_REJECTED)) {
        TRY(db_run(db, record_late, objection));
        return application_has_ended(application->state) ? ERR_NONE
                                                         : err_set(ERR_EXPIRED, "application: its card is being made");
    }
    TRY(prepare_messages(db, objection));
    TRY(prepare_for_officer(db, keeper, objection));
    return db_run(db, reject, objection);
}

static enum err object(struct db *db, struct keeper *keeper, struct objection *objection)
{
    struct application application;
    enum err error = db_read(db, find_notice, objection);
    if (error == ERR_NOT_FOUND) return err_set(ERR_WRONG, "not a code of objection");
    TRY(error);
    TRY(open_application(db, keeper, objection->arena, objection->application_id, &application));
    objection->application = &application;
    objection->message_count = 0;
    error = object_opened(db, keeper, objection);
    objection->application = NULL;
    application_close(&application);
    return error;
}

enum err object_to_application(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                               const char *code)
{
    struct objection objection = {.arena = arena, .code_hash = objection_code_hash(arena, code), .actor = actor};
    if (objection.code_hash.size == 0) return err_set(ERR_WRONG, "not a code of objection");
    enum err error = object(db, keeper, &objection);
    /* somebody moved it in between: it is objected to as it stands now */
    return error == ERR_STATE ? object(db, keeper, &objection) : error;
}
