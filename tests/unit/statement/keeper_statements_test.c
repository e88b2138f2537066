/* `owner 1` and `production 1`: the one form, and nothing that comes near it. */
#include "base/secret.h"
#include "statement/owner_statement.h"
#include "statement/production_statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUTATIONS 20000
#define UID "0123456789abcdef0123456789abcdef"
#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define TAG "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct arena *arena;

static struct owner_statement owner(void)
{
    return (struct owner_statement){.person = TAG,
                                    .purpose = "başvuru",
                                    .subject = DIGEST,
                                    .number = TAG,
                                    .known_since_s = 1790000000,
                                    .source = "sicil",
                                    .word = owner_word_of_code,
                                    .made_s = 1790000001};
}

static struct production_statement production(void)
{
    return (struct production_statement){UID, DIGEST, 1, "a1b2c3", TAG, true, DIGEST, "istasyon-1", 1790000000};
}

static void the_texts_to_the_byte(void **state)
{
    struct owner_statement an_owner = owner();
    struct production_statement a_production = production();
    struct bytes text;
    assert_int_equal(owner_statement_write(arena, &an_owner, &text), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, text), "divit owner 1\nKişi: " TAG "\nAmaç: başvuru\nKonu: " DIGEST
                                                    "\nNumara: " TAG "\nBilindiği Zaman: 2026-09-21T14:13:20Z\n"
                                                    "Kaynak: sicil\nKaynak Belgesi: -\n"
                                                    "Beyan: sahibine gönderdiğimiz kod girildi\n"
                                                    "Düzenlenme Zamanı: 2026-09-21T14:13:21Z\n");
    assert_int_equal(owner_statement_read(arena, text, &an_owner), ERR_NONE);
    assert_string_equal(an_owner.subject, DIGEST);
    assert_null(an_owner.source_document);
    assert_int_equal(production_statement_write(arena, &a_production, &text), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, text),
                        "divit production 1\nBaşvuru No: " UID "\nD: " DIGEST "\nDeneme: 1\nKart Seri No: a1b2c3\n"
                        "Açık Anahtar: " TAG "\nAnahtar Kartta Üretildi: evet\nPUK Zarfı: " DIGEST
                        "\nİstasyon: istasyon-1\nDüzenlenme Zamanı: 2026-09-21T14:13:20Z\n");
    assert_int_equal(production_statement_read(arena, text, &a_production), ERR_NONE);
    assert_string_equal(a_production.card_serial, "a1b2c3");
}

static void what_no_owner_may_say(void **state)
{
    struct owner_statement cases[11];
    for (size_t i = 0; i < 11; i++) cases[i] = owner();
    cases[0].subject = "ab"; /* a serial is no D */
    cases[1].subject = TAG "0";
    cases[2].purpose = "pin"; /* with a D in place of a serial */
    cases[3].source = "form"; /* that names no form */
    cases[4].source_document = DIGEST; /* a register is no form */
    cases[5].known_since_s = cases[5].made_s + 1;
    cases[6].word = "kod girildi";
    cases[7].number = "5321234567";
    cases[8].person = "10000000146";
    cases[9].purpose = "activation";
    cases[10].made_s = 0;
    struct bytes text;
    for (size_t i = 0; i < 11; i++) assert_int_equal(owner_statement_write(arena, &cases[i], &text), ERR_INVALID);
    struct owner_statement good = owner();
    good.purpose = "askıdan indirme";
    good.subject = "7f00";
    good.source = "form";
    good.source_document = DIGEST;
    assert_int_equal(owner_statement_write(arena, &good, &text), ERR_NONE);
}

static void a_key_not_made_on_the_card_is_refused(void **state)
{
    struct production_statement statement = production();
    struct bytes text;
    statement.is_made_on_card = false;
    assert_int_equal(production_statement_write(arena, &statement, &text), ERR_INVALID);
    statement.is_made_on_card = true;
    assert_int_equal(production_statement_write(arena, &statement, &text), ERR_NONE);
    const char *changed = bytes_to_text(arena, text);
    char *flag = strstr(changed, "evet");
    const char *without = arena_printf(arena, "%.*s-%s", (int)(flag - changed), changed, flag + 4);
    assert_int_equal(production_statement_read(arena, bytes_of_text(without), &statement), ERR_INVALID);
    statement = production();
    statement.attempt = 0;
    assert_int_equal(production_statement_write(arena, &statement, &text), ERR_INVALID);
}

/* One change at a random place: refused, or another statement that is written just so. */
static void mutated_texts_are_refused_or_mean_something_else(void **state)
{
    struct owner_statement an_owner = owner();
    struct production_statement a_production = production();
    struct bytes texts[2];
    assert_int_equal(owner_statement_write(arena, &an_owner, &texts[0]), ERR_NONE);
    assert_int_equal(production_statement_write(arena, &a_production, &texts[1]), ERR_NONE);
    for (int i = 0; i < MUTATIONS; i++) {
        CLEANUP_ARENA struct arena *own = arena_new();
        struct bytes changed = bytes_copy(own, texts[i % 2]), again;
        uint8_t *data = (uint8_t *)(uintptr_t)changed.data;
        uint32_t at = random_below((uint32_t)changed.size);
        data[at] ^= (uint8_t)(1 + random_below(255));
        if (i % 3 == 0) changed.size -= 1 + random_below((uint32_t)changed.size - 1);
        enum err read = i % 2 == 0 ? owner_statement_read(own, changed, &an_owner)
                                   : production_statement_read(own, changed, &a_production);
        if (read != ERR_NONE) continue;
        enum err written = i % 2 == 0 ? owner_statement_write(own, &an_owner, &again)
                                      : production_statement_write(own, &a_production, &again);
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
        cmocka_unit_test_setup_teardown(what_no_owner_may_say, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(a_key_not_made_on_the_card_is_refused, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(mutated_texts_are_refused_or_mean_something_else, make_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
