#include "web/apply/apply.h"

#include "base/turkish.h"
#include "web/signing.h"
#include "web/web.h"

#include <string.h>

#define FORM_BODY_MAX 32768
#define LOGIN_BODY_MAX 8192
#define CODE_BODY_MAX 4096
#define RESUME_S (30 * DAY_S)

/* Which page an application in this state is at. */
static const char *const step_pages[APPLICATION_STATE_COUNT] = {
    [STATE_DRAFT] = "form",
    [STATE_PHONE_PENDING] = "sms",
    [STATE_METHOD_PENDING] = "yontem",
    [STATE_CONFIRMATION_PENDING] = "onay",
};

const char *step_page(const struct application *application)
{
    const char *page = step_pages[application->state];
    return page != NULL ? page : "sonuc";
}

void visit_close(struct visit *visit)
{
    application_close(&visit->application);
}

enum err visit_door(struct http_request *request, struct door *ret_door)
{
    return find_door(web_of(request)->db, http_arena(request), http_path(request, "door"), ret_door);
}

enum err visit_open(struct http_request *request, struct visit *ret_visit)
{
    const struct session *session = session_of(request);
    struct web *web = web_of(request);
    struct visit visit = {0};

    TRY(visit_door(request, &visit.door));
    TRY(open_application(web->db, web->keeper, http_arena(request), session->subject, &visit.application));
    if (visit.application.door_id != visit.door.id) {
        visit_close(&visit);
        return err_set(ERR_NOT_FOUND, "the application is of another door");
    }
    visit.actor = web_actor(request, ACTOR_PERSON, visit.application.person_id);
    *ret_visit = visit;
    return ERR_NONE;
}

const char *visit_path(struct http_request *request, const char *page)
{
    return arena_printf(http_arena(request), "/basvuru/%s%s%s", http_path(request, "door"), page[0] != '\0' ? "/" : "",
                        page);
}

enum err visit_go_on(struct http_request *request, const struct visit *visit)
{
    return http_redirect(request, visit_path(request, step_page(&visit->application)));
}

enum err visit_go_on_after(struct http_request *request, enum err error)
{
    CLEANUP_VISIT struct visit visit = {0};

    if (error != ERR_STATE) return error;
    TRY(visit_open(request, &visit));
    return visit_go_on(request, &visit);
}

enum err apply_enter(struct http_request *request, int64_t application_id)
{
    CLEANUP_APPLICATION struct application application = {0};
    struct web *web = web_of(request);

    TRY(session_become(request, ROLE_APPLICANT, application_id));
    TRY(open_application(web->db, web->keeper, http_arena(request), application_id, &application));
    struct door door;
    TRY(find_door_by_id(web->db, http_arena(request), application.door_id, &door));
    return http_redirect(request,
                         arena_printf(http_arena(request), "/basvuru/%s/%s", door.path, step_page(&application)));
}

enum err apply_enter_draft(struct http_request *request, const char *resume_token, int64_t application_id)
{
    http_set_cookie(request, RESUME_COOKIE, resume_token, "/basvuru", RESUME_S);
    return apply_enter(request, application_id);
}

const char *refusal_shown(enum language language, enum application_state state, const char *note, const char *rule)
{
    if (state == STATE_RETURNED && rule[0] != '\0') return tr(language, production_refusal(rule).meaning);
    if (state == STATE_RETURNED) return tr(language, "The officer asks for a correction. Log in to see which.");
    if (application_has_note(note, NOTE_OBJECTED))
        return tr(language, "A contact known from before objected to this application. If it was yours, have your "
                            "contact data corrected in the staff register and apply anew.");
    for (int refusal = 0; refusal < FORM_REFUSAL_COUNT; refusal++) {
        if (application_has_note(note, form_refusal_name((enum form_refusal)refusal)))
            return tr(language, form_refusal_title((enum form_refusal)refusal));
    }
    return NULL;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/basvuru", 0, HTTP_OPEN, 0, apply_show_doors},
    {HTTP_GET, "/basvuru/{door}", 0, HTTP_OPEN, 0, apply_show_door},
    {HTTP_GET, "/basvuru/{door}/giris", 0, HTTP_OPEN, 0, apply_show_login},
    {HTTP_POST, "/basvuru/{door}/giris", 0, HTTP_CSRF, LOGIN_BODY_MAX, apply_log_in},
    {HTTP_GET, "/basvuru/{door}/devam", ROLE_ANYONE, HTTP_OPEN, 0, apply_show_running},
    {HTTP_POST, "/basvuru/{door}/devam", ROLE_ANYONE, HTTP_CSRF, CODE_BODY_MAX, apply_send_resume_code},
    {HTTP_GET, "/basvuru/{door}/devam/kod", ROLE_ANYONE, HTTP_OPEN, 0, apply_show_resume_code},
    {HTTP_POST, "/basvuru/{door}/devam/kod", ROLE_ANYONE, HTTP_CSRF, CODE_BODY_MAX, apply_check_resume_code},
    {HTTP_GET, "/basvuru/{door}/neden", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_reason},
    {HTTP_POST, "/basvuru/{door}/neden", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_choose_reason},
    {HTTP_GET, "/basvuru/{door}/form", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_form},
    {HTTP_POST, "/basvuru/{door}/form", ROLE_APPLICANT, HTTP_CSRF, FORM_BODY_MAX, apply_save_form},
    {HTTP_GET, "/basvuru/{door}/saklandi", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_saved},
    {HTTP_GET, "/basvuru/{door}/onceki", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_earlier},
    {HTTP_POST, "/basvuru/{door}/onceki", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_send_earlier_code},
    {HTTP_GET, "/basvuru/{door}/onceki/kod", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_earlier_code},
    {HTTP_POST, "/basvuru/{door}/onceki/kod", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_check_earlier_code},
    {HTTP_GET, "/basvuru/{door}/kontrol", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_check},
    {HTTP_POST, "/basvuru/{door}/kontrol", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_confirm},
    {HTTP_POST, "/basvuru/{door}/degistir", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_change},
    {HTTP_GET, "/basvuru/{door}/sms", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_sms},
    {HTTP_POST, "/basvuru/{door}/sms", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_send_code},
    {HTTP_GET, "/basvuru/{door}/kod", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_code},
    {HTTP_POST, "/basvuru/{door}/kod", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_check_code},
    {HTTP_GET, "/basvuru/{door}/yontem", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_way},
    {HTTP_POST, "/basvuru/{door}/yontem", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_choose_way},
    SIGNING_ROUTES("/basvuru/{door}/imza", ROLE_APPLICANT),
    {HTTP_GET, "/basvuru/{door}/onay", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_owner},
    {HTTP_POST, "/basvuru/{door}/onay", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_send_owner_code},
    {HTTP_GET, "/basvuru/{door}/onay/kod", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_owner_code},
    {HTTP_POST, "/basvuru/{door}/onay/kod", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_check_owner_code},
    {HTTP_POST, "/basvuru/{door}/onay/imza", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_sign_instead},
    {HTTP_GET, "/basvuru/{door}/sonuc", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_result},
    {HTTP_GET, "/basvuru/{door}/kayip", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_lost},
    {HTTP_POST, "/basvuru/{door}/kayip", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_replace_renewal},
    {HTTP_GET, "/basvuru/{door}/geri-cek", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_withdraw},
    {HTTP_POST, "/basvuru/{door}/geri-cek", ROLE_APPLICANT, HTTP_CSRF, CODE_BODY_MAX, apply_withdraw},
    {HTTP_GET, "/basvuru/{door}/geri-cekildi", 0, HTTP_OPEN, 0, apply_show_withdrawn},
    {HTTP_GET, "/basvuru/{door}/form.pdf", ROLE_APPLICANT, HTTP_OPEN, 0, apply_show_pdf},
    {0},
};
const struct http_desk apply_desk = {"/basvuru", "/basvuru", routes};

static const struct http_route where_routes[] = {
    {HTTP_GET, "/basvurum-nerede", 0, HTTP_OPEN, 0, where_show},
    {HTTP_POST, "/basvurum-nerede", 0, HTTP_CSRF, CODE_BODY_MAX, where_find},
    {0},
};
const struct http_desk where_desk = {"/basvurum-nerede", NULL, where_routes};
