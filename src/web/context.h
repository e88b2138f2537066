/* Purpose: what every handler of the web program can reach. */
#ifndef DIVIT_WEB_CONTEXT_H
#define DIVIT_WEB_CONTEXT_H

#include "audit/audit.h"
#include "http/session.h"
#include "ipc/installation.h"
#include "ipc/keeper_client.h"
#include "publication/publication.h"
#include "web/page.h"

struct web {
    const struct installation *installation;
    struct db *db;
    struct keeper *keeper;
    struct ipc_asker *asker; /* the worker's question socket; see ask.h */
    const uint8_t *key; /* KEY_SIZE bytes, STATE/web/session.key */
};

/* contacts.c: how the provider is reached, as it stands now or stood a second ago; in the request's arena */
struct contacts web_contacts(struct http_request *request);
struct page_support web_find_support(struct http_request *request); /* likewise, for the layout */

#define OBJECTION_PATH "/itiraz" /* where contacts known from before object; named in their notices */

struct web *web_of(struct http_request *request);
/* Who acts in this request: for the acts of the domain rooms. `id`: person or staff account, 0 for ACTOR_NOBODY. */
struct actor web_actor(struct http_request *request, enum actor_kind kind, int64_t id);

/* Attempts from one network address at one thing ("login_officer"): at most 30 in 15 minutes; else as count_attempt(). */
enum err web_count_address(struct http_request *request, const char *kind, int64_t *ret_wait_s) MUST_CHECK;
/* It was right: only wrong ones count, for a whole hospital may come from one address. */
enum err web_count_address_right(struct http_request *request, const char *kind) MUST_CHECK;
/* "Too many attempts. Wait 3 minutes and try again", in the request's language. */
const char *web_wait_text(struct http_request *request, int64_t wait_s);

#endif
