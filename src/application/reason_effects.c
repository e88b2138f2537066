/*
 * What an application does to the certificate it concerns (spec 01, Reasons): one that is lost or faulty is suspended when
 * the application is taken in and revoked when it is approved; one of a former name is revoked when the new one is
 * activated, or 30 days after that one was made. Where a renewal of a lost or faulty one is made already, but is still to
 * start, the replacement takes its place, too. Asked for in the transaction of the step, done by the worker, which looks
 * at what the applicant confirmed: whoever can write rows makes no application say more than it does.
 */
#include "application/store.h"

#include "application_sql.h"
#include "db/job.h"
#include "pki/certificate.h"
#include "statement/owner_statement.h"

#include <string.h>

#define FORMER_NAME_S (30 * DAY_S)

/* One that is due later does not stand in the way of one that is due now. */
static enum err ask(struct db_tx *tx, const char *kind, int64_t application_id, int64_t due_s)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *key = arena_printf(arena, "%lld:%lld", (long long)application_id, (long long)due_s);
    return job_add(tx, kind, key, arena_printf(arena, "%lld", (long long)application_id), due_s);
}

enum err suspend_concerned(struct db_tx *tx, const struct application *application)
{
    return reason_gives_up(application->reason) ? ask(tx, CONCERNED_JOB_SUSPEND, application->id, 0) : ERR_NONE;
}

enum err revoke_concerned(struct db_tx *tx, const struct application *application)
{
    return reason_gives_up(application->reason) ? ask(tx, CONCERNED_JOB_REVOKE, application->id, 0) : ERR_NONE;
}

static enum err revoke_former_name(struct db_tx *tx, int64_t application_id, int64_t due_s)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *row;
    TRY(db_row(tx, arena, &sql_find_reason, DB_WITH(DB_INT64("id", application_id)), &row));
    bool is_of_name = application_reason_from_name(db_text(row, 0, "reason")) == REASON_NAME_CHANGE;
    return is_of_name ? ask(tx, CONCERNED_JOB_REVOKE, application_id, due_s) : ERR_NONE;
}

enum err revoke_former_name_in_time(struct db_tx *tx, int64_t application_id)
{
    return revoke_former_name(tx, application_id, clock_now_s() + FORMER_NAME_S);
}

enum err revoke_former_name_now(struct db_tx *tx, int64_t application_id)
{
    return revoke_former_name(tx, application_id, 0);
}

enum err revoke_renewal_of_concerned(struct db_tx *tx, int64_t application_id)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const struct db_rows *rows;
    TRY(db_rows(tx, arena, &sql_list_renewals_of_concerned, DB_WITH(DB_INT64("id", application_id)), &rows));
    return db_count(rows) > 0 ? ask(tx, CONCERNED_JOB_REVOKE_RENEWAL, application_id, 0) : ERR_NONE;
}

/* The keeper's word over the application as it stands, by a number known from before. */
static enum err find_owner_word(struct db *db, struct arena *arena, const struct application *application,
                                bool *ret_has_word)
{
    const struct evidence *kept;
    size_t count;
    *ret_has_word = false;
    TRY(list_evidence(db, arena, application, &kept, &count));
    for (size_t i = 0; i < count && !*ret_has_word; i++) {
        struct owner_statement owner;
        if (kept[i].kind != EVIDENCE_OWNER) continue;
        TRY(owner_statement_read(arena, kept[i].text, &owner));
        *ret_has_word = strcmp(owner.subject, hex_encode(arena, application->statement_digest)) == 0 &&
                        owner_statement_counts(&owner, NULL) == ERR_NONE;
    }
    return ERR_NONE;
}

/* The certificate itself, sealed for this person, names both serial and person: a row that says so is not enough. */
static enum err find_own(struct db *db, struct arena *arena, const struct application *application, const char *serial,
                         struct certificate_record *ret_certificate)
{
    const char *number = application->person.details.identity_number;
    struct certificate certificate;
    struct bytes der;
    enum err error = read_certificate(db, arena, &application->person, serial, &der);
    if (err_class(error) == ERR_CLASS_TEMPORARY) return error;
    if (error != ERR_NONE || certificate_parse(arena, der, &certificate) != ERR_NONE ||
        strcmp(certificate.serial, serial) != 0 || certificate.subject_serial_number == NULL ||
        strcmp(certificate.subject_serial_number, number) != 0)
        return err_set(ERR_FORBIDDEN, "certificate concerned is not this person's");
    TRY(find_certificate(db, arena, application->person_id, serial, ret_certificate));
    ret_certificate->not_before_s = certificate.not_before_s;
    ret_certificate->not_after_s = certificate.not_after_s;
    return ERR_NONE;
}

static enum err read_confirmed(struct arena *arena, const struct application *application,
                               struct application_statement *ret_statement)
{
    if (application->statement.size == 0) return err_set(ERR_FORBIDDEN, "application is not confirmed");
    TRY(application_statement_read(arena, application->statement, ret_statement));
    if (strcmp(ret_statement->application_uid, application->uid) != 0 ||
        strcmp(ret_statement->identity_number, application->person.details.identity_number) != 0 ||
        ret_statement->certificate == NULL)
        return err_set(ERR_FORBIDDEN, "application concerns no certificate of this person");
    return ERR_NONE;
}

enum err find_concerned_to_suspend(struct db *db, struct arena *arena, const struct application *application,
                                   struct concerned *ret_concerned)
{
    struct application_statement statement;
    bool has_word;
    TRY(read_confirmed(arena, application, &statement));
    ret_concerned->reason = application_reason_of(statement.reason);
    TRY(find_owner_word(db, arena, application, &has_word));
    if (!reason_suspends(ret_concerned->reason, application->state, has_word))
        return err_set(ERR_FORBIDDEN, "application warrants no suspension");
    return find_own(db, arena, application, statement.certificate, &ret_concerned->certificate);
}

enum err find_concerned_to_revoke(struct db *db, struct arena *arena, const struct application *application,
                                  struct concerned *ret_concerned)
{
    struct application_statement statement;
    TRY(read_confirmed(arena, application, &statement));
    ret_concerned->reason = application_reason_of(statement.reason);
    if (!reason_revokes(ret_concerned->reason, application->state))
        return err_set(ERR_FORBIDDEN, "application warrants no revocation");
    return find_own(db, arena, application, statement.certificate, &ret_concerned->certificate);
}

/* Its renewal starts in the second after its end: by the certificate itself, whatever its row says. */
static enum err is_renewal(struct db *db, struct arena *arena, const struct application *application,
                           const struct certificate_record *record, int64_t end_s, bool *ret_is_renewal)
{
    struct certificate_record own;
    *ret_is_renewal = false;
    if (record->written_s == 0 || record->application_id == application->id || record->status == CERTIFICATE_REVOKED)
        return ERR_NONE;
    TRY(find_own(db, arena, application, record->serial, &own));
    *ret_is_renewal = own.not_before_s == end_s + 1 && own.not_before_s > clock_now_s();
    return ERR_NONE;
}

enum err find_renewal_to_revoke(struct db *db, struct arena *arena, const struct application *application,
                                struct concerned *ret_concerned)
{
    struct application_statement statement;
    struct certificate_record present;
    const struct certificate_record *records;
    size_t count;
    TRY(read_confirmed(arena, application, &statement));
    if (!reason_revokes_renewal(application_reason_of(statement.reason), application->state))
        return err_set(ERR_FORBIDDEN, "application warrants no revocation of a renewal");
    TRY(find_own(db, arena, application, statement.certificate, &present));
    TRY(list_certificates(db, arena, application->person_id, &records, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_its;
        TRY(is_renewal(db, arena, application, &records[i], present.not_after_s, &is_its));
        if (!is_its) continue;
        *ret_concerned = (struct concerned){REASON_RENEWAL, records[i]}; /* superseded, its own card is not lost */
        return ERR_NONE;
    }
    return err_set(ERR_NOT_FOUND, "no renewal is still to start");
}
