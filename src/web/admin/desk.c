#include "web/admin/admin.h"
#include "web/web.h"

#define SMALL_FORM 4096
#define TEXT_FORM (256 * 1024) /* texts in both languages, percent-encoded */
#define UPLOAD_MAX (64 * 1024) /* a certificate or a public key */
#define SIGNATURE_MAX (512 * 1024) /* a registry of 320 KiB, attached, with its certificate */
#define STAFF_FILE_MAX (IMPORT_SIZE_MAX + 64 * 1024) /* a file of a register, in its form */
#define ALL (ROLE_OPERATOR | ROLE_ADMINISTRATOR)

static enum err go_to_registry(struct http_request *request)
{
    return http_redirect(request, "/yonetim/sicil");
}

static const struct http_route routes[] = {
    {HTTP_GET, "/yonetim", 0, HTTP_OPEN, 0, go_to_registry},
    STAFF_ROUTES("/yonetim", ROLE_STAFF_PENDING, ALL),
    SIGNING_ROUTES("/yonetim/imza", ROLE_ANYONE | ROLE_STAFF_PENDING | ALL),
    {HTTP_GET, "/yonetim/sicil", ALL, HTTP_OPEN, 0, admin_show_registry},
    {HTTP_GET, "/yonetim/sicil/{number}", ALL, HTTP_OPEN, 0, admin_show_record},
    {HTTP_GET, "/yonetim/sicil/{number}/metin", ALL, HTTP_OPEN, 0, admin_download_record},
    {HTTP_GET, "/yonetim/ekle/kart", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_card},
    {HTTP_POST, "/yonetim/ekle/kart", ROLE_ADMINISTRATOR, HTTP_CSRF, UPLOAD_MAX, admin_add_card},
    {HTTP_GET, "/yonetim/ekle/anahtar", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_waiting_passkeys},
    {HTTP_POST, "/yonetim/ekle/anahtar", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_add_passkey},
    {HTTP_GET, "/yonetim/ekle/istasyon", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_station},
    {HTTP_POST, "/yonetim/ekle/istasyon", ROLE_ADMINISTRATOR, HTTP_CSRF, UPLOAD_MAX, admin_add_station},
    {HTTP_GET, "/yonetim/ekle/kurum", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_institution},
    {HTTP_POST, "/yonetim/ekle/kurum", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_propose_institution},
    {HTTP_GET, "/yonetim/kurum", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_institutions},
    {HTTP_GET, "/yonetim/kurum/{code}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_institution},
    {HTTP_POST, "/yonetim/kurum/{code}", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_propose_institution},
    {HTTP_GET, "/yonetim/ekle/kural", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_rule},
    {HTTP_POST, "/yonetim/ekle/kural", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_propose_rule},
    {HTTP_GET, "/yonetim/cikar/{kind}/{name}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_removal},
    {HTTP_POST, "/yonetim/cikar/{kind}/{name}", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_remove},
    {HTTP_GET, "/yonetim/oneri/{uid}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_proposal},
    {HTTP_GET, "/yonetim/oneri/{uid}/metin", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_download_proposal},
    {HTTP_POST, "/yonetim/oneri/{uid}", ROLE_ADMINISTRATOR, HTTP_CSRF, SIGNATURE_MAX, admin_sign_proposal},
    {HTTP_POST, "/yonetim/oneri/{uid}/imza", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_begin_signing},
    {HTTP_POST, "/yonetim/oneri/{uid}/anahtar", ROLE_ADMINISTRATOR, HTTP_CSRF, PASSKEY_FORM_MAX, admin_sign_by_passkey},
    {HTTP_POST, "/yonetim/oneri/{uid}/yeniden", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_propose_again},
    {HTTP_POST, "/yonetim/oneri/{uid}/geri-al", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_withdraw_proposal},
    {HTTP_GET, "/yonetim/hesap/{digest}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_account},
    {HTTP_POST, "/yonetim/hesap/{digest}", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_make_account},
    {HTTP_GET, "/yonetim/duyuru", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_announcements},
    {HTTP_GET, "/yonetim/duyuru/yeni", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_new_announcement},
    {HTTP_POST, "/yonetim/duyuru/yeni", ROLE_ADMINISTRATOR, HTTP_CSRF, TEXT_FORM, admin_write_announcement},
    {HTTP_GET, "/yonetim/duyuru/{uid}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_announcement},
    {HTTP_POST, "/yonetim/duyuru/{uid}", ROLE_ADMINISTRATOR, HTTP_CSRF, TEXT_FORM, admin_change_announcement},
    {HTTP_POST, "/yonetim/duyuru/{uid}/geri-al", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM,
     admin_withdraw_announcement},
    {HTTP_GET, "/yonetim/metin", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_texts},
    {HTTP_GET, "/yonetim/metin/{kind}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_new_text},
    {HTTP_POST, "/yonetim/metin/{kind}", ROLE_ADMINISTRATOR, HTTP_CSRF, TEXT_FORM, admin_publish_text},
    {HTTP_GET, "/yonetim/metin/{kind}/{version}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_text},
    {HTTP_GET, "/yonetim/iletisim", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_contacts},
    {HTTP_POST, "/yonetim/iletisim", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_change_contacts},
    {HTTP_GET, "/yonetim/kapi", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_doors},
    {HTTP_GET, "/yonetim/ekle/kapi", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_new_door},
    {HTTP_POST, "/yonetim/ekle/kapi", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_add_door},
    {HTTP_GET, "/yonetim/kapi/{door}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_door},
    {HTTP_POST, "/yonetim/kapi/{door}", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_change_door},
    {HTTP_GET, "/yonetim/kapi/{door}/kapat", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_door_close},
    {HTTP_POST, "/yonetim/kapi/{door}/kapat", ROLE_ADMINISTRATOR, HTTP_CSRF, TEXT_FORM, admin_close_door},
    {HTTP_POST, "/yonetim/kapi/{door}/ac", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_open_door},
    {HTTP_GET, "/yonetim/scim", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_scim},
    {HTTP_POST, "/yonetim/scim", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_make_scim_token},
    {HTTP_POST, "/yonetim/scim/{uid}/iptal", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_revoke_scim_token},
    {HTTP_GET, "/yonetim/dizin", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_directory},
    {HTTP_POST, "/yonetim/dizin", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_read_directory},
    {HTTP_POST, "/yonetim/dizin/gunluk", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_read_directory_daily},
    {HTTP_POST, "/yonetim/dizin/gunluk-degil", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_read_directory_no_more},
    {HTTP_GET, "/yonetim/personel", ALL, HTTP_OPEN, 0, admin_show_imports},
    {HTTP_GET, "/yonetim/personel/yeni", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_new_import},
    {HTTP_POST, "/yonetim/personel/yeni", ROLE_ADMINISTRATOR, HTTP_CSRF, STAFF_FILE_MAX, admin_bring_import},
    {HTTP_GET, "/yonetim/personel/{uid}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_import},
    {HTTP_GET, "/yonetim/personel/{uid}/sutunlar", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_import_columns},
    {HTTP_POST, "/yonetim/personel/{uid}/sutunlar", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM,
     admin_choose_import_columns},
    {HTTP_GET, "/yonetim/personel/{uid}/hatalar.csv", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_download_import_mistakes},
    {HTTP_GET, "/yonetim/personel/{uid}/{kind}", ROLE_ADMINISTRATOR, HTTP_OPEN, 0, admin_show_import_rows},
    {HTTP_POST, "/yonetim/personel/{uid}/uygula", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_apply_import},
    {HTTP_POST, "/yonetim/personel/{uid}/geri-al", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_undo_import},
    {HTTP_POST, "/yonetim/personel/{uid}/vazgec", ROLE_ADMINISTRATOR, HTTP_CSRF, SMALL_FORM, admin_drop_import},
    {0},
};
const struct staff_desk admin_staff_desk = {
    .path = "/yonetim",
    .home = "/yonetim/sicil",
    .title = TR("Log in to administration"),
    .service = LOGIN_ADMINISTRATION,
    .pending = ROLE_STAFF_PENDING,
    .roles = {[STAFF_OPERATOR] = ROLE_OPERATOR, [STAFF_ADMINISTRATOR] = ROLE_ADMINISTRATOR},
};
const struct http_desk admin_desk = {"/yonetim", "/yonetim/giris", routes};
