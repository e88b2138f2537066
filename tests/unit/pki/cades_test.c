#include "fixture_pki.h"

#include "pki/cades.h"
#include "pki/der.h"

static struct certificate person;
static struct bytes good;

static int set_up_signature(void **state)
{
    if (set_up(state) != 0) return -1;
    struct certificate_content content = content_of(&profile_qualified);
    person = issue(&content);
    struct external_signer signer = memory_key_signer(person_key);
    OK(cades_sign(arena, bytes_of_text("divit decision 1\n"), &person, START_S, &signer, &good));
    return 0;
}

static void comes_back(void **state)
{
    struct cades cades;
    OK(cades_verify(arena, good, &cades));
    assert_string_equal(bytes_to_text(arena, cades.content), "divit decision 1\n");
    assert_int_equal(cades.signing_time_s, START_S);
    assert_true(bytes_equal(cades.certificate.der, person.der));
}

static void large_and_empty_texts(void **state)
{
    struct external_signer signer = memory_key_signer(person_key);
    static const uint8_t large[65536] = {7};
    const struct bytes texts[] = {DER_NOTHING, BYTES(large)};
    for (size_t i = 0; i < 2; i++) {
        struct bytes cms;
        struct cades cades;
        OK(cades_sign(arena, texts[i], &person, START_S, &signer, &cms));
        OK(cades_verify(arena, cms, &cades));
        assert_true(bytes_equal(cades.content, texts[i]));
    }
}

static void needs_the_right_key(void **state)
{
    struct external_signer foreign = memory_key_signer(root_key);
    struct bytes cms;
    assert_int_equal(cades_sign(arena, bytes_of_text("x"), &person, START_S, &foreign, &cms), ERR_WRONG);
}

static struct bytes replaced(const char *from, const char *to)
{
    struct bytes old, fresh;
    OK(hex_decode(arena, from, &old));
    OK(hex_decode(arena, to, &fresh));
    uint8_t *copy = (uint8_t *)bytes_copy(arena, good).data;
    uint8_t *at = memmem(copy, good.size, old.data, old.size);
    if (at == NULL) fail_msg("not found: %s", from);
    memcpy(at, fresh.data, fresh.size);
    return (struct bytes){copy, good.size};
}

static void refuses(void **state)
{
    static const struct {
        const char *from, *to, *why;
    } cases[] = {
        {"6465636973696f6e", "6465636973696f6f", "the signature does not match the text"}, /* decision -> decisioo */
        {"06092a864886f70d010702", "06092a864886f70d010703", "not "}, /* another content type */
        {"06092a864886f70d010903", "06092a864886f70d010909", "signed attribute contentType is missing"},
        {"06092a864886f70d010904", "06092a864886f70d010909", "signed attribute messageDigest is missing"},
        {"06092a864886f70d010905", "06092a864886f70d010909", "signed attribute signingTime is missing"},
        {"060b2a864886f70d010910022f", "060b2a864886f70d0109100230",
         "signed attribute signingCertificateV2 is missing"},
        {"06092a864886f70d010905", "06092a864886f70d010903", "signed attribute contentType is there twice"},
    };
    struct cades cades;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum err error = cades_verify(arena, replaced(cases[i].from, cases[i].to), &cades);
        if (error == ERR_NONE || strncmp(err_detail(), cases[i].why, strlen(cases[i].why)) != 0)
            fail_msg("%zu: %s instead of %s", i, err_detail(), cases[i].why);
    }
    const char *hash = hex_encode(arena, DER(arena, DER_OCTET_STRING, sha256(arena, person.der)));
    const char *other = hex_encode(arena, DER(arena, DER_OCTET_STRING, sha256(arena, root.der)));
    assert_int_equal(cades_verify(arena, replaced(hash, other), &cades), ERR_WRONG);
    assert_string_equal(err_detail(), "signingCertificateV2 names another certificate");
}

static void refuses_cut_bytes(void **state)
{
    struct cades cades;
    uint8_t *longer = arena_alloc(arena, good.size + 1);
    memcpy(longer, good.data, good.size);
    assert_int_equal(cades_verify(arena, (struct bytes){longer, good.size + 1}, &cades), ERR_INVALID);
    for (size_t size = 0; size < good.size; size += 7)
        assert_int_equal(cades_verify(arena, (struct bytes){good.data, size}, &cades), ERR_INVALID);
}

static void no_bit_can_change(void **state)
{
    uint8_t *copy = (uint8_t *)bytes_copy(arena, good).data;
    for (size_t i = 0; i < 8 * good.size; i += 7) { /* each byte, a bit further each time */
        CLEANUP_ARENA struct arena *once = arena_new();
        struct cades cades;
        copy[i / 8] ^= (uint8_t)(1 << (i % 8));
        if (cades_verify(once, (struct bytes){copy, good.size}, &cades) == ERR_NONE) fail_msg("bit %zu", i);
        copy[i / 8] ^= (uint8_t)(1 << (i % 8));
    }
}

/* The outer length left open, as other programs write it: 30 80 … 00 00. */
static void other_encodings_become_der(void **state)
{
    uint8_t *open = arena_alloc(arena, good.size); /* 30 82 and two octets of length before */
    struct bytes ber = {open, good.size}, der;
    struct cades cades;
    assert_int_equal(good.data[1], 0x82);
    memcpy(open, "\x30\x80", 2);
    memcpy(open + 2, good.data + 4, good.size - 4);
    assert_int_equal(cades_verify(arena, ber, &cades), ERR_INVALID);
    assert_string_equal(err_detail(), "the signed file is not in DER");
    OK(cades_to_der(arena, ber, &der));
    assert_true(bytes_equal(der, good));
    assert_int_equal(cades_to_der(arena, bytes_of_text("30"), &der), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(comes_back),
                                       cmocka_unit_test(large_and_empty_texts),
                                       cmocka_unit_test(needs_the_right_key),
                                       cmocka_unit_test(refuses),
                                       cmocka_unit_test(refuses_cut_bytes),
                                       cmocka_unit_test(no_bit_can_change),
                                       cmocka_unit_test(other_encodings_become_der)};
    return cmocka_run_group_tests_name("pki-cades", tests, set_up_signature, tear_down);
}
