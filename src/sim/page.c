/* The page *Dış dünya*, in Turkish: it plays the people's side, and is no page of the service itself. */
#include "base/turkish.h"
#include "sim/desk.h"

#include <stdlib.h>
#include <string.h>

#define PEOPLE_SHOWN_MAX 25
#define LATEST_SHOWN 20

struct page {
    struct http_request *request;
    struct arena *arena;
    struct buffer *html;
    json_t *demo;
    const char *wanted; /* what was searched for, "" if nothing */
    const char *person; /* identity number of who is chosen, "" if nobody */
};

static void add(struct page *page, const char *markup)
{
    buffer_text(page->html, markup);
}

static void add_text(struct page *page, const char *text)
{
    buffer_html(page->html, text);
}

/* <markup>text<after>, the text escaped */
static void wrap(struct page *page, const char *before, const char *text, const char *after)
{
    add(page, before);
    add_text(page, text);
    add(page, after);
}

/* Where forms come back to: this page with the same search and person. */
static void add_back(struct page *page)
{
    struct buffer path CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_text(&path, "/?ara=");
    buffer_uri(&path, page->wanted);
    buffer_text(&path, "&kisi=");
    buffer_uri(&path, page->person);
    wrap(page, "<input type=\"hidden\" name=\"geri\" value=\"", buffer_to_text(&path, page->arena), "\">");
}

static void add_row(struct page *page, const char *name, const char *value)
{
    if (!*value) return;
    wrap(page, "<div class=\"row\"><dt>", name, "</dt><dd><span class=\"value\">");
    wrap(page, "", value, "</span></dd></div>");
}

static void add_link_row(struct page *page, const char *name, const char *url)
{
    if (!*url) return;
    wrap(page, "<div class=\"row\"><dt>", name, "</dt><dd><a href=\"");
    wrap(page, "", url, "\">");
    wrap(page, "", url, "</a></dd></div>");
}

static void add_message(struct page *page, json_t *message, bool is_addressed)
{
    bool is_sms = strcmp(world_text(message, "channel"), "sms") == 0;
    add(page, "<li class=\"message\"><p class=\"about\">");
    add_text(page, world_text(message, "shown_at"));
    add(page, is_sms ? " · SMS" : " · e-posta");
    if (is_addressed) wrap(page, " · ", world_text(message, "to"), "");
    wrap(page, " · ", world_text(message, "from"), "</p>");
    if (!is_sms) wrap(page, "<p class=\"subject\">", world_text(message, "subject"), "</p>");
    wrap(page, "<p class=\"text\">", world_text(message, "text"), "</p></li>");
}

static void add_messages(struct page *page, const char *id, const char *to, size_t limit)
{
    json_t *list = messages_list(to, limit);
    wrap(page, "<ol class=\"messages\" id=\"", id, "\"");
    if (to) wrap(page, " data-to=\"", to, "\"");
    add(page, " data-live aria-live=\"polite\">");
    size_t index;
    json_t *message;
    json_array_foreach(list, index, message) add_message(page, message, to == NULL);
    if (json_array_size(list) == 0) add(page, "<li class=\"none\">Henüz ileti yok.</li>");
    add(page, "</ol>");
    json_decref(list);
}

static void add_box(struct page *page, const char *class, const char *title, const char *id, const char *to)
{
    wrap(page, "<section class=\"box ", class, "\" aria-labelledby=\"baslik-");
    wrap(page, "", id, "\"><h3 id=\"baslik-");
    wrap(page, "", id, "\">");
    wrap(page, "", title, "</h3>");
    wrap(page, "<p class=\"address\">", to, "</p>");
    add_messages(page, id, to, 50);
    add(page, "</section>");
}

static void add_person(struct page *page)
{
    json_t *person = world_person(page->demo, page->person);
    if (!person) return;
    wrap(page, "<section class=\"card\" aria-labelledby=\"kisi\"><h2 id=\"kisi\">", world_text(person, "given_names"),
         " ");
    wrap(page, "", world_text(person, "surname"), "</h2><p>Formlara yazılacak bilgiler. Hepsi uydurmadır.</p><dl>");
    add_row(page, "Kimlik No", world_text(person, "identity_number"));
    add_row(page, "Ad", world_text(person, "given_names"));
    add_row(page, "Soyad", world_text(person, "surname"));
    add_row(page, "Doğum Yeri", world_text(person, "birth_place"));
    add_row(page, "Doğum Tarihi", world_text(person, "birth_date"));
    add_row(page, "Kurum Sicil No", world_text(person, "staff_number"));
    add_row(page, "Kurum", world_text(person, "institution"));
    add_row(page, "Cep Telefonu", world_text(person, "mobile"));
    add_row(page, "E-posta", world_text(person, "email"));
    add(page, "</dl><div class=\"boxes\">");
    if (*world_text(person, "mobile")) add_box(page, "phone", "Telefonu", "telefon", world_text(person, "mobile"));
    if (*world_text(person, "email")) add_box(page, "mail", "Posta kutusu", "posta", world_text(person, "email"));
    add(page, "</div></section>");
}

/* Part of the name, whichever case, or of a number. */
static bool is_wanted(struct page *page, json_t *person)
{
    if (!*page->wanted) return true;
    const char *all = arena_printf(page->arena, "%s %s %s %s %s", world_text(person, "given_names"),
                                   world_text(person, "surname"), world_text(person, "identity_number"),
                                   world_text(person, "staff_number"), world_text(person, "institution"));
    return strstr(turkish_upper(page->arena, all), turkish_upper(page->arena, page->wanted)) != NULL;
}

static void add_person_link(struct page *page, json_t *person)
{
    wrap(page, "<li><a href=\"/?kisi=", world_text(person, "identity_number"), "&amp;ara=");
    buffer_uri(page->html, page->wanted);
    wrap(page, "#kisi\">", world_text(person, "given_names"), " ");
    wrap(page, "", world_text(person, "surname"), "</a> <span class=\"hint\">");
    wrap(page, "", world_text(person, "identity_number"), " · ");
    wrap(page, "", world_text(person, "institution"), "</span></li>");
}

static void add_people(struct page *page)
{
    add(page, "<section class=\"card\" aria-labelledby=\"kisiler\"><h2 id=\"kisiler\">Kişiler</h2>"
              "<form method=\"get\" action=\"/\" role=\"search\"><label for=\"ara\">Ad, kimlik no, sicil no ya da "
              "kurum</label>"
              "<div class=\"line\"><input id=\"ara\" name=\"ara\" type=\"search\" value=\"");
    wrap(page, "", page->wanted, "\"><button type=\"submit\">Ara</button></div></form><ul class=\"people\">");
    size_t index, found = 0;
    json_t *person;
    json_array_foreach(json_object_get(page->demo, "people"), index, person)
    {
        if (is_wanted(page, person) && ++found <= PEOPLE_SHOWN_MAX) add_person_link(page, person);
    }
    add(page, "</ul>");
    if (found == 0) add(page, "<p>Böyle biri yok.</p>");
    if (found > PEOPLE_SHOWN_MAX)
        buffer_printf(page->html, "<p class=\"hint\">%zu kişiden ilk %d gösterildi; aramayı daraltın.</p>", found,
                      PEOPLE_SHOWN_MAX);
    add(page, "</section>");
}

static void add_clock_button(struct page *page, const char *name, const char *value, const char *text)
{
    add(page, "<form method=\"post\" action=\"/api/clock\">");
    add_back(page);
    wrap(page, "<input type=\"hidden\" name=\"", name, "\" value=\"");
    wrap(page, "", value, "\"><button type=\"submit\" class=\"quiet\">");
    wrap(page, "", text, "</button></form>");
}

static void add_clock(struct page *page)
{
    add(page, "<section class=\"card\" aria-labelledby=\"saat\"><h2 id=\"saat\">Saat</h2><p>Divit için şimdi: <strong "
              "id=\"clock\">");
    add_text(page, time_to_date_time(page->arena, clock_now_s()));
    add(page, "</strong></p><div class=\"line\">");
    add_clock_button(page, "advance_s", "60", "1 dakika ileri");
    add_clock_button(page, "advance_s", "300", "5 dakika ileri");
    add_clock_button(page, "advance_s", "3600", "1 saat ileri");
    add_clock_button(page, "advance_s", "86400", "1 gün ileri");
    add_clock_button(page, "advance_s", "2592000", "30 gün ileri");
    add_clock_button(page, "offset_s", "0", "Gerçek saate dön");
    add(page, "</div></section>");
}

static void add_fault(struct page *page, enum system system)
{
    add(page, "<form method=\"post\" action=\"/api/faults\" class=\"fault\">");
    add_back(page);
    wrap(page, "<input type=\"hidden\" name=\"system\" value=\"", system_name(system), "\"><label for=\"ariza-");
    wrap(page, "", system_name(system), "\">");
    wrap(page, "", system_title(system), "</label><div class=\"line\"><select name=\"fault\" id=\"ariza-");
    wrap(page, "", system_name(system), "\">");
    for (int i = 0; i < FAULT_COUNT; i++) {
        wrap(page, "<option value=\"", fault_name((enum fault)i), "\"");
        add(page, fault_now(system) == (enum fault)i ? " selected>" : ">");
        wrap(page, "", fault_title((enum fault)i), "</option>");
    }
    wrap(page, "</select><button type=\"submit\" class=\"quiet\">Uygula<span class=\"unseen\"> (", system_title(system),
         ")</span></button></div></form>");
}

static void add_faults(struct page *page)
{
    add(page, "<section class=\"card\" aria-labelledby=\"arizalar\"><h2 id=\"arizalar\">Arızalar</h2>"
              "<p>Dış sistemler nasıl davransın?</p>");
    for (int i = 0; i < SYSTEM_COUNT; i++) add_fault(page, (enum system)i);
    add(page, "</section>");
}

static void add_officer(struct page *page, json_t *officer)
{
    const char *identity_number = world_text(officer, "identity_number");
    const char *code = authenticator_code(page->arena, officer);
    wrap(page, "<h3>", world_text(officer, "display_name"), "</h3><dl>");
    add_row(page, "Görevi", world_text(officer, "role"));
    add_row(page, "Kullanıcı adı", world_text(officer, "user_name"));
    add_row(page, "Kimlik No", identity_number);
    add_row(page, "Parola", world_text(officer, "password"));
    add_link_row(page, "Tek kullanımlık bağlantı", world_text(officer, "link"));
    if (code) {
        wrap(page, "<div class=\"row\"><dt>Doğrulayıcı kodu</dt><dd><span class=\"value code\" data-totp=\"",
             identity_number, "\">");
        wrap(page, "", code, "</span></dd></div>");
    }
    add(page, "</dl><details><summary>Doğrulayıcı uygulamaya anahtar ekle</summary><form method=\"post\" "
              "action=\"/api/totp\">");
    add_back(page);
    wrap(page, "<input type=\"hidden\" name=\"identity_number\" value=\"", identity_number, "\"><label for=\"anahtar-");
    wrap(page, "", identity_number,
         "\">Kurulum sayfasında gösterilen anahtar</label><div class=\"line\"><input type=\"text\" id=\"anahtar-");
    wrap(page, "", identity_number,
         "\" name=\"secret\" autocomplete=\"off\" spellcheck=\"false\" required>"
         "<button type=\"submit\" class=\"quiet\">Ekle</button></div></form></details>");
}

static void add_signers(struct page *page, json_t *officers, const char *id)
{
    size_t index;
    json_t *officer;
    wrap(page, "<label for=\"", id, "\">İmzalayan</label><select name=\"officer\" id=\"");
    wrap(page, "", id, "\">");
    json_array_foreach(officers, index, officer)
    {
        wrap(page, "<option value=\"", world_text(officer, "token_label"), "\">");
        wrap(page, "", world_text(officer, "display_name"), "</option>");
    }
    add(page, "</select>");
}

static void add_computer(struct page *page, json_t *officers)
{
    add(page, "<section class=\"card\" aria-labelledby=\"bilgisayar\"><h2 id=\"bilgisayar\">Kişinin bilgisayarı</h2>"
              "<p>Kişinin kartı yerine geçen anahtarla <code>eimza-cli</code> imzalar. Sayfanın gösterdiği kodu verin; "
              "program metni okur, imzalar ve dönüş bağlantısını gösterir.</p>"
              "<form method=\"post\" action=\"/api/sign-code\">");
    add_back(page);
    add_signers(page, officers, "kodla-imzalayan");
    add(page,
        "<label for=\"kod\">Doğrulama kodu</label><input id=\"kod\" name=\"code\" type=\"text\" inputmode=\"numeric\" "
        "autocomplete=\"off\" required><button type=\"submit\">Kodla imzala</button></form>"
        "<h3>Dosya</h3><p>Seçilen dosya imzalanır ve .p7m olarak indirilir.</p>"
        "<form method=\"post\" action=\"/api/sign\" enctype=\"multipart/form-data\">");
    add_signers(page, officers, "imzaci");
    add(page, "<label for=\"dosya\">İmzalanacak dosya</label><input id=\"dosya\" type=\"file\" name=\"file\" "
              "required>"
              "<button type=\"submit\">İmzala ve indir</button></form></section>");
}

static void add_officers(struct page *page)
{
    json_t *officers = json_object_get(page->demo, "staff");
    add(page,
        "<section class=\"card\" aria-labelledby=\"yetkililer\"><h2 id=\"yetkililer\">Yetkililer, operatör, yöneticiler</h2>");
    size_t index;
    json_t *officer;
    json_array_foreach(officers, index, officer) add_officer(page, officer);
    add(page, "</section>");
    add_computer(page, officers);
}

static void add_addresses(struct page *page)
{
    static const struct {
        const char *name, *title;
    } titles[] = {{"home", "Ana sayfa"}, {"apply", "Başvuru"},          {"officer", "Kurum yetkilisi"},
                  {"admin", "Yönetim"},  {"online", "Online işlemler"}, {"responder", "OCSP ve CRL"}};
    json_t *addresses = json_object_get(page->demo, "addresses");
    add(page, "<nav aria-label=\"Divit sayfaları\"><ul class=\"addresses\">");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (!*world_text(addresses, titles[i].name)) continue;
        wrap(page, "<li><a href=\"", world_text(addresses, titles[i].name), "\">");
        wrap(page, "", titles[i].title, "</a></li>");
    }
    add(page, "</ul></nav>");
}

static void add_head(struct page *page)
{
    add(page,
        "<!DOCTYPE html>\n<html lang=\"tr\"><head><meta charset=\"utf-8\"><title>Dış dünya – Divit benzetimi</title>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<link rel=\"stylesheet\" href=\"/static/sim.css\"><script src=\"/static/sim.js\" defer></script></head><body>"
        "<header><h1>Dış dünya</h1></header><main><p class=\"warning\"><strong>Benzetim.</strong> Buradaki kişiler, "
        "telefonlar, posta kutuları ve kurumlar gerçek değildir; yalnızca deneme kurulumunda bulunur.</p>");
}

/* What eimza-cli said, and the link that a person's own browser would open by itself. */
static enum err show_signed(struct http_request *request, const char *back, const char *said, const char *link)
{
    struct buffer html CLEANUP_BUFFER = BUFFER_EMPTY;
    struct page page = {.request = request, .arena = http_arena(request), .html = &html};
    add_head(&page);
    add(&page, "<section class=\"card\" aria-labelledby=\"eimza\"><h2 id=\"eimza\">eimza-cli</h2>");
    if (*link) {
        wrap(&page, "<p>İmzalandı. Kişinin tarayıcısı şu adresi açardı: <a id=\"donus\" href=\"", link, "\">");
        wrap(&page, "", link, "</a></p>");
    }
    wrap(&page, "<pre>", said, "</pre><p><a href=\"");
    wrap(&page, "", *back ? back : "/", "\">Dış dünyaya dön</a></p></section></main></body></html>\n");
    return http_answer_page(request, 200, &html);
}

enum err answer_signed(struct http_request *request, const json_t *wish, int exit_code, const char *said,
                       const char *link)
{
    if (!is_json(request)) return show_signed(request, world_text(wish, "geri"), said, link);
    return answer_json(request, 200, json_pack("{s:i, s:s, s:s}", "exit_code", exit_code, "said", said, "link", link));
}

enum err show_world(struct http_request *request)
{
    struct buffer html CLEANUP_BUFFER = BUFFER_EMPTY;
    const char *wanted = http_query(request, "ara"), *person = http_query(request, "kisi");
    struct page page = {.request = request,
                        .arena = http_arena(request),
                        .html = &html,
                        .demo = world_demo(),
                        .wanted = wanted ? wanted : "",
                        .person = person ? person : ""};
    add_head(&page);
    add_addresses(&page);
    add_person(&page);
    add(&page, "<div class=\"columns\"><div>");
    add_people(&page);
    add(&page, "<section class=\"card\" aria-labelledby=\"iletiler\"><h2 id=\"iletiler\">Son iletiler</h2>");
    add_messages(&page, "son", NULL, LATEST_SHOWN);
    add(&page, "</section></div><div>");
    add_officers(&page);
    add_clock(&page);
    add_faults(&page);
    add(&page, "</div></div></main></body></html>\n");
    json_decref(page.demo);
    return http_answer_page(request, 200, &html);
}
