#include "certificate/certificate.h"
#include "web/online/online.h"
#include "web/online/page_online_activate.h"
#include "web/online/page_online_activate_code.h"
#include "web/online/page_online_activated.h"

struct activation {
    struct person person;
    struct certificate_record certificate;
};

static void activation_close(struct activation *activation)
{
    person_close(&activation->person);
}
#define CLEANUP_ACTIVATION __attribute__((cleanup(activation_close)))

static enum err open_activation(struct http_request *request, struct activation *ret_activation)
{
    TRY(online_person(request, &ret_activation->person));
    return find_certificate(web_of(request)->db, http_arena(request), ret_activation->person.id,
                            http_path(request, "serial"), &ret_activation->certificate);
}

static const char *path_of(struct http_request *request, const struct activation *activation, const char *rest)
{
    return arena_printf(http_arena(request), "/online/askidan-indir/%s%s", activation->certificate.serial, rest);
}

/* `wait`: why no code can be sent now, NULL. */
static enum err show_activation(struct http_request *request, int status, const struct activation *activation,
                                const char *wait)
{
    struct arena *arena = http_arena(request);
    const struct certificate_record *certificate = &activation->certificate;
    return page_online_activate(request, status,
                                &(const struct page_online_activate){
                                    .serial = certificate->serial,
                                    .card = certificate->card_serial,
                                    .ends = time_to_date_time(arena, certificate->not_after_s),
                                    .starts = certificate->not_before_s > clock_now_s()
                                                  ? time_to_date_time(arena, certificate->not_before_s)
                                                  : NULL,
                                    .mobile = mobile_masked(arena, activation->person.contact.mobile),
                                    .wait = wait,
                                });
}

enum err online_show_activation(struct http_request *request)
{
    CLEANUP_ACTIVATION struct activation activation = {0};
    TRY(open_activation(request, &activation));
    if (certificate_may_be_activated(&activation.certificate) != ERR_NONE)
        return http_redirect(request, ONLINE_ACTIVATION_OVER);
    return show_activation(request, 200, &activation, NULL);
}

enum err online_send_activation_code(struct http_request *request)
{
    struct web *web = web_of(request);
    CLEANUP_ACTIVATION struct activation activation = {0};
    TRY(open_activation(request, &activation));
    struct actor actor = online_actor(request);
    int64_t valid_until_s = 0, wait_s = 0;
    enum err error = send_activation_code(web->db, web->keeper, http_arena(request), &actor, &activation.person,
                                          activation.certificate.serial, &valid_until_s, &wait_s);
    if (error == ERR_NONE) TRY(online_keep_code_end(request, valid_until_s));
    if (is_code_on_its_way(error, wait_s)) {
        return http_redirect(request, path_of(request, &activation, error == ERR_NONE ? "/kod" : "/kod?bekle=1"));
    }
    if (error == ERR_STATE) return http_redirect(request, ONLINE_ACTIVATION_OVER);
    if (error != ERR_TOO_MANY) return error;
    return show_activation(request, 429, &activation, web_wait_text(request, wait_s));
}

static enum err show_code(struct http_request *request, int status, const struct activation *activation,
                          const struct form *form)
{
    return page_online_activate_code(
        request, status,
        &(const struct page_online_activate_code){
            .must_wait = http_query(request, "bekle") != NULL,
            .serial = activation->certificate.serial,
            .mobile = mobile_masked(http_arena(request), activation->person.contact.mobile),
            .seconds_left = online_code_seconds_left(request),
            .code = form_field(form, "code"),
        });
}

enum err online_show_activation_code(struct http_request *request)
{
    CLEANUP_ACTIVATION struct activation activation = {0};
    TRY(open_activation(request, &activation));
    if (certificate_may_be_activated(&activation.certificate) != ERR_NONE)
        return http_redirect(request, ONLINE_ACTIVATION_OVER);
    struct form form = form_empty(request, online_code_rules);
    return show_code(request, 200, &activation, &form);
}

enum err online_activate(struct http_request *request)
{
    struct web *web = web_of(request);
    CLEANUP_ACTIVATION struct activation activation = {0};
    struct form form;
    TRY(open_activation(request, &activation));
    TRY(form_read(request, online_code_rules, &form));
    if (form.errors == 0) {
        struct actor actor = online_actor(request);
        enum err error = activate_certificate(web->db, web->keeper, http_arena(request), &actor, &activation.person,
                                              activation.certificate.serial, online_code_of_form(request, &form));
        if (error == ERR_STATE) return http_redirect(request, ONLINE_ACTIVATION_OVER);
        /* ERR_EXISTS: asked in another window, which goes first */
        if (error != ERR_NONE && error != ERR_EXISTS) TRY(online_code_mistake(&form, error));
    }
    if (form.errors == 0) return http_redirect(request, path_of(request, &activation, "/sonuc"));
    form_set(&form, "code", "");
    return show_code(request, 422, &activation, &form);
}

enum err online_show_activated(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    CLEANUP_ACTIVATION struct activation activation = {0};
    TRY(open_activation(request, &activation));
    const struct certificate_record *certificate = &activation.certificate;
    bool is_active = certificate->status == CERTIFICATE_ACTIVE;
    if (!is_active && !certificate->is_changing && certificate->refused == NULL)
        return http_redirect(request, ONLINE_ACTIVATION_OVER);
    bool can_try = certificate_may_be_activated(certificate) == ERR_NONE;
    err_clear();
    return page_online_activated(request, 200,
                                 &(const struct page_online_activated){
                                     .serial = certificate->serial,
                                     .is_active = is_active,
                                     .is_changing = !is_active && certificate->is_changing,
                                     .refused = is_active ? NULL : certificate->refused,
                                     .can_try = can_try,
                                     .since = is_active ? time_to_date_time(arena, certificate->since_s) : NULL,
                                     .ends = time_to_date_time(arena, certificate->not_after_s),
                                 });
}
