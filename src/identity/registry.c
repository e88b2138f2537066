/* The registry in force: whose key counts (spec 10, Statements). The worker brings it from the signer. */
#include "statement/registry.h"

#include "identity/store.h"
#include "identity_sql.h"

bool passkey_counts(const struct registry *registry, const struct passkey *passkey)
{
    const struct registry_person *person = registry_find_passkey(registry, passkey->credential_digest);
    int64_t now_s = clock_now_s();
    return person != NULL && now_s >= person->from_s && now_s <= person->until_s;
}

struct question {
    struct arena *arena;
    struct bytes text;
};

static enum err read_text(struct db_tx *tx, void *context)
{
    struct question *question = context;
    const struct db_rows *row;
    TRY(db_row(tx, question->arena, &sql_find_registry, DB_NOTHING, &row));
    question->text = db_bytes(row, 0, "text");
    return ERR_NONE;
}

enum err find_registry(struct db *db, struct arena *arena, const struct registry **ret_registry)
{
    struct question question = {.arena = arena};
    struct registry *registry = NEW(arena, struct registry);
    TRY(db_read(db, read_text, &question));
    TRY(registry_read(arena, question.text, registry));
    *ret_registry = registry;
    return ERR_NONE;
}
