#include "base/secret.h"
#include "signer/journal.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)

static struct arena *arena;
static char folder[] = "/tmp/divit-journal-XXXXXX";
static const char *path;

static struct journal_certificate intent_of(int number)
{
    return (struct journal_certificate){.serial = arena_printf(arena, "%032d", number),
                                        .application_uid = arena_printf(arena, "a%d", number),
                                        .attempt = 1,
                                        .digest = "d",
                                        .evidence_digest = "e",
                                        .key_digest = arena_printf(arena, "k%d", number),
                                        .evidence_keys = "o",
                                        .holders = "-",
                                        .until_s = 2000,
                                        .not_after_s = 5000,
                                        .to_be_signed = bytes_of_text("tbs")};
}

static int begin(void **state)
{
    arena = arena_new();
    if (mkdtemp(folder) == NULL) return -1;
    path = arena_printf(arena, "%s/signer.db", folder);
    return 0;
}

static int end(void **state)
{
    int code = system(arena_printf(arena, "rm -rf %s", folder));
    arena = arena_free(arena);
    return code;
}

static struct journal *opened(void)
{
    struct journal *journal = NULL;
    static const uint8_t key[KEY_SIZE] = {7};
    OK(journal_open(path, &journal));
    journal_use_key(journal, key);
    return journal;
}

static enum err add_registry(struct journal *journal, int64_t number, const char *text)
{
    const struct journal_proof proofs[] = {{1, bytes_of_text("first")}, {2, bytes_of_text("second")}};
    const struct journal_registry registry = {number, bytes_of_text(text), proofs, (size_t)number - 1};
    return journal_add_registry(journal, number, &registry);
}

static void keeps_registries(void **state)
{
    struct journal *journal = opened();
    struct journal_registry registry;
    assert_int_equal(journal_find_registry(journal, arena, 0, &registry), ERR_NOT_FOUND);
    assert_int_equal(add_registry(journal, 2, "b"), ERR_STATE);
    OK(add_registry(journal, 1, "a"));
    OK(add_registry(journal, 2, "b"));
    assert_int_equal(add_registry(journal, 2, "c"), ERR_STATE);
    OK(journal_find_registry(journal, arena, 0, &registry));
    assert_int_equal(registry.number, 2);
    assert_true(bytes_equal(registry.text, bytes_of_text("b")));
    assert_int_equal(registry.proof_count, 1);
    assert_int_equal(registry.proofs[0].kind, 1);
    assert_true(bytes_equal(registry.proofs[0].proof, bytes_of_text("first")));
    OK(journal_find_registry(journal, arena, 1, &registry)); /* history */
    assert_true(bytes_equal(registry.text, bytes_of_text("a")));
    assert_int_equal(registry.proof_count, 0);
    assert_int_equal(journal_find_registry(journal, arena, 3, &registry), ERR_NOT_FOUND);
    journal_use_key(journal, NULL);
    assert_int_equal(journal_find_registry(journal, arena, 1, &registry), ERR_BROKEN);
    journal_close(journal);
}

static void is_unique(void **state)
{
    struct journal *journal = opened();
    struct journal_certificate first = intent_of(1), other;
    const struct journal_revocation superseded = {first.serial, 4};
    OK(journal_intend(journal, 100, &first, NULL, 0));
    other = intent_of(2);
    other.serial = first.serial;
    assert_int_equal(journal_intend(journal, 100, &other, NULL, 0), ERR_EXISTS);
    other = intent_of(2);
    other.key_digest = first.key_digest;
    assert_int_equal(journal_intend(journal, 100, &other, NULL, 0), ERR_EXISTS);
    other = intent_of(2);
    other.application_uid = first.application_uid;
    other.attempt = 2;
    assert_int_equal(journal_intend(journal, 100, &other, NULL, 0), ERR_EXISTS);
    OK(journal_intend(journal, 100, &other, &superseded, 1)); /* in one step with the end of the first */
    struct journal_certificate found;
    OK(journal_find(journal, arena, first.serial, &found));
    assert_int_equal(found.status, JOURNAL_REVOKED);
    assert_int_equal(found.reason, 4);
    assert_int_equal(journal_intend(journal, 100, &first, NULL, 0), ERR_EXISTS);
    assert_int_equal(journal_find(journal, arena, "4711", &found), ERR_NOT_FOUND);
    journal_close(journal);
}

static void ends_intents_once(void **state)
{
    struct journal *journal = opened();
    struct journal_certificate intent = intent_of(10), found;
    OK(journal_intend(journal, 100, &intent, NULL, 0));
    OK(journal_issued(journal, 101, intent.serial, bytes_of_text("certificate")));
    assert_int_equal(journal_issued(journal, 102, intent.serial, bytes_of_text("another")), ERR_STATE);
    assert_int_equal(journal_issued(journal, 102, "4711", bytes_of_text("another")), ERR_STATE);
    OK(journal_find(journal, arena, intent.serial, &found));
    assert_true(bytes_equal(found.certificate, bytes_of_text("certificate")));
    assert_int_equal(found.status, JOURNAL_SUSPENDED);
    assert_int_equal(found.since_s, 101);
    journal_close(journal);
}

/* A record with the status says by whose word; one alone, of a signer that forgot it, is noticed. */
static void activations_say_by_whose_word(void **state)
{
    struct journal *journal = opened();
    struct journal_certificate intent = intent_of(20);
    const struct journal_activation by_owner = {.by = "owner", .text = "aa", .proof = "bb"},
                                    by_card = {.by = "card", .text = "cc", .proof = "dd"}, *found;
    size_t count;
    OK(journal_intend(journal, 100, &intent, NULL, 0));
    OK(journal_issued(journal, 101, intent.serial, bytes_of_text("certificate")));
    OK(journal_set_status(journal, 102, intent.serial, JOURNAL_ACTIVE, 0)); /* before there were such records */
    OK(journal_set_status(journal, 103, intent.serial, JOURNAL_SUSPENDED, 6));
    OK(journal_activate(journal, 104, intent.serial, &by_owner));
    OK(journal_set_status(journal, 105, intent.serial, JOURNAL_SUSPENDED, 6));
    OK(journal_activate(journal, 106, intent.serial, &by_card));
    journal_close(journal);
    journal = opened();
    OK(journal_list_activations(journal, arena, intent.serial, &found, &count));
    assert_int_equal(count, 2);
    assert_int_equal(found[1].at_s, 106);
    assert_string_equal(found[0].by, "owner");
    assert_string_equal(found[1].text, "cc");
    assert_string_equal(found[1].proof, "dd");
    OK(journal_list_activations(journal, arena, "4711", &found, &count));
    assert_int_equal(count, 0);
    journal_close(journal);
    assert_int_equal(system(arena_printf(arena, "cp %s %s.kept", path, path)), 0);
    journal = opened();
    OK(journal_set_status(journal, 107, intent.serial, JOURNAL_ACTIVE, 0));
    journal_close(journal);
    assert_int_equal(journal_open(path, &journal), ERR_BROKEN);
    assert_non_null(strstr(err_detail(), intent.serial));
    assert_int_equal(system(arena_printf(arena, "rm -f %s-wal %s-shm; mv %s.kept %s", path, path, path, path)), 0);
}

static void counts_lists(void **state)
{
    struct journal *journal = opened();
    const struct crl_entry *entries;
    size_t count, later;
    int64_t number, next;
    OK(journal_next_crl(journal, arena, 200, &number, &entries, &count));
    OK(journal_next_crl(journal, arena, 6000, &next, &entries, &later)); /* all have ended by then */
    assert_int_equal(number, 1);
    assert_int_equal(next, 2);
    assert_int_equal(count, 3);
    assert_int_equal(later, 0);
    journal_close(journal);
}

static int execute(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return result;
}

static void nothing_can_be_rewritten(void **state)
{
    struct journal *journal = NULL;
    assert_int_not_equal(execute("UPDATE record SET body = X'00' WHERE number = 2"), SQLITE_OK);
    assert_int_not_equal(execute("DELETE FROM record WHERE number = 2"), SQLITE_OK);
    static const char *const changes[] = {
        "UPDATE record SET body = X'00' WHERE number = 2",
        "UPDATE record SET at_s = 7 WHERE number = 3",
        "UPDATE record SET kind = 'crl' WHERE number = 1",
        "UPDATE record SET subject = 'x' WHERE number = 4",
        "DELETE FROM record WHERE number = 2",
        "UPDATE record SET hash = zeroblob(32) WHERE number = 5",
    };
    journal_close(opened());
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *copy = arena_printf(arena, "cp %s %s.kept", path, path);
        assert_int_equal(system(copy), 0);
        assert_int_equal(execute("DROP TRIGGER record_stays; DROP TRIGGER record_remains"), SQLITE_OK);
        assert_int_equal(execute(changes[i]), SQLITE_OK);
        if (journal_open(path, &journal) != ERR_BROKEN) fail_msg("not noticed: %s", changes[i]);
        assert_int_equal(system(arena_printf(arena, "rm -f %s-wal %s-shm; mv %s.kept %s", path, path, path, path)), 0);
    }
    journal_close(opened());
}

/* What the signer acts by: edited, with the chain as it was. */
static void what_follows_from_the_records_cannot_be_edited(void **state)
{
    struct journal *journal = opened();
    struct journal_certificate intent = intent_of(900);
    OK(journal_intend(journal, 100, &intent, NULL, 0));
    OK(journal_issued(journal, 101, intent.serial, bytes_of_text("certificate")));
    OK(journal_set_status(journal, 102, intent.serial, JOURNAL_REVOKED, 1));
    for (int64_t number = 1; number <= 2; number++) {
        const struct journal_signed said = {number, bytes_of_text(number == 1 ? "first" : "second"),
                                            bytes_of_text("s")};
        OK(journal_add_statement(journal, 103, &said, number));
        OK(journal_add_tree(journal, 103, &said));
    }
    journal_close(journal);
    static const char *const changes[] = {
        "UPDATE certificate SET status = 2, reason = 0 WHERE application_uid = 'a900'",
        "UPDATE certificate SET reason = 4 WHERE application_uid = 'a900'",
        "UPDATE certificate SET since_s = 7 WHERE application_uid = 'a900'",
        "UPDATE certificate SET application_uid = 'a901' WHERE application_uid = 'a900'",
        "UPDATE certificate SET key_digest = 'other' WHERE application_uid = 'a900'",
        "UPDATE certificate SET evidence_keys = '' WHERE application_uid = 'a900'",
        "UPDATE certificate SET holders = '1a' WHERE application_uid = 'a900'",
        "UPDATE certificate SET until_s = 9999 WHERE application_uid = 'a900'",
        "UPDATE certificate SET not_after_s = 1 WHERE application_uid = 'a900'", /* so that no CRL lists it */
        "UPDATE certificate SET certificate = X'00' WHERE application_uid = 'a900'",
        "UPDATE certificate SET certificate = NULL WHERE application_uid = 'a900'",
        "DELETE FROM certificate WHERE application_uid = 'a900'",
        "INSERT INTO certificate SELECT 'beef', 'a902', attempt, digest, evidence_digest, 'k902', evidence_keys, "
        "holders, until_s, not_after_s, to_be_signed, certificate, status, reason, since_s FROM certificate "
        "WHERE application_uid = 'a900'",
        "UPDATE statement SET text = CAST('other' AS BLOB) WHERE number = 1",
        "DELETE FROM statement WHERE number = 2", /* so that another one takes its number */
        "INSERT INTO statement VALUES (3, X'00', X'00')",
        "UPDATE tree SET text = (SELECT text FROM tree WHERE number = 1) WHERE number = 2",
        "DELETE FROM tree WHERE number = 2",
        "INSERT INTO tree VALUES (3, X'00', X'00')",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_int_equal(system(arena_printf(arena, "cp %s %s.kept", path, path)), 0);
        assert_int_equal(execute(changes[i]), SQLITE_OK);
        if (journal_open(path, &journal) != ERR_BROKEN) fail_msg("not noticed: %s", changes[i]);
        assert_int_equal(system(arena_printf(arena, "rm -f %s-wal %s-shm; mv %s.kept %s", path, path, path, path)), 0);
    }
    journal_close(opened());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_registries),
                                       cmocka_unit_test(is_unique),
                                       cmocka_unit_test(ends_intents_once),
                                       cmocka_unit_test(counts_lists),
                                       cmocka_unit_test(nothing_can_be_rewritten),
                                       cmocka_unit_test(what_follows_from_the_records_cannot_be_edited),
                                       cmocka_unit_test(activations_say_by_whose_word)};
    return cmocka_run_group_tests_name("signer-journal", tests, begin, end);
}
