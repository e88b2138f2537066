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

/* A log-in page with one more field: how many mistakes, and the picture that is shown with them. */
static const struct form_rule rules[] = {
    {.name = "answer", .length_max = 20}, {.name = "date", .length_max = 20}, CHALLENGE_RULES, {0}};

static enum err show(struct http_request *request, struct form *form)
{
    struct challenge challenge;
    TRY(challenge_of_form(request, form, "answer", &challenge));
    const char *text = arena_printf(http_arena(request), "%zu %s %s", form->errors, challenge.token,
                                    challenge.answer == NULL ? "-" : challenge.answer);
    return http_answer(request, 200, "text/plain", bytes_of_text(text));
}

static enum err show_new(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    return show(request, &form);
}

static enum err check(struct http_request *request)
{
    struct form form;
    TRY(form_read(request, rules, &form));
    if (strcmp(form_value(&form, "date"), "wrong") == 0)
        form_mistake(&form, "date", TR("Enter a date like 29.02.1984"));
    if (!challenge_is_new_wanted(&form, "answer")) TRY(challenge_check_form(request, &form, "answer"));
    return show(request, &form);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/yeni", 0, HTTP_OPEN, 0, show_new},
    {HTTP_POST, "/dene", 0, HTTP_OPEN, 1024, check},
    {HTTP_GET, "/resim/{token}", 0, HTTP_OPEN, 0, challenge_show},
    {HTTP_GET, "/resim/{token}/ses", 0, HTTP_OPEN, 0, challenge_say},
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
    int errors;
    char token[64], answer[16];
};

static struct asked read_page(const char *answer)
{
    struct asked asked;
    assert_int_equal(raw_status(answer), 200);
    assert_int_equal(sscanf(raw_body(answer), "%d %63s %15s", &asked.errors, asked.token, asked.answer), 3);
    return asked;
}

static struct asked ask_new(struct arena *arena)
{
    return read_page(get(arena, "/yeni"));
}

static struct asked send(struct arena *arena, const char *token, const char *typed, const char *rest)
{
    const char *body = arena_printf(arena, "challenge=%s&answer=%s%s", token, typed, rest);
    const char *request =
        arena_printf(arena,
                     "POST /dene HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                     "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                     strlen(body), body);
    return read_page(raw_ask(arena, http_port(server), bytes_of_text(request), 1));
}

static bool is_right(struct arena *arena, const char *token, const char *typed)
{
    return send(arena, token, typed, "").errors == 0;
}

static void right_answers_are_good_once(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    assert_true(is_right(arena, asked.token, asked.answer));
    assert_false(is_right(arena, asked.token, asked.answer));
}

static void case_and_spaces_do_not_matter(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    for (char *c = asked.answer; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    }
    const char *spaced = arena_printf(arena, "+%.2s+%s+", asked.answer, asked.answer + 2);
    assert_true(is_right(arena, asked.token, spaced));
}

static void a_wrong_answer_uses_the_picture_up(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    static const char *const wrong[] = {"A", "AAAAAA", "0OIL1", "%C4%B0%C4%B1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct asked asked = ask_new(arena);
        assert_false(is_right(arena, asked.token, wrong[i]));
        assert_false(is_right(arena, asked.token, asked.answer));
    }
    assert_false(is_right(arena, "00000000000000000000000000000000", "ACEFH"));
}

static const char *picture_of(struct arena *arena, struct asked asked)
{
    return arena_printf(arena, "/resim/%s", asked.token);
}

/* A wrong date beside the right characters: the picture stays, typed, until all is right; then it is used up. */
static void a_right_answer_outlives_other_mistakes(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    for (int i = 0; i < 3; i++) {
        struct asked again = send(arena, asked.token, asked.answer, "&date=wrong");
        assert_int_equal(again.errors, 1);
        assert_string_equal(again.token, asked.token);
    }
    assert_true(is_right(arena, asked.token, asked.answer));
    assert_false(is_right(arena, asked.token, asked.answer));
}

/* Nobody gets to guess at one picture by making other mistakes. */
static void a_wrong_answer_beside_other_mistakes_uses_it_up_too(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    struct asked again = send(arena, asked.token, "AAAAA", "&date=wrong");
    assert_int_equal(again.errors, 2);
    assert_string_not_equal(again.token, asked.token);
    again = send(arena, asked.token, asked.answer, "&date=wrong");
    assert_int_equal(again.errors, 2);
}

static void a_new_picture_judges_nothing(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    struct asked again = send(arena, asked.token, "AAAAA", "&date=wrong&new_picture=1");
    assert_int_equal(again.errors, 0);
    assert_string_not_equal(again.token, asked.token);
    assert_true(is_right(arena, again.token, again.answer));
}

/* Both languages have all the letters: what is said of each is as long as it takes, and never the same twice. */
static void it_can_be_heard(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    const char *answer = get(arena, arena_printf(arena, "/resim/%s/ses", asked.token));
    assert_int_equal(raw_status(answer), 200);
    assert_string_equal(raw_header(arena, answer, "Content-Type"), "audio/wav");
    assert_memory_equal(raw_body(answer), "RIFF", 4);
    for (enum language language = LANGUAGE_TURKISH; language <= LANGUAGE_ENGLISH; language++) {
        size_t silence = challenge_speak(arena, "", language, BYTES("a")).size;
        for (const char *letter = "ACEFHJKMNPRTWXY3479"; *letter != '\0'; letter++) {
            const char text[] = {*letter, '\0'};
            struct bytes spoken = challenge_speak(arena, text, language, BYTES("a"));
            assert_true(spoken.size > silence + 8000 / 4 + 8000 / 3);
            assert_true(bytes_equal(spoken, challenge_speak(arena, text, language, BYTES("a"))));
            assert_false(bytes_equal(spoken, challenge_speak(arena, text, language, BYTES("b"))));
        }
    }
    assert_int_equal(raw_status(get(arena, "/resim/yok/ses")), 404);
}

static void ten_minutes_are_enough(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked early = ask_new(arena), late = ask_new(arena);
    assert_int_equal(clock_set_offset(clock_path, 590), ERR_NONE);
    assert_int_equal(raw_status(get(arena, picture_of(arena, late))), 200);
    assert_true(is_right(arena, early.token, early.answer));
    assert_int_equal(clock_set_offset(clock_path, 601), ERR_NONE);
    assert_int_equal(raw_status(get(arena, picture_of(arena, late))), 404);
    assert_false(is_right(arena, late.token, late.answer));
    assert_int_equal(clock_set_offset(clock_path, 0), ERR_NONE);
}

static void pictures_are_png_and_stay_the_same(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct asked asked = ask_new(arena);
    const char *answer = get(arena, picture_of(arena, asked));
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
        cmocka_unit_test(right_answers_are_good_once),
        cmocka_unit_test(case_and_spaces_do_not_matter),
        cmocka_unit_test(a_right_answer_outlives_other_mistakes),
        cmocka_unit_test(a_wrong_answer_beside_other_mistakes_uses_it_up_too),
        cmocka_unit_test(a_new_picture_judges_nothing),
        cmocka_unit_test(it_can_be_heard),
        cmocka_unit_test(a_wrong_answer_uses_the_picture_up),
        cmocka_unit_test(ten_minutes_are_enough),
        cmocka_unit_test(pictures_are_png_and_stay_the_same),
        cmocka_unit_test(answers_are_shown_in_a_demo_alone),
        cmocka_unit_test(letters_are_never_mistaken),
    };
    return cmocka_run_group_tests_name("web-challenge", tests, start, stop);
}
