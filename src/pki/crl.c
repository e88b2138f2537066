#include "pki/crl.h"

#include "pki/der.h"

static struct bytes entry_der(struct arena *arena, const struct crl_entry *entry)
{
    uint8_t reason[] = {DER_ENUMERATED, 1, (uint8_t)entry->reason};
    /* RFC 5280 5.3.1: unspecified is said by leaving the reason out */
    struct bytes extensions = entry->reason == CRL_REASON_UNSPECIFIED
                                  ? DER_NOTHING
                                  : DER(arena, DER_SEQUENCE, der_extension(arena, "2.5.29.21", false, BYTES(reason)));
    return DER(arena, DER_SEQUENCE, der_unsigned(arena, entry->serial), der_time(arena, entry->since_s), extensions);
}

enum err crl_build(struct arena *arena, const struct crl_content *content, const struct external_signer *signer,
                   struct bytes *ret_crl)
{
    static const uint8_t version_2[] = {DER_INTEGER, 1, 1};
    if (!(content->issuer->key_usage & KEY_USAGE_CRL_SIGN))
        return err_set(ERR_INVALID, "RFC 5280 4.2.1.3: the issuer may not sign CRLs");
    struct bytes *entries = NEW_ARRAY(arena, struct bytes, content->entries_count + 1);
    for (size_t i = 0; i < content->entries_count; i++) entries[i] = entry_der(arena, &content->entries[i]);
    /* RFC 5280 5.1.2.6: the list itself is absent when it is empty */
    struct bytes revoked =
        content->entries_count == 0 ? DER_NOTHING : der_join(arena, DER_SEQUENCE, entries, content->entries_count);
    struct bytes authority =
        DER(arena, DER_SEQUENCE, DER(arena, DER_CONTEXT(0), public_key_id(arena, content->issuer->public_key)));
    struct bytes to_be_signed =
        DER(arena, DER_SEQUENCE, BYTES(version_2), signature_algorithm_der(signer->algorithm),
            content->issuer->subject_name, der_time(arena, content->this_update_s),
            der_time(arena, content->next_update_s), revoked,
            DER(arena, DER_EXPLICIT(0),
                DER(arena, DER_SEQUENCE, der_extension(arena, "2.5.29.35", false, authority),
                    der_extension(arena, "2.5.29.20", false, der_integer(arena, content->number)))));
    return certificate_sign(arena, to_be_signed, content->issuer->public_key, signer, ret_crl);
}
