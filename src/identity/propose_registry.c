/*
 * Acts of an administrator: the next registry as a text, one line added or taken away (spec 10, Statements). Nothing
 * happens by it before enough administrators have signed and the signer has taken it in.
 */
#include "statement/registry.h"

#include "base/secret.h"
#include "identity/store.h"
#include "identity_sql.h"
#include "pki/certificate.h"

#include <string.h>

#define SERVICE_YEARS 10
#define PASSKEY_YEARS 3 /* as long as a card's certificate */

struct proposing {
    struct arena *arena;
    const struct actor *actor;
    int64_t account_id;
    int64_t number;
    struct bytes sealed_text, digest;
    int administrators;
    const char *uid;
    const struct message_ready **messages;
    size_t message_count;
};

static enum err insert_act(struct db_tx *tx, void *context)
{
    struct proposing *proposing = context;
    const struct db_rows *rows;
    TRY(db_rows(tx, proposing->arena, &sql_find_open_proposal, DB_WITH(DB_BYTES("digest", proposing->digest)), &rows));
    if (db_count(rows) > 0) {
        proposing->uid = db_text(rows, 0, "uid"); /* asked again */
        return ERR_NONE;
    }
    TRY(db_row(tx, proposing->arena, &sql_insert_proposal,
               DB_WITH(DB_TEXT("uid", proposing->uid), DB_INT64("number", proposing->number),
                       DB_BYTES("digest", proposing->digest), DB_BYTES("sealed_text", proposing->sealed_text),
                       DB_INT64("account_id", proposing->account_id),
                       DB_INT64("administrators", proposing->administrators), DB_INT64("now", clock_now_s())),
               &rows));
    for (size_t i = 0; i < proposing->message_count; i++) TRY(message_queue(tx, proposing->messages[i]));
    return audit_record(tx, proposing->actor, "propose_registry", "registry_proposal", db_int64(rows, 0, "id"),
                        hex_encode(proposing->arena, proposing->digest));
}

struct administrators {
    struct arena *arena;
    const struct db_rows *rows;
};

static enum err read_administrators(struct db_tx *tx, void *context)
{
    struct administrators *administrators = context;
    return db_rows(tx, administrators->arena, &sql_list_administrators, DB_NOTHING, &administrators->rows);
}

/* A change that needs a second signature is told to those who may give it. */
static enum err prepare_messages(struct db *db, struct keeper *keeper, const struct staff_account *proposer,
                                 struct proposing *proposing)
{
    struct arena *arena = proposing->arena;
    struct administrators administrators = {.arena = arena};
    TRY(db_read(db, read_administrators, &administrators));
    size_t count = db_count(administrators.rows);
    proposing->messages = NEW_ARRAY(arena, const struct message_ready *, count + 1);
    for (size_t i = 0; i < count && proposing->administrators > 1; i++) {
        int64_t account_id = db_int64(administrators.rows, i, "id");
        const struct staff_message message = {
            .event = MESSAGE_REGISTRY_PROPOSED,
            .key = arena_printf(arena, "proposal:%s:%lld", proposing->uid, (long long)account_id),
            .number = arena_printf(arena, "%lld", (long long)proposing->number),
            .name = proposer->display_name};
        const struct message_ready *ready = NULL;
        if (account_id == proposer->id) continue;
        TRY(prepare_staff_message(db, keeper, arena, db_int64(administrators.rows, i, "person_id"), &message, &ready));
        if (ready != NULL) proposing->messages[proposing->message_count++] = ready;
    }
    return ERR_NONE;
}

/* How much of a line says what it is about: the two dates at the end of a key's come of when it was proposed. */
static size_t undated(const char *line)
{
    size_t size = strlen(line);
    if (strncmp(line, "Kişi: ", strlen("Kişi: ")) != 0 && strncmp(line, "Servis: ", strlen("Servis: ")) != 0)
        return size;
    for (int words = 0; words < 2 && size > 0; words++) {
        while (size > 0 && line[size - 1] != ' ') size--;
        if (size > 0) size--;
    }
    return size;
}

static bool same_lines(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++) {
        if (undated(a[i]) != undated(b[i]) || strncmp(a[i], b[i], undated(a[i])) != 0) return false;
    }
    return true;
}

/* The same change proposed a moment ago, as by somebody who pressed the button twice; NULL: there is none. */
static enum err find_open(struct db *db, struct keeper *keeper, struct arena *arena,
                          const struct registry_record *before, const struct registry_change *change,
                          const char **ret_uid)
{
    const struct registry_proposal *proposals;
    size_t count;
    *ret_uid = NULL;
    TRY(list_proposals(db, arena, &proposals, &count));
    for (size_t i = 0; i < count; i++) {
        struct registry_change other;
        struct registry_proposal proposal;
        if (proposals[i].state != PROPOSAL_OPEN && proposals[i].state != PROPOSAL_SENT) continue;
        TRY(find_proposal(db, keeper, arena, proposals[i].uid, &proposal));
        if (registry_compare(arena, before->text, proposal.text, &other) != ERR_NONE) continue;
        if (same_lines(change->added, change->added_count, other.added, other.added_count) &&
            same_lines(change->removed, change->removed_count, other.removed, other.removed_count))
            *ret_uid = proposals[i].uid;
    }
    return ERR_NONE;
}

static enum err propose(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                        int64_t account_id, const struct registry_record *before, struct bytes text,
                        const char **ret_uid)
{
    struct staff_account proposer;
    struct registry_change change;
    TRY(find_staff_account(db, arena, account_id, &proposer));
    if (proposer.role != STAFF_ADMINISTRATOR) return err_set(ERR_FORBIDDEN, "an administrator proposes");
    TRY(registry_compare(arena, before->text, text, &change));
    TRY(find_open(db, keeper, arena, before, &change, ret_uid));
    if (*ret_uid != NULL) return ERR_NONE;
    struct proposing proposing = {.arena = arena,
                                  .actor = actor,
                                  .account_id = account_id,
                                  .number = before->number + 1,
                                  .digest = sha256(arena, text),
                                  .administrators = change.administrators,
                                  .uid = random_hex(arena, 16)};
    TRY(seal_registered(keeper, arena, proposal_text_context(arena, proposing.uid), text, &proposing.sealed_text));
    TRY(prepare_messages(db, keeper, &proposer, &proposing));
    TRY(db_run(db, insert_act, &proposing));
    *ret_uid = proposing.uid;
    return ERR_NONE;
}

/* -- additions -- */

/* What registry_write() would refuse as well; said here so that a page can tell one from the other. */
static enum err check_person(struct arena *arena, const struct registry *registry, const struct registry_person *person)
{
    bool is_known = person->institution_code == NULL;
    if (person->role == REGISTRY_OFFICER && person->institution_code == NULL)
        return err_set(ERR_NOT_FOUND, "an officer without institution");
    for (size_t i = 0; i < registry->institutions_count && !is_known; i++)
        is_known = strcmp(registry->institutions[i].code, person->institution_code) == 0;
    if (!is_known) return err_set(ERR_NOT_FOUND, "the registry has no such institution");
    for (size_t i = 0; i < registry->persons_count; i++) {
        const struct registry_person *other = &registry->persons[i];
        if (strcmp(registry_key_digest(other), registry_key_digest(person)) == 0)
            return err_set(ERR_EXISTS, "the key stands in the registry");
        if (strcmp(other->identity_number, person->identity_number) != 0) {
            if (strcmp(registry_public_key_digest(arena, other), registry_public_key_digest(arena, person)) == 0)
                return err_set(ERR_STATE, "the public key stands under another identity number");
            continue;
        }
        bool is_same_place = other->institution_code == NULL || person->institution_code == NULL
                                 ? other->institution_code == person->institution_code
                                 : strcmp(other->institution_code, person->institution_code) == 0;
        if (other->role != person->role || !is_same_place)
            return err_set(ERR_FORBIDDEN, "one person has one role and one institution");
    }
    return ERR_NONE;
}

static enum err card_of(struct arena *arena, const struct registry_wish *wish, struct registry_person *ret_person)
{
    struct certificate certificate;
    int64_t now_s = clock_now_s();
    if (certificate_parse(arena, wish->certificate, &certificate) != ERR_NONE)
        return err_set(ERR_WRONG, "not a certificate");
    if (certificate.subject_serial_number == NULL || !identity_number_is_valid(certificate.subject_serial_number) ||
        !(certificate.key_usage & KEY_USAGE_NON_REPUDIATION))
        return err_set(ERR_WRONG, "not a certificate that a person signs with");
    if (certificate.not_after_s <= now_s) return err_set(ERR_EXPIRED, "the certificate is over");
    *ret_person = (struct registry_person){.identity_number = certificate.subject_serial_number,
                                           .role = (enum registry_role)wish->role,
                                           .institution_code = wish->institution_code,
                                           .card_digest = hex_encode(arena, sha256(arena, certificate.der)),
                                           .card_key_digest = hex_encode(arena, sha256(arena, certificate.public_key)),
                                           .from_s = now_s,
                                           .until_s = certificate.not_after_s};
    return ERR_NONE;
}

/* Its owner made it; role and institution are those of the account. */
static enum err passkey_of(struct db *db, struct keeper *keeper, struct arena *arena, const struct registry_wish *wish,
                           struct registry_person *ret_person)
{
    const struct passkey *passkeys, *found = NULL;
    size_t count;
    struct staff_account account;
    struct institution institution = {0};
    struct person owner;
    TRY(list_passkeys(db, arena, 0, &passkeys, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(passkeys[i].uid, wish->passkey_uid) == 0) found = &passkeys[i];
    }
    if (found == NULL) return err_set(ERR_WRONG, "no such passkey");
    TRY(find_staff_account(db, arena, found->account_id, &account));
    if (account.institution_id != 0) TRY(find_institution(db, arena, account.institution_id, &institution));
    TRY(open_person(db, keeper, arena, account.person_id, &owner));
    *ret_person = (struct registry_person){.identity_number = owner.details.identity_number,
                                           .role = (enum registry_role)account.role,
                                           .institution_code = institution.code,
                                           .credential_digest = found->credential_digest,
                                           .public_key = found->public_key,
                                           .from_s = clock_now_s(),
                                           .until_s = time_add_years(clock_now_s(), PASSKEY_YEARS)};
    person_close(&owner);
    return ERR_NONE;
}

static enum err write_person(struct arena *arena, struct bytes before, const struct registry_person *person,
                             struct bytes *ret_text)
{
    struct registry registry;
    TRY(registry_read(arena, before, &registry));
    TRY(check_person(arena, &registry, person));
    return registry_add_person(arena, before, person, ret_text);
}

static enum err write_service(struct arena *arena, struct bytes before, const struct registry_wish *wish,
                              struct bytes *ret_text)
{
    int64_t now_s = clock_now_s();
    struct registry registry;
    const struct registry_service service = {wish->service_name, wish->service_key, now_s,
                                             time_add_years(now_s, SERVICE_YEARS)};
    if (public_key_check(wish->service_key) != ERR_NONE) return err_set(ERR_WRONG, "not a public key");
    TRY(registry_read(arena, before, &registry));
    if (registry_find_service(&registry, wish->service_name) != NULL)
        return err_set(ERR_EXISTS, "the registry has a service of this name");
    return registry_add_service(arena, before, &service, ret_text);
}

/* What registry_set_institution() does not tell apart: a new one, and one that is changed. */
static enum err write_institution(struct arena *arena, struct bytes before, const struct registry_wish *wish,
                                  struct bytes *ret_text)
{
    struct registry registry;
    const struct registered_institution *wanted = &wish->institution;
    TRY(registry_read(arena, before, &registry));
    bool is_there = registry_find_institution(&registry, wanted->code) != NULL;
    if (!wish->is_change && is_there) return err_set(ERR_EXISTS, "the registry has an institution of this code");
    if (wish->is_change && !is_there) return err_set(ERR_NOT_FOUND, "the registry has no institution of this code");
    const struct registry_institution institution = {wanted->code, wanted->parent_code, wanted->name};
    return registry_set_institution(arena, before, &institution, ret_text);
}

static struct registry_rule rule_of(const struct registered_rule *rule)
{
    return (struct registry_rule){rule->door, rule->way, rule->needs};
}

enum err propose_addition(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          int64_t account_id, const struct registry_wish *wish, const char **ret_uid)
{
    struct registry_record before;
    struct registry_person person;
    struct bytes text;
    TRY(find_registry_record(db, keeper, arena, 0, &before));
    if (wish->service_name != NULL) {
        TRY(write_service(arena, before.text, wish, &text));
    } else if (wish->institution.code != NULL) {
        TRY(write_institution(arena, before.text, wish, &text));
    } else if (wish->rule.door != NULL) {
        const struct registry_rule rule = rule_of(&wish->rule);
        TRY(registry_add_rule(arena, before.text, &rule, &text));
    } else {
        TRY(wish->passkey_uid != NULL ? passkey_of(db, keeper, arena, wish, &person) : card_of(arena, wish, &person));
        TRY(write_person(arena, before.text, &person, &text));
    }
    return propose(db, keeper, arena, actor, account_id, &before, text, ret_uid);
}

/* -- removals -- */

static enum err write_removal(struct arena *arena, struct bytes before, const struct registry_removal *removal,
                              struct bytes *ret_text)
{
    if (removal->key_digest != NULL) return registry_remove_person(arena, before, removal->key_digest, ret_text);
    if (removal->service_name != NULL) return registry_remove_service(arena, before, removal->service_name, ret_text);
    if (removal->institution_code != NULL)
        return registry_remove_institution(arena, before, removal->institution_code, ret_text);
    const struct registry_rule rule = rule_of(removal->rule);
    return registry_remove_rule(arena, before, &rule, ret_text);
}

enum err propose_removal(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                         int64_t account_id, const struct registry_removal *removal, const char **ret_uid)
{
    struct registry_record before;
    struct bytes text;
    TRY(find_registry_record(db, keeper, arena, 0, &before));
    TRY(write_removal(arena, before.text, removal, &text));
    return propose(db, keeper, arena, actor, account_id, &before, text, ret_uid);
}

/* -- once more -- */

static bool has_rule(const struct registry *registry, const struct registry_rule *rule)
{
    for (size_t i = 0; i < registry->rules_count; i++) {
        const struct registry_rule *other = &registry->rules[i];
        if (strcmp(other->door, rule->door) == 0 && strcmp(other->way, rule->way) == 0 && other->needs == rule->needs)
            return true;
    }
    return false;
}

static bool same_institution(const struct registry_institution *a, const struct registry_institution *b)
{
    const char *const texts[][2] = {{a->parent_code, b->parent_code}, {a->name, b->name}};
    for (size_t i = 0; i < 2; i++) {
        const char *one = texts[i][0], *other = texts[i][1];
        if (one == NULL || other == NULL ? one != other : strcmp(one, other) != 0) return false;
    }
    return true;
}

static enum err apply_place_or_rule(struct arena *arena, const struct registry *old, const struct registry *new,
                                    struct bytes before, struct bytes *ret_text)
{
    for (size_t i = 0; i < new->institutions_count; i++) {
        const struct registry_institution *institution = &new->institutions[i];
        const struct registry_institution *was = registry_find_institution(old, institution->code);
        if (was == NULL || !same_institution(was, institution))
            return registry_set_institution(arena, before, institution, ret_text);
    }
    for (size_t i = 0; i < old->institutions_count; i++) {
        if (registry_find_institution(new, old->institutions[i].code) == NULL)
            return registry_remove_institution(arena, before, old->institutions[i].code, ret_text);
    }
    for (size_t i = 0; i < new->rules_count; i++) {
        if (!has_rule(old, &new->rules[i])) return registry_add_rule(arena, before, &new->rules[i], ret_text);
    }
    for (size_t i = 0; i < old->rules_count; i++) {
        if (!has_rule(new, &old->rules[i])) return registry_remove_rule(arena, before, &old->rules[i], ret_text);
    }
    return err_set(ERR_STATE, "the proposal changed nothing");
}

/* The one line that the old proposal added, changed or took away (pages propose no more at once), on a text of today. */
static enum err apply_difference(struct arena *arena, struct bytes old_before, struct bytes old_after,
                                 struct bytes before, struct bytes *ret_text)
{
    struct registry old, new;
    TRY(registry_read(arena, old_before, &old));
    TRY(registry_read(arena, old_after, &new));
    for (size_t i = 0; i < new.persons_count; i++) {
        const struct registry_person *person = &new.persons[i];
        bool was_there = person->card_digest != NULL ? registry_find_card(&old, person->card_digest) != NULL
                                                     : registry_find_passkey(&old, person->credential_digest) != NULL;
        if (!was_there) return write_person(arena, before, person, ret_text);
    }
    for (size_t i = 0; i < new.services_count; i++) {
        if (registry_find_service(&old, new.services[i].name) == NULL)
            return registry_add_service(arena, before, &new.services[i], ret_text);
    }
    for (size_t i = 0; i < old.persons_count; i++) {
        const struct registry_person *person = &old.persons[i];
        bool is_there = person->card_digest != NULL ? registry_find_card(&new, person->card_digest) != NULL
                                                    : registry_find_passkey(&new, person->credential_digest) != NULL;
        if (!is_there) return registry_remove_person(arena, before, registry_key_digest(person), ret_text);
    }
    for (size_t i = 0; i < old.services_count; i++) {
        if (registry_find_service(&new, old.services[i].name) == NULL)
            return registry_remove_service(arena, before, old.services[i].name, ret_text);
    }
    return apply_place_or_rule(arena, &old, &new, before, ret_text);
}

enum err propose_again(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       int64_t account_id, const char *uid, const char **ret_uid)
{
    struct registry_proposal proposal;
    struct registry_record old, before;
    struct bytes text;
    TRY(find_proposal(db, keeper, arena, uid, &proposal));
    TRY(find_registry_record(db, keeper, arena, proposal.number - 1, &old));
    TRY(find_registry_record(db, keeper, arena, 0, &before));
    enum err error = apply_difference(arena, old.text, proposal.text, before.text, &text);
    /* the key stands there by now, or it is gone already */
    if (error == ERR_EXISTS || error == ERR_NOT_FOUND) return err_set(ERR_STATE, "the change has come true meanwhile");
    TRY(error);
    return propose(db, keeper, arena, actor, account_id, &before, text, ret_uid);
}

/* -- withdrawal -- */

struct withdrawal {
    struct arena *arena;
    const struct actor *actor;
    const char *uid;
};

static enum err withdraw_act(struct db_tx *tx, void *context)
{
    const struct withdrawal *withdrawal = context;
    struct registry_proposal proposal;
    int64_t changed;
    TRY(read_proposal(tx, withdrawal->arena, withdrawal->uid, &proposal));
    TRY(db_exec(tx, &sql_withdraw_proposal, DB_WITH(DB_TEXT("uid", withdrawal->uid), DB_INT64("now", clock_now_s())),
                &changed));
    if (changed != 1) return err_set(ERR_STATE, "the proposal is no longer open");
    return audit_record(tx, withdrawal->actor, "withdraw_proposal", "registry_proposal", proposal.id, "");
}

enum err withdraw_proposal(struct db *db, struct arena *arena, const struct actor *actor, const char *uid)
{
    struct withdrawal withdrawal = {arena, actor, uid};
    return db_run(db, withdraw_act, &withdrawal);
}
