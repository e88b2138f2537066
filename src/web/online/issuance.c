/* Adıma Sertifika Üretimi: all that was ever made in this name; to lock it, at once, and to unlock it (spec 03). */
#include "certificate/certificate.h"
#include "web/online/online.h"
#include "web/online/page_online_issuance.h"
#include "web/online/page_online_lock.h"
#include "web/online/page_online_unlock.h"
#include "web/signing.h"

#define PAGE "/online/adima-uretim"

static enum err find_lock(struct http_request *request, struct issuance_lock *ret_lock)
{
    return find_issuance_lock(web_of(request)->db, http_arena(request), session_of(request)->subject, ret_lock);
}

enum err online_show_issuance(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    const struct certificate_record *certificates;
    struct issuance_lock lock;
    size_t count;
    TRY(list_certificates(web_of(request)->db, arena, session_of(request)->subject, &certificates, &count));
    TRY(find_lock(request, &lock));
    bool is_locked = issuance_is_locked(&lock, clock_now_s());
    struct page_online_issuance_certificates *items =
        NEW_ARRAY(arena, struct page_online_issuance_certificates, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct page_online_issuance_certificates){
            .serial = certificates[i].serial,
            .starts = time_to_date_time(arena, certificates[i].not_before_s),
            .ends_on = time_to_date_time(arena, certificates[i].not_after_s),
            .status = tr(language, certificate_status_title(certificates[i].status)),
            .colour = online_status_colour(certificates[i].status),
            .since_when = time_to_date_time(arena, certificates[i].since_s),
            .card = certificates[i].card_serial,
        };
    }
    return page_online_issuance(request, 200,
                                &(const struct page_online_issuance){
                                    .is_locked = is_locked && lock.ends_s == 0,
                                    .is_ending = is_locked && lock.ends_s != 0,
                                    .is_changing = lock.is_changing,
                                    .is_refused = lock.refused != NULL,
                                    .rule = lock.refused,
                                    .since = is_locked ? time_to_date_time(arena, lock.since_s) : NULL,
                                    .ends = is_locked ? time_to_date_time(arena, lock.ends_s) : NULL,
                                    .has_certificates = count > 0,
                                    .certificates = items,
                                    .certificates_count = count,
                                });
}

enum err online_show_lock(struct http_request *request)
{
    return page_online_lock(request, 200, &(const struct page_online_lock){0});
}

enum err online_lock(struct http_request *request)
{
    struct web *web = web_of(request);
    struct actor actor = online_actor(request);
    CLEANUP_PERSON struct person person = {0};
    struct issuance_lock lock;
    TRY(find_lock(request, &lock));
    bool stands = issuance_is_locked(&lock, clock_now_s()) && lock.ends_s == 0 && lock.refused == NULL;
    if (stands) return http_redirect(request, PAGE); /* sent twice */
    TRY(online_person(request, &person));
    enum err error = ask_lock(web->db, http_arena(request), &actor, &person, web->installation->public_url);
    if (error != ERR_NONE && error != ERR_EXISTS)
        return error; /* asked in another window: the page says how it stands */
    return http_redirect(request, PAGE);
}

enum err online_show_unlock(struct http_request *request)
{
    return page_online_unlock(request, 200, &(const struct page_online_unlock){0});
}

/* -- the owner's signature -- */

static enum err ask(struct http_request *request, struct signing_asked *ret_asked)
{
    struct arena *arena = http_arena(request);
    struct issuance_lock lock;
    CLEANUP_PERSON struct person person = {0};
    struct signing_asked asked = {.purpose = SIGNING_UNLOCK, .subject = "lock", .page = "/online/" SIGNING_PAGE};
    TRY(online_person(request, &person));
    TRY(find_lock(request, &lock));
    TRY(write_unlocking(arena, &person, &lock, web_of(request)->installation->public_url, &asked.text));
    asked.identity_number = person.details.identity_number;
    *ret_asked = asked;
    return ERR_NONE;
}

enum err online_unlock(struct http_request *request)
{
    struct signing_asked asked;
    enum err error = ask(request, &asked);
    if (error == ERR_STATE) return http_redirect(request, PAGE); /* unlocked meanwhile, or never locked */
    TRY(error);
    return signing_begin(request, &asked);
}

static enum err ask_again(struct http_request *request, const struct signing_code *before,
                          struct signing_asked *ret_asked)
{
    (void)before;
    return ask(request, ret_asked);
}

static const char *back(struct arena *arena, const struct signing_code *code)
{
    (void)arena;
    (void)code;
    return PAGE;
}

static enum err complete(struct http_request *request, const struct signing_code *code, const char **ret_path)
{
    struct actor actor = online_actor(request);
    CLEANUP_PERSON struct person person = {0};
    TRY(online_person(request, &person));
    enum err error =
        ask_unlocking(web_of(request)->db, http_arena(request), &actor, &person, code->asked.text, code->signature);
    *ret_path = PAGE;
    return error == ERR_EXISTS ? ERR_NONE : error; /* locked again in another window: that goes first */
}

const struct signing_flow online_unlock_flow = {
    .purpose = SIGNING_UNLOCK,
    .ask = ask_again,
    .back = back,
    .complete = complete,
    .proof_label = online_proof_label,
    .proof_hint = online_proof_hint,
    .begin_proof = online_begin_proof,
    .check_proof = online_check_proof,
};
