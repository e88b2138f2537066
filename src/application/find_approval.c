/* What stands behind an application so far, and what an officer's signature would add (spec 04, Decide; spec 10). */
#include "application/store.h"

#include "application_sql.h"
#include "statement/decision_statement.h"
#include "statement/owner_statement.h"
#include "statement/registry.h"

#include <string.h>

enum err read_decisions_given(struct db_tx *tx, struct arena *arena, int64_t application_id,
                              struct evidence_given *given)
{
    const struct db_rows *rows;
    TRY(db_rows(
        tx, arena, &sql_list_decisions_given,
        DB_WITH(DB_INT64("application_id", application_id), DB_INT64("since_s", clock_now_s() - DECISION_VALID_S)),
        &rows));
    struct decision_given *decisions = NEW_ARRAY(arena, struct decision_given, db_count(rows) + 1);
    for (size_t i = 0; i < db_count(rows); i++) {
        decisions[i] = (struct decision_given){
            .person_id = db_int64(rows, i, "person_id"),
            .account_name = db_text(rows, i, "display_name"),
            .is_card = strcmp(db_text(rows, i, "signature_kind"), "card") == 0,
            .is_received = db_int64(rows, i, "is_received") != 0,
            .is_approved = db_int64(rows, i, "is_approved") != 0,
            .signed_s = db_int64(rows, i, "signed_s"),
        };
    }
    given->decisions = decisions;
    given->decision_count = db_count(rows);
    return ERR_NONE;
}

static bool owner_counts(struct arena *arena, struct bytes text)
{
    struct owner_statement owner;
    return owner_statement_read(arena, text, &owner) == ERR_NONE && owner_statement_counts(&owner, NULL) == ERR_NONE;
}

enum err find_evidence_given(struct db *db, struct arena *arena, const struct application *application,
                             struct evidence_given *ret_given)
{
    struct evidence_given given = {0};
    const struct evidence *kept;
    size_t count;
    TRY(list_evidence(db, arena, application, &kept, &count));
    for (size_t i = 0; i < count; i++) {
        if (kept[i].kind == EVIDENCE_APPLICANT) given.has_applicant = true;
        if (kept[i].kind == EVIDENCE_CONSENT) given.has_consent = true;
        if (kept[i].kind == EVIDENCE_OWNER && owner_counts(arena, kept[i].text)) given.has_owner = true;
    }
    *ret_given = given;
    return ERR_NONE;
}

enum err find_application_rules(struct db *db, struct arena *arena, const struct registry *registry,
                                const struct application *application, const struct registry_rule **ret_rules,
                                size_t *ret_count)
{
    struct door door;
    if (application->way == WAY_NONE) return err_set(ERR_STATE, "application: no way of signing yet");
    TRY(find_door_by_id(db, arena, application->door_id, &door));
    registry_find_rules(registry, arena, door.path, decision_way_words[application->way], ret_rules, ret_count);
    return ERR_NONE;
}

struct view {
    struct arena *arena;
    const struct application *application;
    struct evidence_given given;
};

static enum err read_view(struct db_tx *tx, void *context)
{
    struct view *view = context;
    return read_decisions_given(tx, view->arena, view->application->id, &view->given);
}

/* As if this person had signed both words too. */
static struct evidence_given given_with(struct arena *arena, const struct evidence_given *given, int64_t person_id,
                                        bool is_card)
{
    struct evidence_given more = *given;
    struct decision_given *decisions = NEW_ARRAY(arena, struct decision_given, given->decision_count + 1);
    for (size_t i = 0; i < given->decision_count; i++) decisions[i] = given->decisions[i];
    decisions[more.decision_count++] =
        (struct decision_given){.person_id = person_id, .is_card = is_card, .is_received = true, .is_approved = true};
    more.decisions = decisions;
    return more;
}

/* -- who -- */

static bool has_signed(const struct evidence_given *given, int64_t person_id)
{
    for (size_t i = 0; i < given->decision_count; i++) {
        if (given->decisions[i].person_id == person_id) return true;
    }
    return false;
}

static enum err find_others(struct db *db, struct arena *arena, const struct staff_account *account,
                            const struct application *application, struct approval_view *view)
{
    const struct staff_account *officers;
    size_t count, found = 0;
    TRY(list_officers_of(db, arena, application->institution_id, &officers, &count));
    const char **names = NEW_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        int64_t person_id = officers[i].person_id;
        if (person_id == account->person_id || person_id == application->person_id) continue;
        if (!has_signed(&view->given, person_id)) names[found++] = officers[i].display_name;
    }
    view->others = names;
    view->others_count = found;
    return ERR_NONE;
}

enum err find_approval(struct db *db, struct keeper *keeper, struct arena *arena, int64_t account_id,
                       const struct application *application, struct approval_view *ret_view)
{
    struct staff_account account;
    const struct registry *registry;
    const struct registry_rule *rules;
    struct view view = {.arena = arena, .application = application};
    size_t count;
    TRY(find_staff_account(db, arena, account_id, &account));
    TRY(find_registry(db, keeper, arena, &registry));
    TRY(find_application_rules(db, arena, registry, application, &rules, &count));
    TRY(find_evidence_given(db, arena, application, &view.given));
    TRY(db_read(db, read_view, &view));
    struct evidence_given by_card = given_with(arena, &view.given, account.person_id, true);
    struct evidence_given by_passkey = given_with(arena, &view.given, account.person_id, false);
    unsigned *missing = NEW_ARRAY(arena, unsigned, count + 1);
    bool can_help = false;
    for (size_t i = 0; i < count; i++) {
        missing[i] = missing_evidence(&rules[i], &view.given);
        can_help = can_help || missing_evidence(&rules[i], &by_card) != missing[i];
    }
    struct approval_view found = {
        .given = view.given,
        .missing = missing,
        .missing_count = count,
        .can_help = can_help && !evidence_is_complete(rules, count, &view.given),
        .card_completes = evidence_is_complete(rules, count, &by_card),
        .passkey_completes = evidence_is_complete(rules, count, &by_passkey),
        .has_signed = has_signed(&view.given, account.person_id),
    };
    TRY(find_others(db, arena, &account, application, &found));
    *ret_view = found;
    return ERR_NONE;
}
