/* The text of the registry, written and checked; reading is registry_read.c. */
#include "statement/registry.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/turkish.h"
#include "statement/decision_statement.h"
#include "statement/statement.h"

#include <string.h>

const char *const registry_role_words[] = {"yetkili", "operatör", "yönetici", "denetçi", NULL};
const char *const registry_need_words[] = {"iki-kişi", "tek-kişi",   "başvuran",          "rıza",
                                           "sahip",    "kart-onayı", "iki-anahtar-onayı", NULL};

#define PUBLIC_KEY_SIZE_MAX 1024
#define CERTIFICATE_SIZE_MAX 4096
#define NAME_SIZE_MAX 240 /* bytes */

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_";

static bool is_code(const char *text)
{
    size_t size = strlen(text);
    return size >= 1 && size <= 32 && strcmp(text, "-") != 0 && strspn(text, letters) == size;
}

static bool is_digest(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static bool is_word(const char *const *words, const char *word)
{
    while (*words != NULL && strcmp(*words, word) != 0) words++;
    return *words != NULL;
}

static enum err check_dates(int64_t from_s, int64_t until_s)
{
    return from_s < until_s ? ERR_NONE : err_set(ERR_INVALID, "registry: dates of a key");
}

static enum err check_rule(const struct registry *registry, size_t at)
{
    const struct registry_rule *rule = &registry->rules[at];
    if (strcmp(rule->door, "*") != 0 && !is_code(rule->door)) return err_set(ERR_INVALID, "registry: door of a rule");
    if (!is_word(decision_way_words, rule->way)) return err_set(ERR_INVALID, "registry: way of a rule");
    if (rule->needs == 0 || rule->needs >= NEED(REGISTRY_NEED_COUNT))
        return err_set(ERR_INVALID, "registry: a rule that needs nothing");
    for (size_t i = 0; i < at; i++) {
        const struct registry_rule *other = &registry->rules[i];
        if (strcmp(rule->door, other->door) == 0 && strcmp(rule->way, other->way) == 0 && rule->needs == other->needs)
            return err_set(ERR_INVALID, "registry: a rule twice");
    }
    return ERR_NONE;
}

static const struct registry_institution *find_institution(const struct registry *registry, size_t count,
                                                           const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(registry->institutions[i].code, code) == 0) return &registry->institutions[i];
    }
    return NULL;
}

static bool is_name(struct arena *arena, const char *name)
{
    return strlen(name) <= NAME_SIZE_MAX && statement_value_is_valid(arena, name);
}

static enum err check_institution(struct arena *arena, const struct registry *registry, size_t at)
{
    const struct registry_institution *institution = &registry->institutions[at];
    if (!is_code(institution->code)) return err_set(ERR_INVALID, "registry: institution code");
    if (institution->name != NULL && !is_name(arena, institution->name))
        return err_set(ERR_INVALID, "registry: name of institution %s", institution->code);
    if (find_institution(registry, at, institution->code) != NULL)
        return err_set(ERR_INVALID, "registry: institution %s twice", institution->code);
    /* each above those below it: so there are no circles */
    if (institution->parent_code != NULL && find_institution(registry, at, institution->parent_code) == NULL)
        return err_set(ERR_INVALID, "registry: what is above %s is not there yet", institution->code);
    return ERR_NONE;
}

static enum err check_authority(const struct registry *registry, size_t at)
{
    struct bytes certificate = registry->authorities[at];
    if (certificate.size == 0 || certificate.size > CERTIFICATE_SIZE_MAX)
        return err_set(ERR_INVALID, "registry: authority");
    for (size_t i = 0; i < at; i++) {
        if (bytes_equal(registry->authorities[i], certificate))
            return err_set(ERR_INVALID, "registry: an authority twice");
    }
    return ERR_NONE;
}

static enum err check_service(const struct registry *registry, size_t at)
{
    const struct registry_service *service = &registry->services[at];
    if (!is_code(service->name)) return err_set(ERR_INVALID, "registry: name of a service");
    if (service->public_key.size == 0 || service->public_key.size > PUBLIC_KEY_SIZE_MAX)
        return err_set(ERR_INVALID, "registry: key of a service");
    for (size_t i = 0; i < at; i++) {
        if (strcmp(registry->services[i].name, service->name) == 0)
            return err_set(ERR_INVALID, "registry: service %s twice", service->name);
    }
    return check_dates(service->from_s, service->until_s);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static enum err check_key(const struct registry_person *person)
{
    bool is_card = person->card_digest != NULL;
    if (is_card == (person->credential_digest != NULL) || is_card != (person->card_key_digest != NULL))
        return err_set(ERR_INVALID, "registry: card or passkey");
    if (!is_digest(is_card ? person->card_digest : person->credential_digest) ||
        (is_card && !is_digest(person->card_key_digest)))
        return err_set(ERR_INVALID, "registry: digest of a key");
    if (is_card ? person->public_key.size != 0
                : person->public_key.size == 0 || person->public_key.size > PUBLIC_KEY_SIZE_MAX)
        return err_set(ERR_INVALID, "registry: key of a person");
    return check_dates(person->from_s, person->until_s);
}

const char *registry_public_key_digest(struct arena *arena, const struct registry_person *person)
{
    return person->card_digest != NULL ? person->card_key_digest : hex_encode(arena, sha256(arena, person->public_key));
}

/* `keys`: of all persons, registry_public_key_digest(). */
static enum err check_person(const struct registry *registry, const char *const *keys, size_t at)
{
    const struct registry_person *person = &registry->persons[at];
    if (strlen(person->identity_number) != 11 || !ascii_is_digits(person->identity_number))
        return err_set(ERR_INVALID, "registry: identity number");
    if (person->role < REGISTRY_OFFICER || person->role >= REGISTRY_ROLE_COUNT)
        return err_set(ERR_INVALID, "registry: role");
    if (person->institution_code == NULL && person->role == REGISTRY_OFFICER)
        return err_set(ERR_INVALID, "registry: officer without institution");
    if (person->institution_code != NULL &&
        find_institution(registry, registry->institutions_count, person->institution_code) == NULL)
        return err_set(ERR_INVALID, "registry: person of an unknown institution");
    for (size_t i = 0; i < at; i++) {
        const struct registry_person *other = &registry->persons[i];
        bool is_same_key = same_text(other->card_digest, person->card_digest) &&
                           same_text(other->credential_digest, person->credential_digest);
        /* an authenticator may name its one key differently each time */
        bool is_same_passkey = person->public_key.size > 0 && bytes_equal(other->public_key, person->public_key);
        if (is_same_key || is_same_passkey) return err_set(ERR_INVALID, "registry: a key twice");
        bool is_same_person = strcmp(other->identity_number, person->identity_number) == 0;
        /* of a card or an authenticator, whatever certificate or id it comes with: whoever has it is one person */
        if (!is_same_person && strcmp(keys[i], keys[at]) == 0)
            return err_set(ERR_INVALID, "registry: one public key under two identity numbers");
        /* spec 10: one person has one role */
        if (is_same_person &&
            (other->role != person->role || !same_text(other->institution_code, person->institution_code)))
            return err_set(ERR_INVALID, "registry: a person with two roles or institutions");
    }
    return ERR_NONE;
}

static enum err check_persons(struct arena *arena, const struct registry *registry)
{
    const char **keys = NEW_ARRAY(arena, const char *, registry->persons_count + 1);
    for (size_t i = 0; i < registry->persons_count; i++) {
        TRY(check_key(&registry->persons[i]));
        keys[i] = registry_public_key_digest(arena, &registry->persons[i]);
        TRY(check_person(registry, keys, i));
    }
    return ERR_NONE;
}

static enum err check_registry(struct arena *arena, const struct registry *registry)
{
    if (registry->number < 1) return err_set(ERR_INVALID, "registry: number");
    if ((registry->number == 1) != (registry->previous == NULL)) return err_set(ERR_INVALID, "registry: previous");
    if (registry->previous != NULL && !is_digest(registry->previous)) return err_set(ERR_INVALID, "registry: previous");
    for (size_t i = 0; i < registry->rules_count; i++) TRY(check_rule(registry, i));
    for (size_t i = 0; i < registry->institutions_count; i++) TRY(check_institution(arena, registry, i));
    for (size_t i = 0; i < registry->authorities_count; i++) TRY(check_authority(registry, i));
    for (size_t i = 0; i < registry->services_count; i++) TRY(check_service(registry, i));
    return check_persons(arena, registry);
}

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

static void put_dates(struct arena *arena, struct buffer *text, int64_t from_s, int64_t until_s)
{
    buffer_printf(text, " %s %s\n", time_to_iso(arena, from_s), time_to_iso(arena, until_s));
}

const char *registry_rule_line(struct arena *arena, const struct registry_rule *rule)
{
    const char *line = arena_printf(arena, "Kural: %s %s", rule->door, rule->way);
    for (unsigned need = 0; need < REGISTRY_NEED_COUNT; need++) {
        if (rule->needs & NEED(need)) line = arena_printf(arena, "%s %s", line, registry_need_words[need]);
    }
    return line;
}

static void put_institution(struct buffer *text, const struct registry_institution *institution)
{
    buffer_printf(text, "Kurum: %s %s", institution->code, or_dash(institution->parent_code));
    if (institution->name != NULL) buffer_printf(text, " %s", institution->name);
    buffer_char(text, '\n');
}

static void put_person(struct arena *arena, struct buffer *text, const struct registry_person *person)
{
    buffer_printf(text, "Kişi: %s %s %s", person->identity_number, registry_role_words[person->role],
                  or_dash(person->institution_code));
    if (person->card_digest != NULL) buffer_printf(text, " kart %s %s", person->card_digest, person->card_key_digest);
    else buffer_printf(text, " anahtar %s %s", person->credential_digest, hex_encode(arena, person->public_key));
    put_dates(arena, text, person->from_s, person->until_s);
}

enum err registry_write(struct arena *arena, const struct registry *registry, struct bytes *ret_text)
{
    TRY(check_registry(arena, registry));
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    buffer_printf(&text, "divit registry 1\nNumara: %lld\nÖnceki: %s\n", (long long)registry->number,
                  or_dash(registry->previous));
    for (size_t i = 0; i < registry->rules_count; i++)
        buffer_printf(&text, "%s\n", registry_rule_line(arena, &registry->rules[i]));
    for (size_t i = 0; i < registry->institutions_count; i++) put_institution(&text, &registry->institutions[i]);
    for (size_t i = 0; i < registry->authorities_count; i++)
        buffer_printf(&text, "Makam: %s\n", hex_encode(arena, registry->authorities[i]));
    for (size_t i = 0; i < registry->services_count; i++) {
        const struct registry_service *service = &registry->services[i];
        buffer_printf(&text, "Servis: %s %s", service->name, hex_encode(arena, service->public_key));
        put_dates(arena, &text, service->from_s, service->until_s);
    }
    for (size_t i = 0; i < registry->persons_count; i++) put_person(arena, &text, &registry->persons[i]);
    if (text.size > REGISTRY_SIZE_MAX)
        return err_set(ERR_INVALID, "registry: larger than %d KiB", REGISTRY_SIZE_MAX / 1024);
    *ret_text = bytes_copy(arena, buffer_bytes(&text));
    return ERR_NONE;
}

/* -- looking things up -- */

const char *registry_key_digest(const struct registry_person *person)
{
    return person->card_digest != NULL ? person->card_digest : person->credential_digest;
}

const struct registry_person *registry_find_card(const struct registry *registry, const char *certificate_digest)
{
    for (size_t i = 0; i < registry->persons_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        if (person->card_digest != NULL && strcmp(person->card_digest, certificate_digest) == 0) return person;
    }
    return NULL;
}

const struct registry_person *registry_find_passkey(const struct registry *registry, const char *credential_digest)
{
    for (size_t i = 0; i < registry->persons_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        if (person->credential_digest != NULL && strcmp(person->credential_digest, credential_digest) == 0)
            return person;
    }
    return NULL;
}

const struct registry_service *registry_find_service(const struct registry *registry, const char *name)
{
    for (size_t i = 0; i < registry->services_count; i++) {
        if (strcmp(registry->services[i].name, name) == 0) return &registry->services[i];
    }
    return NULL;
}

const struct registry_institution *registry_find_institution(const struct registry *registry, const char *code)
{
    return find_institution(registry, registry->institutions_count, code);
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

static size_t take_rules(const struct registry *registry, const char *door, const char *way,
                         struct registry_rule *ret_rules)
{
    size_t count = 0;
    for (size_t i = 0; i < registry->rules_count; i++) {
        const struct registry_rule *rule = &registry->rules[i];
        if (strcmp(rule->door, door) == 0 && strcmp(rule->way, way) == 0) ret_rules[count++] = *rule;
    }
    return count;
}

void registry_find_rules(const struct registry *registry, struct arena *arena, const char *door, const char *way,
                         const struct registry_rule **ret_rules, size_t *ret_count)
{
    struct registry_rule *rules = NEW_ARRAY(arena, struct registry_rule, registry->rules_count + 1);
    *ret_count = take_rules(registry, door, way, rules);
    if (*ret_count == 0) *ret_count = take_rules(registry, "*", way, rules);
    *ret_rules = rules;
}

size_t registry_count_persons(const struct registry *registry, enum registry_role role)
{
    size_t count = 0;
    for (size_t i = 0; i < registry->persons_count; i++) {
        bool is_counted = registry->persons[i].role != role;
        for (size_t k = 0; k < i && !is_counted; k++)
            is_counted = strcmp(registry->persons[k].identity_number, registry->persons[i].identity_number) == 0;
        if (!is_counted) count++;
    }
    return count;
}
