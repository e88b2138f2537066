/*
 * Purpose: staff registers and how they come (spec 08, Staff registers): files with separated values, taken at once by an
 * operator's tool, or brought by an administrator, checked, looked at, applied and undone. Who is no longer in a register
 * is not deleted: the row says since when (spec 01, 1: log-in asks for a row that is in it now).
 */
#ifndef DIVIT_REGISTER_REGISTER_H
#define DIVIT_REGISTER_REGISTER_H

#include "db/job.h"
#include "identity/identity.h"

/* -- rules.c: pure -- */
enum staff_column {
    STAFF_TCKN,
    STAFF_AD,
    STAFF_SOYAD,
    STAFF_DOGUM_YERI,
    STAFF_DOGUM_TARIHI,
    STAFF_KURUM_KODU,
    STAFF_SICIL_NO,
    STAFF_GRUP,
    STAFF_AHB_KODU,
    STAFF_BIRIM,
    STAFF_UNVAN,
    STAFF_ADRES,
    STAFF_IL,
    STAFF_ILCE,
    STAFF_POSTA_KODU,
    STAFF_EPOSTA,
    STAFF_CEP,
    STAFF_COLUMN_COUNT
};
#define STAFF_REQUIRED_COUNT 6 /* the first ones */
extern const char *const staff_column_names[STAFF_COLUMN_COUNT]; /* as in the header of a file: "tckn" */
const char *staff_column_title(enum staff_column column); /* English (TR) */

/* -- an operator's tool: each row of a file at once -- */
struct import_mistake {
    int64_t line; /* of the file, from 1 */
    const char *column; /* its name in the header; "" for the row as a whole */
    const char *reason; /* English (TR) */
};
struct import_report {
    int64_t rows, added, changed, unchanged;
    struct import_mistake *mistakes; /* a bad row is refused; the others are taken, each once */
    size_t mistake_count;
};
/* CSV of spec 08 (UTF-8 or Windows-1254; ';' or ','). A dry run says what would be done and writes nothing. */
enum err import_staff(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                      const char *register_code, struct bytes csv, int64_t known_since_s, bool is_dry_run,
                      struct import_report *ret_report) MUST_CHECK;
/* CSV: kod, ust_kod, ad, birim, adres, telefon, dahili, eposta; parents before children. */
enum err import_institutions(struct db *db, struct arena *arena, const struct actor *actor, struct bytes csv,
                             struct import_report *ret_report) MUST_CHECK;

/* -- an administrator's import: web takes the file in, the worker reads it -- */
enum import_state {
    IMPORT_ARRIVING, /* the file is being stored */
    IMPORT_ARRIVED, /* waits for which column is which */
    IMPORT_CHECKING,
    IMPORT_CHECKED, /* waits for an administrator's word */
    IMPORT_APPLYING,
    IMPORT_APPLIED,
    IMPORT_UNDOING,
    IMPORT_UNDONE,
    IMPORT_REFUSED, /* the file cannot be read: `why` */
    IMPORT_DROPPED,
    IMPORT_STATE_COUNT
};
const char *import_state_title(enum import_state state); /* English (TR) */

#define IMPORT_SIZE_MAX ((size_t)32 * 1024 * 1024) /* 100,000 rows have about 25 MB */
#define IMPORT_FILE_COLUMNS_MAX 32
#define IMPORT_KEPT_S DAY_S /* a file that nobody applies */

struct staff_import {
    int64_t id;
    const char *uid;
    const char *register_code;
    const char *account_name; /* who brought it */
    const char *file_name;
    bool is_whole; /* who is not in it has left */
    enum import_state state;
    const char *why; /* why it was refused, or applying and undoing broke off: English (TR); else "" */
    int64_t size, at; /* bytes; how far the present step has come in the file */
    int64_t done; /* rows that the present step has dealt with */
    int64_t added, changed, same, left, refused, applied; /* rows found so far */
    int64_t passed; /* not written when it was applied: somebody else had changed them since the check */
    int64_t unread; /* refused rows that do not say whose they are: while there is one, nobody has left */
    int64_t active; /* persons in the register now */
    int64_t created_s, applied_s;
    bool can_undo; /* applied, and the last one of its register */
};
/*
 * Takes a file in, sealed so that the worker alone can read it, kept for a day. ERR_TOO_LARGE; ERR_INVALID with a detail:
 * it has no header that can be read.
 */
enum err stage_import(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                      int64_t account_id, const char *register_code, const char *file_name, bool is_whole,
                      struct bytes file, const char **ret_uid) MUST_CHECK;
enum err find_import(struct db *db, struct arena *arena, const char *uid, struct staff_import *ret_import) MUST_CHECK;
/* Newest first, at most 20; without counts of rows. */
enum err list_imports(struct db *db, struct arena *arena, const struct staff_import **ret_imports,
                      size_t *ret_count) MUST_CHECK;
/* What stands in the file's first row, and which column of ours each looks like: a place in it, -1: none. */
struct import_header {
    const char *cells[IMPORT_FILE_COLUMNS_MAX];
    size_t count;
    int guessed[STAFF_COLUMN_COUNT];
};
enum err find_import_header(struct db *db, struct keeper *keeper, struct arena *arena, const char *uid,
                            struct import_header *ret_header) MUST_CHECK;
/*
 * decide_import.c: an administrator's words. Each is ERR_STATE when the import is not where it would follow.
 * check_import: the dry run begins. ERR_INVALID: a required column is missing, or one stands for two. by_itself: applied
 * after it without a further word, where applies_by_itself() says so.
 */
enum err check_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid,
                      const int columns[STAFF_COLUMN_COUNT], bool by_itself) MUST_CHECK;
/* ERR_EXISTS: another file is being applied to this register, or undone; ERR_EXPIRED: one was since this was checked. */
enum err apply_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid) MUST_CHECK;
enum err undo_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid) MUST_CHECK;
enum err drop_import(struct db *db, struct arena *arena, const struct actor *actor, const char *uid) MUST_CHECK;

/* What a file changes or what is wrong with it, some rows at a time, in the order of the file. */
enum import_kind { IMPORT_ADDED, IMPORT_CHANGED, IMPORT_SAME, IMPORT_LEFT, IMPORT_REFUSES, IMPORT_KIND_COUNT };
struct import_change {
    enum staff_column column;
    const char *before, *after;
};
struct import_row {
    int64_t line; /* 0 and less: not in the file; where the next page begins is after the last row's line */
    const char *column, *reason; /* IMPORT_REFUSES: of the header; English (TR) */
    const char *institution_name; /* NULL: none */
    const char *name, *identity_number; /* changed, left; NULL: nobody is told */
    struct import_change changes[STAFF_COLUMN_COUNT]; /* changed */
    size_t change_count;
};
/* The persons shown are opened by `keeper`, so they count against its budget: ERR_TOO_MANY. `after` 0: the first. */
enum err list_import_rows(struct db *db, struct keeper *keeper, struct arena *arena, const struct staff_import *import,
                          enum import_kind kind, int64_t after, size_t limit, const struct import_row **ret_rows,
                          size_t *ret_count) MUST_CHECK;

/* -- identity systems keep a register up to date by SCIM 2.0 (RFC 7643, RFC 7644) -- */
struct scim_token {
    const char *uid;
    const char *register_code;
    const char *name;
    const char *account_name; /* who made it */
    int64_t created_s, used_s; /* used: to a few minutes; 0: never */
};
#define SCIM_TOKEN_NAME_MAX 60
/* ret_token is shown once; its hash alone is kept. */
enum err make_scim_token(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                         const char *register_code, const char *name, const char **ret_token) MUST_CHECK;
enum err list_scim_tokens(struct db *db, struct arena *arena, const struct scim_token **ret_tokens,
                          size_t *ret_count) MUST_CHECK; /* those that are good; oldest first */
/* ERR_NOT_FOUND: there is none that is good. */
enum err revoke_scim_token(struct db *db, struct arena *arena, const struct actor *actor, const char *uid) MUST_CHECK;

/* One request, as web passes it on; the worker alone looks at the token, and writes (docs/trust.md). */
struct scim_call {
    const char *token;
    const char *method; /* "GET", "POST", "PUT", "PATCH", "DELETE" */
    const char *path; /* after /scim/v2/: "Users", "Users/<id>", "Schemas" … */
    const char *filter; /* "": none */
    int64_t start_index, count; /* RFC 7644 3.4.2.4 */
    struct bytes body; /* JSON */
    const char *public_url, *address, *request; /* of the service; of the client; its id */
};
struct scim_answer {
    int status;
    const char *json; /* NULL: no body */
    const char *location; /* NULL: none */
};
/* All that is the client's to mend is an answer with its status; errors are ours. */
enum err answer_scim(struct db *db, struct keeper *keeper, struct arena *arena, const struct scim_call *call,
                     struct scim_answer *ret_answer) MUST_CHECK;

/* -- directory.c: an LDAP directory that a register is read from. divit.conf says which, an administrator when -- */
struct staff_directory {
    const char *register_code;
    const char *address; /* and base, as divit.conf has them */
    int64_t account_id; /* who asked last, and answers for it; 0: nobody yet */
    const char *account_name; /* NULL: nobody yet */
    bool is_daily; /* read each day; what is harmless is applied by itself */
    bool is_asked; /* the worker is at it */
    int64_t read_s; /* last time; 0: never */
    const char *why; /* what kept it from coming then: English (TR); "": nothing did */
    const char *import_uid; /* what came of it, an import; "": none */
};
/* ERR_NOT_FOUND: none is configured. */
enum err find_directory(struct db *db, struct arena *arena, struct staff_directory *ret_directory) MUST_CHECK;
enum err ask_directory(struct db *db, const struct actor *actor, int64_t account_id,
                       const char *register_code) MUST_CHECK;
enum err set_directory_daily(struct db *db, const struct actor *actor, int64_t account_id, const char *register_code,
                             bool is_daily) MUST_CHECK;
/*
 * Pure, rules.c. Nothing is refused, and at most one in twenty leaves, or five: a directory that lost half its people has
 * a fault, and an administrator looks at it.
 */
bool applies_by_itself(const struct staff_import *import);

/* -- for the worker -- */
#define STAFF_DIRECTORY_JOB "staff_directory"
/* What divit.conf says; register_code "": there is none. */
enum err note_directory(struct db *db, const char *register_code, const char *address) MUST_CHECK;
/* Somebody still wants what the job is for. */
bool is_reading_due(const struct staff_directory *directory, const struct job *job);
/* The directory's people become a file of the whole register, which is checked next: lines as directory_read() has them. */
enum err take_directory(struct db *db, struct keeper *keeper, struct arena *arena, const struct job *job,
                        const struct staff_directory *directory, const char *const *attributes,
                        struct bytes lines) MUST_CHECK;
/* The job is done. why: English (TR), "": nothing was wrong; a daily reading comes again in a day, or in an hour. */
enum err end_reading(struct db *db, struct arena *arena, const struct job *job, const struct staff_directory *directory,
                     const char *why, const char *import_uid) MUST_CHECK;
#define STAFF_IMPORT_JOB "staff_import" /* key: the import's uid */
#define STAFF_DROP_JOB "staff_drop" /* likewise, a day after it came */
/*
 * One step of a few hundred rows; asks for the next one itself. It opens at most 10,000 persons an hour after the first
 * 5,000: two thirds of what the keeper lets staff registers open, which is apart from what messages need.
 */
enum err work_on_import(struct db *db, struct keeper *keeper, struct arena *arena, const struct job *job) MUST_CHECK;
enum err drop_old_import(struct db *db, struct arena *arena, const struct job *job) MUST_CHECK;

#endif
