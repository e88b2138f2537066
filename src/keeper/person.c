/* Persons' data keys, and how many an asker may have opened in an hour (spec 10, The keeper). */
#include "base/buffer.h"
#include "base/clock.h"
#include "keeper/service.h"

#include <string.h>

#define GRANT_S ((int64_t)8 * 3600) /* as long as a session at the most */
#define GRANT_SIZE (SHA256_SIZE + 8 + SHA256_SIZE) /* whose, until when, our mark */
#define HOUR_S 3600

/* The wrap is this person's alone: exchanged in the database, it does not open. */
static const char *wrap_context(struct arena *arena, const char *person_uid)
{
    return arena_printf(arena, "person-key:%s", person_uid);
}

static struct wrapped_key wrap(struct keeper_service *service, struct arena *arena, const char *person_uid,
                               struct bytes key)
{
    return (struct wrapped_key){newest_epoch(service)->number,
                                epoch_seal(service, arena, EPOCH_PERSON_WRAP, key, wrap_context(arena, person_uid))};
}

enum err new_person_key(struct keeper_service *service, struct arena *arena, const char *person_uid,
                        uint8_t ret_key[KEY_SIZE], struct wrapped_key *ret_wrapped)
{
    if (person_uid[0] == '\0') return err_set(ERR_INVALID, "a key of nobody");
    random_fill(ret_key, KEY_SIZE);
    *ret_wrapped = wrap(service, arena, person_uid, (struct bytes){ret_key, KEY_SIZE});
    return ERR_NONE;
}

enum err open_person_key(struct keeper_service *service, struct arena *arena, const char *person_uid,
                         const struct wrapped_key *wrapped, struct bytes *ret_key)
{
    struct bytes key;
    if (wrapped->wrap.size == 0) return err_set(ERR_NOT_FOUND, "this person was erased");
    TRY(epoch_open(service, arena, EPOCH_PERSON_WRAP, wrapped->epoch, wrapped->wrap, wrap_context(arena, person_uid),
                   &key));
    if (key.size != KEY_SIZE) return err_set(ERR_BROKEN, "a person's key of %zu bytes", key.size);
    *ret_key = key;
    return ERR_NONE;
}

enum err rewrap_person_key(struct keeper_service *service, struct arena *arena, const char *person_uid,
                           const struct wrapped_key *wrapped, struct wrapped_key *ret_wrapped)
{
    struct bytes key;
    TRY(open_person_key(service, arena, person_uid, wrapped, &key));
    *ret_wrapped = wrap(service, arena, person_uid, key);
    secret_wipe((void *)(uintptr_t)key.data, key.size);
    return ERR_NONE;
}

/* -- erasure -- */

struct forgetting {
    const char *uid;
    struct bytes person;
    int64_t now_s;
};

static enum err forget_and_note(struct keeper_store *store, void *context)
{
    const struct forgetting *forgetting = context;
    TRY(forget_all_of(store, forgetting->person));
    return journal_add(store, forgetting->now_s, JOURNAL_ERASED, forgetting->uid, "");
}

enum err forget_person(struct keeper_service *service, struct arena *arena, const char *person_uid,
                       const char *identity_number, int64_t now_s)
{
    struct forgetting forgetting = {person_uid, person_tag(service, arena, identity_number), now_s};
    return store_run(service->store, forget_and_note, &forgetting);
}

/* -- grants: an officer who showed a one-time code; nothing of them is kept, so they outlive a restart -- */

static struct bytes grant_mark(struct keeper_service *service, struct arena *arena, struct bytes head)
{
    CLEANUP_BUFFER struct buffer marked = BUFFER_EMPTY;
    buffer_text(&marked, "grant ");
    buffer_add(&marked, head);
    return hmac_sha256(arena, service->keys->keys[KEEPER_GRANT], buffer_bytes(&marked));
}

struct bytes make_grant(struct keeper_service *service, struct arena *arena, struct bytes owner, int64_t now_s)
{
    CLEANUP_BUFFER struct buffer grant = BUFFER_EMPTY;
    buffer_add(&grant, owner);
    ipc_put_int64(&grant, now_s + GRANT_S);
    buffer_add(&grant, grant_mark(service, arena, buffer_bytes(&grant)));
    return bytes_copy(arena, buffer_bytes(&grant));
}

static bool read_grant(struct keeper_service *service, struct arena *arena, struct bytes grant, int64_t now_s,
                       struct bytes *ret_owner)
{
    if (grant.size != GRANT_SIZE) return false;
    struct bytes head = {grant.data, SHA256_SIZE + 8}, mark = {grant.data + head.size, SHA256_SIZE};
    struct ipc_reader reader = {.rest = {grant.data + SHA256_SIZE, 8}, .arena = arena};
    int64_t until_s;
    if (!bytes_equal(mark, grant_mark(service, arena, head)) || ipc_get_int64(&reader, &until_s) != ERR_NONE ||
        now_s >= until_s || until_s > now_s + GRANT_S)
        return false;
    *ret_owner = (struct bytes){grant.data, SHA256_SIZE};
    return true;
}

/* -- budgets -- */

/* One record an hour: who is refused must not be able to fill the journal. */
static enum err note_refusal(struct keeper_service *service, const char *pool, int64_t now_s)
{
    char kind[40] = "budget ";
    int64_t count;
    strncat(kind, pool, sizeof kind - strlen(kind) - 1);
    TRY(journal_count(service->store, kind, now_s - HOUR_S, &count));
    return count > 0 ? ERR_NONE : journal_add(service->store, now_s, kind, pool, "");
}

static enum err spend_or_note(struct keeper_service *service, const struct spending *spending, int64_t now_s)
{
    enum err error = spend(service->store, spending, now_s);
    if (error != ERR_TOO_MANY) return error;
    TRY(note_refusal(service, spending->pool, now_s));
    return err_set(ERR_TOO_MANY, "the budget of this hour is used up: %s", spending->pool);
}

enum err spend_person(struct keeper_service *service, struct arena *arena, enum ipc_role role, struct bytes grant,
                      const char *person_uid, int64_t now_s)
{
    const struct keeper_limits *limits = &service->limits;
    struct spending spending = {.what = person_uid};
    if (role == IPC_TOOL) return ERR_NONE; /* the operator at the machine has the keys anyhow */
    if (role == IPC_WORKER) {
        bool is_register = bytes_equal(grant, bytes_of_text(KEEPER_REGISTERS));
        spending.pool = is_register ? POOL_REGISTERS : POOL_WORKER;
        spending.asker_limit = spending.pool_limit = is_register ? limits->register_persons : limits->worker_persons;
    } else if (read_grant(service, arena, grant, now_s, &spending.asker)) {
        spending.pool = POOL_OFFICERS;
        spending.asker_limit = limits->officer_persons;
        spending.pool_limit = limits->officers_persons;
        return spend_or_note(service, &spending, now_s);
    } else {
        spending.pool = POOL_PUBLIC;
        spending.asker_limit = spending.pool_limit = limits->public_persons;
    }
    spending.asker = bytes_of_text(spending.pool);
    return spend_or_note(service, &spending, now_s);
}

enum err spend_search(struct keeper_service *service, struct arena *arena, enum ipc_role role, struct bytes tag,
                      int64_t now_s)
{
    if (role != IPC_WEB) return ERR_NONE;
    const struct spending spending = {bytes_of_text(POOL_SEARCHES), POOL_SEARCHES, hex_encode(arena, tag),
                                      service->limits.searches, service->limits.searches};
    return spend_or_note(service, &spending, now_s);
}

enum err check_wrong_codes(struct keeper_service *service, int64_t now_s)
{
    int64_t count;
    TRY(count_spent(service->store, POOL_WRONG_CODES, now_s, &count));
    if (count < service->limits.wrong_codes) return ERR_NONE;
    TRY(note_refusal(service, POOL_WRONG_CODES, now_s));
    return err_set(ERR_UNAVAILABLE, "too many wrong codes in this hour, of all persons");
}

enum err spend_wrong_code(struct keeper_service *service, struct arena *arena, int64_t now_s)
{
    const struct spending spending = {bytes_of_text(POOL_WRONG_CODES), POOL_WRONG_CODES, random_hex(arena, 16),
                                      service->limits.wrong_codes, service->limits.wrong_codes};
    return spend(service->store, &spending, now_s);
}

enum err spend_secret(struct keeper_service *service, struct arena *arena, enum ipc_role role, int64_t now_s)
{
    if (role != IPC_WEB) return ERR_NONE;
    const struct spending spending = {bytes_of_text(POOL_SECRETS), POOL_SECRETS, random_hex(arena, 16),
                                      service->limits.secrets, service->limits.secrets};
    return spend_or_note(service, &spending, now_s);
}
