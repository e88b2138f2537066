/* `divit keeper status`: beside the program itself, what an operator does with the keeper. */
#include "base/log.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "cli/keeper_child.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

struct options {
    const char *state;
    const char *act;
};

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 's': options->state = argument; return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num != 0) argp_usage(state);
        options->act = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->act == NULL) {
            argp_usage(state); /* does not come back */
            return ARGP_ERR_UNKNOWN;
        }
        if (strcmp(options->act, "status") != 0) argp_error(state, "there is no '%s'", options->act);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {{"state", 's', "DIR", 0, "State folder (./state)", 0}, {0}};
static const struct argp argp = {
    argp_options,
    take_option,
    "status",
    "Says what the keeper keeps and did: its journal, checked record by record, and what is used of the budgets.\v"
    "Example:\n  divit keeper status --state /var/lib/divit\n\nWithout a word, `divit keeper` is the program itself.",
    NULL,
    NULL,
    NULL};

static enum err show_status(struct arena *arena, const struct installation *installation)
{
    struct keeper_child child;
    const struct keeper_fact *facts;
    size_t count = 0;
    TRY(keeper_child_start(installation, &child));
    enum err error = keeper_status(child.keeper, arena, &facts, &count);
    for (size_t i = 0; error == ERR_NONE && i < count; i++) printf("%s: %s\n", facts[i].name, facts[i].value);
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
    enum err error = secret_init();
    if (error == ERR_NONE) error = show_status(arena, &installation);
    return cli_end("keeper", error, 0);
}
