/* What the database has of a person: the wrap, without which nothing of theirs opens, and what they are found by. */
#include "identity/identity.h"
#include "identity_sql.h"

#define TAG_SIZE 32

enum err person_erase(struct db_tx *tx, const struct actor *actor, int64_t person_id)
{
    static const uint8_t nothing[1];
    uint8_t tag[TAG_SIZE]; /* nobody's: each row has one of its own */
    int64_t changed;
    random_fill(tag, sizeof tag);
    TRY(db_exec(tx, &sql_delete_name_tags, DB_WITH(DB_INT64("person_id", person_id)), &changed));
    TRY(db_exec(tx, &sql_delete_import_rows_of_person, DB_WITH(DB_INT64("person_id", person_id)), &changed));
    TRY(db_exec(tx, &sql_delete_staff_of_person, DB_WITH(DB_INT64("person_id", person_id)), &changed));
    TRY(db_exec(tx, &sql_erase_person,
                DB_WITH(DB_INT64("id", person_id), DB_BYTES("tag", BYTES(tag)),
                        DB_BYTES("nothing", ((struct bytes){nothing, 0})), DB_INT64("now", clock_now_s())),
                &changed));
    if (changed != 1) return err_set(ERR_NOT_FOUND, "no such person");
    return audit_record(tx, actor, "erase_person", "person", person_id, "");
}
