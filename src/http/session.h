/*
 * Purpose: browser sessions, kept in the database by the hash of their cookie (spec 03: 15 idle minutes, 8 hours).
 *
 * Each desk has its own cookie, limited to its path. A session has one role (a bit that the route table asks for) and
 * one subject (the row it may act on). The token changes at each change of role (log-in).
 */
#ifndef DIVIT_HTTP_SESSION_H
#define DIVIT_HTTP_SESSION_H

#include "db/db.h"
#include "http/http.h"

#define SESSION_IDLE_S (15 * 60)
#define SESSION_TOTAL_S (8 * 3600)

/* Roles, as bits. ANYONE is a session before log-in: it carries a CSRF token and a challenge. */
enum session_role {
    ROLE_ANYONE = 1,
    ROLE_APPLICANT = 2, /* subject: application id */
    ROLE_OFFICER_PENDING = 4, /* password right, one-time code still asked; subject: staff account id */
    ROLE_OFFICER = 8, /* subject: staff account id */
    ROLE_HOLDER_PENDING = 16, /* security word right, SMS code still asked; subject: person id */
    ROLE_HOLDER = 32, /* subject: person id */
    ROLE_STAFF_PENDING = 64, /* at the provider's own desk: password right; subject: staff account id, as the next */
    ROLE_OPERATOR = 128,
    ROLE_ADMINISTRATOR = 256,
};
#define ROLES_OF_STAFF (ROLE_OFFICER_PENDING | ROLE_OFFICER | ROLE_STAFF_PENDING | ROLE_OPERATOR | ROLE_ADMINISTRATOR)

struct session {
    int64_t id;
    enum session_role role;
    int64_t subject; /* 0: none */
    int64_t created_s;
    int64_t seen_s;
    const char *csrf; /* for the form's hidden field "csrf" */
};

/* The server's session store: its database and the MAC key that binds CSRF tokens to sessions (32 bytes). */
void session_store(struct http_server *server, struct db *db, const uint8_t *mac_key);

/* The request's session, valid now; NULL if none. Looked up once a request, before the handler. */
const struct session *session_of(struct http_request *request);
/* A session for this desk, made if there is none (role ANYONE); sets the cookie. */
enum err session_need(struct http_request *request, const struct session **ret_session) MUST_CHECK;
/* A new token with this role and subject; the old one is void. */
enum err session_become(struct http_request *request, enum session_role role, int64_t subject) MUST_CHECK;
enum err session_end(struct http_request *request) MUST_CHECK; /* log-out: at once, cookie gone */
/* In a transaction of another act: all that this subject has in these roles are over with it. */
enum err end_sessions(struct db_tx *tx, unsigned roles, int64_t subject) MUST_CHECK;
/* One text (≤ 4000 bytes, no personal data) kept with the session: a page's state between requests. NULL if none. */
enum err session_keep(struct http_request *request, const char *text) MUST_CHECK;
const char *session_kept(struct http_request *request);
/* A small secret, sealed under the cookie itself: the database alone does not open it. ERR_NOT_FOUND without one. */
enum err session_keep_secret(struct http_request *request, struct bytes secret) MUST_CHECK;
enum err session_secret(struct http_request *request, struct bytes *ret_secret) MUST_CHECK;

#endif
