/*
 * Purpose: the texts that people accept (spec 01, 02), in versions. Applications name them by version and SHA-256, so a
 * version is never changed nor deleted; what is in force is the one of its kind that began last.
 */
#ifndef DIVIT_PUBLICATION_LEGAL_TEXT_H
#define DIVIT_PUBLICATION_LEGAL_TEXT_H

#include "audit/audit.h"

enum legal_text_kind {
    LEGAL_NOTICE, /* privacy notice, Aydınlatma Metni */
    LEGAL_INFORMATION, /* of Law 5070 */
    LEGAL_DECLARATION, /* one paragraph: stands in the statement as it is */
    LEGAL_FORM, /* FORM-001-041 */
    LEGAL_UNDERTAKING, /* FORM-001-042 */
    LEGAL_TEXT_COUNT
};
const char *legal_text_kind_name(enum legal_text_kind kind); /* "notice", as in the database and in addresses */
enum err legal_text_kind_of(const char *name, enum legal_text_kind *ret_kind) MUST_CHECK; /* ERR_NOT_FOUND */

#define LEGAL_VERSION_MAX 20 /* characters */
#define LEGAL_TITLE_MAX 150
#define LEGAL_BODY_MAX 20000

struct legal_text {
    enum legal_text_kind kind;
    const char *name; /* "FORM-001-042" */
    const char *version; /* "1" */
    const char *title; /* first line of the text */
    const char *text; /* Turkish; paragraphs parted by empty lines; title left out */
    const char *english; /* a translation for reading; the Turkish counts; NULL: none */
    const char *digest; /* SHA-256 of `file`, 64 hexadecimal digits */
    const char *file; /* the whole Turkish text with its name and version */
    int64_t from_s; /* in force from here; 0: shipped */
    const char *account_name; /* who made it; NULL: it was shipped */
};

/* As shipped with this program, made from texts/ at build: what init installs. Never what is in force. */
const struct legal_text *shipped_legal_text(enum legal_text_kind kind);
enum err install_legal_texts(struct db *db) MUST_CHECK; /* the shipped ones, as first versions */

/* In force now. */
enum err find_legal_text(struct db *db, struct arena *arena, enum legal_text_kind kind,
                         struct legal_text *ret_text) MUST_CHECK;
enum err find_legal_text_of_version(struct db *db, struct arena *arena, enum legal_text_kind kind, const char *version,
                                    struct legal_text *ret_text) MUST_CHECK; /* ERR_NOT_FOUND */
/* The one that a statement's reference ("FORM-001-042/1 <digest>") means, whatever is in force now. ERR_NOT_FOUND. */
enum err find_referenced_text(struct db *db, struct arena *arena, enum legal_text_kind kind, const char *reference,
                              struct legal_text *ret_text) MUST_CHECK;
/* The declaration stands in statements word for word. ERR_NOT_FOUND. */
enum err find_declaration(struct db *db, struct arena *arena, const char *words,
                          struct legal_text *ret_text) MUST_CHECK;
const char *legal_text_reference(struct arena *arena, const struct legal_text *text);
/* All versions, by kind, in each the one that begins last first. */
enum err list_legal_texts(struct db *db, struct arena *arena, const struct legal_text **ret_texts,
                          size_t *ret_count) MUST_CHECK;

/*
 * A new version of `text->kind` with version, title, text, english and from_s of `text`; its name is that of the one in
 * force. ERR_EXISTS: this version, or this very text, is there already. ERR_INVALID: a beginning in the past, or a
 * declaration of several lines.
 */
enum err publish_legal_text(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                            const struct legal_text *text) MUST_CHECK;

#endif
