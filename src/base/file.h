/* Purpose: whole small files: read with a limit, written so that a crash leaves the old or the new, never half. */
#ifndef DIVIT_BASE_FILE_H
#define DIVIT_BASE_FILE_H

#include "base/bytes.h"

#include <sys/types.h>

enum err file_read(struct arena *arena, const char *path, size_t limit, struct bytes *ret_bytes) MUST_CHECK;
/* Temporary name, fsync, rename, fsync of the folder. */
enum err file_write(const char *path, struct bytes bytes, mode_t mode) MUST_CHECK;
enum err folder_make(const char *path, mode_t mode) MUST_CHECK; /* with parents; existing is fine */
bool file_exists(const char *path);

#endif
