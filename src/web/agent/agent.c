#include "web/agent/agent.h"

#include "base/log.h"
#include "identity/identity.h"
#include "web/web.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_MAX 1024
#define PIN_MAX (32 * 1024) /* a certificate, and a sealed request */
#define SUBMIT_MAX (720 * 1024) /* 512 KiB of signature in base64 */
/* Spec 02: guessing is limited. Of 9^15 codes a guess finds one in 10^14; many people may sit behind one address. */
#define TRIES_MAX 120
#define TRIES_WINDOW_S (15 * 60)

/* Programs say what they send and are no web page: a page elsewhere must not work with a person's codes. */
static enum err check_sender(struct http_request *request)
{
    const char *media_type = http_header(request, "Content-Type"), *site = http_header(request, "Sec-Fetch-Site");
    if (media_type == NULL || strncmp(media_type, "application/json", 16) != 0)
        return err_set(ERR_INVALID, "the body is no application/json");
    if (http_header(request, "Origin") != NULL || (site != NULL && strcmp(site, "none") != 0))
        return err_set(ERR_FORBIDDEN, "from a web page");
    return ERR_NONE;
}

enum err agent_read(struct http_request *request, json_t **ret_object)
{
    struct bytes body = http_body(request);
    TRY(check_sender(request));
    json_t *object = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return err_set(ERR_INVALID, "the body is no JSON object");
    }
    *ret_object = object;
    return ERR_NONE;
}

enum err agent_answer(struct http_request *request, int status, json_t *take_object)
{
    char *text = take_object == NULL ? NULL : json_dumps(take_object, JSON_COMPACT);
    json_decref(take_object);
    if (text == NULL) return err_set(ERR_BROKEN, "no JSON");
    enum err error = http_answer_json(request, status, text);
    free(text);
    return error;
}

enum err agent_refuse(struct http_request *request, int status, const char *name, const char *english)
{
    return agent_answer(request, status,
                        json_pack("{s:s, s:s}", "error", name, "message", tr(http_language(request), english)));
}

enum err agent_refuse_code(struct http_request *request)
{
    return agent_refuse(request, 404, "code",
                        TR("This code cannot be used. It may be mistyped, used or over: get a new one on the page"));
}

enum err agent_count(struct http_request *request)
{
    int64_t wait_s;
    return count_attempt(web_of(request)->db, http_arena(request), "agent", http_client_address(request), TRIES_MAX,
                         TRIES_WINDOW_S, &wait_s);
}

void agent_show_error(struct http_request *request, enum err error, int status)
{
    static const struct {
        int status;
        const char *name, *message;
    } answers[] = {
        {400, "request", TR("The request could not be read")},
        {403, "request", TR("You cannot do this")},
        {404, "address", TR("There is nothing at this address.")},
        {405, "address", TR("There is nothing at this address.")},
        {409, "state", TR("This was done already, or by somebody else meanwhile")},
        {410, "over", TR("The time for this is over")},
        {413, "request", TR("This is too large")},
        {422, "request", TR("This does not hold together")},
        {429, "too_many", TR("This was tried too often. Wait a few minutes and try again")},
        {503, "unavailable", TR("This is not available just now")},
        {500, "broken", TR("Something went wrong with us")},
    };
    size_t at = 0, last = sizeof answers / sizeof *answers - 1;
    while (at < last && answers[at].status != status) at++;
    enum err shown = agent_refuse(request, answers[at].status, answers[at].name, answers[at].message);
    if (shown != ERR_NONE) log_error("error_answer_failed", shown, "request", http_request_id(request), NULL);
}

extern const char openapi_json[]; /* made at build from openapi.json */

static enum err show_description(struct http_request *request)
{
    return http_answer_json(request, 200, openapi_json);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/agent/v1/openapi.json", 0, HTTP_OPEN, 0, show_description, .is_quick = true},
    {HTTP_POST, "/agent/v1/open", 0, HTTP_OPEN, OPEN_MAX, agent_open},
    {HTTP_POST, "/agent/v1/submit", 0, HTTP_OPEN, SUBMIT_MAX, agent_submit},
    {HTTP_POST, "/agent/v1/pin", 0, HTTP_OPEN, PIN_MAX, agent_begin_pin},
    {HTTP_POST, "/agent/v1/pin/puk", 0, HTTP_OPEN, PIN_MAX, agent_release_puk},
    {HTTP_POST, "/agent/v1/pin/done", 0, HTTP_OPEN, PIN_MAX, agent_end_pin},
    {0},
};
const struct http_desk agent_desk = {AGENT_PREFIX, NULL, routes};

/*
 * Sessions' cookies are good below their desk alone, so a ticket goes on to the page that asked for the signature. Which
 * page that is is no secret; the ticket is worth nothing without the cookie that comes with it there.
 */
static enum err go_to_page(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const char *page, *ticket = signing_ticket_of(arena, http_path(request, "ticket"));
    enum err error = ticket == NULL ? ERR_NOT_FOUND : find_ticket_page(web_of(request)->db, arena, ticket, &page);
    if (error == ERR_NOT_FOUND) return err_set(ERR_EXPIRED, "no such ticket");
    if (error != ERR_NONE) return error;
    return http_redirect(request, arena_printf(arena, "%s/don/%s", page, ticket));
}

static const struct http_route return_routes[] = {
    {HTTP_GET, "/eimza/don/{ticket}", 0, HTTP_OPEN, 0, go_to_page},
    {0},
};
const struct http_desk return_desk = {"/eimza", NULL, return_routes};
