#include "publication/publication.h"

#include "base/clock.h"
#include "publication_sql.h"

struct finding {
    struct arena *arena;
    const struct db_rows *row;
};

static enum err find_act(struct db_tx *tx, void *context)
{
    struct finding *finding = context;
    return db_row(tx, finding->arena, &sql_find_contacts, DB_NOTHING, &finding->row);
}

enum err find_contacts(struct db *db, struct arena *arena, struct contacts *ret_contacts)
{
    struct finding finding = {arena, NULL};
    TRY(db_read(db, find_act, &finding));
    *ret_contacts = (struct contacts){db_text(finding.row, 0, "email"), db_text(finding.row, 0, "phone"),
                                      db_text(finding.row, 0, "address")};
    return ERR_NONE;
}

struct change {
    const struct actor *actor;
    const struct contacts *contacts;
};

static enum err change_act(struct db_tx *tx, void *context)
{
    const struct change *change = context;

    TRY(db_exec(tx, &sql_update_contacts,
                DB_WITH(DB_TEXT("email", change->contacts->email), DB_TEXT("phone", change->contacts->phone),
                        DB_TEXT("address", change->contacts->address), DB_INT64("now_s", clock_now_s())),
                NULL));
    return audit_record(tx, change->actor, "change_contacts", "contacts", 1, "");
}

enum err change_contacts(struct db *db, const struct actor *actor, const struct contacts *contacts)
{
    struct change change = {actor, contacts};
    return db_run(db, change_act, &change);
}
