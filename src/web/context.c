#include "web/context.h"

#include "identity/identity.h"

#define ADDRESS_ATTEMPTS_MAX 30
#define ADDRESS_WINDOW_S (15 * 60)

struct web *web_of(struct http_request *request)
{
    return http_context(request);
}

struct actor web_actor(struct http_request *request, enum actor_kind kind, int64_t id)
{
    return (struct actor){
        .kind = kind, .id = id, .address = http_client_address(request), .request = http_request_id(request)};
}

enum err web_count_address(struct http_request *request, const char *kind, int64_t *ret_wait_s)
{
    return count_attempt(web_of(request)->db, http_arena(request), kind, http_client_address(request),
                         ADDRESS_ATTEMPTS_MAX, ADDRESS_WINDOW_S, ret_wait_s);
}

enum err web_count_address_right(struct http_request *request, const char *kind)
{
    return give_attempt_back(web_of(request)->db, http_arena(request), kind, http_client_address(request));
}

const char *web_wait_text(struct http_request *request, int64_t wait_s)
{
    struct arena *arena = http_arena(request);
    const char *text = TR("Too many attempts. Wait {count} seconds and try again");
    int64_t count = wait_s;
    if (wait_s > 5400) {
        text = TR("Too many attempts. Wait {count} hours and try again");
        count = (wait_s + 3599) / 3600;
    } else if (wait_s > 90) {
        text = TR("Too many attempts. Wait {count} minutes and try again");
        count = (wait_s + 59) / 60;
    }
    return tr_fill(arena, http_language(request), text, "count", arena_printf(arena, "%lld", (long long)count), NULL);
}
