/*
 * Purpose: the few questions a person waits for, which web asks the worker (design.md): yes, no, unavailable.
 * Payload and reply of each message of messages.h, for both sides; web asks with ipc_ask(), see web/ask.h.
 */
#ifndef DIVIT_IPC_QUESTION_H
#define DIVIT_IPC_QUESTION_H

#include "ipc/ipc.h"

#define QUESTION_TIMEOUT_MS 16000 /* 15 s of the outside system (spec 08) and a little for ourselves */

/* QUESTION_VERIFY_PERSON: are these one person's details, by the population register? */
struct question_person {
    const char *identity_number;
    const char *given_names; /* Turkish capitals (turkish_name) */
    const char *surname;
    int64_t birth_year, birth_month, birth_day;
};
enum question_answer {
    QUESTION_NO = 0,
    QUESTION_YES = 1, /* of the date of birth, the year */
    QUESTION_UNAVAILABLE = 2,
    QUESTION_YES_BY_DATE = 3, /* the whole date of birth */
};
void question_person_put(struct buffer *payload, const struct question_person *person);
enum err question_person_get(struct ipc_reader *reader, struct question_person *ret_person) MUST_CHECK;
void question_answer_put(struct buffer *payload, enum question_answer answer);
enum err question_answer_get(struct ipc_reader *reader, enum question_answer *ret_answer) MUST_CHECK;

/*
 * QUESTION_VALIDATION: chain and revocation evidence of a certificate that has just signed (spec 02). Request: bytes,
 * the certificate in DER; reply: bytes, pki/validation_data.h. ERR_UNAVAILABLE where an authority does not answer.
 */

/*
 * QUESTION_SCIM: a request of an identity system (register/register.h). Request: token, method, path, filter as texts,
 * int64 start index and count, bytes body, texts client address and request id; reply: int64 status, texts body and
 * location, "" where there is none.
 */

/* QUESTION_FORM_PDF: the printed form of an application (spec 02). Request: int64 application id; reply: bytes. */

#endif
