/* What the last approved application says of workplace and contact, after a code to the account's telephone. */
#include "application/phone.h"

#include "application_sql.h"

struct looking {
    struct arena *arena;
    const struct application *draft;
    const char *uid; /* of the earlier one; NULL: there is none */
    struct bytes sealed_form;
};

static enum err read_earlier(struct db_tx *tx, void *context)
{
    struct looking *looking = context;
    const struct application *draft = looking->draft;
    const struct db_rows *rows;
    TRY(db_rows(tx, looking->arena, &sql_find_earlier_form,
                DB_WITH(DB_INT64("person_id", draft->person_id), DB_INT64("id", draft->id)), &rows));
    if (db_count(rows) == 0) return ERR_NONE;
    looking->uid = db_text(rows, 0, "uid");
    looking->sealed_form = db_bytes(rows, 0, "sealed_form");
    return ERR_NONE;
}

static enum err find_earlier(struct db *db, struct arena *arena, const struct application *draft,
                             struct looking *ret_looking)
{
    struct looking looking = {.arena = arena, .draft = draft};
    bool is_asked = draft->state == STATE_DRAFT && draft->form.has_answers[0] == '\0';
    if (is_asked && mobile_is_valid(draft->person.contact.mobile)) TRY(db_read(db, read_earlier, &looking));
    *ret_looking = looking;
    return ERR_NONE;
}

enum err has_earlier_answers(struct db *db, const struct application *draft, bool *ret_has_earlier)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct looking looking;
    TRY(find_earlier(db, arena, draft, &looking));
    *ret_has_earlier = looking.uid != NULL;
    return ERR_NONE;
}

/* Of its own: a code to a number that stands in the draft opens no earlier form. */
static const char *subject_of(struct arena *arena, const struct application *draft)
{
    return arena_printf(arena, "answers:%s", draft->uid);
}

enum err send_answers_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                           const struct application *draft, struct sent_code *ret_code, int64_t *ret_wait_s)
{
    struct looking looking;
    TRY(find_earlier(db, arena, draft, &looking));
    if (looking.uid == NULL) return err_set(ERR_STATE, "application: no answers of before");
    const struct keeper_code_request request = {.purpose = KEEPER_CODE_RESUME,
                                                .subject = subject_of(arena, draft),
                                                .identity_number = draft->person.details.identity_number,
                                                .number = draft->person.contact.mobile};
    return send_code(db, keeper, arena, actor, draft, MESSAGE_PHONE_CODE, &request, ret_code, ret_wait_s);
}

enum err take_earlier_answers(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                              const struct application *draft, const char *code)
{
    struct application_form earlier, form = draft->form;
    struct keeper_owner_act none;
    struct looking looking;
    struct bytes plain;
    TRY(find_earlier(db, arena, draft, &looking));
    if (looking.uid == NULL) return err_set(ERR_STATE, "application: no answers of before");
    TRY(keeper_code_check(keeper, arena, KEEPER_CODE_RESUME, subject_of(arena, draft), "", code, &none));
    TRY(person_unseal(arena, &draft->person, FORM_COLUMN, looking.uid, looking.sealed_form, &plain));
    TRY(form_parse(arena, plain, &earlier));
    form_take_answers(&form, &earlier);
    return save_draft_as(db, arena, actor, draft, &form, NULL, "take_earlier_answers");
}
