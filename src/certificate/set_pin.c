/*
 * Pin Oluşturma / Kilit Çözme (spec 02): a code by SMS, the card's PUK for the holder's program, and what is told after.
 * Code and PUK pass through here sealed: the program and the keeper alone can read them.
 */
#include "certificate/certificate.h"
#include "certificate_sql.h"

struct entry {
    const struct actor *actor;
    const struct certificate_record *certificate;
    const struct message_ready *message; /* NULL: none */
    const char *event;
    int64_t pin_set_s; /* 0: it was not set */
};

static enum err write_entry(struct db_tx *tx, void *context)
{
    const struct entry *entry = context;
    int64_t id = entry->certificate->id;
    if (entry->pin_set_s != 0)
        TRY(db_exec(tx, &sql_update_pin_set, DB_WITH(DB_INT64("pin_set_s", entry->pin_set_s), DB_INT64("id", id)),
                    NULL));
    if (entry->message != NULL) TRY(message_queue(tx, entry->message));
    return audit_record(tx, entry->actor, entry->event, "certificate", id, "");
}

static enum err check_alive(const struct certificate_record *certificate)
{
    if (certificate->status == CERTIFICATE_REVOKED || certificate->status == CERTIFICATE_EXPIRED)
        return err_set(ERR_STATE, "the certificate is revoked or has ended");
    if (certificate->written_s == 0) return err_set(ERR_STATE, "certificate is not on its card yet");
    return ERR_NONE;
}

enum err send_pin_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct person *person, const struct certificate_record *certificate,
                       int64_t *ret_valid_until_s, int64_t *ret_wait_s)
{
    struct keeper_code_request request = {.purpose = KEEPER_CODE_PIN, .number = person->contact.mobile};
    struct entry entry = {.actor = actor, .certificate = certificate, .event = "send_pin_code"};
    const char *code_id;
    TRY(check_alive(certificate));
    TRY(read_certificate(db, arena, person, certificate->serial, &request.document));
    TRY(keeper_code_make(keeper, arena, &request, &code_id, ret_valid_until_s, ret_wait_s));
    struct message_to to = person_recipient(person, &person->contact);
    to.channels = MESSAGE_SMS; /* spec 01: codes always go by SMS */
    TRY(message_prepare(arena, &to, MESSAGE_PIN_CODE, code_id, code_id, &entry.message, NULL));
    return db_run(db, write_entry, &entry);
}

enum err release_card_puk(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          const struct person *person, const struct certificate_record *certificate,
                          struct bytes request, struct bytes *ret_sealed)
{
    struct entry entry = {.actor = actor, .certificate = certificate, .event = "refuse_puk"};
    struct bytes der, sealed;
    TRY(check_alive(certificate));
    TRY(read_certificate(db, arena, person, certificate->serial, &der));
    enum err error = keeper_puk_release(keeper, arena, der, request, &sealed);
    if (err_class(error) == ERR_CLASS_BROKEN || error == ERR_UNAVAILABLE) return error;
    const char *why = arena_text(arena, err_detail());
    if (error == ERR_NONE) entry.event = "release_puk";
    TRY(db_run(db, write_entry, &entry));
    if (error != ERR_NONE) return err_set(error, "%s", why);
    *ret_sealed = sealed;
    return ERR_NONE;
}

enum err note_pin_set(struct db *db, struct arena *arena, const struct actor *actor, const struct person *person,
                      const struct certificate_record *certificate)
{
    struct entry entry = {.actor = actor, .certificate = certificate, .event = "set_pin", .pin_set_s = clock_now_s()};
    struct message_to to = person_recipient(person, &person->contact);
    to.channels = MESSAGE_SMS | MESSAGE_EMAIL; /* spec 01: security notices go to every known contact */
    const char *key = arena_printf(arena, "certificate:%s:%lld", certificate->serial, (long long)entry.pin_set_s);
    TRY(message_prepare(arena, &to, MESSAGE_PIN_SET, key, NULL, &entry.message, "card", certificate->card_serial,
                        "time", time_to_date_time(arena, entry.pin_set_s), NULL));
    return db_run(db, write_entry, &entry);
}
