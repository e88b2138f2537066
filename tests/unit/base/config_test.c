#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    const char *address;
    int64_t port;
    bool is_demo;
    const char *name;
};

static const struct config_item items[] = {
    {"web", "address", CONFIG_TEXT, offsetof(struct settings, address), "127.0.0.1", 0, 0, "where it listens"},
    {"web", "port", CONFIG_INT, offsetof(struct settings, port), "8080", 1, 65535, "its TCP port"},
    {"web", "demo", CONFIG_BOOL, offsetof(struct settings, is_demo), "no", 0, 0, "whether this is a demo"},
    {"web", "name", CONFIG_TEXT, offsetof(struct settings, name), NULL, 0, 0, "what it is called"},
    {0},
};
static const struct config_item others[] = {
    {"worker", "threads", CONFIG_INT, 0, "4", 1, 64, "threads"},
    {0},
};
static const struct config_item *const known[] = {items, others, NULL};

/* The path of a temporary file that holds `text`; the caller removes it. */
static const char *write_temporary(struct arena *arena, const char *text)
{
    char *path = (char *)arena_text(arena, "/tmp/divit-config-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    return path;
}

static void a_file_is_read_by_the_table(void **state)
{
    struct arena *arena = arena_new();
    const char *path =
        write_temporary(arena, "; comment\n[web]\nname = Sağlık\nport=9000\ndemo = yes\n\n[worker]\nthreads = 8\n");
    struct settings settings = {0};
    assert_int_equal(config_load(arena, path, items, known, &settings), ERR_NONE);
    assert_string_equal(settings.name, "Sağlık");
    assert_string_equal(settings.address, "127.0.0.1");
    assert_int_equal(settings.port, 9000);
    assert_true(settings.is_demo);
    unlink(path);
    arena_free(arena);
}

static void what_the_table_does_not_know_is_refused(void **state)
{
    static const struct {
        const char *text, *mistake; /* behind the path */
    } table[] = {
        {"[web]\nname = a\nprot = 1\n", ":3: there is no setting 'prot' in [web]"},
        {"[wep]\nname = a\n", ":2: there is no setting 'name' in [wep]"},
        {"[web]\nname = a\nport = 0\n", ":3: 'port': must be from 1 to 65535"},
        {"[web]\nname = a\nport = 80x\n", ":3: 'port': a whole number is expected"},
        {"[web]\nname = a\nport = 99999999999999999999\n", ":3: 'port': a whole number is expected"},
        {"[web]\nname = a\ndemo = maybe\n", ":3: 'demo': yes or no is expected"},
        {"[web]\nname = a\nname = b\n", ":3: 'name' stands twice in [web]"},
        {"[web]\nname =\n", ":2: 'name' is empty"},
        {"[web]\nname = a\nrubbish\n", ":3: neither [section], name = value nor ; comment"},
        {"[worker]\nthreads = 65\n", ":2: 'threads': must be from 1 to 64"},
        {"[web]\nport = 1\n", ": 'name' is missing in [web]"},
        {"", ": 'name' is missing in [web]"},
        {"[web]\nname = "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "\n",
         ":2: longer than 190 bytes"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *path = write_temporary(arena, table[i].text);
        struct settings settings = {.port = 7};
        assert_int_equal(config_load(arena, path, items, known, &settings), ERR_INVALID);
        assert_string_equal(err_detail() + strlen(path), table[i].mistake);
        assert_int_equal(settings.port, 7);
        unlink(path);
    }
    struct settings settings;
    assert_int_not_equal(config_load(arena, "/nonexistent", items, known, &settings), ERR_NONE);
    arena_free(arena);
}

static void what_is_written_can_be_read(void **state)
{
    static const struct config_value values[] = {{"web", "name", "Sağlık"}, {"web", "port", "9000"}, {0}};
    char text[1024] = "";
    FILE *file = fmemopen(text, sizeof text, "w");
    config_write(file, items, values);
    fclose(file);
    assert_string_equal(text, "[web]\n; where it listens\n;address = 127.0.0.1\n; its TCP port\nport = 9000\n"
                              "; whether this is a demo\n;demo = no\n; what it is called\nname = Sağlık\n");
    struct arena *arena = arena_new();
    const char *path = write_temporary(arena, text);
    struct settings settings = {0};
    assert_int_equal(config_load(arena, path, items, known, &settings), ERR_NONE);
    assert_int_equal(settings.port, 9000);
    unlink(path);
    arena_free(arena);
}

static void a_secret_is_one_line(void **state)
{
    struct arena *arena = arena_new();
    const char *secret = "untouched";
    const char *path = write_temporary(arena, "s3cret\r\nmore\n");
    assert_int_equal(config_read_secret(arena, path, &secret), ERR_NONE);
    assert_string_equal(secret, "s3cret");
    unlink(path);
    path = write_temporary(arena, "\n");
    secret = "untouched";
    assert_int_equal(config_read_secret(arena, path, &secret), ERR_INVALID);
    assert_string_equal(secret, "untouched");
    unlink(path);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_by_the_table),
        cmocka_unit_test(what_the_table_does_not_know_is_refused),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(a_secret_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
