/* The doors, and what is read before an application: privacy notice, information of Law 5070 (spec 01, 2). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_closed.h"
#include "web/apply/page_apply_door.h"
#include "web/apply/page_apply_doors.h"

#include <string.h>

enum err apply_show_doors(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const struct door *doors;
    size_t count;

    TRY(list_doors(web_of(request)->db, arena, &doors, &count));
    struct page_apply_doors_doors *items = NEW_ARRAY(arena, struct page_apply_doors_doors, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct page_apply_doors_doors){.name = door_title(&doors[i], http_language(request)),
                                                   .href = arena_printf(arena, "/basvuru/%s", doors[i].path),
                                                   .is_closed = doors[i].closed_s != 0};
    }
    const char *session = http_query(request, "oturum");
    return page_apply_doors(request, 200,
                            &(const struct page_apply_doors){
                                .has_ended = session != NULL && strcmp(session, "bitti") == 0,
                                .doors = items,
                                .doors_count = count,
                            });
}

enum err apply_show_closed(struct http_request *request, const struct door *door, bool has_logged_in)
{
    struct arena *arena = http_arena(request);
    enum language shown;
    size_t count;

    const char **texts = text_paragraphs(arena, door_closed_reason(door, http_language(request), &shown), &count);
    struct page_apply_closed_reason *reasons = NEW_ARRAY(arena, struct page_apply_closed_reason, count);
    for (size_t i = 0; i < count; i++) reasons[i] = (struct page_apply_closed_reason){texts[i], language_code(shown)};
    return page_apply_closed(request, 200,
                             &(const struct page_apply_closed){
                                 .door_name = door_title(door, http_language(request)),
                                 .since = time_to_date(arena, door->closed_s),
                                 .reason = reasons,
                                 .reason_count = count,
                                 .login = has_logged_in ? NULL : visit_path(request, "giris"),
                             });
}

enum err apply_show_door(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    bool is_english = http_language(request) == LANGUAGE_ENGLISH;
    struct legal_text notice, information;
    struct door door;
    size_t notice_count, information_count;

    TRY(visit_door(request, &door));
    if (door.closed_s != 0) return apply_show_closed(request, &door, false);
    TRY(find_legal_text(web_of(request)->db, arena, LEGAL_NOTICE, &notice));
    TRY(find_legal_text(web_of(request)->db, arena, LEGAL_INFORMATION, &information));
    bool has_notice = is_english && notice.english != NULL, has_information = is_english && information.english != NULL;
    const char **texts = text_paragraphs(arena, has_notice ? notice.english : notice.text, &notice_count);
    struct page_apply_door_notice *notices = NEW_ARRAY(arena, struct page_apply_door_notice, notice_count);
    for (size_t i = 0; i < notice_count; i++) notices[i].paragraph = texts[i];
    texts = text_paragraphs(arena, has_information ? information.english : information.text, &information_count);
    struct page_apply_door_information *informations =
        NEW_ARRAY(arena, struct page_apply_door_information, information_count);
    for (size_t i = 0; i < information_count; i++) informations[i].paragraph = texts[i];
    return page_apply_door(
        request, 200,
        &(const struct page_apply_door){
            .door_name = door_title(&door, http_language(request)),
            .login = visit_path(request, "giris"),
            .register_name = door.register_name,
            .asks_staff_number = door.asks_staff_number,
            .is_translated = has_notice && has_information,
            .notice_title = has_notice ? tr(LANGUAGE_ENGLISH, "Information on personal data") : notice.title,
            .notice = notices,
            .notice_count = notice_count,
            .information_title =
                has_information ? tr(LANGUAGE_ENGLISH, "Information under Law 5070") : information.title,
            .information = informations,
            .information_count = information_count,
        });
}
