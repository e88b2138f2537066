/* The texts that people accept: their versions, and a new one, looked at before it is put into force (spec 01, 02). */
#include "base/clock.h"
#include "publication/publication.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_text.h"
#include "web/admin/page_admin_text_new.h"
#include "web/admin/page_admin_texts.h"

#include <string.h>

#define PARAGRAPHS_MAX 400 /* of both versions together; more are shown without comparing */

static const struct form_rule rules[] = {
    {.name = "version",
     .length_max = LEGAL_VERSION_MAX,
     .is_required = true,
     .missing = TR("Enter the new version's number")},
    {.name = "title", .length_max = LEGAL_TITLE_MAX, .is_required = true, .missing = TR("Enter a title")},
    {.name = "text",
     .length_max = LEGAL_BODY_MAX,
     .is_required = true,
     .has_paragraphs = true,
     .missing = TR("Enter the text")},
    {.name = "english", .length_max = LEGAL_BODY_MAX, .has_paragraphs = true},
    {.name = "from", .length_max = 10, .is_required = true, .missing = TR("Enter the day from which it is in force")},
    {.name = "act", .length_max = 10},
    {.name = "seen", .length_max = 64},
    {0},
};

static const char *kind_title(struct http_request *request, enum legal_text_kind kind)
{
    static const char *const titles[] = {TR("Privacy notice"), TR("Information under Law 5070"), TR("Declaration"),
                                         TR("Application form"), TR("Undertaking")};
    return tr(http_language(request), titles[kind]);
}

/* "Shipped" for what was there from the start. */
static const char *from_text(struct http_request *request, const struct legal_text *text)
{
    return text->from_s == 0 ? tr(http_language(request), TR("from the start"))
                             : time_to_date(http_arena(request), text->from_s);
}

enum err admin_show_texts(struct http_request *request)
{
    const struct legal_text *texts;
    size_t count;
    bool has_now[LEGAL_TEXT_COUNT] = {false};
    TRY(list_legal_texts(web_of(request)->db, http_arena(request), &texts, &count));
    struct page_admin_texts_texts *items = NEW_ARRAY(http_arena(request), struct page_admin_texts_texts, count + 1);
    for (size_t i = 0; i < count; i++) {
        enum legal_text_kind kind = texts[i].kind;
        bool is_coming = texts[i].from_s > clock_now_s(), is_now = !is_coming && !has_now[kind];
        has_now[kind] |= is_now;
        items[i] = (struct page_admin_texts_texts){
            .kind = legal_text_kind_name(kind),
            .title = kind_title(request, kind),
            .name = texts[i].name,
            .version = texts[i].version,
            .from = from_text(request, &texts[i]),
            .account = texts[i].account_name,
            .is_coming = is_coming,
            .is_now = is_now,
        };
    }
    return page_admin_texts(request, 200,
                            &(const struct page_admin_texts){.is_published = http_query(request, "durum") != NULL,
                                                             .texts = items,
                                                             .texts_count = count});
}

enum err admin_show_text(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    enum legal_text_kind kind;
    struct legal_text text;
    size_t count;
    TRY(legal_text_kind_of(http_path(request, "kind"), &kind));
    TRY(find_legal_text_of_version(web_of(request)->db, arena, kind, http_path(request, "version"), &text));
    const char **paragraphs = text_paragraphs(arena, text.text, &count);
    struct page_admin_text_paragraphs *items = NEW_ARRAY(arena, struct page_admin_text_paragraphs, count);
    for (size_t i = 0; i < count; i++) items[i].paragraph = paragraphs[i];
    return page_admin_text(request, 200,
                           &(const struct page_admin_text){.name = text.name,
                                                           .version = text.version,
                                                           .title = text.title,
                                                           .from = from_text(request, &text),
                                                           .digest = text.digest,
                                                           .paragraphs = items,
                                                           .paragraphs_count = count});
}

/* -- a new one -- */

struct comparison {
    const char **before, **after;
    size_t before_count, after_count;
    struct page_admin_text_new_lines *lines;
    size_t count;
};

/* How many paragraphs two ends have in common, in order. */
static void measure(const struct comparison *comparison, int *lengths)
{
    size_t width = comparison->after_count + 1;
    for (size_t i = comparison->before_count; i-- > 0;)
        for (size_t j = comparison->after_count; j-- > 0;) {
            int down = lengths[(i + 1) * width + j], right = lengths[i * width + j + 1];
            bool is_same = strcmp(comparison->before[i], comparison->after[j]) == 0;
            lengths[i * width + j] = is_same ? lengths[(i + 1) * width + j + 1] + 1 : down > right ? down : right;
        }
}

/* The longest common subsequence of paragraphs stays; what is beside it went or came. */
static void compare(struct arena *arena, struct comparison *comparison)
{
    size_t i = 0, j = 0, width = comparison->after_count + 1;
    int *lengths = NEW_ARRAY(arena, int, (comparison->before_count + 1) * width);
    bool is_small = comparison->before_count + comparison->after_count <= PARAGRAPHS_MAX;
    if (is_small) measure(comparison, lengths);
    comparison->lines =
        NEW_ARRAY(arena, struct page_admin_text_new_lines, comparison->before_count + comparison->after_count + 1);
    while (i < comparison->before_count || j < comparison->after_count) {
        struct page_admin_text_new_lines *line = &comparison->lines[comparison->count++];
        bool has_before = i < comparison->before_count, has_after = j < comparison->after_count;
        if (has_before && has_after && strcmp(comparison->before[i], comparison->after[j]) == 0) {
            line->same = comparison->before[i++];
            j++;
        } else if (has_before && (!has_after || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
            line->gone = comparison->before[i++];
        } else {
            line->come = comparison->after[j++];
        }
    }
}

/* What was looked at: a text is put into force as its writer saw it, not as it was changed below the preview. */
static const char *digest_fields(struct arena *arena, const struct form *form)
{
    return hex_encode(arena, sha256(arena, bytes_of_text(arena_printf(
                                               arena, "%s\n\n\n%s\n\n\n%s\n\n\n%s\n\n\n%s", form_value(form, "version"),
                                               form_value(form, "title"), form_value(form, "text"),
                                               form_value(form, "english"), form_value(form, "from")))));
}

static enum err show_new(struct http_request *request, int status, const struct legal_text *now,
                         const struct form *form, bool is_preview)
{
    struct arena *arena = http_arena(request);
    struct comparison comparison = {0};
    if (is_preview) {
        comparison.before = text_paragraphs(arena, now->text, &comparison.before_count);
        comparison.after = text_paragraphs(arena, form_value(form, "text"), &comparison.after_count);
        compare(arena, &comparison);
    }
    return page_admin_text_new(request, status,
                               &(const struct page_admin_text_new){
                                   .kind = legal_text_kind_name(now->kind),
                                   .heading = kind_title(request, now->kind),
                                   .name = now->name,
                                   .version_now = now->version,
                                   .is_preview = is_preview,
                                   .seen = digest_fields(arena, form),
                                   .was_changed = is_preview && *form_value(form, "seen") != '\0' &&
                                                  strcmp(form_value(form, "act"), "publish") == 0,
                                   .lines = comparison.lines,
                                   .lines_count = comparison.count,
                                   .version = form_field(form, "version"),
                                   .title = form_field(form, "title"),
                                   .text = form_field(form, "text"),
                                   .english = form_field(form, "english"),
                                   .from = form_field(form, "from"),
                               });
}

static enum err find_now(struct http_request *request, struct legal_text *ret_now)
{
    enum legal_text_kind kind;
    TRY(legal_text_kind_of(http_path(request, "kind"), &kind));
    return find_legal_text(web_of(request)->db, http_arena(request), kind, ret_now);
}

enum err admin_show_new_text(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    struct legal_text now;
    TRY(find_now(request, &now));
    form_set(&form, "title", now.title);
    form_set(&form, "text", now.text);
    form_set(&form, "english", now.english);
    form_set(&form, "from", time_to_date(http_arena(request), clock_now_s()));
    return show_new(request, 200, &now, &form, false);
}

static void read_text(struct form *form, struct legal_text *text)
{
    struct date day;
    const char *english = form_value(form, "english");
    text->version = form_value(form, "version");
    text->title = form_value(form, "title");
    text->text = form_value(form, "text");
    text->english = *english == '\0' ? NULL : english;
    if (text->version[strcspn(text->version, " /?#%")] != '\0')
        form_mistake(form, "version", TR("A version has letters, digits and dots, without spaces: 2 or 2.1"));
    if (text->kind == LEGAL_DECLARATION && strchr(text->text, '\n') != NULL)
        form_mistake(form, "text", TR("The declaration is one paragraph: it stands in what is signed as it is"));
    if (date_parse(form_value(form, "from"), &day) != ERR_NONE) {
        form_mistake(form, "from", TR("Enter a date like 31.12.2026"));
        return;
    }
    text->from_s = time_of_date(day);
    if (date_compare(day, date_of_time(clock_now_s())) < 0)
        form_mistake(form, "from", TR("A text comes into force today at the earliest: what was accepted stays"));
}

enum err admin_publish_text(struct http_request *request)
{
    struct form form;
    struct actor actor = staff_actor(request);
    struct legal_text now;
    TRY(find_now(request, &now));
    TRY(form_read(request, rules, &form));
    struct legal_text text = {.kind = now.kind};
    read_text(&form, &text);
    if (form.errors > 0) return show_new(request, 422, &now, &form, false);
    bool is_seen = strcmp(form_value(&form, "seen"), digest_fields(http_arena(request), &form)) == 0;
    if (!is_seen || strcmp(form_value(&form, "act"), "publish") != 0) return show_new(request, 200, &now, &form, true);
    enum err error =
        publish_legal_text(web_of(request)->db, http_arena(request), &actor, staff_account_id(request), &text);
    if (error == ERR_EXISTS) {
        form_mistake(&form, "version", TR("There is such a version already. Enter another number"));
        return show_new(request, 422, &now, &form, false);
    }
    return error != ERR_NONE ? error : http_redirect(request, "/yonetim/metin?durum=yayimlandi");
}
