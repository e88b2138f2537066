/* Proposals of the next registry, with who has signed them. */
#include "identity/store.h"
#include "identity_sql.h"

#include <string.h>

static const struct {
    const char *name, *title;
} states[PROPOSAL_STATE_COUNT] = {
    [PROPOSAL_OPEN] = {"open", TR("Waits for signatures")},
    [PROPOSAL_SENT] = {"sent", TR("Sent to the signer")},
    [PROPOSAL_ACCEPTED] = {"accepted", TR("In force")},
    [PROPOSAL_REFUSED] = {"refused", TR("Refused by the signer")},
    [PROPOSAL_OVERTAKEN] = {"overtaken", TR("Overtaken by another change")},
    [PROPOSAL_WITHDRAWN] = {"withdrawn", TR("Withdrawn")},
};

const char *proposal_state_name(enum proposal_state state)
{
    return states[state].name;
}

const char *proposal_state_title(enum proposal_state state)
{
    return states[state].title;
}

static enum proposal_state state_of(const char *name)
{
    enum proposal_state state = PROPOSAL_OPEN;
    while (strcmp(states[state].name, name) != 0) state++; /* the column holds no other */
    return state;
}

static struct registry_proposal proposal_of(struct arena *arena, const struct db_rows *rows, size_t at)
{
    return (struct registry_proposal){
        .id = db_int64(rows, at, "id"),
        .uid = db_text(rows, at, "uid"),
        .number = db_int64(rows, at, "number"),
        .digest = hex_encode(arena, db_bytes(rows, at, "digest")),
        .account_name = db_text(rows, at, "display_name"),
        .administrators = (int)db_int64(rows, at, "administrators"),
        .state = state_of(db_text(rows, at, "state")),
        .why = db_text(rows, at, "why"),
        .created_s = db_int64(rows, at, "created_s"),
        .settled_s = db_int64(rows, at, "settled_s"),
    };
}

static enum err read_signatures(struct db_tx *tx, struct arena *arena, struct registry_proposal *proposal)
{
    const struct db_rows *rows;
    TRY(db_rows(tx, arena, &sql_list_proposal_signatures, DB_WITH(DB_INT64("proposal_id", proposal->id)), &rows));
    size_t count = db_count(rows);
    struct proposal_signature *signatures = NEW_ARRAY(arena, struct proposal_signature, count + 1);
    for (size_t i = 0; i < count; i++) {
        signatures[i] = (struct proposal_signature){
            .account_id = db_int64(rows, i, "account_id"),
            .account_name = db_text(rows, i, "display_name"),
            .is_passkey = strcmp(db_text(rows, i, "kind"), "passkey") == 0,
            .proof = db_bytes(rows, i, "sealed_proof"),
            .signed_s = db_int64(rows, i, "signed_s"),
        };
    }
    proposal->signatures = signatures;
    proposal->signature_count = count;
    return ERR_NONE;
}

enum err read_proposal(struct db_tx *tx, struct arena *arena, const char *uid, struct registry_proposal *ret_proposal)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_proposal, DB_WITH(DB_TEXT("uid", uid)), &row));
    struct registry_proposal proposal = proposal_of(arena, row, 0);
    proposal.text = db_bytes(row, 0, "sealed_text");
    TRY(read_signatures(tx, arena, &proposal));
    *ret_proposal = proposal;
    return ERR_NONE;
}

struct question {
    struct arena *arena;
    const char *uid;
    struct registry_proposal proposal;
    const struct db_rows *rows;
};

static enum err read_one(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return read_proposal(tx, question->arena, question->uid, &question->proposal);
}

static enum err open_proofs(struct keeper *keeper, struct arena *arena, struct registry_proposal *proposal)
{
    struct proposal_signature *opened = NEW_ARRAY(arena, struct proposal_signature, proposal->signature_count + 1);
    for (size_t i = 0; i < proposal->signature_count; i++) {
        opened[i] = proposal->signatures[i];
        const char *context = proposal_proof_context(arena, proposal->uid, opened[i].account_id);
        TRY(open_registered(keeper, arena, context, proposal->signatures[i].proof, &opened[i].proof));
    }
    proposal->signatures = opened;
    return ERR_NONE;
}

enum err find_proposal(struct db *db, struct keeper *keeper, struct arena *arena, const char *uid,
                       struct registry_proposal *ret_proposal)
{
    struct question question = {.arena = arena, .uid = uid};
    TRY(db_read(db, read_one, &question));
    struct registry_proposal proposal = question.proposal;
    TRY(open_registered(keeper, arena, proposal_text_context(arena, uid), question.proposal.text, &proposal.text));
    TRY(open_proofs(keeper, arena, &proposal));
    *ret_proposal = proposal;
    return ERR_NONE;
}

static enum err read_newest(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, &sql_list_proposals, DB_NOTHING, &question->rows);
}

enum err list_proposals(struct db *db, struct arena *arena, const struct registry_proposal **ret_proposals,
                        size_t *ret_count)
{
    struct question question = {.arena = arena};
    TRY(db_read(db, read_newest, &question));
    size_t count = db_count(question.rows);
    struct registry_proposal *proposals = NEW_ARRAY(arena, struct registry_proposal, count + 1);
    for (size_t i = 0; i < count; i++) proposals[i] = proposal_of(arena, question.rows, i);
    *ret_proposals = proposals;
    *ret_count = count;
    return ERR_NONE;
}
