/* Purpose: acts of `divit keeper` that write; each says on standard output what it does. */
#ifndef DIVIT_CLI_KEEPER_ACTS_H
#define DIVIT_CLI_KEEPER_ACTS_H

#include "cli/keeper_child.h"
#include "db/db.h"

enum err rotate_keeper(struct db *db, struct keeper *keeper) MUST_CHECK;
enum err destroy_epoch_of_keeper(struct db *db, struct keeper *keeper) MUST_CHECK;
/* `person`: uid; NULL: a line of standard input, uid or identity number. ERR_STATE: something must be kept. */
enum err erase_from_keeper(struct db *db, struct keeper *keeper, struct arena *arena, const char *person) MUST_CHECK;

#endif
