/* Files as people have them: PEM or DER, whatever the ends of their lines. */
#include "pki/pem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void takes_what_stands_between_the_lines(void **state)
{
    static const struct {
        const char *file, *wanted; /* hexadecimal; NULL: as it was */
    } cases[] = {
        {"-----BEGIN PUBLIC KEY-----\nMAMC\nAQU=\n-----END PUBLIC KEY-----\n", "3003020105"},
        {"-----BEGIN PUBLIC KEY-----\r\nMAMCAQU=\r\n-----END PUBLIC KEY-----", "3003020105"},
        {"subject=/CN=x\n-----BEGIN PUBLIC KEY-----\nMAMCAQU=\n-----END PUBLIC KEY-----\nrest", "3003020105"},
        {"-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n", NULL}, /* another label */
        {"-----BEGIN PUBLIC KEY-----\nMAMCAQU=\n", NULL},
        {"-----BEGIN PUBLIC KEY-----\nM*MCAQU=\n-----END PUBLIC KEY-----\n", NULL},
        {"0\3\2\1\5", NULL},
        {"", NULL},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes file = bytes_of_text(cases[i].file), der = pem_or_der(arena, file, "PUBLIC KEY");
        if (cases[i].wanted == NULL) assert_true(bytes_equal(der, file));
        else assert_string_equal(hex_encode(arena, der), cases[i].wanted);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(takes_what_stands_between_the_lines)};
    return cmocka_run_group_tests_name("pki-pem", tests, NULL, NULL);
}
