/*
 * Purpose: divit-sim, the outside world of a demo installation and of the tests, on loopback (spec 08): population
 * register, SMS centre, mail server, the demo people's phones and mailboxes, their clock, and the officers' computer.
 *
 *   divit-sim --state DIR --port PORT [--mail-port MAIL_PORT]
 *
 * HTTP on PORT, SMTP on MAIL_PORT (PORT+1), both on 127.0.0.1. Needs DIR/clock-offset, which only a demo has; reads
 * DIR/demo.json anew each time; keeps its messages in DIR/sim/. Like every process it tells DIVIT_READY_FD when it serves and
 * ends on SIGTERM. Addresses other programs configure:
 *   population  http://localhost:PORT/Service/KPSPublic.asmx
 *   KPS v2      http://localhost:PORT/Services/RoutingService.svc, tokens by /Services/Issuer.svc/IWSTrust13
 *   SMS         http://localhost:PORT/cgi-bin/sendsms (any user name and password)
 *   e-mail      smtp://localhost:MAIL_PORT
 *
 * DIR/demo.json (names not listed here are left alone; missing texts count as empty):
 *   {"addresses": {"home": "http://localhost:8080", "apply": …, "officer": …, "online": …, "responder": …},
 *    "people": [{"identity_number", "given_names", "surname", "birth_place", "birth_date": "dd.mm.yyyy",
 *                "staff_number", "institution", "mobile": "5xxxxxxxxx", "email"}, …],
 *    "officers": [{"identity_number", "display_name", "user_name", "token_label": "ayse.yilmaz",
 *                  "role": "yetkili", "link": "http://localhost:8080/yetkili/kurulum/…",
 *                  "totp_secret": base32 or ""}, …],
 *    "operators", "administrators", "auditors": likewise}
 */
#ifndef DIVIT_SIM_SIM_H
#define DIVIT_SIM_SIM_H

#include "ipc/installation.h"

int sim_main(const struct installation *installation, int port, int mail_port);

#endif
