/* The audit tree: it grows, proves, and whatever is done to records, leaves, nodes and heads is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/audit.h"
#include "fixture_db.h"
#include "pki/merkle.h"
#include "pki/signature.h"
#include "statement/head_statement.h"
#include "tree_test_sql.h"

#define OK(expression) assert_int_equal(expression, ERR_NONE)

static struct db *db;
static struct arena *arena;
static struct memory_key *key;
static int64_t recorded;

static enum err record(struct db_tx *tx, void *context)
{
    for (int64_t i = 0; i < *(int64_t *)context; i++) {
        struct actor actor = {ACTOR_STAFF, i % 7, "192.0.2.1", "r"};
        TRY(audit_record(tx, &actor, "take_in_form", "application", i, ""));
    }
    return ERR_NONE;
}

static void record_more(int64_t count)
{
    OK(db_run(db, record, &count));
    OK(grow_tree(db, NULL, false));
    recorded += count;
}

/* As the signer does, once it has looked at the proof. */
static void sign_head(void)
{
    struct tree_growth growth;
    struct tree_head head;
    OK(find_growth(db, arena, 0, 0, &growth));
    struct tree_statement tree = {growth.size, hex_encode(arena, growth.root), clock_now_s()};
    head.size = growth.size;
    OK(tree_statement_write(arena, &tree, &head.text));
    struct external_signer signer = memory_key_signer(key);
    OK(signer.sign(signer.context, head.text, arena, &head.signature));
    OK(store_head(db, NULL, &head, 0));
}

static struct findings look(void)
{
    struct findings findings = {.arena = arena};
    struct tree_summary summary;
    OK(verify_tree(db, memory_key_public(key), &findings, &summary));
    return findings;
}

static void is_well(void)
{
    struct findings findings = look();
    if (findings.count > 0) fail_msg("%s", findings.texts[0]);
}

static void is_found(const char *what, const char *expected)
{
    struct findings findings = look();
    for (size_t i = 0; i < findings.count && i < FINDINGS_KEPT; i++)
        if (strstr(findings.texts[i], expected) != NULL) return;
    fail_msg("%s: no '%s' among %zu findings%s%s", what, expected, findings.count, findings.count > 0 ? ": " : "",
             findings.count > 0 ? findings.texts[0] : "");
}

static void the_tree_grows_by_what_is_new(void **state)
{
    is_well(); /* nothing at all */
    for (int64_t count = 1; count <= 40; count++) record_more(count % 5);
    struct tree_summary summary;
    struct findings findings = {.arena = arena};
    OK(verify_tree(db, memory_key_public(key), &findings, &summary));
    assert_int_equal(findings.count, 0);
    assert_int_equal(summary.size, recorded);
    assert_int_equal(summary.outside, 0);
    OK(grow_tree(db, NULL, true)); /* nothing twice */
    record_more(2345); /* more than one transaction takes */
    is_well();
}

static void each_growth_and_each_record_can_be_proved(void **state)
{
    struct tree_growth before, growth;
    for (int64_t first = 1; first < 80; first++) {
        OK(find_growth(db, arena, 0, first, &before));
        for (int64_t second = first; second < 80; second += 7) {
            OK(find_growth(db, arena, first, second, &growth));
            OK(merkle_check_consistency(first, before.root, second, growth.root, growth.proof));
        }
    }
    sign_head();
    for (int64_t id = 1; id <= recorded; id += 53) {
        struct record_proof proof;
        struct tree_statement tree;
        struct bytes root;
        OK(prove_record(db, arena, id, &proof));
        OK(tree_statement_read(arena, proof.head.text, &tree));
        OK(hex_decode(arena, tree.root, &root));
        OK(merkle_check_inclusion(merkle_leaf(arena, proof.entry), proof.position, tree.size, proof.path, root));
        struct bytes other = bytes_copy(arena, proof.entry);
        ((uint8_t *)(uintptr_t)other.data)[other.size / 2] ^= 1;
        assert_int_equal(merkle_check_inclusion(merkle_leaf(arena, other), proof.position, tree.size, proof.path, root),
                         ERR_WRONG);
        assert_null(memmem(proof.entry.data, proof.entry.size, "192.0.2.1", 9)); /* no address in a leaf */
    }
    record_more(1);
    struct record_proof proof;
    assert_int_equal(prove_record(db, arena, recorded, &proof), ERR_STATE); /* not under a head yet */
    assert_int_equal(prove_record(db, arena, recorded + 1, &proof), ERR_NOT_FOUND);
}

struct tampering {
    const char *what;
    enum err (*act)(struct db_tx *tx);
    const char *found;
};

static enum err run_one(struct db_tx *tx, const struct db_sql *sql, int64_t id)
{
    return db_exec(tx, sql, DB_WITH(DB_INT64("id", id)), NULL);
}

static enum err remove_record(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_delete_record, 17);
}

static enum err change_event(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_event, 17);
}

static enum err change_detail(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_detail, 17);
}

static enum err change_time(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_time, 17);
}

static enum err change_actor(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_actor, 17);
}

static enum err change_address(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_address, 17);
}

static enum err move(struct db_tx *tx, int64_t from, int64_t to)
{
    return db_exec(tx, &sql_tamper_leaf_record, DB_WITH(DB_INT64("from", from), DB_INT64("to", to)), NULL);
}

static enum err swap_records(struct db_tx *tx)
{
    TRY(move(tx, 17, -1));
    TRY(move(tx, 18, 17));
    return move(tx, -1, 18);
}

static enum err remove_leaf(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_delete_leaf, 17);
}

static enum err make_leaf(struct db_tx *tx)
{
    return db_exec(tx, &sql_make_leaf, DB_WITH(DB_INT64("position", 1000000), DB_INT64("record_id", 999999)), NULL);
}

static enum err change_node(struct db_tx *tx)
{
    return db_exec(
        tx, &sql_tamper_node,
        DB_WITH(DB_INT64("level", 2), DB_INT64("position", 3), DB_BYTES("hash", sha256(arena, bytes_of_text("x")))),
        NULL);
}

static enum err change_head(struct db_tx *tx)
{
    struct tree_statement tree = {recorded, hex_encode(arena, sha256(arena, bytes_of_text("x"))), clock_now_s()};
    struct bytes text;
    OK(tree_statement_write(arena, &tree, &text));
    return db_exec(tx, &sql_tamper_head, DB_WITH(DB_INT64("size", recorded), DB_BYTES("text", text)), NULL);
}

/* The end of everything, as if it had never been. */
static enum err cut_end(struct db_tx *tx)
{
    int64_t position = recorded - 5;
    TRY(db_exec(tx, &sql_tamper_delete_leaves_after, DB_WITH(DB_INT64("position", position)), NULL));
    TRY(db_exec(tx, &sql_tamper_delete_nodes, DB_WITH(DB_INT64("position", position)), NULL));
    return run_one(tx, &sql_tamper_delete_records_after, position + 1);
}

/* A record changed, and all hashes made again over it: what a careful thief of the database's password does. */
static enum err change_with_hashes(struct db_tx *tx)
{
    TRY(change_event(tx));
    TRY(db_exec(tx, &sql_clear_leaves, DB_NOTHING, NULL));
    return db_exec(tx, &sql_clear_nodes, DB_NOTHING, NULL);
}

static enum err put_in(struct db_tx *tx)
{
    return run_one(tx, &sql_tamper_insert, 17);
}

static const struct tampering tamperings[] = {
    {"a record removed", remove_record, "record 17 was removed"},
    {"its event changed", change_event, "leaf 16 does not hold its record"},
    {"its detail changed", change_detail, "leaf 16 does not hold its record"},
    {"its time changed", change_time, "leaf 16 does not hold its record"},
    {"its actor changed", change_actor, "leaf 16 does not hold its record"},
    {"its address changed", change_address, "record 17: its address was changed"},
    {"two records in each other's place", swap_records, "leaf 16 does not hold its record"},
    {"a leaf removed", remove_leaf, "leaves 16 to 16 were removed"},
    {"a leaf put in", make_leaf, "leaf 1000000 was put in"},
    {"a node changed", change_node, "node 3 of level 2 is not what its leaves make"},
    {"a head changed", change_head, "is not signed by the signer"},
    {"the end cut off", cut_end, "the last ones were removed"},
    {"a record changed with all hashes", change_with_hashes, "are not those of the head signed at"},
    {"a record put in", put_in, "record 1000017 was put in afterwards"},
};

static enum err keep_all(struct db_tx *tx, void *context)
{
    const struct db_sql *all[] = {&sql_keep_records, &sql_keep_leaves, &sql_keep_nodes, &sql_keep_heads};
    for (size_t i = 0; i < 4; i++) TRY(db_exec(tx, all[i], DB_NOTHING, NULL));
    return ERR_NONE;
}

static enum err restore_all(struct db_tx *tx, void *context)
{
    const struct db_sql *all[] = {&sql_clear_records,   &sql_clear_leaves,   &sql_clear_nodes,   &sql_clear_heads,
                                  &sql_restore_records, &sql_restore_leaves, &sql_restore_nodes, &sql_restore_heads};
    for (size_t i = 0; i < 8; i++) TRY(db_exec(tx, all[i], DB_NOTHING, NULL));
    return ERR_NONE;
}

static enum err tamper(struct db_tx *tx, void *context)
{
    const struct tampering *tampering = context;
    return tampering->act(tx);
}

static void whatever_is_done_is_found(void **state)
{
    sign_head();
    OK(db_run(db, keep_all, NULL));
    for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++) {
        struct tampering tampering = tamperings[i];
        OK(db_run(db, tamper, &tampering));
        if (tampering.act != remove_leaf) OK(grow_tree(db, NULL, true)); /* the sequencer goes on meanwhile */
        is_found(tampering.what, tampering.found);
        OK(db_run(db, restore_all, NULL));
        is_well();
    }
    printf("audit tree: %zu ways to tamper, all found\n", sizeof tamperings / sizeof *tamperings);
}

static enum err forget(struct db_tx *tx, void *context)
{
    return run_one(tx, &sql_forget_address, 17);
}

static void an_address_can_go_and_the_tree_still_proves_the_rest(void **state)
{
    OK(db_run(db, forget, NULL));
    is_well();
    OK(db_run(db, restore_all, NULL));
}

static enum err change_last(struct db_tx *tx, void *context)
{
    TRY(run_one(tx, &sql_tamper_event, recorded));
    TRY(db_exec(tx, &sql_tamper_delete_leaves_after, DB_WITH(DB_INT64("position", recorded - 1)), NULL));
    return db_exec(tx, &sql_tamper_delete_nodes, DB_WITH(DB_INT64("position", recorded - 1)), NULL);
}

/* The limit: what no head covers yet, whoever writes the database can change with its hashes. */
static void the_last_hour_is_not_covered(void **state)
{
    record_more(1);
    OK(db_run(db, change_last, NULL));
    OK(grow_tree(db, NULL, true));
    is_well();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tree_grows_by_what_is_new),
        cmocka_unit_test(each_growth_and_each_record_can_be_proved),
        cmocka_unit_test(whatever_is_done_is_found),
        cmocka_unit_test(an_address_can_go_and_the_tree_still_proves_the_rest),
        cmocka_unit_test(the_last_hour_is_not_covered),
    };
    db = fixture_db_open();
    arena = arena_new();
    if (memory_key_new(&key) != ERR_NONE) return 1;
    int failed = cmocka_run_group_tests_name("audit-tree", tests, NULL, NULL);
    memory_key_free(key);
    arena_free(arena);
    fixture_db_close(db);
    return failed;
}
