/*
 * Purpose: people, staff registers, staff accounts and log-in; the sealing of personal fields under each person's key
 * (spec 10, The keeper; spec 08, Staff registers; spec 04, log-in).
 */
#ifndef DIVIT_IDENTITY_IDENTITY_H
#define DIVIT_IDENTITY_IDENTITY_H

#include "audit/audit.h"
#include "base/clock.h"
#include "base/language.h"
#include "ipc/keeper_client.h"
#include "message/message.h"
#include "pki/passkey.h"

/* -- rules.c: pure -- */
bool identity_number_is_valid(const char *text); /* 11 digits, both check digits (spec 08) */
bool mobile_is_valid(const char *text); /* normalised: 5 and nine digits */
/* "+90 532 …", "0532-…", "532 …" → "532…"; ERR_INVALID otherwise. */
enum err mobile_normalise(struct arena *arena, const char *text, const char **ret_mobile) MUST_CHECK;
const char *mobile_masked(struct arena *arena, const char *mobile); /* "5** *** ** 67" */
/* As people write it: "0216 555 01 01", with an extension "0216 555 01 01 / 1120"; other texts as they are. */
const char *phone_text(struct arena *arena, const char *digits, const char *extension);
bool email_is_valid(const char *text);
const char *email_masked(struct arena *arena, const char *email); /* "a***@posta.example" */

#define NAME_WORDS_MAX 8
/*
 * A name's words as they are searched by, each once: small letters without Turkish signs, so that nobody needs a Turkish
 * keyboard: "AYŞE GÜL IŞIK" → "ayse", "gul", "isik". The count; what follows the eighth is left out.
 */
size_t name_words(struct arena *arena, const char *name, const char *ret_words[NAME_WORDS_MAX]);

/* What the population register knows, as on the log-in page. Texts in the arena they were asked into. */
struct person_details {
    const char *identity_number;
    const char *given_names; /* turkish_name() form: upper case */
    const char *surname;
    const char *birth_place;
    struct date birth_date;
};

/* How to reach a person. */
struct contact {
    const char *email;
    const char *mobile; /* 5xxxxxxxxx */
    const char *channel; /* "sms", "email", "both" */
    enum language language;
};

/* An opened person. `key` lies in locked memory and is wiped by person_close(). */
struct person {
    int64_t id;
    const char *uid;
    uint8_t *key;
    struct person_details details;
    struct contact contact; /* members NULL before the first approval */
    const char *security_word_hash; /* NULL before the first approval */
};
void person_close(struct person *person);

/* By identity number; ERR_NOT_FOUND. Opens with the keeper. */
enum err find_person(struct db *db, struct keeper *keeper, struct arena *arena, const char *identity_number,
                     struct person *ret_person) MUST_CHECK;
enum err open_person(struct db *db, struct keeper *keeper, struct arena *arena, int64_t person_id,
                     struct person *ret_person) MUST_CHECK;
enum err find_person_by_uid(struct db *db, struct keeper *keeper, struct arena *arena, const char *uid,
                            struct person *ret_person) MUST_CHECK;
/*
 * In a transaction, after the keeper forgot the person: the wrap is destroyed, what one searches by and the rows of staff
 * registers are gone; recorded. The row stays, because others point to it; it leads to nobody.
 */
enum err person_erase(struct db_tx *tx, const struct actor *actor, int64_t person_id) MUST_CHECK;
/* The person with these details, made if new (the identity number decides; other details are brought up to date). */
enum err need_person(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                     const struct person_details *details, struct person *ret_person) MUST_CHECK;

/*
 * -- rotate_keys.c: from one epoch of the keeper to the next; an operator's tool. Each can be cut off and asked again --
 * The next epoch begins, unless one is still being left: then that goes on. What is new is wrapped in it from now on.
 */
enum err begin_key_epoch(struct db *db, struct keeper *keeper, const struct actor *actor,
                         int64_t *ret_newest) MUST_CHECK;
enum err count_old_wraps(struct db *db, int64_t newest, int64_t *ret_count) MUST_CHECK;
/* At most `limit` persons' keys into the newest epoch, in one transaction; ret_done 0: there is none left. */
enum err rewrap_some(struct db *db, struct keeper *keeper, int64_t newest, int64_t limit, int64_t *ret_done) MUST_CHECK;
/* ERR_STATE: there is none, or something is still wrapped in it. No copy of a wrap of it opens afterwards. */
enum err destroy_old_epochs(struct db *db, struct keeper *keeper, const struct actor *actor,
                            int64_t *ret_destroyed) MUST_CHECK;

/* name_tags.c: what people are found by; the keeper's keyed hashes of name_words(). */
struct name_tags {
    struct bytes tags[NAME_WORDS_MAX];
    size_t count;
};
enum err make_name_tags(struct keeper *keeper, struct arena *arena, const char *name,
                        struct name_tags *ret_tags) MUST_CHECK;

/* Sealing under the person's key: `column` is "table.column", `row` a uid that is known before the row is written. */
struct bytes person_seal(struct arena *arena, const struct person *person, const char *column, const char *row,
                         struct bytes plain);
enum err person_unseal(struct arena *arena, const struct person *person, const char *column, const char *row,
                       struct bytes sealed, struct bytes *ret_plain) MUST_CHECK;
/* In a transaction: the word and contact of an approved application come into force (sealed before). */
enum err person_set_security_word(struct db_tx *tx, int64_t person_id, const char *security_word_hash) MUST_CHECK;
enum err person_set_contact(struct db_tx *tx, int64_t person_id, struct bytes sealed_contact) MUST_CHECK;
/* recipient.c: to whom a message goes: an opened person, by this contact and the channels it names. */
struct message_to person_recipient(const struct person *person, const struct contact *contact);
/* Where staff are told things: their own contact, else that of a staff register; ERR_NOT_FOUND. */
enum err find_staff_contact(struct db *db, struct arena *arena, const struct person *person,
                            struct contact *ret_contact) MUST_CHECK;
struct bytes person_seal_contact(struct arena *arena, const struct person *person, const struct contact *contact);

/* -- institutions and staff registers -- */
struct institution {
    int64_t id;
    int64_t parent_id; /* 0: none */
    const char *code;
    const char *name;
    const char *unit;
    const char *address;
    const char *phone;
    const char *extension;
    const char *email;
};
enum err find_institution(struct db *db, struct arena *arena, int64_t institution_id,
                          struct institution *ret_institution) MUST_CHECK;
/* The code of the institution and of all above it, nearest first, joined by '/' ("3401/34"). */
enum err institution_chain(struct db *db, struct arena *arena, int64_t institution_id,
                           const char **ret_chain) MUST_CHECK;
/* In a transaction; ERR_NOT_FOUND. */
enum err read_institution_by_code(struct db_tx *tx, struct arena *arena, const char *code,
                                  struct institution *ret_institution) MUST_CHECK;
/* May somebody of `officer_institution_id` act on `institution_id` (itself or below)? In a transaction. */
enum err institution_covers(struct db_tx *tx, struct arena *arena, int64_t officer_institution_id,
                            int64_t institution_id, bool *ret_covers) MUST_CHECK;

/* A person's row in a staff register; members as in the CSV of spec 08, "" where silent. */
struct staff_member {
    int64_t institution_id;
    const char *institution_code;
    const char *given_names, *surname, *birth_place;
    struct date birth_date;
    const char *staff_number;
    const char *group; /* "personel", "aile_hekimi" */
    const char *family_unit_code; /* ahb_kodu */
    const char *unit, *title, *address, *province, *district, *postal_code, *email, *mobile;
    int64_t known_since_s;
    int64_t left_s; /* since when the register no longer names the person; 0: it does */
};
/* Whom the register names now; ERR_NOT_FOUND. */
enum err find_staff_member(struct db *db, struct arena *arena, const struct person *person, const char *register_code,
                           struct staff_member *ret_member) MUST_CHECK;
/* Whom it names or once named. */
enum err find_staff_row(struct db *db, struct arena *arena, const struct person *person, const char *register_code,
                        struct staff_member *ret_member) MUST_CHECK;
/* A row of a register is written by the room register alone; these are how it lies in the database. */
struct bytes staff_member_text(struct arena *arena, const struct staff_member *member); /* canonical; equal: same row */
struct bytes seal_staff_member(struct arena *arena, const struct person *person, const char *register_code,
                               const struct staff_member *member);
enum err open_staff_member(struct arena *arena, const struct person *person, const char *register_code,
                           struct bytes sealed, struct staff_member *ret_member) MUST_CHECK;

/*
 * known_contacts.c: what is known of a person's contacts from before, whatever a form says now: the account's (of the
 * last approved application) and each staff register's that names the person. Members NULL or "" where silent.
 */
#define CONTACT_OF_ACCOUNT "account"
#define KNOWN_CONTACTS_MAX 4
struct known_contact {
    const char *source; /* CONTACT_OF_ACCOUNT, or the register's code */
    struct contact contact; /* both channels: security notices go to every one (spec 01, Bilgi Kanalı) */
    const char *address, *district, *province, *postal_code;
};
enum err find_known_contacts(struct db *db, struct arena *arena, const struct person *person,
                             struct known_contact ret_contacts[KNOWN_CONTACTS_MAX], size_t *ret_count) MUST_CHECK;

/* -- holder_log_in.c: by password (spec 03, Şifreli giriş) -- */
/* ERR_WRONG for an unknown person, one without a word yet, and a wrong word: in the same time. */
enum err check_security_word(struct db *db, struct keeper *keeper, struct arena *arena, const char *identity_number,
                             const char *security_word, struct person *ret_person) MUST_CHECK;
/* The second step's SMS code; ERR_TOO_MANY with the seconds to wait. */
enum err send_log_in_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          const struct person *person, int64_t *ret_valid_until_s, int64_t *ret_wait_s) MUST_CHECK;
/* Errors of keeper_code_check(); right or wrong, it is recorded. */
enum err check_log_in_code(struct db *db, struct keeper *keeper, const struct actor *actor, const struct person *person,
                           const char *code) MUST_CHECK;

struct log_in {
    int64_t at_s;
    const char *way; /* English (TR) */
};
/* The one before the present: what a holder should know again (spec 03); ERR_NOT_FOUND at the first. */
enum err find_earlier_log_in(struct db *db, struct arena *arena, int64_t person_id,
                             struct log_in *ret_log_in) MUST_CHECK;

/* -- staff accounts -- */
enum staff_role { STAFF_OFFICER, STAFF_OPERATOR, STAFF_ADMINISTRATOR, STAFF_AUDITOR, STAFF_ROLE_COUNT };
const char *staff_role_name(enum staff_role role); /* "officer" */
const char *staff_role_title(enum staff_role role); /* English (TR) */

struct staff_account {
    int64_t id;
    const char *uid;
    enum staff_role role;
    int64_t person_id;
    int64_t institution_id; /* 0: none; an officer has one */
    const char *display_name;
    const char *user_name;
    bool is_closed; /* no key of its person is good by the registry in force */
};
/*
 * An account without password yet; the one-time link's token (128 bits, hexadecimal) is valid 7 days. ERR_STATE: the person
 * has one; ERR_EXISTS: the user name is another's.
 */
enum err create_staff_account(struct db *db, struct arena *arena, const struct actor *actor,
                              const struct staff_account *account, const char **ret_link_token) MUST_CHECK;
/*
 * For a person whom the registry names by this key: it says role and institution. The person is told. ERR_STATE: has an
 * account; ERR_NOT_FOUND: nobody knows the person; ERR_EXPIRED: the registry has no such key any more; ERR_FORBIDDEN: its
 * institution is not known here; ERR_EXISTS: the user name is another's.
 */
enum err create_registered_account(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                   const char *key_digest, const char *display_name, const char *user_name,
                                   const char **ret_link_token) MUST_CHECK;
/* ERR_NOT_FOUND for an unknown, used or old token. */
enum err find_link(struct db *db, struct arena *arena, const char *link_token,
                   struct staff_account *ret_account) MUST_CHECK;
/* Uses the link up: password and a TOTP secret (20 bytes) that was shown and confirmed with a first code. */
enum err use_link(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                  const char *link_token, const char *password, struct bytes totp_secret,
                  const char *first_code) MUST_CHECK;
/*
 * The TOTP secret (20 bytes) that the set-up page offers in a demo, so that init can name it in demo.json; it follows
 * from the link's random token. Elsewhere the page offers random bytes.
 */
struct bytes demo_totp_secret(struct arena *arena, const char *link_token);
/* Mistakes of a new password, as an English (TR) message; NULL: fine. At least 10 characters, not a much-used one. */
const char *password_mistake(const char *password);
/* ERR_WRONG for an unknown name or a wrong password, in the same time. A closed account is said to be, after that. */
enum err check_staff_password(struct db *db, struct arena *arena, const char *user_name, const char *password,
                              struct staff_account *ret_account) MUST_CHECK;
/* ret_grant: for keeper_for(): what this officer opens counts as theirs. */
enum err check_staff_code(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          int64_t account_id, const char *code, struct bytes *ret_grant) MUST_CHECK;
enum err find_staff_account(struct db *db, struct arena *arena, int64_t account_id,
                            struct staff_account *ret_account) MUST_CHECK;
/* The account of the person with this identity number, closed or not; ERR_NOT_FOUND. */
enum err find_account_by_identity_number(struct db *db, struct keeper *keeper, struct arena *arena,
                                         const char *identity_number, struct staff_account *ret_account) MUST_CHECK;
/* The officer has logged in with an electronic signature, which was checked. */
enum err record_e_log_in(struct db *db, const struct actor *actor, int64_t account_id) MUST_CHECK;
/*
 * The officer whom an applicant of this institution turns to, and where: of it, or of the nearest above; never the
 * applicant, who may not take in the own form (spec 09, two persons). ERR_NOT_FOUND.
 */
enum err find_officer_of(struct db *db, struct arena *arena, int64_t institution_id, int64_t applicant_id,
                         struct staff_account *ret_account, struct institution *ret_institution) MUST_CHECK;
/* All who may act on applications of this institution: of it and of those above; at most 20, nearest first. */
enum err list_officers_of(struct db *db, struct arena *arena, int64_t institution_id,
                          const struct staff_account **ret_accounts, size_t *ret_count) MUST_CHECK;

/* -- registry.c: the registry in force, as the worker last had it from the signer -- */
struct registry; /* statement/registry.h */
/* ERR_NOT_FOUND before the ceremony. */
enum err find_registry(struct db *db, struct keeper *keeper, struct arena *arena,
                       const struct registry **ret_registry) MUST_CHECK;
struct passkey;
bool passkey_counts(const struct registry *registry, const struct passkey *passkey); /* named there, and now */

/* -- passkey.c: passkeys of staff; one counts for decisions only while the registry names it -- */
struct passkey {
    int64_t id;
    const char *uid;
    int64_t account_id;
    const char *account_name; /* display name of its owner */
    bool is_closed; /* the account is */
    struct bytes credential_id;
    const char *credential_digest; /* SHA-256, hexadecimal: its name in the registry */
    struct bytes public_key; /* SubjectPublicKeyInfo */
    const char *name;
    int64_t counter;
    int64_t created_s, used_s; /* 0: not yet */
};
#define PASSKEY_NAME_MAX 60
#define PASSKEYS_MAX 10 /* of one account */
/* ERR_EXISTS: this authenticator's key is known already; ERR_FULL: ten of one account are enough. */
enum err add_passkey(struct db *db, struct arena *arena, const struct actor *actor, int64_t account_id,
                     const char *name, const struct passkey_registration *registration) MUST_CHECK;
/* Of one account, or of all active ones (0): what administrators may put into the registry. Oldest first. */
enum err list_passkeys(struct db *db, struct arena *arena, int64_t account_id, const struct passkey **ret_passkeys,
                       size_t *ret_count) MUST_CHECK;
/* Of all active accounts, those that do not count yet. */
enum err list_waiting_passkeys(struct db *db, struct keeper *keeper, struct arena *arena,
                               const struct passkey **ret_passkeys, size_t *ret_count) MUST_CHECK;
/* The owner's own act; out of the registry it goes by administrators alone. ERR_NOT_FOUND. */
enum err remove_passkey(struct db *db, const struct actor *actor, int64_t account_id,
                        const char *passkey_uid) MUST_CHECK;
enum err find_passkey(struct db *db, struct arena *arena, struct bytes credential_id,
                      struct passkey *ret_passkey) MUST_CHECK;
/* In a transaction, after its assertion was verified: the counter must follow the known one, else ERR_WRONG. */
enum err use_passkey(struct db_tx *tx, const struct passkey *passkey,
                     const struct passkey_assertion *assertion) MUST_CHECK;
/* ERR_WRONG for an unknown key, a wrong assertion, a counter that went back; ERR_STATE: the account is closed. */
enum err log_in_by_passkey(struct db *db, struct arena *arena, const struct actor *actor, const char *origin,
                           struct bytes challenge, const struct passkey_assertion *assertion,
                           struct staff_account *ret_account) MUST_CHECK;

/* -- the registry of who may do what (spec 10, Statements; statement/registry.h): what pages and tools show of it -- */
struct registry_record {
    int64_t number;
    const char *digest; /* SHA-256, hexadecimal */
    struct bytes text;
    int64_t taken_s; /* when the worker had it from the signer */
};
/* The one with this number; 0: the one in force. ERR_NOT_FOUND. */
enum err find_registry_record(struct db *db, struct keeper *keeper, struct arena *arena, int64_t number,
                              struct registry_record *ret_record) MUST_CHECK;
/* registry_seal.c: what names staff, under a key that every desk has; `context` names table, column and row. */
enum err seal_registered(struct keeper *keeper, struct arena *arena, const char *context, struct bytes plain,
                         struct bytes *ret_sealed) MUST_CHECK;
enum err open_registered(struct keeper *keeper, struct arena *arena, const char *context, struct bytes sealed,
                         struct bytes *ret_plain) MUST_CHECK;
/* As it stands in the database; ERR_BROKEN when opened under another number. */
enum err seal_registry_text(struct keeper *keeper, struct arena *arena, int64_t number, struct bytes text,
                            struct bytes *ret_sealed) MUST_CHECK;
/* Newest first, without texts. */
enum err list_registry_records(struct db *db, struct arena *arena, const struct registry_record **ret_records,
                               size_t *ret_count) MUST_CHECK;

struct registered_key { /* one key of one person */
    const char *identity_number;
    enum staff_role role;
    const char *institution_code; /* NULL: none */
    const char *digest; /* of the card's certificate or the passkey's credential id; hexadecimal, names the line */
    bool is_passkey;
    int64_t from_s, until_s;
    const char *display_name; /* of the person's account; NULL: none yet */
};
struct registered_service {
    const char *name;
    const char *key_digest; /* SHA-256 of the SubjectPublicKeyInfo */
    int64_t from_s, until_s;
};
struct registered_institution {
    const char *code;
    const char *parent_code; /* NULL: none */
    const char *name; /* NULL: the registry does not tell it */
};
struct registered_rule { /* statement/registry.h */
    const char *door, *way;
    unsigned needs;
    const char *digest; /* SHA-256 of its line: names it */
};
struct registry_contents {
    const struct registered_key *keys;
    size_t key_count;
    const struct registered_service *services;
    size_t service_count;
    const struct registered_institution *institutions;
    size_t institution_count;
    const struct registered_rule *rules;
    size_t rule_count;
    const char *const *lines; /* the others, as they stand there: authorities */
    size_t line_count;
};
enum err read_registry_contents(struct db *db, struct keeper *keeper, struct arena *arena, struct bytes text,
                                struct registry_contents *ret_contents) MUST_CHECK;
/* What `after` makes of `before`: contents that come and that go. ERR_INVALID, ERR_STATE as registry_compare(). */
struct registry_difference {
    struct registry_contents added, removed;
    int administrators; /* whose signatures it needs */
};
enum err compare_registries(struct db *db, struct keeper *keeper, struct arena *arena, struct bytes before,
                            struct bytes after, struct registry_difference *ret_difference) MUST_CHECK;
/* ERR_NOT_FOUND: no such key in the registry in force. */
enum err find_registered_key(struct db *db, struct keeper *keeper, struct arena *arena, const char *digest,
                             struct registered_key *ret_key) MUST_CHECK;

/* ERR_NOT_FOUND: the registry in force has none of this code. */
enum err find_registered_institution(struct db *db, struct keeper *keeper, struct arena *arena, const char *code,
                                     const struct registered_institution **ret_institution) MUST_CHECK;
/* Those of the registry in force, in its order: each above those below it; `name` "" for one that is not known here. */
enum err list_registered_institutions(struct db *db, struct keeper *keeper, struct arena *arena,
                                      const struct institution **ret_institutions, size_t *ret_count) MUST_CHECK;

/* -- proposals of the next registry: an administrator proposes, enough of them sign, the worker asks the signer -- */
enum proposal_state {
    PROPOSAL_OPEN, /* waits for signatures */
    PROPOSAL_SENT, /* all are there: the worker has it */
    PROPOSAL_ACCEPTED,
    PROPOSAL_REFUSED, /* by the signer, `why` */
    PROPOSAL_OVERTAKEN, /* another registry came first */
    PROPOSAL_WITHDRAWN,
    PROPOSAL_STATE_COUNT
};
const char *proposal_state_title(enum proposal_state state); /* English (TR) */
struct proposal_signature {
    int64_t account_id;
    const char *account_name;
    bool is_passkey;
    struct bytes proof; /* attached CAdES, or packed assertion */
    int64_t signed_s;
};
struct registry_proposal {
    int64_t id;
    const char *uid;
    int64_t number; /* of the registry it would be */
    const char *digest;
    struct bytes text;
    const char *account_name; /* who proposed it */
    int administrators; /* whose signatures it needs */
    enum proposal_state state;
    const char *why; /* the rule the signer named */
    int64_t created_s, settled_s;
    const struct proposal_signature *signatures;
    size_t signature_count;
};
/*
 * Acts of an administrator, each a proposal on the registry in force; the same one again gives the open one back. The
 * other administrators are told. ERR_INVALID: the text would break a rule (named in detail).
 */
struct registry_wish { /* what is to be added: a card, a passkey, a station's key, an institution or a rule */
    struct bytes certificate; /* DER: the person is who stands in it */
    enum staff_role role; /* of a card */
    const char *institution_code; /* of a card; NULL: none */
    const char *passkey_uid; /* role and institution: its account's */
    const char *service_name;
    struct bytes service_key; /* SubjectPublicKeyInfo */
    struct registered_institution institution; /* code NULL: none */
    bool is_change; /* of the institution with that code, not a new one */
    struct registered_rule rule; /* door NULL: none */
};
enum err propose_addition(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                          int64_t account_id, const struct registry_wish *wish, const char **ret_uid) MUST_CHECK;
struct registry_removal { /* one of these */
    const char *key_digest; /* of a person's key */
    const char *service_name;
    const char *institution_code; /* ERR_STATE: keys of its people, or institutions below it, stand there */
    const struct registered_rule *rule;
};
enum err propose_removal(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                         int64_t account_id, const struct registry_removal *removal, const char **ret_uid) MUST_CHECK;
/* The same change anew, on the registry that is in force now; ERR_STATE: it has come true meanwhile. */
enum err propose_again(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       int64_t account_id, const char *uid, const char **ret_uid) MUST_CHECK;
enum err withdraw_proposal(struct db *db, struct arena *arena, const struct actor *actor, const char *uid) MUST_CHECK;
enum err find_proposal(struct db *db, struct keeper *keeper, struct arena *arena, const char *uid,
                       struct registry_proposal *ret_proposal) MUST_CHECK;
/* Newest first, without texts and signatures; at most 50. */
enum err list_proposals(struct db *db, struct arena *arena, const struct registry_proposal **ret_proposals,
                        size_t *ret_count) MUST_CHECK;
/*
 * Attached CAdES over exactly the proposal's text. ERR_WRONG: it is none; ERR_FORBIDDEN: not by a key that the registry
 * names as this administrator's; ERR_EXISTS: they have signed already; ERR_STATE: it is no longer open.
 */
enum err sign_proposal(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                       int64_t account_id, const char *uid, struct bytes signature) MUST_CHECK;
/* The same by a passkey whose challenge is the text's digest. */
enum err sign_proposal_by_passkey(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                  int64_t account_id, const char *uid, const char *origin,
                                  const struct passkey_assertion *assertion) MUST_CHECK;

/* -- for the worker -- */
#define REGISTRY_JOB "registry" /* payload: a proposal's uid; "": only look which registry is in force */
struct registry_news; /* a registry the signer took in, with the messages of it; made before the transaction */
enum err prepare_registry_news(struct db *db, struct keeper *keeper, struct arena *arena, struct bytes text,
                               const struct registry_news **ret_news) MUST_CHECK;
/*
 * Keeps it; the proposal it was is accepted, others for a number up to it are overtaken. Once: again changes nothing.
 * `is_newest`: the signer has just said that it is in force; a row of a later number was written by somebody else and goes,
 * and accounts follow it: without a key that is good now they are closed and their sessions over, with one they are open,
 * in the role and institution that it names.
 */
enum err take_registry(struct db_tx *tx, const struct actor *actor, const struct registry_news *news,
                       bool is_newest) MUST_CHECK;
/* The registry that is kept before it is not the one it follows: nobody is told whose keys came and went. */
bool registry_news_is_untold(const struct registry_news *news);
/* When the next key of it ends, and accounts may have to follow; INT64_MAX: none does. */
int64_t registry_news_end_s(const struct registry_news *news);
/* The signer named a rule; one that is overtaken meanwhile stays so. */
enum err refuse_proposal(struct db_tx *tx, const struct actor *actor, const char *uid, const char *why) MUST_CHECK;

/* -- attempts -- */
/* Counts one attempt for a key (an address, an identity number: kept hashed). ERR_TOO_MANY with the seconds to wait. */
enum err count_attempt(struct db *db, struct arena *arena, const char *kind, const char *key, int64_t attempts_max,
                       int64_t window_s, int64_t *ret_wait_s) MUST_CHECK;
/* After the right answer: this one did not count. Nothing else is cleared by it, so it may be done for an address. */
enum err give_attempt_back(struct db *db, struct arena *arena, const char *kind, const char *key) MUST_CHECK;
/* After the right answer: those of an account alone; an address's go on, or anybody with an account could clear it. */
enum err forget_attempts(struct db *db, struct arena *arena, const char *kind, const char *key) MUST_CHECK;

#endif
