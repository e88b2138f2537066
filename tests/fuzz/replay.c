/* A fuzz target fed with each file of a folder, once: how every run of the tests replays a corpus. */
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>

#define INPUT_SIZE_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (folder == NULL) return 1;
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct bytes input;
        if (entry->d_name[0] == '.') continue;
        if (file_read(arena, arena_printf(arena, "%s/%s", argv[1], entry->d_name), INPUT_SIZE_MAX, &input) != ERR_NONE)
            return 1;
        LLVMFuzzerTestOneInput(input.data, input.size);
        count++;
    }
    closedir(folder);
    printf("%d inputs replayed\n", count);
    return count > 0 ? 0 : 1;
}
