#include "raw_client.h"

#include "base/buffer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_TIMEOUT_MS 20000

/* Is the text `wanted` whole answers (heads with Content-Length and their bodies)? */
static bool is_whole(const char *text, int wanted)
{
    while (wanted-- > 0) {
        const char *end = strstr(text, "\r\n\r\n");
        if (end == NULL) return false;
        const char *length = strcasestr(text, "content-length: ");
        size_t body = length != NULL && length < end ? (size_t)atol(length + 16) : 0;
        if (strlen(end + 4) < body) return false;
        text = end + 4 + body;
    }
    return true;
}

const char *raw_ask(struct arena *arena, int port, struct bytes request, int wanted)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) abort();
    for (size_t sent = 0; sent < request.size;) {
        ssize_t size = send(fd, request.data + sent, request.size - sent, MSG_NOSIGNAL);
        if (size <= 0) break; /* the server may close before it has read all */
        sent += (size_t)size;
    }
    CLEANUP_BUFFER struct buffer answer = BUFFER_EMPTY;
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (poll(&wait, 1, ANSWER_TIMEOUT_MS) != 1) abort();
        uint8_t part[4096];
        ssize_t size = recv(fd, part, sizeof(part), 0);
        if (size <= 0) break;
        buffer_add(&answer, (struct bytes){part, (size_t)size});
        if (is_whole(buffer_to_text(&answer, arena), wanted)) break;
    }
    close(fd);
    return buffer_to_text(&answer, arena);
}

int raw_status(const char *answer)
{
    return strncmp(answer, "HTTP/1.", 7) == 0 ? atoi(answer + 9) : 0;
}

const char *raw_header(struct arena *arena, const char *answer, const char *name)
{
    const char *wanted = arena_printf(arena, "\r\n%s: ", name);
    const char *at = strcasestr(answer, wanted);
    const char *end = strstr(answer, "\r\n\r\n");
    if (at == NULL || at > end) return NULL;
    at += strlen(wanted);
    return arena_text_n(arena, at, strcspn(at, "\r"));
}

const char *raw_body(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}
