/*
 * `divit keeper`, killed at every write, sync, send and unlink of what it does for one person: keys, tags, codes made,
 * read, tried and used, owner acts, secrets sealed, TOTP steps, grants, PUKs kept and released, and of a rotation. What was
 * acknowledged must hold after each kill: a key opens, a wrong try counts, a used code and a used step stay used, a grant
 * is one, a PUK is released three times a day and not a fourth time, a destroyed epoch stays destroyed.
 *
 * keeper_points DIVIT [--done FILE] [--seconds N] [--seed N] [--point "CALL N CALL2 N2"]
 */
#include "fixture_documents.h"

#include "base/log.h"
#include "ipc/keeper_client.h"
#include "keeper/keeper.h"
#include "keeper/totp.h"
#include "options.h"
#include "pki/signature.h"
#include "statement/box_statement.h"
#include "statement/owner_statement.h"
#include "statement/pin_request.h"
#include "statement/production_statement.h"
#include "statement/puk_envelope.h"
#include "victim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEOPLE_MAX 16 /* whose keys are opened again in later rounds */
#define WRONG_MAX 5
#define RELEASES_A_DAY 3

static struct victim victim;
static struct installation installation;
static char folder[] = "/tmp/divit-keeper-XXXXXX";
static int64_t offset_s;

/* From round to round. */
static struct {
    uint8_t key[KEY_SIZE];
    uint8_t wrapped[256];
    size_t wrapped_size;
    int64_t epoch;
} people[PEOPLE_MAX];
static size_t people_count;
static uint8_t first_tag[32];
static int64_t known_since_s;
static struct memory_key *root_key;
static struct bytes root;

struct round {
    struct keeper *keeper;
    const char *subject;
    const char *code_id;
    const char *code, *wrong;
    int wrong_tries; /* acknowledged, of the newest code */
    bool is_used; /* right, acknowledged */
    struct bytes sealed;
    const char *totp;
    const uint8_t *secret;
    struct bytes grant;
    int kills_at_grant; /* when it was used */
    const char *purpose; /* of an owner act */
    struct bytes document;
    struct certificate certificate; /* of the card whose PUK is kept */
    uint8_t box[KEY_SIZE];
    const char *puk;
    int released; /* acknowledged, within a day */
    struct wrapped_key old; /* of the epoch before the rotation */
};

static void move_clock(int64_t seconds)
{
    offset_s += seconds;
    if (clock_set_offset(installation_path(arena, &installation, "clock-offset"), offset_s) != ERR_NONE)
        violation(&victim, "%s", err_detail());
}

static int64_t victims_now_s(void)
{
    return clock_now_s() + offset_s;
}

#define PERSON "00112233445566778899aabbccddeeff" /* one person, so no budget is used up */

static void keep_wrap(size_t at, const struct wrapped_key *wrapped)
{
    if (wrapped->wrap.size > sizeof people[at].wrapped)
        violation(&victim, "a wrapped key of %zu bytes", wrapped->wrap.size);
    memcpy(people[at].wrapped, wrapped->wrap.data, wrapped->wrap.size);
    people[at].wrapped_size = wrapped->wrap.size;
    people[at].epoch = wrapped->epoch;
}

static struct wrapped_key wrap_of(size_t at)
{
    return (struct wrapped_key){people[at].epoch, {people[at].wrapped, people[at].wrapped_size}};
}

/* -- steps: each is asked until it is answered -- */

static enum err make_key(struct round *round)
{
    struct wrapped_key wrapped;
    size_t at = people_count % PEOPLE_MAX;
    TRY(keeper_person_key_new(round->keeper, arena, PERSON, people[at].key, &wrapped));
    keep_wrap(at, &wrapped);
    people_count++;
    return ERR_NONE;
}

static enum err open_keys(struct round *round)
{
    for (size_t i = 0; i < people_count && i < PEOPLE_MAX; i++) {
        uint8_t key[KEY_SIZE];
        const struct wrapped_key wrapped = wrap_of(i);
        TRY(keeper_person_key_open(round->keeper, PERSON, &wrapped, key));
        if (memcmp(key, people[i].key, KEY_SIZE) != 0) violation(&victim, "another key of a person");
    }
    return ERR_NONE;
}

static enum err ask_tag(struct round *round)
{
    static bool is_known;
    struct bytes tag;
    TRY(keeper_search_tag(round->keeper, arena, "identity_number", "10000000146", &tag));
    if (tag.size != sizeof first_tag) violation(&victim, "a tag of %zu bytes", tag.size);
    if (is_known && memcmp(tag.data, first_tag, tag.size) != 0) violation(&victim, "another tag of the same number");
    memcpy(first_tag, tag.data, tag.size);
    is_known = true;
    return ERR_NONE;
}

/* One whose answer was lost was made: the next only after its pause. */
static enum err ask_code(struct round *round, const struct keeper_code_request *request)
{
    int64_t valid_until_s, wait_s;
    enum err error;
    while ((error = keeper_code_make(round->keeper, arena, request, &round->code_id, &valid_until_s, &wait_s)) ==
           ERR_TOO_MANY) {
        move_clock(wait_s);
        if (wait_s > 3600) round->released = 0; /* as many codes as a day has: it is the next day */
    }
    return error;
}

static enum err make_code(struct round *round)
{
    const struct keeper_code_request request = {
        .purpose = "phone", .subject = round->subject, .identity_number = AYSE, .number = NUMBER};
    TRY(ask_code(round, &request));
    round->wrong_tries = 0;
    round->is_used = false;
    return ERR_NONE;
}

static enum err read_code(struct round *round)
{
    struct keeper_code code;
    TRY(keeper_code_text(round->keeper, arena, round->code_id, &code));
    round->code = code.digits;
    if (strcmp(code.number, NUMBER) != 0) violation(&victim, "a code for another number");
    const char other[] = {(char)('0' + (round->code[0] - '0' + 1) % 10), '\0'};
    round->wrong = arena_printf(arena, "%s%s", other, round->code + 1);
    return ERR_NONE;
}

static enum err try_code(struct round *round, const char *typed)
{
    struct keeper_owner_act act;
    return keeper_code_check(round->keeper, arena, "phone", round->subject, "", typed, &act);
}

static enum err type_wrong(struct round *round)
{
    enum err error = try_code(round, round->wrong);
    if (error == ERR_UNAVAILABLE) return error;
    if (error != ERR_WRONG && error != ERR_TOO_MANY) violation(&victim, "a wrong code: %s", err_name(error));
    if (error == ERR_TOO_MANY && round->wrong_tries + victim.kills + 1 < WRONG_MAX)
        violation(&victim, "locked after %d wrong tries", round->wrong_tries);
    round->wrong_tries++;
    return ERR_NONE;
}

static enum err type_right(struct round *round)
{
    int kills_before = victim.kills;
    enum err error = try_code(round, round->code);
    if (error == ERR_UNAVAILABLE) return error;
    bool may_be_used = round->is_used || kills_before > 0; /* the answer to an earlier try may be what was lost */
    if (error != ERR_NONE && !(error == ERR_WRONG && may_be_used))
        violation(&victim, "the right code: %s: %s", err_name(error), err_detail());
    round->is_used = true;
    return ERR_NONE;
}

static enum err type_right_again(struct round *round)
{
    enum err error = try_code(round, round->code);
    if (error == ERR_UNAVAILABLE) return error;
    if (error == ERR_NONE) violation(&victim, "a used code was right again");
    return ERR_NONE;
}

static enum err type_right_after_wrong_ones(struct round *round)
{
    enum err error = try_code(round, round->code);
    if (error == ERR_UNAVAILABLE) return error;
    if (error != ERR_TOO_MANY) violation(&victim, "after %d wrong tries: %s", round->wrong_tries, err_name(error));
    return ERR_NONE;
}

/* -- an owner act: the keeper's signed word, over an application or a certificate -- */

static enum err know_number(struct round *round)
{
    return keeper_number_know(round->keeper, AYSE, NUMBER, known_since_s);
}

static enum err make_owners_code(struct round *round)
{
    const struct keeper_code_request request = {
        .purpose = round->purpose, .document = round->document, .number = NUMBER};
    return ask_code(round, &request);
}

static enum err act_as_owner(struct round *round)
{
    int kills_before = victim.kills;
    struct keeper_owner_act act;
    struct owner_statement owner;
    struct bytes public_key;
    bool is_application = strcmp(round->purpose, KEEPER_CODE_APPLICATION) == 0;
    const char *subject =
        is_application ? hex_encode(arena, sha256(arena, round->document)) : round->certificate.serial;
    enum err error = keeper_code_check(round->keeper, arena, round->purpose, subject, "", round->code, &act);
    if (error == ERR_WRONG && kills_before > 0) return ERR_NONE; /* it was used, and the answer lost */
    TRY(error);
    TRY(owner_statement_read(arena, act.text, &owner));
    TRY(file_read(arena, arena_printf(arena, "%s/keeper/keeper.pub", folder), 1000, &public_key));
    TRY(public_key_verify(public_key, SIGNATURE_ECDSA_SHA256, act.text, act.signature));
    if (owner.known_since_s != known_since_s || strcmp(owner.subject, subject) != 0)
        violation(&victim, "the number is known since another time than was acknowledged");
    return ERR_NONE;
}

/* -- PUKs -- */

static enum err fetch_box(struct round *round)
{
    struct keeper_box box;
    TRY(keeper_box_key(round->keeper, arena, &box));
    return box_verify(arena, root, box.certificate, box.text, box.signature, round->box);
}

static enum err tell_registry(struct round *round)
{
    struct bytes text = station_registry(1, root_key, NOW + 3650 * DAY_S);
    return keeper_registry(round->keeper, text, sign_text(root_key, text));
}

static enum err keep_puk(struct round *round)
{
    const char *digest = hex_encode(arena, sha256(arena, round->certificate.public_key));
    const struct puk_envelope envelope = {"a1b2c3", digest, round->puk};
    struct keeper_puk puk = {.envelope = box_seal(arena, round->box, puk_envelope_write(arena, &envelope)),
                             .application_statement = application()};
    const struct production_statement production = {UID,
                                                    hex_encode(arena, sha256(arena, puk.application_statement)),
                                                    1,
                                                    "a1b2c3",
                                                    digest,
                                                    true,
                                                    hex_encode(arena, sha256(arena, puk.envelope)),
                                                    "istasyon-1",
                                                    NOW};
    TRY(production_statement_write(arena, &production, &puk.production_statement));
    puk.production_signature = sign_text(root_key, puk.production_statement);
    return keeper_puk_keep(round->keeper, &puk);
}

/* The fourth of a day is refused; earlier only when answers to those before it may have been lost. */
static enum err release_puk(struct round *round)
{
    uint8_t secret[KEY_SIZE], key[KEY_SIZE];
    struct bytes sealed, puk;
    int kills_before = victim.kills;
    random_fill(secret, sizeof secret);
    box_public_key(secret, key);
    const struct pin_request request = {round->certificate.serial, round->code, hex_encode(arena, BYTES(key))};
    enum err error = keeper_puk_release(round->keeper, arena, round->certificate.der,
                                        box_seal(arena, round->box, pin_request_write(arena, &request)), &sealed);
    if (error == ERR_WRONG && kills_before > 0) return ERR_NONE; /* the code was used, and the answer lost */
    if (error == ERR_FULL && round->released + victim.kills >= RELEASES_A_DAY) return ERR_NONE;
    TRY(error);
    TRY(box_open(arena, secret, sealed, &puk));
    if (!bytes_equal(puk, bytes_of_text(round->puk))) violation(&victim, "another PUK than was acknowledged");
    if (++round->released > RELEASES_A_DAY) violation(&victim, "a PUK released %d times in a day", round->released);
    return ERR_NONE;
}

/* -- TOTP -- */

static enum err seal_secret(struct round *round)
{
    static uint8_t secret[20];
    random_fill(secret, sizeof secret);
    round->secret = secret;
    return keeper_secret_seal(round->keeper, arena, round->subject, "10000000146", BYTES(secret), &round->sealed);
}

static enum err type_totp(struct round *round)
{
    char digits[7];
    int64_t step, kills_before = victim.kills;
    totp_at((struct bytes){round->secret, 20}, victims_now_s() / TOTP_STEP_S, digits);
    round->totp = arena_text(arena, digits);
    enum err error =
        keeper_totp_check(round->keeper, arena, round->subject, round->sealed, digits, 0, &step, &round->grant);
    if (error == ERR_UNAVAILABLE || error == ERR_NONE) return error;
    if (kills_before == 0) violation(&victim, "the right TOTP: %s", err_name(error));
    return ERR_NONE;
}

static enum err type_totp_again(struct round *round)
{
    struct bytes grant;
    int64_t step;
    enum err error =
        keeper_totp_check(round->keeper, arena, round->subject, round->sealed, round->totp, 0, &step, &grant);
    if (error == ERR_UNAVAILABLE) return error;
    if (error == ERR_NONE) violation(&victim, "a used TOTP was right again");
    return ERR_NONE;
}

/* The grant counts whatever was started anew since: the person is the officer's, not the public's. */
static enum err use_grant(struct round *round)
{
    uint8_t key[KEY_SIZE];
    if (round->grant.size == 0) return ERR_NONE; /* its answer was lost */
    const struct wrapped_key wrapped = wrap_of(0);
    round->kills_at_grant = victim.kills;
    return keeper_person_key_open(keeper_for(round->keeper, arena, round->grant), PERSON, &wrapped, key);
}

static enum err see_grant(struct round *round)
{
    const struct keeper_fact *facts;
    size_t count;
    TRY(keeper_status(round->keeper, arena, &facts, &count));
    if (round->grant.size == 0 || victim.kills != round->kills_at_grant) return ERR_NONE; /* it was not asked since */
    for (size_t i = 0; i < count; i++)
        if (strcmp(facts[i].name, "this hour, persons by officers") == 0 && facts[i].value[0] != '0') return ERR_NONE;
    violation(&victim, "an acknowledged grant does not count");
}

/* -- a rotation; its steps are those of an operator's tool, which asks again -- */

static enum err begin_epoch(struct round *round)
{
    int64_t living[KEEPER_EPOCHS_MAX];
    size_t count;
    TRY(keeper_epochs(round->keeper, living, &count));
    return keeper_epoch_begin(round->keeper, count == 1 ? living[0] + 1 : living[1]);
}

static enum err rewrap_people(struct round *round)
{
    round->old = wrap_of(0);
    round->old.wrap = bytes_copy(arena, round->old.wrap);
    for (size_t i = 0; i < people_count && i < PEOPLE_MAX; i++) {
        struct wrapped_key wrapped = wrap_of(i);
        TRY(keeper_person_key_rewrap(round->keeper, arena, PERSON, &wrapped, &wrapped));
        keep_wrap(i, &wrapped);
    }
    return ERR_NONE;
}

static enum err reseal(struct round *round)
{
    int64_t left = 1;
    while (left > 0) TRY(keeper_reseal(round->keeper, &left));
    return ERR_NONE;
}

static enum err destroy_epoch(struct round *round)
{
    int64_t living[KEEPER_EPOCHS_MAX];
    size_t count;
    TRY(keeper_epochs(round->keeper, living, &count));
    return count == 1 ? ERR_NONE : keeper_epoch_destroy(round->keeper, living[0]);
}

static enum err open_by_the_old_epoch(struct round *round)
{
    uint8_t key[KEY_SIZE];
    enum err error = keeper_person_key_open(round->keeper, PERSON, &round->old, key);
    if (error == ERR_UNAVAILABLE) return error;
    if (error != ERR_BROKEN) violation(&victim, "a wrap of a destroyed epoch: %s", err_name(error));
    return ERR_NONE;
}

static void take(struct round *round, enum ipc_role role, const char *name, enum err (*step)(struct round *round))
{
    be(role);
    round->keeper = keeper_new(installation_path(arena, &installation, "run/keeper.sock"));
    for (int tries = 0; tries < VICTIM_TRIES_MAX; tries++) {
        enum err error = step(round);
        const char *detail = arena_text(arena, err_detail());
        if (error == ERR_NONE) {
            round->keeper = keeper_free(round->keeper);
            return;
        }
        if (error != ERR_UNAVAILABLE || !victim_was_killed(&victim))
            violation(&victim, "%s: %s: %s", name, err_name(error), detail);
    }
    violation(&victim, "%s: not answered after %d tries", name, VICTIM_TRIES_MAX);
}
#define TAKE(role, step) take(round, role, #step, step)

static void take_codes(struct round *round)
{
    TAKE(IPC_WEB, make_code);
    TAKE(IPC_WORKER, read_code);
    TAKE(IPC_WEB, type_wrong);
    TAKE(IPC_WEB, type_right);
    TAKE(IPC_WEB, type_right_again);
    move_clock(301);
    TAKE(IPC_WEB, make_code);
    TAKE(IPC_WORKER, read_code);
    for (int i = 0; i < WRONG_MAX; i++) TAKE(IPC_WEB, type_wrong);
    TAKE(IPC_WEB, type_right_after_wrong_ones);
    move_clock(DAY_S); /* five codes a day */
}

static void take_owner_acts(struct round *round)
{
    TAKE(IPC_TOOL, know_number);
    round->purpose = KEEPER_CODE_APPLICATION;
    round->document = application();
    TAKE(IPC_WEB, make_owners_code);
    TAKE(IPC_WORKER, read_code);
    TAKE(IPC_WEB, act_as_owner);
    round->purpose = KEEPER_CODE_ACTIVATION;
    round->document = round->certificate.der;
    TAKE(IPC_WEB, make_owners_code);
    TAKE(IPC_WORKER, read_code);
    TAKE(IPC_WEB, act_as_owner);
    move_clock(DAY_S);
}

static void take_puks(struct round *round)
{
    TAKE(IPC_TOOL, fetch_box);
    TAKE(IPC_WORKER, tell_registry);
    TAKE(IPC_TOOL, keep_puk);
    round->purpose = KEEPER_CODE_PIN;
    for (int i = 0; i <= RELEASES_A_DAY; i++) {
        TAKE(IPC_WEB, make_owners_code);
        TAKE(IPC_WORKER, read_code);
        TAKE(IPC_WEB, release_puk);
        move_clock(61);
    }
}

static int run_round(const struct point *point)
{
    struct round of = {.subject = random_hex(arena, 16),
                       .certificate = certify(&profile_qualified, &ayse_name, root_key),
                       .puk = arena_printf(arena, "%08u", random_below(100000000))};
    struct round *round = &of;
    victim_begin(&victim, point);
    TAKE(IPC_WEB, make_key);
    TAKE(IPC_WEB, open_keys);
    TAKE(IPC_WEB, ask_tag);
    take_codes(round);
    take_owner_acts(round);
    take_puks(round);
    TAKE(IPC_WEB, seal_secret);
    TAKE(IPC_WEB, type_totp);
    TAKE(IPC_WEB, type_totp_again);
    TAKE(IPC_WEB, use_grant);
    TAKE(IPC_TOOL, see_grant);
    TAKE(IPC_TOOL, begin_epoch);
    TAKE(IPC_WEB, open_keys);
    TAKE(IPC_TOOL, rewrap_people);
    TAKE(IPC_TOOL, reseal);
    TAKE(IPC_TOOL, destroy_epoch);
    TAKE(IPC_WEB, open_by_the_old_epoch);
    TAKE(IPC_WEB, open_keys);
    TAKE(IPC_WEB, ask_tag);
    victim_end(&victim);
    return victim.kills;
}

/* What the ceremony leaves with the keeper. */
static enum err certify_keeper(void)
{
    static const struct name name = {.country = "TR", .common_name = KEEPER_COMMON_NAME " (TEST)"};
    struct bytes public_key;
    TRY(memory_key_new(&root_key));
    root = certify(&profile_root, NULL, root_key).der;
    TRY(file_read(arena, installation_path(arena, &installation, "keeper/keeper.pub"), 1000, &public_key));
    TRY(file_write(installation_path(arena, &installation, "keeper/issuing.cer"), root, 0644));
    /* one key for all whom the keeper believes: signer and station too */
    TRY(file_write(installation_path(arena, &installation, "keeper/signer.pub"), memory_key_public(root_key), 0644));
    struct bytes certificate = certify_key(&profile_keeper, &name, public_key, root_key).der;
    return file_write(installation_path(arena, &installation, "keeper/keeper.cer"), certificate, 0644);
}

static enum err make_installation(void)
{
    const char *text = "[installation]\npublic_url = http://localhost:8080\nis_demo = yes\n";
    const uint8_t none[8] = {0};
    TRY(secret_init());
    if (mkdtemp(folder) == NULL) return err_set(ERR_BROKEN, "mkdtemp");
    TRY(file_write(arena_printf(arena, "%s/divit.conf", folder), bytes_of_text(text), 0600));
    TRY(file_write(arena_printf(arena, "%s/clock-offset", folder), BYTES(none), 0600));
    TRY(installation_load(arena, folder, &installation));
    TRY(keeper_init(&installation));
    return certify_keeper();
}

int main(int argc, char **argv)
{
    const struct options options = options_read(argc, argv);
    arena = arena_new();
    log_open("points");
    known_since_s = clock_now_s() - 30 * DAY_S;
    if (make_installation() != ERR_NONE) {
        fprintf(stderr, "%s\n", err_detail());
        return 1;
    }
    victim = (struct victim){.divit = options.divit, .name = "keeper", .state = folder, .peers_fd = -1};
    struct points *points = points_open(options.done, options.seed);
    struct arena *lasting = arena;
    size_t before = points_count(points);
    for (int rounds = 0; !options_are_over(&options, points, rounds); rounds++) {
        arena = arena_new();
        struct point point = options_point(&options, points);
        points_done(points, &point, run_round(&point));
        arena_free(arena);
    }
    arena = lasting;
    if (system(arena_printf(arena,
                            "%s keeper status --state %s > %s/status && grep -q 'each as it was written' %s/status",
                            options.divit, folder, folder, folder)) != 0)
        violation(&victim, "the keeper's journal");
    bool is_ok = options_report("keeper", before, points);
    points_close(points);
    memory_key_free(root_key);
    int code = system(arena_printf(arena, "rm -rf %s", folder));
    arena_free(arena);
    return is_ok && code == 0 ? 0 : 1;
}
