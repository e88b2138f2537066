#include "cli/ports.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEIGHBOURS_MAX 64
#define PORT_MAX 65535

enum err port_check_free(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), reuse = 1;
    if (fd < 0) return err_set(ERR_BROKEN, "socket: %s", strerror(errno));
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    int result = bind(fd, (const struct sockaddr *)&address, sizeof address);
    int number = errno;
    close(fd);
    return result == 0 ? ERR_NONE : err_set(ERR_UNAVAILABLE, "port %d: %s", port, strerror(number));
}

static bool is_taken(const struct ports *ports, int port)
{
    return port == ports->portal || port == ports->simulator || port == ports->responder;
}

/* The next one after `port` that neither these ports nor another program have. */
static enum err next_free(const struct ports *ports, int port, int *ret_port)
{
    for (int next = port + 1; next <= PORT_MAX && next <= port + NEIGHBOURS_MAX; next++) {
        if (is_taken(ports, next) || port_check_free(next) != ERR_NONE) continue;
        *ret_port = next;
        return ERR_NONE;
    }
    return err_set(ERR_UNAVAILABLE, "no port is free after %d", port);
}

enum err ports_choose(int portal, int simulator, struct ports *ret_ports)
{
    if (portal == simulator) return err_set(ERR_INVALID, "port %d cannot be the portal's and the simulator's", portal);
    struct ports ports = {.portal = portal, .simulator = simulator};
    TRY(next_free(&ports, portal, &ports.responder));
    TRY(next_free(&ports, simulator, &ports.mail));
    *ret_ports = ports;
    return ERR_NONE;
}
