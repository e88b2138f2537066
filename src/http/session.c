/* Purpose: browser sessions in the database; see session.h. The cookie holds 256 random bits, the database its hash. */
#include "http/session.h"

#include "base/clock.h"
#include "base/secret.h"
#include "http/internal.h"
#include "session_sql.h"

#include <string.h>

#define TOKEN_SIZE 32
#define SEEN_STEP_S 15 /* a session's last use is written at most this often */
#define KEPT_MAX 4000
#define SWEEP_ONE_IN 64 /* new sessions: one of so many clears away those that are over */

struct session_change {
    const char *desk;
    struct bytes token_hash;
    int64_t old_id; /* 0: none */
    int64_t role, subject;
    int64_t now_s;
    const char *kept;
    bool sweeps;
    int64_t new_id;
};

static const char *cookie_name(struct http_request *request)
{
    const char *prefix = request->desk->prefix;
    if (prefix[0] == '\0') return "oturum";
    char *name = (char *)arena_printf(http_arena(request), "oturum%s", prefix);
    for (char *c = name; *c != '\0'; c++) {
        if (*c == '/') *c = '_';
    }
    return name;
}

static const char *cookie_path(const struct http_request *request)
{
    return request->desk->prefix[0] == '\0' ? "/" : request->desk->prefix;
}

static void set_session(struct http_request *request, const char *token, const struct session *values)
{
    struct arena *arena = http_arena(request);
    struct session *session = NEW(arena, struct session);
    *session = *values;
    session->csrf = hex_encode(arena, hmac_sha256(arena, request->server->session_key, bytes_of_text(token)));
    request->session = session;
    request->session_token = token;
}

struct session_lookup {
    struct arena *arena;
    const char *desk;
    struct bytes token_hash;
    const struct db_rows *rows;
};

static enum err find_session(struct db_tx *tx, void *context)
{
    struct session_lookup *lookup = context;
    return db_rows(tx, lookup->arena, &sql_session_find,
                   DB_WITH(DB_TEXT("desk", lookup->desk), DB_BYTES("token_hash", lookup->token_hash)), &lookup->rows);
}

static enum err mark_seen(struct db_tx *tx, void *context)
{
    const struct session *session = context;
    return db_exec(tx, &sql_session_seen, DB_WITH(DB_INT64("now_s", session->seen_s), DB_INT64("id", session->id)),
                   NULL);
}

static enum err session_load(struct http_request *request)
{
    if (request->desk == NULL || request->session != NULL) return ERR_NONE;
    const char *token = http_cookie(request, cookie_name(request));
    if (token == NULL || strlen(token) != TOKEN_SIZE * 2) return ERR_NONE;
    request->session_token = token;
    struct arena *arena = http_arena(request);
    struct session_lookup lookup = {
        .arena = arena, .desk = request->desk->prefix, .token_hash = sha256(arena, bytes_of_text(token))};
    TRY(db_read(request->server->session_db, find_session, &lookup));
    if (db_count(lookup.rows) == 0) return ERR_NONE;
    struct session session = {
        .id = db_int64(lookup.rows, 0, "id"),
        .role = (enum session_role)db_int64(lookup.rows, 0, "role"),
        .subject = db_int64(lookup.rows, 0, "subject"),
        .created_s = db_int64(lookup.rows, 0, "created_s"),
        .seen_s = db_int64(lookup.rows, 0, "seen_s"),
    };
    int64_t now_s = clock_now_s();
    if (now_s - session.seen_s >= SESSION_IDLE_S || now_s - session.created_s >= SESSION_TOTAL_S) return ERR_NONE;
    if (now_s - session.seen_s >= SEEN_STEP_S) {
        session.seen_s = now_s;
        TRY(db_run(request->server->session_db, mark_seen, &session));
    }
    set_session(request, token, &session);
    request->session_kept = db_text(lookup.rows, 0, "kept");
    request->session_sealed = db_bytes(lookup.rows, 0, "sealed_secret");
    return ERR_NONE;
}

void session_store(struct http_server *server, struct db *db, const uint8_t *mac_key)
{
    server->session_db = db;
    server->session_key = secret_alloc(KEY_SIZE);
    memcpy(server->session_key, mac_key, KEY_SIZE);
    server->session_load = session_load;
    server->view_begin = db_view_begin;
    server->view_end = db_view_end;
}

const struct session *session_of(struct http_request *request)
{
    return request->session;
}

static enum err replace_session(struct db_tx *tx, void *context)
{
    struct session_change *change = context;
    if (change->old_id != 0) TRY(db_exec(tx, &sql_session_delete, DB_WITH(DB_INT64("id", change->old_id)), NULL));
    if (change->sweeps) {
        TRY(db_exec(tx, &sql_session_delete_over,
                    DB_WITH(DB_INT64("idle_since_s", change->now_s - SESSION_IDLE_S),
                            DB_INT64("created_before_s", change->now_s - SESSION_TOTAL_S)),
                    NULL));
    }
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_session_insert,
               DB_WITH(DB_TEXT("desk", change->desk), DB_BYTES("token_hash", change->token_hash),
                       DB_INT64("role", change->role), DB_INT64("subject", change->subject),
                       DB_INT64("now_s", change->now_s)),
               &row));
    change->new_id = db_int64(row, 0, "id");
    return ERR_NONE;
}

enum err session_become(struct http_request *request, enum session_role role, int64_t subject)
{
    struct http_server *server = request->server;
    if (server->session_load == NULL) return err_set(ERR_BROKEN, "this program has no sessions");
    struct arena *arena = http_arena(request);
    const char *token = random_hex(arena, TOKEN_SIZE);
    struct session_change change = {
        .desk = request->desk->prefix,
        .token_hash = sha256(arena, bytes_of_text(token)),
        .old_id = request->session == NULL ? 0 : request->session->id,
        .role = role,
        .subject = subject,
        .now_s = clock_now_s(),
        .sweeps = random_below(SWEEP_ONE_IN) == 0,
    };
    TRY(db_run(server->session_db, replace_session, &change));
    set_session(
        request, token,
        &(const struct session){
            .id = change.new_id, .role = role, .subject = subject, .created_s = change.now_s, .seen_s = change.now_s});
    request->session_kept = NULL;
    request->session_sealed = (struct bytes){0};
    http_set_cookie(request, cookie_name(request), token, cookie_path(request), -1);
    return ERR_NONE;
}

enum err session_need(struct http_request *request, const struct session **ret_session)
{
    if (request->session == NULL) TRY(session_become(request, ROLE_ANYONE, 0));
    *ret_session = request->session;
    return ERR_NONE;
}

static enum err delete_session(struct db_tx *tx, void *context)
{
    const struct session *session = context;
    return db_exec(tx, &sql_session_delete, DB_WITH(DB_INT64("id", session->id)), NULL);
}

enum err session_end(struct http_request *request)
{
    if (request->session == NULL) return ERR_NONE;
    TRY(db_run(request->server->session_db, delete_session, (void *)request->session));
    request->session = NULL;
    request->session_token = NULL;
    request->session_kept = NULL;
    http_set_cookie(request, cookie_name(request), "", cookie_path(request), 0);
    return ERR_NONE;
}

static enum err keep_text(struct db_tx *tx, void *context)
{
    const struct session_change *change = context;
    return db_exec(tx, &sql_session_keep, DB_WITH(DB_TEXT("kept", change->kept), DB_INT64("id", change->old_id)), NULL);
}

enum err session_keep(struct http_request *request, const char *text)
{
    if (request->session == NULL) return err_set(ERR_EXPIRED, "no session");
    if (text != NULL && strlen(text) > KEPT_MAX) return err_set(ERR_BROKEN, "too much to keep with a session");
    struct session_change change = {.old_id = request->session->id, .kept = text};
    TRY(db_run(request->server->session_db, keep_text, &change));
    request->session_kept = arena_text(http_arena(request), text);
    return ERR_NONE;
}

const char *session_kept(struct http_request *request)
{
    return request->session_kept;
}

#define SECRET_CONTEXT "session.sealed_secret"

static const uint8_t *secret_key(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    return sha256(arena, bytes_of_text(arena_printf(arena, SECRET_CONTEXT ":%s", request->session_token))).data;
}

struct secret_change {
    int64_t id;
    struct bytes sealed;
};

static enum err keep_secret(struct db_tx *tx, void *context)
{
    const struct secret_change *change = context;
    return db_exec(tx, &sql_session_keep_secret,
                   DB_WITH(DB_BYTES("sealed", change->sealed), DB_INT64("id", change->id)), NULL);
}

enum err session_keep_secret(struct http_request *request, struct bytes secret)
{
    if (request->session == NULL) return err_set(ERR_EXPIRED, "no session");
    struct secret_change change = {request->session->id,
                                   seal(http_arena(request), secret_key(request), secret, SECRET_CONTEXT)};
    TRY(db_run(request->server->session_db, keep_secret, &change));
    request->session_sealed = change.sealed;
    return ERR_NONE;
}

enum err session_secret(struct http_request *request, struct bytes *ret_secret)
{
    if (request->session == NULL || request->session_sealed.size == 0)
        return err_set(ERR_NOT_FOUND, "the session keeps no secret");
    return seal_open(http_arena(request), secret_key(request), request->session_sealed, SECRET_CONTEXT, ret_secret);
}
