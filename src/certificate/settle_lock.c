/* An owner's wish as the worker takes it to the signer, and the signer's answer. */
#include "certificate/certificate.h"
#include "certificate/lock.h"
#include "certificate_sql.h"

#include <string.h>

struct reading {
    struct arena *arena;
    int64_t id;
    const struct db_rows *row;
};

static enum err read_wish(struct db_tx *tx, void *context)
{
    struct reading *reading = context;
    return db_row(tx, reading->arena, &sql_find_lock_wish, DB_WITH(DB_INT64("id", reading->id)), &reading->row);
}

static enum err unseal(struct arena *arena, const struct db_rows *row, struct lock_wish *wish)
{
    const char *uid = db_text(row, 0, "uid");
    struct bytes signature = db_bytes(row, 0, "sealed_signature");
    TRY(person_unseal(arena, &wish->person, LOCK_TEXT_COLUMN, uid, db_bytes(row, 0, "sealed_text"), &wish->text));
    if (signature.size == 0) return ERR_NONE;
    return person_unseal(arena, &wish->person, LOCK_SIGNATURE_COLUMN, uid, signature, &wish->signature);
}

enum err open_lock_wish(struct db *db, struct keeper *keeper, struct arena *arena, int64_t id,
                        struct lock_wish *ret_wish)
{
    struct reading reading = {.arena = arena, .id = id};
    struct lock_wish wish = {.id = id};
    TRY(db_read(db, read_wish, &reading));
    wish.is_asked = strcmp(db_text(reading.row, 0, "state"), "asked") == 0;
    TRY(open_person(db, keeper, arena, db_int64(reading.row, 0, "person_id"), &wish.person));
    enum err error = unseal(arena, reading.row, &wish);
    if (error != ERR_NONE) {
        person_close(&wish.person);
        return error;
    }
    *ret_wish = wish;
    return ERR_NONE;
}

enum err keep_lock_wish(struct db_tx *tx, const struct actor *actor, const struct lock_wish *wish, int64_t since_s,
                        int64_t ends_s)
{
    TRY(db_exec(tx, &sql_keep_lock,
                DB_WITH(DB_INT64("since_s", since_s), DB_INT64("ends_s", ends_s), DB_INT64("id", wish->id)), NULL));
    return audit_record(tx, actor, ends_s == 0 ? "lock_issuance" : "unlock_issuance", "person", wish->person.id, "");
}

enum err refuse_lock_wish(struct db_tx *tx, const struct actor *actor, const struct lock_wish *wish, const char *why)
{
    TRY(db_exec(tx, &sql_refuse_lock, DB_WITH(DB_TEXT("why", why), DB_INT64("id", wish->id)), NULL));
    return audit_record(tx, actor, "refuse_lock", "person", wish->person.id, why);
}
