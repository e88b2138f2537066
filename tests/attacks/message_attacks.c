/*
 * Every socket asked every message in every role: what the table of messages does not allow is refused before a handler
 * sees it. Then what it allows, filled with made-up bytes: nothing is issued, nobody falls.
 *
 * message_attacks DIVIT [CALLS]
 */
#include "base/file.h"
#include "base/log.h"
#include "base/secret.h"
#include "ipc/installation.h"
#include "ipc/ipc.h"
#include "ipc/messages.h"
#include "report.h"
#include "victim.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TIMEOUT_MS 20000

static struct arena *arena;
static char made[] = "/tmp/divit-messages-XXXXXX";
static const char *folder, *divit; /* the state in it; the program */
static long calls;
static int peers_fd = -1;

static struct server {
    struct victim process;
    const char *socket;
    enum ipc_role role;
} servers[] = {
    {.process.name = "keeper", .socket = "run/keeper.sock", .role = IPC_KEEPER},
    {.process.name = "signer", .socket = "run/signer.sock", .role = IPC_SIGNER},
    {.process.name = "responder", .socket = "run/responder.sock", .role = IPC_RESPONDER},
    {.process.name = "worker", .socket = "run/worker.sock", .role = IPC_WORKER},
};
#define SERVER_COUNT (sizeof servers / sizeof *servers)

static const enum ipc_role roles[] = {IPC_WEB,       IPC_WORKER,    IPC_SIGNER, IPC_KEEPER,
                                      IPC_RESPONDER, IPC_SIMULATOR, IPC_TOOL};
#define ROLE_COUNT (sizeof roles / sizeof *roles)

#define MESSAGE_ROW(name, number, server, roles) {number, server},
static const struct {
    uint16_t type;
    enum ipc_role server;
} messages[] = {IPC_MESSAGES(MESSAGE_ROW)};
#undef MESSAGE_ROW
#define MESSAGE_COUNT (sizeof messages / sizeof *messages)

/* A tool is who stands nowhere in the table. */
static void play(enum ipc_role role)
{
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (roles[i] != IPC_TOOL) peers_set(roles[i], roles[i] == role ? getpid() : 0);
}

static struct ipc_client *connected(const struct server *server)
{
    return ipc_client_new(arena_printf(arena, "%s/%s", folder, server->socket));
}

static enum err ask(struct ipc_client *client, struct arena *into, uint16_t type, struct bytes payload)
{
    CLEANUP_BUFFER struct buffer frame = BUFFER_EMPTY;
    struct ipc_reader reply;
    buffer_add(&frame, payload);
    return ipc_call(client, type, &frame, TIMEOUT_MS, into, &reply);
}

static void only_the_table_is_served(void **state)
{
    long tried = 0, succeeded = 0;
    for (size_t i = 0; i < SERVER_COUNT * ROLE_COUNT; i++) {
        const struct server *server = &servers[i / ROLE_COUNT];
        enum ipc_role role = roles[i % ROLE_COUNT];
        play(role);
        struct ipc_client *client = connected(server);
        for (size_t m = 0; m < MESSAGE_COUNT; m++) {
            bool is_here = messages[m].server == server->role;
            bool is_allowed = (message_roles(messages[m].type) & (unsigned)role) != 0;
            if (is_here && is_allowed) continue;
            CLEANUP_ARENA struct arena *once = arena_new();
            enum err error = ask(client, once, messages[m].type, (struct bytes){0});
            tried++;
            if (error == (is_allowed ? ERR_INVALID : ERR_FORBIDDEN)) continue;
            succeeded++;
            print_error("%s of role %d by %s: %s\n", message_name(messages[m].type), (int)role, server->process.name,
                        err_name(error));
        }
        ipc_client_free(client);
    }
    report_attack("evidence", "messages in a role that may not send them, or to another socket", tried, succeeded);
    assert_int_equal(succeeded, 0);
}

static int64_t count_certificates(void)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(
        sqlite3_open_v2(arena_printf(arena, "%s/signer/signer.db", folder), &db, SQLITE_OPEN_READONLY, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM certificate", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

/* What each message holds, as its reader takes it apart: i a number, t a text, b bytes, p proofs. */
static const struct {
    uint16_t type;
    const char *fields;
} layouts[] = {
    {KEEPER_PERSON_KEY_NEW, "t"},
    {KEEPER_PERSON_KEY_OPEN, "tbib"},
    {KEEPER_SEARCH_TAG, "tt"},
    {KEEPER_CODE_MAKE, "ttbtt"},
    {KEEPER_CODE_TEXT, "t"},
    {KEEPER_CODE_CHECK, "tttt"},
    {KEEPER_SECRET_SEAL, "ttb"},
    {KEEPER_TOTP_CHECK, "tbti"},
    {KEEPER_NUMBER_KNOW, "tti"},
    {KEEPER_NUMBER_FORGET, "tt"},
    {KEEPER_NUMBER_ACCOUNT, "bb"},
    {KEEPER_BOX_KEY, ""},
    {KEEPER_PUK_KEEP, "bbbb"},
    {KEEPER_STATUS, ""},
    {KEEPER_PUK_RELEASE, "bb"},
    {KEEPER_PERSON_KEY_REWRAP, "tib"},
    {KEEPER_PERSON_FORGET, "tt"},
    {KEEPER_EPOCHS, ""},
    {KEEPER_EPOCH_BEGIN, "i"},
    {KEEPER_EPOCH_DESTROY, "i"},
    {KEEPER_RESEAL, ""},
    {KEEPER_REGISTRY_TAKE, "bb"},
    {KEEPER_CHALLENGE, "b"},
    {KEEPER_GRANT_CARD, "b"},
    {KEEPER_GRANT_PASSKEY, "bb"},
    {KEEPER_REGISTRY_KEY, ""},
    {SIGNER_ISSUE, "tibbp"},
    {SIGNER_STATUS, "tiip"},
    {SIGNER_CRL, ""},
    {SIGNER_OCSP_CERTIFICATE, "b"},
    {SIGNER_REGISTRY_READ, ""},
    {SIGNER_REGISTRY, "bp"},
    {SIGNER_STATEMENTS, "i"},
    {SIGNER_TREE_HEAD, "ibb"},
    {SIGNER_RELEASE, "bp"},
    {SIGNER_LOCK, "bp"},
    {QUESTION_VERIFY_PERSON, "tttiii"},
    {QUESTION_FORM_PDF, "i"},
    {QUESTION_VALIDATION, "b"},
    {QUESTION_SCIM, "ttttiibtt"},
    {RESPONDER_OCSP_REQUEST, ""},
    {RESPONDER_OCSP_CERTIFICATE, "b"},
};
#define TOO_EARLY "a message ends too early" /* ipc_get_*(): the handler saw nothing of what is in it */

static int64_t made_up_number(void)
{
    static const int64_t numbers[] = {0, 1, 2, 3, -1, 1000, INT64_MAX, INT64_MIN};
    return numbers[random_below(sizeof numbers / sizeof *numbers)];
}

static const char *made_up_text(struct arena *into)
{
    static const char *const texts[] = {"",          "10000000146", "5321234567", "123456", "application",
                                        "../../etc", "ş'\";--"};
    uint32_t which = random_below(2 * sizeof texts / sizeof *texts);
    if (which < sizeof texts / sizeof *texts) return texts[which];
    return random_hex(into, which % 3 == 0 ? 16 : which % 3 == 1 ? 32 : random_below(400)); /* a uid, a digest, any */
}

static struct bytes made_up_bytes(struct arena *into)
{
    uint8_t *noise = arena_alloc(into, 300);
    random_fill(noise, 300);
    if (random_below(2) == 0) return bytes_of_text(made_up_text(into));
    return (struct bytes){noise, random_below(300)};
}

static void put_made_up(struct buffer *payload, struct arena *into, char field)
{
    if (field == 'i') ipc_put_int64(payload, made_up_number());
    if (field == 't') ipc_put_text(payload, made_up_text(into));
    if (field == 'b') ipc_put_bytes(payload, made_up_bytes(into));
    if (field != 'p') return;
    uint32_t proofs = random_below(4);
    ipc_put_int64(payload, proofs);
    for (; proofs > 0; proofs--) {
        ipc_put_int64(payload, (int64_t)random_below(5));
        ipc_put_bytes(payload, made_up_bytes(into));
        ipc_put_bytes(payload, made_up_bytes(into));
    }
}

/* Fields as the message has them, so that its handler gets to see what is in them; one in four is then spoilt. */
static struct bytes made_up(struct arena *into, uint16_t type, bool *ret_is_spoilt)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    size_t at = 0;
    while (layouts[at].type != type) assert_true(++at < sizeof layouts / sizeof *layouts);
    for (const char *field = layouts[at].fields; *field != '\0'; field++) put_made_up(&payload, into, *field);
    struct bytes copy = bytes_copy(into, buffer_bytes(&payload));
    *ret_is_spoilt = copy.size > 0 && random_below(4) == 0;
    if (!*ret_is_spoilt) return copy;
    if (random_below(2) == 0) copy.size = random_below((uint32_t)copy.size);
    else ((uint8_t *)(uintptr_t)copy.data)[random_below((uint32_t)copy.size)] ^= (uint8_t)(1 + random_below(255));
    return copy;
}

/* What is answered without knowing anything: what a process says of itself, and acts on a name that anybody may make up. */
static bool is_a_prize(uint16_t type)
{
    return type == SIGNER_ISSUE || type == SIGNER_STATUS || type == SIGNER_REGISTRY || type == KEEPER_PERSON_KEY_OPEN ||
           type == KEEPER_CODE_TEXT || type == KEEPER_CODE_CHECK || type == KEEPER_TOTP_CHECK ||
           type == KEEPER_PUK_KEEP || type == KEEPER_PUK_RELEASE || type == KEEPER_REGISTRY_TAKE ||
           type == KEEPER_GRANT_CARD || type == KEEPER_GRANT_PASSKEY || type == SIGNER_RELEASE;
}

static long unread, spoilt_unread; /* frames that no handler took apart: of well-formed ones, of spoilt ones */

static long made_up_calls(enum ipc_role role, long wanted)
{
    struct ipc_client *clients[SERVER_COUNT];
    long succeeded = 0;
    play(role);
    for (size_t i = 0; i < SERVER_COUNT; i++) clients[i] = connected(&servers[i]);
    for (long tried = 0; tried < wanted;) {
        size_t m = random_below(MESSAGE_COUNT), at = 0;
        if ((message_roles(messages[m].type) & (unsigned)role) == 0) continue;
        CLEANUP_ARENA struct arena *once = arena_new();
        while (servers[at].role != messages[m].server) at++;
        bool is_spoilt;
        struct bytes payload = made_up(once, messages[m].type, &is_spoilt);
        enum err error = ask(clients[at], once, messages[m].type, payload);
        tried++;
        if (error == ERR_NONE && is_a_prize(messages[m].type)) {
            succeeded++;
            print_error("%s: made-up bytes were good\n", message_name(messages[m].type));
        }
        if (error == ERR_INVALID && strstr(err_detail(), TOO_EARLY) != NULL) {
            if (!is_spoilt) print_error("%s is laid out otherwise\n", message_name(messages[m].type));
            *(is_spoilt ? &spoilt_unread : &unread) += 1;
        }
        if (error == ERR_UNAVAILABLE && strstr(err_detail(), "answer") != NULL)
            fail_msg("%s does not answer %s", servers[at].process.name, message_name(messages[m].type));
    }
    for (size_t i = 0; i < SERVER_COUNT; i++) ipc_client_free(clients[i]);
    return succeeded;
}

static void made_up_bytes_get_nothing(void **state)
{
    static const enum ipc_role askers[] = {IPC_WORKER, IPC_WEB, IPC_TOOL};
    int64_t before = count_certificates();
    long succeeded = 0, each = calls / 3 + 1;
    for (size_t i = 0; i < 3; i++) succeeded += made_up_calls(askers[i], each);
    report_attack("evidence", "made-up messages of each role that may send them: believed", 3 * each,
                  succeeded + (long)(count_certificates() - before));
    assert_int_equal(report_failed, 0);
    assert_int_equal(unread, 0);
    assert_true(spoilt_unread > 0); /* what could not be read is told apart */
    for (size_t i = 0; i < SERVER_COUNT; i++) assert_int_equal(kill(servers[i].process.pid, 0), 0);
}

static int begin(void **state)
{
    arena = arena_new();
    log_open("attacks");
    if (secret_init() != ERR_NONE || mkdtemp(made) == NULL) return -1;
    folder = arena_printf(arena, "%s/state", made);
    int port = 28000 + 4 * (getpid() % 400); /* the responder's is the next one */
    const char *command = arena_printf(arena, "%s init --state %s --port %d --sim-port %d >%s/log 2>&1", divit, folder,
                                       port, port + 2, made);
    if (system(command) != 0) return -1;
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        struct victim *process = &servers[i].process;
        process->divit = divit;
        process->state = folder;
        process->peers_fd = peers_fd;
        victim_begin(process, &(struct point){0});
        peers_fd = process->peers_fd;
    }
    return 0;
}

static int end(void **state)
{
    play(IPC_TOOL);
    for (size_t i = SERVER_COUNT; i-- > 0;) victim_end(&servers[i].process);
    int code = system(arena_printf(arena, "rm -rf %s", made));
    arena_free(arena);
    return code;
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    divit = argv[1];
    calls = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_table_is_served),
                                       cmocka_unit_test(made_up_bytes_get_nothing)};
    return cmocka_run_group_tests_name("message-attacks", tests, begin, end);
}
