/* What a list says of one certificate (RFC 5280 5). */
#include "pki/crl.h"
#include "pki/openssl.h"

static enum err read_entry(X509_REVOKED *entry, struct revocation_said *said)
{
    said->is_revoked = true;
    TRY(time_of_asn1(X509_REVOKED_get0_revocationDate(entry), &said->since_s));
    ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    if (reason != NULL) said->reason = ASN1_ENUMERATED_get(reason);
    ASN1_ENUMERATED_free(reason);
    return ERR_NONE;
}

static enum err look_up(X509_CRL *crl, X509 *issuer, struct bytes serial, struct revocation_said *said)
{
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) != 0 ||
        X509_CRL_verify(crl, X509_get0_pubkey(issuer)) != 1)
        return err_set(ERR_WRONG, "a CRL that the authority did not sign");
    if (X509_CRL_get0_nextUpdate(crl) == NULL) return err_set(ERR_INVALID, "a CRL without nextUpdate");
    TRY(time_of_asn1(X509_CRL_get0_lastUpdate(crl), &said->this_update_s));
    TRY(time_of_asn1(X509_CRL_get0_nextUpdate(crl), &said->next_update_s));
    BIGNUM *number = BN_bin2bn(serial.data, (int)serial.size, NULL);
    ASN1_INTEGER *wanted = BN_to_ASN1_INTEGER(number, NULL);
    X509_REVOKED *entry = NULL;
    int found = wanted != NULL ? X509_CRL_get0_by_serial(crl, &entry, wanted) : 0;
    ASN1_INTEGER_free(wanted);
    BN_free(number);
    return found == 1 ? read_entry(entry, said) : ERR_NONE;
}

enum err crl_check(struct bytes der, const struct certificate *certificate, const struct certificate *issuer,
                   struct revocation_said *ret_said)
{
    const uint8_t *at = der.data, *issuer_at = issuer->der.data;
    struct revocation_said said = {0};
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.size);
    X509 *signer = d2i_X509(NULL, &issuer_at, (long)issuer->der.size);
    enum err error = crl == NULL || at != der.data + der.size || signer == NULL
                         ? err_set(ERR_INVALID, "not a CRL")
                         : look_up(crl, signer, certificate->serial_bytes, &said);
    X509_CRL_free(crl);
    X509_free(signer);
    ERR_clear_error();
    TRY(error);
    *ret_said = said;
    return ERR_NONE;
}
