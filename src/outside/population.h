/*
 * Purpose: the population register (NVI): are these one person's details? By KPSPublic (SOAP 1.1 or 1.2) or, for
 * institutions under contract, by KPS v2 with a token (spec 08).
 *
 * The public service knows names and the year of birth of citizens, names and the whole date of foreigners (99…), KPS v2
 * names and the whole date of all; what they cannot check, identity compares with the staff register. Whatever is not a
 * clear yes or no is unavailable.
 */
#ifndef DIVIT_OUTSIDE_POPULATION_H
#define DIVIT_OUTSIDE_POPULATION_H

#include "ipc/question.h"

struct population_settings {
    const char *url; /* ".../Service/KPSPublic.asmx"; of KPS v2 ".../Services/RoutingService.svc" */
    const char *foreigner_url; /* ".../Service/KPSPublicYabanciDogrula.asmx"; NULL: `url` */
    int soap_version; /* of KPSPublic: 11 or 12 */
    const char *token_url; /* ".../Services/Issuer.svc/IWSTrust13": KPS v2; NULL: KPSPublic, the rest unused */
    const char *username, *password;
};

/* Blocks for at most 15 s. Names are put in Turkish capitals here. With UNAVAILABLE, err_detail() says why. */
enum question_answer population_verify(const struct population_settings *settings,
                                       const struct question_person *person);

/* The two halves of KPSPublic without the network, for population_verify() and for tests. */
const char *population_request(struct arena *arena, const struct population_settings *settings,
                               const struct question_person *person);
enum question_answer population_answer(int status, const char *media_type, struct bytes body, bool is_foreigner);

#endif
