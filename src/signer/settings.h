/* Purpose: section [signer] of divit.conf, for the signer and the ceremony. Private to signer. */
#ifndef DIVIT_SIGNER_SETTINGS_H
#define DIVIT_SIGNER_SETTINGS_H

#include "ipc/installation.h"
#include "pki/certificate.h"
#include "token/token.h"

struct signer_settings {
    const char *module, *token, *key, *status_key;
    const char *organization;
    const char *policy, *practice_url, *notice;
    int64_t ocsp_hours, crl_hours;
    const char *anchor, *applications, *serial_prefix;
    int64_t changes_per_hour;
};

enum err signer_settings_load(struct arena *arena, const struct installation *installation,
                              struct signer_settings *ret_settings) MUST_CHECK;
/* What certificates of the authority `name` ("issuing") say: addresses follow from the responder's. */
struct certificate_terms signer_terms(struct arena *arena, const struct installation *installation,
                                      const struct signer_settings *settings, const char *name);
/* Opens the signer's token with the PIN of STATE/signer/pin. */
enum err signer_token_open(struct arena *arena, const struct installation *installation,
                           const struct signer_settings *settings, struct token_module **ret_module,
                           struct token **ret_token) MUST_CHECK;

#endif
