/* What one signer may do on the worker's word alone, and which part of the work is its own (spec 10, The signer's journal). */
#include "signer/proof.h"

#include <string.h>

#define HOUR_S ((int64_t)3600)

/* The oldest release that is not past its time nor used up; NULL if there is none. */
static enum err find_release(struct authority *authority, struct arena *arena, int64_t now_s, const char **ret_digest)
{
    const struct journal_release *releases;
    size_t count;
    *ret_digest = NULL;
    /* none that was taken in earlier can be in its time still */
    TRY(journal_list_releases(authority->journal, arena, now_s - RELEASE_VALID_MAX_S - CLOCK_TOLERANCE_S, &releases,
                              &count));
    for (size_t i = 0; i < count && *ret_digest == NULL; i++) {
        struct release_statement statement;
        TRY(release_statement_read(arena, releases[i].text, &statement));
        if (now_s <= statement.valid_until_s && releases[i].used < statement.changes) *ret_digest = releases[i].digest;
    }
    return ERR_NONE;
}

enum err authority_may_change(struct authority *authority, struct arena *arena, int64_t now_s, const char **ret_release)
{
    int64_t changes;
    *ret_release = NULL;
    TRY(journal_count_changes(authority->journal, now_s - HOUR_S, authority->changes_per_hour, &changes));
    if (changes < authority->changes_per_hour) return ERR_NONE;
    TRY(find_release(authority, arena, now_s, ret_release));
    if (*ret_release != NULL) return ERR_NONE;
    return err_set(ERR_TOO_MANY, "breaker: %lld revocations and suspensions in this hour; more need two administrators",
                   (long long)changes);
}

/* The same text again: ERR_NONE, and nothing more passes by it. */
enum err authority_release(struct authority *authority, struct arena *arena, struct bytes text,
                           const struct signer_proof *proofs, size_t count, int64_t now_s)
{
    struct release_statement statement;
    int administrators;
    TRY(authority_is_open(authority));
    if (release_statement_read(arena, text, &statement) != ERR_NONE) return refuse_detail("release");
    if (statement.registry_number != authority->registry.number) return refuse("release under another registry");
    if (statement.made_s > now_s + CLOCK_TOLERANCE_S) return refuse("release from the future");
    if (statement.valid_until_s < now_s) return refuse("release past its time");
    TRY(proof_administrators(authority, arena, text, proofs, count, now_s, &administrators));
    if (administrators < 2) return refuse("release without the signatures of two administrators");
    const struct journal_release release = {text, proofs_to_keep(arena, proofs, count), count, NULL, 0};
    enum err error = journal_add_release(authority->journal, now_s, &release);
    return error == ERR_EXISTS ? ERR_NONE : error;
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
