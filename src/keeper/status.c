/* `divit keeper status`: what an operator wants to know, as names and values. */
#include "base/clock.h"
#include "keeper/service.h"

#define EPOCHS_SHOWN ((size_t)10) /* the newest */

static void put(struct buffer *reply, const char *name, const char *value)
{
    ipc_put_text(reply, name);
    ipc_put_text(reply, value);
}

static enum err put_budget(struct keeper_service *service, struct arena *arena, struct buffer *reply, const char *pool,
                           int64_t limit, int64_t now_s)
{
    int64_t count;
    TRY(count_spent(service->store, pool, now_s, &count));
    put(reply, arena_printf(arena, "this hour, %s", pool),
        arena_printf(arena, "%lld of %lld", (long long)count, (long long)limit));
    return ERR_NONE;
}

static enum err put_day(struct keeper_service *service, struct arena *arena, struct buffer *reply, const char *kind,
                        const char *name, int64_t now_s)
{
    int64_t count;
    TRY(journal_count(service->store, kind, now_s - DAY_S, &count));
    put(reply, arena_printf(arena, "in 24 hours, %s", name), arena_printf(arena, "%lld", (long long)count));
    return ERR_NONE;
}

static enum err put_journal(struct keeper_service *service, struct arena *arena, struct buffer *reply)
{
    int64_t records, number;
    struct bytes head;
    enum err error = journal_check(service->store, &records);
    if (error != ERR_NONE && error != ERR_BROKEN) return error;
    put(reply, "journal",
        error == ERR_NONE ? arena_printf(arena, "%lld records, each as it was written", (long long)records)
                          : arena_text(arena, err_detail()));
    TRY(journal_head(service->store, arena, &number, &head));
    put(reply, "head of the journal", arena_printf(arena, "%lld %s", (long long)number, hex_encode(arena, head)));
    return ERR_NONE;
}

#define EPOCH_DUE_S (366 * DAY_S) /* spec 10: yearly */

static enum err put_epochs(struct keeper_service *service, struct arena *arena, int64_t now_s, struct buffer *reply)
{
    const struct kept_epoch *epochs;
    size_t count;
    TRY(list_epochs(service->store, arena, &epochs, &count));
    for (size_t i = count > EPOCHS_SHOWN ? count - EPOCHS_SHOWN : 0; i < count; i++) {
        const struct kept_epoch *epoch = &epochs[i];
        const char *state = "in use";
        if (epoch->state == EPOCH_DESTROYED)
            state = arena_printf(arena, "destroyed %s", time_to_iso(arena, epoch->destroyed_s));
        else if (epoch->state == EPOCH_ENDS)
            state = "destroyed but for its key in the token, which goes at the next start";
        else if (i + 1 < count)
            state = "old; `divit keeper rotate` seals anew what it sealed, with --destroy destroys it";
        else if (now_s - epoch->made_s > EPOCH_DUE_S)
            state = "in use for more than a year; `divit keeper rotate` is due";
        put(reply, arena_printf(arena, "epoch %lld", (long long)epoch->number),
            arena_printf(arena, "since %s, %s", time_to_iso(arena, epoch->made_s), state));
    }
    return ERR_NONE;
}

enum err put_status(struct keeper_service *service, struct arena *arena, int64_t now_s, struct buffer *reply)
{
    const struct keeper_limits *limits = &service->limits;
    struct bytes key;
    TRY(keeper_public_key(service, arena, &key));
    put(reply, "key that signs, SHA-256", hex_encode(arena, sha256(arena, key)));
    TRY(put_epochs(service, arena, now_s, reply));
    TRY(put_journal(service, arena, reply));
    TRY(put_budget(service, arena, reply, POOL_PUBLIC, limits->public_persons, now_s));
    TRY(put_budget(service, arena, reply, POOL_OFFICERS, limits->officers_persons, now_s));
    TRY(put_budget(service, arena, reply, POOL_WORKER, limits->worker_persons, now_s));
    TRY(put_budget(service, arena, reply, POOL_REGISTERS, limits->register_persons, now_s));
    TRY(put_budget(service, arena, reply, POOL_SEARCHES, limits->searches, now_s));
    TRY(put_budget(service, arena, reply, POOL_WRONG_CODES, limits->wrong_codes, now_s));
    TRY(put_day(service, arena, reply, JOURNAL_OWNER, "owner acts", now_s));
    TRY(put_day(service, arena, reply, JOURNAL_PUK_KEPT, "PUKs kept", now_s));
    TRY(put_day(service, arena, reply, JOURNAL_PUK_RELEASED, "PUKs released", now_s));
    TRY(put_day(service, arena, reply, JOURNAL_ERASED, "persons erased", now_s));
    return put_day(service, arena, reply, JOURNAL_GRANT, "officers logged in", now_s);
}
