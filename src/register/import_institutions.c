#include "base/turkish.h"
#include "register/import.h"
#include "register_sql.h"

#include <string.h>

enum column { KOD, AD, UST_KOD, BIRIM, ADRES, TELEFON, DAHILI, EPOSTA, COLUMN_COUNT };
#define REQUIRED_COUNT 2
static const char *const names[COLUMN_COUNT] = {"kod",   "ad",      "ust_kod", "birim",
                                                "adres", "telefon", "dahili",  "eposta"};
static const size_t characters_max[COLUMN_COUNT] = {20, 200, 20, 200, 300, 30, 10, 254};

static const char *mistake_of_fields(struct arena *arena, const char **values, enum column *ret_column)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        *ret_column = (enum column)i;
        if (!clean_value(arena, &values[i], characters_max[i]))
            return TR("A field is too long or holds characters that are not text");
    }
    *ret_column = KOD;
    /* The code stands in statements and in chains that '/' joins. */
    size_t size = strlen(values[KOD]);
    if (size == 0 || strspn(values[KOD], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_") != size)
        return TR("The institution's code is missing or not made of letters and digits");
    *ret_column = AD;
    if (values[AD][0] == '\0') return TR("The institution's name is missing");
    *ret_column = EPOSTA;
    if (values[EPOSTA][0] != '\0' && !email_is_valid(values[EPOSTA])) return TR("The e-mail address is not valid");
    return NULL;
}

struct take_row {
    struct arena *arena;
    const struct actor *actor;
    const char *const *values;
    const char *mistake;
    enum { ROW_ADDED, ROW_CHANGED, ROW_UNCHANGED } outcome;
};

static bool is_same(const struct institution *old, const char *const *values, int64_t parent_id)
{
    return old->parent_id == parent_id && strcmp(old->name, values[AD]) == 0 && strcmp(old->unit, values[BIRIM]) == 0 &&
           strcmp(old->address, values[ADRES]) == 0 && strcmp(old->phone, values[TELEFON]) == 0 &&
           strcmp(old->extension, values[DAHILI]) == 0 && strcmp(old->email, values[EPOSTA]) == 0;
}

static enum err find_parent(struct db_tx *tx, struct take_row *take, const struct institution *old, int64_t *ret_id)
{
    *ret_id = 0;
    if (take->values[UST_KOD][0] == '\0') return ERR_NONE;
    struct institution parent;
    enum err error = read_institution_by_code(tx, take->arena, take->values[UST_KOD], &parent);
    if (error == ERR_NOT_FOUND) take->mistake = TR("The institution above it is unknown");
    if (error != ERR_NONE) return error == ERR_NOT_FOUND ? ERR_NONE : error;
    bool is_circle = false;
    if (old != NULL) TRY(institution_covers(tx, take->arena, old->id, parent.id, &is_circle));
    if (is_circle) take->mistake = TR("An institution cannot lie below itself");
    *ret_id = parent.id;
    return ERR_NONE;
}

static enum err take_act(struct db_tx *tx, void *context)
{
    struct take_row *take = context;
    const char *const *values = take->values;
    take->mistake = NULL;
    struct institution old;
    enum err error = read_institution_by_code(tx, take->arena, values[KOD], &old);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    bool is_new = error == ERR_NOT_FOUND;
    int64_t parent_id;
    TRY(find_parent(tx, take, is_new ? NULL : &old, &parent_id));
    take->outcome = is_new ? ROW_ADDED : is_same(&old, values, parent_id) ? ROW_UNCHANGED : ROW_CHANGED;
    if (take->mistake != NULL || take->outcome == ROW_UNCHANGED) return ERR_NONE;
    const struct db_value parent = {
        .name = "parent_id", .type = DB_TYPE_INT64, .int64 = parent_id, .is_null = parent_id == 0};
    int64_t id = is_new ? 0 : old.id;
    if (is_new) {
        const struct db_rows *row;
        TRY(db_row(tx, take->arena, &sql_insert_institution,
                   DB_WITH(DB_TEXT("code", values[KOD]), parent, DB_TEXT("name", values[AD]),
                           DB_TEXT("unit", values[BIRIM]), DB_TEXT("address", values[ADRES]),
                           DB_TEXT("phone", values[TELEFON]), DB_TEXT("extension", values[DAHILI]),
                           DB_TEXT("email", values[EPOSTA])),
                   &row));
        id = db_int64(row, 0, "id");
    } else {
        TRY(db_exec(tx, &sql_update_institution,
                    DB_WITH(DB_INT64("id", id), parent, DB_TEXT("name", values[AD]), DB_TEXT("unit", values[BIRIM]),
                            DB_TEXT("address", values[ADRES]), DB_TEXT("phone", values[TELEFON]),
                            DB_TEXT("extension", values[DAHILI]), DB_TEXT("email", values[EPOSTA])),
                    NULL));
    }
    return audit_record(tx, take->actor, is_new ? "add_institution" : "change_institution", "institution", id, "");
}

enum err import_institutions(struct db *db, struct arena *arena, const struct actor *actor, struct bytes csv,
                             struct import_report *ret_report)
{
    struct csv_reader reader;
    TRY(csv_open(arena, csv, &reader));
    TRY(csv_use_names(&reader, names, COLUMN_COUNT, REQUIRED_COUNT));
    struct import_count count = {0};
    struct seen_keys seen = {0};
    CLEANUP_ARENA struct arena *row_arena = arena_new();
    struct csv_row row;
    for (; csv_next(&reader, row_arena, &row); arena_reset(row_arena)) {
        count.report.rows++;
        enum column column = COLUMN_COUNT;
        const char *mistake = row.mistake != NULL ? row.mistake : mistake_of_fields(row_arena, row.values, &column);
        if (mistake == NULL) column = KOD;
        if (mistake == NULL && is_seen_before(arena, &seen, row.values[KOD]))
            mistake = TR("This code stands in an earlier row");
        struct take_row take = {.arena = row_arena, .actor = actor, .values = row.values};
        if (mistake == NULL) {
            TRY(db_run(db, take_act, &take));
            mistake = take.mistake;
            column = UST_KOD; /* the one thing that the act can find wrong */
        }
        if (mistake != NULL) refuse_row(arena, &count, row.line, column < COLUMN_COUNT ? names[column] : "", mistake);
        else if (take.outcome == ROW_ADDED) count.report.added++;
        else if (take.outcome == ROW_CHANGED) count.report.changed++;
        else count.report.unchanged++;
    }
    *ret_report = count.report;
    return ERR_NONE;
}
