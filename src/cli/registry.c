/* `divit registry`: what the installation knows of the registry of who may do what, for an operator at the machine. */
#include "statement/registry.h"

#include "base/secret.h"
#include "cli/cli.h"
#include "identity/identity.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *state;
    const char *act; /* show, compare */
    int64_t number; /* 0: the one in force */
};

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    char *end;
    switch (key) {
    case 's': options->state = argument; return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num == 0) {
            options->act = argument;
            return 0;
        }
        options->number = strtoll(argument, &end, 10);
        if (state->arg_num > 1 || *end != '\0' || options->number < 1) argp_usage(state);
        return 0;
    case ARGP_KEY_END:
        if (options->act == NULL) {
            argp_usage(state); /* does not come back */
            return ARGP_ERR_UNKNOWN;
        }
        if (strcmp(options->act, "show") != 0 && strcmp(options->act, "compare") != 0)
            argp_error(state, "show or compare is expected, not '%s'", options->act);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "State folder of the installation (./state)", 0},
    {0},
};
static const struct argp argp = {
    argp_options,
    take_option,
    "show [NUMBER]\ncompare [NUMBER]",
    "show: the registry's text, of the one in force or of NUMBER, byte for byte. compare: the lines by which it differs "
    "from the one before it, and how many administrators that took. As the worker had it from the signer. The keeper must "
    "run.\v"
    "Examples:\n  divit registry show\n  divit registry show 3 | sha256sum\n  divit registry compare 3\n",
    NULL,
    NULL,
    NULL};

static void print_lines(char sign, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) printf("%c %s\n", sign, lines[i]);
}

static enum err compare(struct db *db, struct keeper *keeper, struct arena *arena, const struct registry_record *record)
{
    struct registry_record before;
    struct registry_change change;
    if (record->number == 1) return err_set(ERR_NOT_FOUND, "the ceremony's registry follows none");
    TRY(find_registry_record(db, keeper, arena, record->number - 1, &before));
    TRY(registry_compare(arena, before.text, record->text, &change));
    printf("registry %lld, SHA-256 %s, signed by %d administrator%s\n", (long long)record->number, record->digest,
           change.administrators, change.administrators == 1 ? "" : "s");
    print_lines('-', change.removed, change.removed_count);
    print_lines('+', change.added, change.added_count);
    return ERR_NONE;
}

static enum err tell(const struct options *options, struct db *db, struct keeper *keeper, struct arena *arena)
{
    struct registry_record record;
    TRY(find_registry_record(db, keeper, arena, options->number, &record));
    if (strcmp(options->act, "compare") == 0) return compare(db, keeper, arena, &record);
    fwrite(record.text.data, 1, record.text.size, stdout);
    return ERR_NONE;
}

int registry_main(int argc, char **argv)
{
    struct options options = {.state = "state"};
    struct installation installation;
    struct db *db;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    CLEANUP_ARENA struct arena *arena = arena_new();
    cli_load(arena, options.state, &installation);
    enum err error = secret_init();
    if (error == ERR_NONE) error = db_open_read_only(installation.database, 1, &db);
    if (error == ERR_NONE) {
        struct keeper *keeper = keeper_new(installation_path(arena, &installation, "run/keeper.sock"));
        error = tell(&options, db, keeper, arena);
        keeper_free(keeper);
        db_close(db);
    }
    return cli_end("registry", error, 0);
}
