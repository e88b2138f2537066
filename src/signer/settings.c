#include "signer/settings.h"

#include "base/secret.h"
#include "signer/signer.h"

#include <string.h>

#define AT(member) offsetof(struct signer_settings, member)

const struct config_item signer_items[] = {
    {"signer", "module", CONFIG_TEXT, AT(module), TOKEN_SOFTHSM_MODULE, 0, 0,
     "The PKCS #11 library of the authority's token; a real HSM's goes here."},
    {"signer", "token", CONFIG_TEXT, AT(token), "divit-issuing", 0, 0,
     "Label or serial number of the authority's token."},
    {"signer", "key", CONFIG_TEXT, AT(key), "issuing", 0, 0, "Label of the issuing authority's key in it."},
    {"signer", "status_key", CONFIG_TEXT, AT(status_key), "status", 0, 0,
     "Label of the signer's own P-256 key in it: signs statements of status and heads of the journal."},
    {"signer", "organization", CONFIG_TEXT, AT(organization), "Divit", 0, 0,
     "O in the names of the authorities: the provider's registered name."},
    {"signer", "policy", CONFIG_TEXT, AT(policy), "2.999.1.1", 0, 0,
     "OID of the certificate policy; 2.999 is the arc for examples, a provider has its own."},
    {"signer", "practice_url", CONFIG_TEXT, AT(practice_url), "", 0, 0,
     "Address of the practice statement (CPS); empty: /ilkeler at the responder."},
    {"signer", "notice", CONFIG_TEXT, AT(notice),
     "Bu sertifika, 5070 sayılı Elektronik İmza Kanununa göre nitelikli elektronik sertifikadır.", 0, 0,
     "User notice and qcStatement of each certificate, at most 200 characters."},
    {"signer", "ocsp_hours", CONFIG_INT, AT(ocsp_hours), "24", 1, 168,
     "Hours that a certificate of the OCSP responder is good for."},
    {"signer", "crl_hours", CONFIG_INT, AT(crl_hours), "24", 1, 168, "Hours until the next CRL at the latest."},
    {"signer", "anchor", CONFIG_TEXT, AT(anchor), "anchor/signer.head", 0, 0,
     "File for the journal's newest signed head; put it on another disk or machine. A relative path begins at the state "
     "folder."},
    {"signer", "changes_per_hour", CONFIG_INT, AT(changes_per_hour), "200", 1, 1000000,
     "Revocations and suspensions an hour; more need two administrators."},
    {"signer", "applications", CONFIG_TEXT, AT(applications), "0123456789abcdef", 0, 0,
     "First hexadecimal digits of the applications this signer issues for; those of several signers do not overlap."},
    {"signer", "serial_prefix", CONFIG_TEXT, AT(serial_prefix), "", 0, 0,
     "First octet of its serial numbers, 01 to 7f, each signer its own; empty: any, for the only signer."},
    {NULL},
};

static enum err check_ranges(const struct signer_settings *settings)
{
    const char *prefix = settings->serial_prefix, *applications = settings->applications;
    bool is_prefix = prefix[0] == '\0' || (strlen(prefix) == 2 && strspn(prefix, "0123456789abcdef") == 2 &&
                                           strcmp(prefix, "00") != 0 && prefix[0] < '8');
    if (!is_prefix) return err_set(ERR_INVALID, "[signer] serial_prefix: 01 to 7f in lower case");
    if (applications[0] == '\0' || strspn(applications, "0123456789abcdef") != strlen(applications))
        return err_set(ERR_INVALID, "[signer] applications: hexadecimal digits in lower case");
    return ERR_NONE;
}

enum err signer_settings_load(struct arena *arena, const struct installation *installation,
                              struct signer_settings *ret_settings)
{
    struct signer_settings settings;
    TRY(installation_settings(arena, installation, signer_items, &settings));
    TRY(check_ranges(&settings));
    if (settings.anchor[0] != '/') settings.anchor = installation_path(arena, installation, "%s", settings.anchor);
    *ret_settings = settings;
    return ERR_NONE;
}

struct certificate_terms signer_terms(struct arena *arena, const struct installation *installation,
                                      const struct signer_settings *settings, const char *name)
{
    const char *at = installation->responder_url;
    return (struct certificate_terms){.policy = settings->policy,
                                      .notice = settings->notice,
                                      .practice_url = settings->practice_url[0] != '\0'
                                                          ? settings->practice_url
                                                          : arena_printf(arena, "%s/ilkeler", at),
                                      .crl_url = arena_printf(arena, "%s/crl/%s.crl", at, name),
                                      .issuer_url = arena_printf(arena, "%s/ca/%s.cer", at, name),
                                      .ocsp_url = arena_printf(arena, "%s/ocsp", at)};
}

enum err signer_token_open(struct arena *arena, const struct installation *installation,
                           const struct signer_settings *settings, struct token_module **ret_module,
                           struct token **ret_token)
{
    const char *pin;
    struct token_module *module;
    struct token *token;
    TRY(config_read_secret(arena, installation_path(arena, installation, "signer/pin"), &pin));
    if (strcmp(settings->module, TOKEN_SOFTHSM_MODULE) == 0)
        TRY(token_softhsm_use(installation_path(arena, installation, "signer")));
    TRY(token_module_open(settings->module, &module));
    enum err error = token_open(module, settings->token, TOKEN_USER, pin, &token);
    secret_wipe((void *)(uintptr_t)pin, strlen(pin));
    if (error != ERR_NONE) {
        token_module_close(module);
        return error;
    }
    *ret_module = module;
    *ret_token = token;
    return ERR_NONE;
}
