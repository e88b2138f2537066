/* Purpose: private to the room: short texts of plain lines, for what is sealed and never shown to people. */
#ifndef DIVIT_STATEMENT_LINES_H
#define DIVIT_STATEMENT_LINES_H

#include "base/bytes.h"

/*
 * `first` and exactly `count` lines behind it, each ended by LF, into ret_lines (in the arena); ERR_INVALID for anything
 * else.
 */
enum err lines_read(struct arena *arena, struct bytes text, const char *first, const char **ret_lines,
                    size_t count) MUST_CHECK;
bool is_digits(const char *text, size_t length_min, size_t length_max);
bool is_lower_hex(const char *text, size_t length_min, size_t length_max);

#endif
