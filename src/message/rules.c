#include "base/buffer.h"
#include "message/templates.h"

#include <string.h>
#include <unistr.h>

const struct message_template *message_template_of(enum message_event event)
{
    if (event < MESSAGE_CONTACT_CHANGED) return &message_templates[event];
    if (event < MESSAGE_SUSPENDED) return &message_waiting_templates[event - MESSAGE_CONTACT_CHANGED];
    return &message_certificate_templates[event - MESSAGE_SUSPENDED];
}

const char *message_event_name(enum message_event event)
{
    return message_template_of(event)->event;
}

static const char *value_of(const char *const *pairs, const char *name, size_t size)
{
    for (; *pairs != NULL; pairs += 2) {
        if (strlen(pairs[0]) == size && memcmp(pairs[0], name, size) == 0) return pairs[1];
    }
    return NULL;
}

enum err message_fill(struct arena *arena, const char *text, const char *const *pairs, const char **ret_filled)
{
    CLEANUP_BUFFER struct buffer filled = BUFFER_EMPTY;
    while (*text != '\0') {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        if (end == NULL) {
            buffer_char(&filled, *text++);
            continue;
        }
        size_t size = (size_t)(end - text) - 1;
        const char *value = value_of(pairs, text + 1, size);
        if (value == NULL) return err_set(ERR_BROKEN, "%.*s has no value", (int)size + 2, text);
        buffer_text(&filled, value);
        text = end + 1;
    }
    *ret_filled = buffer_to_text(&filled, arena);
    return ERR_NONE;
}

enum err message_code_text(struct arena *arena, enum message_event event, enum language language, const char *code,
                           int64_t minutes, const char **ret_text)
{
    const char *pairs[] = {"code", code, "minutes", arena_printf(arena, "%lld", (long long)minutes), NULL};
    return message_fill(arena, message_template_of(event)->wordings[language].sms, pairs, ret_text);
}

/* 3GPP TS 23.038 6.2.1: units a character takes in the default alphabet; 0: it is not in it. */
static size_t gsm_units(ucs4_t character)
{
    static const char basic[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
                                "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    static const char extended[] = "^{}\\[~]|€";
    if (u8_strchr((const uint8_t *)basic, character) != NULL) return 1;
    if (u8_strchr((const uint8_t *)extended, character) != NULL) return 2;
    return 0;
}

size_t sms_parts(const char *text)
{
    size_t gsm = 0, ucs2 = 0;
    bool is_gsm = true;
    const uint8_t *at = (const uint8_t *)text;
    ucs4_t character;
    for (at = u8_next(&character, at); at != NULL; at = u8_next(&character, at)) {
        size_t units = gsm_units(character);
        is_gsm = is_gsm && units > 0;
        gsm += units;
        ucs2 += character > 0xffff ? 2 : 1;
    }
    size_t used = is_gsm ? gsm : ucs2, whole = is_gsm ? 160 : 70, part = is_gsm ? 153 : 67;
    return used <= whole ? 1 : (used + part - 1) / part;
}
