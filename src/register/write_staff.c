#include "register/writer.h"
#include "register_sql.h"

#include <string.h>

struct db_value import_value(const struct staff_writer *writer)
{
    return (struct db_value){
        .name = "import_id", .type = DB_TYPE_INT64, .int64 = writer->import_id, .is_null = writer->import_id == 0};
}

struct find_code {
    struct arena *arena;
    const char *code;
    int64_t id;
};

static enum err find_code_act(struct db_tx *tx, void *context)
{
    struct find_code *find = context;
    struct institution institution;
    TRY(read_institution_by_code(tx, find->arena, find->code, &institution));
    find->id = institution.id;
    return ERR_NONE;
}

enum err find_institution_id(struct db *db, struct arena *arena, const char *code, int64_t *ret_id)
{
    struct find_code find = {arena, code, 0};
    TRY(db_read(db, find_code_act, &find));
    *ret_id = find.id;
    return ERR_NONE;
}

enum err make_staff_tags(const struct staff_writer *writer, struct arena *arena, const struct staff_record *record,
                         struct staff_tags *ret_tags)
{
    const char *number = record->identity_number, *code = record->member.institution_code;
    struct bytes text = staff_member_text(arena, &record->member);
    const char *row = arena_printf(arena, "%s\n%s\n%s\n%.*s", writer->register_code, number, code, (int)text.size,
                                   (const char *)text.data);
    TRY(keeper_search_tag(writer->keeper, arena, "identity_number", number, &ret_tags->identity));
    return keeper_search_tag(writer->keeper, arena, "staff_row", row, &ret_tags->row);
}

static enum err read_place(struct db_tx *tx, struct arena *arena, const struct db_sql *sql,
                           const struct db_value *values, struct staff_place *ret_place)
{
    const struct db_rows *row;
    *ret_place = (struct staff_place){.left_s = STAFF_NO_ROW};
    enum err error = db_row(tx, arena, sql, values, &row);
    if (error != ERR_NONE) return error == ERR_NOT_FOUND ? ERR_NONE : error;
    *ret_place =
        (struct staff_place){db_int64(row, 0, "person_id"), db_int64(row, 0, "left_s"), db_bytes(row, 0, "row_tag")};
    return ERR_NONE;
}

enum err read_staff_place(struct db_tx *tx, struct arena *arena, const char *register_code, struct bytes identity_tag,
                          struct staff_place *ret_place)
{
    return read_place(tx, arena, &sql_find_place,
                      DB_WITH(DB_TEXT("register", register_code), DB_BYTES("tag", identity_tag)), ret_place);
}

bool is_same_place(const struct staff_place *a, const struct staff_place *b)
{
    return a->left_s == b->left_s && bytes_equal(a->row_tag, b->row_tag);
}

static enum err read_place_of(struct db_tx *tx, struct arena *arena, const struct staff_writer *writer,
                              int64_t person_id, struct staff_place *ret_place)
{
    return read_place(tx, arena, &sql_find_place_of_person,
                      DB_WITH(DB_TEXT("register", writer->register_code), DB_INT64("person_id", person_id)), ret_place);
}

enum err need_place(struct db_tx *tx, struct arena *arena, const struct staff_writer *writer, int64_t person_id,
                    const struct staff_place *seen)
{
    struct staff_place now;
    TRY(read_place_of(tx, arena, writer, person_id, &now));
    return is_same_place(&now, seen) ? ERR_NONE : err_set(ERR_STATE, "somebody else wrote this row meanwhile");
}

struct asking {
    const struct staff_writer *writer;
    struct arena *arena;
    int64_t person_id;
    struct staff_place place;
};

static enum err find_place_of_act(struct db_tx *tx, void *context)
{
    struct asking *asking = context;
    return read_place_of(tx, asking->arena, asking->writer, asking->person_id, &asking->place);
}

enum err find_place_of(const struct staff_writer *writer, struct arena *arena, int64_t person_id,
                       struct staff_place *ret_place)
{
    struct asking asking = {.writer = writer, .arena = arena, .person_id = person_id};
    TRY(db_read(writer->db, find_place_of_act, &asking));
    *ret_place = asking.place;
    return ERR_NONE;
}

struct finding {
    struct arena *arena;
    const char *register_code;
    struct bytes tag;
    struct staff_place place;
};

static enum err find_place_act(struct db_tx *tx, void *context)
{
    struct finding *finding = context;
    return read_staff_place(tx, finding->arena, finding->register_code, finding->tag, &finding->place);
}

enum err compare_staff(struct db *db, struct arena *arena, const struct person *person, const char *register_code,
                       const struct staff_member *after, struct staff_member *ret_before, enum staff_change *ret_change)
{
    struct staff_member before;
    enum err error = find_staff_row(db, arena, person, register_code, &before);
    if (error == ERR_NOT_FOUND) {
        *ret_change = STAFF_ADDED;
        return ERR_NONE;
    }
    TRY(error);
    *ret_before = before;
    bool is_same = before.institution_id == after->institution_id &&
                   bytes_equal(staff_member_text(arena, &before), staff_member_text(arena, after));
    *ret_change = before.left_s != 0 ? STAFF_ADDED : is_same ? STAFF_UNCHANGED : STAFF_CHANGED;
    return ERR_NONE;
}

/* -- writing -- */

struct write_row {
    const struct staff_writer *writer;
    struct arena *arena;
    const struct staff_place *seen;
    const struct staff_member *member;
    struct bytes row_tag, sealed;
    int64_t person_id, known_since_s, line;
    enum staff_change change;
};

static const char *event_of(const struct write_row *write)
{
    bool was_in = write->seen->left_s == 0, is_in = write->member->left_s == 0;
    return was_in && !is_in ? "end_staff_member" : is_in && !was_in ? "add_staff_member" : "change_staff_member";
}

static enum err write_act(struct db_tx *tx, void *context)
{
    const struct write_row *write = context;
    const struct staff_writer *writer = write->writer;
    const char *register_code = writer->register_code;
    TRY(need_place(tx, write->arena, writer, write->person_id, write->seen));
    if (write->change == STAFF_UNCHANGED) /* of before rows had tags */
        return db_exec(tx, &sql_set_row_tag,
                       DB_WITH(DB_TEXT("register", register_code), DB_INT64("person_id", write->person_id),
                               DB_BYTES("row_tag", write->row_tag)),
                       NULL);
    if (writer->import_id != 0)
        TRY(db_exec(tx, &sql_remember_row,
                    DB_WITH(DB_TEXT("register", register_code), DB_INT64("person_id", write->person_id),
                            DB_INT64("import_id", writer->import_id), DB_INT64("line", write->line)),
                    NULL));
    TRY(db_exec(tx, &sql_write_member,
                DB_WITH(DB_TEXT("register", register_code), DB_INT64("person_id", write->person_id),
                        DB_INT64("institution_id", write->member->institution_id),
                        DB_BYTES("sealed_details", write->sealed), DB_INT64("known_since", write->known_since_s),
                        DB_BYTES("row_tag", write->row_tag), import_value(writer),
                        DB_INT64("left", write->member->left_s)),
                NULL));
    return audit_record(tx, writer->actor, event_of(write), "person", write->person_id, register_code);
}

static enum err is_named_elsewhere(const struct staff_writer *writer, struct arena *arena, const struct person *person,
                                   const char *mobile, bool *ret_is_named)
{
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t count;
    *ret_is_named = false;
    TRY(find_known_contacts(writer->db, arena, person, known, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_other =
            strcmp(known[i].source, CONTACT_OF_ACCOUNT) != 0 && strcmp(known[i].source, writer->register_code) != 0;
        if (is_other && strcmp(known[i].contact.mobile, mobile) == 0) *ret_is_named = true;
    }
    return ERR_NONE;
}

enum err forget_staff_number(const struct staff_writer *writer, struct arena *arena, const struct person *person,
                             const char *mobile)
{
    bool is_named;
    if (mobile[0] == '\0') return ERR_NONE;
    TRY(is_named_elsewhere(writer, arena, person, mobile, &is_named));
    return is_named ? ERR_NONE : keeper_number_forget(writer->keeper, person->details.identity_number, mobile);
}

/*
 * What the register says of a number the keeper hears before the row is written: done again, it is the same. Of who is out
 * of it no number is known, whatever another write that came to nothing told.
 */
static enum err tell_number(const struct staff_writer *writer, struct arena *arena, const struct person *person,
                            const struct staff_member *before, const struct staff_member *member)
{
    bool is_in = member->left_s == 0;
    if (is_in && member->mobile[0] != '\0')
        TRY(keeper_number_know(writer->keeper, person->details.identity_number, member->mobile, writer->known_since_s));
    if (!is_in) TRY(forget_staff_number(writer, arena, person, member->mobile));
    return strcmp(before->mobile, member->mobile) == 0 ? ERR_NONE
                                                       : forget_staff_number(writer, arena, person, before->mobile);
}

static enum err write_of_person(const struct staff_writer *writer, struct arena *arena, const struct person *person,
                                const struct staff_member *member, const struct staff_place *seen, struct bytes row_tag,
                                int64_t line, enum staff_change *ret_change)
{
    struct staff_member before = {.mobile = "", .email = ""};
    TRY(compare_staff(writer->db, arena, person, writer->register_code, member, &before, ret_change));
    if (member->left_s != 0) *ret_change = STAFF_CHANGED;
    bool was_member = seen->left_s == 0;
    if (*ret_change != STAFF_UNCHANGED) TRY(tell_number(writer, arena, person, &before, member));
    /* A number or address counts as known from when it first stood here (spec 01, 3 and 4 SMS). */
    bool is_known =
        was_member && strcmp(before.mobile, member->mobile) == 0 && strcmp(before.email, member->email) == 0;
    struct write_row write = {.writer = writer,
                              .arena = arena,
                              .seen = seen,
                              .member = member,
                              .row_tag = row_tag,
                              .sealed = seal_staff_member(arena, person, writer->register_code, member),
                              .person_id = person->id,
                              .known_since_s = is_known ? before.known_since_s : writer->known_since_s,
                              .line = line,
                              .change = *ret_change};
    return db_run(writer->db, write_act, &write);
}

enum err write_staff(const struct staff_writer *writer, struct arena *arena, const struct staff_record *record,
                     const struct staff_tags *tags, const struct staff_place *seen, int64_t line,
                     enum staff_change *ret_change)
{
    struct finding finding = {arena, writer->register_code, tags->identity, {0}};
    TRY(db_read(writer->db, find_place_act, &finding));
    bool is_in = record->member.left_s == 0 && finding.place.left_s == 0;
    if (is_in && bytes_equal(finding.place.row_tag, tags->row)) {
        *ret_change = STAFF_UNCHANGED;
        return ERR_NONE;
    }
    if (seen != NULL && !is_same_place(seen, &finding.place))
        return err_set(ERR_STATE, "somebody else wrote this row since");
    struct person person;
    const struct staff_member *member = &record->member;
    /* What the population register said about a known person stays; the row keeps what this register says. */
    if (finding.place.person_id != 0) {
        TRY(open_person(writer->db, writer->keeper, arena, finding.place.person_id, &person));
    } else {
        const struct person_details details = {record->identity_number, member->given_names, member->surname,
                                               member->birth_place, member->birth_date};
        TRY(need_person(writer->db, writer->keeper, arena, writer->actor, &details, &person));
    }
    enum err error = write_of_person(writer, arena, &person, member, &finding.place, tags->row, line, ret_change);
    person_close(&person);
    return error;
}
