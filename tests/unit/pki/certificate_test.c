#include "fixture_pki.h"

#include "pki/request.h"

static void carries_the_profile(void **state)
{
    struct certificate_content content = content_of(&profile_qualified);
    struct certificate made = issue(&content);
    assert_string_equal(made.subject_serial_number, "10000000146");
    assert_string_equal(made.subject_common_name, "AYŞE IŞIK");
    assert_string_equal(made.serial, hex_encode(arena, content.serial));
    assert_int_equal(made.not_before_s, content.not_before_s);
    assert_int_equal(made.not_after_s, content.not_after_s);
    assert_int_equal(made.key_usage, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_NON_REPUDIATION);
    assert_false(made.is_ca);
    assert_true(bytes_equal(made.public_key, memory_key_public(person_key)));
    assert_true(bytes_equal(made.key_id, public_key_id(arena, made.public_key)));
    assert_string_equal(made.subject_text, "CN=AYŞE IŞIK,serialNumber=10000000146,C=TR");
    OK(certificate_check_issuer(&made, &root));
    assert_int_equal(certificate_check_issuer(&made, &made), ERR_WRONG);
    assert_int_equal(root.key_usage, KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN);
    content = content_of(&profile_ocsp);
    assert_true(issue(&content).is_ocsp_signer);
}

static void finds_a_foreign_signature(void **state)
{
    struct certificate_content content = content_of(&profile_qualified);
    struct certificate made = issue(&content);
    uint8_t *changed = (uint8_t *)bytes_copy(arena, made.der).data;
    uint8_t *name = memmem(changed, made.der.size, "10000000146", 11);
    assert_non_null(name);
    name[10] = '7';
    struct certificate other;
    OK(certificate_parse(arena, (struct bytes){changed, made.der.size}, &other));
    assert_int_equal(certificate_check_issuer(&other, &root), ERR_WRONG);
    struct external_signer foreign = memory_key_signer(person_key);
    struct bytes to_be_signed, der;
    OK(certificate_build(arena, &content, &to_be_signed));
    assert_int_equal(certificate_sign(arena, to_be_signed, memory_key_public(root_key), &foreign, &der), ERR_BROKEN);
}

static void refuses_what_is_no_certificate(void **state)
{
    struct certificate parsed;
    struct bytes der = root.der;
    uint8_t *longer = arena_alloc(arena, der.size + 1);
    memcpy(longer, der.data, der.size);
    assert_int_equal(certificate_parse(arena, (struct bytes){0}, &parsed), ERR_INVALID);
    assert_int_equal(certificate_parse(arena, (struct bytes){der.data, der.size - 1}, &parsed), ERR_INVALID);
    assert_int_equal(certificate_parse(arena, (struct bytes){longer, der.size + 1}, &parsed), ERR_INVALID);
    assert_int_equal(certificate_parse(arena, bytes_of_text("certificate"), &parsed), ERR_INVALID);
}

static void takes_good_keys_alone(void **state)
{
    struct bytes key = memory_key_public(person_key);
    OK(public_key_check(key));
    uint8_t *off_curve = (uint8_t *)bytes_copy(arena, key).data;
    off_curve[key.size - 1] ^= 1;
    assert_int_equal(public_key_check((struct bytes){off_curve, key.size}), ERR_INVALID);
    uint8_t *longer = arena_alloc(arena, key.size + 1);
    memcpy(longer, key.data, key.size);
    assert_int_equal(public_key_check((struct bytes){longer, key.size + 1}), ERR_INVALID);
    /* the same point, compressed (SEC 1, 2.3.3): another text of the same key */
    uint8_t compressed[59] = {0x30, 0x39};
    memcpy(compressed + 2, key.data + 2, 21);
    memcpy(compressed + 23, (const uint8_t[]){0x03, 0x22, 0x00, (uint8_t)(2 | (key.data[90] & 1))}, 4);
    memcpy(compressed + 27, key.data + 27, 32);
    assert_int_equal(key.size, 91);
    assert_true(public_key_is_same(key, BYTES(compressed)));
    assert_false(public_key_is_same(key, (struct bytes){off_curve, key.size}));
    assert_int_equal(public_key_check(BYTES(compressed)), ERR_INVALID);
    uint8_t modulus[128], exponent[] = {1, 0, 1};
    memset(modulus, 0xa5, sizeof modulus);
    struct bytes spki;
    assert_int_equal(public_key_of_modulus(arena, BYTES(modulus), BYTES(exponent), &spki), ERR_INVALID);
    assert_int_equal(public_key_of_point(arena, BYTES(modulus), &spki), ERR_INVALID);
}

static void requests(void **state)
{
    struct external_signer signer = memory_key_signer(person_key), foreign = memory_key_signer(root_key);
    struct bytes digest = sha256(arena, bytes_of_text("statement")), der;
    struct name subject = request_subject(arena, digest, 2);
    OK(request_build(arena, &subject, memory_key_public(person_key), &signer, &der));
    struct request request;
    OK(request_parse(arena, der, &request));
    assert_string_equal(request.common_name, hex_encode(arena, digest));
    assert_string_equal(request.serial_number, "2");
    assert_true(bytes_equal(request.public_key, memory_key_public(person_key)));
    /* made for a key that one does not have */
    struct bytes stolen;
    assert_int_equal(request_build(arena, &subject, memory_key_public(person_key), &foreign, &stolen), ERR_BROKEN);
    uint8_t *changed = (uint8_t *)bytes_copy(arena, der).data;
    uint8_t *attempt = memmem(changed, der.size,
                              "\x13\x01"
                              "2",
                              3);
    assert_non_null(attempt);
    attempt[2] = '3';
    assert_int_equal(request_parse(arena, (struct bytes){changed, der.size}, &request), ERR_WRONG);
    assert_int_equal(request_parse(arena, (struct bytes){der.data, der.size - 1}, &request), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(carries_the_profile),
                                       cmocka_unit_test(finds_a_foreign_signature),
                                       cmocka_unit_test(refuses_what_is_no_certificate),
                                       cmocka_unit_test(takes_good_keys_alone), cmocka_unit_test(requests)};
    return cmocka_run_group_tests_name("pki-certificate", tests, set_up, tear_down);
}
