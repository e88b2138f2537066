/*
 * Purpose: what the keeper does for others (spec 10, The keeper): personal-data keys, search tags, one-time codes.
 * Each function is one message of messages.h; its payload and reply are the parameters in order.
 */
#ifndef DIVIT_IPC_KEEPER_CLIENT_H
#define DIVIT_IPC_KEEPER_CLIENT_H

#include "base/secret.h"
#include "ipc/ipc.h"

struct keeper; /* an ipc_client to STATE/run/keeper.sock; safe from many threads */
struct keeper *keeper_new(const char *socket_path);
struct keeper *keeper_free(struct keeper *keeper);

/* A fresh data key of a person, opened (into ret_key) and wrapped for the database. */
enum err keeper_person_key_new(struct keeper *keeper, struct arena *arena, uint8_t ret_key[KEY_SIZE],
                               struct bytes *ret_wrapped) MUST_CHECK;
enum err keeper_person_key_open(struct keeper *keeper, struct bytes wrapped, uint8_t ret_key[KEY_SIZE]) MUST_CHECK;
/* HMAC under the search key; `kind` keeps the kinds apart ("identity_number", "mobile"). 32 bytes. */
enum err keeper_search_tag(struct keeper *keeper, struct arena *arena, const char *kind, const char *text,
                           struct bytes *ret_tag) MUST_CHECK;

/*
 * A six-digit code for `purpose` and `subject` ("application:<uid>"), valid 300 s, one use, five wrong tries; 60 s
 * between two, five a day for a subject and purpose (spec 01, SMS): else ERR_TOO_MANY with ret_wait_s. Codes made
 * before stay valid for their time. The asker gets an id, never the code.
 */
enum err keeper_code_make(struct keeper *keeper, struct arena *arena, const char *purpose, const char *subject,
                          const char **ret_code_id, int64_t *ret_valid_until_s, int64_t *ret_wait_s) MUST_CHECK;
/* The worker's: the code's text, to be put into the message. ERR_EXPIRED once its time is over. */
enum err keeper_code_text(struct keeper *keeper, struct arena *arena, const char *code_id,
                          const char **ret_code) MUST_CHECK;
/*
 * Is `typed` a code that is valid now for purpose and subject? ERR_NONE uses it up. ERR_WRONG: no (also for a used
 * one); ERR_EXPIRED: it was right once; ERR_TOO_MANY: five wrong tries, a new code is needed.
 */
enum err keeper_code_check(struct keeper *keeper, const char *purpose, const char *subject,
                           const char *typed) MUST_CHECK;

/* Small secrets that the keeper keeps sealed for others (TOTP secrets): only checked there, never given back. */
enum err keeper_secret_seal(struct keeper *keeper, struct arena *arena, const char *context, struct bytes secret,
                            struct bytes *ret_sealed) MUST_CHECK;
/* RFC 6238 (SHA-1, 6 digits, 30 s, one step either side), each step once; ret_step is the one that matched. */
enum err keeper_totp_check(struct keeper *keeper, const char *context, struct bytes sealed, const char *typed,
                           int64_t last_step, int64_t *ret_step) MUST_CHECK;

#endif
