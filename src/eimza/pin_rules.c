#include "eimza/pin_rules.h"

#include "base/language.h"

#include <stdbool.h>
#include <string.h>

#define DIGITS_MIN 6
#define DIGITS_MAX 8

/* Each digit the one before and `step` more: 111111, 123456, 654321. */
static bool is_stepped(const char *pin, int step)
{
    for (size_t i = 1; pin[i] != '\0'; i++) {
        if (pin[i] - pin[i - 1] != step) return false;
    }
    return true;
}

static int number_at(const char *pin, size_t at, size_t digits)
{
    int number = 0;
    for (size_t i = at; i < at + digits; i++) number = number * 10 + (pin[i] - '0');
    return number;
}

static bool is_day(int day, int month)
{
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

static bool is_year(int year)
{
    return year >= 1900 && year <= 2099;
}

/* ddmmyyyy, yyyymmdd, ddmmyy: whose birthday it is the program does not know, so none is taken. */
static bool is_date(const char *pin)
{
    size_t length = strlen(pin);
    if (length == 6) return is_day(number_at(pin, 0, 2), number_at(pin, 2, 2));
    if (length != 8) return false;
    return (is_day(number_at(pin, 0, 2), number_at(pin, 2, 2)) && is_year(number_at(pin, 4, 4))) ||
           (is_day(number_at(pin, 6, 2), number_at(pin, 4, 2)) && is_year(number_at(pin, 0, 4)));
}

const char *new_pin_mistake(const char *pin)
{
    size_t length = strlen(pin);
    if (length < DIGITS_MIN || length > DIGITS_MAX || strspn(pin, "0123456789") != length)
        return TR("A PIN has 6 to 8 digits, and nothing else");
    if (is_stepped(pin, 0)) return TR("A PIN is not one digit repeated");
    if (is_stepped(pin, 1) || is_stepped(pin, -1)) return TR("A PIN is not a run like 123456");
    if (is_date(pin)) return TR("A PIN is not a date");
    return NULL;
}
