/* The text an officer signs: `decision 1` over chosen applications (spec 04, Decide; spec 10). */
#include "application/store.h"

#include "application_sql.h"
#include "statement/decision_statement.h"
#include "statement/registry.h"

#include <string.h>

struct proposal {
    struct arena *arena;
    const struct actor *actor;
    const struct staff_account *account;
    const char *institution_code;
    int64_t registry_number;
    enum decision_word word;
    const int64_t *ids;
    size_t count;
    const char *uid;
    struct bytes *digests;
    struct decision_statement statement;
    struct bytes text;
    int64_t made_s;
    int64_t id;
};

/* Has somebody else signed that this form was received? */
static enum err is_received_elsewhere(struct db_tx *tx, const struct proposal *proposal, int64_t application_id,
                                      bool *ret_is_received)
{
    struct evidence_given given = {0};
    *ret_is_received = false;
    TRY(read_decisions_given(tx, proposal->arena, application_id, &given));
    for (size_t i = 0; i < given.decision_count; i++) {
        const struct decision_given *decision = &given.decisions[i];
        if (decision->is_received && decision->person_id != proposal->account->person_id) *ret_is_received = true;
    }
    return ERR_NONE;
}

/* A word about paper is only asked where there is paper, and of whoever approves only where nobody else gave it. */
static enum err say(struct db_tx *tx, struct proposal *proposal)
{
    struct decision_statement *statement = &proposal->statement;
    bool has_wet = false, lacks_receipt = false, is_received;
    for (size_t i = 0; i < proposal->count; i++) {
        if (strcmp(statement->lines[i].way, decision_way_words[WAY_WET]) != 0) continue;
        TRY(is_received_elsewhere(tx, proposal, proposal->ids[i], &is_received));
        has_wet = true;
        lacks_receipt = lacks_receipt || !is_received;
    }
    if (proposal->word == DECIDE_RECEIVED && !has_wet) return err_set(ERR_STATE, "decision: no wet form among them");
    statement->is_received = proposal->word == DECIDE_RECEIVED || (proposal->word == DECIDE_APPROVED && lacks_receipt);
    statement->is_approved = proposal->word != DECIDE_RECEIVED;
    return ERR_NONE;
}

static enum err read_line(struct db_tx *tx, struct proposal *proposal, size_t i, struct decision_statement_line *line)
{
    const struct db_rows *row;
    enum application_state state;

    TRY(db_row(tx, proposal->arena, &sql_find_application, DB_WITH(DB_INT64("id", proposal->ids[i])), &row));
    TRY(check_officer(tx, proposal->arena, proposal->account, db_int64(row, 0, "institution_id"),
                      db_int64(row, 0, "person_id")));
    TRY(application_state_from_name(db_text(row, 0, "state"), &state));
    if (state != STATE_OFFICER_PENDING) return err_set(ERR_STATE, "application: not with the officer");
    enum application_way way = application_way_from_name(db_text(row, 0, "way"));
    proposal->digests[i] = db_bytes(row, 0, "statement_digest");
    if (way == WAY_NONE || proposal->digests[i].size != SHA256_SIZE)
        return err_set(ERR_BROKEN, "application: taken in without way or statement");
    *line = (struct decision_statement_line){
        .application_uid = db_text(row, 0, "uid"),
        .revision = db_int64(row, 0, "revision"),
        .digest = hex_encode(proposal->arena, proposal->digests[i]),
        .way = decision_way_words[way],
    };
    return ERR_NONE;
}

static enum err insert(struct db_tx *tx, struct proposal *proposal)
{
    const struct db_rows *row;

    TRY(db_row(tx, proposal->arena, &sql_insert_decision,
               DB_WITH(DB_TEXT("uid", proposal->uid), DB_INT64("account_id", proposal->account->id),
                       DB_TEXT("statement", bytes_to_text(proposal->arena, proposal->text)),
                       DB_BYTES("digest", sha256(proposal->arena, proposal->text)),
                       DB_INT64("is_received", proposal->statement.is_received),
                       DB_INT64("is_approved", proposal->statement.is_approved), DB_INT64("now_s", proposal->made_s)),
               &row));
    proposal->id = db_int64(row, 0, "id");
    for (size_t i = 0; i < proposal->count; i++)
        TRY(db_exec(tx, &sql_insert_decision_line,
                    DB_WITH(DB_INT64("decision_id", proposal->id), DB_INT64("application_id", proposal->ids[i]),
                            DB_BYTES("digest", proposal->digests[i])),
                    NULL));
    return audit_record(tx, proposal->actor, "propose_decision", "decision", proposal->id, "");
}

static enum err propose(struct db_tx *tx, void *context)
{
    struct proposal *proposal = context;
    struct decision_statement_line *lines = NEW_ARRAY(proposal->arena, struct decision_statement_line, proposal->count);

    for (size_t i = 0; i < proposal->count; i++) TRY(read_line(tx, proposal, i, &lines[i]));
    proposal->statement = (struct decision_statement){
        .decision_uid = proposal->uid,
        .institution_code = proposal->institution_code,
        .made_s = proposal->made_s,
        .valid_until_s = proposal->made_s + DECISION_VALID_S,
        .registry_number = proposal->registry_number,
        .lines = lines,
        .line_count = proposal->count,
    };
    TRY(say(tx, proposal));
    TRY(decision_statement_write(proposal->arena, &proposal->statement, &proposal->text));
    return insert(tx, proposal);
}

struct decision_question {
    struct arena *arena;
    const char *uid;
    int64_t account_id;
    struct decision decision;
};

static enum err read_decision(struct db_tx *tx, void *context)
{
    struct decision_question *question = context;
    const struct db_rows *row, *lines;

    TRY(db_row(tx, question->arena, &sql_find_decision,
               DB_WITH(DB_TEXT("uid", question->uid), DB_INT64("account_id", question->account_id)), &row));
    question->decision = (struct decision){
        .id = db_int64(row, 0, "id"),
        .uid = db_text(row, 0, "uid"),
        .account_id = db_int64(row, 0, "account_id"),
        .statement = db_text(row, 0, "statement"),
        .digest = hex_encode(question->arena, db_bytes(row, 0, "digest")),
        .is_received = db_int64(row, 0, "is_received") != 0,
        .is_approved = db_int64(row, 0, "is_approved") != 0,
        .created_s = db_int64(row, 0, "created_s"),
        .signed_s = db_int64(row, 0, "signed_s"),
    };
    TRY(db_rows(tx, question->arena, &sql_list_decision_lines, DB_WITH(DB_INT64("decision_id", question->decision.id)),
                &lines));
    int64_t *ids = NEW_ARRAY(question->arena, int64_t, db_count(lines));
    for (size_t i = 0; i < db_count(lines); i++) ids[i] = db_int64(lines, i, "application_id");
    question->decision.application_ids = ids;
    question->decision.application_count = db_count(lines);
    return ERR_NONE;
}

enum err find_decision(struct db *db, struct arena *arena, int64_t account_id, const char *decision_uid,
                       struct decision *ret_decision)
{
    struct decision_question question = {.arena = arena, .uid = decision_uid, .account_id = account_id};

    TRY(db_read(db, read_decision, &question));
    *ret_decision = question.decision;
    return ERR_NONE;
}

enum err propose_decision(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          int64_t account_id, enum decision_word word, const int64_t *application_ids, size_t count,
                          struct decision *ret_decision)
{
    struct staff_account account;
    struct institution institution;
    const struct registry *registry;
    struct proposal proposal = {
        .arena = arena, .actor = actor, .account = &account, .word = word, .ids = application_ids, .count = count};

    if (count < 1 || count > DECISION_LINES_MAX)
        return err_set(ERR_INVALID, "decision: 1 to %d applications", DECISION_LINES_MAX);
    TRY(find_staff_account(db, arena, account_id, &account));
    TRY(find_institution(db, arena, account.institution_id, &institution));
    TRY(find_registry(db, keeper, arena, &registry));
    proposal.institution_code = institution.code;
    proposal.registry_number = registry->number;
    proposal.uid = random_hex(arena, 16);
    proposal.made_s = clock_now_s();
    proposal.digests = NEW_ARRAY(arena, struct bytes, count);
    TRY(db_run(db, propose, &proposal));
    return find_decision(db, arena, account_id, proposal.uid, ret_decision);
}
