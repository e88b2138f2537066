/*
 * SoftHSM's files. At each log-in it empties a token's own file (flags, wrapped keys: without it no key of the token can
 * be used again) and writes it anew in place; whoever is killed between the two has lost the token. So a copy is kept
 * beside it, made before each use, and put back when the file is found empty.
 */
#include "token/token.h"

#include "base/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_FILE_MAX 65536

static enum err read_if_there(struct arena *arena, const char *path, struct bytes *ret_content)
{
    enum err error = file_read(arena, path, TOKEN_FILE_MAX, ret_content);
    if (error == ERR_NOT_FOUND) *ret_content = (struct bytes){0};
    return error == ERR_NOT_FOUND ? ERR_NONE : error;
}

static enum err keep_token(struct arena *arena, const char *folder)
{
    const char *path = arena_printf(arena, "%s/token.object", folder),
               *kept_path = arena_printf(arena, "%s.kept", path);
    struct bytes content, kept;
    TRY(read_if_there(arena, path, &content));
    TRY(read_if_there(arena, kept_path, &kept));
    if (content.size == 0) return kept.size > 0 ? file_write(path, kept, 0600) : ERR_NONE;
    return bytes_equal(content, kept) ? ERR_NONE : file_write(kept_path, content, 0600);
}

static enum err keep_tokens(struct arena *arena, const char *tokens)
{
    DIR *folder = opendir(tokens);
    if (folder == NULL) return err_set(ERR_BROKEN, "cannot read %s", tokens);
    enum err error = ERR_NONE;
    const struct dirent *entry;
    while (error == ERR_NONE && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.') error = keep_token(arena, arena_printf(arena, "%s/%s", tokens, entry->d_name));
    closedir(folder);
    return error;
}

enum err token_softhsm_use(const char *folder)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *tokens = arena_printf(arena, "%s/tokens", folder);
    const char *configuration = arena_printf(arena, "%s/softhsm2.conf", folder);
    const char *text = arena_printf(arena,
                                    "directories.tokendir = %s\nobjectstore.backend = file\n"
                                    "log.level = ERROR\nslots.removable = false\n",
                                    tokens);
    TRY(folder_make(tokens, 0700));
    TRY(keep_tokens(arena, tokens));
    if (!file_exists(configuration)) TRY(file_write(configuration, bytes_of_text(text), 0600));
    return setenv("SOFTHSM2_CONF", configuration, 1) == 0 ? ERR_NONE : err_set(ERR_BROKEN, "cannot set SOFTHSM2_CONF");
}
