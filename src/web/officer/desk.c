#include "web/officer/officer.h"
#include "web/web.h"

#define SMALL_FORM 4096
#define LIST_FORM (64 * 1024) /* 500 boxes */
#define SIGNATURE_MAX (256 * 1024) /* a statement of 64 KiB, attached, with its certificates */

static enum err go_to_inbox(struct http_request *request)
{
    return http_redirect(request, "/yetkili/gelen");
}

static const struct http_route routes[] = {
    {HTTP_GET, "/yetkili", 0, HTTP_OPEN, 0, go_to_inbox},
    STAFF_ROUTES("/yetkili", ROLE_OFFICER_PENDING, ROLE_OFFICER),
    SIGNING_ROUTES("/yetkili/imza", ROLE_ANYONE | ROLE_OFFICER_PENDING | ROLE_OFFICER),
    {HTTP_GET, "/yetkili/gelen", ROLE_OFFICER, HTTP_OPEN, 0, officer_show_inbox},
    {HTTP_POST, "/yetkili/gelen", ROLE_OFFICER, HTTP_CSRF, SMALL_FORM, officer_find_barcode},
    {HTTP_POST, "/yetkili/gelen/ad", ROLE_OFFICER, HTTP_CSRF, SMALL_FORM, officer_find_name},
    {HTTP_GET, "/yetkili/basvuru/{barcode}", ROLE_OFFICER, HTTP_OPEN, 0, officer_show_application},
    {HTTP_POST, "/yetkili/basvuru/{barcode}/teslim", ROLE_OFFICER, HTTP_CSRF, SMALL_FORM, officer_take_in},
    {HTTP_GET, "/yetkili/basvuru/{barcode}/ret", ROLE_OFFICER, HTTP_OPEN, 0, officer_show_refusal},
    {HTTP_POST, "/yetkili/basvuru/{barcode}/ret", ROLE_OFFICER, HTTP_CSRF, SMALL_FORM, officer_refuse},
    {HTTP_GET, "/yetkili/basvuru/{barcode}/geri", ROLE_OFFICER, HTTP_OPEN, 0, officer_show_return},
    {HTTP_POST, "/yetkili/basvuru/{barcode}/geri", ROLE_OFFICER, HTTP_CSRF, SMALL_FORM, officer_return},
    {HTTP_POST, "/yetkili/karar", ROLE_OFFICER, HTTP_CSRF, LIST_FORM, officer_propose},
    {HTTP_GET, "/yetkili/karar/{uid}", ROLE_OFFICER, HTTP_OPEN, 0, officer_show_decision},
    {HTTP_GET, "/yetkili/karar/{uid}/metin", ROLE_OFFICER, HTTP_OPEN, 0, officer_download_decision},
    {HTTP_POST, "/yetkili/karar/{uid}/imza", ROLE_OFFICER, HTTP_CSRF, SMALL_FORM, officer_begin_signing},
    {HTTP_POST, "/yetkili/karar/{uid}", ROLE_OFFICER, HTTP_CSRF, SIGNATURE_MAX, officer_sign_decision},
    {HTTP_POST, "/yetkili/karar/{uid}/anahtar", ROLE_OFFICER, HTTP_CSRF, PASSKEY_FORM_MAX, officer_decide_by_passkey},
    {0},
};
const struct staff_desk officer_staff_desk = {
    .path = "/yetkili",
    .home = "/yetkili/gelen",
    .title = TR("Log in to the officer's desk"),
    .service = LOGIN_OFFICER,
    .pending = ROLE_OFFICER_PENDING,
    .roles = {[STAFF_OFFICER] = ROLE_OFFICER},
};
const struct http_desk officer_desk = {"/yetkili", "/yetkili/giris", routes};
