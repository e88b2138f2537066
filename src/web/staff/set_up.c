#include "http/form.h"
#include "web/staff/staff.h"
#include "web/staff/page_staff_set_up.h"
#include "web/staff/qr_code.h"

#include <string.h>

#define SECRET_SIZE 20 /* RFC 4226 4: 160 bits */

static const struct form_rule rules[] = {
    {.name = "password",
     .length_max = 200,
     .is_required = true,
     .is_kept_raw = true,
     .missing = TR("Choose a password")},
    {.name = "password_again",
     .length_max = 200,
     .is_required = true,
     .is_kept_raw = true,
     .missing = TR("Type the password again")},
    {.name = "code",
     .length_max = 20,
     .is_required = true,
     .missing = TR("Enter the code from your authenticator app")},
    {0},
};

/*
 * The same secret each time the page is shown, and kept nowhere before it is confirmed: it follows from the link's
 * random token under our key.
 */
static struct bytes secret_of(struct http_request *request, const char *token)
{
    struct arena *arena = http_arena(request);
    if (web_of(request)->installation->is_demo) return demo_totp_secret(arena, token);
    struct bytes digest =
        hmac_sha256(arena, web_of(request)->key, bytes_of_text(arena_printf(arena, "totp %s", token)));
    return (struct bytes){digest.data, SECRET_SIZE};
}

/* RFC 4648 6, without padding: 20 bytes have none. */
static const char *base32_encode(struct arena *arena, struct bytes source)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *text = arena_alloc(arena, source.size * 2 + 1);
    size_t length = 0;
    unsigned bits = 0;
    int count = 0;
    for (size_t i = 0; i < source.size; i++) {
        bits = (bits << 8 | source.data[i]) & 0xfff;
        for (count += 8; count >= 5; count -= 5) text[length++] = digits[bits >> (count - 5) & 31];
    }
    return text;
}

/* In groups of four, for those who type it. */
static const char *in_groups(struct arena *arena, const char *text)
{
    char *groups = arena_alloc(arena, strlen(text) * 2 + 1);
    size_t length = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0) groups[length++] = ' ';
        groups[length++] = text[i];
    }
    return groups;
}

/* An unknown, used or old link says the same. */
static enum err find_account(struct http_request *request, struct staff_account *ret_account)
{
    enum err error = find_link(web_of(request)->db, http_arena(request), http_path(request, "token"), ret_account);
    bool is_here = error == ERR_NONE && staff_desk_of(request)->roles[ret_account->role] != 0;
    return error == ERR_NOT_FOUND || (error == ERR_NONE && !is_here) ? err_set(ERR_EXPIRED, "no such link") : error;
}

static enum err go_to_log_in(struct http_request *request)
{
    const char *path = staff_desk_of(request)->path;
    return http_redirect(request, arena_printf(http_arena(request), "%s/giris?hesap=hazir", path));
}

static enum err show(struct http_request *request, int status, const struct staff_account *account,
                     const struct form *form)
{
    struct arena *arena = http_arena(request);
    const char *token = http_path(request, "token");
    return page_staff_set_up(request, status,
                             &(const struct page_staff_set_up){
                                 .path = staff_desk_of(request)->path,
                                 .token = token,
                                 .name = account->display_name,
                                 .user_name = account->user_name,
                                 .secret = in_groups(arena, base32_encode(arena, secret_of(request, token))),
                                 .password = form_field(form, "password"),
                                 .password_again = form_field(form, "password_again"),
                                 .code = form_field(form, "code"),
                             });
}

enum err staff_show_set_up(struct http_request *request)
{
    struct staff_account account;
    TRY(find_account(request, &account));
    struct form form = form_empty(request, rules);
    return show(request, 200, &account, &form);
}

enum err staff_show_qr_code(struct http_request *request)
{
    struct staff_account account;
    TRY(find_account(request, &account));
    struct arena *arena = http_arena(request);
    CLEANUP_BUFFER struct buffer name = BUFFER_EMPTY;
    buffer_uri(&name, account.user_name);
    const char *secret = base32_encode(arena, secret_of(request, http_path(request, "token")));
    const char *address =
        arena_printf(arena, "otpauth://totp/Divit:%s?secret=%s&issuer=Divit", buffer_to_text(&name, arena), secret);
    struct bytes png;
    TRY(qr_code_draw(arena, address, &png));
    return http_answer(request, 200, "image/png", png);
}

static void check_passwords(struct form *form)
{
    if (form->errors > 0) return;
    const char *mistake = password_mistake(form_value(form, "password"));
    if (mistake != NULL) {
        form_mistake(form, "password", mistake);
    } else if (strcmp(form_value(form, "password"), form_value(form, "password_again")) != 0) {
        form_mistake(form, "password_again", TR("The two passwords are not the same"));
    }
}

enum err staff_set_up(struct http_request *request)
{
    struct web *web = web_of(request);
    struct staff_account account;
    struct form form;
    TRY(find_account(request, &account));
    TRY(form_read(request, rules, &form));
    check_passwords(&form);
    if (form.errors == 0) {
        struct actor actor = web_actor(request, ACTOR_STAFF, account.id);
        const char *token = http_path(request, "token");
        enum err error =
            use_link(web->db, web->keeper, http_arena(request), &actor, token, form_value(&form, "password"),
                     secret_of(request, token), staff_code_of(request, form_value(&form, "code")));
        if (error == ERR_NONE) return go_to_log_in(request);
        if (error == ERR_NOT_FOUND) return err_set(ERR_EXPIRED, "the link was used in the meantime");
        if (error != ERR_WRONG) return error;
        form_mistake(&form, "code",
                     TR("The code is not right. Check the time on your phone and enter the code it shows now"));
    }
    form_set(&form, "code", "");
    return show(request, 422, &account, &form);
}
