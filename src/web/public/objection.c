/* A contact known from before objects to an application, with the code in its notice: no log-in, nothing personal. */
#include "application/application.h"
#include "http/form.h"
#include "web/context.h"
#include "web/public/page_public_objected.h"
#include "web/public/page_public_objection.h"
#include "web/public/public.h"

static const struct form_rule rules[] = {
    {.name = "code", .length_max = 40, .is_required = true, .missing = TR("Type the code of objection")},
    {0},
};

static enum err show(struct http_request *request, const struct form *form, const char *wait, int status)
{
    return page_public_objection(request, status,
                                 &(const struct page_public_objection){.wait = wait, .code = form_field(form, "code")});
}

enum err public_show_objection(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    return show(request, &form, NULL, 200);
}

enum err public_object(struct http_request *request)
{
    struct web *web = web_of(request);
    struct actor actor = web_actor(request, ACTOR_NOBODY, 0);
    struct form form;
    int64_t wait_s = 0;

    TRY(form_read(request, rules, &form));
    if (form.errors > 0) return show(request, &form, NULL, 422);
    enum err error = web_count_address(request, "objection", &wait_s);
    if (error == ERR_TOO_MANY) return show(request, &form, web_wait_text(request, wait_s), 429);
    if (error != ERR_NONE) return error;
    error = object_to_application(web->db, web->keeper, http_arena(request), &actor, form_value(&form, "code"));
    if (error == ERR_WRONG) {
        form_mistake(&form, "code",
                     TR("This is not a code of objection. Type it as it stands in the message: 16 letters and digits"));
        return show(request, &form, NULL, 422);
    }
    bool is_late = error == ERR_EXPIRED;
    if (error != ERR_NONE && !is_late) return error;
    return page_public_objected(
        request, 200, &(const struct page_public_objected){.is_late = is_late, .phone = web_contacts(request).phone});
}
