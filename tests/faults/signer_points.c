/*
 * `divit signer`, killed at every write, sync and send of what it does for one application: issue, issue again, replace
 * by a second attempt, activate, suspend, lift, revoke, CRL, the responder's certificate, statements, tree heads; and for
 * a person who locks and unlocks: the owner's lock, and what is refused under it.
 * After each kill it is started again and asked the same; at the end of a round its journal must be as if nothing had
 * happened, and nothing that was acknowledged may be gone.
 *
 * signer_points DIVIT [--done FILE] [--seconds N] [--seed N] [--point "CALL N CALL2 N2"]
 */
#include "fixture_signer.h"
#include "options.h"
#include "pki/merkle.h"
#include "statement/lock_statement.h"
#include "statement/status_statement.h"
#include "victim.h"

#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#define ROUNDS_AN_INSTALLATION 150 /* the journal is read whole at each start */
#define TREE_MAX 256

static struct victim victim;

/* What outlives a round: what was said in the installation before. */
static int64_t statements_read, crl_number, tree_size, locks_told;
static const char *last_statement; /* digest; in lasting memory */
static uint8_t leaves[TREE_MAX][SHA256_SIZE];

struct round {
    struct signer *signer;
    struct signer_evidence first, second; /* attempts */
    struct bytes first_certificate, second_certificate, ocsp_certificate, crl;
    const char *first_serial, *second_serial; /* hexadecimal */
    enum signer_status wanted;
    bool is_said_first, is_said_second; /* by a statement, and as what */
    struct status_statement_line said_first, said_second;
    struct signer_evidence owners; /* for who locks, approved by somebody else */
    struct bytes lock, unlocking; /* `lock 1` */
    struct signer_proof unlocking_proof;
    int64_t locked_s, unlocked_s, unlock_ends_s; /* as acknowledged */
};

/* -- steps: each is asked until it is answered -- */

static enum err issue_first(struct round *round)
{
    return signer_issue(round->signer, arena, &round->first, &round->first_certificate);
}

static enum err issue_second(struct round *round)
{
    return signer_issue(round->signer, arena, &round->second, &round->second_certificate);
}

static enum err issue_second_again(struct round *round)
{
    struct bytes again;
    TRY(signer_issue(round->signer, arena, &round->second, &again));
    if (!bytes_equal(again, round->second_certificate)) violation(&victim, "another certificate for the same attempt");
    return ERR_NONE;
}

static enum err change_status(struct round *round, enum signer_status status)
{
    int64_t since_s;
    const struct signer_proof *proof = status == SIGNER_ACTIVE ? activation(round->second_serial, clock_now_s()) : NULL;
    int64_t reason = status == SIGNER_REVOKED ? 1 : 0;
    TRY(signer_set_status(round->signer, round->second_serial, status, reason, proof, &since_s));
    round->wanted = status;
    return ERR_NONE;
}

static enum err activate(struct round *round)
{
    return change_status(round, SIGNER_ACTIVE);
}

static enum err suspend(struct round *round)
{
    return change_status(round, SIGNER_SUSPENDED);
}

static enum err revoke_it(struct round *round)
{
    return change_status(round, SIGNER_REVOKED);
}

static enum err take_statement(struct round *round, const struct signer_statement *one)
{
    struct status_statement statement;
    TRY(status_statement_read(arena, one->text, &statement));
    if (statement.number != statements_read + 1)
        violation(&victim, "statement %lld after %lld", (long long)statement.number, (long long)statements_read);
    bool is_first = last_statement == NULL;
    if (is_first ? statement.previous != NULL : strcmp(statement.previous, last_statement) != 0)
        violation(&victim, "statement %lld does not follow", (long long)statement.number);
    for (size_t i = 0; i < statement.line_count; i++) {
        if (strcmp(statement.lines[i].serial, round->first_serial) == 0) {
            round->said_first = statement.lines[i];
            round->is_said_first = true;
        } else if (round->second_serial != NULL && strcmp(statement.lines[i].serial, round->second_serial) == 0) {
            round->said_second = statement.lines[i];
            round->is_said_second = true;
        }
    }
    statements_read = statement.number;
    free((void *)(uintptr_t)last_statement);
    last_statement = memory_text(hex_encode(arena, sha256(arena, one->text)));
    return ERR_NONE;
}

static enum err read_statements(struct round *round)
{
    const struct signer_statement *statements;
    size_t count;
    TRY(signer_statements(round->signer, arena, statements_read, &statements, &count));
    for (size_t i = 0; i < count; i++) TRY(take_statement(round, &statements[i]));
    return ERR_NONE;
}

static enum err fetch_crl(struct round *round)
{
    int64_t number, this_s, next_s;
    TRY(signer_crl(round->signer, arena, &round->crl, &number, &this_s, &next_s));
    if (number <= crl_number)
        violation(&victim, "CRL number %lld after %lld", (long long)number, (long long)crl_number);
    crl_number = number;
    return ERR_NONE;
}

static enum err certify_responder(struct round *round)
{
    struct memory_key *key;
    struct bytes request;
    TRY(memory_key_new(&key));
    struct external_signer signer = memory_key_signer(key);
    struct name subject = {.common_name = "responder"};
    enum err error = request_build(arena, &subject, memory_key_public(key), &signer, &request);
    if (error == ERR_NONE) error = signer_ocsp_certificate(round->signer, arena, request, &round->ocsp_certificate);
    memory_key_free(key);
    return error;
}

static enum err tree_node(void *context, struct arena *into, int level, int64_t position, struct bytes *ret_hash)
{
    if (level == 0) {
        *ret_hash = (struct bytes){leaves[position], SHA256_SIZE};
        return ERR_NONE;
    }
    struct bytes left, right;
    TRY(tree_node(context, into, level - 1, 2 * position, &left));
    TRY(tree_node(context, into, level - 1, 2 * position + 1, &right));
    *ret_hash = merkle_parent(into, left, right);
    return ERR_NONE;
}

static enum err grow_tree(struct round *round)
{
    static const struct merkle_store store = {tree_node, NULL};
    struct bytes root, proof = {0};
    struct signer_statement head;
    if (tree_size == TREE_MAX) return ERR_NONE;
    TRY(merkle_root(&store, arena, tree_size + 1, &root));
    if (tree_size > 0) TRY(merkle_consistency(&store, arena, tree_size, tree_size + 1, &proof));
    TRY(signer_tree_head(round->signer, arena, tree_size + 1, root, proof, &head));
    tree_size++;
    return ERR_NONE;
}

static enum err know_tree(struct round *round)
{
    int64_t size;
    struct signer_statement head;
    CLEANUP_ARENA struct arena *own = arena_new();
    TRY(signer_newest_tree(round->signer, own, &size, &head));
    if (size < tree_size) violation(&victim, "tree of %lld after %lld", (long long)size, (long long)tree_size);
    return ERR_NONE;
}

static enum err lock(struct round *round)
{
    int64_t ends_s;
    TRY(signer_lock(round->signer, round->lock, NULL, &round->locked_s, &ends_s));
    if (ends_s != 0) violation(&victim, "a lock that ends by itself");
    return ERR_NONE;
}

static enum err lock_again(struct round *round)
{
    int64_t since_s, ends_s;
    TRY(signer_lock(round->signer, round->lock, NULL, &since_s, &ends_s));
    if (since_s != round->locked_s || ends_s != 0) violation(&victim, "another lock for the same text");
    return ERR_NONE;
}

static enum err unlock(struct round *round)
{
    return signer_lock(round->signer, round->unlocking, &round->unlocking_proof, &round->unlocked_s,
                       &round->unlock_ends_s);
}

static enum err unlock_again(struct round *round)
{
    int64_t since_s, ends_s;
    TRY(signer_lock(round->signer, round->unlocking, &round->unlocking_proof, &since_s, &ends_s));
    if (since_s != round->unlocked_s || ends_s != round->unlock_ends_s)
        violation(&victim, "another unlocking for the same text");
    return ERR_NONE;
}

/* From the lock on, and for 72 hours after its end: each round has both. */
static enum err be_refused_as_locked(struct round *round)
{
    struct bytes certificate;
    enum err error = signer_issue(round->signer, arena, &round->owners, &certificate);
    if (error == ERR_FORBIDDEN && strcmp(err_detail(), SIGNER_LOCKED) == 0) return ERR_NONE;
    if (error == ERR_NONE) violation(&victim, "a certificate for who has locked");
    return error;
}

static const char *serial_of(struct bytes der)
{
    struct certificate certificate;
    if (certificate_parse(arena, der, &certificate) != ERR_NONE)
        violation(&victim, "a certificate that does not parse");
    return certificate.serial;
}

static void take(struct round *round, const char *name, enum err (*step)(struct round *round))
{
    for (int tries = 0; tries < VICTIM_TRIES_MAX; tries++) {
        enum err error = step(round);
        if (error == ERR_NONE) return;
        const char *detail = arena_text(arena, err_detail());
        if (error != ERR_UNAVAILABLE || !victim_was_killed(&victim))
            violation(&victim, "%s: %s: %s", name, err_name(error), detail);
    }
    violation(&victim, "%s: not answered after %d tries", name, VICTIM_TRIES_MAX);
}
#define TAKE(step) take(&round, #step, step)

/* -- what must hold -- */

static int64_t count_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) violation(&victim, "%s", sqlite3_errmsg(db));
    int64_t count = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return count;
}

static void check_counts(const struct round *round)
{
    sqlite3 *db;
    const char *path = installation_path(arena, &installation, "signer/signer.db");
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) violation(&victim, "signer.db");
    const char *uid = round->first.application_uid;
    struct {
        const char *what, *sql;
        int64_t wanted;
    } counts[] = {
        {"certificates of the application", "SELECT count(*) FROM certificate WHERE application_uid = '%s'", 2},
        {"living certificates of the application",
         "SELECT count(*) FROM certificate WHERE application_uid = '%s' AND status < 3",
         round->wanted == SIGNER_REVOKED ? 0 : 1},
        {"intents without an end", "SELECT count(*) FROM certificate WHERE certificate IS NULL AND status <> 4", 0},
        {"serials intended twice",
         "SELECT count(*) FROM (SELECT subject FROM record WHERE kind IN ('intent', 'ocsp') GROUP BY subject "
         "HAVING count(*) > 1)",
         0},
        {"serials issued twice",
         "SELECT count(*) FROM (SELECT subject FROM record WHERE kind = 'issued' GROUP BY subject HAVING count(*) > 1)",
         0},
        {"locks and unlockings", "SELECT count(*) FROM record WHERE kind = 'lock'", locks_told},
        {"CRL numbers used twice",
         "SELECT count(*) FROM (SELECT subject FROM record WHERE kind = 'crl' GROUP BY subject HAVING count(*) > 1)",
         0},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char *sql = sqlite3_mprintf(counts[i].sql, uid);
        int64_t count = count_of(db, sql);
        sqlite3_free(sql);
        if (count != counts[i].wanted)
            violation(&victim, "%lld %s, not %lld", (long long)count, counts[i].what, (long long)counts[i].wanted);
    }
    sqlite3_close(db);
}

static void check_said(const struct round *round)
{
    static const enum status_word words[] = {STATUS_ACTIVE, STATUS_SUSPENDED, STATUS_REVOKED};
    if (!round->is_said_first || round->said_first.status != STATUS_REVOKED)
        violation(&victim, "the replaced certificate %s is not said to be revoked", round->first_serial);
    if (!round->is_said_second || round->said_second.status != words[round->wanted])
        violation(&victim, "the status of %s is not the one that was acknowledged", round->second_serial);
    struct bytes serial;
    if (hex_decode(arena, round->first_serial, &serial) != ERR_NONE) violation(&victim, "serial");
    if (memmem(round->crl.data, round->crl.size, serial.data, serial.size) == NULL)
        violation(&victim, "the CRL does not list %s", round->first_serial);
}

static void check_chain(void)
{
    struct journal *journal;
    enum err error = journal_open_read_only(installation_path(arena, &installation, "signer/signer.db"), &journal);
    if (error != ERR_NONE) violation(&victim, "%s", err_detail());
    journal_close(journal);
}

/* -- rounds -- */

static struct signer_evidence evidence_for(const char *uid, struct memory_key *key, int64_t attempt, const char *salt)
{
    struct story story = good_story(uid, key);
    story.application.salt = salt;
    story.attempt = attempt;
    return evidence_of(&story);
}

static struct bytes lock_text(const char *lock_uid, enum lock_statement_wish wish)
{
    struct bytes text;
    const struct lock_statement statement = {lock_uid, people[0].identity_number, lock_wish_words[wish],
                                             "http://localhost:8080", now_s};
    OK(lock_statement_write(arena, &statement, &text));
    return text;
}

/* Ayşe, whose card the ceremony made, locks with a number of the round's own: that voids the unlocking before. */
static void prepare_lock(struct round *round, struct memory_key *key)
{
    const char *lock_uid = random_hex(arena, 16);
    struct story story = good_story(random_hex(arena, 16), key);
    story.application.identity_number = people[0].identity_number;
    story.officer = "zeynep";
    round->owners = evidence_of(&story);
    round->lock = lock_text(lock_uid, LOCK_ISSUANCE);
    round->unlocking = lock_text(lock_uid, UNLOCK_ISSUANCE);
    round->unlocking_proof =
        (struct signer_proof){.kind = PROOF_CARD, .proof = sign_as(people[0].token_label, round->unlocking, now_s)};
    locks_told += 2;
}

static int run_round(const struct point *point)
{
    static int rounds;
    struct round round = {0};
    struct memory_key *keys[3];
    now_s = clock_now_s();
    for (size_t i = 0; i < 3; i++)
        if (memory_key_new(&keys[i]) != ERR_NONE) violation(&victim, "keys");
    const char *uid = random_hex(arena, 16), *salt = random_hex(arena, 16);
    round.first = evidence_for(uid, keys[0], 1, salt);
    round.second = evidence_for(uid, keys[1], 2, salt);
    prepare_lock(&round, keys[2]);
    victim_begin(&victim, point);
    be(IPC_WORKER);
    round.signer = signer_new(installation_path(arena, &installation, "run/signer.sock"));
    TAKE(know_tree);
    TAKE(issue_first);
    round.first_serial = serial_of(round.first_certificate);
    TAKE(read_statements);
    TAKE(issue_second);
    TAKE(issue_second_again);
    round.second_serial = serial_of(round.second_certificate);
    TAKE(activate);
    TAKE(read_statements);
    TAKE(suspend);
    TAKE(certify_responder);
    TAKE(activate);
    TAKE(grow_tree);
    TAKE(lock);
    TAKE(lock_again);
    TAKE(be_refused_as_locked);
    TAKE(unlock);
    TAKE(unlock_again);
    TAKE(be_refused_as_locked);
    if (rounds++ % 2 == 0) TAKE(revoke_it);
    TAKE(fetch_crl);
    TAKE(read_statements);
    TAKE(issue_second_again);
    signer_free(round.signer);
    check_counts(&round);
    check_said(&round);
    victim_end(&victim);
    for (size_t i = 0; i < 3; i++) memory_key_free(keys[i]);
    return victim.kills;
}

static void shell(const char *command)
{
    if (system(command) != 0) violation(&victim, "%s", command);
}

static void begin_anew(void)
{
    shell(arena_printf(arena, "rm -rf %s && cp -a %s.made %s", folder, folder, folder));
    statements_read = crl_number = tree_size = locks_told = 0;
    free((void *)(uintptr_t)last_statement);
    last_statement = NULL;
}

int main(int argc, char **argv)
{
    const struct options options = options_read(argc, argv);
    if (hold_ceremony(NULL) != 0) return 1;
    const uint8_t offset[8] = {0};
    random_fill(leaves, sizeof leaves);
    const char *breaker = "[signer]\nchanges_per_hour = 100000\n";
    const char *conf = installation_path(arena, &installation, "divit.conf");
    struct bytes text;
    OK(file_write(installation_path(arena, &installation, "clock-offset"), BYTES(offset), 0600));
    OK(file_read(arena, conf, 10000, &text));
    OK(file_write(conf, bytes_of_text(arena_printf(arena, "%s%s", bytes_to_text(arena, text), breaker)), 0600));
    shell(arena_printf(arena, "cp -a %s %s.made", folder, folder));
    victim = (struct victim){.divit = options.divit, .name = "signer", .state = folder, .peers_fd = -1};
    struct points *points = points_open(options.done, options.seed);
    struct arena *lasting = arena;
    size_t before = points_count(points);
    for (int rounds = 0; !options_are_over(&options, points, rounds); rounds++) {
        arena = arena_new();
        struct point point = options_point(&options, points);
        int kills = run_round(&point);
        points_done(points, &point, kills);
        if ((rounds + 1) % ROUNDS_AN_INSTALLATION == 0) {
            check_chain();
            begin_anew();
        }
        arena_free(arena);
    }
    arena = lasting;
    check_chain();
    bool is_ok = options_report("signer", before, points);
    points_close(points);
    shell(arena_printf(arena, "rm -rf %s.made", folder));
    return remove_folder(NULL) == 0 && is_ok ? 0 : 1;
}
