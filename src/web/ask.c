#include "web/ask.h"

#include "web/context.h"

struct ask {
    struct http_request *request;
    http_handler go_on;
    void *note;
    enum err error;
    struct buffer received; /* by the asker's thread; the arena is the handlers' */
    struct bytes reply;
};

static enum err go_on(struct http_request *request)
{
    struct ask *ask = http_note(request);
    ask->reply = bytes_copy(http_arena(request), buffer_bytes(&ask->received));
    buffer_free(&ask->received);
    return ask->go_on(request);
}

static void take_answer(void *context, enum err error, struct bytes reply)
{
    struct ask *ask = context;
    ask->error = error;
    if (error == ERR_NONE) buffer_add(&ask->received, reply);
    http_continue(ask->request, go_on);
}

enum err ask_worker(struct http_request *request, uint16_t type, const struct buffer *payload, http_handler handler,
                    void *note)
{
    struct ask *ask = NEW(http_arena(request), struct ask);
    *ask = (struct ask){.request = request, .go_on = handler, .note = note};
    http_set_note(request, ask);
    TRY(ipc_ask(web_of(request)->asker, type, payload, QUESTION_TIMEOUT_MS, take_answer, ask));
    http_defer(request);
    return ERR_NONE;
}

enum err ask_reply(struct http_request *request, struct ipc_reader *ret_reply)
{
    const struct ask *ask = http_note(request);
    if (ask->error != ERR_NONE) return err_set(ask->error, "the worker's answer to a question");
    *ret_reply = (struct ipc_reader){.rest = ask->reply, .arena = http_arena(request)};
    return ERR_NONE;
}

void *ask_note(struct http_request *request)
{
    const struct ask *ask = http_note(request);
    return ask->note;
}
