/* The doors, and what is read before an application: privacy notice, information of Law 5070 (spec 01, 2). */
#include "web/apply/apply.h"
#include "web/apply/page_apply_door.h"
#include "web/apply/page_apply_doors.h"

enum err apply_show_doors(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const struct door *doors;
    size_t count;

    TRY(list_doors(web_of(request)->db, arena, &doors, &count));
    struct page_apply_doors_doors *items = NEW_ARRAY(arena, struct page_apply_doors_doors, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct page_apply_doors_doors){.name = doors[i].name,
                                                   .href = arena_printf(arena, "/basvuru/%s", doors[i].path)};
    }
    return page_apply_doors(request, 200, &(const struct page_apply_doors){.doors = items, .doors_count = count});
}

enum err apply_show_door(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    bool is_english = http_language(request) == LANGUAGE_ENGLISH;
    struct legal_text notice, information;
    struct door door;
    size_t notice_count, information_count;

    TRY(visit_door(request, &door));
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
            .door_name = door.name,
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
