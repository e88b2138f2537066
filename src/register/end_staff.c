/* Leaving a register ends eligibility, not history: the row stays and says since when (spec 01, 1 Log in). */
#include "register/writer.h"
#include "register_sql.h"

struct ending {
    const struct staff_writer *writer;
    struct arena *arena;
    struct staff_place seen;
    int64_t person_id, line;
};

static enum err end_act(struct db_tx *tx, void *context)
{
    const struct ending *ending = context;
    const struct staff_writer *writer = ending->writer;
    int64_t changed;
    TRY(need_place(tx, ending->arena, writer, ending->person_id, &ending->seen));
    if (writer->import_id != 0)
        TRY(db_exec(tx, &sql_remember_row,
                    DB_WITH(DB_TEXT("register", writer->register_code), DB_INT64("person_id", ending->person_id),
                            DB_INT64("import_id", writer->import_id), DB_INT64("line", ending->line)),
                    NULL));
    TRY(db_exec(tx, &sql_end_member,
                DB_WITH(DB_TEXT("register", writer->register_code), DB_INT64("person_id", ending->person_id),
                        DB_INT64("now", clock_now_s()), import_value(writer)),
                &changed));
    if (changed == 0) return ERR_NONE;
    return audit_record(tx, writer->actor, "end_staff_member", "person", ending->person_id, writer->register_code);
}

static enum err end_of_person(struct ending *ending, const struct person *person)
{
    const struct staff_writer *writer = ending->writer;
    struct staff_member member;
    TRY(find_staff_row(writer->db, ending->arena, person, writer->register_code, &member));
    /* the keeper hears it first: done again, it is the same */
    if (member.left_s == 0) TRY(forget_staff_number(writer, ending->arena, person, member.mobile));
    return db_run(writer->db, end_act, ending);
}

enum err end_staff(const struct staff_writer *writer, struct arena *arena, int64_t person_id,
                   const struct staff_place *seen, int64_t line)
{
    struct ending ending = {.writer = writer, .arena = arena, .person_id = person_id, .line = line};
    struct person person;
    TRY(find_place_of(writer, arena, person_id, &ending.seen));
    if (seen != NULL && !is_same_place(seen, &ending.seen))
        return err_set(ERR_STATE, "somebody else wrote this row since");
    TRY(open_person(writer->db, writer->keeper, arena, person_id, &person));
    enum err error = end_of_person(&ending, &person);
    person_close(&person);
    return error;
}
