/*
 * Purpose: the picture challenge of all log-in pages (spec 01, 1): five letters and digits that cannot be mistaken for
 * others, good for one try within ten minutes. In a demo, and only there, its answer stands below it.
 */
#ifndef DIVIT_WEB_CHALLENGE_H
#define DIVIT_WEB_CHALLENGE_H

#include "base/bytes.h"
#include "http/form.h"

struct challenge { /* for the partial `picture` */
    const char *token;
    const char *src; /* address of the PNG */
    const char *answer; /* NULL except in a demo */
};

enum err challenge_new(struct http_request *request, struct challenge *ret_challenge) MUST_CHECK;
/* ERR_WRONG: not what the picture said, or its time or its one try is over. Case and spaces do not matter. */
enum err challenge_check(struct http_request *request, const char *token, const char *typed) MUST_CHECK;
/*
 * Checks the form's fields `answer_field` and "challenge" (both in its rules) and puts a mistake at `answer_field`.
 * Errors only when it could not be checked.
 */
enum err challenge_check_form(struct http_request *request, struct form *form, const char *answer_field) MUST_CHECK;

enum err challenge_show(struct http_request *request); /* GET /resim/{token} */
/* The PNG (200 × 70, grey). The same text and seed give the same picture. */
struct bytes challenge_draw(struct arena *arena, const char *text, struct bytes seed);
void challenge_prepare(void); /* loads the font, before the program is confined */

#endif
