/* The asking side: a question about one certificate, and what an answer says of it (RFC 6960, RFC 9654). */
#include "pki/ocsp_internal.h"

static struct bytes question_id(struct arena *arena, const struct certificate *certificate,
                                const struct certificate *issuer)
{
    /* RFC 6960 4.1.1, SHA-256 with NULL parameters (RFC 4055 2.1) */
    struct bytes algorithm =
        DER(arena, DER_SEQUENCE, der_oid(arena, "2.16.840.1.101.3.4.2.1"), DER(arena, DER_NULL, DER_NOTHING));
    return DER(arena, DER_SEQUENCE, algorithm, DER(arena, DER_OCTET_STRING, sha256(arena, issuer->subject_name)),
               DER(arena, DER_OCTET_STRING, sha256(arena, ocsp_key_bits(issuer->public_key))),
               der_unsigned(arena, certificate->serial_bytes));
}

struct bytes ocsp_request_build(struct arena *arena, const struct certificate *certificate,
                                const struct certificate *issuer, struct bytes nonce)
{
    struct bytes extension = der_extension(arena, OCSP_NONCE_OID, false, DER(arena, DER_OCTET_STRING, nonce));
    struct bytes question = DER(arena, DER_SEQUENCE, question_id(arena, certificate, issuer));
    return DER(arena, DER_SEQUENCE,
               DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, question),
                   DER(arena, DER_EXPLICIT(2), DER(arena, DER_SEQUENCE, extension))));
}

/* By the issuer's own key, or by one it certified for this (4.2.2.2). */
static enum err check_signature(OCSP_BASICRESP *basic, const struct certificate *issuer, int64_t now_s)
{
    const uint8_t *at = issuer->der.data;
    X509 *anchor = d2i_X509(NULL, &at, (long)issuer->der.size);
    X509_STORE *store = X509_STORE_new();
    enum err error = err_set(ERR_WRONG, "an OCSP answer that the authority did not sign");
    if (anchor != NULL && store != NULL && X509_STORE_add_cert(store, anchor) == 1) {
        X509_VERIFY_PARAM *parameters = X509_STORE_get0_param(store);
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
        X509_VERIFY_PARAM_set_time(parameters, (time_t)now_s);
        if (OCSP_basic_verify(basic, NULL, store, 0) == 1) error = ERR_NONE;
    }
    X509_STORE_free(store);
    X509_free(anchor);
    ERR_clear_error();
    return error;
}

static enum err check_nonce(OCSP_BASICRESP *basic, struct bytes nonce)
{
    struct der_value value = {0};
    int at = OCSP_BASICRESP_get_ext_by_NID(basic, NID_id_pkix_OCSP_Nonce, -1);
    if (at < 0) return err_set(ERR_WRONG, "an OCSP answer without the nonce that was asked for");
    const ASN1_OCTET_STRING *content = X509_EXTENSION_get_data(OCSP_BASICRESP_get_ext(basic, at));
    struct der_reader reader = {{ASN1_STRING_get0_data(content), (size_t)ASN1_STRING_length(content)}};
    TRY(der_expect(&reader, DER_OCTET_STRING, &value));
    return bytes_equal(value.content, nonce) ? ERR_NONE : err_set(ERR_WRONG, "an OCSP answer to another question");
}

static enum err read_times(const ASN1_GENERALIZEDTIME *this_update, const ASN1_GENERALIZEDTIME *next_update,
                           struct revocation_said *said)
{
    TRY(time_of_asn1(this_update, &said->this_update_s));
    if (next_update == NULL) return err_set(ERR_INVALID, "an OCSP answer without nextUpdate");
    return time_of_asn1(next_update, &said->next_update_s);
}

static enum err read_answer(struct arena *arena, OCSP_BASICRESP *basic, const struct certificate *certificate,
                            const struct certificate *issuer, struct revocation_said *said)
{
    struct bytes id_der = question_id(arena, certificate, issuer);
    const uint8_t *at = id_der.data;
    OCSP_CERTID *id = d2i_OCSP_CERTID(NULL, &at, (long)id_der.size);
    int found = id != NULL ? OCSP_resp_find(basic, id, -1) : -1, reason = -1;
    OCSP_CERTID_free(id);
    if (found < 0) return err_set(ERR_WRONG, "an OCSP answer about another certificate");
    ASN1_GENERALIZEDTIME *since = NULL, *this_update = NULL, *next_update = NULL;
    int status = OCSP_single_get0_status(OCSP_resp_get0(basic, found), &reason, &since, &this_update, &next_update);
    TRY(read_times(this_update, next_update, said));
    if (status == V_OCSP_CERTSTATUS_REVOKED) {
        said->is_revoked = true;
        said->reason = reason < 0 ? 0 : reason;
        return time_of_asn1(since, &said->since_s);
    }
    return status == V_OCSP_CERTSTATUS_GOOD ? ERR_NONE : err_set(ERR_NOT_FOUND, "unknown to the OCSP responder");
}

static enum err read_basic(struct arena *arena, OCSP_RESPONSE *response, const struct certificate *certificate,
                           const struct certificate *issuer, struct bytes nonce, int64_t now_s,
                           struct revocation_said *said)
{
    int status = OCSP_response_status(response);
    OCSP_BASICRESP *basic = status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? OCSP_response_get1_basic(response) : NULL;
    if (basic == NULL) return err_set(ERR_UNAVAILABLE, "OCSP error %d", status);
    enum err error = check_signature(basic, issuer, now_s);
    if (error == ERR_NONE && nonce.size > 0) error = check_nonce(basic, nonce);
    if (error == ERR_NONE) error = read_answer(arena, basic, certificate, issuer, said);
    OCSP_BASICRESP_free(basic);
    return error;
}

enum err ocsp_response_check(struct arena *arena, struct bytes der, const struct certificate *certificate,
                             const struct certificate *issuer, struct bytes nonce, int64_t now_s,
                             struct revocation_said *ret_said)
{
    const uint8_t *at = der.data;
    struct revocation_said said = {0};
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)der.size);
    enum err error = response == NULL || at != der.data + der.size
                         ? err_set(ERR_INVALID, "not an OCSP answer")
                         : read_basic(arena, response, certificate, issuer, nonce, now_s, &said);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    TRY(error);
    *ret_said = said;
    return ERR_NONE;
}
