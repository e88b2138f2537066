/* The keeper as its own process: made, started, confined, killed and started again with the same keys. */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "ipc/keeper_client.h"
#include "keeper/keeper.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PERSON "00112233445566778899aabbccddeeff"

static char state_folder[] = "/tmp/keeper-process-XXXXXX";
static struct installation installation;
static struct arena *arena;

static pid_t start(void)
{
    pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(keeper_main(&installation));
}

static int end(pid_t pid, int signal)
{
    int status;
    kill(pid, signal);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static struct keeper *client(void)
{
    return keeper_new(installation_path(arena, &installation, "run/keeper.sock"));
}

static struct bytes tag_of(struct keeper *keeper, const char *kind, const char *text)
{
    struct bytes tag = {0};
    enum err error = ERR_UNAVAILABLE;
    for (int i = 0; i < 1000 && error == ERR_UNAVAILABLE; i++) {
        error = keeper_search_tag(keeper, arena, kind, text, &tag);
        if (error == ERR_UNAVAILABLE) clock_pause_ms(10); /* it is starting */
    }
    assert_int_equal(error, ERR_NONE);
    assert_int_equal(tag.size, 32);
    return tag;
}

static void keys_outlive_a_kill(void **state)
{
    pid_t pid = start();
    struct keeper *keeper = client();
    struct bytes tag = tag_of(keeper, "identity_number", "10000000146");
    struct wrapped_key wrapped, wrapped_other;
    uint8_t key[KEY_SIZE], other[KEY_SIZE], opened[KEY_SIZE] = {0};
    assert_int_equal(keeper_person_key_new(keeper, arena, PERSON, key, &wrapped), ERR_NONE);
    assert_null(memmem(wrapped.wrap.data, wrapped.wrap.size, key, KEY_SIZE));
    end(pid, SIGKILL);
    pid = start();
    assert_true(bytes_equal(tag, tag_of(keeper, "identity_number", "10000000146")));
    assert_false(bytes_equal(tag, tag_of(keeper, "identity_number", "10000000147")));
    assert_false(bytes_equal(tag, tag_of(keeper, "mobile", "10000000146")));
    assert_int_equal(keeper_person_key_open(keeper, "00112233445566778899aabbccddeef0", &wrapped, opened), ERR_BROKEN);
    assert_int_equal(keeper_person_key_open(keeper, PERSON, &wrapped, opened), ERR_NONE);
    assert_memory_equal(key, opened, KEY_SIZE);
    assert_int_equal(keeper_person_key_new(keeper, arena, PERSON, other, &wrapped_other), ERR_NONE);
    assert_memory_not_equal(key, other, KEY_SIZE);
    uint8_t *changed = (uint8_t *)(uintptr_t)wrapped.wrap.data;
    changed[wrapped.wrap.size - 1] ^= 1;
    assert_int_equal(keeper_person_key_open(keeper, PERSON, &wrapped, opened), ERR_BROKEN);
    keeper_free(keeper);
    assert_int_equal(end(pid, SIGTERM), 0);
}

static void an_operators_tool_gets_no_codes(void **state)
{
    pid_t pid = start();
    struct keeper *keeper = client();
    tag_of(keeper, "identity_number", "10000000146");
    const char *text;
    struct keeper_code code;
    const struct keeper_code_request request = {"phone", "x", {0}, "10000000146", "5321234567"};
    struct keeper_owner_act act;
    struct bytes sealed, grant;
    int64_t valid_until_s, wait_s, step;
    assert_int_equal(keeper_code_make(keeper, arena, &request, &text, &valid_until_s, &wait_s), ERR_FORBIDDEN);
    assert_int_equal(keeper_code_text(keeper, arena, "00", &code), ERR_FORBIDDEN);
    assert_int_equal(keeper_code_check(keeper, arena, "phone", "x", "", "123456", &act), ERR_FORBIDDEN);
    assert_int_equal(keeper_totp_check(keeper, arena, "x", BYTES("y"), "123456", 0, &step, &grant), ERR_FORBIDDEN);
    assert_int_equal(keeper_secret_seal(keeper, arena, "account:1", "10000000146", BYTES("secret"), &sealed), ERR_NONE);
    assert_null(memmem(sealed.data, sealed.size, "secret", 6));
    keeper_free(keeper);
    assert_int_equal(end(pid, SIGTERM), 0);
}

static enum err start_with(const char *file, struct bytes content)
{
    int status;
    assert_int_equal(file_write(file, content, 0600), ERR_NONE);
    pid_t pid = start();
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status) == 0 ? ERR_NONE : ERR_BROKEN;
}

/* The token is opened again by the confined process. A copy of keeper.db from before does not open with the token. */
static void an_epoch_ends_for_good(void **state)
{
    const char *db_path = installation_path(arena, &installation, "keeper/keeper.db");
    struct bytes copy, present;
    assert_int_equal(file_read(arena, db_path, 1 << 24, &copy), ERR_NONE); /* its last keeper ended and left no WAL */
    pid_t pid = start();
    struct keeper *keeper = client();
    struct bytes tag = tag_of(keeper, "identity_number", "10000000146");
    struct wrapped_key old, new;
    uint8_t key[KEY_SIZE], opened[KEY_SIZE];
    int64_t living[KEEPER_EPOCHS_MAX], left;
    size_t count;
    assert_int_equal(keeper_person_key_new(keeper, arena, PERSON, key, &old), ERR_NONE);
    assert_int_equal(keeper_epoch_begin(keeper, old.epoch + 2), ERR_STATE);
    assert_int_equal(keeper_epoch_destroy(keeper, old.epoch), ERR_STATE);
    assert_int_equal(keeper_epoch_begin(keeper, old.epoch + 1), ERR_NONE);
    assert_int_equal(keeper_epoch_begin(keeper, old.epoch + 1), ERR_NONE); /* asked again */
    assert_int_equal(keeper_epoch_begin(keeper, old.epoch + 2), ERR_STATE);
    end(pid, SIGKILL);
    pid = start();
    assert_true(bytes_equal(tag, tag_of(keeper, "identity_number", "10000000146")));
    assert_int_equal(keeper_person_key_open(keeper, PERSON, &old, opened), ERR_NONE);
    assert_int_equal(keeper_person_key_rewrap(keeper, arena, PERSON, &old, &new), ERR_NONE);
    assert_int_equal(new.epoch, old.epoch + 1);
    assert_int_equal(keeper_reseal(keeper, &left), ERR_NONE);
    assert_int_equal(left, 0);
    assert_int_equal(keeper_epoch_destroy(keeper, old.epoch), ERR_NONE);
    assert_int_equal(keeper_epoch_destroy(keeper, old.epoch), ERR_NONE);
    assert_int_equal(keeper_epochs(keeper, living, &count), ERR_NONE);
    assert_int_equal(count, 1);
    assert_int_equal(keeper_person_key_open(keeper, PERSON, &old, opened), ERR_BROKEN);
    assert_int_equal(keeper_person_key_open(keeper, PERSON, &new, opened), ERR_NONE);
    assert_memory_equal(key, opened, KEY_SIZE);
    keeper_free(keeper);
    assert_int_equal(end(pid, SIGTERM), 0);
    assert_int_equal(file_read(arena, db_path, 1 << 24, &present), ERR_NONE);
    assert_int_equal(start_with(db_path, copy), ERR_BROKEN);
    assert_int_equal(file_write(db_path, present, 0600), ERR_NONE);
}

static void it_is_confined(void **state)
{
    pid_t pid = start();
    struct keeper *keeper = client();
    tag_of(keeper, "identity_number", "10000000146");
    static const char *const expected[] = {"\nSeccomp:\t2\n", "\nNoNewPrivs:\t1\n", "\nCapEff:\t0000000000000000\n",
                                           "\nCapPrm:\t0000000000000000\n"};
    FILE *file = fopen(arena_printf(arena, "/proc/%d/status", (int)pid), "r");
    char status[8192] = {0};
    assert_true(fread(status, 1, sizeof status - 1, file) > 0);
    fclose(file);
    for (size_t i = 0; i < 4; i++) assert_non_null(strstr(status, expected[i]));
    keeper_free(keeper);
    assert_int_equal(end(pid, SIGTERM), 0);
}

static void it_does_not_start_on_what_is_not_its_own(void **state)
{
    const char *pin_path = installation_path(arena, &installation, "keeper/pin");
    struct bytes pin;
    assert_int_equal(file_read(arena, pin_path, 100, &pin), ERR_NONE);
    assert_int_equal(file_write(pin_path, bytes_of_text("12345678\n"), 0600), ERR_NONE);
    int status;
    pid_t pid = start();
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_int_equal(file_write(pin_path, pin, 0600), ERR_NONE);
    assert_int_equal(keeper_init(&installation), ERR_EXISTS);
}

static int set_up(void **state)
{
    arena = arena_new();
    log_open("test");
    if (mkdtemp(state_folder) == NULL || secret_init() != ERR_NONE) return -1;
    const char *conf = arena_printf(arena, "%s/divit.conf", state_folder);
    if (file_write(conf, bytes_of_text("[installation]\npublic_url = http://localhost:8080\n"), 0600) != ERR_NONE)
        return -1;
    if (installation_load(arena, state_folder, &installation) != ERR_NONE) return -1;
    return keeper_init(&installation) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    int result = system(arena_printf(arena, "rm -rf %s", state_folder));
    arena_free(arena);
    return result;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_outlive_a_kill),
        cmocka_unit_test(an_operators_tool_gets_no_codes),
        cmocka_unit_test(an_epoch_ends_for_good),
        cmocka_unit_test(it_is_confined),
        cmocka_unit_test(it_does_not_start_on_what_is_not_its_own),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
