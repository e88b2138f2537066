/* `eimza-cli sign FILE`: beside it lies the same, signed. */
#include "base/file.h"
#include "eimza/cli.h"

#include <stdio.h>

#define FILE_SIZE_MAX (16 * 1024 * 1024)

int cli_sign_file(struct arena *arena, struct wish *wish, char *pin)
{
    const char *path = wish->words[1];
    struct bytes content, cms;
    enum err error = file_read(arena, path, FILE_SIZE_MAX, &content);
    if (error != ERR_NONE)
        return cli_say(EXIT_OTHER, tr_fill(arena, cli_language, "The file {path} cannot be read: {detail}.", "path",
                                           path, "detail", err_detail(), NULL));
    int code = cli_find_card(arena, wish);
    if (code != 0) return code;
    fprintf(stderr, "%s\n  SHA-256 %s\n", path, hex_encode(arena, sha256(arena, content)));
    code = cli_read_pin(arena, wish, pin);
    if (code != 0) return code;
    error = card_sign(arena, &wish->choice, pin, content, &cms);
    if (error != ERR_NONE) return cli_explain(arena, error);
    const char *output = wish->output != NULL ? wish->output : arena_printf(arena, "%s.p7m", path);
    error = file_write(output, cms, 0644);
    if (error != ERR_NONE) return cli_explain(arena, error);
    printf("%s\n", tr_fill(arena, cli_language, "Signed: {path}", "path", output, NULL));
    return 0;
}
