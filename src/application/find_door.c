/* Doors: rows of configuration (spec 01). */
#include "application/application.h"

#include "application_sql.h"
#include "base/turkish.h"

#include <stdlib.h>
#include <string.h>

struct question {
    struct arena *arena;
    const struct db_sql *sql;
    const struct db_value *values;
    struct door *ret_door;
};

static enum err payer_from_name(const char *name, enum payer *ret_payer)
{
    static const char *const names[] = {"institution", "person_to_institution", "person_to_provider"};

    for (int i = 0; i < 3; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *ret_payer = (enum payer)i;
        return ERR_NONE;
    }
    return err_set(ERR_BROKEN, "door: unknown payer");
}

/* "1,2,3" */
static void terms_from_text(const char *text, int terms[8])
{
    for (size_t count = 0; *text != '\0' && count < 7;) {
        char *end;
        long years = strtol(text, &end, 10);
        if (end == text) break;
        if (years >= 1 && years <= 5) terms[count++] = (int)years;
        text = *end == ',' ? end + 1 : end;
    }
}

static enum err door_of_row(const struct db_rows *rows, size_t row, struct door *ret_door)
{
    struct door door = {
        .id = db_int64(rows, row, "id"),
        .path = db_text(rows, row, "path"),
        .name = db_text(rows, row, "name"),
        .english_name = db_text(rows, row, "english_name"),
        .register_code = db_text(rows, row, "register"),
        .register_name = db_text(rows, row, "register_name"),
        .asks_staff_number = db_int64(rows, row, "asks_staff_number") != 0,
        .offers_reader = db_int64(rows, row, "offers_reader") != 0,
        .offers_vpn = db_int64(rows, row, "offers_vpn") != 0,
        .closed_s = db_int64(rows, row, "closed_s"),
        .closed_reason = db_text(rows, row, "closed_reason"),
        .closed_english = db_text(rows, row, "closed_english"),
    };
    terms_from_text(db_text(rows, row, "terms"), door.terms);
    TRY(payer_from_name(db_text(rows, row, "payer"), &door.payer));
    *ret_door = door;
    return ERR_NONE;
}

static enum err read_door(struct db_tx *tx, void *context)
{
    const struct question *question = context;
    const struct db_rows *row;

    TRY(db_row(tx, question->arena, question->sql, question->values, &row));
    return door_of_row(row, 0, question->ret_door);
}

enum err find_door(struct db *db, struct arena *arena, const char *path, struct door *ret_door)
{
    struct question question = {arena, &sql_find_door, DB_WITH(DB_TEXT("path", path)), ret_door};
    return db_read(db, read_door, &question);
}

enum err find_door_by_id(struct db *db, struct arena *arena, int64_t door_id, struct door *ret_door)
{
    struct question question = {arena, &sql_find_door_by_id, DB_WITH(DB_INT64("id", door_id)), ret_door};
    return db_read(db, read_door, &question);
}

enum err find_door_of_address(struct db *db, struct arena *arena, const char *address, struct door *ret_door)
{
    struct question question = {arena, &sql_find_door_of_address, DB_WITH(DB_TEXT("address", address)), ret_door};
    return db_read(db, read_door, &question);
}

struct listing {
    struct arena *arena;
    struct door *doors;
    size_t count;
};

static enum err read_doors(struct db_tx *tx, void *context)
{
    struct listing *listing = context;
    const struct db_rows *rows;

    TRY(db_rows(tx, listing->arena, &sql_list_doors, DB_NOTHING, &rows));
    listing->count = db_count(rows);
    listing->doors = NEW_ARRAY(listing->arena, struct door, listing->count + 1);
    for (size_t i = 0; i < listing->count; i++) TRY(door_of_row(rows, i, &listing->doors[i]));
    return ERR_NONE;
}

static int compare_doors(const void *a, const void *b)
{
    return turkish_compare(((const struct door *)a)->name, ((const struct door *)b)->name);
}

enum err list_doors(struct db *db, struct arena *arena, const struct door **ret_doors, size_t *ret_count)
{
    struct listing listing = {.arena = arena};

    TRY(db_read(db, read_doors, &listing));
    qsort(listing.doors, listing.count, sizeof(struct door), compare_doors);
    *ret_doors = listing.doors;
    *ret_count = listing.count;
    return ERR_NONE;
}

struct address_listing {
    struct arena *arena;
    struct door_address *addresses;
    size_t count;
};

static enum err read_addresses(struct db_tx *tx, void *context)
{
    struct address_listing *listing = context;
    const struct db_rows *rows;

    TRY(db_rows(tx, listing->arena, &sql_list_door_addresses, DB_NOTHING, &rows));
    listing->count = db_count(rows);
    listing->addresses = NEW_ARRAY(listing->arena, struct door_address, listing->count + 1);
    for (size_t i = 0; i < listing->count; i++)
        listing->addresses[i] = (struct door_address){db_text(rows, i, "address"), db_int64(rows, i, "door_id")};
    return ERR_NONE;
}

enum err list_door_addresses(struct db *db, struct arena *arena, const struct door_address **ret_addresses,
                             size_t *ret_count)
{
    struct address_listing listing = {.arena = arena};

    TRY(db_read(db, read_addresses, &listing));
    *ret_addresses = listing.addresses;
    *ret_count = listing.count;
    return ERR_NONE;
}
