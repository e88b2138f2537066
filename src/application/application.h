/*
 * Purpose: applications: form, states, acts from the first draft to the finished card (spec 01, 02 wet, 04).
 *
 * Each act is one transaction with its application_step row, audit record, messages and jobs. Sealing, hashing and the
 * keeper's answers come before it. Texts live in the arena they were asked into. Acts refuse (ERR_STATE) what the table
 * of states in rules.c does not allow.
 */
#ifndef DIVIT_APPLICATION_APPLICATION_H
#define DIVIT_APPLICATION_APPLICATION_H

#include "application/door.h"
#include "certificate/certificate.h"
#include "identity/identity.h"
#include "payment/payment.h"
#include "publication/publication.h"
#include "statement/application_statement.h"

/* -- states, reasons, ways: names as in the database -- */
#define APPLICATION_STATES(X)                                                                                          \
    X(STATE_DRAFT, "draft")                                                                                            \
    X(STATE_PHONE_PENDING, "phone_pending")                                                                            \
    X(STATE_METHOD_PENDING, "method_pending")                                                                          \
    X(STATE_FORM_AWAITED, "form_awaited")                                                                              \
    X(STATE_PAYMENT_PENDING, "payment_pending")                                                                        \
    X(STATE_OFFICER_PENDING, "officer_pending")                                                                        \
    X(STATE_REGISTRATION_PENDING, "registration_pending")                                                              \
    X(STATE_CONFIRMATION_PENDING, "confirmation_pending")                                                              \
    X(STATE_APPROVED, "approved")                                                                                      \
    X(STATE_IN_PRODUCTION, "in_production")                                                                            \
    X(STATE_PRODUCED, "produced")                                                                                      \
    X(STATE_SHIPPED, "shipped")                                                                                        \
    X(STATE_DELIVERED, "delivered")                                                                                    \
    X(STATE_COMPLETED, "completed")                                                                                    \
    X(STATE_RETURNED, "returned")                                                                                      \
    X(STATE_REJECTED, "rejected")                                                                                      \
    X(STATE_WITHDRAWN, "withdrawn")                                                                                    \
    X(STATE_LAPSED, "lapsed")
#define APPLICATION_STATE_ENUM(name, text) name,
enum application_state { APPLICATION_STATES(APPLICATION_STATE_ENUM) APPLICATION_STATE_COUNT };
#undef APPLICATION_STATE_ENUM

enum application_way { WAY_WET, WAY_E_SIGNED, WAY_E_CONSENTED, APPLICATION_WAY_COUNT, WAY_NONE = -1 };

const char *application_state_name(enum application_state state); /* "form_awaited" */
enum err application_state_from_name(const char *name, enum application_state *ret_state) MUST_CHECK;
/* English (TR), for people: "Waiting for the form" */
const char *application_state_title(enum application_state state);
const char *application_reason_name(enum application_reason reason); /* "first" */
enum application_reason application_reason_from_name(const char *name); /* REASON_FIRST for any other */
const char *application_reason_title(enum application_reason reason); /* English (TR) */
const char *application_way_name(enum application_way way); /* "wet"; NULL for WAY_NONE */
const char *application_way_title(enum application_way way); /* English (TR) */
/* What the form calls a chosen value: reader, VPN, operator, channel. English (TR); other values as they are. */
const char *form_choice_title(const char *value);
/* For the officer and the person: the staff register's name differs; why the last paper was refused (form_refusal_name). */
#define NOTE_NAME_DIFFERS "name_differs"
#define NOTE_OBJECTED "objected" /* of a rejected one: a contact known from before said no */
bool application_has_note(const char *note, const char *word);
bool application_may_follow(enum application_state from, enum application_state to);
bool application_is_open(enum application_state state); /* spec 01: one open application a person */
bool application_has_ended(enum application_state state); /* rejected, withdrawn, lapsed: no card will be made */
bool application_may_be_signed(enum application_state state); /* electronically, by the applicant */
#define BARCODE_DIGITS 15
bool barcode_is_valid(const char *text); /* 15 lower-case hexadecimal digits */
/* What a person or scanner typed: no spaces, lower case. */
const char *barcode_normalise(struct arena *arena, const char *text);

/* -- provinces and districts (generated from data/districts.csv) -- */
struct province {
    int number; /* plate code: 1 to 81, also the first two digits of its postal codes */
    const char *name;
    const char *const *districts; /* in Turkish order, ended by NULL */
};
extern const struct province provinces[]; /* 81, in Turkish order of names, ended by name NULL */
const struct province *province_find(const char *name); /* as written in the list; NULL */
const char *province_district(const struct province *province, const char *name); /* the list's spelling; NULL */

struct place {
    const struct province *province;
    const char *district; /* as in the list */
};
#define PLACES_MAX 20
/*
 * place_rules.c: districts found by what somebody types of them: the first letters of its words, of its province's too,
 * with Turkish letters or without ("kadikoy", "merkez bol"). The number found; the first PLACES_MAX in the list's order.
 */
size_t find_places(struct arena *arena, const char *typed, struct place ret_places[PLACES_MAX]);

/* -- texts that are accepted with an application -- */
/* Those that a statement (`application 1`) names, whatever is in force now. ERR_STATE: no statement, not confirmed. */
struct accepted_texts {
    struct legal_text notice, information, form, undertaking;
    const char *declaration; /* as it stands in the statement */
    const char *declaration_title;
};
enum err find_accepted_texts(struct db *db, struct arena *arena, struct bytes statement,
                             struct accepted_texts *ret_texts) MUST_CHECK;

/* -- the form (spec 01, 2): all members text, "" where empty; never NULL -- */
#define APPLICATION_FORM_FIELDS(X)                                                                                     \
    X(term) /* "1", "2", "3"; "": not asked, `end` says when it ends */                                                \
    X(reader) /* "mini", "none" */                                                                                     \
    X(vpn) /* "yes", "no" */                                                                                           \
    X(unit)                                                                                                            \
    X(title)                                                                                                           \
    X(family_district)                                                                                                 \
    X(family_centre)                                                                                                   \
    X(family_unit_code) /* NN.NN.NNN */                                                                                \
    X(address)                                                                                                         \
    X(province) /* as in the list */                                                                                   \
    X(district)                                                                                                        \
    X(postal_code)                                                                                                     \
    X(email)                                                                                                           \
    X(work_phone) /* ten digits once checked */                                                                        \
    X(extension)                                                                                                       \
    X(mobile) /* 5xxxxxxxxx once checked */                                                                            \
    X(mobile_operator) /* "turkcell", "vodafone", "turktelekom" */                                                     \
    X(home_phone)                                                                                                      \
    X(channel) /* "sms", "email", "both" */
#define APPLICATION_FORM_MEMBER(name) const char *name;
struct application_form {
    APPLICATION_FORM_FIELDS(APPLICATION_FORM_MEMBER)
    /* from log-in and the staff register; not editable */
    const char *given_names;
    const char *surname;
    const char *birth_place;
    const char *birth_date; /* yyyy-mm-dd */
    const char *staff_number;
    const char *is_family_physician; /* "yes", "no" */
    const char *language; /* "tr", "en": of the messages */
    const char *has_security_word; /* "yes" once one was set */
    const char *has_answers; /* "yes" once those of an earlier form were taken over */
    /* of the reason, form_set_reason() */
    const char *reason; /* application_reason_name(); "" until it was chosen */
    const char *certificate; /* serial of the one concerned; "": none */
    const char *start, *end; /* of the new one, form_time_s(); "": when it is made; by the term */
    const char *resume_hash; /* SHA-256, hexadecimal, of the token in the browser that wrote the form */
};
#undef APPLICATION_FORM_MEMBER

struct form_mistake {
    const char *field; /* member name, or "security_word", "security_word_again" */
    const char *message; /* English (TR) */
};
#define FORM_MISTAKES_MAX 32
/*
 * Every rule of the form (pure). Brings fields to their one spelling in ret_form (phones, province, AHB code).
 * security_word NULL: one was set before and is not changed. Returns the number of mistakes.
 */
size_t check_application_form(struct arena *arena, const struct door *door, const char *identity_number,
                              const struct application_form *form, const char *security_word,
                              const char *security_word_again, struct application_form *ret_form,
                              struct form_mistake ret_mistakes[FORM_MISTAKES_MAX]);
/* Where the person works and how to reach them, as another form of theirs says it; what that leaves out stays. */
void form_take_answers(struct application_form *form, const struct application_form *other);
const char *email_typo_hint(struct arena *arena, const char *email); /* "ayse@gmail.com" for gmial.com; NULL: none */

/* -- why somebody applies: reason_rules.c, pure -- */
struct held_certificate {
    const char *serial;
    int64_t not_before_s, not_after_s;
    enum certificate_status status;
    int64_t revocation_reason; /* RFC 5280 5.3.1, where it is revoked */
    bool is_replaced; /* an application over it came to a card */
    bool has_other_name; /* than the register has now */
};
struct holder { /* what a person has and had, newest first */
    const struct held_certificate *certificates;
    size_t count;
    int64_t now_s;
    int64_t renewal_s; /* from when before its end a certificate is renewed */
};
bool reason_is_offered(enum application_reason reason, const struct holder *holder);
bool reason_may_concern(enum application_reason reason, const struct holder *holder, size_t at);
struct reason_span {
    int64_t start_s; /* 0: when it is made */
    int64_t end_s; /* 0: by the term, which is asked then */
};
/* For a reason that concerns the certificate at this place. */
struct reason_span reason_span(enum application_reason reason, const struct holder *holder, size_t at);
/* Does an application in this state suspend, or revoke, what it concerns? `has_owner_act`: over it as it stands. */
bool reason_suspends(enum application_reason reason, enum application_state state, bool has_owner_act);
bool reason_revokes(enum application_reason reason, enum application_state state);
bool reason_revokes_renewal(enum application_reason reason, enum application_state state); /* one still to start */
/* Spec 01: an open renewal is withdrawn where its holder applies for a lost or faulty card. */
bool renewal_gives_way(enum application_reason reason, enum application_state state, const struct holder *holder);
/* `at` counts for a reason that concerns a certificate. A term that is asked and was not given starts at the door's. */
void form_set_reason(struct arena *arena, const struct door *door, enum application_reason reason,
                     const struct holder *holder, size_t at, struct application_form *form);
/* Was a reason chosen, and is it still offered with the same certificate and the same time? */
bool form_reason_holds(struct arena *arena, const struct door *door, const struct holder *holder,
                       const struct application_form *form);
int64_t form_time_s(const char *text); /* of `start` and `end`; 0: "" */
/* find_holder.c; the person is opened. Cards that were never finished do not count. */
enum err find_holder(struct db *db, struct arena *arena, const struct person *person, int64_t renewal_days,
                     struct holder *ret_holder) MUST_CHECK;

/* The worker's jobs on the certificate concerned; payload: the application's id. */
#define CONCERNED_JOB_SUSPEND "certificate_suspend"
#define CONCERNED_JOB_REVOKE "certificate_revoke"
#define CONCERNED_JOB_REVOKE_RENEWAL "certificate_revoke_renewal"

/* -- cost_rules.c, pure: what an application costs and to whom (spec 05); shown, not yet collected -- */
#define COST_LINES_MAX 3
struct cost {
    enum product lines[COST_LINES_MAX];
    size_t count;
    bool is_known; /* every line has a price */
    int64_t total_kurus;
    enum payer payer;
};
struct cost application_cost(const struct door *door, const struct application_form *form,
                             const struct price_list *prices);

/* -- an opened application -- */
struct application {
    int64_t id;
    const char *uid;
    int64_t person_id;
    int64_t door_id;
    int64_t institution_id;
    enum application_state state;
    enum application_reason reason;
    enum application_way way;
    int64_t revision;
    const char *barcode; /* NULL before confirmation */
    int64_t term_years;
    struct application_form form;
    const char *security_word_hash; /* NULL until set */
    struct bytes statement; /* `application 1`; no bytes before confirmation */
    struct bytes statement_digest; /* D */
    const char *note; /* words parted by spaces, see application_has_note() */
    const char *refusal; /* the signer's rule, see production_refusal(); "" */
    /* why the officer returned it, field names parted by spaces, confirmed_by_code() of then; "": it was not returned */
    const char *return_reason, *return_fields, *return_coded;
    unsigned contact_changes; /* enum contact_change, bits; of this revision, once its phone was confirmed */
    int64_t created_s, changed_s, confirmed_s, taken_in_s, approved_s; /* 0: not yet */
    int64_t locked_s; /* in production: since when it waits for its owner, who has locked; 0: it does not */
    struct person person;
};
/* Opens with the keeper; application_close() wipes the person's key. */
enum err open_application(struct db *db, struct keeper *keeper, struct arena *arena, int64_t application_id,
                          struct application *ret_application) MUST_CHECK;
void application_close(struct application *application);
#define CLEANUP_APPLICATION __attribute__((cleanup(application_close)))

/* -- the applicant's acts -- */
/* A code that is on its way. */
struct sent_code {
    const char *message; /* its key in the outbox, see find_sms_state() */
    int64_t valid_until_s;
};
/* The person's open application; ERR_NOT_FOUND when there is none. */
enum err find_running_application(struct db *db, struct arena *arena, int64_t person_id, int64_t *ret_application_id,
                                  enum application_state *ret_state) MUST_CHECK;
struct draft_request {
    const struct door *door;
    const struct person *person;
    const struct staff_member *member;
    enum language language;
    const char *resume_token; /* of the browser that writes the form */
    int64_t renewal_days;
    const struct application *renewal; /* NULL, or the open one that gives way to a lost or faulty card's replacement */
};
/*
 * A draft prefilled from the staff register (spec 01). ERR_STATE while the door is closed. ERR_EXISTS while another
 * application is open; a bare draft, which no SMS code ever confirmed, is withdrawn in its favour, so that nobody is
 * locked out by a closed browser.
 * Whoever has or had a certificate chooses the reason next; for others it is the first application.
 * With `renewal`: that one is withdrawn, and its answers go over; ERR_STATE where renewal_gives_way() says no.
 */
enum err open_draft(struct db *db, struct arena *arena, const struct actor *actor, const struct draft_request *request,
                    int64_t *ret_application_id) MUST_CHECK;
/* Is this the token of the browser that wrote the form (spec 01, 1: content only to that browser, or by a code)? */
bool application_is_resumed_by(struct arena *arena, const struct application *application, const char *resume_token);
/* A code to the number on the form, for a person who logged in elsewhere; and its check. Errors as for the phone's. */
enum err send_resume_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          const struct application *application, struct sent_code *ret_code,
                          int64_t *ret_wait_s) MUST_CHECK;
enum err resume_application(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                            const struct application *application, const char *code) MUST_CHECK;
/*
 * Answers given before (docs/decisions/0021-answers-after-the-code.md): what the person's last approved application says of
 * workplace and contact, for a draft that has not taken them over, after a code to the account's telephone.
 */
enum err has_earlier_answers(struct db *db, const struct application *draft, bool *ret_has_earlier) MUST_CHECK;
/* ERR_TOO_MANY as for the phone's; ERR_STATE: there are none. */
enum err send_answers_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                           const struct application *draft, struct sent_code *ret_code, int64_t *ret_wait_s) MUST_CHECK;
/* Into the draft. Errors of keeper_code_check(); ERR_STATE: there are none. */
enum err take_earlier_answers(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                              const struct application *draft, const char *code) MUST_CHECK;
/* Keeps what was typed, right or wrong; security_word NULL leaves the one that was set (it is hashed here). */
enum err save_draft(struct db *db, struct arena *arena, const struct actor *actor,
                    const struct application *application, const struct application_form *form,
                    const char *security_word) MUST_CHECK;
/*
 * Form Onayla: form and reason are checked once more (ERR_INVALID), it gets its barcode and its statement: draft →
 * phone_pending; → method_pending where it was returned and the number is the same: then as confirm_phone(). `server`:
 * public address, for the statement.
 */
enum err confirm_application(struct db *db, struct arena *arena, const struct actor *actor, const struct door *door,
                             const struct application *application, const char *server, const char *objection_page,
                             int64_t renewal_days) MUST_CHECK;
/* Back to the form: phone_pending, method_pending, form_awaited, returned → draft; the barcode is superseded, a new revision. */
enum err change_application(struct db *db, struct arena *arena, const struct actor *actor,
                            const struct application *application) MUST_CHECK;
/* ERR_TOO_MANY with the seconds to wait (60 s between two, five a day). */
enum err send_phone_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                         const struct application *application, struct sent_code *ret_code,
                         int64_t *ret_wait_s) MUST_CHECK;
/*
 * Errors of keeper_code_check(); phone_pending → method_pending. Where the form's contact data differ from those known
 * before, those are told, with a code of objection for `objection_page`, as people type it ("divit.example/itiraz").
 */
enum err confirm_phone(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct application *application, const char *code, const char *objection_page) MUST_CHECK;
/* To whom the signed original goes, and where: what page, paper and SMS say alike (spec 02, Wet signature). */
struct form_desk {
    const char *officer; /* name; NULL: there is none, the institution is the applicant's own */
    struct institution institution; /* the officer's */
};
enum err find_form_desk(struct db *db, struct arena *arena, const struct application *application,
                        struct form_desk *ret_desk) MUST_CHECK;
/*
 * method_pending → form_awaited, and the message that names the officer; → confirmation_pending while
 * needs_owner_confirmation().
 */
enum err choose_wet_way(struct db *db, struct arena *arena, const struct actor *actor,
                        const struct application *application) MUST_CHECK;
/* The numbers over which the owner can confirm, known from before; may be none. At most KNOWN_CONTACTS_MAX. */
enum err list_owner_numbers(struct db *db, struct arena *arena, const struct application *application,
                            const char *ret_numbers[KNOWN_CONTACTS_MAX], size_t *ret_count) MUST_CHECK;
/* A code to the one at this place of the list. ERR_INVALID: no such place; ERR_TOO_MANY as for the phone's. */
enum err send_owner_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                         const struct application *application, size_t number, struct sent_code *ret_code,
                         int64_t *ret_wait_s) MUST_CHECK;
/*
 * confirmation_pending → form_awaited, the keeper's word kept as evidence. Errors of keeper_code_check(); ERR_FORBIDDEN: a
 * right code, but to a number that does not count as the owner's (not known for 72 hours, or from this form alone).
 */
enum err confirm_owner(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       const struct application *application, const char *code) MUST_CHECK;
/*
 * By whoever has a notice's code: → rejected, from any state before production; applicant, earlier contacts and officer
 * are told. Done as well when it had ended already. ERR_WRONG: no such code; ERR_EXPIRED: the card is being made.
 */
enum err object_to_application(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                               const char *code) MUST_CHECK;
/*
 * The applicant's CAdES signature over the statement as it stands, whose certificate was checked, with what shows that it
 * was good (pki/validation_data.h): method_pending or confirmation_pending (it is the owner's word) → officer_pending,
 * kept as evidence. ERR_STATE for the text of before a change.
 */
enum err sign_application(struct db *db, struct arena *arena, const struct actor *actor,
                          const struct application *application, struct bytes signature,
                          struct bytes validation) MUST_CHECK;
/* By the person, before production: → withdrawn, and the message. */
enum err withdraw_application(struct db *db, struct arena *arena, const struct actor *actor,
                              const struct application *application) MUST_CHECK;

/* -- the officer's acts; account_id is the officer's; all refuse (ERR_FORBIDDEN) other institutions' applications -- */
struct inbox_filter {
    bool has_state;
    enum application_state state; /* else all that wait for somebody: form_awaited … approved, in_production */
    const char *name; /* NULL, or words of a person's name: theirs in whatever state; four words count */
    int64_t limit; /* 1 to 500 */
};
/* One whose data open no more (erased, damaged) has empty names and identity number. */
struct inbox_row {
    int64_t application_id;
    const char *uid;
    const char *barcode;
    enum application_state state;
    enum application_reason reason;
    enum application_way way;
    const char *given_names, *surname; /* opened */
    const char *identity_number;
    const char *institution_name;
    const char *unit; /* of the form */
    int64_t confirmed_s;
    const char *refusal; /* as application.refusal */
    bool is_own; /* the officer's own application: to be seen, not to be touched */
    bool has_approved; /* the officer has signed the approval of it as it stands */
    bool has_left; /* the staff register of its door no longer names the person */
};
struct inbox {
    struct inbox_row *rows;
    size_t row_count;
    int64_t counts[APPLICATION_STATE_COUNT]; /* of the institution and below, without the filter */
};
enum err list_inbox(struct db *db, struct keeper *keeper, struct arena *arena, int64_t account_id,
                    const struct inbox_filter *filter, struct inbox *ret_inbox) MUST_CHECK;

enum barcode_answer {
    BARCODE_FOUND, /* waits for its form */
    BARCODE_TAKEN_IN, /* known and already taken in (or further) */
    BARCODE_SUPERSEDED, /* an old print: the form was changed and must be printed anew */
    BARCODE_UNKNOWN,
    BARCODE_OTHER_INSTITUTION,
    BARCODE_NOT_AWAITED, /* known, but does not wait for a form: withdrawn, rejected, lapsed, SMS not confirmed */
};
/* ret_application_id is set for FOUND, TAKEN_IN and NOT_AWAITED only. */
enum err find_application_by_barcode(struct db *db, struct arena *arena, int64_t account_id, const char *barcode,
                                     enum barcode_answer *ret_answer, int64_t *ret_application_id) MUST_CHECK;
/* For showing to the officer; ERR_FORBIDDEN when it is another institution's. */
enum err open_application_for_officer(struct db *db, struct keeper *keeper, struct arena *arena, int64_t account_id,
                                      int64_t application_id, struct application *ret_application) MUST_CHECK;
/* Form received: form_awaited → officer_pending, and the message. ERR_FORBIDDEN for the officer's own. */
enum err take_in_form(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                      const struct application *application) MUST_CHECK;
enum form_refusal { REFUSED_UNSIGNED, REFUSED_ALTERED, REFUSED_NOT_ORIGINAL, FORM_REFUSAL_COUNT };
const char *form_refusal_name(enum form_refusal refusal); /* "refused_unsigned": the application's note */
const char *form_refusal_title(enum form_refusal refusal); /* English (TR) */
/* The paper is refused; the person is told why, and the application goes on waiting for a good one. */
enum err refuse_form(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                     const struct application *application, enum form_refusal refusal) MUST_CHECK;

/* -- refused by the signer: production_refusal.c, pure -- */
enum refusal_remedy {
    REMEDY_DECIDE, /* officers sign anew */
    REMEDY_RETURN, /* the applicant's own word does not count: back to the applicant */
    REMEDY_PROVIDER, /* no signature is at fault: the provider puts it right, then officers sign anew */
};
struct production_refusal {
    const char *meaning; /* English (TR) */
    enum refusal_remedy remedy;
};
/* `rule`: as the signer named it (docs/trust.md); any other text is the provider's matter. */
struct production_refusal production_refusal(const char *rule);
bool application_may_be_returned(enum application_state state);
/*
 * For correction: form_awaited, officer_pending → returned, and the message. `reason`: one line; `fields`: names of the
 * form, parted by spaces; may be "". ERR_FORBIDDEN for the officer's own.
 */
enum err return_application(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                            const struct application *application, const char *reason, const char *fields) MUST_CHECK;
const char *form_field_title(const char *name); /* English (TR): what the form calls it; NULL: no field of it */

struct decision {
    int64_t id;
    const char *uid;
    int64_t account_id;
    const char *statement; /* `decision 1` */
    const char *digest; /* its D, 64 hexadecimal digits */
    bool is_received, is_approved; /* what it says */
    const int64_t *application_ids;
    size_t application_count;
    int64_t created_s;
    int64_t signed_s; /* 0: not yet */
};
enum decision_word {
    DECIDE_APPROVED, /* and received, unless somebody else has signed that of every wet form in it */
    DECIDE_RECEIVED,
    DECIDE_APPROVED_ALONE,
    DECISION_WORD_COUNT
};
/* `decision 1` over 1 to 500 applications in officer_pending. */
enum err propose_decision(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          int64_t account_id, enum decision_word word, const int64_t *application_ids, size_t count,
                          struct decision *ret_decision) MUST_CHECK;
enum err find_decision(struct db *db, struct arena *arena, int64_t account_id, const char *decision_uid,
                       struct decision *ret_decision) MUST_CHECK;
/*
 * A CAdES file over exactly that statement, by one signer, signature right (ERR_WRONG otherwise; ERR_EXPIRED after the
 * statement's time), by a card that the registry names as this officer's (else ERR_FORBIDDEN). Applications of which
 * nothing is missing now → approved: messages go out, their security word and contact come into force; the others wait
 * on. The signer process checks all of it again before it issues (spec 10).
 */
enum err accept_decision_signature(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                   int64_t account_id, const char *decision_uid, struct bytes signature) MUST_CHECK;
/* Likewise by a passkey: its challenge is the statement's D, its key the registry's. `origin`: the public address. */
enum err accept_decision_passkey(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                 int64_t account_id, const char *decision_uid, const char *origin,
                                 const struct passkey_assertion *assertion) MUST_CHECK;

/* -- what stands behind an application, and what is missing before the signer would issue (spec 10) -- */
struct decision_given { /* a signed decision over the application as it stands, in its time */
    int64_t person_id;
    const char *account_name;
    bool is_card; /* else a passkey */
    bool is_received, is_approved;
    int64_t signed_s;
};
struct evidence_given {
    bool has_applicant, has_owner, has_consent;
    const struct decision_given *decisions; /* oldest first */
    size_t decision_count;
};
enum missing_evidence {
    MISSING_RECEIPT = 1, /* nobody has signed that the form was received */
    MISSING_APPROVAL = 2,
    MISSING_OTHER_PERSON = 4, /* it takes two persons */
    MISSING_CARD = 8, /* a signature by card */
    MISSING_APPLICANT = 16, /* the applicant's own signature */
    MISSING_OWNER = 32, /* a code to a number known long enough from elsewhere */
    MISSING_CONSENT = 64,
};
struct registry_rule; /* statement/registry.h */
/* evidence_rules.c, pure: by one line of rules, and by any of several. */
unsigned missing_evidence(const struct registry_rule *rule, const struct evidence_given *given);
bool evidence_is_complete(const struct registry_rule *rules, size_t count, const struct evidence_given *given);

/* -- contact_rules.c, pure: contact data that differ from those known before -- */
enum contact_change { CONTACT_MOBILE = 1, CONTACT_EMAIL = 2, CONTACT_ADDRESS = 4 }; /* bits */
/* What is known from before, and from nowhere as the form has it. */
unsigned contact_changes(const struct application_form *form, const struct known_contact *known, size_t count);
const char *contact_changes_words(struct arena *arena, unsigned changes); /* "mobile email", as in the database */
unsigned contact_changes_from_words(const char *words);
/* For people, the new ones masked: "mobile telephone 5** *** ** 67, postal address". */
const char *contact_changes_text(struct arena *arena, enum language language, const struct application_form *form,
                                 unsigned changes);
/* Has nobody said yet who must: the owner, over a number known from before, or by an electronic signature? */
bool needs_owner_confirmation(unsigned changes, const struct evidence_given *given);

/* -- waiting for the applicant (spec 01, States): lapses after two reminders -- */
struct waiting_limits {
    int64_t days, confirmation_days;
};
int64_t application_wait_s(const struct waiting_limits *limits, enum application_state state); /* 0: for ever */
struct waiting {
    int64_t since_s;
    int64_t reminders; /* sent since then */
    int64_t reminded_s; /* the last of them */
};
enum waiting_step { WAITING_ON, WAITING_REMIND, WAITING_LAPSE };
/* Reminded after half of the time and three days before its end; a day after the one, two days after the other. */
enum waiting_step next_waiting_step(int64_t wait_s, const struct waiting *waiting, int64_t now_s);
/* Looks at all that wait, reminds and lets lapse; one that cannot be opened is logged and left. For the worker. */
enum err remind_applicants(struct db *db, struct keeper *keeper, const struct waiting_limits *limits) MUST_CHECK;

struct approval_view {
    struct evidence_given given;
    const unsigned *missing; /* by each line of rules: one of them is enough */
    size_t missing_count;
    bool can_help; /* a signature of the officer who looks would bring it further */
    bool card_completes, passkey_completes; /* that signature, with both words, would be the last one needed */
    bool has_signed; /* that officer has */
    const char *const *others; /* names of officers who have not: they may */
    size_t others_count;
};
/* For the officer of this account; the application is opened. */
enum err find_approval(struct db *db, struct keeper *keeper, struct arena *arena, int64_t account_id,
                       const struct application *application, struct approval_view *ret_view) MUST_CHECK;

/* -- erase_person.c: an operator's act -- */
struct erasure {
    const char *uid;
    /* Why not (ERR_STATE): what has to be kept, and until when; an application that is open; an account of staff. */
    int64_t certificates, applications, kept_until_s;
    int64_t open_applications, accounts;
};
/*
 * By uid or identity number. The wrap, the search tags and what the keeper has of the person are gone, so nothing of
 * theirs opens; rows that others point to stay and lead to nobody. ERR_NOT_FOUND: nobody, or erased already.
 */
enum err erase_person(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                      const char *who, struct erasure *ret_erasure) MUST_CHECK;

#include "application/issuing.h"
#include "application/timeline.h"

#endif
