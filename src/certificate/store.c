/* Rows of certificates and of the lists of revoked ones; each in the caller's transaction. */
#include "certificate/certificate.h"
#include "certificate_sql.h"

struct bytes seal_certificate(struct arena *arena, const struct person *person, const char *uid, struct bytes der)
{
    return person_seal(arena, person, "certificate.sealed_der", uid, der);
}

enum err store_certificate(struct db_tx *tx, const struct actor *actor, const struct certificate_new *certificate)
{
    int64_t now_s = clock_now_s();
    TRY(db_exec(tx, &sql_insert_certificate,
                DB_WITH(DB_TEXT("uid", certificate->uid), DB_INT64("application_id", certificate->application_id),
                        DB_INT64("attempt", certificate->attempt), DB_INT64("person_id", certificate->person_id),
                        DB_TEXT("serial", certificate->serial), DB_INT64("not_before_s", certificate->not_before_s),
                        DB_INT64("not_after_s", certificate->not_after_s),
                        DB_TEXT("card_serial", certificate->card_serial),
                        DB_BYTES("sealed_der", certificate->sealed_der),
                        DB_BYTES("application_digest", certificate->application_digest), DB_INT64("created_s", now_s)),
                NULL));
    return audit_record(tx, actor, "store_certificate", "application", certificate->application_id,
                        certificate->serial);
}

enum err note_written(struct db_tx *tx, int64_t application_id, int64_t attempt)
{
    return db_exec(tx, &sql_update_written,
                   DB_WITH(DB_INT64("written_s", clock_now_s()), DB_INT64("application_id", application_id),
                           DB_INT64("attempt", attempt)),
                   NULL);
}

enum err store_crl(struct db_tx *tx, const char *issuer, int64_t number, int64_t this_update_s, int64_t next_update_s,
                   struct bytes der)
{
    return db_exec(tx, &sql_insert_crl,
                   DB_WITH(DB_TEXT("issuer", issuer), DB_INT64("number", number),
                           DB_INT64("this_update_s", this_update_s), DB_INT64("next_update_s", next_update_s),
                           DB_BYTES("der", der)),
                   NULL);
}
