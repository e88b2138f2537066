/* The e-signed way (spec 02): the application's own text, signed with a verification code. */
#include "web/apply/apply.h"
#include "web/signing.h"

#include <stdlib.h>
#include <string.h>

#define SUBJECT "application:"

static enum err ask(struct http_request *request, const struct visit *visit, struct signing_asked *ret_asked)
{
    struct arena *arena = http_arena(request);
    const struct application *application = &visit->application;
    if (!application_may_be_signed(application->state)) return err_set(ERR_STATE, "application: no way is asked for");
    *ret_asked = (struct signing_asked){
        .purpose = SIGNING_APPLICATION,
        .subject = arena_printf(arena, SUBJECT "%lld", (long long)application->id),
        .identity_number = application->person.details.identity_number,
        .text = application->statement,
        .page = visit_path(request, SIGNING_PAGE),
    };
    return ERR_NONE;
}

enum err apply_begin_signing(struct http_request *request, const struct visit *visit)
{
    struct signing_asked asked;
    TRY(ask(request, visit, &asked));
    return signing_begin(request, &asked);
}

/* The code was made in this session; should it have been for another application by then, it is nobody's. */
static enum err open_visit(struct http_request *request, const struct signing_code *code, struct visit *ret_visit)
{
    const char *number = code->asked.subject + strlen(SUBJECT);
    if (strncmp(code->asked.subject, SUBJECT, strlen(SUBJECT)) != 0 ||
        strtoll(number, NULL, 10) != session_of(request)->subject)
        return err_set(ERR_FORBIDDEN, "another application");
    return visit_open(request, ret_visit);
}

static enum err ask_again(struct http_request *request, const struct signing_code *before,
                          struct signing_asked *ret_asked)
{
    CLEANUP_VISIT struct visit visit = {0};
    TRY(open_visit(request, before, &visit));
    return ask(request, &visit, ret_asked);
}

/* The other ways stand beside this page. */
static const char *back(struct arena *arena, const struct signing_code *code)
{
    size_t size = strlen(code->asked.page) - strlen(SIGNING_PAGE);
    return arena_printf(arena, "%.*syontem", (int)size, code->asked.page);
}

static enum err list_texts(struct web *web, struct arena *arena, const struct signing_code *code,
                           struct signing_document **ret_documents, size_t *ret_count)
{
    struct accepted_texts texts;
    TRY(find_accepted_texts(web->db, arena, code->asked.text, &texts));
    const struct legal_text *const listed[] = {&texts.undertaking, &texts.form, &texts.notice, &texts.information};
    enum { COUNT = sizeof listed / sizeof *listed };
    struct signing_document *documents = NEW_ARRAY(arena, struct signing_document, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        documents[i] = (struct signing_document){listed[i]->title, bytes_of_text(listed[i]->file)};
    *ret_documents = documents;
    *ret_count = COUNT;
    return ERR_NONE;
}

static enum err complete(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    CLEANUP_VISIT struct visit visit = {0};
    TRY(open_visit(request, code, &visit));
    TRY(sign_application(web_of(request)->db, http_arena(request), &visit.actor, &visit.application, code->signature,
                         code->validation));
    *ret_path = visit_path(request, "sonuc");
    return ERR_NONE;
}

static enum err begin_proof(struct http_request *request, const struct signing_code *code)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct sent_code sent;
    int64_t wait_s;
    TRY(open_visit(request, code, &visit));
    enum err error =
        send_resume_code(web->db, web->keeper, http_arena(request), &visit.actor, &visit.application, &sent, &wait_s);
    return error == ERR_TOO_MANY ? ERR_NONE : error; /* one was sent a moment ago, and is good */
}

static enum err check_proof(struct http_request *request, const struct signing_code *code, struct form *form)
{
    CLEANUP_VISIT struct visit visit = {0};
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    TRY(open_visit(request, code, &visit));
    enum err error = resume_application(web->db, web->keeper, arena, &visit.actor, &visit.application,
                                        barcode_normalise(arena, form_value(form, "code")));
    if (error == ERR_NONE) return ERR_NONE;
    if (code_mistake(error) == NULL) return error;
    form_mistake(form, "code", code_mistake(error));
    return ERR_NONE;
}

const struct signing_flow apply_signing_flow = {
    .purpose = SIGNING_APPLICATION,
    .ask = ask_again,
    .back = back,
    .list_documents = list_texts,
    .complete = complete,
    .proof_label = TR("Type the code that was sent to the mobile telephone of the application"),
    .proof_hint = TR("6 digits; spaces do not matter"),
    .begin_proof = begin_proof,
    .check_proof = check_proof,
};
