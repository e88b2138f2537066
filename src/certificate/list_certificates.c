/* What a holder sees: Sertifika Listele (spec 03), each certificate through its owner. */
#include "certificate/certificate.h"
#include "certificate_sql.h"

#include <string.h>

static enum certificate_status status_of(const char *name, int64_t not_after_s)
{
    if (strcmp(name, "revoked") == 0) return CERTIFICATE_REVOKED;
    if (clock_now_s() > not_after_s) return CERTIFICATE_EXPIRED;
    return strcmp(name, "active") == 0 ? CERTIFICATE_ACTIVE : CERTIFICATE_SUSPENDED;
}

static struct certificate_record record_of(const struct db_rows *rows, size_t row)
{
    struct certificate_record record = {
        .id = db_int64(rows, row, "id"),
        .uid = db_text(rows, row, "uid"),
        .application_id = db_int64(rows, row, "application_id"),
        .attempt = db_int64(rows, row, "attempt"),
        .person_id = db_int64(rows, row, "person_id"),
        .serial = db_text(rows, row, "serial"),
        .card_serial = db_text(rows, row, "card_serial"),
        .not_before_s = db_int64(rows, row, "not_before_s"),
        .not_after_s = db_int64(rows, row, "not_after_s"),
        .written_s = db_int64(rows, row, "written_s"),
        .pin_set_s = db_int64(rows, row, "pin_set_s"),
        .application_digest = db_bytes(rows, row, "application_digest"),
        .revocation_reason = db_int64(rows, row, "reason"),
        .since_s = db_int64(rows, row, "since_s"),
        .is_changing = db_int64(rows, row, "changes") > 0,
    };
    const char *refused = db_text(rows, row, "refused");
    if (refused != NULL && *refused != '\0') record.refused = refused;
    record.status = status_of(db_text(rows, row, "status"), record.not_after_s);
    if (record.status == CERTIFICATE_EXPIRED) record.since_s = record.not_after_s;
    return record;
}

struct question {
    struct arena *arena;
    int64_t person_id;
    const char *serial; /* or the name of a CA certificate */
    const struct db_rows *rows;
};

static enum err read_list(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, &sql_list_certificates_of_person,
                   DB_WITH(DB_INT64("person_id", question->person_id)), &question->rows);
}

enum err list_certificates(struct db *db, struct arena *arena, int64_t person_id,
                           const struct certificate_record **ret_certificates, size_t *ret_count)
{
    struct question question = {.arena = arena, .person_id = person_id};
    TRY(db_read(db, read_list, &question));
    size_t count = db_count(question.rows);
    struct certificate_record *records = NEW_ARRAY(arena, struct certificate_record, count);
    for (size_t i = 0; i < count; i++) records[i] = record_of(question.rows, i);
    *ret_certificates = records;
    *ret_count = count;
    return ERR_NONE;
}

static enum err read_one(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_row(tx, question->arena, &sql_find_certificate_by_serial, DB_WITH(DB_TEXT("serial", question->serial)),
                  &question->rows);
}

enum err find_certificate_by_serial(struct db *db, struct arena *arena, const char *serial,
                                    struct certificate_record *ret_certificate)
{
    struct question question = {.arena = arena, .serial = serial};
    TRY(db_read(db, read_one, &question));
    *ret_certificate = record_of(question.rows, 0);
    return ERR_NONE;
}

enum err find_certificate(struct db *db, struct arena *arena, int64_t person_id, const char *serial,
                          struct certificate_record *ret_certificate)
{
    struct certificate_record record;
    TRY(find_certificate_by_serial(db, arena, serial, &record));
    if (record.person_id != person_id) return err_set(ERR_NOT_FOUND, "no such certificate of this person");
    *ret_certificate = record;
    return ERR_NONE;
}

static enum err read_sealed(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_row(tx, question->arena, &sql_read_certificate,
                  DB_WITH(DB_TEXT("serial", question->serial), DB_INT64("person_id", question->person_id)),
                  &question->rows);
}

enum err read_certificate(struct db *db, struct arena *arena, const struct person *person, const char *serial,
                          struct bytes *ret_der)
{
    struct question question = {.arena = arena, .serial = serial, .person_id = person->id};
    TRY(db_read(db, read_sealed, &question));
    return person_unseal(arena, person, "certificate.sealed_der", db_text(question.rows, 0, "uid"),
                         db_bytes(question.rows, 0, "sealed_der"), ret_der);
}

static enum err read_ca(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_row(tx, question->arena, &sql_find_ca_certificate, DB_WITH(DB_TEXT("name", question->serial)),
                  &question->rows);
}

enum err find_ca_certificate(struct db *db, struct arena *arena, const char *name, struct bytes *ret_der)
{
    struct question question = {.arena = arena, .serial = name};
    TRY(db_read(db, read_ca, &question));
    *ret_der = db_bytes(question.rows, 0, "der");
    return ERR_NONE;
}
