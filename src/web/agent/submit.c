/* POST /agent/v1/submit: the signature; the ticket is the answer. */
#include "web/agent/agent.h"

static enum err refuse_signature(struct http_request *request, enum signature_refusal refusal, const char *detail)
{
    return agent_answer(request, 422,
                        json_pack("{s:s, s:s, s:s, s:s}", "error", "signature", "reason",
                                  signature_refusal_name(refusal), "detail", detail, "message",
                                  tr(http_language(request), signature_refusal_meaning(refusal))));
}

static enum err answer(struct http_request *request, const char *typed, struct bytes signature)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = web_actor(request, ACTOR_NOBODY, 0);
    const char *ticket, *page;
    enum signature_refusal refusal = REFUSED_NOTHING;
    enum err error = submit_signature(web->db, web->key, arena, &actor, typed, signature, &ticket, &page, &refusal);
    if (error == ERR_NOT_FOUND) return agent_refuse_code(request);
    if (error == ERR_WRONG) return refuse_signature(request, refusal, arena_text(arena, err_detail()));
    if (error != ERR_NONE) return error;
    return agent_answer(request, 200, json_pack("{s:s}", "return_path", arena_printf(arena, "/eimza/don/%s", ticket)));
}

enum err agent_submit(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct bytes signature;
    json_t *object;
    TRY(agent_read(request, &object));
    const char *typed = arena_text(arena, json_string_value(json_object_get(object, "code")));
    const char *encoded = arena_text(arena, json_string_value(json_object_get(object, "signature")));
    json_decref(object);
    if (typed == NULL || encoded == NULL) return err_set(ERR_INVALID, "no code, or no signature");
    TRY(base64_decode(arena, encoded, &signature));
    TRY(agent_count(request));
    return answer(request, typed, signature);
}
