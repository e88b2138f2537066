/*
 * Purpose: what the signer said of each serial, in memory: built from its signed statements alone, in their order, so
 * that no row of a database is believed for itself (spec 10, Claims: status). Safe from many threads.
 */
#ifndef DIVIT_RESPONDER_STATUS_BOOK_H
#define DIVIT_RESPONDER_STATUS_BOOK_H

#include "statement/status_statement.h"

struct status_book;
struct status_book *status_book_new(struct bytes signer_key); /* SubjectPublicKeyInfo, DER; copied */
struct status_book *status_book_free(struct status_book *book); /* takes NULL, returns NULL */

struct status_text {
    int64_t number; /* as it is kept under */
    struct bytes text, signature;
};
/*
 * Goes on with these, in order: each must name the digest of the one before and bear its own number, and the signature
 * of the last must be the signer's, by which all before it are. All are taken, or none: ERR_WRONG says which is not the
 * signer's next word.
 */
enum err status_book_add(struct status_book *book, struct arena *arena, const struct status_text *texts,
                         size_t count) MUST_CHECK;

struct status_newest {
    int64_t number; /* of the newest statement; 0: none yet */
    int64_t made_s;
};
struct status_newest status_book_newest(struct status_book *book);

struct said_status {
    enum status_word status;
    int64_t reason, since_s;
    int64_t number; /* of the statement that said it last */
};
/* ERR_NOT_FOUND: never a word of this serial (lower-case hexadecimal). */
enum err status_book_find(struct status_book *book, const char *serial, struct said_status *ret_said) MUST_CHECK;
size_t status_book_count(struct status_book *book); /* serials */
/* True the first time for a serial the signer spoke of: what is wrong with its row is told once. */
bool status_book_is_first_report(struct status_book *book, const char *serial);

/* A row that is kept for searching, as it stands in table certificate_status. */
struct status_row {
    const char *status; /* "suspended", "active", "revoked"; NULL: there is no row */
    int64_t reason, since_s, number;
};
bool status_row_says(const struct status_row *row, const struct said_status *said);

#endif
