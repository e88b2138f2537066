/* What people are found by beside their number: tags of the words of their names (spec 10, The keeper). */
#include "identity/store.h"
#include "identity_sql.h"

enum err make_name_tags(struct keeper *keeper, struct arena *arena, const char *name, struct name_tags *ret_tags)
{
    const char *words[NAME_WORDS_MAX];
    struct name_tags made = {.count = name_words(arena, name, words)};
    for (size_t i = 0; i < made.count; i++) TRY(keeper_search_tag(keeper, arena, "name", words[i], &made.tags[i]));
    *ret_tags = made;
    return ERR_NONE;
}

enum err write_name_tags(struct db_tx *tx, int64_t person_id, const struct name_tags *tags)
{
    int64_t changed;
    TRY(db_exec(tx, &sql_delete_name_tags, DB_WITH(DB_INT64("person_id", person_id)), &changed));
    for (size_t i = 0; i < tags->count; i++)
        TRY(db_exec(tx, &sql_insert_name_tag, DB_WITH(DB_INT64("person_id", person_id), DB_BYTES("tag", tags->tags[i])),
                    &changed));
    return ERR_NONE;
}
