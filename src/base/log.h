/*
 * Purpose: one JSON object a line on standard error: time, level, program, event, and the caller's pairs.
 *
 * Only programs log; libraries return errors. Identity numbers are masked by the caller (log_masked()); secrets never.
 */
#ifndef DIVIT_BASE_LOG_H
#define DIVIT_BASE_LOG_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

bool log_is_shown(enum log_level level); /* for what costs something to put together */
void log_open(const char *program); /* "web"; before any thread is made. DIVIT_LOG=debug lowers the threshold */
/* Pairs of const char * (name, value), ended by NULL: log_event(LOG_INFO, "job_done", "kind", kind, NULL). */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
/* The error by name with the thread's detail. */
void log_error(const char *event, enum err error, ...) __attribute__((sentinel));
const char *log_masked(struct arena *arena, const char *identity_number); /* 100******46 */
const char *log_int(struct arena *arena, long long value);

#endif
