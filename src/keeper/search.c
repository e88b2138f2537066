/* What is searched by: keyed hashes that only the keeper can make. */
#include "base/buffer.h"
#include "keeper/service.h"

struct bytes search_tag(struct keeper_service *service, struct arena *arena, const char *kind, const char *text)
{
    CLEANUP_BUFFER struct buffer message = BUFFER_EMPTY;
    buffer_text(&message, kind);
    buffer_char(&message, '\0'); /* stands in no text: kind and text cannot run into each other */
    buffer_text(&message, text);
    return hmac_sha256(arena, service->keys->keys[KEEPER_SEARCH], buffer_bytes(&message));
}

struct bytes person_tag(struct keeper_service *service, struct arena *arena, const char *identity_number)
{
    return search_tag(service, arena, "identity_number", identity_number);
}

struct bytes number_tag(struct keeper_service *service, struct arena *arena, const char *number)
{
    return search_tag(service, arena, "mobile", number);
}
