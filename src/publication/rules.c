#include "publication/publication.h"

#include <string.h>

enum announcement_state announcement_state_at(const struct announcement *announcement, int64_t now_s)
{
    if (announcement->withdrawn_s != 0) return ANNOUNCEMENT_WITHDRAWN;
    if (announcement->from_s > now_s) return ANNOUNCEMENT_COMING;
    return announcement->until_s != 0 && announcement->until_s <= now_s ? ANNOUNCEMENT_OVER : ANNOUNCEMENT_SHOWN;
}

const char *announcement_state_title(enum announcement_state state)
{
    static const char *const titles[] = {TR("Not shown yet"), TR("Shown"), TR("Over"), TR("Withdrawn")};
    return titles[state];
}

static bool is_english(const struct announcement *announcement, enum language language)
{
    return language == LANGUAGE_ENGLISH && announcement->english_title[0] != '\0';
}

const char *announcement_title(const struct announcement *announcement, enum language language,
                               enum language *ret_language)
{
    *ret_language = is_english(announcement, language) ? LANGUAGE_ENGLISH : LANGUAGE_TURKISH;
    return *ret_language == LANGUAGE_ENGLISH ? announcement->english_title : announcement->title;
}

const char *announcement_text(const struct announcement *announcement, enum language language)
{
    return is_english(announcement, language) ? announcement->english_text : announcement->text;
}

const char **text_paragraphs(struct arena *arena, const char *text, size_t *ret_count)
{
    size_t count = 1;

    for (const char *at = text; (at = strstr(at, "\n\n")) != NULL; at += 2) count++;
    const char **list = NEW_ARRAY(arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        const char *end = strstr(text, "\n\n");
        list[i] = end != NULL ? arena_text_n(arena, text, (size_t)(end - text)) : text;
        text = end != NULL ? end + 2 : text;
    }
    *ret_count = count;
    return list;
}

bool contacts_phone_is_valid(const char *phone)
{
    size_t digits = 0;

    if (phone[0] == '+') phone++;
    for (; *phone != '\0'; phone++) {
        if (strchr("0123456789 ()", *phone) == NULL) return false;
        digits += *phone >= '0' && *phone <= '9';
    }
    return digits >= 3 && digits <= 15; /* ITU-T E.164; 3: a short number */
}
