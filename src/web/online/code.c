#include "web/online/online.h"

#include <stdlib.h>
#include <string.h>

#define RESEND_WAIT_S 60 /* spec 01, 3 and 4 */

const struct form_rule online_code_rules[] = {
    {.name = "code", .length_max = 20, .is_required = true, .missing = TR("Enter the code that we sent to your phone")},
    {0},
};

const char *online_code_of_form(struct http_request *request, const struct form *form)
{
    const char *typed = form_value(form, "code");
    char *code = arena_alloc(http_arena(request), strlen(typed) + 1);
    size_t length = 0;
    for (const char *c = typed; *c != '\0'; c++) {
        if (*c != ' ') code[length++] = *c;
    }
    return code;
}

enum err online_code_mistake(struct form *form, enum err error)
{
    switch (error) {
    case ERR_INVALID:
    case ERR_WRONG:
        form_mistake(form, "code", TR("The code is not right. Check the message on your phone"));
        return ERR_NONE;
    case ERR_EXPIRED: form_mistake(form, "code", TR("The time of this code is over. Send a new one")); return ERR_NONE;
    case ERR_TOO_MANY:
        form_mistake(form, "code", TR("The code was wrong too often and cannot be used any more. Send a new one"));
        return ERR_NONE;
    case ERR_FORBIDDEN:
        form_mistake(form, "code",
                     TR("The code is right, but we have known this number for less than 72 hours. Try again later"));
        return ERR_NONE;
    default: return error;
    }
}

enum err online_keep_code_end(struct http_request *request, int64_t valid_until_s)
{
    return session_keep(request, arena_printf(http_arena(request), "%lld", (long long)valid_until_s));
}

int64_t online_code_seconds_left(struct http_request *request)
{
    const char *kept = session_kept(request);
    int64_t left_s = kept == NULL ? 0 : strtoll(kept, NULL, 10) - clock_now_s();
    return left_s > 0 ? left_s : 0;
}

bool is_code_on_its_way(enum err error, int64_t wait_s)
{
    return error == ERR_NONE || (error == ERR_TOO_MANY && wait_s <= RESEND_WAIT_S);
}

/* -- for a signature -- */
const char online_proof_label[] = TR("Type the code that was sent to your mobile telephone");
const char online_proof_hint[] = TR("6 digits; spaces do not matter");

enum err online_begin_proof(struct http_request *request, const struct signing_code *code)
{
    (void)code;
    struct web *web = web_of(request);
    struct actor actor = online_actor(request);
    CLEANUP_PERSON struct person person = {0};
    int64_t valid_until_s, wait_s = 0;
    TRY(online_person(request, &person));
    enum err error =
        send_log_in_code(web->db, web->keeper, http_arena(request), &actor, &person, &valid_until_s, &wait_s);
    return is_code_on_its_way(error, wait_s) ? ERR_NONE : error;
}

enum err online_check_proof(struct http_request *request, const struct signing_code *code, struct form *form)
{
    (void)code;
    struct web *web = web_of(request);
    struct actor actor = online_actor(request);
    CLEANUP_PERSON struct person person = {0};
    TRY(online_person(request, &person));
    enum err error = check_log_in_code(web->db, web->keeper, &actor, &person, online_code_of_form(request, form));
    return error == ERR_NONE ? ERR_NONE : online_code_mistake(form, error);
}
