/* `divit`: one binary, many programs; the first word says which. */
#include "cli/cli.h"

#include "keeper/keeper.h"
#include "responder/responder.h"
#include "signer/signer.h"
#include "web/web.h"
#include "worker/worker.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct config_item *const cli_tables[] = {installation_items, web_items,       worker_items, signer_items,
                                                keeper_items,       responder_items, NULL};

void cli_load(struct arena *arena, const char *state, struct installation *ret_installation)
{
    installation_know(cli_tables);
    enum err error = installation_load(arena, state, ret_installation);
    if (error == ERR_NONE) return;
    fprintf(stderr, "divit: %s: %s\n", err_meaning(error), err_detail());
    exit(1);
}

int cli_end(const char *command, enum err error, int code)
{
    if (error == ERR_NONE) return code;
    fprintf(stderr, "divit %s: %s: %s\n", command, err_meaning(error), err_detail());
    return 1;
}

/* -- the programs that serve -- */

static error_t take_program_option(int key, char *argument, struct argp_state *state)
{
    const char **folder = state->input;
    if (key == 's') {
        *folder = argument;
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static int start_program(int argc, char **argv, int (*entry)(const struct installation *))
{
    static const struct argp_option options[] = {{"state", 's', "DIR", 0, "State folder (./state)", 0}, {0}};
    static const struct argp argp = {
        options,
        take_program_option,
        "",
        "One of the programs that `divit run` starts together. It serves until it is told to end (SIGTERM).\v"
        "Example:\n  divit web --state /var/lib/divit\n",
        NULL,
        NULL,
        NULL};
    const char *state = "state";
    argp_parse(&argp, argc, argv, 0, NULL, &state);
    struct arena *arena = arena_new();
    struct installation installation;
    cli_load(arena, state, &installation);
    int code = entry(&installation);
    arena_free(arena);
    return code;
}

static int start_web(int argc, char **argv)
{
    return start_program(argc, argv, web_main);
}

static int start_worker(int argc, char **argv)
{
    return start_program(argc, argv, worker_main);
}

static int start_signer(int argc, char **argv)
{
    return start_program(argc, argv, signer_main);
}

/* A word behind it, other than an option, is an act of the operator's on the keeper. */
static int start_keeper(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool is_value = strcmp(argv[i - 1], "--state") == 0 || strcmp(argv[i - 1], "-s") == 0;
        if (argv[i][0] != '-' && !is_value) return keeper_tool_main(argc, argv);
    }
    return start_program(argc, argv, keeper_main);
}

static int start_responder(int argc, char **argv)
{
    return start_program(argc, argv, responder_main);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "--usage") == 0) return true;
    return argc < 2;
}

/* `divit ca init …`, `divit ca release …`: each reads its own words behind --state. */
static int start_ca(int argc, char **argv)
{
    const char *state = "state";
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--state") == 0) {
        state = argv[2];
        first = 3;
    } else if (argc > 1 && strncmp(argv[1], "--state=", 8) == 0) {
        state = argv[1] + 8;
        first = 2;
    }
    if (asks_for_help(argc, argv)) return ca_main(NULL, argc - first + 1, argv + first - 1); /* which ends there */
    struct arena *arena = arena_new();
    struct installation installation;
    cli_load(arena, state, &installation);
    argv[first - 1] = argv[0];
    int code = ca_main(&installation, argc - first + 1, argv + first - 1);
    arena_free(arena);
    return code;
}

/* -- which -- */

static const struct command {
    const char *name;
    int (*start)(int argc, char **argv);
} commands[] = {
    {"run", run_main},           {"web", start_web},       {"worker", start_worker},
    {"signer", start_signer},    {"keeper", start_keeper}, {"responder", start_responder},
    {"init", init_main},         {"ca", start_ca},         {"card", card_main},
    {"evidence", evidence_main}, {"import", import_main},  {"audit", audit_main},
    {"registry", registry_main},
};

static const char description[] =
    "Qualified electronic signature certificates, from the application to the answer of OCSP.\v"
    "Commands, each with its own --help:\n"
    "  run        start everything on this machine and watch it\n"
    "  init       make a new installation\n"
    "  import     take a staff register or institutions from a CSV file\n"
    "  card       make the cards of approved applications\n"
    "  evidence   say what a certificate rests on: what was asked, given and checked\n"
    "  ca         hold the key ceremony alone; let more revocations pass\n"
    "  registry   show who may do what, and what each number of the registry changed\n"
    "  audit      look whether journal, status and trail are as they were signed\n"
    "  web, worker, signer, keeper, responder\n"
    "             the programs, one by one\n\n"
    "Examples:\n"
    "  divit run --state ./state --port 8080 --sim-port 8090\n"
    "  divit import staff personel.csv --dry-run\n"
    "  divit card produce\n";

static error_t take_word(int key, char *argument, struct argp_state *state)
{
    const char **command = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        *command = argument;
        state->next = state->argc; /* the rest is the command's */
        return 0;
    case ARGP_KEY_NO_ARGS: argp_usage(state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const char *argp_program_version = "divit " DIVIT_VERSION;

int main(int argc, char **argv)
{
    static const struct argp argp = {NULL, take_word, "COMMAND [OPTION…]", description, NULL, NULL, NULL};
    const char *command = NULL;
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &command);
    int first = 1;
    while (argv[first] != command) first++;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, command) != 0) continue;
        char name[32];
        snprintf(name, sizeof name, "divit %s", command);
        argv[first] = name;
        return commands[i].start(argc - first, argv + first);
    }
    fprintf(stderr, "divit: there is no command '%s'; divit --help lists them\n", command);
    return 64;
}
