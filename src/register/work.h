/* Purpose: private to the room: one step of the worker on one import. */
#ifndef DIVIT_REGISTER_WORK_H
#define DIVIT_REGISTER_WORK_H

#include "register/writer.h"

#define ROWS_A_STEP 500

/* find_import.c: the row, with what others need not see. */
struct import_record {
    struct staff_import import;
    int64_t account_id;
    struct wrapped_key wrapped_key;
    struct bytes sealed_header;
    const char *columns;
    int64_t at_line, opened, checked_turn, turn;
    bool is_by_itself;
};
enum err find_import_record(struct db *db, struct arena *arena, const char *uid,
                            struct import_record *ret_record) MUST_CHECK;
const char *import_state_name(enum import_state state);
const char *import_kind_name(enum import_kind kind);

/* deposit.c: the file in the database, sealed so that whoever put it there cannot read it again. */
enum err deposit_begin(struct keeper *keeper, struct arena *arena, const char *uid, uint8_t ret_key[KEY_SIZE],
                       struct wrapped_key *ret_wrapped) MUST_CHECK;
enum err deposit_write(struct db *db, const uint8_t key[KEY_SIZE], const char *uid, int64_t import_id,
                       struct bytes file) MUST_CHECK;
/* Ended by a NUL, which counts. ERR_BROKEN: it opens no more. */
enum err deposit_read(struct db *db, struct keeper *keeper, struct arena *arena, const struct import_record *record,
                      struct buffer *file) MUST_CHECK;

/* stage_import.c: the header, which web may open again; and the codes of columns in the row. */
const char *header_context(struct arena *arena, const char *uid);
enum err read_places(const char *columns, int ret_places[STAFF_COLUMN_COUNT]) MUST_CHECK;

/* work_import.c: what a step has at hand. */
struct import_work {
    struct db *db;
    struct keeper *keeper;
    struct arena *arena;
    const struct job *job;
    struct import_record record;
    struct actor actor; /* whoever said so */
    struct staff_writer writer;
    /* what the step came to */
    int64_t at, at_line; /* where the next one begins; `at` -1: behind the file */
    int64_t opened, done, unread;
    bool is_over, is_budget_spent;
};
enum err open_import_file(struct import_work *work, struct buffer *file, struct csv_reader *ret_reader) MUST_CHECK;
/* In the transaction of the step's result: how far it came, and what comes next. ERR_STATE: it was dropped meanwhile. */
enum err keep_progress(struct db_tx *tx, const struct import_work *work) MUST_CHECK;
enum err end_step(struct db_tx *tx, const struct import_work *work, enum import_state to_state) MUST_CHECK;

/* decide_import.c: ERR_STATE unless one row was changed. */
enum err change_one(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values) MUST_CHECK;
/* apply_import.c: the file, and what it takes to undo the files before it. */
enum err forget_before(struct db_tx *tx, const struct import_work *work) MUST_CHECK;

enum err check_some(struct import_work *work) MUST_CHECK;
enum err apply_some(struct import_work *work) MUST_CHECK;
enum err undo_some(struct import_work *work) MUST_CHECK;
/* decide_import.c: ends the job. */
enum err apply_by_itself(const struct import_work *work) MUST_CHECK;

#endif
