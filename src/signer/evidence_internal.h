/* Purpose: what the parts of the check share. Private to signer. */
#ifndef DIVIT_SIGNER_EVIDENCE_INTERNAL_H
#define DIVIT_SIGNER_EVIDENCE_INTERNAL_H

#include "signer/evidence.h"
#include "signer/proof.h"

/* One decision that counts. */
struct decider {
    const char *identity_number;
    const char *way; /* of the line */
    bool is_card, is_received, is_approved;
    const char *key_digest;
    struct bytes public_key;
    int64_t until_s; /* of decision and key */
};

/* What a proof rests on that is no decision; key NULL: nothing of its kind counts. */
struct support {
    const char *key; /* digest: of a service's key, of the authority of a holder's certificate */
    const char *serial; /* of a holder's certificate of our own, else NULL */
    int64_t until_s;
};

/* What the proofs amount to. */
struct gathering {
    const struct authority *authority;
    struct arena *arena;
    int64_t now_s;
    const char *application_uid;
    int64_t attempt;
    struct bytes statement; /* `application 1` */
    struct application_statement application;
    const char *digest; /* D, hexadecimal */
    const char *public_key_digest; /* of the request, hexadecimal */
    struct decider deciders[SIGNER_PROOFS_MAX];
    size_t decider_count;
    struct support applicant, consent, owner, station;
    char why[256]; /* why the first proof that does not count does not */
};

/* -- evidence.c -- */
/* Application and request alone, and what the proofs are held against. */
enum err evidence_begin(const struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                        int64_t now_s, struct approved *ret_approved, struct gathering *ret_gathering) MUST_CHECK;
/* ERR_FORBIDDEN: the proof counts for nothing, and why. */
enum err evidence_take(struct gathering *gathering, const struct signer_proof *proof) MUST_CHECK;
/* -- evidence_decisions.c -- */
enum err take_decision(struct gathering *gathering, const struct signed_word *word) MUST_CHECK;
/* -- evidence_words.c -- */
/* This person's own card, of an authority that the registry names; of the gathering: authority, arena, now_s. */
enum err check_holder(const struct gathering *gathering, const struct signed_word *word, const char *identity_number,
                      struct support *ret_support) MUST_CHECK;
/* And its certificate is still valid now. */
enum err check_holder_now(const struct gathering *gathering, const struct signed_word *word,
                          const char *identity_number) MUST_CHECK;
enum err take_applicant(struct gathering *gathering, const struct signed_word *word) MUST_CHECK;
enum err take_consent(struct gathering *gathering, const struct signed_word *word) MUST_CHECK;
enum err take_owner(struct gathering *gathering, const struct signer_proof *proof) MUST_CHECK;
enum err take_station(struct gathering *gathering, const struct signer_proof *proof) MUST_CHECK;
/* -- evidence_rules.c -- */
/* The needs of a line that are not met. */
unsigned missing_needs(const struct gathering *gathering, const struct registry_rule *rule);
/* Is one of the registry's lines for the door met, by decisions of one way? */
enum err check_rules(const struct gathering *gathering, struct approved *approved) MUST_CHECK;

#endif
