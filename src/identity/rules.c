#include "base/turkish.h"
#include "identity/identity.h"

#include <string.h>

/* spec 08: the tenth digit checks the first nine, the eleventh the first ten. */
bool identity_number_is_valid(const char *text)
{
    if (text == NULL || strlen(text) != 11 || !ascii_is_digits(text) || text[0] == '0') return false;
    int odd = 0, even = 0;
    for (int i = 0; i < 9; i++) *(i % 2 == 0 ? &odd : &even) += text[i] - '0';
    int tenth = ((odd * 7 - even) % 10 + 10) % 10;
    return text[9] - '0' == tenth && text[10] - '0' == (odd + even + tenth) % 10;
}

static bool is_new_word(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0) return false;
    return true;
}

size_t name_words(struct arena *arena, const char *name, const char *ret_words[NAME_WORDS_MAX])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    const char *at = text_to_ascii(arena, turkish_lower(arena, name));
    size_t count = 0;
    for (at += strcspn(at, letters); *at != '\0' && count < NAME_WORDS_MAX; at += strcspn(at, letters)) {
        size_t size = strspn(at, letters);
        const char *word = arena_text_n(arena, at, size);
        if (is_new_word(ret_words, count, word)) ret_words[count++] = word;
        at += size;
    }
    return count;
}

bool mobile_is_valid(const char *text)
{
    return text != NULL && strlen(text) == 10 && ascii_is_digits(text) && text[0] == '5';
}

enum err mobile_normalise(struct arena *arena, const char *text, const char **ret_mobile)
{
    char digits[16];
    size_t count = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9') {
            if (count == sizeof digits - 1) return err_set(ERR_INVALID, "too many digits for a mobile number");
            digits[count++] = *at;
        } else if (strchr(" -().", *at) == NULL && !(*at == '+' && count == 0 && strchr(at + 1, '+') == NULL)) {
            return err_set(ERR_INVALID, "a mobile number is made of digits");
        }
    }
    digits[count] = '\0';
    static const char *const prefixes[] = {"", "0", "90", "0090"};
    bool has_plus = strchr(text, '+') != NULL;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t size = strlen(prefixes[i]);
        if (has_plus && i != 2) continue;
        if (count != size + 10 || memcmp(digits, prefixes[i], size) != 0 || !mobile_is_valid(digits + size)) continue;
        *ret_mobile = arena_text(arena, digits + size);
        return ERR_NONE;
    }
    return err_set(ERR_INVALID, "not a Turkish mobile number");
}

const char *mobile_masked(struct arena *arena, const char *mobile)
{
    size_t size = strlen(mobile);
    return arena_printf(arena, "5** *** ** %s", size >= 2 ? mobile + size - 2 : "");
}

const char *email_masked(struct arena *arena, const char *email)
{
    const char *at = strrchr(email, '@');
    return at == NULL || at == email ? "***" : arena_printf(arena, "%.1s***%s", email, at);
}

const char *phone_text(struct arena *arena, const char *digits, const char *extension)
{
    if (strlen(digits) != 10 || !ascii_is_digits(digits)) return digits;
    const char *text = arena_printf(arena, "0%.3s %.3s %.2s %.2s", digits, digits + 3, digits + 6, digits + 8);
    return *extension != '\0' ? arena_printf(arena, "%s / %s", text, extension) : text;
}

/* A host name of two labels or more (RFC 1123 2.1). */
static bool is_domain(const char *text)
{
    size_t label = 0, labels = 1, size = strlen(text);
    if (size > 253) return false;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == '.') {
            if (label == 0 || text[i - 1] == '-') return false;
            labels++;
            label = 0;
            continue;
        }
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && !(c == '-' && label > 0)) return false;
        if (++label > 63) return false;
    }
    return labels >= 2 && label >= 2 && text[size - 1] != '-';
}

/* The dot-atom form of RFC 5321 4.1.2 in ASCII: what every mail server takes. */
bool email_is_valid(const char *text)
{
    const char *at = text != NULL ? strrchr(text, '@') : NULL;
    if (at == NULL || at == text || at - text > 64 || strlen(text) > 254) return false;
    for (const char *c = text; c < at; c++) {
        bool is_letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        bool is_dot = *c == '.' && c > text && c + 1 < at && c[1] != '.';
        if (!is_letter && !is_dot && (*c == '.' || strchr("!#$%&'*+-/=?^_`{|}~", *c) == NULL)) return false;
    }
    return is_domain(at + 1);
}

/* Of ten characters and more, as the lists of leaked passwords have them; here in lower case. */
static const char *const much_used[] = {
    "1234567890",     "12345678910",  "0123456789",    "0987654321",  "1q2w3e4r5t",      "1qaz2wsx3edc", "qwertyuiop",
    "qwerty12345",    "qwerty123456", "asdfghjkl1",    "asdfghjklş",  "password12",      "password123",  "password1234",
    "passw0rd123",    "p@ssw0rd123",  "p@ssword123",   "parola1234",  "parola12345",     "parola123456", "sifre12345",
    "sifre123456",    "şifre12345",   "şifre123456",   "admin12345",  "administrator",   "welcome123",   "letmein123",
    "iloveyou12",     "iloveyou123",  "seniseviyorum", "galatasaray", "galatasaray1905", "fenerbahce",   "fenerbahçe",
    "fenerbahce1907", "besiktas1903", "beşiktaş1903",  "trabzonspor", "trabzon6161",     "istanbul34",   "istanbul1453",
    "ankara0606",     "türkiye1923",  "turkiye1923",   "atatürk1881", "ataturk1881",     "mustafakemal", "abcdefghij",
    "abc1234567",     "abcd123456",   "1234554321",    "1122334455",  "123123123123",    "123456789a",   "a123456789",
    "123456789q",     "computer123",  "sunshine123",   "princess123", "bismillah1",      "bismillah123",
};

const char *password_mistake(const char *password)
{
    if (text_length(password) < 10) return TR("Choose a password of at least 10 characters");
    if (strlen(password) > 256) return TR("Choose a shorter password");
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *lower = turkish_lower(arena, password);
    bool is_much_used = strspn(lower, arena_text_n(arena, lower, 1)) == strlen(lower); /* one character alone */
    for (size_t i = 0; i < sizeof much_used / sizeof *much_used; i++)
        if (strcmp(lower, much_used[i]) == 0 || ascii_equal_fold(password, much_used[i])) is_much_used = true;
    return is_much_used ? TR("This password is used by many people; choose another") : NULL;
}
