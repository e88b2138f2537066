#include "pki/ocsp_internal.h"

static enum err read_nonce(struct arena *arena, OCSP_REQUEST *request, struct bytes *ret_nonce)
{
    int at = OCSP_REQUEST_get_ext_by_NID(request, NID_id_pkix_OCSP_Nonce, -1);
    if (at < 0) return ERR_NONE;
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(OCSP_REQUEST_get_ext(request, at));
    struct der_reader reader = {{ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)}};
    struct der_value nonce;
    TRY(der_expect(&reader, DER_OCTET_STRING, &nonce));
    /* RFC 9654 2.1 */
    if (!der_at_end(&reader) || nonce.content.size < 1 || nonce.content.size > 128)
        return err_set(ERR_INVALID, "nonce of 1 to 128 octets");
    *ret_nonce = bytes_copy(arena, nonce.content);
    return ERR_NONE;
}

static enum err read_question(struct arena *arena, OCSP_ONEREQ *one, struct ocsp_question *question)
{
    OCSP_CERTID *id = OCSP_onereq_get0_id(one);
    ASN1_INTEGER *serial = NULL;
    uint8_t *der = NULL;
    int size = i2d_OCSP_CERTID(id, &der);
    if (size > 0) question->certificate_id = bytes_copy(arena, (struct bytes){der, (size_t)size});
    OPENSSL_free(der);
    if (size <= 0 || OCSP_id_get0_info(NULL, NULL, NULL, &serial, id) != 1)
        return err_set(ERR_INVALID, "OCSP certificate id");
    int serial_size = ASN1_STRING_length(serial);
    if (serial_size < 1 || serial_size > 20) return err_set(ERR_INVALID, "serial number");
    question->serial =
        certificate_serial_text(arena, (struct bytes){ASN1_STRING_get0_data(serial), (size_t)serial_size});
    return ERR_NONE;
}

static enum err read_request(struct arena *arena, OCSP_REQUEST *from, struct ocsp_request *request)
{
    int count = OCSP_request_onereq_count(from);
    if (count < 1 || count > OCSP_QUESTIONS_MAX) return err_set(ERR_INVALID, "OCSP request of %d questions", count);
    struct ocsp_question *questions = NEW_ARRAY(arena, struct ocsp_question, (size_t)count);
    for (int i = 0; i < count; i++) TRY(read_question(arena, OCSP_request_onereq_get0(from, i), &questions[i]));
    request->questions = questions;
    request->questions_count = (size_t)count;
    return read_nonce(arena, from, &request->nonce);
}

enum err ocsp_request_parse(struct arena *arena, struct bytes der, struct ocsp_request *ret_request)
{
    if (der.size == 0 || der.size > OCSP_REQUEST_MAX) return err_set(ERR_INVALID, "size of an OCSP request");
    const uint8_t *at = der.data;
    OCSP_REQUEST *from = d2i_OCSP_REQUEST(NULL, &at, (long)der.size);
    struct ocsp_request request = {0};
    enum err error = from == NULL || at != der.data + der.size ? err_set(ERR_INVALID, "not an OCSP request")
                                                               : read_request(arena, from, &request);
    OCSP_REQUEST_free(from);
    TRY(error);
    *ret_request = request;
    return ERR_NONE;
}

static bool is_hash_of(const ASN1_OCTET_STRING *value, const EVP_MD *hash, struct bytes of)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(of.data, of.size, digest, &size, hash, NULL) != 1) return false;
    return bytes_equal((struct bytes){digest, size},
                       (struct bytes){ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)});
}

struct bytes ocsp_key_bits(struct bytes spki)
{
    struct der_reader outer = {spki}, inner;
    struct der_value value;
    if (der_expect(&outer, DER_SEQUENCE, &value) != ERR_NONE) return DER_NOTHING;
    inner.rest = value.content;
    if (der_expect(&inner, DER_SEQUENCE, &value) != ERR_NONE) return DER_NOTHING;
    if (der_expect(&inner, DER_BIT_STRING, &value) != ERR_NONE || value.content.size < 1) return DER_NOTHING;
    return (struct bytes){value.content.data + 1, value.content.size - 1};
}

bool ocsp_question_concerns(const struct ocsp_question *question, const struct certificate *issuer)
{
    const uint8_t *at = question->certificate_id.data;
    OCSP_CERTID *id = d2i_OCSP_CERTID(NULL, &at, (long)question->certificate_id.size);
    ASN1_OCTET_STRING *name_hash = NULL, *key_hash = NULL;
    ASN1_OBJECT *algorithm = NULL;
    bool concerns = false;
    if (id != NULL && OCSP_id_get0_info(&name_hash, &algorithm, &key_hash, NULL, id) == 1) {
        const EVP_MD *hash = NULL;
        switch (OBJ_obj2nid(algorithm)) {
        case NID_sha1: hash = EVP_sha1(); break; /* names the issuer only; RFC 5019 2.1.1 asks for it */
        case NID_sha256: hash = EVP_sha256(); break;
        case NID_sha384: hash = EVP_sha384(); break;
        case NID_sha512: hash = EVP_sha512(); break;
        default: break;
        }
        concerns = hash != NULL && is_hash_of(name_hash, hash, issuer->subject_name) &&
                   is_hash_of(key_hash, hash, ocsp_key_bits(issuer->public_key));
    }
    OCSP_CERTID_free(id);
    return concerns;
}

static struct bytes answer_der(struct arena *arena, const struct ocsp_answer *answer)
{
    static const uint8_t good[] = {DER_CONTEXT(0), 0}, unknown[] = {DER_CONTEXT(2), 0};
    struct bytes status = answer->status == OCSP_GOOD ? BYTES(good) : BYTES(unknown);
    if (answer->status == OCSP_REVOKED) {
        uint8_t code[] = {DER_ENUMERATED, 1, (uint8_t)answer->reason};
        struct bytes reason = answer->reason == 0 ? DER_NOTHING : DER(arena, DER_EXPLICIT(0), BYTES(code));
        status = DER(arena, DER_EXPLICIT(1), der_generalized_time(arena, answer->since_s), reason);
    }
    return DER(arena, DER_SEQUENCE, answer->certificate_id, status, der_generalized_time(arena, answer->this_update_s),
               DER(arena, DER_EXPLICIT(0), der_generalized_time(arena, answer->next_update_s)));
}

struct bytes ocsp_response_wrap(struct arena *arena, struct bytes basic)
{
    static const uint8_t successful[] = {DER_ENUMERATED, 1, 0};
    return DER(
        arena, DER_SEQUENCE, BYTES(successful),
        DER(arena, DER_EXPLICIT(0),
            DER(arena, DER_SEQUENCE, der_oid(arena, "1.3.6.1.5.5.7.48.1.1"), DER(arena, DER_OCTET_STRING, basic))));
}

enum err ocsp_response_build(struct arena *arena, const struct ocsp_response *response,
                             const struct external_signer *signer, struct bytes *ret_response)
{
    struct bytes *answers = NEW_ARRAY(arena, struct bytes, response->answers_count + 1);
    for (size_t i = 0; i < response->answers_count; i++) answers[i] = answer_der(arena, &response->answers[i]);
    struct bytes nonce =
        response->nonce.size == 0
            ? DER_NOTHING
            : DER(arena, DER_EXPLICIT(1),
                  DER(arena, DER_SEQUENCE,
                      der_extension(arena, OCSP_NONCE_OID, false, DER(arena, DER_OCTET_STRING, response->nonce))));
    struct bytes responder = DER(arena, DER_EXPLICIT(2),
                                 DER(arena, DER_OCTET_STRING, public_key_id(arena, response->responder->public_key)));
    struct bytes to_be_signed = DER(arena, DER_SEQUENCE, responder, der_generalized_time(arena, response->produced_s),
                                    der_join(arena, DER_SEQUENCE, answers, response->answers_count), nonce);
    struct bytes signature;
    TRY(signer->sign(signer->context, to_be_signed, arena, &signature));
    struct bytes basic = DER(arena, DER_SEQUENCE, to_be_signed, signature_algorithm_der(signer->algorithm),
                             der_bit_string(arena, signature),
                             DER(arena, DER_EXPLICIT(0), DER(arena, DER_SEQUENCE, response->responder->der)));
    *ret_response = ocsp_response_wrap(arena, basic);
    return ERR_NONE;
}

struct bytes ocsp_error_response(struct arena *arena, enum ocsp_error error)
{
    uint8_t status[] = {DER_ENUMERATED, 1, (uint8_t)error};
    return DER(arena, DER_SEQUENCE, BYTES(status));
}
