/* `divit signer` as a process of its own, asked through its socket. */
#include "fixture_signer.h"

#include "ipc/peers.h"
#include "signer/signer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct memory_key *card;
static pid_t process;
static int peers_fd = -1;

static void start_signer(void)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        char number[16];
        close(ready[0]);
        snprintf(number, sizeof number, "%d", ready[1]);
        setenv("DIVIT_READY_FD", number, 1);
        snprintf(number, sizeof number, "%d", peers_fd);
        setenv("DIVIT_PEERS_FD", number, 1);
        _exit(signer_main(&installation));
    }
    close(ready[1]);
    struct pollfd wait = {ready[0], POLLIN, 0};
    assert_int_equal(poll(&wait, 1, 20000), 1);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
}

static void end_signer(int number)
{
    int status = 0;
    kill(process, number);
    assert_int_equal(waitpid(process, &status, 0), process);
    process = 0;
    if (number == SIGTERM) assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int begin(void **state)
{
    const char *offset = "\0\0\0\0\0\0\0";
    if (hold_ceremony(state) != 0 || memory_key_new(&card) != ERR_NONE || peers_make(&peers_fd) != ERR_NONE) return -1;
    return file_write(installation_path(arena, &installation, "clock-offset"),
                      (struct bytes){(const uint8_t *)offset, 8}, 0600) == ERR_NONE
               ? 0
               : -1;
}

static int end(void **state)
{
    if (process > 0) kill(process, SIGKILL);
    card = memory_key_free(card);
    return remove_folder(state);
}

static struct signer *connected(void)
{
    return signer_new(installation_path(arena, &installation, "run/signer.sock"));
}

static void serves_the_worker_alone(void **state)
{
    struct bytes crl;
    int64_t number, this_s, next_s;
    start_signer();
    struct signer *signer = connected();
    assert_int_equal(signer_crl(signer, arena, &crl, &number, &this_s, &next_s), ERR_FORBIDDEN); /* a tool */
    signer_free(signer);
    end_signer(SIGTERM);
    peers_set(IPC_WORKER, getpid());
    start_signer();
    signer = connected();
    OK(signer_crl(signer, arena, &crl, &number, &this_s, &next_s));
    assert_int_equal(next_s - this_s, 86400);
    signer_free(signer);
    end_signer(SIGTERM);
}

static void survives_kills(void **state)
{
    struct story story = good_story(UID, card);
    struct signer_evidence evidence = evidence_of(&story);
    struct bytes first, again;
    struct certificate certificate;
    int64_t since_s;
    start_signer();
    struct signer *signer = connected();
    OK(signer_issue(signer, arena, &evidence, &first));
    OK(certificate_parse(arena, first, &certificate));
    OK(signer_set_status(signer, certificate.serial, SIGNER_ACTIVE, 0, activation(certificate.serial, now_s + 30),
                         &since_s));
    signer_free(signer);
    end_signer(SIGKILL);
    start_signer();
    signer = connected();
    OK(signer_issue(signer, arena, &evidence, &again));
    assert_true(bytes_equal(first, again));
    OK(signer_set_status(signer, certificate.serial, SIGNER_REVOKED, 1, NULL, &since_s));
    assert_int_equal(signer_set_status(signer, certificate.serial, SIGNER_ACTIVE, 0,
                                       activation(certificate.serial, now_s + 30), &since_s),
                     ERR_STATE);
    evidence.attempt = 2;
    assert_int_equal(signer_issue(signer, arena, &evidence, &again), ERR_FORBIDDEN);
    assert_string_equal(err_detail(), "request for another attempt");
    signer_free(signer);
    end_signer(SIGTERM);
}

static int run_to_its_end(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        _exit(signer_main(&installation));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void does_not_start_on_doubt(void **state)
{
    struct bytes text;
    const char *pin = installation_path(arena, &installation, "signer/pin");
    OK(file_read(arena, pin, 100, &text));
    OK(file_write(pin, bytes_of_text("1234\n"), 0600));
    assert_int_equal(run_to_its_end(), 1); /* another PIN */
    OK(file_write(pin, text, 0600));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(serves_the_worker_alone), cmocka_unit_test(survives_kills),
                                       cmocka_unit_test(does_not_start_on_doubt)};
    return cmocka_run_group_tests_name("signer-process", tests, begin, end);
}
