/*
 * Purpose: `owner 1`: the keeper's word that the owner of a number entered the code we sent to it, about one document
 * (spec 10: an owner act). Signed with the keeper's P-256 key (ECDSA with SHA-256, DER). It names nobody: tags alone.
 *
 * For an application it counts when the number was known for 72 hours from another source than “form”. For a
 * certificate (activation) a number from a form counts too, once known for 72 hours, but only the form of the
 * application that the certificate was issued for: source_document is that application's D.
 */
#ifndef DIVIT_STATEMENT_OWNER_STATEMENT_H
#define DIVIT_STATEMENT_OWNER_STATEMENT_H

#include "statement/statement.h"

#define OWNER_NUMBER_KNOWN_S ((int64_t)72 * 3600) /* from then on a number counts */

enum owner_purpose { OWNER_APPLIES, OWNER_ACTIVATES, OWNER_SETS_PIN };
enum owner_source { OWNER_SOURCE_REGISTER, OWNER_SOURCE_ACCOUNT, OWNER_SOURCE_FORM };
/* In the order of the enums; ended by NULL. */
extern const char *const owner_purpose_words[]; /* “başvuru”, “askıdan indirme”, “pin” */
extern const char *const owner_source_words[]; /* “sicil”, “hesap”, “form” */

struct owner_statement {
    const char *person; /* 64 hexadecimal digits: the keeper's search tag of the identity number */
    const char *purpose; /* of owner_purpose_words */
    const char *subject; /* D of the application, 64 hexadecimal digits; else the certificate's serial */
    const char *number; /* 64 hexadecimal digits: the keeper's search tag of the number */
    int64_t known_since_s;
    const char *source; /* of owner_source_words */
    const char *source_document; /* D of the application whose form gave the number; NULL for other sources */
    const char *word; /* owner_word_of_code */
    int64_t made_s; /* when the code was entered */
};
extern const char owner_word_of_code[]; /* “sahibine gönderdiğimiz kod girildi” */

/*
 * Does it count, by what it says itself? ERR_FORBIDDEN names what is missing. `document`: NULL for an application, where
 * no form's number counts; for a certificate D of the application it was issued for, in hexadecimal.
 */
enum err owner_statement_counts(const struct owner_statement *statement, const char *document) MUST_CHECK;

enum err owner_statement_write(struct arena *arena, const struct owner_statement *statement,
                               struct bytes *ret_text) MUST_CHECK;
enum err owner_statement_read(struct arena *arena, struct bytes text, struct owner_statement *ret_statement) MUST_CHECK;

#endif
