#include "certificate/certificate.h"

#include "web/online/online.h"
#include "web/online/page_online_certificates.h"

const char *online_status_colour(enum certificate_status status)
{
    switch (status) {
    case CERTIFICATE_ACTIVE: return "green";
    case CERTIFICATE_SUSPENDED: return "yellow";
    case CERTIFICATE_REVOKED: return "red";
    default: return "grey";
    }
}

static bool can_activate(const struct certificate_record *certificate)
{
    bool can = certificate_may_be_activated(certificate) == ERR_NONE;
    err_clear();
    return can && !certificate->is_changing;
}

static bool can_set_pin(const struct certificate_record *certificate)
{
    return certificate->written_s != 0 &&
           (certificate->status == CERTIFICATE_ACTIVE || certificate->status == CERTIFICATE_SUSPENDED);
}

enum err online_show_certificates(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    const struct certificate_record *certificates;
    struct log_in earlier = {0};
    size_t count;
    TRY(list_certificates(web_of(request)->db, arena, session_of(request)->subject, &certificates, &count));
    enum err error = find_earlier_log_in(web_of(request)->db, arena, session_of(request)->subject, &earlier);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    struct page_online_certificates_certificates *items =
        NEW_ARRAY(arena, struct page_online_certificates_certificates, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct certificate_record *certificate = &certificates[i];
        items[i] = (struct page_online_certificates_certificates){
            .serial = certificate->serial,
            .starts = time_to_date_time(arena, certificate->not_before_s),
            .ends = time_to_date_time(arena, certificate->not_after_s),
            .status = tr(language, certificate_status_title(certificate->status)),
            .colour = online_status_colour(certificate->status),
            .since = time_to_date_time(arena, certificate->since_s),
            .card = certificate->card_serial,
            .pin_set = certificate->pin_set_s == 0 ? tr(language, "not yet")
                                                   : time_to_date_time(arena, certificate->pin_set_s),
            .is_changing = certificate->is_changing,
            .is_refused = certificate->refused != NULL && certificate->status == CERTIFICATE_SUSPENDED,
            .can_set_pin = can_set_pin(certificate),
            .can_activate = can_activate(certificate),
        };
    }
    return page_online_certificates(
        request, 200,
        &(const struct page_online_certificates){
            .last_log_in = earlier.at_s != 0 ? time_to_date_time(arena, earlier.at_s) : NULL,
            .last_way = earlier.at_s != 0 ? tr(language, earlier.way) : NULL,
            .is_activation_over = http_query(request, "askidan-indir") != NULL,
            .certificates = items,
            .certificates_count = count,
        });
}

enum err online_download_certificate(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    CLEANUP_PERSON struct person person = {0};
    struct certificate_record certificate;
    struct bytes der;
    TRY(online_person(request, &person));
    TRY(find_certificate(web_of(request)->db, arena, person.id, http_path(request, "serial"), &certificate));
    TRY(read_certificate(web_of(request)->db, arena, &person, certificate.serial, &der));
    return http_answer_file(request, arena_printf(arena, "%s.cer", certificate.serial), "application/pkix-cert", der);
}
