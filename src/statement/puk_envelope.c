#include "statement/puk_envelope.h"

#include "statement/lines.h"

#include <string.h>

#define FIRST_LINE "divit puk 1"
#define SERIAL_MAX 64

struct bytes puk_envelope_write(struct arena *arena, const struct puk_envelope *envelope)
{
    return bytes_of_text(
        arena_printf(arena, FIRST_LINE "\n%s\n%s\n%s\n", envelope->card_serial, envelope->public_key, envelope->puk));
}

enum err puk_envelope_read(struct arena *arena, struct bytes plain, struct puk_envelope *ret_envelope)
{
    const char *lines[3];
    TRY(lines_read(arena, plain, FIRST_LINE, lines, 3));
    if (strlen(lines[0]) > SERIAL_MAX || !is_lower_hex(lines[1], 64, 64) || !is_digits(lines[2], 4, 8))
        return err_set(ERR_INVALID, "a PUK's envelope");
    *ret_envelope = (struct puk_envelope){lines[0], lines[1], lines[2]};
    return ERR_NONE;
}
