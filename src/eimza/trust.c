#include "eimza/trust.h"

#include "base/file.h"

#include <string.h>

#define FILE_MAX 65536

static enum err read_part(struct arena *arena, const char *folder, const char *name, struct bytes *ret_content)
{
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    if (file_read(arena, path, FILE_MAX, ret_content) != ERR_NONE) return err_set(ERR_NOT_FOUND, "%s", path);
    return ERR_NONE;
}

enum err trust_load(struct arena *arena, const char *folder, struct trust *ret_trust)
{
    struct bytes root, issuing, list, signature;
    struct trust trust;
    TRY(read_part(arena, folder, "root.cer", &root));
    TRY(read_part(arena, folder, "issuing.cer", &issuing));
    TRY(read_part(arena, folder, "hosts.txt", &list));
    TRY(read_part(arena, folder, "hosts.sig", &signature));
    TRY(certificate_parse(arena, root, &trust.root));
    TRY(certificate_parse(arena, issuing, &trust.issuing));
    TRY(certificate_check_issuer(&trust.root, &trust.root));
    TRY(certificate_check_issuer(&trust.issuing, &trust.root));
    if (public_key_verify(trust.root.public_key, SIGNATURE_ECDSA_SHA384, list, signature) != ERR_NONE)
        return err_set(ERR_WRONG, "%s/hosts.txt", folder);
    TRY(hosts_statement_read(arena, list, &trust.hosts));
    *ret_trust = trust;
    return ERR_NONE;
}

enum err trust_find_host(const struct trust *trust, const char *name, const char **ret_address)
{
    for (size_t i = 0; i < trust->hosts.count; i++) {
        const char *address = trust->hosts.addresses[i];
        if (name != NULL && strcmp(strstr(address, "//") + 2, name) != 0) continue;
        *ret_address = address;
        return ERR_NONE;
    }
    return err_set(ERR_NOT_FOUND, "%s", name == NULL ? "" : name);
}
