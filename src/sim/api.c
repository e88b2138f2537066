#include "base/file.h"
#include "sim/desk.h"
#include "sim/servers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 500

enum err list_messages(struct http_request *request)
{
    const char *to = http_query(request, "to");
    const char *limit = http_query(request, "limit");
    long count = limit ? strtol(limit, NULL, 10) : LIST_MAX;
    return answer_json(request, 200,
                       messages_list(to && *to ? to : NULL, count > 0 && count <= LIST_MAX ? (size_t)count : LIST_MAX));
}

enum err list_people(struct http_request *request)
{
    return answer_json(request, 200, world_demo());
}

enum err list_faults(struct http_request *request)
{
    json_t *all = json_object();
    for (int i = 0; i < SYSTEM_COUNT; i++)
        json_object_set_new(all, system_name((enum system)i), json_string(fault_name(fault_now((enum system)i))));
    return answer_json(request, 200, all);
}

enum err set_fault(struct http_request *request)
{
    json_t *wish;
    TRY(read_wish(request, &wish));
    enum system system;
    enum fault fault;
    long times = strtol(world_text(wish, "times"), NULL, 10);
    enum err error;
    if (!system_from_name(world_text(wish, "system"), &system) || !fault_from_name(world_text(wish, "fault"), &fault) ||
        times < 0) {
        error = err_set(ERR_INVALID, "no such system or fault");
    } else {
        fault_set(system, fault, times);
        error = answer_wish(request, wish,
                            json_pack("{s:s, s:s}", "system", system_name(system), "fault", fault_name(fault)));
    }
    json_decref(wish);
    return error;
}

static json_t *clock_state(void)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    int64_t now_s = clock_now_s();
    return json_pack("{s:I, s:I, s:s}", "now_s", (json_int_t)now_s, "offset_s", (json_int_t)clock_offset_s(), "shown",
                     time_to_date_time(arena, now_s));
}

enum err show_clock(struct http_request *request)
{
    return answer_json(request, 200, clock_state());
}

/* A whole number of at most ten years, forth or back. */
static bool read_seconds(const char *text, int64_t *ret_seconds)
{
    char *end;
    long long seconds = strtoll(text, &end, 10);
    if (!*text || *end || seconds > 3660 * DAY_S || seconds < -3660 * DAY_S) return false;
    *ret_seconds = seconds;
    return true;
}

enum err set_clock(struct http_request *request)
{
    json_t *wish;
    TRY(read_wish(request, &wish));
    int64_t offset_s;
    enum err error = ERR_NONE;
    if (read_seconds(world_text(wish, "advance_s"), &offset_s)) offset_s += clock_offset_s();
    else if (!read_seconds(world_text(wish, "offset_s"), &offset_s)) error = err_set(ERR_INVALID, "no such time");
    if (error == ERR_NONE)
        error = clock_set_offset(installation_path(http_arena(request), world.installation, "clock-offset"), offset_s);
    if (error == ERR_NONE) error = answer_wish(request, wish, clock_state());
    json_decref(wish);
    return error;
}

/* -- the officers' authenticator applications: identity number → base32 secret, kept in STATE/sim/ -- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static json_t *authenticators(struct arena *arena)
{
    struct bytes text;
    json_t *all = NULL;
    if (file_read(arena, installation_path(arena, world.installation, "sim/authenticators.json"), 65536, &text) ==
        ERR_NONE)
        all = json_loadb((const char *)text.data, text.size, 0, NULL);
    return json_is_object(all) ? all : json_object();
}

static enum err keep_secret(struct arena *arena, const char *identity_number, const char *secret)
{
    pthread_mutex_lock(&lock);
    json_t *all = authenticators(arena);
    json_object_set_new(all, identity_number, json_string(secret));
    char *text = json_dumps(all, JSON_INDENT(1));
    enum err error =
        file_write(installation_path(arena, world.installation, "sim/authenticators.json"), bytes_of_text(text), 0600);
    free(text);
    json_decref(all);
    pthread_mutex_unlock(&lock);
    return error;
}

const char *authenticator_code(struct arena *arena, const json_t *officer)
{
    pthread_mutex_lock(&lock);
    json_t *all = authenticators(arena);
    pthread_mutex_unlock(&lock);
    const char *secret = world_text(all, world_text(officer, "identity_number"));
    if (!*secret) secret = world_text(officer, "totp_secret");
    const char *code = *secret ? totp_code(arena, secret, clock_now_s()) : NULL;
    json_decref(all);
    return code;
}

static enum err answer_code(struct http_request *request, const char *code)
{
    if (!code) return err_set(ERR_NOT_FOUND, "no secret, or none in base32");
    return answer_json(request, 200,
                       json_pack("{s:s, s:I}", "code", code, "seconds_left", (json_int_t)(30 - clock_now_s() % 30)));
}

enum err show_code(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const char *secret = http_query(request, "secret"), *identity_number = http_query(request, "identity_number");
    if (secret) return answer_code(request, totp_code(arena, secret, clock_now_s()));
    json_t *demo = world_demo();
    json_t *officer = world_officer(demo, identity_number ? identity_number : "");
    const char *code = officer ? authenticator_code(arena, officer) : NULL;
    json_decref(demo);
    return answer_code(request, code);
}

enum err add_authenticator(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    json_t *wish, *demo = world_demo();
    enum err error = read_wish(request, &wish);
    if (error == ERR_NONE) {
        const char *identity_number = world_text(wish, "identity_number"), *secret = world_text(wish, "secret");
        if (!world_officer(demo, identity_number) || !totp_code(arena, secret, clock_now_s()))
            error = err_set(ERR_INVALID, "no such officer, or no secret in base32");
        else error = keep_secret(arena, identity_number, secret);
        if (error == ERR_NONE)
            error = answer_wish(request, wish, json_pack("{s:s}", "code", totp_code(arena, secret, clock_now_s())));
        json_decref(wish);
    }
    json_decref(demo);
    return error;
}
