/*
 * Purpose: configuration files (INI, read with inih), described by a table: what is not in the table is refused with
 * file and line. Each program has its own table; the same table writes the commented sample.
 */
#ifndef DIVIT_BASE_CONFIG_H
#define DIVIT_BASE_CONFIG_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum config_type { CONFIG_TEXT, CONFIG_INT, CONFIG_BOOL }; /* const char *, int64_t, bool */

struct config_item {
    const char *section;
    const char *name;
    enum config_type type;
    size_t offset; /* of the member in the program's settings struct */
    const char *initial; /* what counts when the file is silent; NULL: required */
    int64_t minimum, maximum; /* CONFIG_INT; both 0: any */
    const char *help; /* one sentence, with the unit */
};

/*
 * Reads `path` into `ret_settings` (texts live in `arena`). `known` are all tables of all programs (ended by an entry
 * with section NULL each, the list by NULL), so that a misspelt name is found by whichever program reads the file.
 */
enum err config_load(struct arena *arena, const char *path, const struct config_item *items,
                     const struct config_item *const *known, void *ret_settings) MUST_CHECK;
struct config_value {
    const char *section; /* NULL ends a list of these */
    const char *name;
    const char *value;
};
/* The table as a commented file: settings in `values` are set, the others stand as comments with what counts without. */
void config_write(FILE *file, const struct config_item *items, const struct config_value *values);
/* Reads a secret from a file (first line, without the line end); at most 4096 bytes. */
enum err config_read_secret(struct arena *arena, const char *path, const char **ret_secret) MUST_CHECK;

#endif
