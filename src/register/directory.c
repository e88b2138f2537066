/* An LDAP directory that a register is read from: when, on whose word, and what came of it. The worker reads it. */
#include "register/work.h"
#include "register_sql.h"

#include <string.h>

#define AGAIN_S 3600 /* a daily reading that did not come */
#define DAILY "daily"

struct noting {
    const char *register_code, *address;
};

static enum err note_act(struct db_tx *tx, void *context)
{
    const struct noting *noting = context;
    TRY(db_exec(tx, &sql_forget_other_directories, DB_WITH(DB_TEXT("register", noting->register_code)), NULL));
    if (*noting->register_code == '\0') return ERR_NONE;
    return db_exec(tx, &sql_note_directory,
                   DB_WITH(DB_TEXT("register", noting->register_code), DB_TEXT("address", noting->address)), NULL);
}

enum err note_directory(struct db *db, const char *register_code, const char *address)
{
    struct noting noting = {register_code, address};
    return db_run(db, note_act, &noting);
}

struct finding {
    struct arena *arena;
    struct staff_directory *directory;
};

static enum err find_act(struct db_tx *tx, void *context)
{
    struct finding *finding = context;
    const struct db_rows *row;
    TRY(db_row(tx, finding->arena, &sql_find_directory, DB_NOTHING, &row));
    *finding->directory = (struct staff_directory){
        .register_code = db_text(row, 0, "register"),
        .address = db_text(row, 0, "address"),
        .account_id = db_is_null(row, 0, "account_id") ? 0 : db_int64(row, 0, "account_id"),
        .account_name = db_is_null(row, 0, "display_name") ? NULL : db_text(row, 0, "display_name"),
        .is_daily = db_int64(row, 0, "is_daily") != 0,
        .is_asked = db_int64(row, 0, "is_asked") != 0,
        .read_s = db_int64(row, 0, "read_s"),
        .why = db_text(row, 0, "why"),
        .import_uid = db_text(row, 0, "import_uid"),
    };
    return ERR_NONE;
}

enum err find_directory(struct db *db, struct arena *arena, struct staff_directory *ret_directory)
{
    struct finding finding = {arena, ret_directory};
    return db_read(db, find_act, &finding);
}

/* -- an administrator's word -- */

struct asking {
    const struct actor *actor;
    int64_t account_id;
    const char *register_code;
    bool is_daily;
};

static const char *daily_key(struct arena *arena, const char *register_code)
{
    return arena_printf(arena, "%s " DAILY, register_code);
}

static enum err ask_act(struct db_tx *tx, void *context)
{
    const struct asking *asking = context;
    TRY(db_exec(tx, &sql_ask_directory,
                DB_WITH(DB_TEXT("register", asking->register_code), DB_INT64("account_id", asking->account_id)), NULL));
    TRY(job_add(tx, STAFF_DIRECTORY_JOB, asking->register_code, "", 0));
    return audit_record(tx, asking->actor, "read_directory", "staff_account", asking->account_id,
                        asking->register_code);
}

enum err ask_directory(struct db *db, const struct actor *actor, int64_t account_id, const char *register_code)
{
    struct asking asking = {.actor = actor, .account_id = account_id, .register_code = register_code};
    return db_run(db, ask_act, &asking);
}

static enum err daily_act(struct db_tx *tx, void *context)
{
    const struct asking *asking = context;
    CLEANUP_ARENA struct arena *arena = arena_new();
    TRY(db_exec(tx, &sql_set_directory_daily,
                DB_WITH(DB_TEXT("register", asking->register_code), DB_INT64("account_id", asking->account_id),
                        DB_INT64("is_daily", asking->is_daily)),
                NULL));
    if (asking->is_daily) TRY(job_add(tx, STAFF_DIRECTORY_JOB, daily_key(arena, asking->register_code), DAILY, 0));
    return audit_record(tx, asking->actor, asking->is_daily ? "read_directory_daily" : "read_directory_no_more",
                        "staff_account", asking->account_id, asking->register_code);
}

enum err set_directory_daily(struct db *db, const struct actor *actor, int64_t account_id, const char *register_code,
                             bool is_daily)
{
    struct asking asking = {actor, account_id, register_code, is_daily};
    return db_run(db, daily_act, &asking);
}

/* -- what came of it -- */

struct ending {
    struct arena *arena;
    const struct job *job;
    const struct staff_directory *directory;
    const char *why, *import_uid;
};

static bool is_daily_job(const struct job *job)
{
    return strcmp(job->payload, DAILY) == 0;
}

bool is_reading_due(const struct staff_directory *directory, const struct job *job)
{
    return is_daily_job(job) ? directory->is_daily : directory->is_asked;
}

static enum err end_act(struct db_tx *tx, void *context)
{
    const struct ending *ending = context;
    const char *register_code = ending->directory->register_code;
    TRY(job_finish(tx, ending->job));
    if (!is_reading_due(ending->directory, ending->job)) return ERR_NONE;
    TRY(db_exec(tx, &sql_end_reading,
                DB_WITH(DB_TEXT("register", register_code), DB_INT64("now", clock_now_s()), DB_TEXT("why", ending->why),
                        DB_TEXT("import_uid", ending->import_uid)),
                NULL));
    if (!is_daily_job(ending->job)) return ERR_NONE;
    return job_add(tx, STAFF_DIRECTORY_JOB, daily_key(ending->arena, register_code), DAILY,
                   clock_now_s() + (*ending->why == '\0' ? DAY_S : AGAIN_S));
}

enum err end_reading(struct db *db, struct arena *arena, const struct job *job, const struct staff_directory *directory,
                     const char *why, const char *import_uid)
{
    struct ending ending = {arena, job, directory, why, import_uid};
    return db_run(db, end_act, &ending);
}

enum err take_directory(struct db *db, struct keeper *keeper, struct arena *arena, const struct job *job,
                        const struct staff_directory *directory, const char *const *attributes, struct bytes lines)
{
    CLEANUP_BUFFER struct buffer file = BUFFER_EMPTY;
    const struct actor actor = {ACTOR_STAFF, directory->account_id, "", "staff_directory"};
    int places[STAFF_COLUMN_COUNT], place = 0;
    const char *uid;
    for (size_t i = 0; i < STAFF_COLUMN_COUNT; i++) {
        places[i] = *attributes[i] == '\0' ? -1 : place++;
        if (places[i] > 0) buffer_char(&file, ';');
        if (places[i] >= 0) buffer_text(&file, staff_column_names[i]);
    }
    buffer_char(&file, '\n');
    buffer_add(&file, lines);
    TRY(stage_import(db, keeper, arena, &actor, directory->account_id, directory->register_code, directory->address,
                     true, buffer_bytes(&file), &uid));
    TRY(check_import(db, arena, &actor, uid, places, is_daily_job(job)));
    return end_reading(db, arena, job, directory, "", uid);
}
