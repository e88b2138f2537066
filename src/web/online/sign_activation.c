/* Askıdan İndir by the holder's signature with another certificate, instead of an SMS code (spec 03, 10). */
#include "web/online/online.h"
#include "web/signing.h"

static const char *path_of(struct arena *arena, const char *serial, const char *rest)
{
    return arena_printf(arena, "/online/askidan-indir/%s%s", serial, rest);
}

static enum err ask(struct http_request *request, const char *serial, struct signing_asked *ret_asked)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct certificate_record certificate;
    CLEANUP_PERSON struct person person = {0};
    struct signing_asked asked = {.purpose = SIGNING_ACTIVATION, .page = "/online/" SIGNING_PAGE};
    TRY(online_person(request, &person));
    TRY(find_certificate(web->db, arena, person.id, serial, &certificate));
    TRY(write_activation(arena, &person, &certificate, web->installation->public_url, &asked.text));
    asked.subject = certificate.serial;
    asked.identity_number = person.details.identity_number;
    *ret_asked = asked;
    return ERR_NONE;
}

enum err online_sign_activation(struct http_request *request)
{
    struct signing_asked asked;
    enum err error = ask(request, http_path(request, "serial"), &asked);
    if (error == ERR_STATE) return http_redirect(request, ONLINE_ACTIVATION_OVER);
    TRY(error);
    return signing_begin(request, &asked);
}

static enum err ask_again(struct http_request *request, const struct signing_code *before,
                          struct signing_asked *ret_asked)
{
    return ask(request, before->asked.subject, ret_asked);
}

static const char *back(struct arena *arena, const struct signing_code *code)
{
    return path_of(arena, code->asked.subject, "");
}

static enum err complete(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    struct actor actor = online_actor(request);
    CLEANUP_PERSON struct person person = {0};
    TRY(online_person(request, &person));
    enum err error = activate_by_signature(web_of(request)->db, http_arena(request), &actor, &person, code->asked.text,
                                           code->signature);
    if (error != ERR_NONE && error != ERR_EXISTS && error != ERR_STATE) return error;
    *ret_path =
        error == ERR_STATE ? ONLINE_ACTIVATION_OVER : path_of(http_arena(request), code->asked.subject, "/sonuc");
    return ERR_NONE;
}

const struct signing_flow online_activation_flow = {
    .purpose = SIGNING_ACTIVATION,
    .ask = ask_again,
    .back = back,
    .complete = complete,
    .proof_label = online_proof_label,
    .proof_hint = online_proof_hint,
    .begin_proof = online_begin_proof,
    .check_proof = online_check_proof,
};
