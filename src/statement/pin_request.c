#include "statement/pin_request.h"

#include "statement/lines.h"

#define FIRST_LINE "divit pin 1"

struct bytes pin_request_write(struct arena *arena, const struct pin_request *request)
{
    return bytes_of_text(
        arena_printf(arena, FIRST_LINE "\n%s\n%s\n%s\n", request->serial, request->code, request->key));
}

enum err pin_request_read(struct arena *arena, struct bytes plain, struct pin_request *ret_request)
{
    const char *lines[3];
    TRY(lines_read(arena, plain, FIRST_LINE, lines, 3));
    if (!is_lower_hex(lines[0], 1, 40) || !is_digits(lines[1], 6, 6) || !is_lower_hex(lines[2], 64, 64))
        return err_set(ERR_INVALID, "a request for a PUK");
    *ret_request = (struct pin_request){lines[0], lines[1], lines[2]};
    return ERR_NONE;
}
