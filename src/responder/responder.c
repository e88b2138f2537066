#include "responder/responder.h"

#include "base/file.h"
#include "base/log.h"
#include "http/http.h"
#include "ipc/messages.h"
#include "ipc/process.h"
#include "pki/ocsp.h"
#include "pki/signature.h"
#include "responder/follow.h"

#include <stdlib.h>

struct settings {
    const char *address;
    int64_t port;
    int64_t threads;
    const char *signer_key;
};

#define SIGNER_KEY_MAX 1024 /* bytes */
#define SECTION "responder"
const struct config_item responder_items[] = {
    {SECTION, "address", CONFIG_TEXT, offsetof(struct settings, address), "127.0.0.1", 0, 0,
     "Network address on which OCSP, CRLs and CA certificates are served."},
    {SECTION, "port", CONFIG_INT, offsetof(struct settings, port), NULL, 0, 65535, "TCP port; 0 takes a free one."},
    {SECTION, "threads", CONFIG_INT, offsetof(struct settings, threads), "4", 1, 64,
     "Threads that answer, each with a database connection."},
    {SECTION, "signer_key", CONFIG_TEXT, offsetof(struct settings, signer_key), "signer/signer.pub", 0, 0,
     "File with the signer's own public key, whose word on status is believed; a relative path begins at the state "
     "folder."},
    {0},
};

static enum err answer_ocsp(struct http_request *request, struct bytes der)
{
    struct responder *responder = http_context(request);
    struct bytes response = ocsp_answer(responder, http_arena(request), der);
    return http_answer(request, 200, "application/ocsp-response", response);
}

static enum err post_ocsp(struct http_request *request)
{
    return answer_ocsp(request, http_body(request));
}

/* RFC 6960 A.1: GET with the request in base64, url-encoded. */
static enum err get_ocsp(struct http_request *request)
{
    struct bytes der;
    if (base64_decode(http_arena(request), http_path(request, "request"), &der) != ERR_NONE) der = (struct bytes){0};
    return answer_ocsp(request, der);
}

static enum err answer_crl(struct http_request *request, const char *issuer)
{
    const struct responder *responder = http_context(request);
    struct bytes der;
    TRY(read_newest_crl(responder->db, http_arena(request), issuer, &der));
    return http_answer(request, 200, "application/pkix-crl", der); /* RFC 2585 4.2 */
}

static enum err get_issuing_crl(struct http_request *request)
{
    return answer_crl(request, "issuing");
}

/* The ceremony's own lists: of the authorities' certificates, and of a demonstration's people. */
static enum err get_root_crl(struct http_request *request)
{
    return answer_crl(request, "root");
}

static enum err get_people_crl(struct http_request *request)
{
    return answer_crl(request, "people");
}

static enum err answer_certificate(struct http_request *request, const char *name)
{
    const struct responder *responder = http_context(request);
    struct bytes der;
    TRY(read_ca_certificate(responder->db, http_arena(request), name, &der));
    return http_answer(request, 200, "application/pkix-cert", der); /* RFC 2585 4.1 */
}

static enum err get_issuing(struct http_request *request)
{
    return answer_certificate(request, "issuing");
}

static enum err get_root(struct http_request *request)
{
    return answer_certificate(request, "root");
}

static const struct http_route routes[] = {
    {HTTP_POST, "/ocsp", 0, HTTP_OPEN, OCSP_REQUEST_MAX, post_ocsp},
    {HTTP_GET, "/ocsp/{request*}", 0, HTTP_OPEN, 0, get_ocsp},
    {HTTP_GET, "/crl/issuing.crl", 0, HTTP_OPEN, 0, get_issuing_crl},
    {HTTP_GET, "/crl/root.crl", 0, HTTP_OPEN, 0, get_root_crl},
    {HTTP_GET, "/crl/people.crl", 0, HTTP_OPEN, 0, get_people_crl},
    {HTTP_GET, "/ca/issuing.cer", 0, HTTP_OPEN, 0, get_issuing},
    {HTTP_GET, "/ca/root.cer", 0, HTTP_OPEN, 0, get_root},
    {0},
};
static const struct http_desk desk = {.prefix = "", .routes = routes};
static const struct http_desk *const desks[] = {&desk, NULL};

static void show_error(struct http_request *request, enum err error, int status)
{
    if (err_class(error) == ERR_CLASS_BROKEN) log_error("responder_request", error, NULL);
    enum err answered = http_answer(request, status, "text/plain; charset=utf-8", bytes_of_text(err_meaning(error)));
    if (answered != ERR_NONE) log_error("responder_answer", answered, NULL);
}

static const struct ipc_route ipc_routes[] = {
    {RESPONDER_OCSP_REQUEST, responder_key_request},
    {RESPONDER_OCSP_CERTIFICATE, responder_key_accept},
    {0},
};

struct servers {
    struct http_server *http;
    struct ipc_server *ipc;
};

/* Before the process keeps to its files: the key lies in the signer's folder, of which nothing else is the responder's. */
static enum err open_book(struct arena *arena, const struct installation *installation, const char *file,
                          struct responder *responder)
{
    struct bytes key;
    const char *path = file[0] == '/' ? file : installation_path(arena, installation, "%s", file);
    TRY(file_read(arena, path, SIGNER_KEY_MAX, &key));
    TRY(public_key_check(key));
    responder->book = status_book_new(key);
    return ERR_NONE;
}

static enum err start(struct arena *arena, const struct installation *installation, struct responder *responder,
                      struct servers *servers)
{
    struct settings settings;
    TRY(installation_settings(arena, installation, responder_items, &settings));
    static const struct confine_file files[] = {{PROCESS_DATABASE, CONFINE_READ}, {"run", CONFINE_WRITE}, {0}};
    TRY(process_begin("responder", installation));
    TRY(open_book(arena, installation, settings.signer_key, responder));
    TRY(process_files(installation, files));
    TRY(db_open_read_only(installation->database, (int)settings.threads + 1, &responder->db));
    TRY(responder_key_new(&responder->key));
    struct http_options options = {
        .address = settings.address,
        .port = (int)settings.port,
        .event_threads = 1,
        .pool_threads = (int)settings.threads,
        .connections_max = 10000,
        .desks = desks,
        .context = responder,
        .error_page = show_error,
        .is_session_less = true,
    };
    TRY(http_listen(&options, &servers->http));
    TRY(ipc_listen(installation_path(arena, installation, "run/responder.sock"), ipc_routes, 0, responder->key,
                   &servers->ipc));
    TRY(confine(CONFINE_UNIX));
    TRY(responder_follow_start(responder));
    TRY(ipc_serve(servers->ipc));
    return http_start(servers->http);
}

int responder_main(const struct installation *installation)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct responder responder = {0};
    struct servers servers = {0};
    enum err error = start(arena, installation, &responder, &servers);
    if (error != ERR_NONE) {
        log_error("responder_start", error, NULL);
    } else {
        process_ready();
        process_wait();
    }
    http_stop(servers.http);
    ipc_stop(servers.ipc);
    _Exit(error == ERR_NONE ? 0 : 1); /* the thread that follows the statements may be at work with what is left */
}
