/* Purpose: posted forms: what is read, what is a mistake at a field, what is refused whole; and hostile bytes. */
#include "http/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum err parse(struct arena *arena, const char *type, const char *text, size_t size, struct form_body *ret_body)
{
    /* a copy without anything behind it, so that the address sanitizer sees a byte too far */
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    memcpy(copy, text, size);
    struct form_body body = {0};
    enum err error = form_body_parse(arena, type, (struct bytes){copy, size}, &body);
    for (size_t i = 0; i < body.file_count; i++) body.files[i].body = bytes_copy(arena, body.files[i].body);
    free(copy);
    if (error == ERR_NONE) *ret_body = body;
    return error;
}

#define URLENCODED "application/x-www-form-urlencoded"

static void urlencoded_fields(void **state)
{
    static const struct {
        const char *body;
        const char *value; /* of field "a"; NULL: is no text, or absent */
        enum err error;
    } cases[] = {
        {"a=b", "b", ERR_NONE},
        {"a=", "", ERR_NONE},
        {"a", "", ERR_NONE},
        {"b=c&a=d", "d", ERR_NONE},
        {"a=b+c%20d", "b c d", ERR_NONE},
        {"a=%C4%B1", "ı", ERR_NONE},
        {"a=b=c", "b=c", ERR_NONE},
        {"&&a=b&&", "b", ERR_NONE},
        {"a=%00", NULL, ERR_NONE},
        {"a=%ff", NULL, ERR_NONE},
        {"a=%c0%af", NULL, ERR_NONE},
        {"a=%ed%a0%80", NULL, ERR_NONE},
        {"", NULL, ERR_NONE},
        {"a=%4", NULL, ERR_INVALID},
        {"a=%", NULL, ERR_INVALID},
        {"a=%zz", NULL, ERR_INVALID},
        {"%00=a", NULL, ERR_INVALID},
        {"a=b&c=%g1", NULL, ERR_INVALID},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        struct form_body body = {0};
        enum err error = parse(arena, URLENCODED, cases[i].body, strlen(cases[i].body), &body);
        if (error != cases[i].error) fail_msg("%s: %s", cases[i].body, err_name(error));
        const char *value = form_body_value(&body, "a");
        if (cases[i].value == NULL) {
            assert_null(value);
        } else {
            assert_non_null(value);
            assert_string_equal(value, cases[i].value);
        }
    }
}

static void too_many_fields_are_refused(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    struct form_body body;
    for (int i = 0; i < BODY_FIELDS_MAX; i++) buffer_text(&text, "a=b&");
    assert_int_equal(parse(arena, URLENCODED, (char *)text.data, text.size, &body), ERR_NONE);
    assert_int_equal(body.pair_count, BODY_FIELDS_MAX);
    buffer_text(&text, "a=b");
    assert_int_equal(parse(arena, URLENCODED, (char *)text.data, text.size, &body), ERR_INVALID);
}

#define MULTIPART "multipart/form-data; boundary=sinir"
#define FIELD(name, value) "--sinir\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, value)                                                                                   \
    "--sinir\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file                                   \
    "\"\r\nContent-Type: application/octet-stream\r\n\r\n" value "\r\n"
#define END "--sinir--\r\n"

static void multipart_fields_and_files(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    static const char text[] = FIELD("a", "b\r\nc") FIELD("empty", "")
        FILE_PART("imza", "karar.p7m", "\0\r\n--sini\r\n\r\n\xff") FILE_PART("none", "", "") FIELD("last", "ş") END;
    struct form_body body;
    assert_int_equal(parse(arena, MULTIPART, text, sizeof(text) - 1, &body), ERR_NONE);
    assert_string_equal(form_body_value(&body, "a"), "b\r\nc");
    assert_string_equal(form_body_value(&body, "empty"), "");
    assert_string_equal(form_body_value(&body, "last"), "ş");
    assert_int_equal(body.pair_count, 3);
    assert_int_equal(body.file_count, 1);
    assert_string_equal(body.files[0].field, "imza");
    assert_string_equal(body.files[0].file_name, "karar.p7m");
    assert_int_equal(body.files[0].body.size, 14);
    assert_memory_equal(body.files[0].body.data, "\0\r\n--sini\r\n\r\n\xff", 14);
    assert_int_equal(parse(arena, "Multipart/Form-Data; boundary=\"sinir\"", text, sizeof(text) - 1, &body), ERR_NONE);
}

static void bad_bodies_are_refused(void **state)
{
    static const struct {
        const char *why;
        const char *type;
        const char *body;
    } cases[] = {
        {"other type", "application/json", "{}"},
        {"no type", NULL, "a=b"},
        {"longer type", URLENCODED "x", "a=b"},
        {"no boundary", "multipart/form-data", FIELD("a", "b") END},
        {"empty boundary", "multipart/form-data; boundary=", FIELD("a", "b") END},
        {"long boundary",
         "multipart/form-data; boundary="
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         END},
        {"nothing", MULTIPART, ""},
        {"preamble", MULTIPART, "x" FIELD("a", "b") END},
        {"other boundary", MULTIPART, "--other--\r\n"},
        {"no end", MULTIPART, FIELD("a", "b")},
        {"cut in a head", MULTIPART, "--sinir\r\nContent-Disposition: form-data; name=\"a\""},
        {"cut after the boundary", MULTIPART, "--sinir"},
        {"bad delimiter", MULTIPART, "--sinirX\r\n\r\n" END},
        {"no name", MULTIPART, "--sinir\r\nContent-Disposition: form-data\r\n\r\nb\r\n" END},
        {"unquoted name", MULTIPART, "--sinir\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n" END},
        {"no disposition", MULTIPART, "--sinir\r\nContent-Type: a/b\r\n\r\nb\r\n" END},
        {"attachment", MULTIPART, "--sinir\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nb\r\n" END},
        {"no empty line", MULTIPART, "--sinir\r\nContent-Disposition: form-data; name=\"a\"\r\nb\r\n" END},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        struct form_body body;
        enum err error = parse(arena, cases[i].type, cases[i].body, strlen(cases[i].body), &body);
        if (error != ERR_INVALID) fail_msg("%s: %s", cases[i].why, err_name(error));
    }
}

/* Cut, changed and repeated bytes of a good body: any answer is right but a crash. */
static void damaged_bodies_do_no_harm(void **state)
{
    static const char text[] = FIELD("a", "b\r\nc") FILE_PART("imza", "k\"a", "\0\r\n--sini") FIELD("d", "%41") END;
    static const uint8_t replacements[] = {0, '\r', '\n', '-', '"', ';', '%', 0xff, '='};
    size_t accepted = 0;
    for (size_t at = 0; at < sizeof(text) - 1; at++) {
        for (size_t i = 0; i < sizeof(replacements) + 1; i++) {
            CLEANUP_ARENA struct arena *arena = arena_new();
            char copy[sizeof(text)];
            memcpy(copy, text, sizeof(text));
            if (i < sizeof(replacements)) copy[at] = (char)replacements[i];
            size_t size = i < sizeof(replacements) ? sizeof(text) - 1 : at;
            struct form_body body;
            if (parse(arena, MULTIPART, copy, size, &body) == ERR_NONE) accepted++;
            if (parse(arena, URLENCODED, copy, size, &body) == ERR_NONE) accepted++;
        }
    }
    assert_true(accepted > 0);
}

static const struct form_rule rules[] = {
    {.name = "ad", .is_required = true, .missing = "Enter your name", .length_max = 5},
    {.name = "parola", .is_kept_raw = true, .length_max = 8},
    {.name = "not"},
    {.name = "metin", .has_paragraphs = true, .length_max = 12},
    {0},
};

static struct form read_form(struct http_request *request, struct form_body *body, const char *text)
{
    struct form form;
    request->form = NULL;
    assert_int_equal(parse(http_arena(request), URLENCODED, text, strlen(text), body), ERR_NONE);
    request->form = body;
    assert_int_equal(form_read(request, rules, &form), ERR_NONE);
    return form;
}

static void fields_are_cleaned_and_all_mistakes_told(void **state)
{
    static const struct {
        const char *body;
        const char *name, *word; /* values; NULL: is a mistake */
        size_t errors;
    } cases[] = {
        {"ad=Ay%C5%9Fe&parola=+a+", "Ayşe", " a ", 0},
        {"ad=+++Ay%C5%9Fe++&parola=", "Ayşe", "", 0},
        {"ad=s%CC%A7", "ş", "", 0},
        {"ad=abcdef", NULL, "", 1},
        {"ad=%C5%9F%C5%9F%C5%9F%C5%9F%C5%9F", "şşşşş", "", 0},
        {"parola=123456789", NULL, NULL, 2},
        {"ad=+", NULL, "", 1},
        {"ad=a%00b", NULL, "", 1},
        {"ad=a%07b", NULL, "", 1},
        {"ad=a%E2%80%AEb", NULL, "", 1},
        {"ad=a&ad=b", NULL, "", 1},
        {"", NULL, "", 1},
        {"ad=%3Cb%3E", "<b>", "", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request request = {.arena = arena_new()};
        struct form_body body = {0};
        request.method = HTTP_POST;
        struct form form = read_form(&request, &body, cases[i].body);
        if (form.errors != cases[i].errors) fail_msg("%s: %zu mistakes", cases[i].body, form.errors);
        assert_int_equal(form_field(&form, "ad")->error != NULL, cases[i].name == NULL);
        if (cases[i].name != NULL) assert_string_equal(form_value(&form, "ad"), cases[i].name);
        if (cases[i].word != NULL) assert_string_equal(form_value(&form, "parola"), cases[i].word);
        arena_free(request.arena);
    }
}

static void lines_stay_where_a_text_has_them(void **state)
{
    static const struct {
        const char *body, *text; /* NULL: is a mistake */
    } cases[] = {
        {"ad=a&metin=+b+%0D%0A++c", "b\nc"}, {"ad=a&metin=%0D%0A%0D%0Ab%0A%0A%0D%0A%0D%0Ac%0A%0A", "b\n\nc"},
        {"ad=a&metin=b%0Dc", "b\nc"},        {"ad=a&metin=%0A+%0A", ""},
        {"ad=a&metin=b%0A%07", NULL},        {"ad=a&metin=b%E2%80%AE%0Ac", NULL},
        {"ad=a&metin=1234567890123", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request request = {.arena = arena_new(), .method = HTTP_POST};
        struct form_body body = {0};
        struct form form = read_form(&request, &body, cases[i].body);
        assert_int_equal(form_field(&form, "metin")->error != NULL, cases[i].text == NULL);
        if (cases[i].text != NULL) assert_string_equal(form_value(&form, "metin"), cases[i].text);
        arena_free(request.arena);
    }
}

static void repeated_names_and_own_mistakes(void **state)
{
    struct http_request request = {.arena = arena_new()};
    struct form_body body = {0};
    struct form form = read_form(&request, &body, "ad=a&sec=1&sec=2&sec=3");
    const char *const *values;
    assert_int_equal(form_values(&form, "sec", &values), 3);
    assert_string_equal(values[2], "3");
    form_mistake(&form, "not", "first");
    form_mistake(&form, "not", "second");
    assert_int_equal(form.errors, 1);
    assert_string_equal(form_field(&form, "not")->error, "first");
    form_set(&form, "not", "değer");
    assert_string_equal(form_value(&form, "not"), "değer");
    assert_null(form_file(&form, "not"));
    arena_free(request.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urlencoded_fields),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(multipart_fields_and_files),
        cmocka_unit_test(bad_bodies_are_refused),
        cmocka_unit_test(damaged_bodies_do_no_harm),
        cmocka_unit_test(fields_are_cleaned_and_all_mistakes_told),
        cmocka_unit_test(lines_stay_where_a_text_has_them),
        cmocka_unit_test(repeated_names_and_own_mistakes),
    };
    return cmocka_run_group_tests_name("http-form", tests, NULL, NULL);
}
