/* Heads of the tree: what the signer is asked to sign, and what it has signed. */
#include "audit/store.h"
#include "audit_sql.h"
#include "pki/merkle.h"

struct measuring {
    struct arena *arena;
    int64_t first, second;
    struct tree_growth growth;
};

static enum err measure(struct db_tx *tx, void *context)
{
    struct measuring *measuring = context;
    struct merkle_store store = {audit_node, tx};
    const struct db_rows *row;
    struct tree_growth growth = {.size = measuring->second};
    TRY(db_row(tx, measuring->arena, &sql_find_tree_size, DB_NOTHING, &row));
    int64_t size = db_int64(row, 0, "size");
    if (growth.size == 0) growth.size = size;
    if (growth.size > size || measuring->first > growth.size)
        return err_set(ERR_NOT_FOUND, "the audit tree has %lld leaves", (long long)size);
    TRY(merkle_root(&store, measuring->arena, growth.size, &growth.root));
    if (measuring->first > 0)
        TRY(merkle_consistency(&store, measuring->arena, measuring->first, growth.size, &growth.proof));
    measuring->growth = growth;
    return ERR_NONE;
}

enum err find_growth(struct db *db, struct arena *arena, int64_t first, int64_t second, struct tree_growth *ret_growth)
{
    struct measuring measuring = {.arena = arena, .first = first, .second = second};
    TRY(db_read(db, measure, &measuring));
    *ret_growth = measuring.growth;
    return ERR_NONE;
}

struct storing {
    const struct job *job;
    const struct tree_head *head;
    int64_t next_due_s;
};

static enum err store(struct db_tx *tx, void *context)
{
    const struct storing *storing = context;
    const struct tree_head *head = storing->head;
    if (head->size > 0)
        TRY(db_exec(
            tx, &sql_insert_head,
            DB_WITH(DB_INT64("size", head->size), DB_BYTES("text", head->text), DB_BYTES("signature", head->signature)),
            NULL));
    if (storing->job == NULL) return ERR_NONE;
    TRY(job_finish(tx, storing->job));
    return job_add(tx, AUDIT_JOB_HEAD, "next", "", storing->next_due_s);
}

enum err store_head(struct db *db, const struct job *job, const struct tree_head *head, int64_t next_due_s)
{
    struct storing storing = {job, head, next_due_s};
    return db_run(db, store, &storing);
}

struct listing {
    struct arena *arena;
    const struct db_rows *rows;
};

static enum err list(struct db_tx *tx, void *context)
{
    struct listing *listing = context;
    return db_rows(tx, listing->arena, &sql_list_heads, DB_NOTHING, &listing->rows);
}

enum err list_heads(struct db *db, struct arena *arena, const struct tree_head **ret_heads, size_t *ret_count)
{
    struct listing listing = {.arena = arena};
    TRY(db_read(db, list, &listing));
    size_t count = db_count(listing.rows);
    struct tree_head *heads = NEW_ARRAY(arena, struct tree_head, count + 1);
    for (size_t i = 0; i < count; i++)
        heads[i] = (struct tree_head){db_int64(listing.rows, i, "size"), db_bytes(listing.rows, i, "text"),
                                      db_bytes(listing.rows, i, "signature")};
    *ret_heads = heads;
    *ret_count = count;
    return ERR_NONE;
}

struct proving {
    struct arena *arena;
    int64_t record_id;
    struct record_proof proof;
};

static enum err prove(struct db_tx *tx, void *context)
{
    struct proving *proving = context;
    struct arena *arena = proving->arena;
    struct merkle_store tree = {audit_node, tx};
    const struct db_rows *record, *leaf, *head;
    TRY(db_row(tx, arena, &sql_find_record, DB_WITH(DB_INT64("id", proving->record_id)), &record));
    TRY(db_rows(tx, arena, &sql_find_leaf, DB_WITH(DB_INT64("record_id", proving->record_id)), &leaf));
    TRY(db_rows(tx, arena, &sql_find_newest_head, DB_NOTHING, &head));
    if (db_count(leaf) == 0 || db_count(head) == 0 || db_int64(leaf, 0, "position") >= db_int64(head, 0, "size"))
        return err_set(ERR_STATE, "no head that is signed yet has record %lld", (long long)proving->record_id);
    proving->proof = (struct record_proof){
        .entry = audit_entry(arena, record, 0),
        .position = db_int64(leaf, 0, "position"),
        .head = {db_int64(head, 0, "size"), db_bytes(head, 0, "text"), db_bytes(head, 0, "signature")}};
    return merkle_inclusion(&tree, arena, proving->proof.position, proving->proof.head.size, &proving->proof.path);
}

enum err prove_record(struct db *db, struct arena *arena, int64_t record_id, struct record_proof *ret_proof)
{
    struct proving proving = {.arena = arena, .record_id = record_id};
    TRY(db_read(db, prove, &proving));
    *ret_proof = proving.proof;
    return ERR_NONE;
}
