#include "base/log.h"
#include "db/backend.h"

#include <stdlib.h>
#include <string.h>

struct db_rows {
    struct arena *arena;
    size_t columns;
    const char **names;
    size_t count;
    size_t capacity;
    struct db_value *cells; /* row by row */
};

struct db_rows *rows_new(struct arena *arena, size_t columns)
{
    struct db_rows *rows = NEW(arena, struct db_rows);
    rows->arena = arena;
    rows->columns = columns;
    rows->names = NEW_ARRAY(arena, const char *, columns == 0 ? 1 : columns);
    return rows;
}

void rows_name(struct db_rows *rows, size_t column, const char *name)
{
    rows->names[column] = arena_text(rows->arena, name);
}

struct db_value *rows_add(struct db_rows *rows)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity == 0 ? 4 : rows->capacity * 2;
        struct db_value *cells = NEW_ARRAY(rows->arena, struct db_value, rows->capacity * rows->columns + 1);
        if (rows->count > 0) memcpy(cells, rows->cells, rows->count * rows->columns * sizeof *cells);
        rows->cells = cells;
    }
    struct db_value *row = rows->cells + rows->count++ * rows->columns;
    for (size_t i = 0; i < rows->columns; i++) row[i] = (struct db_value){.type = DB_TYPE_NULL, .is_null = true};
    return row;
}

_Noreturn static void end_for(const char *column, const char *why)
{
    log_event(LOG_ERROR, "db_column", "column", column, "why", why, NULL);
    abort();
}

static const struct db_value *cell_of(const struct db_rows *rows, size_t row, const char *column, enum db_type type)
{
    if (row >= rows->count) end_for(column, "there is no such row");
    for (size_t i = 0; i < rows->columns; i++) {
        if (strcmp(rows->names[i], column) != 0) continue;
        const struct db_value *cell = &rows->cells[row * rows->columns + i];
        if (type != DB_TYPE_NULL && !cell->is_null && cell->type != type) end_for(column, "is of another type");
        return cell;
    }
    end_for(column, "there is no such column");
}

size_t db_count(const struct db_rows *rows)
{
    return rows->count;
}

int64_t db_int64(const struct db_rows *rows, size_t row, const char *column)
{
    return cell_of(rows, row, column, DB_TYPE_INT64)->int64;
}

const char *db_text(const struct db_rows *rows, size_t row, const char *column)
{
    return cell_of(rows, row, column, DB_TYPE_TEXT)->text;
}

struct bytes db_bytes(const struct db_rows *rows, size_t row, const char *column)
{
    return cell_of(rows, row, column, DB_TYPE_BYTES)->bytes;
}

bool db_is_null(const struct db_rows *rows, size_t row, const char *column)
{
    return cell_of(rows, row, column, DB_TYPE_NULL)->is_null;
}
