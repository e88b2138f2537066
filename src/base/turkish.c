#include "base/turkish.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

typedef uint8_t *(*case_mapper)(const uint8_t *text, size_t size, const char *language, uninorm_t form, uint8_t *buffer,
                                size_t *size_out);

/* libunistring answers NULL for text that is not UTF-8 or when memory ran out; the second ends the process (arena.h). */
static const char *take_result(struct arena *arena, uint8_t *result, size_t size, const char *source)
{
    if (result == NULL) {
        if (errno == ENOMEM) {
            fputs("out of memory\n", stderr);
            _Exit(70);
        }
        return arena_text(arena, source);
    }
    const char *text = arena_text_n(arena, (const char *)result, size);
    free(result);
    return text;
}

static const char *map_case(struct arena *arena, case_mapper mapper, const char *text)
{
    if (text == NULL) return NULL;
    if (*text == '\0') return "";
    size_t size = 0;
    uint8_t *result = mapper((const uint8_t *)text, strlen(text), "tr", UNINORM_NFC, NULL, &size);
    return take_result(arena, result, size, text);
}

static uint8_t *map_title(const uint8_t *text, size_t size, const char *language, uninorm_t form, uint8_t *buffer,
                          size_t *size_out)
{
    return u8_totitle(text, size, language, form, buffer, size_out);
}

const char *turkish_upper(struct arena *arena, const char *text)
{
    return map_case(arena, u8_toupper, text);
}

const char *turkish_lower(struct arena *arena, const char *text)
{
    return map_case(arena, u8_tolower, text);
}

const char *turkish_title(struct arena *arena, const char *text)
{
    return map_case(arena, map_title, text);
}

static bool is_space(ucs4_t character)
{
    return uc_is_property_white_space(character);
}

/* Outer white space gone; inner runs one space when `one_space`. */
static const char *trim(struct arena *arena, const char *text, bool one_space)
{
    size_t size = strlen(text);
    char *trimmed = arena_alloc(arena, size + 1);
    size_t used = 0, kept = 0; /* kept: up to the last character that is no space */
    bool after_space = true;
    for (const uint8_t *at = (const uint8_t *)text; *at != '\0';) {
        ucs4_t character;
        int length = u8_strmbtouc(&character, at);
        if (length <= 0) {
            character = *at;
            length = 1;
        }
        bool space = is_space(character);
        if (space && (kept == 0 || (one_space && after_space))) {
            at += length;
            continue;
        }
        if (space && one_space) {
            trimmed[used++] = ' ';
        } else {
            memcpy(trimmed + used, at, (size_t)length);
            used += (size_t)length;
        }
        after_space = space;
        if (!space) kept = used;
        at += length;
    }
    trimmed[kept] = '\0';
    return trimmed;
}

const char *turkish_name(struct arena *arena, const char *text)
{
    if (text == NULL) return NULL;
    return turkish_upper(arena, trim(arena, text, true));
}

bool turkish_same_name(const char *a, const char *b)
{
    struct arena *arena = arena_new();
    bool same = strcmp(turkish_name(arena, a), turkish_name(arena, b)) == 0;
    arena_free(arena);
    return same;
}

/* The place of a lower-case letter in the alphabet; q, w, x and circumflexed vowels stand where lists put them. */
static uint32_t letter_weight(ucs4_t letter)
{
    static const ucs4_t alphabet[] = {'a', 'b',   'c', 0xE7, 'd',  'e', 'f', 'g',  0x11F, 'h', 0x131,
                                      'i', 'j',   'k', 'l',  'm',  'n', 'o', 0xF6, 'p',   'q', 'r',
                                      's', 0x15F, 't', 'u',  0xFC, 'v', 'w', 'x',  'y',   'z'};
    if (letter == 0xE2) letter = 'a'; /* â */
    if (letter == 0xEE) letter = 'i'; /* î */
    if (letter == 0xFB) letter = 'u'; /* û */
    for (size_t i = 0; i < sizeof alphabet / sizeof alphabet[0]; i++) {
        if (alphabet[i] == letter) return 0x100 + (uint32_t)i;
    }
    return letter < 0x80 ? letter : 0x200 + letter; /* spaces and digits before letters, the rest after */
}

int turkish_compare(const char *a, const char *b)
{
    struct arena *arena = arena_new();
    const uint8_t *at_a = (const uint8_t *)turkish_lower(arena, a);
    const uint8_t *at_b = (const uint8_t *)turkish_lower(arena, b);
    int order = 0;
    while (order == 0) {
        ucs4_t letter_a = 0, letter_b = 0;
        int length_a = u8_strmbtouc(&letter_a, at_a), length_b = u8_strmbtouc(&letter_b, at_b);
        if (length_a <= 0 || length_b <= 0) {
            order = (length_a > 0) - (length_b > 0);
            break;
        }
        uint32_t weight_a = letter_weight(letter_a), weight_b = letter_weight(letter_b);
        order = (weight_a > weight_b) - (weight_a < weight_b);
        at_a += length_a;
        at_b += length_b;
    }
    arena_free(arena);
    return order != 0 ? order : strcmp(a, b); /* a total order: equal letters by their bytes */
}

bool text_is_utf8(const char *text)
{
    return u8_check((const uint8_t *)text, strlen(text)) == NULL;
}

size_t text_length(const char *text)
{
    return u8_mbsnlen((const uint8_t *)text, strlen(text));
}

/* Characters that are not seen but change what is seen, or are no characters at all. */
static bool is_refused(ucs4_t character)
{
    if (character < 0x20 || (character >= 0x7F && character < 0xA0)) return true; /* controls */
    if (character == 0x00AD || character == 0x034F || character == 0x061C || character == 0x180E) return true;
    if (character >= 0x200B && character <= 0x200F) return true; /* zero width, direction marks */
    if (character >= 0x2028 && character <= 0x202E) return true; /* separators, embeddings, overrides */
    if (character >= 0x2060 && character <= 0x206F) return true; /* joiners, isolates */
    if (character == 0xFEFF || (character >= 0xFFF9 && character <= 0xFFFB)) return true;
    if (character >= 0xE0000 && character <= 0xE007F) return true; /* tags */
    return uc_is_property_not_a_character(character) || uc_is_general_category(character, UC_CATEGORY_Co);
}

enum err text_clean(struct arena *arena, const char *text, const char **ret_text)
{
    if (!text_is_utf8(text)) return err_set(ERR_INVALID, "not UTF-8");
    const char *trimmed = trim(arena, text, false);
    for (const uint8_t *at = (const uint8_t *)trimmed; *at != '\0';) {
        ucs4_t character;
        at += u8_strmbtouc(&character, at);
        if (is_refused(character)) return err_set(ERR_INVALID, "character U+%04X", (unsigned)character);
    }
    if (*trimmed == '\0') {
        *ret_text = "";
        return ERR_NONE;
    }
    size_t size = 0;
    uint8_t *normal = u8_normalize(UNINORM_NFC, (const uint8_t *)trimmed, strlen(trimmed), NULL, &size);
    *ret_text = take_result(arena, normal, size, trimmed);
    return ERR_NONE;
}

const char *text_without_refused(struct arena *arena, const char *text)
{
    char *kept = arena_alloc(arena, strlen(text) + 1), *to = kept;
    for (const uint8_t *at = (const uint8_t *)text; *at != '\0';) {
        ucs4_t character;
        int size = u8_strmbtouc(&character, at);
        if (!is_refused(character)) to = mempcpy(to, at, (size_t)size);
        else if (uc_is_property_white_space(character)) *to++ = ' '; /* a tab, a line's end: words stay apart */
        at += size;
    }
    const char *clean;
    return text_clean(arena, kept, &clean) == ERR_NONE ? clean : "";
}

/* What decomposition does not turn into ASCII, NULL if nothing does. */
static const char *ascii_counterpart(ucs4_t character)
{
    switch (character) {
    case 0x131: return "i";
    case 0xDF: return "ss";
    case 0xC6: return "AE";
    case 0xE6: return "ae";
    case 0xD8: return "O";
    case 0xF8: return "o";
    case 0x2018:
    case 0x2019: return "'";
    case 0x201C:
    case 0x201D: return "\"";
    case 0x2013:
    case 0x2014: return "-";
    case 0xA0: return " ";
    default: return NULL;
    }
}

const char *text_to_ascii(struct arena *arena, const char *text)
{
    if (*text == '\0') return "";
    size_t size = 0;
    uint8_t *apart = u8_normalize(UNINORM_NFKD, (const uint8_t *)text, strlen(text), NULL, &size);
    const char *decomposed = take_result(arena, apart, size, text);
    char *ascii = arena_alloc(arena, 2 * strlen(decomposed) + 1);
    size_t used = 0;
    for (const uint8_t *at = (const uint8_t *)decomposed; *at != '\0';) {
        ucs4_t character;
        int length = u8_strmbtouc(&character, at);
        at += length > 0 ? length : 1;
        if (length > 0 && character < 0x80) {
            ascii[used++] = (char)character;
            continue;
        }
        if (length > 0 && uc_is_general_category(character, UC_CATEGORY_M)) continue; /* the mark of a letter before */
        const char *counterpart = length > 0 ? ascii_counterpart(character) : NULL;
        for (const char *letter = counterpart != NULL ? counterpart : "?"; *letter != '\0'; letter++)
            ascii[used++] = *letter;
    }
    ascii[used] = '\0';
    return ascii;
}

/*
 * Windows-1254 is Latin-1 but for these (Unicode's CP1254.TXT). By table and not by iconv, which loads its modules from
 * disk, where a confined process may not look.
 */
static ucs4_t from_windows_1254(uint8_t byte)
{
    static const uint16_t from_0x80[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                           0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0,      0,
                                           0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                           0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0,      0x0178};
    if (byte >= 0x80 && byte < 0xA0) return from_0x80[byte - 0x80];
    switch (byte) {
    case 0xD0: return 0x11E; /* Ğ */
    case 0xDD: return 0x130; /* İ */
    case 0xDE: return 0x15E; /* Ş */
    case 0xF0: return 0x11F; /* ğ */
    case 0xFD: return 0x131; /* ı */
    case 0xFE: return 0x15F; /* ş */
    default: return byte;
    }
}

enum err text_from_windows_1254(struct arena *arena, const char *text, const char **ret_text)
{
    size_t size = strlen(text);
    uint8_t *utf8 = arena_alloc(arena, 3 * size + 1);
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        ucs4_t character = from_windows_1254((uint8_t)text[i]);
        if (character == 0) return err_set(ERR_INVALID, "byte 0x%02x is not Windows-1254", (unsigned)(uint8_t)text[i]);
        used += (size_t)u8_uctomb(utf8 + used, character, (ptrdiff_t)(3 * size + 1 - used));
    }
    utf8[used] = '\0';
    *ret_text = (const char *)utf8;
    return ERR_NONE;
}

static int ascii_lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : (unsigned char)letter;
}

bool ascii_equal_fold(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        if (ascii_lower(*a) != ascii_lower(*b)) return false;
    }
    return *a == *b;
}

bool ascii_is_digits(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}
