/* `divit card produce`: the production station with cards in its readers (spec 06). */
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "production/production.h"
#include "token/token.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS ((int64_t)60 * 1000) /* for one certificate */
#define POLL_MS 50
#define CERTIFICATE_SIZE_MAX ((size_t)16 * 1024)

struct options {
    const char *state;
    int64_t limit;
    bool is_produce;
};

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 's': options->state = argument; return 0;
    case 'n': options->limit = strtoll(argument, NULL, 10); return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num != 0 || strcmp(argument, "produce") != 0) argp_usage(state);
        options->is_produce = true;
        return 0;
    case ARGP_KEY_END:
        if (!options->is_produce) argp_usage(state);
        if (options->limit < 1 || options->limit > 500) argp_error(state, "--limit is 1 to 500");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "State folder of the installation (./state)", 0},
    {"limit", 'n', "N", 0, "At most N cards, 1 to 500 (500)", 0},
    {0},
};
static const struct argp argp = {
    argp_options,
    take_option,
    "produce",
    "Makes the cards of approved applications: the key on the card, the certificate from the signer, written, read back "
    "and tested. What was begun and not finished is gone on with. Cards are SoftHSM tokens in STATE/cards.\v"
    "Examples:\n  divit card produce\n  divit card produce --state /var/lib/divit --limit 20\n\n"
    "What the signer refuses for good goes back to its officer, who finds it in the inbox with the reason; its card is set "
    "aside. Where the card's owner has locked certificates in the own name, the card is kept and waits. When the signer does not answer, run this again.\n\n"
    "Exit code 0: every card is ready; 1: some are not, each with its reason.",
    NULL,
    NULL,
    NULL};

struct station {
    struct db *db;
    struct keeper *keeper;
    struct card_station cards;
};

static const struct actor card_actor = {ACTOR_SYSTEM, 0, "", "card"};

/* Until the card is ready, refused, or the signer's answer does not come. */
static enum err make_card(const struct station *station, struct arena *arena, int64_t application_id,
                          struct production_result *ret_result)
{
    int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
    for (bool is_asked = false;; is_asked = true) {
        struct production_result result;
        TRY(produce_card(station->db, station->keeper, &station->cards, arena, &card_actor, application_id, &result));
        if (result.step != PRODUCTION_WAITS || clock_monotonic_ms() > deadline_ms) {
            *ret_result = result;
            return ERR_NONE;
        }
        if (!is_asked) TRY(ask_again_for_certificate(station->db, &result.attempt));
        clock_pause_ms(POLL_MS);
    }
}

/* Says how it went; true when the card is ready. */
static bool report(size_t number, size_t count, enum err error, const struct production_result *result)
{
    printf("%zu/%zu ", number, count);
    if (error != ERR_NONE) {
        printf("not made: %s (%s)\n", err_meaning(error), err_detail());
        return false;
    }
    const struct card_attempt *attempt = &result->attempt;
    if (result->step == PRODUCTION_DONE) {
        printf("card %s ready, certificate %s (suspended until its holder activates it)\n", attempt->card_serial,
               result->serial);
        return true;
    }
    if (result->step == PRODUCTION_LOCKED)
        printf(
            "card %s waits: its owner has locked certificates in the own name; 72 hours after the owner has unlocked "
            "that in the online services, run this again\n",
            attempt->card_serial);
    else if (result->step == PRODUCTION_REFUSED)
        printf("card %s refused by the signer: %s; the application is back with its officer\n", attempt->card_serial,
               attempt->why);
    else printf("card %s: the certificate has not come yet; run this again to go on\n", attempt->card_serial);
    return false;
}

static enum err produce_all(const struct station *station, int64_t limit, bool *ret_is_complete)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const int64_t *ids;
    size_t count, ready = 0, aside;
    TRY(list_to_produce(station->db, arena, limit, &ids, &count));
    if (count == 0) printf("no approved application waits for a card\n");
    for (size_t i = 0; i < count; i++) {
        CLEANUP_ARENA struct arena *card_arena = arena_new();
        struct production_result result = {0};
        enum err error = make_card(station, card_arena, ids[i], &result);
        ready += report(i + 1, count, error, &result) ? 1 : 0;
        fflush(stdout);
    }
    TRY(set_aside_cards(station->db, &station->cards, arena, &card_actor, &aside));
    if (aside) printf("%zu refused cards set aside: their PINs are forgotten, take new ones\n", aside);
    if (count) printf("%zu of %zu cards ready\n", ready, count);
    *ret_is_complete = ready == count;
    return ERR_NONE;
}

static enum err run_station(const struct options *options, bool *ret_is_complete)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct installation installation;
    cli_load(arena, options->state, &installation);
    if (installation.is_demo) TRY(clock_use_offset(installation_path(arena, &installation, "clock-offset")));
    struct station station = {
        .cards = {.folder = installation_path(arena, &installation, "cards"), .name = CLI_STATION}};
    TRY(station_open_key(arena, installation_path(arena, &installation, "station"), CLI_STATION, &station.cards.key));
    TRY(file_read(arena, installation_path(arena, &installation, "signer/root.cer"), CERTIFICATE_SIZE_MAX,
                  &station.cards.root));
    TRY(token_softhsm_use(station.cards.folder));
    TRY(token_module_open(TOKEN_SOFTHSM_MODULE, &station.cards.module));
    station.keeper = keeper_new(installation_path(arena, &installation, "run/keeper.sock"));
    enum err error = db_open(installation.database, 1, &station.db);
    if (error == ERR_NONE) error = produce_all(&station, options->limit, ret_is_complete);
    db_close(station.db);
    keeper_free(station.keeper);
    token_module_close(station.cards.module);
    memory_key_free(station.cards.key);
    return error;
}

int card_main(int argc, char **argv)
{
    struct options options = {.state = "state", .limit = 500};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    bool is_complete = false;
    enum err error = secret_init();
    if (error == ERR_NONE) error = run_station(&options, &is_complete);
    if (error != ERR_NONE) fprintf(stderr, "divit card: %s (%s)\n", err_meaning(error), err_detail());
    return error == ERR_NONE && is_complete ? 0 : 1;
}
