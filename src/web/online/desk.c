#include "web/online/online.h"
#include "web/signing.h"
#include "web/web.h"

#define SMALL_FORM 4096

static enum err go_to_certificates(struct http_request *request)
{
    return http_redirect(request, "/online/sertifikalar");
}

static const struct http_route routes[] = {
    {HTTP_GET, "/online", 0, HTTP_OPEN, 0, go_to_certificates},
    {HTTP_GET, "/online/giris", 0, HTTP_OPEN, 0, online_show_log_in},
    {HTTP_POST, "/online/giris", 0, HTTP_CSRF, SMALL_FORM, online_log_in},
    {HTTP_GET, "/online/kod", ROLE_HOLDER_PENDING, HTTP_OPEN, 0, online_show_code},
    {HTTP_POST, "/online/kod", ROLE_HOLDER_PENDING, HTTP_CSRF, SMALL_FORM, online_check_code},
    {HTTP_POST, "/online/kod/yeni", ROLE_HOLDER_PENDING, HTTP_CSRF, SMALL_FORM, online_send_code_again},
    {HTTP_POST, "/online/cikis", ROLE_HOLDER | ROLE_HOLDER_PENDING, HTTP_CSRF, SMALL_FORM, online_log_out},
    {HTTP_GET, "/online/sertifikalar", ROLE_HOLDER, HTTP_OPEN, 0, online_show_certificates},
    {HTTP_GET, "/online/sertifika/{serial}/indir", ROLE_HOLDER, HTTP_OPEN, 0, online_download_certificate},
    {HTTP_GET, "/online/askidan-indir/{serial}", ROLE_HOLDER, HTTP_OPEN, 0, online_show_activation},
    {HTTP_POST, "/online/askidan-indir/{serial}", ROLE_HOLDER, HTTP_CSRF, SMALL_FORM, online_send_activation_code},
    {HTTP_GET, "/online/askidan-indir/{serial}/kod", ROLE_HOLDER, HTTP_OPEN, 0, online_show_activation_code},
    {HTTP_POST, "/online/askidan-indir/{serial}/kod", ROLE_HOLDER, HTTP_CSRF, SMALL_FORM, online_activate},
    {HTTP_POST, "/online/askidan-indir/{serial}/e-imza", ROLE_HOLDER, HTTP_CSRF, SMALL_FORM, online_sign_activation},
    {HTTP_GET, "/online/askidan-indir/{serial}/sonuc", ROLE_HOLDER, HTTP_OPEN, 0, online_show_activated},
    {HTTP_GET, "/online/pin", ROLE_HOLDER, HTTP_OPEN, 0, online_show_pin},
    {HTTP_POST, "/online/pin", ROLE_HOLDER, HTTP_CSRF, SMALL_FORM, online_begin_pin},
    {HTTP_GET, "/online/pin/{serial}", ROLE_HOLDER, HTTP_OPEN, 0, online_show_pin_set},
    {HTTP_GET, "/online/adima-uretim", ROLE_HOLDER, HTTP_OPEN, 0, online_show_issuance},
    {HTTP_GET, "/online/adima-uretim/kilitle", ROLE_HOLDER, HTTP_OPEN, 0, online_show_lock},
    {HTTP_POST, "/online/adima-uretim/kilitle", ROLE_HOLDER, HTTP_CSRF, SMALL_FORM, online_lock},
    {HTTP_GET, "/online/adima-uretim/kilit-ac", ROLE_HOLDER, HTTP_OPEN, 0, online_show_unlock},
    {HTTP_POST, "/online/adima-uretim/kilit-ac", ROLE_HOLDER, HTTP_CSRF, SMALL_FORM, online_unlock},
    SIGNING_ROUTES("/online/" SIGNING_PAGE, ROLE_HOLDER),
    {0},
};
const struct http_desk online_desk = {"/online", "/online/giris", routes};
