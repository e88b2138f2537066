/*
 * Purpose: the responder's book of status kept up with what the worker stores: looked for five times a second, and when a
 * row is newer than the book.
 */
#ifndef DIVIT_RESPONDER_FOLLOW_H
#define DIVIT_RESPONDER_FOLLOW_H

#include "responder/ocsp_answer.h"

/* One look. ERR_WRONG: what is kept is not what the signer said; the book stays where it is. */
enum err responder_follow(struct responder *responder) MUST_CHECK;
/* A thread that looks for ever and logs what is wrong, once. */
enum err responder_follow_start(struct responder *responder) MUST_CHECK;

#endif
