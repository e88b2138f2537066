/*
 * Purpose: SMS through Kannel's HTTP interface, GET /cgi-bin/sendsms (Kannel user's guide, chapter 6; spec 08).
 *
 * The coding follows from the text: coding=0 where every letter is in GSM's alphabet, else coding=2 (UCS-2), because
 * Kannel turns ş ı ğ İ into ? under coding=0.
 */
#ifndef DIVIT_OUTSIDE_KANNEL_H
#define DIVIT_OUTSIDE_KANNEL_H

#include "base/bytes.h"

struct kannel_settings {
    const char *url; /* "http://localhost:8090/cgi-bin/sendsms" */
    const char *username;
    const char *password;
    const char *sender; /* at most 11 characters */
};

struct kannel_message {
    const char *mobile; /* 5xxxxxxxxx, also 905xxxxxxxxx */
    const char *text; /* UTF-8 */
    /* Where Kannel reports delivery, NULL for none: %d becomes 1 delivered, 2 failed, 8 accepted by the centre; other
     * escapes as in its guide (%A the centre's answer). dlr-mask=31 asks for all of them. */
    const char *report_url;
};

enum kannel_result {
    KANNEL_ACCEPTED, /* 202 "0:" handed to the centre */
    KANNEL_QUEUED, /* 202 "3:" Kannel keeps it and sends it later */
    KANNEL_REFUSED, /* 400, 403, 404 …: the same again would be refused again */
    KANNEL_UNAVAILABLE, /* surely not taken (no connection, 503): try again */
    KANNEL_UNKNOWN, /* asked, and the answer was lost or is no answer: it may be on its way; do not just send again */
};

/* Blocks for at most 15 s. Unless accepted or queued, err_detail() says why. */
enum kannel_result kannel_send(const struct kannel_settings *settings, const struct kannel_message *message);

/* The two halves without the network, for kannel_send() and for tests. */
const char *kannel_request(struct arena *arena, const struct kannel_settings *settings,
                           const struct kannel_message *message);
enum kannel_result kannel_answer(int status, struct bytes body);

#endif
