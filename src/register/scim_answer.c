/* SCIM 2.0 (RFC 7644): one request of an identity system, answered. */
#include "register/scim.h"
#include "register_sql.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAGE_MAX 100
#define TRIES_MAX 5
#define MESSAGES "urn:ietf:params:scim:api:messages:2.0:"

extern const char scim_schemas_json[]; /* made at build from scim_schemas.json */

struct scim {
    struct db *db;
    struct keeper *keeper;
    struct arena *arena;
    const struct scim_call *call;
    const char *base; /* before "/Users" */
    struct actor actor;
    struct staff_writer writer;
    struct scim_answer *answer;
};

/* -- answers -- */

static enum err answer_json(struct scim *scim, int status, json_t *take_json)
{
    char *text = take_json == NULL ? NULL : json_dumps(take_json, JSON_COMPACT);
    json_decref(take_json);
    if (text == NULL) return err_set(ERR_BROKEN, "no JSON");
    *scim->answer = (struct scim_answer){.status = status, .json = arena_text(scim->arena, text)};
    free(text);
    return ERR_NONE;
}

static enum err refuse(struct scim *scim, struct scim_mistake mistake)
{
    json_t *json = json_pack("{s:[s], s:s, s:s}", "schemas", MESSAGES "Error", "status",
                             arena_printf(scim->arena, "%d", mistake.status), "detail", mistake.detail);
    if (json != NULL && mistake.type != NULL && json_object_set_new(json, "scimType", json_string(mistake.type)) != 0)
        abort();
    return answer_json(scim, mistake.status, json);
}

static enum err refuse_unknown(struct scim *scim)
{
    return refuse(scim, (struct scim_mistake){404, NULL, "There is no such resource."});
}

/* -- users -- */

struct user_row {
    int64_t person_id;
    const char *id;
    struct staff_place place;
};

struct asking {
    struct arena *arena;
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *rows;
};

static enum err ask_act(struct db_tx *tx, void *context)
{
    struct asking *asking = context;
    return db_rows(tx, asking->arena, asking->sql, asking->values, &asking->rows);
}

static enum err ask(struct scim *scim, const struct db_sql *sql, const struct db_value *values,
                    const struct db_rows **ret_rows)
{
    struct asking asking = {scim->arena, sql, values, NULL};
    TRY(db_read(scim->db, ask_act, &asking));
    *ret_rows = asking.rows;
    return ERR_NONE;
}

static struct user_row user_of(const struct db_rows *rows, size_t at)
{
    int64_t person_id = db_int64(rows, at, "person_id");
    return (struct user_row){
        person_id, db_text(rows, at, "uid"), {person_id, db_int64(rows, at, "left_s"), db_bytes(rows, at, "row_tag")}};
}

static enum err find_user(struct scim *scim, const char *id, struct user_row *ret_user)
{
    const struct db_rows *rows;
    TRY(ask(scim, &sql_find_user, DB_WITH(DB_TEXT("register", scim->writer.register_code), DB_TEXT("uid", id)), &rows));
    if (db_count(rows) == 0) return err_set(ERR_NOT_FOUND, "no such user");
    *ret_user = user_of(rows, 0);
    return ERR_NONE;
}

static enum err find_user_of_number(struct scim *scim, const char *identity_number, struct user_row *ret_user)
{
    struct bytes tag;
    const struct db_rows *rows;
    if (identity_number[0] == '\0') return err_set(ERR_NOT_FOUND, "nobody");
    TRY(keeper_search_tag(scim->keeper, scim->arena, "identity_number", identity_number, &tag));
    TRY(ask(scim, &sql_find_user_of_tag, DB_WITH(DB_TEXT("register", scim->writer.register_code), DB_BYTES("tag", tag)),
            &rows));
    if (db_count(rows) == 0) return err_set(ERR_NOT_FOUND, "no such user");
    *ret_user = user_of(rows, 0);
    return ERR_NONE;
}

/* What the register has of the user, as JSON. */
static enum err write_user(struct scim *scim, const struct user_row *row, json_t **ret_json)
{
    struct person person;
    struct staff_member member;
    TRY(open_person(scim->db, scim->keeper, scim->arena, row->person_id, &person));
    enum err error = find_staff_row(scim->db, scim->arena, &person, scim->writer.register_code, &member);
    if (error == ERR_NONE)
        *ret_json = scim_user_write(scim->arena, scim->base, row->id, person.details.identity_number, &member);
    person_close(&person);
    return error;
}

static enum err answer_user(struct scim *scim, int status, const struct user_row *row)
{
    json_t *json;
    TRY(write_user(scim, row, &json));
    TRY(answer_json(scim, status, json));
    if (status == 201) scim->answer->location = arena_printf(scim->arena, "%s/Users/%s", scim->base, row->id);
    return ERR_NONE;
}

static enum err show_user(struct scim *scim, const char *id)
{
    struct user_row row;
    enum err error = find_user(scim, id, &row);
    return error == ERR_NOT_FOUND ? refuse_unknown(scim) : error != ERR_NONE ? error : answer_user(scim, 200, &row);
}

/* -- lists -- */

static enum err find_page(struct scim *scim, const struct scim_filter *filter, int64_t start, int64_t count,
                          const struct db_rows **ret_rows, int64_t *ret_total)
{
    const char *code = scim->writer.register_code;
    const struct db_rows *rows;
    TRY(ask(scim, &sql_count_users, DB_WITH(DB_TEXT("register", code), DB_INT64("active", filter->active)), &rows));
    *ret_total = db_int64(rows, 0, "users");
    return ask(scim, &sql_list_users,
               DB_WITH(DB_TEXT("register", code), DB_INT64("active", filter->active), DB_INT64("limit", count),
                       DB_INT64("offset", start - 1)),
               ret_rows);
}

/* The one whom the filter names, if there is one; ERR_NOT_FOUND. */
static enum err find_one(struct scim *scim, const struct scim_filter *filter, struct user_row *ret_row)
{
    struct user_row row, other;
    if (filter->id != NULL) TRY(find_user(scim, filter->id, &row));
    else TRY(find_user_of_number(scim, filter->identity_number, &row));
    if (filter->id != NULL && filter->identity_number != NULL) {
        TRY(find_user_of_number(scim, filter->identity_number, &other));
        if (other.person_id != row.person_id) return err_set(ERR_NOT_FOUND, "two users");
    }
    if (filter->active != -1 && filter->active != (row.place.left_s == 0)) return err_set(ERR_NOT_FOUND, "not now");
    *ret_row = row;
    return ERR_NONE;
}

static enum err answer_list(struct scim *scim, int64_t total, int64_t start, json_t *take_resources)
{
    return answer_json(scim, 200,
                       json_pack("{s:[s], s:I, s:I, s:I, s:o}", "schemas", MESSAGES "ListResponse", "totalResults",
                                 (json_int_t)total, "startIndex", (json_int_t)start, "itemsPerPage",
                                 (json_int_t)json_array_size(take_resources), "Resources", take_resources));
}

static enum err add_users(struct scim *scim, const struct user_row *rows, size_t count, json_t *list)
{
    for (size_t i = 0; i < count; i++) {
        json_t *user;
        TRY(write_user(scim, &rows[i], &user));
        if (json_array_append_new(list, user) != 0) abort();
    }
    return ERR_NONE;
}

static enum err list_users(struct scim *scim)
{
    struct scim_filter filter = {.active = -1};
    const struct db_rows *rows = NULL;
    struct user_row one[PAGE_MAX];
    int64_t total = 0, start = scim->call->start_index < 1 ? 1 : scim->call->start_index;
    int64_t wanted = scim->call->count < 0 ? 0 : scim->call->count > PAGE_MAX ? PAGE_MAX : scim->call->count;
    size_t count = 0;
    if (scim->call->filter[0] != '\0') {
        struct scim_mistake mistake = scim_filter_read(scim->arena, scim->call->filter, &filter);
        if (mistake.status != 0) return refuse(scim, mistake);
    }
    if (filter.id != NULL || filter.identity_number != NULL) {
        enum err error = find_one(scim, &filter, &one[0]);
        if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
        total = error == ERR_NONE;
        count = total > 0 && start == 1 && wanted > 0 ? 1 : 0;
    } else {
        TRY(find_page(scim, &filter, start, wanted, &rows, &total));
        for (; count < db_count(rows); count++) one[count] = user_of(rows, count);
    }
    json_t *list = json_array();
    enum err error = add_users(scim, one, count, list);
    if (error == ERR_NONE) return answer_list(scim, total, start, list);
    json_decref(list);
    return error;
}

/* -- writing -- */

/* The columns' rules, told in SCIM's words. */
static enum err check_user(struct scim *scim, struct scim_user *user, struct staff_record *ret_record,
                           bool *ret_is_fine)
{
    enum staff_column column;
    *ret_is_fine = false;
    const char *mistake = read_staff_fields(scim->arena, user->values, clock_now_s(), ret_record, &column);
    if (mistake != NULL)
        return refuse(scim,
                      (struct scim_mistake){400, "invalidValue",
                                            arena_printf(scim->arena, "%s: %s.", staff_column_names[column], mistake)});
    struct staff_member *member = &ret_record->member;
    enum err error = find_institution_id(scim->db, scim->arena, member->institution_code, &member->institution_id);
    if (error == ERR_NOT_FOUND)
        return refuse(scim,
                      (struct scim_mistake){400, "invalidValue", "institutionCode: there is no such institution."});
    TRY(error);
    *ret_is_fine = true;
    return ERR_NONE;
}

static enum err is_unchanged(struct scim *scim, const struct user_row *row, const struct staff_record *record,
                             bool *ret_is_unchanged)
{
    struct person person;
    struct staff_member before;
    TRY(open_person(scim->db, scim->keeper, scim->arena, row->person_id, &person));
    enum err error = find_staff_row(scim->db, scim->arena, &person, scim->writer.register_code, &before);
    person_close(&person);
    TRY(error);
    *ret_is_unchanged =
        before.institution_id == record->member.institution_id &&
        bytes_equal(staff_member_text(scim->arena, &before), staff_member_text(scim->arena, &record->member));
    return ERR_NONE;
}

static enum err write_record(struct scim *scim, const struct staff_record *record, const struct staff_place *seen)
{
    struct staff_tags tags;
    enum staff_change change;
    TRY(make_staff_tags(&scim->writer, scim->arena, record, &tags));
    return write_staff(&scim->writer, scim->arena, record, &tags, seen, 0, &change);
}

static enum err create_user(struct scim *scim, const json_t *body)
{
    struct scim_user user;
    struct staff_record record;
    struct user_row row;
    bool is_fine;
    struct scim_mistake mistake = scim_user_read(scim->arena, body, &user);
    if (mistake.status != 0) return refuse(scim, mistake);
    TRY(check_user(scim, &user, &record, &is_fine));
    if (!is_fine) return ERR_NONE;
    enum err error = find_user_of_number(scim, record.identity_number, &row);
    if (error == ERR_NONE)
        return refuse(scim, (struct scim_mistake){409, "uniqueness", "This userName is in the register already."});
    if (error != ERR_NOT_FOUND) return error;
    record.member.left_s = user.active == 0 ? clock_now_s() : 0;
    TRY(write_record(scim, &record, NULL));
    TRY(find_user_of_number(scim, record.identity_number, &row));
    return answer_user(scim, 201, &row);
}

static enum err replace_user(struct scim *scim, const struct user_row *row, const json_t *body)
{
    struct scim_user user;
    struct staff_record record;
    struct user_row same;
    bool is_fine, is_same = false;
    struct scim_mistake mistake = scim_user_read(scim->arena, body, &user);
    if (mistake.status != 0) return refuse(scim, mistake);
    TRY(check_user(scim, &user, &record, &is_fine));
    if (!is_fine) return ERR_NONE;
    enum err error = find_user_of_number(scim, record.identity_number, &same);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (error == ERR_NOT_FOUND || same.person_id != row->person_id)
        return refuse(scim, (struct scim_mistake){400, "mutability", "userName does not change."});
    TRY(is_unchanged(scim, row, &record, &is_same));
    bool was_active = row->place.left_s == 0, is_active = user.active == -1 ? was_active : user.active == 1;
    record.member.left_s = is_active ? 0 : was_active ? clock_now_s() : row->place.left_s;
    if (!is_same || is_active != was_active) TRY(write_record(scim, &record, &row->place));
    return answer_user(scim, 200, row);
}

static enum err patch_user(struct scim *scim, const struct user_row *row, const json_t *body)
{
    json_t *user;
    TRY(write_user(scim, row, &user));
    struct scim_mistake mistake = scim_patch(scim->arena, user, body);
    enum err error = mistake.status != 0 ? refuse(scim, mistake) : replace_user(scim, row, user);
    json_decref(user);
    return error;
}

struct removal {
    const struct scim *scim;
    int64_t person_id;
};

static enum err remove_act(struct db_tx *tx, void *context)
{
    const struct removal *removal = context;
    const char *register_code = removal->scim->writer.register_code;
    int64_t removed;
    TRY(db_exec(tx, &sql_remove_user,
                DB_WITH(DB_TEXT("register", register_code), DB_INT64("person_id", removal->person_id)), &removed));
    if (removed == 0) return err_set(ERR_STATE, "the user was let in again meanwhile");
    return audit_record(tx, &removal->scim->actor, "remove_staff_member", "person", removal->person_id, register_code);
}

static enum err delete_user(struct scim *scim, const struct user_row *row)
{
    struct removal removal = {scim, row->person_id};
    TRY(end_staff(&scim->writer, scim->arena, row->person_id, &row->place, 0));
    TRY(db_run(scim->db, remove_act, &removal));
    *scim->answer = (struct scim_answer){.status = 204};
    return ERR_NONE;
}

/* For json_decref(); NULL: refused, the answer says so. */
static json_t *read_body(struct scim *scim, enum err *ret_error)
{
    struct bytes text = scim->call->body;
    json_t *body = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    *ret_error = ERR_NONE;
    if (json_is_object(body)) return body;
    json_decref(body);
    *ret_error = refuse(scim, (struct scim_mistake){400, "invalidSyntax", "The body is no JSON object."});
    return NULL;
}

static enum err change_user(struct scim *scim, const char *id)
{
    struct user_row row;
    const char *method = scim->call->method;
    enum err error = find_user(scim, id, &row);
    if (error == ERR_NOT_FOUND) return refuse_unknown(scim);
    TRY(error);
    if (strcmp(method, "DELETE") == 0) return delete_user(scim, &row);
    json_t *body = read_body(scim, &error);
    if (body == NULL) return error;
    error = strcmp(method, "PATCH") == 0 ? patch_user(scim, &row, body) : replace_user(scim, &row, body);
    json_decref(body);
    return error;
}

static enum err add_user(struct scim *scim)
{
    enum err error;
    json_t *body = read_body(scim, &error);
    if (body == NULL) return error;
    error = create_user(scim, body);
    json_decref(body);
    return error;
}

/* -- what the service is -- */

static enum err describe(struct scim *scim, const char *path)
{
    size_t size = strcspn(path, "/");
    const char *id = path[size] == '/' ? path + size + 1 : NULL;
    json_t *all = json_loads(scim_schemas_json, 0, NULL), *found = NULL;
    if (all == NULL) return err_set(ERR_BROKEN, "scim_schemas.json");
    json_t *part = json_object_get(all, arena_text_n(scim->arena, path, size));
    if (id == NULL) found = part;
    for (size_t i = 0; id != NULL && i < json_array_size(part); i++)
        if (strcmp(json_string_value(json_object_get(json_array_get(part, i), "id")), id) == 0)
            found = json_array_get(part, i);
    enum err error = found == NULL          ? refuse_unknown(scim)
                     : json_is_array(found) ? answer_list(scim, (int64_t)json_array_size(found), 1, json_incref(found))
                                            : answer_json(scim, 200, json_incref(found));
    json_decref(all);
    return error;
}

static enum err answer(struct scim *scim)
{
    const char *method = scim->call->method, *path = scim->call->path;
    if (strcmp(path, "Users") == 0) return strcmp(method, "POST") == 0 ? add_user(scim) : list_users(scim);
    if (strncmp(path, "Users/", 6) == 0)
        return strcmp(method, "GET") == 0 ? show_user(scim, path + 6) : change_user(scim, path + 6);
    return describe(scim, path);
}

static enum err find_register(struct scim *scim, int64_t *ret_token_id)
{
    const struct db_rows *rows;
    struct bytes hash = sha256(scim->arena, bytes_of_text(scim->call->token));
    TRY(ask(scim, &sql_find_token, DB_WITH(DB_BYTES("hash", hash)), &rows));
    if (db_count(rows) == 0) return err_set(ERR_UNAUTHENTICATED, "no such token");
    scim->writer.register_code = db_text(rows, 0, "register");
    *ret_token_id = db_int64(rows, 0, "id");
    return note_token_use(scim->db, *ret_token_id, db_int64(rows, 0, "used_s"));
}

enum err answer_scim(struct db *db, struct keeper *keeper, struct arena *arena, const struct scim_call *call,
                     struct scim_answer *ret_answer)
{
    struct scim scim = {.db = db,
                        .keeper = keeper_for(keeper, arena, bytes_of_text(KEEPER_REGISTERS)),
                        .arena = arena,
                        .call = call,
                        .base = arena_printf(arena, "%s/scim/v2", call->public_url),
                        .answer = ret_answer};
    int64_t token_id = 0;
    scim.writer = (struct staff_writer){
        .db = db, .keeper = scim.keeper, .actor = &scim.actor, .known_since_s = clock_now_s(), .import_id = 0};
    enum err error = find_register(&scim, &token_id);
    if (error == ERR_UNAUTHENTICATED)
        return refuse(&scim, (struct scim_mistake){401, NULL, "A bearer token that is good is needed."});
    TRY(error);
    scim.actor = (struct actor){ACTOR_SYSTEM, 0, call->address,
                                arena_printf(arena, "scim-%lld-%s", (long long)token_id, call->request)};
    error = ERR_STATE; /* somebody else wrote the row that was read: it is read anew */
    for (int tries = 0; tries < TRIES_MAX && error == ERR_STATE; tries++) error = answer(&scim);
    if (error == ERR_STATE)
        return refuse(&scim, (struct scim_mistake){503, NULL, "Others change this user at this moment. Try again."});
    if (error == ERR_TOO_MANY)
        return refuse(&scim, (struct scim_mistake){429, "tooMany", "Too many persons in this hour. Go on later."});
    return error;
}
