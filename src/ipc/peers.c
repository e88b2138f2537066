#include "ipc/peers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* One process id for each bit of enum ipc_role; 0: none. Shared by all processes, written by the supervisor alone. */
#define ROLE_COUNT 7
struct peers_table {
    _Atomic int32_t pids[ROLE_COUNT];
};

static struct peers_table *supervisor_table;
static const struct peers_table *table;

enum err peers_make(int *ret_fd)
{
    int fd = memfd_create("divit-peers", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    if (fd < 0) return err_set(ERR_BROKEN, "memfd_create: %s", strerror(errno));
    void *memory = MAP_FAILED;
    if (ftruncate(fd, sizeof(struct peers_table)) == 0)
        memory = mmap(NULL, sizeof(struct peers_table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    /* After this mapping there is none that can write, in whatever process has the descriptor (fcntl(2)). */
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
    if (memory == MAP_FAILED || fcntl(fd, F_ADD_SEALS, seals) != 0) {
        int number = errno;
        if (memory != MAP_FAILED) munmap(memory, sizeof(struct peers_table));
        close(fd);
        return err_set(ERR_BROKEN, "the table of processes: %s", strerror(number));
    }
    supervisor_table = memory;
    table = memory;
    *ret_fd = fd;
    return ERR_NONE;
}

void peers_set(enum ipc_role role, pid_t pid)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (role == (enum ipc_role)(1 << i)) atomic_store(&supervisor_table->pids[i], pid);
}

enum err peers_use(void)
{
    const char *number = getenv("DIVIT_PEERS_FD");
    if (number == NULL) return ERR_NONE;
    int fd = (int)strtol(number, NULL, 10);
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & F_SEAL_FUTURE_WRITE) == 0)
        return err_set(ERR_BROKEN, "DIVIT_PEERS_FD is not a sealed table of processes");
    void *memory = mmap(NULL, sizeof(struct peers_table), PROT_READ, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) return err_set(ERR_BROKEN, "the table of processes: %s", strerror(errno));
    close(fd);
    table = memory;
    return ERR_NONE;
}

enum ipc_role peers_role_of(int socket_fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(socket_fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return IPC_NOBODY;
    if (peer.uid != geteuid() && peer.uid != 0) return IPC_NOBODY;
    for (int i = 0; table != NULL && i < ROLE_COUNT; i++)
        if (atomic_load(&table->pids[i]) == peer.pid) return (enum ipc_role)(1 << i);
    return IPC_TOOL;
}
