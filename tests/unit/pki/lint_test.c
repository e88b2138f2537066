#include "fixture_pki.h"

#include "pki/der.h"

static struct bytes built(const struct certificate_content *content)
{
    struct bytes to_be_signed;
    OK(certificate_build(arena, content, &to_be_signed));
    return to_be_signed;
}

/* Replaces `from` (hex) by `to` (hex) of the same size: the last place, which must be there. */
static struct bytes changed(struct bytes source, const char *from, const char *to)
{
    struct bytes old, fresh;
    OK(hex_decode(arena, from, &old));
    OK(hex_decode(arena, to, &fresh));
    assert_int_equal(old.size, fresh.size);
    uint8_t *copy = (uint8_t *)bytes_copy(arena, source).data;
    uint8_t *at = NULL;
    for (size_t i = 0; i + old.size <= source.size; i++) {
        if (memcmp(copy + i, old.data, old.size) == 0) at = copy + i;
    }
    if (at == NULL) fail_msg("not found: %s", from);
    memcpy(at, fresh.data, fresh.size);
    return (struct bytes){copy, source.size};
}

static void refused_by(struct bytes to_be_signed, const struct certificate_profile *profile, const char *clause)
{
    assert_int_equal(lint_check(arena, to_be_signed, profile), ERR_INVALID);
    if (strncmp(err_detail(), clause, strlen(clause)) != 0 || err_detail()[strlen(clause)] != ':')
        fail_msg("%s instead of %s", err_detail(), clause);
}

static void passes_all_profiles(void **state)
{
    const struct certificate_profile *profiles[] = {&profile_root, &profile_issuing, &profile_qualified, &profile_ocsp};
    for (size_t i = 0; i < 4; i++) {
        struct certificate_content content = content_of(profiles[i]);
        if (lint_check(arena, built(&content), profiles[i]) != ERR_NONE)
            fail_msg("%s: %s", profiles[i]->name, err_detail());
    }
}

static void notes_the_national_subject(void **state)
{
    const struct lint_finding *findings;
    size_t count;
    struct certificate_content content = content_of(&profile_qualified);
    OK(lint_to_be_signed(arena, built(&content), &profile_qualified, &findings, &count));
    assert_int_equal(count, 1);
    assert_true(findings[0].is_note);
    assert_string_equal(findings[0].clause, "ETSI EN 319 412-2 4.2.4");
}

static void refuses_changed_bytes(void **state)
{
    static const struct {
        const char *from, *to, *clause;
    } cases[] = {
        {"a003020102", "a003020101", "RFC 5280 4.1.2.1"},
        {"300a06082a8648ce3d040302", "300a06082a8648ce3d040301", "ETSI TS 119 312 7"}, /* ecdsa-with-SHA224 */
        {"13025452", "13024445", "spec 07 subject"}, /* DE */
        {"13025452", "0c025452", "spec 07 subject"}, /* UTF8String */
        {"130b3130303030303030313436", "130b3030303030303030313436", "spec 07 subject"},
        {"130b3130303030303030313436", "0c0b3130303030303030313436", "spec 07 subject"},
        {"3012060355040513", "3012060355042a13", "spec 07 subject"},
        {"0603551d0f0101ff0404030206c0", "0603551d0f0101000404030206c0", "RFC 5280 4.2.1.3"}, /* not critical */
        {"0603551d0f0101ff0404030206c0", "0603551d0f0101ff040403020780", "RFC 5280 4.2.1.3"},
        {"0603551d0f0101ff0404030206c0", "0603551d110101ff0404030206c0", "RFC 5280 4.2.1.3"},
        {"0603551d23", "0603551d22", "RFC 5280 4.2.1.1"},
        {"0603551d0e", "0603551d11", "RFC 5280 4.2.1.2"},
        {"0603551d0e", "0603551d23", "RFC 5280 4.2"}, /* one twice */
        {"0603551d20", "0603551d21", "ETSI EN 319 412-2 4.3.3"},
        {"0603551d1f", "0603551d2e", "ETSI EN 319 412-2 4.3.11"},
        {"06082b06010505073001", "06082b06010505073003", "ETSI EN 319 412-2 4.4.1"},
        {"06082b06010505073002", "06082b06010505073003", "ETSI EN 319 412-2 4.4.1"},
        {"06082b06010505070103", "06082b06010505070104", "ETSI EN 319 412-5 4.2.1"},
        {"060604008e460101", "060604008e460102", "ETSI EN 319 412-5 4.2.1"},
        {"060b608618013d0001a74e0101", "060b608618013d0001a74e0102", "spec 07 qcStatements"},
    };
    struct certificate_content content = content_of(&profile_qualified);
    struct bytes good = built(&content);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refused_by(changed(good, cases[i].from, cases[i].to), &profile_qualified, cases[i].clause);
    }
}

static void refuses_wrong_contents(void **state)
{
    struct certificate_content content = content_of(&profile_qualified);
    static const uint8_t short_serial[] = {1, 2, 3, 4};
    content.serial = BYTES(short_serial);
    refused_by(built(&content), &profile_qualified, "RFC 5280 4.1.2.2");
    content = content_of(&profile_qualified);
    static const struct name no_number = {.country = "TR", .common_name = "AYŞE IŞIK"};
    content.subject_name = name_der(arena, &no_number);
    refused_by(built(&content), &profile_qualified, "spec 07 subject");
    static const struct name long_name = {.country = "TR",
                                          .serial_number = "10000000146",
                                          .common_name =
                                              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    content.subject_name = name_der(arena, &long_name);
    refused_by(built(&content), &profile_qualified, "spec 07 subject");
    static const struct name more = {
        .country = "TR", .serial_number = "10000000146", .given_name = "AYŞE", .common_name = "AYŞE IŞIK"};
    content.subject_name = name_der(arena, &more);
    refused_by(built(&content), &profile_qualified, "spec 07 subject");
}

static void refuses_another_profile(void **state)
{
    struct certificate_content content = content_of(&profile_issuing);
    refused_by(built(&content), &profile_qualified, "RFC 5280 4.2.1.3");
    content = content_of(&profile_qualified);
    refused_by(built(&content), &profile_issuing, "RFC 5280 4.2.1.3");
    refused_by(built(&content), &profile_ocsp, "RFC 5280 4.2.1.3");
    content = content_of(&profile_ocsp);
    refused_by(changed(built(&content), "06082b06010505070309", "06082b06010505070302"), &profile_ocsp,
               "RFC 5280 4.2.1.12");
    refused_by(changed(built(&content), "06092b0601050507300105", "06092b0601050507300106"), &profile_ocsp,
               "RFC 6960 4.2.2.2.1");
}

static void refuses_rubbish(void **state)
{
    struct certificate_content content = content_of(&profile_qualified);
    struct bytes good = built(&content);
    for (size_t size = 0; size < good.size; size++)
        assert_int_equal(lint_check(arena, (struct bytes){good.data, size}, &profile_qualified), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_all_profiles),     cmocka_unit_test(notes_the_national_subject),
        cmocka_unit_test(refuses_changed_bytes),   cmocka_unit_test(refuses_wrong_contents),
        cmocka_unit_test(refuses_another_profile), cmocka_unit_test(refuses_rubbish)};
    return cmocka_run_group_tests_name("pki-lint", tests, set_up, tear_down);
}
