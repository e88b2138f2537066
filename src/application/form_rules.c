/* Purpose: every rule of the form's fields (spec 01, 2). Pure. */
#include "application/application.h"

#include "base/turkish.h"
#include "statement/statement.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#define SECURITY_WORD_MIN 8
#define SECURITY_WORD_MAX 64
#define TEXT_MAX 200
#define ADDRESS_MAX 250

/* data/much-used-words.txt: one a line, in small letters a to z and digits. NIST SP 800-63B 5.1.1.2 has them refused. */
extern const char much_used_words_txt[];

struct check {
    struct arena *arena;
    struct form_mistake *mistakes;
    size_t count;
};

static void mistake(struct check *check, const char *field, const char *message)
{
    if (check->count < FORM_MISTAKES_MAX) check->mistakes[check->count++] = (struct form_mistake){field, message};
}

static const char *digits_of(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) + 1), *end = out;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9') *end++ = *at;
        else if (strchr(" ()-.+/", *at) == NULL) return NULL;
    }
    return out;
}

/* A number inside the country as ten digits; NULL if it is none. */
static const char *phone_digits(struct arena *arena, const char *text)
{
    const char *digits = digits_of(arena, text);

    if (digits == NULL) return NULL;
    if (strncmp(digits, "0090", 4) == 0) digits += 4;
    else if (strlen(digits) == 12 && strncmp(digits, "90", 2) == 0) digits += 2;
    else if (digits[0] == '0') digits += 1;
    return strlen(digits) == 10 && strchr("23458", digits[0]) != NULL ? digits : NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) return true;
    }
    return false;
}

/* Required free text. What a statement cannot hold is refused here, so that confirming never fails on it. */
static void check_text(struct check *check, const char *field, const char *value, size_t length_max,
                       const char *missing)
{
    if (value[0] == '\0') mistake(check, field, missing);
    else if (!statement_value_is_valid(check->arena, value))
        mistake(check, field, TR("Use only letters, digits and punctuation"));
    else if (text_length(value) > length_max) mistake(check, field, TR("This is too long; shorten it"));
}

static void check_choices(struct check *check, const struct door *door, struct application_form *form)
{
    bool is_offered = form->end[0] != '\0'; /* as long as the certificate that it replaces */

    for (size_t i = 0; i < sizeof(door->terms) / sizeof(door->terms[0]) && door->terms[i] != 0; i++) {
        if (strcmp(form->term, arena_printf(check->arena, "%d", door->terms[i])) == 0) is_offered = true;
    }
    if (form->end[0] != '\0') form->term = "";
    if (!is_offered) mistake(check, "term", TR("Choose the term of the certificate"));
    if (!door->offers_reader) form->reader = "none";
    else if (!is_one_of(form->reader, (const char *const[]){"mini", "none", NULL}))
        mistake(check, "reader", TR("Choose whether you want a card reader"));
    if (!door->offers_vpn) form->vpn = "no";
    else if (!is_one_of(form->vpn, (const char *const[]){"yes", "no", NULL}))
        mistake(check, "vpn", TR("Choose whether you want a VPN/logon certificate"));
    if (!is_one_of(form->channel, (const char *const[]){"sms", "email", "both", NULL}))
        mistake(check, "channel", TR("Choose how you want to be notified"));
}

/* NN.NN.NNN, however the digits were parted. */
static const char *family_unit_code(struct arena *arena, const char *text)
{
    const char *digits = digits_of(arena, text);

    if (digits == NULL || strlen(digits) != 7) return NULL;
    return arena_printf(arena, "%.2s.%.2s.%s", digits, digits + 2, digits + 4);
}

static void check_work(struct check *check, struct application_form *form)
{
    if (strcmp(form->is_family_physician, "yes") == 0) {
        check_text(check, "family_district", form->family_district, TEXT_MAX,
                   TR("Enter the district of the family health centre"));
        check_text(check, "family_centre", form->family_centre, TEXT_MAX,
                   TR("Enter the name of the family health centre"));
        const char *code = family_unit_code(check->arena, form->family_unit_code);
        if (code == NULL) mistake(check, "family_unit_code", TR("Enter the AHB code as seven digits, like 34.01.001"));
        else form->family_unit_code = code;
        form->unit = "";
    } else {
        check_text(check, "unit", form->unit, TEXT_MAX, TR("Enter the unit you work in"));
        form->family_district = form->family_centre = form->family_unit_code = "";
    }
    check_text(check, "title", form->title, TEXT_MAX, TR("Enter your title"));
}

static void check_address(struct check *check, struct application_form *form)
{
    check_text(check, "address", form->address, ADDRESS_MAX, TR("Enter the address of your institution or unit"));
    const struct province *province = province_find(form->province);
    if (province == NULL) mistake(check, "province", TR("Choose the province"));
    else form->province = province->name;
    if (form->district[0] == '\0') {
        mistake(check, "district", TR("Choose the district"));
    } else if (province != NULL) {
        const char *district = province_district(province, form->district);
        if (district != NULL) form->district = district;
        else mistake(check, "district", TR("Choose a district of this province"));
    }
    if (!ascii_is_digits(form->postal_code) || strlen(form->postal_code) != 5)
        mistake(check, "postal_code", TR("Enter the postal code as five digits"));
    else if (province != NULL && (form->postal_code[0] - '0') * 10 + (form->postal_code[1] - '0') != province->number)
        mistake(check, "postal_code", TR("The postal code does not belong to this province"));
}

static void check_contact(struct check *check, struct application_form *form)
{
    const char *phone;

    if (form->email[0] == '\0') mistake(check, "email", TR("Enter your e-mail address"));
    else if (!email_is_valid(form->email) || !statement_value_is_valid(check->arena, form->email))
        mistake(check, "email", TR("Enter an e-mail address like name@example.gov.tr"));
    phone = phone_digits(check->arena, form->work_phone);
    if (form->work_phone[0] == '\0') mistake(check, "work_phone", TR("Enter your work telephone"));
    else if (phone == NULL) mistake(check, "work_phone", TR("Enter a telephone number with its area code"));
    else form->work_phone = phone;
    if (form->extension[0] != '\0' && (!ascii_is_digits(form->extension) || strlen(form->extension) > 6))
        mistake(check, "extension", TR("Enter the extension as up to six digits"));
    if (form->mobile[0] == '\0') mistake(check, "mobile", TR("Enter your mobile telephone"));
    else if (mobile_normalise(check->arena, form->mobile, &phone) != ERR_NONE)
        mistake(check, "mobile", TR("Enter a Turkish mobile number like 5xx xxx xx xx"));
    else form->mobile = phone;
    if (!is_one_of(form->mobile_operator, (const char *const[]){"turkcell", "vodafone", "turktelekom", NULL}))
        mistake(check, "mobile_operator", TR("Choose your mobile operator"));
    if (form->home_phone[0] != '\0') {
        phone = phone_digits(check->arena, form->home_phone);
        if (phone == NULL) mistake(check, "home_phone", TR("Enter a telephone number with its area code"));
        else form->home_phone = phone;
    }
}

static bool is_letters_and_digits(const char *word)
{
    const uint8_t *at = (const uint8_t *)word;
    ucs4_t character;

    while ((at = u8_next(&character, at)) != NULL) {
        bool is_turkish_letter = character < 0x250 && uc_is_property_alphabetic(character);
        if (!is_turkish_letter && !(character >= '0' && character <= '9')) return false;
    }
    return true;
}

/* Whatever its case, with or without Turkish letters, and with whatever number behind it: Fenerbahçe1907. */
static bool is_much_used(struct arena *arena, const char *word)
{
    const char *folded = text_to_ascii(arena, turkish_lower(arena, word));
    size_t length = strlen(folded);
    while (length > 0 && folded[length - 1] >= '0' && folded[length - 1] <= '9') length--;
    const char *whole = arena_printf(arena, "\n%s\n", folded);
    const char *stem = arena_printf(arena, "\n%.*s\n", (int)length, folded);
    return strstr(much_used_words_txt, whole) != NULL || (length > 0 && strstr(much_used_words_txt, stem) != NULL);
}

static const char *security_word_mistake(struct arena *arena, const char *identity_number,
                                         const struct application_form *form, const char *word)
{
    if (word[0] == '\0') return TR("Choose a security word");
    if (!text_is_utf8(word) || !is_letters_and_digits(word)) return TR("Use letters and digits only, no punctuation");
    if (text_length(word) < SECURITY_WORD_MIN) return TR("The security word needs at least 8 characters");
    if (text_length(word) > SECURITY_WORD_MAX) return TR("The security word is too long; at most 64 characters");
    if (strstr(word, identity_number) != NULL) return TR("The security word must not be your identity number");

    const char *folded = turkish_name(arena, word);
    const char *names[] = {form->given_names, form->surname,
                           arena_printf(arena, "%s%s", form->given_names, form->surname),
                           arena_printf(arena, "%s%s", form->surname, form->given_names)};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *plain = (char *)turkish_name(arena, names[i]), *end = plain;
        for (const char *at = plain; *at != '\0'; at++) {
            if (*at != ' ') *end++ = *at;
        }
        *end = '\0';
        if (strcmp(plain, folded) == 0) return TR("The security word must not be your name");
    }
    if (is_much_used(arena, word)) return TR("This word is used by many; choose another");
    return NULL;
}

size_t check_application_form(struct arena *arena, const struct door *door, const char *identity_number,
                              const struct application_form *form, const char *security_word,
                              const char *security_word_again, struct application_form *ret_form,
                              struct form_mistake ret_mistakes[FORM_MISTAKES_MAX])
{
    struct check check = {.arena = arena, .mistakes = ret_mistakes};
    struct application_form checked = *form;

    check_choices(&check, door, &checked);
    if (security_word != NULL) {
        const char *message = security_word_mistake(arena, identity_number, form, security_word);
        if (message != NULL) mistake(&check, "security_word", message);
        else if (strcmp(security_word, security_word_again) != 0)
            mistake(&check, "security_word_again", TR("The two security words are not the same"));
    }
    check_work(&check, &checked);
    check_address(&check, &checked);
    check_contact(&check, &checked);
    *ret_form = checked;
    return check.count;
}

void form_take_answers(struct application_form *form, const struct application_form *other)
{
    const struct application_form asked_anew = *form; /* of each certificate */
#define TAKE(member)                                                                                                   \
    if (other->member[0] != '\0') form->member = other->member;
    APPLICATION_FORM_FIELDS(TAKE)
#undef TAKE
    form->term = asked_anew.term;
    form->reader = asked_anew.reader;
    form->vpn = asked_anew.vpn;
    form->has_answers = "yes";
}

/* Is `a` one slip away from `b`: a character changed, missing, too many, or two neighbours swapped? */
static bool is_one_slip_away(const char *a, const char *b)
{
    size_t a_length = strlen(a), b_length = strlen(b), i = 0;

    while (a[i] != '\0' && a[i] == b[i]) i++;
    if (a_length == b_length) {
        if (a_length == i) return false;
        if (strcmp(a + i + 1, b + i + 1) == 0) return true;
        return a[i] == b[i + 1] && a[i + 1] == b[i] && a[i + 1] != '\0' && strcmp(a + i + 2, b + i + 2) == 0;
    }
    if (a_length + 1 == b_length) return strcmp(a + i, b + i + 1) == 0;
    if (b_length + 1 == a_length) return strcmp(a + i + 1, b + i) == 0;
    return false;
}

const char *email_typo_hint(struct arena *arena, const char *email)
{
    static const char *const domains[] = {"gmail.com",  "hotmail.com", "outlook.com",   "yahoo.com",
                                          "icloud.com", "yandex.com",  "saglik.gov.tr", "meb.k12.tr"};
    const char *at = strrchr(email, '@');

    if (at == NULL) return NULL;
    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        if (strcmp(at + 1, domains[i]) == 0) return NULL;
    }
    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        if (is_one_slip_away(at + 1, domains[i]))
            return arena_printf(arena, "%.*s@%s", (int)(at - email), email, domains[i]);
    }
    return NULL;
}
