/*
 * Purpose: passkeys: what a browser's authenticator says when it registers a key and when it signs with it (WebAuthn
 * level 2, 7.1 and 7.2), checked byte by byte. User verification is always required; pure.
 */
#ifndef DIVIT_PKI_PASSKEY_H
#define DIVIT_PKI_PASSKEY_H

#include "base/bytes.h"

#define PASSKEY_ID_MAX 1023 /* WebAuthn 4, credential id */

struct passkey_assertion {
    struct bytes credential_id;
    struct bytes authenticator_data;
    struct bytes client_data; /* clientDataJSON */
    struct bytes signature;
};
/* The one packed form: DER, a SEQUENCE of these four as OCTET STRINGs in this order. */
struct bytes passkey_pack(struct arena *arena, const struct passkey_assertion *assertion);
/* Parts are borrowed from `packed`. */
enum err passkey_unpack(struct bytes packed, struct passkey_assertion *ret_assertion) MUST_CHECK;

/* "http://localhost:8080" → "localhost": the relying party is the whole host of the service's public address. */
const char *passkey_rp_id(struct arena *arena, const char *origin);

/*
 * WebAuthn 7.2, steps 11 to 20, without the counter: type webauthn.get, this challenge, this origin, not in another's
 * frame, this relying party, user present and verified, signature right. `spki`: ES256 (P-256) or RS256. ERR_INVALID
 * for what is not well formed, ERR_WRONG for what does not fit; the detail says which.
 */
enum err passkey_verify(struct arena *arena, const char *rp_id, const char *origin, struct bytes spki,
                        struct bytes challenge, const struct passkey_assertion *assertion) MUST_CHECK;
/* The signature counter of a verified assertion, and whether it may follow the one known (7.2, step 21). */
uint32_t passkey_counter(const struct passkey_assertion *assertion);
bool passkey_counter_follows(uint32_t known, uint32_t counter);

struct passkey_registration {
    struct bytes credential_id;
    struct bytes spki; /* P-256, or RSA of 2048, 3072 or 4096 bits */
    uint32_t counter;
};
/*
 * WebAuthn 7.1, steps 7 to 19: as above with type webauthn.create. Attestation `none`, or `packed` by the key itself
 * (what a browser leaves in when `none` was asked): nothing is believed about the maker of the authenticator.
 */
enum err passkey_read_registration(struct arena *arena, const char *rp_id, const char *origin, struct bytes challenge,
                                   struct bytes attestation_object, struct bytes client_data,
                                   struct passkey_registration *ret_registration) MUST_CHECK;

#endif
