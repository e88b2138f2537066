/*
 * The whole trail looked at anew: each record hashed again, the tree made again beside the stored one, each signed head
 * held against it. Whoever can write the database can change records, leaves and nodes together, and still not the heads.
 */
#include "audit/store.h"
#include "audit_sql.h"
#include "base/clock.h"
#include "pki/merkle.h"
#include "pki/signature.h"
#include "statement/head_statement.h"

#include <string.h>

#define AT_ONCE 1000
#define LEVELS 63
#define GAP_MAX 100000 /* leaves that can be missing in one place and the rest still be looked at */
#define BACKWARDS_MAX_S ((int64_t)600) /* how much earlier than the record before it one may say it was */

struct checking {
    struct arena *arena, *page; /* for the whole look; for a page of it */
    struct bytes signer_key;
    struct findings *findings;
    const struct db_rows *heads;
    size_t next_head; /* the first one that is larger than the tree made so far */
    int64_t last_head_size; /* the newest one that was right */
    int64_t size;
    uint8_t left[LEVELS][SHA256_SIZE]; /* roots of the whole trees that `size` is the sum of, by level */
    int64_t latest_s;
    struct tree_summary summary;
};

/* RFC 9162 2.1.1: the smaller trees on the right come first. */
static struct bytes root_of(const struct checking *checking, struct arena *arena)
{
    struct bytes root = {0};
    for (int level = 0; level < LEVELS; level++) {
        if ((checking->size >> level & 1) == 0) continue;
        struct bytes left = bytes_copy(arena, BYTES(checking->left[level]));
        root = root.size == 0 ? left : merkle_parent(arena, left, root);
    }
    return root;
}

static enum err compare_node(struct db_tx *tx, struct checking *checking, int level, int64_t position,
                             struct bytes hash)
{
    const struct db_rows *rows;
    TRY(db_rows(tx, checking->page, &sql_find_node, DB_WITH(DB_INT64("level", level), DB_INT64("position", position)),
                &rows));
    if (db_count(rows) == 1 && bytes_equal(db_bytes(rows, 0, "hash"), hash)) return ERR_NONE;
    if (level > 0)
        findings_add(checking->findings, "node %lld of level %d is not what its leaves make", (long long)position,
                     level);
    else
        findings_add(checking->findings, "leaf %lld does not hold its record: the record was changed, or moved",
                     (long long)position);
    return ERR_NONE;
}

static enum err add_hash(struct db_tx *tx, struct checking *checking, struct bytes hash)
{
    int64_t position = checking->size;
    int level = 0;
    TRY(compare_node(tx, checking, 0, position, hash));
    for (; (position & 1) != 0; position >>= 1) {
        hash = merkle_parent(checking->page, BYTES(checking->left[level]), hash);
        level++;
        TRY(compare_node(tx, checking, level, position >> 1, hash));
    }
    memcpy(checking->left[level], hash.data, SHA256_SIZE);
    checking->size++;
    return ERR_NONE;
}

static void check_record(struct checking *checking, const struct db_rows *rows, size_t row)
{
    long long id = db_int64(rows, row, "id");
    int64_t at_s = db_int64(rows, row, "at_s");
    if (at_s < checking->latest_s - BACKWARDS_MAX_S)
        findings_add(checking->findings, "record %lld was put in afterwards: it says %s, and follows one of %s", id,
                     time_to_iso(checking->page, at_s), time_to_iso(checking->page, checking->latest_s));
    if (at_s > checking->latest_s) checking->latest_s = at_s;
    if (db_is_null(rows, row, "address_salt")) return; /* gone with its address, when its time had come */
    struct bytes digest =
        audit_address_digest(checking->page, db_bytes(rows, row, "address_salt"), db_text(rows, row, "address"));
    if (!bytes_equal(digest, db_bytes(rows, row, "address_digest")))
        findings_add(checking->findings, "record %lld: its address was changed", id);
}

static void check_head(struct checking *checking)
{
    size_t row = checking->next_head++;
    struct tree_statement tree;
    long long size = db_int64(checking->heads, row, "size");
    struct bytes text = db_bytes(checking->heads, row, "text");
    bool is_signed = public_key_verify(checking->signer_key, SIGNATURE_ECDSA_SHA256, text,
                                       db_bytes(checking->heads, row, "signature")) == ERR_NONE;
    if (!is_signed || tree_statement_read(checking->page, text, &tree) != ERR_NONE || tree.size != size) {
        findings_add(checking->findings, "the head over %lld records is not signed by the signer", size);
        return;
    }
    checking->summary.newest_head_size = size;
    if (strcmp(tree.root, hex_encode(checking->page, root_of(checking, checking->page))) == 0)
        checking->last_head_size = size;
    else
        findings_add(
            checking->findings,
            "the first %lld records are not those of the head signed at %s; the first %lld are still as signed", size,
            time_to_iso(checking->page, tree.made_s), (long long)checking->last_head_size);
}

static void check_heads_here(struct checking *checking)
{
    while (checking->next_head < db_count(checking->heads) &&
           db_int64(checking->heads, checking->next_head, "size") == checking->size)
        check_head(checking);
}

/* Of a record that is not there, the tree still has the hash: with it the rest can be looked at. */
static enum err pass_over(struct db_tx *tx, struct checking *checking)
{
    const struct db_rows *rows;
    static const uint8_t nothing[SHA256_SIZE];
    TRY(db_rows(tx, checking->page, &sql_find_node, DB_WITH(DB_INT64("level", 0), DB_INT64("position", checking->size)),
                &rows));
    return add_hash(tx, checking, db_count(rows) == 1 ? db_bytes(rows, 0, "hash") : BYTES(nothing));
}

static enum err check_leaf(struct db_tx *tx, struct checking *checking, const struct db_rows *rows, size_t row)
{
    int64_t position = db_int64(rows, row, "position");
    if (position - checking->size > GAP_MAX) {
        findings_add(checking->findings, "leaf %lld was put in: it stands far behind the others", (long long)position);
        return ERR_NONE;
    }
    if (position > checking->size)
        findings_add(checking->findings, "leaves %lld to %lld were removed", (long long)checking->size,
                     (long long)position - 1);
    for (; checking->size < position; check_heads_here(checking)) TRY(pass_over(tx, checking));
    if (db_is_null(rows, row, "id")) {
        findings_add(checking->findings, "record %lld was removed", (long long)db_int64(rows, row, "record_id"));
        TRY(pass_over(tx, checking));
    } else {
        check_record(checking, rows, row);
        TRY(add_hash(tx, checking, merkle_leaf(checking->page, audit_entry(checking->page, rows, row))));
    }
    check_heads_here(checking);
    return ERR_NONE;
}

static enum err check_leaves(struct db_tx *tx, struct checking *checking)
{
    const struct db_rows *rows;
    do {
        arena_reset(checking->page);
        TRY(db_rows(tx, checking->page, &sql_list_leaves,
                    DB_WITH(DB_INT64("from", checking->size), DB_INT64("limit", AT_ONCE)), &rows));
        for (size_t i = 0; i < db_count(rows); i++) TRY(check_leaf(tx, checking, rows, i));
    } while (db_count(rows) == AT_ONCE);
    return ERR_NONE;
}

struct looking {
    struct bytes signer_key;
    struct findings *findings;
    size_t found_before;
    struct tree_summary summary;
};

/* One snapshot: nothing of a worker that goes on meanwhile. */
static enum err check_all(struct db_tx *tx, void *context)
{
    struct looking *looking = context;
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_ARENA struct arena *page = arena_new();
    struct checking checking = {
        .arena = arena, .page = page, .signer_key = looking->signer_key, .findings = looking->findings};
    const struct db_rows *outside;
    looking->findings->count = looking->found_before; /* this may be another try */
    TRY(db_rows(tx, arena, &sql_list_heads, DB_NOTHING, &checking.heads));
    TRY(check_leaves(tx, &checking));
    for (size_t i = checking.next_head; i < db_count(checking.heads); i++)
        findings_add(checking.findings,
                     "a head over %lld records is signed, and the tree has %lld: the last ones were removed",
                     (long long)db_int64(checking.heads, i, "size"), (long long)checking.size);
    TRY(db_row(tx, arena, &sql_count_outside, DB_NOTHING, &outside));
    checking.summary.size = checking.size;
    checking.summary.heads = (int64_t)db_count(checking.heads);
    checking.summary.outside = db_int64(outside, 0, "count");
    looking->summary = checking.summary;
    return ERR_NONE;
}

enum err verify_tree(struct db *db, struct bytes signer_key, struct findings *findings,
                     struct tree_summary *ret_summary)
{
    struct looking looking = {signer_key, findings, findings->count, {0}};
    TRY(db_read(db, check_all, &looking));
    *ret_summary = looking.summary;
    return ERR_NONE;
}
