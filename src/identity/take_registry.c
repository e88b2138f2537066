/* What the signer said to a proposal: a registry it took in, or the rule by which it did not. */
#include "statement/registry.h"

#include "identity/store.h"
#include "identity_sql.h"

#include <string.h>

struct registry_news {
    int64_t number;
    struct registry registry;
    struct bytes text, sealed_text, digest;
    bool is_damaged; /* a row of its number is there, and not as we write it */
    bool is_untold; /* what was kept before is not what it follows: who comes and goes is not known */
    const struct message_ready **messages;
    size_t message_count;
    struct registered_persons persons;
};

static enum err prepare_one(struct db *db, struct keeper *keeper, struct arena *arena, const struct registered_key *key,
                            enum message_event event, struct registry_news *news)
{
    struct staff_account account;
    const struct message_ready *ready = NULL;
    enum err error = find_account_by_identity_number(db, keeper, arena, key->identity_number, &account);
    if (error == ERR_NOT_FOUND) return ERR_NONE; /* told when the account is made */
    TRY(error);
    const struct staff_message message = {
        .event = event,
        .key = arena_printf(arena, "registry:%lld:%s", (long long)news->number, key->digest),
        .has_role = true,
        .role = key->role,
        .digest = key->digest};
    TRY(prepare_staff_message(db, keeper, arena, account.person_id, &message, &ready));
    if (ready != NULL) news->messages[news->message_count++] = ready;
    return ERR_NONE;
}

/* Whoever's key comes or goes is told. */
static enum err prepare_messages(struct db *db, struct keeper *keeper, struct arena *arena, struct bytes before,
                                 struct registry_news *news)
{
    struct registry_difference difference;
    TRY(compare_registries(db, keeper, arena, before, news->text, &difference));
    size_t count = difference.added.key_count + difference.removed.key_count;
    news->messages = NEW_ARRAY(arena, const struct message_ready *, count + 1);
    for (size_t i = 0; i < difference.added.key_count; i++)
        TRY(prepare_one(db, keeper, arena, &difference.added.keys[i], MESSAGE_KEY_REGISTERED, news));
    for (size_t i = 0; i < difference.removed.key_count; i++)
        TRY(prepare_one(db, keeper, arena, &difference.removed.keys[i], MESSAGE_KEY_REMOVED, news));
    return ERR_NONE;
}

enum err prepare_registry_news(struct db *db, struct keeper *keeper, struct arena *arena, struct bytes text,
                               const struct registry_news **ret_news)
{
    struct registry registry;
    struct registry_record before;
    struct registry_news *news = NEW(arena, struct registry_news);
    TRY(registry_read(arena, text, &registry));
    *news = (struct registry_news){
        .number = registry.number, .registry = registry, .text = text, .digest = sha256(arena, text)};
    TRY(list_registered_persons(keeper, arena, &registry, &news->persons));
    TRY(seal_registry_text(keeper, arena, news->number, text, &news->sealed_text));
    /* a row that does not open was not written by us: it is written over, or goes */
    enum err error = find_registry_record(db, keeper, arena, news->number, &before);
    if (error != ERR_NONE && error != ERR_NOT_FOUND && error != ERR_BROKEN) return error;
    news->is_damaged = error == ERR_BROKEN || (error == ERR_NONE && !bytes_equal(before.text, text));
    error = find_registry_record(db, keeper, arena, 0, &before);
    if (error != ERR_NONE && error != ERR_NOT_FOUND && error != ERR_BROKEN) return error;
    if (error == ERR_NONE && before.number + 1 == registry.number) {
        error = prepare_messages(db, keeper, arena, before.text, news);
        /* what is in force holds, whatever stands here before it */
        news->is_untold = error == ERR_STATE || error == ERR_INVALID;
        if (error != ERR_NONE && !news->is_untold) return error;
    }
    *ret_news = news;
    return ERR_NONE;
}

static enum err settle(struct db_tx *tx, const struct actor *actor, const char *uid, enum proposal_state state,
                       const char *why)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct registry_proposal proposal;
    int64_t changed;
    TRY(db_exec(tx, &sql_settle_proposal,
                DB_WITH(DB_TEXT("state", proposal_state_name(state)), DB_TEXT("why", why),
                        DB_INT64("now", clock_now_s()), DB_TEXT("uid", uid)),
                &changed));
    if (changed == 0) return ERR_NONE; /* settled before */
    TRY(read_proposal(tx, arena, uid, &proposal));
    return audit_record(tx, actor, "settle_proposal", "registry_proposal", proposal.id,
                        arena_printf(arena, "%s%s%s", proposal_state_name(state), *why == '\0' ? "" : ": ", why));
}

static enum err store(struct db_tx *tx, const struct actor *actor, const struct registry_news *news)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *rows;
    TRY(db_rows(tx, arena, &sql_find_registry_by_number, DB_WITH(DB_INT64("number", news->number)), &rows));
    if (db_count(rows) > 0 && !news->is_damaged && bytes_equal(db_bytes(rows, 0, "digest"), news->digest))
        return ERR_NONE;
    TRY(db_exec(tx, &sql_store_registry,
                DB_WITH(DB_INT64("number", news->number), DB_BYTES("digest", news->digest),
                        DB_BYTES("sealed_text", news->sealed_text), DB_INT64("now", clock_now_s())),
                NULL));
    for (size_t i = 0; i < news->message_count; i++) TRY(message_queue(tx, news->messages[i]));
    return audit_record(tx, actor, "take_registry", "registry", news->number, hex_encode(arena, news->digest));
}

static enum err drop_later(struct db_tx *tx, const struct actor *actor, const struct registry_news *news)
{
    int64_t dropped;
    TRY(db_exec(tx, &sql_drop_later_registries, DB_WITH(DB_INT64("number", news->number)), &dropped));
    if (dropped == 0) return ERR_NONE;
    return audit_record(tx, actor, "drop_registries", "registry", news->number, "");
}

enum err take_registry(struct db_tx *tx, const struct actor *actor, const struct registry_news *news, bool is_newest)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *rows;
    TRY(store(tx, actor, news));
    if (is_newest) {
        TRY(drop_later(tx, actor, news));
        TRY(institutions_follow(tx, actor, &news->registry));
        TRY(accounts_follow(tx, actor, &news->persons));
    }
    TRY(db_rows(tx, arena, &sql_list_waiting_proposals, DB_WITH(DB_INT64("number", news->number)), &rows));
    for (size_t i = 0; i < db_count(rows); i++) {
        bool is_it = bytes_equal(db_bytes(rows, i, "digest"), news->digest);
        TRY(settle(tx, actor, db_text(rows, i, "uid"), is_it ? PROPOSAL_ACCEPTED : PROPOSAL_OVERTAKEN, ""));
    }
    return ERR_NONE;
}

bool registry_news_is_untold(const struct registry_news *news)
{
    return news->is_untold;
}

int64_t registry_news_end_s(const struct registry_news *news)
{
    return news->persons.end_s;
}

enum err refuse_proposal(struct db_tx *tx, const struct actor *actor, const char *uid, const char *why)
{
    return settle(tx, actor, uid, PROPOSAL_REFUSED, why);
}
