#include "application/store.h"

#include "application_sql.h"

#include <jansson.h>
#include <string.h>

/* Every member of the form once more, with those that come from the registers. */
#define ALL_FORM_FIELDS(X)                                                                                             \
    APPLICATION_FORM_FIELDS(X)                                                                                         \
    X(given_names)                                                                                                     \
    X(surname)                                                                                                         \
    X(birth_place)                                                                                                     \
    X(birth_date)                                                                                                      \
    X(staff_number)                                                                                                    \
    X(is_family_physician)                                                                                             \
    X(language)                                                                                                        \
    X(has_security_word)                                                                                               \
    X(has_answers)                                                                                                     \
    X(reason)                                                                                                          \
    X(certificate)                                                                                                     \
    X(start)                                                                                                           \
    X(end)                                                                                                             \
    X(resume_hash)

static const struct {
    const char *name;
    size_t offset;
} members[] = {
#define MEMBER(member) {#member, offsetof(struct application_form, member)},
    ALL_FORM_FIELDS(MEMBER)
#undef MEMBER
};
#define MEMBER_COUNT (sizeof(members) / sizeof(members[0]))
_Static_assert(MEMBER_COUNT * sizeof(char *) == sizeof(struct application_form), "a member is missing in the table");

static const char **member_of(struct application_form *form, size_t i)
{
    return (const char **)((char *)form + members[i].offset);
}

const struct application_form *form_empty_values(void)
{
#define EMPTY(member) .member = "",
    static const struct application_form empty = {ALL_FORM_FIELDS(EMPTY)};
#undef EMPTY
    return &empty;
}

struct bytes form_write(struct arena *arena, const struct application_form *form)
{
    json_t *object = json_object();
    struct application_form copy = *form;

    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const char *value = *member_of(&copy, i);
        if (value != NULL && value[0] != '\0') json_object_set_new(object, members[i].name, json_string(value));
    }
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    struct bytes json = bytes_copy(arena, bytes_of_text(text));
    free(text);
    return json;
}

enum err form_parse(struct arena *arena, struct bytes json, struct application_form *ret_form)
{
    struct application_form form = *form_empty_values();
    json_t *object = json_loadb((const char *)json.data, json.size, 0, NULL);

    if (!json_is_object(object)) {
        json_decref(object);
        return err_set(ERR_BROKEN, "application: form is not an object");
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const char *value = json_string_value(json_object_get(object, members[i].name));
        if (value != NULL) *member_of(&form, i) = arena_text(arena, value);
    }
    json_decref(object);
    *ret_form = form;
    return ERR_NONE;
}

enum err update_one(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values)
{
    int64_t changed = 0;

    TRY(db_exec(tx, sql, values, &changed));
    return changed == 1 ? ERR_NONE : err_set(ERR_STATE, "%s: changed meanwhile", sql->name);
}

enum err add_step(struct db_tx *tx, const struct actor *actor, int64_t application_id, enum application_state from,
                  enum application_state to)
{
    return db_exec(tx, &sql_insert_step,
                   DB_WITH(DB_INT64("application_id", application_id),
                           DB_TEXT("from_state", application_state_name(from)),
                           DB_TEXT("to_state", application_state_name(to)), DB_INT64("at_s", clock_now_s()),
                           DB_TEXT("actor_kind", actor_kind_name(actor->kind)), DB_INT64("actor", actor->id),
                           DB_TEXT("address", actor->address)),
                   NULL);
}

enum err move_application(struct db_tx *tx, const struct actor *actor, int64_t application_id,
                          enum application_state from, enum application_state to, const char *event, const char *detail)
{
    if (!application_may_follow(from, to))
        return err_set(ERR_STATE, "%s does not follow %s", application_state_name(to), application_state_name(from));
    TRY(update_one(tx, &sql_update_state,
                   DB_WITH(DB_TEXT("to_state", application_state_name(to)), DB_INT64("now_s", clock_now_s()),
                           DB_INT64("id", application_id), DB_TEXT("from_state", application_state_name(from)))));
    TRY(add_step(tx, actor, application_id, from, to));
    return audit_record(tx, actor, event, "application", application_id, detail);
}

enum language application_language(const struct application *application)
{
    return language_from_code(application->form.language);
}

struct message_to application_contact(const struct application *application, unsigned always)
{
    const struct application_form *form = &application->form;
    struct contact contact = {form->email, form->mobile, form->channel, application_language(application)};
    struct message_to to = person_recipient(&application->person, &contact);

    to.channels |= always;
    return to;
}

enum err check_officer(struct db_tx *tx, struct arena *arena, const struct staff_account *account,
                       int64_t application_institution_id, int64_t application_person_id)
{
    bool covers = false;

    TRY(institution_covers(tx, arena, account->institution_id, application_institution_id, &covers));
    if (!covers) return err_set(ERR_FORBIDDEN, "another institution's application");
    /* spec 09, two-person rule: applicant and officer are never the same person */
    if (account->person_id == application_person_id) return err_set(ERR_FORBIDDEN, "the officer's own application");
    return ERR_NONE;
}
