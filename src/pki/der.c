#include "pki/der.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static size_t put_length(uint8_t header[5], size_t size)
{
    if (size < 0x80) {
        header[0] = (uint8_t)size;
        return 1;
    }
    size_t octets = 1;
    while (octets < 4 && (size >> (8 * octets)) != 0) octets++;
    header[0] = (uint8_t)(0x80 | octets);
    for (size_t i = 0; i < octets; i++) header[1 + i] = (uint8_t)(size >> (8 * (octets - 1 - i)));
    return 1 + octets;
}

struct bytes der_join(struct arena *arena, int tag, const struct bytes *parts, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) size += parts[i].size;
    uint8_t header[5];
    size_t header_size = put_length(header, size);
    uint8_t *whole = arena_alloc(arena, 1 + header_size + size);
    whole[0] = (uint8_t)tag;
    memcpy(whole + 1, header, header_size);
    uint8_t *at = whole + 1 + header_size;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size == 0) continue;
        memcpy(at, parts[i].data, parts[i].size);
        at += parts[i].size;
    }
    return (struct bytes){whole, 1 + header_size + size};
}

static size_t put_arc(uint8_t *target, unsigned long long arc)
{
    uint8_t digits[10];
    size_t count = 0;
    do {
        digits[count++] = (uint8_t)(arc & 0x7f);
        arc >>= 7;
    } while (arc != 0);
    for (size_t i = 0; i < count; i++) target[i] = (uint8_t)(digits[count - 1 - i] | (i + 1 < count ? 0x80 : 0));
    return count;
}

struct bytes der_oid(struct arena *arena, const char *dotted)
{
    size_t capacity = 10 * (strlen(dotted) + 1);
    uint8_t *content = arena_alloc(arena, capacity);
    size_t size = 0;
    char *rest = NULL;
    unsigned long long first = strtoull(dotted, &rest, 10);
    unsigned long long second = *rest == '.' ? strtoull(rest + 1, &rest, 10) : 0;
    size += put_arc(content, first * 40 + second);
    while (*rest == '.') size += put_arc(content + size, strtoull(rest + 1, &rest, 10));
    return DER(arena, DER_OID, {content, size});
}

struct bytes der_unsigned(struct arena *arena, struct bytes big_endian)
{
    static const uint8_t zero[1] = {0};
    while (big_endian.size > 1 && big_endian.data[0] == 0) {
        big_endian.data++;
        big_endian.size--;
    }
    if (big_endian.size == 0) big_endian = BYTES(zero);
    struct bytes sign = (big_endian.data[0] & 0x80) ? BYTES(zero) : DER_NOTHING;
    return DER(arena, DER_INTEGER, sign, big_endian);
}

struct bytes der_integer(struct arena *arena, int64_t value)
{
    uint8_t octets[8];
    for (int i = 0; i < 8; i++) octets[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
    return der_unsigned(arena, BYTES(octets));
}

struct bytes der_text(struct arena *arena, int tag, const char *text)
{
    return DER(arena, tag, bytes_of_text(text));
}

struct bytes der_bit_string(struct arena *arena, struct bytes bits)
{
    static const uint8_t unused[1] = {0};
    return DER(arena, DER_BIT_STRING, BYTES(unused), bits);
}

struct bytes der_named_bits(struct arena *arena, unsigned bits)
{
    /* X.690 11.2.2: trailing zero bits are not written. */
    uint8_t content[3] = {0};
    int last = -1;
    for (int i = 0; i < 16; i++) {
        if (!(bits & (1u << i))) continue;
        content[1 + i / 8] |= (uint8_t)(0x80 >> (i % 8));
        last = i;
    }
    if (last >= 0) content[0] = (uint8_t)(7 - last % 8);
    return DER(arena, DER_BIT_STRING, {content, last < 0 ? 1 : (size_t)(2 + last / 8)});
}

struct bytes der_true(void)
{
    static const uint8_t value[] = {DER_BOOLEAN, 1, 0xff};
    return BYTES(value);
}

static struct bytes time_text(struct arena *arena, int64_t time_s, int tag)
{
    time_t seconds = (time_t)time_s;
    struct tm parts;
    char text[32];
    if (gmtime_r(&seconds, &parts) == NULL) memset(&parts, 0, sizeof parts);
    strftime(text, sizeof text, tag == DER_UTC_TIME ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ", &parts);
    return der_text(arena, tag, text);
}

struct bytes der_time(struct arena *arena, int64_t time_s)
{
    const int64_t year_2050_s = INT64_C(2524608000);
    return time_text(arena, time_s, time_s < year_2050_s ? DER_UTC_TIME : DER_GENERALIZED_TIME);
}

struct bytes der_generalized_time(struct arena *arena, int64_t time_s)
{
    return time_text(arena, time_s, DER_GENERALIZED_TIME);
}

static int compare_members(const void *a, const void *b)
{
    const struct bytes *left = a, *right = b;
    size_t common = left->size < right->size ? left->size : right->size;
    int order = memcmp(left->data, right->data, common);
    if (order != 0) return order;
    return (left->size > right->size) - (left->size < right->size);
}

struct bytes der_set_of(struct arena *arena, int tag, struct bytes *members, size_t count)
{
    qsort(members, count, sizeof *members, compare_members);
    return der_join(arena, tag, members, count);
}

struct bytes der_extension(struct arena *arena, const char *oid, bool is_critical, struct bytes value)
{
    return DER(arena, DER_SEQUENCE, der_oid(arena, oid), is_critical ? der_true() : DER_NOTHING,
               DER(arena, DER_OCTET_STRING, value));
}

enum err der_next(struct der_reader *reader, struct der_value *ret_value)
{
    struct bytes rest = reader->rest;
    if (rest.size < 2) return err_set(ERR_INVALID, "DER ends early");
    if ((rest.data[0] & 0x1f) == 0x1f) return err_set(ERR_INVALID, "DER tag over 30");
    size_t size = rest.data[1], header = 2;
    if (size >= 0x80) {
        size_t octets = size & 0x7f;
        if (octets == 0 || octets > 4 || rest.size < 2 + octets) return err_set(ERR_INVALID, "DER length");
        size = 0;
        for (size_t i = 0; i < octets; i++) size = size << 8 | rest.data[2 + i];
        if (size < 0x80 || (octets > 1 && rest.data[2] == 0)) return err_set(ERR_INVALID, "DER length not minimal");
        header += octets;
    }
    if (size > rest.size - header) return err_set(ERR_INVALID, "DER value ends early");
    *ret_value = (struct der_value){rest.data[0], {rest.data + header, size}, {rest.data, header + size}};
    reader->rest = (struct bytes){rest.data + header + size, rest.size - header - size};
    return ERR_NONE;
}

enum err der_expect(struct der_reader *reader, int tag, struct der_value *ret_value)
{
    struct der_reader ahead = *reader;
    struct der_value value;
    TRY(der_next(&ahead, &value));
    if (value.tag != tag) return err_set(ERR_INVALID, "DER tag %02x instead of %02x", value.tag, tag);
    *reader = ahead;
    *ret_value = value;
    return ERR_NONE;
}

bool der_at_end(const struct der_reader *reader)
{
    return reader->rest.size == 0;
}

bool der_is_oid(const struct der_value *value, const char *dotted)
{
    struct arena *arena = arena_new();
    bool is_same = value->tag == DER_OID && bytes_equal(value->whole, der_oid(arena, dotted));
    arena_free(arena);
    return is_same;
}
