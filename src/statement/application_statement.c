#include "statement/application_statement.h"

#include <string.h>

const char *const application_reason_words[] = {
    "ilk başvuru", "yenileme", "kayıp veya çalıntı", "arıza", "ad-soyad değişikliği", "diğer", NULL,
};
enum reason_kind application_reason_kind(enum application_reason reason)
{
    switch (reason) {
    case REASON_RENEWAL: return REASON_FOLLOWS;
    case REASON_LOST:
    case REASON_FAULTY:
    case REASON_NAME_CHANGE: return REASON_REPLACES;
    default: return REASON_IS_NEW;
    }
}

bool reason_gives_up(enum application_reason reason)
{
    return reason == REASON_LOST || reason == REASON_FAULTY;
}

int64_t reason_revokes_as(enum application_reason reason)
{
    switch (reason) {
    case REASON_LOST: return 1; /* keyCompromise: the key may be in other hands */
    case REASON_NAME_CHANGE: return 3; /* affiliationChanged: the subject's name */
    default: return 4; /* superseded */
    }
}

enum application_reason application_reason_of(const char *word)
{
    int reason = 0;
    while (strcmp(application_reason_words[reason], word) != 0) reason++;
    return (enum application_reason)reason;
}

static const char *const channel_words[] = {"SMS", "e-posta", "e-posta ve SMS", NULL};
static const char *const reader_words[] = {"mini kart okuyucu", "istenmedi", NULL};
static const char *const vpn_words[] = {"isteniyor", "istenmiyor", NULL};

#define AT(member) .offset = offsetof(struct application_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Başvuru No", STATEMENT_HEX, AT(application_uid), .length = 32},
    {"Revizyon", STATEMENT_INT, AT(revision)},
    {"Barkod", STATEMENT_HEX, AT(barcode), .length = 15},
    {"Kapı", STATEMENT_TEXT, AT(door)},
    {"Başvuru Nedeni", STATEMENT_WORD, AT(reason), .words = application_reason_words},
    {"İlgili Sertifika", STATEMENT_TEXT, AT(certificate), .is_optional = true},
    {"Sertifika Süresi (yıl)", STATEMENT_INT, AT(term_years), .is_optional = true},
    {"Sertifika Profili", STATEMENT_TEXT, AT(profile)},
    {"Kimlik No", STATEMENT_DIGITS, AT(identity_number), .length = 11},
    {"Ad", STATEMENT_TEXT, AT(given_names)},
    {"Soyad", STATEMENT_TEXT, AT(surname)},
    {"Doğum Yeri", STATEMENT_TEXT, AT(birth_place)},
    {"Doğum Tarihi", STATEMENT_DATE, AT(birth_date)},
    {"Kurum Kodu", STATEMENT_TEXT, AT(institution_code)},
    {"Kurum Adı", STATEMENT_TEXT, AT(institution_name)},
    {"Kurum Sicil No", STATEMENT_TEXT, AT(staff_number), .is_optional = true},
    {"Çalıştığı Birim", STATEMENT_TEXT, AT(unit), .is_optional = true},
    {"Unvan", STATEMENT_TEXT, AT(title), .is_optional = true},
    {"Aile Hekimliği İlçesi", STATEMENT_TEXT, AT(family_district), .is_optional = true},
    {"ASM Adı", STATEMENT_TEXT, AT(family_centre), .is_optional = true},
    {"AHB Kodu", STATEMENT_TEXT, AT(family_unit_code), .is_optional = true},
    {"Adres", STATEMENT_TEXT, AT(address)},
    {"İl", STATEMENT_TEXT, AT(province)},
    {"İlçe", STATEMENT_TEXT, AT(district)},
    {"Posta Kodu", STATEMENT_DIGITS, AT(postal_code), .length = 5},
    {"E-posta", STATEMENT_TEXT, AT(email)},
    {"İş Telefonu", STATEMENT_DIGITS, AT(work_phone), .length = 10, .is_optional = true},
    {"Dahili", STATEMENT_TEXT, AT(extension), .is_optional = true},
    {"Cep Telefonu", STATEMENT_DIGITS, AT(mobile), .length = 10},
    {"Mobil Operatör", STATEMENT_TEXT, AT(mobile_operator)},
    {"Ev Telefonu", STATEMENT_DIGITS, AT(home_phone), .length = 10, .is_optional = true},
    {"Bilgi Kanalı", STATEMENT_WORD, AT(channel), .words = channel_words},
    {"Kart Okuyucu", STATEMENT_WORD, AT(reader), .words = reader_words},
    {"VPN/Logon Sertifikası", STATEMENT_WORD, AT(vpn), .words = vpn_words},
    {"Beyan", STATEMENT_TEXT, AT(declaration)},
    {"Aydınlatma Metni", STATEMENT_TEXT, AT(notice)},
    {"5070 Bilgilendirmesi", STATEMENT_TEXT, AT(information)},
    {"Başvuru Formu", STATEMENT_TEXT, AT(form)},
    {"Taahhütname", STATEMENT_TEXT, AT(undertaking)},
    {"Güvenlik Sözcüğü Belirlendi", STATEMENT_FLAG, AT(has_security_word)},
    {"Sunucu", STATEMENT_TEXT, AT(server)},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {"Tuz", STATEMENT_HEX, AT(salt), .length = 32},
    {NULL},
};
static const struct statement_type type = {"application", 1, labels};

enum err application_statement_write(struct arena *arena, const struct application_statement *statement,
                                     struct bytes *ret_text)
{
    CLEANUP_BUFFER struct buffer buffer = BUFFER_EMPTY;

    TRY(statement_put(&buffer, &type, statement));
    *ret_text = bytes_copy(arena, buffer_bytes(&buffer));
    return ERR_NONE;
}

enum err application_statement_read(struct arena *arena, struct bytes text, struct application_statement *ret_statement)
{
    struct application_statement statement = {0};
    struct bytes rest, again;

    TRY(statement_get(arena, &type, text, &statement, &rest));
    if (rest.size > 0) return err_set(ERR_INVALID, "statement: more than its labels");
    TRY(application_statement_write(arena, &statement, &again));
    if (!bytes_equal(text, again)) return err_set(ERR_INVALID, "statement: not in its one form");
    *ret_statement = statement;
    return ERR_NONE;
}
