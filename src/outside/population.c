#include "outside/population.h"

#include "base/turkish.h"
#include "outside/client.h"
#include "outside/kps.h"
#include "outside/soap.h"

#include <inttypes.h>
#include <string.h>

#define NAMESPACE "http://tckimlik.nvi.gov.tr/WS"

static bool is_foreigner(const struct question_person *person)
{
    return strncmp(person->identity_number, "99", 2) == 0;
}

static const char *operation(bool foreigner)
{
    return foreigner ? "YabanciKimlikNoDogrula" : "TCKimlikNoDogrula";
}

const char *population_request(struct arena *arena, const struct population_settings *settings,
                               const struct question_person *person)
{
    struct buffer xml CLEANUP_BUFFER = BUFFER_EMPTY;
    bool foreigner = is_foreigner(person);
    buffer_printf(&xml,
                  "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"%s\"><soap:Body>"
                  "<%s xmlns=\"" NAMESPACE "\">",
                  settings->soap_version == 12 ? SOAP_12 : SOAP_11, operation(foreigner));
    buffer_text(&xml, foreigner ? "<KimlikNo>" : "<TCKimlikNo>");
    buffer_html(&xml, person->identity_number);
    buffer_text(&xml, foreigner ? "</KimlikNo><Ad>" : "</TCKimlikNo><Ad>");
    buffer_html(&xml, turkish_name(arena, person->given_names));
    buffer_text(&xml, "</Ad><Soyad>");
    buffer_html(&xml, turkish_name(arena, person->surname));
    buffer_text(&xml, "</Soyad>");
    if (foreigner)
        buffer_printf(&xml,
                      "<DogumGun>%" PRId64 "</DogumGun><DogumAy>%" PRId64 "</DogumAy><DogumYil>%" PRId64 "</DogumYil>",
                      person->birth_day, person->birth_month, person->birth_year);
    else buffer_printf(&xml, "<DogumYili>%" PRId64 "</DogumYili>", person->birth_year);
    buffer_printf(&xml, "</%s></soap:Body></soap:Envelope>", operation(foreigner));
    return buffer_to_text(&xml, arena);
}

/* XML Schema part 2, 3.2.2: true, false, 1, 0. */
static enum question_answer boolean_of(const char *text)
{
    if (!text) return QUESTION_UNAVAILABLE;
    if (strcmp(text, "true") == 0 || strcmp(text, "1") == 0) return QUESTION_YES;
    if (strcmp(text, "false") == 0 || strcmp(text, "0") == 0) return QUESTION_NO;
    return QUESTION_UNAVAILABLE;
}

static enum question_answer read_body(struct arena *arena, xmlNode *body, bool foreigner)
{
    xmlNode *response =
        soap_only_child(body, foreigner ? "YabanciKimlikNoDogrulaResponse" : "TCKimlikNoDogrulaResponse", NAMESPACE);
    const char *name = foreigner ? "YabanciKimlikNoDogrulaResult" : "TCKimlikNoDogrulaResult";
    enum question_answer answer = boolean_of(soap_text(arena, soap_only_child(response, name, NAMESPACE)));
    return foreigner && answer == QUESTION_YES ? QUESTION_YES_BY_DATE : answer;
}

enum question_answer population_answer(int status, const char *media_type, struct bytes body, bool foreigner)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    if (status != 200) {
        (void)!err_set(ERR_UNAVAILABLE, "the population register answered with status %d", status);
        return QUESTION_UNAVAILABLE;
    }
    xmlDocPtr document = soap_is_media_type(media_type) ? soap_parse(body) : NULL;
    enum question_answer answer = read_body(arena, soap_body(document), foreigner);
    xmlFreeDoc(document);
    if (answer == QUESTION_UNAVAILABLE)
        (void)!err_set(ERR_UNAVAILABLE, "the population register's answer is not the one of its service");
    return answer;
}

enum question_answer population_verify(const struct population_settings *settings, const struct question_person *person)
{
    if (settings->token_url) return kps_verify(settings, person);
    struct arena *arena CLEANUP_ARENA = arena_new();
    bool foreigner = is_foreigner(person);
    const char *const headers_11[] = {"Content-Type: text/xml; charset=utf-8",
                                      foreigner ? "SOAPAction: \"" NAMESPACE "/YabanciKimlikNoDogrula\""
                                                : "SOAPAction: \"" NAMESPACE "/TCKimlikNoDogrula\"",
                                      NULL};
    const char *const headers_12[] = {"Content-Type: application/soap+xml; charset=utf-8", NULL};
    struct client_request request = {.url =
                                         foreigner && settings->foreigner_url ? settings->foreigner_url : settings->url,
                                     .headers = settings->soap_version == 12 ? headers_12 : headers_11,
                                     .body = population_request(arena, settings, person)};
    struct client_answer answer;
    if (client_ask(arena, &request, &answer) != CLIENT_ANSWERED) return QUESTION_UNAVAILABLE;
    return population_answer(answer.status, answer.media_type, answer.body, foreigner);
}
