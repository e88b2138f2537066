/* An LDAP directory that a register is read from: what divit.conf says, what came of it, and when it is read (spec 08). */
#include "web/admin/admin.h"
#include "web/admin/page_admin_directory.h"

enum err admin_show_directory(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    struct staff_directory directory = {0};
    enum err error = find_directory(web_of(request)->db, arena, &directory);
    if (error == ERR_NOT_FOUND) return page_admin_directory(request, 200, &(const struct page_admin_directory){0});
    if (error != ERR_NONE) return error;
    return page_admin_directory(request, 200,
                                &(const struct page_admin_directory){
                                    .has_directory = true,
                                    .address = directory.address,
                                    .register_name = admin_register_name(request, directory.register_code),
                                    .account = directory.account_name,
                                    .read = directory.read_s != 0 ? time_to_date_time(arena, directory.read_s) : NULL,
                                    .why = *directory.why != '\0' ? tr(http_language(request), directory.why) : NULL,
                                    .import = *directory.import_uid != '\0' ? directory.import_uid : NULL,
                                    .is_daily = directory.is_daily,
                                    .is_asked = directory.is_asked,
                                });
}

enum err admin_read_directory(struct http_request *request)
{
    struct staff_directory directory;
    struct actor actor = staff_actor(request);
    TRY(find_directory(web_of(request)->db, http_arena(request), &directory));
    TRY(ask_directory(web_of(request)->db, &actor, staff_account_id(request), directory.register_code));
    return http_redirect(request, "/yonetim/dizin");
}

static enum err set_daily(struct http_request *request, bool is_daily)
{
    struct staff_directory directory;
    struct actor actor = staff_actor(request);
    TRY(find_directory(web_of(request)->db, http_arena(request), &directory));
    TRY(set_directory_daily(web_of(request)->db, &actor, staff_account_id(request), directory.register_code, is_daily));
    return http_redirect(request, "/yonetim/dizin");
}

enum err admin_read_directory_daily(struct http_request *request)
{
    return set_daily(request, true);
}

enum err admin_read_directory_no_more(struct http_request *request)
{
    return set_daily(request, false);
}
