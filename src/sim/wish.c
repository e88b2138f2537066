#include "http/form.h"
#include "sim/desk.h"

#include <stdlib.h>
#include <string.h>

static const char *const wish_names[] = {"system",          "fault",  "times", "offset_s", "advance_s",
                                         "identity_number", "secret", "geri",  "officer",  "code"};

bool is_json(struct http_request *request)
{
    const char *media_type = http_header(request, "Content-Type");
    return media_type && strncmp(media_type, "application/json", 16) == 0;
}

static enum err read_json(struct http_request *request, json_t **ret_wish)
{
    struct bytes body = http_body(request);
    json_t *wish = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(wish)) {
        json_decref(wish);
        return err_set(ERR_INVALID, "no JSON object");
    }
    const char *name;
    void *next;
    json_t *value;
    json_object_foreach_safe(wish, next, name, value)
    {
        if (!json_is_integer(value)) continue;
        json_object_set_new(
            wish, name,
            json_string(arena_printf(http_arena(request), "%" JSON_INTEGER_FORMAT, json_integer_value(value))));
    }
    *ret_wish = wish;
    return ERR_NONE;
}

static enum err read_form(struct http_request *request, json_t **ret_wish)
{
    enum { COUNT = sizeof wish_names / sizeof *wish_names };
    struct form_rule rules[COUNT + 1] = {0};
    for (size_t i = 0; i < COUNT; i++) rules[i] = (struct form_rule){.name = wish_names[i], .label = wish_names[i]};
    struct form form;
    TRY(form_read(request, rules, &form));
    json_t *wish = json_object();
    for (size_t i = 0; i < COUNT; i++) {
        const char *value = form_value(&form, wish_names[i]);
        if (*value) json_object_set_new(wish, wish_names[i], json_string(value));
    }
    *ret_wish = wish;
    return ERR_NONE;
}

enum err read_wish(struct http_request *request, json_t **ret_wish)
{
    const char *site = http_header(request, "Sec-Fetch-Site");
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return err_set(ERR_FORBIDDEN, "from another site's page");
    return is_json(request) ? read_json(request, ret_wish) : read_form(request, ret_wish);
}

enum err answer_json(struct http_request *request, int status, json_t *take_json)
{
    char *text = json_dumps(take_json, JSON_COMPACT);
    json_decref(take_json);
    if (!text) return err_set(ERR_BROKEN, "no JSON");
    enum err error = http_answer_json(request, status, text);
    free(text);
    return error;
}

enum err answer_wish(struct http_request *request, const json_t *wish, json_t *take_answer)
{
    if (is_json(request)) return answer_json(request, 200, take_answer);
    json_decref(take_answer);
    const char *back = world_text(wish, "geri");
    return http_redirect(request, *back ? back : "/");
}
