/* What others than officers say: the applicant, the holder who consented, the keeper, a production station (spec 10). */
#include "signer/evidence_internal.h"
#include "statement/consent_statement.h"
#include "statement/owner_statement.h"
#include "statement/production_statement.h"

#include <string.h>

#define STATION_PREFIX "istasyon-"

/* -- a person's own card: no line of the registry, but a certificate of an authority that it names -- */

static enum err find_issuer(const struct gathering *gathering, const struct certificate *certificate,
                            struct certificate *ret_issuer)
{
    const struct registry *registry = &gathering->authority->registry;
    for (size_t i = 0; i < registry->authorities_count; i++) {
        struct certificate issuer;
        TRY(certificate_parse(gathering->arena, registry->authorities[i], &issuer));
        if (certificate_check_issuer(certificate, &issuer) != ERR_NONE) continue;
        if (gathering->now_s > issuer.not_after_s) return refuse("authority of the certificate has ended");
        *ret_issuer = issuer;
        return ERR_NONE;
    }
    return refuse("certificate of no authority in the registry");
}

/* Of our own certificates the journal knows the status; of others' it is the worker's to look at. */
static enum err check_own(const struct gathering *gathering, const struct certificate *certificate)
{
    struct journal_certificate own;
    struct bytes der = {0};
    enum err error = journal_find(gathering->authority->journal, gathering->arena, certificate->serial, &own);
    if (error == ERR_NONE && own.certificate.size > 0)
        error = document_open(gathering->authority, gathering->arena, DOCUMENT_CERTIFICATE, own.serial, own.certificate,
                              &der);
    if (error == ERR_NOT_FOUND || (error == ERR_NONE && !bytes_equal(der, certificate->der)))
        return refuse("certificate that this signer did not issue");
    TRY(error);
    return own.status == JOURNAL_ACTIVE ? ERR_NONE : refuse("certificate suspended or revoked");
}

enum err check_holder(const struct gathering *gathering, const struct signed_word *word, const char *identity_number,
                      struct support *ret_support)
{
    const struct certificate *certificate = &word->certificate;
    struct certificate issuer;
    const char *number = certificate->subject_serial_number;
    if (certificate->is_ca || !(certificate->key_usage & KEY_USAGE_NON_REPUDIATION))
        return refuse("holder's certificate without nonRepudiation");
    if (number == NULL || strcmp(number, identity_number) != 0) return refuse("signature of another person");
    if (word->signed_s > gathering->now_s + CLOCK_TOLERANCE_S) return refuse("signed in the future");
    if (word->signed_s < certificate->not_before_s || word->signed_s > certificate->not_after_s)
        return refuse("holder's certificate not valid then");
    TRY(find_issuer(gathering, certificate, &issuer));
    bool is_own = bytes_equal(issuer.der, gathering->authority->certificate.der);
    if (is_own) TRY(check_own(gathering, certificate));
    *ret_support = (struct support){hex_encode(gathering->arena, sha256(gathering->arena, issuer.der)),
                                    is_own ? certificate->serial : NULL, issuer.not_after_s};
    return ERR_NONE;
}

static enum err check_not_ended(const struct gathering *gathering, const struct signed_word *word)
{
    return gathering->now_s > word->certificate.not_after_s ? refuse("holder's certificate not valid now") : ERR_NONE;
}

enum err check_holder_now(const struct gathering *gathering, const struct signed_word *word,
                          const char *identity_number)
{
    struct support support;
    TRY(check_holder(gathering, word, identity_number, &support));
    return check_not_ended(gathering, word);
}

enum err take_applicant(struct gathering *gathering, const struct signed_word *word)
{
    struct support support;
    if (!bytes_equal(word->text, gathering->statement)) return refuse("applicant's signature over another application");
    TRY(check_holder(gathering, word, gathering->application.identity_number, &support));
    bool is_given_up = reason_gives_up(application_reason_of(gathering->application.reason)) &&
                       support.serial != NULL && strcmp(support.serial, gathering->application.certificate) == 0;
    if (is_given_up) return refuse("applicant's signature by the certificate reported lost or faulty");
    if (word->signed_s < gathering->application.made_s - CLOCK_TOLERANCE_S)
        return refuse("applicant's signature from before the application");
    TRY(check_not_ended(gathering, word));
    if (word->certificate.not_after_s < support.until_s) support.until_s = word->certificate.not_after_s;
    gathering->applicant = support;
    return ERR_NONE;
}

/* spec 02: consent stands past the end of the certificate that signed it, but not past its revocation. */
enum err take_consent(struct gathering *gathering, const struct signed_word *word)
{
    struct support support;
    struct consent_statement consent;
    if (consent_statement_read(gathering->arena, word->text, &consent) != ERR_NONE)
        return refuse_detail("consent statement");
    if (strcmp(consent.identity_number, gathering->application.identity_number) != 0)
        return refuse("consent of another person");
    if (consent.made_s > gathering->application.made_s) return refuse("consent younger than the application");
    if (consent.ends_s != 0 && gathering->now_s > consent.ends_s) return refuse("consent past its end");
    TRY(check_holder(gathering, word, consent.identity_number, &support));
    if (consent.ends_s != 0 && consent.ends_s < support.until_s) support.until_s = consent.ends_s;
    gathering->consent = support;
    return ERR_NONE;
}

/* -- services -- */

static struct support support_of(const struct gathering *gathering, const struct registry_service *service)
{
    return (struct support){hex_encode(gathering->arena, sha256(gathering->arena, service->public_key)), NULL,
                            service->until_s};
}

/* Whose D it is the keeper has read in the application itself: the person needs no second look. */
enum err take_owner(struct gathering *gathering, const struct signer_proof *proof)
{
    struct owner_statement owner;
    const struct registry_service *keeper;
    if (owner_statement_read(gathering->arena, proof->text, &owner) != ERR_NONE)
        return refuse_detail("owner statement");
    if (strcmp(owner.purpose, owner_purpose_words[OWNER_APPLIES]) != 0) return refuse("owner act for another purpose");
    if (strcmp(owner.subject, gathering->digest) != 0) return refuse("owner act over another D");
    TRY(proof_service(gathering->authority, proof, KEEPER_NAME, owner.made_s, gathering->now_s, &keeper));
    TRY(owner_statement_counts(&owner, NULL));
    gathering->owner = support_of(gathering, keeper);
    return ERR_NONE;
}

enum err take_station(struct gathering *gathering, const struct signer_proof *proof)
{
    struct production_statement production;
    const struct registry_service *station;
    if (production_statement_read(gathering->arena, proof->text, &production) != ERR_NONE)
        return refuse_detail("production statement");
    if (strcmp(production.application_uid, gathering->application_uid) != 0)
        return refuse("production of another application");
    if (strcmp(production.digest, gathering->digest) != 0) return refuse("production over another D");
    if (production.attempt != gathering->attempt) return refuse("production of another attempt");
    if (strcmp(production.public_key, gathering->public_key_digest) != 0) return refuse("production of another key");
    if (strncmp(production.station, STATION_PREFIX, strlen(STATION_PREFIX)) != 0) return refuse("no station's name");
    TRY(proof_service(gathering->authority, proof, production.station, production.made_s, gathering->now_s, &station));
    gathering->station = support_of(gathering, station);
    return ERR_NONE;
}
