/* Purpose: the pages for everyone: home, legal notice, contact, errors; the pictures, the language, health. */
#ifndef DIVIT_WEB_PUBLIC_H
#define DIVIT_WEB_PUBLIC_H

#include "http/http.h"

/* The server's error page: logs what is ours to mend, records what was denied, says what happened and what to do. */
void show_error(struct http_request *request, enum err error, int status);

enum err public_show_announcements(struct http_request *request);

/* objection.c: OBJECTION_PATH */
enum err public_show_objection(struct http_request *request);
enum err public_object(struct http_request *request);

#endif
