/*
 * Purpose: the authority whose key this process holds: its certificate, how it signs, what it writes into certificates,
 * its journal and registry; and what it does with them. Single-threaded; knows no sockets.
 */
#ifndef DIVIT_SIGNER_AUTHORITY_H
#define DIVIT_SIGNER_AUTHORITY_H

#include "ipc/signer_client.h"
#include "pki/certificate.h"
#include "signer/journal.h"
#include "signer/registry.h"

struct authority {
    struct certificate certificate;
    struct external_signer signer;
    struct certificate_terms terms;
    const char *organization;
    bool is_demo; /* TEST in the subject of its certificates: spec 09 */
    int64_t ocsp_hours, crl_hours;
    struct journal *journal;
    struct registry registry;
};

/* The registry's number and digest must be the journal's newest: ERR_BROKEN for an older or changed one. */
enum err authority_take_registry(struct authority *authority, struct arena *arena, struct bytes text) MUST_CHECK;

/*
 * Signs a certificate over evidence that holds (evidence.h), journalled before and after; suspended at first. The same
 * application, attempt and key again: the same certificate.
 */
enum err authority_issue(struct authority *authority, struct arena *arena, const struct signer_evidence *evidence,
                         int64_t now_s, struct bytes *ret_certificate) MUST_CHECK;
/*
 * At start, before anything else: each intent without an end is completed with the same bytes if its officer and
 * decision still count, else voided and listed revoked (spec 10, The signer's journal).
 */
enum err authority_recover(struct authority *authority, struct arena *arena, int64_t now_s, size_t *ret_completed,
                           size_t *ret_voided) MUST_CHECK;
enum err authority_set_status(struct authority *authority, struct arena *arena, const char *serial,
                              enum signer_status status, int64_t reason, int64_t now_s,
                              int64_t *ret_since_s) MUST_CHECK;
enum err authority_crl(struct authority *authority, struct arena *arena, int64_t now_s, struct bytes *ret_crl,
                       int64_t *ret_number, int64_t *ret_next_update_s) MUST_CHECK;
enum err authority_certify_ocsp(struct authority *authority, struct arena *arena, struct bytes request, int64_t now_s,
                                struct bytes *ret_certificate) MUST_CHECK;

#endif
