/* Purpose: the migrations embedded at build (tools/compile_sql.py --migrations), in order of their numbers. */
#ifndef DIVIT_DB_MIGRATIONS_H
#define DIVIT_DB_MIGRATIONS_H

#include <stddef.h>
#include <stdint.h>

struct db_migration {
    int64_t version;
    const char *name;
    const char *text; /* with tokens {id} {int64} {bytes} {strict} */
};
extern const struct db_migration db_migrations[];
extern const size_t db_migration_count;

#endif
