/* The signer's own word: statements on status, heads and their anchor, the breaker, ranges, heads of the audit tree. */
#include "fixture_signer.h"

#include "pki/merkle.h"
#include "statement/head_statement.h"
#include "statement/status_statement.h"

#include <sys/stat.h>
#include <unistd.h>

static struct opened opened;
static struct authority *authority = &opened.authority;
static int serials;

/* A certificate as the journal knows it, without the evidence that issuing asks for. */
static const char *issued(bool is_finished)
{
    int number = ++serials;
    struct journal_certificate intent = {.serial = arena_printf(arena, "1a%030d", number),
                                         .application_uid = arena_printf(arena, "%032d", number),
                                         .attempt = 1,
                                         .digest = "d",
                                         .evidence_digest = "e",
                                         .key_digest = arena_printf(arena, "k%d", number),
                                         .evidence_keys = "nobody",
                                         .holders = "-",
                                         .until_s = now_s + 1000,
                                         .not_after_s = now_s + 500000,
                                         .to_be_signed = bytes_of_text("tbs")};
    OK(journal_intend(authority->journal, now_s, &intent, NULL, 0));
    if (is_finished) OK(journal_issued(authority->journal, now_s, intent.serial, bytes_of_text("certificate")));
    return intent.serial;
}

static size_t said(int64_t after, int64_t at_s, struct status_statement *ret_last)
{
    const struct signer_statement *statements;
    size_t count;
    OK(authority_statements(authority, arena, after, at_s, &statements, &count));
    for (size_t i = 0; i < count; i++) {
        OK(public_key_verify(authority->own_public, SIGNATURE_ECDSA_SHA256, statements[i].text,
                             statements[i].signature));
        OK(status_statement_read(arena, statements[i].text, ret_last));
        assert_int_equal(ret_last->number, after + 1 + (int64_t)i);
        if (i > 0) assert_string_equal(ret_last->previous, hex_encode(arena, sha256(arena, statements[i - 1].text)));
    }
    return count;
}

static void status_is_said_once_signed_and_chained(void **state)
{
    struct status_statement last;
    int64_t since_s;
    assert_int_equal(said(0, now_s, &last), 1); /* the first says that it begins */
    assert_int_equal(last.line_count, 0);
    assert_int_equal(said(1, now_s, &last), 0);
    const char *serial = issued(true), *other = issued(true);
    assert_int_equal(said(1, now_s, &last), 1);
    assert_int_equal(last.line_count, 2);
    assert_string_equal(last.lines[0].serial, serial);
    assert_int_equal(last.lines[0].status, STATUS_SUSPENDED);
    assert_int_equal(last.lines[0].reason, 6);
    assert_int_equal(last.lines[0].since_s, now_s);
    OK(authority_set_status(authority, arena, serial, SIGNER_ACTIVE, 0, activation(serial, now_s + 1), now_s + 1,
                            &since_s));
    OK(authority_set_status(authority, arena, other, SIGNER_REVOKED, 1, NULL, now_s + 1, &since_s));
    assert_int_equal(said(2, now_s + 2, &last), 1);
    assert_int_equal(last.lines[0].status, STATUS_ACTIVE);
    assert_int_equal(last.lines[1].status, STATUS_REVOKED);
    assert_int_equal(last.lines[1].reason, 1);
    assert_int_equal(last.lines[1].since_s, now_s + 1);
    assert_int_equal(said(0, now_s + 2, &last), 3); /* all of them again, the same chain */
    assert_int_equal(said(3, now_s + 2 + 899, &last), 0);
    assert_int_equal(said(3, now_s + 2 + 900, &last), 1); /* nothing changed, and that is said too */
    assert_int_equal(last.line_count, 0);
}

static void a_certified_responder_gets_a_newer_word(void **state)
{
    struct memory_key *key;
    struct bytes request, certificate;
    struct status_statement last;
    int64_t at_s = now_s + 1000, number;
    assert_true(said(0, at_s, &last) > 0);
    number = last.number;
    OK(memory_key_new(&key));
    const struct name subject = {.common_name = "OCSP"};
    struct external_signer signer = memory_key_signer(key);
    OK(request_build(arena, &subject, memory_key_public(key), &signer, &request));
    OK(authority_certify_ocsp(authority, arena, request, at_s, &certificate));
    assert_int_equal(said(number, at_s, &last), 0);
    assert_int_equal(said(number, at_s + 1, &last), 1);
    assert_true(last.made_s > at_s);
    assert_int_equal(said(number + 1, at_s + 1, &last), 0);
    memory_key_free(key);
}

static void a_death_in_between_is_revoked(void **state)
{
    size_t completed, voided;
    struct journal_certificate found;
    struct status_statement last;
    const struct crl_entry *entries;
    size_t count, listed = 0;
    int64_t number;
    assert_true(said(0, now_s + 2000, &last) > 0);
    const char *serial = issued(false); /* on a decision that has run out since */
    OK(authority_recover(authority, arena, now_s + 2000, &completed, &voided));
    assert_int_equal(completed, 0);
    assert_int_equal(voided, 1);
    OK(journal_find(authority->journal, arena, serial, &found));
    assert_int_equal(found.status, JOURNAL_VOIDED);
    assert_int_equal(said(last.number, now_s + 2000, &last), 1);
    assert_int_equal(last.line_count, 1);
    assert_string_equal(last.lines[0].serial, serial);
    assert_int_equal(last.lines[0].status, STATUS_REVOKED);
    OK(journal_next_crl(authority->journal, arena, now_s + 2000, &number, &entries, &count));
    for (size_t i = 0; i < count; i++) listed += strcmp(hex_encode(arena, entries[i].serial), serial) == 0;
    assert_int_equal(listed, 1);
    int64_t since_s;
    assert_int_equal(
        authority_set_status(authority, arena, serial, SIGNER_ACTIVE, 0, activation(serial, now_s), now_s, &since_s),
        ERR_STATE);
}

static void run(const char *command)
{
    assert_int_equal(system(command), 0);
}

static void reopen(void)
{
    close_authority(&opened);
    open_authority(&opened);
    OK(authority_take_anchor(authority, arena));
}

static void is_closed_because(const char *why)
{
    int64_t since_s, number, next_s, size;
    struct bytes bytes;
    const struct signer_statement *statements;
    struct signer_statement head;
    struct signer_evidence evidence = {.application_uid = UID, .attempt = 1};
    size_t count, more;
    if (strstr(authority->closed, why) == NULL) fail_msg("closed because of '%s', not '%s'", authority->closed, why);
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &bytes), ERR_UNAVAILABLE);
    assert_int_equal(authority_set_status(authority, arena, "1a", SIGNER_REVOKED, 1, NULL, now_s, &since_s),
                     ERR_UNAVAILABLE);
    assert_int_equal(authority_crl(authority, arena, now_s, &bytes, &number, &next_s), ERR_UNAVAILABLE);
    assert_int_equal(authority_statements(authority, arena, 0, now_s, &statements, &count), ERR_UNAVAILABLE);
    assert_int_equal(authority_tree_head(authority, arena, 0, bytes, bytes, now_s, &size, &head), ERR_UNAVAILABLE);
    assert_int_equal(authority_recover(authority, arena, now_s, &count, &more), ERR_UNAVAILABLE);
    assert_string_equal(err_detail(), authority->closed);
}

static void a_journal_put_back_issues_nothing(void **state)
{
    const char *file = installation_path(arena, &installation, "signer/signer.db");
    const char *anchor = authority->anchor;
    OK(authority_sign_head(authority, arena, now_s));
    reopen();
    OK(authority_is_open(authority));
    close_authority(&opened);
    run(arena_printf(arena, "cp %s %s.old; cp %s %s.old", file, file, anchor, anchor));
    open_authority(&opened);
    issued(true);
    OK(authority_sign_head(authority, arena, now_s));
    OK(authority_sign_head(authority, arena, now_s)); /* nothing changed: nothing is signed */
    close_authority(&opened);
    run(arena_printf(arena, "cp %s %s.new; cp %s %s.new; cp %s.old %s", file, file, anchor, anchor, file, file));
    open_authority(&opened);
    OK(authority_take_anchor(authority, arena));
    is_closed_because("the journal is older than its anchor (record ");
    authority->closed[0] = '\0'; /* gone on with in spite of that: another history under the same numbers */
    for (int i = 0; i < 5; i++) (void)!journal_add_ocsp(authority->journal, now_s, "1b", bytes_of_text("x"));
    reopen();
    is_closed_because("is not the anchored one");
    run(arena_printf(arena, "rm %s", anchor));
    reopen();
    is_closed_because("the journal's anchor is gone");
    run(arena_printf(arena, "sed 's/Kayıt: /Kayıt: 9/' %s.old > %s", anchor, anchor));
    reopen();
    is_closed_because("the journal's anchor is not this signer's");
    close_authority(&opened);
    run(arena_printf(arena, "cp %s.new %s; cp %s.new %s", file, file, anchor, anchor));
    open_authority(&opened);
    OK(authority_take_anchor(authority, arena));
    OK(authority_is_open(authority));
}

/* Nothing in it says any more that there was an anchor; the ceremony's own never said it. */
static void a_journal_without_an_anchor_issues_nothing(void **state)
{
    static const char *const endings[] = {"old", "first"};
    const char *file = installation_path(arena, &installation, "signer/signer.db");
    const char *anchor = authority->anchor;
    for (size_t i = 0; i < 2; i++) {
        close_authority(&opened);
        run(arena_printf(arena, "rm -f %s; cp %s.%s %s; sqlite3 %s 'DELETE FROM head'", anchor, file, endings[i], file,
                         file));
        open_authority(&opened);
        OK(authority_take_anchor(authority, arena));
        is_closed_because("closed: the journal's anchor is gone: put the file named by [signer] anchor back");
    }
}

static void the_limit_of_rollbacks(void **state) /* token, journal and anchor put back together: not noticed */
{
    const char *file = installation_path(arena, &installation, "signer/signer.db");
    close_authority(&opened);
    run(arena_printf(arena, "cp %s.old %s; cp %s.old %s", file, file, authority->anchor, authority->anchor));
    open_authority(&opened);
    OK(authority_take_anchor(authority, arena));
    OK(authority_is_open(authority));
    close_authority(&opened);
    run(arena_printf(arena, "cp %s.new %s; cp %s.new %s", file, file, authority->anchor, authority->anchor));
    open_authority(&opened);
}

static void an_anchor_that_cannot_be_written_closes(void **state)
{
    const char *kept = authority->anchor;
    authority->anchor = installation_path(arena, &installation, "nowhere/signer.head");
    issued(true);
    assert_int_not_equal(authority_sign_head(authority, arena, now_s), ERR_NONE);
    is_closed_because("the journal's anchor cannot be written");
    OK(authority_sign_head(authority, arena, now_s)); /* said once */
    is_closed_because("the journal's anchor cannot be written");
    OK(folder_make(installation_path(arena, &installation, "nowhere"), 0700));
    OK(authority_sign_head(authority, arena, now_s));
    OK(authority_is_open(authority));
    struct head_statement head;
    struct journal_head newest;
    OK(anchor_read(arena, authority->anchor, authority->own_public, &head));
    OK(journal_newest(authority->journal, arena, &newest));
    assert_int_equal(head.number, newest.number);
    assert_string_equal(head.hash, newest.hash);
    authority->anchor = kept;
}

static void reopen_after_signing(void)
{
    int64_t changes_per_hour = authority->changes_per_hour;
    open_authority(&opened);
    authority->changes_per_hour = changes_per_hour;
}

/* The statement with the cards of these two; one, if the second is NULL. */
static enum err release_by(const struct release_statement *release, const char *first, const char *second, int64_t at_s)
{
    struct bytes text;
    struct signer_proof proofs[2] = {{.kind = PROOF_CARD}, {.kind = PROOF_CARD}};
    OK(release_statement_write(arena, release, &text));
    close_authority(&opened); /* another token's library comes between */
    proofs[0].proof = sign_as(first, text, at_s);
    if (second != NULL) proofs[1].proof = sign_as(second, text, at_s);
    reopen_after_signing();
    return authority_release(authority, arena, text, proofs, second == NULL ? 1 : 2, at_s);
}

static void too_many_revocations_need_administrators(void **state)
{
    const char *all[6];
    int64_t since_s, at_s = now_s + 100000;
    for (int i = 0; i < 6; i++) all[i] = issued(true);
    authority->changes_per_hour = 3;
    for (int i = 0; i < 3; i++)
        OK(authority_set_status(authority, arena, all[i], SIGNER_REVOKED, 1, NULL, at_s, &since_s));
    assert_int_equal(authority_set_status(authority, arena, all[3], SIGNER_REVOKED, 1, NULL, at_s, &since_s),
                     ERR_TOO_MANY);
    assert_string_equal(err_detail(),
                        "breaker: 3 revocations and suspensions in this hour; more need two administrators");
    OK(authority_set_status(authority, arena, all[0], SIGNER_REVOKED, 1, NULL, at_s,
                            &since_s)); /* asked again: no change */
    OK(authority_set_status(authority, arena, all[3], SIGNER_ACTIVE, 0, activation(all[3], at_s), at_s,
                            &since_s)); /* not what it is about */
    assert_int_equal(authority_set_status(authority, arena, all[3], SIGNER_SUSPENDED, 6, NULL, at_s, &since_s),
                     ERR_TOO_MANY);
    struct release_statement release = {1, "Tatbikat", 1, at_s, at_s + 600};
    OK(release_by(&release, "derya", "okan", at_s));
    OK(release_by(&release, "derya", "okan", at_s)); /* handed in again: no further one */
    OK(authority_set_status(authority, arena, all[3], SIGNER_SUSPENDED, 6, NULL, at_s, &since_s));
    assert_int_equal(authority_set_status(authority, arena, all[4], SIGNER_REVOKED, 1, NULL, at_s, &since_s),
                     ERR_TOO_MANY);
    OK(authority_set_status(authority, arena, all[4], SIGNER_REVOKED, 1, NULL, at_s + 3600, &since_s));
    authority->changes_per_hour = 200;
}

/* spec 10: beside the usual ones, and no more, however many hours it is good for. */
static void a_release_is_used_up(void **state)
{
    enum { USUAL = 3, RELEASED = 4, HOURS = 5 };
    int64_t since_s, at_s = now_s + 300000;
    int passed = 0;
    authority->changes_per_hour = USUAL;
    struct release_statement release = {RELEASED, "Kurum kapandı", 1, at_s, at_s + 20 * 3600};
    OK(release_by(&release, "derya", "okan", at_s));
    for (int hour = 0; hour < HOURS; hour++) {
        enum err error;
        while ((error = authority_set_status(authority, arena, issued(true), SIGNER_REVOKED, 1, NULL, at_s,
                                             &since_s)) == ERR_NONE)
            passed++;
        assert_int_equal(error, ERR_TOO_MANY);
        assert_int_equal(passed, (hour + 1) * USUAL + RELEASED);
        close_authority(&opened);
        reopen_after_signing(); /* by what the journal says */
        at_s += 3600;
    }
    release = (struct release_statement){RELEASED, "Bir daha", 1, at_s - 600, at_s - 1};
    at_s -= 1;
    OK(release_by(&release, "derya", "okan", at_s));
    assert_int_equal(authority_set_status(authority, arena, issued(true), SIGNER_REVOKED, 1, NULL, at_s, &since_s),
                     ERR_NONE);
    at_s += 2; /* past its time */
    for (int i = 0; i < USUAL; i++)
        OK(authority_set_status(authority, arena, issued(true), SIGNER_REVOKED, 1, NULL, at_s, &since_s));
    assert_int_equal(authority_set_status(authority, arena, issued(true), SIGNER_REVOKED, 1, NULL, at_s, &since_s),
                     ERR_TOO_MANY);
    authority->changes_per_hour = 200;
}

static void who_lets_more_pass_is_checked(void **state)
{
    int64_t at_s = now_s + 200000;
    const struct {
        struct release_statement release;
        const char *first, *second, *why;
    } cases[] = {
        {{1, "a", 1, at_s, at_s + 600}, "derya", "derya", "release without the signatures of two administrators"},
        {{2, "a", 1, at_s, at_s + 600}, "derya", NULL, "release without the signatures of two administrators"},
        {{3, "a", 1, at_s, at_s + 600}, "derya", "ayse", "signer is no administrator"},
        {{4, "a", 2, at_s, at_s + 600}, "derya", "okan", "release under another registry"},
        {{5, "a", 1, at_s + 600, at_s + 900}, "derya", "okan", "release from the future"},
        {{6, "a", 1, at_s - 900, at_s - 600}, "derya", "okan", "release past its time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(release_by(&cases[i].release, cases[i].first, cases[i].second, at_s), ERR_FORBIDDEN);
        assert_string_equal(err_detail(), cases[i].why);
    }
    struct release_statement said = {7, "a", 1, at_s, at_s + 600}, other = {8, "a", 1, at_s, at_s + 600};
    struct bytes text, another;
    OK(release_statement_write(arena, &said, &text));
    OK(release_statement_write(arena, &other, &another));
    close_authority(&opened);
    struct signer_proof proofs[] = {{.kind = PROOF_CARD, .proof = sign_as("derya", text, at_s)},
                                    {.kind = PROOF_CARD, .proof = sign_as("okan", text, at_s)}};
    reopen_after_signing();
    assert_int_equal(authority_release(authority, arena, another, proofs, 2, at_s), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "signature over another text");
}

static void signers_have_ranges(void **state)
{
    struct bytes certificate;
    struct signer_evidence evidence = {.application_uid = UID, .attempt = 1};
    authority->applications = "89abcdef";
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "application of another signer's range");
    authority->applications = "01234567";
    assert_int_equal(authority_issue(authority, arena, &evidence, now_s, &certificate), ERR_FORBIDDEN);
    assert_string_not_equal(err_detail(), "application of another signer's range");
    authority->serial_prefix = "5e";
    for (int i = 0; i < 50; i++) assert_int_equal(authority_serial(authority, arena).data[0], 0x5e);
    static const char *const wrong[] = {"serial_prefix = 00", "serial_prefix = 80",  "serial_prefix = 5",
                                        "serial_prefix = 5E", "serial_prefix = 5e5", "applications = 0123x"};
    const char *conf = installation_path(arena, &installation, "divit.conf");
    struct signer_settings settings;
    struct bytes text;
    OK(file_read(arena, conf, 10000, &text));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *more = arena_printf(arena, "%s[signer]\n%s\n", bytes_to_text(arena, text), wrong[i]);
        OK(file_write(conf, bytes_of_text(more), 0600));
        assert_int_equal(signer_settings_load(arena, &installation, &settings), ERR_INVALID);
    }
    OK(file_write(conf, text, 0600));
}

static struct bytes leaf(int64_t number)
{
    return merkle_leaf(arena, bytes_of_text(arena_printf(arena, "%lld", (long long)number)));
}

static enum err node(void *context, struct arena *into, int level, int64_t position, struct bytes *ret_hash)
{
    if (level == 0) {
        *ret_hash = leaf(position + *(int64_t *)context);
        return ERR_NONE;
    }
    struct bytes left = {0}, right = {0};
    OK(node(context, into, level - 1, position * 2, &left));
    OK(node(context, into, level - 1, position * 2 + 1, &right));
    *ret_hash = merkle_parent(into, left, right);
    return ERR_NONE;
}

static void the_audit_tree_only_grows(void **state)
{
    static const int64_t sizes[] = {3, 4, 9, 9, 21};
    int64_t from = 0, size, last = 0;
    struct merkle_store store = {node, &from};
    struct bytes root, proof = {0};
    struct signer_statement head;
    struct tree_statement tree;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        OK(merkle_root(&store, arena, sizes[i], &root));
        if (last > 0) OK(merkle_consistency(&store, arena, last, sizes[i], &proof));
        OK(authority_tree_head(authority, arena, sizes[i], root, proof, now_s, &size, &head));
        OK(public_key_verify(authority->own_public, SIGNATURE_ECDSA_SHA256, head.text, head.signature));
        OK(tree_statement_read(arena, head.text, &tree));
        assert_int_equal(tree.size, sizes[i]);
        assert_string_equal(tree.root, hex_encode(arena, root));
        last = sizes[i];
    }
    OK(authority_tree_head(authority, arena, 0, root, proof, now_s, &size, &head));
    assert_int_equal(size, 21);
    OK(merkle_root(&store, arena, 20, &root)); /* smaller */
    assert_int_equal(authority_tree_head(authority, arena, 20, root, (struct bytes){0}, now_s, &size, &head),
                     ERR_FORBIDDEN);
    from = 1; /* other leaves */
    OK(merkle_root(&store, arena, 30, &root));
    OK(merkle_consistency(&store, arena, 21, 30, &proof));
    assert_int_equal(authority_tree_head(authority, arena, 30, root, proof, now_s, &size, &head), ERR_FORBIDDEN);
    OK(merkle_root(&store, arena, 21, &root));
    assert_int_equal(authority_tree_head(authority, arena, 21, root, (struct bytes){0}, now_s, &size, &head),
                     ERR_FORBIDDEN);
}

static int begin(void **state)
{
    if (hold_ceremony(state) != 0) return -1;
    run(arena_printf(arena, "cd %s && cp signer/signer.db signer/signer.db.first", folder));
    open_authority(&opened);
    OK(authority_take_anchor(authority, arena));
    OK(authority_is_open(authority)); /* the ceremony has signed the first head */
    return 0;
}

static int end(void **state)
{
    close_authority(&opened);
    return remove_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_is_said_once_signed_and_chained),
        cmocka_unit_test(a_certified_responder_gets_a_newer_word),
        cmocka_unit_test(a_death_in_between_is_revoked),
        cmocka_unit_test(a_journal_put_back_issues_nothing),
        cmocka_unit_test(a_journal_without_an_anchor_issues_nothing),
        cmocka_unit_test(the_limit_of_rollbacks),
        cmocka_unit_test(an_anchor_that_cannot_be_written_closes),
        cmocka_unit_test(too_many_revocations_need_administrators),
        cmocka_unit_test(a_release_is_used_up),
        cmocka_unit_test(the_audit_tree_only_grows),
        cmocka_unit_test(who_lets_more_pass_is_checked),
        cmocka_unit_test(signers_have_ranges),
    };
    return cmocka_run_group_tests_name("signer-heads", tests, begin, end);
}
