/* Messages live in memory and, one JSON object a line, in STATE/sim/messages.jsonl, so that a restart loses none. */
#include "base/file.h"
#include "base/turkish.h"
#include "sim/world.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define MESSAGES_MAX 20000 /* in memory; older ones are forgotten */

static json_t *messages;
static FILE *journal;
static int64_t next_id = 1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* 0532…, +90 532… and 90532… are one telephone; addresses do not tell capitals apart here. */
static const char *normalise(struct arena *arena, const char *to)
{
    char *plain = arena_alloc(arena, strlen(to) + 1), *end = plain;
    bool is_address = strchr(to, '@') != NULL;
    for (; *to; to++) {
        if (is_address) *end++ = *to >= 'A' && *to <= 'Z' ? (char)(*to + 32) : *to;
        else if (*to >= '0' && *to <= '9') *end++ = *to;
    }
    size_t length = (size_t)(end - plain);
    return !is_address && length > 10 ? plain + length - 10 : plain;
}

static void keep(json_t *take_message)
{
    json_array_append_new(messages, take_message);
    if (json_array_size(messages) > MESSAGES_MAX) json_array_remove(messages, 0);
}

enum err messages_open(void)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    TRY(folder_make(installation_path(arena, world.installation, "sim"), 0700));
    const char *path = installation_path(arena, world.installation, "sim/messages.jsonl");
    messages = json_array();
    journal = fopen(path, "a+e");
    if (!journal) return err_set(ERR_BROKEN, "cannot open %s", path);
    json_t *message;
    while ((message = json_loadf(journal, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
        int64_t id = json_integer_value(json_object_get(message, "id"));
        if (id >= next_id) next_id = id + 1;
        keep(message);
    }
    return ERR_NONE;
}

enum err messages_add(const struct message *message)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    int64_t now_s = clock_now_s();
    pthread_mutex_lock(&lock);
    json_t *entry =
        json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s}", "id", (json_int_t)next_id, "channel",
                  message->channel == CHANNEL_SMS ? "sms" : "email", "to", message->to, "box",
                  normalise(arena, message->to), "from", message->from, "subject", message->subject, "text",
                  message->text, "html", message->html, "message_id", message->message_id, "at",
                  time_to_iso(arena, now_s), "at_s", (json_int_t)now_s, "shown_at", time_to_date_time(arena, now_s));
    enum err error = ERR_NONE;
    if (!entry) error = err_set(ERR_INVALID, "the message is not UTF-8");
    else if (json_dumpf(entry, journal, JSON_COMPACT) != 0 || fputc('\n', journal) == EOF || fflush(journal) != 0)
        error = err_set(ERR_BROKEN, "the message could not be kept");
    if (error == ERR_NONE) {
        next_id++;
        keep(entry);
    } else json_decref(entry);
    pthread_mutex_unlock(&lock);
    return error;
}

json_t *messages_list(const char *to, size_t limit)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    const char *box = to ? normalise(arena, to) : NULL;
    json_t *list = json_array();
    pthread_mutex_lock(&lock);
    for (size_t i = json_array_size(messages); i-- > 0 && json_array_size(list) < limit;) {
        json_t *message = json_array_get(messages, i);
        if (!box || strcmp(box, world_text(message, "box")) == 0) json_array_append_new(list, json_deep_copy(message));
    }
    pthread_mutex_unlock(&lock);
    return list;
}
