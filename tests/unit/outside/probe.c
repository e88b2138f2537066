/* Calls one client of the outside room and prints its answer: `outside-probe population|sms|mail ADDRESS …`. */
#include "outside/kannel.h"
#include "outside/population.h"
#include "outside/smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const answers[] = {"no", "yes", "unavailable", "yes by date"};
static const char *const sms_results[] = {"accepted", "queued", "refused", "unavailable", "unknown"};
static const char *const mail_results[] = {"accepted", "refused", "unavailable", "unknown"};

int main(int count, char **values)
{
    if (count == 8 && strcmp(values[1], "population") == 0) {
        const struct population_settings settings = {.url = values[2],
                                                     .soap_version = atoi(values[3]),
                                                     .token_url = getenv("TOKEN_URL"),
                                                     .username = "divit",
                                                     .password = getenv("PASSWORD")};
        const char *often = getenv("TIMES"), *month = getenv("MONTH");
        const struct question_person person = {
            values[4], values[5], values[6], atoi(values[7]), month ? atoi(month) : 1, 2};
        for (int i = often ? atoi(often) : 1; i > 0; i--) puts(answers[population_verify(&settings, &person)]);
    } else if (count == 5 && strcmp(values[1], "sms") == 0) {
        struct kannel_settings settings = {values[2], "divit", "password", "DIVIT"};
        struct kannel_message message = {values[3], values[4], getenv("REPORT_URL")};
        puts(sms_results[kannel_send(&settings, &message)]);
    } else if (count == 7 && strcmp(values[1], "mail") == 0) {
        struct smtp_settings settings = {.url = values[2],
                                         .is_tls_required = getenv("REQUIRE_TLS") != NULL,
                                         .from_address = "divit@example.org",
                                         .from_name = "Divit Çağrı"};
        struct smtp_message message = {.uid = values[3],
                                       .to = values[4],
                                       .subject = values[5],
                                       .text = values[6],
                                       .html = getenv("HTML"),
                                       .time_s = 1767225599};
        puts(mail_results[smtp_send(&settings, &message)]);
    } else {
        fprintf(stderr, "outside-probe population URL VERSION NUMBER NAMES SURNAME YEAR | sms URL TO TEXT | "
                        "mail URL UID TO SUBJECT TEXT\n");
        return 2;
    }
    return 0;
}
