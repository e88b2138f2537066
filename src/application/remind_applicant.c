/* An application that waits for its applicant: two reminders, then it lapses (spec 01, States). */
#include "application/store.h"

#include "application_sql.h"
#include "base/log.h"

#define AT_ONCE 100

struct looking {
    struct arena *arena;
    int64_t after, since_s;
    const struct db_rows *rows;
};

static enum err read_waiting(struct db_tx *tx, void *context)
{
    struct looking *looking = context;
    return db_rows(
        tx, looking->arena, &sql_list_waiting,
        DB_WITH(DB_INT64("after", looking->after), DB_INT64("since_s", looking->since_s), DB_INT64("limit", AT_ONCE)),
        &looking->rows);
}

struct reminding {
    const struct actor *actor;
    const struct application *application;
    const struct waiting *waiting;
    enum waiting_step step;
    const struct message_ready *messages[KNOWN_CONTACTS_MAX];
    size_t message_count;
};

static enum err act(struct db_tx *tx, void *context)
{
    const struct reminding *reminding = context;
    const struct application *application = reminding->application;
    const struct waiting *waiting = reminding->waiting;
    if (reminding->step == WAITING_REMIND) {
        TRY(db_exec(tx, &sql_insert_reminder,
                    DB_WITH(DB_INT64("application_id", application->id), DB_INT64("waiting_since_s", waiting->since_s),
                            DB_INT64("number", waiting->reminders + 1), DB_INT64("now_s", clock_now_s())),
                    NULL));
        TRY(audit_record(tx, reminding->actor, "remind_applicant", "application", application->id, ""));
    } else {
        TRY(move_application(tx, reminding->actor, application->id, application->state, STATE_LAPSED,
                             "lapse_application", ""));
    }
    for (size_t i = 0; i < reminding->message_count; i++) TRY(message_queue(tx, reminding->messages[i]));
    return ERR_NONE;
}

static enum err add_message(struct arena *arena, struct reminding *reminding, const struct message_to *to,
                            const char *whose, int64_t end_s)
{
    const struct application *application = reminding->application;
    const struct waiting *waiting = reminding->waiting;
    const char *what = tr(to->language, application_state_title(application->state));
    const char *key = arena_printf(arena, "application:%s:%lld:%lld:%s", application->uid, (long long)waiting->since_s,
                                   (long long)waiting->reminders + 1, whose);
    const struct message_ready **message = &reminding->messages[reminding->message_count++];
    if (reminding->step == WAITING_LAPSE)
        return message_prepare(arena, to, MESSAGE_LAPSED, key, NULL, message, "state", what, NULL);
    return message_prepare(arena, to, MESSAGE_REMINDER, key, NULL, message, "state", what, "end",
                           time_to_date(arena, end_s), NULL);
}

/* Before its code was typed, the number on the form may be anybody's: then those known from before are reminded. */
static enum err add_messages(struct db *db, struct arena *arena, struct reminding *reminding, int64_t end_s)
{
    const struct application *application = reminding->application;
    struct known_contact known[KNOWN_CONTACTS_MAX];
    size_t count;
    if (application->state >= STATE_METHOD_PENDING) {
        struct message_to to = application_contact(application, 0);
        return add_message(arena, reminding, &to, "form", end_s);
    }
    TRY(find_known_contacts(db, arena, &application->person, known, &count));
    for (size_t i = 0; i < count; i++) {
        struct message_to to = person_recipient(&application->person, &known[i].contact);
        TRY(add_message(arena, reminding, &to, known[i].source, end_s));
    }
    return ERR_NONE;
}

static enum err remind_opened(struct db *db, struct arena *arena, struct reminding *reminding, int64_t wait_s)
{
    const struct waiting *waiting = reminding->waiting;
    if (reminding->application->changed_s != waiting->since_s) return ERR_NONE; /* it has moved on */
    /* a reminder that came late puts the end off */
    int64_t end_s = waiting->since_s + wait_s, least_s = clock_now_s() + (waiting->reminders == 0 ? 3 : 2) * DAY_S;
    TRY(add_messages(db, arena, reminding, end_s > least_s ? end_s : least_s));
    enum err error = db_run(db, act, reminding);
    return error == ERR_STATE || error == ERR_EXISTS ? ERR_NONE
                                                     : error; /* its applicant, or another worker, was first */
}

static enum err remind(struct db *db, struct keeper *keeper, struct arena *arena, int64_t id, int64_t wait_s,
                       const struct waiting *waiting)
{
    static const struct actor system = {ACTOR_SYSTEM, 0, "", "waiting"};
    struct application application;
    struct reminding reminding = {.actor = &system, .application = &application, .waiting = waiting};
    reminding.step = next_waiting_step(wait_s, waiting, clock_now_s());
    if (reminding.step == WAITING_ON) return ERR_NONE;
    TRY(open_application(db, keeper, arena, id, &application));
    enum err error = remind_opened(db, arena, &reminding, wait_s);
    application_close(&application);
    return error;
}

static enum err remind_row(struct db *db, struct keeper *keeper, struct arena *arena,
                           const struct waiting_limits *limits, const struct db_rows *rows, size_t at)
{
    enum application_state state;
    TRY(application_state_from_name(db_text(rows, at, "state"), &state));
    struct waiting waiting = {.since_s = db_int64(rows, at, "changed_s"),
                              .reminders = db_int64(rows, at, "reminders"),
                              .reminded_s = db_int64(rows, at, "reminded_s")};
    return remind(db, keeper, arena, db_int64(rows, at, "id"), application_wait_s(limits, state), &waiting);
}

enum err remind_applicants(struct db *db, struct keeper *keeper, const struct waiting_limits *limits)
{
    int64_t least_days = limits->days < limits->confirmation_days ? limits->days : limits->confirmation_days;
    struct looking looking = {.since_s = clock_now_s() - least_days * DAY_S / 2};
    size_t count = AT_ONCE;
    while (count == AT_ONCE) {
        CLEANUP_ARENA struct arena *arena = arena_new();
        looking.arena = arena;
        TRY(db_read(db, read_waiting, &looking));
        count = db_count(looking.rows);
        for (size_t i = 0; i < count; i++) {
            looking.after = db_int64(looking.rows, i, "id");
            enum err error = remind_row(db, keeper, arena, limits, looking.rows, i);
            if (error != ERR_NONE) log_error("remind", error, "application", log_int(arena, looking.after), NULL);
        }
    }
    return ERR_NONE;
}
