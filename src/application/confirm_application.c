/* Form Onayla: the form's text is fixed from here on: `application 1`, its digest D, its barcode (spec 01, spec 10). */
#include "application/notice.h"

#include "application_sql.h"
#include "statement/application_statement.h"

#include <stdlib.h>
#include <string.h>

#define PROFILE "nes-1"
#define BARCODE_TRIES 3

struct confirmation {
    struct arena *arena;
    const struct actor *actor;
    const struct application *application;
    const struct application_form *form;
    const char *barcode;
    const char *certificate; /* NULL: none is concerned */
    enum application_state to;
    struct contact_notices notices; /* of one that needs no code */
    struct bytes sealed_form, sealed_statement, digest;
};

static enum err update(struct db_tx *tx, void *context)
{
    const struct confirmation *confirmation = context;
    const struct application *application = confirmation->application;
    const struct db_rows *rows;

    TRY(db_rows(tx, confirmation->arena, &sql_find_superseded, DB_WITH(DB_TEXT("barcode", confirmation->barcode)),
                &rows));
    if (db_count(rows) > 0) return err_set(ERR_EXISTS, "barcode was used before"); /* spec 01: never reused */
    TRY(update_one(tx, &sql_update_confirmed,
                   DB_WITH(DB_BYTES("sealed_form", confirmation->sealed_form),
                           DB_INT64("term_years", strtol(confirmation->form->term, NULL, 10)),
                           DB_TEXT("barcode", confirmation->barcode), DB_TEXT("reason", confirmation->form->reason),
                           DB_TEXT("certificate", confirmation->certificate),
                           DB_BYTES("sealed_statement", confirmation->sealed_statement),
                           DB_BYTES("statement_digest", confirmation->digest), DB_INT64("now_s", clock_now_s()),
                           DB_INT64("id", application->id), DB_INT64("revision", application->revision))));
    TRY(keep_contact_notices(tx, confirmation->arena, confirmation->actor, application, &confirmation->notices));
    return move_application(tx, confirmation->actor, application->id, STATE_DRAFT, confirmation->to,
                            "confirm_application", confirmation->barcode);
}

/* The texts as they stand today (spec 02): by version and SHA-256, the declaration word for word. */
static enum err fill_texts(struct db *db, struct arena *arena, struct application_statement *statement)
{
    struct legal_text text[LEGAL_TEXT_COUNT];

    for (int kind = 0; kind < LEGAL_TEXT_COUNT; kind++)
        TRY(find_legal_text(db, arena, (enum legal_text_kind)kind, &text[kind]));
    statement->declaration = text[LEGAL_DECLARATION].text;
    statement->notice = legal_text_reference(arena, &text[LEGAL_NOTICE]);
    statement->information = legal_text_reference(arena, &text[LEGAL_INFORMATION]);
    statement->form = legal_text_reference(arena, &text[LEGAL_FORM]);
    statement->undertaking = legal_text_reference(arena, &text[LEGAL_UNDERTAKING]);
    return ERR_NONE;
}

/* The Turkish words of the statement for the form's. */
static const char *word_of(const char *value, const char *const pairs[][2])
{
    for (size_t i = 0; pairs[i][0] != NULL; i++) {
        if (strcmp(pairs[i][0], value) == 0) return pairs[i][1];
    }
    return NULL;
}

static enum err write_statement(struct db *db, struct arena *arena, const struct door *door,
                                const struct application *application, const struct application_form *form,
                                const struct institution *institution, const char *barcode, const char *server,
                                struct bytes *ret_text)
{
    static const char *const channels[][2] = {{"sms", "SMS"}, {"email", "e-posta"}, {"both", "e-posta ve SMS"}, {NULL}};
    static const char *const readers[][2] = {{"mini", "mini kart okuyucu"}, {"none", "istenmedi"}, {NULL}};
    static const char *const vpns[][2] = {{"yes", "isteniyor"}, {"no", "istenmiyor"}, {NULL}};
    static const char *const operators[][2] = {
        {"turkcell", "Turkcell"}, {"vodafone", "Vodafone"}, {"turktelekom", "Türk Telekom"}, {NULL}};
    struct application_statement statement = {
        .application_uid = application->uid,
        .revision = application->revision,
        .barcode = barcode,
        .door = door->path,
        .reason = application_reason_words[application_reason_from_name(form->reason)],
        .certificate = form->certificate,
        .term_years = strtol(form->term, NULL, 10),
        .profile = PROFILE,
        .identity_number = application->person.details.identity_number,
        .given_names = form->given_names,
        .surname = form->surname,
        .birth_place = form->birth_place,
        .institution_code = institution->code,
        .institution_name = institution->name,
        .staff_number = form->staff_number,
        .unit = form->unit,
        .title = form->title,
        .family_district = form->family_district,
        .family_centre = form->family_centre,
        .family_unit_code = form->family_unit_code,
        .address = form->address,
        .province = form->province,
        .district = form->district,
        .postal_code = form->postal_code,
        .email = form->email,
        .work_phone = form->work_phone,
        .extension = form->extension,
        .mobile = form->mobile,
        .mobile_operator = word_of(form->mobile_operator, operators),
        .home_phone = form->home_phone,
        .channel = word_of(form->channel, channels),
        .reader = word_of(form->reader, readers),
        .vpn = word_of(form->vpn, vpns),
        .has_security_word = true,
        .server = server,
        .made_s = clock_now_s(),
        .salt = random_hex(arena, 16),
    };

    TRY(fill_texts(db, arena, &statement));
    TRY(date_from_iso(form->birth_date, &statement.birth_date));
    return application_statement_write(arena, &statement, ret_text);
}

enum err confirm_application(struct db *db, struct arena *arena, const struct actor *actor, const struct door *door,
                             const struct application *application, const char *server, const char *objection_page,
                             int64_t renewal_days)
{
    struct holder holder;
    struct form_mistake mistakes[FORM_MISTAKES_MAX];
    struct application_form form;
    struct institution institution;
    struct bytes statement;
    struct confirmation confirmation = {.arena = arena, .actor = actor, .application = application, .form = &form};
    const struct person *person = &application->person;
    enum err error = ERR_EXISTS;

    if (application->state != STATE_DRAFT) return err_set(ERR_STATE, "application: not a draft");
    if (application->security_word_hash == NULL) return err_set(ERR_INVALID, "form: no security word");
    if (check_application_form(arena, door, person->details.identity_number, &application->form, NULL, NULL, &form,
                               mistakes) > 0)
        return err_set(ERR_INVALID, "form: %s", mistakes[0].field);
    TRY(find_holder(db, arena, person, renewal_days, &holder));
    if (!form_reason_holds(arena, door, &holder, &form)) return err_set(ERR_INVALID, "form: the reason holds no more");
    confirmation.certificate = form.certificate[0] != '\0' ? form.certificate : NULL;
    TRY(find_institution(db, arena, application->institution_id, &institution));
    /* spec 01, returned: the SMS code only if the number changed; a code for a renewal reports no card lost, either */
    bool has_code = strcmp(confirmed_by_code(arena, &form), application->return_coded) == 0;
    confirmation.to = has_code ? STATE_METHOD_PENDING : STATE_PHONE_PENDING;
    if (confirmation.to == STATE_METHOD_PENDING)
        TRY(prepare_contact_notices(db, arena, application, objection_page, &confirmation.notices));
    confirmation.sealed_form = person_seal(arena, person, FORM_COLUMN, application->uid, form_write(arena, &form));
    for (int i = 0; i < BARCODE_TRIES && error == ERR_EXISTS; i++) {
        confirmation.barcode = arena_text_n(arena, random_hex(arena, 8), BARCODE_DIGITS);
        TRY(write_statement(db, arena, door, application, &form, &institution, confirmation.barcode, server,
                            &statement));
        confirmation.digest = sha256(arena, statement);
        confirmation.sealed_statement = person_seal(arena, person, STATEMENT_COLUMN, application->uid, statement);
        error = db_run(db, update, &confirmation);
    }
    return error;
}
