/* Was the certificate good when it signed, by evidence from the outside? (spec 02: valid and unrevoked at that moment.) */
#include "signing/store.h"

#include "base/clock.h"
#include "certificate/certificate.h"
#include "pki/validation_data.h"

static enum err refuse(enum signature_refusal refusal, enum signature_refusal *ret_refusal, const char *detail)
{
    *ret_refusal = refusal;
    return err_set(ERR_WRONG, "%s", detail);
}

static enum err look(struct db *db, struct arena *arena, const struct certificate *signer, struct bytes validation,
                     int64_t from_s, struct revocation_said *ret_said)
{
    struct validation_data data;
    struct bytes root;
    if (validation.size == 0) return err_set(ERR_WRONG, "no revocation evidence could be had");
    TRY(validation_data_read(arena, validation, &data));
    TRY(validation_data_check(arena, &data, signer, from_s, clock_now_s(), ret_said));
    TRY(find_ca_certificate(db, arena, "root", &root));
    bool is_ours = bytes_equal(data.chain[data.chain_count - 1].der, root);
    return is_ours ? ERR_NONE : err_set(ERR_WRONG, "revocation evidence under another root");
}

enum err check_validation(struct db *db, struct arena *arena, const struct certificate *signer, struct bytes validation,
                          int64_t from_s, enum signature_refusal *ret_refusal)
{
    struct revocation_said said;
    if (look(db, arena, signer, validation, from_s, &said) != ERR_NONE)
        return refuse(REFUSED_STATUS, ret_refusal, arena_text(arena, err_detail()));
    if (!said.is_revoked) return ERR_NONE;
    bool is_suspended = said.reason == CRL_REASON_CERTIFICATE_HOLD;
    return refuse(is_suspended ? REFUSED_SUSPENDED : REFUSED_REVOKED, ret_refusal, time_to_iso(arena, said.since_s));
}
