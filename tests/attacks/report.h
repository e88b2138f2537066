/*
 * Purpose: what an attack prints: a line for each claim that was attacked, with its figure, and for each stated limit
 * that was shown. tools/run_attacks reads them. A claim that fell ends the program with 1.
 *
 *     attack | CLAIM | WHAT | TRIED | SUCCEEDED
 *     limit  | CLAIM | WHAT | 1 | 1
 */
#ifndef DIVIT_TESTS_ATTACKS_REPORT_H
#define DIVIT_TESTS_ATTACKS_REPORT_H

#include <stdio.h>

static int report_failed;

static inline void report_attack(const char *claim, const char *what, long tried, long succeeded)
{
    printf("attack | %s | %s | %ld | %ld\n", claim, what, tried, succeeded);
    fflush(stdout);
    if (succeeded != 0 || tried == 0) report_failed = 1;
}

/* What the claim says it does not hold against: it must succeed, or the claim says too little. */
static inline void report_limit(const char *claim, const char *what, int is_shown)
{
    printf("limit | %s | %s | 1 | %d\n", claim, what, is_shown);
    fflush(stdout);
    if (!is_shown) report_failed = 1;
}

#endif
