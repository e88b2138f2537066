/*
 * Purpose: memory that lives as long as one request or job and is given back at once.
 *
 * There is no failure: a process that cannot get memory logs it and ends with exit code 70; what was acknowledged is
 * durable, its supervisor starts it again (docs/decisions/0002-out-of-memory.md). One thread at a time uses an arena.
 */
#ifndef DIVIT_BASE_ARENA_H
#define DIVIT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
struct arena *arena_free(struct arena *arena); /* takes NULL, returns NULL; wipes nothing: secrets live in secret.h */
void arena_reset(struct arena *arena); /* empties it and keeps its first block for the next use */

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
void *arena_array(struct arena *arena, size_t count, size_t size); /* zeroed; ends the process on overflow */
const char *arena_text(struct arena *arena, const char *text); /* a copy; NULL gives NULL */
const char *arena_text_n(struct arena *arena, const char *text, size_t size);
const char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *arena_vprintf(struct arena *arena, const char *format, va_list arguments);

/* For what outlives an arena: like malloc, zeroed, never NULL. Freed with free(). */
void *memory_new(size_t size);
char *memory_text(const char *text);

#define NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define NEW_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

#define CLEANUP_ARENA __attribute__((cleanup(arena_cleanup)))
void arena_cleanup(struct arena **arena);

#endif
