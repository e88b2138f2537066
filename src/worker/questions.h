/* Purpose: the questions web asks while a person waits (ipc/question.h). Private to the worker. */
#ifndef DIVIT_WORKER_QUESTIONS_H
#define DIVIT_WORKER_QUESTIONS_H

#include "worker/context.h"

extern const struct ipc_route question_routes[]; /* context: const struct worker */

#endif
