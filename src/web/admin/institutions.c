/* The registry's institutions, a page at a time, found by words of name or code (spec 04: institutions and units). */
#include "base/turkish.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_institutions.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 15 /* of a page */
#define SEARCH_MAX 100 /* octets; what is longer is cut, and finds nothing */

/* With or without Turkish letters, whatever their case. */
static const char *fold(struct arena *arena, const char *text)
{
    return text_to_ascii(arena, turkish_lower(arena, text));
}

/* Each of the words stands somewhere in it. */
static bool has_words(struct arena *arena, const struct institution *institution, const char *words)
{
    const char *text = fold(arena, arena_printf(arena, "%s %s", institution->code, institution->name));
    while (*words != '\0') {
        size_t size = strcspn(words, " ");
        if (strstr(text, arena_text_n(arena, words, size)) == NULL) return false;
        words += size + strspn(words + size, " ");
    }
    return true;
}

static const char *name_above(const struct institution *institutions, size_t count, const struct institution *below)
{
    for (size_t i = 0; i < count; i++)
        if (below->parent_id != 0 && institutions[i].id == below->parent_id) return institutions[i].name;
    return NULL;
}

static size_t page_asked(struct http_request *request, size_t pages)
{
    const char *text = http_query(request, "sayfa");
    size_t number = text == NULL ? 1 : strtoul(text, NULL, 10);
    return number < 1 ? 1 : number > pages ? pages : number;
}

enum err admin_show_institutions(struct http_request *request)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const char *asked = http_query(request, "ara");
    const char *search =
        asked == NULL ? "" : text_without_refused(arena, arena_text_n(arena, asked, strnlen(asked, SEARCH_MAX)));
    const char *words = fold(arena, search);
    const struct institution *all;
    size_t count, found = 0;

    TRY(list_registered_institutions(web->db, web->keeper, arena, &all, &count));
    const struct institution **list = NEW_ARRAY(arena, const struct institution *, count + 1);
    for (size_t i = 0; i < count; i++)
        if (has_words(arena, &all[i], words)) list[found++] = &all[i];
    size_t pages = found == 0 ? 1 : (found + ROWS - 1) / ROWS, number = page_asked(request, pages);
    size_t first = (number - 1) * ROWS, shown = found - first < ROWS ? found - first : ROWS;
    struct page_admin_institutions_institutions *items =
        NEW_ARRAY(arena, struct page_admin_institutions_institutions, ROWS);
    for (size_t i = 0; i < shown; i++) {
        const struct institution *one = list[first + i];
        items[i] = (struct page_admin_institutions_institutions){one->code, one->name, name_above(all, count, one),
                                                                 one->email, one->phone};
    }
    const struct form_field field = {"ara", search, NULL};
    return page_admin_institutions(request, 200,
                                   &(const struct page_admin_institutions){
                                       .search = &field,
                                       .searched = search,
                                       .found = (int64_t)found,
                                       .number = (int64_t)number,
                                       .pages = (int64_t)pages,
                                       .has_pages = pages > 1,
                                       .before = number > 1 ? arena_printf(arena, "%zu", number - 1) : NULL,
                                       .after = number < pages ? arena_printf(arena, "%zu", number + 1) : NULL,
                                       .has_institutions = shown > 0,
                                       .institutions = items,
                                       .institutions_count = shown,
                                   });
}
