/*
 * Purpose: a question to the worker that a person waits for (ipc/question.h): the handler asks and ends; a second
 * handler goes on with the answer. In between the request holds no thread; at most 64 wait (spec: design, Questions).
 */
#ifndef DIVIT_WEB_ASK_H
#define DIVIT_WEB_ASK_H

#include "http/http.h"
#include "ipc/question.h"

/*
 * Use as the handler's last call: `return ask_worker(request, …)` or, to show ERR_FULL on a page of one's own, check it
 * before. `go_on` runs on a pool thread once; `note` is for it alone (the first handler's findings, in the arena).
 */
enum err ask_worker(struct http_request *request, uint16_t type, const struct buffer *payload, http_handler go_on,
                    void *note) MUST_CHECK;
/* In go_on: the worker's error (ERR_UNAVAILABLE: no worker, no answer in time) or its reply. */
enum err ask_reply(struct http_request *request, struct ipc_reader *ret_reply) MUST_CHECK;
void *ask_note(struct http_request *request);

#endif
