/*
 * Purpose: `decision 1`: what an officer or operator did with applications: received, person seen, approved (spec 10).
 * It names applications by id, revision and D, and no person: one person's evidence tells nothing of another.
 */
#ifndef DIVIT_STATEMENT_DECISION_STATEMENT_H
#define DIVIT_STATEMENT_DECISION_STATEMENT_H

#include "statement/statement.h"

#define DECISION_LINES_MAX 500
#define DECISION_DAYS_MAX 30

struct decision_statement_line {
    const char *application_uid;
    int64_t revision;
    const char *digest; /* D of the application, 64 hexadecimal digits */
    const char *way; /* "ıslak", "e-imza", "e-onay" */
    const char *scan_digest; /* of the scanned form, 64 hexadecimal digits; NULL: none */
};

struct decision_statement {
    const char *decision_uid; /* 32 hexadecimal digits */
    bool is_received; /* teslim */
    bool is_seen; /* görüldü */
    bool is_approved; /* onay; at least one of the three */
    const char *institution_code; /* the officer's */
    int64_t made_s;
    int64_t valid_until_s; /* at most 30 days after made_s */
    int64_t registry_number; /* of the registry the officer's key stands in */
    const struct decision_statement_line *lines; /* 1 to 500, each application once */
    size_t line_count;
};

extern const char *const decision_way_words[]; /* in the order of enum application_way; ended by NULL */

enum err decision_statement_write(struct arena *arena, const struct decision_statement *statement,
                                  struct bytes *ret_text) MUST_CHECK;
enum err decision_statement_read(struct arena *arena, struct bytes text,
                                 struct decision_statement *ret_statement) MUST_CHECK;

#endif
