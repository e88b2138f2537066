/*
 * The printed form, read as others read it: the text by pdftotext (selectable, Turkish), the codes by zbarimg from a
 * picture of the page, the size of the paper by pdfinfo.
 */
#include "base/file.h"
#include "base/secret.h"
#include "worker/form_paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BARCODE "0a1b2c3d4e5f678"

static struct arena *arena;
static char folder[] = "/tmp/divit-form-XXXXXX";

static const struct institution institution = {.code = "3401",
                                               .name = "İstanbul İl Sağlık Müdürlüğü",
                                               .unit = "Bilgi İşlem Şube Müdürlüğü",
                                               .address = "Örnek Mah. Ağaçlı Sok. No: 5, Fatih / İstanbul",
                                               .phone = "0212 000 00 00",
                                               .extension = "1234",
                                               .email = "e-imza@example.gov.tr"};

static struct application application_of(void)
{
    return (struct application){
        .barcode = BARCODE,
        .reason = REASON_FIRST,
        .confirmed_s = 1795000000,
        .form = {.term = "3",
                 .reader = "mini",
                 .vpn = "no",
                 .unit = "Acil Servis",
                 .title = "Uzman Doktor",
                 .family_district = "",
                 .family_centre = "",
                 .family_unit_code = "",
                 .address = "Çiğdem Mah. Gülüşan Cad. No: 12 / 3",
                 .province = "İSTANBUL",
                 .district = "ÜSKÜDAR",
                 .postal_code = "34660",
                 .email = "isil.gunes@example.gov.tr",
                 .work_phone = "2160000000",
                 .extension = "42",
                 .mobile = "5320000000",
                 .mobile_operator = "turktelekom",
                 .home_phone = "",
                 .channel = "both",
                 .given_names = "IŞIL ÖZGÜN",
                 .surname = "ÇAĞLAYAN",
                 .birth_place = "IĞDIR",
                 .birth_date = "1985-02-28",
                 .staff_number = "A-123456",
                 .is_family_physician = "no",
                 .language = "tr",
                 .has_security_word = "yes",
                 .certificate = "",
                 .start = "",
                 .end = ""},
        .person = {.details = {.identity_number = "10000000146", .given_names = "IŞIL ÖZGÜN", .surname = "ÇAĞLAYAN"}},
    };
}

static const char *path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

static void write_form(const struct application *application, bool is_demo)
{
    const struct form_paper paper = {application, &institution, "Oğuz ŞİMŞEK", is_demo};
    struct bytes pdf;
    assert_int_equal(form_paper_write(arena, &paper, &pdf), ERR_NONE);
    assert_int_equal(file_write(path_of("form.pdf"), pdf, 0600), ERR_NONE);
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
    struct application application = application_of();
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
                                        BARCODE,
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
    struct application application = application_of();
    write_form(&application, false);
    const char *info = output_of(arena_printf(arena, "pdfinfo %s", path_of("form.pdf")));
    assert_holds(info, "Pages:           2");
    assert_holds(info, "(A4)");
}

/* Both codes on both sheets, from a picture as a scanner makes it. */
static void the_codes_are_the_barcode(void **state)
{
    struct application application = application_of();
    write_form(&application, false);
    output_of(arena_printf(arena, "pdftoppm -r 150 -png %s %s", path_of("form.pdf"), path_of("page")));
    for (int page = 1; page <= 2; page++) {
        const char *codes = output_of(arena_printf(arena, "zbarimg -q %s/page-%d.png", folder, page));
        assert_holds(codes, "CODE-128:" BARCODE "\n");
        assert_holds(codes, "QR-Code:" BARCODE "\n");
    }
}

/* The longest values a form may hold leave the signature's place free. */
static void long_values_do_not_reach_the_signature(void **state)
{
    struct application application = application_of();
    char address[251], unit[121];
    memset(address, 'W', sizeof address - 1);
    memset(unit, 'M', sizeof unit - 1);
    address[250] = unit[120] = '\0';
    application.form.address = address;
    application.form.unit = application.form.title = unit;
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
    static const char *const names[] = {"form.pdf", "page-1.png", "page-2.png"};
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
        cmocka_unit_test(the_codes_are_the_barcode),
        cmocka_unit_test(long_values_do_not_reach_the_signature),
    };
    return cmocka_run_group_tests_name("worker-form-paper", tests, open_folder, remove_folder);
}
