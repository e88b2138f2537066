/* Decisions signed with a verification code and a card (spec 04). */
#include "application/application.h"
#include "web/officer/officer.h"

#include <stdlib.h>
#include <string.h>

#define PAGE "/yetkili/" SIGNING_PAGE
#define DECISION_SUBJECT "decision:" /* and the account's number, ':', the decision's uid */

static enum err open_subject(const char *subject, int64_t *ret_account, const char **ret_uid)
{
    char *end = NULL;
    if (strncmp(subject, DECISION_SUBJECT, strlen(DECISION_SUBJECT)) != 0)
        return err_set(ERR_BROKEN, "no decision is to be signed");
    *ret_account = strtoll(subject + strlen(DECISION_SUBJECT), &end, 10);
    if (*end != ':') return err_set(ERR_BROKEN, "no decision is to be signed");
    *ret_uid = end + 1;
    return ERR_NONE;
}

static enum err ask_decision(struct http_request *request, const char *uid, struct signing_asked *ret_asked)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct decision decision;
    struct staff_account account;
    struct person person;
    TRY(find_decision(web->db, arena, staff_account_id(request), uid, &decision));
    if (decision.signed_s != 0) return err_set(ERR_STATE, "decision: signed already");
    TRY(find_staff_account(web->db, arena, staff_account_id(request), &account));
    TRY(open_person(web->db, staff_keeper(request), arena, account.person_id, &person));
    *ret_asked = (struct signing_asked){
        .purpose = SIGNING_APPROVAL,
        .subject = arena_printf(arena, DECISION_SUBJECT "%lld:%s", (long long)account.id, decision.uid),
        .identity_number = person.details.identity_number,
        .text = bytes_of_text(decision.statement),
        .page = PAGE,
    };
    person_close(&person);
    return ERR_NONE;
}

static enum err ask_decision_again(struct http_request *request, const struct signing_code *before,
                                   struct signing_asked *ret_asked)
{
    int64_t account;
    const char *uid;
    TRY(open_subject(before->asked.subject, &account, &uid));
    return ask_decision(request, uid, ret_asked);
}

static const char *back_to_decision(struct arena *arena, const struct signing_code *code)
{
    return arena_printf(arena, "/yetkili/karar/%s", strrchr(code->asked.subject, ':') + 1);
}

enum err officer_begin_signing(struct http_request *request)
{
    struct signing_asked asked;
    TRY(ask_decision(request, http_path(request, "uid"), &asked));
    return signing_begin(request, &asked);
}

/* Each application in full, so that the program can see for itself what the digests in the text stand for. */
static enum err list_applications(struct web *web, struct arena *arena, const struct signing_code *code,
                                  struct signing_document **ret_documents, size_t *ret_count)
{
    int64_t account;
    const char *uid;
    struct decision decision;
    TRY(open_subject(code->asked.subject, &account, &uid));
    TRY(find_decision(web->db, arena, account, uid, &decision));
    struct signing_document *documents = NEW_ARRAY(arena, struct signing_document, decision.application_count);
    for (size_t i = 0; i < decision.application_count; i++) {
        CLEANUP_APPLICATION struct application application = {0};
        TRY(open_application_for_officer(web->db, web->keeper, arena, account, decision.application_ids[i],
                                         &application));
        documents[i] = (struct signing_document){
            .title = arena_printf(arena, "%s: %s %s", application.barcode == NULL ? "-" : application.barcode,
                                  application.form.given_names, application.form.surname),
            .text = application.statement,
        };
    }
    *ret_documents = documents;
    *ret_count = decision.application_count;
    return ERR_NONE;
}

static enum err complete_decision(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = staff_actor(request);
    int64_t account;
    const char *uid;
    TRY(open_subject(code->asked.subject, &account, &uid));
    if (account != staff_account_id(request)) return err_set(ERR_FORBIDDEN, "another officer's decision");
    TRY(accept_decision_signature(web->db, staff_keeper(request), arena, &actor, account, uid, code->signature));
    *ret_path = arena_printf(arena, "/yetkili/karar/%s?sonuc=imza", uid);
    return ERR_NONE;
}

const struct signing_flow officer_approval_flow = {
    .purpose = SIGNING_APPROVAL,
    .ask = ask_decision_again,
    .back = back_to_decision,
    .list_documents = list_applications,
    .complete = complete_decision,
    STAFF_PROOF,
    .check_proof = staff_prove,
};
