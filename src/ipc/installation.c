#include "ipc/installation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct config_item installation_items[] = {
    {"installation", "database", CONFIG_TEXT, offsetof(struct installation, database), "", 0, 0,
     "Address of the database: sqlite:/absolute/path or a PostgreSQL address; empty: db/divit.db in the state folder."},
    {"installation", "public_url", CONFIG_TEXT, offsetof(struct installation, public_url), "http://localhost:8080", 0,
     0, "The address people open, without a slash at its end."},
    {"installation", "responder_url", CONFIG_TEXT, offsetof(struct installation, responder_url),
     "http://localhost:8081", 0, 0,
     "The address of OCSP and CRL, as it is named in certificates, without a slash at its end."},
    {"installation", "renewal_days", CONFIG_INT, offsetof(struct installation, renewal_days), "90", 1, 365,
     "Days before the end of a certificate from which its holder may renew it."},
    {"installation", "waiting_days", CONFIG_INT, offsetof(struct installation, waiting_days), "30", 4, 365,
     "Days after which an application that waits for its applicant lapses."},
    {"installation", "confirmation_days", CONFIG_INT, offsetof(struct installation, confirmation_days), "14", 4, 365,
     "Days after which it lapses when changed contact data are not confirmed."},
    {"installation", "is_demo", CONFIG_BOOL, offsetof(struct installation, is_demo), "no", 0, 0,
     "A demonstration: TEST ribbon, movable clock, answers of picture challenges shown."},
    {"installation", "simulator_port", CONFIG_INT, offsetof(struct installation, simulator_port), "8090", 1, 65535,
     "In a demonstration: the port of the outside world's page, population register and SMS centre."},
    {"installation", "simulator_mail_port", CONFIG_INT, offsetof(struct installation, simulator_mail_port), "8091", 1,
     65535, "In a demonstration: the port of its mail server."},
    {NULL},
};

static const struct config_item *const *known_tables;

void installation_know(const struct config_item *const *tables)
{
    known_tables = tables;
}

static enum err load(struct arena *arena, const char *state, const struct config_item *items, void *ret_settings)
{
    const struct config_item *const own[] = {installation_items, items, NULL};
    return config_load(arena, arena_printf(arena, "%s/divit.conf", state), items,
                       known_tables != NULL ? known_tables : own, ret_settings);
}

static bool is_address(const char *url)
{
    size_t size = strlen(url);
    return (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0) && url[size - 1] != '/';
}

enum err installation_load(struct arena *arena, const char *state, struct installation *ret_installation)
{
    char *path = realpath(state, NULL);
    if (path == NULL) return err_set(ERR_NOT_FOUND, "the state folder %s: %s", state, strerror(errno));
    const char *absolute = arena_text(arena, path);
    free(path);
    struct installation installation = {0};
    TRY(load(arena, absolute, installation_items, &installation));
    installation.state = absolute;
    if (installation.database[0] == '\0')
        installation.database = arena_printf(arena, "sqlite:%s/db/divit.db", absolute);
    if (!is_address(installation.public_url) || !is_address(installation.responder_url))
        return err_set(ERR_INVALID, "divit.conf: an address begins with http:// or https:// and ends without a slash");
    *ret_installation = installation;
    return ERR_NONE;
}

enum err installation_settings(struct arena *arena, const struct installation *installation,
                               const struct config_item *items, void *ret_settings)
{
    return load(arena, installation->state, items, ret_settings);
}

const char *installation_path(struct arena *arena, const struct installation *installation, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *rest = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return arena_printf(arena, "%s/%s", installation->state, rest);
}
