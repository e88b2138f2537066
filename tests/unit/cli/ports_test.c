/* The ports of a new installation, beside ports that other programs have: real listeners on loopback. */
#include "cli/ports.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A listener on a port of the kernel's choice. */
static int listen_somewhere(int *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void assert_all_differ(const struct ports *ports)
{
    const int all[] = {ports->portal, ports->responder, ports->simulator, ports->mail};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++) assert_int_not_equal(all[i], all[j]);
}

static void neighbours_do_not_meet(void **state)
{
    static const int pairs[][2] = {{41000, 41010}, {41000, 41001}, {41000, 41002}, {41001, 41000}, {41002, 41000}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ports ports;
        assert_int_equal(ports_choose(pairs[i][0], pairs[i][1], &ports), ERR_NONE);
        assert_int_equal(ports.portal, pairs[i][0]);
        assert_int_equal(ports.simulator, pairs[i][1]);
        assert_true(ports.responder > ports.portal && ports.mail > ports.simulator);
        assert_all_differ(&ports);
    }
}

static void what_another_program_has_is_passed_over(void **state)
{
    int taken, fd = listen_somewhere(&taken);
    struct ports ports;
    assert_int_equal(port_check_free(taken), ERR_UNAVAILABLE);
    assert_int_equal(ports_choose(taken - 1, 41010, &ports), ERR_NONE);
    assert_true(ports.responder > taken);
    assert_int_equal(ports_choose(41010, taken - 1, &ports), ERR_NONE);
    assert_true(ports.mail > taken);
    close(fd);
}

static void what_cannot_be_is_refused(void **state)
{
    struct ports ports;
    assert_int_equal(ports_choose(41000, 41000, &ports), ERR_INVALID);
    assert_int_equal(ports_choose(65535, 41000, &ports), ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_do_not_meet),
        cmocka_unit_test(what_another_program_has_is_passed_over),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
