/*
 * Setting the PIN of a card (spec 02): POST /agent/v1/pin has a code sent by SMS, /agent/v1/pin/puk carries the PUK from the
 * keeper to the program, /agent/v1/pin/done tells that it worked. Web reads neither the SMS code nor the PUK.
 */
#include "certificate/certificate.h"
#include "pki/certificate.h"
#include "web/agent/agent.h"

#include <string.h>

#define CERTIFICATE_TEXT_MAX (16 * 1024)

/* What the program sent, and whose card it is. */
struct pin_call {
    const char *typed;
    struct bytes sealed; /* the request to the keeper; no bytes: none */
    struct person person;
    struct certificate_record certificate;
};

static void pin_close(struct pin_call *call)
{
    if (call->person.key != NULL) person_close(&call->person);
}
#define CLEANUP_PIN __attribute__((cleanup(pin_close)))

static const char *member(struct arena *arena, const json_t *object, const char *name)
{
    return arena_text(arena, json_string_value(json_object_get(object, name)));
}

static enum err read_call(struct http_request *request, struct pin_call *call, struct bytes *ret_certificate)
{
    struct arena *arena = http_arena(request);
    json_t *object;
    TRY(agent_read(request, &object));
    const char *certificate = member(arena, object, "certificate"), *sealed = member(arena, object, "sealed");
    call->typed = member(arena, object, "code");
    json_decref(object);
    if (call->typed == NULL || certificate == NULL || strlen(certificate) > CERTIFICATE_TEXT_MAX)
        return err_set(ERR_INVALID, "no code, or no certificate");
    if (sealed != NULL) TRY(base64_decode(arena, sealed, &call->sealed));
    return base64_decode(arena, certificate, ret_certificate);
}

/* The person of the code, and a certificate of that person. ERR_NOT_FOUND for all else, whatever it is. */
static enum err open_call(struct http_request *request, struct pin_call *call)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct bytes der;
    struct certificate certificate;
    struct signing_code code;
    TRY(read_call(request, call, &der));
    TRY(agent_count(request));
    TRY(open_signing_code(web->db, web->key, arena, call->typed, &code));
    if (code.asked.purpose != SIGNING_PIN) return err_set(ERR_NOT_FOUND, "a code for something else");
    if (certificate_parse(arena, der, &certificate) != ERR_NONE) return err_set(ERR_NOT_FOUND, "no certificate");
    TRY(find_person(web->db, web->keeper, arena, code.asked.identity_number, &call->person));
    return find_certificate(web->db, arena, call->person.id, certificate.serial, &call->certificate);
}

static struct actor actor_of(struct http_request *request, const struct pin_call *call)
{
    return web_actor(request, ACTOR_PERSON, call->person.id);
}

static enum err refuse(struct http_request *request, enum err error)
{
    switch (error) {
    case ERR_NOT_FOUND: return agent_refuse_code(request);
    case ERR_STATE:
        return agent_refuse(request, 422, "pin", TR("This certificate is revoked or has ended: its card is of no use"));
    case ERR_WRONG: return agent_refuse(request, 422, "sms", TR("The code from the SMS is not right"));
    case ERR_EXPIRED:
        return agent_refuse(request, 422, "sms", TR("The time of the code from the SMS is over. Begin anew"));
    case ERR_TOO_MANY:
        return agent_refuse(request, 429, "too_many", TR("This was tried too often. Wait a few minutes and try again"));
    case ERR_FULL:
        return agent_refuse(request, 422, "pin", TR("The PIN of this card was set three times today. Try tomorrow"));
    case ERR_FORBIDDEN:
        return agent_refuse(request, 422, "pin",
                            TR("Your telephone number has been known here for less than 72 hours. Try again later"));
    default: return error;
    }
}

static enum err answer_begun(struct http_request *request, const struct pin_call *call, int64_t seconds)
{
    struct arena *arena = http_arena(request);
    struct keeper_box box;
    TRY(keeper_box_key(web_of(request)->keeper, arena, &box));
    return agent_answer(
        request, 200,
        json_pack("{s:s, s:I, s:{s:s, s:s, s:s}}", "mobile", mobile_masked(arena, call->person.contact.mobile),
                  "seconds_left", (json_int_t)seconds, "box", "text", bytes_to_text(arena, box.text), "signature",
                  base64_encode(arena, box.signature), "certificate", base64_encode(arena, box.certificate)));
}

enum err agent_begin_pin(struct http_request *request)
{
    struct web *web = web_of(request);
    CLEANUP_PIN struct pin_call call = {0};
    int64_t valid_until_s = 0, wait_s = 0;
    enum err error = open_call(request, &call);
    if (error != ERR_NONE) return refuse(request, error);
    struct actor actor = actor_of(request, &call);
    error = send_pin_code(web->db, web->keeper, http_arena(request), &actor, &call.person, &call.certificate,
                          &valid_until_s, &wait_s);
    if (error != ERR_NONE) return refuse(request, error);
    return answer_begun(request, &call, valid_until_s - clock_now_s());
}

enum err agent_release_puk(struct http_request *request)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    CLEANUP_PIN struct pin_call call = {0};
    struct bytes sealed;
    enum err error = open_call(request, &call);
    if (error != ERR_NONE) return refuse(request, error);
    struct actor actor = actor_of(request, &call);
    error =
        release_card_puk(web->db, web->keeper, arena, &actor, &call.person, &call.certificate, call.sealed, &sealed);
    if (error == ERR_NOT_FOUND)
        return agent_refuse(request, 422, "pin", TR("There is no PUK of this card here. Ask us for a new card"));
    if (error != ERR_NONE) return refuse(request, error);
    return agent_answer(request, 200, json_pack("{s:s}", "sealed", base64_encode(arena, sealed)));
}

enum err agent_end_pin(struct http_request *request)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    CLEANUP_PIN struct pin_call call = {0};
    const char *ticket;
    enum err error = open_call(request, &call);
    if (error != ERR_NONE) return refuse(request, error);
    struct actor actor = actor_of(request, &call);
    /* the code is used up first: of two calls at once one is told of */
    error =
        submit_outcome(web->db, web->key, arena, &actor, call.typed, bytes_of_text(call.certificate.serial), &ticket);
    if (error != ERR_NONE) return refuse(request, error);
    TRY(note_pin_set(web->db, arena, &actor, &call.person, &call.certificate));
    return agent_answer(request, 200, json_pack("{s:s}", "return_path", arena_printf(arena, "/eimza/don/%s", ticket)));
}
