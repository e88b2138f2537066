/* Purpose: what the two acts about the SMS code share. A code belongs to one revision: a changed number asks anew. */
#ifndef DIVIT_APPLICATION_PHONE_H
#define DIVIT_APPLICATION_PHONE_H

#include "application/store.h"

#define PHONE_CODE_PURPOSE "phone"

const char *phone_code_subject(struct arena *arena, const struct application *application);

#endif
