#include "outside/kannel.h"

#include "base/buffer.h"
#include "outside/client.h"

#include <string.h>

/* GSM 03.38: the letters Kannel keeps under coding=0, besides those of ASCII. */
static const char *const gsm_letters[] = {"£", "¥", "è", "é", "ù", "ì", "ò", "Ç", "Ø", "ø", "Å", "å", "Δ", "Φ",
                                          "Γ", "Λ", "Ω", "Π", "Ψ", "Σ", "Θ", "Ξ", "Æ", "æ", "ß", "É", "¤", "¡",
                                          "Ä", "Ö", "Ñ", "Ü", "§", "¿", "ä", "ö", "ñ", "ü", "à", "€"};

static size_t gsm_length(const char *text)
{
    unsigned char first = (unsigned char)*text;
    if (first < 0x80) return first == '`' || (first < 0x20 && first != '\n' && first != '\r') ? 0 : 1;
    for (size_t i = 0; i < sizeof gsm_letters / sizeof *gsm_letters; i++) {
        size_t length = strlen(gsm_letters[i]);
        if (strncmp(text, gsm_letters[i], length) == 0) return length;
    }
    return 0;
}

static bool is_gsm(const char *text)
{
    while (*text) {
        size_t length = gsm_length(text);
        if (length == 0) return false;
        text += length;
    }
    return true;
}

static void add_parameter(struct buffer *url, const char *name, const char *value)
{
    buffer_printf(url, "&%s=", name);
    buffer_uri(url, value);
}

const char *kannel_request(struct arena *arena, const struct kannel_settings *settings,
                           const struct kannel_message *message)
{
    struct buffer url CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_printf(&url, "%s?username=", settings->url);
    buffer_uri(&url, settings->username);
    add_parameter(&url, "password", settings->password);
    add_parameter(&url, "from", settings->sender);
    const char *mobile = message->mobile;
    add_parameter(&url, "to", strlen(mobile) == 10 ? arena_printf(arena, "90%s", mobile) : mobile);
    add_parameter(&url, "coding", is_gsm(message->text) ? "0" : "2");
    add_parameter(&url, "charset", "UTF-8");
    add_parameter(&url, "text", message->text);
    if (message->report_url) {
        add_parameter(&url, "dlr-mask", "31");
        add_parameter(&url, "dlr-url", message->report_url);
    }
    return buffer_to_text(&url, arena);
}

static bool begins(struct bytes body, const char *text)
{
    return body.size >= strlen(text) && memcmp(body.data, text, strlen(text)) == 0;
}

enum kannel_result kannel_answer(int status, struct bytes body)
{
    if (status == 202 && begins(body, "0:")) return KANNEL_ACCEPTED;
    if (status == 202 && begins(body, "3:")) return KANNEL_QUEUED;
    if (status >= 400 && status < 500) {
        /* 408 and 429 are a proxy's words for "later" */
        enum kannel_result result = status == 408 || status == 429 ? KANNEL_UNAVAILABLE : KANNEL_REFUSED;
        (void)!err_set(ERR_UNAVAILABLE, "the SMS gateway refused with status %d", status);
        return result;
    }
    (void)!err_set(ERR_UNAVAILABLE, "the SMS gateway answered with status %d and not as Kannel does", status);
    return status == 503 ? KANNEL_UNAVAILABLE : KANNEL_UNKNOWN; /* 503: Kannel's temporal failure, nothing was taken */
}

enum kannel_result kannel_send(const struct kannel_settings *settings, const struct kannel_message *message)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct client_request request = {.url = kannel_request(arena, settings, message)};
    struct client_answer answer;
    switch (client_ask(arena, &request, &answer)) {
    case CLIENT_ANSWERED: return kannel_answer(answer.status, answer.body);
    case CLIENT_NOT_ASKED: return KANNEL_UNAVAILABLE;
    case CLIENT_LOST: break;
    }
    return KANNEL_UNKNOWN;
}
