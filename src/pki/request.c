#include "pki/request.h"

#include "pki/der.h"

#include "pki/openssl.h"

struct name request_subject(struct arena *arena, struct bytes application_digest, int64_t attempt)
{
    return (struct name){.common_name = hex_encode(arena, application_digest),
                         .serial_number = arena_printf(arena, "%lld", (long long)attempt)};
}

enum err request_build(struct arena *arena, const struct name *subject, struct bytes public_key,
                       const struct external_signer *signer, struct bytes *ret_request)
{
    static const uint8_t version_1[] = {DER_INTEGER, 1, 0};
    TRY(public_key_check(public_key));
    struct bytes information = DER(arena, DER_SEQUENCE, BYTES(version_1), name_der(arena, subject), public_key,
                                   DER(arena, DER_EXPLICIT(0), DER_NOTHING));
    return certificate_sign(arena, information, public_key, signer, ret_request);
}

static enum err subject_value(struct arena *arena, const X509_NAME *name, int nid, const char **ret_value)
{
    *ret_value = NULL;
    int at = X509_NAME_get_index_by_NID(name, nid, -1);
    if (at < 0) return ERR_NONE;
    if (X509_NAME_get_index_by_NID(name, nid, at) >= 0) return err_set(ERR_INVALID, "attribute twice in a request");
    uint8_t *text = NULL;
    int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size >= 0) *ret_value = bytes_to_text(arena, (struct bytes){text, (size_t)size});
    OPENSSL_free(text);
    return *ret_value == NULL ? err_set(ERR_INVALID, "attribute of a request is not text") : ERR_NONE;
}

static enum err read_parts(struct arena *arena, X509_REQ *req, struct request *request)
{
    const X509_NAME *subject = X509_REQ_get_subject_name(req);
    TRY(subject_value(arena, subject, NID_commonName, &request->common_name));
    TRY(subject_value(arena, subject, NID_serialNumber, &request->serial_number));
    uint8_t *key = NULL;
    int size = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(req), &key);
    if (size > 0) request->public_key = bytes_copy(arena, (struct bytes){key, (size_t)size});
    OPENSSL_free(key);
    TRY(public_key_check(request->public_key));
    /* Proof of possession: RFC 2986 4.2, the signature is made with the key that is asked for. */
    int digest = NID_undef, algorithm = X509_REQ_get_signature_nid(req);
    OBJ_find_sigid_algs(algorithm, &digest, NULL);
    bool is_weak = digest == NID_sha1 || digest == NID_md5;
    if (is_weak || X509_REQ_verify(req, X509_REQ_get0_pubkey(req)) != 1)
        return err_set(ERR_WRONG, "the request was not signed with its own key");
    return ERR_NONE;
}

enum err request_parse(struct arena *arena, struct bytes der, struct request *ret_request)
{
    const uint8_t *at = der.data;
    X509_REQ *req = der.size == 0 ? NULL : d2i_X509_REQ(NULL, &at, (long)der.size);
    struct request request = {0};
    enum err error = req == NULL || at != der.data + der.size ? err_set(ERR_INVALID, "not a certification request")
                                                              : read_parts(arena, req, &request);
    X509_REQ_free(req);
    TRY(error);
    *ret_request = request;
    return ERR_NONE;
}
