#include "statements.h"

#include "statement/activation_statement.h"
#include "statement/application_statement.h"
#include "statement/box_statement.h"
#include "statement/consent_statement.h"
#include "statement/decision_statement.h"
#include "statement/head_statement.h"
#include "statement/hosts_statement.h"
#include "statement/lock_statement.h"
#include "statement/login_statement.h"
#include "statement/owner_statement.h"
#include "statement/production_statement.h"
#include "statement/registry.h"
#include "statement/status_statement.h"

#include <string.h>

#define STATEMENTS(X)                                                                                                  \
    X(activation)                                                                                                      \
    X(application)                                                                                                     \
    X(box) X(consent) X(decision) X(head) X(hosts) X(lock) X(login) X(owner) X(production) X(release) X(status) X(tree)

#define AGAIN(type)                                                                                                    \
    static enum err again_##type(struct arena *arena, struct bytes text, struct bytes *ret_again)                      \
    {                                                                                                                  \
        struct type##_statement statement;                                                                             \
        TRY(type##_statement_read(arena, text, &statement));                                                           \
        return type##_statement_write(arena, &statement, ret_again);                                                   \
    }
STATEMENTS(AGAIN)

static enum err again_registry(struct arena *arena, struct bytes text, struct bytes *ret_again)
{
    struct registry registry;
    TRY(registry_read(arena, text, &registry));
    return registry_write(arena, &registry, ret_again);
}

#define READER(type) {"divit " #type " 1\n", again_##type},
const struct statement_reader statement_readers[] = {STATEMENTS(READER) READER(registry)};
const size_t statement_readers_count = sizeof statement_readers / sizeof *statement_readers;

const struct statement_reader *statement_reader_of(struct bytes text)
{
    for (size_t i = 0; i < statement_readers_count; i++) {
        size_t size = strlen(statement_readers[i].first_line);
        if (text.size >= size && memcmp(text.data, statement_readers[i].first_line, size) == 0)
            return &statement_readers[i];
    }
    return NULL;
}
