/* The registries (spec 10, Statements) as the worker had them from the signer: the one in force and those before it. */
#include "statement/registry.h"

#include "identity/store.h"
#include "identity_sql.h"

struct question {
    struct arena *arena;
    int64_t number; /* 0: the one in force */
    const struct db_rows *rows;
};

static struct registry_record record_of(struct arena *arena, const struct db_rows *rows, size_t at)
{
    return (struct registry_record){
        .number = db_int64(rows, at, "number"),
        .digest = hex_encode(arena, db_bytes(rows, at, "digest")),
        .taken_s = db_int64(rows, at, "taken_s"),
    };
}

static enum err read_record(struct db_tx *tx, void *context)
{
    struct question *question = context;
    if (question->number == 0)
        return db_row(tx, question->arena, &sql_find_newest_registry, DB_NOTHING, &question->rows);
    return db_row(tx, question->arena, &sql_find_registry_by_number, DB_WITH(DB_INT64("number", question->number)),
                  &question->rows);
}

enum err find_registry_record(struct db *db, struct keeper *keeper, struct arena *arena, int64_t number,
                              struct registry_record *ret_record)
{
    struct question question = {.arena = arena, .number = number};
    TRY(db_read(db, read_record, &question));
    struct registry_record record = record_of(arena, question.rows, 0);
    TRY(open_registry_text(keeper, arena, record.number, db_bytes(question.rows, 0, "sealed_text"), &record.text));
    *ret_record = record;
    return ERR_NONE;
}

static enum err read_all(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, &sql_list_registries, DB_NOTHING, &question->rows);
}

enum err list_registry_records(struct db *db, struct arena *arena, const struct registry_record **ret_records,
                               size_t *ret_count)
{
    struct question question = {.arena = arena};
    TRY(db_read(db, read_all, &question));
    size_t count = db_count(question.rows);
    struct registry_record *records = NEW_ARRAY(arena, struct registry_record, count + 1);
    for (size_t i = 0; i < count; i++) records[i] = record_of(arena, question.rows, i);
    *ret_records = records;
    *ret_count = count;
    return ERR_NONE;
}

enum err find_registry(struct db *db, struct keeper *keeper, struct arena *arena, const struct registry **ret_registry)
{
    struct registry_record record;
    struct registry *registry = NEW(arena, struct registry);
    TRY(find_registry_record(db, keeper, arena, 0, &record));
    TRY(registry_read(arena, record.text, registry));
    *ret_registry = registry;
    return ERR_NONE;
}

bool passkey_counts(const struct registry *registry, const struct passkey *passkey)
{
    const struct registry_person *person = registry_find_passkey(registry, passkey->credential_digest);
    int64_t now_s = clock_now_s();
    return person != NULL && now_s >= person->from_s && now_s <= person->until_s;
}

enum err list_waiting_passkeys(struct db *db, struct keeper *keeper, struct arena *arena,
                               const struct passkey **ret_passkeys, size_t *ret_count)
{
    const struct registry *registry;
    const struct passkey *all;
    size_t count, waiting = 0;
    TRY(find_registry(db, keeper, arena, &registry));
    TRY(list_passkeys(db, arena, 0, &all, &count));
    struct passkey *passkeys = NEW_ARRAY(arena, struct passkey, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (registry_find_passkey(registry, all[i].credential_digest) == NULL) passkeys[waiting++] = all[i];
    }
    *ret_passkeys = passkeys;
    *ret_count = waiting;
    return ERR_NONE;
}

struct institutions_question {
    struct arena *arena;
    const struct registry *registry;
    struct institution *institutions;
};

static enum err read_institutions(struct db_tx *tx, void *context)
{
    struct institutions_question *question = context;
    for (size_t i = 0; i < question->registry->institutions_count; i++) {
        const char *code = question->registry->institutions[i].code;
        enum err error = read_institution_by_code(tx, question->arena, code, &question->institutions[i]);
        if (error == ERR_NOT_FOUND) question->institutions[i] = (struct institution){.code = code, .name = ""};
        else if (error != ERR_NONE) return error;
    }
    return ERR_NONE;
}

enum err list_registered_institutions(struct db *db, struct keeper *keeper, struct arena *arena,
                                      const struct institution **ret_institutions, size_t *ret_count)
{
    struct institutions_question question = {.arena = arena};
    TRY(find_registry(db, keeper, arena, &question.registry));
    question.institutions = NEW_ARRAY(arena, struct institution, question.registry->institutions_count + 1);
    TRY(db_read(db, read_institutions, &question));
    *ret_institutions = question.institutions;
    *ret_count = question.registry->institutions_count;
    return ERR_NONE;
}
