/* Purpose: the handlers of Online İşlemler, /online (spec 03). */
#ifndef DIVIT_WEB_ONLINE_H
#define DIVIT_WEB_ONLINE_H

#include "certificate/certificate.h"
#include "http/form.h"
#include "identity/identity.h"
#include "web/context.h"

/* log_in.c */
enum err online_show_log_in(struct http_request *request);
enum err online_log_in(struct http_request *request);
enum err online_show_code(struct http_request *request);
enum err online_check_code(struct http_request *request);
enum err online_send_code_again(struct http_request *request);
enum err online_log_out(struct http_request *request);

/* certificates.c */
enum err online_show_certificates(struct http_request *request);
enum err online_download_certificate(struct http_request *request);

const char *online_status_colour(enum certificate_status status); /* of a tag */

/* issuance.c: Adıma Sertifika Üretimi */
enum err online_show_issuance(struct http_request *request);
enum err online_show_lock(struct http_request *request);
enum err online_lock(struct http_request *request);
enum err online_show_unlock(struct http_request *request);
enum err online_unlock(struct http_request *request);

/* activate.c: Askıdan İndir. ERR_STATE leads to where it is said that the certificate stands otherwise by now. */
#define ONLINE_ACTIVATION_OVER "/online/sertifikalar?askidan-indir=yok"
enum err online_show_activation(struct http_request *request);
enum err online_send_activation_code(struct http_request *request);
enum err online_show_activation_code(struct http_request *request);
enum err online_activate(struct http_request *request);
enum err online_show_activated(struct http_request *request);
enum err online_sign_activation(struct http_request *request);

static inline struct actor online_actor(struct http_request *request)
{
    return web_actor(request, ACTOR_PERSON, session_of(request)->subject); /* the routes ask for the role */
}
static inline enum err online_person(struct http_request *request, struct person *ret_person)
{
    struct web *web = web_of(request);
    return open_person(web->db, web->keeper, http_arena(request), session_of(request)->subject, ret_person);
}
#define CLEANUP_PERSON __attribute__((cleanup(person_close)))

/* pin.c: Pin Oluşturma / Kilit Çözme */
enum err online_show_pin(struct http_request *request);
enum err online_begin_pin(struct http_request *request);
enum err online_show_pin_set(struct http_request *request);

/* code.c: what log-in and activation do alike with SMS codes */
extern const struct form_rule online_code_rules[]; /* one field, "code" */
const char *online_code_of_form(struct http_request *request, const struct form *form); /* people put spaces into it */
/* A mistake at "code" for what a person can mend; other errors go on. */
enum err online_code_mistake(struct form *form, enum err error) MUST_CHECK;
/* Keeps until when the code just sent is valid, for the page that asks for it. */
enum err online_keep_code_end(struct http_request *request, int64_t valid_until_s) MUST_CHECK;
int64_t online_code_seconds_left(struct http_request *request); /* 0: over */
/* Was a code sent, now or within the last minute (ERR_TOO_MANY with a short wait)? That one is still good. */
bool is_code_on_its_way(enum err error, int64_t wait_s);
/* One more proof of who signs on another machine than the page's: an SMS code. Of a signing_flow (web/signing.h). */
struct signing_code;
extern const char online_proof_label[], online_proof_hint[]; /* English (TR) */
enum err online_begin_proof(struct http_request *request, const struct signing_code *code) MUST_CHECK;
enum err online_check_proof(struct http_request *request, const struct signing_code *code,
                            struct form *form) MUST_CHECK;

#endif
