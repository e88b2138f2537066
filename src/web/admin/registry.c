#include "web/admin/admin.h"
#include "web/admin/page_admin_record.h"
#include "web/admin/page_admin_registry.h"

#include <stdlib.h>
#include <string.h>

static struct page_admin_registry_keys *list_keys(struct http_request *request,
                                                  const struct registry_contents *contents)
{
    struct arena *arena = http_arena(request);
    struct page_admin_registry_keys *items = NEW_ARRAY(arena, struct page_admin_registry_keys, contents->key_count + 1);
    for (size_t i = 0; i < contents->key_count; i++) {
        const struct registered_key *key = &contents->keys[i];
        items[i] = (struct page_admin_registry_keys){
            .name = admin_person_name(request, key),
            .identity_number = key->identity_number,
            .role = tr(http_language(request), staff_role_title(key->role)),
            .institution = key->institution_code,
            .kind = admin_key_kind(request, key->is_passkey),
            .digest = key->digest,
            .dates = admin_dates(request, key->from_s, key->until_s),
            .has_account = key->display_name != NULL,
            .is_over = clock_now_s() > key->until_s,
        };
    }
    return items;
}

static struct page_admin_registry_services *list_services(struct http_request *request,
                                                          const struct registry_contents *contents)
{
    struct page_admin_registry_services *items =
        NEW_ARRAY(http_arena(request), struct page_admin_registry_services, contents->service_count + 1);
    for (size_t i = 0; i < contents->service_count; i++) {
        const struct registered_service *service = &contents->services[i];
        items[i] = (struct page_admin_registry_services){service->name, service->key_digest,
                                                         admin_dates(request, service->from_s, service->until_s)};
    }
    return items;
}

static enum err list_waiting(struct http_request *request, struct page_admin_registry *page)
{
    struct arena *arena = http_arena(request);
    const struct registry_proposal *proposals;
    size_t count;
    TRY(list_proposals(web_of(request)->db, arena, &proposals, &count));
    struct page_admin_registry_proposals *items = NEW_ARRAY(arena, struct page_admin_registry_proposals, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct page_admin_registry_proposals){
            .uid = proposals[i].uid,
            .number = arena_printf(arena, "%lld", (long long)proposals[i].number),
            .created = time_to_date_time(arena, proposals[i].created_s),
            .account = proposals[i].account_name,
            .state = tr(http_language(request), proposal_state_title(proposals[i].state)),
        };
    }
    page->proposals = items;
    page->proposals_count = count;
    return ERR_NONE;
}

static enum err list_records(struct http_request *request, struct page_admin_registry *page)
{
    struct arena *arena = http_arena(request);
    const struct registry_record *records;
    size_t count;
    TRY(list_registry_records(web_of(request)->db, arena, &records, &count));
    struct page_admin_registry_records *items = NEW_ARRAY(arena, struct page_admin_registry_records, count + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] =
            (struct page_admin_registry_records){arena_printf(arena, "%lld", (long long)records[i].number),
                                                 records[i].digest, time_to_date_time(arena, records[i].taken_s)};
    }
    page->records = items;
    page->records_count = count;
    return ERR_NONE;
}

static struct page_admin_registry_lines *list_lines(struct http_request *request,
                                                    const struct registry_contents *contents)
{
    struct page_admin_registry_lines *items =
        NEW_ARRAY(http_arena(request), struct page_admin_registry_lines, contents->line_count + 1);
    for (size_t i = 0; i < contents->line_count; i++) items[i].line = contents->lines[i];
    return items;
}

static struct page_admin_registry_institutions *list_institutions(struct http_request *request,
                                                                  const struct registry_contents *contents)
{
    struct page_admin_registry_institutions *items =
        NEW_ARRAY(http_arena(request), struct page_admin_registry_institutions, contents->institution_count + 1);
    for (size_t i = 0; i < contents->institution_count; i++) {
        const struct registered_institution *one = &contents->institutions[i];
        items[i] = (struct page_admin_registry_institutions){one->code, one->name, one->parent_code};
    }
    return items;
}

static struct page_admin_registry_rules *list_rules(struct http_request *request,
                                                    const struct registry_contents *contents)
{
    struct page_admin_registry_rules *items =
        NEW_ARRAY(http_arena(request), struct page_admin_registry_rules, contents->rule_count + 1);
    for (size_t i = 0; i < contents->rule_count; i++)
        items[i] = (struct page_admin_registry_rules){admin_tell_rule(request, &contents->rules[i]),
                                                      contents->rules[i].digest};
    return items;
}

enum err admin_show_registry(struct http_request *request)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct registry_record record;
    struct registry_contents contents;
    TRY(find_registry_record(web->db, web->keeper, arena, 0, &record));
    TRY(read_registry_contents(web->db, staff_keeper(request), arena, record.text, &contents));
    struct page_admin_registry page = {
        .is_administrator = admin_is_administrator(request),
        .number = arena_printf(arena, "%lld", (long long)record.number),
        .digest = record.digest,
        .taken = time_to_date_time(arena, record.taken_s),
        .keys = list_keys(request, &contents),
        .keys_count = contents.key_count,
        .services = list_services(request, &contents),
        .services_count = contents.service_count,
        .institutions = list_institutions(request, &contents),
        .institutions_count = contents.institution_count,
        .rules = list_rules(request, &contents),
        .rules_count = contents.rule_count,
        .lines = list_lines(request, &contents),
        .lines_count = contents.line_count,
    };
    if (page.is_administrator) TRY(list_waiting(request, &page));
    TRY(list_records(request, &page));
    return page_admin_registry(request, 200, &page);
}

/* -- one of them -- */

static enum err find_record(struct http_request *request, struct registry_record *ret_record)
{
    char *end;
    long long number = strtoll(http_path(request, "number"), &end, 10);
    if (*end != '\0' || number < 1) return err_set(ERR_NOT_FOUND, "no such registry");
    return find_registry_record(web_of(request)->db, web_of(request)->keeper, http_arena(request), number, ret_record);
}

static enum err tell_change(struct http_request *request, const struct registry_record *record,
                            struct page_admin_record *page)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct registry_record before;
    struct registry_difference difference;
    enum err error = find_registry_record(web->db, web->keeper, arena, record->number - 1, &before);
    if (error == ERR_NOT_FOUND || record->number == 1) return ERR_NONE; /* the first, or one that was never seen here */
    TRY(error);
    TRY(compare_registries(web->db, staff_keeper(request), arena, before.text, record->text, &difference));
    size_t added, removed;
    const char **came = admin_tell(request, &difference.added, &added);
    const char **went = admin_tell(request, &difference.removed, &removed);
    struct page_admin_record_added *added_items = NEW_ARRAY(arena, struct page_admin_record_added, added + 1);
    struct page_admin_record_removed *removed_items = NEW_ARRAY(arena, struct page_admin_record_removed, removed + 1);
    for (size_t i = 0; i < added; i++) added_items[i].line = came[i];
    for (size_t i = 0; i < removed; i++) removed_items[i].line = went[i];
    page->added = added_items;
    page->added_count = added;
    page->removed = removed_items;
    page->removed_count = removed;
    return ERR_NONE;
}

enum err admin_show_record(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct registry_record record;
    TRY(find_record(request, &record));
    struct page_admin_record page = {
        .number = arena_printf(arena, "%lld", (long long)record.number),
        .digest = record.digest,
        .taken = time_to_date_time(arena, record.taken_s),
        .text = bytes_to_text(arena, record.text),
    };
    TRY(tell_change(request, &record, &page));
    return page_admin_record(request, 200, &page);
}

enum err admin_download_record(struct http_request *request)
{
    struct registry_record record;
    TRY(find_record(request, &record));
    const char *name = arena_printf(http_arena(request), "registry-%lld.txt", (long long)record.number);
    return http_answer_file(request, name, "text/plain; charset=utf-8", record.text);
}
