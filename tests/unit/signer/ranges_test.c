/* Two signers, one authority, disjoint parts: whatever each is asked for, it makes its own applications' alone. */
#include "fixture_signer.h"

#define APPLICATIONS 32

static const char first_part[] = "01234567", second_part[] = "89abcdef";

static struct signer_evidence evidences[APPLICATIONS];

static bool is_in(const char *part, const char *uid)
{
    return strchr(part, uid[0]) != NULL;
}

/* Makes the evidence while no authority is open: each first digit twice. */
static void prepare(void)
{
    for (int i = 0; i < APPLICATIONS; i++) {
        struct memory_key *key;
        OK(memory_key_new(&key));
        const char *uid = arena_printf(arena, "%x%031d", (unsigned)i % 16, i);
        struct story story = good_story(uid, key);
        evidences[i] = evidence_of(&story);
        memory_key_free(key);
    }
}

static void check_serial(struct bytes der, const char *prefix)
{
    struct certificate certificate;
    OK(certificate_parse(arena, der, &certificate));
    assert_int_equal(strncmp(hex_encode(arena, certificate.serial_bytes), prefix, 2), 0);
}

static size_t issue_all(struct authority *authority, const char *part, const char *prefix)
{
    size_t count = 0;
    for (int i = 0; i < APPLICATIONS; i++) {
        struct bytes der, crl;
        int64_t number, next_s;
        enum err error = authority_issue(authority, arena, &evidences[i], now_s, &der);
        if (is_in(part, evidences[i].application_uid)) {
            OK(error);
            check_serial(der, prefix);
            count++;
        } else {
            assert_int_equal(error, ERR_FORBIDDEN);
            assert_string_equal(err_detail(), "application of another signer's range");
        }
        OK(authority_crl(authority, arena, now_s, &crl, &number, &next_s));
    }
    return count;
}

static void two_signers_never_issue_outside_theirs(void **state)
{
    struct opened opened;
    prepare();
    open_authority(&opened);
    struct authority *first = &opened.authority, second = opened.authority;
    first->applications = first_part;
    first->serial_prefix = "05"; /* below 10: the digit before it is not lost */
    second.applications = second_part;
    second.serial_prefix = "7a";
    second.registry_arena = NULL;
    OK(journal_open(installation_path(arena, &installation, "signer/second.db"), &second.journal));
    assert_int_equal(issue_all(first, first_part, "05"), APPLICATIONS / 2);
    assert_int_equal(issue_all(&second, second_part, "7a"), APPLICATIONS / 2);
    const struct journal_certificate *found;
    size_t count;
    for (int i = 0; i < APPLICATIONS; i++) {
        struct authority *other = is_in(first_part, evidences[i].application_uid) ? &second : first;
        OK(journal_find_application(other->journal, arena, evidences[i].application_uid, &found, &count));
        assert_int_equal(count, 0);
    }
    journal_close(second.journal);
    close_authority(&opened);
}

/* What is known by a serial below 10: the worker names it as the certificate does. */
static void a_serial_below_ten_is_found_again(void **state)
{
    struct opened opened;
    struct bytes der;
    struct certificate certificate;
    int64_t since_s;
    open_authority(&opened);
    opened.authority.applications = first_part;
    OK(authority_issue(&opened.authority, arena, &evidences[0], now_s, &der)); /* asked again: the same */
    OK(certificate_parse(arena, der, &certificate));
    assert_int_equal(certificate.serial[0], '5');
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_REVOKED, 1, NULL, now_s, &since_s));
    close_authority(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_signers_never_issue_outside_theirs),
        cmocka_unit_test(a_serial_below_ten_is_found_again),
    };
    return cmocka_run_group_tests_name("signer-ranges", tests, hold_ceremony, remove_folder);
}
