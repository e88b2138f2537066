#include "register/csv.h"

#include "base/buffer.h"
#include "base/language.h"
#include "base/turkish.h"

#include <string.h>

static bool is_line_end(char c)
{
    return c == '\0' || c == '\r' || c == '\n';
}

static void skip_line_end(struct csv_reader *reader)
{
    if (*reader->at == '\r') {
        reader->at++;
        if (*reader->at == '\n') reader->at++;
        reader->line++;
    } else if (*reader->at == '\n') {
        reader->at++;
        reader->line++;
    }
}

/* From behind the opening quote to behind the closing one; false when there is none. */
static bool read_quoted(struct csv_reader *reader, struct buffer *field)
{
    for (; *reader->at != '\0'; reader->at++) {
        if (*reader->at == '"' && reader->at[1] != '"') {
            reader->at++;
            return true;
        }
        if (*reader->at == '"') reader->at++; /* two stand for one */
        if (*reader->at == '\n') reader->line++;
        buffer_char(field, *reader->at);
    }
    return false;
}

static const char *trimmed(struct arena *arena, const struct buffer *field)
{
    const char *text = buffer_to_text(field, arena);
    while (*text == ' ' || *text == '\t') text++;
    size_t size = strlen(text);
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t')) size--;
    return arena_text_n(arena, text, size);
}

/* One field, up to the delimiter or the line's end. */
static bool read_field(struct csv_reader *reader, struct arena *arena, const char **ret_text)
{
    CLEANUP_BUFFER struct buffer field = BUFFER_EMPTY;
    bool is_sound = true;
    if (*reader->at == '"') {
        reader->at++;
        is_sound = read_quoted(reader, &field);
        if (*reader->at != reader->delimiter && !is_line_end(*reader->at)) is_sound = false;
    }
    for (; *reader->at != reader->delimiter && !is_line_end(*reader->at); reader->at++) {
        if (*reader->at == '"') is_sound = false;
        buffer_char(&field, *reader->at);
    }
    *ret_text = trimmed(arena, &field);
    return is_sound;
}

/* All fields of a line; *ret_count counts those past the limit too. */
static bool read_fields(struct csv_reader *reader, struct arena *arena, const char *fields[CSV_COLUMNS_MAX],
                        size_t *ret_count)
{
    bool is_sound = true;
    for (size_t count = 0;; reader->at++) {
        const char *text;
        if (!read_field(reader, arena, &text)) is_sound = false;
        if (count < CSV_COLUMNS_MAX) fields[count] = text;
        count++;
        if (*reader->at == reader->delimiter) continue;
        skip_line_end(reader);
        *ret_count = count;
        return is_sound;
    }
}

static enum err read_header(struct csv_reader *reader, struct arena *arena)
{
    size_t count;
    if (!read_fields(reader, arena, reader->header, &count) || count > CSV_COLUMNS_MAX)
        return err_set(ERR_INVALID, "the header cannot be read");
    reader->field_count = count;
    return ERR_NONE;
}

/* As text that ends in NUL; files of registers are long, so what is right already is not copied. */
static enum err read_text(struct arena *arena, struct bytes file, const char **ret_text)
{
    bool is_ended = file.size > 0 && file.data[file.size - 1] == '\0';
    const char *text = (const char *)file.data;
    if (!is_ended) text = bytes_to_text(arena, file);
    if (text == NULL || (is_ended && strlen(text) != file.size - 1))
        return err_set(ERR_INVALID, "the file holds NUL characters; it is no CSV");
    if (!text_is_utf8(text)) TRY(text_from_windows_1254(arena, text, &text));
    *ret_text = text;
    return ERR_NONE;
}

enum err csv_open(struct arena *arena, struct bytes file, struct csv_reader *ret_reader)
{
    struct csv_reader reader = {.line = 1};
    TRY(read_text(arena, file, &reader.text));
    reader.at = reader.text;
    if (strncmp(reader.at, "\xef\xbb\xbf", 3) == 0) reader.at += 3; /* byte order mark, as spreadsheets put it */
    size_t header_size = strcspn(reader.at, "\r\n");
    reader.delimiter = memchr(reader.at, ';', header_size) != NULL ? ';' : ',';
    TRY(read_header(&reader, arena));
    *ret_reader = reader;
    return ERR_NONE;
}

enum err csv_use_names(struct csv_reader *reader, const char *const *names, size_t name_count, size_t required)
{
    bool is_there[CSV_COLUMNS_MAX] = {0};
    for (size_t i = 0; i < reader->field_count; i++) {
        size_t name = 0;
        while (name < name_count && !ascii_equal_fold(reader->header[i], names[name])) name++;
        if (name == name_count) return err_set(ERR_INVALID, "unknown column '%.40s' in the header", reader->header[i]);
        if (is_there[name]) return err_set(ERR_INVALID, "column '%s' stands twice in the header", names[name]);
        is_there[name] = true;
        reader->name_of_field[i] = (int)name;
    }
    for (size_t name = 0; name < required; name++)
        if (!is_there[name]) return err_set(ERR_INVALID, "column '%s' is missing in the header", names[name]);
    reader->name_count = name_count;
    return ERR_NONE;
}

enum err csv_use_places(struct csv_reader *reader, const int *places, size_t name_count)
{
    for (size_t i = 0; i < CSV_COLUMNS_MAX; i++) reader->name_of_field[i] = -1;
    for (size_t name = 0; name < name_count; name++) {
        int place = places[name];
        if (place == -1) continue;
        if (place < 0 || (size_t)place >= reader->field_count || reader->name_of_field[place] != -1)
            return err_set(ERR_INVALID, "a column is missing, or stands for two");
        reader->name_of_field[place] = (int)name;
    }
    reader->name_count = name_count;
    return ERR_NONE;
}

bool csv_next(struct csv_reader *reader, struct arena *arena, struct csv_row *ret_row)
{
    while (*reader->at == '\r' || *reader->at == '\n') skip_line_end(reader);
    if (*reader->at == '\0') return false;
    struct csv_row row = {.line = reader->line};
    const char *fields[CSV_COLUMNS_MAX];
    size_t count;
    bool is_sound = read_fields(reader, arena, fields, &count);
    for (size_t name = 0; name < reader->name_count; name++) row.values[name] = "";
    if (!is_sound) row.mistake = TR("A quotation mark is open or out of place");
    else if (count != reader->field_count) row.mistake = TR("The row has too few or too many fields");
    else
        for (size_t i = 0; i < count; i++)
            if (reader->name_of_field[i] != -1) row.values[reader->name_of_field[i]] = fields[i];
    *ret_row = row;
    return true;
}
