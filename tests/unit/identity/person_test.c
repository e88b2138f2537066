/* People: made once, sealed at rest, opened with the keeper; contacts, words and attempts. On both databases. */
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct db *db;
static struct keeper *keeper;
static struct arena *arena;
static const struct actor actor = {ACTOR_SYSTEM, 0, "", "test"};

static const struct person_details ayse = {"10000000146", "AYŞE GÜL", "IŞIK", "İZMİR", {1985, 2, 28}};

static void a_person_is_made_once(void **state)
{
    struct person first, again, found, opened;
    assert_int_equal(find_person(db, keeper, arena, ayse.identity_number, &first), ERR_NOT_FOUND);
    assert_int_equal(need_person(db, keeper, arena, &actor, &ayse, &first), ERR_NONE);
    assert_int_equal(need_person(db, keeper, arena, &actor, &ayse, &again), ERR_NONE);
    assert_int_equal(find_person(db, keeper, arena, ayse.identity_number, &found), ERR_NONE);
    assert_int_equal(open_person(db, keeper, arena, first.id, &opened), ERR_NONE);
    struct person *all[] = {&first, &again, &found, &opened};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(all[i]->id, first.id);
        assert_string_equal(all[i]->uid, first.uid);
        assert_memory_equal(all[i]->key, first.key, KEY_SIZE);
        assert_string_equal(all[i]->details.identity_number, "10000000146");
        assert_string_equal(all[i]->details.given_names, "AYŞE GÜL");
        assert_string_equal(all[i]->details.surname, "IŞIK");
        assert_string_equal(all[i]->details.birth_place, "İZMİR");
        assert_int_equal(date_compare(all[i]->details.birth_date, ayse.birth_date), 0);
        assert_null(all[i]->contact.email);
        assert_null(all[i]->security_word_hash);
    }
    for (size_t i = 0; i < 4; i++) person_close(all[i]);
    assert_null(first.key);
    assert_int_equal(open_person(db, keeper, arena, 999999, &opened), ERR_NOT_FOUND);
}

static void details_are_brought_up_to_date(void **state)
{
    struct person_details married = ayse;
    married.surname = "YILMAZ";
    struct person person;
    assert_int_equal(need_person(db, keeper, arena, &actor, &married, &person), ERR_NONE);
    assert_string_equal(person.details.surname, "YILMAZ");
    int64_t id = person.id;
    person_close(&person);
    assert_int_equal(open_person(db, keeper, arena, id, &person), ERR_NONE);
    assert_string_equal(person.details.surname, "YILMAZ");
    person_close(&person);
}

static void a_wrong_identity_number_is_nobody(void **state)
{
    struct person_details wrong = ayse;
    wrong.identity_number = "10000000147";
    struct person person;
    assert_int_equal(need_person(db, keeper, arena, &actor, &wrong, &person), ERR_INVALID);
}

static void sealed_fields_open_in_their_place_only(void **state)
{
    struct person person, other;
    struct person_details details = ayse;
    assert_int_equal(find_person(db, keeper, arena, ayse.identity_number, &person), ERR_NONE);
    details.identity_number = "10000000078";
    assert_int_equal(need_person(db, keeper, arena, &actor, &details, &other), ERR_NONE);
    struct bytes sealed = person_seal(arena, &person, "application.sealed_form", "u1", bytes_of_text("plain")), plain;
    assert_int_equal(person_unseal(arena, &person, "application.sealed_form", "u1", sealed, &plain), ERR_NONE);
    assert_true(bytes_equal(plain, bytes_of_text("plain")));
    assert_int_equal(person_unseal(arena, &person, "application.sealed_form", "u2", sealed, &plain), ERR_BROKEN);
    assert_int_equal(person_unseal(arena, &person, "application.sealed_statement", "u1", sealed, &plain), ERR_BROKEN);
    assert_int_equal(person_unseal(arena, &other, "application.sealed_form", "u1", sealed, &plain), ERR_BROKEN);
    person_close(&person);
    person_close(&other);
}

struct in_force {
    int64_t id;
    struct bytes sealed_contact;
};

static enum err put_in_force(struct db_tx *tx, void *context)
{
    const struct in_force *in_force = context;
    TRY(person_set_security_word(tx, in_force->id, "$argon2id$word"));
    return person_set_contact(tx, in_force->id, in_force->sealed_contact);
}

static void word_and_contact_come_into_force(void **state)
{
    struct person person;
    assert_int_equal(find_person(db, keeper, arena, ayse.identity_number, &person), ERR_NONE);
    const struct contact contact = {"ayse@posta.example", "5321234567", "both", LANGUAGE_ENGLISH};
    struct in_force in_force = {person.id, person_seal_contact(arena, &person, &contact)};
    person_close(&person);
    assert_int_equal(db_run(db, put_in_force, &in_force), ERR_NONE);
    assert_int_equal(open_person(db, keeper, arena, in_force.id, &person), ERR_NONE);
    assert_string_equal(person.security_word_hash, "$argon2id$word");
    assert_string_equal(person.contact.email, "ayse@posta.example");
    assert_string_equal(person.contact.mobile, "5321234567");
    assert_string_equal(person.contact.channel, "both");
    assert_int_equal(person.contact.language, LANGUAGE_ENGLISH);
    person_close(&person);
    in_force.id = 999999;
    assert_int_equal(db_run(db, put_in_force, &in_force), ERR_NOT_FOUND);
}

static void *need_the_same(void *argument)
{
    CLEANUP_ARENA struct arena *own = arena_new();
    struct person_details details = ayse;
    details.identity_number = "99999999990";
    struct person person;
    if (need_person(db, keeper, own, &actor, &details, &person) != ERR_NONE) return NULL;
    *(int64_t *)argument = person.id;
    person_close(&person);
    return argument;
}

static void two_at_once_make_one_person(void **state)
{
    pthread_t threads[8];
    int64_t ids[8] = {0};
    for (size_t i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, need_the_same, &ids[i]), 0);
    for (size_t i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < 8; i++) {
        assert_true(ids[i] > 0);
        assert_int_equal(ids[i], ids[0]);
    }
}

static const struct db_sql everything_sql = {"everything", "SELECT identity_tag, sealed_details FROM person"};

static enum err read_everything(struct db_tx *tx, void *context)
{
    return db_rows(tx, arena, &everything_sql, DB_NOTHING, context);
}

static void nothing_personal_is_readable_at_rest(void **state)
{
    static const char *const words[] = {"10000000146", "AYŞE", "YILMAZ", "İZMİR", "surname"};
    const struct db_rows *rows;
    assert_int_equal(db_read(db, read_everything, &rows), ERR_NONE);
    assert_true(db_count(rows) >= 3);
    for (size_t row = 0; row < db_count(rows); row++)
        for (size_t i = 0; i < 5; i++) {
            struct bytes tag = db_bytes(rows, row, "identity_tag"), sealed = db_bytes(rows, row, "sealed_details");
            assert_null(memmem(tag.data, tag.size, words[i], strlen(words[i])));
            assert_null(memmem(sealed.data, sealed.size, words[i], strlen(words[i])));
        }
}

static void attempts_are_limited_in_their_window(void **state)
{
    int64_t wait_s = -1;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(count_attempt(db, arena, "login", "10.0.0.1", 5, 600, &wait_s), ERR_NONE);
        assert_int_equal(wait_s, 0);
    }
    assert_int_equal(count_attempt(db, arena, "login", "10.0.0.1", 5, 600, &wait_s), ERR_TOO_MANY);
    assert_true(wait_s > 590 && wait_s <= 600);
    assert_int_equal(count_attempt(db, arena, "login", "10.0.0.2", 5, 600, &wait_s), ERR_NONE);
    assert_int_equal(count_attempt(db, arena, "code", "10.0.0.1", 5, 600, &wait_s), ERR_NONE);
    /* a right one does not count, and clears none of the others */
    assert_int_equal(give_attempt_back(db, arena, "login", "10.0.0.1"), ERR_NONE);
    assert_int_equal(count_attempt(db, arena, "login", "10.0.0.1", 5, 600, &wait_s), ERR_NONE);
    assert_int_equal(count_attempt(db, arena, "login", "10.0.0.1", 5, 600, &wait_s), ERR_TOO_MANY);
    assert_int_equal(forget_attempts(db, arena, "login", "10.0.0.2"), ERR_NONE);
    assert_int_equal(count_attempt(db, arena, "login", "10.0.0.1", 5, 600, &wait_s), ERR_TOO_MANY);
    assert_int_equal(forget_attempts(db, arena, "login", "10.0.0.1"), ERR_NONE);
    assert_int_equal(count_attempt(db, arena, "login", "10.0.0.1", 5, 600, &wait_s), ERR_NONE);
    assert_int_equal(count_attempt(db, arena, "short", "x", 1, 1, &wait_s), ERR_NONE);
    assert_int_equal(count_attempt(db, arena, "short", "x", 1, 1, &wait_s), ERR_TOO_MANY);
    clock_pause_ms(1100);
    assert_int_equal(count_attempt(db, arena, "short", "x", 1, 1, &wait_s), ERR_NONE);
}

static int set_up(void **state)
{
    arena = arena_new();
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    return 0;
}

static int tear_down(void **state)
{
    fixture_keeper_stop(keeper);
    fixture_db_close(db);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_is_made_once),
        cmocka_unit_test(details_are_brought_up_to_date),
        cmocka_unit_test(a_wrong_identity_number_is_nobody),
        cmocka_unit_test(sealed_fields_open_in_their_place_only),
        cmocka_unit_test(word_and_contact_come_into_force),
        cmocka_unit_test(two_at_once_make_one_person),
        cmocka_unit_test(nothing_personal_is_readable_at_rest),
        cmocka_unit_test(attempts_are_limited_in_their_window),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
