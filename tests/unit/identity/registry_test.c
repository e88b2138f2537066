/* Accounts and institutions follow the registry that the signer took in. On both databases. */
#include "registry_story.h"

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

static const struct db_sql move_place_sql = {
    "move_place",
    "UPDATE institution SET parent_id = (SELECT id FROM institution WHERE code = '5502') WHERE code = '55'"};
static enum err move_place(struct db_tx *tx, void *context)
{
    return db_exec(tx, &move_place_sql, DB_NOTHING, NULL);
}

/* An import may have put the one above, which the registry does not name, below it. */
static void no_institution_comes_to_stand_below_itself(void **state)
{
    static const char csv[] = "kod;ust_kod;ad;birim;adres;telefon;dahili;eposta\n"
                              "55;;Samsun;P;S;2125550000;1;a@s.example\n5502;;Bafra;P;S;2125550000;1;b@s.example\n";
    struct import_report report;
    struct registry_record before;
    struct bytes text;
    const struct registry_institution unnamed = {"55", NULL, NULL};
    OK(import_institutions(db, arena, &actor, bytes_of_text(csv), &report));
    OK(db_run(db, move_place, NULL));
    OK(find_registry_record(db, keeper, arena, 0, &before));
    OK(registry_set_institution(arena, before.text, &unnamed, &text));
    signer_takes(text);
    place("5502", "55", "Yeni Bafra", false);
    assert_string_equal(chain_of("5502"), "5502 Yeni Bafra"); /* named anew, where it was */
    assert_string_equal(chain_of("55"), "55/5502 Samsun");
}

/* As a hand in the database could make it. */
static const struct db_sql make_circle_sql = {
    "make_circle",
    "UPDATE institution SET parent_id = (SELECT id FROM institution WHERE code = '55') WHERE code = '5502'"};
static enum err make_circle(struct db_tx *tx, void *context)
{
    return db_exec(tx, &make_circle_sql, DB_NOTHING, NULL);
}

static void a_circle_in_the_database_keeps_nobody_waiting(void **state)
{
    struct institution_named named = {"55", {0}};
    const struct staff_account *officers;
    size_t count;
    OK(db_run(db, make_circle, NULL));
    OK(db_read(db, read_institution_named, &named));
    OK(list_officers_of(db, arena, named.institution.id, &officers, &count));
    assert_int_equal(count, 0);
    place("5502", "55", "Bafra", true); /* followed all the same */
    OK(db_read(db, read_institution_named, &(struct institution_named){"5502", {0}}));
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

static bool signer_takes_untold(struct bytes text)
{
    struct taking taking;
    OK(prepare_registry_news(db, keeper, arena, text, &taking.news));
    OK(db_run(db, take, &taking));
    return registry_news_is_untold(taking.news);
}

/* Followed all the same: the row before it was edited, or one between them was never seen here. */
static void what_is_in_force_is_followed_whatever_stands_before_it(void **state)
{
    struct registry_record before, now;
    struct bytes other, after_other, text;
    struct registry_person line = line_of(NEWCOMER, REGISTRY_OFFICER, &new_card);
    struct registry_person another = line;
    another.until_s++;
    OK(find_registry_record(db, keeper, arena, 0, &before));
    OK(registry_add_person(arena, before.text, &another, &other));
    OK(registry_remove_person(arena, other, officer_card.digest, &after_other));
    OK(registry_add_person(arena, before.text, &line, &text));
    assert_false(signer_takes_untold(text)); /* what we keep: not what the signer's next one follows */
    assert_true(signer_takes_untold(after_other));
    OK(find_registry_record(db, keeper, arena, 0, &now));
    assert_true(bytes_equal(now.text, after_other));
    struct registry_change change;
    assert_int_equal(registry_compare(arena, text, now.text, &change), ERR_STATE);
    OK(registry_remove_person(arena, now.text, new_card.digest, &other));
    assert_false(signer_takes_untold(other)); /* told again from here on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(institutions_are_added_moved_and_closed),
        cmocka_unit_test(no_institution_comes_to_stand_below_itself),
        cmocka_unit_test(a_circle_in_the_database_keeps_nobody_waiting),
        cmocka_unit_test(rules_are_data),
        cmocka_unit_test(an_account_is_open_while_a_key_of_its_person_is_good),
        cmocka_unit_test(what_is_in_force_is_followed_whatever_stands_before_it),
    };
    return cmocka_run_group_tests_name("identity-registry", tests, start, stop);
}
