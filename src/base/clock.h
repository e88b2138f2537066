/*
 * Purpose: the only clock. UTC, in seconds or milliseconds since 1970.
 *
 * A demo installation shares an offset (a file of one int64, seconds) that the simulator's page moves; each process
 * maps it read-only before it is confined. Elsewhere nothing calls clock_use_offset() and the system's time counts.
 */
#ifndef DIVIT_BASE_CLOCK_H
#define DIVIT_BASE_CLOCK_H

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

#define DAY_S ((int64_t)86400)

int64_t clock_now_s(void);
int64_t clock_now_ms(void);
int64_t clock_monotonic_ms(void); /* for waits and deadlines; the offset does not touch it */
void clock_pause_ms(int64_t pause_ms); /* for growing waits of background loops; never in a handler */

enum err clock_use_offset(const char *path) MUST_CHECK; /* maps the file; it must exist and be 8 bytes */
enum err clock_set_offset(const char *path, int64_t offset_s) MUST_CHECK; /* writes it; for init and the simulator */
int64_t clock_offset_s(void);

/* Texts in Europe/Istanbul, which has been UTC+3 without summer time since 2016-09-07. */
const char *time_to_date(struct arena *arena, int64_t time_s); /* 31.12.2026 */
const char *time_to_date_time(struct arena *arena, int64_t time_s); /* 31.12.2026 14:05 */
const char *time_to_iso(struct arena *arena, int64_t time_s); /* 2026-12-31T11:05:00Z, RFC 3339, UTC */
enum err time_from_iso(const char *text, int64_t *ret_time_s) MUST_CHECK; /* exactly the form above */

/* A calendar day without a time. */
struct date {
    int year; /* 1900 to 9999 */
    int month; /* 1 to 12 */
    int day; /* 1 to 31 */
};
enum err date_parse(const char *text, struct date *ret_date) MUST_CHECK; /* dd.mm.yyyy, also d.m.yyyy, with / or - */
const char *date_to_text(struct arena *arena, struct date date); /* dd.mm.yyyy */
const char *date_to_iso(struct arena *arena, struct date date); /* yyyy-mm-dd */
enum err date_from_iso(const char *text, struct date *ret_date) MUST_CHECK;
int date_compare(struct date a, struct date b); /* <0, 0, >0 */
struct date date_of_time(int64_t time_s); /* in Europe/Istanbul */
int64_t time_of_date(struct date date); /* the start of that day in Europe/Istanbul */
/* The same hour and day `years` later; 29 February becomes 28 February. */
int64_t time_add_years(int64_t time_s, int years);

#endif
