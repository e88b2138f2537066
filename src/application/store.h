/* Purpose: rows of applications, private to the room: sealed form, steps, the one way to move an application. */
#ifndef DIVIT_APPLICATION_STORE_H
#define DIVIT_APPLICATION_STORE_H

#include "application/application.h"
#include "message/message.h"

#define FORM_COLUMN "application.sealed_form"
#define STATEMENT_COLUMN "application.sealed_statement"
#define SIGNATURE_COLUMN "decision.signature"

struct bytes form_write(struct arena *arena, const struct application_form *form); /* JSON */
enum err form_parse(struct arena *arena, struct bytes json, struct application_form *ret_form) MUST_CHECK;
const struct application_form *form_empty_values(void); /* all members "" */

enum application_reason application_reason_from_name(const char *name);
enum application_way application_way_from_name(const char *name); /* NULL: WAY_NONE */

/* Moves it, if it still is in `from` and the table allows: row, step and audit record. ERR_STATE otherwise. */
enum err move_application(struct db_tx *tx, const struct actor *actor, int64_t application_id,
                          enum application_state from, enum application_state to, const char *event,
                          const char *detail) MUST_CHECK;
enum err add_step(struct db_tx *tx, const struct actor *actor, int64_t application_id, enum application_state from,
                  enum application_state to) MUST_CHECK;
/* An update of exactly the row that was looked at; ERR_STATE when somebody else changed it. */
enum err update_one(struct db_tx *tx, const struct db_sql *sql, const struct db_value *values) MUST_CHECK;

/* Where messages of this application go. `always`: channels that do not depend on the person's choice. */
struct message_to application_contact(const struct application *application, unsigned always);
enum language application_language(const struct application *application);

/* ERR_FORBIDDEN unless the application is of the account's institution or below and is not the officer's own. */
enum err check_officer(struct db_tx *tx, struct arena *arena, const struct staff_account *account,
                       int64_t application_institution_id, int64_t application_person_id) MUST_CHECK;

#endif
