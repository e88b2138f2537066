#include "signer/registry.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/turkish.h"

#include <stdlib.h>
#include <string.h>

static const struct registry_institution *find_institution(const struct registry *registry, size_t count,
                                                           const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(registry->institutions[i].code, code) == 0) return &registry->institutions[i];
    }
    return NULL;
}

static bool is_code(const char *text)
{
    size_t size = strlen(text);
    return size >= 1 && size <= 32 && strcmp(text, "-") != 0 &&
           strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_") == size;
}

static bool is_digest(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static enum err check_institution(const struct registry *registry, size_t at)
{
    const struct registry_institution *institution = &registry->institutions[at];
    if (!is_code(institution->code)) return err_set(ERR_INVALID, "registry: institution code");
    if (find_institution(registry, at, institution->code) != NULL)
        return err_set(ERR_INVALID, "registry: institution %s twice", institution->code);
    /* each above those below it: so there are no circles */
    if (institution->parent_code != NULL && find_institution(registry, at, institution->parent_code) == NULL)
        return err_set(ERR_INVALID, "registry: what is above %s is not there yet", institution->code);
    return ERR_NONE;
}

static enum err check_officer(const struct registry *registry, size_t at)
{
    const struct registry_officer *officer = &registry->officers[at];
    if (strlen(officer->identity_number) != 11 || !ascii_is_digits(officer->identity_number))
        return err_set(ERR_INVALID, "registry: identity number");
    if (find_institution(registry, registry->institutions_count, officer->institution_code) == NULL)
        return err_set(ERR_INVALID, "registry: officer of an unknown institution");
    if (!is_digest(officer->certificate_digest)) return err_set(ERR_INVALID, "registry: certificate digest");
    if (officer->from_s >= officer->until_s) return err_set(ERR_INVALID, "registry: dates of an officer");
    for (size_t i = 0; i < at; i++) {
        /* spec 10: one person has one role */
        if (strcmp(registry->officers[i].identity_number, officer->identity_number) == 0 ||
            strcmp(registry->officers[i].certificate_digest, officer->certificate_digest) == 0)
            return err_set(ERR_INVALID, "registry: a person or certificate twice");
    }
    return ERR_NONE;
}

static enum err check_registry(const struct registry *registry)
{
    if (registry->number < 1) return err_set(ERR_INVALID, "registry: number");
    if ((registry->number == 1) != (registry->previous == NULL)) return err_set(ERR_INVALID, "registry: previous");
    if (registry->previous != NULL && !is_digest(registry->previous)) return err_set(ERR_INVALID, "registry: previous");
    for (size_t i = 0; i < registry->institutions_count; i++) TRY(check_institution(registry, i));
    for (size_t i = 0; i < registry->officers_count; i++) TRY(check_officer(registry, i));
    return ERR_NONE;
}

enum err registry_write(struct arena *arena, const struct registry *registry, struct bytes *ret_text)
{
    TRY(check_registry(registry));
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    buffer_printf(&text, "divit registry 1\nNumara: %lld\nÖnceki: %s\n", (long long)registry->number,
                  registry->previous == NULL ? "-" : registry->previous);
    for (size_t i = 0; i < registry->institutions_count; i++) {
        const struct registry_institution *institution = &registry->institutions[i];
        buffer_printf(&text, "Kurum: %s %s\n", institution->code,
                      institution->parent_code == NULL ? "-" : institution->parent_code);
    }
    for (size_t i = 0; i < registry->officers_count; i++) {
        const struct registry_officer *officer = &registry->officers[i];
        buffer_printf(&text, "Kişi: %s yetkili %s %s %s %s\n", officer->identity_number, officer->institution_code,
                      officer->certificate_digest, time_to_iso(arena, officer->from_s),
                      time_to_iso(arena, officer->until_s));
    }
    *ret_text = bytes_copy(arena, buffer_bytes(&text));
    return ERR_NONE;
}

#define WORDS_MAX 7

/* Splits at single spaces; what is left over stays in the last word and fails there. */
static size_t split(char *line, char *words[WORDS_MAX])
{
    size_t count = 0;
    while (count < WORDS_MAX) {
        words[count++] = line;
        char *space = strchr(line, ' ');
        if (space == NULL) break;
        *space = '\0';
        line = space + 1;
    }
    return count;
}

static enum err read_line(char *line, struct registry *registry, struct registry_institution *institutions,
                          struct registry_officer *officers)
{
    char *words[WORDS_MAX];
    size_t count = split(line, words);
    if (strcmp(words[0], "Numara:") == 0 && count == 2) {
        registry->number = strtoll(words[1], NULL, 10);
    } else if (strcmp(words[0], "Önceki:") == 0 && count == 2) {
        registry->previous = strcmp(words[1], "-") == 0 ? NULL : words[1];
    } else if (strcmp(words[0], "Kurum:") == 0 && count == 3) {
        institutions[registry->institutions_count++] =
            (struct registry_institution){words[1], strcmp(words[2], "-") == 0 ? NULL : words[2]};
    } else if (strcmp(words[0], "Kişi:") == 0 && count == 7 && strcmp(words[2], "yetkili") == 0) {
        struct registry_officer *officer = &officers[registry->officers_count++];
        *officer = (struct registry_officer){words[1], words[3], words[4], 0, 0};
        TRY(time_from_iso(words[5], &officer->from_s));
        TRY(time_from_iso(words[6], &officer->until_s));
    } else {
        return err_set(ERR_INVALID, "registry: a line that is none");
    }
    return ERR_NONE;
}

enum err registry_read(struct arena *arena, struct bytes text, struct registry *ret_registry)
{
    char *copy = (char *)bytes_to_text(arena, text); /* in our arena: ours to cut */
    if (copy == NULL || text.size > REGISTRY_SIZE_MAX || !text_is_utf8(copy))
        return err_set(ERR_INVALID, "registry: not text");
    size_t lines = 0;
    for (const char *at = copy; *at != '\0'; at++) lines += *at == '\n';
    struct registry_institution *institutions = NEW_ARRAY(arena, struct registry_institution, lines + 1);
    struct registry_officer *officers = NEW_ARRAY(arena, struct registry_officer, lines + 1);
    struct registry registry = {.institutions = institutions, .officers = officers};
    char *rest = copy, *line = strsep(&rest, "\n");
    if (strcmp(line, "divit registry 1") != 0) return err_set(ERR_INVALID, "registry: first line");
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (rest == NULL && *line == '\0') break; /* after the last line end */
        TRY(read_line(line, &registry, institutions, officers));
    }
    struct bytes again;
    TRY(registry_write(arena, &registry, &again));
    if (!bytes_equal(again, text)) return err_set(ERR_INVALID, "registry: not in its one form");
    *ret_registry = registry;
    return ERR_NONE;
}

const struct registry_officer *registry_find_officer(const struct registry *registry, const char *certificate_digest)
{
    for (size_t i = 0; i < registry->officers_count; i++) {
        if (strcmp(registry->officers[i].certificate_digest, certificate_digest) == 0) return &registry->officers[i];
    }
    return NULL;
}

bool registry_is_within(const struct registry *registry, const char *code, const char *above)
{
    const struct registry_institution *institution = find_institution(registry, registry->institutions_count, code);
    while (institution != NULL) {
        if (strcmp(institution->code, above) == 0) return true;
        if (institution->parent_code == NULL) return false;
        institution = find_institution(registry, registry->institutions_count, institution->parent_code);
    }
    return false;
}
