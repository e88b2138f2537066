/*
 * Purpose: what the simulator knows and remembers: the demo people and officers (demo.json), the faults switched on,
 * the messages that came in. Private to the room; all functions may be called by any thread.
 */
#ifndef DIVIT_SIM_WORLD_H
#define DIVIT_SIM_WORLD_H

#include "base/clock.h"
#include "http/http.h"
#include "ipc/installation.h"

#include <jansson.h>
#include <stdatomic.h>

struct world {
    const struct installation *installation;
    int port;
    const char *eimza_cli; /* path of the program */
    atomic_bool is_ending;
};
extern struct world world;

/*
 * demo.json as it is now, with a list "staff" of all who have a card; never NULL (an empty object when it is missing or
 * damaged). The caller gives it back.
 */
json_t *world_demo(void);
const char *world_text(const json_t *object, const char *name); /* "" if absent */
json_t *world_person(json_t *demo, const char *identity_number); /* borrowed; NULL */
json_t *world_officer(json_t *demo, const char *identity_number); /* borrowed; NULL */

/* -- faults -- */
enum system { SYSTEM_POPULATION, SYSTEM_SMS, SYSTEM_EMAIL, SYSTEM_COUNT };
enum fault { FAULT_NONE, FAULT_DOWN, FAULT_SLOW, FAULT_ANSWER_LOST, FAULT_SILENT, FAULT_GARBAGE, FAULT_COUNT };
#define FAULT_PAUSE_MS 20000 /* more than the 15 s anybody waits (spec 08) */
const char *system_name(enum system system); /* "population" */
const char *system_title(enum system system); /* Turkish */
const char *fault_name(enum fault fault); /* "answer_lost" */
const char *fault_title(enum fault fault); /* Turkish */
bool system_from_name(const char *name, enum system *ret_system);
bool fault_from_name(const char *name, enum fault *ret_fault);
/* times > 0: only the next so many exchanges; 0: until it is changed. */
void fault_set(enum system system, enum fault fault, int64_t times);
enum fault fault_now(enum system system); /* without counting */
enum fault fault_take(enum system system); /* for one exchange: counts it */
void fault_pause(void); /* FAULT_PAUSE_MS, or until the simulator ends */

/* -- messages -- */
enum channel { CHANNEL_SMS, CHANNEL_EMAIL };
struct message {
    enum channel channel;
    const char *to; /* telephone number as sent, or address */
    const char *from;
    const char *subject; /* "" for SMS */
    const char *text;
    const char *html; /* "" if none */
    const char *message_id; /* "" for SMS */
};
enum err messages_open(void) MUST_CHECK; /* reads what an earlier run kept in STATE/sim/ */
enum err messages_add(const struct message *message) MUST_CHECK;
/* A JSON array, newest first, at most `limit`; `to`: a telephone number in any form or an address, NULL: all. */
json_t *messages_list(const char *to, size_t limit);

#endif
