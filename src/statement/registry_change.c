/* What one registry makes of the one before it, line by line: how many administrators that needs. */
#include "statement/registry.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_LINES 3 /* type, number, previous */
#define RULE_LABEL "Kural: "

struct lines {
    const char **sorted;
    size_t count;
};

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct lines lines_of(struct arena *arena, struct bytes text)
{
    char *rest = (char *)(uintptr_t)bytes_to_text(arena, text), *line; /* in our arena: ours to cut */
    size_t count = 0, at = 0;
    for (size_t i = 0; i < text.size; i++) count += text.data[i] == '\n';
    struct lines lines = {NEW_ARRAY(arena, const char *, count + 1), 0};
    while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
        if (at++ >= HEAD_LINES) lines.sorted[lines.count++] = line;
    }
    qsort(lines.sorted, lines.count, sizeof *lines.sorted, compare_lines);
    return lines;
}

/* Those of `a` that `b` does not have. */
static size_t missing(struct arena *arena, struct lines a, struct lines b, const char *const **ret_lines)
{
    const char **found = NEW_ARRAY(arena, const char *, a.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < a.count; i++) {
        if (bsearch(&a.sorted[i], b.sorted, b.count, sizeof *b.sorted, compare_lines) == NULL)
            found[count++] = a.sorted[i];
    }
    *ret_lines = found;
    return count;
}

/* A line of rules may stand in the way of a laxer one: taking it away is a change as any other. */
static bool takes_a_rule_away(const struct registry_change *change)
{
    for (size_t i = 0; i < change->removed_count; i++) {
        if (strncmp(change->removed[i], RULE_LABEL, strlen(RULE_LABEL)) == 0) return true;
    }
    return false;
}

enum err registry_compare(struct arena *arena, struct bytes before, struct bytes after,
                          struct registry_change *ret_change)
{
    struct registry old, new;
    struct registry_change change = {0};
    TRY(registry_read(arena, before, &old));
    TRY(registry_read(arena, after, &new));
    if (new.number != old.number + 1 || strcmp(new.previous, hex_encode(arena, sha256(arena, before))) != 0)
        return err_set(ERR_STATE, "registry %lld does not follow registry %lld", (long long)new.number,
                       (long long)old.number);
    struct lines old_lines = lines_of(arena, before), new_lines = lines_of(arena, after);
    change.added_count = missing(arena, new_lines, old_lines, &change.added);
    change.removed_count = missing(arena, old_lines, new_lines, &change.removed);
    if (change.added_count + change.removed_count == 0)
        return err_set(ERR_STATE, "registry %lld changes nothing", (long long)new.number);
    change.administrators = change.added_count > 0 || takes_a_rule_away(&change) ? 2 : 1;
    *ret_change = change;
    return ERR_NONE;
}
