/* What one signer may do on the worker's word alone, and which part of the work is its own (spec 10, The signer's journal). */
#include "signer/authority.h"

#include <string.h>

#define HOUR_S ((int64_t)3600)

enum err authority_may_change(struct authority *authority, int64_t now_s)
{
    int64_t released, changes;
    TRY(journal_released(authority->journal, now_s, &released));
    int64_t limit = authority->changes_per_hour + released;
    TRY(journal_count_changes(authority->journal, now_s - HOUR_S, limit, &changes));
    if (changes < limit) return ERR_NONE;
    return err_set(ERR_TOO_MANY, "breaker: %lld revocations and suspensions in this hour; more need two administrators",
                   (long long)changes);
}

enum err authority_has_application(const struct authority *authority, const char *application_uid)
{
    if (application_uid[0] != '\0' && strchr(authority->applications, application_uid[0]) != NULL) return ERR_NONE;
    return err_set(ERR_FORBIDDEN, "application of another signer's range");
}

struct bytes authority_serial(const struct authority *authority, struct arena *arena)
{
    struct bytes serial = certificate_serial_new(arena), prefix;
    if (authority->serial_prefix[0] == '\0') return serial;
    /* checked when the settings were read */
    if (hex_decode(arena, authority->serial_prefix, &prefix) == ERR_NONE)
        ((uint8_t *)(uintptr_t)serial.data)[0] = prefix.data[0];
    return serial;
}
