/*
 * Purpose: the points at which a process is killed, one after another, and a file that remembers which were done.
 *
 * A point is a system call and its number: the process dies as it enters the n-th write, say, and the call does not
 * happen. A double point has a second one, for the process that was started after that, and for those after it: a chain
 * of up to eight kills, each a little further on, as long as it gets to serve in between. First come all single points: each call from 1 on until a round ends without having
 * got that far. Then, for each of these, all second ones.
 *
 * The file has one line for each round: `call n call2 n2 kills`, with `- 0` for no second.
 */
#ifndef DIVIT_TESTS_FAULTS_POINTS_H
#define DIVIT_TESTS_FAULTS_POINTS_H

#include <stdbool.h>
#include <stddef.h>

struct kill_at {
    const char *call; /* NULL: none */
    int number; /* from 1 */
};
struct point {
    struct kill_at first, second;
};

struct points;
/* Reads what was done; `path` NULL: random points, nothing remembered. `seed` is for these. */
struct points *points_open(const char *path, unsigned seed);
struct points *points_close(struct points *points);
struct point points_next(struct points *points);
bool points_are_over(const struct points *points);
void points_done(struct points *points, const struct point *point, int kills);
size_t points_count(
    const struct points *points); /* kills, those of earlier runs too; the first of a chain was counted */
void point_say(const struct point *point, char text[128]);
bool point_parse(const char *text, struct point *ret_point);

#endif
