/*
 * The printed form, read as others read it: the text by pdftotext (selectable, Turkish), the structure by pdfinfo, the
 * codes by zbarimg from a picture of the page as a bad scanner makes it, the file by qpdf.
 */
#include "base/file.h"
#include "base/secret.h"
#include "worker/fixture_form.h"
#include "worker/form_paper.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;
static char folder[] = "/tmp/divit-form-XXXXXX";

static const char *path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

/* Returns the file's size. */
static size_t write_form(const struct application *application, bool is_demo)
{
    const struct accepted_texts texts = fixture_texts();
    const struct form_paper paper = {application, &fixture_institution, &fixture_desk, &texts, is_demo};
    struct bytes pdf;
    assert_int_equal(form_paper_write(arena, &paper, &pdf), ERR_NONE);
    assert_int_equal(file_write(path_of("form.pdf"), pdf, 0600), ERR_NONE);
    return pdf.size;
}

static const char *output_of(const char *command)
{
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    char *text = arena_alloc(arena, 65536);
    size_t size = fread(text, 1, 65535, pipe);
    text[size] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part)) fail_msg("\"%s\" is missing in: %s", part, text);
}

static void the_text_can_be_read(void **state)
{
    struct application application = fixture_application();
    write_form(&application, true);
    const char *text = output_of(arena_printf(arena, "pdftotext -layout %s -", path_of("form.pdf")));
    static const char *const parts[] = {"10000000146",
                                        "IŞIL ÖZGÜN ÇAĞLAYAN",
                                        "IĞDIR",
                                        "28.02.1985",
                                        "Çiğdem Mah. Gülüşan Cad. No: 12 / 3",
                                        "34660 ÜSKÜDAR / İSTANBUL",
                                        "isil.gunes@example.gov.tr",
                                        "0532 000 00 00 (Türk Telekom)",
                                        FIXTURE_BARCODE,
                                        "İstanbul İl Sağlık Müdürlüğü",
                                        "Oğuz ŞİMŞEK",
                                        "dahili 1234",
                                        "Sayfa 1/2",
                                        "Sayfa 2/2",
                                        "FORM-001-042",
                                        "Burayı mürekkeple imzalayın",
                                        "TEST"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_holds(text, parts[i]);
    write_form(&application, false);
    assert_null(strstr(output_of(arena_printf(arena, "pdftotext %s -", path_of("form.pdf"))), "TEST"));
}

static void it_is_two_sheets_of_a4(void **state)
{
    struct application application = fixture_application();
    write_form(&application, false);
    const char *info = output_of(arena_printf(arena, "pdfinfo %s", path_of("form.pdf")));
    assert_holds(info, "Pages:           2");
    assert_holds(info, "(A4)");
}

/* All of the text, joined as it is read aloud: what stands in quotes, with one space between words. */
static const char *spoken_text(const char *structure)
{
    char *text = arena_alloc(arena, strlen(structure) + 1), *end = text;
    for (const char *line = structure; line && *line; line = strchr(line, '\n')) {
        line += strspn(line, " \n");
        size_t size = strcspn(line, "\n");
        if (*line != '"' || size < 2) continue;
        memcpy(end, line + 1, size - 2);
        end += size - 2;
        if (end[-1] != ' ') *end++ = ' ';
    }
    *end = '\0';
    return text;
}

static void the_structure_is_read_in_order(void **state)
{
    struct application application = fixture_application();
    write_form(&application, false);
    const char *info = output_of(arena_printf(arena, "pdfinfo %s", path_of("form.pdf")));
    assert_holds(info, "Tagged:          yes");
    assert_holds(info, "Title:           Nitelikli elektronik sertifika başvuru formu");
    const char *structure = output_of(arena_printf(arena, "pdfinfo -struct-text %s", path_of("form.pdf")));
    static const char *const elements[] = {
        "  H1 (block)\n    \"Nitelikli elektronik sertifika başvuru formu\"", "  Figure:",
        "  H2 (block)\n    \"Kişi\"\n  Table (block)\n    TR\n      TH:", "      TD\n        \"10000000146\"",
        "  P (block)\n    \"1. Başvuruda verdiğim"};
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) assert_holds(structure, elements[i]);
    static const char *const parts[] = {"Kimlik no 10000000146 Ad ve soyad IŞIL ÖZGÜN ÇAĞLAYAN Doğum yeri IĞDIR ",
                                        "Kurum adı Fatih 1 Nolu Aile Sağlığı Merkezi Kurum sicil no A-123456 ",
                                        "E-posta isil.gunes@example.gov.tr ",
                                        "İmzalı aslı teslim edeceğiniz yer Oğuz ŞİMŞEK ",
                                        "Burayı mürekkeple imzalayın IŞIL ÖZGÜN ÇAĞLAYAN ",
                                        "FORM-001-041 sürüm 1 ",
                                        "Sertifika Sahibi Taahhütnamesi ",
                                        "FORM-001-042 sürüm 1 "};
    const char *at = spoken_text(structure);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_holds(at, parts[i]);
        at = strstr(at, parts[i]);
    }
    const char *undertaking = shipped_legal_text(LEGAL_UNDERTAKING)->text;
    char *joined = arena_alloc(arena, strlen(undertaking) + 1), *end = joined;
    for (const char *letter = undertaking; *letter; letter++)
        if (*letter != '\n' || letter[1] != '\n') *end++ = *letter == '\n' ? ' ' : *letter;
    *end = '\0';
    assert_holds(spoken_text(structure), joined);
}

/* -- a page as a bad scanner gives it -- */

struct picture {
    int width, height;
    uint8_t *grey;
};

static struct picture read_picture(const char *path)
{
    struct bytes file;
    struct picture picture;
    int head = 0;
    assert_int_equal(file_read(arena, path, 1 << 24, &file), ERR_NONE);
    const char *text = arena_printf(arena, "%.32s", (const char *)file.data);
    assert_int_equal(sscanf(text, "P5 %d %d 255%n", &picture.width, &picture.height, &head), 2);
    picture.grey = (uint8_t *)(uintptr_t)file.data + head + 1;
    assert_int_equal(file.size, (size_t)head + 1 + (size_t)picture.width * (size_t)picture.height);
    return picture;
}

static double grey_at(const struct picture *picture, int x, int y)
{
    bool is_outside = x < 0 || y < 0 || x >= picture->width || y >= picture->height;
    return is_outside ? 255 : picture->grey[y * picture->width + x];
}

/* Turned about its middle, each dot between four of the old ones: edges become grey. */
static void write_turned(const struct picture *picture, double degrees, const char *path)
{
    CLEANUP_BUFFER struct buffer file = BUFFER_EMPTY;
    buffer_printf(&file, "P5 %d %d 255\n", picture->width, picture->height);
    double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
    for (int row = 0; row < picture->height; row++) {
        for (int column = 0; column < picture->width; column++) {
            double dx = column - picture->width / 2.0, dy = row - picture->height / 2.0;
            double x = c * dx + s * dy + picture->width / 2.0, y = c * dy - s * dx + picture->height / 2.0;
            int left = (int)floor(x), top = (int)floor(y);
            double right = x - left, down = y - top;
            double above = grey_at(picture, left, top) * (1 - right) + grey_at(picture, left + 1, top) * right;
            double below = grey_at(picture, left, top + 1) * (1 - right) + grey_at(picture, left + 1, top + 1) * right;
            buffer_char(&file, (char)(uint8_t)lround(above * (1 - down) + below * down));
        }
    }
    assert_int_equal(file_write(path, buffer_bytes(&file), 0600), ERR_NONE);
}

/* Both codes on both sheets, at 100 dots an inch and askew; with letters only the bars are narrowest. */
static void the_codes_are_read_from_a_bad_print(void **state)
{
    static const char *const barcodes[] = {FIXTURE_BARCODE, "fedcbafedcbafed", "012345678901234"};
    static const double degrees[] = {3, -3};
    for (size_t i = 0; i < sizeof barcodes / sizeof *barcodes; i++) {
        struct application application = fixture_application();
        application.barcode = barcodes[i];
        write_form(&application, false);
        output_of(arena_printf(arena, "pdftoppm -r 100 -gray %s %s", path_of("form.pdf"), path_of("page")));
        for (int page = 1; page <= 2; page++) {
            struct picture picture = read_picture(arena_printf(arena, "%s/page-%d.pgm", folder, page));
            for (size_t k = 0; k < sizeof degrees / sizeof *degrees; k++) {
                write_turned(&picture, degrees[k], path_of("turned.pgm"));
                const char *codes = output_of(arena_printf(arena, "zbarimg -q %s", path_of("turned.pgm")));
                assert_holds(codes, arena_printf(arena, "CODE-128:%s\n", barcodes[i]));
                assert_holds(codes, arena_printf(arena, "QR-Code:%s\n", barcodes[i]));
            }
        }
    }
}

/* -- letters of every kind -- */

#define GOAL_BYTES 25000
#define UNPRINTABLE "\xF4\x8F\xBF\xBD" /* U+10FFFD: for private use, in no font */

static struct application strange_application(void)
{
    struct application application = fixture_application();
    application.form.given_names = "Z̧ỹ́ ĂẶẞ ƏŊ";
    application.form.surname = "Ω≈ ქართ " UNPRINTABLE;
    application.form.birth_place = "<b>) Tj ET (\\) %";
    application.form.unit = "[<0001>] /F9 1 Tf EMC Q";
    application.form.title = "Mehmet'in \"ofisi\" & 漢";
    application.form.address = "";
    application.form.staff_number = "";
    return application;
}

static void no_letter_is_lost(void **state)
{
    struct application application = strange_application();
    write_form(&application, false);
    const char *text = output_of(arena_printf(arena, "pdftotext -layout %s -", path_of("form.pdf")));
    static const char *const parts[] = {"Z̧ỹ́ ĂẶẞ ƏŊ",         "Ω≈ ქართ", UNPRINTABLE, "<b>) Tj ET (\\) %",
                                        "[<0001>] /F9 1 Tf", "EMC Q",   "Mehmet'in", "漢"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_holds(text, parts[i]);
    const char *drawn = output_of(arena_printf(arena, "pdfinfo -struct-text %s", path_of("form.pdf")));
    assert_holds(drawn, "[U+10FFFD]");
    const char *fonts = output_of(arena_printf(arena, "pdffonts %s", path_of("form.pdf")));
    assert_holds(fonts, "+Inter-Regular");
    for (const char *line = strstr(fonts, "Identity-H"); line; line = strstr(line + 1, "Identity-H"))
        assert_non_null(strstr(line, "yes yes yes")); /* embedded, subset, with ToUnicode */
}

/* One person's letters leave nothing in the next one's form. */
static void forms_do_not_depend_on_those_before(void **state)
{
    struct application application = fixture_application(), strange = strange_application();
    const struct accepted_texts texts = fixture_texts();
    const struct form_paper paper = {&application, &fixture_institution, &fixture_desk, &texts, false};
    const struct form_paper between = {&strange, &fixture_institution, &fixture_desk, &texts, false};
    struct bytes first, other, second;
    assert_int_equal(form_paper_write(arena, &paper, &first), ERR_NONE);
    assert_int_equal(form_paper_write(arena, &between, &other), ERR_NONE);
    assert_int_equal(form_paper_write(arena, &paper, &second), ERR_NONE);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
}

static struct application long_application(void)
{
    static char address[251], unit[121];
    struct application application = fixture_application();
    memset(address, 'W', sizeof address - 1);
    memset(unit, 'M', sizeof unit - 1);
    application.form.address = address;
    application.form.unit = application.form.title = unit;
    return application;
}

static void each_file_is_sound_and_small(void **state)
{
    const struct application applications[] = {fixture_application(), long_application(), strange_application()};
    for (size_t i = 0; i < sizeof applications / sizeof *applications; i++) {
        assert_in_range(write_form(&applications[i], true), 1, GOAL_BYTES - 1);
        assert_holds(output_of(arena_printf(arena, "qpdf --check %s 2>&1", path_of("form.pdf"))),
                     "No syntax or stream");
    }
}

/* The longest values a form may hold leave the signature's place free. */
static void long_values_do_not_reach_the_signature(void **state)
{
    struct application application = long_application();
    write_form(&application, true);
    const char *boxes = output_of(arena_printf(arena, "pdftotext -f 1 -l 1 -bbox %s -", path_of("form.pdf")));
    const char *at = strstr(boxes, ">teslim</word>"); /* of "İmzalı aslı teslim edeceğiniz yer" */
    assert_non_null(at);
    while (strncmp(at, "<word", 5) != 0) at--;
    double top = strtod(strstr(at, "yMin=\"") + 6, NULL);
    for (const char *word = strstr(boxes, "<word"); word && word < at; word = strstr(word + 1, "<word")) {
        double bottom = strtod(strstr(word, "yMax=\"") + 6, NULL);
        const char *line_end = strchr(word, '\n');
        bool is_declaration = bottom <= top + 14 || bottom > top + 60;
        if (!is_declaration) fail_msg("text runs into the signature: %.*s", (int)(line_end - word), word);
    }
}

static int open_folder(void **state)
{
    arena = arena_new();
    return secret_init() == ERR_NONE && mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"form.pdf", "page-1.pgm", "page-2.pgm", "turned.pgm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(path_of(names[i]));
    rmdir(folder);
    arena = arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_can_be_read),
        cmocka_unit_test(it_is_two_sheets_of_a4),
        cmocka_unit_test(the_structure_is_read_in_order),
        cmocka_unit_test(the_codes_are_read_from_a_bad_print),
        cmocka_unit_test(no_letter_is_lost),
        cmocka_unit_test(forms_do_not_depend_on_those_before),
        cmocka_unit_test(each_file_is_sound_and_small),
        cmocka_unit_test(long_values_do_not_reach_the_signature),
    };
    return cmocka_run_group_tests_name("worker-form-paper", tests, open_folder, remove_folder);
}
