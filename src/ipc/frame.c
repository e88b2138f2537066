#include "ipc/frame.h"

#include "base/secret.h"
#include "base/turkish.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static uint32_t read_uint32(const uint8_t *data)
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | (uint32_t)data[3];
}

static void put_uint32(struct buffer *buffer, uint32_t value)
{
    const uint8_t data[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    buffer_add(buffer, BYTES(data));
}

/* -- payloads -- */

void ipc_put_int64(struct buffer *payload, int64_t value)
{
    put_uint32(payload, (uint32_t)((uint64_t)value >> 32));
    put_uint32(payload, (uint32_t)(uint64_t)value);
}

void ipc_put_text(struct buffer *payload, const char *text)
{
    ipc_put_bytes(payload, bytes_of_text(text));
}

void ipc_put_bytes(struct buffer *payload, struct bytes bytes)
{
    if (bytes.size > IPC_FRAME_MAX) bytes.size = IPC_FRAME_MAX; /* one too large for a frame: refused when sent */
    put_uint32(payload, (uint32_t)bytes.size);
    buffer_add(payload, bytes);
}

static enum err take(struct ipc_reader *reader, size_t size, const uint8_t **ret_data)
{
    if (reader->rest.size < size) return err_set(ERR_INVALID, "a message ends too early");
    *ret_data = reader->rest.data;
    reader->rest.data += size;
    reader->rest.size -= size;
    return ERR_NONE;
}

enum err ipc_get_int64(struct ipc_reader *reader, int64_t *ret_value)
{
    const uint8_t *data;
    TRY(take(reader, 8, &data));
    *ret_value = (int64_t)((uint64_t)read_uint32(data) << 32 | read_uint32(data + 4));
    return ERR_NONE;
}

enum err ipc_get_bytes(struct ipc_reader *reader, struct bytes *ret_bytes)
{
    struct ipc_reader before = *reader;
    const uint8_t *data;
    TRY(take(reader, 4, &data));
    size_t size = read_uint32(data);
    enum err error = take(reader, size, &data);
    if (error != ERR_NONE) {
        *reader = before;
        return error;
    }
    *ret_bytes = size == 0 ? (struct bytes){0} : (struct bytes){data, size};
    return ERR_NONE;
}

enum err ipc_get_text(struct ipc_reader *reader, const char **ret_text)
{
    struct bytes bytes;
    TRY(ipc_get_bytes(reader, &bytes));
    const char *text = bytes_to_text(reader->arena, bytes);
    if (text == NULL || !text_is_utf8(text))
        return err_set(ERR_INVALID, "a text in a message is not UTF-8 without NUL");
    *ret_text = text;
    return ERR_NONE;
}

enum err ipc_get_end(const struct ipc_reader *reader)
{
    if (reader->rest.size > 0) return err_set(ERR_INVALID, "a message goes on after its last field");
    return ERR_NONE;
}

/* -- frames -- */

void frame_begin(struct buffer *frame, uint16_t type, struct bytes payload)
{
    const uint8_t type_bytes[2] = {(uint8_t)(type >> 8), (uint8_t)type};
    put_uint32(frame, (uint32_t)payload.size + 2);
    buffer_add(frame, BYTES(type_bytes));
    buffer_add(frame, payload);
}

void frame_error(struct buffer *frame, enum err error, const char *detail)
{
    CLEANUP_BUFFER struct buffer payload = BUFFER_EMPTY;
    ipc_put_text(&payload, err_name(error));
    ipc_put_text(&payload, detail);
    frame_begin(frame, FRAME_ERROR, buffer_bytes(&payload));
}

enum err frame_find(struct bytes received, bool *ret_is_whole, uint16_t *ret_type, struct bytes *ret_payload)
{
    *ret_is_whole = false;
    if (received.size < 4) return ERR_NONE;
    size_t length = read_uint32(received.data);
    if (length < 2) return err_set(ERR_INVALID, "a frame without a type");
    if (length > IPC_FRAME_MAX) return err_set(ERR_TOO_LARGE, "a frame of %zu bytes", length);
    if (received.size - 4 < length) return ERR_NONE;
    *ret_is_whole = true;
    *ret_type = (uint16_t)(received.data[4] << 8 | received.data[5]);
    *ret_payload = (struct bytes){received.data + FRAME_HEAD_SIZE, length - 2};
    return ERR_NONE;
}

enum err frame_answer(struct arena *arena, uint16_t type, struct bytes payload)
{
    if (type == FRAME_REPLY) return ERR_NONE;
    struct ipc_reader reader = {payload, arena};
    const char *name, *detail;
    if (type != FRAME_ERROR || ipc_get_text(&reader, &name) != ERR_NONE || ipc_get_text(&reader, &detail) != ERR_NONE ||
        ipc_get_end(&reader) != ERR_NONE)
        return err_set(ERR_BROKEN, "an answer of the unknown type %#x", (unsigned)type);
    for (int error = ERR_NONE + 1; error < ERR_COUNT; error++)
        if (strcmp(name, err_name((enum err)error)) == 0) return err_set((enum err)error, "%s", detail);
    return err_set(ERR_BROKEN, "an answer with an unknown error");
}

void frame_receive(int socket_fd, struct buffer *received, bool *ret_is_closed)
{
    *ret_is_closed = false;
    uint8_t block[16 * 1024];
    for (;;) {
        ssize_t size = recv(socket_fd, block, sizeof block, MSG_DONTWAIT);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == EAGAIN) break;
        if (size <= 0) {
            *ret_is_closed = true;
            break;
        }
        buffer_add(received, (struct bytes){block, (size_t)size});
        if (received->size > IPC_FRAME_MAX + 4) break; /* never more than one frame in memory */
    }
    secret_wipe(block, sizeof block);
}

enum err frame_send(int socket_fd, struct bytes frame, size_t *sent)
{
    while (*sent < frame.size) {
        ssize_t size = send(socket_fd, frame.data + *sent, frame.size - *sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == EAGAIN) return ERR_NONE;
        if (size < 0) return err_set(ERR_UNAVAILABLE, "the connection was closed");
        *sent += (size_t)size;
    }
    return ERR_NONE;
}

void frame_wipe(struct buffer *buffer)
{
    if (buffer->data != NULL) secret_wipe(buffer->data, buffer->capacity);
    buffer_free(buffer);
}

/* -- sockets -- */

enum err socket_address(const char *path, void *ret_address, socklen_t *ret_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return err_set(ERR_INVALID, "the path of a socket is longer than %zu bytes", sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, strlen(path) + 1);
    memcpy(ret_address, &address, sizeof address);
    *ret_size = sizeof address;
    return ERR_NONE;
}

enum err socket_connect(const char *path, int *ret_fd)
{
    struct sockaddr_un address;
    socklen_t size;
    TRY(socket_address(path, &address, &size));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return err_set(ERR_BROKEN, "socket: %s", strerror(errno));
    if (connect(fd, (const struct sockaddr *)&address, size) != 0) {
        int number = errno;
        close(fd);
        return err_set(ERR_UNAVAILABLE, "nobody answers at %s: %s", path, strerror(number));
    }
    *ret_fd = fd;
    return ERR_NONE;
}

bool socket_is_quiet(int socket_fd)
{
    uint8_t byte;
    return recv(socket_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}
