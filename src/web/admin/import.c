/* One file of a staff register: what it would change, and what an administrator says of it. */
#include "base/buffer.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_import.h"
#include "web/admin/page_admin_import_rows.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_A_PAGE 25
#define MISTAKES_AT_ONCE 1000 /* of the list that is downloaded */

static const struct form_rule rules[] = {
    {.name = "leaving", .length_max = 10},
    {0},
};

/* The lists of rows: their addresses, and what they are called. */
static const struct {
    const char *path;
    const char *title; /* English (TR) */
} kinds[IMPORT_KIND_COUNT] = {
    [IMPORT_ADDED] = {"yeni", TR("New in the register")},
    [IMPORT_CHANGED] = {"degisen", TR("Changed")},
    [IMPORT_SAME] = {NULL, TR("As they are")},
    [IMPORT_LEFT] = {"ayrilan", TR("Not in the file: they leave")},
    [IMPORT_REFUSES] = {"hatali", TR("Not taken: something is wrong")},
};

static bool many_leave(const struct staff_import *import)
{
    return import->left * 10 > import->active;
}

static const struct page_admin_import_counts *list_counts(struct http_request *request,
                                                          const struct staff_import *import)
{
    struct arena *arena = http_arena(request);
    const int64_t numbers[IMPORT_KIND_COUNT] = {import->added, import->changed, import->same, import->left,
                                                import->refused};
    struct page_admin_import_counts *items = NEW_ARRAY(arena, struct page_admin_import_counts, IMPORT_KIND_COUNT);
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        bool has_list = kinds[i].path != NULL && numbers[i] > 0;
        items[i] = (struct page_admin_import_counts){
            .label = tr(http_language(request), kinds[i].title),
            .href = has_list ? arena_printf(arena, "/yonetim/personel/%s/%s", import->uid, kinds[i].path) : NULL,
            .number = numbers[i],
        };
    }
    return items;
}

static bool is_result(struct http_request *request, const char *wanted)
{
    const char *result = http_query(request, "durum");
    return result != NULL && strcmp(result, wanted) == 0;
}

static enum err show(struct http_request *request, int status, const struct staff_import *import,
                     const struct form *form)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    enum import_state state = import->state;
    const struct page_admin_import page = {
        .uid = import->uid,
        .file_name = import->file_name,
        .register_name = admin_register_name(request, import->register_code),
        .account = import->account_name,
        .created = time_to_date_time(arena, import->created_s),
        .applied_on = import->applied_s != 0 ? time_to_date_time(arena, import->applied_s) : NULL,
        .state = tr(language, import_state_title(state)),
        .extent = import->is_whole ? tr(language, TR("The whole register")) : tr(language, TR("Some people")),
        .is_working =
            state == IMPORT_ARRIVING || state == IMPORT_CHECKING || state == IMPORT_APPLYING || state == IMPORT_UNDOING,
        .done = import->done,
        .is_arrived = state == IMPORT_ARRIVED,
        .is_checked = state == IMPORT_CHECKED,
        .is_applied = state == IMPORT_APPLIED && import->why[0] == '\0' && import->passed == 0,
        .is_undone = state == IMPORT_UNDONE,
        .why = import->why[0] != '\0' ? tr(language, import->why) : NULL,
        .can_undo = import->can_undo,
        .is_busy = is_result(request, "mesgul"),
        .is_overtaken = is_result(request, "eski"),
        .has_counts = state == IMPORT_CHECKED,
        .counts = list_counts(request, import),
        .counts_count = IMPORT_KIND_COUNT,
        .passed = state == IMPORT_APPLIED ? import->passed : 0,
        .unread = import->is_whole ? import->unread : 0,
        .left = import->left,
        .active = import->active,
        .is_nothing = import->added + import->changed + import->left == 0,
        .has_many_leaving = many_leave(import),
        .leaving = form_field(form, "leaving"),
    };
    return page_admin_import(request, status, &page);
}

static enum err find(struct http_request *request, struct staff_import *ret_import)
{
    return find_import(web_of(request)->db, http_arena(request), http_path(request, "uid"), ret_import);
}

enum err admin_show_import(struct http_request *request)
{
    struct staff_import import;
    struct form form = form_empty(request, rules);
    TRY(find(request, &import));
    return show(request, 200, &import, &form);
}

/* -- its rows -- */

static const char *tell_changes(struct http_request *request, const struct import_row *row)
{
    struct arena *arena = http_arena(request);
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < row->change_count; i++) {
        const struct import_change *change = &row->changes[i];
        buffer_printf(&text, "%s%s: %s → %s", i == 0 ? "" : "; ",
                      tr(http_language(request), staff_column_title(change->column)),
                      change->before[0] != '\0' ? change->before : "–", change->after[0] != '\0' ? change->after : "–");
    }
    return buffer_to_text(&text, arena);
}

static const char *column_title(struct http_request *request, const char *name)
{
    for (enum staff_column column = 0; column < STAFF_COLUMN_COUNT; column++)
        if (strcmp(staff_column_names[column], name) == 0)
            return tr(http_language(request), staff_column_title(column));
    return tr(http_language(request), TR("The row as a whole"));
}

static struct page_admin_import_rows_rows *tell_rows(struct http_request *request, const struct import_row *rows,
                                                     size_t count)
{
    struct arena *arena = http_arena(request);
    struct page_admin_import_rows_rows *items = NEW_ARRAY(arena, struct page_admin_import_rows_rows, count + 1);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct page_admin_import_rows_rows){
            .line = rows[i].line > 0 ? arena_printf(arena, "%lld", (long long)rows[i].line) : "–",
            .name = rows[i].name,
            .identity_number = rows[i].identity_number,
            .institution = rows[i].institution_name,
            .changes = rows[i].change_count > 0 ? tell_changes(request, &rows[i]) : "–",
            .column = column_title(request, rows[i].column),
            .reason = rows[i].reason[0] != '\0' ? tr(http_language(request), rows[i].reason) : NULL,
        };
    return items;
}

static enum err find_kind(struct http_request *request, enum import_kind *ret_kind)
{
    const char *path = http_path(request, "kind");
    for (enum import_kind kind = 0; kind < IMPORT_KIND_COUNT; kind++) {
        if (kinds[kind].path == NULL || strcmp(kinds[kind].path, path) != 0) continue;
        *ret_kind = kind;
        return ERR_NONE;
    }
    return err_set(ERR_NOT_FOUND, "no such list");
}

enum err admin_show_import_rows(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct staff_import import;
    enum import_kind kind;
    const struct import_row *rows = NULL;
    size_t count = 0;
    const char *after = http_query(request, "sonra");
    TRY(find_kind(request, &kind));
    TRY(find(request, &import));
    enum err error = list_import_rows(web_of(request)->db, staff_keeper(request), arena, &import, kind,
                                      after == NULL ? 0 : strtoll(after, NULL, 10), ROWS_A_PAGE + 1, &rows, &count);
    if (error != ERR_NONE && error != ERR_TOO_MANY) return error;
    size_t shown = count > ROWS_A_PAGE ? ROWS_A_PAGE : count;
    const struct page_admin_import_rows page = {
        .uid = import.uid,
        .file_name = import.file_name,
        .heading = tr(http_language(request), kinds[kind].title),
        .is_budget_spent = error == ERR_TOO_MANY,
        .has_rows = shown > 0,
        .has_people = kind == IMPORT_CHANGED || kind == IMPORT_LEFT,
        .has_mistakes = kind == IMPORT_REFUSES,
        .next = count > shown ? arena_printf(arena, "/yonetim/personel/%s/%s?sonra=%lld", import.uid, kinds[kind].path,
                                             (long long)rows[shown - 1].line)
                              : NULL,
        .rows = tell_rows(request, rows, shown),
        .rows_count = shown,
    };
    return page_admin_import_rows(request, 200, &page);
}

enum err admin_download_import_mistakes(struct http_request *request)
{
    enum language language = http_language(request);
    struct staff_import import;
    const struct import_row *rows;
    size_t count;
    int64_t after = 0;
    CLEANUP_ARENA struct arena *page = arena_new();
    CLEANUP_BUFFER struct buffer csv = BUFFER_EMPTY;
    TRY(find(request, &import));
    buffer_text(&csv, "\xef\xbb\xbf"); /* spreadsheets ask for the mark before they believe in UTF-8 */
    buffer_csv(&csv, tr(language, TR("Line")), ';');
    buffer_csv(&csv, tr(language, TR("Column")), ';');
    buffer_csv(&csv, tr(language, TR("What is wrong")), '\n');
    do {
        arena_reset(page);
        TRY(list_import_rows(web_of(request)->db, web_of(request)->keeper, page, &import, IMPORT_REFUSES, after,
                             MISTAKES_AT_ONCE, &rows, &count));
        for (size_t i = 0; i < count; i++) {
            after = rows[i].line;
            buffer_csv(&csv, arena_printf(page, "%lld", (long long)after), ';');
            buffer_csv(&csv, column_title(request, rows[i].column), ';');
            buffer_csv(&csv, tr(language, rows[i].reason), '\n');
        }
    } while (count > 0);
    return http_answer_file(request, "hatalar.csv", "text/csv; charset=utf-8", buffer_bytes(&csv));
}

/* -- what is to become of it -- */

/* What stands in the way is told on its page. */
static enum err go_on(struct http_request *request, enum err error)
{
    const char *uid = http_path(request, "uid");
    switch (error) {
    case ERR_NONE:
    case ERR_STATE: return admin_go_to_import(request, uid, NULL);
    case ERR_EXISTS: return admin_go_to_import(request, uid, "mesgul");
    case ERR_EXPIRED: return admin_go_to_import(request, uid, "eski");
    default: return error;
    }
}

enum err admin_apply_import(struct http_request *request)
{
    struct actor actor = staff_actor(request);
    struct staff_import import;
    struct form form;
    TRY(find(request, &import));
    TRY(form_read(request, rules, &form));
    const char *wanted = arena_printf(http_arena(request), "%lld", (long long)import.left);
    if (import.state == IMPORT_CHECKED && many_leave(&import) && strcmp(form_value(&form, "leaving"), wanted) != 0) {
        form_mistake(&form, "leaving", TR("Type how many people leave, as the table says"));
        return show(request, 422, &import, &form);
    }
    return go_on(request, apply_import(web_of(request)->db, http_arena(request), &actor, import.uid));
}

enum err admin_undo_import(struct http_request *request)
{
    struct actor actor = staff_actor(request);
    const char *uid = http_path(request, "uid");
    return go_on(request, undo_import(web_of(request)->db, http_arena(request), &actor, uid));
}

enum err admin_drop_import(struct http_request *request)
{
    struct actor actor = staff_actor(request);
    const char *uid = http_path(request, "uid");
    enum err error = drop_import(web_of(request)->db, http_arena(request), &actor, uid);
    return error == ERR_NONE ? http_redirect(request, "/yonetim/personel?durum=vazgecildi") : go_on(request, error);
}
