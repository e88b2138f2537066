/* What people do at their own computer: they sign a code or a file with their card through eimza-cli (design.md). */
#include "base/file.h"
#include "base/secret.h"
#include "http/form.h"
#include "sim/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so" /* what stands in for the officers' cards */
#define SIGNED_MAX ((size_t)16 << 20)

extern char **environ;

static const char **environment(struct arena *arena, const char *first)
{
    size_t count = 0;
    while (environ[count]) count++;
    const char **all = NEW_ARRAY(arena, const char *, count + 2);
    all[0] = first;
    for (size_t i = 0, next = 1; i < count; i++)
        if (strncmp(environ[i], "SOFTHSM2_CONF=", 14) != 0 && strncmp(environ[i], "DIVIT_", 6) != 0)
            all[next++] = environ[i];
    return all;
}

/* Runs eimza-cli with signals as a shell would give them; what it says is in `log`, its exit code in ret_code. */
static enum err run(struct arena *arena, const char *const arguments[], const char *log, int *ret_code)
{
    const char *people = installation_path(arena, world.installation, "people");
    const char **variables = environment(arena, arena_printf(arena, "SOFTHSM2_CONF=%s/softhsm2.conf", people));
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t child;
    int number =
        posix_spawn(&child, world.eimza_cli, &actions, &attributes, (char *const *)arguments, (char **)variables);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (number != 0) return err_set(ERR_BROKEN, "%s: %s", world.eimza_cli, strerror(number));
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (!WIFEXITED(status)) return err_set(ERR_BROKEN, "eimza-cli was ended by a signal");
    *ret_code = WEXITSTATUS(status);
    return ERR_NONE;
}

static const char *said_in(struct arena *arena, const char *log)
{
    struct bytes said;
    const char *text = file_read(arena, log, SIGNED_MAX, &said) == ERR_NONE ? bytes_to_text(arena, said) : NULL;
    return text != NULL ? text : "";
}

static const char *pin_of(struct arena *arena, const char *label)
{
    return installation_path(arena, world.installation, "people/%s.pin", label);
}

/* ASCII letters, digits, '-', '_', '.' of what the file was called. */
static const char *plain_name(struct arena *arena, const char *name)
{
    char *plain = arena_alloc(arena, strlen(name) + 16), *end = plain;
    for (; *name; name++)
        if (strchr("-_.", *name) || (*name >= '0' && *name <= '9') || ((*name | 32) >= 'a' && (*name | 32) <= 'z'))
            *end++ = *name;
    return *plain && *plain != '.' && *plain != '-' ? plain : "belge";
}

static enum err sign_in(struct http_request *request, const char *folder, const char *label,
                        const struct form_file *file)
{
    struct arena *arena = http_arena(request);
    const char *name = plain_name(arena, file->file_name);
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    const char *result = arena_printf(arena, "%s/%s.p7m", folder, name);
    const char *log = arena_printf(arena, "%s/.log", folder);
    const char *clock = installation_path(arena, world.installation, "clock-offset");
    TRY(file_write(path, file->body, 0600));
    const char *const arguments[] = {"eimza-cli", "sign", path,         "--output",           result,
                                     "--token",   label,  "--pin-file", pin_of(arena, label), "--clock",
                                     clock,       NULL};
    int code = 0;
    struct bytes signed_file;
    enum err error = run(arena, arguments, log, &code);
    if (error == ERR_NONE && code != 0) error = err_set(ERR_BROKEN, "eimza-cli: %.200s", said_in(arena, log));
    if (error == ERR_NONE) error = file_read(arena, result, SIGNED_MAX, &signed_file);
    (void)!unlink(path);
    (void)!unlink(result);
    (void)!unlink(log);
    TRY(error);
    return http_answer_file(request, arena_printf(arena, "%s.p7m", name), "application/pkcs7-mime", signed_file);
}

/* The token's label for what the form says: that label, or the officer's identity number; "" for nobody. */
static const char *find_label(struct arena *arena, const char *officer)
{
    json_t *demo = world_demo();
    const char *label = "";
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(demo, "staff"), index, entry)
    {
        if (strcmp(world_text(entry, "token_label"), officer) == 0 ||
            strcmp(world_text(entry, "identity_number"), officer) == 0)
            label = arena_text(arena, world_text(entry, "token_label"));
    }
    json_decref(demo);
    return strchr(label, '/') ? "" : label;
}

static enum err is_from_here(struct http_request *request)
{
    const char *site = http_header(request, "Sec-Fetch-Site");
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return err_set(ERR_FORBIDDEN, "from another site's page");
    return ERR_NONE;
}

enum err sign_file(struct http_request *request)
{
    static const struct form_rule rules[] = {
        {.name = "officer", .label = "officer", .is_required = true, .missing = "officer"}, {.name = NULL}};
    struct arena *arena = http_arena(request);
    struct form form;
    TRY(is_from_here(request));
    TRY(form_read(request, rules, &form));
    const struct form_file *file = form_file(&form, "file");
    const char *label = find_label(arena, form_value(&form, "officer"));
    if (!*label) return err_set(ERR_INVALID, "no such officer");
    if (!file || file->body.size == 0) return err_set(ERR_INVALID, "no file");
    char *folder = (char *)installation_path(arena, world.installation, "sim/sign-XXXXXX");
    if (!mkdtemp(folder)) return err_set(ERR_BROKEN, "no folder for signing");
    enum err error = sign_in(request, folder, label, file);
    (void)!rmdir(folder);
    return error;
}

/* -- a verification code -- */

/* The link back is the last thing the program prints, at the start of a line. */
static const char *link_in(struct arena *arena, const char *text)
{
    const char *link = NULL;
    for (const char *at = text; (at = strstr(at, "http")) != NULL; at++) {
        if (at == text || at[-1] == '\n') link = at;
    }
    return link == NULL ? "" : arena_text_n(arena, link, strcspn(link, "\n"));
}

enum err sign_code(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    json_t *wish;
    int code = 0;
    TRY(read_wish(request, &wish));
    const char *label = find_label(arena, world_text(wish, "officer"));
    const char *digits = arena_text(arena, world_text(wish, "code"));
    const char *log =
        arena_printf(arena, "%s/%s.log", installation_path(arena, world.installation, "sim"), http_request_id(request));
    const char *trust = installation_path(arena, world.installation, "eimza");
    const char *clock = installation_path(arena, world.installation, "clock-offset");
    const char *const arguments[] = {"eimza-cli",          "sign",    "--token", label,     "--pin-file",
                                     pin_of(arena, label), "--trust", trust,     "--clock", clock,
                                     "--no-browser",       "--",      digits,    NULL};
    enum err error = *label ? run(arena, arguments, log, &code) : err_set(ERR_INVALID, "no such officer");
    const char *said = said_in(arena, log);
    (void)!unlink(log);
    if (error == ERR_NONE) error = answer_signed(request, wish, code, said, link_in(arena, said));
    json_decref(wish);
    return error;
}
