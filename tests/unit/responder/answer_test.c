/* The responder's answers, asked and read by OpenSSL's own OCSP code: right for each status, good for nothing else. */
#include "fixture_db.h"
#include "pki/fixture_pki.h"

#include "answer_test_sql.h"
#include "base/clock.h"
#include "ipc/ipc.h"
#include "responder/ocsp_answer.h"
#include "pki/openssl.h"

static struct responder responder;

static enum err insert(struct db_tx *tx, void *context)
{
    static const struct {
        const char *serial, *status;
        int64_t reason;
    } rows[] = {{"1a01", "suspended", 6}, {"1a02", "active", 0}, {"1a03", "revoked", 1}};
    TRY(db_exec(tx, &sql_insert_ca, DB_WITH(DB_BYTES("der", root.der)), NULL));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        TRY(db_exec(tx, &sql_insert_status,
                    DB_WITH(DB_TEXT("serial", rows[i].serial), DB_TEXT("status", rows[i].status),
                            DB_INT64("reason", rows[i].reason)),
                    NULL));
    return ERR_NONE;
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
    X509 *issuer = x509_of(root.der);
    BIGNUM *number = NULL;
    BN_hex2bn(&number, serial);
    ASN1_INTEGER *integer = BN_to_ASN1_INTEGER(number, NULL);
    OCSP_CERTID *id =
        OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(issuer), X509_get0_pubkey_bitstr(issuer), integer);
    ASN1_INTEGER_free(integer);
    BN_free(number);
    X509_free(issuer);
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
    if (responder_key_new(&responder.key) != ERR_NONE) return -1;
    return db_run(responder.db, insert, NULL) == ERR_NONE ? 0 : -1;
}

static int close_all(void **state)
{
    fixture_db_close(responder.db);
    return tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said_without_a_certificate),
        cmocka_unit_test(each_status_is_told),
        cmocka_unit_test(what_is_no_request_is_malformed),
        cmocka_unit_test(a_certificate_is_asked_for_once_and_taken_for_its_key_alone),
    };
    return cmocka_run_group_tests_name("responder-answer", tests, open_all, close_all);
}
