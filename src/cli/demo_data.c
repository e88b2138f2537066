#include "cli/demo.h"

#include <stdlib.h>
#include <string.h>

extern const char demo_institutions_csv[];
extern const char demo_staff_csv[];

#define OFFICER_TITLE "Şube Müdürü"
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

struct demo demo_read(struct arena *arena)
{
    struct demo demo = {0};
    struct demo_institution *institutions =
        NEW_ARRAY(arena, struct demo_institution, sheet_rows(demo_institutions_csv));
    struct sheet sheet = sheet_open(arena, demo_institutions_csv);
    while (sheet_next(&sheet, sheet.cells)) {
        institutions[demo.institutions_count++] = (struct demo_institution){
            sheet_cell(&sheet, "kod"), sheet_cell(&sheet, "ust_kod"), sheet_cell(&sheet, "ad")};
    }
    demo.institutions = institutions;
    struct demo_person *people = NEW_ARRAY(arena, struct demo_person, sheet_rows(demo_staff_csv));
    sheet = sheet_open(arena, demo_staff_csv);
    while (sheet_next(&sheet, sheet.cells)) {
        const char *email = sheet_cell(&sheet, "eposta");
        people[demo.people_count++] = (struct demo_person){
            .identity_number = sheet_cell(&sheet, "tckn"),
            .given_names = sheet_cell(&sheet, "ad"),
            .surname = sheet_cell(&sheet, "soyad"),
            .birth_place = sheet_cell(&sheet, "dogum_yeri"),
            .birth_date = sheet_cell(&sheet, "dogum_tarihi"),
            .staff_number = sheet_cell(&sheet, "sicil_no"),
            .institution_code = sheet_cell(&sheet, "kurum_kodu"),
            .email = email,
            .mobile = sheet_cell(&sheet, "cep"),
            .is_officer = strcmp(sheet_cell(&sheet, "unvan"), OFFICER_TITLE) == 0,
            .user_name = arena_text_n(arena, email, strcspn(email, "@")),
        };
    }
    demo.people = people;
    return demo;
}

struct ceremony demo_ceremony(struct arena *arena, const struct demo *demo)
{
    struct ceremony_institution *institutions = NEW_ARRAY(arena, struct ceremony_institution, demo->institutions_count);
    for (size_t i = 0; i < demo->institutions_count; i++) {
        const char *parent = demo->institutions[i].parent_code;
        institutions[i] = (struct ceremony_institution){demo->institutions[i].code, *parent != '\0' ? parent : NULL};
    }
    struct ceremony_person *people = NEW_ARRAY(arena, struct ceremony_person, demo->people_count);
    size_t count = 0;
    for (size_t i = 0; i < demo->people_count; i++) {
        const struct demo_person *person = &demo->people[i];
        if (!person->is_officer) continue;
        people[count++] = (struct ceremony_person){person->user_name, person->identity_number, person->given_names,
                                                   person->surname, person->institution_code};
    }
    return (struct ceremony){.institutions = institutions,
                             .institutions_count = demo->institutions_count,
                             .people = people,
                             .people_count = count};
}
