#include "base/log.h"

#include "base/buffer.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *log_program = "divit";
static enum log_level log_threshold = LOG_INFO;

void log_open(const char *program)
{
    log_program = program;
    const char *level = getenv("DIVIT_LOG");
    if (level != NULL && strcmp(level, "debug") == 0) log_threshold = LOG_DEBUG;
}

static const char *level_name(enum log_level level)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    return names[level];
}

/* The bytes of one well-formed UTF-8 character at `at`, 0 if it is none (RFC 3629 4). */
static size_t utf8_size(const unsigned char *at)
{
    if (at[0] < 0x80) return 1;
    if (at[0] >= 0xC2 && at[0] <= 0xDF) return (at[1] & 0xC0) == 0x80 ? 2 : 0;
    if ((at[0] & 0xF0) == 0xE0) {
        bool second = (at[1] & 0xC0) == 0x80 && !(at[0] == 0xE0 && at[1] < 0xA0) && !(at[0] == 0xED && at[1] > 0x9F);
        return second && (at[2] & 0xC0) == 0x80 ? 3 : 0;
    }
    if (at[0] >= 0xF0 && at[0] <= 0xF4) {
        bool second = (at[1] & 0xC0) == 0x80 && !(at[0] == 0xF0 && at[1] < 0x90) && !(at[0] == 0xF4 && at[1] > 0x8F);
        return second && (at[2] & 0xC0) == 0x80 && (at[3] & 0xC0) == 0x80 ? 4 : 0;
    }
    return 0;
}

/* A JSON string (RFC 8259 7); what is not UTF-8 becomes '?', so that a line always parses. */
static void add_string(struct buffer *line, const char *text)
{
    buffer_char(line, '"');
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        size_t size = utf8_size(at);
        if (size == 0) {
            buffer_char(line, '?');
            at++;
            continue;
        }
        if (*at == '"' || *at == '\\') {
            buffer_char(line, '\\');
            buffer_char(line, (char)*at);
        } else if (*at < 0x20 || *at == 0x7F) {
            buffer_printf(line, "\\u%04x", (unsigned)*at);
        } else {
            buffer_add(line, (struct bytes){at, size});
        }
        at += size;
    }
    buffer_char(line, '"');
}

static void add_pair(struct buffer *line, const char *name, const char *value)
{
    buffer_char(line, line->size == 0 ? '{' : ',');
    add_string(line, name);
    buffer_char(line, ':');
    if (value == NULL) {
        buffer_text(line, "null");
    } else {
        add_string(line, value);
    }
}

static void add_head(struct buffer *line, enum log_level level, const char *event)
{
    int64_t now_ms = clock_now_ms();
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    char text[40];
    size_t size = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + size, sizeof text - size, ".%03dZ", (int)(now_ms % 1000));
    add_pair(line, "time", text);
    add_pair(line, "level", level_name(level));
    add_pair(line, "program", log_program);
    add_pair(line, "event", event);
}

/* One write for a line, so that lines of several processes do not mix; a log that cannot be written stops nothing. */
static void end_line(struct buffer *line)
{
    buffer_text(line, "}\n");
    ssize_t written = write(STDERR_FILENO, line->data, line->size);
    (void)written;
}

static void add_pairs(struct buffer *line, va_list pairs)
{
    for (;;) {
        const char *name = va_arg(pairs, const char *);
        if (name == NULL) return;
        add_pair(line, name, va_arg(pairs, const char *));
    }
}

bool log_is_shown(enum log_level level)
{
    return level >= log_threshold;
}

void log_event(enum log_level level, const char *event, ...)
{
    if (!log_is_shown(level)) return;
    CLEANUP_BUFFER struct buffer line = BUFFER_EMPTY;
    add_head(&line, level, event);
    va_list pairs;
    va_start(pairs, event);
    add_pairs(&line, pairs);
    va_end(pairs);
    end_line(&line);
}

void log_error(const char *event, enum err error, ...)
{
    /* What a caller could have known better is no fault of ours. */
    enum err_class class = err_class(error);
    enum log_level level = class == ERR_CLASS_BROKEN ? LOG_ERROR : LOG_WARNING;
    CLEANUP_BUFFER struct buffer line = BUFFER_EMPTY;
    add_head(&line, level, event);
    add_pair(&line, "error", err_name(error));
    if (*err_detail() != '\0') add_pair(&line, "detail", err_detail());
    va_list pairs;
    va_start(pairs, error);
    add_pairs(&line, pairs);
    va_end(pairs);
    end_line(&line);
}

const char *log_masked(struct arena *arena, const char *identity_number)
{
    size_t size = identity_number == NULL ? 0 : strlen(identity_number);
    if (size != 11) return "***";
    return arena_printf(arena, "%.3s******%s", identity_number, identity_number + 9);
}

const char *log_int(struct arena *arena, long long value)
{
    return arena_printf(arena, "%lld", value);
}
