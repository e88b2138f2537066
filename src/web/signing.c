#include "web/signing.h"

#include "base/clock.h"
#include "web/agent/page_agent_code.h"
#include "web/agent/page_agent_elsewhere.h"
#include "web/agent/page_agent_proof.h"

#include <string.h>

#define KEPT_PATH "imza " /* kept with the session: where a finished act has led, for the page that still waits */
#define LINK_MAX 300

static const struct form_rule link_rules[] = {
    {.name = "link", .length_max = LINK_MAX, .is_required = true, .missing = TR("Paste the link that eimza showed")},
    {0},
};
static const struct form_rule proof_rules[] = {
    {.name = "code", .length_max = 20, .is_required = true, .missing = TR("Type the code")},
    {0},
};

const struct signing_flow *signing_flow_of(enum signing_purpose purpose)
{
    static const struct signing_flow *const flows[SIGNING_PURPOSE_COUNT] = {
        [SIGNING_LOG_IN] = &staff_log_in_flow,          [SIGNING_APPLICATION] = &apply_signing_flow,
        [SIGNING_APPROVAL] = &officer_approval_flow,    [SIGNING_PIN] = &online_pin_flow,
        [SIGNING_REGISTRY] = &admin_registry_flow,      [SIGNING_UNLOCK] = &online_unlock_flow,
        [SIGNING_ACTIVATION] = &online_activation_flow,
    };
    return flows[purpose];
}

static struct signing_session session_here(struct http_request *request)
{
    const struct session *session = session_of(request);
    struct web *web = web_of(request);
    enum actor_kind kind = ACTOR_NOBODY;
    if (session != NULL && (session->role & (ROLE_OFFICER | ROLE_OPERATOR | ROLE_ADMINISTRATOR)) != 0)
        kind = ACTOR_STAFF;
    if (session != NULL && session->role == ROLE_HOLDER) kind = ACTOR_PERSON;
    return (struct signing_session){
        .db = web->db,
        .key = web->key,
        /* the CSRF token follows from the session's secret token: nobody else has it, and no later session gets it */
        .binding = sha256(http_arena(request), bytes_of_text(session == NULL ? "" : session->csrf)),
        .actor = web_actor(request, kind, kind == ACTOR_NOBODY ? 0 : session->subject),
    };
}

/* "/yetkili" of "/yetkili/imza/don/…" */
static const char *desk_path(struct http_request *request)
{
    const char *url = http_url(request), *page = strstr(url, "/" SIGNING_PAGE);
    return arena_text_n(http_arena(request), url, page == NULL ? 0 : (size_t)(page - url));
}

/* No code of this session: it was completed in another window, or the page came from a bookmark. */
static enum err leave(struct http_request *request)
{
    const char *kept = session_kept(request);
    const struct session *session = session_of(request);
    if (kept != NULL && strncmp(kept, KEPT_PATH, strlen(KEPT_PATH)) == 0)
        return http_redirect(request, kept + strlen(KEPT_PATH));
    bool is_applicant = session != NULL && session->role == ROLE_APPLICANT;
    return http_redirect(request,
                         arena_printf(http_arena(request), "%s%s", desk_path(request), is_applicant ? "/sonuc" : ""));
}

enum err signing_begin(struct http_request *request, const struct signing_asked *asked)
{
    struct signing_session session = session_here(request);
    struct signing_code code;
    TRY(make_signing_code(&session, http_arena(request), asked, &code));
    return http_redirect(request, asked->page);
}

static int64_t seconds_left(const struct signing_code *code)
{
    int64_t left = code->expires_s - clock_now_s();
    return left > 0 ? left : 0;
}

static const char *state_name(const struct signing_code *code)
{
    if (seconds_left(code) == 0) return "over";
    return code->state == SIGNING_WAITING ? "waiting" : "signed";
}

static enum err show(struct http_request *request, int status, const struct signing_code *code, const struct form *form)
{
    struct arena *arena = http_arena(request);
    bool is_over = seconds_left(code) == 0, is_waiting = code->state == SIGNING_WAITING;
    return page_agent_code(request, status,
                           &(const struct page_agent_code){
                               .back = signing_flow_of(code->asked.purpose)->back(arena, code),
                               .title = tr(http_language(request), signing_purpose_title(code->asked.purpose)),
                               .path = code->asked.page,
                               .state = state_name(code),
                               .is_waiting = is_waiting && !is_over,
                               .is_signed = !is_waiting && !is_over,
                               .is_over = is_over,
                               .is_not_yet = is_waiting && !is_over && http_query(request, "bak") != NULL,
                               .grouped = signing_code_grouped(arena, code->code),
                               .digits = code->code,
                               .word_one = code->words[0],
                               .word_two = code->words[1],
                               .seconds_left = seconds_left(code),
                               .link = form_field(form, "link"),
                           });
}

enum err signing_show(struct http_request *request)
{
    struct signing_session session = session_here(request);
    struct signing_code code;
    struct form form = form_empty(request, link_rules);
    enum err error = find_signing_code(&session, http_arena(request), &code);
    if (error == ERR_NOT_FOUND) return leave(request);
    if (error != ERR_NONE) return error;
    if (code.state == SIGNING_RETURNED && seconds_left(&code) > 0)
        return http_redirect(request, arena_printf(http_arena(request), "%s/kanit", code.asked.page));
    return show(request, 200, &code, &form);
}

/* Tekrar Kod Al: the one before is void. */
enum err signing_renew(struct http_request *request)
{
    struct signing_session session = session_here(request);
    struct signing_code code;
    struct signing_asked asked;
    enum err error = find_signing_code(&session, http_arena(request), &code);
    if (error == ERR_NOT_FOUND) return leave(request);
    if (error != ERR_NONE) return error;
    const struct signing_flow *flow = signing_flow_of(code.asked.purpose);
    error = flow->ask(request, &code, &asked);
    /* signed or settled meanwhile: its page says how it stands */
    if (error == ERR_STATE) return http_redirect(request, flow->back(http_arena(request), &code));
    TRY(error);
    return signing_begin(request, &asked);
}

enum err signing_show_state(struct http_request *request)
{
    struct signing_session session = session_here(request);
    struct signing_code code;
    enum err error = find_signing_code(&session, http_arena(request), &code);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    const char *name = error == ERR_NONE ? state_name(&code) : "gone";
    return http_answer_json(request, 200, arena_printf(http_arena(request), "{\"state\":\"%s\"}", name));
}

/* What the script does by itself, for browsers without one. */
enum err signing_go_on(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    return http_redirect(request, arena_printf(arena, "%s/" SIGNING_PAGE "?bak=1", desk_path(request)));
}

/* -- the ticket -- */

static enum err complete(struct http_request *request, const struct signing_session *session,
                         const struct signing_code *code)
{
    const char *path;
    TRY(finish_signing_code(session, code));
    TRY(signing_flow_of(code->asked.purpose)->complete(request, code, &path));
    TRY(session_keep(request, arena_printf(http_arena(request), KEPT_PATH "%s", path)));
    return http_redirect(request, path);
}

static enum err take(struct http_request *request, const char *ticket, enum err *ret_refused)
{
    struct signing_session session = session_here(request);
    struct signing_code code;
    enum err error = return_ticket(&session, http_arena(request), ticket, &code);
    *ret_refused = error == ERR_NOT_FOUND || error == ERR_FORBIDDEN ? error : ERR_NONE;
    if (error != ERR_NONE) return error;
    const struct signing_flow *flow = signing_flow_of(code.asked.purpose);
    if (flow->proof_label == NULL || signing_same_place(code.address, code.program_address))
        return complete(request, &session, &code);
    if (flow->begin_proof != NULL) TRY(flow->begin_proof(request, &code));
    return http_redirect(request, arena_printf(http_arena(request), "%s/kanit", code.asked.page));
}

enum err signing_take_ticket(struct http_request *request)
{
    enum err refused;
    enum err error = take(request, http_path(request, "ticket"), &refused);
    const char *kept = session_kept(request);
    if (refused == ERR_NONE) return error;
    /* the link was opened again after its act */
    if (refused == ERR_NOT_FOUND && kept != NULL && strncmp(kept, KEPT_PATH, strlen(KEPT_PATH)) == 0)
        return leave(request);
    if (refused == ERR_NOT_FOUND) return err_set(ERR_EXPIRED, "no such ticket");
    return page_agent_elsewhere(
        request, 403,
        &(const struct page_agent_elsewhere){
            .link = arena_printf(http_arena(request), "%s/eimza/don/%s", web_of(request)->installation->public_url,
                                 http_path(request, "ticket")),
        });
}

enum err signing_paste_link(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct signing_session session = session_here(request);
    struct signing_code code;
    struct form form;
    enum err refused = ERR_NONE;
    TRY(form_read(request, link_rules, &form));
    const char *ticket = signing_ticket_of(arena, form_value(&form, "link"));
    if (form.errors == 0 && ticket != NULL) {
        enum err error = take(request, ticket, &refused);
        if (refused == ERR_NONE) return error;
    }
    enum err error = find_signing_code(&session, arena, &code);
    if (error == ERR_NOT_FOUND) return leave(request);
    if (error != ERR_NONE) return error;
    form_mistake(&form, "link", TR("This is not the link for the signature that this page asked for"));
    return show(request, 422, &code, &form);
}

/* -- one more proof -- */

static enum err find_returned(struct http_request *request, struct signing_session *ret_session,
                              struct signing_code *ret_code)
{
    *ret_session = session_here(request);
    TRY(find_signing_code(ret_session, http_arena(request), ret_code));
    if (ret_code->state != SIGNING_RETURNED || seconds_left(ret_code) == 0)
        return err_set(ERR_NOT_FOUND, "no signature waits for a proof");
    return ERR_NONE;
}

static enum err show_proof(struct http_request *request, int status, const struct signing_code *code,
                           const struct form *form)
{
    const struct signing_flow *flow = signing_flow_of(code->asked.purpose);
    enum language language = http_language(request);
    return page_agent_proof(request, status,
                            &(const struct page_agent_proof){
                                .path = code->asked.page,
                                .address = code->program_address,
                                .label = tr(language, flow->proof_label),
                                .hint = tr(language, flow->proof_hint),
                                .code = form_field(form, "code"),
                            });
}

enum err signing_show_proof(struct http_request *request)
{
    struct signing_session session;
    struct signing_code code;
    struct form form = form_empty(request, proof_rules);
    enum err error = find_returned(request, &session, &code);
    if (error == ERR_NOT_FOUND) return leave(request);
    if (error != ERR_NONE) return error;
    return show_proof(request, 200, &code, &form);
}

enum err signing_check_proof(struct http_request *request)
{
    struct signing_session session;
    struct signing_code code;
    struct form form;
    enum err error = find_returned(request, &session, &code);
    if (error == ERR_NOT_FOUND) return leave(request);
    if (error != ERR_NONE) return error;
    TRY(form_read(request, proof_rules, &form));
    if (form.errors == 0) TRY(signing_flow_of(code.asked.purpose)->check_proof(request, &code, &form));
    if (form.errors == 0) return complete(request, &session, &code);
    form_set(&form, "code", "");
    return show_proof(request, 422, &code, &form);
}
