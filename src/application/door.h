/*
 * Purpose: the doors by which people apply: each is a row of configuration that administrators change (spec 01, 04).
 * What find and list give lives in the arena.
 */
#ifndef DIVIT_APPLICATION_DOOR_H
#define DIVIT_APPLICATION_DOOR_H

#include "audit/audit.h"
#include "base/language.h"
#include "db/db.h"

enum payer { PAYER_INSTITUTION, PAYER_PERSON_TO_INSTITUTION, PAYER_PERSON_TO_PROVIDER };
struct door {
    int64_t id;
    const char *path; /* "saglik" */
    const char *name; /* Turkish */
    const char *english_name; /* "": none */
    const char *register_code;
    const char *register_name; /* ÇKYS/İKYS */
    bool asks_staff_number;
    int terms[8]; /* years offered, ended by 0 */
    bool offers_reader;
    bool offers_vpn;
    enum payer payer;
    int64_t closed_s; /* since then no application is begun through it; 0: it is open */
    const char *closed_reason, *closed_english; /* told to applicants; "" while it is open; English "": none */
};
#define DOOR_PATH_MAX 20 /* characters */
#define DOOR_NAME_MAX 100
#define DOOR_ADDRESS_MAX 60
#define DOOR_ADDRESSES_MAX 20 /* of one door */
#define DOOR_REASON_MAX 1000
bool door_path_is_valid(const char *path); /* lower-case ASCII letters, digits and dashes; of a register's code, too */
bool door_address_is_valid(const char *address); /* one segment below /bp/: ASCII letters, digits, ".", "_", "-" */
const char *door_title(const struct door *door, enum language language); /* Turkish without an English name */
/* Why it is closed, likewise; *ret_language says in which it is. */
const char *door_closed_reason(const struct door *door, enum language language, enum language *ret_language);
enum err find_door(struct db *db, struct arena *arena, const char *path, struct door *ret_door) MUST_CHECK;
/* All doors, for the home page, in Turkish order of their names. */
enum err list_doors(struct db *db, struct arena *arena, const struct door **ret_doors, size_t *ret_count) MUST_CHECK;
/* The longest term that it offers, at most 3 years: where the form starts. */
int64_t door_first_term(const struct door *door);
enum err find_door_by_id(struct db *db, struct arena *arena, int64_t door_id, struct door *ret_door) MUST_CHECK;
/* The one that an address of the former portal leads to: "ws.go" of /bp/ws.go. ERR_NOT_FOUND. */
enum err find_door_of_address(struct db *db, struct arena *arena, const char *address,
                              struct door *ret_door) MUST_CHECK;
struct door_address {
    const char *address;
    int64_t door_id;
};
enum err list_door_addresses(struct db *db, struct arena *arena, const struct door_address **ret_addresses,
                             size_t *ret_count) MUST_CHECK;
/*
 * `door` of id 0 is a new one, which its institutions pay for; of one that is there, path, register, payer and closing
 * stay as they are. `addresses` take the place of those it had. ERR_EXISTS: its path, or one of them, is another door's.
 */
enum err write_door(struct db *db, struct arena *arena, const struct actor *actor, const struct door *door,
                    const char *const *addresses, size_t count) MUST_CHECK;
/* Whoever began goes on; nobody begins (spec 01). A closed one is told another reason. */
enum err close_door(struct db *db, const struct actor *actor, const struct door *door, const char *reason,
                    const char *english) MUST_CHECK;
enum err open_door(struct db *db, const struct actor *actor, const struct door *door) MUST_CHECK; /* ERR_STATE: it is */

#endif
