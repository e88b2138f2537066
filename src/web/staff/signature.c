/* A text that staff sign: by a file that they upload, or by a passkey that counts. */
#include "web/staff/staff.h"

const struct form_rule staff_signature_rules[] = {
    {.name = "signature"}, /* a file; stands here for its mistakes */
    {0},
};

enum err staff_find_counting_passkeys(struct http_request *request, const char **ret_ids)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    const struct passkey *passkeys;
    const struct registry *registry;
    size_t count;
    TRY(list_passkeys(web->db, arena, staff_account_id(request), &passkeys, &count));
    TRY(find_registry(web->db, web->keeper, arena, &registry));
    *ret_ids = passkey_ids(request, passkeys, count, registry);
    return ERR_NONE;
}

static enum err answer(struct http_request *request, const struct staff_text *text, enum err error, struct form *form)
{
    if (error == ERR_NONE)
        return http_redirect(request, arena_printf(http_arena(request), "%s?sonuc=imza", text->path));
    const char *mistake = text->mistake_of(error);
    if (mistake == NULL) return error;
    form_mistake(form, "signature", mistake);
    return text->show(request, 422, text->context, form);
}

enum err staff_sign_by_file(struct http_request *request, const struct staff_text *text)
{
    struct form form;
    TRY(form_read(request, staff_signature_rules, &form));
    const struct form_file *file = form_file(&form, "signature");
    if (file == NULL || file->body.size == 0) {
        form_mistake(&form, "signature", TR("Choose the signed file"));
        return text->show(request, 422, text->context, &form);
    }
    return answer(request, text, text->take_file(request, text->context, file->body), &form);
}

enum err staff_sign_by_passkey(struct http_request *request, const struct staff_text *text)
{
    struct form form, signature_form = form_empty(request, staff_signature_rules);
    struct passkey_assertion assertion;
    TRY(form_read(request, passkey_get_rules, &form));
    enum err error = passkey_read_assertion(request, &form, &assertion);
    if (error == ERR_NONE) error = text->take_assertion(request, text->context, &assertion);
    if (error == ERR_WRONG) /* whatever is wrong with a passkey is told in one sentence */
        return http_redirect(request, arena_printf(http_arena(request), "%s?anahtar=gecersiz", text->path));
    return answer(request, text, error, &signature_form);
}

enum err staff_prove(struct http_request *request, const struct signing_code *code, struct form *form)
{
    struct bytes none; /* the session has its own grant */
    return staff_check_one_time_code(request, staff_account_id(request), form, &none);
}
