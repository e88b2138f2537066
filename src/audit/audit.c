#include "audit/store.h"

#include "audit_sql.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/secret.h"

#define SALT_SIZE 16

const char *actor_kind_name(enum actor_kind kind)
{
    static const char *const names[] = {
        [ACTOR_NOBODY] = "nobody", [ACTOR_PERSON] = "person", [ACTOR_STAFF] = "staff", [ACTOR_SYSTEM] = "system"};
    return names[kind];
}

enum err audit_record(struct db_tx *tx, const struct actor *actor, const char *event, const char *subject_kind,
                      int64_t subject, const char *detail)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    uint8_t salt[SALT_SIZE];
    random_fill(salt, sizeof salt);
    return db_exec(tx, &sql_insert_record,
                   DB_WITH(DB_INT64("at", clock_now_s()), DB_TEXT("event", event),
                           DB_TEXT("actor_kind", actor_kind_name(actor->kind)), DB_INT64("actor", actor->id),
                           DB_TEXT("subject_kind", subject_kind), DB_INT64("subject", subject),
                           DB_TEXT("address", actor->address), DB_TEXT("request", actor->request),
                           DB_TEXT("detail", detail), DB_BYTES("address_salt", BYTES(salt)),
                           DB_BYTES("address_digest", audit_address_digest(arena, BYTES(salt), actor->address))),
                   NULL);
}

struct bytes audit_address_digest(struct arena *arena, struct bytes salt, const char *address)
{
    CLEANUP_BUFFER struct buffer all = BUFFER_EMPTY;
    buffer_add(&all, salt);
    buffer_text(&all, address);
    return sha256(arena, buffer_bytes(&all));
}

struct bytes audit_entry(struct arena *arena, const struct db_rows *rows, size_t row)
{
    CLEANUP_BUFFER struct buffer entry = BUFFER_EMPTY;
    buffer_int64(&entry, db_int64(rows, row, "id"));
    buffer_int64(&entry, db_int64(rows, row, "at_s"));
    buffer_part(&entry, bytes_of_text(db_text(rows, row, "event")));
    buffer_part(&entry, bytes_of_text(db_text(rows, row, "actor_kind")));
    buffer_int64(&entry, db_int64(rows, row, "actor"));
    buffer_part(&entry, bytes_of_text(db_text(rows, row, "subject_kind")));
    buffer_int64(&entry, db_int64(rows, row, "subject"));
    buffer_part(&entry, db_bytes(rows, row, "address_digest"));
    buffer_part(&entry, bytes_of_text(db_text(rows, row, "request")));
    buffer_part(&entry, bytes_of_text(db_text(rows, row, "detail")));
    return bytes_copy(arena, buffer_bytes(&entry));
}
