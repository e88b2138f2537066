/* Purpose: the picture challenge: asked for, shown, checked once, over a real listener and database; its drawing. */
#include "base/clock.h"
#include "base/secret.h"
#include "http/raw_client.h"
#include "web/challenge.h"
#include "web/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* fontconfig keeps its patterns until the process ends */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static enum err show_new(struct http_request *request)
{
    struct challenge challenge;
    TRY(challenge_new(request, &challenge));
    const char *text = arena_printf(http_arena(request), "%s %s %s", challenge.token, challenge.src,
                                    challenge.answer == NULL ? "-" : challenge.answer);
    return http_answer(request, 200, "text/plain", bytes_of_text(text));
}

static enum err check(struct http_request *request)
{
    TRY(challenge_check(request, http_path(request, "token"), http_query(request, "yazilan")));
    return http_answer(request, 200, "text/plain", bytes_of_text("right"));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/yeni", 0, HTTP_OPEN, 0, show_new},
    {HTTP_GET, "/dene/{token}", 0, HTTP_OPEN, 0, check},
    {HTTP_GET, "/resim/{token}", 0, HTTP_OPEN, 0, challenge_show},
    {0},
};

static struct installation installation = {.is_demo = true};
static uint8_t key[KEY_SIZE];
static struct web web = {.installation = &installation, .key = key};
static struct http_server *server;
static char folder[] = "/tmp/divit-challenge-XXXXXX";
static char clock_path[64];

static int start(void **state)
{
    static char address[64];
    static const struct http_desk desk = {"", NULL, routes};
    static const struct http_desk *const desks[] = {&desk, NULL};
    struct http_options options = {.address = "127.0.0.1",
                                   .event_threads = 1,
                                   .pool_threads = 2,
                                   .context = &web,
                                   .connections_max = 50,
                                   .desks = desks};
    if (secret_init() != ERR_NONE || mkdtemp(folder) == NULL) return -1;
    snprintf(address, sizeof(address), "sqlite:%s/divit.db", folder);
    snprintf(clock_path, sizeof(clock_path), "%s/clock", folder);
    if (clock_set_offset(clock_path, 0) != ERR_NONE || clock_use_offset(clock_path) != ERR_NONE) return -1;
    if (db_open(address, 2, &web.db) != ERR_NONE || db_migrate(web.db) != ERR_NONE) return -1;
    return http_listen(&options, &server) == ERR_NONE && http_start(server) == ERR_NONE ? 0 : -1;
}

static int stop(void **state)
{
    http_stop(server);
    db_close(web.db);
    CLEANUP_ARENA struct arena *arena = arena_new();
    return system(arena_printf(arena, "rm -r %s", folder));
}

static const char *get(struct arena *arena, const char *path)
{
    const char *request = arena_printf(arena, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    return raw_ask(arena, http_port(server), bytes_of_text(request), 1);
}

struct asked {
    char token[64], src[64], answer[16];
};

static struct asked ask_new(struct arena *arena)
{
    struct asked asked;
    assert_int_equal(sscanf(raw_body(get(arena, "/yeni")), "%63s %63s %15s", asked.token, asked.src, asked.answer), 3);
    return asked;
}

static int try(struct arena *arena, const char *token, const char *typed)
{
    return raw_status(get(arena, arena_printf(arena, "/dene/%s?yazilan=%s", token, typed)));
}

static void right_answers_are_good_once(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    assert_int_equal(try(arena, asked.token, asked.answer), 200);
    assert_int_equal(try(arena, asked.token, asked.answer), 422);
}

static void case_and_spaces_do_not_matter(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    for (char *c = asked.answer; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    }
    const char *spaced = arena_printf(arena, "+%.2s+%s+", asked.answer, asked.answer + 2);
    assert_int_equal(try(arena, asked.token, spaced), 200);
}

static void a_wrong_answer_uses_the_picture_up(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    static const char *const wrong[] = {"", "AAAAAA", "0OIL1", "%C4%B0%C4%B1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct asked asked = ask_new(arena);
        assert_int_equal(try(arena, asked.token, wrong[i]), 422);
        assert_int_equal(try(arena, asked.token, asked.answer), 422);
    }
    assert_int_equal(try(arena, "00000000000000000000000000000000", "ACEFH"), 422);
}

static void ten_minutes_are_enough(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked early = ask_new(arena), late = ask_new(arena);
    assert_int_equal(clock_set_offset(clock_path, 590), ERR_NONE);
    assert_int_equal(raw_status(get(arena, late.src)), 200);
    assert_int_equal(try(arena, early.token, early.answer), 200);
    assert_int_equal(clock_set_offset(clock_path, 601), ERR_NONE);
    assert_int_equal(raw_status(get(arena, late.src)), 404);
    assert_int_equal(try(arena, late.token, late.answer), 422);
    assert_int_equal(clock_set_offset(clock_path, 0), ERR_NONE);
}

static void pictures_are_png_and_stay_the_same(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    const char *answer = get(arena, asked.src);
    assert_int_equal(raw_status(answer), 200);
    assert_string_equal(raw_header(arena, answer, "Content-Type"), "image/png");
    struct bytes seed = hmac_sha256(arena, key, bytes_of_text(asked.token));
    struct bytes once = challenge_draw(arena, asked.answer, seed), again = challenge_draw(arena, asked.answer, seed);
    assert_memory_equal(once.data, "\x89PNG", 4);
    assert_true(bytes_equal(once, again));
    assert_string_equal(raw_header(arena, answer, "Content-Length"), arena_printf(arena, "%zu", once.size));
    assert_false(bytes_equal(once, challenge_draw(arena, asked.answer, BYTES("other"))));
    assert_int_equal(raw_status(get(arena, "/resim/yok")), 404);
}

static void answers_are_shown_in_a_demo_alone(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    assert_int_equal(strlen(ask_new(arena).answer), 5);
    installation.is_demo = false;
    struct asked asked = ask_new(arena);
    installation.is_demo = true;
    assert_string_equal(asked.answer, "-");
}

static void letters_are_never_mistaken(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (int i = 0; i < 200; i++) {
        struct asked asked = ask_new(arena);
        assert_null(strpbrk(asked.answer, "0OQD1IL2Z5S8B6GUV"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_answers_are_good_once),        cmocka_unit_test(case_and_spaces_do_not_matter),
        cmocka_unit_test(a_wrong_answer_uses_the_picture_up), cmocka_unit_test(ten_minutes_are_enough),
        cmocka_unit_test(pictures_are_png_and_stay_the_same), cmocka_unit_test(answers_are_shown_in_a_demo_alone),
        cmocka_unit_test(letters_are_never_mistaken),
    };
    return cmocka_run_group_tests_name("web-challenge", tests, start, stop);
}
