#include "fixture_signer.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct memory_key *card;
static int uids;

static int begin(void **state)
{
    return memory_key_new(&card) == ERR_NONE ? hold_ceremony(state) : -1;
}

static int end(void **state)
{
    card = memory_key_free(card);
    return remove_folder(state);
}

static const char *new_uid(void)
{
    return arena_printf(arena, "%032x", ++uids);
}

static enum err issue_at(const struct signer_evidence *evidence, int64_t at_s, struct bytes *ret_certificate)
{
    struct opened opened;
    open_authority(&opened);
    enum err error = authority_issue(&opened.authority, arena, evidence, at_s, ret_certificate);
    close_authority(&opened);
    return error;
}

static void refused(const struct signer_evidence *evidence, int64_t at_s, const char *rule)
{
    struct bytes certificate;
    assert_int_equal(issue_at(evidence, at_s, &certificate), ERR_FORBIDDEN);
    if (strncmp(err_detail(), rule, strlen(rule)) != 0) fail_msg("%s instead of %s", err_detail(), rule);
}

/* -- what is issued -- */

static void shell(const char *command)
{
    if (system(arena_printf(arena, "cd %s && (%s) >out 2>&1", folder, command)) != 0) fail_msg("%s", command);
}

static void put(const char *name, struct bytes content)
{
    OK(file_write(installation_path(arena, &installation, "%s", name), content, 0600));
}

static void issues_the_profile(void **state)
{
    struct memory_key *key;
    struct certificate certificate, issuer;
    struct bytes der, again;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    struct signer_evidence evidence = evidence_of(&story);
    OK(issue_at(&evidence, now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    OK(certificate_parse(arena, made.issuing_certificate, &issuer));
    OK(certificate_check_issuer(&certificate, &issuer));
    assert_string_equal(certificate.subject_text, "CN=ELİF ŞAHİN (TEST),serialNumber=30000000438,C=TR");
    assert_int_equal(certificate.not_before_s, now_s);
    assert_int_equal(certificate.not_after_s, time_add_years(now_s, 3) - DAY_S);
    assert_true(bytes_equal(certificate.public_key, memory_key_public(key)));
    OK(issue_at(&evidence, now_s + 60, &again)); /* asked again: the same */
    assert_true(bytes_equal(der, again));
    put("person.cer", der);
    shell("openssl x509 -inform DER -in signer/root.cer -out root.pem && "
          "openssl x509 -inform DER -in signer/issuing.cer -out issuing.pem && "
          "openssl x509 -inform DER -in person.cer -out person.pem");
    shell("openssl verify -x509_strict -CAfile root.pem -untrusted issuing.pem person.pem");
    shell("cat person.pem issuing.pem root.pem > chain.pem && certtool --verify-chain --infile chain.pem");
    shell("certtool --certificate-info --infile person.pem | grep -q 'http://localhost:8081/crl/issuing.crl'");
    memory_key_free(key);
}

static void suspends_first_and_revokes_for_good(void **state)
{
    struct opened opened;
    struct memory_key *key;
    struct certificate certificate;
    struct bytes der, crl;
    int64_t since_s, number, next_s;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    struct signer_evidence evidence = evidence_of(&story);
    open_authority(&opened);
    struct authority *authority = &opened.authority;
    OK(authority_issue(authority, arena, &evidence, now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    put("person.cer", der);
    OK(authority_crl(authority, arena, now_s, &crl, &number, &next_s));
    put("held.crl", crl);
    OK(authority_set_status(authority, arena, certificate.serial, SIGNER_ACTIVE, 0,
                            activation(certificate.serial, now_s + 5), now_s + 5, &since_s));
    assert_int_equal(since_s, now_s + 5);
    OK(authority_set_status(authority, arena, certificate.serial, SIGNER_ACTIVE, 0,
                            activation(certificate.serial, now_s + 9), now_s + 9, &since_s));
    assert_int_equal(since_s, now_s + 5); /* idempotent */
    OK(authority_crl(authority, arena, now_s, &crl, &number, &next_s));
    put("good.crl", crl);
    OK(authority_set_status(authority, arena, certificate.serial, SIGNER_SUSPENDED, 0, NULL, now_s + 10, &since_s));
    assert_int_equal(
        authority_set_status(authority, arena, certificate.serial, SIGNER_REVOKED, 6, NULL, now_s, &since_s),
        ERR_INVALID);
    OK(authority_set_status(authority, arena, certificate.serial, SIGNER_REVOKED, 1, NULL, now_s + 20, &since_s));
    assert_int_equal(authority_set_status(authority, arena, certificate.serial, SIGNER_ACTIVE, 0,
                                          activation(certificate.serial, now_s), now_s, &since_s),
                     ERR_STATE);
    assert_int_equal(
        authority_set_status(authority, arena, certificate.serial, SIGNER_SUSPENDED, 0, NULL, now_s, &since_s),
        ERR_STATE);
    assert_int_equal(authority_set_status(authority, arena, "4711", SIGNER_ACTIVE, 0, NULL, now_s, &since_s),
                     ERR_NOT_FOUND);
    OK(authority_crl(authority, arena, now_s, &crl, &number, &next_s));
    put("revoked.crl", crl);
    close_authority(&opened);
    shell("openssl x509 -inform DER -in person.cer -out person.pem; cat root.pem issuing.pem > both.pem;"
          "for i in held good revoked; do openssl crl -inform DER -in $i.crl -out $i.pem; done");
    shell("openssl crl -in held.pem -noout -text | grep -q 'Certificate Hold'");
    shell("! openssl verify -crl_check -CRLfile held.pem -partial_chain -trusted issuing.pem person.pem");
    shell("openssl verify -crl_check -CRLfile good.pem -partial_chain -trusted issuing.pem person.pem");
    shell("! openssl verify -crl_check -CRLfile revoked.pem -partial_chain -trusted issuing.pem person.pem");
    shell("openssl crl -in revoked.pem -noout -text | grep -q 'Key Compromise'");
    memory_key_free(key);
}

static void one_certificate_each(void **state)
{
    struct memory_key *key, *second_key, *third_key;
    struct bytes der, second;
    struct certificate certificate;
    struct opened opened;
    int64_t since_s;
    OK(memory_key_new(&key));
    OK(memory_key_new(&second_key));
    OK(memory_key_new(&third_key));
    struct story story = good_story(new_uid(), key);
    struct signer_evidence evidence = evidence_of(&story);
    OK(issue_at(&evidence, now_s, &der));
    /* the same key for another application */
    struct story other = good_story(new_uid(), key);
    struct signer_evidence reused = evidence_of(&other);
    refused(&reused, now_s, "public key was certified before");
    /* the same attempt with another key */
    story.key = second_key;
    struct signer_evidence swapped = evidence_of(&story);
    refused(&swapped, now_s, "attempt was for another key");
    /* or with another D */
    story.key = key;
    story.application.revision = story.line.revision = 2;
    story.line.digest = NULL;
    struct signer_evidence revised = evidence_of(&story);
    refused(&revised, now_s, "attempt was for another D");
    story.application.revision = story.line.revision = 1;
    story.line.digest = NULL;
    /* the next attempt takes the place of one never used */
    story.key = second_key;
    story.attempt = 2;
    struct signer_evidence next = evidence_of(&story);
    OK(issue_at(&next, now_s, &second));
    assert_false(bytes_equal(der, second));
    OK(certificate_parse(arena, der, &certificate));
    open_authority(&opened);
    assert_int_equal(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_ACTIVE, 0,
                                          activation(certificate.serial, now_s), now_s, &since_s),
                     ERR_STATE);
    OK(certificate_parse(arena, second, &certificate));
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_ACTIVE, 0,
                            activation(certificate.serial, now_s), now_s, &since_s));
    close_authority(&opened);
    /* but not of one in use */
    story.key = third_key;
    story.attempt = 3;
    struct signer_evidence third = evidence_of(&story);
    refused(&third, now_s, "the application has a certificate in use");
    open_authority(&opened);
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_SUSPENDED, 0, NULL, now_s, &since_s));
    close_authority(&opened);
    refused(&third, now_s, "the application has a certificate in use"); /* it was, and may be again */
    /* nor does an attempt come after a later one */
    open_authority(&opened);
    OK(authority_set_status(&opened.authority, arena, certificate.serial, SIGNER_REVOKED, 5, NULL, now_s, &since_s));
    close_authority(&opened);
    story.attempt = 1;
    struct signer_evidence late = evidence_of(&story);
    refused(&late, now_s, "attempt was for another key");
    memory_key_free(key);
    memory_key_free(second_key);
    memory_key_free(third_key);
}

/* -- killed in between -- */

static enum err die(void *context, struct bytes to_be_signed, struct arena *signing_arena, struct bytes *ret_signature)
{
    if (context != NULL) { /* die after the key was used */
        struct external_signer *real = context;
        (void)!real->sign(real->context, to_be_signed, signing_arena, ret_signature);
    }
    kill(getpid(), SIGKILL);
    return ERR_BROKEN;
}

static void killed_while_issuing(const struct signer_evidence *evidence, bool is_after_use)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct opened opened;
        struct bytes certificate;
        open_authority(&opened);
        struct external_signer real = opened.authority.signer;
        opened.authority.signer = (struct external_signer){real.algorithm, die, is_after_use ? &real : NULL};
        (void)!authority_issue(&opened.authority, arena, evidence, now_s, &certificate);
        _exit(1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void comes_back_after_a_kill(void **state)
{
    for (int is_after_use = 0; is_after_use < 2; is_after_use++) {
        struct memory_key *key;
        struct opened opened;
        struct journal_certificate intent, issued;
        const struct journal_certificate *open_intents;
        struct certificate certificate;
        struct bytes der;
        size_t count, completed, voided;
        OK(memory_key_new(&key));
        struct story story = good_story(new_uid(), key);
        struct signer_evidence evidence = evidence_of(&story);
        story.application.revision = story.line.revision = 2;
        story.line.digest = NULL;
        struct signer_evidence revised = evidence_of(&story);
        killed_while_issuing(&evidence, is_after_use);
        open_authority(&opened);
        OK(journal_list_intents(opened.authority.journal, arena, &open_intents, &count));
        assert_int_equal(count, 1);
        intent = open_intents[0];
        assert_int_equal(intent.certificate.size, 0);
        assert_int_equal(authority_issue(&opened.authority, arena, &revised, now_s, &der), ERR_FORBIDDEN);
        assert_string_equal(err_detail(), "attempt was for another D"); /* the intended bytes are not this evidence's */
        OK(authority_recover(&opened.authority, arena, now_s, &completed, &voided));
        assert_int_equal(completed, 1);
        assert_int_equal(voided, 0);
        OK(journal_find(opened.authority.journal, arena, intent.serial, &issued));
        OK(authority_issue(&opened.authority, arena, &evidence, now_s, &der));
        struct bytes kept, to_be_signed;
        OK(document_open(&opened.authority, arena, DOCUMENT_CERTIFICATE, issued.serial, issued.certificate, &kept));
        assert_true(bytes_equal(der, kept));
        OK(certificate_parse(arena, der, &certificate));
        assert_string_equal(certificate.serial, intent.serial);
        OK(document_open(&opened.authority, arena, DOCUMENT_TO_BE_SIGNED, intent.serial, intent.to_be_signed,
                         &to_be_signed));
        assert_non_null(memmem(der.data, der.size, to_be_signed.data, to_be_signed.size));
        assert_int_equal(
            document_open(&opened.authority, arena, DOCUMENT_TO_BE_SIGNED, "1a02", intent.to_be_signed, &to_be_signed),
            ERR_BROKEN);
        OK(authority_recover(&opened.authority, arena, now_s, &completed, &voided));
        assert_int_equal(completed + voided, 0);
        close_authority(&opened);
        memory_key_free(key);
    }
}

static void voids_what_no_longer_counts(void **state)
{
    struct memory_key *key;
    struct opened opened;
    struct bytes crl, der;
    const struct journal_certificate *intents;
    size_t count, completed, voided;
    int64_t number, next_s, since_s;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    struct signer_evidence evidence = evidence_of(&story);
    killed_while_issuing(&evidence, true);
    open_authority(&opened);
    OK(journal_list_intents(opened.authority.journal, arena, &intents, &count));
    assert_int_equal(count, 1);
    int64_t later_s = now_s + 10 * DAY_S + 1;
    OK(authority_recover(&opened.authority, arena, later_s, &completed, &voided));
    assert_int_equal(completed, 0);
    assert_int_equal(voided, 1);
    OK(authority_crl(&opened.authority, arena, later_s, &crl, &number, &next_s));
    struct bytes serial;
    OK(hex_decode(arena, intents[0].serial, &serial));
    assert_non_null(memmem(crl.data, crl.size, serial.data, serial.size));
    assert_int_equal(authority_set_status(&opened.authority, arena, intents[0].serial, SIGNER_ACTIVE, 0,
                                          activation(intents[0].serial, later_s), later_s, &since_s),
                     ERR_STATE);
    close_authority(&opened);
    assert_int_equal(issue_at(&evidence, now_s, &der), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "attempt was voided");
    memory_key_free(key);
}

/* spec 10, Claims: who takes the file learns nobody's name or number. After the others: there is something to find. */
static void the_file_names_no_holder(void **state)
{
    static const char *const names[] = {"signer/signer.db", "signer/signer.db-wal"};
    struct memory_key *key;
    OK(memory_key_new(&key));
    struct story story = good_story(new_uid(), key);
    const char *planted[] = {story.application.identity_number, story.application.surname};
    size_t seen = 0;
    for (size_t i = 0; i < 2; i++) {
        struct bytes file;
        const char *path = installation_path(arena, &installation, "%s", names[i]);
        if (!file_exists(path)) continue;
        OK(file_read(arena, path, (size_t)64 * 1024 * 1024, &file));
        seen += file.size;
        for (size_t k = 0; k < 2; k++) {
            struct bytes hexadecimal = bytes_of_text(hex_encode(arena, bytes_of_text(planted[k])));
            assert_null(memmem(file.data, file.size, planted[k], strlen(planted[k])));
            assert_null(memmem(file.data, file.size, hexadecimal.data, hexadecimal.size));
        }
    }
    assert_true(seen > 10000);
    memory_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(issues_the_profile),          cmocka_unit_test(suspends_first_and_revokes_for_good),
        cmocka_unit_test(one_certificate_each),        cmocka_unit_test(comes_back_after_a_kill),
        cmocka_unit_test(voids_what_no_longer_counts), cmocka_unit_test(the_file_names_no_holder)};
    return cmocka_run_group_tests_name("signer-issue", tests, begin, end);
}
