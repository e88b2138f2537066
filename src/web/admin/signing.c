/* A proposal signed with a verification code: the program shows what changes, the card signs (spec 02). */
#include "web/admin/admin.h"

#include <string.h>

#define PAGE "/yonetim/" SIGNING_PAGE
#define SUBJECT "proposal:" /* and its uid */

static enum err uid_of(const char *subject, const char **ret_uid)
{
    if (strncmp(subject, SUBJECT, strlen(SUBJECT)) != 0) return err_set(ERR_BROKEN, "no proposal is to be signed");
    *ret_uid = subject + strlen(SUBJECT);
    return ERR_NONE;
}

static const char *back_to_proposal(struct arena *arena, const struct signing_code *code)
{
    const char *uid;
    return uid_of(code->asked.subject, &uid) == ERR_NONE ? arena_printf(arena, "/yonetim/oneri/%s", uid)
                                                         : admin_staff_desk.home;
}

static enum err ask(struct http_request *request, const char *uid, struct signing_asked *ret_asked)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct registry_proposal proposal;
    struct staff_account account;
    struct person person;
    TRY(find_proposal(web->db, web->keeper, arena, uid, &proposal));
    if (proposal.state != PROPOSAL_OPEN) return err_set(ERR_STATE, "the proposal is no longer open");
    TRY(find_staff_account(web->db, arena, staff_account_id(request), &account));
    TRY(open_person(web->db, staff_keeper(request), arena, account.person_id, &person));
    *ret_asked = (struct signing_asked){
        .purpose = SIGNING_REGISTRY,
        .subject = arena_printf(arena, SUBJECT "%s", proposal.uid),
        .identity_number = person.details.identity_number,
        .text = proposal.text,
        .page = PAGE,
    };
    person_close(&person);
    return ERR_NONE;
}

static enum err ask_again(struct http_request *request, const struct signing_code *before,
                          struct signing_asked *ret_asked)
{
    const char *uid;
    TRY(uid_of(before->asked.subject, &uid));
    return ask(request, uid, ret_asked);
}

enum err admin_begin_signing(struct http_request *request)
{
    struct signing_asked asked;
    const char *uid = http_path(request, "uid");
    enum err error = ask(request, uid, &asked);
    if (error == ERR_STATE) return admin_go_to_proposal(request, uid, "kapali");
    TRY(error);
    return signing_begin(request, &asked);
}

/* The registry that this one follows: its digest stands in the text, and the program compares the two by itself. */
static enum err list_documents(struct web *web, struct arena *arena, const struct signing_code *code,
                               struct signing_document **ret_documents, size_t *ret_count)
{
    const char *uid;
    struct registry_proposal proposal;
    struct registry_record before;
    struct signing_document *document = NEW(arena, struct signing_document);
    TRY(uid_of(code->asked.subject, &uid));
    TRY(find_proposal(web->db, web->keeper, arena, uid, &proposal));
    if (proposal.state != PROPOSAL_OPEN) return err_set(ERR_STATE, "the proposal is no longer open");
    TRY(find_registry_record(web->db, web->keeper, arena, proposal.number - 1, &before));
    *document = (struct signing_document){.title = arena_printf(arena, "registry %lld", (long long)before.number),
                                          .text = before.text};
    *ret_documents = document;
    *ret_count = 1;
    return ERR_NONE;
}

static enum err complete(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct actor actor = staff_actor(request);
    const char *uid;
    TRY(uid_of(code->asked.subject, &uid));
    enum err error =
        sign_proposal(web->db, staff_keeper(request), arena, &actor, staff_account_id(request), uid, code->signature);
    /* signed in another window, or settled meanwhile: the page says where it stands */
    if (error != ERR_NONE && error != ERR_EXISTS && error != ERR_STATE) return error;
    *ret_path = arena_printf(arena, "/yonetim/oneri/%s?sonuc=%s", uid, error == ERR_STATE ? "kapali" : "imza");
    return ERR_NONE;
}

const struct signing_flow admin_registry_flow = {
    .purpose = SIGNING_REGISTRY,
    .ask = ask_again,
    .back = back_to_proposal,
    .list_documents = list_documents,
    .complete = complete,
    STAFF_PROOF,
    .check_proof = staff_prove,
};
