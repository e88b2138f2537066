/* Purpose: the simulator's page *Dış dünya*, its JSON interface, and the officers' computer. Private to the room. */
#ifndef DIVIT_SIM_DESK_H
#define DIVIT_SIM_DESK_H

#include "http/http.h"
#include "sim/world.h"

/* GET /?ara=&kisi= */
enum err show_world(struct http_request *request) MUST_CHECK;

/* GET /api/messages?to=&limit= */
enum err list_messages(struct http_request *request) MUST_CHECK;
/* GET /api/people: demo.json as it is */
enum err list_people(struct http_request *request) MUST_CHECK;
/* POST /api/faults {system, fault, times?}; GET: all */
enum err set_fault(struct http_request *request) MUST_CHECK;
enum err list_faults(struct http_request *request) MUST_CHECK;
/* POST /api/clock {offset_s} or {advance_s}; GET {now_s, offset_s, shown} */
enum err set_clock(struct http_request *request) MUST_CHECK;
enum err show_clock(struct http_request *request) MUST_CHECK;
/* POST /api/totp {identity_number, secret}: the officer scans the secret; GET ?identity_number= or ?secret= */
enum err add_authenticator(struct http_request *request) MUST_CHECK;
enum err show_code(struct http_request *request) MUST_CHECK;
/* The officer's code now, NULL without a secret. */
const char *authenticator_code(struct arena *arena, const json_t *officer);

/* POST /api/sign, multipart: officer (token label or identity number), file. Comes back signed, as a download. */
enum err sign_file(struct http_request *request) MUST_CHECK;

/*
 * POST /api/sign-code {officer, code}: signs what the page with that code asks for. {exit_code, said, link}, or for a
 * form a page with the program's words and the link back to follow.
 */
enum err sign_code(struct http_request *request) MUST_CHECK;
enum err answer_signed(struct http_request *request, const json_t *wish, int exit_code, const char *said,
                       const char *link) MUST_CHECK;

/*
 * What a POST said, from a form or from JSON; values are text. Refuses (ERR_FORBIDDEN) requests other sites' pages made.
 */
enum err read_wish(struct http_request *request, json_t **ret_wish) MUST_CHECK;
/* JSON for JSON, else back to the page (the form's "geri", a path of ours). */
enum err answer_wish(struct http_request *request, const json_t *wish, json_t *take_answer) MUST_CHECK;
enum err answer_json(struct http_request *request, int status, json_t *take_json) MUST_CHECK;
bool is_json(struct http_request *request); /* did it send JSON? */

#endif
