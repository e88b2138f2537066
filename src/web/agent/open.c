/* POST /agent/v1/open: what a code is for, and all that its person reads before the PIN. */
#include "web/agent/agent.h"

#include "base/clock.h"

static enum err list_documents(struct http_request *request, const struct signing_code *code, json_t *list)
{
    struct arena *arena = http_arena(request);
    const struct signing_flow *flow = signing_flow_of(code->asked.purpose);
    struct signing_document *documents;
    size_t count;
    if (flow == NULL || flow->list_documents == NULL) return ERR_NONE;
    TRY(flow->list_documents(web_of(request), arena, code, &documents, &count));
    for (size_t i = 0; i < count; i++) {
        const char *digest = hex_encode(arena, sha256(arena, documents[i].text)),
                   *text = bytes_to_text(arena, documents[i].text);
        json_t *document = json_pack("{s:s, s:s, s:s}", "title", documents[i].title, "digest", digest, "text", text);
        if (json_array_append_new(list, document) != 0) return err_set(ERR_BROKEN, "a document is not text");
    }
    return ERR_NONE;
}

static json_t *describe(struct http_request *request, const struct signing_code *code, json_t *take_documents)
{
    struct arena *arena = http_arena(request);
    enum signing_purpose purpose = code->asked.purpose;
    const char *text = bytes_to_text(arena, code->asked.text);
    return json_pack("{s:s, s:s, s:[s, s], s:I, s:s, s:s, s:s, s:s, s:o}", "purpose", signing_purpose_name(purpose),
                     "host", web_of(request)->installation->public_url, "words", code->words[0], code->words[1],
                     "seconds_left", (json_int_t)(code->expires_s - clock_now_s()), "server_time",
                     time_to_iso(arena, clock_now_s()), "identity_number", code->asked.identity_number, "text", text,
                     "digest", hex_encode(arena, sha256(arena, code->asked.text)), "documents", take_documents);
}

static enum err answer(struct http_request *request, const char *typed)
{
    struct web *web = web_of(request);
    struct signing_code code;
    enum err error = open_signing_code(web->db, web->key, http_arena(request), typed, &code);
    if (error == ERR_NOT_FOUND) return agent_refuse_code(request);
    if (error != ERR_NONE) return error;
    json_t *documents = json_array();
    error = list_documents(request, &code, documents);
    if (error != ERR_NONE) json_decref(documents);
    /* withdrawn or changed meanwhile: there is nothing to sign any more */
    if (error == ERR_NOT_FOUND || error == ERR_FORBIDDEN || error == ERR_STATE) return agent_refuse_code(request);
    if (error != ERR_NONE) return error;
    return agent_answer(request, 200, describe(request, &code, documents));
}

enum err agent_open(struct http_request *request)
{
    json_t *object;
    TRY(agent_read(request, &object));
    const char *typed = arena_text(http_arena(request), json_string_value(json_object_get(object, "code")));
    json_decref(object);
    if (typed == NULL) return err_set(ERR_INVALID, "no code");
    TRY(agent_count(request));
    return answer(request, typed);
}
