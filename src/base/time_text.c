#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ISTANBUL_OFFSET_S ((int64_t)3 * 3600)

static struct tm utc(int64_t time_s)
{
    time_t time = (time_t)time_s;
    struct tm parts;
    gmtime_r(&time, &parts);
    return parts;
}

const char *time_to_date(struct arena *arena, int64_t time_s)
{
    return date_to_text(arena, date_of_time(time_s));
}

const char *time_to_date_time(struct arena *arena, int64_t time_s)
{
    struct tm t = utc(time_s + ISTANBUL_OFFSET_S);
    return arena_printf(arena, "%02d.%02d.%04d %02d:%02d", t.tm_mday, t.tm_mon + 1, t.tm_year + 1900, t.tm_hour,
                        t.tm_min);
}

const char *time_to_iso(struct arena *arena, int64_t time_s)
{
    struct tm t = utc(time_s);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                        t.tm_min, t.tm_sec);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days[month - 1];
}

static bool is_real(struct date date)
{
    return date.year >= 1900 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days_in_month(date.year, date.month);
}

static int64_t utc_midnight(struct date date)
{
    struct tm parts = {.tm_year = date.year - 1900, .tm_mon = date.month - 1, .tm_mday = date.day};
    return (int64_t)timegm(&parts);
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

enum err time_from_iso(const char *text, int64_t *ret_time_s)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    for (size_t i = 0; i < sizeof form; i++) {
        bool fits = form[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
        if (!fits) return err_set(ERR_INVALID, "not a time of the form 2026-12-31T11:05:00Z");
    }
    struct date date = {two_digits(text) * 100 + two_digits(text + 2), two_digits(text + 5), two_digits(text + 8)};
    int hour = two_digits(text + 11), minute = two_digits(text + 14), second = two_digits(text + 17);
    if (!is_real(date) || hour > 23 || minute > 59 || second > 59) return err_set(ERR_INVALID, "no such time");
    int64_t time_s = utc_midnight(date) + hour * 3600 + minute * 60 + second;
    CLEANUP_ARENA struct arena *arena = arena_new();
    if (strcmp(time_to_iso(arena, time_s), text) != 0) return err_set(ERR_INVALID, "not a time in its one form");
    *ret_time_s = time_s;
    return ERR_NONE;
}

/* Up to `most` digits; returns the text behind them, NULL if there is none. */
static const char *read_number(const char *text, int least, int most, int *ret_number)
{
    int number = 0, digits = 0;
    for (; digits < most && *text >= '0' && *text <= '9'; digits++) number = number * 10 + (*text++ - '0');
    if (digits < least) return NULL;
    *ret_number = number;
    return text;
}

static const char *skip_separator(const char *text, const char *separators)
{
    return text && *text && strchr(separators, *text) ? text + 1 : NULL;
}

enum err date_parse(const char *text, struct date *ret_date)
{
    struct date date = {0};
    const char *rest = read_number(text, 1, 2, &date.day);
    if (rest) rest = skip_separator(rest, "./-");
    if (rest) rest = read_number(rest, 1, 2, &date.month);
    if (rest) rest = skip_separator(rest, "./-");
    if (rest) rest = read_number(rest, 4, 4, &date.year);
    if (!rest || *rest || !is_real(date)) return err_set(ERR_INVALID, "not a date of the form 31.12.2026");
    *ret_date = date;
    return ERR_NONE;
}

enum err date_from_iso(const char *text, struct date *ret_date)
{
    struct date date = {0};
    const char *rest = read_number(text, 4, 4, &date.year);
    if (rest) rest = skip_separator(rest, "-");
    if (rest) rest = read_number(rest, 2, 2, &date.month);
    if (rest) rest = skip_separator(rest, "-");
    if (rest) rest = read_number(rest, 2, 2, &date.day);
    if (!rest || *rest || !is_real(date)) return err_set(ERR_INVALID, "not a date of the form 2026-12-31");
    *ret_date = date;
    return ERR_NONE;
}

const char *date_to_text(struct arena *arena, struct date date)
{
    return arena_printf(arena, "%02d.%02d.%04d", date.day, date.month, date.year);
}

const char *date_to_iso(struct arena *arena, struct date date)
{
    return arena_printf(arena, "%04d-%02d-%02d", date.year, date.month, date.day);
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year) return a.year - b.year;
    if (a.month != b.month) return a.month - b.month;
    return a.day - b.day;
}

struct date date_of_time(int64_t time_s)
{
    struct tm t = utc(time_s + ISTANBUL_OFFSET_S);
    return (struct date){t.tm_year + 1900, t.tm_mon + 1, t.tm_mday};
}

int64_t time_of_date(struct date date)
{
    return utc_midnight(date) - ISTANBUL_OFFSET_S;
}

int64_t time_add_years(int64_t time_s, int years)
{
    struct date date = date_of_time(time_s);
    int64_t into_day_s = time_s - time_of_date(date);
    date.year += years;
    if (date.day > days_in_month(date.year, date.month)) date.day = days_in_month(date.year, date.month);
    return time_of_date(date) + into_day_s;
}
