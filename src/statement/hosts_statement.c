#include "statement/hosts_statement.h"

#include <string.h>

#define LINE_LABEL "Sunucu: "

static const struct statement_label labels[] = {
    {"Düzenlenme Zamanı", STATEMENT_TIME, .offset = offsetof(struct hosts_statement, made_s)},
    {NULL},
};
static const struct statement_type type = {"hosts", 1, labels};

static bool is_address(struct arena *arena, const char *address)
{
    if (strncmp(address, "https://", 8) != 0 && strncmp(address, "http://", 7) != 0) return false;
    const char *host = strstr(address, "//") + 2;
    /* a host and perhaps a port: nothing that a person could misread */
    return *host != '\0' && host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]")] == '\0' &&
           statement_value_is_valid(arena, address);
}

enum err hosts_statement_write(struct arena *arena, const struct hosts_statement *statement, struct bytes *ret_text)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;

    if (statement->count < 1 || statement->count > HOSTS_MAX)
        return err_set(ERR_INVALID, "hosts: 1 to %d addresses", HOSTS_MAX);
    TRY(statement_put(&buffer, &type, statement));
    for (size_t i = 0; i < statement->count; i++) {
        if (!is_address(arena, statement->addresses[i])) return err_set(ERR_INVALID, "hosts: address %zu", i + 1);
        buffer_printf(&buffer, LINE_LABEL "%s\n", statement->addresses[i]);
    }
    *ret_text = bytes_copy(arena, buffer_bytes(&buffer));
    return ERR_NONE;
}

enum err hosts_statement_read(struct arena *arena, struct bytes text, struct hosts_statement *ret_statement)
{
    struct hosts_statement statement = {0};
    struct bytes rest, again;

    if (text.size > STATEMENT_SIZE_MAX) return err_set(ERR_INVALID, "statement: larger than 64 KiB");
    TRY(statement_get(arena, &type, text, &statement, &rest));
    char *lines = (char *)bytes_to_text(arena, rest); /* in our arena: ours to cut */
    if (lines == NULL) return err_set(ERR_INVALID, "hosts: a NUL");
    for (char *line; (line = strsep(&lines, "\n")) != NULL && *line != '\0';) {
        if (strncmp(line, LINE_LABEL, strlen(LINE_LABEL)) != 0 || statement.count == HOSTS_MAX)
            return err_set(ERR_INVALID, "hosts: not a line");
        statement.addresses[statement.count++] = line + strlen(LINE_LABEL);
    }
    TRY(hosts_statement_write(arena, &statement, &again));
    if (!bytes_equal(text, again)) return err_set(ERR_INVALID, "statement: not in its one form");
    *ret_statement = statement;
    return ERR_NONE;
}
