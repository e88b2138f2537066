/*
 * Purpose: what the provider tells everybody (spec 01): announcements with their days, and how the provider is reached.
 * All are plain text; paragraphs are parted by empty lines. What an administrator changes holds at once in every process.
 */
#ifndef DIVIT_PUBLICATION_PUBLICATION_H
#define DIVIT_PUBLICATION_PUBLICATION_H

#include "audit/audit.h"
#include "base/language.h"
#include "publication/legal_text.h"

#define ANNOUNCEMENT_TITLE_MAX 150 /* characters */
#define ANNOUNCEMENT_TEXT_MAX 5000

struct announcement {
    const char *uid;
    const char *title, *text; /* Turkish */
    const char *english_title, *english_text; /* "": none; the Turkish is shown to all */
    int64_t from_s, until_s; /* shown from the one until before the other; until_s 0: with no end */
    int64_t withdrawn_s; /* 0: it is not */
    const char *account_name; /* who wrote it last; "" in list_shown_announcements() */
};

enum announcement_state { ANNOUNCEMENT_COMING, ANNOUNCEMENT_SHOWN, ANNOUNCEMENT_OVER, ANNOUNCEMENT_WITHDRAWN };
enum announcement_state announcement_state_at(const struct announcement *announcement, int64_t now_s);
const char *announcement_state_title(enum announcement_state state); /* English, for tr() */
/* In that language where it is given, else in Turkish; *ret_language says which it is. */
const char *announcement_title(const struct announcement *announcement, enum language language,
                               enum language *ret_language);
const char *announcement_text(const struct announcement *announcement, enum language language);

/* Paragraphs of a text, parted by empty lines; at least one. */
const char **text_paragraphs(struct arena *arena, const char *text, size_t *ret_count);

/* Newest first. `limit` 0: all that are shown now. */
enum err list_shown_announcements(struct db *db, struct arena *arena, int64_t limit,
                                  const struct announcement **ret_announcements, size_t *ret_count) MUST_CHECK;
/* Every one there ever was, newest first. */
enum err list_announcements(struct db *db, struct arena *arena, const struct announcement **ret_announcements,
                            size_t *ret_count) MUST_CHECK;
enum err find_announcement(struct db *db, struct arena *arena, const char *uid,
                           struct announcement *ret_announcement) MUST_CHECK;

/* `announcement` without uid is a new one. ERR_NOT_FOUND: none such, or withdrawn. ERR_INVALID: half an English one, or
 * an end that is not after its beginning. */
enum err write_announcement(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                            const struct announcement *announcement) MUST_CHECK;
/* It is shown no more, and changed no more. ERR_NOT_FOUND as above. */
enum err withdraw_announcement(struct db *db, struct arena *arena, const struct actor *actor,
                               const char *uid) MUST_CHECK;

/* How the provider is reached: on every page. */
#define CONTACTS_PHONE_MAX 30
#define CONTACTS_ADDRESS_MAX 300
struct contacts {
    const char *email, *phone; /* the phone as people write it: "0850 000 00 00" */
    const char *address; /* "": none is told */
};
bool contacts_phone_is_valid(const char *phone); /* digits, spaces, parentheses, a plus in front; at least 3 digits */
enum err find_contacts(struct db *db, struct arena *arena, struct contacts *ret_contacts) MUST_CHECK;
enum err change_contacts(struct db *db, const struct actor *actor, const struct contacts *contacts) MUST_CHECK;

#endif
