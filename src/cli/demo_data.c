#include "cli/demo.h"

#include <stdlib.h>
#include <string.h>

extern const char demo_institutions_csv[];
extern const char demo_provider_csv[];
extern const char demo_staff_csv[];

#define OFFICER_TITLE "Şube Müdürü"
#define DEPUTY_TITLE "Şube Müdür Yardımcısı"
#define COLUMNS_MAX 17

/* Our own files, without quotes: lines and ';' are all there is. */

struct sheet {
    struct arena *arena;
    const char *at; /* the rest */
    const char *names[COLUMNS_MAX];
    const char *cells[COLUMNS_MAX];
};

static bool sheet_next(struct sheet *sheet, const char **cells)
{
    if (*sheet->at == '\0') return false;
    const char *end = sheet->at + strcspn(sheet->at, "\n");
    for (int column = 0; column < COLUMNS_MAX; column++) {
        const char *stop = sheet->at <= end ? sheet->at + strcspn(sheet->at, ";\n") : sheet->at;
        cells[column] = arena_text_n(sheet->arena, sheet->at, (size_t)(stop - sheet->at));
        sheet->at = stop < end ? stop + 1 : stop;
    }
    sheet->at = *end == '\n' ? end + 1 : end;
    return true;
}

static struct sheet sheet_open(struct arena *arena, const char *csv)
{
    struct sheet sheet = {.arena = arena, .at = csv};
    sheet_next(&sheet, sheet.names);
    return sheet;
}

static size_t sheet_rows(const char *csv)
{
    size_t lines = 0;
    for (; *csv != '\0'; csv++) lines += *csv == '\n';
    return lines - 1;
}

static const char *sheet_cell(const struct sheet *sheet, const char *name)
{
    int column = 0;
    while (strcmp(sheet->names[column], name) != 0) column++; /* the names are in our own files */
    return sheet->cells[column];
}

static struct demo_person read_person(const struct sheet *sheet)
{
    const char *email = sheet_cell(sheet, "eposta");
    return (struct demo_person){
        .identity_number = sheet_cell(sheet, "tckn"),
        .given_names = sheet_cell(sheet, "ad"),
        .surname = sheet_cell(sheet, "soyad"),
        .birth_place = sheet_cell(sheet, "dogum_yeri"),
        .birth_date = sheet_cell(sheet, "dogum_tarihi"),
        .email = email,
        .mobile = sheet_cell(sheet, "cep"),
        .user_name = arena_text_n(sheet->arena, email, strcspn(email, "@")),
    };
}

static void read_institutions(struct arena *arena, struct demo *demo)
{
    struct demo_institution *institutions =
        NEW_ARRAY(arena, struct demo_institution, sheet_rows(demo_institutions_csv));
    struct sheet sheet = sheet_open(arena, demo_institutions_csv);
    while (sheet_next(&sheet, sheet.cells)) {
        institutions[demo->institutions_count++] = (struct demo_institution){
            sheet_cell(&sheet, "kod"), sheet_cell(&sheet, "ust_kod"), sheet_cell(&sheet, "ad")};
    }
    demo->institutions = institutions;
}

/* Those of one title, in the order of the file. */
static void add_officers(struct arena *arena, const struct demo *demo, const char *title, struct demo_staff *staff,
                         size_t *count)
{
    struct sheet sheet = sheet_open(arena, demo_staff_csv);
    for (size_t i = 0; sheet_next(&sheet, sheet.cells); i++) {
        if (strcmp(sheet_cell(&sheet, "unvan"), title) == 0)
            staff[(*count)++] = (struct demo_staff){&demo->people[i], REGISTRY_OFFICER};
    }
}

static void read_staff(struct arena *arena, struct demo *demo)
{
    size_t own = sheet_rows(demo_provider_csv);
    struct demo_person *people = NEW_ARRAY(arena, struct demo_person, own);
    struct demo_staff *staff = NEW_ARRAY(arena, struct demo_staff, demo->people_count + own);
    add_officers(arena, demo, OFFICER_TITLE, staff, &demo->staff_count);
    add_officers(arena, demo, DEPUTY_TITLE, staff, &demo->staff_count);
    struct sheet sheet = sheet_open(arena, demo_provider_csv);
    for (size_t i = 0; sheet_next(&sheet, sheet.cells); i++) {
        enum registry_role role = REGISTRY_OPERATOR;
        while (strcmp(registry_role_words[role], sheet_cell(&sheet, "rol")) != 0) role++; /* our own file */
        people[i] = read_person(&sheet);
        staff[demo->staff_count++] = (struct demo_staff){&people[i], role};
    }
    demo->staff = staff;
}

struct demo demo_read(struct arena *arena)
{
    struct demo demo = {0};
    read_institutions(arena, &demo);
    struct demo_person *people = NEW_ARRAY(arena, struct demo_person, sheet_rows(demo_staff_csv));
    struct sheet sheet = sheet_open(arena, demo_staff_csv);
    while (sheet_next(&sheet, sheet.cells)) {
        struct demo_person *person = &people[demo.people_count++];
        *person = read_person(&sheet);
        person->staff_number = sheet_cell(&sheet, "sicil_no");
        person->institution_code = sheet_cell(&sheet, "kurum_kodu");
    }
    demo.people = people;
    read_staff(arena, &demo);
    return demo;
}

struct ceremony demo_ceremony(struct arena *arena, const struct demo *demo)
{
    struct ceremony_institution *institutions = NEW_ARRAY(arena, struct ceremony_institution, demo->institutions_count);
    for (size_t i = 0; i < demo->institutions_count; i++) {
        const char *parent = demo->institutions[i].parent_code;
        institutions[i] = (struct ceremony_institution){demo->institutions[i].code, *parent != '\0' ? parent : NULL};
    }
    struct ceremony_person *people = NEW_ARRAY(arena, struct ceremony_person, demo->staff_count);
    for (size_t i = 0; i < demo->staff_count; i++) {
        const struct demo_person *person = demo->staff[i].person;
        people[i] = (struct ceremony_person){.token_label = person->user_name,
                                             .identity_number = person->identity_number,
                                             .given_names = person->given_names,
                                             .surname = person->surname,
                                             .institution_code = person->institution_code,
                                             .role = demo->staff[i].role};
    }
    return (struct ceremony){.institutions = institutions,
                             .institutions_count = demo->institutions_count,
                             .people = people,
                             .people_count = demo->staff_count};
}
