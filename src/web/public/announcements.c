/* Announcements as everybody reads them (spec 01, Duyurular). */
#include "base/clock.h"
#include "web/context.h"
#include "web/public/page_public_announcements.h"
#include "web/public/public.h"

/* Titles and paragraphs one after the other: a line is the one or the other. */
enum err public_show_announcements(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request), shown;
    const struct announcement *announcements;
    size_t count, lines = 0;
    TRY(list_shown_announcements(web_of(request)->db, arena, 0, &announcements, &count));
    size_t size = 1;
    for (size_t i = 0; i < count; i++) {
        size_t paragraphs;
        (void)text_paragraphs(arena, announcement_text(&announcements[i], language), &paragraphs);
        size += paragraphs + 1;
    }
    struct page_public_announcements_lines *items = NEW_ARRAY(arena, struct page_public_announcements_lines, size);
    for (size_t i = 0; i < count; i++) {
        size_t paragraphs;
        const char **texts = text_paragraphs(arena, announcement_text(&announcements[i], language), &paragraphs);
        const char *title = announcement_title(&announcements[i], language, &shown);
        const char *code = language_code(shown);
        items[lines++] = (struct page_public_announcements_lines){.title = title,
                                                                  .language = code,
                                                                  .uid = announcements[i].uid,
                                                                  .date = time_to_date(arena, announcements[i].from_s)};
        for (size_t j = 0; j < paragraphs; j++)
            items[lines++] = (struct page_public_announcements_lines){.paragraph = texts[j], .language = code};
    }
    return page_public_announcements(request, 200,
                                     &(const struct page_public_announcements){.lines = items, .lines_count = lines});
}
