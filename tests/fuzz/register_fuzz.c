/*
 * What strangers send of staff registers: 'c' and a file with separated values, read to its end; 'f' and a filter of
 * SCIM; 'p', a user and a PATCH as JSON, parted by a line's end.
 */
#include "register/import.h"
#include "register/scim.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_file(struct arena *arena, struct bytes input)
{
    int places[STAFF_COLUMN_COUNT];
    struct csv_reader reader;
    struct csv_row row;
    struct staff_record record;
    enum staff_column column;
    if (csv_open(arena, input, &reader) != ERR_NONE) return;
    guess_columns(arena, reader.header, reader.field_count, places);
    if (csv_use_places(&reader, places, STAFF_COLUMN_COUNT) != ERR_NONE) abort(); /* a guess is never two for one */
    for (int64_t line = 1; csv_next(&reader, arena, &row); line = row.line) {
        if (row.line < line) abort();
        if (row.mistake == NULL) row.mistake = read_staff_fields(arena, row.values, 1800000000, &record, &column);
        if (row.mistake == NULL && !identity_number_is_valid(record.identity_number)) abort();
    }
}

static void try_filter(struct arena *arena, struct bytes input)
{
    struct scim_filter filter;
    const char *text = bytes_to_text(arena, input);
    if (text == NULL || scim_filter_read(arena, text, &filter).status != 0) return;
    if (filter.id == NULL && filter.identity_number == NULL && filter.active == -1) abort();
}

static void try_patch(struct arena *arena, struct bytes input)
{
    const uint8_t *end = input.size == 0 ? NULL : memchr(input.data, '\n', input.size);
    struct scim_user read;
    if (end == NULL) return;
    size_t first = (size_t)(end - input.data);
    json_t *user = json_loadb((const char *)input.data, first, JSON_REJECT_DUPLICATES, NULL);
    json_t *patch = json_loadb((const char *)end + 1, input.size - first - 1, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(user) && json_is_object(patch) && scim_patch(arena, user, patch).status == 0 &&
        scim_user_read(arena, user, &read).status == 0)
        for (size_t i = 0; i < STAFF_COLUMN_COUNT; i++)
            if (read.values[i] == NULL) abort();
    json_decref(user);
    json_decref(patch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    struct arena *arena = arena_new();
    struct bytes input = {data + 1, size - 1};
    if (data[0] == 'c') try_file(arena, input);
    if (data[0] == 'f') try_filter(arena, input);
    if (data[0] == 'p') try_patch(arena, input);
    arena_free(arena);
    return 0;
}
