#include "ipc/messages.h"

#include <stddef.h>

const char *message_name(unsigned type)
{
#define MESSAGE_NAME(name, number, server, roles)                                                                      \
    case number: return #name;
    switch (type) {
        IPC_MESSAGES(MESSAGE_NAME)
    default: return NULL;
    }
#undef MESSAGE_NAME
}

unsigned message_roles(unsigned type)
{
#define MESSAGE_ROLES(name, number, server, roles)                                                                     \
    case number: return (roles);
    switch (type) {
        IPC_MESSAGES(MESSAGE_ROLES)
    default: return 0;
    }
#undef MESSAGE_ROLES
}
