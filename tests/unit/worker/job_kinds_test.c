/* What nobody would ask for again is never given up; job_loop_test.c shows what that means. */
#include "application/application.h"
#include "worker/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool is_given_up(const char *name)
{
    const struct job_kind *kind = job_kinds;
    while (kind->kind != NULL && strcmp(kind->kind, name) != 0) kind++;
    assert_non_null(kind->kind);
    return !kind->is_lasting;
}

/* The breaker says no for an hour, which is longer than others are tried. */
static void test_lost_cards(void **state)
{
    (void)state;
    assert_false(is_given_up(CONCERNED_JOB_SUSPEND));
    assert_false(is_given_up(CONCERNED_JOB_REVOKE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lost_cards)};
    return cmocka_run_group_tests_name("worker/job_kinds", tests, NULL, NULL);
}
