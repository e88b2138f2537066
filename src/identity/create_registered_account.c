/* An account for a person whom the registry names: two administrators have said who it is, in which role, and where. */
#include "identity/store.h"

#include <string.h>

struct institution_question {
    struct arena *arena;
    const char *code;
    struct institution institution;
};

static enum err read_by_code(struct db_tx *tx, void *context)
{
    struct institution_question *question = context;
    return read_institution_by_code(tx, question->arena, question->code, &question->institution);
}

static enum err prepare(struct db *db, struct keeper *keeper, struct arena *arena, const struct registered_key *key,
                        const struct staff_account *account, const struct message_ready **ret_message)
{
    const struct staff_message message = {
        .event = MESSAGE_ACCOUNT_MADE,
        .key = arena_printf(arena, "account:%lld:%s", (long long)account->person_id, account->user_name),
        .has_role = true,
        .role = key->role,
        .digest = key->digest,
        .name = account->user_name};
    return prepare_staff_message(db, keeper, arena, account->person_id, &message, ret_message);
}

enum err create_registered_account(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                   const char *key_digest, const char *display_name, const char *user_name,
                                   const char **ret_link_token)
{
    struct registered_key key;
    struct person person;
    const struct message_ready *message = NULL;
    enum err error = find_registered_key(db, keeper, arena, key_digest, &key);
    if (error == ERR_NOT_FOUND) return err_set(ERR_EXPIRED, "registry: the key is gone");
    TRY(error);
    TRY(find_person(db, keeper, arena, key.identity_number, &person));
    struct staff_account account = {
        .role = key.role, .person_id = person.id, .display_name = display_name, .user_name = user_name};
    person_close(&person);
    if (key.institution_code != NULL) {
        struct institution_question question = {.arena = arena, .code = key.institution_code};
        error = db_read(db, read_by_code, &question);
        if (error == ERR_NOT_FOUND) return err_set(ERR_FORBIDDEN, "the key's institution is not known here");
        TRY(error);
        account.institution_id = question.institution.id;
    }
    TRY(prepare(db, keeper, arena, &key, &account, &message));
    return create_told_account(db, arena, actor, &account, message, ret_link_token);
}
