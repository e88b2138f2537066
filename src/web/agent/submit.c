/* POST /agent/v1/submit: the signature; the ticket is the answer. */
#include "ipc/messages.h"
#include "web/agent/agent.h"
#include "web/ask.h"

static enum err refuse_signature(struct http_request *request, enum signature_refusal refusal, const char *detail)
{
    return agent_answer(request, 422,
                        json_pack("{s:s, s:s, s:s, s:s}", "error", "signature", "reason",
                                  signature_refusal_name(refusal), "detail", detail, "message",
                                  tr(http_language(request), signature_refusal_meaning(refusal))));
}

struct submission {
    const char *typed;
    struct bytes signature;
};

static enum err answer(struct http_request *request, const struct submission *submission, struct bytes validation)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = web_actor(request, ACTOR_NOBODY, 0);
    const char *ticket;
    enum signature_refusal refusal = REFUSED_NOTHING;
    enum err error = submit_signature(web->db, web->keeper, web->key, arena, &actor, submission->typed,
                                      submission->signature, validation, &ticket, &refusal);
    if (error == ERR_NOT_FOUND) return agent_refuse_code(request);
    if (error == ERR_WRONG) return refuse_signature(request, refusal, arena_text(arena, err_detail()));
    if (error != ERR_NONE) return error;
    return agent_answer(request, 200, json_pack("{s:s}", "return_path", arena_printf(arena, "/eimza/don/%s", ticket)));
}

/* The authorities have answered, or not in time: that is a refusal with its reason, and the code stays. */
static enum err go_on(struct http_request *request)
{
    struct ipc_reader reply;
    struct bytes validation = {0};
    if (ask_reply(request, &reply) == ERR_NONE) TRY(ipc_get_bytes(&reply, &validation));
    return answer(request, ask_note(request), validation);
}

static enum err submit(struct http_request *request, struct submission *submission)
{
    struct web *web = web_of(request);
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    struct bytes certificate;
    enum err error = find_certificate_to_validate(web->db, web->keeper, web->key, http_arena(request),
                                                  submission->typed, submission->signature, &certificate);
    if (error == ERR_NOT_FOUND) return agent_refuse_code(request);
    if (error != ERR_NONE) return error;
    if (certificate.size == 0) return answer(request, submission, (struct bytes){0});
    ipc_put_bytes(&payload, certificate);
    return ask_worker(request, QUESTION_VALIDATION, &payload, go_on, submission);
}

enum err agent_submit(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct submission *submission = NEW(arena, struct submission);
    json_t *object;
    TRY(agent_read(request, &object));
    submission->typed = arena_text(arena, json_string_value(json_object_get(object, "code")));
    const char *encoded = arena_text(arena, json_string_value(json_object_get(object, "signature")));
    json_decref(object);
    if (submission->typed == NULL || encoded == NULL) return err_set(ERR_INVALID, "no code, or no signature");
    TRY(base64_decode(arena, encoded, &submission->signature));
    TRY(agent_count(request));
    return submit(request, submission);
}
