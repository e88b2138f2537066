/* The doors by which people come: listed, changed, closed for a while (spec 01, 04). */
#include "application/application.h"
#include "base/clock.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_door.h"
#include "web/admin/page_admin_door_close.h"
#include "web/admin/page_admin_doors.h"

#include <stdlib.h>
#include <string.h>

#define TERMS_MAX 3 /* years, spec 01: 1, 2 or 3 */

static const struct form_rule rules[] = {
    {.name = "path", .length_max = DOOR_PATH_MAX}, /* this and the register's code are asked for when it is new */
    {.name = "register", .length_max = DOOR_PATH_MAX},
    {.name = "name", .length_max = DOOR_NAME_MAX, .is_required = true, .missing = TR("Enter the ministry's name")},
    {.name = "english_name", .length_max = DOOR_NAME_MAX},
    {.name = "register_name",
     .length_max = DOOR_NAME_MAX,
     .is_required = true,
     .missing = TR("Enter what people call its staff register")},
    {.name = "asks_staff_number", .length_max = 3},
    {.name = "terms"}, /* boxes "term"; stands here for their mistakes */
    {.name = "reader", .length_max = 3},
    {.name = "vpn", .length_max = 3},
    {.name = "addresses", .length_max = DOOR_ADDRESSES_MAX * (DOOR_ADDRESS_MAX + 1), .has_paragraphs = true},
    {0},
};

static const char *addresses_of(struct arena *arena, const struct door *door, const struct door_address *addresses,
                                size_t count, const char *separator)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        if (addresses[i].door_id == door->id)
            text = arena_printf(arena, "%s%s%s", text, *text == '\0' ? "" : separator, addresses[i].address);
    return text;
}

enum err admin_show_doors(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const struct door *doors;
    const struct door_address *addresses;
    size_t count, address_count;
    TRY(list_doors(web_of(request)->db, arena, &doors, &count));
    TRY(list_door_addresses(web_of(request)->db, arena, &addresses, &address_count));
    struct page_admin_doors_doors *items = NEW_ARRAY(arena, struct page_admin_doors_doors, count + 1);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct page_admin_doors_doors){
            .path = doors[i].path,
            .name = door_title(&doors[i], http_language(request)),
            .register_name = doors[i].register_name,
            .addresses = addresses_of(arena, &doors[i], addresses, address_count, ", "),
            .closed = doors[i].closed_s == 0 ? NULL : time_to_date(arena, doors[i].closed_s),
        };
    const char *result = http_query(request, "durum");
    return page_admin_doors(request, 200,
                            &(const struct page_admin_doors){
                                .is_kept = result != NULL && strcmp(result, "kaydedildi") == 0,
                                .is_closed = result != NULL && strcmp(result, "kapandi") == 0,
                                .is_opened = result != NULL && strcmp(result, "acildi") == 0,
                                .doors = items,
                                .doors_count = count,
                            });
}

static bool is_chosen(const char *const *values, size_t count, const char *value)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(values[i], value) == 0) return true;
    return false;
}

static const struct page_option *list_yes_no(struct http_request *request)
{
    struct page_option *options = NEW_ARRAY(http_arena(request), struct page_option, 2);
    options[0] = (struct page_option){"yes", tr(http_language(request), TR("Yes"))};
    options[1] = (struct page_option){"no", tr(http_language(request), TR("No"))};
    return options;
}

/* `kept` NULL: a new one. */
static enum err show(struct http_request *request, int status, const struct door *kept, const struct form *form,
                     const char *const *terms, size_t term_count)
{
    struct arena *arena = http_arena(request);
    struct page_admin_door_boxes *boxes = NEW_ARRAY(arena, struct page_admin_door_boxes, TERMS_MAX);
    for (int years = 1; years <= TERMS_MAX; years++) {
        const char *value = arena_printf(arena, "%d", years);
        const char *label = years == 1 ? tr(http_language(request), TR("1 year"))
                                       : tr_fill(arena, http_language(request), "{years} years", "years", value, NULL);
        boxes[years - 1] = (struct page_admin_door_boxes){value, label, is_chosen(terms, term_count, value)};
    }
    const struct page_option *yes_no = list_yes_no(request);
    return page_admin_door(
        request, status,
        &(const struct page_admin_door){
            .heading =
                kept == NULL ? tr(http_language(request), TR("Add a door")) : door_title(kept, http_language(request)),
            .action = http_url(request),
            .is_change = kept != NULL,
            .kept_path = kept == NULL ? NULL : kept->path,
            .kept_address = kept == NULL ? NULL : arena_printf(arena, "/basvuru/%s", kept->path),
            .kept_register = kept == NULL ? NULL : kept->register_code,
            .closed = kept == NULL || kept->closed_s == 0 ? NULL : time_to_date(arena, kept->closed_s),
            .closed_reason = kept == NULL ? NULL : kept->closed_reason,
            .path = form_field(form, "path"),
            .register_code = form_field(form, "register"),
            .name = form_field(form, "name"),
            .english_name = form_field(form, "english_name"),
            .register_name = form_field(form, "register_name"),
            .asks_staff_number = form_field(form, "asks_staff_number"),
            .asks = yes_no,
            .asks_count = 2,
            .terms = form_field(form, "terms"),
            .boxes = boxes,
            .boxes_count = TERMS_MAX,
            .reader = form_field(form, "reader"),
            .readers = yes_no,
            .readers_count = 2,
            .vpn = form_field(form, "vpn"),
            .vpns = yes_no,
            .vpns_count = 2,
            .addresses = form_field(form, "addresses"),
        });
}

enum err admin_show_new_door(struct http_request *request)
{
    static const char *const all_terms[] = {"1", "2", "3"};
    struct form form = form_empty(request, rules);
    form_set(&form, "asks_staff_number", "yes");
    form_set(&form, "reader", "yes");
    form_set(&form, "vpn", "yes");
    return show(request, 200, NULL, &form, all_terms, TERMS_MAX);
}

static enum err find_kept(struct http_request *request, struct door *ret_door)
{
    return find_door(web_of(request)->db, http_arena(request), http_path(request, "door"), ret_door);
}

enum err admin_show_door(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct form form = form_empty(request, rules);
    const struct door_address *addresses;
    const char *terms[8];
    struct door kept;
    size_t count, term_count = 0;
    TRY(find_kept(request, &kept));
    TRY(list_door_addresses(web_of(request)->db, arena, &addresses, &count));
    while (term_count < 8 && kept.terms[term_count] != 0) {
        terms[term_count] = arena_printf(arena, "%d", kept.terms[term_count]);
        term_count++;
    }
    form_set(&form, "name", kept.name);
    form_set(&form, "english_name", kept.english_name);
    form_set(&form, "register_name", kept.register_name);
    form_set(&form, "asks_staff_number", kept.asks_staff_number ? "yes" : "no");
    form_set(&form, "reader", kept.offers_reader ? "yes" : "no");
    form_set(&form, "vpn", kept.offers_vpn ? "yes" : "no");
    form_set(&form, "addresses", addresses_of(arena, &kept, addresses, count, "\n"));
    return show(request, 200, &kept, &form, terms, term_count);
}

/* One on each line, with or without what stands before it: what ministries printed is copied as it is. */
static enum err read_addresses(struct http_request *request, struct form *form, const struct door *kept,
                               const char **addresses, size_t *ret_count)
{
    struct arena *arena = http_arena(request);
    size_t count = 0;
    const char *next = form_value(form, "addresses");
    while (*next != '\0') {
        size_t size = strcspn(next, "\n");
        const char *line = arena_text_n(arena, next, size);
        const char *prefix = strstr(line, "/bp/");
        const char *address = prefix == NULL ? line : prefix + strlen("/bp/");
        next += size + (next[size] == '\n');
        if (*line == '\0' || is_chosen(addresses, count, address)) continue;
        if (count == DOOR_ADDRESSES_MAX || !door_address_is_valid(address)) {
            form_mistake(form, "addresses",
                         TR("Enter one address on each line, 20 at most, as in /bp/ws.go: letters without accents, "
                            "digits, dots and dashes"));
            continue;
        }
        struct door other;
        enum err error = find_door_of_address(web_of(request)->db, arena, address, &other);
        if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
        if (error == ERR_NONE && (kept == NULL || other.id != kept->id))
            form_mistake(form, "addresses", TR("One of these leads to another door. Take it away there first"));
        addresses[count++] = address;
    }
    *ret_count = count;
    return ERR_NONE;
}

static void read_terms(struct form *form, struct door *door, const char *const *terms, size_t count)
{
    size_t used = 0;
    memset(door->terms, 0, sizeof door->terms);
    for (int years = 1; years <= TERMS_MAX; years++)
        if (is_chosen(terms, count, (const char[]){(char)('0' + years), '\0'})) door->terms[used++] = years;
    if (used == 0) form_mistake(form, "terms", TR("Choose at least one term"));
}

static bool read_yes(struct form *form, const char *name)
{
    const char *value = form_value(form, name);
    if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) form_mistake(form, name, TR("Choose yes or no"));
    return strcmp(value, "yes") == 0;
}

static enum err read_new(struct http_request *request, struct form *form, struct door *door)
{
    struct door other;
    *door = (struct door){.path = form_value(form, "path"), .register_code = form_value(form, "register")};
    if (!door_path_is_valid(door->path))
        form_mistake(form, "path", TR("Enter small letters without accents, digits and dashes, like saglik"));
    if (!door_path_is_valid(door->register_code))
        form_mistake(form, "register", TR("Enter small letters without accents, digits and dashes, like saglik"));
    enum err error = find_door(web_of(request)->db, http_arena(request), door->path, &other);
    if (error == ERR_NONE) form_mistake(form, "path", TR("There is such a door already. Choose another address"));
    return error == ERR_NOT_FOUND ? ERR_NONE : error;
}

static enum err keep(struct http_request *request, const struct door *kept)
{
    struct form form;
    struct actor actor = staff_actor(request);
    const char *addresses[DOOR_ADDRESSES_MAX];
    const char *const *terms;
    struct door door;
    size_t count;
    TRY(form_read(request, rules, &form));
    size_t term_count = form_values(&form, "term", &terms);
    if (kept != NULL) door = *kept;
    else TRY(read_new(request, &form, &door));
    door.name = form_value(&form, "name");
    door.english_name = form_value(&form, "english_name");
    door.register_name = form_value(&form, "register_name");
    door.asks_staff_number = read_yes(&form, "asks_staff_number");
    door.offers_reader = read_yes(&form, "reader");
    door.offers_vpn = read_yes(&form, "vpn");
    read_terms(&form, &door, terms, term_count);
    TRY(read_addresses(request, &form, kept, addresses, &count));
    if (form.errors > 0) return show(request, 422, kept, &form, terms, term_count);
    TRY(write_door(web_of(request)->db, http_arena(request), &actor, &door, addresses, count));
    return http_redirect(request, "/yonetim/kapi?durum=kaydedildi");
}

enum err admin_add_door(struct http_request *request)
{
    return keep(request, NULL);
}

enum err admin_change_door(struct http_request *request)
{
    struct door kept;
    TRY(find_kept(request, &kept));
    return keep(request, &kept);
}

/* -- closed for a while -- */

static const struct form_rule close_rules[] = {
    {.name = "reason",
     .length_max = DOOR_REASON_MAX,
     .is_required = true,
     .has_paragraphs = true,
     .missing = TR("Say why it is closed and when people can come again")},
    {.name = "english", .length_max = DOOR_REASON_MAX, .has_paragraphs = true},
    {0},
};

static enum err show_close(struct http_request *request, int status, const struct door *door, const struct form *form)
{
    return page_admin_door_close(request, status,
                                 &(const struct page_admin_door_close){
                                     .path = door->path,
                                     .name = door_title(door, http_language(request)),
                                     .reason = form_field(form, "reason"),
                                     .english = form_field(form, "english"),
                                 });
}

enum err admin_show_door_close(struct http_request *request)
{
    struct form form = form_empty(request, close_rules);
    struct door door;
    TRY(find_kept(request, &door));
    form_set(&form, "reason", door.closed_reason);
    form_set(&form, "english", door.closed_english);
    return show_close(request, 200, &door, &form);
}

enum err admin_close_door(struct http_request *request)
{
    struct form form;
    struct actor actor = staff_actor(request);
    struct door door;
    TRY(find_kept(request, &door));
    TRY(form_read(request, close_rules, &form));
    if (form.errors > 0) return show_close(request, 422, &door, &form);
    TRY(close_door(web_of(request)->db, &actor, &door, form_value(&form, "reason"), form_value(&form, "english")));
    return http_redirect(request, "/yonetim/kapi?durum=kapandi");
}

enum err admin_open_door(struct http_request *request)
{
    struct actor actor = staff_actor(request);
    struct door door;
    TRY(find_kept(request, &door));
    enum err error = open_door(web_of(request)->db, &actor, &door);
    if (error != ERR_NONE && error != ERR_STATE) return error; /* opened by another page: as wished */
    return http_redirect(request, "/yonetim/kapi?durum=acildi");
}
