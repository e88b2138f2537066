/*
 * 100,000 changed statements, of every type: each is refused, or is another statement in its one form (spec 10: a reader
 * parses, writes again, and refuses unless the bytes are the same). The texts changed are those of the corpus.
 */
#include "base/file.h"
#include "statements.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUTATIONS 100000

static const char *folder; /* the corpus */
static uint64_t seed = 88172645463325252u;

static size_t below(size_t limit)
{
    seed ^= seed << 13; /* xorshift64: the same changes in every run */
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return limit == 0 ? 0 : (size_t)(seed % limit);
}

struct text {
    uint8_t data[8192];
    size_t size;
};

static void splice(struct text *text, size_t at, size_t gone, const void *new, size_t size)
{
    if (at + gone > text->size || text->size - gone + size > sizeof text->data) return;
    memmove(text->data + at + size, text->data + at + gone, text->size - at - gone);
    memcpy(text->data + at, new, size);
    text->size = text->size - gone + size;
}

static void line_at(const struct text *text, size_t at, size_t *ret_begin, size_t *ret_size)
{
    size_t begin = at, end = at;
    while (begin > 0 && text->data[begin - 1] != '\n') begin--;
    while (end < text->size && text->data[end] != '\n') end++;
    *ret_begin = begin;
    *ret_size = end < text->size ? end + 1 - begin : end - begin;
}

/* What people and programs get wrong, and what somebody would try. */
static const char *const bits[] = {
    "-",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    ":",
    ": ",
    "0",
    "1",
    "9",
    "a",
    "A",
    "f",
    "+",
    ".",
    "/",
    "evet",
    "hayır",
    "Z",
    "\xc2\xa0",
    "\xe2\x80\x8b",
    "\xe2\x80\xae",
    "\xef\xbb\xbf",
    "I\xcc\x87",
    "\xc4\xb0",
    "\xff",
    "\xc0\x80",
    "2026-02-30T00:00:00Z",
    "18446744073709551617",
    "Sunucu: x\n",
    "Onay: evet\n",
    "\x7f",
};
#define BITS_COUNT (sizeof bits / sizeof *bits)

static void change(struct text *text)
{
    size_t at = below(text->size), begin, size;
    const char *bit = bits[below(BITS_COUNT)];
    uint8_t line[2048], byte = (uint8_t)below(256);
    line_at(text, at, &begin, &size);
    if (size > sizeof line) size = sizeof line;
    memcpy(line, text->data + begin, size);
    switch (below(8)) {
    case 0: text->data[at] ^= (uint8_t)(1 << below(8)); break;
    case 1: splice(text, at, 1, &byte, 1); break;
    case 2: splice(text, at, 0, bit, strlen(bit)); break;
    case 3: splice(text, at, 1 + below(4), bit, strlen(bit)); break;
    case 4: splice(text, at, 1 + below(8), "", 0); break;
    case 5: splice(text, begin, size, "", 0); break; /* a line less */
    case 6: splice(text, begin, 0, line, size); break; /* a line twice */
    default: /* a line elsewhere */
        splice(text, begin, size, "", 0);
        line_at(text, below(text->size), &begin, &(size_t){0});
        splice(text, begin, 0, line, size);
    }
}

static struct text read_text(struct arena *arena, const struct statement_reader *reader)
{
    struct bytes content;
    char name[32];
    struct text text = {.size = 0};
    assert_int_equal(sscanf(reader->first_line, "divit %31s", name), 1);
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    if (file_read(arena, path, sizeof text.data, &content) != ERR_NONE) fail_msg("%s is missing", path);
    memcpy(text.data, content.data, content.size);
    text.size = content.size;
    return text;
}

static void each_type_reads_its_own(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < statement_readers_count; i++) {
        struct text text = read_text(arena, &statement_readers[i]);
        struct bytes again;
        if (statement_readers[i].again(arena, (struct bytes){text.data, text.size}, &again) != ERR_NONE)
            fail_msg("%s: %s", statement_readers[i].first_line, err_detail());
        for (size_t k = 0; k < statement_readers_count; k++) { /* and nobody else's */
            if (k == i) continue;
            assert_int_equal(statement_readers[k].again(arena, (struct bytes){text.data, text.size}, &again),
                             ERR_INVALID);
        }
    }
}

static void changed_ones_are_refused_or_in_their_one_form(void **state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    size_t refused = 0, others = 0;
    for (size_t i = 0; i < statement_readers_count; i++) {
        const struct text good = read_text(arena, &statement_readers[i]);
        for (size_t k = 0; k < MUTATIONS / statement_readers_count + 1; k++) {
            struct text text = good;
            CLEANUP_ARENA struct arena *one = arena_new();
            for (size_t changes = 1 + below(3); changes > 0; changes--) change(&text);
            struct bytes changed = {text.data, text.size}, again;
            enum err error = statement_readers[i].again(one, changed, &again);
            if (error == ERR_NONE) assert_true(bytes_equal(changed, again));
            else assert_int_equal(error, ERR_INVALID);
            refused += error != ERR_NONE;
            others += error == ERR_NONE;
        }
    }
    assert_true(refused + others >= MUTATIONS);
    printf("%zu changed statements: %zu refused, %zu another statement in its one form\n", refused + others, refused,
           others);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 1;
    folder = argv[1];
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_type_reads_its_own),
                                       cmocka_unit_test(changed_ones_are_refused_or_in_their_one_form)};
    return cmocka_run_group_tests_name("statement-mutations", tests, NULL, NULL);
}
