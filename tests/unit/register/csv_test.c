/* What a file with separated values may look like, and what is refused. */
#include "register/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"kod", "ad", "il"};

/* The rows as "line=kod|ad|il" or "line=!", joined by spaces; the error's name for a header that is refused. */
static const char *shown(struct arena *arena, struct bytes file)
{
    struct csv_reader reader;
    if (csv_open(arena, file, &reader) != ERR_NONE || csv_use_names(&reader, names, 3, 2) != ERR_NONE)
        return "ERR_INVALID";
    const char *all = "";
    struct csv_row row;
    while (csv_next(&reader, arena, &row)) {
        const char *text =
            row.mistake != NULL ? "!" : arena_printf(arena, "%s|%s|%s", row.values[0], row.values[1], row.values[2]);
        all = arena_printf(arena, "%s%s%d=%s", all, all[0] != '\0' ? " " : "", (int)row.line, text);
    }
    return all;
}

static const struct {
    const char *file, *expected;
} cases[] = {
    {"kod;ad;il\n1;A;X\n2;B;Y\n", "2=1|A|X 3=2|B|Y"},
    {"kod,ad,il\n1,A,X\n2,B,Y", "2=1|A|X 3=2|B|Y"},
    {"kod;ad;il\r\n1;A;X\r\n", "2=1|A|X"},
    {"kod;ad;il\r1;A;X\r", "2=1|A|X"},
    {"\xef\xbb\xbfkod;ad\n1;A\n", "2=1|A|"},
    {"il;AD;Kod\nX;A;1\n", "2=1|A|X"},
    {"kod;ad;il\n\n\n1;A;X\n\n2;B;Y\n", "4=1|A|X 6=2|B|Y"},
    {"kod;ad;il\n 1 ;\tA;  X Y \n", "2=1|A|X Y"},
    {"kod;ad;il\n1;A,B;X\n", "2=1|A,B|X"},
    {"kod;ad;il\n1;\"A;B\";X\n", "2=1|A;B|X"},
    {"kod;ad;il\n1;\"A \"\"B\"\"\";X\n", "2=1|A \"B\"|X"},
    {"kod;ad;il\n1;\"A\nB\";X\n2;C;Y\n", "2=1|A\nB|X 4=2|C|Y"},
    {"kod;ad;il\n1;\"\";X\n", "2=1||X"},
    {"kod;ad;il\n;;\n", "2=||"},
    {"kod;ad\n", ""},
    /* rows that are refused, and the next one that is not */
    {"kod;ad;il\n1;A\n2;B;Y\n", "2=! 3=2|B|Y"},
    {"kod;ad;il\n1;A;X;Z\n2;B;Y\n", "2=! 3=2|B|Y"},
    {"kod;ad;il\n1;A\"B;X\n2;B;Y\n", "2=! 3=2|B|Y"},
    {"kod;ad;il\n1;\"A\"B;X\n2;B;Y\n", "2=! 3=2|B|Y"},
    {"kod;ad;il\n1;\"A;X\n2;B;Y\n", "2=!"},
    {"kod;ad;il\n1\n", "2=!"},
    /* headers */
    {"", "ERR_INVALID"},
    {"kod;il\n1;X\n", "ERR_INVALID"},
    {"kod;ad;boy\n1;A;X\n", "ERR_INVALID"},
    {"kod;ad;ad\n1;A;X\n", "ERR_INVALID"},
    {"kod;ad;\n1;A;\n", "ERR_INVALID"},
    {"1;A;X\n", "ERR_INVALID"},
    {"\"kod;ad\n1;A\n", "ERR_INVALID"},
};

static void files_are_read_or_refused(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *rows = shown(arena, bytes_of_text(cases[i].file));
        if (strcmp(rows, cases[i].expected) != 0) fail_msg("%s: %s", cases[i].file, rows);
    }
}

static void both_encodings_are_understood(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    assert_string_equal(shown(arena, bytes_of_text("kod;ad;il\n1;Işık Gül;İzmir\n")), "2=1|Işık Gül|İzmir");
    assert_string_equal(shown(arena, bytes_of_text("kod;ad;il\n1;I\xfe\xfdk G\xfcl;\xddzmir\n")), "2=1|Işık Gül|İzmir");
    assert_string_equal(shown(arena, (struct bytes){(const uint8_t *)"kod;ad\n1;A\0B\n", 13}), "ERR_INVALID");
}

static void too_many_columns_are_refused(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *header = "kod;ad", *row = "1;A";
    for (int i = 0; i < 100; i++) {
        header = arena_printf(arena, "%s;x", header);
        row = arena_printf(arena, "%s;x", row);
    }
    assert_string_equal(shown(arena, bytes_of_text(arena_printf(arena, "%s\n", header))), "ERR_INVALID");
    assert_string_equal(shown(arena, bytes_of_text(arena_printf(arena, "kod;ad\n%s\n", row))), "2=!");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_or_refused),
        cmocka_unit_test(both_encodings_are_understood),
        cmocka_unit_test(too_many_columns_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
