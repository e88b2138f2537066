/* The card is right: produced, and its holder is told what to do (spec 06). */
#include "production/store.h"

struct finishing {
    const struct actor *actor;
    const struct application *application;
    const struct card_attempt *attempt;
    const struct message_ready *message;
};

static enum err finish(struct db_tx *tx, void *context)
{
    const struct finishing *card = context;
    TRY(move_attempt(tx, card->attempt->id, CARD_ISSUED, CARD_WRITTEN, ""));
    TRY(note_written(tx, card->application->id, card->attempt->attempt));
    TRY(mark_produced(tx, card->actor, card->application->id));
    TRY(message_queue(tx, card->message));
    return audit_record(tx, card->actor, "finish_card", "application", card->application->id,
                        card->attempt->card_serial);
}

enum err finish_card(struct db *db, struct arena *arena, const struct actor *actor,
                     const struct application *application, const struct card_attempt *attempt,
                     const struct certificate_record *certificate)
{
    struct finishing card = {.actor = actor, .application = application, .attempt = attempt};
    const struct contact contact = {application->form.email, application->form.mobile, application->form.channel,
                                    language_from_code(application->form.language)};
    struct message_to to = person_recipient(&application->person, &contact);
    const char *key = arena_printf(arena, "application:%s:%lld", application->uid, (long long)attempt->attempt);
    const char *end = time_to_date_time(arena, certificate->not_after_s);
    if (certificate->not_before_s > clock_now_s()) /* the second after the end of the one that runs until then */
        TRY(message_prepare(arena, &to, MESSAGE_PRODUCED_RENEWAL, key, NULL, &card.message, "barcode",
                            application->barcode, "present", time_to_date_time(arena, certificate->not_before_s - 1),
                            "end", end, NULL));
    else
        TRY(message_prepare(arena, &to, MESSAGE_PRODUCED, key, NULL, &card.message, "barcode", application->barcode,
                            "next", next_step_text(arena, to.language, STATE_PRODUCED, application->way), "end", end,
                            NULL));
    return db_run(db, finish, &card);
}
