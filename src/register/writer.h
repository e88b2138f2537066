/*
 * Purpose: private to the room: one row of a register written, ended or put back, with what the keeper is told of its
 * number. Each is one transaction and the same when it is done again.
 */
#ifndef DIVIT_REGISTER_WRITER_H
#define DIVIT_REGISTER_WRITER_H

#include "register/import.h"

struct staff_writer {
    struct db *db;
    struct keeper *keeper;
    const struct actor *actor;
    const char *register_code;
    int64_t known_since_s; /* numbers and addresses that come now */
    int64_t import_id; /* whose rows remember what stood there before; 0: none */
};

/* Keyed hashes: of the identity number, and of the whole row, so that the same row again is seen without opening it. */
struct staff_tags {
    struct bytes identity, row;
};
enum err make_staff_tags(const struct staff_writer *writer, struct arena *arena, const struct staff_record *record,
                         struct staff_tags *ret_tags) MUST_CHECK;

/* Where a person stands: a row is another one once its tag or left_s is. */
#define STAFF_NO_ROW ((int64_t)-1)
struct staff_place {
    int64_t person_id; /* 0: nobody known */
    int64_t left_s; /* 0: the register names them now; STAFF_NO_ROW: it never did */
    struct bytes row_tag; /* data NULL: not known */
};
/* Of an identity number. In a transaction. */
enum err read_staff_place(struct db_tx *tx, struct arena *arena, const char *register_code, struct bytes identity_tag,
                          struct staff_place *ret_place) MUST_CHECK;

enum staff_change { STAFF_ADDED, STAFF_CHANGED, STAFF_UNCHANGED };
/* Compares the row of an opened person with what comes; ret_before is untouched where there was no row. */
enum err compare_staff(struct db *db, struct arena *arena, const struct person *person, const char *register_code,
                       const struct staff_member *after, struct staff_member *ret_before,
                       enum staff_change *ret_change) MUST_CHECK;
/*
 * record->member as it is to stand there: its institution_id is known by now, its left_s says since when the person is out
 * of the register. `seen`: what the caller decided by; NULL: what stands there now. `line` of the import. ERR_STATE:
 * somebody else wrote the row since, nothing was changed; ERR_TOO_MANY: the keeper opens no more now.
 */
enum err write_staff(const struct staff_writer *writer, struct arena *arena, const struct staff_record *record,
                     const struct staff_tags *tags, const struct staff_place *seen, int64_t line,
                     enum staff_change *ret_change) MUST_CHECK;
/* end_staff.c: the register no longer names the person; nothing when it does not anyhow. `seen` and errors as above. */
enum err end_staff(const struct staff_writer *writer, struct arena *arena, int64_t person_id,
                   const struct staff_place *seen, int64_t line) MUST_CHECK;
bool is_same_place(const struct staff_place *a, const struct staff_place *b);
/* In the transaction that writes: ERR_STATE when the row is not `seen` any more. */
enum err need_place(struct db_tx *tx, struct arena *arena, const struct staff_writer *writer, int64_t person_id,
                    const struct staff_place *seen) MUST_CHECK;
enum err find_place_of(const struct staff_writer *writer, struct arena *arena, int64_t person_id,
                       struct staff_place *ret_place) MUST_CHECK;
/* Does a register other than this one name the number of this person, too? Then it stays known. */
enum err forget_staff_number(const struct staff_writer *writer, struct arena *arena, const struct person *person,
                             const char *mobile) MUST_CHECK;
enum err find_institution_id(struct db *db, struct arena *arena, const char *code, int64_t *ret_id) MUST_CHECK;
/* scim_token.c: when it was last used, to a few minutes. */
enum err note_token_use(struct db *db, int64_t token_id, int64_t used_s) MUST_CHECK;
struct db_value import_value(const struct staff_writer *writer); /* parameter import_id */

#endif
