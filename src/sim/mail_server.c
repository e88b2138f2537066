/* A mail server that takes every mail and keeps it: RFC 5321 with the commands libcurl and other clients send. */
#include "sim/servers.h"
#include "sim/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAIL_MAX ((size_t)1 << 20)
#define LINE_MAX_SIZE 4096
#define RECIPIENTS_MAX 16
#define IDLE_S 30

struct session {
    FILE *in, *out; /* two streams: one for both ways would lose what was read ahead */
    struct arena *arena;
    const char *from;
    const char *recipients[RECIPIENTS_MAX];
    size_t recipient_count;
    enum fault fault;
};

static bool say(struct session *session, const char *line)
{
    return fprintf(session->out, "%s\r\n", line) > 0 && fflush(session->out) == 0;
}

/* A line without its end; false at the end of the connection or when it is too long. */
static bool read_line(struct session *session, char line[LINE_MAX_SIZE])
{
    if (!fgets(line, LINE_MAX_SIZE, session->in)) return false;
    size_t length = strlen(line);
    if (length == 0 || line[length - 1] != '\n') return false;
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) line[--length] = '\0';
    return true;
}

static const char *address_of(struct arena *arena, const char *line)
{
    const char *start = strchr(line, '<'), *end = start ? strchr(start, '>') : NULL;
    return end ? arena_text_n(arena, start + 1, (size_t)(end - start - 1)) : NULL;
}

static enum err keep_mail(struct session *session, const char *raw)
{
    struct mail mail;
    mail_read(session->arena, raw, &mail);
    for (size_t i = 0; i < session->recipient_count; i++) {
        struct message message = {.channel = CHANNEL_EMAIL,
                                  .to = session->recipients[i],
                                  .from = mail.from,
                                  .subject = mail.subject,
                                  .text = mail.text,
                                  .html = mail.html,
                                  .message_id = mail.message_id};
        TRY(messages_add(&message));
    }
    return ERR_NONE;
}

/* DATA: lines up to a single dot, a doubled one at a line's start undone (RFC 5321 4.5.2). */
static bool take_data(struct session *session)
{
    if (session->recipient_count == 0) return say(session, "503 no recipients");
    if (!say(session, "354 go on")) return false;
    struct buffer raw CLEANUP_BUFFER = BUFFER_EMPTY;
    char line[LINE_MAX_SIZE];
    for (;;) {
        if (!read_line(session, line) || raw.size > MAIL_MAX) return false;
        if (strcmp(line, ".") == 0) break;
        buffer_text(&raw, line + (line[0] == '.'));
        buffer_text(&raw, "\r\n");
    }
    enum err error = keep_mail(session, buffer_to_text(&raw, session->arena));
    session->recipient_count = 0;
    session->from = NULL;
    if (session->fault == FAULT_ANSWER_LOST || session->fault == FAULT_SILENT) return false;
    return say(session, error == ERR_NONE ? "250 kept" : "554 cannot be kept");
}

static bool take_recipient(struct session *session, const char *line)
{
    const char *address = address_of(session->arena, line);
    if (!session->from) return say(session, "503 MAIL first");
    if (!address || !strchr(address, '@')) return say(session, "550 no such mailbox");
    if (session->recipient_count == RECIPIENTS_MAX) return say(session, "452 too many recipients");
    session->recipients[session->recipient_count++] = address;
    return say(session, "250 ok");
}

static bool take_command(struct session *session, const char *line)
{
    if (strncasecmp(line, "EHLO", 4) == 0) return say(session, "250-divit-sim\r\n250 8BITMIME");
    if (strncasecmp(line, "HELO", 4) == 0) return say(session, "250 divit-sim");
    if (strncasecmp(line, "MAIL FROM:", 10) == 0) {
        session->from = address_of(session->arena, line);
        session->recipient_count = 0;
        return say(session, session->from ? "250 ok" : "501 no address");
    }
    if (strncasecmp(line, "RCPT TO:", 8) == 0) return take_recipient(session, line);
    if (strcasecmp(line, "DATA") == 0) return take_data(session);
    if (strcasecmp(line, "RSET") == 0) {
        session->from = NULL;
        session->recipient_count = 0;
        return say(session, "250 ok");
    }
    if (strcasecmp(line, "NOOP") == 0) return say(session, "250 ok");
    if (strcasecmp(line, "QUIT") == 0) {
        (void)!say(session, "221 bye");
        return false;
    }
    return say(session, "502 not known here");
}

static void serve(struct session *session)
{
    session->fault = fault_take(SYSTEM_EMAIL);
    if (session->fault == FAULT_DOWN) {
        (void)!say(session, "421 closed");
        return;
    }
    if (session->fault == FAULT_GARBAGE) {
        (void)!say(session, "\x01\x02 what?");
        return;
    }
    if (session->fault == FAULT_SLOW) fault_pause();
    if (!say(session, "220 divit-sim")) return;
    char line[LINE_MAX_SIZE];
    while (!world.is_ending && read_line(session, line) && take_command(session, line)) continue;
}

static void *serve_connection(void *context)
{
    int connection = *(int *)context;
    free(context);
    struct timeval idle = {.tv_sec = IDLE_S};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
    int second = dup(connection);
    FILE *in = fdopen(connection, "r"), *out = second >= 0 ? fdopen(second, "w") : NULL;
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct session session = {.in = in, .out = out, .arena = arena};
    if (in && out) serve(&session);
    if (out) fclose(out);
    if (in) fclose(in);
    return NULL;
}

static void *accept_connections(void *context)
{
    int listener = *(int *)context;
    free(context);
    for (;;) {
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) {
            clock_pause_ms(10);
            continue;
        }
        int *number = memory_new(sizeof *number);
        *number = connection;
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_connection, number) == 0) {
            pthread_detach(thread);
        } else {
            free(number);
            close(connection);
        }
    }
    return NULL;
}

enum err mail_server_start(int port)
{
    int *listener = memory_new(sizeof *listener);
    *listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(*listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    pthread_t thread;
    if (bind(*listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(*listener, 64) != 0 ||
        pthread_create(&thread, NULL, accept_connections, listener) != 0) {
        int number = errno;
        close(*listener);
        free(listener);
        return err_set(ERR_BROKEN, "cannot listen on port %d: %s", port, strerror(number));
    }
    pthread_detach(thread);
    return ERR_NONE;
}
