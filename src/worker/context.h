/* Purpose: what every job and question of the worker has at hand. Private to the worker. */
#ifndef DIVIT_WORKER_CONTEXT_H
#define DIVIT_WORKER_CONTEXT_H

#include "outside/directory.h"
#include "outside/kannel.h"
#include "outside/population.h"
#include "outside/smtp.h"
#include "register/register.h"
#include "worker/signing.h"

struct worker {
    const struct installation *installation;
    struct signing signing;
    struct db *db; /* the same as in signing, as is the keeper */
    struct keeper *keeper;
    struct population_settings population;
    struct kannel_settings sms;
    struct smtp_settings email;
    struct directory_settings directory;
    const char *directory_attributes[STAFF_COLUMN_COUNT];
};

#endif
