/* Purpose: a confirmed form with letters of this country, for tests and figures of its paper. */
#ifndef DIVIT_TESTS_FIXTURE_FORM_H
#define DIVIT_TESTS_FIXTURE_FORM_H

#include "application/application.h"

#define FIXTURE_BARCODE "0a1b2c3d4e5f678"

static const struct institution fixture_institution = {.code = "340101", .name = "Fatih 1 Nolu Aile Sağlığı Merkezi"};

static const struct form_desk fixture_desk = {
    .officer = "Oğuz ŞİMŞEK",
    .institution = {.code = "3401",
                    .name = "İstanbul İl Sağlık Müdürlüğü",
                    .unit = "Bilgi İşlem Şube Müdürlüğü",
                    .address = "Örnek Mah. Ağaçlı Sok. No: 5, Fatih / İstanbul",
                    .phone = "0212 000 00 00",
                    .extension = "1234",
                    .email = "e-imza@example.gov.tr"}};

static struct accepted_texts fixture_texts(void)
{
    const struct legal_text *declaration = shipped_legal_text(LEGAL_DECLARATION);
    return (struct accepted_texts){.form = *shipped_legal_text(LEGAL_FORM),
                                   .undertaking = *shipped_legal_text(LEGAL_UNDERTAKING),
                                   .declaration = declaration->text,
                                   .declaration_title = declaration->title};
}

static struct application fixture_application(void)
{
    return (struct application){
        .barcode = FIXTURE_BARCODE,
        .reason = REASON_FIRST,
        .confirmed_s = 1795000000,
        .form = {.term = "3",
                 .reader = "mini",
                 .vpn = "no",
                 .unit = "Acil Servis",
                 .title = "Uzman Doktor",
                 .family_district = "",
                 .family_centre = "",
                 .family_unit_code = "",
                 .address = "Çiğdem Mah. Gülüşan Cad. No: 12 / 3",
                 .province = "İSTANBUL",
                 .district = "ÜSKÜDAR",
                 .postal_code = "34660",
                 .email = "isil.gunes@example.gov.tr",
                 .work_phone = "2160000000",
                 .extension = "42",
                 .mobile = "5320000000",
                 .mobile_operator = "turktelekom",
                 .home_phone = "",
                 .channel = "both",
                 .given_names = "IŞIL ÖZGÜN",
                 .surname = "ÇAĞLAYAN",
                 .birth_place = "IĞDIR",
                 .birth_date = "1985-02-28",
                 .staff_number = "A-123456",
                 .is_family_physician = "no",
                 .language = "tr",
                 .has_security_word = "yes",
                 .certificate = "",
                 .start = "",
                 .end = ""},
        .person = {.details = {.identity_number = "10000000146", .given_names = "IŞIL ÖZGÜN", .surname = "ÇAĞLAYAN"}},
    };
}

#endif
