/*
 * Purpose: what every process of one installation knows: where things lie and what it is called. Read from
 * STATE/divit.conf, section [installation]; paths follow from the state folder.
 */
#ifndef DIVIT_IPC_INSTALLATION_H
#define DIVIT_IPC_INSTALLATION_H

#include "base/config.h"

struct installation {
    const char *state; /* absolute path of the state folder */
    const char *database; /* db_open() address */
    const char *public_url; /* "http://localhost:8080", no slash at the end */
    const char *responder_url; /* "http://localhost:8081": named in certificates (AIA, CRL distribution point) */
    int64_t simulator_port, simulator_mail_port; /* of a demonstration's outside world */
    int64_t renewal_days; /* before a certificate's end, from when it is renewed (spec 01, Reasons) */
    int64_t waiting_days, confirmation_days; /* how long an application waits for its applicant (spec 01, States) */
    bool is_demo; /* red TEST ribbon, clock offset, answers of picture challenges shown */
};

extern const struct config_item installation_items[];

/* main()'s, before any loading: the tables of all programs (ended by NULL), so that each finds a misspelt name. */
void installation_know(const struct config_item *const *tables);

enum err installation_load(struct arena *arena, const char *state, struct installation *ret_installation) MUST_CHECK;
/* STATE/divit.conf with a program's own table; see config_load(). */
enum err installation_settings(struct arena *arena, const struct installation *installation,
                               const struct config_item *items, void *ret_settings) MUST_CHECK;
/* "STATE/" and the rest: installation_path(arena, i, "run/%s.sock", "keeper"). */
const char *installation_path(struct arena *arena, const struct installation *installation, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
