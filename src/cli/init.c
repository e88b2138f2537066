#include "cli/init.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/demo.h"
#include "cli/keeper_child.h"
#include "cli/ports.h"
#include "identity/identity.h"
#include "init_sql.h"
#include "keeper/keeper.h"
#include "production/production.h"
#include "publication/publication.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char *const folders[] = {"db",      "run",    "keeper", "signer",   "web",  "cards",
                                      "station", "people", "sim",    "ceremony", "eimza"};
static const char *const files[] = {"divit.conf", "clock-offset", "sms-password", "demo.json"};
#define UNFINISHED "unfinished"
#define KEY_SIZE_MAX 1024
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *path_in(struct arena *arena, const char *state, const char *name)
{
    return arena_printf(arena, "%s/%s", state, name);
}

bool init_is_done(const char *state)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    return file_exists(path_in(arena, state, "divit.conf")) && !file_exists(path_in(arena, state, UNFINISHED));
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    return remove(path);
}

/* What an interrupted init left; nothing of ours was in use yet, and nothing else in the folder is touched. */
static enum err remove_leftovers(struct arena *arena, const char *state)
{
    for (size_t i = 0; i < COUNT(folders); i++) {
        const char *path = path_in(arena, state, folders[i]);
        if (file_exists(path) && nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
            return err_set(ERR_BROKEN, "%s: %s", path, strerror(errno));
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *path = path_in(arena, state, files[i]);
        if (unlink(path) != 0 && errno != ENOENT) return err_set(ERR_BROKEN, "%s: %s", path, strerror(errno));
    }
    return ERR_NONE;
}

/* Two at once would each take the other's files for leftovers. Held open, and so locked, until this process ends. */
static enum err lock_folder(const char *state)
{
    int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return err_set(ERR_BROKEN, "%s: %s", state, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) return err_set(ERR_EXISTS, "an installation is being made in %s", state);
    return ERR_NONE;
}

static enum err begin_state(struct arena *arena, const struct init_options *options)
{
    TRY(folder_make(options->state, 0700));
    TRY(lock_folder(options->state));
    if (init_is_done(options->state)) return err_set(ERR_EXISTS, "%s holds an installation", options->state);
    const char *unfinished = path_in(arena, options->state, UNFINISHED);
    if (file_exists(unfinished)) TRY(remove_leftovers(arena, options->state));
    TRY(file_write(unfinished, bytes_of_text("divit init was at work here\n"), 0600));
    for (size_t i = 0; i < COUNT(folders); i++) TRY(folder_make(path_in(arena, options->state, folders[i]), 0700));
    return clock_set_offset(path_in(arena, options->state, "clock-offset"), 0);
}

static enum err write_configuration(struct arena *arena, const struct init_options *options, const struct ports *ports)
{
    const char *simulator = arena_printf(arena, "http://localhost:%d", ports->simulator);
    const struct config_value values[] = {
        {"installation", "database", options->database},
        {"installation", "public_url", arena_printf(arena, "http://localhost:%d", ports->portal)},
        {"installation", "responder_url", arena_printf(arena, "http://localhost:%d", ports->responder)},
        {"installation", "is_demo", "yes"},
        {"installation", "simulator_port", arena_printf(arena, "%d", ports->simulator)},
        {"installation", "simulator_mail_port", arena_printf(arena, "%d", ports->mail)},
        {"web", "port", arena_printf(arena, "%d", ports->portal)},
        {"responder", "port", arena_printf(arena, "%d", ports->responder)},
        {"worker", "population_url", arena_printf(arena, "%s/Service/KPSPublic.asmx", simulator)},
        {"worker", "sms_url", arena_printf(arena, "%s/cgi-bin/sendsms", simulator)},
        {"worker", "smtp_url", arena_printf(arena, "smtp://localhost:%d", ports->mail)},
        {0},
    };
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (file == NULL) return err_set(ERR_BROKEN, "open_memstream: %s", strerror(errno));
    for (size_t i = 0; cli_tables[i] != NULL; i++) {
        config_write(file, cli_tables[i], values);
        fputc('\n', file);
    }
    fclose(file);
    struct bytes bytes = {(const uint8_t *)text, size};
    enum err error = file_write(path_in(arena, options->state, "divit.conf"), bytes, 0600);
    free(text);
    if (error != ERR_NONE) return error;
    return file_write(path_in(arena, options->state, "sms-password"), bytes_of_text("demo\n"), 0600);
}

/* What the ceremony made: the authorities and the first registry. */
struct first_rows {
    const struct ceremony_result *ceremony;
    struct bytes sealed_registry;
};

static enum err insert_ceremony(struct db_tx *tx, void *context)
{
    const struct first_rows *rows = context;
    const struct ceremony_result *ceremony = rows->ceremony;
    TRY(db_exec(tx, &sql_insert_ca_certificate,
                DB_WITH(DB_TEXT("name", "root"), DB_BYTES("der", ceremony->root_certificate)), NULL));
    TRY(db_exec(tx, &sql_insert_ca_certificate,
                DB_WITH(DB_TEXT("name", "issuing"), DB_BYTES("der", ceremony->issuing_certificate)), NULL));
    TRY(store_crl(tx, "root", 1, ceremony->crls_from_s, ceremony->crls_until_s, ceremony->root_crl));
    TRY(store_crl(tx, "people", 1, ceremony->crls_from_s, ceremony->crls_until_s, ceremony->people_crl));
    CLEANUP_ARENA struct arena *arena = arena_new();
    return db_exec(tx, &sql_insert_registry,
                   DB_WITH(DB_BYTES("digest", sha256(arena, ceremony->registry)),
                           DB_BYTES("sealed_text", rows->sealed_registry), DB_INT64("now_s", clock_now_s())),
                   NULL);
}

static enum err fill_database(struct arena *arena, const struct installation *installation, const struct demo *demo,
                              struct ceremony_result *ceremony, struct keeper *keeper,
                              const struct init_options *options)
{
    struct db *db;
    struct first_rows rows = {.ceremony = ceremony};
    TRY(seal_registry_text(keeper, arena, 1, ceremony->registry, &rows.sealed_registry));
    TRY(db_open(installation->database, 2, &db));
    enum err error = db_migrate(db);
    if (error == ERR_NONE) error = db_run(db, insert_ceremony, &rows);
    if (error == ERR_NONE) error = install_legal_texts(db);
    if (error == ERR_NONE) error = demo_fill(db, keeper, arena, installation, demo, options);
    db_close(db);
    return error;
}

enum err init_state(const struct init_options *options)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct ports ports;
    TRY(ports_choose(options->port, options->sim_port, &ports));
    TRY(begin_state(arena, options));
    TRY(write_configuration(arena, options, &ports));
    installation_know(cli_tables);
    struct installation installation;
    TRY(installation_load(arena, options->state, &installation));
    TRY(keeper_init(&installation));
    struct demo demo = demo_read(arena);
    struct ceremony ceremony = demo_ceremony(arena, &demo);
    struct ceremony_service services[] = {{.name = "keeper"}, {.name = CLI_STATION}};
    TRY(file_read(arena, installation_path(arena, &installation, "keeper/keeper.pub"), KEY_SIZE_MAX,
                  &services[0].public_key));
    TRY(station_make_key(arena, installation_path(arena, &installation, "station"), CLI_STATION,
                         &services[1].public_key));
    ceremony.services = services;
    ceremony.services_count = COUNT(services);
    struct ceremony_result certificates;
    TRY(ceremony_hold(arena, &installation, &ceremony, &certificates));
    struct keeper_child child;
    TRY(keeper_child_start(&installation, &child));
    enum err error = fill_database(arena, &installation, &demo, &certificates, child.keeper, options);
    keeper_child_end(&child);
    if (error != ERR_NONE) return error;
    const char *unfinished = path_in(arena, options->state, UNFINISHED);
    if (unlink(unfinished) != 0) return err_set(ERR_BROKEN, "%s: %s", unfinished, strerror(errno));
    return ERR_NONE;
}

/* -- divit init -- */

struct arguments {
    struct init_options options;
    bool is_if_missing;
};

static int parse_port(const char *text, struct argp_state *state)
{
    char *end = NULL;
    long port = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || port < 1 || port > 65534) argp_error(state, "'%s' is no port", text);
    return (int)port;
}

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 's': arguments->options.state = argument; return 0;
    case 'p': arguments->options.port = parse_port(argument, state); return 0;
    case 'q': arguments->options.sim_port = parse_port(argument, state); return 0;
    case 'd': arguments->options.database = argument; return 0;
    case 'i': arguments->is_if_missing = true; return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "Folder to make the installation in (./state)", 0},
    {"port", 'p', "PORT", 0, "The portal's port; the responder takes the next free one (8080)", 0},
    {"sim-port", 'q', "PORT", 0, "The simulator's port; its mail server takes the next free one (8090)", 0},
    {"database", 'd', "ADDRESS", 0, "An empty PostgreSQL database instead of SQLite in the folder", 0},
    {"if-missing", 'i', 0, 0, "Do nothing, and call it well, where there is an installation", 0},
    {0},
};
static const struct argp argp = {
    argp_options,
    take_option,
    "",
    "Makes a new installation for a demonstration: configuration, database, the keeper's and the authority's keys, and a "
    "ministry of two directorates with 200 people. DIR/demo.json says all one has to type.\v"
    "Examples:\n  divit init --state ./state\n"
    "  divit init --state /tmp/d --port 9000 --sim-port 9010 --database 'host=/run/postgresql dbname=divit'\n",
    NULL,
    NULL,
    NULL};

int init_main(int argc, char **argv)
{
    struct arguments arguments = {.options = {.state = "state", .port = 8080, .sim_port = 8090}};
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (arguments.is_if_missing && init_is_done(arguments.options.state)) return 0;
    log_open("init");
    enum err error = secret_init();
    if (error == ERR_NONE) error = init_state(&arguments.options);
    return cli_end("init", error, 0);
}
