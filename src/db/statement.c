#include "db/backend.h"

#include "base/buffer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (; *text != '\0'; text++) hash = (hash ^ (uint8_t)*text) * 16777619U;
    return hash;
}

static bool is_name_character(char character)
{
    return islower((unsigned char)character) || isdigit((unsigned char)character) || character == '_';
}

static enum err parameter_number(struct db_statement *statement, const char *name, size_t size, size_t *ret_number)
{
    for (size_t i = 0; i < statement->parameter_count; i++) {
        if (strlen(statement->parameters[i]) == size && memcmp(statement->parameters[i], name, size) == 0) {
            *ret_number = i + 1;
            return ERR_NONE;
        }
    }
    if (statement->parameter_count == DB_PARAMETERS_MAX) return err_set(ERR_BROKEN, "too many parameters");
    char *copy = memory_new(size + 1);
    memcpy(copy, name, size);
    statement->parameters[statement->parameter_count++] = copy;
    *ret_number = statement->parameter_count;
    return ERR_NONE;
}

static enum err number_parameters(struct db_statement *statement)
{
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    bool is_literal = false;
    for (const char *at = statement->source; *at != '\0'; at++) {
        if (*at == '\'') is_literal = !is_literal;
        if (*at != '$' || is_literal) {
            buffer_char(&text, *at);
            continue;
        }
        size_t size = 0;
        while (is_name_character(at[1 + size])) size++;
        if (size == 0) return err_set(ERR_BROKEN, "a $ without a name");
        size_t number;
        TRY(parameter_number(statement, at + 1, size, &number));
        buffer_printf(&text, "$%zu", number);
        at += size;
    }
    buffer_char(&text, '\0');
    statement->numbered = memory_text((const char *)text.data);
    return ERR_NONE;
}

static void statement_free(struct db_statement *statement)
{
    for (size_t i = 0; i < statement->parameter_count; i++) free(statement->parameters[i]);
    free(statement->key);
    free(statement->numbered);
    free(statement);
}

/* The types belong to the key: PostgreSQL fixes them when it prepares. */
static enum err key_of(const struct db_sql *sql, const struct db_value *values, char *key, size_t key_size)
{
    static const char letters[] = {
        [DB_TYPE_NULL] = 't', [DB_TYPE_INT64] = 'i', [DB_TYPE_TEXT] = 't', [DB_TYPE_BYTES] = 'b'};
    size_t size = strlen(sql->name);
    if (size + 2 > key_size) return err_set(ERR_BROKEN, "%s: the name is too long", sql->name);
    memcpy(key, sql->name, size);
    key[size++] = '/';
    for (const struct db_value *value = values; value->type != DB_TYPE_END; value++) {
        if (size + 2 > key_size) return err_set(ERR_BROKEN, "%s: too many values", sql->name);
        key[size++] = letters[value->type];
    }
    key[size] = '\0';
    return ERR_NONE;
}

enum err statement_find(struct db_statements *statements, const struct db_sql *sql, const struct db_value *values,
                        struct db_statement **ret_statement)
{
    char key[63]; /* PostgreSQL cuts longer names */
    TRY(key_of(sql, values, key, sizeof key));
    struct db_statement **bucket = &statements->buckets[hash_of(key) % DB_STATEMENT_BUCKETS];
    for (struct db_statement *statement = *bucket; statement != NULL; statement = statement->next) {
        if (strcmp(statement->key, key) != 0) continue;
        if (statement->source != sql->text && strcmp(statement->source, sql->text) != 0) {
            return err_set(ERR_BROKEN, "%s: two statements have this name", sql->name);
        }
        *ret_statement = statement;
        return ERR_NONE;
    }
    struct db_statement *statement = memory_new(sizeof *statement);
    statement->key = memory_text(key);
    statement->source = sql->text;
    enum err error = number_parameters(statement);
    if (error != ERR_NONE) {
        statement_free(statement);
        return error;
    }
    statement->next = *bucket;
    *bucket = statement;
    *ret_statement = statement;
    return ERR_NONE;
}

enum err statement_arrange(const struct db_statement *statement, const struct db_value *values,
                           const struct db_value *ret_arranged[DB_PARAMETERS_MAX])
{
    size_t given = 0;
    while (values[given].type != DB_TYPE_END) given++;
    if (given != statement->parameter_count) {
        return err_set(ERR_BROKEN, "%s: %zu values for %zu parameters", statement->key, given,
                       statement->parameter_count);
    }
    for (size_t i = 0; i < statement->parameter_count; i++) {
        size_t j = 0;
        while (j < given && strcmp(values[j].name, statement->parameters[i]) != 0) j++;
        if (j == given) return err_set(ERR_BROKEN, "%s: $%s is not given", statement->key, statement->parameters[i]);
        ret_arranged[i] = &values[j];
    }
    return ERR_NONE;
}

void statements_clear(struct db_statements *statements, void (*release)(void *handle))
{
    for (size_t i = 0; i < DB_STATEMENT_BUCKETS; i++) {
        struct db_statement *next;
        for (struct db_statement *statement = statements->buckets[i]; statement != NULL; statement = next) {
            next = statement->next;
            if (release != NULL && statement->handle != NULL) release(statement->handle);
            statement_free(statement);
        }
        statements->buckets[i] = NULL;
    }
}
