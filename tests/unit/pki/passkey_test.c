/* Assertions and registrations, right and wrong in one point each; every bit of them; libfido2 asked the same. */
#include "pki/passkey.h"

#include "fido_oracle.h"
#include "pki/fixture_passkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define RP "localhost"
#define ORIGIN "http://localhost:8080"

static struct arena *arena;
static struct memory_key *key;
static const uint8_t challenge_bytes[32] = {1, 2, 3, 0xff};
#define CHALLENGE BYTES(challenge_bytes)

static struct authenticator right(void)
{
    return authenticator_of(key, RP, ORIGIN);
}

static enum err verify(const struct passkey_assertion *assertion)
{
    return passkey_verify(arena, RP, ORIGIN, memory_key_public(key), CHALLENGE, assertion);
}

static enum err verify_of(const struct authenticator *authenticator)
{
    struct passkey_assertion assertion = authenticator_assert(arena, authenticator, CHALLENGE);
    return verify(&assertion);
}

/* -- the oracle: everything but type, challenge, origin and frame -- */

static struct fido_bytes fido(struct bytes bytes)
{
    return (struct fido_bytes){bytes.data, bytes.size};
}

static const uint8_t *point(void)
{
    struct bytes spki = memory_key_public(key);
    return spki.data + spki.size - 64;
}

static bool oracle_likes(const struct passkey_assertion *assertion)
{
    return fido_likes_assertion(RP, point(), fido(assertion->authenticator_data), fido(assertion->client_data),
                                fido(assertion->signature));
}

static void right_assertions_are_taken(void **state)
{
    static const uint8_t extensions[] = {0xa1, 0x6b, 'c', 'r', 'e', 'd', 'P', 'r', 'o', 't', 'e', 'c', 't', 2};
    struct authenticator authenticator = right();
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, CHALLENGE);
    OK(verify(&assertion));
    assert_true(oracle_likes(&assertion));
    assert_int_equal(passkey_counter(&assertion), 7);
    authenticator.more = ""; /* older browsers say nothing of frames */
    OK(verify_of(&authenticator));
    authenticator.more = ",\"crossOrigin\":false,\"other_keys_can_be_added_here\":\"do not compare\"";
    OK(verify_of(&authenticator));
    authenticator.flags = 0x05 | 0x18 | 0x80; /* backed up, by level 3; extensions */
    authenticator.extensions = BYTES(extensions);
    OK(verify_of(&authenticator));
}

static void each_wrong_point_is_refused(void **state)
{
    static const uint8_t junk[] = {0}, two_maps[] = {0xa0, 0xa0};
    static const struct {
        const char *what;
        enum err error;
        const char *rp_id, *origin, *type, *more;
        uint8_t flags;
        struct bytes extensions;
        bool is_for_oracle; /* libfido2 looks at it too */
    } cases[] = {
        {"another site", ERR_WRONG, .rp_id = "localhost.example", .is_for_oracle = true},
        {"another origin", ERR_WRONG, .origin = "http://localhost:8081"},
        {"another origin's page", ERR_WRONG, .origin = "http://localhost:8080.example"},
        {"a registration", ERR_WRONG, .type = "webauthn.create"},
        {"a frame", ERR_WRONG, .more = ",\"crossOrigin\":true"},
        {"a frame, in words", ERR_WRONG, .more = ",\"crossOrigin\":\"false\""},
        {"another's frame", ERR_WRONG, .more = ",\"crossOrigin\":false,\"topOrigin\":\"https://x.example\""},
        {"the origin twice", ERR_INVALID, .more = ",\"origin\":\"http://localhost:8080\""},
        {"no JSON", ERR_INVALID, .more = ","},
        {"nobody there", ERR_WRONG, .flags = 0x04, .is_for_oracle = true},
        {"nobody verified", ERR_WRONG, .flags = 0x01, .is_for_oracle = true},
        {"a key", ERR_INVALID, .flags = 0x45},
        {"extensions without the flag", ERR_INVALID, .extensions = BYTES(junk)},
        {"the flag without extensions", ERR_INVALID, .flags = 0x85, .is_for_oracle = true},
        {"extensions that are no map", ERR_INVALID, .flags = 0x85, .extensions = BYTES(junk), .is_for_oracle = true},
        {"something after the extensions", ERR_INVALID, .flags = 0x85, .extensions = BYTES(two_maps)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct authenticator authenticator = right();
        if (cases[i].rp_id != NULL) authenticator.rp_id = cases[i].rp_id;
        if (cases[i].origin != NULL) authenticator.origin = cases[i].origin;
        if (cases[i].more != NULL) authenticator.more = cases[i].more;
        if (cases[i].flags != 0) authenticator.flags = cases[i].flags;
        authenticator.type = cases[i].type;
        authenticator.extensions = cases[i].extensions;
        struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, CHALLENGE);
        if (verify(&assertion) != cases[i].error) fail_msg("%s: %s", cases[i].what, err_detail());
        if (cases[i].is_for_oracle && oracle_likes(&assertion)) fail_msg("%s: libfido2 likes it", cases[i].what);
    }
}

static void another_challenge_or_key_is_refused(void **state)
{
    struct authenticator authenticator = right();
    struct passkey_assertion assertion =
        authenticator_assert(arena, &authenticator, (struct bytes){challenge_bytes, 31});
    assert_int_equal(verify(&assertion), ERR_WRONG);
    struct memory_key *other;
    OK(memory_key_new(&other));
    authenticator.key = other;
    assertion = authenticator_assert(arena, &authenticator, CHALLENGE);
    assert_int_equal(verify(&assertion), ERR_WRONG);
    assert_false(oracle_likes(&assertion));
    memory_key_free(other);
}

static struct bytes flipped(struct arena *into, struct bytes source, size_t bit)
{
    struct bytes copy = bytes_copy(into, source);
    ((uint8_t *)copy.data)[bit / 8] ^= (uint8_t)(1 << bit % 8);
    return copy;
}

/* Each bit of what is signed and of the signature, and each cut; libfido2 agrees about every one of them. */
static void every_bit_counts(void **state)
{
    struct authenticator authenticator = right();
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, CHALLENGE);
    struct arena *each = arena_new();
    size_t tried = 0;
    for (int part = 0; part < 3; part++) {
        struct passkey_assertion changed = assertion;
        struct bytes *spoilt = part == 0   ? &changed.authenticator_data
                               : part == 1 ? &changed.client_data
                                           : &changed.signature;
        struct bytes whole = *spoilt;
        for (size_t bit = 0; bit < whole.size * 9; bit++, tried++) {
            *spoilt = bit < whole.size * 8 ? flipped(each, whole, bit) : (struct bytes){whole.data, bit % whole.size};
            if (passkey_verify(each, RP, ORIGIN, memory_key_public(key), CHALLENGE, &changed) == ERR_NONE)
                fail_msg("part %d, bit %zu was taken", part, bit);
            if (oracle_likes(&changed)) fail_msg("part %d, bit %zu: libfido2 likes it", part, bit);
            arena_reset(each);
        }
    }
    arena_free(each);
    assert_true(tried > 2000);
}

static void packed_form_is_one(void **state)
{
    struct authenticator authenticator = right();
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, CHALLENGE), again;
    struct bytes packed = passkey_pack(arena, &assertion);
    OK(passkey_unpack(packed, &again));
    assert_true(bytes_equal(passkey_pack(arena, &again), packed));
    OK(verify(&again));
    for (size_t size = 0; size < packed.size; size++)
        assert_int_equal(passkey_unpack((struct bytes){packed.data, size}, &again), ERR_INVALID);
    assert_int_equal(passkey_unpack(joined(arena, packed, BYTES(challenge_bytes)), &again), ERR_INVALID);
    assertion.signature = DER_NOTHING;
    assert_int_equal(passkey_unpack(passkey_pack(arena, &assertion), &again), ERR_INVALID);
    /* whatever still reads after a changed bit is written as it was read */
    for (size_t bit = 0; bit < packed.size * 8; bit++) {
        struct bytes changed = flipped(arena, packed, bit);
        if (passkey_unpack(changed, &again) == ERR_NONE) assert_true(bytes_equal(passkey_pack(arena, &again), changed));
    }
}

static void counters_rise_or_stay_zero(void **state)
{
    assert_true(passkey_counter_follows(0, 0));
    assert_true(passkey_counter_follows(0, 1));
    assert_true(passkey_counter_follows(7, 8));
    assert_false(passkey_counter_follows(7, 7));
    assert_false(passkey_counter_follows(7, 0));
    assert_false(passkey_counter_follows(UINT32_MAX, 0));
}

static void relying_party_is_the_host(void **state)
{
    assert_string_equal(passkey_rp_id(arena, "http://localhost:8080"), "localhost");
    assert_string_equal(passkey_rp_id(arena, "https://nes.example.gov.tr"), "nes.example.gov.tr");
    assert_string_equal(passkey_rp_id(arena, "https://nes.example.gov.tr/"), "nes.example.gov.tr");
}

/* -- registration -- */

static enum err read_registration(struct bytes object, struct bytes client_data,
                                  struct passkey_registration *ret_registration)
{
    return passkey_read_registration(arena, RP, ORIGIN, CHALLENGE, object, client_data, ret_registration);
}

static void registration_gives_id_and_key(void **state)
{
    struct authenticator authenticator = right();
    struct passkey_registration registration;
    struct bytes client_data, object = authenticator_register(arena, &authenticator, CHALLENGE, &client_data);
    OK(read_registration(object, client_data, &registration));
    assert_true(bytes_equal(registration.credential_id, authenticator.credential_id));
    assert_true(bytes_equal(registration.spki, memory_key_public(key)));
    assert_int_equal(registration.counter, 7);
}

static void registration_is_read_strictly(void **state)
{
    struct authenticator authenticator = right();
    struct passkey_registration registration;
    struct bytes client_data, object = authenticator_register(arena, &authenticator, CHALLENGE, &client_data);
    struct passkey_registration first;
    OK(read_registration(object, client_data, &first));
    /* RP, flags, form: each bit is refused, but for what is nobody's to check: counter, AAGUID, id, spare flags */
    size_t taken = 0;
    for (size_t bit = 0; bit < object.size * 8; bit++)
        taken += read_registration(flipped(arena, object, bit), client_data, &registration) == ERR_NONE;
    assert_int_equal(taken, 8 * (4 + 16 + 16) + 4);
    for (size_t size = 0; size < object.size; size++)
        assert_int_equal(read_registration((struct bytes){object.data, size}, client_data, &registration), ERR_INVALID);
    for (size_t bit = 0; bit < client_data.size * 8; bit++) {
        if (read_registration(object, flipped(arena, client_data, bit), &registration) == ERR_NONE)
            assert_true(bit / 8 > strlen("{\"type\":\"webauthn.create\"")); /* a member's name that nobody asks for */
    }
    authenticator.flags = 0x01;
    object = authenticator_register(arena, &authenticator, CHALLENGE, &client_data);
    assert_int_equal(read_registration(object, client_data, &registration), ERR_WRONG);
    authenticator = right();
    authenticator.type = "webauthn.get";
    object = authenticator_register(arena, &authenticator, CHALLENGE, &client_data);
    assert_int_equal(read_registration(object, client_data, &registration), ERR_WRONG);
}

static enum err read_self_attested(struct bytes data, struct bytes client_data, struct bytes signature)
{
    struct passkey_registration registration;
    uint8_t head[] = {0xa2, 0x63, 'a', 'l', 'g', 0x26, 0x63, 's', 'i', 'g', 0x58, (uint8_t)signature.size};
    struct bytes object = attestation_object(arena, "packed", joined(arena, BYTES(head), signature), data);
    return read_registration(object, client_data, &registration);
}

/* libfido2 about the same bytes, too */
static void self_attestation_is_checked(void **state)
{
    struct authenticator authenticator = right();
    struct bytes client_data = authenticator_client_data(arena, &authenticator, "webauthn.create", CHALLENGE);
    struct bytes data =
        authenticator_data(arena, &authenticator, 0x45, authenticator_attested_key(arena, &authenticator));
    struct bytes signature = authenticator_signature(arena, &authenticator, data, client_data);
    OK(read_self_attested(data, client_data, signature));
    assert_true(fido_likes_registration(RP, point(), fido(data), fido(client_data), fido(signature)));
    for (size_t bit = 0; bit < (data.size + signature.size) * 8; bit++) {
        bool is_in_data = bit < data.size * 8;
        struct bytes changed_data = is_in_data ? flipped(arena, data, bit) : data;
        struct bytes changed_signature = is_in_data ? signature : flipped(arena, signature, bit - data.size * 8);
        assert_int_not_equal(read_self_attested(changed_data, client_data, changed_signature), ERR_NONE);
        assert_false(
            fido_likes_registration(RP, point(), fido(changed_data), fido(client_data), fido(changed_signature)));
    }
}

static void attestation_objects_of_other_forms_are_refused(void **state)
{
    struct authenticator authenticator = right();
    struct passkey_registration registration;
    struct bytes client_data, object = authenticator_register(arena, &authenticator, CHALLENGE, &client_data);
    struct bytes data =
        authenticator_data(arena, &authenticator, 0x45, authenticator_attested_key(arena, &authenticator));
    static const uint8_t empty_map[] = {0xa0}, one[] = {0xa1, 0x61, 'a', 1}, long_head[] = {0xb8, 0};
    object = attestation_object(arena, "none", BYTES(empty_map), data);
    OK(read_registration(object, client_data, &registration));
    const struct bytes wrong[] = {
        attestation_object(arena, "none", BYTES(one), data),
        attestation_object(arena, "none", BYTES(long_head), data),
        attestation_object(arena, "tpm", BYTES(empty_map), data),
        attestation_object(arena, "packed", BYTES(empty_map), data),
        attestation_object(arena, "none", BYTES(empty_map), joined(arena, data, BYTES(one))),
        attestation_object(arena, "none", BYTES(empty_map), (struct bytes){data.data, 37}),
        joined(arena, object, BYTES(empty_map)),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_registration(wrong[i], client_data, &registration), ERR_INVALID);
}

/* -- other people's -- */

static struct bytes of_base64url(const char *text)
{
    struct bytes bytes;
    OK(base64url_decode(arena, text, &bytes));
    return bytes;
}

/* Chromium 156 with its virtual authenticator; the challenge is 00 01 … 1f. */
static void chromium_is_understood(void **state)
{
    static const char origin[] = "http://localhost:28431";
    uint8_t challenge[32];
    for (size_t i = 0; i < sizeof challenge; i++) challenge[i] = (uint8_t)i;
    struct passkey_registration registration;
    OK(passkey_read_registration(
        arena, RP, origin, BYTES(challenge),
        of_base64url(
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQAAAAAAAAAA"
            "AAAAAAAAAAAAIDg3wHThbdDYzbWKmhu5udcipohc_PtR3RCHehtdQ5HnpQECAyYgASFYIIk4ce2C_JIpawKbiWeJsjvZTRndEd7k"
            "B3tOkwv8bpE_IlggsurqjinDdT0uKWp4z8TJAjaxf9s_bS6vuVrm9Xb6teQ"),
        bytes_of_text("{\"type\":\"webauthn.create\",\"challenge\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\","
                      "\"origin\":\"http://localhost:28431\",\"crossOrigin\":false}"),
        &registration));
    assert_string_equal(base64url_encode(arena, registration.spki),
                        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiThx7YL8kilrApuJZ4myO9lNGd0R3uQHe06TC_xukT-"
                        "y6uqOKcN1PS4panjPxMkCNrF_2z9tLq-5Wub1dvq15A");
    assert_string_equal(base64url_encode(arena, registration.credential_id),
                        "ODfAdOFt0NjNtYqaG7m51yKmiFz8-1HdEId6G11Dkec");
    struct passkey_assertion assertion = {
        registration.credential_id, of_base64url("SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg"),
        bytes_of_text("{\"type\":\"webauthn.get\",\"challenge\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\","
                      "\"origin\":\"http://localhost:28431\",\"crossOrigin\":false}"),
        of_base64url(
            "MEUCIDwYCmdG7wlppXwR8h5aqwnwMZ1I8tUEy9aneQonnow1AiEAwzIbTfJMdn2coLrlr3_BBe6PwnCH550enKqeh6iB9Fw")};
    OK(passkey_verify(arena, RP, origin, registration.spki, BYTES(challenge), &assertion));
    assert_int_equal(passkey_counter(&assertion), 2);
}

/* RS256, which some authenticators have alone */
static void rs256_is_understood(void **state)
{
    struct rsa_passkey rsa = rsa_passkey_new(2048);
    struct authenticator authenticator = right();
    struct bytes client_data = authenticator_client_data(arena, &authenticator, "webauthn.create", CHALLENGE);
    static const uint8_t head[18] = {[17] = 16}, empty_map[] = {0xa0};
    static const uint8_t cose[] = {0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0}, exponent[] = {0x21, 0x43, 1, 0, 1};
    struct bytes modulus = {rsa.modulus, 256};
    struct bytes cose_key = joined(arena, joined(arena, BYTES(cose), modulus), BYTES(exponent));
    struct bytes attested = joined(arena, joined(arena, BYTES(head), authenticator.credential_id), cose_key);
    struct bytes object =
        attestation_object(arena, "none", BYTES(empty_map), authenticator_data(arena, &authenticator, 0x45, attested));
    struct passkey_registration registration;
    OK(read_registration(object, client_data, &registration));
    assert_memory_equal(registration.spki.data, rsa.spki, rsa.spki_size);

    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, CHALLENGE);
    struct bytes both = joined(arena, assertion.authenticator_data, sha256(arena, assertion.client_data));
    uint8_t *signature = arena_alloc(arena, 256);
    rsa_passkey_sign(&rsa, both.data, both.size, signature);
    assertion.signature = (struct bytes){signature, 256};
    OK(passkey_verify(arena, RP, ORIGIN, registration.spki, CHALLENGE, &assertion));
    assert_int_equal(verify(&assertion), ERR_WRONG); /* by the other key */
    signature[255] ^= 1;
    assert_int_equal(passkey_verify(arena, RP, ORIGIN, registration.spki, CHALLENGE, &assertion), ERR_WRONG);
    rsa_passkey_free(&rsa);
}

static int set_up(void **state)
{
    arena = arena_new();
    return memory_key_new(&key) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    key = memory_key_free(key);
    arena = arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_assertions_are_taken),
        cmocka_unit_test(each_wrong_point_is_refused),
        cmocka_unit_test(another_challenge_or_key_is_refused),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(packed_form_is_one),
        cmocka_unit_test(counters_rise_or_stay_zero),
        cmocka_unit_test(relying_party_is_the_host),
        cmocka_unit_test(registration_gives_id_and_key),
        cmocka_unit_test(registration_is_read_strictly),
        cmocka_unit_test(self_attestation_is_checked),
        cmocka_unit_test(attestation_objects_of_other_forms_are_refused),
        cmocka_unit_test(chromium_is_understood),
        cmocka_unit_test(rs256_is_understood),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
