/* A page asks for a signature (spec 02: one use, one session, one purpose, one person). */
#include "signing/store.h"

#include "base/clock.h"
#include "signing_sql.h"

#define TRIES 3 /* two live codes that are the same: once in 10^14 */
#define KEPT_S 3600 /* after that nobody waits on the page any more */

struct making {
    struct arena *arena;
    const struct signing_session *session;
    const struct signing_code *code;
    struct bytes tag, sealed;
    int64_t id;
};

static enum err insert(struct db_tx *tx, void *context)
{
    struct making *making = context;
    const struct signing_code *code = making->code;
    const struct db_rows *row;

    TRY(db_exec(tx, &sql_delete_old_codes, DB_WITH(DB_INT64("before_s", code->created_s - KEPT_S)), NULL));
    TRY(db_exec(tx, &sql_delete_code_of_session, DB_WITH(DB_BYTES("binding", making->session->binding)), NULL));
    TRY(db_row(tx, making->arena, &sql_insert_code,
               DB_WITH(DB_TEXT("uid", code->uid), DB_BYTES("binding", making->session->binding),
                       DB_BYTES("code_tag", making->tag), DB_TEXT("purpose", signing_purpose_name(code->asked.purpose)),
                       DB_TEXT("subject", code->asked.subject), DB_TEXT("page", code->asked.page),
                       DB_TEXT("address", code->address), DB_BYTES("sealed_content", making->sealed),
                       DB_INT64("now_s", code->created_s), DB_INT64("expires_s", code->expires_s)),
               &row));
    making->id = db_int64(row, 0, "id");
    return audit_record(tx, &making->session->actor, "make_signing_code", "signing_code", making->id,
                        signing_purpose_name(code->asked.purpose));
}

static const char *random_code(struct arena *arena)
{
    char *code = arena_alloc(arena, SIGNING_CODE_DIGITS + 1);

    for (size_t i = 0; i < SIGNING_CODE_DIGITS; i++) code[i] = (char)('1' + random_below(9));
    return code;
}

enum err make_signing_code(const struct signing_session *session, struct arena *arena,
                           const struct signing_asked *asked, struct signing_code *ret_code)
{
    struct signing_code code = {
        .state = SIGNING_WAITING, .asked = *asked, .address = session->actor.address, .created_s = clock_now_s()};
    struct making making = {.arena = arena, .session = session, .code = &code};
    uint32_t first = random_below(SIGNING_WORD_COUNT), step = 1 + random_below(SIGNING_WORD_COUNT - 1);
    enum err error = ERR_EXISTS;

    code.expires_s = code.created_s + SIGNING_CODE_S;
    code.words[0] = signing_words[first];
    code.words[1] = signing_words[(first + step) % SIGNING_WORD_COUNT];
    for (int i = 0; i < TRIES && error == ERR_EXISTS; i++) {
        code.uid = random_hex(arena, 16);
        code.code = random_code(arena);
        making.tag = code_tag(arena, session->key, code.code);
        making.sealed = seal_content(arena, session->key, &code);
        error = db_run(session->db, insert, &making);
    }
    if (error != ERR_NONE) return error;
    code.id = making.id;
    *ret_code = code;
    return ERR_NONE;
}
