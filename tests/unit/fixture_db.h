/*
 * Purpose: an empty, migrated database for a test of a room: the PostgreSQL named by DIVIT_TEST_POSTGRESQL
 * (tests/postgresql.sh), else an SQLite file in a temporary folder. Run each such test on both (see tests/meson.build).
 */
#ifndef DIVIT_TESTS_FIXTURE_DB_H
#define DIVIT_TESTS_FIXTURE_DB_H

#include "base/clock.h"
#include "base/secret.h"
#include "db/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIXTURE_DB_READERS 8

static char fixture_db_folder[64];
static char fixture_db_address_text[512];

__attribute__((unused)) static const char *fixture_db_address(void)
{
    if (fixture_db_address_text[0] != '\0') return fixture_db_address_text;
    const char *postgresql = getenv("DIVIT_TEST_POSTGRESQL");
    if (postgresql != NULL) {
        snprintf(fixture_db_address_text, sizeof fixture_db_address_text, "%s", postgresql);
    } else {
        snprintf(fixture_db_folder, sizeof fixture_db_folder, "/tmp/divit-test.XXXXXX");
        if (mkdtemp(fixture_db_folder) == NULL) abort();
        snprintf(fixture_db_address_text, sizeof fixture_db_address_text, "sqlite:%s/test.db", fixture_db_folder);
    }
    return fixture_db_address_text;
}

/* Ends the program when the database cannot be had: no test could run. */
__attribute__((unused)) static struct db *fixture_db_open(void)
{
    struct db *db;
    enum err error = secret_init();
    if (error == ERR_NONE) error = db_open(fixture_db_address(), FIXTURE_DB_READERS, &db);
    if (error == ERR_NONE) error = db_migrate(db);
    if (error != ERR_NONE) {
        fprintf(stderr, "fixture: %s: %s\n", err_name(error), err_detail());
        exit(99);
    }
    return db;
}

__attribute__((unused)) static void fixture_db_close(struct db *db)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    db_close(db);
    for (size_t i = 0; i < 3 && fixture_db_folder[0] != '\0'; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/test.db%s", fixture_db_folder, endings[i]);
        unlink(path);
    }
    if (fixture_db_folder[0] != '\0') rmdir(fixture_db_folder);
}

#endif
