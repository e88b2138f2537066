/* A door is made or changed, closed and opened by an administrator (spec 04). */
#include "application/application.h"

#include "application/store.h"
#include "application_sql.h"
#include "base/clock.h"

struct writing {
    struct arena *arena;
    const struct actor *actor;
    const struct door *door;
    const char *const *addresses;
    size_t count;
};

static const char *terms_to_text(struct arena *arena, const int terms[8])
{
    const char *text = "";
    for (size_t i = 0; i < 8 && terms[i] != 0; i++)
        text = arena_printf(arena, "%s%s%d", text, i == 0 ? "" : ",", terms[i]);
    return text;
}

/* What it is from here on, in a line: the trail says what an administrator made of it. */
static const char *write_detail(const struct writing *writing, const char *terms)
{
    const struct door *door = writing->door;
    const char *text = arena_printf(
        writing->arena, "%s; %s; %s; %s; staff number %d; terms %s; reader %d; vpn %d; /bp/", door->path, door->name,
        door->english_name, door->register_name, door->asks_staff_number, terms, door->offers_reader, door->offers_vpn);
    for (size_t i = 0; i < writing->count; i++)
        text = arena_printf(writing->arena, "%s %s", text, writing->addresses[i]);
    return text;
}

static enum err put_door(struct db_tx *tx, const struct writing *writing, const char *terms, int64_t *ret_id)
{
    const struct door *door = writing->door;
    const struct db_rows *row;

    *ret_id = door->id;
    if (door->id != 0)
        return update_one(tx, &sql_update_door,
                          DB_WITH(DB_TEXT("name", door->name), DB_TEXT("english_name", door->english_name),
                                  DB_TEXT("register_name", door->register_name),
                                  DB_INT64("asks_staff_number", door->asks_staff_number), DB_TEXT("terms", terms),
                                  DB_INT64("offers_reader", door->offers_reader),
                                  DB_INT64("offers_vpn", door->offers_vpn), DB_INT64("id", door->id)));
    TRY(db_row(tx, writing->arena, &sql_insert_door,
               DB_WITH(DB_TEXT("path", door->path), DB_TEXT("name", door->name),
                       DB_TEXT("english_name", door->english_name), DB_TEXT("register", door->register_code),
                       DB_TEXT("register_name", door->register_name),
                       DB_INT64("asks_staff_number", door->asks_staff_number), DB_TEXT("terms", terms),
                       DB_INT64("offers_reader", door->offers_reader), DB_INT64("offers_vpn", door->offers_vpn)),
               &row));
    *ret_id = db_int64(row, 0, "id");
    return ERR_NONE;
}

static enum err write_act(struct db_tx *tx, void *context)
{
    const struct writing *writing = context;
    const char *terms = terms_to_text(writing->arena, writing->door->terms);
    int64_t id;

    TRY(put_door(tx, writing, terms, &id));
    TRY(db_exec(tx, &sql_delete_door_addresses, DB_WITH(DB_INT64("door_id", id)), NULL));
    for (size_t i = 0; i < writing->count; i++)
        TRY(db_exec(tx, &sql_insert_door_address,
                    DB_WITH(DB_TEXT("address", writing->addresses[i]), DB_INT64("door_id", id)), NULL));
    return audit_record(tx, writing->actor, writing->door->id == 0 ? "write_door" : "change_door", "door", id,
                        write_detail(writing, terms));
}

enum err write_door(struct db *db, struct arena *arena, const struct actor *actor, const struct door *door,
                    const char *const *addresses, size_t count)
{
    struct writing writing = {arena, actor, door, addresses, count};

    if (door->terms[0] == 0 || !door_path_is_valid(door->path) || !door_path_is_valid(door->register_code))
        return err_set(ERR_INVALID, "door: path, register or terms");
    for (size_t i = 0; i < count; i++)
        if (!door_address_is_valid(addresses[i])) return err_set(ERR_INVALID, "door: an address");
    return db_run(db, write_act, &writing);
}

struct closing {
    const struct actor *actor;
    const struct door *door;
    const char *reason, *english;
};

static enum err close_act(struct db_tx *tx, void *context)
{
    const struct closing *closing = context;

    TRY(update_one(tx, &sql_close_door,
                   DB_WITH(DB_INT64("now_s", clock_now_s()), DB_TEXT("closed_reason", closing->reason),
                           DB_TEXT("closed_english", closing->english), DB_INT64("id", closing->door->id))));
    return audit_record(tx, closing->actor, "close_door", "door", closing->door->id, closing->reason);
}

enum err close_door(struct db *db, const struct actor *actor, const struct door *door, const char *reason,
                    const char *english)
{
    struct closing closing = {actor, door, reason, english};
    return db_run(db, close_act, &closing);
}

static enum err open_act(struct db_tx *tx, void *context)
{
    const struct closing *opening = context;

    TRY(update_one(tx, &sql_open_door, DB_WITH(DB_INT64("id", opening->door->id))));
    return audit_record(tx, opening->actor, "open_door", "door", opening->door->id, opening->door->path);
}

enum err open_door(struct db *db, const struct actor *actor, const struct door *door)
{
    struct closing opening = {actor, door, NULL, NULL};
    return db_run(db, open_act, &opening);
}
