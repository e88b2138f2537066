/*
 * Purpose: writes and reads DER (X.690): each piece is made whole in the arena and put into the next. Private to pki.
 */
#ifndef DIVIT_PKI_DER_H
#define DIVIT_PKI_DER_H

#include "base/bytes.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8_STRING = 0x0c,
    DER_PRINTABLE_STRING = 0x13,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
};
#define DER_CONTEXT(number) (0x80 | (number)) /* IMPLICIT, primitive */
#define DER_EXPLICIT(number) (0xa0 | (number)) /* or IMPLICIT of a constructed type */

struct bytes der_join(struct arena *arena, int tag, const struct bytes *parts, size_t count);
/* DER(arena, DER_SEQUENCE, part, part): parts without bytes are simply not there. */
#define DER(arena, tag, ...)                                                                                           \
    der_join((arena), (tag), (const struct bytes[]){__VA_ARGS__},                                                      \
             sizeof((const struct bytes[]){__VA_ARGS__}) / sizeof(struct bytes))
#define DER_NOTHING ((struct bytes){0})

struct bytes der_oid(struct arena *arena, const char *dotted);
struct bytes der_integer(struct arena *arena, int64_t value); /* 0 or more */
struct bytes der_unsigned(struct arena *arena, struct bytes big_endian);
struct bytes der_text(struct arena *arena, int tag, const char *text);
struct bytes der_bit_string(struct arena *arena, struct bytes bits); /* whole bytes */
struct bytes der_named_bits(struct arena *arena, unsigned bits); /* bit n is 1 << n; at most 16 */
struct bytes der_true(void);
struct bytes der_time(struct arena *arena, int64_t time_s); /* UTCTime until 2049: RFC 5280 4.1.2.5 */
struct bytes der_generalized_time(struct arena *arena, int64_t time_s);
struct bytes der_set_of(struct arena *arena, int tag, struct bytes *members, size_t count); /* sorts: X.690 11.6 */
struct bytes der_extension(struct arena *arena, const char *oid, bool is_critical, struct bytes value);

/* A cursor over the content of a constructed value. */
struct der_reader {
    struct bytes rest;
};
struct der_value {
    int tag;
    struct bytes content;
    struct bytes whole; /* with tag and length */
};
/* ERR_INVALID at the end, and for lengths that are not minimal, indefinite or too long, and for tags over 30. */
enum err der_next(struct der_reader *reader, struct der_value *ret_value) MUST_CHECK;
enum err der_expect(struct der_reader *reader, int tag, struct der_value *ret_value) MUST_CHECK;
bool der_at_end(const struct der_reader *reader);
bool der_is_oid(const struct der_value *value, const char *dotted);

#endif
