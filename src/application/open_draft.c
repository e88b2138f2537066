/* The draft of an application, filled from the staff register (spec 01, 2). */
#include "application/store.h"

#include "application_sql.h"
#include "base/turkish.h"

#include <string.h>

struct opening {
    struct arena *arena;
    const struct actor *actor;
    const struct draft_request *request;
    const struct message_ready *withdrawal; /* of the renewal that gives way; NULL: none */
    const char *uid;
    int64_t term_years;
    struct bytes sealed_form;
    const char *note;
    struct holder holder;
    int64_t id;
};

struct running {
    struct arena *arena;
    int64_t person_id;
    int64_t id;
    enum application_state state;
};

static enum err read_running(struct db_tx *tx, void *context)
{
    struct running *running = context;
    const struct db_rows *row;

    TRY(db_row(tx, running->arena, &sql_find_running, DB_WITH(DB_INT64("person_id", running->person_id)), &row));
    running->id = db_int64(row, 0, "id");
    return application_state_from_name(db_text(row, 0, "state"), &running->state);
}

enum err find_running_application(struct db *db, struct arena *arena, int64_t person_id, int64_t *ret_application_id,
                                  enum application_state *ret_state)
{
    struct running running = {.arena = arena, .person_id = person_id};

    TRY(db_read(db, read_running, &running));
    *ret_application_id = running.id;
    *ret_state = running.state;
    return ERR_NONE;
}

/* Spec 01, Reasons: lost, faulty. Ends nothing that has moved on since it was looked at. */
static enum err end_renewal(struct db_tx *tx, const struct opening *opening)
{
    const struct application *renewal = opening->request->renewal;
    TRY(move_application(tx, opening->actor, renewal->id, renewal->state, STATE_WITHDRAWN, "withdraw_application",
                         "its card is lost or faulty"));
    return opening->withdrawal != NULL ? message_queue(tx, opening->withdrawal) : ERR_NONE;
}

/*
 * What stands in the way of a new draft: a bare one, whose number no SMS code ever confirmed, gives way. Otherwise a
 * closed browser would lock its person out for a month, and whoever knows the person's data could do so.
 */
static enum err make_room(struct db_tx *tx, const struct opening *opening)
{
    struct running running = {.arena = opening->arena, .person_id = opening->request->person->id};
    const struct db_rows *row;
    if (opening->request->renewal != NULL) return end_renewal(tx, opening);
    enum err error = read_running(tx, &running);

    if (error == ERR_NOT_FOUND) return ERR_NONE;
    if (error != ERR_NONE) return error;
    TRY(db_row(tx, opening->arena, &sql_count_confirmed_phone, DB_WITH(DB_INT64("application_id", running.id)), &row));
    bool is_bare =
        (running.state == STATE_DRAFT || running.state == STATE_PHONE_PENDING) && db_int64(row, 0, "steps") == 0;
    if (!is_bare) return err_set(ERR_EXISTS, "another application of this person is open");
    return move_application(tx, opening->actor, running.id, running.state, STATE_WITHDRAWN, "withdraw_application",
                            "a new draft was opened");
}

/* Until it is chosen: any but that of who never had a certificate. */
static enum application_reason first_reason(const struct opening *opening)
{
    return opening->holder.count == 0 ? REASON_FIRST : REASON_RENEWAL;
}

static enum err insert(struct db_tx *tx, void *context)
{
    struct opening *opening = context;
    const struct db_rows *row;

    TRY(db_row(tx, opening->arena, &sql_find_door_by_id, DB_WITH(DB_INT64("id", opening->request->door->id)), &row));
    bool is_closed = db_int64(row, 0, "closed_s") != 0;
    /* whose renewal gives way goes on with what was begun */
    if (is_closed && opening->request->renewal == NULL) return err_set(ERR_STATE, "the door is closed");
    TRY(make_room(tx, opening));
    TRY(db_row(tx, opening->arena, &sql_insert_application,
               DB_WITH(DB_TEXT("uid", opening->uid), DB_INT64("person_id", opening->request->person->id),
                       DB_INT64("door_id", opening->request->door->id),
                       DB_INT64("institution_id", opening->request->member->institution_id),
                       DB_TEXT("reason", application_reason_name(first_reason(opening))),
                       DB_INT64("term_years", opening->term_years), DB_BYTES("sealed_form", opening->sealed_form),
                       DB_TEXT("note", opening->note), DB_INT64("now_s", clock_now_s())),
               &row));
    opening->id = db_int64(row, 0, "id");
    TRY(add_step(tx, opening->actor, opening->id, STATE_DRAFT, STATE_DRAFT));
    return audit_record(tx, opening->actor, "open_draft", "application", opening->id, opening->request->door->path);
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static const char *hash_token(struct arena *arena, const char *token)
{
    return hex_encode(arena, sha256(arena, bytes_of_text(token)));
}

/* Of the register the workplace alone: log-in proves nobody, and the person's own contacts are for the person. */
static struct application_form prefill(struct arena *arena, const struct opening *opening)
{
    const struct draft_request *request = opening->request;
    const struct staff_member *member = request->member;
    const struct person_details *details = &request->person->details;
    struct application_form form = *form_empty_values();

    form.term = arena_printf(arena, "%d", (int)opening->term_years);
    bool is_first = opening->holder.count == 0;
    form.reason = is_first ? application_reason_name(REASON_FIRST) : "";
    /* spec 01: first applications start at the reader, others without */
    form.reader = request->door->offers_reader && is_first ? "mini" : "none";
    form.vpn = "no";
    form.channel = "both";
    form.unit = or_empty(member->unit);
    form.title = or_empty(member->title);
    form.address = or_empty(member->address);
    form.postal_code = or_empty(member->postal_code);
    form.family_unit_code = or_empty(member->family_unit_code);
    const struct province *province = province_find(or_empty(member->province));
    if (province != NULL) {
        form.province = province->name;
        form.district = or_empty(province_district(province, or_empty(member->district)));
    }
    form.is_family_physician = strcmp(or_empty(member->group), "aile_hekimi") == 0 ? "yes" : "no";
    if (strcmp(form.is_family_physician, "yes") == 0) form.family_district = form.district;
    form.staff_number = or_empty(member->staff_number);
    form.given_names = details->given_names;
    form.surname = details->surname;
    form.birth_place = details->birth_place;
    form.birth_date = date_to_iso(arena, details->birth_date);
    form.language = language_code(request->language);
    form.resume_hash = hash_token(arena, request->resume_token);
    /* who withdraws a renewal has its form open already */
    if (request->renewal != NULL) form_take_answers(&form, &request->renewal->form);
    return form;
}

bool application_is_resumed_by(struct arena *arena, const struct application *application, const char *resume_token)
{
    if (resume_token == NULL || resume_token[0] == '\0') return false;
    return bytes_equal(bytes_of_text(hash_token(arena, resume_token)), bytes_of_text(application->form.resume_hash));
}

enum err open_draft(struct db *db, struct arena *arena, const struct actor *actor, const struct draft_request *request,
                    int64_t *ret_application_id)
{
    const struct person *person = request->person;
    const struct staff_member *member = request->member;
    const struct application *renewal = request->renewal;
    struct opening opening = {
        .arena = arena,
        .actor = actor,
        .request = request,
        .uid = random_hex(arena, 16),
        .term_years = door_first_term(request->door),
        .note = "",
    };

    TRY(find_holder(db, arena, person, request->renewal_days, &opening.holder));
    if (renewal != NULL) {
        if (!renewal_gives_way(renewal->reason, renewal->state, &opening.holder))
            return err_set(ERR_STATE, "application: no renewal that gives way");
        TRY(prepare_withdrawn(arena, renewal, &opening.withdrawal));
    }
    /* spec 01: a name that differs in the staff register is a note to the officer, not a refusal */
    if (!turkish_same_name(or_empty(member->given_names), person->details.given_names) ||
        !turkish_same_name(or_empty(member->surname), person->details.surname))
        opening.note = NOTE_NAME_DIFFERS;
    struct application_form form = prefill(arena, &opening);
    opening.sealed_form = person_seal(arena, person, FORM_COLUMN, opening.uid, form_write(arena, &form));
    TRY(db_run(db, insert, &opening));
    *ret_application_id = opening.id;
    return ERR_NONE;
}
