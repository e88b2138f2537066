/*
 * Purpose: the one error type of Divit.
 *
 * A function that can fail returns `enum err` and must be checked. What went wrong in detail is kept for the calling
 * thread by err_set(); libraries return, programs log it, once. Results named ret_x are untouched on failure.
 */
#ifndef DIVIT_BASE_ERR_H
#define DIVIT_BASE_ERR_H

/* Who can mend it: the caller by asking otherwise; the caller by asking again after looking; time; a developer. */
enum err_class { ERR_CLASS_NONE, ERR_CLASS_CALLER, ERR_CLASS_CONFLICT, ERR_CLASS_TEMPORARY, ERR_CLASS_BROKEN };

/* name, class, HTTP status, what it means */
#define ERR_TABLE(X)                                                                                                   \
    X(ERR_NONE, ERR_CLASS_NONE, 200, "no error")                                                                       \
    X(ERR_INVALID, ERR_CLASS_CALLER, 400, "not well formed, or against a rule")                                        \
    X(ERR_UNAUTHENTICATED, ERR_CLASS_CALLER, 401, "log in first")                                                      \
    X(ERR_FORBIDDEN, ERR_CLASS_CALLER, 403, "not allowed to this caller")                                              \
    X(ERR_NOT_FOUND, ERR_CLASS_CALLER, 404, "there is no such thing")                                                  \
    X(ERR_WRONG, ERR_CLASS_CALLER, 422, "a secret, code or detail does not match")                                     \
    X(ERR_EXPIRED, ERR_CLASS_CALLER, 410, "its time has run out")                                                      \
    X(ERR_TOO_LARGE, ERR_CLASS_CALLER, 413, "larger than allowed")                                                     \
    X(ERR_TOO_MANY, ERR_CLASS_CALLER, 429, "too many attempts; wait")                                                  \
    X(ERR_EXISTS, ERR_CLASS_CONFLICT, 409, "there is one already")                                                     \
    X(ERR_STATE, ERR_CLASS_CONFLICT, 409, "does not follow from the present state")                                    \
    X(ERR_RETRY, ERR_CLASS_TEMPORARY, 503, "collided with another transaction")                                        \
    X(ERR_UNAVAILABLE, ERR_CLASS_TEMPORARY, 503, "another system or process does not answer")                          \
    X(ERR_FULL, ERR_CLASS_TEMPORARY, 503, "no place left for now")                                                     \
    X(ERR_BROKEN, ERR_CLASS_BROKEN, 500, "a fault in Divit, its data or its machine")

#define ERR_ENUM(name, class, status, meaning) name,
enum err { ERR_TABLE(ERR_ENUM) ERR_COUNT };
#undef ERR_ENUM

#define MUST_CHECK __attribute__((warn_unused_result))

/* Returns from the calling function with the error of `expression`, if it has one. */
#define TRY(expression)                                                                                                \
    do {                                                                                                               \
        enum err try_error = (expression);                                                                             \
        if (try_error != ERR_NONE) return try_error;                                                                   \
    } while (0)

const char *err_name(enum err error); /* "ERR_INVALID"; static */
const char *err_meaning(enum err error); /* static */
enum err_class err_class(enum err error);
int err_http_status(enum err error);

/* Keeps a detail (cut at 255 bytes; never a secret nor a personal detail) for the calling thread; returns `error`. */
enum err err_set(enum err error, const char *format, ...) __attribute__((format(printf, 2, 3), warn_unused_result));

/* Compilers and analyzers, which look at one file at a time, see that it gives `error` back; it is evaluated twice. */
#define err_set(error, ...) ((void)!err_set((error), __VA_ARGS__), (error))

/* The detail last set by this thread, "" if none. Valid until the thread sets another. */
const char *err_detail(void);
void err_clear(void);

#endif
