/*
 * What the program makes sure of before it asks for a PIN: a server that says one thing and sends another is found. And
 * whom it talks to at all: the list that the root signed.
 */
#include "base/file.h"
#include "base/language.h"
#include "base/secret.h"
#include "eimza/server.h"
#include "eimza/trust.h"
#include "signing/signing.h"
#include "statement/activation_statement.h"
#include "statement/application_statement.h"
#include "statement/decision_statement.h"
#include "statement/lock_statement.h"
#include "statement/login_statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define HOST "http://localhost:8080"
#define AYSE "10000000146"
#define UID "0123456789abcdef0123456789abcdef"
#define LAW "Taahhütname\n\nKartımı kimseye vermem.\n"
#define MUTATIONS 20000

static struct arena *arena;

static const char *digest_of(const char *text)
{
    return hex_encode(arena, sha256(arena, bytes_of_text(text)));
}

static const char *application_text(void)
{
    const char *reference = arena_printf(arena, "FORM/1 %s", digest_of(LAW));
    const struct application_statement statement = {
        .application_uid = UID,
        .revision = 1,
        .barcode = "0a1b2c3d4e5f678",
        .door = "saglik",
        .reason = "ilk başvuru",
        .term_years = 3,
        .profile = "nes-1",
        .identity_number = AYSE,
        .given_names = "AYŞE",
        .surname = "IŞIK",
        .birth_place = "İZMİR",
        .birth_date = {1984, 2, 29},
        .institution_code = "3401",
        .institution_name = "İl Sağlık Müdürlüğü",
        .address = "Ölçek Sok. No: 5",
        .province = "İstanbul",
        .district = "Kadıköy",
        .postal_code = "34710",
        .email = "ayse@ornek.gov.tr",
        .mobile = "5321234567",
        .mobile_operator = "Turkcell",
        .channel = "SMS",
        .reader = "istenmedi",
        .vpn = "istenmiyor",
        .declaration = "Yazdıklarım doğrudur.",
        .notice = reference,
        .information = reference,
        .form = reference,
        .undertaking = reference,
        .has_security_word = true,
        .server = HOST,
        .made_s = 1790000000,
        .salt = UID,
    };
    struct bytes text;
    OK(application_statement_write(arena, &statement, &text));
    return bytes_to_text(arena, text);
}

static struct server_code code_of(const char *purpose, const char *text, const struct server_document *documents,
                                  size_t count)
{
    return (struct server_code){.purpose = purpose,
                                .words = {"kiraz", "tekne"},
                                .seconds_left = 300,
                                .identity_number = AYSE,
                                .text = text,
                                .digest = digest_of(text),
                                .documents = documents,
                                .document_count = count};
}

static struct server_code log_in(void)
{
    const struct login_statement login = {UID, AYSE, "kurum yetkilisi", HOST, login_word, 1790000000};
    struct bytes text;
    OK(login_statement_write(arena, &login, &text));
    return code_of("log_in", bytes_to_text(arena, text), NULL, 0);
}

static struct server_code locked(enum lock_statement_wish wish)
{
    const struct lock_statement lock = {UID, AYSE, lock_wish_words[wish], HOST, 1790000000};
    struct bytes text;
    OK(lock_statement_write(arena, &lock, &text));
    return code_of("unlock", bytes_to_text(arena, text), NULL, 0);
}

static struct server_code activated(void)
{
    const struct activation_statement wish = {"1a2b", AYSE, activation_wish, 1790000000 - 60, HOST, 1790000000};
    struct bytes text;
    OK(activation_statement_write(arena, &wish, &text));
    return code_of("activation", bytes_to_text(arena, text), NULL, 0);
}

static struct server_code application(void)
{
    struct server_document *law = NEW(arena, struct server_document);
    *law = (struct server_document){"Taahhütname", digest_of(LAW), LAW};
    return code_of("sign_application", application_text(), law, 1);
}

static struct server_code approval(void)
{
    const char *text = application_text();
    struct server_document *document = NEW(arena, struct server_document);
    *document = (struct server_document){"AYŞE IŞIK", digest_of(text), text};
    const struct decision_statement_line line = {UID, 1, document->digest, "ıslak", NULL};
    const struct decision_statement decision = {.decision_uid = UID,
                                                .is_approved = true,
                                                .institution_code = "3401",
                                                .made_s = 1790000000,
                                                .valid_until_s = 1790000000 + 86400,
                                                .registry_number = 1,
                                                .lines = &line,
                                                .line_count = 1};
    struct bytes decided;
    OK(decision_statement_write(arena, &decision, &decided));
    return code_of("approval", bytes_to_text(arena, decided), document, 1);
}

static enum err check(const struct server_code *code)
{
    return server_code_check(arena, HOST, HOST, code);
}

static void honest_answers_hold_together(void **state)
{
    struct server_code codes[] = {log_in(), application(), approval(), locked(UNLOCK_ISSUANCE), activated()};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) OK(check(&codes[i]));
}

static void another_host_or_purpose_is_found(void **state)
{
    struct server_code code = log_in();
    assert_int_equal(server_code_check(arena, HOST, "http://localhost:9090", &code), ERR_INVALID);
    assert_int_equal(server_code_check(arena, "https://kotu.example", "https://kotu.example", &code), ERR_INVALID);
    struct server_code approved = approval();
    approved.purpose = "log_in"; /* a log-in that is an approval in truth */
    assert_int_equal(check(&approved), ERR_INVALID);
    code.purpose = "approval";
    assert_int_equal(check(&code), ERR_INVALID);
    code.purpose = "pay";
    assert_int_equal(check(&code), ERR_INVALID);
    assert_string_equal(err_detail(), "unknown purpose: pay");
    code.purpose = "pin"; /* where nothing is to be signed */
    assert_int_equal(check(&code), ERR_INVALID);
    code = locked(LOCK_ISSUANCE); /* needs no signature */
    assert_int_equal(check(&code), ERR_INVALID);
}

/* What the page asks for is what the program names before the PIN. */
static void every_purpose_has_its_own_title(void **state)
{
#define CHECK(name, text, title)                                                                                       \
    if (server_purpose_title(text) == NULL) fail_msg("no title: %s", text);                                            \
    assert_string_equal(server_purpose_title(text), title);
    SIGNING_PURPOSES(CHECK)
#undef CHECK
    assert_null(server_purpose_title("pay"));
}

static void another_person_is_found(void **state)
{
    struct server_code code = log_in(), applied = application(), unlocked = locked(UNLOCK_ISSUANCE),
                       wished = activated();
    code.identity_number = applied.identity_number = unlocked.identity_number = wished.identity_number = "10000000078";
    assert_int_equal(check(&wished), ERR_INVALID);
    assert_int_equal(check(&unlocked), ERR_INVALID);
    assert_int_equal(check(&code), ERR_INVALID);
    assert_int_equal(check(&applied), ERR_INVALID);
}

static void missing_and_exchanged_documents_are_found(void **state)
{
    struct server_code approved = approval(), applied = application();
    approved.document_count = applied.document_count = 0;
    assert_int_equal(check(&approved), ERR_INVALID);
    assert_int_equal(check(&applied), ERR_INVALID);
    approved = approval();
    struct server_document document = approved.documents[0];
    document.text = arena_printf(arena, "%s ", document.text); /* not what its digest says */
    approved.documents = &document;
    assert_int_equal(check(&approved), ERR_INVALID);
    document.digest = digest_of(document.text); /* nor what the text names */
    assert_int_equal(check(&approved), ERR_INVALID);
}

static void what_hides_in_a_terminal_is_found(void **state)
{
    static const char *const hidden[] = {"\033[2J", "a\rb", "a\bb", "\177", "\302\233"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        struct server_code code = application();
        struct server_document document = code.documents[0];
        document.title = hidden[i];
        code.documents = &document;
        assert_int_equal(check(&code), ERR_INVALID);
        code = application();
        code.words[1] = hidden[i];
        assert_int_equal(check(&code), ERR_INVALID);
    }
}

/* A byte of the text or of a document changed on the way, its own digest with it or not: never taken for the same. */
static void mutated_answers_are_found(void **state)
{
    struct server_code honest[] = {log_in(), application(), approval()};
    int accepted = 0;
    for (int i = 0; i < MUTATIONS; i++) {
        CLEANUP_ARENA struct arena *own = arena_new();
        struct server_code code = honest[i % 3];
        char *text = (char *)(uintptr_t)arena_text(own, code.text);
        text[random_below((uint32_t)strlen(text))] ^= (char)(1 + random_below(255));
        code.text = text;
        if (i % 2 == 0) code.digest = hex_encode(own, sha256(own, bytes_of_text(text)));
        if (server_code_check(own, HOST, HOST, &code) != ERR_NONE) continue;
        /* with a right digest it is another text of the same kind, shown as what it is and signed as that */
        assert_int_equal(i % 2, 0);
        accepted++;
    }
    assert_true(accepted > 0);
}

/* What a server sent for a registry that does not follow the one before: no trouble of the connection. */
static void a_registry_that_follows_none_is_found(void **state)
{
    const char *first = "divit registry 1\nNumara: 1\nÖnceki: -\nKurum: 34 -\n";
    const char *third = arena_printf(arena, "divit registry 1\nNumara: 3\nÖnceki: %s\n", digest_of(first));
    struct server_document before = {"Sicil", digest_of(first), first};
    struct server_code code = code_of("registry", third, &before, 1);
    assert_int_equal(check(&code), ERR_INVALID);
    assert_non_null(strstr(err_detail(), "does not follow"));
}

/* -- a server that says what it likes, at an address of its own -- */

static const char *answer_of_server;
static pid_t server;

static const char *serve(const char *status, const char *body)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char request[8192];
    answer_of_server = arena_printf(arena, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", status,
                                    strlen(body), body);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    OK(bind(fd, (struct sockaddr *)&address, size));
    OK(listen(fd, 1));
    OK(getsockname(fd, (struct sockaddr *)&address, &size));
    server = fork();
    if (server == 0) {
        int client = accept(fd, NULL, NULL);
        while (read(client, request, sizeof request) == (ssize_t)sizeof request) continue;
        dprintf(client, "%s", answer_of_server);
        _exit(0);
    }
    close(fd);
    return arena_printf(arena, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

static enum err open_at(const char *address)
{
    struct server_code code;
    enum err error = server_open(arena, address, "en", "123456789123456", &code);
    kill(server, SIGTERM); /* it may never have been asked */
    waitpid(server, NULL, 0);
    return error;
}

static void a_refusal_is_shown_if_it_is_plain(void **state)
{
    assert_int_equal(open_at(serve("404 No", "{\"error\":\"code\",\"message\":\"It was used\"}")), ERR_WRONG);
    assert_string_equal(err_detail(), "It was used");
    assert_int_equal(open_at(serve("404 No", "{\"error\":\"code\",\"message\":\"\\u001b[2JAll is well\"}")),
                     ERR_UNAVAILABLE);
    assert_string_equal(err_detail(), "HTTP 404");
}

static void no_proxy_of_the_environment_is_asked(void **state)
{
    setenv("http_proxy", "http://127.0.0.1:1", 1); /* nobody there */
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    assert_int_equal(open_at(serve("404 No", "{\"error\":\"code\",\"message\":\"It was used\"}")), ERR_WRONG);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
}

/* -- the list -- */

static char folder[] = "/tmp/divit-trust-XXXXXX";

static void put(const char *name, struct bytes content)
{
    OK(file_write(arena_printf(arena, "%s/%s", folder, name), content, 0600));
}

static void a_list_that_the_root_did_not_sign_is_refused(void **state)
{
    struct trust trust;
    const char *address;
    assert_int_equal(trust_load(arena, folder, &trust), ERR_NOT_FOUND);
    /* made by OpenSSL, as a ceremony elsewhere could */
    const char *make = arena_printf(
        arena,
        "cd %s && openssl ecparam -name secp384r1 -genkey -noout -out root.key && openssl req -x509 -new -key root.key "
        "-subj /CN=Deneme -days 30 -addext keyUsage=critical,keyCertSign,cRLSign -outform DER -out root.cer 2>/dev/null && "
        "printf 'divit hosts 1\\nDüzenlenme Zamanı: 2026-09-21T14:13:20Z\\nSunucu: https://e-imza.example\\nSunucu: "
        "http://localhost:8080\\n' > hosts.txt && openssl dgst -sha384 -sign root.key -out hosts.sig hosts.txt && openssl ecparam -name prime256v1 -genkey "
        "-noout -out issuing.key && openssl req -new -key issuing.key -subj /CN=Alt | openssl x509 -req -CA root.cer -CAform "
        "DER -CAkey root.key -CAcreateserial -days 30 -outform DER -out issuing.cer 2>/dev/null && openssl req -x509 -new "
        "-key issuing.key -subj /CN=Alt -days 30 -outform DER -out foreign.cer 2>/dev/null",
        folder);
    assert_int_equal(system(make), 0);
    OK(trust_load(arena, folder, &trust));
    OK(trust_find_host(&trust, NULL, &address));
    assert_string_equal(address, "https://e-imza.example");
    OK(trust_find_host(&trust, "localhost:8080", &address));
    assert_string_equal(address, HOST);
    assert_int_equal(trust_find_host(&trust, "kotu.example", &address), ERR_NOT_FOUND);
    const char *exchange = "cd %s && mv issuing.cer own.cer && mv foreign.cer issuing.cer";
    assert_int_equal(system(arena_printf(arena, exchange, folder)), 0);
    assert_int_equal(trust_load(arena, folder, &trust), ERR_WRONG);
    assert_int_equal(system(arena_printf(arena, "cd %s && mv own.cer issuing.cer", folder)), 0);
    OK(trust_load(arena, folder, &trust));
    put("hosts.txt",
        bytes_of_text("divit hosts 1\nDüzenlenme Zamanı: 2026-09-21T14:13:20Z\nSunucu: https://kotu.example\n"));
    assert_int_equal(trust_load(arena, folder, &trust), ERR_WRONG);
}

static int set_up(void **state)
{
    arena = arena_new();
    server_begin();
    return secret_init() == ERR_NONE && mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    int code = system(arena_printf(arena, "rm -r %s", folder));
    arena_free(arena);
    return code;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_answers_hold_together),
        cmocka_unit_test(another_host_or_purpose_is_found),
        cmocka_unit_test(every_purpose_has_its_own_title),
        cmocka_unit_test(another_person_is_found),
        cmocka_unit_test(missing_and_exchanged_documents_are_found),
        cmocka_unit_test(what_hides_in_a_terminal_is_found),
        cmocka_unit_test(mutated_answers_are_found),
        cmocka_unit_test(a_registry_that_follows_none_is_found),
        cmocka_unit_test(a_refusal_is_shown_if_it_is_plain),
        cmocka_unit_test(no_proxy_of_the_environment_is_asked),
        cmocka_unit_test(a_list_that_the_root_did_not_sign_is_refused),
    };
    return cmocka_run_group_tests_name("eimza-server", tests, set_up, tear_down);
}
