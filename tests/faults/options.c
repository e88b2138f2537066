#include "options.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_POINT_MS 60000 /* a sample on a slow machine: rounds may take longer than it was given */

static const char usage[] =
    "usage: NAME_points DIVIT [--done FILE] [--seconds N] [--seed N] [--point \"CALL N CALL2 N2\"]\n";

static _Noreturn void say_usage(void)
{
    fputs(usage, stderr);
    exit(2);
}

struct options options_read(int argc, char **argv)
{
    if (argc < 2 || argc % 2 != 0) say_usage();
    struct options options = {.divit = argv[1], .until_ms = clock_monotonic_ms() + 10000};
    for (int i = 2; i < argc; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--done") == 0) options.done = value;
        else if (strcmp(argv[i], "--point") == 0) options.point = value;
        else if (strcmp(argv[i], "--seed") == 0) options.seed = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--seconds") == 0)
            options.until_ms = clock_monotonic_ms() + strtol(value, NULL, 10) * 1000;
        else say_usage();
    }
    return options;
}

bool options_are_over(const struct options *options, const struct points *points, int rounds)
{
    if (options->point != NULL) return rounds > 0;
    int64_t over_ms = clock_monotonic_ms() - options->until_ms;
    bool is_waiting = options->done == NULL && points_count(points) == 0 && over_ms < FIRST_POINT_MS;
    return (over_ms > 0 && !is_waiting) || points_are_over(points);
}

struct point options_point(const struct options *options, struct points *points)
{
    struct point point;
    if (options->point == NULL) return points_next(points);
    if (!point_parse(options->point, &point)) say_usage();
    return point;
}

bool options_report(const char *name, size_t before, const struct points *points)
{
    size_t count = points_count(points);
    bool was_any = count > before || points_are_over(points);
    printf("%s: killed at %zu points, %zu in all, %s%s\n", name, count - before, count,
           was_any ? "0 violated" : "so nothing was tried", points_are_over(points) ? "; all there are" : "");
    return was_any;
}
