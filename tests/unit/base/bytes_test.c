/* Encodings, buffers and arenas: each value goes there and back; each wrong encoding is refused. */
#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void encodings_go_there_and_back(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t size = 0; size < 70; size++) {
        uint8_t data[70];
        for (size_t i = 0; i < size; i++) data[i] = (uint8_t)(i * 37 + size);
        struct bytes source = {data, size}, back;
        assert_int_equal(hex_decode(arena, hex_encode(arena, source), &back), ERR_NONE);
        assert_true(bytes_equal(source, back));
        assert_int_equal(base64_decode(arena, base64_encode(arena, source), &back), ERR_NONE);
        assert_true(bytes_equal(source, back));
        assert_int_equal(base64url_decode(arena, base64url_encode(arena, source), &back), ERR_NONE);
        assert_true(bytes_equal(source, back));
    }
}

static void wrong_encodings_are_refused(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct bytes bytes = {0};
    static const char *const not_hex[] = {"0", "0g", "00 ", " 00", "0x00"};
    for (size_t i = 0; i < sizeof not_hex / sizeof *not_hex; i++)
        assert_int_equal(hex_decode(arena, not_hex[i], &bytes), ERR_INVALID);
    static const char *const not_base64[] = {"A", "AA", "AA=", "AB==", "AA==\n", " AA==", "AA-_", "AAAA=", "===="};
    for (size_t i = 0; i < sizeof not_base64 / sizeof *not_base64; i++)
        assert_int_equal(base64_decode(arena, not_base64[i], &bytes), ERR_INVALID);
    assert_int_equal(base64url_decode(arena, "AA==", &bytes), ERR_INVALID);
    assert_null(bytes.data);
}

static void html_is_escaped(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;
    buffer_html(&buffer, "<a href=\"x\" id='y'>&ğ");
    assert_string_equal(buffer_to_text(&buffer, arena), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;ğ");
    buffer_html(&buffer, NULL);
    buffer_free(&buffer);
    buffer_uri(&buffer, "a b/ç~");
    assert_string_equal(buffer_to_text(&buffer, arena), "a%20b%2F%C3%A7~");
    buffer_free(&buffer);
    buffer_csv(&buffer, "a;\"b\"\n=c", ';');
    buffer_csv(&buffer, "", ';');
    buffer_csv(&buffer, "=HYPERLINK(\"http://x\")", ';');
    buffer_csv(&buffer, "-1+1", ';');
    buffer_csv(&buffer, "@SUM(A1)", '\n');
    assert_string_equal(buffer_to_text(&buffer, arena),
                        "\"a;\"\"b\"\"\n=c\";\"\";\"'=HYPERLINK(\"\"http://x\"\")\";\"'-1+1\";\"'@SUM(A1)\"\n");
}

static void buffers_grow(void **state)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;
    for (int i = 0; i < 5000; i++) buffer_printf(&buffer, "%d,", i);
    assert_int_equal(buffer.size, 10 * 2 + 90 * 3 + 900 * 4 + 4000 * 5);
    assert_memory_equal(buffer.data + buffer.size - 5, "4999,", 5);
}

static void arenas_give_zeroed_aligned_memory(void **state)
{
    struct arena *arena = arena_new();
    for (size_t round = 0; round < 3; round++) {
        for (size_t size = 1; size < 40000; size = size * 3 + 1) {
            uint8_t *memory = arena_alloc(arena, size);
            assert_int_equal((uintptr_t)memory % sizeof(void *), 0);
            for (size_t i = 0; i < size; i++) assert_int_equal(memory[i], 0);
            memset(memory, 0xff, size);
        }
        arena_reset(arena);
    }
    assert_null(arena_free(arena));
    assert_null(arena_free(NULL));
}

static void bytes_with_a_nul_are_no_text(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    static const char with_nul[] = {'a', 0, 'b'};
    assert_null(bytes_to_text(arena, BYTES(with_nul)));
    assert_string_equal(bytes_to_text(arena, bytes_of_text("ab")), "ab");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_go_there_and_back),
        cmocka_unit_test(wrong_encodings_are_refused),
        cmocka_unit_test(html_is_escaped),
        cmocka_unit_test(buffers_grow),
        cmocka_unit_test(arenas_give_zeroed_aligned_memory),
        cmocka_unit_test(bytes_with_a_nul_are_no_text),
    };
    return cmocka_run_group_tests_name("base-bytes", tests, NULL, NULL);
}
