/* Purpose: what the programs that kill at points take on the command line, and how they tell what they did. */
#ifndef DIVIT_TESTS_FAULTS_OPTIONS_H
#define DIVIT_TESTS_FAULTS_OPTIONS_H

#include "points.h"

#include "base/err.h"

#include <stdint.h>

struct options {
    const char *divit; /* the program; first argument, absolute */
    const char *done; /* --done FILE: goes on where it stopped; NULL: random points */
    unsigned seed; /* --seed N */
    const char *point; /* --point "CALL N CALL2 N2": this one alone; NULL: all */
    int64_t until_ms; /* --seconds N, from the start; monotonic. Random points go on until one is reached */
};

struct options options_read(int argc, char **argv);
/* `rounds`: how many have been. A single point gets one, whether it was reached or not. */
bool options_are_over(const struct options *options, const struct points *points, int rounds);
struct point options_point(const struct options *options, struct points *points);
/* False when not one point was reached: then nothing was tried. */
bool options_report(const char *name, size_t before, const struct points *points) MUST_CHECK;

#endif
