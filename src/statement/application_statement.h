/*
 * Purpose: `application 1`: what an applicant asks for, as confirmed (spec 10). Its digest D names this revision of the
 * application everywhere: in decisions, certificate requests, the journal.
 */
#ifndef DIVIT_STATEMENT_APPLICATION_STATEMENT_H
#define DIVIT_STATEMENT_APPLICATION_STATEMENT_H

#include "statement/statement.h"

/* Why somebody applies (spec 01, Reasons). */
enum application_reason {
    REASON_FIRST,
    REASON_RENEWAL,
    REASON_LOST,
    REASON_FAULTY,
    REASON_NAME_CHANGE,
    REASON_ADDITIONAL,
    APPLICATION_REASON_COUNT
};

/* Absent members are NULL. Words stand as people read them in the text (STATEMENT_…_WORDS). */
struct application_statement {
    const char *application_uid; /* 32 hexadecimal digits */
    int64_t revision; /* from 1 */
    const char *barcode; /* 15 hexadecimal digits */
    const char *door; /* "saglik" */
    const char *reason; /* a word of application_reason_words */
    const char *certificate; /* serial of the certificate concerned; absent where there is none */
    int64_t term_years; /* 0, absent: as long as the certificate concerned */
    const char *profile; /* of the certificate: "nes-1" */
    const char *identity_number;
    const char *given_names;
    const char *surname;
    const char *birth_place;
    struct date birth_date;
    const char *institution_code; /* what lies above it is told by the registry, never by a statement */
    const char *institution_name;
    const char *staff_number;
    const char *unit; /* absent for a family physician */
    const char *title;
    const char *family_district; /* family physician: İlçe, ASM Adı, AHB Kodu */
    const char *family_centre;
    const char *family_unit_code;
    const char *address;
    const char *province;
    const char *district;
    const char *postal_code;
    const char *email;
    const char *work_phone;
    const char *extension;
    const char *mobile; /* 5xxxxxxxxx */
    const char *mobile_operator;
    const char *home_phone;
    const char *channel; /* "e-posta", "SMS", "e-posta ve SMS" */
    const char *reader; /* "mini kart okuyucu", "istenmedi" */
    const char *vpn; /* "isteniyor", "istenmiyor" */
    const char *declaration; /* the text itself, in one line */
    const char *notice; /* Aydınlatma Metni: version and SHA-256, "1 <64 hexadecimal digits>"; the next ones likewise */
    const char *information; /* Law 5070 */
    const char *form;
    const char *undertaking;
    bool has_security_word; /* that one was set, nothing of it */
    const char *server; /* public address of the service */
    int64_t made_s;
    const char *salt; /* 32 hexadecimal digits, random: D tells nothing to who does not have the text */
};

extern const char *const application_reason_words[]; /* by enum application_reason; ended by NULL */
/* What a reason says of the certificate concerned. */
enum reason_kind {
    REASON_IS_NEW, /* first, other: none is concerned */
    REASON_FOLLOWS, /* renewal: starts when that one ends */
    REASON_REPLACES, /* lost or stolen, faulty, name change: takes its place */
};
enum reason_kind application_reason_kind(enum application_reason reason);
bool reason_gives_up(enum application_reason reason); /* the certificate concerned: its card is lost or faulty */
int64_t reason_revokes_as(enum application_reason reason); /* RFC 5280 5.3.1: what its effect is recorded as */
enum application_reason application_reason_of(const char *word); /* one of the above */

enum err application_statement_write(struct arena *arena, const struct application_statement *statement,
                                     struct bytes *ret_text) MUST_CHECK;
enum err application_statement_read(struct arena *arena, struct bytes text,
                                    struct application_statement *ret_statement) MUST_CHECK;

#endif
