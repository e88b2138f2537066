/*
 * Purpose: e-mail by SMTP (RFC 5321) through libcurl, with STARTTLS and AUTH where configured; the message as text, or
 * text and HTML (RFC 2046 5.1.4), headers encoded (RFC 2047), Message-ID from the outbox row's uid, so that a second
 * try of the same row is recognised as the same message.
 */
#ifndef DIVIT_OUTSIDE_SMTP_H
#define DIVIT_OUTSIDE_SMTP_H

#include "base/bytes.h"

struct smtp_settings {
    const char *url; /* "smtp://localhost:8091", "smtps://…" for TLS from the start */
    bool is_tls_required; /* STARTTLS or nothing; the certificate is verified */
    const char *username; /* NULL or "": no AUTH */
    const char *password;
    const char *from_address; /* ASCII, "noreply@example.org" */
    const char *from_name; /* UTF-8 */
};

struct smtp_message {
    const char *uid; /* of the outbox row: letters, digits, '-' */
    const char *to; /* one address, ASCII */
    const char *subject; /* UTF-8, one line */
    const char *text; /* UTF-8, lines ended by \n */
    const char *html; /* NULL: plain text only */
    int64_t time_s; /* Date */
};

enum smtp_result {
    SMTP_ACCEPTED, /* 250 after the data */
    SMTP_REFUSED, /* 5xx, or a bad address: final */
    SMTP_UNAVAILABLE, /* surely not taken (no connection, no TLS, 4xx): try again */
    SMTP_UNKNOWN, /* the data went out and the answer was lost */
};

/* Blocks for at most 15 s. Unless accepted, err_detail() says why. */
enum smtp_result smtp_send(const struct smtp_settings *settings, const struct smtp_message *message);

/* The message as it goes out (lines end with CRLF, none longer than 998 bytes). ERR_INVALID: a line break or a control
 * in a header, an address that is none. */
enum err smtp_write(struct arena *arena, const struct smtp_settings *settings, const struct smtp_message *message,
                    struct bytes *ret_message) MUST_CHECK;

#endif
