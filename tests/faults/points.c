#include "points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every call that writes, syncs, sends, or changes a folder. */
static const char *const calls[] = {"write",   "pwrite64",  "fsync",  "fdatasync", "sendto",
                                    "sendmsg", "ftruncate", "rename", "unlink"};
#define CALL_COUNT (sizeof calls / sizeof *calls)
#define MISSES_MAX 3 /* strace counts for each thread: now and then a call is another thread's */
#define RANDOM_MAX 12

struct points {
    FILE *file; /* NULL: random points */
    size_t killed, misses;
    bool is_double;
    struct kill_at *singles; /* those that killed */
    size_t single_count, single_at; /* which is being doubled: in an order that leaps */
    size_t call;
    int number;
};

static const char *call_of(const char *name)
{
    for (size_t i = 0; i < CALL_COUNT; i++)
        if (strcmp(calls[i], name) == 0) return calls[i];
    return NULL;
}

void point_say(const struct point *point, char text[128])
{
    bool is_double = point->second.call != NULL;
    snprintf(text, 128, "%s %d %s %d", point->first.call, point->first.number, is_double ? point->second.call : "-",
             is_double ? point->second.number : 0);
}

bool point_parse(const char *text, struct point *ret_point)
{
    char first[32], second[32];
    struct point point = {0};
    if (sscanf(text, "%31s %d %31s %d", first, &point.first.number, second, &point.second.number) != 4) return false;
    point.first.call = call_of(first);
    point.second.call = call_of(second);
    *ret_point = point;
    return point.first.call != NULL;
}

/* In leaps, so that a short run sees all parts; a prime greater than their number reaches each. */
static struct kill_at single_of(const struct points *points)
{
    return points->singles[points->single_at * 7919 % points->single_count];
}

static void go_on(struct points *points, int kills, int wanted)
{
    points->misses = kills < wanted ? points->misses + 1 : 0;
    points->number++;
    if (points->misses < MISSES_MAX) return;
    points->misses = 0;
    points->number = 1;
    if (++points->call < CALL_COUNT) return;
    points->call = 0;
    if (points->is_double) points->single_at++;
    points->is_double = true;
}

static void note(struct points *points, const struct point *point, int kills)
{
    int wanted = point->second.call != NULL ? 2 : 1;
    if (kills >= wanted) points->killed += (size_t)(kills - wanted + 1);
    if (kills > 0 && wanted == 1) {
        points->singles = realloc(points->singles, (points->single_count + 1) * sizeof *points->singles);
        if (points->singles == NULL) abort();
        points->singles[points->single_count++] = point->first;
    }
    go_on(points, kills, wanted);
}

struct points *points_open(const char *path, unsigned seed)
{
    struct points *points = calloc(1, sizeof *points);
    if (points == NULL) abort();
    points->number = 1;
    srandom(seed);
    if (path == NULL) return points;
    points->file = fopen(path, "a+");
    if (points->file == NULL) {
        perror(path);
        exit(1);
    }
    char line[160];
    rewind(points->file);
    while (fgets(line, sizeof line, points->file) != NULL) {
        struct point point;
        const char *kills = strrchr(line, ' ');
        if (kills != NULL && point_parse(line, &point)) note(points, &point, (int)strtol(kills, NULL, 10));
    }
    return points;
}

struct points *points_close(struct points *points)
{
    if (points->file != NULL) fclose(points->file);
    free(points->singles);
    free(points);
    return NULL;
}

bool points_are_over(const struct points *points)
{
    return points->is_double && points->single_at >= points->single_count;
}

static struct kill_at random_kill(void)
{
    return (struct kill_at){calls[random() % (long)CALL_COUNT], 1 + (int)(random() % RANDOM_MAX)};
}

struct point points_next(struct points *points)
{
    if (points->file == NULL) {
        struct point point = {random_kill(), {0}};
        if (random() % 2 == 0) point.second = random_kill();
        return point;
    }
    const struct kill_at here = {calls[points->call], points->number};
    if (!points->is_double) return (struct point){here, {0}};
    return (struct point){single_of(points), here};
}

void points_done(struct points *points, const struct point *point, int kills)
{
    if (points->file == NULL) {
        points->killed += (size_t)kills;
        return;
    }
    char text[128];
    point_say(point, text);
    fprintf(points->file, "%s %d\n", text, kills);
    fflush(points->file);
    note(points, point, kills);
}

size_t points_count(const struct points *points)
{
    return points->killed;
}
