/*
 * One application's card, from blank to finished (spec 06, Production). What was done is in the database and on the
 * card, so the same call goes on after a crash where it stopped: a card that has its key asks with that key again. Whom
 * the signer refused for good is approved anew before the next attempt, which takes another card.
 */
#include "production/station.h"
#include "statement/production_statement.h"

#include <string.h>

struct making {
    struct db *db;
    struct keeper *keeper;
    const struct card_station *station;
    struct arena *arena;
    const struct actor *actor;
    const struct application *application;
    struct card card;
};

static enum err begin(struct making *making, int64_t attempt)
{
    const struct application *application = making->application;
    struct bytes request;
    struct station_word word;
    TRY(card_request(making->station, making->arena, &making->card, application->statement_digest, attempt, &request));
    TRY(station_speak(making->station, making->keeper, making->arena, application, &making->card, attempt, &word));
    struct sealed_evidence sealed =
        seal_evidence(making->arena, application, EVIDENCE_PRODUCTION, attempt, word.text, word.signature);
    return begin_card(making->db, making->arena, making->actor, application->id, attempt, making->card.serial, request,
                      &sealed);
}

static enum err find_issued(struct making *making, const struct card_attempt *attempt,
                            struct certificate_record *ret_certificate)
{
    const struct certificate_record *certificates;
    size_t count;
    TRY(list_certificates(making->db, making->arena, making->application->person_id, &certificates, &count));
    for (size_t i = 0; i < count; i++) {
        if (certificates[i].application_id != attempt->application_id || certificates[i].attempt != attempt->attempt)
            continue;
        *ret_certificate = certificates[i];
        return ERR_NONE;
    }
    return err_set(ERR_BROKEN, "a card attempt was issued without a certificate");
}

static enum err write_card(struct making *making, const struct certificate_record *certificate)
{
    struct bytes der, issuing_der;
    TRY(read_certificate(making->db, making->arena, &making->application->person, certificate->serial, &der));
    TRY(find_ca_certificate(making->db, making->arena, CERTIFICATE_ISSUER, &issuing_der));
    return card_write(making->station, making->arena, &making->card, der, issuing_der);
}

static enum err go_on(struct making *making, struct production_result *result)
{
    const struct card_attempt *attempt = &result->attempt;
    if (attempt->state == CARD_REQUESTED) {
        if (making->application->locked_s != 0) result->step = PRODUCTION_LOCKED;
        return ERR_NONE;
    }
    struct certificate_record certificate;
    TRY(find_issued(making, attempt, &certificate));
    if (attempt->state == CARD_ISSUED) {
        TRY(write_card(making, &certificate));
        TRY(finish_card(making->db, making->arena, making->actor, making->application, attempt, &certificate));
    }
    result->step = PRODUCTION_DONE;
    result->serial = certificate.serial;
    return ERR_NONE;
}

/* The card of this attempt, a blank one made ready if need be. */
static enum err take_card(struct making *making, int64_t attempt)
{
    const char *label = arena_printf(making->arena, "kart-%s-%lld", making->application->barcode, (long long)attempt);
    return need_card(making->station, making->arena, label, &making->card);
}

/* Approved anew after a refusal: another card, another key. */
static enum err begin_next(struct making *making, int64_t attempt, struct card_attempt *ret_attempt)
{
    if (attempt > PRODUCTION_ATTEMPTS_MAX)
        return err_set(ERR_STATE,
                       "three cards were refused: this application gets no fourth; its officer rejects it, and the "
                       "person applies anew");
    TRY(take_card(making, attempt));
    TRY(begin(making, attempt));
    return find_card_attempt(making->db, making->arena, making->application->id, ret_attempt);
}

static enum err continue_card(struct making *making, struct production_result *result)
{
    if (strcmp(result->attempt.card_serial, making->card.serial) != 0)
        return err_set(ERR_STATE, "this card was begun at another station: %s", result->attempt.card_serial);
    TRY(card_forget_puk(making->station, making->arena,
                        &making->card)); /* the keeper has it: begin() came to its end */
    TRY(go_on(making, result));
    return result->step == PRODUCTION_DONE ? card_forget_pin(making->station, making->arena, &making->card) : ERR_NONE;
}

static enum err produce(struct making *making, struct production_result *ret_result)
{
    const struct application *application = making->application;
    struct production_result result = {.step = PRODUCTION_WAITS};
    struct card_attempt *attempt = &result.attempt;
    enum err error = find_card_attempt(making->db, making->arena, application->id, attempt);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    bool is_first = error == ERR_NOT_FOUND;
    bool is_refused = !is_first && (attempt->state == CARD_REFUSED || attempt->state == CARD_FAILED);
    if (is_first) TRY(begin_next(making, 1, attempt));
    else if (is_refused && application->state == STATE_APPROVED) TRY(begin_next(making, attempt->attempt + 1, attempt));
    else if (!is_refused) TRY(take_card(making, attempt->attempt));
    else result.step = PRODUCTION_REFUSED;
    if (result.step != PRODUCTION_REFUSED) TRY(continue_card(making, &result));
    *ret_result = result;
    return ERR_NONE;
}

enum err produce_card(struct db *db, struct keeper *keeper, const struct card_station *station, struct arena *arena,
                      const struct actor *actor, int64_t application_id, struct production_result *ret_result)
{
    CLEANUP_APPLICATION struct application application = {0};
    TRY(open_application(db, keeper, arena, application_id, &application));
    struct making making = {db, keeper, station, arena, actor, &application, {0}};
    return produce(&making, ret_result);
}
