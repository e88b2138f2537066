#include "worker/questions.h"

#include "base/log.h"
#include "ipc/messages.h"
#include "ipc/question.h"
#include "register/register.h"
#include "worker/form_pdf.h"
#include "worker/gather_validation.h"

static enum err verify_person(struct ipc_call *call)
{
    const struct worker *worker = call->context;
    struct question_person person;
    TRY(question_person_get(&call->request, &person));
    enum question_answer answer = population_verify(&worker->population, &person);
    if (answer == QUESTION_UNAVAILABLE) log_event(LOG_WARNING, "population_unavailable", "why", err_detail(), NULL);
    question_answer_put(call->reply, answer);
    return ERR_NONE;
}

static enum err make_form_pdf(struct ipc_call *call)
{
    const struct worker *worker = call->context;
    int64_t application_id;
    TRY(ipc_get_int64(&call->request, &application_id));
    TRY(ipc_get_end(&call->request));
    struct bytes pdf;
    enum err error = form_pdf(worker->db, worker->keeper, call->arena, worker->installation, application_id, &pdf);
    if (error != ERR_NONE) {
        if (err_class(error) == ERR_CLASS_BROKEN) log_error("form_pdf", error, NULL);
        return error;
    }
    ipc_put_bytes(call->reply, pdf);
    return ERR_NONE;
}

static enum err make_validation(struct ipc_call *call)
{
    const struct worker *worker = call->context;
    struct bytes certificate, data;
    TRY(ipc_get_bytes(&call->request, &certificate));
    TRY(ipc_get_end(&call->request));
    enum err error = gather_validation(worker, call->arena, certificate, &data);
    if (error != ERR_NONE) {
        log_event(LOG_WARNING, "validation_unavailable", "why", err_detail(), NULL);
        return error;
    }
    ipc_put_bytes(call->reply, data);
    return ERR_NONE;
}

static enum err read_scim(struct ipc_reader *request, struct scim_call *call)
{
    TRY(ipc_get_text(request, &call->token));
    TRY(ipc_get_text(request, &call->method));
    TRY(ipc_get_text(request, &call->path));
    TRY(ipc_get_text(request, &call->filter));
    TRY(ipc_get_int64(request, &call->start_index));
    TRY(ipc_get_int64(request, &call->count));
    TRY(ipc_get_bytes(request, &call->body));
    TRY(ipc_get_text(request, &call->address));
    TRY(ipc_get_text(request, &call->request));
    return ipc_get_end(request);
}

static enum err make_scim_answer(struct ipc_call *call)
{
    const struct worker *worker = call->context;
    struct scim_call asked = {.public_url = worker->installation->public_url};
    struct scim_answer answer = {0};
    TRY(read_scim(&call->request, &asked));
    enum err error = answer_scim(worker->db, worker->keeper, call->arena, &asked, &answer);
    if (error != ERR_NONE) {
        if (err_class(error) == ERR_CLASS_BROKEN) log_error("scim", error, "request", asked.request, NULL);
        return error;
    }
    ipc_put_int64(call->reply, answer.status);
    ipc_put_text(call->reply, answer.json);
    ipc_put_text(call->reply, answer.location);
    return ERR_NONE;
}

const struct ipc_route question_routes[] = {
    {QUESTION_VERIFY_PERSON, verify_person},
    {QUESTION_FORM_PDF, make_form_pdf},
    {QUESTION_VALIDATION, make_validation},
    {QUESTION_SCIM, make_scim_answer},
    {0},
};
