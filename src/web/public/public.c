#include "web/public/public.h"

#include "application/application.h"
#include "base/clock.h"
#include "message/message.h"
#include "web/assets.h"
#include "web/challenge.h"
#include "web/context.h"
#include "web/public/page_public_contact.h"
#include "web/public/page_public_home.h"
#include "web/public/page_public_legal.h"
#include "web/web.h"

#include <stdlib.h>
#include <string.h>

#define OBJECTION_BODY_MAX 4096

#define ANNOUNCEMENTS_AT_HOME 3

static enum err list_news(struct http_request *request, struct page_public_home *page)
{
    struct arena *arena = http_arena(request);
    enum language shown;
    const struct announcement *announcements;
    size_t count;
    TRY(list_shown_announcements(web_of(request)->db, arena, ANNOUNCEMENTS_AT_HOME, &announcements, &count));
    struct page_public_home_news *items = NEW_ARRAY(arena, struct page_public_home_news, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i].title = announcement_title(&announcements[i], http_language(request), &shown);
        items[i].language = language_code(shown);
        items[i].href = arena_printf(arena, "/duyurular#d-%s", announcements[i].uid);
        items[i].date = time_to_date(arena, announcements[i].from_s);
    }
    page->news = items;
    page->news_count = count;
    page->has_news = count > 0;
    return ERR_NONE;
}

static enum err show_home(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const struct door *doors;
    size_t count;
    TRY(list_doors(web_of(request)->db, arena, &doors, &count));
    struct page_public_home_doors *items = NEW_ARRAY(arena, struct page_public_home_doors, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct page_public_home_doors){.name = door_title(&doors[i], http_language(request)),
                                                   .href = arena_printf(arena, "/basvuru/%s", doors[i].path),
                                                   .is_closed = doors[i].closed_s != 0};
    }
    struct page_public_home page = {.doors = items, .doors_count = count};
    TRY(list_news(request, &page));
    return page_public_home(request, 200, &page);
}

static enum err show_legal(struct http_request *request)
{
    return page_public_legal(request, 200,
                             &(const struct page_public_legal){
                                 .is_demo = web_of(request)->installation->is_demo,
                             });
}

static enum err show_contact(struct http_request *request)
{
    struct contacts contacts = web_contacts(request);
    return page_public_contact(request, 200,
                               &(const struct page_public_contact){
                                   .email = contacts.email,
                                   .phone = contacts.phone,
                                   .address = contacts.address,
                               });
}

/* Answers while the process can; what it needs from others is told by the pages themselves. */
static enum err show_health(struct http_request *request)
{
    return http_answer(request, 200, "text/plain; charset=utf-8", bytes_of_text("ok\n"));
}

/* The SMS centre calls this. The message's random uid is its credential. */
static enum err take_delivery_report(struct http_request *request)
{
    const char *report = http_query(request, "durum");
    if (report == NULL || strlen(report) > 4) return err_set(ERR_INVALID, "a delivery report without its type");
    TRY(report_delivery(web_of(request)->db, http_path(request, "uid"), strtol(report, NULL, 10)));
    return http_answer(request, 200, "text/plain; charset=utf-8", bytes_of_text("ok\n"));
}

/* Addresses of the former portal, which ministries printed on their own pages (spec 01); their queries mean nothing here. */
static enum err go_to_door(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct door door;
    TRY(find_door_of_address(web_of(request)->db, arena, http_path(request, "address"), &door));
    return http_redirect_for_good(request, arena_printf(arena, "/basvuru/%s", door.path));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/", 0, HTTP_OPEN, 0, show_home},
    {HTTP_GET, "/duyurular", 0, HTTP_OPEN, 0, public_show_announcements},
    {HTTP_GET, "/yasal-uyari", 0, HTTP_OPEN, 0, show_legal},
    {HTTP_GET, "/iletisim", 0, HTTP_OPEN, 0, show_contact},
    {HTTP_GET, OBJECTION_PATH, 0, HTTP_OPEN, 0, public_show_objection},
    {HTTP_POST, OBJECTION_PATH, 0, HTTP_CSRF, OBJECTION_BODY_MAX, public_object},
    {HTTP_GET, "/dil/{code}", 0, HTTP_OPEN, 0, language_choose},
    {HTTP_GET, "/resim/{token}", 0, HTTP_OPEN, 0, challenge_show},
    {HTTP_GET, "/resim/{token}/ses", 0, HTTP_OPEN, 0, challenge_say},
    {HTTP_GET, MESSAGE_REPORT_PATH "{uid}", 0, HTTP_OPEN, 0, take_delivery_report},
    {HTTP_GET, "/healthz", 0, HTTP_OPEN, 0, show_health, .is_quick = true},
    {HTTP_GET, "/bp/{address}", 0, HTTP_OPEN, 0, go_to_door},
    {0},
};
const struct http_desk public_desk = {"", NULL, routes};
