#include "http/session.h"
#include "session_sql.h"

enum err end_sessions(struct db_tx *tx, unsigned roles, int64_t subject)
{
    return db_exec(tx, &sql_session_delete_of, DB_WITH(DB_INT64("roles", roles), DB_INT64("subject", subject)), NULL);
}
