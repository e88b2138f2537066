/* Purpose: the one table of states, and the names of states, reasons and ways (spec 01, States). Pure. */
#include "application/application.h"

#include "base/turkish.h"

#include <string.h>

#define BIT(state) (UINT32_C(1) << (state))

/* What waits for its applicant: an owner of earlier contact data may object, the person give it up, or forget it. */
#define ENDS_EARLY (BIT(STATE_REJECTED) | BIT(STATE_WITHDRAWN) | BIT(STATE_LAPSED))

/* Which state may follow which; nothing else moves an application. */
static const uint32_t may_follow[APPLICATION_STATE_COUNT] = {
    /* to the way of signing at once: returned for correction, and the number that was confirmed is the same */
    [STATE_DRAFT] = BIT(STATE_PHONE_PENDING) | BIT(STATE_METHOD_PENDING) | ENDS_EARLY,
    /* back to the draft: spec 02, "change the form, and print anew" */
    [STATE_PHONE_PENDING] = BIT(STATE_METHOD_PENDING) | BIT(STATE_DRAFT) | ENDS_EARLY,
    [STATE_METHOD_PENDING] = BIT(STATE_CONFIRMATION_PENDING) | BIT(STATE_FORM_AWAITED) | BIT(STATE_PAYMENT_PENDING) |
                             BIT(STATE_OFFICER_PENDING) | BIT(STATE_DRAFT) | ENDS_EARLY,
    /* docs/decisions/0011-owner-before-paper.md: the owner of changed contact data is asked before anybody works on the application */
    [STATE_CONFIRMATION_PENDING] =
        BIT(STATE_FORM_AWAITED) | BIT(STATE_OFFICER_PENDING) | BIT(STATE_DRAFT) | BIT(STATE_RETURNED) | ENDS_EARLY,
    [STATE_FORM_AWAITED] =
        BIT(STATE_PAYMENT_PENDING) | BIT(STATE_OFFICER_PENDING) | BIT(STATE_DRAFT) | BIT(STATE_RETURNED) | ENDS_EARLY,
    [STATE_PAYMENT_PENDING] = BIT(STATE_OFFICER_PENDING) | BIT(STATE_RETURNED) | ENDS_EARLY,
    [STATE_OFFICER_PENDING] = BIT(STATE_REGISTRATION_PENDING) | BIT(STATE_APPROVED) | BIT(STATE_RETURNED) |
                              BIT(STATE_REJECTED) | BIT(STATE_WITHDRAWN),
    [STATE_REGISTRATION_PENDING] =
        BIT(STATE_APPROVED) | BIT(STATE_RETURNED) | BIT(STATE_REJECTED) | BIT(STATE_WITHDRAWN),
    [STATE_APPROVED] = BIT(STATE_IN_PRODUCTION) | BIT(STATE_REJECTED) | BIT(STATE_WITHDRAWN),
    /* back to the officer: the signer refused the evidence for good, no certificate was made */
    [STATE_IN_PRODUCTION] = BIT(STATE_PRODUCED) | BIT(STATE_OFFICER_PENDING),
    /* the holder may activate as soon as the card is in hand, whatever the courier has reported */
    [STATE_PRODUCED] = BIT(STATE_SHIPPED) | BIT(STATE_COMPLETED),
    [STATE_SHIPPED] = BIT(STATE_DELIVERED) | BIT(STATE_COMPLETED),
    [STATE_DELIVERED] = BIT(STATE_COMPLETED),
    [STATE_RETURNED] = BIT(STATE_DRAFT) | ENDS_EARLY,
};

#define OPEN_STATES                                                                                                    \
    (BIT(STATE_DRAFT) | BIT(STATE_PHONE_PENDING) | BIT(STATE_METHOD_PENDING) | BIT(STATE_FORM_AWAITED) |               \
     BIT(STATE_PAYMENT_PENDING) | BIT(STATE_OFFICER_PENDING) | BIT(STATE_REGISTRATION_PENDING) |                       \
     BIT(STATE_CONFIRMATION_PENDING) | BIT(STATE_APPROVED) | BIT(STATE_IN_PRODUCTION) | BIT(STATE_RETURNED))

bool application_may_follow(enum application_state from, enum application_state to)
{
    return (may_follow[from] & BIT(to)) != 0;
}

bool application_has_ended(enum application_state state)
{
    return state == STATE_REJECTED || state == STATE_WITHDRAWN || state == STATE_LAPSED;
}

bool application_may_be_signed(enum application_state state)
{
    return state == STATE_METHOD_PENDING || state == STATE_CONFIRMATION_PENDING;
}

bool application_is_open(enum application_state state)
{
    return (OPEN_STATES & BIT(state)) != 0;
}

#define STATE_TEXT(name, text) [name] = text,
static const char *const state_names[] = {APPLICATION_STATES(STATE_TEXT)};

static const char *const state_titles[] = {
    [STATE_DRAFT] = TR("Form is being filled in"),
    [STATE_PHONE_PENDING] = TR("Waiting for the SMS code"),
    [STATE_METHOD_PENDING] = TR("Waiting for the way of signing"),
    [STATE_FORM_AWAITED] = TR("Waiting for the signed form"),
    [STATE_PAYMENT_PENDING] = TR("Waiting for payment"),
    [STATE_OFFICER_PENDING] = TR("Waiting for the institution officer"),
    [STATE_REGISTRATION_PENDING] = TR("Being checked by the provider"),
    [STATE_CONFIRMATION_PENDING] = TR("Waiting for the owner's confirmation"),
    [STATE_APPROVED] = TR("Approved"),
    [STATE_IN_PRODUCTION] = TR("Card is being produced"),
    [STATE_PRODUCED] = TR("Card has been produced"),
    [STATE_SHIPPED] = TR("Card is with the courier"),
    [STATE_DELIVERED] = TR("Card has been delivered"),
    [STATE_COMPLETED] = TR("Completed: the certificate is active"),
    [STATE_RETURNED] = TR("Returned for correction"),
    [STATE_REJECTED] = TR("Rejected"),
    [STATE_WITHDRAWN] = TR("Withdrawn"),
    [STATE_LAPSED] = TR("Lapsed"),
};

static const struct {
    const char *name, *title;
} reasons[APPLICATION_REASON_COUNT] =
    {
        [REASON_FIRST] = {"first", TR("First application")},
        [REASON_RENEWAL] = {"renewal", TR("Renewal")},
        [REASON_LOST] = {"lost", TR("Lost or stolen card")},
        [REASON_FAULTY] = {"faulty", TR("Faulty card")},
        [REASON_NAME_CHANGE] = {"name_change", TR("Change of name")},
        [REASON_ADDITIONAL] = {"additional", TR("Additional certificate")},
},
  ways[APPLICATION_WAY_COUNT] =
      {
          [WAY_WET] = {"wet", TR("Wet signature")},
          [WAY_E_SIGNED] = {"e_signed", TR("Electronic signature")},
          [WAY_E_CONSENTED] = {"e_consented", TR("Electronic consent")},
},
  refusals[FORM_REFUSAL_COUNT] = {
      [REFUSED_UNSIGNED] = {"refused_unsigned", TR("The form is not signed")},
      [REFUSED_ALTERED] = {"refused_altered", TR("The form was altered or corrected by hand")},
      [REFUSED_NOT_ORIGINAL] = {"refused_not_original", TR("The form is not the original")},
};

const char *application_state_name(enum application_state state)
{
    return state_names[state];
}

enum err application_state_from_name(const char *name, enum application_state *ret_state)
{
    for (int state = 0; name != NULL && state < APPLICATION_STATE_COUNT; state++) {
        if (strcmp(state_names[state], name) != 0) continue;
        *ret_state = (enum application_state)state;
        return ERR_NONE;
    }
    return err_set(ERR_INVALID, "no such state of an application");
}

const char *application_state_title(enum application_state state)
{
    return state_titles[state];
}

const char *application_reason_name(enum application_reason reason)
{
    return reasons[reason].name;
}

enum application_reason application_reason_from_name(const char *name)
{
    for (int reason = 0; reason < APPLICATION_REASON_COUNT; reason++) {
        if (strcmp(reasons[reason].name, name) == 0) return (enum application_reason)reason;
    }
    return REASON_FIRST; /* the table's CHECK allows no other name */
}

const char *application_reason_title(enum application_reason reason)
{
    return reasons[reason].title;
}

const char *application_way_name(enum application_way way)
{
    return way == WAY_NONE ? NULL : ways[way].name;
}

const char *application_way_title(enum application_way way)
{
    return way == WAY_NONE ? TR("Not chosen yet") : ways[way].title;
}

const char *form_choice_title(const char *value)
{
    static const char *const pairs[][2] = {
        {"mini", TR("Mini card reader")},
        {"none", TR("Not wanted")},
        {"yes", TR("Requested")},
        {"no", TR("Not requested")},
        {"both", TR("E-mail and SMS")},
        {"email", TR("E-mail")},
        {"sms", TR("SMS")},
        {"turkcell", TR("Turkcell")},
        {"vodafone", TR("Vodafone")},
        {"turktelekom", TR("Türk Telekom")},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (strcmp(pairs[i][0], value) == 0) return pairs[i][1];
    }
    return value;
}

const char *form_field_title(const char *name)
{
    static const char *const pairs[][2] = {
        {"term", TR("Term of the certificate")},
        {"reader", TR("Card reader")},
        {"vpn", TR("VPN/logon certificate")},
        {"unit", TR("Unit")},
        {"family_district", TR("District of the family health centre")},
        {"family_centre", TR("Family health centre (ASM)")},
        {"family_unit_code", TR("AHB code")},
        {"title", TR("Title")},
        {"address", TR("Address of the institution or unit")},
        {"province", TR("Province")},
        {"district", TR("District")},
        {"postal_code", TR("Postal code")},
        {"email", TR("E-mail")},
        {"work_phone", TR("Work telephone")},
        {"extension", TR("Extension")},
        {"mobile", TR("Mobile telephone")},
        {"mobile_operator", TR("Mobile operator")},
        {"home_phone", TR("Home telephone")},
        {"channel", TR("Notification channel")},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (strcmp(pairs[i][0], name) == 0) return pairs[i][1];
    }
    return NULL;
}

const char *form_refusal_name(enum form_refusal refusal)
{
    return refusals[refusal].name;
}

const char *form_refusal_title(enum form_refusal refusal)
{
    return refusals[refusal].title;
}

bool application_has_note(const char *note, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = note; (at = strstr(at, word)) != NULL; at += length) {
        bool starts = at == note || at[-1] == ' ';
        if (starts && (at[length] == '\0' || at[length] == ' ')) return true;
    }
    return false;
}

bool barcode_is_valid(const char *text)
{
    return strlen(text) == BARCODE_DIGITS && strspn(text, "0123456789abcdef") == BARCODE_DIGITS;
}

const char *barcode_normalise(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) + 1), *end = out;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at == ' ' || *at == '-' || *at == '\t' || *at == '\r' || *at == '\n') continue;
        *end++ = *at >= 'A' && *at <= 'F' ? (char)(*at - 'A' + 'a') : *at;
    }
    return out;
}

/* Nearly always it is written as in the list: folding eighty names to find it would be most of a page's work. */
const struct province *province_find(const char *name)
{
    for (const struct province *province = provinces; province->name != NULL; province++) {
        if (strcmp(province->name, name) == 0) return province;
    }
    for (const struct province *province = provinces; province->name != NULL; province++) {
        if (turkish_same_name(province->name, name)) return province;
    }
    return NULL;
}

const char *province_district(const struct province *province, const char *name)
{
    for (size_t i = 0; province->districts[i] != NULL; i++) {
        if (turkish_same_name(province->districts[i], name)) return province->districts[i];
    }
    return NULL;
}
