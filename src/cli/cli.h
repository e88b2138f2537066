/* Purpose: the subcommands of the one binary `divit`. Each reads its own options and returns the exit code. */
#ifndef DIVIT_CLI_CLI_H
#define DIVIT_CLI_CLI_H

#include "ipc/installation.h"

/* Every table of divit.conf, so that a misspelt setting is found by whichever program reads the file. */
extern const struct config_item *const cli_tables[];
/* STATE/divit.conf with all tables known; on failure says what is wrong on standard error and ends with 1. */
void cli_load(struct arena *arena, const char *state, struct installation *ret_installation);
/* The exit code of a subcommand: `code`; after an error 1, once it is said on standard error. */
int cli_end(const char *command, enum err error, int code);

#define CLI_STATION "istasyon-1" /* the production station of this machine, by its name in the registry */

int run_main(int argc, char **argv); /* run.c: supervisor; options --state, --port, --sim-port */
int init_main(int argc, char **argv);
int import_main(int argc, char **argv);
int audit_main(int argc, char **argv); /* audit.c: `divit audit verify`, `prove` */
int keeper_tool_main(int argc, char **argv); /* keeper.c: `divit keeper status` */
int evidence_main(int argc, char **argv); /* evidence.c: `divit evidence APPLICATION` */
int registry_main(int argc, char **argv); /* registry.c: `divit registry show`, `compare` */
int card_main(int argc, char **argv); /* card.c: `divit card produce` */

#endif
