#include "signer/ceremony_hosts.h"

#include "base/file.h"
#include "statement/hosts_statement.h"

#define FOLDER "eimza"

enum err hosts_make(struct arena *arena, const struct installation *installation, struct bytes root_certificate,
                    struct bytes issuing_certificate, struct token_signing *root_key, int64_t now_s,
                    struct bytes *ret_list)
{
    const struct hosts_statement hosts = {.made_s = now_s, .addresses = {installation->public_url}, .count = 1};
    struct external_signer signer = token_signer(root_key);
    struct bytes list, signature;
    TRY(hosts_statement_write(arena, &hosts, &list));
    TRY(signer.sign(signer.context, list, arena, &signature));
    TRY(folder_make(installation_path(arena, installation, FOLDER), 0755));
    TRY(file_write(installation_path(arena, installation, FOLDER "/root.cer"), root_certificate, 0644));
    TRY(file_write(installation_path(arena, installation, FOLDER "/issuing.cer"), issuing_certificate, 0644));
    TRY(file_write(installation_path(arena, installation, FOLDER "/hosts.txt"), list, 0644));
    TRY(file_write(installation_path(arena, installation, FOLDER "/hosts.sig"), signature, 0644));
    *ret_list = list;
    return ERR_NONE;
}
