/* Purpose: the other sides of the outside systems' protocols (spec 08), each with its faults. Private to the room. */
#ifndef DIVIT_SIM_SERVERS_H
#define DIVIT_SIM_SERVERS_H

#include "http/http.h"

/* POST /Service/KPSPublic.asmx, KPSPublicYabanciDogrula.asmx: SOAP 1.1 and 1.2 */
enum err population_register(struct http_request *request) MUST_CHECK;
/* POST /Services/Issuer.svc/IWSTrust13 and /Services/RoutingService.svc: KPS v2, for the user `divit` by the password `kps` */
enum err kps_token_service(struct http_request *request) MUST_CHECK;
enum err kps_service(struct http_request *request) MUST_CHECK;
/* GET /cgi-bin/sendsms */
enum err sms_centre(struct http_request *request) MUST_CHECK;

/* SMTP (RFC 5321) on 127.0.0.1. */
enum err mail_server_start(int port) MUST_CHECK;
/* What a mail says: texts in the arena, "" where it says nothing. */
struct mail {
    const char *subject, *from, *message_id, *text, *html;
};
void mail_read(struct arena *arena, const char *raw, struct mail *ret_mail);

/* The code an authenticator application would show now (RFC 6238, SHA-1, 6 digits, 30 s); NULL: no base32 secret. */
const char *totp_code(struct arena *arena, const char *base32_secret, int64_t time_s);

#endif
