/* Purpose: rows of applications, private to the room: sealed form, steps, the one way to move an application. */
#ifndef DIVIT_APPLICATION_STORE_H
#define DIVIT_APPLICATION_STORE_H

#include "application/application.h"
#include "message/message.h"

#define FORM_COLUMN "application.sealed_form"
#define RETURN_COLUMN "application.sealed_return"
#define STATEMENT_COLUMN "application.sealed_statement"
#define SIGNATURE_COLUMN "decision.signature"

struct bytes form_write(struct arena *arena, const struct application_form *form); /* JSON */
enum err form_parse(struct arena *arena, struct bytes json, struct application_form *ret_form) MUST_CHECK;
const struct application_form *form_empty_values(void); /* all members "" */

enum application_way application_way_from_name(const char *name); /* NULL: WAY_NONE */

/* Moves it, if it still is in `from` and the table allows: row, step and audit record. ERR_STATE otherwise. */
enum err move_application(struct db_tx *tx, const struct actor *actor, int64_t application_id,
                          enum application_state from, enum application_state to, const char *event,
                          const char *detail) MUST_CHECK;
enum err add_step(struct db_tx *tx, const struct actor *actor, int64_t application_id, enum application_state from,
                  enum application_state to) MUST_CHECK;
/* An update of exactly the row that was looked at; ERR_STATE when somebody else changed it. */
enum err update_one(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values) MUST_CHECK;

/* save_draft.c: `event`: for the trail */
enum err save_draft_as(struct db *db, struct arena *arena, const struct actor *actor,
                       const struct application *application, const struct application_form *form,
                       const char *security_word, const char *event) MUST_CHECK;

/* Where messages of this application go. `always`: channels that do not depend on the person's choice. */
struct message_to application_contact(const struct application *application, unsigned always);
enum language application_language(const struct application *application);

/* return_application.c: what typing the SMS code said yes to: the number, and what may become of which certificate */
const char *confirmed_by_code(struct arena *arena, const struct application_form *form);
/* into the members return_… */
enum err read_return(struct arena *arena, struct bytes text, struct application *application) MUST_CHECK;

/* withdraw_application.c: that it is withdrawn; leaves ret_message as it is where nobody is to be told. */
enum err prepare_withdrawn(struct arena *arena, const struct application *application,
                           const struct message_ready **ret_message) MUST_CHECK;

/* choose_wet_way.c: print, sign, bring it to the officer. */
enum err prepare_form_awaited(struct db *db, struct arena *arena, const struct application *application,
                              const struct message_ready **ret_message) MUST_CHECK;

/* reason_effects.c: on the certificate that the application concerns, in the transaction of its step; else nothing. */
enum err suspend_concerned(struct db_tx *tx, const struct application *application) MUST_CHECK; /* taken in */
enum err revoke_concerned(struct db_tx *tx, const struct application *application) MUST_CHECK; /* approved */
enum err revoke_renewal_of_concerned(struct db_tx *tx, int64_t application_id) MUST_CHECK; /* produced */
enum err revoke_former_name_in_time(struct db_tx *tx, int64_t application_id) MUST_CHECK; /* produced */
enum err revoke_former_name_now(struct db_tx *tx, int64_t application_id) MUST_CHECK; /* activated */

/* A signature is asked for at once; a text that lies around is no standing permission. */
#define DECISION_VALID_S (7 * DAY_S)
/* Signed decisions over the application as it stands, whose time is not over. */
enum err read_decisions_given(struct db_tx *tx, struct arena *arena, int64_t application_id,
                              struct evidence_given *given) MUST_CHECK;
/* What else is kept over it, and the lines of rules for its door and way. The application is opened. */
enum err find_evidence_given(struct db *db, struct arena *arena, const struct application *application,
                             struct evidence_given *ret_given) MUST_CHECK;
struct registry;
enum err find_application_rules(struct db *db, struct arena *arena, const struct registry *registry,
                                const struct application *application, const struct registry_rule **ret_rules,
                                size_t *ret_count) MUST_CHECK;

/* evidence.c: what shows that the applicant's certificate was good, beside the signature. */
void seal_validation_data(struct arena *arena, const struct application *application, struct bytes validation,
                          struct sealed_evidence *evidence);

/* decision_key.c: whose signature is it? `officer` is opened. Errors of accept_decision_…(). */
enum err check_decision_card(struct arena *arena, const struct registry *registry, const struct person *officer,
                             const struct decision *decision, struct bytes signature) MUST_CHECK;
enum err check_decision_passkey(struct arena *arena, const struct registry *registry, const struct person *officer,
                                const struct decision *decision, const char *origin,
                                const struct passkey_assertion *assertion) MUST_CHECK;

/* ERR_FORBIDDEN unless the application is of the account's institution or below and is not the officer's own. */
enum err check_officer(struct db_tx *tx, struct arena *arena, const struct staff_account *account,
                       int64_t application_institution_id, int64_t application_person_id) MUST_CHECK;

#endif
