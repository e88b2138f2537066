#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE ((size_t)16 * 1024)
#define EXIT_NO_MEMORY 70 /* sysexits.h EX_SOFTWARE */

struct block {
    struct block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) uint8_t data[];
};

struct arena {
    struct block *newest;
    struct block *first;
};

_Noreturn static void no_memory(void)
{
    static const char line[] = "{\"level\":\"error\",\"event\":\"no_memory\"}\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written; /* nothing is left to do about it */
    _exit(EXIT_NO_MEMORY);
}

void *memory_new(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    if (!memory) no_memory();
    return memory;
}

char *memory_text(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_new(size), text, size);
}

static struct block *block_new(size_t size, struct block *next)
{
    struct block *block = malloc(sizeof *block + size);
    if (!block) no_memory();
    *block = (struct block){.next = next, .size = size};
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = memory_new(sizeof *arena);
    arena->first = arena->newest = block_new(BLOCK_SIZE, NULL);
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->newest != arena->first) {
        struct block *old = arena->newest;
        arena->newest = old->next;
        free(old);
    }
    arena->first->used = 0;
}

struct arena *arena_free(struct arena *arena)
{
    if (!arena) return NULL;
    arena_reset(arena);
    free(arena->first);
    free(arena);
    return NULL;
}

void arena_cleanup(struct arena **arena)
{
    *arena = arena_free(*arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t step = alignof(max_align_t);
    if (size > SIZE_MAX / 2) no_memory();
    size = (size + step - 1) / step * step;
    if (arena->newest->size - arena->newest->used < size)
        arena->newest = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE, arena->newest);
    void *memory = arena->newest->data + arena->newest->used;
    arena->newest->used += size;
    return memset(memory, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) no_memory();
    return arena_alloc(arena, count * size);
}

const char *arena_text_n(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (size) memcpy(copy, text, size);
    return copy;
}

const char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_text_n(arena, text, strlen(text)) : NULL;
}

const char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) return "";
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

const char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}
