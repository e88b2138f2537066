/* Proposals of the next registry: who may propose and sign, what the signer's answer makes of them. On both databases. */
#include "fixture_db.h"
#include "fixture_keeper.h"
#include "identity/identity.h"
#include "pki/cades.h"
#include "pki/fixture_passkey.h"
#include "statement/registry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define OK(expression) assert_int_equal(expression, ERR_NONE)
#define ORIGIN "http://localhost:8080"
#define FIRST "10000000146"
#define SECOND "10000000078"
#define OFFICER "10000000214"
#define NEWCOMER "10000000382"

static struct db *db;
static struct keeper *keeper;
static struct arena *arena;
static const struct actor actor = {ACTOR_STAFF, 1, "10.0.0.1", "test"};
static int64_t first_id, second_id, officer_id, institution_id;

static const struct db_sql find_institution_sql = {"find_institution", "SELECT id FROM institution WHERE code = '34'"};

static enum err read_institution_id(struct db_tx *tx, void *context)
{
    const struct db_rows *row;
    TRY(db_row(tx, arena, &find_institution_sql, DB_NOTHING, &row));
    institution_id = db_int64(row, 0, "id");
    return ERR_NONE;
}

struct institution_named {
    const char *code;
    struct institution institution;
};
static const struct db_sql find_place_sql = {"find_place", "SELECT id, name FROM institution WHERE code = $code"};

static enum err read_institution_named(struct db_tx *tx, void *context)
{
    struct institution_named *named = context;
    const struct db_rows *row;
    TRY(db_row(tx, arena, &find_place_sql, DB_WITH(DB_TEXT("code", named->code)), &row));
    named->institution = (struct institution){.id = db_int64(row, 0, "id"), .name = db_text(row, 0, "name")};
    return ERR_NONE;
}

struct contact_change {
    int64_t person_id;
    struct bytes sealed;
};
static enum err set_contact(struct db_tx *tx, void *context)
{
    const struct contact_change *change = context;
    return person_set_contact(tx, change->person_id, change->sealed);
}

/* Freed at the end. */
static struct memory_key *keys[16];
static size_t key_count;

static struct memory_key *new_key(void)
{
    OK(memory_key_new(&keys[key_count]));
    return keys[key_count++];
}

struct card {
    struct memory_key *key;
    struct certificate certificate;
    const char *digest;
};
static struct card first_card, second_card, officer_card, new_card;

static struct card card_of(const char *identity_number, unsigned key_usage)
{
    static const struct certificate_terms terms = {"1.2.3.4",
                                                   "http://localhost/",
                                                   "deneme",
                                                   "http://localhost/crl",
                                                   "http://localhost/ca",
                                                   "http://localhost/ocsp"};
    struct card card;
    struct bytes to_be_signed, der;
    struct certificate_profile profile = profile_qualified;
    const struct name name = {.country = "TR", .serial_number = identity_number, .common_name = "DENEME"};
    card.key = new_key();
    struct external_signer signer = memory_key_signer(card.key);
    profile.key_usage = key_usage;
    const struct certificate_content content = {.profile = &profile,
                                                .terms = &terms,
                                                .serial = certificate_serial_new(arena),
                                                .issuer_name = name_der(arena, &name),
                                                .issuer_key = memory_key_public(card.key),
                                                .subject_name = name_der(arena, &name),
                                                .public_key = memory_key_public(card.key),
                                                .not_before_s = clock_now_s() - 60,
                                                .not_after_s = clock_now_s() + 1000 * DAY_S,
                                                .algorithm = signer.algorithm};
    OK(certificate_build(arena, &content, &to_be_signed));
    OK(certificate_sign(arena, to_be_signed, content.issuer_key, &signer, &der));
    OK(certificate_parse(arena, der, &card.certificate));
    card.digest = hex_encode(arena, sha256(arena, card.certificate.der));
    return card;
}

static struct bytes signed_by(const struct card *card, struct bytes text)
{
    struct bytes cms;
    struct external_signer signer = memory_key_signer(card->key);
    OK(cades_sign(arena, text, &card->certificate, clock_now_s(), &signer, &cms));
    return cms;
}

static int64_t account_of(const char *number, const char *given_names, enum staff_role role)
{
    struct person person;
    const struct person_details details = {number, given_names, "ÖZ", "VAN", {1980, 2, 29}};
    const struct contact contact = {"kisi@posta.example", "5321234567", "both", LANGUAGE_TURKISH};
    struct staff_account account = {.role = role, .display_name = given_names, .user_name = number};
    const char *link;
    OK(need_person(db, keeper, arena, &actor, &details, &person));
    account.person_id = person.id;
    if (role == STAFF_OFFICER) account.institution_id = institution_id;
    struct contact_change change = {person.id, person_seal_contact(arena, &person, &contact)};
    person_close(&person);
    OK(db_run(db, set_contact, &change));
    OK(create_staff_account(db, arena, &actor, &account, &link));
    OK(find_link(db, arena, link, &account));
    return account.id;
}

static struct registry_person line_of(const char *number, enum registry_role role, const struct card *card)
{
    return (struct registry_person){.identity_number = number,
                                    .role = role,
                                    .institution_code = role == REGISTRY_OFFICER ? "34" : NULL,
                                    .card_digest = card->digest,
                                    .from_s = clock_now_s() - 60,
                                    .until_s = clock_now_s() + 1000 * DAY_S};
}

/* The worker's act: the signer took this text in. */
struct taking {
    const struct registry_news *news;
};
static enum err take(struct db_tx *tx, void *context)
{
    const struct taking *taking = context;
    return take_registry(tx, &actor, taking->news, true);
}

static void signer_takes(struct bytes text)
{
    struct taking taking;
    OK(prepare_registry_news(db, keeper, arena, text, &taking.news));
    OK(db_run(db, take, &taking));
}

static void begin_registry(void)
{
    static const struct registry_institution institutions[] = {{"34", NULL}};
    const struct registry_person persons[] = {line_of(FIRST, REGISTRY_ADMINISTRATOR, &first_card),
                                              line_of(SECOND, REGISTRY_ADMINISTRATOR, &second_card),
                                              line_of(OFFICER, REGISTRY_OFFICER, &officer_card)};
    const struct registry registry = {
        .number = 1, .institutions = institutions, .institutions_count = 1, .persons = persons, .persons_count = 3};
    struct bytes text;
    OK(registry_write(arena, &registry, &text));
    signer_takes(text);
}

static struct registry_proposal read_proposal_of(const char *uid)
{
    struct registry_proposal proposal;
    OK(find_proposal(db, keeper, arena, uid, &proposal));
    return proposal;
}

static const char *propose_card(const struct card *card, enum staff_role role, const char *institution, enum err wanted)
{
    const struct registry_wish wish = {
        .certificate = card->certificate.der, .role = role, .institution_code = institution};
    const char *uid = NULL;
    assert_int_equal(propose_addition(db, keeper, arena, &actor, first_id, &wish, &uid), wanted);
    return uid;
}

static void a_card_is_proposed_if_the_registry_can_hold_it(void **state)
{
    struct card officers_second = card_of(OFFICER, profile_qualified.key_usage);
    struct card not_for_signing = card_of(NEWCOMER, KEY_USAGE_DIGITAL_SIGNATURE);
    struct card nobody = card_of("10000000147", profile_qualified.key_usage); /* wrong check digit */
    const struct registry_wish wish = {.certificate = new_card.certificate.der, .role = STAFF_OFFICER};
    const char *uid;
    propose_card(&not_for_signing, STAFF_OFFICER, "34", ERR_WRONG);
    propose_card(&nobody, STAFF_OFFICER, "34", ERR_WRONG);
    propose_card(&officer_card, STAFF_OFFICER, "34", ERR_EXISTS);
    propose_card(&officers_second, STAFF_ADMINISTRATOR, NULL, ERR_FORBIDDEN); /* one person, one role */
    propose_card(&new_card, STAFF_OFFICER, NULL, ERR_NOT_FOUND);
    propose_card(&new_card, STAFF_OFFICER, "06", ERR_NOT_FOUND);
    assert_int_equal(propose_addition(db, keeper, arena, &actor, officer_id, &wish, &uid), ERR_NOT_FOUND);
    propose_card(&officers_second, STAFF_OFFICER, "34", ERR_NONE); /* a second card of the same officer */
}

static void two_administrators_make_a_registry(void **state)
{
    const char *uid = propose_card(&new_card, STAFF_OFFICER, "34", ERR_NONE);
    struct registry_proposal proposal = read_proposal_of(uid);
    assert_int_equal(proposal.number, 2);
    assert_int_equal(proposal.administrators, 2);
    assert_string_equal(propose_card(&new_card, STAFF_OFFICER, "34", ERR_NONE), uid); /* asked again */
    struct bytes first = signed_by(&first_card, proposal.text), second = signed_by(&second_card, proposal.text);
    struct bytes other = signed_by(&first_card, bytes_of_text("another text"));
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, other), ERR_WRONG);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, bytes_of_text("x")), ERR_WRONG);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, second), ERR_FORBIDDEN); /* lent */
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, officer_id, uid, signed_by(&officer_card, proposal.text)),
                     ERR_FORBIDDEN);
    OK(sign_proposal(db, keeper, arena, &actor, first_id, uid, first));
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, first_id, uid, first), ERR_EXISTS);
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_OPEN);
    OK(sign_proposal(db, keeper, arena, &actor, second_id, uid, second));
    proposal = read_proposal_of(uid);
    assert_int_equal(proposal.state, PROPOSAL_SENT);
    assert_int_equal(proposal.signature_count, 2);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, second_id, uid, second), ERR_STATE);
    signer_takes(proposal.text);
    signer_takes(proposal.text); /* once */
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_ACCEPTED);
}

static void who_stands_there_gets_an_account_in_that_role(void **state)
{
    struct staff_account account;
    const char *link;
    const struct actor *who = &actor;
    struct person person;
    const struct person_details details = {NEWCOMER, "YENİ", "YETKİLİ", "VAN", {1980, 2, 29}};
    assert_int_equal(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", "yeni.1", &link),
                     ERR_NOT_FOUND); /* nobody knows the person */
    OK(need_person(db, keeper, arena, who, &details, &person));
    person_close(&person);
    assert_int_equal(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", OFFICER, &link),
                     ERR_EXISTS);
    OK(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", "yeni.1", &link));
    OK(find_link(db, arena, link, &account));
    assert_int_equal(account.role, STAFF_OFFICER);
    assert_int_equal(account.institution_id, institution_id);
    assert_int_equal(create_registered_account(db, keeper, arena, who, new_card.digest, "Yeni", "yeni.2", &link),
                     ERR_STATE);
}

static void one_administrator_removes(void **state)
{
    const char *uid, *other;
    struct registry_proposal proposal;
    OK(propose_removal(db, keeper, arena, &actor, second_id, &(struct registry_removal){.key_digest = new_card.digest},
                       &uid));
    OK(propose_removal(db, keeper, arena, &actor, second_id,
                       &(struct registry_removal){.key_digest = officer_card.digest}, &other));
    assert_int_equal(
        propose_removal(db, keeper, arena, &actor, second_id, &(struct registry_removal){.key_digest = "00"}, &uid),
        ERR_NOT_FOUND);
    proposal = read_proposal_of(uid);
    assert_int_equal(proposal.administrators, 1);
    OK(sign_proposal(db, keeper, arena, &actor, second_id, uid, signed_by(&second_card, proposal.text)));
    signer_takes(proposal.text);
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_ACCEPTED);
    assert_int_equal(read_proposal_of(other).state, PROPOSAL_OVERTAKEN);
    /* what was overtaken is proposed anew on the registry in force, once */
    OK(propose_again(db, keeper, arena, &actor, second_id, other, &other));
    assert_int_equal(read_proposal_of(other).number, 4);
    assert_int_equal(propose_again(db, keeper, arena, &actor, second_id, uid, &uid), ERR_STATE); /* came true */
    OK(withdraw_proposal(db, arena, &actor, other));
    assert_int_equal(withdraw_proposal(db, arena, &actor, other), ERR_STATE);
    assert_int_equal(sign_proposal(db, keeper, arena, &actor, second_id, other, bytes_of_text("x")), ERR_STATE);
}

static enum err refuse(struct db_tx *tx, void *context)
{
    return refuse_proposal(tx, &actor, context, "registry with fewer than two administrators");
}

static void a_refusal_keeps_its_rule(void **state)
{
    const char *uid;
    OK(propose_removal(db, keeper, arena, &actor, first_id,
                       &(struct registry_removal){.key_digest = second_card.digest}, &uid));
    struct registry_proposal proposal = read_proposal_of(uid);
    OK(sign_proposal(db, keeper, arena, &actor, first_id, uid, signed_by(&first_card, proposal.text)));
    OK(db_run(db, refuse, (void *)(uintptr_t)uid));
    proposal = read_proposal_of(uid);
    assert_int_equal(proposal.state, PROPOSAL_REFUSED);
    assert_string_equal(proposal.why, "registry with fewer than two administrators");
}

/* As administrators' pages do it, from registration to a signature that the act believes. */
static void a_passkey_signs_once_the_registry_names_it(void **state)
{
    struct memory_key *key = new_key();
    struct authenticator authenticator = authenticator_of(key, "localhost", ORIGIN);
    const struct passkey_registration registration = {authenticator.credential_id, memory_key_public(key), 1};
    const struct passkey *waiting;
    size_t count;
    const char *uid;
    OK(add_passkey(db, arena, &actor, second_id, "anahtar", &registration));
    OK(list_waiting_passkeys(db, keeper, arena, &waiting, &count));
    assert_int_equal(count, 1);
    const struct registry_wish wish = {.passkey_uid = waiting[0].uid}, unknown = {.passkey_uid = "x"};
    assert_int_equal(propose_addition(db, keeper, arena, &actor, first_id, &unknown, &uid), ERR_WRONG);
    OK(propose_addition(db, keeper, arena, &actor, first_id, &wish, &uid));
    struct registry_proposal proposal = read_proposal_of(uid);
    struct passkey_assertion early = authenticator_assert(arena, &authenticator, sha256(arena, proposal.text));
    assert_int_equal(sign_proposal_by_passkey(db, keeper, arena, &actor, second_id, uid, ORIGIN, &early),
                     ERR_FORBIDDEN);
    OK(sign_proposal(db, keeper, arena, &actor, first_id, uid, signed_by(&first_card, proposal.text)));
    OK(sign_proposal(db, keeper, arena, &actor, second_id, uid, signed_by(&second_card, proposal.text)));
    signer_takes(proposal.text);
    OK(list_waiting_passkeys(db, keeper, arena, &waiting, &count));
    assert_int_equal(count, 0);

    OK(propose_removal(db, keeper, arena, &actor, first_id,
                       &(struct registry_removal){.key_digest = officer_card.digest}, &uid));
    proposal = read_proposal_of(uid);
    authenticator.counter++;
    struct passkey_assertion assertion = authenticator_assert(arena, &authenticator, sha256(arena, proposal.text));
    struct passkey_assertion other = authenticator_assert(arena, &authenticator, sha256(arena, bytes_of_text("x")));
    assert_int_equal(sign_proposal_by_passkey(db, keeper, arena, &actor, second_id, uid, ORIGIN, &other), ERR_WRONG);
    assert_int_equal(sign_proposal_by_passkey(db, keeper, arena, &actor, first_id, uid, ORIGIN, &assertion),
                     ERR_FORBIDDEN);
    OK(sign_proposal_by_passkey(db, keeper, arena, &actor, second_id, uid, ORIGIN, &assertion));
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_SENT);
    assert_true(read_proposal_of(uid).signatures[0].is_passkey);
}

static void pages_are_told_in_lines(void **state)
{
    struct registry_record record, before;
    struct registry_contents contents;
    struct registry_difference difference;
    const struct registry_record *records;
    const struct registry_proposal *proposals;
    const struct institution *institutions;
    size_t count;
    OK(find_registry_record(db, keeper, arena, 0, &record));
    OK(find_registry_record(db, keeper, arena, record.number - 1, &before));
    assert_int_equal(find_registry_record(db, keeper, arena, 99, &before), ERR_NOT_FOUND);
    OK(read_registry_contents(db, keeper, arena, record.text, &contents));
    assert_int_equal(contents.key_count, 4);
    assert_string_equal(contents.keys[0].display_name, "BİRİNCİ");
    assert_true(contents.keys[3].is_passkey);
    assert_int_equal(contents.line_count, 0);
    assert_int_equal(contents.institution_count, 1);
    assert_string_equal(contents.institutions[0].code, "34");
    OK(compare_registries(db, keeper, arena, before.text, record.text, &difference));
    assert_int_equal(difference.added.key_count, 1);
    assert_int_equal(difference.removed.key_count, 0);
    assert_int_equal(difference.administrators, 2);
    OK(list_registry_records(db, arena, &records, &count));
    assert_int_equal(count, record.number);
    OK(list_proposals(db, arena, &proposals, &count));
    assert_true(count >= 6);
    OK(list_registered_institutions(db, keeper, arena, &institutions, &count));
    assert_int_equal(count, 1);
    assert_string_equal(institutions[0].name, "İstanbul");
}

static enum err propose_place(const char *code, const char *parent, const char *name, bool is_change,
                              const char **ret_uid)
{
    const struct registry_wish wish = {.institution = {code, parent, name}, .is_change = is_change};
    return propose_addition(db, keeper, arena, &actor, first_id, &wish, ret_uid);
}

static void place(const char *code, const char *parent, const char *name, bool is_change)
{
    const char *uid;
    OK(propose_place(code, parent, name, is_change, &uid));
    assert_int_equal(read_proposal_of(uid).administrators, 2);
    signer_takes(read_proposal_of(uid).text);
}

static const char *chain_of(const char *code)
{
    struct institution_named named = {code, {0}};
    const char *chain;
    OK(db_read(db, read_institution_named, &named));
    OK(institution_chain(db, arena, named.institution.id, &chain));
    return arena_printf(arena, "%s %s", chain, named.institution.name);
}

static void institutions_are_added_moved_and_closed(void **state)
{
    const char *uid;
    place("3401", "34", "Kadıköy İlçe Müdürlüğü", false);
    place("340101", "3401", "Moda Birimi", false);
    assert_string_equal(chain_of("340101"), "340101/3401/34 Moda Birimi");
    assert_int_equal(propose_place("3401", "34", "Yine", false, &uid), ERR_EXISTS);
    assert_int_equal(propose_place("3402", "06", "Nerede", false, &uid), ERR_NOT_FOUND);
    assert_int_equal(propose_place("34", "340101", "Döngü", true, &uid), ERR_FORBIDDEN);
    assert_int_equal(propose_place("34", "34", "Döngü", true, &uid), ERR_FORBIDDEN);
    assert_int_equal(propose_place("3401", "34", "Kadıköy İlçe Müdürlüğü", true, &uid),
                     ERR_STATE); /* nothing changes */
    assert_int_equal(propose_place("34 01", "34", "Boşluk", false, &uid), ERR_INVALID);
    place("3401", NULL, "Kadıköy", true); /* to the top, with what is below it */
    assert_string_equal(chain_of("340101"), "340101/3401 Moda Birimi");
    place("34", "340101", "İstanbul", true); /* now that is no circle */
    assert_string_equal(chain_of("34"), "34/340101/3401 İstanbul");
    const struct registry_removal of_place = {.institution_code = "340101"}, of_home = {.institution_code = "34"};
    assert_int_equal(propose_removal(db, keeper, arena, &actor, first_id, &of_place, &uid), ERR_STATE);
    assert_int_equal(propose_removal(db, keeper, arena, &actor, first_id, &of_home, &uid), ERR_STATE);
    place("34", NULL, "İstanbul", true);
    OK(propose_removal(db, keeper, arena, &actor, first_id, &of_place, &uid));
    assert_int_equal(read_proposal_of(uid).administrators, 1);
    place("77", NULL, "Yeni", false); /* comes first: the other is overtaken, and proposed anew */
    assert_int_equal(read_proposal_of(uid).state, PROPOSAL_OVERTAKEN);
    OK(propose_again(db, keeper, arena, &actor, first_id, uid, &uid));
    signer_takes(read_proposal_of(uid).text);
}

static void rules_are_data(void **state)
{
    const struct registered_rule rule = {"saglik", "ıslak", NEED(NEED_TWO_PERSONS) | NEED(NEED_OWNER), NULL};
    const struct registry_wish wish = {.rule = rule};
    const struct registry_removal removal = {.rule = &rule};
    const char *uid;
    OK(propose_addition(db, keeper, arena, &actor, first_id, &wish, &uid));
    assert_int_equal(read_proposal_of(uid).administrators, 2);
    signer_takes(read_proposal_of(uid).text);
    assert_int_equal(propose_addition(db, keeper, arena, &actor, first_id, &wish, &uid), ERR_EXISTS);
    OK(propose_removal(db, keeper, arena, &actor, first_id, &removal, &uid));
    assert_int_equal(read_proposal_of(uid).administrators, 2); /* a rule may stand in the way of a laxer one */
    signer_takes(read_proposal_of(uid).text);
    assert_int_equal(propose_removal(db, keeper, arena, &actor, first_id, &removal, &uid), ERR_NOT_FOUND);
}

struct session_row {
    int64_t subject, count;
};
static const struct db_sql insert_session_sql = {
    "insert_session", "INSERT INTO session (desk, token_hash, role, subject, created_s, seen_s) "
                      "VALUES ('/yetkili', $hash, 8, $subject, 0, 0)"};
static const struct db_sql count_sessions_sql = {"count_sessions",
                                                 "SELECT COUNT(*) AS sessions FROM session WHERE subject = $subject"};

static enum err insert_session(struct db_tx *tx, void *context)
{
    const struct session_row *row = context;
    return db_exec(tx, &insert_session_sql,
                   DB_WITH(DB_BYTES("hash", bytes_of_text(random_hex(arena, 16))), DB_INT64("subject", row->subject)),
                   NULL);
}

static enum err count_sessions(struct db_tx *tx, void *context)
{
    struct session_row *row = context;
    const struct db_rows *rows;
    TRY(db_row(tx, arena, &count_sessions_sql, DB_WITH(DB_INT64("subject", row->subject)), &rows));
    row->count = db_int64(rows, 0, "sessions");
    return ERR_NONE;
}

/* The officer's line as `change` has it, NULL for none, in the next registry. */
static void signer_takes_officer(const struct registry_person *change)
{
    struct registry_record before;
    struct bytes without, text;
    OK(find_registry_record(db, keeper, arena, 0, &before));
    enum err error = registry_remove_person(arena, before.text, officer_card.digest, &without);
    if (error == ERR_NONE) signer_takes(without);
    else assert_int_equal(error, ERR_NOT_FOUND);
    if (change == NULL) return;
    OK(find_registry_record(db, keeper, arena, 0, &before));
    OK(registry_add_person(arena, before.text, change, &text));
    signer_takes(text);
}

static void an_account_is_open_while_a_key_of_its_person_is_good(void **state)
{
    struct registry_person line = line_of(OFFICER, REGISTRY_OFFICER, &officer_card);
    struct session_row of_officer = {officer_id, 0}, of_administrator = {first_id, 0};
    struct staff_account account;
    OK(db_run(db, insert_session, &of_officer));
    OK(db_run(db, insert_session, &of_administrator));
    OK(find_staff_account(db, arena, officer_id, &account));

    signer_takes_officer(NULL); /* removed */
    assert_int_equal(find_staff_account(db, arena, officer_id, &account), ERR_NOT_FOUND);
    OK(find_account_by_identity_number(db, keeper, arena, OFFICER, &account));
    assert_true(account.is_closed);
    OK(db_read(db, count_sessions, &of_officer));
    assert_int_equal(of_officer.count, 0);
    OK(db_read(db, count_sessions, &of_administrator));
    assert_int_equal(of_administrator.count, 1);

    signer_takes_officer(&line); /* back */
    OK(find_staff_account(db, arena, officer_id, &account));
    line.until_s = clock_now_s() - 1; /* ended */
    signer_takes_officer(&line);
    assert_int_equal(find_staff_account(db, arena, officer_id, &account), ERR_NOT_FOUND);

    line = line_of(OFFICER, REGISTRY_OPERATOR, &officer_card); /* in another role */
    signer_takes_officer(&line);
    OK(find_staff_account(db, arena, officer_id, &account));
    assert_int_equal(account.role, STAFF_OPERATOR);
    assert_int_equal(account.institution_id, 0);
}

static int start(void **state)
{
    static const char csv[] =
        "kod;ust_kod;ad;birim;adres;telefon;dahili;eposta\n34;;İstanbul;P;S;2125550000;1;a@s.example\n";
    struct import_report report;
    arena = arena_new();
    db = fixture_db_open();
    keeper = fixture_keeper_start();
    if (import_institutions(db, arena, &actor, bytes_of_text(csv), &report) != ERR_NONE) return -1;
    if (db_read(db, read_institution_id, NULL) != ERR_NONE) return -1;
    first_card = card_of(FIRST, profile_qualified.key_usage);
    second_card = card_of(SECOND, profile_qualified.key_usage);
    officer_card = card_of(OFFICER, profile_qualified.key_usage);
    new_card = card_of(NEWCOMER, profile_qualified.key_usage);
    first_id = account_of(FIRST, "BİRİNCİ", STAFF_ADMINISTRATOR);
    second_id = account_of(SECOND, "İKİNCİ", STAFF_ADMINISTRATOR);
    officer_id = account_of(OFFICER, "YETKİLİ", STAFF_OFFICER);
    begin_registry();
    return 0;
}

static int stop(void **state)
{
    fixture_keeper_stop(keeper);
    fixture_db_close(db);
    while (key_count > 0) memory_key_free(keys[--key_count]);
    arena = arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_is_proposed_if_the_registry_can_hold_it),
        cmocka_unit_test(two_administrators_make_a_registry),
        cmocka_unit_test(who_stands_there_gets_an_account_in_that_role),
        cmocka_unit_test(one_administrator_removes),
        cmocka_unit_test(a_refusal_keeps_its_rule),
        cmocka_unit_test(a_passkey_signs_once_the_registry_names_it),
        cmocka_unit_test(pages_are_told_in_lines),
        cmocka_unit_test(institutions_are_added_moved_and_closed),
        cmocka_unit_test(rules_are_data),
        cmocka_unit_test(an_account_is_open_while_a_key_of_its_person_is_good),
    };
    return cmocka_run_group_tests_name("identity-proposal", tests, start, stop);
}
