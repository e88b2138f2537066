#include "worker/questions.h"

#include "base/log.h"
#include "ipc/messages.h"
#include "ipc/question.h"
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

const struct ipc_route question_routes[] = {
    {QUESTION_VERIFY_PERSON, verify_person},
    {QUESTION_FORM_PDF, make_form_pdf},
    {QUESTION_VALIDATION, make_validation},
    {0},
};
