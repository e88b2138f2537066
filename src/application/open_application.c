/* An application's row with its sealed parts opened. */
#include "application/store.h"

#include "application_sql.h"

#include <string.h>

struct reading {
    struct arena *arena;
    int64_t id;
    struct application application;
    struct bytes sealed_form, sealed_statement, sealed_return;
};

enum application_way application_way_from_name(const char *name)
{
    for (int way = 0; name != NULL && way < APPLICATION_WAY_COUNT; way++) {
        if (strcmp(application_way_name((enum application_way)way), name) == 0) return (enum application_way)way;
    }
    return WAY_NONE;
}

static enum err read_row(struct db_tx *tx, void *context)
{
    struct reading *reading = context;
    struct application *application = &reading->application;
    const struct db_rows *row;

    TRY(db_row(tx, reading->arena, &sql_find_application, DB_WITH(DB_INT64("id", reading->id)), &row));
    *application = (struct application){
        .id = reading->id,
        .uid = db_text(row, 0, "uid"),
        .person_id = db_int64(row, 0, "person_id"),
        .door_id = db_int64(row, 0, "door_id"),
        .institution_id = db_int64(row, 0, "institution_id"),
        .way = application_way_from_name(db_text(row, 0, "way")),
        .revision = db_int64(row, 0, "revision"),
        .barcode = db_text(row, 0, "barcode"),
        .term_years = db_int64(row, 0, "term_years"),
        .security_word_hash = db_text(row, 0, "security_word_hash"),
        .statement_digest = db_bytes(row, 0, "statement_digest"),
        .note = db_text(row, 0, "note"),
        .refusal = db_text(row, 0, "refusal"),
        .contact_changes = contact_changes_from_words(db_text(row, 0, "contact_changes")),
        .created_s = db_int64(row, 0, "created_s"),
        .changed_s = db_int64(row, 0, "changed_s"),
        .confirmed_s = db_int64(row, 0, "confirmed_s"),
        .taken_in_s = db_int64(row, 0, "taken_in_s"),
        .approved_s = db_int64(row, 0, "approved_s"),
        .locked_s = db_int64(row, 0, "locked_s"),
    };
    reading->sealed_form = db_bytes(row, 0, "sealed_form");
    reading->sealed_statement = db_bytes(row, 0, "sealed_statement");
    reading->sealed_return = db_bytes(row, 0, "sealed_return");
    application->return_fields = application->return_coded = application->return_reason = "";
    application->reason = application_reason_from_name(db_text(row, 0, "reason"));
    return application_state_from_name(db_text(row, 0, "state"), &application->state);
}

static enum err unseal(struct arena *arena, struct reading *reading)
{
    struct application *application = &reading->application;
    struct bytes plain;

    TRY(person_unseal(arena, &application->person, FORM_COLUMN, application->uid, reading->sealed_form, &plain));
    TRY(form_parse(arena, plain, &application->form));
    if (reading->sealed_return.size > 0) {
        TRY(person_unseal(arena, &application->person, RETURN_COLUMN, application->uid, reading->sealed_return,
                          &plain));
        TRY(read_return(arena, plain, application));
    }
    if (reading->sealed_statement.size == 0) return ERR_NONE;
    TRY(person_unseal(arena, &application->person, STATEMENT_COLUMN, application->uid, reading->sealed_statement,
                      &application->statement));
    /* D names the text: a row whose two columns do not belong together is nobody's word */
    if (!bytes_equal(sha256(arena, application->statement), application->statement_digest))
        return err_set(ERR_BROKEN, "application: statement and digest differ");
    return ERR_NONE;
}

enum err open_application(struct db *db, struct keeper *keeper, struct arena *arena, int64_t application_id,
                          struct application *ret_application)
{
    struct reading reading = {.arena = arena, .id = application_id};

    TRY(db_read(db, read_row, &reading));
    TRY(open_person(db, keeper, arena, reading.application.person_id, &reading.application.person));
    enum err error = unseal(arena, &reading);
    if (error != ERR_NONE) {
        application_close(&reading.application);
        return error;
    }
    *ret_application = reading.application;
    return ERR_NONE;
}

void application_close(struct application *application)
{
    if (application->person.key != NULL) person_close(&application->person);
    application->person.key = NULL;
}
