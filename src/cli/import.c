/* `divit import staff|institutions FILE`: the registers of spec 08 from CSV files. */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/keeper_child.h"
#include "identity/identity.h"
#include "register/register.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

#define CSV_SIZE_MAX ((size_t)64 * 1024 * 1024)

struct options {
    const char *state;
    const char *kind;
    const char *file;
    const char *register_code;
    bool is_dry_run;
};

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 's': options->state = argument; return 0;
    case 'r': options->register_code = argument; return 0;
    case 'n': options->is_dry_run = true; return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 1) argp_usage(state);
        *(state->arg_num == 0 ? &options->kind : &options->file) = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->file == NULL) argp_usage(state);
        if (strcmp(options->kind, "staff") != 0 && strcmp(options->kind, "institutions") != 0)
            argp_error(state, "staff or institutions is expected, not '%s'", options->kind);
        if (options->is_dry_run && strcmp(options->kind, "staff") != 0) argp_error(state, "--dry-run is for staff");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "State folder of the installation (./state)", 0},
    {"register", 'r', "CODE", 0, "Which staff register (saglik)", 0},
    {"dry-run", 'n', 0, 0, "Say what would be done, and every bad row, and write nothing", 0},
    {0},
};
static const struct argp argp = {
    argp_options,
    take_option,
    "staff|institutions FILE",
    "Takes a staff register or institutions from a CSV file (UTF-8 or Windows-1254, ';' or ','; header by name). A bad "
    "row is refused with its line and reason, the others are taken.\v"
    "Staff columns: tckn, ad, soyad, dogum_yeri, dogum_tarihi, sicil_no, kurum_kodu, grup, ahb_kodu, birim, unvan, "
    "adres, il, ilce, posta_kodu, eposta, cep.\nInstitution columns: kod, ust_kod, ad, birim, adres, telefon, dahili, "
    "eposta; parents before children.\n\n"
    "Examples:\n  divit import institutions kurumlar.csv\n  divit import staff personel.csv --dry-run\n\n"
    "Exit code 0: every row was taken; 2: some were refused; 1: it was cut off; rows taken before that stay, so run it again.",
    NULL,
    NULL,
    NULL};

static enum err import_file(const struct options *options, const struct installation *installation,
                            struct keeper *keeper, struct arena *arena, struct import_report *ret_report)
{
    const struct actor actor = {ACTOR_SYSTEM, 0, "", "import"};
    struct bytes csv;
    TRY(file_read(arena, options->file, CSV_SIZE_MAX, &csv));
    struct db *db;
    TRY(db_open(installation->database, 2, &db));
    enum err error = keeper == NULL ? import_institutions(db, arena, &actor, csv, ret_report)
                                    : import_staff(db, keeper, arena, &actor, options->register_code, csv,
                                                   clock_now_s(), options->is_dry_run, ret_report);
    db_close(db);
    return error;
}

static enum err run_import(const struct options *options, const struct installation *installation, struct arena *arena,
                           struct import_report *ret_report)
{
    TRY(secret_init());
    if (installation->is_demo) TRY(clock_use_offset(installation_path(arena, installation, "clock-offset")));
    struct keeper_child child = {0};
    if (strcmp(options->kind, "staff") == 0) TRY(keeper_child_start(installation, &child));
    enum err error = import_file(options, installation, child.keeper, arena, ret_report);
    keeper_child_end(&child);
    return error;
}

int import_main(int argc, char **argv)
{
    struct options options = {.state = "state", .register_code = "saglik"};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct installation installation;
    cli_load(arena, options.state, &installation);
    log_open("import");
    struct import_report report = {0};
    enum err error = run_import(&options, &installation, arena, &report);
    if (error != ERR_NONE) return cli_end("import", error, 1);
    for (size_t i = 0; i < report.mistake_count; i++)
        printf("line %lld: %s%s%s\n", (long long)report.mistakes[i].line, report.mistakes[i].column,
               report.mistakes[i].column[0] != '\0' ? ": " : "", report.mistakes[i].reason);
    printf("%lld rows: %lld %s, %lld changed, %lld unchanged, %zu refused\n", (long long)report.rows,
           (long long)report.added, options.is_dry_run ? "to add" : "added", (long long)report.changed,
           (long long)report.unchanged, report.mistake_count);
    return report.mistake_count == 0 ? 0 : 2;
}
