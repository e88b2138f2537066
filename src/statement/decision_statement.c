#include "statement/decision_statement.h"

#include <stdlib.h>
#include <string.h>

const char *const decision_way_words[] = {"ıslak", "e-imza", "e-onay", NULL};

#define AT(member) .offset = offsetof(struct decision_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Karar No", STATEMENT_HEX, AT(decision_uid), .length = 32},
    {"Teslim", STATEMENT_FLAG, AT(is_received)},
    {"Görüldü", STATEMENT_FLAG, AT(is_seen)},
    {"Onay", STATEMENT_FLAG, AT(is_approved)},
    {"Kurum Kodu", STATEMENT_TEXT, AT(institution_code)},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {"Geçerlilik Sonu", STATEMENT_TIME, AT(valid_until_s)},
    {"Sicil Defteri No", STATEMENT_INT, AT(registry_number)},
    {NULL},
};
static const struct statement_type type = {"decision", 1, labels};

/* Then one line for each application: "Başvuru: <id> <revision> <D> <way> <scan digest or ->". */
#define LINE_LABEL "Başvuru: "

static bool is_hex(const char *text, size_t length)
{
    return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

static bool line_is_valid(const struct decision_statement_line *line)
{
    if (line->application_uid == NULL || !is_hex(line->application_uid, 32)) return false;
    if (line->revision < 1 || line->revision > 999999999) return false;
    if (line->digest == NULL || !is_hex(line->digest, 64)) return false;
    if (line->scan_digest != NULL && !is_hex(line->scan_digest, 64)) return false;
    for (size_t i = 0; line->way != NULL && decision_way_words[i] != NULL; i++) {
        if (strcmp(line->way, decision_way_words[i]) == 0) return true;
    }
    return false;
}

static enum err check_decision(const struct decision_statement *statement)
{
    if (!statement->is_received && !statement->is_seen && !statement->is_approved)
        return err_set(ERR_INVALID, "decision: decides nothing");
    if (statement->valid_until_s <= statement->made_s ||
        statement->valid_until_s - statement->made_s > DECISION_DAYS_MAX * DAY_S)
        return err_set(ERR_INVALID, "decision: valid for longer than %d days", DECISION_DAYS_MAX);
    if (statement->line_count < 1 || statement->line_count > DECISION_LINES_MAX)
        return err_set(ERR_INVALID, "decision: 1 to %d applications", DECISION_LINES_MAX);
    for (size_t i = 0; i < statement->line_count; i++) {
        if (!line_is_valid(&statement->lines[i])) return err_set(ERR_INVALID, "decision: line %zu", i + 1);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(statement->lines[i].application_uid, statement->lines[k].application_uid) == 0)
                return err_set(ERR_INVALID, "decision: an application twice, line %zu", i + 1);
        }
    }
    return ERR_NONE;
}

enum err decision_statement_write(struct arena *arena, const struct decision_statement *statement,
                                  struct bytes *ret_text)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;

    TRY(check_decision(statement));
    TRY(statement_put(&buffer, &type, statement));
    for (size_t i = 0; i < statement->line_count; i++) {
        const struct decision_statement_line *line = &statement->lines[i];
        buffer_printf(&buffer, LINE_LABEL "%s %lld %s %s %s\n", line->application_uid, (long long)line->revision,
                      line->digest, line->way, line->scan_digest != NULL ? line->scan_digest : "-");
    }
    /* 500 lines with scans are above 64 KiB: such a list is to be parted. */
    if (buffer.size > STATEMENT_SIZE_MAX) return err_set(ERR_INVALID, "statement: larger than 64 KiB");
    *ret_text = bytes_copy(arena, buffer_bytes(&buffer));
    return ERR_NONE;
}

/* Cuts a copy of one line into its five words; what is not exact is found when it is written again. */
static enum err read_line(char *text, struct decision_statement_line *ret_line)
{
    char *words[5], *rest = NULL;

    if (strncmp(text, LINE_LABEL, strlen(LINE_LABEL)) != 0) return err_set(ERR_INVALID, "decision: not a line");
    text += strlen(LINE_LABEL);
    for (size_t i = 0; i < 5; i++) {
        words[i] = strtok_r(i == 0 ? text : NULL, " ", &rest);
        if (words[i] == NULL) return err_set(ERR_INVALID, "decision: a line is too short");
    }
    if (strlen(words[1]) > 9) return err_set(ERR_INVALID, "decision: revision");
    *ret_line = (struct decision_statement_line){
        .application_uid = words[0],
        .revision = strtoll(words[1], NULL, 10),
        .digest = words[2],
        .way = words[3],
        .scan_digest = strcmp(words[4], "-") == 0 ? NULL : words[4],
    };
    return ERR_NONE;
}

enum err decision_statement_read(struct arena *arena, struct bytes text, struct decision_statement *ret_statement)
{
    struct decision_statement statement = {0};
    struct bytes rest, again;

    TRY(statement_get(arena, &type, text, &statement, &rest));
    struct decision_statement_line *lines = NEW_ARRAY(arena, struct decision_statement_line, DECISION_LINES_MAX);
    while (rest.size > 0) {
        const uint8_t *end = memchr(rest.data, '\n', rest.size);
        if (end == NULL || statement.line_count == DECISION_LINES_MAX)
            return err_set(ERR_INVALID, "decision: lines do not end");
        size_t size = (size_t)(end - rest.data);
        char *line = arena_alloc(arena, size + 1);
        memcpy(line, rest.data, size);
        TRY(read_line(line, &lines[statement.line_count++]));
        rest = (struct bytes){end + 1, rest.size - size - 1};
    }
    statement.lines = lines;
    TRY(decision_statement_write(arena, &statement, &again));
    if (!bytes_equal(text, again)) return err_set(ERR_INVALID, "statement: not in its one form");
    *ret_statement = statement;
    return ERR_NONE;
}
