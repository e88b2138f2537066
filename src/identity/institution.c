/* What lies above an institution, and who acts for it. */
#include "identity/store.h"
#include "identity_sql.h"

#define LEVELS_MAX 16 /* more is a circle, which no import lets in */

struct chain {
    struct arena *arena;
    int64_t id;
    const char *codes;
};

static enum err chain_act(struct db_tx *tx, void *context)
{
    struct chain *chain = context;
    chain->codes = NULL;
    int64_t id = chain->id;
    for (int level = 0; id != 0; level++) {
        if (level == LEVELS_MAX) return err_set(ERR_BROKEN, "an institution lies below itself");
        struct institution institution;
        TRY(read_institution(tx, chain->arena, id, &institution));
        chain->codes = chain->codes == NULL ? institution.code
                                            : arena_printf(chain->arena, "%s/%s", chain->codes, institution.code);
        id = institution.parent_id;
    }
    return ERR_NONE;
}

enum err institution_chain(struct db *db, struct arena *arena, int64_t institution_id, const char **ret_chain)
{
    struct chain chain = {arena, institution_id, NULL};
    TRY(db_read(db, chain_act, &chain));
    if (chain.codes == NULL) return err_set(ERR_NOT_FOUND, "no such institution");
    *ret_chain = chain.codes;
    return ERR_NONE;
}

enum err institution_covers(struct db_tx *tx, struct arena *arena, int64_t officer_institution_id,
                            int64_t institution_id, bool *ret_covers)
{
    int64_t id = institution_id;
    for (int level = 0; id != 0 && id != officer_institution_id; level++) {
        if (level == LEVELS_MAX) return err_set(ERR_BROKEN, "an institution lies below itself");
        struct institution institution;
        TRY(read_institution(tx, arena, id, &institution));
        id = institution.parent_id;
    }
    *ret_covers = id != 0;
    return ERR_NONE;
}

enum err find_officer_of(struct db *db, struct arena *arena, int64_t institution_id, int64_t applicant_id,
                         struct staff_account *ret_account, struct institution *ret_institution)
{
    int64_t id = institution_id;
    for (int level = 0; id != 0 && level < LEVELS_MAX; level++) {
        struct account_row row;
        TRY(find_institution(db, arena, id, ret_institution));
        enum err error =
            find_account_row(db, arena, &sql_find_officer_of,
                             DB_WITH(DB_INT64("institution_id", id), DB_INT64("applicant_id", applicant_id)), &row);
        if (error == ERR_NONE) *ret_account = row.account;
        if (error != ERR_NOT_FOUND) return error;
        id = ret_institution->parent_id;
    }
    return err_set(ERR_NOT_FOUND, "no officer for this institution");
}
