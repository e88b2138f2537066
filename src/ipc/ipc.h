/*
 * Purpose: framed, typed messages between Divit's processes on Unix sockets.
 *
 * Frame: uint32 length of what follows, uint16 type, payload; big-endian. Payload: fields in the message's fixed order,
 * int64 as 8 bytes, text and bytes as uint32 length and content. A reader refuses anything left over. Who may send what
 * is one table (messages.h); the peer is known by its credentials (peers.h).
 */
#ifndef DIVIT_IPC_IPC_H
#define DIVIT_IPC_IPC_H

#include "base/buffer.h"
#include "ipc/peers.h"

#define IPC_FRAME_MAX (1024 * 1024)

void ipc_put_int64(struct buffer *payload, int64_t value);
void ipc_put_text(struct buffer *payload, const char *text); /* NULL is sent as "" */
void ipc_put_bytes(struct buffer *payload, struct bytes bytes);

struct ipc_reader {
    struct bytes rest;
    struct arena *arena;
};
enum err ipc_get_int64(struct ipc_reader *reader, int64_t *ret_value) MUST_CHECK;
enum err ipc_get_text(struct ipc_reader *reader, const char **ret_text) MUST_CHECK; /* UTF-8, no NUL inside */
enum err ipc_get_bytes(struct ipc_reader *reader, struct bytes *ret_bytes) MUST_CHECK;
enum err ipc_get_end(const struct ipc_reader *reader) MUST_CHECK; /* ERR_INVALID if anything is left */

/* The serving side */
struct ipc_call {
    enum ipc_role role; /* of the peer */
    struct arena *arena; /* for this call */
    struct ipc_reader request;
    struct buffer *reply; /* sent when the handler returns ERR_NONE; an error is sent by name with its detail */
    void *context;
};
typedef enum err (*ipc_handler)(struct ipc_call *call);
struct ipc_route {
    uint16_t type; /* of messages.h; ended by 0 */
    ipc_handler handler;
};
struct ipc_server;
/* Makes the socket (mode 0600, an old one is removed). `threads` handle calls side by side; 0: one after another. */
enum err ipc_listen(const char *path, const struct ipc_route *routes, int threads, void *context,
                    struct ipc_server **ret_server) MUST_CHECK;
/* Before ipc_serve(): `act` is called each second, between calls where those come one after another. */
void ipc_each_second(struct ipc_server *server, void (*act)(void *context, struct arena *arena));
enum err ipc_serve(struct ipc_server *server) MUST_CHECK; /* starts its thread(s) */
struct ipc_server *ipc_stop(struct ipc_server *server); /* takes NULL, returns NULL */

/* The asking side: connections are made when needed, kept, and used by one call at a time; safe from many threads. */
struct ipc_client;
struct ipc_client *ipc_client_new(const char *path); /* connects at the first call */
struct ipc_client *ipc_client_free(struct ipc_client *client);
/* The peer's error comes back as this call's; no connection or no answer in time: ERR_UNAVAILABLE. */
enum err ipc_call(struct ipc_client *client, uint16_t type, const struct buffer *payload, int64_t timeout_ms,
                  struct arena *arena, struct ipc_reader *ret_reply) MUST_CHECK;

/*
 * The asking side without a waiting thread, for web's questions: at most 64 are under way, the next is ERR_FULL.
 * `answered` is called once, on the asker's thread; `reply` lives until it returns.
 */
struct ipc_asker;
typedef void (*ipc_answered)(void *context, enum err error, struct bytes reply);
enum err ipc_asker_new(const char *path, struct ipc_asker **ret_asker) MUST_CHECK;
struct ipc_asker *ipc_asker_free(struct ipc_asker *asker);
enum err ipc_ask(struct ipc_asker *asker, uint16_t type, const struct buffer *payload, int64_t timeout_ms,
                 ipc_answered answered, void *context) MUST_CHECK;

#endif
