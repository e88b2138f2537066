#include "statement/status_statement.h"

#include <stdlib.h>
#include <string.h>

const char *const status_words[] = {"askıda", "etkin", "iptal", NULL};

#define AT(member) .offset = offsetof(struct status_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Numara", STATEMENT_INT, AT(number)},
    {"Önceki", STATEMENT_HEX, AT(previous), .length = 64, .is_optional = true},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {NULL},
};
static const struct statement_type type = {"status", 1, labels};

/* Then one line for each certificate: "Durum: <serial> <word> <reason> <time>". */
#define LINE_LABEL "Durum: "
#define SERIAL_DIGITS_MAX 40 /* RFC 5280 4.1.2.2: 20 octets */
#define REASON_MAX 10

static bool line_is_valid(struct arena *arena, const struct status_statement_line *line)
{
    int64_t again_s;
    size_t length = line->serial == NULL ? 0 : strlen(line->serial);
    if (length < 1 || length > SERIAL_DIGITS_MAX || strspn(line->serial, "0123456789abcdef") != length) return false;
    if (line->status < STATUS_SUSPENDED || line->status > STATUS_REVOKED) return false;
    if (line->reason < 0 || line->reason > REASON_MAX || (line->status == STATUS_ACTIVE && line->reason != 0))
        return false;
    return line->since_s > 0 && time_from_iso(time_to_iso(arena, line->since_s), &again_s) == ERR_NONE;
}

static enum err check_status(struct arena *arena, const struct status_statement *statement)
{
    if ((statement->number == 1) != (statement->previous == NULL)) return err_set(ERR_INVALID, "status: previous");
    if (statement->line_count > STATUS_LINES_MAX)
        return err_set(ERR_INVALID, "status: more than %d lines", STATUS_LINES_MAX);
    for (size_t i = 0; i < statement->line_count; i++) {
        if (!line_is_valid(arena, &statement->lines[i])) return err_set(ERR_INVALID, "status: line %zu", i + 1);
        /* in order, so that each stands once */
        if (i > 0 && strcmp(statement->lines[i - 1].serial, statement->lines[i].serial) >= 0)
            return err_set(ERR_INVALID, "status: line %zu is not in order", i + 1);
    }
    return ERR_NONE;
}

enum err status_statement_write(struct arena *arena, const struct status_statement *statement, struct bytes *ret_text)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;

    TRY(check_status(arena, statement));
    TRY(statement_put(&buffer, &type, statement));
    for (size_t i = 0; i < statement->line_count; i++) {
        const struct status_statement_line *line = &statement->lines[i];
        buffer_printf(&buffer, LINE_LABEL "%s %s %lld %s\n", line->serial, status_words[line->status],
                      (long long)line->reason, time_to_iso(arena, line->since_s));
    }
    if (buffer.size > STATEMENT_SIZE_MAX) return err_set(ERR_INVALID, "statement: larger than 64 KiB");
    *ret_text = bytes_copy(arena, buffer_bytes(&buffer));
    return ERR_NONE;
}

/* Cuts a copy of one line into its words; what is not exact is found when it is written again. */
static enum err read_line(char *text, struct status_statement_line *ret_line)
{
    char *words[4], *rest = NULL;
    struct status_statement_line line = {0};

    if (strncmp(text, LINE_LABEL, strlen(LINE_LABEL)) != 0) return err_set(ERR_INVALID, "status: not a line");
    text += strlen(LINE_LABEL);
    for (size_t i = 0; i < 4; i++) {
        words[i] = strtok_r(i == 0 ? text : NULL, " ", &rest);
        if (words[i] == NULL) return err_set(ERR_INVALID, "status: a line is too short");
    }
    while (line.status <= STATUS_REVOKED && strcmp(words[1], status_words[line.status]) != 0) line.status++;
    if (line.status > STATUS_REVOKED) return err_set(ERR_INVALID, "status: unknown status");
    if (strlen(words[2]) > 2) return err_set(ERR_INVALID, "status: reason");
    line.serial = words[0];
    line.reason = strtoll(words[2], NULL, 10);
    TRY(time_from_iso(words[3], &line.since_s));
    *ret_line = line;
    return ERR_NONE;
}

enum err status_statement_read(struct arena *arena, struct bytes text, struct status_statement *ret_statement)
{
    struct status_statement statement = {0};
    struct bytes rest, again;

    TRY(statement_get(arena, &type, text, &statement, &rest));
    size_t count = 0;
    for (size_t i = 0; i < rest.size; i++) count += rest.data[i] == '\n';
    if (count > STATUS_LINES_MAX) return err_set(ERR_INVALID, "status: more than %d lines", STATUS_LINES_MAX);
    struct status_statement_line *lines = NEW_ARRAY(arena, struct status_statement_line, count + 1);
    while (rest.size > 0) {
        const uint8_t *end = memchr(rest.data, '\n', rest.size);
        if (end == NULL) return err_set(ERR_INVALID, "status: a line without end");
        size_t size = (size_t)(end - rest.data);
        char *line = arena_alloc(arena, size + 1);
        memcpy(line, rest.data, size);
        TRY(read_line(line, &lines[statement.line_count++]));
        rest = (struct bytes){end + 1, rest.size - size - 1};
    }
    statement.lines = lines;
    TRY(status_statement_write(arena, &statement, &again));
    if (!bytes_equal(text, again)) return err_set(ERR_INVALID, "statement: not in its one form");
    *ret_statement = statement;
    return ERR_NONE;
}
