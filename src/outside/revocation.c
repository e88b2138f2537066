#include "outside/revocation.h"

#include "outside/client.h"

#include <string.h>

static enum err get(struct arena *arena, const char *url, const char *media_type, struct bytes *ret_body)
{
    const struct client_request request = {.url = url};
    struct client_answer answer;
    if (client_ask(arena, &request, &answer) != CLIENT_ANSWERED)
        return err_set(ERR_UNAVAILABLE, "revocation evidence: %s", arena_text(arena, err_detail()));
    if (answer.status != 200 || strcmp(answer.media_type, media_type) != 0)
        return err_set(ERR_UNAVAILABLE, "revocation evidence: status %d, %s", answer.status, answer.media_type);
    *ret_body = answer.body;
    return ERR_NONE;
}

/* base64 with what a path may not hold in hexadecimal. */
static const char *path_of(struct arena *arena, struct bytes request)
{
    CLEANUP_BUFFER struct buffer path = BUFFER_EMPTY;
    for (const char *at = base64_encode(arena, request); *at != '\0'; at++) {
        if (strchr("+/=", *at) != NULL) buffer_printf(&path, "%%%02X", (unsigned)*at);
        else buffer_char(&path, *at);
    }
    return buffer_to_text(&path, arena);
}

enum err revocation_ask_ocsp(struct arena *arena, const char *url, struct bytes request, struct bytes *ret_answer)
{
    return get(arena, arena_printf(arena, "%s/%s", url, path_of(arena, request)), "application/ocsp-response",
               ret_answer);
}

enum err revocation_get_crl(struct arena *arena, const char *url, struct bytes *ret_crl)
{
    return get(arena, url, "application/pkix-crl", ret_crl); /* RFC 2585 4.2 */
}
