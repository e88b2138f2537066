/* Adıma Sertifika Üretimi: what the owner wants of being issued certificates goes to the signer by a job (spec 03). */
#include "certificate/certificate.h"
#include "certificate/lock.h"
#include "certificate_sql.h"
#include "db/job.h"
#include "statement/lock_statement.h"

#include <string.h>

bool issuance_is_locked(const struct issuance_lock *lock, int64_t now_s)
{
    return lock->lock_uid != NULL && (lock->ends_s == 0 || now_s < lock->ends_s);
}

struct finding {
    struct arena *arena;
    int64_t person_id;
    struct issuance_lock lock;
};

static enum err find(struct db_tx *tx, void *context)
{
    struct finding *finding = context;
    const struct db_rows *newest, *kept;
    TRY(db_rows(tx, finding->arena, &sql_find_newest_lock, DB_WITH(DB_INT64("person_id", finding->person_id)),
                &newest));
    TRY(db_rows(tx, finding->arena, &sql_find_kept_lock, DB_WITH(DB_INT64("person_id", finding->person_id)), &kept));
    finding->lock = (struct issuance_lock){0};
    if (db_count(newest) == 0) return ERR_NONE;
    const char *state = db_text(newest, 0, "state");
    finding->lock.is_changing = strcmp(state, "asked") == 0;
    if (strcmp(state, "refused") == 0) finding->lock.refused = db_text(newest, 0, "why");
    if (db_count(kept) == 0) return ERR_NONE;
    finding->lock.lock_uid = db_text(kept, 0, "lock_uid");
    finding->lock.since_s = db_int64(kept, 0, "since_s");
    finding->lock.ends_s = db_int64(kept, 0, "ends_s");
    return ERR_NONE;
}

enum err find_issuance_lock(struct db *db, struct arena *arena, int64_t person_id, struct issuance_lock *ret_lock)
{
    struct finding finding = {.arena = arena, .person_id = person_id};
    TRY(db_read(db, find, &finding));
    *ret_lock = finding.lock;
    return ERR_NONE;
}

struct asking {
    struct arena *arena;
    const struct actor *actor;
    const struct person *person;
    const char *uid, *lock_uid;
    struct bytes sealed_text, sealed_signature;
    bool unlocks;
};

static enum err ask(struct db_tx *tx, void *context)
{
    const struct asking *asking = context;
    const struct db_rows *row;
    TRY(db_row(tx, asking->arena, &sql_insert_lock,
               DB_WITH(DB_TEXT("uid", asking->uid), DB_INT64("person_id", asking->person->id),
                       DB_TEXT("lock_uid", asking->lock_uid), DB_TEXT("wish", asking->unlocks ? "unlock" : "lock"),
                       DB_BYTES("sealed_text", asking->sealed_text),
                       DB_BYTES("sealed_signature", asking->sealed_signature), DB_INT64("asked_s", clock_now_s())),
               &row));
    const char *id = arena_printf(asking->arena, "%lld", (long long)db_int64(row, 0, "id"));
    TRY(job_add(tx, CERTIFICATE_JOB_LOCK, id, id, 0));
    return audit_record(tx, asking->actor, asking->unlocks ? "ask_unlocking" : "ask_lock", "person", asking->person->id,
                        "");
}

static enum err ask_for(struct db *db, struct arena *arena, const struct actor *actor, const struct person *person,
                        struct bytes text, struct bytes signature)
{
    struct lock_statement lock;
    TRY(lock_statement_read(arena, text, &lock));
    const char *uid = random_hex(arena, 16);
    struct asking asking = {
        .arena = arena,
        .actor = actor,
        .person = person,
        .uid = uid,
        .lock_uid = lock.lock_uid,
        .sealed_text = person_seal(arena, person, LOCK_TEXT_COLUMN, uid, text),
        .unlocks = lock_statement_unlocks(&lock),
    };
    if (asking.unlocks) asking.sealed_signature = person_seal(arena, person, LOCK_SIGNATURE_COLUMN, uid, signature);
    return db_run(db, ask, &asking);
}

enum err ask_lock(struct db *db, struct arena *arena, const struct actor *actor, const struct person *person,
                  const char *server)
{
    struct bytes text;
    const struct lock_statement lock = {.lock_uid = random_hex(arena, 16),
                                        .identity_number = person->details.identity_number,
                                        .wish = lock_wish_words[LOCK_ISSUANCE],
                                        .server = server,
                                        .made_s = clock_now_s()};
    TRY(lock_statement_write(arena, &lock, &text));
    return ask_for(db, arena, actor, person, text, (struct bytes){0});
}

enum err write_unlocking(struct arena *arena, const struct person *person, const struct issuance_lock *lock,
                         const char *server, struct bytes *ret_text)
{
    if (lock->lock_uid == NULL || lock->ends_s != 0) return err_set(ERR_STATE, "there is nothing to unlock");
    const struct lock_statement unlocking = {.lock_uid = lock->lock_uid,
                                             .identity_number = person->details.identity_number,
                                             .wish = lock_wish_words[UNLOCK_ISSUANCE],
                                             .server = server,
                                             .made_s = clock_now_s()};
    return lock_statement_write(arena, &unlocking, ret_text);
}

enum err ask_unlocking(struct db *db, struct arena *arena, const struct actor *actor, const struct person *person,
                       struct bytes text, struct bytes signature)
{
    return ask_for(db, arena, actor, person, text, signature);
}
