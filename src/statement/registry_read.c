/* The text of the registry, read: cut into words, then written again and compared. */
#include "base/clock.h"
#include "base/turkish.h"
#include "statement/registry.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena *arena;
    struct registry registry;
    struct registry_rule *rules;
    struct registry_institution *institutions;
    struct bytes *authorities;
    struct registry_service *services;
    struct registry_person *persons;
};

/* Splits at single spaces: at least one word, which may be empty. */
static char **split(struct arena *arena, char *line, size_t *ret_count)
{
    size_t count = 1;
    for (const char *at = line; *at != '\0'; at++) count += *at == ' ';
    char **words = NEW_ARRAY(arena, char *, count);
    for (size_t i = 0; i < count; i++) words[i] = strsep(&line, " ");
    *ret_count = count;
    return words;
}

static const char *absent(const char *word)
{
    return strcmp(word, "-") == 0 ? NULL : word;
}

static size_t word_at(const char *const *words, const char *word)
{
    size_t at = 0;
    while (words[at] != NULL && strcmp(words[at], word) != 0) at++;
    return at;
}

static enum err read_rule(struct reading *reading, char *const *words, size_t count)
{
    struct registry_rule rule = {.door = words[1], .way = words[2]};
    for (size_t i = 3; i < count; i++) {
        size_t need = word_at(registry_need_words, words[i]);
        if (need == REGISTRY_NEED_COUNT) return err_set(ERR_INVALID, "registry: an unknown need");
        rule.needs |= NEED(need);
    }
    reading->rules[reading->registry.rules_count++] = rule;
    return ERR_NONE;
}

static enum err read_service(struct reading *reading, char *const *words)
{
    struct registry_service *service = &reading->services[reading->registry.services_count++];
    service->name = words[1];
    TRY(hex_decode(reading->arena, words[2], &service->public_key));
    TRY(time_from_iso(words[3], &service->from_s));
    return time_from_iso(words[4], &service->until_s);
}

static enum err read_person(struct reading *reading, char *const *words)
{
    bool is_card = strcmp(words[4], "kart") == 0;
    if (!is_card && strcmp(words[4], "anahtar") != 0) return err_set(ERR_INVALID, "registry: a line that is none");
    struct registry_person *person = &reading->persons[reading->registry.persons_count++];
    *person = (struct registry_person){.identity_number = words[1],
                                       .role = (enum registry_role)word_at(registry_role_words, words[2]),
                                       .institution_code = absent(words[3]),
                                       .card_digest = is_card ? words[5] : NULL,
                                       .card_key_digest = is_card ? words[6] : NULL,
                                       .credential_digest = is_card ? NULL : words[5]};
    if (!is_card) TRY(hex_decode(reading->arena, words[6], &person->public_key));
    TRY(time_from_iso(words[7], &person->from_s));
    return time_from_iso(words[8], &person->until_s);
}

/* A name has spaces of its own, which split() took away. */
static struct registry_institution read_institution(char *const *words, size_t count)
{
    for (size_t i = 3; i + 1 < count; i++) words[i][strlen(words[i])] = ' ';
    return (struct registry_institution){words[1], absent(words[2]), count > 3 ? words[3] : NULL};
}

static enum err read_line(char *line, struct reading *reading)
{
    struct registry *registry = &reading->registry;
    size_t count;
    char **words = split(reading->arena, line, &count);
    if (strcmp(words[0], "Kural:") == 0 && count >= 4) return read_rule(reading, words, count);
    if (strcmp(words[0], "Servis:") == 0 && count == 5) return read_service(reading, words);
    if (strcmp(words[0], "Kurum:") == 0 && count >= 3) {
        registry->institutions_count++;
        reading->institutions[registry->institutions_count - 1] = read_institution(words, count);
        return ERR_NONE;
    }
    if (strcmp(words[0], "Kişi:") == 0 && count == 9) return read_person(reading, words);
    if (strcmp(words[0], "Makam:") == 0 && count == 2)
        return hex_decode(reading->arena, words[1], &reading->authorities[registry->authorities_count++]);
    if (strcmp(words[0], "Numara:") == 0 && count == 2) {
        registry->number = strtoll(words[1], NULL, 10);
    } else if (strcmp(words[0], "Önceki:") == 0 && count == 2) {
        registry->previous = absent(words[1]);
    } else {
        return err_set(ERR_INVALID, "registry: a line that is none");
    }
    return ERR_NONE;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++) lines += *text == '\n';
    return lines;
}

/* Each kind has room for as many as there are lines. */
static struct reading begin(struct arena *arena, size_t lines)
{
    return (struct reading){.arena = arena,
                            .rules = NEW_ARRAY(arena, struct registry_rule, lines + 1),
                            .institutions = NEW_ARRAY(arena, struct registry_institution, lines + 1),
                            .authorities = NEW_ARRAY(arena, struct bytes, lines + 1),
                            .services = NEW_ARRAY(arena, struct registry_service, lines + 1),
                            .persons = NEW_ARRAY(arena, struct registry_person, lines + 1)};
}

enum err registry_read(struct arena *arena, struct bytes text, struct registry *ret_registry)
{
    if (text.size > REGISTRY_SIZE_MAX) return err_set(ERR_INVALID, "registry: larger than allowed");
    char *copy = (char *)(uintptr_t)bytes_to_text(arena, text); /* in our arena: ours to cut */
    if (copy == NULL || !text_is_utf8(copy)) return err_set(ERR_INVALID, "registry: not text");
    struct reading reading = begin(arena, count_lines(copy));
    char *rest = copy, *line = strsep(&rest, "\n");
    if (strcmp(line, "divit registry 1") != 0) return err_set(ERR_INVALID, "registry: first line");
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (rest == NULL && *line == '\0') break; /* after the last line end */
        if (rest == NULL) return err_set(ERR_INVALID, "registry: a line without end");
        TRY(read_line(line, &reading));
    }
    struct registry registry = reading.registry;
    registry.rules = reading.rules;
    registry.institutions = reading.institutions;
    registry.authorities = reading.authorities;
    registry.services = reading.services;
    registry.persons = reading.persons;
    struct bytes again;
    TRY(registry_write(arena, &registry, &again));
    if (!bytes_equal(again, text)) return err_set(ERR_INVALID, "registry: not in its one form");
    *ret_registry = registry;
    return ERR_NONE;
}
