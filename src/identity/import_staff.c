#include "base/turkish.h"
#include "identity/import.h"
#include "identity/sealed.h"
#include "identity_sql.h"

#include <string.h>

/* The order of `names`; the first six must be in the file. */
enum column {
    TCKN,
    AD,
    SOYAD,
    DOGUM_YERI,
    DOGUM_TARIHI,
    KURUM_KODU,
    SICIL_NO,
    GRUP,
    AHB_KODU,
    BIRIM,
    UNVAN,
    ADRES,
    IL,
    ILCE,
    POSTA_KODU,
    EPOSTA,
    CEP,
    COLUMN_COUNT
};
#define REQUIRED_COUNT 6
static const char *const names[COLUMN_COUNT] = {
    "tckn",  "ad",    "soyad", "dogum_yeri", "dogum_tarihi", "kurum_kodu", "sicil_no", "grup", "ahb_kodu",
    "birim", "unvan", "adres", "il",         "ilce",         "posta_kodu", "eposta",   "cep"};
static const size_t characters_max[COLUMN_COUNT] = {11,  50,  50,  50, 10, 20, 20,  20, 12,
                                                    200, 100, 300, 50, 50, 5,  254, 20};

/* The one who writes the rows. */
struct staff_import {
    struct db *db;
    struct keeper *keeper;
    const struct actor *actor;
    const char *register_code;
    int64_t known_since_s;
    bool is_dry_run;
};

struct new_row {
    const char *identity_number;
    struct staff_member member;
};

/* -- reading a row -- */

static bool is_family_unit_code(const char *text)
{
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9') digits++;
        else if (*text != '.') return false;
    }
    return digits == 7;
}

static bool is_group(const char *text)
{
    return strcmp(text, "personel") == 0 || strcmp(text, "aile_hekimi") == 0;
}

static const char *mistake_of_fields(struct arena *arena, const char **values, struct new_row *row)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (!clean_value(arena, &values[i], characters_max[i]))
            return TR("A field is too long or holds characters that are not text");
    if (!identity_number_is_valid(values[TCKN])) return TR("The identity number is not valid");
    if (!is_name(values[AD]) || !is_name(values[SOYAD])) return TR("A name is missing or is not made of letters");
    if (values[DOGUM_YERI][0] == '\0') return TR("The place of birth is missing");
    struct date *birth_date = &row->member.birth_date;
    if (date_parse(values[DOGUM_TARIHI], birth_date) != ERR_NONE ||
        date_compare(*birth_date, date_of_time(clock_now_s())) > 0)
        return TR("The date of birth is not valid");
    if (values[GRUP][0] == '\0') values[GRUP] = "personel";
    if (!is_group(values[GRUP])) return TR("The group is neither personel nor aile_hekimi");
    if (values[AHB_KODU][0] != '\0' && !is_family_unit_code(values[AHB_KODU]))
        return TR("The AHB code is not seven digits");
    if (values[POSTA_KODU][0] != '\0' && (strlen(values[POSTA_KODU]) != 5 || !ascii_is_digits(values[POSTA_KODU])))
        return TR("The postal code is not five digits");
    if (values[EPOSTA][0] != '\0' && !email_is_valid(values[EPOSTA])) return TR("The e-mail address is not valid");
    if (values[CEP][0] != '\0' && mobile_normalise(arena, values[CEP], &values[CEP]) != ERR_NONE)
        return TR("The mobile number is not valid");
    return NULL;
}

struct find_code {
    struct arena *arena;
    const char *code;
    int64_t id;
};

static enum err find_code_act(struct db_tx *tx, void *context)
{
    struct find_code *find = context;
    struct institution institution;
    TRY(read_institution_by_code(tx, find->arena, find->code, &institution));
    find->id = institution.id;
    return ERR_NONE;
}

/* A mistake of the row, or NULL with the row; an error only when the database fails. */
static enum err read_row(struct staff_import *import, struct arena *arena, const char **values, struct new_row *ret_row,
                         const char **ret_mistake)
{
    *ret_mistake = mistake_of_fields(arena, values, ret_row);
    if (*ret_mistake != NULL) return ERR_NONE;
    struct find_code find = {arena, values[KURUM_KODU], 0};
    enum err error = db_read(import->db, find_code_act, &find);
    if (error == ERR_NOT_FOUND) *ret_mistake = TR("The institution's code is unknown");
    if (error != ERR_NONE) return error == ERR_NOT_FOUND ? ERR_NONE : error;
    ret_row->identity_number = values[TCKN];
    ret_row->member = (struct staff_member){
        .institution_id = find.id,
        .institution_code = values[KURUM_KODU],
        .given_names = turkish_name(arena, values[AD]),
        .surname = turkish_name(arena, values[SOYAD]),
        .birth_place = turkish_name(arena, values[DOGUM_YERI]),
        .birth_date = ret_row->member.birth_date,
        .staff_number = values[SICIL_NO],
        .group = values[GRUP],
        .family_unit_code = values[AHB_KODU],
        .unit = values[BIRIM],
        .title = values[UNVAN],
        .address = values[ADRES],
        .province = values[IL],
        .district = values[ILCE],
        .postal_code = values[POSTA_KODU],
        .email = values[EPOSTA],
        .mobile = values[CEP],
    };
    return ERR_NONE;
}

/* -- writing it -- */

struct write_row {
    struct arena *arena;
    const struct staff_import *import;
    const struct staff_member *member;
    int64_t person_id, known_since_s;
    struct bytes sealed;
    bool is_new;
};

static enum err write_act(struct db_tx *tx, void *context)
{
    const struct write_row *write = context;
    const struct db_value *values =
        DB_WITH(DB_TEXT("register", write->import->register_code), DB_INT64("person_id", write->person_id),
                DB_INT64("institution_id", write->member->institution_id), DB_BYTES("sealed_details", write->sealed),
                DB_INT64("known_since", write->known_since_s));
    if (write->is_new) {
        const struct db_rows *row;
        TRY(db_row(tx, write->arena, &sql_insert_staff_member, values, &row));
    } else {
        TRY(db_exec(tx, &sql_update_staff_member, values, NULL));
    }
    return audit_record(tx, write->import->actor, write->is_new ? "add_staff_member" : "change_staff_member", "person",
                        write->person_id, write->import->register_code);
}

static bool is_same(struct arena *arena, const struct staff_row *old, const struct staff_member *new)
{
    if (!old->is_active || old->member.institution_id != new->institution_id) return false;
    return bytes_equal(staff_to_json(arena, &old->member), staff_to_json(arena, new));
}

/* Does a register other than this one name the number of this person, too? */
static enum err is_named_elsewhere(struct staff_import *import, struct arena *arena, const struct person *person,
                                   const char *mobile, bool *ret_is_named)
{
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t count;
    *ret_is_named = false;
    TRY(find_known_contacts(import->db, arena, person, known, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_other =
            strcmp(known[i].source, CONTACT_OF_ACCOUNT) != 0 && strcmp(known[i].source, import->register_code) != 0;
        if (is_other && strcmp(known[i].contact.mobile, mobile) == 0) *ret_is_named = true;
    }
    return ERR_NONE;
}

/* What the register says of a number the keeper hears before the row is written: done again, it is the same. */
static enum err tell_number(struct staff_import *import, struct arena *arena, const struct person *person,
                            const char *old_mobile, const char *mobile)
{
    bool is_named;
    const char *identity_number = person->details.identity_number;
    if (mobile[0] != '\0') TRY(keeper_number_know(import->keeper, identity_number, mobile, import->known_since_s));
    if (old_mobile[0] == '\0' || strcmp(old_mobile, mobile) == 0) return ERR_NONE;
    TRY(is_named_elsewhere(import, arena, person, old_mobile, &is_named));
    return is_named ? ERR_NONE : keeper_number_forget(import->keeper, identity_number, old_mobile);
}

static enum err take_known_person(struct staff_import *import, struct arena *arena, const struct person *person,
                                  const struct staff_member *member, struct import_report *report)
{
    struct staff_row old;
    enum err error = find_staff_row(import->db, arena, person, import->register_code, &old);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    bool is_new = error == ERR_NOT_FOUND;
    if (!is_new && is_same(arena, &old, member)) {
        report->unchanged++;
        return ERR_NONE;
    }
    if (is_new) report->added++;
    else report->changed++;
    if (import->is_dry_run) return ERR_NONE;
    TRY(tell_number(import, arena, person, is_new ? "" : old.member.mobile, member->mobile));
    /* A number or address counts as known from when it first stood here (spec 01, 3 and 4 SMS). */
    bool is_known =
        !is_new && strcmp(old.member.mobile, member->mobile) == 0 && strcmp(old.member.email, member->email) == 0;
    struct write_row write = {arena,
                              import,
                              member,
                              person->id,
                              is_known ? old.member.known_since_s : import->known_since_s,
                              seal_staff(arena, person, import->register_code, member),
                              is_new};
    return db_run(import->db, write_act, &write);
}

static enum err take_row(struct staff_import *import, struct arena *arena, const struct new_row *row,
                         struct import_report *report)
{
    struct person person;
    enum err error = find_person(import->db, import->keeper, arena, row->identity_number, &person);
    if (error == ERR_NOT_FOUND && import->is_dry_run) {
        report->added++;
        return ERR_NONE;
    }
    /* What the population register said about a known person stays; the row keeps what this register says. */
    if (error == ERR_NOT_FOUND) {
        const struct person_details details = {row->identity_number, row->member.given_names, row->member.surname,
                                               row->member.birth_place, row->member.birth_date};
        error = need_person(import->db, import->keeper, arena, import->actor, &details, &person);
    }
    TRY(error);
    error = take_known_person(import, arena, &person, &row->member, report);
    person_close(&person);
    return error;
}

enum err import_staff(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                      const char *register_code, struct bytes csv, int64_t known_since_s, bool is_dry_run,
                      struct import_report *ret_report)
{
    struct staff_import import = {db, keeper, actor, register_code, known_since_s, is_dry_run};
    struct csv_reader reader;
    TRY(csv_open(arena, csv, names, COLUMN_COUNT, REQUIRED_COUNT, &reader));
    struct import_count count = {0};
    struct seen_keys seen = {0};
    CLEANUP_ARENA struct arena *row_arena = arena_new();
    struct csv_row row;
    for (; csv_next(&reader, row_arena, &row); arena_reset(row_arena)) {
        count.report.rows++;
        const char *mistake = row.mistake;
        struct new_row new = {0};
        if (mistake == NULL) TRY(read_row(&import, row_arena, row.values, &new, &mistake));
        if (mistake == NULL && is_seen_before(arena, &seen, new.identity_number))
            mistake = TR("This identity number stands in an earlier row");
        if (mistake != NULL) refuse_row(arena, &count, row.line, mistake);
        else TRY(take_row(&import, row_arena, &new, &count.report));
    }
    *ret_report = count.report;
    return ERR_NONE;
}
