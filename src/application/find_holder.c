/* What a person has and had from this provider: on it depends why they may apply (spec 01, Reasons). */
#include "application/store.h"

#include "application_sql.h"
#include "base/turkish.h"
#include "pki/certificate.h"

#include <string.h>

struct question {
    struct arena *arena;
    int64_t person_id;
    const struct db_rows *rows;
};

static enum err read_replaced(struct db_tx *tx, void *context)
{
    struct question *question = context;
    return db_rows(tx, question->arena, &sql_list_replaced, DB_WITH(DB_INT64("person_id", question->person_id)),
                   &question->rows);
}

static bool is_replaced(const struct db_rows *rows, const char *serial)
{
    for (size_t i = 0; i < db_count(rows); i++) {
        if (strcmp(db_text(rows, i, "certificate"), serial) == 0) return true;
    }
    return false;
}

/* The register's name, which log-in has compared, against that of the certificate. */
static enum err find_other_name(struct db *db, struct arena *arena, const struct person *person, const char *serial,
                                bool *ret_has_other_name)
{
    struct certificate certificate;
    struct bytes der;
    TRY(read_certificate(db, arena, person, serial, &der));
    TRY(certificate_parse(arena, der, &certificate));
    const char *name = certificate.subject_common_name != NULL ? certificate.subject_common_name : "";
    size_t length = strlen(name), mark = strlen(COMMON_NAME_DEMO);
    if (length > mark && strcmp(name + length - mark, COMMON_NAME_DEMO) == 0)
        name = arena_text_n(arena, name, length - mark);
    const char *known = arena_printf(arena, "%s %s", person->details.given_names, person->details.surname);
    *ret_has_other_name = !turkish_same_name(name, known);
    return ERR_NONE;
}

enum err find_holder(struct db *db, struct arena *arena, const struct person *person, int64_t renewal_days,
                     struct holder *ret_holder)
{
    struct question question = {.arena = arena, .person_id = person->id};
    const struct certificate_record *records;
    size_t count;
    TRY(db_read(db, read_replaced, &question));
    TRY(list_certificates(db, arena, person->id, &records, &count));
    struct held_certificate *certificates = NEW_ARRAY(arena, struct held_certificate, count + 1);
    struct holder holder = {certificates, 0, clock_now_s(), renewal_days * DAY_S};
    for (size_t i = 0; i < count; i++) {
        const struct certificate_record *record = &records[i];
        if (record->written_s == 0) continue; /* never on a card: nobody has it */
        struct held_certificate *certificate = &certificates[holder.count++];
        *certificate = (struct held_certificate){
            .serial = record->serial,
            .not_before_s = record->not_before_s,
            .not_after_s = record->not_after_s,
            .status = record->status,
            .revocation_reason = record->revocation_reason,
            .is_replaced = is_replaced(question.rows, record->serial),
        };
        TRY(find_other_name(db, arena, person, record->serial, &certificate->has_other_name));
    }
    *ret_holder = holder;
    return ERR_NONE;
}
