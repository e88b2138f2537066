/* `divit evidence APPLICATION`: what was asked for before the certificate, what was given, what was checked (spec 10). */
#include "base/clock.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "cli/evidence_export.h"
#include "worker/gather_evidence.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_ENOUGH 2 /* exit code */

struct options {
    const char *state, *application, *folder;
};

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 's': options->state = argument; return 0;
    case 'e': options->folder = argument; return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) argp_usage(state);
        options->application = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->application == NULL) argp_usage(state);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "State folder of the installation (./state)", 0},
    {"export", 'e', "FOLDER", 0, "Write it all into a new folder, with verify.sh, which needs openssl alone", 0},
    {0},
};
static const struct argp argp = {
    argp_options,
    take_option,
    "APPLICATION",
    "Says for one application, by its barcode or its number: what the registry's rules asked for, what was given, by whose "
    "keys, and what counts by the signer's own check, as it was when the signer wrote its intent. The keeper must run.\v"
    "Examples:\n  divit evidence 0123456789abcde\n  divit evidence 0123456789abcde --export kanit && sh kanit/verify.sh\n\n"
    "Exit code 0: it is enough for a certificate; 2: it is not; 1: it could not be looked at.",
    NULL,
    NULL,
    NULL};

static const char *digest_of(struct arena *arena, struct bytes bytes)
{
    return hex_encode(arena, sha256(arena, bytes));
}

static const char *first_line(struct arena *arena, struct bytes text)
{
    const char *whole = bytes_to_text(arena, text);
    return whole == NULL ? "?" : arena_text_n(arena, whole, strcspn(whole, "\n"));
}

static const char *needs_text(struct arena *arena, unsigned needs)
{
    const char *text = "";
    for (unsigned need = 0; need < REGISTRY_NEED_COUNT; need++) {
        if (needs & NEED(need)) text = arena_printf(arena, "%s %s", text, registry_need_words[need]);
    }
    return text;
}

static void tell_asked(struct arena *arena, const struct explanation *explanation)
{
    const struct explained_registry *in_force = &explanation->registries[explanation->registries_count - 1];
    printf("\nAsked for, by registry %lld (SHA-256 %s):\n", (long long)in_force->number,
           digest_of(arena, in_force->text));
    for (size_t i = 0; i < explanation->rules_count; i++) {
        const struct explained_rule *rule = &explanation->rules[i];
        printf("  %s %s:%s: %s%s\n", rule->rule.door, rule->rule.way, needs_text(arena, rule->rule.needs),
               rule->missing == 0 ? "met" : "lacks", needs_text(arena, rule->missing));
    }
    printf("  always: production by a registered station: %s\n", explanation->has_production ? "met" : "lacks");
}

static void tell_proof(struct arena *arena, size_t number, const struct explained_proof *proof)
{
    static const char *const kinds[] = {[PROOF_CARD] = "card, SHA-256 of the certificate",
                                        [PROOF_PASSKEY] = "passkey, SHA-256 of the credential id",
                                        [PROOF_OWNER] = "keeper, SHA-256 of the key",
                                        [PROOF_STATION] = "station, SHA-256 of the key"};
    printf("  %zu. %s: %s\n", number, first_line(arena, proof->text),
           proof->refusal == NULL ? "counts" : "counts for nothing");
    if (proof->refusal != NULL) printf("     because: %s\n", proof->refusal);
    printf("     by %s, %s %s\n", proof->signer != NULL ? proof->signer : "?", kinds[proof->kind],
           proof->key_digest != NULL ? proof->key_digest : "?");
    if (proof->public_key.size > 0) printf("     public key %s\n", hex_encode(arena, proof->public_key));
    printf("     text SHA-256 %s\n     proof SHA-256 %s\n", digest_of(arena, proof->text),
           digest_of(arena, proof->proof));
}

static void tell_checked(struct arena *arena, const struct explanation *explanation)
{
    printf("\nChecked at %s: %s\n", time_to_iso(arena, explanation->at_s),
           explanation->refusal == NULL ? "it is enough" : explanation->refusal);
    if (explanation->serial == NULL) {
        printf("No certificate was begun for this attempt.\n");
        return;
    }
    printf("Certificate %s: %s; journal record %lld (intent, SHA-256 %s)\n", explanation->serial, explanation->status,
           (long long)explanation->record, digest_of(arena, explanation->intent));
    if (explanation->inclusion.head.number > 0)
        printf("  under the signer's head over record %lld\n", (long long)explanation->inclusion.head.number);
    else printf("  no head is signed over it yet: the signer signs one each second while it runs\n");
    if (explanation->certificate.size > 0) printf("  SHA-256 %s\n", digest_of(arena, explanation->certificate));
    for (size_t i = 0; i < explanation->activations_count; i++) {
        const struct journal_activation *activation = &explanation->activations[i];
        printf("  activated %s by %s, text SHA-256 %s, proof SHA-256 %s\n", time_to_iso(arena, activation->at_s),
               strcmp(activation->by, "owner") == 0 ? "the owner's code" : "the holder's card", activation->text,
               activation->proof);
    }
}

static void tell(struct arena *arena, const struct signer_evidence *evidence, const struct explanation *explanation)
{
    printf("Application %s, attempt %lld\n  D %s\n", evidence->application_uid, (long long)evidence->attempt,
           digest_of(arena, evidence->application_statement));
    printf("  request SHA-256 %s\n", digest_of(arena, evidence->certificate_request));
    if (explanation->public_key_digest != NULL) printf("  public key SHA-256 %s\n", explanation->public_key_digest);
    tell_asked(arena, explanation);
    printf("\nGiven:\n");
    for (size_t i = 0; i < explanation->proof_count; i++) tell_proof(arena, i + 1, &explanation->proofs[i]);
    tell_checked(arena, explanation);
}

/* What is kept beside the applicant's signature; no bytes: none. */
static enum err find_validation(struct db *db, struct arena *arena, const struct application *application,
                                struct bytes *ret_validation)
{
    const struct evidence *kept;
    size_t count;
    TRY(list_evidence(db, arena, application, &kept, &count));
    *ret_validation = (struct bytes){0};
    for (size_t i = 0; i < count; i++) {
        if (kept[i].kind == EVIDENCE_APPLICANT) *ret_validation = kept[i].validation;
    }
    return ERR_NONE;
}

static enum err gather(struct db *db, struct keeper *keeper, struct arena *arena, const char *name,
                       struct signer_evidence *ret_evidence, struct bytes *ret_validation)
{
    int64_t id;
    struct card_attempt attempt;
    CLEANUP_APPLICATION struct application application = {0};
    if (find_application_by_name(db, arena, name, &id) != ERR_NONE)
        return err_set(ERR_NOT_FOUND, "no application of this barcode or number");
    TRY(open_application(db, keeper, arena, id, &application));
    enum err error = find_card_attempt(db, arena, id, &attempt);
    if (error == ERR_NOT_FOUND)
        return err_set(ERR_STATE, "no card was begun for it, so nothing was asked of the signer");
    TRY(error);
    TRY(find_validation(db, arena, &application, ret_validation));
    return gather_evidence(db, keeper, arena, &application, &attempt, ret_evidence);
}

static enum err run(const struct options *options, const struct installation *installation, struct arena *arena,
                    int *ret_code)
{
    struct db *db;
    struct signer_evidence evidence;
    struct explanation explanation;
    struct bytes validation;
    TRY(secret_init());
    if (installation->is_demo) TRY(clock_use_offset(installation_path(arena, installation, "clock-offset")));
    TRY(db_open_read_only(installation->database, 1, &db));
    struct keeper *keeper = keeper_new(installation_path(arena, installation, "run/keeper.sock"));
    enum err error = gather(db, keeper, arena, options->application, &evidence, &validation);
    keeper_free(keeper);
    db_close(db);
    TRY(error);
    TRY(evidence_explain(arena, installation, &evidence, &explanation));
    tell(arena, &evidence, &explanation);
    if (validation.size > 0)
        printf("Kept beside the applicant's signature: chain and revocation evidence, SHA-256 %s\n",
               digest_of(arena, validation));
    if (options->folder != NULL) {
        TRY(evidence_export(arena, options->folder, &evidence, &explanation, validation));
        printf("\nWritten to %s; sh %s/verify.sh looks at it with openssl alone.\n", options->folder, options->folder);
    }
    *ret_code = explanation.refusal == NULL ? 0 : NOT_ENOUGH;
    return ERR_NONE;
}

int evidence_main(int argc, char **argv)
{
    struct options options = {.state = "state"};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct installation installation;
    cli_load(arena, options.state, &installation);
    int code = 0;
    enum err error = run(&options, &installation, arena, &code);
    return cli_end("evidence", error, code);
}
