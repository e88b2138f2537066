/* The sequencer: records become leaves, and with each leaf the nodes that are whole by it (RFC 9162 2.1). */
#include "audit/store.h"
#include "audit_sql.h"
#include "pki/merkle.h"

#define AT_ONCE 1000
#define BACK 1000 /* ids that a quick look goes back */
#define LEVELS 63

struct growing {
    struct arena *arena;
    const struct job *job;
    int64_t back;
    const struct db_rows *records;
};

static enum err read_new(struct db_tx *tx, void *context)
{
    struct growing *growing = context;
    return db_rows(tx, growing->arena, &sql_list_new_records,
                   DB_WITH(DB_INT64("back", growing->back), DB_INT64("limit", AT_ONCE)), &growing->records);
}

enum err audit_node(void *context, struct arena *arena, int level, int64_t position, struct bytes *ret_hash)
{
    const struct db_rows *row;
    TRY(db_row(context, arena, &sql_find_node, DB_WITH(DB_INT64("level", level), DB_INT64("position", position)),
               &row));
    *ret_hash = db_bytes(row, 0, "hash");
    return ERR_NONE;
}

static enum err add_node(struct db_tx *tx, int level, int64_t position, struct bytes hash)
{
    return db_exec(tx, &sql_insert_node,
                   DB_WITH(DB_INT64("level", level), DB_INT64("position", position), DB_BYTES("hash", hash)), NULL);
}

/* `left`: the last node of each level, where it was met in this transaction. */
static enum err add_leaf(struct db_tx *tx, struct arena *arena, struct bytes left[LEVELS], int64_t position,
                         int64_t record_id, struct bytes hash)
{
    TRY(db_exec(tx, &sql_insert_leaf, DB_WITH(DB_INT64("position", position), DB_INT64("record_id", record_id)), NULL));
    TRY(add_node(tx, 0, position, hash));
    int level = 0;
    for (; (position & 1) != 0; position >>= 1) {
        if (left[level].size == 0) TRY(audit_node(tx, arena, level, position - 1, &left[level]));
        hash = merkle_parent(arena, left[level], hash);
        level++;
        TRY(add_node(tx, level, position >> 1, hash));
    }
    left[level] = hash;
    return ERR_NONE;
}

static enum err add_all(struct db_tx *tx, void *context)
{
    const struct growing *growing = context;
    struct bytes left[LEVELS] = {0};
    const struct db_rows *row;
    TRY(db_row(tx, growing->arena, &sql_find_tree_size, DB_NOTHING, &row));
    int64_t size = db_int64(row, 0, "size");
    for (size_t i = 0; i < db_count(growing->records); i++)
        TRY(add_leaf(tx, growing->arena, left, size + (int64_t)i, db_int64(growing->records, i, "id"),
                     merkle_leaf(growing->arena, audit_entry(growing->arena, growing->records, i))));
    bool is_last = db_count(growing->records) < AT_ONCE;
    return is_last && growing->job != NULL ? job_finish(tx, growing->job) : ERR_NONE;
}

/* What is new is read outside of the transaction that adds it: on PostgreSQL, acts that record do not collide with it. */
enum err grow_tree(struct db *db, const struct job *job, bool is_thorough)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (;; arena_reset(arena)) {
        struct growing growing = {.arena = arena, .job = job, .back = is_thorough ? INT64_MAX / 2 : BACK};
        TRY(db_read(db, read_new, &growing));
        if (db_count(growing.records) == 0 && job == NULL) return ERR_NONE;
        TRY(db_run(db, add_all, &growing));
        if (db_count(growing.records) < AT_ONCE) return ERR_NONE;
    }
}

static enum err find_one(struct db_tx *tx, void *context)
{
    struct growing *growing = context;
    return db_rows(tx, growing->arena, &sql_list_new_records,
                   DB_WITH(DB_INT64("back", growing->back), DB_INT64("limit", 1)), &growing->records);
}

static enum err add_job(struct db_tx *tx, void *context)
{
    return job_add(tx, context, "next", "", 0);
}

enum err ask_to_grow_tree(struct db *db)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct growing growing = {.arena = arena, .back = BACK};
    TRY(db_read(db, find_one, &growing));
    return db_count(growing.records) == 0 ? ERR_NONE : db_run(db, add_job, AUDIT_JOB_GROW);
}

enum err ask_first_head(struct db *db)
{
    return db_run(db, add_job, AUDIT_JOB_HEAD);
}
