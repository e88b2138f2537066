#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

struct err_row {
    const char *name;
    const char *meaning;
    enum err_class class;
    int status;
};

#define ERR_ROW(name, class, status, meaning) [name] = {#name, meaning, class, status},
static const struct err_row rows[ERR_COUNT] = {ERR_TABLE(ERR_ROW)};

static _Thread_local char detail[256];

static const struct err_row *row_of(enum err error)
{
    return (unsigned)error < ERR_COUNT ? &rows[error] : &rows[ERR_BROKEN];
}

const char *err_name(enum err error)
{
    return row_of(error)->name;
}

const char *err_meaning(enum err error)
{
    return row_of(error)->meaning;
}

enum err_class err_class(enum err error)
{
    return row_of(error)->class;
}

int err_http_status(enum err error)
{
    return row_of(error)->status;
}

#undef err_set
enum err err_set(enum err error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    return error;
}

const char *err_detail(void)
{
    return detail;
}

void err_clear(void)
{
    detail[0] = '\0';
}
