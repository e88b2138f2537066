#include "web/admin/admin.h"
#include "web/admin/page_admin_remove.h"

#include <string.h>

#define PERSON "kisi"
#define SERVICE "servis"
#define INSTITUTION "kurum"
#define RULE "kural"

/* The line that is to go, as the registry in force has it. */
static enum err find_line(struct http_request *request, struct registry_contents *ret_line)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    struct registry_record record;
    struct registry_contents contents;
    const char *kind = http_path(request, "kind"), *name = http_path(request, "name");
    TRY(find_registry_record(web->db, web->keeper, arena, 0, &record));
    TRY(read_registry_contents(web->db, staff_keeper(request), arena, record.text, &contents));
    *ret_line = (struct registry_contents){0};
    for (size_t i = 0; strcmp(kind, PERSON) == 0 && i < contents.key_count; i++) {
        if (strcmp(contents.keys[i].digest, name) != 0) continue;
        ret_line->keys = &contents.keys[i];
        ret_line->key_count = 1;
    }
    for (size_t i = 0; strcmp(kind, SERVICE) == 0 && i < contents.service_count; i++) {
        if (strcmp(contents.services[i].name, name) != 0) continue;
        ret_line->services = &contents.services[i];
        ret_line->service_count = 1;
    }
    for (size_t i = 0; strcmp(kind, INSTITUTION) == 0 && i < contents.institution_count; i++) {
        if (strcmp(contents.institutions[i].code, name) != 0) continue;
        ret_line->institutions = &contents.institutions[i];
        ret_line->institution_count = 1;
    }
    for (size_t i = 0; strcmp(kind, RULE) == 0 && i < contents.rule_count; i++) {
        if (strcmp(contents.rules[i].digest, name) != 0) continue;
        ret_line->rules = &contents.rules[i];
        ret_line->rule_count = 1;
    }
    if (ret_line->key_count + ret_line->service_count + ret_line->institution_count + ret_line->rule_count > 0)
        return ERR_NONE;
    return err_set(ERR_NOT_FOUND, "no such line in the registry");
}

static enum err show(struct http_request *request, int status, const struct registry_contents *line, bool is_in_use)
{
    size_t count;
    const char **told = admin_tell(request, line, &count);
    return page_admin_remove(request, status,
                             &(const struct page_admin_remove){
                                 .kind = http_path(request, "kind"),
                                 .name = http_path(request, "name"),
                                 .line = told[0],
                                 .is_in_use = is_in_use,
                                 .is_key = line->key_count > 0,
                                 .is_institution = line->institution_count > 0,
                                 .is_rule = line->rule_count > 0,
                                 .is_service = line->service_count > 0,
                             });
}

/* Another change was quicker, or the address is an old one. */
static enum err show_gone(struct http_request *request)
{
    return page_admin_remove(request, 404, &(const struct page_admin_remove){.is_gone = true});
}

enum err admin_show_removal(struct http_request *request)
{
    struct registry_contents line;
    enum err error = find_line(request, &line);
    if (error == ERR_NOT_FOUND) return show_gone(request);
    TRY(error);
    return show(request, 200, &line, false);
}

enum err admin_remove(struct http_request *request)
{
    struct web *web = web_of(request);
    struct registry_contents line;
    struct actor actor = staff_actor(request);
    const char *uid;
    enum err error = find_line(request, &line);
    if (error == ERR_NOT_FOUND) return show_gone(request);
    TRY(error);
    const struct registry_removal removal = {
        .key_digest = line.key_count > 0 ? line.keys[0].digest : NULL,
        .service_name = line.service_count > 0 ? line.services[0].name : NULL,
        .institution_code = line.institution_count > 0 ? line.institutions[0].code : NULL,
        .rule = line.rules,
    };
    error = propose_removal(web->db, staff_keeper(request), http_arena(request), &actor, staff_account_id(request),
                            &removal, &uid);
    if (error == ERR_NOT_FOUND) return show_gone(request);
    if (error == ERR_STATE && removal.institution_code != NULL) return show(request, 409, &line, true);
    TRY(error);
    return admin_go_to_proposal(request, uid, "onerildi");
}
