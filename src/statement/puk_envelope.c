#include "statement/puk_envelope.h"

#include "base/turkish.h"

#include <string.h>

#define FIRST_LINE "divit puk 1\n"
#define KEY_DIGITS 64
#define PUK_DIGITS_MIN 4
#define PUK_DIGITS_MAX 8
#define SERIAL_MAX 64

struct bytes puk_envelope_write(struct arena *arena, const struct puk_envelope *envelope)
{
    return bytes_of_text(
        arena_printf(arena, FIRST_LINE "%s\n%s\n%s\n", envelope->card_serial, envelope->public_key, envelope->puk));
}

/* The line at *at, without its LF, and on to the next; NULL without one. */
static const char *next_line(struct arena *arena, const char **at, const char *end)
{
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));
    if (stop == NULL) return NULL;
    const char *line = bytes_to_text(arena, (struct bytes){(const uint8_t *)*at, (size_t)(stop - *at)});
    *at = stop + 1;
    return line;
}

static bool is_puk(const char *text)
{
    size_t length = strlen(text);
    return length >= PUK_DIGITS_MIN && length <= PUK_DIGITS_MAX && ascii_is_digits(text);
}

enum err puk_envelope_read(struct arena *arena, struct bytes plain, struct puk_envelope *ret_envelope)
{
    const size_t first = sizeof FIRST_LINE - 1;
    if (plain.size < first || memcmp(plain.data, FIRST_LINE, first) != 0)
        return err_set(ERR_INVALID, "not a PUK's envelope");
    const char *at = (const char *)plain.data + first, *end = (const char *)plain.data + plain.size;
    struct puk_envelope envelope = {.card_serial = next_line(arena, &at, end)};
    if (envelope.card_serial != NULL) envelope.public_key = next_line(arena, &at, end);
    if (envelope.public_key != NULL) envelope.puk = next_line(arena, &at, end);
    if (envelope.puk == NULL || at != end || !is_puk(envelope.puk) || strlen(envelope.card_serial) > SERIAL_MAX ||
        strlen(envelope.public_key) != KEY_DIGITS || strspn(envelope.public_key, "0123456789abcdef") != KEY_DIGITS)
        return err_set(ERR_INVALID, "a PUK's envelope");
    *ret_envelope = envelope;
    return ERR_NONE;
}
