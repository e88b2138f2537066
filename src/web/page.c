#include "web/page.h"

#include "http/session.h"
#include "web/assets.h"
#include "web/partials.h"

#include <string.h>

static const struct page_settings *settings;

void page_setup(const struct page_settings *new_settings)
{
    settings = new_settings;
}

#define ENTRIES_MAX 8

/* A desk's navigation is for those who have logged in there. */
struct entry {
    const char *href;
    const char *label;
    unsigned roles; /* 0: all of the desk */
};

struct desk {
    const char *prefix;
    unsigned roles;
    const char *name;
    const char *sign_out;
    struct entry entries[ENTRIES_MAX + 1]; /* ended by href NULL */
};

static const struct desk desks[] = {
    {"/yetkili",
     ROLE_OFFICER,
     TR("Institution officer"),
     "/yetkili/cikis",
     {{"/yetkili/gelen", TR("Incoming applications")}, {"/yetkili/anahtar", TR("Passkeys")}}},
    {"/yonetim",
     ROLE_OPERATOR | ROLE_ADMINISTRATOR,
     TR("Administration"),
     "/yonetim/cikis",
     {{"/yonetim/sicil", TR("Registry")},
      {"/yonetim/personel", TR("Staff registers")},
      {"/yonetim/kurum", TR("Institutions"), ROLE_ADMINISTRATOR},
      {"/yonetim/kapi", TR("Doors"), ROLE_ADMINISTRATOR},
      {"/yonetim/duyuru", TR("Announcements"), ROLE_ADMINISTRATOR},
      {"/yonetim/metin", TR("Texts and forms"), ROLE_ADMINISTRATOR},
      {"/yonetim/iletisim", TR("Contact"), ROLE_ADMINISTRATOR},
      {"/yonetim/anahtar", TR("Passkeys")}}},
    {"/online",
     ROLE_HOLDER,
     TR("Online services"),
     "/online/cikis",
     {{"/online/sertifikalar", TR("My certificates")}, {"/online/adima-uretim", TR("Certificates in my name")}}},
};

static const struct desk *desk_of(const char *url, const struct session *session)
{
    for (size_t i = 0; session != NULL && i < sizeof desks / sizeof desks[0]; i++) {
        size_t size = strlen(desks[i].prefix);
        bool is_here = strncmp(url, desks[i].prefix, size) == 0 && (url[size] == '/' || url[size] == '\0');
        if (is_here && (session->role & desks[i].roles) != 0) return &desks[i];
    }
    return NULL;
}

struct page *page_new(struct http_request *request)
{
    struct page *page = NEW(http_arena(request), struct page);
    page->request = request;
    page->arena = http_arena(request);
    page->language = http_language(request);
    return page;
}

static void navigation_fill(struct page *page, const struct desk *desk, const struct session *session, const char *url,
                            struct partial_layout_top *top)
{
    struct partial_layout_top_navigation *items =
        NEW_ARRAY(page->arena, struct partial_layout_top_navigation, ENTRIES_MAX);
    size_t count = 0;
    for (const struct entry *entry = desk->entries; entry->href != NULL; entry++) {
        if (entry->roles != 0 && (session->role & entry->roles) == 0) continue;
        items[count].href = entry->href;
        items[count].label = tr(page->language, entry->label);
        items[count++].is_current = strncmp(url, entry->href, strlen(entry->href)) == 0;
    }
    top->desk = tr(page->language, desk->name);
    top->sign_out = desk->sign_out;
    top->navigation = items;
    top->navigation_count = count;
}

static size_t errors_collect(struct page *page, const struct form_field *const *fields,
                             struct partial_error_summary *summary)
{
    size_t all = 0, count = 0;
    while (fields != NULL && fields[all] != NULL) all++;
    struct partial_error_summary_errors *errors = NEW_ARRAY(page->arena, struct partial_error_summary_errors, all + 1);
    for (size_t i = 0; i < all; i++) {
        if (!page_has(fields[i]->error)) continue;
        errors[count++] = (struct partial_error_summary_errors){fields[i]->name, fields[i]->error};
    }
    summary->errors = errors;
    summary->errors_count = count;
    return count;
}

enum err page_begin(struct page *page, const struct page_head *head)
{
    const struct session *session = session_of(page->request);
    if (head->has_form && session == NULL) TRY(session_need(page->request, &session));
    page->csrf = session != NULL ? session->csrf : NULL;
    const char *url = http_url(page->request);
    struct partial_error_summary summary = {0};
    size_t errors = errors_collect(page, head->fields, &summary);
    struct partial_layout_top top = {
        .code = language_code(page->language),
        .title = head->title,
        .has_errors = errors > 0,
        .is_demo = settings->is_demo,
        .is_wide = head->is_wide,
        .style = asset_url("divit.css"),
        .script = asset_url("divit.js"),
        .icon = asset_url("divit.svg"),
        .back = head->back,
        .session_s = session != NULL && session->role != ROLE_ANYONE ? SESSION_IDLE_S : 0,
    };
    const struct desk *desk = desk_of(url, session);
    if (desk != NULL) navigation_fill(page, desk, session, url, &top);
    partial_layout_top(page, &top);
    if (errors > 0) partial_error_summary(page, &summary);
    return ERR_NONE;
}

static const char *digits_of(struct arena *arena, const char *phone)
{
    char *digits = arena_alloc(arena, strlen(phone) + 1);
    size_t count = 0;
    for (; *phone != '\0'; phone++)
        if ((*phone >= '0' && *phone <= '9') || *phone == '+') digits[count++] = *phone;
    return digits;
}

enum err page_end(struct page *page, int status)
{
    bool is_turkish = page->language == LANGUAGE_TURKISH;
    const struct page_support support = settings->find_support(page->request);
    CLEANUP_BUFFER struct buffer back = BUFFER_EMPTY;
    buffer_uri(&back, http_url(page->request));
    const char *other = is_turkish ? "en" : "tr";
    partial_layout_bottom(page, &(const struct partial_layout_bottom){
                                    .email = support.email,
                                    .phone = support.phone,
                                    .phone_link = digits_of(page->arena, support.phone),
                                    .other_code = other,
                                    .other_name = is_turkish ? "English" : "Türkçe",
                                    .other_href = arena_printf(page->arena, "/dil/%s?sayfa=%s", other,
                                                               buffer_to_text(&back, page->arena)),
                                });
    enum err error = http_answer_page(page->request, status, &page->html);
    buffer_free(&page->html);
    return error;
}
