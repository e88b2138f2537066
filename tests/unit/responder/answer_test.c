/* The responder's answers, asked and read by OpenSSL's own OCSP code: right for each status, good for nothing else. */
#include "fixture_db.h"
#include "pki/fixture_pki.h"

#include "answer_test_sql.h"
#include "base/clock.h"
#include "ipc/ipc.h"
#include "pki/openssl.h"
#include "responder/follow.h"

#include <fcntl.h>

static struct responder responder;
static struct memory_key *signer_key;
static int64_t said_number; /* of the newest statement */
static const char *said_digest;
static int64_t certified_s; /* since when the responder's certificate counts */

/* -- the signer's words, as the worker stores them -- */

static struct status_text statement(int64_t number, const char *previous, int64_t made_s,
                                    const struct status_statement_line *lines, size_t count)
{
    struct status_statement said = {number, previous, made_s, lines, count};
    struct status_text text = {.number = number};
    OK(status_statement_write(arena, &said, &text.text));
    struct external_signer signer = memory_key_signer(signer_key);
    OK(signer.sign(signer.context, text.text, arena, &text.signature));
    return text;
}

static enum err insert_statement(struct db_tx *tx, void *context)
{
    const struct status_text *text = context;
    return db_exec(
        tx, &sql_insert_statement,
        DB_WITH(DB_INT64("number", text->number), DB_BYTES("text", text->text), DB_BYTES("signature", text->signature)),
        NULL);
}

static enum err change_statement(struct db_tx *tx, void *context)
{
    const struct status_text *text = context;
    return db_exec(
        tx, &sql_change_statement,
        DB_WITH(DB_INT64("number", text->number), DB_BYTES("text", text->text), DB_BYTES("signature", text->signature)),
        NULL);
}

static enum err delete_statement(struct db_tx *tx, void *context)
{
    const struct status_text *text = context;
    return db_exec(tx, &sql_delete_statement, DB_WITH(DB_INT64("number", text->number)), NULL);
}

struct row_change {
    const char *serial; /* ended by NULL */
    const char *status; /* NULL: deleted */
    int64_t reason, since_s, number;
};

static enum err write_rows(struct db_tx *tx, void *context)
{
    for (const struct row_change *row = context; row->serial != NULL; row++) {
        if (row->status == NULL) TRY(db_exec(tx, &sql_delete_status, DB_WITH(DB_TEXT("serial", row->serial)), NULL));
        else
            TRY(db_exec(tx, &sql_write_status,
                        DB_WITH(DB_TEXT("serial", row->serial), DB_TEXT("status", row->status),
                                DB_INT64("reason", row->reason), DB_INT64("since_s", row->since_s),
                                DB_INT64("number", row->number)),
                        NULL));
    }
    return ERR_NONE;
}

static void change_row(const char *serial, const char *status, int64_t reason, int64_t since_s, int64_t number)
{
    struct row_change rows[] = {{serial, status, reason, since_s, number}, {0}};
    OK(db_run(responder.db, write_rows, rows));
}

static struct status_text say_at(int64_t made_s, const struct status_statement_line *lines, size_t count)
{
    static const char *const names[] = {"suspended", "active", "revoked"};
    struct status_text text = statement(said_number + 1, said_digest, made_s, lines, count);
    struct row_change *rows = NEW_ARRAY(arena, struct row_change, count + 1);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct row_change){lines[i].serial, names[lines[i].status], lines[i].reason, lines[i].since_s,
                                      text.number};
    OK(db_run(responder.db, insert_statement, &text));
    OK(db_run(responder.db, write_rows, rows));
    said_number++;
    said_digest = hex_encode(arena, sha256(arena, text.text));
    return text;
}

static struct status_text say(const struct status_statement_line *lines, size_t count)
{
    return say_at(clock_now_s(), lines, count);
}

static enum err insert(struct db_tx *tx, void *context)
{
    return db_exec(tx, &sql_insert_ca, DB_WITH(DB_BYTES("der", root.der)), NULL);
}

/* Certified as the worker would have it done. */
static void certify(int64_t valid_for_s)
{
    struct certificate_content content = content_of(&profile_ocsp);
    struct buffer request = BUFFER_EMPTY, payload = BUFFER_EMPTY;
    struct ipc_call ask = {.arena = arena, .reply = &request, .context = responder.key};
    OK(responder_key_request(&ask));
    struct ipc_reader reader = {buffer_bytes(&request), arena};
    struct bytes der;
    OK(ipc_get_bytes(&reader, &der));
    const unsigned char *at = der.data;
    X509_REQ *parsed = d2i_X509_REQ(NULL, &at, (long)der.size);
    assert_non_null(parsed);
    unsigned char *key = NULL;
    int size = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(parsed), &key);
    content.public_key = bytes_copy(arena, (struct bytes){key, (size_t)size});
    content.not_before_s = clock_now_s() - 60;
    if (certified_s == 0) certified_s = content.not_before_s; /* the responder remembers its first */
    content.not_after_s = clock_now_s() + valid_for_s;
    ipc_put_bytes(&payload, issue(&content).der);
    struct ipc_call hand = {.arena = arena, .request = {buffer_bytes(&payload), arena}, .context = responder.key};
    OK(responder_key_accept(&hand));
    OPENSSL_free(key);
    X509_REQ_free(parsed);
    buffer_free(&request);
    buffer_free(&payload);
}

static X509 *x509_of(struct bytes der)
{
    const unsigned char *at = der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)der.size);
    assert_non_null(x509);
    return x509;
}

static OCSP_CERTID *id_of(const char *serial)
{
    static X509 *issuer;
    if (issuer == NULL) issuer = x509_of(root.der);
    BIGNUM *number = NULL;
    BN_hex2bn(&number, serial);
    ASN1_INTEGER *integer = BN_to_ASN1_INTEGER(number, NULL);
    OCSP_CERTID *id =
        OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(issuer), X509_get0_pubkey_bitstr(issuer), integer);
    ASN1_INTEGER_free(integer);
    BN_free(number);
    return id;
}

static OCSP_RESPONSE *ask(OCSP_REQUEST *request)
{
    unsigned char *der = NULL;
    int size = i2d_OCSP_REQUEST(request, &der);
    struct bytes answer = ocsp_answer(&responder, arena, (struct bytes){der, (size_t)size});
    OPENSSL_free(der);
    const unsigned char *at = answer.data;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)answer.size);
    assert_non_null(response);
    assert_ptr_equal(at, answer.data + answer.size);
    return response;
}

static void verify(OCSP_BASICRESP *basic)
{
    X509_STORE *store = X509_STORE_new();
    X509 *issuer = x509_of(root.der);
    X509_STORE_add_cert(store, issuer);
    assert_int_equal(OCSP_basic_verify(basic, NULL, store, 0), 1);
    X509_free(issuer);
    X509_STORE_free(store);
}

/* V_OCSP_CERTSTATUS_*; the response's signature, its nonce and times are checked on the way. */
static int status_of(const char *serial, int *ret_reason)
{
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    OCSP_request_add0_id(request, id_of(serial));
    OCSP_request_add1_nonce(request, NULL, 16);
    OCSP_RESPONSE *response = ask(request);
    assert_int_equal(OCSP_response_status(response), OCSP_RESPONSE_STATUS_SUCCESSFUL);
    OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
    assert_int_equal(OCSP_check_nonce(request, basic), 1);
    verify(basic);
    OCSP_CERTID *id = id_of(serial);
    int status = -1;
    ASN1_GENERALIZEDTIME *revoked, *this_update, *next_update;
    assert_int_equal(OCSP_resp_find_status(basic, id, &status, ret_reason, &revoked, &this_update, &next_update), 1);
    assert_int_equal(OCSP_check_validity(this_update, next_update, 60, 60), 1);
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    OCSP_REQUEST_free(request);
    return status;
}

static int error_of(OCSP_REQUEST *request)
{
    OCSP_RESPONSE *response = ask(request);
    int error = OCSP_response_status(response);
    OCSP_RESPONSE_free(response);
    return error;
}

static void nothing_is_said_without_a_certificate(void **state)
{
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    OCSP_request_add0_id(request, id_of("1a02"));
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_TRYLATER);
    certify(-30); /* run out already */
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_TRYLATER);
    certify(7200);
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_TRYLATER); /* the signer has not spoken */
    OCSP_REQUEST_free(request);
}

static void only_a_word_of_after_the_certificate_counts(void **state)
{
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    OCSP_request_add0_id(request, id_of("1a02"));
    const struct status_statement_line lines[] = {{"1a01", STATUS_SUSPENDED, 6, 1795000100},
                                                  {"1a02", STATUS_ACTIVE, 0, 1795000100},
                                                  {"1a03", STATUS_REVOKED, 1, 1795000100}};
    say_at(certified_s, lines, 3);
    OK(responder_follow(&responder));
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_TRYLATER);
    say_at(certified_s + 1, NULL, 0);
    OK(responder_follow(&responder));
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_SUCCESSFUL);
    say_at(clock_now_s() - 1801, NULL, 0); /* the newest, and long ago */
    OK(responder_follow(&responder));
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_TRYLATER);
    say(NULL, 0);
    OK(responder_follow(&responder));
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_SUCCESSFUL);
    OCSP_REQUEST_free(request);
}

static void each_status_is_told(void **state)
{
    int reason = 0;
    assert_int_equal(status_of("1a01", &reason), V_OCSP_CERTSTATUS_REVOKED);
    assert_int_equal(reason, OCSP_REVOKED_STATUS_CERTIFICATEHOLD);
    assert_int_equal(status_of("1a02", &reason), V_OCSP_CERTSTATUS_GOOD);
    assert_int_equal(status_of("1a03", &reason), V_OCSP_CERTSTATUS_REVOKED);
    assert_int_equal(reason, OCSP_REVOKED_STATUS_KEYCOMPROMISE);
    assert_int_equal(status_of("1a04", &reason), V_OCSP_CERTSTATUS_UNKNOWN);
}

static void a_change_is_answered_at_once(void **state)
{
    int reason = 0;
    const struct status_statement_line line = {"1a01", STATUS_ACTIVE, 0, 1795000200};
    say(&line, 1); /* nobody has looked since: the row is newer than what was read */
    assert_int_equal(status_of("1a01", &reason), V_OCSP_CERTSTATUS_GOOD);
    assert_int_equal(status_book_newest(responder.book).number, said_number);
}

/* -- rows that somebody else wrote -- */

#define EDITS 2000
#define AT_ONCE 16 /* questions to a request */
#define EDITED_FIRST 0x2b0000

static int log_fd, log_read_fd;

/* How many lines of the log, since the last time, tell of this event. */
static size_t count_logged(const char *event)
{
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    uint8_t part[4096];
    size_t count = 0;
    ssize_t size;
    while ((size = read(log_read_fd, part, sizeof part)) > 0) buffer_add(&text, (struct bytes){part, (size_t)size});
    for (const char *at = buffer_to_text(&text, arena); (at = strstr(at, event)) != NULL; at++) count++;
    return count;
}

static void log_begin(void)
{
    char path[] = "/tmp/divit-log.XXXXXX";
    int fd = mkstemp(path);
    log_read_fd = open(path, O_RDONLY);
    log_fd = dup(2);
    dup2(fd, 2);
    close(fd);
    unlink(path);
}

static void log_end(void)
{
    dup2(log_fd, 2);
    close(log_fd);
    close(log_read_fd);
}

static const char *edited_serial(int i)
{
    return arena_printf(arena, "%x", EDITED_FIRST + i);
}

static struct status_statement_line edited_line(int i)
{
    static const struct status_statement_line kinds[] = {
        {.status = STATUS_REVOKED, .reason = 1}, {.status = STATUS_ACTIVE}, {.status = STATUS_SUSPENDED, .reason = 6}};
    struct status_statement_line line = kinds[i % 3];
    line.serial = edited_serial(i);
    line.since_s = 1795000000 + i;
    return line;
}

/* One of all the things that can be done to a row. */
static struct row_change edit_of(int i)
{
    struct status_statement_line line = edited_line(i);
    static const char *const names[] = {"suspended", "active", "revoked"};
    struct row_change row = {line.serial, names[line.status], line.reason, line.since_s,
                             said_number - EDITS / STATUS_LINES_MAX + 1 + i / STATUS_LINES_MAX};
    switch (i / 3 % 6) {
    case 0: /* another status: the revoked become active */
        row.status = line.status == STATUS_ACTIVE ? "suspended" : "active";
        row.reason = 0;
        break;
    case 1: row.reason = line.reason == 5 ? 4 : 5; break;
    case 2: row.since_s++; break;
    case 3: row.status = NULL; break;
    case 4: row.number = said_number + 1; break; /* as if a newer word had said so */
    default: /* with all that is told of another, active one */
        row.status = line.status == STATUS_ACTIVE ? "revoked" : "active";
        row.number = 1;
        break;
    }
    return row;
}

static int expected_of(enum status_word word)
{
    return word == STATUS_ACTIVE ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED;
}

/* 16 to a request; gives the number of answers that are not what the signer said. */
static size_t count_wrong_answers(int first, int count)
{
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    for (int i = 0; i < count; i++) OCSP_request_add0_id(request, id_of(edited_serial(first + i)));
    OCSP_RESPONSE *response = ask(request);
    assert_int_equal(OCSP_response_status(response), OCSP_RESPONSE_STATUS_SUCCESSFUL);
    OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
    size_t wrong = 0;
    for (int i = 0; i < count; i++) {
        OCSP_CERTID *id = id_of(edited_serial(first + i));
        struct status_statement_line line = edited_line(first + i);
        int status = -1, reason = -1;
        ASN1_GENERALIZEDTIME *revoked, *this_update, *next_update;
        assert_int_equal(OCSP_resp_find_status(basic, id, &status, &reason, &revoked, &this_update, &next_update), 1);
        bool is_right = status == expected_of(line.status) && (line.status == STATUS_ACTIVE || reason == line.reason);
        wrong += !is_right;
        OCSP_CERTID_free(id);
    }
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    OCSP_REQUEST_free(request);
    return wrong;
}

static size_t ask_all(int count)
{
    size_t wrong = 0;
    for (int first = 0; first < count; first += AT_ONCE)
        wrong += count_wrong_answers(first, count - first < AT_ONCE ? count - first : AT_ONCE);
    return wrong;
}

static void edited_rows_are_all_found_and_none_is_answered(void **state)
{
    struct row_change *edits = NEW_ARRAY(arena, struct row_change, EDITS + 1);
    for (int i = 0; i < EDITS; i += STATUS_LINES_MAX) {
        struct status_statement_line lines[STATUS_LINES_MAX];
        for (int line = 0; line < STATUS_LINES_MAX; line++) lines[line] = edited_line(i + line);
        say(lines, STATUS_LINES_MAX);
    }
    OK(responder_follow(&responder));
    log_begin();
    size_t wrong_before = ask_all(EDITS / 10), reported_before = count_logged("status_row_edited");
    for (int i = 0; i < EDITS; i++) edits[i] = edit_of(i);
    OK(db_run(responder.db, write_rows, edits));
    size_t wrong = ask_all(EDITS), reported = count_logged("status_row_edited");
    size_t wrong_again = ask_all(EDITS / 10), reported_again = count_logged("status_row_edited");
    log_end();
    assert_int_equal(wrong_before, 0);
    assert_int_equal(reported_before, 0);
    assert_int_equal(wrong, 0); /* so: none un-revoked */
    assert_int_equal(reported, EDITS);
    assert_int_equal(wrong_again, 0);
    assert_int_equal(reported_again, 0); /* told once */
    printf("status: %d row edits: %zu found, %zu answered as edited\n", EDITS, reported, wrong);
}

static void a_made_up_row_is_unknown(void **state)
{
    int reason = 0;
    change_row("7f01", "active", 0, 1795000300, said_number);
    log_begin();
    int status = status_of("7f01", &reason);
    size_t reported = count_logged("status_row_made_up");
    log_end();
    assert_int_equal(status, V_OCSP_CERTSTATUS_UNKNOWN);
    assert_int_equal(reported, 1);
}

/* -- statements that somebody else wrote -- */

static void refused_because(enum err error, const char *why)
{
    assert_int_equal(error, ERR_WRONG);
    if (strstr(err_detail(), why) == NULL) fail_msg("'%s', not '%s'", err_detail(), why);
}

static void a_statement_of_nobody_is_not_followed(void **state)
{
    int reason = 0;
    const struct status_statement_line line = {"1a03", STATUS_ACTIVE, 0, 1795000400};
    struct status_text good = say(NULL, 0);
    struct status_text other = statement(said_number, said_digest, clock_now_s(), &line, 1), wrong;
    OK(responder_follow(&responder));
    assert_int_equal(status_book_newest(responder.book).number, said_number);
    struct status_text next = statement(said_number + 1, said_digest, clock_now_s(), &line, 1);
    wrong = next;
    wrong.text = bytes_copy(arena, next.text);
    ((uint8_t *)(uintptr_t)wrong.text.data)[wrong.text.size - 3] ^= 1; /* another second */
    OK(db_run(responder.db, insert_statement, &wrong));
    refused_because(responder_follow(&responder), "is not signed by the signer");
    wrong = next;
    wrong.signature = good.signature;
    OK(db_run(responder.db, change_statement, &wrong));
    refused_because(responder_follow(&responder), "is not signed by the signer");
    wrong = other; /* signed by the signer, and of another history */
    wrong.number = said_number + 1;
    OK(db_run(responder.db, change_statement, &wrong));
    refused_because(responder_follow(&responder), "is none");
    wrong = statement(said_number + 1, hex_encode(arena, sha256(arena, other.text)), clock_now_s(), &line, 1);
    OK(db_run(responder.db, change_statement, &wrong));
    refused_because(responder_follow(&responder), "does not follow from the one before it");
    OK(db_run(responder.db, delete_statement, &wrong));
    wrong.number = said_number + 2;
    OK(db_run(responder.db, insert_statement, &wrong));
    refused_because(responder_follow(&responder), "is not there");
    OK(db_run(responder.db, delete_statement, &wrong));
    OK(db_run(responder.db, delete_statement, &good)); /* the newest one, which was read */
    refused_because(responder_follow(&responder), "was there and is not any more");
    assert_int_equal(status_of("1a03", &reason), V_OCSP_CERTSTATUS_REVOKED); /* by what was said, meanwhile */
    OK(db_run(responder.db, insert_statement, &good));
    OK(responder_follow(&responder));
}

static void revoked_is_final_whoever_signs(void **state)
{
    int reason = 0;
    const struct status_statement_line line = {"1a03", STATUS_ACTIVE, 0, 1795000500};
    say(&line, 1);
    log_begin();
    int status = status_of("1a03", &reason);
    size_t reported = count_logged("status_row_edited");
    log_end();
    assert_int_equal(status, V_OCSP_CERTSTATUS_REVOKED);
    assert_int_equal(reported, 1);
}

/* A responder that has just started knows nothing but what the database shows: old words alone do not make it speak. */
static void an_older_database_is_not_answered_from(void **state)
{
    static struct responder second; /* its key is never freed, as in the process */
    struct responder first = responder;
    OK(responder_key_new(&second.key));
    responder.key = second.key;
    responder.book = status_book_new(memory_key_public(signer_key));
    certify(7200);
    OK(responder_follow(&responder));
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    OCSP_request_add0_id(request, id_of("1a02"));
    say_at(certified_s, NULL, 0); /* of that moment, not after it */
    OK(responder_follow(&responder));
    assert_int_equal(error_of(request), OCSP_RESPONSE_STATUS_TRYLATER);
    OCSP_REQUEST_free(request);
    status_book_free(responder.book);
    responder = first;
}

static void what_is_no_request_is_malformed(void **state)
{
    static const char *const wrong[] = {"", "0", "GET /", "\x30\x80", "\x30\x03\x30\x01\x30"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_string_equal(hex_encode(arena, ocsp_answer(&responder, arena, bytes_of_text(wrong[i]))), "30030a0101");
}

static void a_certificate_is_asked_for_once_and_taken_for_its_key_alone(void **state)
{
    struct buffer reply = BUFFER_EMPTY;
    struct ipc_call call = {.arena = arena, .reply = &reply, .context = responder.key};
    assert_int_equal(responder_key_request(&call), ERR_NOT_FOUND);
    struct certificate_content content = content_of(&profile_ocsp);
    struct buffer payload = BUFFER_EMPTY;
    ipc_put_bytes(&payload, issue(&content).der);
    struct ipc_call hand = {.arena = arena, .request = {buffer_bytes(&payload), arena}, .context = responder.key};
    assert_int_equal(responder_key_accept(&hand), ERR_INVALID);
    buffer_free(&payload);
    buffer_free(&reply);
}

static int open_all(void **state)
{
    if (set_up(state) != 0) return -1;
    responder.db = fixture_db_open();
    if (responder_key_new(&responder.key) != ERR_NONE || memory_key_new(&signer_key) != ERR_NONE) return -1;
    responder.book = status_book_new(memory_key_public(signer_key));
    return db_run(responder.db, insert, NULL) == ERR_NONE ? 0 : -1;
}

static int close_all(void **state)
{
    fixture_db_close(responder.db);
    status_book_free(responder.book);
    memory_key_free(signer_key);
    return tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said_without_a_certificate),
        cmocka_unit_test(only_a_word_of_after_the_certificate_counts),
        cmocka_unit_test(each_status_is_told),
        cmocka_unit_test(a_change_is_answered_at_once),
        cmocka_unit_test(edited_rows_are_all_found_and_none_is_answered),
        cmocka_unit_test(a_made_up_row_is_unknown),
        cmocka_unit_test(a_statement_of_nobody_is_not_followed),
        cmocka_unit_test(revoked_is_final_whoever_signs),
        cmocka_unit_test(an_older_database_is_not_answered_from),
        cmocka_unit_test(what_is_no_request_is_malformed),
        cmocka_unit_test(a_certificate_is_asked_for_once_and_taken_for_its_key_alone),
    };
    return cmocka_run_group_tests_name("responder-answer", tests, open_all, close_all);
}
