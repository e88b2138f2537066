/* Pure: names, and what people type and paste. */
#include "signing/signing.h"

#include "base/language.h"

#include <arpa/inet.h>
#include <string.h>

#define TICKET_DIGITS 32

struct named {
    const char *name;
    const char *title;
};

static const struct named purposes[] = {
#define ROW(name, text, title) [name] = {text, title},
    SIGNING_PURPOSES(ROW)};
static const struct named refusals[] = {SIGNATURE_REFUSALS(ROW)};
#undef ROW

const char *signing_purpose_name(enum signing_purpose purpose)
{
    return purposes[purpose].name;
}

const char *signing_purpose_title(enum signing_purpose purpose)
{
    return purposes[purpose].title;
}

enum err signing_purpose_from_name(const char *name, enum signing_purpose *ret_purpose)
{
    for (int purpose = 0; purpose < SIGNING_PURPOSE_COUNT; purpose++) {
        if (strcmp(purposes[purpose].name, name) != 0) continue;
        *ret_purpose = (enum signing_purpose)purpose;
        return ERR_NONE;
    }
    return err_set(ERR_INVALID, "no purpose of a verification code");
}

const char *signature_refusal_name(enum signature_refusal refusal)
{
    return refusals[refusal].name;
}

const char *signature_refusal_meaning(enum signature_refusal refusal)
{
    return refusals[refusal].title;
}

const char *signing_code_normalise(struct arena *arena, const char *typed)
{
    char *code = arena_alloc(arena, SIGNING_CODE_DIGITS + 1);
    size_t count = 0;

    for (; *typed != '\0'; typed++) {
        if (strchr(" \t\r\n-", *typed) != NULL) continue;
        if (*typed < '1' || *typed > '9' || count == SIGNING_CODE_DIGITS) return NULL;
        code[count++] = *typed;
    }
    return count == SIGNING_CODE_DIGITS ? code : NULL;
}

const char *signing_code_grouped(struct arena *arena, const char *digits)
{
    return arena_printf(arena, "%.3s %.3s %.3s %.3s %.3s", digits, digits + 3, digits + 6, digits + 9, digits + 12);
}

const char *signing_ticket_of(struct arena *arena, const char *pasted)
{
    size_t size = strlen(pasted);

    while (size > 0 && strchr(" \t\r\n", pasted[size - 1]) != NULL) size--;
    size_t digits = 0;
    while (digits < size && strchr("0123456789abcdef", pasted[size - 1 - digits]) != NULL) digits++;
    if (digits != TICKET_DIGITS) return NULL;
    const char *ticket = pasted + size - digits;
    if (ticket != pasted && ticket[-1] != '/' && ticket[-1] != ' ') return NULL;
    return arena_text_n(arena, ticket, TICKET_DIGITS);
}

bool signing_same_place(const char *address, const char *other)
{
    struct in6_addr one, two;

    if (strcmp(address, other) == 0) return true;
    if (inet_pton(AF_INET6, address, &one) != 1 || inet_pton(AF_INET6, other, &two) != 1) return false;
    return memcmp(&one, &two, 8) == 0; /* RFC 4291 2.5.4: the interface is the lower half */
}
