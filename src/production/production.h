/*
 * Purpose: cards are made (spec 06, Production): the key on the card, the request, the certificate written and read
 * back. A station works through approved applications; a crash at any moment leaves no second certificate: what was
 * begun is gone on with.
 */
#ifndef DIVIT_PRODUCTION_PRODUCTION_H
#define DIVIT_PRODUCTION_PRODUCTION_H

#include "application/application.h"
#include "certificate/certificate.h"
#include "pki/signature.h"

#define PRODUCTION_JOB_ISSUE "certificate_issue" /* key and payload: the attempt's row id */

enum card_state { CARD_REQUESTED, CARD_REFUSED, CARD_ISSUED, CARD_WRITTEN, CARD_FAILED };
struct card_attempt {
    int64_t id;
    int64_t application_id;
    int64_t attempt; /* from 1 */
    const char *card_serial;
    struct bytes request; /* PKCS#10 */
    enum card_state state;
    const char *why; /* of refused and failed */
};

/* An application's newest attempt; ERR_NOT_FOUND before the first. */
enum err find_card_attempt(struct db *db, struct arena *arena, int64_t application_id,
                           struct card_attempt *ret_attempt) MUST_CHECK;
enum err find_card_attempt_by_id(struct db *db, struct arena *arena, int64_t id,
                                 struct card_attempt *ret_attempt) MUST_CHECK;
/* Approved → in production, with the card's request, the station's word and the job that asks the signer. */
enum err begin_card(struct db *db, struct arena *arena, const struct actor *actor, int64_t application_id,
                    int64_t attempt, const char *card_serial, struct bytes request,
                    const struct sealed_evidence *word) MUST_CHECK;
/* What the worker got from the signer, in its transaction. */
enum err note_card_issued(struct db_tx *tx, const struct card_attempt *attempt) MUST_CHECK;
/* Its owner has locked: nothing is lost, and the signer is asked again in ten minutes. */
enum err note_card_locked(struct db_tx *tx, const struct actor *actor, const struct card_attempt *attempt) MUST_CHECK;
/* For good, by the signer's rule `why`: the application goes back to its officer. */
enum err note_card_refused(struct db_tx *tx, const struct actor *actor, const struct card_attempt *attempt,
                           const char *why) MUST_CHECK;
/* The card holds its certificate, read back and tested: produced, and its holder is told. */
enum err finish_card(struct db *db, struct arena *arena, const struct actor *actor,
                     const struct application *application, const struct card_attempt *attempt,
                     const struct certificate_record *certificate) MUST_CHECK;
/* The signer did not answer for so long that the worker gave up: it is to ask once more. */
enum err ask_again_for_certificate(struct db *db, const struct card_attempt *attempt) MUST_CHECK;
/* To be produced: approved, or begun and not finished; oldest first. */
enum err list_to_produce(struct db *db, struct arena *arena, int64_t limit, const int64_t **ret_application_ids,
                         size_t *ret_count) MUST_CHECK;

/* -- card.c: a blank card at the station -- */
struct card_station {
    struct token_module *module;
    const char *folder; /* STATE/cards: each card's transport PIN and PUK, mode 0600, until the keeper takes the PUK */
    const char *name; /* "istasyon-1", as in the registry */
    struct memory_key *key; /* station_open_key() */
    struct bytes root; /* certificate, DER: whose keeper may have PUKs */
};
/* STATE/station/NAME.key, and NAME.pub (SubjectPublicKeyInfo) for the registry. */
enum err station_make_key(struct arena *arena, const char *folder, const char *name,
                          struct bytes *ret_public_key) MUST_CHECK;
enum err station_open_key(struct arena *arena, const char *folder, const char *name,
                          struct memory_key **ret_key) MUST_CHECK;
struct card {
    const char *label;
    const char *serial;
    struct bytes public_key; /* SubjectPublicKeyInfo of its key */
};
/* The card of this attempt: opened as it is, or a blank one made ready, with random PIN and PUK and a fresh key. */
enum err need_card(const struct card_station *station, struct arena *arena, const char *label,
                   struct card *ret_card) MUST_CHECK;
enum err card_request(const struct card_station *station, struct arena *arena, const struct card *card,
                      struct bytes application_digest, int64_t attempt, struct bytes *ret_request) MUST_CHECK;
/* Writes the certificate and the issuing CA's, reads them back, signs a test text with the key and verifies it. */
enum err card_write(const struct card_station *station, struct arena *arena, const struct card *card,
                    struct bytes certificate, struct bytes issuing_certificate) MUST_CHECK;

/*
 * Cards of refused attempts that lie at this station: their PINs are forgotten, so their keys sign no more; recorded.
 * Those of other stations are left to them.
 */
enum err set_aside_cards(struct db *db, const struct card_station *station, struct arena *arena,
                         const struct actor *actor, size_t *ret_count) MUST_CHECK;

/* -- produce_card.c: one step after the other, for the command and for a desk -- */
enum production_step {
    PRODUCTION_WAITS, /* for the worker and the signer: ask again */
    PRODUCTION_LOCKED, /* for the card's owner, who has locked */
    PRODUCTION_REFUSED, /* the signer said no for good: back with the officer; attempt->why names the rule */
    PRODUCTION_DONE, /* the card is ready */
};
struct production_result {
    enum production_step step;
    struct card_attempt attempt;
    const char *serial; /* of the certificate, when done */
};
/* Goes on with the card of this application as far as it can now; may be called again after anything happened. */
enum err produce_card(struct db *db, struct keeper *keeper, const struct card_station *station, struct arena *arena,
                      const struct actor *actor, int64_t application_id,
                      struct production_result *ret_result) MUST_CHECK;

#endif
