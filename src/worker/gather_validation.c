#include "worker/gather_validation.h"

#include "base/clock.h"
#include "base/secret.h"
#include "certificate/certificate.h"
#include "outside/revocation.h"
#include "pki/validation_data.h"
#include "statement/registry.h"

#define NONCE_SIZE 32 /* RFC 9654 2.1: at least so many are wanted */

static enum err find_chain(struct db *db, struct keeper *keeper, struct arena *arena,
                           const struct certificate *certificate, struct validation_data *data)
{
    const struct registry *registry;
    struct bytes root;
    TRY(find_registry(db, keeper, arena, &registry));
    for (size_t i = 0; i < registry->authorities_count && data->chain_count == 0; i++) {
        TRY(certificate_parse(arena, registry->authorities[i], &data->chain[0]));
        if (certificate_check_issuer(certificate, &data->chain[0]) == ERR_NONE) data->chain_count = 1;
    }
    if (data->chain_count == 0) return err_set(ERR_WRONG, "a certificate of no authority in the registry");
    TRY(find_ca_certificate(db, arena, "root", &root));
    return certificate_parse(arena, root, &data->chain[data->chain_count++]);
}

static enum err ask_ocsp(struct arena *arena, const struct certificate *certificate, struct validation_data *data)
{
    struct certificate_locations locations;
    struct revocation_said said;
    uint8_t nonce[NONCE_SIZE];
    TRY(certificate_find_locations(arena, certificate, &locations));
    if (locations.ocsp == NULL) return err_set(ERR_UNAVAILABLE, "the certificate names no OCSP responder");
    random_fill(nonce, sizeof nonce);
    struct bytes request = ocsp_request_build(arena, certificate, &data->chain[0], BYTES(nonce));
    TRY(revocation_ask_ocsp(arena, locations.ocsp, request, &data->ocsp));
    return ocsp_response_check(arena, data->ocsp, certificate, &data->chain[0], BYTES(nonce), clock_now_s(), &said);
}

static enum err get_crl(struct arena *arena, const struct certificate *certificate, struct validation_data *data)
{
    struct certificate_locations locations;
    TRY(certificate_find_locations(arena, certificate, &locations));
    if (locations.crl == NULL) return err_set(ERR_UNAVAILABLE, "the certificate names no CRL");
    return revocation_get_crl(arena, locations.crl, &data->crls[data->crl_count++]);
}

enum err gather_validation(const struct worker *worker, struct arena *arena, struct bytes der, struct bytes *ret_data)
{
    struct validation_data data = {0};
    struct certificate certificate;
    struct bytes issuing;
    TRY(certificate_parse(arena, der, &certificate));
    TRY(find_chain(worker->db, worker->keeper, arena, &certificate, &data));
    TRY(find_ca_certificate(worker->db, arena, CERTIFICATE_ISSUER, &issuing));
    if (bytes_equal(issuing, data.chain[0].der)) TRY(ask_ocsp(arena, &certificate, &data));
    else TRY(get_crl(arena, &certificate, &data));
    TRY(get_crl(arena, &data.chain[0], &data));
    return validation_data_write(arena, &data, ret_data);
}
