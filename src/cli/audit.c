/* `divit audit`: the signer's journal, the signed status and the audit tree, looked at anew; and the proof of one record. */
#include "audit/audit.h"
#include "base/clock.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "responder/verify.h"
#include "signer/verify.h"
#include "statement/status_statement.h"

#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOUND 2 /* exit code */
#define LATE_S 60 /* what the signer said so long ago, the database has */

struct options {
    const char *state;
    const char *act; /* verify, prove */
    int64_t record_id;
    bool is_json;
};

static error_t take_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    char *end;
    switch (key) {
    case 's': options->state = argument; return 0;
    case 'j': options->is_json = true; return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num == 0) {
            options->act = argument;
            return 0;
        }
        options->record_id = strtoll(argument, &end, 10);
        if (state->arg_num > 1 || *end != '\0' || options->record_id < 1) argp_usage(state);
        return 0;
    case ARGP_KEY_END:
        if (options->act == NULL) {
            argp_usage(state); /* does not come back */
            return ARGP_ERR_UNKNOWN;
        }
        if (strcmp(options->act, options->record_id == 0 ? "verify" : "prove") != 0) argp_usage(state);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"state", 's', "DIR", 0, "State folder of the installation (./state)", 0},
    {"json", 'j', 0, 0, "Say it for a program", 0},
    {0},
};
static const struct argp argp = {
    argp_options,
    take_option,
    "verify\nprove RECORD",
    "verify: reads the signer's journal (chain, heads, anchor), the status it signed (statements, and the rows that "
    "follow), and the audit trail (every record, its tree, the signed heads), and says what is not as it was. Divit may "
    "run meanwhile. prove: what shows that one audit record stands under a head the signer signed; docs/trust.md says "
    "how a stranger checks it.\v"
    "Examples:\n  divit audit verify\n  divit audit verify --state /var/lib/divit --json\n  divit audit prove 1234\n\n"
    "Exit code 0: all is as it was signed; 2: something is not; 1: it could not be looked at.",
    NULL,
    NULL,
    NULL};

struct report {
    struct findings journal, status, tree;
    struct signer_summary signer;
    struct status_summary said;
    struct tree_summary trail;
};

/* -- what the database must have of what the journal has -- */

static enum err compare_newest(struct arena *arena, struct report *report)
{
    const struct signer_summary *signer = &report->signer;
    struct status_statement newest;
    if (report->said.statements >= (int64_t)signer->statements_count) return ERR_NONE;
    TRY(status_statement_read(arena, signer->statements[signer->statements_count - 1].said.text, &newest));
    if (report->status.count == 0 && clock_now_s() - newest.made_s > LATE_S)
        findings_add(
            &report->status,
            "the database has statements up to %lld, the signer said %zu: they were removed, or nobody fetches them",
            (long long)report->said.statements, signer->statements_count);
    return ERR_NONE;
}

/* Heads are kept after they are signed: the newest may be missing for a moment, and until the next one. */
static enum err compare_trees(struct db *db, struct arena *arena, struct report *report)
{
    const struct signer_summary *signer = &report->signer;
    const struct tree_head *heads;
    size_t count, at = 0;
    TRY(list_heads(db, arena, &heads, &count));
    for (size_t i = 0; i < signer->trees_count; i++) {
        const struct signer_word *word = &signer->trees[i];
        while (at < count && heads[at].size < word->number) at++;
        bool is_there = at < count && heads[at].size == word->number && bytes_equal(heads[at].text, word->said.text);
        if (!is_there && i + 1 < signer->trees_count)
            findings_add(&report->tree, "the signed head over %lld records was removed, or changed",
                         (long long)word->number);
        if (!is_there && i + 1 == signer->trees_count && report->trail.size < word->number)
            findings_add(
                &report->tree,
                "the signer signed a head over %lld records, and the tree has %lld: the last ones were removed",
                (long long)word->number, (long long)report->trail.size);
    }
    return ERR_NONE;
}

static enum err look(struct arena *arena, const struct installation *installation, struct db *db, struct report *report)
{
    struct signer_summary *signer = &report->signer;
    TRY(signer_verify(arena, installation, &report->journal, signer));
    struct status_text *texts = NEW_ARRAY(arena, struct status_text, signer->statements_count + 1);
    for (size_t i = 0; i < signer->statements_count; i++)
        texts[i] = (struct status_text){signer->statements[i].number, signer->statements[i].said.text,
                                        signer->statements[i].said.signature};
    TRY(status_verify(db, signer->public_key, texts, signer->statements_count, &report->status, &report->said));
    TRY(verify_tree(db, signer->public_key, &report->tree, &report->trail));
    TRY(compare_newest(arena, report));
    return compare_trees(db, arena, report);
}

/* -- telling -- */

static json_t *json_findings(const struct findings *findings)
{
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count && i < FINDINGS_KEPT; i++)
        json_array_append_new(list, json_string(findings->texts[i]));
    return list;
}

static void tell_json(const struct report *report)
{
    bool is_well = report->journal.count + report->status.count + report->tree.count == 0;
    json_t *json = json_pack(
        "{s:b, s:{s:I, s:I, s:I, s:I, s:o}, s:{s:I, s:I, s:I, s:o}, s:{s:I, s:I, s:I, s:I, s:I, s:o}}", "well", is_well,
        "journal", "records", (json_int_t)report->signer.records, "heads", (json_int_t)report->signer.heads,
        "anchored_record", (json_int_t)report->signer.anchored, "found", (json_int_t)report->journal.count, "findings",
        json_findings(&report->journal), "status", "statements", (json_int_t)report->said.statements, "certificates",
        (json_int_t)report->said.certificates, "found", (json_int_t)report->status.count, "findings",
        json_findings(&report->status), "tree", "records", (json_int_t)report->trail.size, "heads",
        (json_int_t)report->trail.heads, "newest_head_records", (json_int_t)report->trail.newest_head_size,
        "not_in_tree_yet", (json_int_t)report->trail.outside, "found", (json_int_t)report->tree.count, "findings",
        json_findings(&report->tree));
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
}

static void tell_findings(const char *name, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count && i < FINDINGS_KEPT; i++) printf("  %s: %s\n", name, findings->texts[i]);
    if (findings->count > FINDINGS_KEPT) printf("  %s: and %zu more\n", name, findings->count - FINDINGS_KEPT);
}

static void tell(const struct report *report)
{
    printf("journal: %lld records, %lld signed heads, anchored at record %lld: %zu found\n",
           (long long)report->signer.records, (long long)report->signer.heads, (long long)report->signer.anchored,
           report->journal.count);
    tell_findings("journal", &report->journal);
    printf("status:  %lld signed statements, %lld certificates: %zu found\n", (long long)report->said.statements,
           (long long)report->said.certificates, report->status.count);
    tell_findings("status", &report->status);
    printf("trail:   %lld records in the tree, %lld signed heads, the newest over %lld records, %lld records not in it "
           "yet: %zu found\n",
           (long long)report->trail.size, (long long)report->trail.heads, (long long)report->trail.newest_head_size,
           (long long)report->trail.outside, report->tree.count);
    tell_findings("trail", &report->tree);
    size_t found = report->journal.count + report->status.count + report->tree.count;
    printf(found == 0 ? "All is as it was signed.\n" : "%zu things are not as they were signed.\n", found);
}

static enum err verify(struct arena *arena, const struct installation *installation, struct db *db, bool is_json,
                       int *ret_code)
{
    struct report report = {{.arena = arena}, {.arena = arena}, {.arena = arena}, {0}, {0}, {0}};
    TRY(look(arena, installation, db, &report));
    if (is_json) tell_json(&report);
    else tell(&report);
    *ret_code = report.journal.count + report.status.count + report.tree.count == 0 ? 0 : FOUND;
    return ERR_NONE;
}

/* Always JSON: it is for a program that checks. */
static enum err prove(struct arena *arena, struct db *db, int64_t record_id)
{
    struct record_proof proof;
    TRY(prove_record(db, arena, record_id, &proof));
    json_t *path = json_array();
    for (size_t at = 0; at + SHA256_SIZE <= proof.path.size; at += SHA256_SIZE)
        json_array_append_new(path, json_string(hex_encode(arena, (struct bytes){proof.path.data + at, SHA256_SIZE})));
    json_t *json =
        json_pack("{s:I, s:s, s:I, s:o, s:s, s:s}", "record", (json_int_t)record_id, "entry",
                  hex_encode(arena, proof.entry), "position", (json_int_t)proof.position, "path", path, "head",
                  bytes_to_text(arena, proof.head.text), "signature", base64_encode(arena, proof.head.signature));
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
    return ERR_NONE;
}

static enum err run(const struct options *options, const struct installation *installation, struct arena *arena,
                    int *ret_code)
{
    struct db *db;
    TRY(secret_init());
    if (installation->is_demo) TRY(clock_use_offset(installation_path(arena, installation, "clock-offset")));
    TRY(db_open_read_only(installation->database, 1, &db));
    enum err error = options->record_id > 0 ? prove(arena, db, options->record_id)
                                            : verify(arena, installation, db, options->is_json, ret_code);
    db_close(db);
    return error;
}

int audit_main(int argc, char **argv)
{
    struct options options = {.state = "state"};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct installation installation;
    cli_load(arena, options.state, &installation);
    int code = 0;
    enum err error = run(&options, &installation, arena, &code);
    return cli_end("audit", error, code);
}
