/* Purpose: the handlers of the provider's own desk, /yonetim (spec 04): the registry of who may do what. */
#ifndef DIVIT_WEB_ADMIN_H
#define DIVIT_WEB_ADMIN_H

#include "register/register.h"
#include "web/page.h"
#include "web/staff/staff.h"

#define ADMIN_NAME_DIGITS 8 /* of a uid, in file names */

/* registry.c: the one in force, and those before it */
enum err admin_show_registry(struct http_request *request);
enum err admin_show_record(struct http_request *request);
enum err admin_download_record(struct http_request *request);

/* add.c: what is to be added becomes a proposal */
enum err admin_show_card(struct http_request *request);
enum err admin_add_card(struct http_request *request);
enum err admin_show_waiting_passkeys(struct http_request *request);
enum err admin_add_passkey(struct http_request *request);
enum err admin_show_station(struct http_request *request);
enum err admin_add_station(struct http_request *request);

/* institution.c, rule.c: likewise; institutions.c: all of the registry, to be searched */
enum err admin_show_institutions(struct http_request *request);
enum err admin_show_institution(struct http_request *request);
enum err admin_propose_institution(struct http_request *request);
enum err admin_show_rule(struct http_request *request);
enum err admin_propose_rule(struct http_request *request);
const char *admin_tell_rule(struct http_request *request, const struct registered_rule *rule);

/* remove.c */
enum err admin_show_removal(struct http_request *request);
enum err admin_remove(struct http_request *request);

/* proposal.c */
enum err admin_show_proposal(struct http_request *request);
enum err admin_download_proposal(struct http_request *request);
enum err admin_sign_proposal(struct http_request *request);
enum err admin_sign_by_passkey(struct http_request *request);
enum err admin_propose_again(struct http_request *request);
enum err admin_withdraw_proposal(struct http_request *request);
enum err admin_go_to_proposal(struct http_request *request, const char *uid, const char *result);

/* signing.c: a proposal signed with a verification code */
enum err admin_begin_signing(struct http_request *request);

/* account.c: for a person whom the registry names */
enum err admin_show_account(struct http_request *request);
enum err admin_make_account(struct http_request *request);

/* imports.c: files of staff registers */
enum err admin_show_imports(struct http_request *request);
enum err admin_show_new_import(struct http_request *request);
enum err admin_bring_import(struct http_request *request);
enum err admin_show_import_columns(struct http_request *request);
enum err admin_choose_import_columns(struct http_request *request);
const char *admin_register_name(struct http_request *request, const char *register_code); /* as people know it */
enum err admin_list_registers(struct http_request *request, const struct page_option **ret_options, size_t *ret_count);
enum err admin_need_register(struct http_request *request, struct form *form); /* field "register" */
enum err admin_go_to_import(struct http_request *request, const char *uid, const char *result);

/* import.c: one of them */
enum err admin_show_import(struct http_request *request);
enum err admin_show_import_rows(struct http_request *request);
enum err admin_download_import_mistakes(struct http_request *request);
enum err admin_apply_import(struct http_request *request);
enum err admin_undo_import(struct http_request *request);
enum err admin_drop_import(struct http_request *request);

/* directory.c: an LDAP directory */
enum err admin_show_directory(struct http_request *request);
enum err admin_read_directory(struct http_request *request);
enum err admin_read_directory_daily(struct http_request *request);
enum err admin_read_directory_no_more(struct http_request *request);

/* scim.c: tokens of identity systems */
enum err admin_show_scim(struct http_request *request);
enum err admin_make_scim_token(struct http_request *request);
enum err admin_revoke_scim_token(struct http_request *request);

/* announcements.c, texts.c, contacts.c: what the provider tells everybody */
enum err admin_show_announcements(struct http_request *request);
enum err admin_show_new_announcement(struct http_request *request);
enum err admin_write_announcement(struct http_request *request);
enum err admin_show_announcement(struct http_request *request);
enum err admin_change_announcement(struct http_request *request);
enum err admin_withdraw_announcement(struct http_request *request);
enum err admin_show_texts(struct http_request *request);
enum err admin_show_text(struct http_request *request);
enum err admin_show_new_text(struct http_request *request);
enum err admin_publish_text(struct http_request *request);
enum err admin_show_contacts(struct http_request *request);
enum err admin_change_contacts(struct http_request *request);

/* doors.c */
enum err admin_show_doors(struct http_request *request);
enum err admin_show_new_door(struct http_request *request);
enum err admin_add_door(struct http_request *request);
enum err admin_show_door(struct http_request *request);
enum err admin_change_door(struct http_request *request);
enum err admin_show_door_close(struct http_request *request);
enum err admin_close_door(struct http_request *request);
enum err admin_open_door(struct http_request *request);

/* text.c: how lines of the registry are told to people */
const char *admin_key_kind(struct http_request *request, bool is_passkey); /* "Card" */
const char *admin_person_name(struct http_request *request, const struct registered_key *key);
const char *admin_dates(struct http_request *request, int64_t from_s, int64_t until_s);
/* One sentence for each line that comes or goes. */
const char **admin_tell(struct http_request *request, const struct registry_contents *contents, size_t *ret_count);
bool admin_is_administrator(struct http_request *request);

#endif
