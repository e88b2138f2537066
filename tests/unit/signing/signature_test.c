/* Whose signature is taken in, and why not (spec 07, Verification). */
#include "fixture_signing.h"

#define TEXT "divit login 1\n"

static struct certificate ayse;
static const char *given_up;

static enum signature_refusal check(struct bytes cms)
{
    struct cades cades;
    enum signature_refusal refusal = REFUSED_NOTHING;
    int64_t now_s = clock_now_s();
    const struct signature_wanted wanted = {.text = bytes_of_text(TEXT),
                                            .identity_number = AYSE,
                                            .given_up = given_up,
                                            .from_s = now_s - 60,
                                            .until_s = now_s,
                                            .is_qualified = true};
    enum err error = check_person_signature(db, keeper, arena, &wanted, cms, &cades, &refusal);
    assert_true(error == ERR_NONE || error == ERR_WRONG);
    assert_int_equal(error == ERR_WRONG, refusal != REFUSED_NOTHING);
    return refusal;
}

static enum signature_refusal check_signed_by(const struct certificate *certificate)
{
    return check(sign_at(TEXT, certificate, clock_now_s()));
}

static enum signature_refusal check_profile(const struct certificate_profile *profile)
{
    const struct name subject = {.country = "TR", .serial_number = AYSE, .common_name = "AYŞE IŞIK"};
    int64_t now_s = clock_now_s();
    struct certificate certificate =
        certify(&people, profile, &subject, memory_key_public(card), now_s - 1, now_s + DAY_S);
    return check_signed_by(&certificate);
}

static void a_good_one_is_taken_in(void **state)
{
    assert_int_equal(check_signed_by(&ayse), REFUSED_NOTHING);
}

static void what_is_signed_and_when(void **state)
{
    int64_t now_s = clock_now_s();
    assert_int_equal(check(bytes_of_text("değil")), REFUSED_FORM);
    assert_int_equal(check(sign_at("divit login 1\n ", &ayse, now_s)), REFUSED_TEXT);
    assert_int_equal(check(sign_at(TEXT, &ayse, now_s - 60 - SIGNING_CLOCK_S - 1)), REFUSED_TIME);
    assert_int_equal(check(sign_at(TEXT, &ayse, now_s + SIGNING_CLOCK_S + 5)), REFUSED_TIME);
    assert_int_equal(check(sign_at(TEXT, &ayse, now_s - 60 - SIGNING_CLOCK_S + 5)), REFUSED_NOTHING);
    struct bytes cms = sign_at(TEXT, &ayse, now_s);
    for (size_t i = 0; i < cms.size; i++) { /* what can be changed unnoticed says nothing */
        struct bytes changed = bytes_copy(arena, cms);
        struct cades cades;
        ((uint8_t *)(uintptr_t)changed.data)[i] ^= 1;
        if (check(changed) != REFUSED_NOTHING) continue;
        OK(cades_verify(arena, changed, &cades));
        assert_true(bytes_equal(cades.certificate.der, ayse.der));
        assert_int_equal(cades.signing_time_s, now_s);
    }
}

static void whose_certificate(void **state)
{
    struct certificate oya = certify_person(&people, OYA), nobody = certify_person(&people, NULL);
    assert_int_equal(check_signed_by(&oya), REFUSED_PERSON);
    assert_int_equal(check_signed_by(&nobody), REFUSED_PERSON);
}

static void what_kind_of_certificate(void **state)
{
    struct certificate_profile profile = profile_qualified;
    profile.key_usage = KEY_USAGE_DIGITAL_SIGNATURE;
    assert_int_equal(check_profile(&profile), REFUSED_USAGE);
    profile = profile_qualified;
    profile.has_qualified_statements = false;
    assert_int_equal(check_profile(&profile), REFUSED_STATEMENTS);
    assert_int_equal(check_profile(&profile_qualified), REFUSED_NOTHING);
}

static void whose_authority(void **state)
{
    struct certificate of_stranger = certify_person(&stranger, AYSE), of_root = certify_person(&root, AYSE);
    assert_int_equal(check_signed_by(&of_stranger), REFUSED_CHAIN);
    assert_int_equal(check_signed_by(&of_root), REFUSED_AUTHORITY);
}

static void a_certificate_past_its_end_or_before_its_time(void **state)
{
    const struct name subject = {.country = "TR", .serial_number = AYSE, .common_name = "AYŞE IŞIK"};
    int64_t now_s = clock_now_s();
    struct certificate old =
        certify(&people, &profile_qualified, &subject, memory_key_public(card), now_s - DAY_S, now_s - 5);
    struct certificate early =
        certify(&people, &profile_qualified, &subject, memory_key_public(card), now_s + 600, now_s + DAY_S);
    assert_int_equal(check(sign_at(TEXT, &old, now_s - 10)), REFUSED_EXPIRED);
    assert_int_equal(check_signed_by(&early), REFUSED_EXPIRED);
}

static void our_own_certificates_by_their_status(void **state)
{
    static const struct {
        const char *status;
        enum signature_refusal expected;
    } cases[] = {{"active", REFUSED_NOTHING}, {"suspended", REFUSED_SUSPENDED}, {"revoked", REFUSED_REVOKED}};
    int64_t application = insert_application();
    struct certificate unknown = certify_person(&issuing, AYSE);
    assert_int_equal(check_signed_by(&unknown), REFUSED_STATUS);
    for (int64_t i = 0; i < 3; i++) {
        struct certificate certificate = certify_person(&issuing, AYSE);
        insert_certificate(application, i + 1, &certificate, cases[i].status);
        assert_int_equal(check_signed_by(&certificate), cases[i].expected);
        given_up = certificate.serial; /* an application reports it lost or faulty, whatever its status still is */
        assert_int_equal(check_signed_by(&certificate), REFUSED_GIVEN_UP);
        assert_int_equal(check_signed_by(&ayse), REFUSED_NOTHING); /* another card of the same person */
        given_up = NULL;
    }
}

static int set_up_ayse(void **state)
{
    set_up(state);
    ayse = certify_person(&people, AYSE);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_taken_in),
        cmocka_unit_test(what_is_signed_and_when),
        cmocka_unit_test(whose_certificate),
        cmocka_unit_test(what_kind_of_certificate),
        cmocka_unit_test(whose_authority),
        cmocka_unit_test(a_certificate_past_its_end_or_before_its_time),
        cmocka_unit_test(our_own_certificates_by_their_status),
    };
    return cmocka_run_group_tests_name("signing-signature", tests, set_up_ayse, tear_down);
}
