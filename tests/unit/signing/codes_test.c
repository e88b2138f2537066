/* Codes and tickets (spec 02, Verification codes; spec 10, Tickets). */
#include "fixture_signing.h"

#include <pthread.h>

#define TEXT "divit login 1\nKimlik No: 10000000146\n"
#define RACERS 8

static struct certificate ayse;
static const struct actor program = {ACTOR_NOBODY, 0, "127.0.0.1", "istek"};

static struct signing_session session_new(void)
{
    return (struct signing_session){db, web_key, sha256(arena, bytes_of_text(random_hex(arena, 32))),
                                    (struct actor){ACTOR_NOBODY, 0, "127.0.0.1", "sayfa"}};
}

static struct signing_asked asked(void)
{
    return (struct signing_asked){SIGNING_LOG_IN, "", AYSE, bytes_of_text(TEXT), "/yetkili/imza"};
}

static struct signing_code make(const struct signing_session *session)
{
    struct signing_asked wish = asked();
    struct signing_code code;
    OK(make_signing_code(session, arena, &wish, &code));
    return code;
}

static enum err submit(const char *code, struct bytes cms, const char **ret_ticket)
{
    enum signature_refusal refusal;
    return submit_signature(db, keeper, web_key, arena, &program, code, cms, (struct bytes){0}, ret_ticket, &refusal);
}

static const char *ticket_of(const struct signing_code *code)
{
    const char *ticket;
    OK(submit(code->code, sign_at(TEXT, &ayse, clock_now_s()), &ticket));
    return ticket;
}

static enum err open_code(const char *typed, struct signing_code *ret_code)
{
    return open_signing_code(db, web_key, arena, typed, ret_code);
}

static void a_code_as_the_page_shows_it_and_the_program_reads_it(void **state)
{
    struct signing_session session = session_new();
    struct signing_code code = make(&session), opened, found;
    assert_int_equal(strspn(code.code, "123456789"), SIGNING_CODE_DIGITS);
    assert_string_not_equal(code.words[0], code.words[1]);
    OK(open_code(signing_code_grouped(arena, code.code), &opened));
    assert_int_equal(opened.asked.purpose, SIGNING_LOG_IN);
    assert_string_equal(opened.asked.identity_number, AYSE);
    assert_string_equal(opened.words[0], code.words[0]);
    assert_string_equal(opened.words[1], code.words[1]);
    assert_true(bytes_equal(opened.asked.text, bytes_of_text(TEXT)));
    assert_in_range(opened.expires_s - clock_now_s(), SIGNING_CODE_S - 5, SIGNING_CODE_S);
    OK(find_signing_code(&session, arena, &found));
    assert_string_equal(found.code, code.code);
    struct signing_session other = session_new();
    assert_int_equal(find_signing_code(&other, arena, &found), ERR_NOT_FOUND);
}

static void every_wrong_code_is_the_same(void **state)
{
    struct signing_session session = session_new();
    struct signing_code first = make(&session), second = make(&session), used, opened;
    const char *ticket;
    assert_int_equal(open_code("değil", &opened), ERR_NOT_FOUND);
    assert_int_equal(open_code("999999999999999", &opened), ERR_NOT_FOUND);
    assert_int_equal(open_code(first.code, &opened), ERR_NOT_FOUND); /* voided by the second */
    OK(open_code(second.code, &opened));
    rows_of(&sql_age_codes, DB_WITH(DB_INT64("seconds", SIGNING_CODE_S + 1)));
    assert_int_equal(open_code(second.code, &opened), ERR_NOT_FOUND); /* over */
    assert_int_equal(submit(second.code, sign_at(TEXT, &ayse, clock_now_s()), &ticket), ERR_NOT_FOUND);
    OK(find_signing_code(&session, arena, &opened)); /* the page may still say so */
    used = make(&session);
    ticket_of(&used);
    assert_int_equal(open_code(used.code, &opened), ERR_NOT_FOUND);
}

static void a_refused_signature_leaves_the_code(void **state)
{
    struct signing_session session = session_new();
    struct signing_code code = make(&session), opened;
    const char *ticket;
    int64_t before = count_records("refuse_signature");
    assert_int_equal(submit(code.code, sign_at("başka", &ayse, clock_now_s()), &ticket), ERR_WRONG);
    assert_int_equal(count_records("refuse_signature"), before + 1);
    OK(open_code(code.code, &opened));
    ticket_of(&code);
}

struct racer {
    pthread_t thread;
    const char *code;
    struct bytes cms;
    enum err error;
};

static void *race(void *context)
{
    struct racer *racer = context;
    CLEANUP_ARENA struct arena *own = arena_new();
    const char *ticket;
    enum signature_refusal refusal;
    racer->error = submit_signature(db, keeper, web_key, own, &program, racer->code, racer->cms, (struct bytes){0},
                                    &ticket, &refusal);
    return NULL;
}

static void of_many_submits_one_wins(void **state)
{
    struct signing_session session = session_new();
    struct signing_code code = make(&session);
    struct racer racers[RACERS];
    int won = 0;
    for (size_t i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.code = code.code, .cms = sign_at(TEXT, &ayse, clock_now_s())};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < RACERS; i++) {
        pthread_join(racers[i].thread, NULL);
        won += racers[i].error == ERR_NONE;
        if (racers[i].error != ERR_NONE) assert_int_equal(racers[i].error, ERR_NOT_FOUND);
    }
    assert_int_equal(won, 1);
}

static void a_ticket_completes_once_in_its_session(void **state)
{
    struct signing_session session = session_new();
    struct signing_code code = make(&session), returned, again;
    const char *ticket = ticket_of(&code), *page;
    assert_int_equal(finish_signing_code(&session, &code), ERR_NOT_FOUND); /* not before its ticket */
    OK(find_ticket_page(db, arena, ticket, &page));
    assert_string_equal(page, "/yetkili/imza");
    OK(return_ticket(&session, arena, ticket, &returned));
    assert_int_equal(returned.state, SIGNING_RETURNED);
    assert_string_equal(returned.program_address, "127.0.0.1");
    struct cades cades;
    OK(cades_verify(arena, returned.signature, &cades));
    assert_true(bytes_equal(cades.content, bytes_of_text(TEXT)));
    OK(finish_signing_code(&session, &returned));
    assert_int_equal(finish_signing_code(&session, &returned), ERR_NOT_FOUND);
    assert_int_equal(return_ticket(&session, arena, ticket, &again), ERR_NOT_FOUND);
    assert_int_equal(find_ticket_page(db, arena, random_hex(arena, 16), &page), ERR_NOT_FOUND);
}

static void a_ticket_ends_with_its_time(void **state)
{
    struct signing_session session = session_new();
    struct signing_code code = make(&session), returned;
    const char *ticket = ticket_of(&code);
    OK(return_ticket(&session, arena, ticket, &returned));
    rows_of(&sql_age_codes, DB_WITH(DB_INT64("seconds", SIGNING_CODE_S + 1)));
    assert_int_equal(return_ticket(&session, arena, ticket, &returned), ERR_NOT_FOUND);
    assert_int_equal(finish_signing_code(&session, &returned), ERR_NOT_FOUND);
}

/* A stranger's page shows its code to a person, who signs: the ticket opens in the person's browser, not in theirs. */
static void relayed_codes_complete_nothing(void **state)
{
    struct bytes cms = sign_at(TEXT, &ayse, clock_now_s());
    int64_t before = count_records("refuse_ticket");
    long relays = getenv("DIVIT_RELAYS") != NULL ? strtol(getenv("DIVIT_RELAYS"), NULL, 10) : 50;
    int completed = 0;
    for (long i = 0; i < relays; i++) {
        struct signing_session strangers = session_new(), persons = session_new();
        struct signing_code code = make(&strangers), returned = {0};
        const char *ticket;
        OK(submit(code.code, cms, &ticket));
        completed += return_ticket(&persons, arena, ticket, &returned) == ERR_NONE;
        completed += finish_signing_code(&persons, &code) == ERR_NONE;
        completed += return_ticket(&strangers, arena, random_hex(arena, 16), &returned) == ERR_NONE;
        completed += finish_signing_code(&strangers, &code) == ERR_NONE; /* the stranger never saw the ticket */
    }
    print_message("relays: %ld, completed: %d\n", relays, completed);
    assert_int_equal(completed, 0);
    assert_int_equal(count_records("refuse_ticket"), before + relays);
}

/* Its limit: a person who pastes the link into the stranger's page hands the act over (spec 10, relay). */
static void a_link_handed_over_completes(void **state)
{
    struct signing_session strangers = session_new();
    struct signing_code code = make(&strangers), returned;
    const char *pasted = arena_printf(arena, "http://localhost:8080/eimza/don/%s", ticket_of(&code));
    OK(return_ticket(&strangers, arena, signing_ticket_of(arena, pasted), &returned));
    OK(finish_signing_code(&strangers, &returned));
}

static bool holds(struct bytes haystack, const char *needle)
{
    return haystack.size > 0 && memmem(haystack.data, haystack.size, needle, strlen(needle)) != NULL;
}

static void the_table_tells_a_thief_nothing(void **state)
{
    struct signing_session session = session_new();
    struct signing_code code = make(&session);
    ticket_of(&code);
    const struct db_rows *rows = rows_of(&sql_all_of_codes, DB_NOTHING);
    assert_true(db_count(rows) > 0);
    for (size_t i = 0; i < db_count(rows); i++) {
        const char *const values[] = {AYSE, code.code, "divit login", "AYŞE", code.words[0]};
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            assert_false(holds(db_bytes(rows, i, "sealed_content"), values[k]));
            assert_false(holds(db_bytes(rows, i, "sealed_signature"), values[k]));
        }
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
        cmocka_unit_test(a_code_as_the_page_shows_it_and_the_program_reads_it),
        cmocka_unit_test(every_wrong_code_is_the_same),
        cmocka_unit_test(a_refused_signature_leaves_the_code),
        cmocka_unit_test(of_many_submits_one_wins),
        cmocka_unit_test(a_ticket_completes_once_in_its_session),
        cmocka_unit_test(a_ticket_ends_with_its_time),
        cmocka_unit_test(relayed_codes_complete_nothing),
        cmocka_unit_test(a_link_handed_over_completes),
        cmocka_unit_test(the_table_tells_a_thief_nothing),
    };
    return cmocka_run_group_tests_name("signing-codes", tests, set_up_ayse, tear_down);
}
