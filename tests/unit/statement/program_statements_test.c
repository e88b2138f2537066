/* `login 1`, `hosts 1`, `lock 1` and `activation 1`: what the signing program reads. */
#include "base/secret.h"
#include "statement/hosts_statement.h"
#include "statement/activation_statement.h"
#include "statement/lock_statement.h"
#include "statement/login_statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUTATIONS 20000
#define UID "0123456789abcdef0123456789abcdef"

static struct arena *arena;

static struct login_statement login(void)
{
    return (struct login_statement){
        UID, "10000000146", login_service_words[LOGIN_OFFICER], "http://localhost:8080", login_word, 1790000000};
}

static struct hosts_statement hosts(void)
{
    return (struct hosts_statement){1790000000, {"https://e-imza.example", "http://localhost:8080"}, 2};
}

static void the_texts_to_the_byte(void **state)
{
    struct login_statement a_login = login();
    struct hosts_statement a_list = hosts();
    struct bytes text;
    assert_int_equal(login_statement_write(arena, &a_login, &text), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, text),
                        "divit login 1\nGiriş No: " UID "\nKimlik No: 10000000146\nHizmet: kurum yetkilisi\n"
                        "Sunucu: http://localhost:8080\nBeyan: elektronik imzayla giriş yapmayı onaylıyorum\n"
                        "Düzenlenme Zamanı: 2026-09-21T14:13:20Z\n");
    assert_int_equal(login_statement_read(arena, text, &a_login), ERR_NONE);
    assert_string_equal(a_login.identity_number, "10000000146");
    assert_int_equal(hosts_statement_write(arena, &a_list, &text), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, text),
                        "divit hosts 1\nDüzenlenme Zamanı: 2026-09-21T14:13:20Z\nSunucu: https://e-imza.example\n"
                        "Sunucu: http://localhost:8080\n");
    assert_int_equal(hosts_statement_read(arena, text, &a_list), ERR_NONE);
    assert_int_equal(a_list.count, 2);
    assert_string_equal(a_list.addresses[1], "http://localhost:8080");
}

static void a_lock_to_the_byte(void **state)
{
    struct lock_statement lock = {UID, "10000000146", lock_wish_words[UNLOCK_ISSUANCE], "http://localhost:8080",
                                  1790000000};
    struct bytes text;
    assert_int_equal(lock_statement_write(arena, &lock, &text), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, text),
                        "divit lock 1\nKilit No: " UID "\nKimlik No: 10000000146\n"
                        "İstek: adıma yeniden sertifika üretilebilsin\nSunucu: http://localhost:8080\n"
                        "Düzenlenme Zamanı: 2026-09-21T14:13:20Z\n");
    lock.wish = "kilitle";
    assert_int_equal(lock_statement_write(arena, &lock, &text), ERR_INVALID);
    lock.wish = lock_wish_words[LOCK_ISSUANCE];
    assert_int_equal(lock_statement_write(arena, &lock, &text), ERR_NONE);
    assert_int_equal(lock_statement_read(arena, text, &lock), ERR_NONE);
    assert_false(lock_statement_unlocks(&lock));
}

static void an_activation_to_the_byte(void **state)
{
    struct activation_statement activation = {"1a2b",           "10000000146",           activation_wish,
                                              1790000000 - 600, "http://localhost:8080", 1790000000};
    struct bytes text;
    assert_int_equal(activation_statement_write(arena, &activation, &text), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, text),
                        "divit activation 1\nSertifika: 1a2b\nKimlik No: 10000000146\n"
                        "İstek: sertifikam askıdan indirilsin\nAskıya Alınma Zamanı: 2026-09-21T14:03:20Z\n"
                        "Sunucu: http://localhost:8080\nDüzenlenme Zamanı: 2026-09-21T14:13:20Z\n");
    assert_int_equal(activation_statement_read(arena, text, &activation), ERR_NONE);
    assert_int_equal(activation.suspended_s, 1790000000 - 600);
    activation.serial = "1A2B";
    assert_int_equal(activation_statement_write(arena, &activation, &text), ERR_INVALID);
    activation.serial = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5";
    assert_int_equal(activation_statement_write(arena, &activation, &text), ERR_INVALID);
    activation.serial = "1a2b";
    activation.suspended_s = activation.made_s + 1; /* of a suspension to come */
    assert_int_equal(activation_statement_write(arena, &activation, &text), ERR_INVALID);
}

static void what_may_not_stand_there(void **state)
{
    static const char *const addresses[] = {
        "ftp://a.example",        "https://",          "https://a.example/yol", "a.example",
        "https://kisi@a.example", "https://A.example", "https://a.example\n"};
    struct login_statement a_login = login();
    struct bytes text;
    a_login.word = "kabul ediyorum";
    assert_int_equal(login_statement_write(arena, &a_login, &text), ERR_INVALID);
    a_login = login();
    a_login.service = "banka";
    assert_int_equal(login_statement_write(arena, &a_login, &text), ERR_INVALID);
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct hosts_statement list = {1790000000, {addresses[i]}, 1};
        assert_int_equal(hosts_statement_write(arena, &list, &text), ERR_INVALID);
    }
    struct hosts_statement none = {.made_s = 1790000000};
    assert_int_equal(hosts_statement_write(arena, &none, &text), ERR_INVALID);
}

/* One change at a random place: refused, or another statement that is written just so. */
static void mutated_texts_are_refused_or_mean_something_else(void **state)
{
    struct login_statement a_login = login();
    struct hosts_statement a_list = hosts();
    struct bytes texts[2];
    assert_int_equal(login_statement_write(arena, &a_login, &texts[0]), ERR_NONE);
    assert_int_equal(hosts_statement_write(arena, &a_list, &texts[1]), ERR_NONE);
    for (int i = 0; i < MUTATIONS; i++) {
        CLEANUP_ARENA struct arena *own = arena_new();
        struct bytes changed = bytes_copy(own, texts[i % 2]), again;
        uint8_t *data = (uint8_t *)(uintptr_t)changed.data;
        data[random_below((uint32_t)changed.size)] ^= (uint8_t)(1 + random_below(255));
        if (i % 3 == 0) changed.size -= 1 + random_below((uint32_t)changed.size - 1);
        enum err read =
            i % 2 == 0 ? login_statement_read(own, changed, &a_login) : hosts_statement_read(own, changed, &a_list);
        if (read != ERR_NONE) continue;
        enum err written =
            i % 2 == 0 ? login_statement_write(own, &a_login, &again) : hosts_statement_write(own, &a_list, &again);
        assert_int_equal(written, ERR_NONE);
        assert_true(bytes_equal(again, changed));
        assert_false(bytes_equal(again, texts[i % 2]));
    }
}

static int make_arena(void **state)
{
    arena = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_texts_to_the_byte, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(a_lock_to_the_byte, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(an_activation_to_the_byte, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(what_may_not_stand_there, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(mutated_texts_are_refused_or_mean_something_else, make_arena, free_arena),
    };
    return cmocka_run_group_tests_name("statement-program", tests, NULL, NULL);
}
