#include "base/secret.h"
#include "base/turkish.h"
#include "register/work.h"
#include "register_sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const char *header_context(struct arena *arena, const char *uid)
{
    return arena_printf(arena, "staff_import.sealed_header:%s", uid);
}

/* A file without a header shows a person there: so it is sealed, too. */
static struct bytes write_header(struct arena *arena, const struct csv_reader *reader)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < reader->field_count; i++) {
        const char *cell;
        if (text_clean(arena, reader->header[i], &cell) != ERR_NONE) cell = "?";
        if (json_array_append_new(cells, json_string(cell)) != 0) abort();
    }
    char *text = json_dumps(cells, JSON_COMPACT);
    json_decref(cells);
    if (text == NULL) abort();
    struct bytes bytes = bytes_copy(arena, bytes_of_text(text));
    free(text);
    return bytes;
}

static enum err read_header(struct arena *arena, struct bytes bytes, struct import_header *ret_header)
{
    struct import_header header = {0};
    json_t *cells = json_loadb((const char *)bytes.data, bytes.size, 0, NULL);
    if (cells == NULL) return err_set(ERR_BROKEN, "a header that is not JSON");
    for (; header.count < json_array_size(cells) && header.count < IMPORT_FILE_COLUMNS_MAX; header.count++)
        header.cells[header.count] = arena_text(arena, json_string_value(json_array_get(cells, header.count)));
    json_decref(cells);
    guess_columns(arena, header.cells, header.count, header.guessed);
    *ret_header = header;
    return ERR_NONE;
}

enum err find_import_header(struct db *db, struct keeper *keeper, struct arena *arena, const char *uid,
                            struct import_header *ret_header)
{
    struct import_record record;
    struct bytes plain;
    TRY(find_import_record(db, arena, uid, &record));
    if (record.sealed_header.data == NULL) return err_set(ERR_STATE, "the file has not arrived yet");
    TRY(open_registered(keeper, arena, header_context(arena, uid), record.sealed_header, &plain));
    return read_header(arena, plain, ret_header);
}

enum err read_places(const char *columns, int ret_places[STAFF_COLUMN_COUNT])
{
    for (size_t i = 0; i < STAFF_COLUMN_COUNT; i++) {
        char *end;
        ret_places[i] = (int)strtol(columns, &end, 10);
        if (end == columns) return err_set(ERR_BROKEN, "columns of an import");
        columns = *end == ',' ? end + 1 : end;
    }
    return ERR_NONE;
}

struct staging {
    struct arena *arena;
    const struct actor *actor;
    int64_t account_id, id;
    const char *uid, *register_code, *file_name;
    bool is_whole;
    size_t size;
    struct wrapped_key wrapped_key;
    struct bytes sealed_header;
};

static enum err begin_act(struct db_tx *tx, void *context)
{
    struct staging *staging = context;
    const struct db_rows *row;
    TRY(db_row(tx, staging->arena, &sql_insert_import,
               DB_WITH(DB_TEXT("uid", staging->uid), DB_TEXT("register", staging->register_code),
                       DB_INT64("account_id", staging->account_id), DB_TEXT("file_name", staging->file_name),
                       DB_INT64("is_whole", staging->is_whole), DB_INT64("key_epoch", staging->wrapped_key.epoch),
                       DB_BYTES("wrapped_key", staging->wrapped_key.wrap), DB_INT64("size", (int64_t)staging->size),
                       DB_INT64("now", clock_now_s())),
               &row));
    staging->id = db_int64(row, 0, "id");
    return job_add(tx, STAFF_DROP_JOB, staging->uid, "", clock_now_s() + IMPORT_KEPT_S);
}

static enum err arrive_act(struct db_tx *tx, void *context)
{
    const struct staging *staging = context;
    TRY(db_exec(tx, &sql_set_arrived,
                DB_WITH(DB_INT64("id", staging->id), DB_BYTES("sealed_header", staging->sealed_header)), NULL));
    return audit_record(tx, staging->actor, "bring_staff_file", "staff_import", staging->id, staging->register_code);
}

static enum err store(struct db *db, struct staging *staging, const uint8_t key[KEY_SIZE], struct bytes file)
{
    TRY(db_run(db, begin_act, staging));
    TRY(deposit_write(db, key, staging->uid, staging->id, file));
    return db_run(db, arrive_act, staging);
}

enum err stage_import(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                      int64_t account_id, const char *register_code, const char *file_name, bool is_whole,
                      struct bytes file, const char **ret_uid)
{
    if (file.size > IMPORT_SIZE_MAX) return err_set(ERR_TOO_LARGE, "a file of %zu bytes", file.size);
    /* the header alone is read here: the first line, wherever it ends */
    size_t head = 0;
    while (head < file.size && head < 64 * 1024 && file.data[head] != '\n' && file.data[head] != '\r') head++;
    struct csv_reader reader;
    TRY(csv_open(arena, (struct bytes){file.data, head}, &reader));
    if (reader.field_count < STAFF_REQUIRED_COUNT) return err_set(ERR_INVALID, "the header has too few columns");
    struct staging staging = {
        .arena = arena,
        .actor = actor,
        .account_id = account_id,
        .uid = random_hex(arena, 16),
        .register_code = register_code,
        .file_name = file_name,
        .is_whole = is_whole,
        .size = file.size,
    };
    TRY(seal_registered(keeper, arena, header_context(arena, staging.uid), write_header(arena, &reader),
                        &staging.sealed_header));
    uint8_t *key = secret_alloc(KEY_SIZE);
    enum err error = deposit_begin(keeper, arena, staging.uid, key, &staging.wrapped_key);
    if (error == ERR_NONE) error = store(db, &staging, key, file);
    secret_free(key);
    if (error == ERR_NONE) *ret_uid = staging.uid;
    return error;
}
