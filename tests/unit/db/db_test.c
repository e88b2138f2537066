#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_db.h"
#include "test_sql.h"

static struct db *db;
static struct arena *arena;

static enum err make_tables(struct db_tx *tx, void *context)
{
    TRY(db_exec(tx, &sql_make_table, DB_NOTHING, NULL));
    return db_exec(tx, &sql_make_blob, DB_NOTHING, NULL);
}

static enum err clear(struct db_tx *tx, void *context)
{
    return db_exec(tx, &sql_clear, DB_NOTHING, NULL);
}

struct thing {
    const char *name;
    int64_t amount;
    const char *note;
    enum err result; /* what the act answers after it has inserted */
};

static enum err insert(struct db_tx *tx, void *context)
{
    const struct thing *thing = context;
    int64_t changed = 0;
    TRY(db_exec(tx, &sql_insert,
                DB_WITH(DB_TEXT("note", thing->note), DB_INT64("amount", thing->amount), DB_TEXT("name", thing->name)),
                &changed));
    assert_int_equal(changed, 1);
    if (thing->result != ERR_NONE) return err_set(thing->result, "as the test wants it");
    return ERR_NONE;
}

struct found {
    const char *name;
    const struct db_rows *rows;
};

static enum err find(struct db_tx *tx, void *context)
{
    struct found *found = context;
    return db_row(tx, arena, &sql_find, DB_WITH(DB_TEXT("name", found->name)), &found->rows);
}

static enum err find_all(struct db_tx *tx, void *context)
{
    struct found *found = context;
    return db_rows(tx, arena, &sql_find_all, DB_NOTHING, &found->rows);
}

static size_t count_things(void)
{
    struct found found = {0};
    assert_int_equal(db_read(db, find_all, &found), ERR_NONE);
    return db_count(found.rows);
}

static int setup(void **state)
{
    arena = arena_new();
    return db_run(db, clear, NULL) == ERR_NONE ? 0 : -1;
}

static int teardown(void **state)
{
    arena = arena_free(arena);
    return 0;
}

static void test_values(void **state)
{
    const struct thing things[] = {
        {"çğıİöşü", 0, NULL},
        {"large", INT64_MAX, ""},
        {"text", 7, "it's $name; -- not a comment"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct thing thing = things[i];
        assert_int_equal(db_run(db, insert, &thing), ERR_NONE);
        struct found found = {.name = thing.name};
        assert_int_equal(db_read(db, find, &found), ERR_NONE);
        assert_string_equal(db_text(found.rows, 0, "name"), thing.name);
        assert_int_equal(db_int64(found.rows, 0, "amount"), thing.amount);
        assert_int_equal(db_is_null(found.rows, 0, "note"), thing.note == NULL);
        if (thing.note == NULL) {
            assert_null(db_text(found.rows, 0, "note"));
        } else {
            assert_string_equal(db_text(found.rows, 0, "note"), thing.note);
        }
    }
    struct found none = {.name = "no such"};
    assert_int_equal(db_read(db, find, &none), ERR_NOT_FOUND);
    assert_null(none.rows);
}

struct content {
    struct bytes content;
    const struct db_rows *rows;
};

static enum err put_and_get_content(struct db_tx *tx, void *context)
{
    struct content *content = context;
    TRY(db_exec(tx, &sql_put_content, DB_WITH(DB_TEXT("name", "x"), DB_BYTES("content", content->content)), NULL));
    return db_row(tx, arena, &sql_get_content, DB_WITH(DB_TEXT("name", "x")), &content->rows);
}

static void test_bytes(void **state)
{
    static const uint8_t bytes[] = {0, 1, 0xff, '\'', '\\', 0};
    struct content content = {.content = BYTES(bytes)};
    assert_int_equal(db_run(db, put_and_get_content, &content), ERR_NONE);
    assert_true(bytes_equal(db_bytes(content.rows, 0, "content"), BYTES(bytes)));
    content.content = (struct bytes){bytes, 0};
    assert_int_equal(db_run(db, put_and_get_content, &content), ERR_NONE);
    assert_false(db_is_null(content.rows, 0, "content")); /* empty is not null */
    assert_int_equal(db_bytes(content.rows, 0, "content").size, 0);
    content.content = (struct bytes){NULL, 0};
    assert_int_equal(db_run(db, put_and_get_content, &content), ERR_NONE);
    assert_true(db_is_null(content.rows, 0, "content"));
    assert_null(db_bytes(content.rows, 0, "content").data);
}

static enum err insert_nulls(struct db_tx *tx, void *context)
{
    TRY(db_exec(tx, &sql_insert,
                DB_WITH(DB_TEXT("name", "null"), DB_INT64("amount", 1),
                        {.name = "note", .type = DB_TYPE_NULL, .is_null = true}),
                NULL));
    return db_exec(tx, &sql_insert, DB_WITH(DB_TEXT("name", "bad"), DB_INT64_NULL("amount"), DB_TEXT("note", "")),
                   NULL);
}

static enum err insert_twice(struct db_tx *tx, void *context)
{
    struct thing thing = {"twice", 1, NULL, ERR_NONE};
    TRY(insert(tx, &thing));
    return insert(tx, &thing);
}

/* An act that hides a failed statement must not commit, on either database. */
static enum err hide_failure(struct db_tx *tx, void *context)
{
    struct thing first = {"first", 1, NULL, ERR_NONE}, bad = {"bad", -1, NULL, ERR_NONE};
    TRY(insert(tx, &first));
    assert_int_equal(insert(tx, &bad), ERR_INVALID);
    struct thing later = {"later", 1, NULL, ERR_NONE};
    assert_int_equal(insert(tx, &later), ERR_BROKEN);
    return ERR_NONE;
}

static void test_constraints(void **state)
{
    assert_int_equal(db_run(db, insert_nulls, NULL), ERR_INVALID);
    assert_int_equal(db_run(db, insert_twice, NULL), ERR_EXISTS);
    assert_non_null(strstr(err_detail(), "thing")); /* says which rule */
    assert_int_equal(db_run(db, hide_failure, NULL), ERR_INVALID);
    assert_int_equal(count_things(), 0);
}

static void test_undone(void **state)
{
    struct thing thing = {"undone", 1, NULL, ERR_STATE};
    assert_int_equal(db_run(db, insert, &thing), ERR_STATE);
    assert_string_equal(err_detail(), "as the test wants it");
    assert_int_equal(count_things(), 0);
    thing.result = ERR_NONE;
    assert_int_equal(db_run(db, insert, &thing), ERR_NONE);
    assert_int_equal(count_things(), 1);
}

static enum err insert_returning(struct db_tx *tx, void *context)
{
    struct found *found = context;
    return db_row(tx, arena, &sql_insert_returning,
                  DB_WITH(DB_TEXT("name", "r"), DB_INT64("amount", 5), DB_TEXT("note", NULL)), &found->rows);
}

static enum err change_amounts(struct db_tx *tx, void *context)
{
    int64_t *changed = context;
    TRY(db_exec(tx, &sql_set_amount, DB_WITH(DB_TEXT("name", "r"), DB_INT64("amount", 6)), &changed[0]));
    return db_exec(tx, &sql_set_amount, DB_WITH(DB_TEXT("name", "none"), DB_INT64("amount", 6)), &changed[1]);
}

static enum err find_like_note(struct db_tx *tx, void *context)
{
    struct found *found = context;
    return db_rows(tx, arena, &sql_find_like_note, DB_WITH(DB_TEXT("text", "r")), &found->rows);
}

static void test_statements(void **state)
{
    struct found found = {0};
    assert_int_equal(db_run(db, insert_returning, &found), ERR_NONE);
    assert_string_equal(db_text(found.rows, 0, "name"), "r");
    int64_t changed[2] = {-1, -1};
    assert_int_equal(db_run(db, change_amounts, changed), ERR_NONE);
    assert_int_equal(changed[0], 1);
    assert_int_equal(changed[1], 0);
    assert_int_equal(db_read(db, find_like_note, &found), ERR_NONE); /* one parameter in two places */
    assert_int_equal(db_count(found.rows), 1);
}

static enum err give_wrong_values(struct db_tx *tx, void *context)
{
    const struct db_rows *rows;
    return db_rows(tx, arena, &sql_find, context, &rows);
}

static void test_faults_in_code(void **state)
{
    const struct db_value *const cases[] = {
        DB_NOTHING,
        DB_WITH(DB_TEXT("nome", "x")),
        DB_WITH(DB_TEXT("name", "x"), DB_TEXT("more", "y")),
    };
    for (size_t i = 0; i < 3; i++) assert_int_equal(db_read(db, give_wrong_values, (void *)cases[i]), ERR_BROKEN);
}

static void test_read_writes_nothing(void **state)
{
    struct thing thing = {"read", 1, NULL, ERR_NONE};
    assert_int_equal(db_read(db, insert, &thing), ERR_BROKEN);
    struct db *read_only;
    assert_int_equal(db_open_read_only(fixture_db_address(), 2, &read_only), ERR_NONE);
    assert_int_equal(db_run(read_only, insert, &thing), ERR_FORBIDDEN);
    struct found found = {0};
    assert_int_equal(db_read(read_only, find_all, &found), ERR_NONE);
    assert_int_equal(db_count(found.rows), 0);
    db_close(read_only);
    assert_int_equal(count_things(), 0);
}

static enum err insert_into(struct db *other, const char *name)
{
    struct thing thing = {name, 1, NULL, ERR_NONE};
    return db_run(other, insert, &thing);
}

static void test_view_is_one_snapshot(void **state)
{
    struct db *other;
    assert_int_equal(db_open(fixture_db_address(), 1, &other), ERR_NONE);
    db_view_begin(db);
    assert_int_equal(count_things(), 0);
    assert_int_equal(insert_into(other, "theirs"), ERR_NONE);
    assert_int_equal(count_things(), 0); /* as it was when the view first looked */
    assert_int_equal(insert_into(db, "mine"), ERR_NONE);
    assert_int_equal(count_things(), 2); /* what it wrote itself it sees, and what came before that */
    db_view_end();
    assert_int_equal(insert_into(other, "later"), ERR_NONE);
    assert_int_equal(count_things(), 3);
    db_close(other);
}

static void test_view_goes_on_after_a_failure(void **state)
{
    struct thing thing = {"read", 1, NULL, ERR_NONE};
    db_view_begin(db);
    assert_int_equal(db_read(db, insert, &thing), ERR_BROKEN);
    assert_int_equal(count_things(), 0);
    db_view_end();
    db_view_end();
}

static enum err end_connections(struct db_tx *tx, void *context)
{
    struct found *found = context;
    return db_rows(tx, arena, &sql_end_connections, DB_NOTHING, &found->rows);
}

/* A server that was started anew meanwhile: whoever begins then notices nothing. */
static void test_lost_connections_are_made_anew(void **state)
{
    if (!db_is_postgresql(db)) skip();
    struct db *other;
    struct found found = {0};
    assert_int_equal(db_open(fixture_db_address(), 1, &other), ERR_NONE);
    for (int i = 0; i < FIXTURE_DB_READERS; i++) {
        assert_int_equal(count_things(), i);
        assert_int_equal(db_read(other, end_connections, &found), ERR_NONE);
        assert_int_equal(insert_into(db, arena_printf(arena, "%d", i)), ERR_NONE);
    }
    db_close(other);
}

static enum err count_versions(struct db_tx *tx, void *context)
{
    struct found *found = context;
    return db_row(tx, arena, &sql_count_versions, DB_NOTHING, &found->rows);
}

static void test_migrate_twice(void **state)
{
    struct found before = {0}, after = {0};
    assert_int_equal(db_read(db, count_versions, &before), ERR_NONE);
    assert_int_equal(db_migrate(db), ERR_NONE);
    assert_int_equal(db_read(db, count_versions, &after), ERR_NONE);
    assert_true(db_int64(before.rows, 0, "versions") > 0);
    assert_int_equal(db_int64(before.rows, 0, "versions"), db_int64(after.rows, 0, "versions"));
}

static void test_bad_addresses(void **state)
{
    static const char *const addresses[] = {"sqlite:relative.db", "sqlite:/no/such/folder/x.db",
                                            "host=/no/such/folder dbname=x"};
    static const enum err errors[] = {ERR_INVALID, ERR_UNAVAILABLE, ERR_UNAVAILABLE};
    for (size_t i = 0; i < 3; i++) {
        struct db *none = NULL;
        assert_int_equal(db_open(addresses[i], 1, &none), errors[i]);
        assert_null(none);
    }
}

int main(void)
{
    db = fixture_db_open();
    if (db_run(db, make_tables, NULL) != ERR_NONE) return 99;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_constraints, setup, teardown),
        cmocka_unit_test_setup_teardown(test_undone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_statements, setup, teardown),
        cmocka_unit_test_setup_teardown(test_faults_in_code, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_writes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_view_is_one_snapshot, setup, teardown),
        cmocka_unit_test_setup_teardown(test_view_goes_on_after_a_failure, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lost_connections_are_made_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(test_migrate_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_addresses, setup, teardown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_db_close(db);
    return failed;
}
