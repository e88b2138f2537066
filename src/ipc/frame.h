/* Purpose: private to the ipc room: what stands around a payload on the wire, for server, client and asker alike. */
#ifndef DIVIT_IPC_FRAME_H
#define DIVIT_IPC_FRAME_H

#include "ipc/ipc.h"

#include <sys/socket.h>

#define FRAME_HEAD_SIZE 6 /* uint32 length of what follows it, uint16 type */
/* What a server sends back: the reply's payload, or an error's name and detail. Above all types of messages.h. */
#define FRAME_REPLY 0xff01
#define FRAME_ERROR 0xff02

void frame_begin(struct buffer *frame, uint16_t type, struct bytes payload);
void frame_error(struct buffer *frame, enum err error, const char *detail);
/*
 * Is a whole frame at the start of `received`? ERR_TOO_LARGE or ERR_INVALID for a length that no frame has;
 * *ret_is_whole false while bytes are missing.
 */
enum err frame_find(struct bytes received, bool *ret_is_whole, uint16_t *ret_type,
                    struct bytes *ret_payload) MUST_CHECK;
/* What a received FRAME_REPLY or FRAME_ERROR means to the asker. */
enum err frame_answer(struct arena *arena, uint16_t type, struct bytes payload) MUST_CHECK;

/* Reads what is there without waiting and appends it; *ret_is_closed when the peer has gone. */
void frame_receive(int socket_fd, struct buffer *received, bool *ret_is_closed);
/* Sends what fits without waiting; *sent counts on. */
enum err frame_send(int socket_fd, struct bytes frame, size_t *sent) MUST_CHECK;
void frame_wipe(struct buffer *buffer); /* replies of the keeper carry keys */

enum err socket_address(const char *path, void *ret_address, socklen_t *ret_size) MUST_CHECK;
/* A connection without waiting: ERR_UNAVAILABLE when nobody listens or too many wait. */
enum err socket_connect(const char *path, int *ret_fd) MUST_CHECK;
bool socket_is_quiet(int socket_fd); /* a kept connection that is still open, with nothing unexpected on it */

#endif
