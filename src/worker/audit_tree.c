/* The audit tree's head, signed each hour (docs/trust.md, The audit tree). */
#include "audit/audit.h"
#include "base/clock.h"
#include "worker/signing.h"

#define HEAD_EVERY_S ((int64_t)3600)
#define HEAD_AGAIN_S ((int64_t)60) /* while there is nothing to sign yet */

/* What the signer signed and this database does not have yet (a worker that died in between): kept before going on. */
static enum err find_known(const struct signing *signing, struct arena *arena, struct tree_head *ret_known)
{
    struct signer_statement statement;
    struct tree_head known = {0};
    TRY(signer_newest_tree(signing->signer, arena, &known.size, &statement));
    known.text = statement.text;
    known.signature = statement.signature;
    if (known.size > 0) TRY(store_head(signing->db, NULL, &known, 0));
    *ret_known = known;
    return ERR_NONE;
}

enum err sign_audit_head(const struct signing *signing, struct arena *arena, const struct job *job)
{
    struct tree_head known, head = {0};
    struct tree_growth growth;
    struct signer_statement statement;
    TRY(grow_tree(signing->db, NULL, true));
    TRY(find_known(signing, arena, &known));
    TRY(find_growth(signing->db, arena, known.size, 0, &growth));
    if (growth.size == 0) return store_head(signing->db, job, &head, clock_now_s() + HEAD_AGAIN_S);
    TRY(signer_tree_head(signing->signer, arena, growth.size, growth.root, growth.proof, &statement));
    head = (struct tree_head){growth.size, statement.text, statement.signature};
    return store_head(signing->db, job, &head, clock_now_s() + HEAD_EVERY_S);
}
