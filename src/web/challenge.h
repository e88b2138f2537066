/*
 * Purpose: the picture challenge of all log-in pages (spec 01, 1): five letters and digits that cannot be mistaken for
 * others, to be seen or heard, good for one try within ten minutes. In a demo, and only there, its answer stands below.
 */
#ifndef DIVIT_WEB_CHALLENGE_H
#define DIVIT_WEB_CHALLENGE_H

#include "base/bytes.h"
#include "http/form.h"

struct challenge { /* for the partial `picture` */
    const char *token;
    const char *answer; /* NULL except in a demo */
};

/* The fields that the partial sends beside the answer's own: for a form's rules. */
#define CHALLENGE_RULES                                                                                                \
    {.name = "challenge", .length_max = 64},                                                                           \
    {                                                                                                                  \
        .name = "new_picture", .length_max = 1                                                                         \
    }

/*
 * Last of a form's checks. What was typed in `answer_field` is right, or a mistake there. Right, and nothing else is
 * wrong: it is used up, and the field empty. Right, but another field is wrong: it stays typed and good, so that nobody
 * reads a second picture because of a date. Wrong: it is used up. Errors only when it could not be checked.
 */
enum err challenge_check_form(struct http_request *request, struct form *form, const char *answer_field) MUST_CHECK;
/*
 * The picture to show with a form: the one that stayed good, else a new one, with the answer's field emptied.
 */
enum err challenge_of_form(struct http_request *request, struct form *form, const char *answer_field,
                           struct challenge *ret_challenge) MUST_CHECK;
/* "New picture" was pressed: the form is to be shown as it was typed, without mistakes. */
bool challenge_is_new_wanted(struct form *form, const char *answer_field);

enum err challenge_show(struct http_request *request); /* GET /resim/{token} */
enum err challenge_say(struct http_request *request); /* GET /resim/{token}/ses, in the request's language */
/* The PNG (200 × 70, grey). The same text and seed give the same picture. */
struct bytes challenge_draw(struct arena *arena, const char *text, struct bytes seed);
/* A WAV of some seconds, likewise. Letters and digits that are not the challenge's are passed over. */
struct bytes challenge_speak(struct arena *arena, const char *text, enum language language, struct bytes seed);
void challenge_prepare(void); /* loads the font, before the program is confined */

#endif
