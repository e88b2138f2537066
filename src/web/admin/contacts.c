/* How the provider is reached, on every page (spec 01). */
#include "identity/identity.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_contacts.h"

static const struct form_rule rules[] = {
    {.name = "email", .length_max = 100, .is_required = true, .missing = TR("Enter the support's e-mail address")},
    {.name = "phone",
     .length_max = CONTACTS_PHONE_MAX,
     .is_required = true,
     .missing = TR("Enter the call centre's number")},
    {.name = "address", .length_max = CONTACTS_ADDRESS_MAX},
    {0},
};

static enum err show(struct http_request *request, int status, const struct form *form)
{
    return page_admin_contacts(request, status,
                               &(const struct page_admin_contacts){
                                   .is_kept = status == 200 && http_query(request, "durum") != NULL,
                                   .email = form_field(form, "email"),
                                   .phone = form_field(form, "phone"),
                                   .address = form_field(form, "address"),
                               });
}

enum err admin_show_contacts(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    struct contacts contacts;
    TRY(find_contacts(web_of(request)->db, http_arena(request), &contacts));
    form_set(&form, "email", contacts.email);
    form_set(&form, "phone", contacts.phone);
    form_set(&form, "address", contacts.address);
    return show(request, 200, &form);
}

enum err admin_change_contacts(struct http_request *request)
{
    struct form form;
    struct actor actor = staff_actor(request);
    TRY(form_read(request, rules, &form));
    const struct contacts contacts = {form_value(&form, "email"), form_value(&form, "phone"),
                                      form_value(&form, "address")};
    if (!email_is_valid(contacts.email))
        form_mistake(&form, "email", TR("Enter an e-mail address like name@example.com"));
    if (!contacts_phone_is_valid(contacts.phone))
        form_mistake(&form, "phone", TR("Enter a telephone number: digits and spaces, like 0850 000 00 00"));
    if (form.errors > 0) return show(request, 422, &form);
    TRY(change_contacts(web_of(request)->db, &actor, &contacts));
    return http_redirect(request, "/yonetim/iletisim?durum=kaydedildi");
}
