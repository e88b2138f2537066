/*
 * Purpose: the ministry of the demonstration (data/demo-*.csv): two provincial health directorates with sub-units, 200
 * people, two officers for each directorate, the door 'saglik'; the provider's operator and two administrators; and
 * STATE/demo.json, which says all one has to type.
 */
#ifndef DIVIT_CLI_DEMO_H
#define DIVIT_CLI_DEMO_H

#include "cli/init.h"
#include "db/db.h"
#include "ipc/installation.h"
#include "ipc/keeper_client.h"
#include "signer/ceremony.h"

struct demo_institution {
    const char *code, *parent_code; /* parent "" : none */
    const char *name;
};
struct demo_person {
    const char *identity_number, *given_names, *surname, *birth_place, *birth_date; /* dd.mm.yyyy */
    const char *staff_number, *institution_code, *email, *mobile;
    const char *user_name; /* of the e-mail address; also the label of the token of who has one */
};
struct demo_staff { /* who has an account, a token, a line in the registry */
    const struct demo_person *person;
    enum registry_role role;
};
struct demo {
    const struct demo_institution *institutions;
    size_t institutions_count;
    const struct demo_person *people;
    size_t people_count;
    const struct demo_staff *staff; /* the directorates' heads, their deputies, then the provider's own */
    size_t staff_count;
};
struct demo demo_read(struct arena *arena); /* of the data built in */
struct ceremony demo_ceremony(struct arena *arena, const struct demo *demo);
/* Registers, accounts, door. Then STATE/demo.json (0600). */
enum err demo_fill(struct db *db, struct keeper *keeper, struct arena *arena, const struct installation *installation,
                   const struct demo *demo, const struct init_options *options) MUST_CHECK;

#endif
