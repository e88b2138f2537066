#include "worker/pdf_file.h"

#include <math.h>
#include <stdlib.h>
#include <unistr.h>
#include <zlib.h>

struct place {
    bool is_packed;
    size_t at; /* offset in the file, or index in the object stream */
};

static struct place *place_of(const struct pdf_file *file, int number)
{
    return (struct place *)(void *)file->places.data + number;
}

int pdf_reserve(struct pdf_file *file)
{
    struct place none = {0};
    buffer_add(&file->places, (struct bytes){(const uint8_t *)&none, sizeof none});
    return (int)(file->places.size / sizeof none) - 1;
}

void pdf_begin(struct pdf_file *file)
{
    *file = (struct pdf_file){0};
    pdf_reserve(file); /* number 0 heads the list of free objects: 7.5.4 */
    buffer_text(&file->bytes, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
}

void pdf_free(struct pdf_file *file)
{
    buffer_free(&file->bytes);
    buffer_free(&file->packed);
    buffer_free(&file->packed_index);
    buffer_free(&file->places);
}

struct buffer *pdf_object(struct pdf_file *file, int number)
{
    if (file->packed_count > 0) buffer_char(&file->packed, '\n');
    *place_of(file, number) = (struct place){true, (size_t)file->packed_count++};
    buffer_printf(&file->packed_index, "%d %zu ", number, file->packed.size);
    return &file->packed;
}

void pdf_stream(struct pdf_file *file, int number, const char *dictionary, struct bytes deflated)
{
    *place_of(file, number) = (struct place){false, file->bytes.size};
    buffer_printf(&file->bytes, "%d 0 obj\n<<%s/Filter/FlateDecode/Length %zu>>stream\n", number, dictionary,
                  deflated.size);
    buffer_add(&file->bytes, deflated);
    buffer_text(&file->bytes, "\nendstream\nendobj\n");
}

static int write_packed(struct pdf_file *file)
{
    CLEANUP_BUFFER struct buffer whole = BUFFER_EMPTY, deflated = BUFFER_EMPTY, dictionary = BUFFER_EMPTY;
    buffer_add(&whole, buffer_bytes(&file->packed_index));
    buffer_add(&whole, buffer_bytes(&file->packed));
    pdf_deflate(&deflated, buffer_bytes(&whole));
    buffer_printf(&dictionary, "/Type/ObjStm/N %d/First %zu", file->packed_count, file->packed_index.size);
    buffer_char(&dictionary, '\0');
    int number = pdf_reserve(file);
    pdf_stream(file, number, (const char *)dictionary.data, buffer_bytes(&deflated));
    return number;
}

static void add_row(struct buffer *rows, int type, size_t where, int index)
{
    const uint8_t row[] = {(uint8_t)type,  (uint8_t)(where >> 16), (uint8_t)(where >> 8),
                           (uint8_t)where, (uint8_t)(index >> 8),  (uint8_t)index};
    buffer_add(rows, BYTES(row));
}

void pdf_end(struct pdf_file *file, int catalog, int information)
{
    int pack = write_packed(file), table = pdf_reserve(file);
    size_t start = file->bytes.size;
    place_of(file, table)->at = start;
    CLEANUP_BUFFER struct buffer rows = BUFFER_EMPTY, deflated = BUFFER_EMPTY, dictionary = BUFFER_EMPTY;
    add_row(&rows, 0, 0, 65535);
    for (int i = 1; i <= table; i++) {
        const struct place *place = place_of(file, i);
        add_row(&rows, place->is_packed ? 2 : 1, place->is_packed ? (size_t)pack : place->at,
                place->is_packed ? (int)place->at : 0);
    }
    pdf_deflate(&deflated, buffer_bytes(&rows));
    buffer_printf(&dictionary, "/Type/XRef/W[1 3 2]/Size %d/Root %d 0 R/Info %d 0 R", table + 1, catalog, information);
    buffer_char(&dictionary, '\0');
    pdf_stream(file, table, (const char *)dictionary.data, buffer_bytes(&deflated));
    buffer_printf(&file->bytes, "startxref\n%zu\n%%%%EOF\n", start);
}

void pdf_deflate(struct buffer *target, struct bytes source)
{
    static z_stream stream; /* the process's one: its quarter of a megabyte costs more to get than to use */
    if (!stream.state && deflateInit(&stream, 4) != Z_OK) abort(); /* no memory: as buffer.h */
    uint8_t room[4096];
    stream.next_in = (z_const Bytef *)(uintptr_t)source.data;
    stream.avail_in = (uInt)source.size;
    int status;
    do {
        stream.next_out = room;
        stream.avail_out = sizeof room;
        status = deflate(&stream, Z_FINISH);
        buffer_add(target, (struct bytes){room, sizeof room - stream.avail_out});
    } while (status != Z_STREAM_END);
    deflateReset(&stream);
}

uint32_t pdf_read_code(const char *digits)
{
    uint32_t code = 0;
    for (int i = 0; i < 4; i++)
        code = code << 4 | (uint32_t)(digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'A' + 10);
    return code;
}

void pdf_put_code(char *digits, uint32_t code)
{
    for (int i = 3; i >= 0; i--, code >>= 4) digits[i] = "0123456789ABCDEF"[code & 15];
}

void pdf_number(struct buffer *target, double number)
{
    long hundredths = lround(number * 100);
    if (hundredths < 0) buffer_char(target, '-');
    hundredths = labs(hundredths);
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = ' ';
    if (hundredths % 100 != 0) {
        if (hundredths % 10 != 0) digits[--at] = (char)('0' + hundredths % 10);
        digits[--at] = (char)('0' + hundredths / 10 % 10);
        digits[--at] = '.';
    }
    hundredths /= 100;
    do digits[--at] = (char)('0' + hundredths % 10);
    while ((hundredths /= 10) > 0);
    buffer_add(target, (struct bytes){(const uint8_t *)digits + at, sizeof digits - at});
}

void pdf_text_string(struct buffer *target, const char *text, size_t size)
{
    buffer_text(target, "<FEFF");
    for (size_t i = 0; i < size;) {
        ucs4_t character;
        i += (size_t)u8_mbtouc(&character, (const uint8_t *)text + i, size - i);
        uint16_t units[2];
        int count = u16_uctomb(units, character, 2);
        for (int k = 0; k < count; k++) buffer_printf(target, "%04X", units[k]);
    }
    buffer_char(target, '>');
}
