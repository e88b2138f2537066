/*
 * Purpose: the population register's service for institutions under contract, KPS v2: a token of its token service
 * (WS-Trust 1.3), then TumKutukDogrulaServis with a signature by the key that came with it. Private to the room.
 *
 * Sources: spec 08; WS-Trust 1.3 (KeyType SymmetricKey); WS-Security 1.1 with SAML Token Profile 1.1; XML Signature
 * (exclusive canonical form, HMAC-SHA-1 as the service asks for) over the time stamp.
 */
#ifndef DIVIT_OUTSIDE_KPS_H
#define DIVIT_OUTSIDE_KPS_H

#include "outside/population.h"

/* Blocks for at most 15 s in all. A token is kept until it ends; a service that does not take it is asked with a new one. */
enum question_answer kps_verify(const struct population_settings *settings, const struct question_person *person);

/* What the token service answered: pieces for the next question. */
struct kps_token {
    const char *xml; /* the element within RequestedSecurityToken, with the namespaces that it needs */
    const char *assertion_id;
    struct bytes key; /* of the signature */
    int64_t until_s;
};

/* The halves without the network, for kps_verify() and for tests; the arena's. */
const char *kps_token_request(struct arena *arena, const struct population_settings *settings, int64_t now_s);
enum err kps_token_read(struct arena *arena, struct bytes body, int64_t now_s, struct kps_token *ret_token) MUST_CHECK;
enum err kps_question(struct arena *arena, const struct population_settings *settings, const struct kps_token *token,
                      const struct question_person *person, int64_t now_s, const char **ret_question) MUST_CHECK;
enum question_answer kps_answer(struct arena *arena, struct bytes body, const char *identity_number);

#endif
