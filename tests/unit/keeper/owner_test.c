/* Owner acts: who the owner is the documents say, since when a number is known the keeper; its signature over both. */
#include "fixture_documents.h"
#include "fixture_keys.h"
#include "keeper/service.h"
#include "statement/owner_statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/keeper-owner-XXXXXX";
static char db_path[64], issuing_path[64];
static struct keeper_service service;

/* Ayşe's certificate; the keeper is told the authority's. */
static struct certificate certificate(void)
{
    struct memory_key *authority;
    OK(memory_key_new(&authority));
    struct certificate root = certify(&profile_root, NULL, authority);
    struct certificate of_ayse = certify(&profile_qualified, &ayse_name, authority);
    OK(file_write(issuing_path, root.der, 0644));
    memory_key_free(authority);
    return of_ayse;
}

/* -- what is done -- */

static void know(const char *identity_number, const char *number, const char *source, const char *document,
                 int64_t since_s)
{
    const struct known_number known = {person_tag(&service, arena, identity_number),
                                       number_tag(&service, arena, number), source, document, since_s};
    bool is_new;
    OK(store_number(service.store, &known, &is_new));
}

/* A code made and typed. */
static struct keeper_owner_act act_of(const struct keeper_code_request *request, const char *subject,
                                      const char *document, int64_t now_s)
{
    struct keeper_code_made code_made;
    struct keeper_code code;
    struct keeper_owner_act act;
    OK(make_code(&service, arena, request, now_s, &code_made));
    assert_int_equal(code_made.wait_s, 0);
    OK(code_text(&service, arena, code_made.code_id, now_s, &code));
    assert_string_equal(code.number, request->number);
    assert_string_equal(code.purpose, request->purpose);
    OK(check_code(&service, arena, request->purpose, subject, document, code.digits, now_s, &act));
    return act;
}

static struct owner_statement read_act(const struct keeper_owner_act *act)
{
    struct owner_statement statement;
    struct bytes spki;
    OK(keeper_public_key(&service, arena, &spki));
    OK(public_key_verify(spki, SIGNATURE_ECDSA_SHA256, act->text, act->signature));
    OK(owner_statement_read(arena, act->text, &statement));
    return statement;
}

static struct owner_statement act_on_application(struct bytes text, const char *number, int64_t now_s)
{
    const struct keeper_code_request request = {KEEPER_CODE_APPLICATION, "", text, ALI, number};
    struct keeper_owner_act act = act_of(&request, hex_encode(arena, sha256(arena, text)), "", now_s);
    return read_act(&act);
}

static void a_known_number_counts_from_its_time(void **state)
{
    struct bytes text = application();
    know(AYSE, NUMBER, "sicil", "", NOW - 30 * DAY_S);
    know(AYSE, NUMBER, "hesap", "", NOW - DAY_S);
    struct owner_statement statement = act_on_application(text, NUMBER, NOW);
    assert_string_equal(statement.purpose, "başvuru");
    assert_string_equal(statement.subject, hex_encode(arena, sha256(arena, text)));
    assert_string_equal(statement.source, "sicil");
    assert_int_equal(statement.known_since_s, NOW - 30 * DAY_S);
    assert_int_equal(statement.made_s, NOW);
    assert_null(statement.source_document);
    assert_string_equal(statement.number, hex_encode(arena, number_tag(&service, arena, NUMBER)));
}

/* Ali is named by the asker; the text is Ayşe's, and so is the word. */
static void the_document_says_whose_it_is(void **state)
{
    know(ALI, NUMBER, "sicil", "", NOW - 30 * DAY_S);
    struct owner_statement statement = act_on_application(application(), NUMBER, NOW);
    assert_string_equal(statement.person, hex_encode(arena, person_tag(&service, arena, AYSE)));
    assert_string_equal(statement.source, "form");
    assert_int_equal(statement.known_since_s, NOW);
}

static void a_forms_number_is_known_from_its_code_on(void **state)
{
    struct bytes text = application();
    const char *digest = hex_encode(arena, sha256(arena, text));
    struct owner_statement statement = act_on_application(text, NUMBER, NOW);
    assert_string_equal(statement.source, "form");
    assert_string_equal(statement.source_document, digest);
    struct certificate of_ayse = certificate();
    const struct keeper_code_request request = {KEEPER_CODE_ACTIVATION, "", of_ayse.der, ALI, NUMBER};
    struct keeper_owner_act act = act_of(&request, of_ayse.serial, digest, NOW + 4 * DAY_S);
    statement = read_act(&act);
    assert_string_equal(statement.purpose, "askıdan indirme");
    assert_string_equal(statement.subject, of_ayse.serial);
    assert_string_equal(statement.source_document, digest);
    assert_int_equal(statement.known_since_s, NOW);
    /* another application's number says nothing about this certificate */
    act = act_of(&request, of_ayse.serial, DIGEST, NOW + 5 * DAY_S);
    assert_int_equal(act.text.size, 0);
}

static void a_register_counts_more_than_the_form(void **state)
{
    struct bytes text = application();
    act_on_application(text, NUMBER, NOW);
    know(AYSE, NUMBER, "sicil", "", NOW + DAY_S);
    assert_string_equal(act_on_application(text, NUMBER, NOW + 2 * DAY_S).source, "sicil");
}

static void an_unknown_number_is_nobodys_word(void **state)
{
    struct certificate of_ayse = certificate();
    know(AYSE, OTHER_NUMBER, "sicil", "", NOW - 30 * DAY_S);
    know(ALI, NUMBER, "sicil", "", NOW - 30 * DAY_S);
    const struct keeper_code_request request = {KEEPER_CODE_PIN, "", of_ayse.der, ALI, NUMBER};
    struct keeper_owner_act act = act_of(&request, of_ayse.serial, "", NOW);
    assert_int_equal(act.text.size, 0);
    assert_int_equal(act.signature.size, 0);
}

/* A web that fell writes another number into the database before: the act has the one whose owner typed the code. */
static void an_account_is_known_by_its_owners_act_alone(void **state)
{
    struct certificate of_ayse = certificate();
    const struct keeper_code_request activation = {KEEPER_CODE_ACTIVATION, "", of_ayse.der, ALI, NUMBER};
    const struct keeper_code_request pin = {KEEPER_CODE_PIN, "", of_ayse.der, ALI, NUMBER};
    know(AYSE, NUMBER, "sicil", "", NOW - 30 * DAY_S);
    know(AYSE, OTHER_NUMBER, "sicil", "", NOW - DAY_S);
    struct keeper_owner_act act = act_of(&pin, of_ayse.serial, "", NOW);
    assert_int_equal(know_account(&service, arena, &act, NOW), ERR_FORBIDDEN); /* of another purpose */
    const struct keeper_code_request early = {KEEPER_CODE_ACTIVATION, "", of_ayse.der, ALI, OTHER_NUMBER};
    act = act_of(&early, of_ayse.serial, "", NOW);
    assert_int_equal(know_account(&service, arena, &act, NOW), ERR_FORBIDDEN); /* for a day: it activates nothing */
    act = act_of(&activation, of_ayse.serial, "", NOW + 60);
    struct keeper_owner_act changed = {bytes_copy(arena, act.text), act.signature};
    char *number = memmem(changed.text.data, changed.text.size, read_act(&act).number, 64);
    memcpy(number, hex_encode(arena, number_tag(&service, arena, OTHER_NUMBER)), 64);
    assert_int_equal(know_account(&service, arena, &changed, NOW), ERR_FORBIDDEN);

    const struct known_number *numbers;
    size_t count;
    OK(know_account(&service, arena, &act, NOW + 100));
    OK(know_account(&service, arena, &act, NOW + 200)); /* the worker was killed in between */
    OK(list_numbers(service.store, arena, person_tag(&service, arena, AYSE), number_tag(&service, arena, NUMBER),
                    &numbers, &count));
    assert_int_equal(count, 2);
    assert_string_equal(numbers[1].source, "hesap");
    assert_int_equal(numbers[1].known_since_s, NOW + 60);
    OK(list_numbers(service.store, arena, person_tag(&service, arena, AYSE), number_tag(&service, arena, OTHER_NUMBER),
                    &numbers, &count));
    assert_int_equal(count, 1);
}

static void what_is_told_again_keeps_its_time_until_it_is_forgotten(void **state)
{
    bool was_known;
    struct certificate of_ayse = certificate();
    know(AYSE, NUMBER, "sicil", "", NOW - 5 * DAY_S);
    know(AYSE, NUMBER, "sicil", "", NOW);
    const struct keeper_code_request request = {KEEPER_CODE_PIN, "", of_ayse.der, "", NUMBER};
    struct keeper_owner_act act = act_of(&request, of_ayse.serial, "", NOW);
    assert_int_equal(read_act(&act).known_since_s, NOW - 5 * DAY_S);
    OK(forget_number(service.store, person_tag(&service, arena, AYSE), number_tag(&service, arena, NUMBER), "sicil",
                     &was_known));
    assert_true(was_known);
    assert_int_equal(act_of(&request, of_ayse.serial, "", NOW + 60).text.size, 0);
}

static void no_code_without_a_document_that_says_whose(void **state)
{
    struct keeper_code_made code_made;
    struct certificate of_ayse = certificate();
    struct memory_key *stranger;
    OK(memory_key_new(&stranger));
    struct bytes text = application();
    struct keeper_code_request request = {KEEPER_CODE_APPLICATION, "", {text.data, text.size - 1}, ALI, NUMBER};
    assert_int_equal(make_code(&service, arena, &request, NOW, &code_made), ERR_INVALID);
    request = (struct keeper_code_request){KEEPER_CODE_ACTIVATION, "", {0}, ALI, NUMBER};
    assert_int_equal(make_code(&service, arena, &request, NOW, &code_made), ERR_INVALID);
    request.document = certify(&profile_qualified, &ayse_name, stranger).der; /* the same names, another key */
    assert_int_equal(make_code(&service, arena, &request, NOW, &code_made), ERR_WRONG);
    request.document = of_ayse.der;
    request.number = "532123456";
    assert_int_equal(make_code(&service, arena, &request, NOW, &code_made), ERR_INVALID);
    request.number = NUMBER;
    service.issuing_path = NULL;
    assert_int_equal(make_code(&service, arena, &request, NOW, &code_made), ERR_STATE);
    request = (struct keeper_code_request){"log_in", "x", {0}, "", NUMBER};
    assert_int_equal(make_code(&service, arena, &request, NOW, &code_made), ERR_INVALID);
    memory_key_free(stranger);
}

/* -- a new, empty keeper for each -- */

static int set_up(void **state)
{
    arena = arena_new();
    service.keys = fixture_keys();
    service.limits.wrong_codes = 1000;
    service.issuing_path = issuing_path;
    return keeper_store_open(db_path, &service.store) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    keeper_store_close(service.store);
    secret_free(service.keys);
    arena_free(arena);
    unlink(issuing_path);
    return unlink(db_path);
}

int main(void)
{
    if (mkdtemp(folder) == NULL || secret_init() != ERR_NONE) return 1;
    snprintf(db_path, sizeof db_path, "%s/keeper.db", folder);
    snprintf(issuing_path, sizeof issuing_path, "%s/issuing.cer", folder);
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(an_account_is_known_by_its_owners_act_alone),
        CASE(a_known_number_counts_from_its_time),
        CASE(the_document_says_whose_it_is),
        CASE(a_forms_number_is_known_from_its_code_on),
        CASE(a_register_counts_more_than_the_form),
        CASE(an_unknown_number_is_nobodys_word),
        CASE(what_is_told_again_keeps_its_time_until_it_is_forgotten),
        CASE(no_code_without_a_document_that_says_whose),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
