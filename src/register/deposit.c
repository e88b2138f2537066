/*
 * A file of thousands of persons on its way from web to the worker (spec 10, The keeper): sealed in parts under a key whose
 * name tells the keeper not to open it for web, so that a web process that falls later finds nothing to read.
 */
#include "base/secret.h"
#include "register/work.h"
#include "register_sql.h"

#include <string.h>

#define PART_SIZE ((size_t)512 * 1024)

static const char *key_name(struct arena *arena, const char *uid)
{
    return arena_printf(arena, KEEPER_DEPOSIT "%s", uid);
}

static const char *part_context(struct arena *arena, const char *uid, int64_t number)
{
    return arena_printf(arena, "staff_import_part.sealed:%s:%lld", uid, (long long)number);
}

enum err deposit_begin(struct keeper *keeper, struct arena *arena, const char *uid, uint8_t ret_key[KEY_SIZE],
                       struct wrapped_key *ret_wrapped)
{
    return keeper_person_key_new(keeper, arena, key_name(arena, uid), ret_key, ret_wrapped);
}

struct part {
    struct arena *arena;
    int64_t import_id, number;
    struct bytes sealed;
};

static enum err insert_part(struct db_tx *tx, void *context)
{
    const struct part *part = context;
    return db_exec(tx, &sql_insert_part,
                   DB_WITH(DB_INT64("import_id", part->import_id), DB_INT64("number", part->number),
                           DB_BYTES("sealed", part->sealed)),
                   NULL);
}

/* A transaction for each part: none of them is long, and only one is in memory. */
enum err deposit_write(struct db *db, const uint8_t key[KEY_SIZE], const char *uid, int64_t import_id,
                       struct bytes file)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct part part = {.import_id = import_id};
    for (size_t at = 0; at < file.size; at += PART_SIZE, part.number++) {
        arena_reset(arena);
        struct bytes plain = {file.data + at, file.size - at < PART_SIZE ? file.size - at : PART_SIZE};
        part.sealed = seal(arena, key, plain, part_context(arena, uid, part.number));
        TRY(db_run(db, insert_part, &part));
    }
    return ERR_NONE;
}

static enum err find_part(struct db_tx *tx, void *context)
{
    struct part *part = context;
    const struct db_rows *row;
    TRY(db_row(tx, part->arena, &sql_find_part,
               DB_WITH(DB_INT64("import_id", part->import_id), DB_INT64("number", part->number)), &row));
    part->sealed = db_bytes(row, 0, "sealed");
    return ERR_NONE;
}

static enum err read_parts(struct db *db, const uint8_t key[KEY_SIZE], const struct staff_import *import,
                           struct buffer *file)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct part part = {.arena = arena, .import_id = import->id};
    for (; file->size < (size_t)import->size; part.number++) {
        struct bytes plain;
        arena_reset(arena);
        TRY(db_read(db, find_part, &part));
        TRY(seal_open(arena, key, part.sealed, part_context(arena, import->uid, part.number), &plain));
        buffer_add(file, plain);
    }
    buffer_char(file, '\0');
    return ERR_NONE;
}

enum err deposit_read(struct db *db, struct keeper *keeper, struct arena *arena, const struct import_record *record,
                      struct buffer *file)
{
    uint8_t *key = secret_alloc(KEY_SIZE);
    enum err error = keeper_person_key_open(keeper, key_name(arena, record->import.uid), &record->wrapped_key, key);
    if (error == ERR_NONE) error = read_parts(db, key, &record->import, file);
    secret_free(key);
    return error;
}
