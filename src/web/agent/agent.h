/*
 * Purpose: /agent/v1, the signing program's interface: JSON over POST, described in openapi.json; and /eimza/don/…, the
 * address its return tickets go to.
 */
#ifndef DIVIT_WEB_AGENT_H
#define DIVIT_WEB_AGENT_H

#include "web/signing.h"

#include <jansson.h>

#define AGENT_PREFIX "/agent"

/* The request's body, which must be a JSON object and come from no web page; to be given back with json_decref(). */
enum err agent_read(struct http_request *request, json_t **ret_object) MUST_CHECK;
enum err agent_answer(struct http_request *request, int status, json_t *take_object) MUST_CHECK;
/* {"error": …, "message": …} */
enum err agent_refuse(struct http_request *request, int status, const char *name, const char *english) MUST_CHECK;
/* One answer for every code that cannot be used, whatever is wrong with it. */
enum err agent_refuse_code(struct http_request *request) MUST_CHECK;
/* Counts a try with this code from this address; ERR_TOO_MANY. */
enum err agent_count(struct http_request *request) MUST_CHECK;

enum err agent_open(struct http_request *request);
enum err agent_submit(struct http_request *request);
enum err agent_begin_pin(struct http_request *request);
enum err agent_release_puk(struct http_request *request);
enum err agent_end_pin(struct http_request *request);

/* What the server's own errors look like below /agent. */
void agent_show_error(struct http_request *request, enum err error, int status);

#endif
