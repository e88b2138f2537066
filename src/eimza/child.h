/* Purpose: one act in a child process of its own, its result through a pipe. Private to eimza. */
#ifndef DIVIT_EIMZA_CHILD_H
#define DIVIT_EIMZA_CHILD_H

#include "base/bytes.h"

typedef enum err (*child_act)(struct arena *arena, const void *context, struct bytes *ret_result);
/* The act's error with its detail, as if called here; ERR_UNAVAILABLE when the child crashed or took too long. */
enum err child_run(struct arena *arena, child_act act, const void *context, int64_t timeout_ms,
                   struct bytes *ret_result) MUST_CHECK;

#endif
