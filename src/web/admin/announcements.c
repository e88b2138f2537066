/* Announcements: written, changed, withdrawn (spec 01: kept by the administrator). */
#include "base/clock.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_announcement.h"
#include "web/admin/page_admin_announcements.h"

#include <string.h>

static const struct form_rule rules[] = {
    {.name = "title", .length_max = ANNOUNCEMENT_TITLE_MAX, .is_required = true, .missing = TR("Enter a title")},
    {.name = "text",
     .length_max = ANNOUNCEMENT_TEXT_MAX,
     .is_required = true,
     .has_paragraphs = true,
     .missing = TR("Enter what is to be said")},
    {.name = "english_title", .length_max = ANNOUNCEMENT_TITLE_MAX},
    {.name = "english_text", .length_max = ANNOUNCEMENT_TEXT_MAX, .has_paragraphs = true},
    {.name = "from", .length_max = 10, .is_required = true, .missing = TR("Enter the first day on which it is shown")},
    {.name = "until", .length_max = 10},
    {0},
};

/* The day before it is no longer shown. */
static const char *last_day(struct arena *arena, const struct announcement *announcement)
{
    return announcement->until_s == 0 ? NULL : time_to_date(arena, announcement->until_s - 1);
}

enum err admin_show_announcements(struct http_request *request)
{
    static const char *const colours[] = {"blue", "green", "grey", "red"};
    struct arena *arena = http_arena(request);
    const struct announcement *announcements;
    size_t count;
    TRY(list_announcements(web_of(request)->db, arena, &announcements, &count));
    struct page_admin_announcements_announcements *items =
        NEW_ARRAY(arena, struct page_admin_announcements_announcements, count + 1);
    for (size_t i = 0; i < count; i++) {
        enum announcement_state state = announcement_state_at(&announcements[i], clock_now_s());
        items[i] = (struct page_admin_announcements_announcements){
            .uid = announcements[i].uid,
            .title = announcements[i].title,
            .from = time_to_date(arena, announcements[i].from_s),
            .until = last_day(arena, &announcements[i]),
            .account = announcements[i].account_name,
            .state = tr(http_language(request), announcement_state_title(state)),
            .colour = colours[state],
            .has_english = announcements[i].english_title[0] != '\0',
        };
    }
    const char *result = http_query(request, "durum");
    return page_admin_announcements(request, 200,
                                    &(const struct page_admin_announcements){
                                        .is_kept = result != NULL && strcmp(result, "kaydedildi") == 0,
                                        .is_withdrawn = result != NULL && strcmp(result, "geri-alindi") == 0,
                                        .has_announcements = count > 0,
                                        .announcements = items,
                                        .announcements_count = count,
                                    });
}

/* `kept` NULL: a new one. */
static enum err show(struct http_request *request, int status, const struct announcement *kept, const struct form *form)
{
    struct arena *arena = http_arena(request);
    return page_admin_announcement(
        request, status,
        &(const struct page_admin_announcement){
            .heading =
                tr(http_language(request), kept == NULL ? TR("Write an announcement") : TR("Change an announcement")),
            .action = kept == NULL ? "/yonetim/duyuru/yeni" : arena_printf(arena, "/yonetim/duyuru/%s", kept->uid),
            .uid = kept == NULL ? NULL : kept->uid,
            .is_withdrawn = kept != NULL && kept->withdrawn_s != 0,
            .title = form_field(form, "title"),
            .text = form_field(form, "text"),
            .english_title = form_field(form, "english_title"),
            .english_text = form_field(form, "english_text"),
            .from = form_field(form, "from"),
            .until = form_field(form, "until"),
        });
}

enum err admin_show_new_announcement(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    form_set(&form, "from", time_to_date(http_arena(request), clock_now_s()));
    return show(request, 200, NULL, &form);
}

enum err admin_show_announcement(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct form form = form_empty(request, rules);
    struct announcement kept;
    TRY(find_announcement(web_of(request)->db, arena, http_path(request, "uid"), &kept));
    form_set(&form, "title", kept.title);
    form_set(&form, "text", kept.text);
    form_set(&form, "english_title", kept.english_title);
    form_set(&form, "english_text", kept.english_text);
    form_set(&form, "from", time_to_date(arena, kept.from_s));
    form_set(&form, "until", last_day(arena, &kept));
    return show(request, 200, &kept, &form);
}

static void read_days(struct form *form, struct announcement *announcement)
{
    struct date day;
    const char *until = form_value(form, "until");
    if (date_parse(form_value(form, "from"), &day) == ERR_NONE) announcement->from_s = time_of_date(day);
    else form_mistake(form, "from", TR("Enter a date like 31.12.2026"));
    if (*until == '\0') return;
    if (date_parse(until, &day) != ERR_NONE) {
        form_mistake(form, "until", TR("Enter a date like 31.12.2026"));
        return;
    }
    announcement->until_s = time_of_date(date_of_time(time_of_date(day) + 36 * 3600)); /* the start of the next day */
    if (announcement->until_s <= announcement->from_s)
        form_mistake(form, "until", TR("The last day cannot lie before the first one"));
}

static void read_announcement(struct form *form, struct announcement *announcement)
{
    *announcement = (struct announcement){
        .uid = announcement->uid,
        .title = form_value(form, "title"),
        .text = form_value(form, "text"),
        .english_title = form_value(form, "english_title"),
        .english_text = form_value(form, "english_text"),
    };
    if (*announcement->english_title == '\0' && *announcement->english_text != '\0')
        form_mistake(form, "english_title", TR("Enter an English title, or leave out the English text"));
    if (*announcement->english_text == '\0' && *announcement->english_title != '\0')
        form_mistake(form, "english_text", TR("Enter an English text, or leave out the English title"));
    read_days(form, announcement);
}

static enum err keep(struct http_request *request, const struct announcement *kept)
{
    struct form form;
    struct actor actor = staff_actor(request);
    struct announcement announcement = {.uid = kept == NULL ? NULL : kept->uid};
    TRY(form_read(request, rules, &form));
    read_announcement(&form, &announcement);
    if (form.errors > 0) return show(request, 422, kept, &form);
    TRY(write_announcement(web_of(request)->db, http_arena(request), &actor, staff_account_id(request), &announcement));
    return http_redirect(request, "/yonetim/duyuru?durum=kaydedildi");
}

enum err admin_write_announcement(struct http_request *request)
{
    return keep(request, NULL);
}

enum err admin_change_announcement(struct http_request *request)
{
    struct announcement kept;
    TRY(find_announcement(web_of(request)->db, http_arena(request), http_path(request, "uid"), &kept));
    if (kept.withdrawn_s != 0) return err_set(ERR_STATE, "announcement: withdrawn");
    return keep(request, &kept);
}

enum err admin_withdraw_announcement(struct http_request *request)
{
    struct actor actor = staff_actor(request);
    enum err error = withdraw_announcement(web_of(request)->db, http_arena(request), &actor, http_path(request, "uid"));
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error; /* withdrawn by another page: as wished */
    return http_redirect(request, "/yonetim/duyuru?durum=geri-alindi");
}
