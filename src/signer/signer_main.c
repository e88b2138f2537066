/* `divit signer`: its socket, its handlers, its start. */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "ipc/messages.h"
#include "ipc/process.h"
#include "pki/passkey.h"
#include "signer/authority.h"
#include "signer/settings.h"
#include "signer/signer.h"

#include <string.h>

static enum err get_proofs(struct ipc_call *call, const struct signer_proof **ret_proofs, size_t *ret_count)
{
    int64_t count, kind;
    TRY(ipc_get_int64(&call->request, &count));
    if (count < 0 || count > SIGNER_PROOFS_MAX) return err_set(ERR_INVALID, "number of proofs");
    struct signer_proof *proofs = NEW_ARRAY(call->arena, struct signer_proof, (size_t)count + 1);
    for (int64_t i = 0; i < count; i++) {
        TRY(ipc_get_int64(&call->request, &kind));
        if (kind < PROOF_CARD || kind > PROOF_STATION) return err_set(ERR_INVALID, "kind of a proof");
        proofs[i].kind = (enum signer_proof_kind)kind;
        TRY(ipc_get_bytes(&call->request, &proofs[i].text));
        TRY(ipc_get_bytes(&call->request, &proofs[i].proof));
    }
    *ret_proofs = proofs;
    *ret_count = (size_t)count;
    return ERR_NONE;
}

static enum err handle_issue(struct ipc_call *call)
{
    struct signer_evidence evidence;
    TRY(ipc_get_text(&call->request, &evidence.application_uid));
    TRY(ipc_get_int64(&call->request, &evidence.attempt));
    TRY(ipc_get_bytes(&call->request, &evidence.application_statement));
    TRY(ipc_get_bytes(&call->request, &evidence.certificate_request));
    TRY(get_proofs(call, &evidence.proofs, &evidence.proof_count));
    TRY(ipc_get_end(&call->request));
    struct bytes certificate;
    enum err error = authority_issue(call->context, call->arena, &evidence, clock_now_s(), &certificate);
    if (error != ERR_NONE) {
        log_error("not_issued", error, "application", evidence.application_uid, NULL);
        return error;
    }
    log_event(LOG_INFO, "issued", "application", evidence.application_uid, NULL);
    ipc_put_bytes(call->reply, certificate);
    return ERR_NONE;
}

static enum err handle_status(struct ipc_call *call)
{
    const char *serial;
    int64_t status, reason, since_s;
    const struct signer_proof *proofs;
    size_t count;
    TRY(ipc_get_text(&call->request, &serial));
    TRY(ipc_get_int64(&call->request, &status));
    TRY(ipc_get_int64(&call->request, &reason));
    TRY(get_proofs(call, &proofs, &count));
    TRY(ipc_get_end(&call->request));
    if (count > 1) return err_set(ERR_INVALID, "more than one proof");
    if (status < SIGNER_ACTIVE || status > SIGNER_REVOKED) return err_set(ERR_INVALID, "no such status");
    TRY(authority_set_status(call->context, call->arena, serial, (enum signer_status)status, reason,
                             count > 0 ? proofs : NULL, clock_now_s(), &since_s));
    log_event(LOG_INFO, "status_set", "serial", serial, "status", log_int(call->arena, status), NULL);
    ipc_put_int64(call->reply, since_s);
    return ERR_NONE;
}

static enum err handle_registry_read(struct ipc_call *call)
{
    const struct authority *authority = call->context;
    struct bytes signature;
    TRY(ipc_get_end(&call->request));
    TRY(authority_sign_registry(authority, call->arena, &signature));
    ipc_put_bytes(call->reply, authority->registry_text);
    ipc_put_bytes(call->reply, signature);
    return ERR_NONE;
}

/* What people have signed. */
static enum err get_proven(struct ipc_call *call, struct bytes *ret_text, const struct signer_proof **ret_proofs,
                           size_t *ret_count)
{
    TRY(ipc_get_bytes(&call->request, ret_text));
    TRY(get_proofs(call, ret_proofs, ret_count));
    return ipc_get_end(&call->request);
}

static enum err handle_registry(struct ipc_call *call)
{
    struct bytes text;
    const struct signer_proof *proofs;
    size_t count;
    TRY(get_proven(call, &text, &proofs, &count));
    enum err error = authority_set_registry(call->context, call->arena, text, proofs, count, clock_now_s());
    if (error != ERR_NONE) log_error("registry_refused", error, NULL);
    else log_event(LOG_INFO, "registry_taken", NULL);
    return error;
}

static enum err handle_release(struct ipc_call *call)
{
    struct bytes text;
    const struct signer_proof *proofs;
    size_t count;
    TRY(get_proven(call, &text, &proofs, &count));
    enum err error = authority_release(call->context, call->arena, text, proofs, count, clock_now_s());
    if (error != ERR_NONE) log_error("release_refused", error, NULL);
    else log_event(LOG_WARNING, "breaker_released", NULL);
    return error;
}

static enum err handle_lock(struct ipc_call *call)
{
    struct bytes text;
    const struct signer_proof *proofs;
    size_t count;
    int64_t since_s, ends_s;
    TRY(get_proven(call, &text, &proofs, &count));
    enum err error = authority_lock(call->context, call->arena, text, proofs, count, clock_now_s(), &since_s, &ends_s);
    if (error != ERR_NONE) {
        log_error("lock_refused", error, NULL);
        return error;
    }
    log_event(LOG_INFO, ends_s == 0 ? "locked" : "unlock_asked", NULL);
    ipc_put_int64(call->reply, since_s);
    ipc_put_int64(call->reply, ends_s);
    return ERR_NONE;
}

static enum err handle_crl(struct ipc_call *call)
{
    struct bytes crl;
    int64_t number, next_update_s, now_s = clock_now_s();
    TRY(ipc_get_end(&call->request));
    TRY(authority_crl(call->context, call->arena, now_s, &crl, &number, &next_update_s));
    ipc_put_bytes(call->reply, crl);
    ipc_put_int64(call->reply, number);
    ipc_put_int64(call->reply, now_s);
    ipc_put_int64(call->reply, next_update_s);
    return ERR_NONE;
}

static enum err handle_ocsp(struct ipc_call *call)
{
    struct bytes request, certificate;
    TRY(ipc_get_bytes(&call->request, &request));
    TRY(ipc_get_end(&call->request));
    TRY(authority_certify_ocsp(call->context, call->arena, request, clock_now_s(), &certificate));
    ipc_put_bytes(call->reply, certificate);
    return ERR_NONE;
}

static enum err handle_statements(struct ipc_call *call)
{
    int64_t after;
    const struct signer_statement *statements;
    size_t count;
    TRY(ipc_get_int64(&call->request, &after));
    TRY(ipc_get_end(&call->request));
    TRY(authority_statements(call->context, call->arena, after, clock_now_s(), &statements, &count));
    ipc_put_int64(call->reply, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        ipc_put_bytes(call->reply, statements[i].text);
        ipc_put_bytes(call->reply, statements[i].signature);
    }
    return ERR_NONE;
}

static enum err handle_tree_head(struct ipc_call *call)
{
    int64_t size, known;
    struct bytes root, proof;
    struct signer_statement head;
    TRY(ipc_get_int64(&call->request, &size));
    TRY(ipc_get_bytes(&call->request, &root));
    TRY(ipc_get_bytes(&call->request, &proof));
    TRY(ipc_get_end(&call->request));
    TRY(authority_tree_head(call->context, call->arena, size, root, proof, clock_now_s(), &known, &head));
    ipc_put_int64(call->reply, known);
    ipc_put_bytes(call->reply, head.text);
    ipc_put_bytes(call->reply, head.signature);
    return ERR_NONE;
}

static void each_second(void *context, struct arena *arena)
{
    struct authority *authority = context;
    enum err error = authority_is_open(authority);
    bool was_open = error == ERR_NONE;
    error = authority_sign_head(authority, arena, clock_now_s());
    if (error != ERR_NONE && was_open) log_error("head_not_signed", error, NULL);
}

static const struct ipc_route routes[] = {
    {SIGNER_ISSUE, handle_issue},
    {SIGNER_STATUS, handle_status},
    {SIGNER_REGISTRY_READ, handle_registry_read},
    {SIGNER_REGISTRY, handle_registry},
    {SIGNER_CRL, handle_crl},
    {SIGNER_OCSP_CERTIFICATE, handle_ocsp},
    {SIGNER_STATEMENTS, handle_statements},
    {SIGNER_TREE_HEAD, handle_tree_head},
    {SIGNER_RELEASE, handle_release},
    {SIGNER_LOCK, handle_lock},
    {0},
};

struct service {
    struct authority authority;
    struct signer_settings settings;
    struct token_module *module;
    struct token_signing signing, own;
    struct ipc_server *server;
};

/* The authority's certificate comes from its token, beside its key: nobody else can have put another one there. */
static enum err read_certificate(struct service *service, struct arena *arena)
{
    const struct token_certificate *found;
    size_t count;
    TRY(token_list_certificates(service->signing.token, arena, &found, &count));
    for (size_t i = 0; i < count; i++) {
        if (!bytes_equal(found[i].id, service->signing.key.id)) continue;
        struct certificate *certificate = &service->authority.certificate;
        TRY(certificate_parse(arena, found[i].der, certificate));
        if (bytes_equal(certificate->public_key, service->signing.key.public_key)) return ERR_NONE;
    }
    return err_set(ERR_BROKEN, "the authority's certificate is not on its token");
}

static void use_own_key(struct service *service)
{
    struct authority *authority = &service->authority;
    authority->own = token_signer(&service->own);
    authority->own_public = service->own.key.public_key;
    authority->anchor = service->settings.anchor;
    authority->changes_per_hour = service->settings.changes_per_hour;
    authority->applications = service->settings.applications;
    authority->serial_prefix = service->settings.serial_prefix;
}

static enum err open_authority(struct service *service, const struct installation *installation, struct arena *arena)
{
    TRY(journal_open(installation_path(arena, installation, "signer/signer.db"), &service->authority.journal));
    TRY(signer_token_open(arena, installation, &service->settings, &service->module, &service->signing.token));
    TRY(token_find_key(service->signing.token, arena, service->settings.key, &service->signing.key));
    service->own.token = service->signing.token;
    TRY(token_find_key(service->own.token, arena, service->settings.status_key, &service->own.key));
    TRY(documents_open(&service->authority, service->signing.token, arena,
                       installation_path(arena, installation, DOCUMENT_KEY_FILE)));
    TRY(read_certificate(service, arena));
    use_own_key(service);
    service->authority.signer = token_signer(&service->signing);
    service->authority.terms = signer_terms(arena, installation, &service->settings, "issuing");
    service->authority.organization = service->settings.organization;
    service->authority.is_demo = installation->is_demo;
    service->authority.ocsp_hours = service->settings.ocsp_hours;
    service->authority.crl_hours = service->settings.crl_hours;
    service->authority.renewal_s = installation->renewal_days * DAY_S;
    service->authority.origin = installation->public_url;
    service->authority.rp_id = passkey_rp_id(arena, installation->public_url);
    return authority_take_registry(&service->authority);
}

/* The anchor comes first: a journal that was put back is not gone on with. */
static enum err recover(struct service *service, struct arena *arena)
{
    size_t completed, voided;
    struct authority *authority = &service->authority;
    TRY(authority_take_anchor(authority, arena));
    if (authority_is_open(authority) != ERR_NONE) {
        log_error("signer_closed", ERR_UNAVAILABLE, NULL);
        return ERR_NONE;
    }
    TRY(authority_recover(&service->authority, arena, clock_now_s(), &completed, &voided));
    if (completed + voided > 0)
        log_event(LOG_WARNING, "intents_ended", "completed", log_int(arena, (long long)completed), "voided",
                  log_int(arena, (long long)voided), NULL);
    return ERR_NONE;
}

/* The anchor may lie on another disk: its folder is one of the signer's files wherever it is. */
static enum err keep_to_own_files(const struct service *service, const struct installation *installation,
                                  struct arena *arena)
{
    const char *anchor = service->settings.anchor;
    const char *anchor_folder = arena_text_n(arena, anchor, (size_t)(strrchr(anchor, '/') - anchor));
    const struct confine_file files[] = {
        {"signer", CONFINE_WRITE}, {"run", CONFINE_WRITE}, {anchor_folder, CONFINE_WRITE}, {0}};
    TRY(folder_make(anchor_folder, 0700));
    TRY(folder_make(installation_path(arena, installation, "run"), 0700));
    return process_files(installation, files);
}

static enum err start(struct service *service, const struct installation *installation, struct arena *arena)
{
    TRY(process_begin("signer", installation));
    TRY(signer_settings_load(arena, installation, &service->settings));
    TRY(keep_to_own_files(service, installation, arena));
    TRY(open_authority(service, installation, arena));
    TRY(recover(service, arena));
    /* One after another: one session, one journal, one order of what is signed. */
    TRY(ipc_listen(installation_path(arena, installation, "run/signer.sock"), routes, 0, &service->authority,
                   &service->server));
    ipc_each_second(service->server, each_second);
    TRY(confine(CONFINE_UNIX));
    return ipc_serve(service->server);
}

int signer_main(const struct installation *installation)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct service service = {0};
    enum err error = start(&service, installation, arena);
    if (error == ERR_NONE) {
        log_event(LOG_INFO, "serving", NULL);
        process_ready();
        process_wait();
    } else {
        log_error("start_failed", error, NULL);
    }
    ipc_stop(service.server);
    token_close(service.signing.token);
    token_module_close(service.module);
    journal_close(service.authority.journal);
    documents_close(&service.authority);
    authority_drop_registry(&service.authority);
    return error == ERR_NONE ? 0 : 1;
}
