/* Whose signature over a decision is it? As the signer asks, so that a wrong one is told at once and not at the card. */
#include "application/store.h"
#include "pki/cades.h"
#include "statement/registry.h"

#include <string.h>

#define SIGNATURE_SIZE_MAX (512 * 1024)

static enum err check_person(const struct registry_person *person, const struct person *officer)
{
    int64_t now_s = clock_now_s();
    if (person == NULL) return err_set(ERR_FORBIDDEN, "decision: the key is not in the registry");
    if (strcmp(person->identity_number, officer->details.identity_number) != 0)
        return err_set(ERR_FORBIDDEN, "decision: the key is another person's");
    if (person->role != REGISTRY_OFFICER) return err_set(ERR_FORBIDDEN, "decision: not an officer's key");
    if (now_s < person->from_s || now_s > person->until_s)
        return err_set(ERR_FORBIDDEN, "decision: the key does not count now");
    return ERR_NONE;
}

enum err check_decision_card(struct arena *arena, const struct registry *registry, const struct person *officer,
                             const struct decision *decision, struct bytes signature)
{
    struct cades cades;
    if (signature.size > SIGNATURE_SIZE_MAX) return err_set(ERR_TOO_LARGE, "signature: larger than 512 KiB");
    if (cades_verify(arena, signature, &cades) != ERR_NONE)
        return err_set(ERR_WRONG, "signature: not a right CAdES signature");
    if (!bytes_equal(cades.content, bytes_of_text(decision->statement)))
        return err_set(ERR_WRONG, "signature: over another text");
    const char *digest = hex_encode(arena, sha256(arena, cades.certificate.der));
    return check_person(registry_find_card(registry, digest), officer);
}

enum err check_decision_passkey(struct arena *arena, const struct registry *registry, const struct person *officer,
                                const struct decision *decision, const char *origin,
                                const struct passkey_assertion *assertion)
{
    const char *digest = hex_encode(arena, sha256(arena, assertion->credential_id));
    const struct registry_person *person = registry_find_passkey(registry, digest);
    TRY(check_person(person, officer));
    enum err error = passkey_verify(arena, passkey_rp_id(arena, origin), origin, person->public_key,
                                    sha256(arena, bytes_of_text(decision->statement)), assertion);
    return error == ERR_INVALID ? err_set(ERR_WRONG, "passkey: malformed") : error;
}
