#include "base/config.h"

#include "base/file.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_SIZE_MAX ((size_t)256 * 1024)
#define SECRET_SIZE_MAX ((size_t)4096)
#define LINE_SIZE_MAX 190 /* inih keeps 200 bytes a line and would take the rest for a line of its own */

struct reading {
    struct arena *arena;
    const struct config_item *items;
    const struct config_item *const *known;
    void *settings;
    bool *found; /* one for each item */
    const char *mistake; /* of the first bad line; inih says which */
};

static const struct config_item *find_item(const struct config_item *items, const char *section, const char *name)
{
    for (; items->section != NULL; items++) {
        if (strcmp(items->section, section) == 0 && strcmp(items->name, name) == 0) return items;
    }
    return NULL;
}

static const struct config_item *find_known(const struct reading *reading, const char *section, const char *name)
{
    const struct config_item *item = find_item(reading->items, section, name);
    for (size_t i = 0; item == NULL && reading->known != NULL && reading->known[i] != NULL; i++)
        item = find_item(reading->known[i], section, name);
    return item;
}

static const char *int_parse(struct arena *arena, const struct config_item *item, const char *value, int64_t *ret_int)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0') return "a whole number is expected";
    bool bounded = item->minimum != 0 || item->maximum != 0;
    if (bounded && (number < item->minimum || number > item->maximum)) {
        return arena_printf(arena, "must be from %lld to %lld", (long long)item->minimum, (long long)item->maximum);
    }
    *ret_int = number;
    return NULL;
}

/* Puts the value at `target` (NULL: only checks it). The mistake, NULL if there is none. */
static const char *value_set(struct arena *arena, const struct config_item *item, const char *value, void *target)
{
    if (item->type == CONFIG_TEXT) {
        const char *text = arena_text(arena, value);
        if (target != NULL) memcpy(target, &text, sizeof text);
        return NULL;
    }
    if (item->type == CONFIG_BOOL) {
        bool yes = strcmp(value, "yes") == 0;
        if (!yes && strcmp(value, "no") != 0) return "yes or no is expected";
        if (target != NULL) memcpy(target, &yes, sizeof yes);
        return NULL;
    }
    int64_t number = 0;
    const char *mistake = int_parse(arena, item, value, &number);
    if (mistake == NULL && target != NULL) memcpy(target, &number, sizeof number);
    return mistake;
}

static int take_line(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;
    if (reading->mistake != NULL) return 0;
    const struct config_item *item = find_known(reading, section, name);
    if (item == NULL) {
        reading->mistake = arena_printf(reading->arena, "there is no setting '%s' in [%s]", name, section);
        return 0;
    }
    if (item->initial == NULL && *value == '\0') {
        reading->mistake = arena_printf(reading->arena, "'%s' is empty", name);
        return 0;
    }
    const struct config_item *own = find_item(reading->items, section, name);
    void *target = NULL;
    if (own != NULL) {
        bool *found = &reading->found[own - reading->items];
        if (*found) {
            reading->mistake = arena_printf(reading->arena, "'%s' stands twice in [%s]", name, section);
            return 0;
        }
        *found = true;
        target = (char *)reading->settings + own->offset;
    }
    const char *mistake = value_set(reading->arena, item, value, target);
    if (mistake != NULL) reading->mistake = arena_printf(reading->arena, "'%s': %s", name, mistake);
    return mistake == NULL;
}

static size_t items_count(const struct config_item *items)
{
    size_t count = 0;
    while (items[count].section != NULL) count++;
    return count;
}

/* The bytes behind the members that the table names. */
static size_t settings_size(const struct config_item *items)
{
    size_t size = 0;
    for (; items->section != NULL; items++) {
        size_t member = items->type == CONFIG_BOOL ? sizeof(bool) : 8;
        if (items->offset + member > size) size = items->offset + member;
    }
    return size;
}

static enum err check_lines(const char *path, const char *text)
{
    for (int line = 1; *text != '\0'; line++) {
        size_t size = strcspn(text, "\n");
        if (size > LINE_SIZE_MAX) {
            return err_set(ERR_INVALID, "%s:%d: longer than %d bytes", path, line, LINE_SIZE_MAX);
        }
        text += size + (text[size] == '\n');
    }
    return ERR_NONE;
}

/* What the file left out takes its initial value; without one it is required. */
static enum err fill_initial(struct reading *reading, const char *path)
{
    for (size_t i = 0; reading->items[i].section != NULL; i++) {
        const struct config_item *item = &reading->items[i];
        if (reading->found[i]) continue;
        if (item->initial == NULL) {
            return err_set(ERR_INVALID, "%s: '%s' is missing in [%s]", path, item->name, item->section);
        }
        const char *mistake = value_set(reading->arena, item, item->initial, (char *)reading->settings + item->offset);
        if (mistake != NULL) return err_set(ERR_BROKEN, "initial value of %s: %s", item->name, mistake);
    }
    return ERR_NONE;
}

enum err config_load(struct arena *arena, const char *path, const struct config_item *items,
                     const struct config_item *const *known, void *ret_settings)
{
    struct bytes bytes;
    TRY(file_read(arena, path, CONFIG_SIZE_MAX, &bytes));
    const char *text = bytes_to_text(arena, bytes);
    if (text == NULL) return err_set(ERR_INVALID, "%s: is not text", path);
    TRY(check_lines(path, text));
    size_t size = settings_size(items);
    struct reading reading = {.arena = arena,
                              .items = items,
                              .known = known,
                              .settings = arena_alloc(arena, size + 1),
                              .found = NEW_ARRAY(arena, bool, items_count(items) + 1)};
    memcpy(reading.settings, ret_settings, size);
    int bad_line = ini_parse_string(text, take_line, &reading);
    if (bad_line != 0) {
        const char *mistake =
            reading.mistake != NULL ? reading.mistake : "neither [section], name = value nor ; comment";
        return err_set(ERR_INVALID, "%s:%d: %s", path, bad_line, mistake);
    }
    TRY(fill_initial(&reading, path));
    memcpy(ret_settings, reading.settings, size);
    return ERR_NONE;
}

static const char *find_value(const struct config_value *values, const struct config_item *item)
{
    for (; values->section != NULL; values++) {
        if (strcmp(values->section, item->section) == 0 && strcmp(values->name, item->name) == 0) return values->value;
    }
    return NULL;
}

void config_write(FILE *file, const struct config_item *items, const struct config_value *values)
{
    const char *section = "";
    for (; items->section != NULL; items++) {
        if (strcmp(section, items->section) != 0) fprintf(file, "[%s]\n", items->section);
        section = items->section;
        fprintf(file, "; %s\n", items->help);
        const char *value = find_value(values, items);
        if (value != NULL) {
            fprintf(file, "%s = %s\n", items->name, value);
        } else if (items->initial != NULL) {
            fprintf(file, ";%s = %s\n", items->name, items->initial);
        } else {
            fprintf(file, "%s =\n", items->name);
        }
    }
}

enum err config_read_secret(struct arena *arena, const char *path, const char **ret_secret)
{
    struct bytes bytes;
    TRY(file_read(arena, path, SECRET_SIZE_MAX, &bytes));
    const char *text = bytes_to_text(arena, bytes);
    if (text == NULL) return err_set(ERR_INVALID, "%s: is not text", path);
    size_t size = strcspn(text, "\r\n");
    if (size == 0) return err_set(ERR_INVALID, "%s: its first line is empty", path);
    *ret_secret = arena_text_n(arena, text, size);
    return ERR_NONE;
}
