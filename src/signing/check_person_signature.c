/*
 * Is this the signature of this person over this text, by a qualified certificate that is good now? (spec 07,
 * Verification.) Trusted are the authorities that the registry names (lines Makam), under this installation's root.
 */
#include "signing/signing.h"

#include "base/clock.h"
#include "certificate/certificate.h"
#include "identity/identity.h"
#include "pki/qualified.h"
#include "statement/registry.h"

#include <string.h>

struct checking {
    struct db *db;
    struct keeper *keeper;
    struct arena *arena;
    const struct signature_wanted *wanted;
    const struct cades *cades;
    int64_t now_s;
};

static enum err refuse(enum signature_refusal refusal, enum signature_refusal *ret_refusal, const char *detail)
{
    *ret_refusal = refusal;
    return err_set(ERR_WRONG, "%s", detail);
}

static enum err check_time(const struct checking *checking, enum signature_refusal *ret_refusal)
{
    const struct signature_wanted *wanted = checking->wanted;
    const struct certificate *certificate = &checking->cades->certificate;
    int64_t signed_s = checking->cades->signing_time_s;

    if (signed_s < wanted->from_s - SIGNING_CLOCK_S || signed_s > wanted->until_s + SIGNING_CLOCK_S)
        return refuse(REFUSED_TIME, ret_refusal, time_to_iso(checking->arena, signed_s));
    if (checking->now_s < certificate->not_before_s || checking->now_s > certificate->not_after_s ||
        signed_s > certificate->not_after_s)
        return refuse(REFUSED_EXPIRED, ret_refusal, time_to_iso(checking->arena, certificate->not_after_s));
    return ERR_NONE;
}

static enum err check_certificate(const struct checking *checking, enum signature_refusal *ret_refusal)
{
    const struct certificate *certificate = &checking->cades->certificate;
    const char *number = certificate->subject_serial_number;

    if (number == NULL || strcmp(number, checking->wanted->identity_number) != 0)
        return refuse(REFUSED_PERSON, ret_refusal, "another identity number");
    if (certificate->is_ca || !(certificate->key_usage & KEY_USAGE_NON_REPUDIATION))
        return refuse(REFUSED_USAGE, ret_refusal, "no nonRepudiation");
    return ERR_NONE;
}

static enum err check_qualified(const struct checking *checking, enum signature_refusal *ret_refusal)
{
    struct qualification qualification;

    if (certificate_qualification(&checking->cades->certificate, &qualification) != ERR_NONE)
        return refuse(REFUSED_STATEMENTS, ret_refusal, arena_text(checking->arena, err_detail()));
    if (qualification.is_seal) return refuse(REFUSED_SEAL, ret_refusal, "a seal's policy or usage");
    if (!qualification.has_compliance) return refuse(REFUSED_STATEMENTS, ret_refusal, "no QcCompliance");
    if (!qualification.has_turkish_statement)
        return refuse(REFUSED_STATEMENTS, ret_refusal, "no statement of Law 5070");
    return ERR_NONE;
}

/* The authority's own place under the root, and its time. */
static enum err check_chain(const struct checking *checking, const struct certificate *authority,
                            enum signature_refusal *ret_refusal)
{
    struct certificate root;
    struct bytes der;

    TRY(find_ca_certificate(checking->db, checking->arena, "root", &der));
    TRY(certificate_parse(checking->arena, der, &root));
    if (certificate_check_issuer(authority, &root) != ERR_NONE || certificate_check_issuer(&root, &root) != ERR_NONE)
        return refuse(REFUSED_CHAIN, ret_refusal, arena_text(checking->arena, err_detail()));
    if (checking->now_s > authority->not_after_s || checking->now_s > root.not_after_s)
        return refuse(REFUSED_CHAIN, ret_refusal, "an authority's certificate has ended");
    return ERR_NONE;
}

static enum err check_status(const struct checking *checking, enum signature_refusal *ret_refusal)
{
    struct certificate_record record;
    const char *serial = checking->cades->certificate.serial, *given_up = checking->wanted->given_up;
    if (given_up != NULL && strcmp(serial, given_up) == 0)
        return refuse(REFUSED_GIVEN_UP, ret_refusal, "reported as lost or faulty");
    enum err error = find_certificate_by_serial(checking->db, checking->arena, serial, &record);

    if (error == ERR_NOT_FOUND) return refuse(REFUSED_STATUS, ret_refusal, "serial unknown");
    if (error != ERR_NONE) return error;
    switch (record.status) {
    case CERTIFICATE_ACTIVE: return ERR_NONE;
    case CERTIFICATE_SUSPENDED: return refuse(REFUSED_SUSPENDED, ret_refusal, "suspended");
    case CERTIFICATE_REVOKED: return refuse(REFUSED_REVOKED, ret_refusal, "revoked");
    default: return refuse(REFUSED_EXPIRED, ret_refusal, "expired");
    }
}

/* Good under this authority? Only the issuing one's certificates have a status that somebody keeps. */
static enum err check_under(const struct checking *checking, const struct certificate *authority,
                            enum signature_refusal *ret_refusal)
{
    struct bytes issuing;

    if (certificate_check_issuer(&checking->cades->certificate, authority) != ERR_NONE)
        return refuse(REFUSED_CHAIN, ret_refusal, arena_text(checking->arena, err_detail()));
    TRY(check_chain(checking, authority, ret_refusal));
    TRY(find_ca_certificate(checking->db, checking->arena, CERTIFICATE_ISSUER, &issuing));
    /* the other one under our root is a demonstration's own, for its people's cards: its CRL is empty */
    return bytes_equal(issuing, authority->der) ? check_status(checking, ret_refusal) : ERR_NONE;
}

static enum err check_authority(struct checking *checking, enum signature_refusal *ret_refusal)
{
    const struct registry *registry;

    TRY(find_registry(checking->db, checking->keeper, checking->arena, &registry));
    for (size_t i = 0; i < registry->authorities_count; i++) {
        struct certificate authority;
        TRY(certificate_parse(checking->arena, registry->authorities[i], &authority));
        if (bytes_equal(checking->cades->certificate.issuer_name, authority.subject_name))
            return check_under(checking, &authority, ret_refusal);
    }
    return refuse(REFUSED_AUTHORITY, ret_refusal, "unknown authority");
}

enum err check_person_signature(struct db *db, struct keeper *keeper, struct arena *arena,
                                const struct signature_wanted *wanted, struct bytes signature, struct cades *ret_cades,
                                enum signature_refusal *ret_refusal)
{
    struct cades cades;
    struct checking checking = {
        .db = db, .keeper = keeper, .arena = arena, .wanted = wanted, .cades = &cades, .now_s = clock_now_s()};

    if (cades_verify(arena, signature, &cades) != ERR_NONE)
        return refuse(REFUSED_FORM, ret_refusal, arena_text(arena, err_detail()));
    if (!bytes_equal(cades.content, wanted->text)) return refuse(REFUSED_TEXT, ret_refusal, "another text");
    TRY(check_certificate(&checking, ret_refusal));
    TRY(check_time(&checking, ret_refusal));
    if (wanted->is_qualified) {
        TRY(check_qualified(&checking, ret_refusal));
        TRY(check_authority(&checking, ret_refusal));
    }
    *ret_cades = cades;
    return ERR_NONE;
}
