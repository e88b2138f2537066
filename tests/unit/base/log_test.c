#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the log writes between the two calls, as one text. */
static int saved_stderr = -1;
static FILE *captured = NULL;

static void capture_start(void)
{
    captured = tmpfile();
    assert_non_null(captured);
    saved_stderr = dup(STDERR_FILENO);
    dup2(fileno(captured), STDERR_FILENO);
}

static void capture_end(char *text, size_t size)
{
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    rewind(captured);
    size_t used = fread(text, 1, size - 1, captured);
    text[used] = '\0';
    fclose(captured);
}

static void an_event_is_one_json_line(void **state)
{
    char text[2048];
    capture_start();
    log_open("web");
    log_event(LOG_INFO, "asked", "path", "/başvuru \"x\"\\\n\x01", "bytes",
              "a\xFF"
              "b\xE2\x82",
              "none", (char *)NULL, NULL);
    capture_end(text, sizeof text);
    assert_memory_equal(text, "{\"time\":\"2", 10);
    assert_int_equal(text[strlen("{\"time\":\"2026-11-20T13:48:00.123Z") - 1], 'Z');
    const char *rest = strstr(text, "\"level\"");
    assert_non_null(rest);
    assert_string_equal(rest, "\"level\":\"info\",\"program\":\"web\",\"event\":\"asked\","
                              "\"path\":\"/başvuru \\\"x\\\"\\\\\\u000a\\u0001\",\"bytes\":\"a?b??\",\"none\":null}\n");
}

static void an_error_brings_its_detail(void **state)
{
    char text[2048];
    capture_start();
    enum err error = err_set(ERR_BROKEN, "disk %d", 7);
    log_error("write_failed", error, "file", "a", NULL);
    err_clear();
    log_error("refused", ERR_INVALID, NULL);
    log_event(LOG_DEBUG, "hidden", NULL);
    capture_end(text, sizeof text);
    assert_non_null(strstr(text, "\"level\":\"error\",\"program\":\"web\",\"event\":\"write_failed\","
                                 "\"error\":\"ERR_BROKEN\",\"detail\":\"disk 7\",\"file\":\"a\"}\n"));
    assert_non_null(
        strstr(text, "\"level\":\"warning\",\"program\":\"web\",\"event\":\"refused\",\"error\":\"ERR_INVALID\"}\n"));
    assert_null(strstr(text, "hidden"));
}

static void identity_numbers_are_masked(void **state)
{
    struct arena *arena = arena_new();
    assert_string_equal(log_masked(arena, "10000000146"), "100******46");
    assert_string_equal(log_masked(arena, "1"), "***");
    assert_string_equal(log_masked(arena, NULL), "***");
    assert_string_equal(log_int(arena, -5), "-5");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_json_line),
        cmocka_unit_test(an_error_brings_its_detail),
        cmocka_unit_test(identity_numbers_are_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
