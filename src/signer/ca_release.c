/* `divit ca release`: two administrators let further revocations and suspensions pass the signer's breaker for a time. */
#include "base/clock.h"
#include "base/file.h"
#include "signer/signer.h"
#include "statement/head_statement.h"
#include "statement/registry.h"

#include "ipc/signer_client.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#define HOURS_DEFAULT 4
#define SIGNATURE_SIZE_MAX (64 * 1024)
#define WORDS_MAX 3 /* FILE and two signatures */

static const char documentation[] =
    "The signer makes a number of revocations and suspensions an hour on the worker's word; more need two "
    "administrators of the registry. First the text is written, then each of them signs it with their card, then the "
    "running signer is handed text and signatures.\v"
    "Examples:\n"
    "  divit ca release --changes 500 --reason 'Kurum kapandı' --write izin.txt\n"
    "  eimza-cli sign izin.txt --output derya.p7m    (the other: okan.p7m)\n"
    "  divit ca release izin.txt derya.p7m okan.p7m";

struct release_options {
    int64_t changes, hours;
    const char *reason, *write;
    const char *words[WORDS_MAX];
    int words_count;
};

static const struct argp_option options[] = {
    {"changes", 'c', "N", 0, "How many may pass beside the usual number", 0},
    {"reason", 'r', "TEXT", 0, "Why, in one line; it stays in the signer's journal", 0},
    {"hours", 'h', "HOURS", 0, "For how long, 1 to 24 (4)", 0},
    {"write", 'w', "FILE", 0, "Write the text to be signed", 0},
    {0},
};

static int64_t number_of(const char *text, int64_t most, struct argp_state *state)
{
    char *end;
    long long number = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || number < 1 || number > most)
        argp_error(state, "a number from 1 to %lld, not %s", (long long)most, text);
    return number;
}

static error_t take(int key, char *argument, struct argp_state *state)
{
    struct release_options *taken = state->input;
    switch (key) {
    case 'c': taken->changes = number_of(argument, 1000000, state); return 0;
    case 'h': taken->hours = number_of(argument, 24, state); return 0;
    case 'r': taken->reason = argument; return 0;
    case 'w': taken->write = argument; return 0;
    case ARGP_KEY_ARG:
        if (taken->words_count == WORDS_MAX) argp_usage(state);
        taken->words[taken->words_count++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (taken->write != NULL ? taken->words_count != 0 || taken->changes == 0 || taken->reason == NULL
                                 : taken->words_count != WORDS_MAX)
            argp_usage(state);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static enum err write_text(struct signer *signer, struct arena *arena, const struct release_options *taken)
{
    struct bytes registry_text, signature, text;
    struct registry registry;
    int64_t now_s = clock_now_s();
    TRY(signer_registry(signer, arena, &registry_text, &signature));
    TRY(registry_read(arena, registry_text, &registry));
    const struct release_statement statement = {taken->changes, taken->reason, registry.number, now_s,
                                                now_s + taken->hours * 3600};
    TRY(release_statement_write(arena, &statement, &text));
    return file_write(taken->write, text, 0600);
}

static enum err hand_in(struct signer *signer, struct arena *arena, const struct release_options *taken)
{
    struct bytes text;
    struct signer_proof proofs[WORDS_MAX - 1] = {{.kind = PROOF_CARD}, {.kind = PROOF_CARD}};
    TRY(file_read(arena, taken->words[0], STATEMENT_SIZE_MAX, &text));
    for (int i = 0; i < WORDS_MAX - 1; i++)
        TRY(file_read(arena, taken->words[i + 1], SIGNATURE_SIZE_MAX, &proofs[i].proof));
    return signer_release(signer, text, proofs, WORDS_MAX - 1);
}

static enum err release(struct arena *arena, const struct installation *installation,
                        const struct release_options *taken)
{
    if (installation->is_demo) TRY(clock_use_offset(installation_path(arena, installation, "clock-offset")));
    struct signer *signer = signer_new(installation_path(arena, installation, "run/signer.sock"));
    enum err error = taken->write != NULL ? write_text(signer, arena, taken) : hand_in(signer, arena, taken);
    signer_free(signer);
    return error;
}

int ca_release_main(const struct installation *installation, int argc, char **argv)
{
    const struct argp parser = {options, take, "FILE SIGNATURE SIGNATURE", documentation, NULL, NULL, NULL};
    struct release_options taken = {.hours = HOURS_DEFAULT};
    static char name[] = "divit ca release";
    argv[0] = name;
    argp_parse(&parser, argc, argv, 0, NULL, &taken);
    CLEANUP_ARENA struct arena *arena = arena_new();
    enum err error = release(arena, installation, &taken);
    if (error != ERR_NONE) {
        fprintf(stderr, "divit ca release: %s (%s)\n", err_detail(), err_meaning(error));
        return 1;
    }
    printf(taken.write != NULL ? "Two administrators sign %s now\n" : "%s is taken: that many more may pass\n",
           taken.write != NULL ? taken.write : taken.words[0]);
    return 0;
}
