/* What certificates say of themselves: those of our own profile, and others put together here piece by piece. */
#include "fixture_pki.h"

#include "pki/der.h"
#include "pki/qualified.h"

#define QC_STATEMENTS "1.3.6.1.5.5.7.1.3"
#define COMPLIANCE "0.4.0.1862.1.1"
#define LAW_5070 "2.16.792.1.61.0.1.5070.1.1"

static struct bytes statement(const char *oid, struct bytes value)
{
    return DER(arena, DER_SEQUENCE, der_oid(arena, oid), value);
}

static struct bytes of_type(const char *type)
{
    return statement("0.4.0.1862.1.6", DER(arena, DER_SEQUENCE, der_oid(arena, type)));
}

/* A certificate with these extensions and no others. */
static enum err qualify(const struct bytes *extensions, size_t count, struct qualification *ret_qualification)
{
    struct certificate_content content = content_of(&profile_qualified);
    struct bytes algorithm = signature_algorithm_der(content.algorithm);
    struct bytes validity =
        DER(arena, DER_SEQUENCE, der_time(arena, content.not_before_s), der_time(arena, content.not_after_s));
    struct bytes list = der_join(arena, DER_SEQUENCE, extensions, count);
    struct bytes to_be_signed = DER(arena, DER_SEQUENCE, DER(arena, DER_EXPLICIT(0), der_integer(arena, 2)),
                                    der_unsigned(arena, content.serial), algorithm, content.issuer_name, validity,
                                    content.subject_name, content.public_key, DER(arena, DER_EXPLICIT(3), list));
    struct external_signer signer = memory_key_signer(root_key);
    struct bytes der;
    struct certificate certificate;
    OK(certificate_sign(arena, to_be_signed, memory_key_public(root_key), &signer, &der));
    OK(certificate_parse(arena, der, &certificate));
    return certificate_qualification(&certificate, ret_qualification);
}
#define QUALIFY(q, ...)                                                                                                \
    qualify((const struct bytes[]){__VA_ARGS__}, sizeof((const struct bytes[]){__VA_ARGS__}) / sizeof(struct bytes),   \
            (q))

static struct bytes statements(struct bytes first, struct bytes second)
{
    return der_extension(arena, QC_STATEMENTS, false, DER(arena, DER_SEQUENCE, first, second));
}

static struct bytes policy(const char *oid)
{
    return der_extension(arena, "2.5.29.32", false,
                         DER(arena, DER_SEQUENCE, DER(arena, DER_SEQUENCE, der_oid(arena, oid))));
}

static struct bytes usage(const char *oid)
{
    return der_extension(arena, "2.5.29.37", true, DER(arena, DER_SEQUENCE, der_oid(arena, oid)));
}

static void our_own_profile_is_qualified(void **state)
{
    struct certificate_content content = content_of(&profile_qualified);
    struct certificate certificate = issue(&content);
    struct qualification q;
    OK(certificate_qualification(&certificate, &q));
    assert_true(q.has_compliance && q.has_turkish_statement && !q.is_seal);
    OK(certificate_qualification(&root, &q));
    assert_false(q.has_compliance || q.has_turkish_statement || q.is_seal);
}

static void statements_are_told_apart(void **state)
{
    struct qualification q;
    OK(QUALIFY(&q,
               statements(statement(COMPLIANCE, DER_NOTHING), statement("2.16.792.1.61.0.1.5070.2.1", DER_NOTHING))));
    assert_true(q.has_compliance && q.has_turkish_statement && !q.is_seal);
    OK(QUALIFY(&q, statements(statement(COMPLIANCE, DER_NOTHING), of_type("0.4.0.1862.1.6.1"))));
    assert_true(q.has_compliance && !q.has_turkish_statement && !q.is_seal);
    OK(QUALIFY(&q, statements(statement(LAW_5070, DER_NOTHING), DER_NOTHING)));
    assert_true(!q.has_compliance && q.has_turkish_statement);
}

static void seals_are_seen(void **state)
{
    struct bytes good = statements(statement(COMPLIANCE, DER_NOTHING), statement(LAW_5070, DER_NOTHING));
    struct qualification q;
    OK(QUALIFY(&q, good, policy("2.16.792.1.2.1.1.5.7.4.1")));
    assert_true(q.is_seal);
    OK(QUALIFY(&q, good, usage("2.16.792.1.2.1.1.5.7.50.1")));
    assert_true(q.is_seal);
    OK(QUALIFY(&q, good, policy("1.2.3"), usage("1.3.6.1.5.5.7.3.4")));
    assert_false(q.is_seal);
    OK(QUALIFY(&q, statements(statement(COMPLIANCE, DER_NOTHING), of_type("0.4.0.1862.1.6.2"))));
    assert_true(q.is_seal);
}

static void what_stands_there_twice_or_broken_is_refused(void **state)
{
    struct bytes once = statements(statement(COMPLIANCE, DER_NOTHING), DER_NOTHING);
    struct qualification q;
    assert_int_equal(QUALIFY(&q, statements(statement(COMPLIANCE, DER_NOTHING), statement(COMPLIANCE, DER_NOTHING))),
                     ERR_INVALID);
    assert_int_equal(QUALIFY(&q, once, once), ERR_INVALID);
    assert_int_equal(QUALIFY(&q, statements(der_integer(arena, 1), DER_NOTHING)), ERR_INVALID);
    assert_int_equal(
        QUALIFY(&q, statements(of_type("0.4.0.1862.1.6.1"), statement("0.4.0.1862.1.6", der_oid(arena, COMPLIANCE)))),
        ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_own_profile_is_qualified),
        cmocka_unit_test(statements_are_told_apart),
        cmocka_unit_test(seals_are_seen),
        cmocka_unit_test(what_stands_there_twice_or_broken_is_refused),
    };
    return cmocka_run_group_tests_name("pki-qualified", tests, set_up, tear_down);
}
