#include "identity/identity.h"

#define TOTP_SECRET_SIZE 20

struct bytes demo_totp_secret(struct arena *arena, const char *link_token)
{
    struct bytes digest = sha256(arena, bytes_of_text(arena_printf(arena, "divit demo totp\n%s", link_token)));
    return (struct bytes){digest.data, TOTP_SECRET_SIZE};
}
