/* From when to when a certificate is valid by the reason of its application, and which one it may concern (spec 01). */
#include "fixture_evidence.h"

static const char *serial; /* of the first certificate of the person, term three years */
static int64_t end_s;

static struct bytes made_at(struct story *story, int64_t at_s)
{
    struct memory_key *key;
    struct bytes der;
    OK(memory_key_new(&key));
    story->key = key;
    struct signer_evidence evidence = evidence_of(story);
    enum err error = issue_at(&evidence, at_s, &der);
    if (error != ERR_NONE) fail_msg("%s: %s", err_name(error), err_detail());
    memory_key_free(key);
    return der;
}

static struct certificate certificate_at(struct story *story, int64_t at_s)
{
    struct certificate certificate;
    OK(certificate_parse(arena, made_at(story, at_s), &certificate));
    return certificate;
}

static struct story story_for(enum application_reason reason, const char *concerned, int64_t years)
{
    struct story story = good_story(new_uid(), card);
    story.application.reason = application_reason_words[reason];
    story.application.certificate = concerned;
    story.application.term_years = years;
    return story;
}

static void refused_for(enum application_reason reason, const char *concerned, int64_t years, const char *rule)
{
    struct story story = story_for(reason, concerned, years);
    struct signer_evidence evidence = evidence_of(&story);
    refused(&evidence, now_s, rule);
}

static struct journal_certificate found(const char *of)
{
    struct opened opened;
    struct journal_certificate certificate;
    open_authority(&opened);
    OK(journal_find(opened.authority.journal, arena, of, &certificate));
    close_authority(&opened);
    return certificate;
}

static int begin_with_one(void **state)
{
    if (begin(state) != 0) return -1;
    struct story story = good_story(new_uid(), card);
    struct certificate first = certificate_at(&story, now_s);
    serial = first.serial;
    end_s = first.not_after_s;
    return 0;
}

static void names_what_is_wrong(void **state)
{
    (void)state;
    refused_for(REASON_FIRST, serial, 3, "certificate concerned by this reason");
    refused_for(REASON_ADDITIONAL, serial, 3, "certificate concerned by this reason");
    refused_for(REASON_RENEWAL, NULL, 3, "no certificate concerned");
    refused_for(REASON_RENEWAL, serial, 0, "term"); /* a renewal has a term of its own */
    refused_for(REASON_LOST, serial, 4, "term");
    refused_for(REASON_RENEWAL, "abcdef", 3, "certificate concerned is not of this signer");
    refused_for(REASON_LOST, serial, 3, "term of a replacement"); /* years of it are left */
    struct story story = story_for(REASON_LOST, serial, 0);
    story.application.identity_number = "10000000078";
    struct signer_evidence evidence = evidence_of(&story);
    refused(&evidence, now_s, "certificate concerned is another person's");
    story = story_for(REASON_LOST, serial, 0); /* evidence that is not enough ends nobody's certificate */
    story.officer = NULL;
    evidence = evidence_of(&story);
    refused(&evidence, now_s, "evidence missing");
    assert_int_equal(found(serial).status, JOURNAL_SUSPENDED);
}

static void renewal_starts_when_the_present_one_ends(void **state)
{
    (void)state;
    struct story story = story_for(REASON_RENEWAL, serial, 1);
    struct certificate certificate = certificate_at(&story, now_s);
    assert_int_equal(certificate.not_before_s, end_s + 1);
    assert_int_equal(certificate.not_after_s, time_add_years(end_s + 1, 1) - DAY_S);
}

static void name_change_leaves_the_present_one(void **state)
{
    (void)state;
    struct story story = story_for(REASON_NAME_CHANGE, serial, 0);
    struct certificate certificate = certificate_at(&story, now_s + 60);
    assert_int_equal(certificate.not_before_s, now_s + 60);
    assert_int_equal(certificate.not_after_s, end_s);
}

/* One that is still to start is not given earlier, or it would be valid for longer than its term. */
static void replacement_of_one_to_come_starts_then(void **state)
{
    (void)state;
    struct story renewal = story_for(REASON_RENEWAL, serial, 3);
    struct certificate to_come = certificate_at(&renewal, now_s + 90);
    struct story story = story_for(REASON_FAULTY, to_come.serial, 0);
    struct certificate certificate = certificate_at(&story, now_s + 100);
    assert_int_equal(certificate.not_before_s, to_come.not_before_s);
    assert_int_equal(certificate.not_after_s, to_come.not_after_s);
    assert_int_equal(found(to_come.serial).reason, reason_revokes_as(REASON_FAULTY));
}

/* Last: from here on it is revoked, by the first card that takes its place. */
static void replacement_is_for_the_time_left(void **state)
{
    (void)state;
    struct story story = story_for(REASON_LOST, serial, 0);
    struct certificate certificate = certificate_at(&story, now_s + 120);
    assert_int_equal(certificate.not_before_s, now_s + 120);
    assert_int_equal(certificate.not_after_s, end_s);
    assert_int_equal(found(serial).status, JOURNAL_REVOKED);
    assert_int_equal(found(serial).reason, reason_revokes_as(REASON_LOST));
    assert_int_equal(found(serial).since_s, now_s + 120);
    struct story again = story_for(REASON_FAULTY, serial, 0); /* revoked before: stays as it is */
    certificate = certificate_at(&again, now_s + 150);
    assert_int_equal(found(serial).since_s, now_s + 120);
    struct story full = story_for(REASON_FAULTY, serial, 2);
    renewal_s = end_s - full.application.made_s; /* a second too early */
    refused_for(REASON_FAULTY, serial, 2, "term of a replacement");
    renewal_s++; /* little is left: a full term, now */
    certificate = certificate_at(&full, now_s + 180);
    assert_int_equal(certificate.not_before_s, now_s + 180);
    assert_int_equal(certificate.not_after_s, time_add_years(now_s + 180, 2) - DAY_S);
    struct story renewal = story_for(REASON_RENEWAL, serial, 1); /* what is revoked has ended */
    certificate = certificate_at(&renewal, now_s + 240);
    assert_int_equal(certificate.not_before_s, now_s + 240);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_what_is_wrong),
        cmocka_unit_test(renewal_starts_when_the_present_one_ends),
        cmocka_unit_test(name_change_leaves_the_present_one),
        cmocka_unit_test(replacement_of_one_to_come_starts_then),
        cmocka_unit_test(replacement_is_for_the_time_left),
    };
    return cmocka_run_group_tests_name("signer/reasons", tests, begin_with_one, end);
}
