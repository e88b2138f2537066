/* Purpose: what the tests of evidence share: issued or refused, and why. */
#ifndef DIVIT_TESTS_FIXTURE_EVIDENCE_H
#define DIVIT_TESTS_FIXTURE_EVIDENCE_H

#include "fixture_signer.h"

static struct memory_key *card, *stranger;
static int uids;

static inline int begin(void **state)
{
    if (memory_key_new(&card) != ERR_NONE || memory_key_new(&stranger) != ERR_NONE) return -1;
    return hold_ceremony(state);
}

static inline int end(void **state)
{
    card = memory_key_free(card);
    stranger = memory_key_free(stranger);
    return remove_folder(state);
}

static inline const char *new_uid(void)
{
    return arena_printf(arena, "%032x", ++uids);
}

static inline enum err issue_at(const struct signer_evidence *evidence, int64_t at_s, struct bytes *ret_certificate)
{
    struct opened opened;
    open_authority(&opened);
    enum err error = authority_issue(&opened.authority, arena, evidence, at_s, ret_certificate);
    close_authority(&opened);
    return error;
}

static inline void refused(const struct signer_evidence *evidence, int64_t at_s, const char *rule)
{
    struct bytes certificate;
    if (issue_at(evidence, at_s, &certificate) != ERR_FORBIDDEN) fail_msg("not refused: %s", rule);
    if (strncmp(err_detail(), rule, strlen(rule)) != 0) fail_msg("%s instead of %s", err_detail(), rule);
}

/* A key is certified once: each issued story has its own. */
static inline void issued(struct story *story)
{
    struct memory_key *key;
    struct bytes certificate;
    OK(memory_key_new(&key));
    story->key = key;
    struct signer_evidence evidence = evidence_of(story);
    enum err error = issue_at(&evidence, now_s, &certificate);
    if (error != ERR_NONE) fail_msg("%s: %s", err_name(error), err_detail());
    memory_key_free(key);
}

static inline enum err token_is_gone(void *context, struct bytes to_be_signed, struct arena *signing_arena,
                                     struct bytes *ret_signature)
{
    return err_set(ERR_UNAVAILABLE, "token");
}

/* The intent is written, and its end does not come. */
static inline void intended(struct opened *opened, const struct signer_evidence *evidence, int64_t at_s)
{
    struct bytes certificate;
    struct external_signer real = opened->authority.signer;
    opened->authority.signer.sign = token_is_gone;
    assert_int_equal(authority_issue(&opened->authority, arena, evidence, at_s, &certificate), ERR_UNAVAILABLE);
    opened->authority.signer = real;
}

static inline void recovered(struct opened *opened, int64_t at_s, size_t completed, size_t voided)
{
    size_t now_completed, now_voided;
    OK(authority_recover(&opened->authority, arena, at_s, &now_completed, &now_voided));
    assert_int_equal(now_completed, completed);
    assert_int_equal(now_voided, voided);
}

static inline struct bytes one_changed(struct bytes source, size_t at)
{
    uint8_t *copy = (uint8_t *)bytes_copy(arena, source).data;
    copy[at % source.size] ^= 1;
    return (struct bytes){copy, source.size};
}

#endif
