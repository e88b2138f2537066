#include "publication/store.h"

struct look {
    struct arena *arena;
    const struct db_sql *sql;
    const struct db_value *values;
    const struct db_rows *rows;
};

static enum err look_act(struct db_tx *tx, void *context)
{
    struct look *look = context;
    return db_rows(tx, look->arena, look->sql, look->values, &look->rows);
}

enum err publication_rows(struct db *db, struct arena *arena, const struct db_sql *sql, const struct db_value *values,
                          const struct db_rows **ret_rows)
{
    struct look look = {arena, sql, values, NULL};
    TRY(db_read(db, look_act, &look));
    *ret_rows = look.rows;
    return ERR_NONE;
}
