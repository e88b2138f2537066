#include "ipc/signer_client.h"

#include "ipc/messages.h"

#define SIGNER_TIMEOUT_MS 30000 /* a signature of a large RSA key in software, and a CRL of many */

/* As struct keeper: the client under a name of its own. */
static struct ipc_client *client_of(struct signer *signer)
{
    return (struct ipc_client *)(void *)signer;
}

struct signer *signer_new(const char *socket_path)
{
    return (struct signer *)(void *)ipc_client_new(socket_path);
}

struct signer *signer_free(struct signer *signer)
{
    ipc_client_free(client_of(signer));
    return NULL;
}

static enum err ask(struct signer *signer, struct arena *arena, uint16_t type, const struct buffer *payload,
                    struct ipc_reader *ret_reply)
{
    return ipc_call(client_of(signer), type, payload, SIGNER_TIMEOUT_MS, arena, ret_reply);
}

static void put_proofs(struct buffer *payload, const struct signer_proof *proofs, size_t count)
{
    ipc_put_int64(payload, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        ipc_put_int64(payload, proofs[i].kind);
        ipc_put_bytes(payload, proofs[i].text);
        ipc_put_bytes(payload, proofs[i].proof);
    }
}

enum err signer_issue(struct signer *signer, struct arena *arena, const struct signer_evidence *evidence,
                      struct bytes *ret_certificate)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, evidence->application_uid);
    ipc_put_int64(&payload, evidence->attempt);
    ipc_put_bytes(&payload, evidence->application_statement);
    ipc_put_bytes(&payload, evidence->certificate_request);
    put_proofs(&payload, evidence->proofs, evidence->proof_count);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_ISSUE, &payload, &reply));
    struct bytes certificate;
    TRY(ipc_get_bytes(&reply, &certificate));
    TRY(ipc_get_end(&reply));
    *ret_certificate = certificate;
    return ERR_NONE;
}

enum err signer_set_status(struct signer *signer, const char *serial, enum signer_status status, int64_t reason,
                           const struct signer_proof *proof, int64_t *ret_since_s)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, serial);
    ipc_put_int64(&payload, status);
    ipc_put_int64(&payload, reason);
    put_proofs(&payload, proof, proof == NULL ? 0 : 1);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_STATUS, &payload, &reply));
    int64_t since_s;
    TRY(ipc_get_int64(&reply, &since_s));
    TRY(ipc_get_end(&reply));
    *ret_since_s = since_s;
    return ERR_NONE;
}

enum err signer_lock(struct signer *signer, struct bytes text, const struct signer_proof *proof, int64_t *ret_since_s,
                     int64_t *ret_ends_s)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    CLEANUP_ARENA struct arena *arena = arena_new();
    ipc_put_bytes(&payload, text);
    put_proofs(&payload, proof, proof == NULL ? 0 : 1);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_LOCK, &payload, &reply));
    int64_t since_s, ends_s;
    TRY(ipc_get_int64(&reply, &since_s));
    TRY(ipc_get_int64(&reply, &ends_s));
    TRY(ipc_get_end(&reply));
    *ret_since_s = since_s;
    *ret_ends_s = ends_s;
    return ERR_NONE;
}

enum err signer_registry(struct signer *signer, struct arena *arena, struct bytes *ret_text,
                         struct bytes *ret_signature)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_REGISTRY_READ, &payload, &reply));
    struct bytes text, signature;
    TRY(ipc_get_bytes(&reply, &text));
    TRY(ipc_get_bytes(&reply, &signature));
    TRY(ipc_get_end(&reply));
    *ret_text = text;
    *ret_signature = signature;
    return ERR_NONE;
}

enum err signer_set_registry(struct signer *signer, struct bytes text, const struct signer_proof *proofs, size_t count)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    CLEANUP_ARENA struct arena *arena = arena_new();
    ipc_put_bytes(&payload, text);
    put_proofs(&payload, proofs, count);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_REGISTRY, &payload, &reply));
    return ipc_get_end(&reply);
}

enum err signer_crl(struct signer *signer, struct arena *arena, struct bytes *ret_crl, int64_t *ret_number,
                    int64_t *ret_this_update_s, int64_t *ret_next_update_s)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_CRL, &payload, &reply));
    struct bytes crl;
    int64_t number, this_update_s, next_update_s;
    TRY(ipc_get_bytes(&reply, &crl));
    TRY(ipc_get_int64(&reply, &number));
    TRY(ipc_get_int64(&reply, &this_update_s));
    TRY(ipc_get_int64(&reply, &next_update_s));
    TRY(ipc_get_end(&reply));
    *ret_crl = crl;
    *ret_number = number;
    *ret_this_update_s = this_update_s;
    *ret_next_update_s = next_update_s;
    return ERR_NONE;
}

enum err signer_ocsp_certificate(struct signer *signer, struct arena *arena, struct bytes request,
                                 struct bytes *ret_certificate)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, request);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_OCSP_CERTIFICATE, &payload, &reply));
    struct bytes certificate;
    TRY(ipc_get_bytes(&reply, &certificate));
    TRY(ipc_get_end(&reply));
    *ret_certificate = certificate;
    return ERR_NONE;
}

enum err signer_statements(struct signer *signer, struct arena *arena, int64_t after,
                           const struct signer_statement **ret_statements, size_t *ret_count)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_int64(&payload, after);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_STATEMENTS, &payload, &reply));
    int64_t count;
    TRY(ipc_get_int64(&reply, &count));
    if (count < 0 || count > SIGNER_STATEMENTS_MAX) return err_set(ERR_INVALID, "the signer's statements");
    struct signer_statement *statements = NEW_ARRAY(arena, struct signer_statement, (size_t)count + 1);
    for (int64_t i = 0; i < count; i++) {
        TRY(ipc_get_bytes(&reply, &statements[i].text));
        TRY(ipc_get_bytes(&reply, &statements[i].signature));
    }
    TRY(ipc_get_end(&reply));
    *ret_statements = statements;
    *ret_count = (size_t)count;
    return ERR_NONE;
}

static enum err ask_tree(struct signer *signer, struct arena *arena, int64_t size, struct bytes root,
                         struct bytes proof, int64_t *ret_size, struct signer_statement *ret_head)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_int64(&payload, size);
    ipc_put_bytes(&payload, root);
    ipc_put_bytes(&payload, proof);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_TREE_HEAD, &payload, &reply));
    struct signer_statement head;
    int64_t known;
    TRY(ipc_get_int64(&reply, &known));
    TRY(ipc_get_bytes(&reply, &head.text));
    TRY(ipc_get_bytes(&reply, &head.signature));
    TRY(ipc_get_end(&reply));
    *ret_size = known;
    *ret_head = head;
    return ERR_NONE;
}

enum err signer_tree_head(struct signer *signer, struct arena *arena, int64_t size, struct bytes root,
                          struct bytes proof, struct signer_statement *ret_head)
{
    int64_t known;
    return ask_tree(signer, arena, size, root, proof, &known, ret_head);
}

enum err signer_newest_tree(struct signer *signer, struct arena *arena, int64_t *ret_size,
                            struct signer_statement *ret_head)
{
    return ask_tree(signer, arena, 0, (struct bytes){0}, (struct bytes){0}, ret_size, ret_head);
}

enum err signer_release(struct signer *signer, struct bytes text, const struct signer_proof *proofs, size_t count)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    CLEANUP_ARENA struct arena *arena = arena_new();
    ipc_put_bytes(&payload, text);
    put_proofs(&payload, proofs, count);
    struct ipc_reader reply;
    TRY(ask(signer, arena, SIGNER_RELEASE, &payload, &reply));
    return ipc_get_end(&reply);
}
