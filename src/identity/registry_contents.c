/* What stands in a registry, and what one makes of the one before it, as pages show it to administrators. */
#include "statement/registry.h"

#include "identity/store.h"
#include "identity_sql.h"

#include <string.h>

#define PERSON_LABEL "Kişi: "
#define SERVICE_LABEL "Servis: "
#define AUTHORITY_LABEL "Makam: "
#define INSTITUTION_LABEL "Kurum: "
#define HEAD_LINES 3 /* type, number, previous */

_Static_assert((int)STAFF_OFFICER == (int)REGISTRY_OFFICER && (int)STAFF_OPERATOR == (int)REGISTRY_OPERATOR &&
                   (int)STAFF_ADMINISTRATOR == (int)REGISTRY_ADMINISTRATOR &&
                   (int)STAFF_AUDITOR == (int)REGISTRY_AUDITOR,
               "accounts and registry have the same roles, in the same order");

/* Whose names the accounts have: read once for all lines. */
struct accounts {
    struct arena *arena;
    struct keeper *keeper;
    const struct db_rows *rows;
};

static enum err list_accounts_act(struct db_tx *tx, void *context)
{
    struct accounts *accounts = context;
    return db_rows(tx, accounts->arena, &sql_list_accounts_with_tag, DB_NOTHING, &accounts->rows);
}

static enum err list_accounts(struct db *db, struct keeper *keeper, struct arena *arena, struct accounts *ret_accounts)
{
    *ret_accounts = (struct accounts){arena, keeper, NULL};
    return db_read(db, list_accounts_act, ret_accounts);
}

static enum err find_name(const struct accounts *accounts, const char *identity_number, const char **ret_name)
{
    struct bytes tag;
    TRY(keeper_search_tag(accounts->keeper, accounts->arena, "identity_number", identity_number, &tag));
    *ret_name = NULL;
    for (size_t i = 0; i < db_count(accounts->rows) && *ret_name == NULL; i++) {
        if (bytes_equal(db_bytes(accounts->rows, i, "identity_tag"), tag))
            *ret_name = db_text(accounts->rows, i, "display_name");
    }
    return ERR_NONE;
}

/* `before`: the key of the line above, NULL for none; a person's keys often stand together. */
static enum err key_of(const struct accounts *accounts, const struct registry_person *person,
                       const struct registered_key *before, struct registered_key *ret_key)
{
    const char *name;
    if (before != NULL && strcmp(before->identity_number, person->identity_number) == 0) name = before->display_name;
    else TRY(find_name(accounts, person->identity_number, &name));
    *ret_key = (struct registered_key){
        .identity_number = person->identity_number,
        .role = (enum staff_role)person->role,
        .institution_code = person->institution_code,
        .digest = registry_key_digest(person),
        .is_passkey = person->credential_digest != NULL,
        .from_s = person->from_s,
        .until_s = person->until_s,
        .display_name = name,
    };
    return ERR_NONE;
}

static struct registered_service service_of(struct arena *arena, const struct registry_service *service)
{
    return (struct registered_service){service->name, hex_encode(arena, sha256(arena, service->public_key)),
                                       service->from_s, service->until_s};
}

static bool begins(const char *line, const char *label)
{
    return strncmp(line, label, strlen(label)) == 0;
}

/* Whose line it is: digests and names stand once in a registry, between spaces. */
static const struct registry_person *person_of(struct arena *arena, const struct registry *registry, const char *line)
{
    for (size_t i = 0; i < registry->persons_count; i++) {
        const char *digest = arena_printf(arena, " %s ", registry_key_digest(&registry->persons[i]));
        if (strstr(line, digest) != NULL) return &registry->persons[i];
    }
    return NULL;
}

static const struct registry_service *service_at(struct arena *arena, const struct registry *registry, const char *line)
{
    for (size_t i = 0; i < registry->services_count; i++) {
        const char *head = arena_printf(arena, SERVICE_LABEL "%s ", registry->services[i].name);
        if (begins(line, head)) return &registry->services[i];
    }
    return NULL;
}

static const struct registry_institution *institution_at(struct arena *arena, const struct registry *registry,
                                                         const char *line)
{
    for (size_t i = 0; i < registry->institutions_count; i++) {
        const char *head = arena_printf(arena, INSTITUTION_LABEL "%s ", registry->institutions[i].code);
        if (begins(line, head)) return &registry->institutions[i];
    }
    return NULL;
}

static const struct registry_rule *rule_at(struct arena *arena, const struct registry *registry, const char *line)
{
    for (size_t i = 0; i < registry->rules_count; i++) {
        if (strcmp(line, registry_rule_line(arena, &registry->rules[i])) == 0) return &registry->rules[i];
    }
    return NULL;
}

static struct registered_rule rule_of(struct arena *arena, const struct registry_rule *rule)
{
    const char *line = registry_rule_line(arena, rule);
    return (struct registered_rule){rule->door, rule->way, rule->needs,
                                    hex_encode(arena, sha256(arena, bytes_of_text(line)))};
}

/* A certificate in hexadecimal digits tells nobody anything: its digest can be compared. */
static const char *plain_line(struct arena *arena, const char *line)
{
    struct bytes der;
    if (!begins(line, AUTHORITY_LABEL) || hex_decode(arena, line + strlen(AUTHORITY_LABEL), &der) != ERR_NONE)
        return line;
    return arena_printf(arena, AUTHORITY_LABEL "SHA-256 %s", hex_encode(arena, sha256(arena, der)));
}

static enum err read_lines(struct db *db, struct keeper *keeper, struct arena *arena, const struct registry *registry,
                           const char *const *lines, size_t count, struct registry_contents *ret_contents)
{
    struct registered_key *keys = NEW_ARRAY(arena, struct registered_key, count + 1);
    struct registered_service *services = NEW_ARRAY(arena, struct registered_service, count + 1);
    struct registered_institution *institutions = NEW_ARRAY(arena, struct registered_institution, count + 1);
    struct registered_rule *rules = NEW_ARRAY(arena, struct registered_rule, count + 1);
    const char **others = NEW_ARRAY(arena, const char *, count + 1);
    struct accounts accounts;
    TRY(list_accounts(db, keeper, arena, &accounts));
    struct registry_contents contents = {
        .keys = keys, .services = services, .institutions = institutions, .rules = rules, .lines = others};
    for (size_t i = 0; i < count; i++) {
        const struct registry_person *person =
            begins(lines[i], PERSON_LABEL) ? person_of(arena, registry, lines[i]) : NULL;
        const struct registry_service *service = service_at(arena, registry, lines[i]);
        const struct registry_institution *institution = institution_at(arena, registry, lines[i]);
        const struct registry_rule *rule = rule_at(arena, registry, lines[i]);
        if (person != NULL) {
            const struct registered_key *before = contents.key_count > 0 ? &keys[contents.key_count - 1] : NULL;
            TRY(key_of(&accounts, person, before, &keys[contents.key_count++]));
        } else if (service != NULL) services[contents.service_count++] = service_of(arena, service);
        else if (institution != NULL)
            institutions[contents.institution_count++] =
                (struct registered_institution){institution->code, institution->parent_code, institution->name};
        else if (rule != NULL) rules[contents.rule_count++] = rule_of(arena, rule);
        else others[contents.line_count++] = plain_line(arena, lines[i]);
    }
    *ret_contents = contents;
    return ERR_NONE;
}

enum err read_registry_contents(struct db *db, struct keeper *keeper, struct arena *arena, struct bytes text,
                                struct registry_contents *ret_contents)
{
    struct registry registry;
    TRY(registry_read(arena, text, &registry));
    char *rest = (char *)(uintptr_t)bytes_to_text(arena, text), *line; /* in our arena: ours to cut */
    size_t count = 0, at = 0;
    for (size_t i = 0; i < text.size; i++) count += text.data[i] == '\n';
    const char **lines = NEW_ARRAY(arena, const char *, count + 1);
    for (count = 0; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        if (at++ >= HEAD_LINES) lines[count++] = line;
    }
    return read_lines(db, keeper, arena, &registry, lines, count, ret_contents);
}

enum err compare_registries(struct db *db, struct keeper *keeper, struct arena *arena, struct bytes before,
                            struct bytes after, struct registry_difference *ret_difference)
{
    struct registry_change change;
    struct registry old, new;
    struct registry_difference difference;
    TRY(registry_compare(arena, before, after, &change));
    TRY(registry_read(arena, before, &old));
    TRY(registry_read(arena, after, &new));
    TRY(read_lines(db, keeper, arena, &new, change.added, change.added_count, &difference.added));
    TRY(read_lines(db, keeper, arena, &old, change.removed, change.removed_count, &difference.removed));
    difference.administrators = change.administrators;
    *ret_difference = difference;
    return ERR_NONE;
}

enum err find_registered_key(struct db *db, struct keeper *keeper, struct arena *arena, const char *digest,
                             struct registered_key *ret_key)
{
    struct registry_record record;
    struct registry registry;
    struct accounts accounts;
    TRY(find_registry_record(db, keeper, arena, 0, &record));
    TRY(registry_read(arena, record.text, &registry));
    TRY(list_accounts(db, keeper, arena, &accounts));
    for (size_t i = 0; i < registry.persons_count; i++) {
        if (strcmp(registry_key_digest(&registry.persons[i]), digest) == 0)
            return key_of(&accounts, &registry.persons[i], NULL, ret_key);
    }
    return err_set(ERR_NOT_FOUND, "registry: nobody's key");
}

enum err find_registered_institution(struct db *db, struct keeper *keeper, struct arena *arena, const char *code,
                                     const struct registered_institution **ret_institution)
{
    const struct registry *registry;
    struct registered_institution *found = NEW(arena, struct registered_institution);
    TRY(find_registry(db, keeper, arena, &registry));
    const struct registry_institution *institution = registry_find_institution(registry, code);
    if (institution == NULL) return err_set(ERR_NOT_FOUND, "the registry has no such institution");
    *found = (struct registered_institution){institution->code, institution->parent_code, institution->name};
    *ret_institution = found;
    return ERR_NONE;
}
