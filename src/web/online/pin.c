/* Pin Oluşturma / Kilit Çözme: a verification code for the program, which does it with the card (spec 02, 03). */
#include "certificate/certificate.h"
#include "web/online/online.h"
#include "web/online/page_online_pin.h"
#include "web/online/page_online_pin_done.h"
#include "web/signing.h"

#define PAGE "/online/" SIGNING_PAGE

enum err online_show_pin(struct http_request *request)
{
    return page_online_pin(request, 200, &(const struct page_online_pin){.action = "/online/pin"});
}

static enum err ask_for(struct http_request *request, int64_t person_id, struct signing_asked *ret_asked)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    CLEANUP_PERSON struct person person = {0};
    TRY(open_person(web->db, web->keeper, arena, person_id, &person));
    *ret_asked = (struct signing_asked){
        .purpose = SIGNING_PIN, .subject = "pin", .identity_number = person.details.identity_number, .page = PAGE};
    return ERR_NONE;
}

enum err online_begin_pin(struct http_request *request)
{
    struct signing_asked asked;
    TRY(ask_for(request, session_of(request)->subject, &asked));
    return signing_begin(request, &asked);
}

static enum err ask_again(struct http_request *request, const struct signing_code *before,
                          struct signing_asked *ret_asked)
{
    (void)before;
    return ask_for(request, session_of(request)->subject, ret_asked);
}

static const char *back(struct arena *arena, const struct signing_code *code)
{
    (void)arena;
    (void)code;
    return "/online/pin";
}

/* It was done when the program said so; the page says the same. */
static enum err complete(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    const char *serial = bytes_to_text(http_arena(request), code->signature);
    *ret_path = arena_printf(http_arena(request), "/online/pin/%s", serial);
    return ERR_NONE;
}

const struct signing_flow online_pin_flow = {
    .purpose = SIGNING_PIN, .ask = ask_again, .back = back, .complete = complete,
    /* no further proof: when the ticket comes back, nothing is left to be done */
};

enum err online_show_pin_set(struct http_request *request)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct certificate_record certificate;
    TRY(find_certificate(web->db, arena, session_of(request)->subject, http_path(request, "serial"), &certificate));
    if (certificate.pin_set_s == 0) return err_set(ERR_STATE, "no PIN was set");
    return page_online_pin_done(request, 200,
                                &(const struct page_online_pin_done){
                                    .card = certificate.card_serial,
                                    .time = time_to_date_time(arena, certificate.pin_set_s),
                                });
}
