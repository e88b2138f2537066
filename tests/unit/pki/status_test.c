/* OCSP, CRL: made by us, read by OpenSSL's own code is in tests/unit/token; here what we refuse. */
#include "fixture_pki.h"

#include "pki/crl.h"
#include "pki/der.h"
#include "pki/ocsp.h"

static struct bytes certificate_id(const struct certificate *issuer, struct bytes serial)
{
    static const uint8_t null[] = {DER_NULL, 0};
    struct der_reader outer = {issuer->public_key}, inner;
    struct der_value part;
    OK(der_expect(&outer, DER_SEQUENCE, &part));
    inner.rest = part.content;
    OK(der_expect(&inner, DER_SEQUENCE, &part));
    OK(der_expect(&inner, DER_BIT_STRING, &part));
    struct bytes key = {part.content.data + 1, part.content.size - 1};
    return DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, der_oid(arena, "2.16.840.1.101.3.4.2.1"), BYTES(null)),
               DER(arena, DER_OCTET_STRING, sha256(arena, issuer->subject_name)),
               DER(arena, DER_OCTET_STRING, sha256(arena, key)), der_unsigned(arena, serial));
}

static struct bytes request_of(struct bytes id, struct bytes nonce)
{
    struct bytes extension =
        nonce.size == 0
            ? DER_NOTHING
            : DER(arena, DER_EXPLICIT(2),
                  DER(arena, DER_SEQUENCE,
                      der_extension(arena, "1.3.6.1.5.5.7.48.1.2", false, DER(arena, DER_OCTET_STRING, nonce))));
    struct bytes list = DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, id));
    return DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, list, extension));
}

static void reads_requests(void **state)
{
    struct certificate_content content = content_of(&profile_qualified);
    struct certificate person = issue(&content);
    struct ocsp_request request;
    OK(ocsp_request_parse(arena, request_of(certificate_id(&root, person.serial_bytes), bytes_of_text("nonce")),
                          &request));
    assert_int_equal(request.questions_count, 1);
    assert_string_equal(request.questions[0].serial, person.serial);
    assert_true(bytes_equal(request.nonce, bytes_of_text("nonce")));
    assert_true(ocsp_question_concerns(&request.questions[0], &root));
    assert_false(ocsp_question_concerns(&request.questions[0], &person));
    OK(ocsp_request_parse(arena, request_of(certificate_id(&root, person.serial_bytes), DER_NOTHING), &request));
    assert_int_equal(request.nonce.size, 0);
}

static void refuses_requests(void **state)
{
    struct ocsp_request request;
    uint8_t long_nonce[129] = {0};
    struct bytes id = certificate_id(&root, root.serial_bytes), good = request_of(id, DER_NOTHING);
    uint8_t *longer = arena_alloc(arena, good.size + 1);
    memcpy(longer, good.data, good.size);
    assert_int_equal(ocsp_request_parse(arena, DER_NOTHING, &request), ERR_INVALID);
    assert_int_equal(ocsp_request_parse(arena, request_of(id, BYTES(long_nonce)), &request), ERR_INVALID);
    assert_int_equal(ocsp_request_parse(arena, (struct bytes){longer, good.size + 1}, &request), ERR_INVALID);
    assert_int_equal(ocsp_request_parse(arena, bytes_of_text("GET / HTTP/1.1"), &request), ERR_INVALID);
    for (size_t size = 0; size < good.size; size++)
        assert_int_equal(ocsp_request_parse(arena, (struct bytes){good.data, size}, &request), ERR_INVALID);
}

static void writes_errors(void **state)
{
    assert_string_equal(hex_encode(arena, ocsp_error_response(arena, OCSP_MALFORMED)), "30030a0101");
    assert_string_equal(hex_encode(arena, ocsp_error_response(arena, OCSP_UNAUTHORIZED)), "30030a0106");
}

static void lists_need_an_authority(void **state)
{
    struct certificate_content content = content_of(&profile_qualified);
    struct certificate person = issue(&content);
    struct external_signer signer = memory_key_signer(person_key);
    struct crl_content list = {
        .issuer = &person, .number = 1, .this_update_s = START_S, .next_update_s = START_S + 3600};
    struct bytes der;
    assert_int_equal(crl_build(arena, &list, &signer, &der), ERR_INVALID);
    list.issuer = &root;
    assert_int_equal(crl_build(arena, &list, &signer, &der), ERR_BROKEN); /* not the authority's key */
    signer = memory_key_signer(root_key);
    OK(crl_build(arena, &list, &signer, &der));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_requests), cmocka_unit_test(refuses_requests),
                                       cmocka_unit_test(writes_errors), cmocka_unit_test(lists_need_an_authority)};
    return cmocka_run_group_tests_name("pki-status", tests, set_up, tear_down);
}
