/* What a row of a staff register may say (spec 08, Staff registers), and what its columns are called. Pure. */
#include "base/turkish.h"
#include "register/import.h"

#include <string.h>

const char *const staff_column_names[STAFF_COLUMN_COUNT] = {
    "tckn",  "ad",    "soyad", "dogum_yeri", "dogum_tarihi", "kurum_kodu", "sicil_no", "grup", "ahb_kodu",
    "birim", "unvan", "adres", "il",         "ilce",         "posta_kodu", "eposta",   "cep"};

static const struct {
    const char *title; /* English (TR) */
    size_t characters_max;
    const char *aliases; /* as files call it, small letters and digits alone, parted by spaces */
} columns[STAFF_COLUMN_COUNT] = {
    {TR("Identity number"), 11, "tckn tckimlikno tckimliknumarasi kimlikno kimliknumarasi tcno tc"},
    {TR("Given names"), 50, "ad adi isim"},
    {TR("Surname"), 50, "soyad soyadi soyisim"},
    {TR("Place of birth"), 50, "dogumyeri dyeri"},
    {TR("Date of birth"), 10, "dogumtarihi dtarihi"},
    {TR("Institution's code"), 20, "kurumkodu kurumkod"},
    {TR("Staff number"), 20, "sicilno sicil sicilnumarasi kurumsicilno"},
    {TR("Group"), 20, "grup"},
    {TR("AHB code"), 12, "ahbkodu ahbkod"},
    {TR("Unit"), 200, "birim calistigibirim"},
    {TR("Title"), 100, "unvan unvani"},
    {TR("Address"), 300, "adres adresi"},
    {TR("Province"), 50, "il ili"},
    {TR("District"), 50, "ilce ilcesi"},
    {TR("Postal code"), 5, "postakodu"},
    {TR("E-mail"), 254, "eposta epostaadresi email mail"},
    {TR("Mobile phone"), 20, "cep ceptelefonu ceptel gsm"},
};

const char *staff_column_title(enum staff_column column)
{
    return columns[column].title;
}

enum staff_column staff_column_of(const char *name)
{
    enum staff_column column = 0;
    while (column < STAFF_COLUMN_COUNT && strcmp(staff_column_names[column], name) != 0) column++;
    return column;
}

bool applies_by_itself(const struct staff_import *import)
{
    int64_t few = import->active / 20 > 5 ? import->active / 20 : 5;
    return import->refused == 0 && import->left <= few && import->added + import->changed + import->left > 0;
}

/* -- a header -- */

static const char *folded(struct arena *arena, const char *cell)
{
    const char *ascii = text_to_ascii(arena, cell);
    char *name = arena_alloc(arena, strlen(ascii) + 1);
    size_t size = 0;
    for (; *ascii != '\0'; ascii++) {
        char c = *ascii >= 'A' && *ascii <= 'Z' ? (char)(*ascii + ('a' - 'A')) : *ascii;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name[size++] = c;
    }
    return name;
}

static bool is_alias(const char *aliases, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = aliases; size > 0 && (at = strstr(at, name)) != NULL; at += size) {
        bool starts = at == aliases || at[-1] == ' ';
        if (starts && (at[size] == ' ' || at[size] == '\0')) return true;
    }
    return false;
}

void guess_columns(struct arena *arena, const char *const *header, size_t count, int ret_places[STAFF_COLUMN_COUNT])
{
    bool is_taken[CSV_COLUMNS_MAX] = {0};
    for (size_t column = 0; column < STAFF_COLUMN_COUNT; column++) {
        ret_places[column] = -1;
        for (size_t i = 0; i < count && ret_places[column] == -1; i++) {
            if (is_taken[i] || !is_alias(columns[column].aliases, folded(arena, header[i]))) continue;
            ret_places[column] = (int)i;
            is_taken[i] = true;
        }
    }
}

/* -- a row -- */

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

static const char *mistake_of(struct arena *arena, const char **values, enum staff_column column, int64_t now_s,
                              struct date *birth_date)
{
    const char **value = &values[column];
    if (!clean_value(arena, value, columns[column].characters_max))
        return TR("A field is too long or holds characters that are not text");
    bool is_silent = **value == '\0';
    switch (column) {
    case STAFF_TCKN: return identity_number_is_valid(*value) ? NULL : TR("The identity number is not valid");
    case STAFF_AD:
    case STAFF_SOYAD: return is_name(*value) ? NULL : TR("A name is missing or is not made of letters");
    case STAFF_DOGUM_YERI: return is_silent ? TR("The place of birth is missing") : NULL;
    case STAFF_DOGUM_TARIHI:
        return date_parse(*value, birth_date) == ERR_NONE && date_compare(*birth_date, date_of_time(now_s)) <= 0
                   ? NULL
                   : TR("The date of birth is not valid");
    case STAFF_GRUP:
        if (is_silent) *value = "personel";
        return is_group(*value) ? NULL : TR("The group is neither personel nor aile_hekimi");
    default: break;
    }
    if (is_silent) return NULL;
    switch (column) {
    case STAFF_AHB_KODU: return is_family_unit_code(*value) ? NULL : TR("The AHB code is not seven digits");
    case STAFF_POSTA_KODU:
        return strlen(*value) == 5 && ascii_is_digits(*value) ? NULL : TR("The postal code is not five digits");
    case STAFF_EPOSTA: return email_is_valid(*value) ? NULL : TR("The e-mail address is not valid");
    case STAFF_CEP:
        return mobile_normalise(arena, *value, value) == ERR_NONE ? NULL : TR("The mobile number is not valid");
    default: return NULL;
    }
}

const char *read_staff_fields(struct arena *arena, const char **values, int64_t now_s, struct staff_record *ret_record,
                              enum staff_column *ret_column)
{
    struct date birth_date = {0};
    for (enum staff_column column = 0; column < STAFF_COLUMN_COUNT; column++) {
        const char *mistake = mistake_of(arena, values, column, now_s, &birth_date);
        *ret_column = column;
        if (mistake != NULL) return mistake;
    }
    *ret_record = (struct staff_record){
        .identity_number = values[STAFF_TCKN],
        .member =
            {
                .institution_code = values[STAFF_KURUM_KODU],
                .given_names = turkish_name(arena, values[STAFF_AD]),
                .surname = turkish_name(arena, values[STAFF_SOYAD]),
                .birth_place = turkish_name(arena, values[STAFF_DOGUM_YERI]),
                .birth_date = birth_date,
                .staff_number = values[STAFF_SICIL_NO],
                .group = values[STAFF_GRUP],
                .family_unit_code = values[STAFF_AHB_KODU],
                .unit = values[STAFF_BIRIM],
                .title = values[STAFF_UNVAN],
                .address = values[STAFF_ADRES],
                .province = values[STAFF_IL],
                .district = values[STAFF_ILCE],
                .postal_code = values[STAFF_POSTA_KODU],
                .email = values[STAFF_EPOSTA],
                .mobile = values[STAFF_CEP],
            },
    };
    return NULL;
}

const char *staff_column_value(struct arena *arena, const struct staff_member *member, enum staff_column column)
{
    switch (column) {
    case STAFF_AD: return member->given_names;
    case STAFF_SOYAD: return member->surname;
    case STAFF_DOGUM_YERI: return member->birth_place;
    case STAFF_DOGUM_TARIHI: return date_to_text(arena, member->birth_date);
    case STAFF_KURUM_KODU: return member->institution_code;
    case STAFF_SICIL_NO: return member->staff_number;
    case STAFF_GRUP: return member->group;
    case STAFF_AHB_KODU: return member->family_unit_code;
    case STAFF_BIRIM: return member->unit;
    case STAFF_UNVAN: return member->title;
    case STAFF_ADRES: return member->address;
    case STAFF_IL: return member->province;
    case STAFF_ILCE: return member->district;
    case STAFF_POSTA_KODU: return member->postal_code;
    case STAFF_EPOSTA: return member->email;
    case STAFF_CEP: return member->mobile;
    default: return "";
    }
}

const char *import_state_title(enum import_state state)
{
    static const char *const titles[IMPORT_STATE_COUNT] = {
        [IMPORT_ARRIVING] = TR("Arriving"),      [IMPORT_ARRIVED] = TR("Waits for its columns"),
        [IMPORT_CHECKING] = TR("Being checked"), [IMPORT_CHECKED] = TR("Checked, not applied"),
        [IMPORT_APPLYING] = TR("Being applied"), [IMPORT_APPLIED] = TR("Applied"),
        [IMPORT_UNDOING] = TR("Being undone"),   [IMPORT_UNDONE] = TR("Undone"),
        [IMPORT_REFUSED] = TR("Cannot be read"), [IMPORT_DROPPED] = TR("Dropped"),
    };
    return titles[state];
}
