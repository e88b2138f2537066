#include "pki/cbor.h"

#include <string.h>

#define DEPTH_MAX 4 /* CTAP2 canonical CBOR: nesting of four levels at most */

enum cbor_kind { CBOR_UNSIGNED, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG, CBOR_SIMPLE };

static struct bytes take(struct cbor_reader *reader, size_t size)
{
    struct bytes taken = {reader->rest.data, size};
    reader->rest = (struct bytes){reader->rest.data + size, reader->rest.size - size};
    return taken;
}

/* Kind and argument (RFC 8949 3), the argument in its shortest form. */
static enum err read_head(struct cbor_reader *reader, enum cbor_kind *ret_kind, uint64_t *ret_value)
{
    if (reader->rest.size == 0) return err_set(ERR_INVALID, "CBOR: cut short");
    uint8_t first = take(reader, 1).data[0];
    unsigned info = first & 0x1f;
    uint64_t value = info;
    if (info > 27) return err_set(ERR_INVALID, "CBOR: indefinite or unknown length");
    if (info >= 24) {
        size_t octets = (size_t)1 << (info - 24);
        if (reader->rest.size < octets) return err_set(ERR_INVALID, "CBOR: cut short");
        struct bytes argument = take(reader, octets);
        value = 0;
        for (size_t i = 0; i < octets; i++) value = value << 8 | argument.data[i];
        uint64_t least = octets == 1 ? 24 : (uint64_t)1 << (octets * 4);
        if (value < least) return err_set(ERR_INVALID, "CBOR: not the shortest form");
    }
    *ret_kind = (enum cbor_kind)(first >> 5);
    *ret_value = value;
    return ERR_NONE;
}

static enum err expect_head(struct cbor_reader *reader, enum cbor_kind kind, uint64_t *ret_value)
{
    enum cbor_kind found;
    uint64_t value;
    TRY(read_head(reader, &found, &value));
    if (found != kind) return err_set(ERR_INVALID, "CBOR: another kind of value");
    *ret_value = value;
    return ERR_NONE;
}

static enum err read_string(struct cbor_reader *reader, enum cbor_kind kind, struct bytes *ret_bytes)
{
    uint64_t size;
    TRY(expect_head(reader, kind, &size));
    if (size > reader->rest.size) return err_set(ERR_INVALID, "CBOR: cut short");
    *ret_bytes = take(reader, (size_t)size);
    return ERR_NONE;
}

enum err cbor_integer(struct cbor_reader *reader, int64_t *ret_value)
{
    enum cbor_kind kind;
    uint64_t value;
    TRY(read_head(reader, &kind, &value));
    if (kind > CBOR_NEGATIVE || value > INT64_MAX) return err_set(ERR_INVALID, "CBOR: no integer");
    *ret_value = kind == CBOR_NEGATIVE ? -1 - (int64_t)value : (int64_t)value;
    return ERR_NONE;
}

enum err cbor_bytes(struct cbor_reader *reader, struct bytes *ret_bytes)
{
    return read_string(reader, CBOR_BYTES, ret_bytes);
}

enum err cbor_text(struct cbor_reader *reader, struct bytes *ret_text)
{
    return read_string(reader, CBOR_TEXT, ret_text);
}

enum err cbor_map(struct cbor_reader *reader, uint64_t *ret_pairs)
{
    return expect_head(reader, CBOR_MAP, ret_pairs);
}

enum err cbor_expect_integer(struct cbor_reader *reader, int64_t value)
{
    int64_t found;
    TRY(cbor_integer(reader, &found));
    return found == value ? ERR_NONE : err_set(ERR_INVALID, "CBOR: another number");
}

enum err cbor_expect_text(struct cbor_reader *reader, const char *text)
{
    struct bytes found;
    TRY(cbor_text(reader, &found));
    return bytes_equal(found, bytes_of_text(text)) ? ERR_NONE : err_set(ERR_INVALID, "CBOR: another word");
}

static enum err skip(struct cbor_reader *reader, int depth);

/* Keys by kind, then shorter first, then by their octets: in shortest form the first octet tells the first two. */
static bool key_follows(struct bytes previous, struct bytes key)
{
    if (previous.data[0] >> 5 != key.data[0] >> 5) return previous.data[0] >> 5 < key.data[0] >> 5;
    if (previous.size != key.size) return previous.size < key.size;
    return memcmp(previous.data, key.data, key.size) < 0;
}

static enum err skip_map(struct cbor_reader *reader, uint64_t pairs, int depth)
{
    struct bytes previous = {0};
    for (uint64_t i = 0; i < pairs; i++) {
        struct bytes key = reader->rest;
        TRY(skip(reader, depth - 1));
        key.size -= reader->rest.size;
        if (i > 0 && !key_follows(previous, key)) return err_set(ERR_INVALID, "CBOR: keys out of order");
        previous = key;
        TRY(skip(reader, depth - 1));
    }
    return ERR_NONE;
}

static enum err skip(struct cbor_reader *reader, int depth)
{
    struct cbor_reader start = *reader;
    enum cbor_kind kind;
    uint64_t value;
    if (depth < 0) return err_set(ERR_INVALID, "CBOR: too deep");
    TRY(read_head(reader, &kind, &value));
    switch (kind) {
    case CBOR_UNSIGNED:
    case CBOR_NEGATIVE: return ERR_NONE;
    case CBOR_BYTES:
    case CBOR_TEXT: *reader = start; return read_string(reader, kind, &(struct bytes){0});
    case CBOR_ARRAY:
        for (uint64_t i = 0; i < value; i++) TRY(skip(reader, depth - 1));
        return ERR_NONE;
    case CBOR_MAP: return skip_map(reader, value, depth);
    case CBOR_SIMPLE:
        if (start.rest.data[0] >= 0xf4 && start.rest.data[0] <= 0xf6) return ERR_NONE; /* false, true, null */
        return err_set(ERR_INVALID, "CBOR: floating point or unknown value");
    case CBOR_TAG: break;
    }
    return err_set(ERR_INVALID, "CBOR: a tag");
}

enum err cbor_skip(struct cbor_reader *reader)
{
    return skip(reader, DEPTH_MAX);
}

bool cbor_at_end(const struct cbor_reader *reader)
{
    return reader->rest.size == 0;
}
