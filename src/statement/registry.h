/*
 * Purpose: `registry n`: who may do what, with which key, and what the signer asks for before it issues (spec 10,
 * Statements; to the byte: docs/trust.md). Made by the ceremony, then grown by administrators; the signer's journal
 * keeps each whole text. Pure.
 *
 *     divit registry 1
 *     Numara: 1
 *     Önceki: -                          (SHA-256 of registry n-1; - for the first)
 *     Kural: <door or *> <way> <needs…>  (one way to have enough evidence; a door's own lines take the place of *)
 *     Kurum: <code> <code above or -> [<name>]  (each above those below it)
 *     Makam: <certificate, DER, hex>     (an authority whose certificates count for applicants' signatures)
 *     Servis: <name> <SubjectPublicKeyInfo, hex> <from> <until>
 *     Kişi: <identity number> <role> <institution code or -> kart <SHA-256 of the certificate> <from> <until>
 *     Kişi: <identity number> <role> <institution code or -> anahtar <SHA-256 of the credential id>
 *           <SubjectPublicKeyInfo, hex> <from> <until>
 *
 * In this order. A person has a line for each key, all with one role and one institution.
 */
#ifndef DIVIT_STATEMENT_REGISTRY_H
#define DIVIT_STATEMENT_REGISTRY_H

#include "base/bytes.h"

#define REGISTRY_SIZE_MAX (320 * 1024) /* text and two attached signatures fit one frame of ipc */

enum registry_role {
    REGISTRY_OFFICER,
    REGISTRY_OPERATOR,
    REGISTRY_ADMINISTRATOR,
    REGISTRY_AUDITOR,
    REGISTRY_ROLE_COUNT
};
/* “yetkili”, “operatör”, “yönetici”, “denetçi”: in the order of the enum; ended by NULL. */
extern const char *const registry_role_words[];

/* What a line of rules asks for; all of a line's needs together are enough. In the order they are written in. */
enum registry_need {
    NEED_TWO_PERSONS, /* iki-kişi: teslim and onay of different persons, one of them by card */
    NEED_ONE_PERSON, /* tek-kişi: teslim and onay of one person by card */
    NEED_APPLICANT, /* başvuran: the applicant's signature over the application */
    NEED_CONSENT, /* rıza: `consent 1` that stands */
    NEED_OWNER, /* sahip: an owner act on D */
    NEED_CARD_APPROVAL, /* kart-onayı: onay of one person by card */
    NEED_PASSKEY_APPROVALS, /* iki-anahtar-onayı: onay of two persons by passkey */
    REGISTRY_NEED_COUNT
};
extern const char *const registry_need_words[]; /* in the order of the enum; ended by NULL */
#define NEED(need) (1U << (need))

struct registry_rule {
    const char *door; /* path, or "*" */
    const char *way; /* a word of decision_way_words */
    unsigned needs; /* NEED() of each */
};
struct registry_institution {
    const char *code;
    const char *parent_code; /* NULL: none */
    const char *name; /* NULL: not told here */
};
struct registry_service {
    const char *name; /* "keeper", "istasyon-1" */
    struct bytes public_key; /* SubjectPublicKeyInfo */
    int64_t from_s, until_s;
};
struct registry_person { /* one key of one person */
    const char *identity_number;
    enum registry_role role;
    const char *institution_code; /* NULL: none; an officer has one */
    const char *card_digest; /* SHA-256 of the certificate, lower-case hexadecimal; NULL: a passkey */
    const char *card_key_digest; /* SHA-256 of its SubjectPublicKeyInfo, likewise */
    const char *credential_digest; /* SHA-256 of the credential id, hexadecimal; NULL: a card */
    struct bytes public_key; /* of the passkey: SubjectPublicKeyInfo */
    int64_t from_s, until_s;
};
struct registry {
    int64_t number;
    const char *previous; /* SHA-256, hexadecimal; NULL: the first */
    const struct registry_rule *rules;
    size_t rules_count;
    const struct registry_institution *institutions;
    size_t institutions_count;
    const struct bytes *authorities; /* certificates, DER */
    size_t authorities_count;
    const struct registry_service *services;
    size_t services_count;
    const struct registry_person *persons;
    size_t persons_count;
};

/* The lines of rules that ship (spec 10, What the signer asks for before it issues). */
extern const struct registry_rule registry_shipped_rules[];
extern const size_t registry_shipped_rules_count;
/* Whether applications of its way can ever bring what it asks for, and an officer has to approve. */
enum registry_rule_fault { RULE_FINE, RULE_WITHOUT_APPROVAL, RULE_NEVER_MET };
enum registry_rule_fault registry_rule_check(const struct registry_rule *rule);

enum err registry_write(struct arena *arena, const struct registry *registry, struct bytes *ret_text) MUST_CHECK;
/* ERR_INVALID unless writing it again gives the same bytes. */
enum err registry_read(struct arena *arena, struct bytes text, struct registry *ret_registry) MUST_CHECK;

/* By SHA-256 of a card's certificate or of a passkey's credential id (hexadecimal); NULL: nobody's. */
const struct registry_person *registry_find_card(const struct registry *registry, const char *certificate_digest);
const struct registry_person *registry_find_passkey(const struct registry *registry, const char *credential_digest);
const struct registry_service *registry_find_service(const struct registry *registry, const char *name);
const struct registry_institution *registry_find_institution(const struct registry *registry, const char *code);
/* Is `code` the institution `above` or anywhere below it? */
bool registry_is_within(const struct registry *registry, const char *code, const char *above);
/* The lines for a door and a way: the door's own if it has any, else those of *. */
void registry_find_rules(const struct registry *registry, struct arena *arena, const char *door, const char *way,
                         const struct registry_rule **ret_rules, size_t *ret_count);
const char *registry_rule_line(struct arena *arena, const struct registry_rule *rule); /* without its end */
const char *registry_key_digest(const struct registry_person *person); /* of the card or the credential id */
/* SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal: of a card or a passkey, under one identity number alone. */
const char *registry_public_key_digest(struct arena *arena, const struct registry_person *person);
size_t registry_count_persons(const struct registry *registry, enum registry_role role); /* not keys */

/* -- registry_change.c -- */
struct registry_change {
    const char *const *added; /* lines, without their ends */
    size_t added_count;
    const char *const *removed;
    size_t removed_count;
    int administrators; /* whose signatures it needs: 1 when it only removes (rules apart), else 2 */
};
/* What `after` makes of `before`. ERR_INVALID: no registry; ERR_STATE: does not follow it, or changes nothing. */
enum err registry_compare(struct arena *arena, struct bytes before, struct bytes after,
                          struct registry_change *ret_change) MUST_CHECK;

/* -- registry_edit.c: registry n+1 out of n; ERR_INVALID: a rule of the text is broken (in detail) -- */
enum err registry_add_person(struct arena *arena, struct bytes before, const struct registry_person *person,
                             struct bytes *ret_after) MUST_CHECK;
enum err registry_add_service(struct arena *arena, struct bytes before, const struct registry_service *service,
                              struct bytes *ret_after) MUST_CHECK;
/*
 * Added, or in the place of the one with its code; each stands above those below it then. ERR_NOT_FOUND: there is nothing
 * of the code above it; ERR_FORBIDDEN: it would stand below itself.
 */
enum err registry_set_institution(struct arena *arena, struct bytes before,
                                  const struct registry_institution *institution, struct bytes *ret_after) MUST_CHECK;
enum err registry_add_rule(struct arena *arena, struct bytes before, const struct registry_rule *rule,
                           struct bytes *ret_after) MUST_CHECK;
/* ERR_NOT_FOUND: it does not stand there; ERR_STATE: a key's person or another institution belongs to it. */
enum err registry_remove_institution(struct arena *arena, struct bytes before, const char *code,
                                     struct bytes *ret_after) MUST_CHECK;
enum err registry_remove_rule(struct arena *arena, struct bytes before, const struct registry_rule *rule,
                              struct bytes *ret_after) MUST_CHECK;
/* ERR_NOT_FOUND: it does not stand there. */
enum err registry_remove_person(struct arena *arena, struct bytes before, const char *key_digest,
                                struct bytes *ret_after) MUST_CHECK;
enum err registry_remove_service(struct arena *arena, struct bytes before, const char *name,
                                 struct bytes *ret_after) MUST_CHECK;

#endif
