/* `divit keeper status|rotate|erase`: beside the program itself, what an operator does with the keeper. */
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "cli/keeper_acts.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

struct options {
    const char *state;
    const char *act, *person;
    bool destroys;
};

static const char *const acts[] = {"status", "rotate", "erase"};
enum act { ACT_STATUS, ACT_ROTATE, ACT_ERASE, ACT_COUNT };

static enum act act_of(const char *name)
{
    enum act act = 0;
    while (act < ACT_COUNT && strcmp(acts[act], name) != 0) act++;
    return act;
}

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 's': options->state = argument; return 0;
    case 'd': options->destroys = true; return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 1) argp_usage(state);
        *(state->arg_num == 0 ? &options->act : &options->person) = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->act == NULL) {
            argp_usage(state); /* does not come back */
            return ARGP_ERR_UNKNOWN;
        }
        if (act_of(options->act) == ACT_COUNT) argp_error(state, "there is no '%s'", options->act);
        if (options->destroys && act_of(options->act) != ACT_ROTATE) argp_error(state, "--destroy is for rotate");
        if (options->person != NULL && act_of(options->act) != ACT_ERASE) argp_usage(state);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "State folder (./state)", 0},
    {"destroy", 'd', 0, 0, "rotate: destroy the epoch that was left, once nothing needs it", 0},
    {0}};
static const struct argp argp = {
    argp_options,
    take_option,
    "status|rotate|erase [UID]",
    "What an operator does with the keeper.\v"
    "status: what the keeper keeps and did: its epochs, its journal, checked record by record, and what is used of the "
    "budgets.\n\n"
    "rotate: the next epoch, once a year. The token makes a new wrapping key, what is new is wrapped by it, and every "
    "person's key is wrapped anew, 50 at a time, beside the running service. Cut off, it goes on when it is called "
    "again. Then take a backup. After that, rotate --destroy destroys the old epoch's key: no backup made before opens "
    "any more, and so the persons who were erased are gone from the backups, too.\n\n"
    "erase: a person's data key, numbers, PUKs and search tags are destroyed; what was sealed under the key opens "
    "no more. Audit trail and journal keep that it was done, by the person's uid, which then leads to nobody. The "
    "person is named by the UID, or by one line on standard input with uid or identity number (which must not stand in "
    "a shell's history). Refused while something has to be kept: certificates and the evidence for them, 20 years from "
    "the certificate's end or the application's last change; who has an account of staff; an application that is still "
    "open (it can be withdrawn). A draft, and an application that nobody decided on, are no evidence.\n\n"
    "Examples:\n  divit keeper status --state /var/lib/divit\n  divit keeper rotate\n"
    "  divit keeper erase < person.txt\n\n"
    "Exit code 0: done; 2: refused, and what is kept is said; 1: another error. Without a word, `divit keeper` is the "
    "program itself.",
    NULL,
    NULL,
    NULL};

static enum err show_status(struct arena *arena, struct keeper *keeper)
{
    const struct keeper_fact *facts;
    size_t count = 0;
    TRY(keeper_status(keeper, arena, &facts, &count));
    for (size_t i = 0; i < count; i++) printf("%s: %s\n", facts[i].name, facts[i].value);
    return ERR_NONE;
}

static enum err act_on_database(const struct options *options, const struct installation *installation,
                                struct keeper *keeper, struct arena *arena)
{
    struct db *db;
    TRY(db_open(installation->database, 1, &db));
    enum err error = ERR_NONE;
    if (act_of(options->act) == ACT_ERASE) error = erase_from_keeper(db, keeper, arena, options->person);
    else error = options->destroys ? destroy_epoch_of_keeper(db, keeper) : rotate_keeper(db, keeper);
    db_close(db);
    return error;
}

static enum err act(const struct options *options, const struct installation *installation, struct arena *arena)
{
    struct keeper_child child;
    TRY(secret_init());
    if (installation->is_demo) TRY(clock_use_offset(installation_path(arena, installation, "clock-offset")));
    TRY(keeper_child_start(installation, &child));
    enum err error = act_of(options->act) == ACT_STATUS ? show_status(arena, child.keeper)
                                                        : act_on_database(options, installation, child.keeper, arena);
    keeper_child_end(&child);
    return error;
}

int keeper_tool_main(int argc, char **argv)
{
    struct options options = {.state = "state"};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct installation installation;
    cli_load(arena, options.state, &installation);
    log_open("keeper");
    enum err error = act(&options, &installation, arena);
    int code = cli_end(arena_printf(arena, "keeper %s", options.act), error, 0);
    return error == ERR_STATE ? 2 : code;
}
