/* Sealing refuses all that was changed; passwords match only themselves; files are whole or not there. */
#include "base/file.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Keys share locked pages: none lies in another, each comes zeroed, also the second time. */
static void keys_lie_apart(void **state)
{
    enum { KEYS = 1000 };
    static uint8_t *keys[KEYS];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = secret_alloc(KEY_SIZE);
            for (int k = 0; k < KEY_SIZE; k++) assert_int_equal(keys[i][k], 0);
            memset(keys[i], i % 251 + 1, KEY_SIZE);
        }
        for (int i = 0; i < KEYS; i++) {
            for (int k = 0; k < KEY_SIZE; k++) assert_int_equal(keys[i][k], i % 251 + 1);
        }
        for (int i = 0; i < KEYS; i++) secret_free(keys[i * 7 % KEYS]);
    }
    secret_free(NULL);
}

static void a_sealed_field_opens_only_as_it_was(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    uint8_t *key = secret_alloc(KEY_SIZE);
    random_fill(key, KEY_SIZE);
    struct bytes plain = bytes_of_text("Ayşe"), opened = {0};
    struct bytes sealed = seal(arena, key, plain, "person.details:1");
    assert_int_equal(seal_open(arena, key, sealed, "person.details:1", &opened), ERR_NONE);
    assert_true(bytes_equal(plain, opened));
    assert_int_equal(seal_open(arena, key, sealed, "person.details:2", &opened), ERR_BROKEN);
    for (size_t i = 0; i < sealed.size; i++) {
        uint8_t *changed = (uint8_t *)bytes_copy(arena, sealed).data;
        changed[i] ^= 1;
        assert_int_equal(seal_open(arena, key, (struct bytes){changed, sealed.size}, "person.details:1", &opened),
                         ERR_BROKEN);
    }
    for (size_t size = 0; size < sealed.size; size++)
        assert_int_equal(seal_open(arena, key, (struct bytes){sealed.data, size}, "person.details:1", &opened),
                         ERR_BROKEN);
    key[0] ^= 1;
    assert_int_equal(seal_open(arena, key, sealed, "person.details:1", &opened), ERR_BROKEN);
    secret_free(key);
}

static void hmac_is_that_of_rfc_4231(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    uint8_t key[KEY_SIZE] = {0}; /* test case 1: a key of 20 bytes 0x0b; HMAC pads it with zeros */
    memset(key, 0x0b, 20);
    assert_string_equal(hex_encode(arena, hmac_sha256(arena, key, bytes_of_text("Hi There"))),
                        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

static void a_password_matches_only_itself(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *hash = NULL;
    assert_int_equal(password_hash(arena, "Kırmızı42", &hash), ERR_NONE);
    assert_non_null(strstr(hash, "$argon2id$"));
    assert_true(password_matches("Kırmızı42", hash));
    assert_false(password_matches("kırmızı42", hash));
    assert_false(password_matches("", hash));
    assert_false(password_matches("Kırmızı42", "not a hash"));
}

static void a_file_is_replaced_whole(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    char folder[] = "/tmp/divit-file-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(arena, "%s/a/b/c", folder);
    assert_int_equal(file_write(path, bytes_of_text("one"), 0600), ERR_BROKEN);
    assert_int_equal(folder_make(arena_printf(arena, "%s/a/b", folder), 0700), ERR_NONE);
    assert_int_equal(file_write(path, bytes_of_text("one"), 0600), ERR_NONE);
    assert_int_equal(file_write(path, bytes_of_text("second"), 0600), ERR_NONE);
    struct bytes bytes = {0};
    assert_int_equal(file_read(arena, path, 6, &bytes), ERR_NONE);
    assert_string_equal(bytes_to_text(arena, bytes), "second");
    assert_int_equal(file_read(arena, path, 5, &bytes), ERR_TOO_LARGE);
    assert_int_equal(file_read(arena, folder, 5, &bytes), ERR_BROKEN);
    assert_int_equal(file_read(arena, "/nowhere", 5, &bytes), ERR_NOT_FOUND);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_false(file_exists(arena_printf(arena, "%s.new", path)));
    unlink(path);
    rmdir(arena_printf(arena, "%s/a/b", folder));
    rmdir(arena_printf(arena, "%s/a", folder));
    rmdir(folder);
}

static void random_numbers_stay_below(void **state)
{
    bool seen[6] = {false};
    for (int i = 0; i < 1000; i++) seen[random_below(6)] = true;
    for (int i = 0; i < 6; i++) assert_true(seen[i]);
}

int main(void)
{
    if (secret_init() != ERR_NONE) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_lie_apart),           cmocka_unit_test(a_sealed_field_opens_only_as_it_was),
        cmocka_unit_test(hmac_is_that_of_rfc_4231), cmocka_unit_test(a_password_matches_only_itself),
        cmocka_unit_test(a_file_is_replaced_whole), cmocka_unit_test(random_numbers_stay_below),
    };
    return cmocka_run_group_tests_name("base-secret", tests, NULL, NULL);
}
