#include "outside/population.h"

#include "base/turkish.h"
#include "outside/client.h"

#include <inttypes.h>
#include <libxml/parser.h>
#include <string.h>

#define NAMESPACE "http://tckimlik.nvi.gov.tr/WS"
#define SOAP_11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP_12 "http://www.w3.org/2003/05/soap-envelope"

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

/* SOAP has no document type (SOAP 1.1 section 3, SOAP 1.2 part 1 section 5); stopping here leaves entities no chance. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    xmlStopParser(context);
}

static xmlDocPtr parse(struct bytes body)
{
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    if (!context) return NULL;
    context->sax->internalSubset = refuse_doctype;
    xmlDocPtr document =
        xmlCtxtReadMemory(context, (const char *)body.data, (int)body.size, NULL, NULL,
                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
    if (document && !context->wellFormed) {
        xmlFreeDoc(document);
        document = NULL;
    }
    xmlFreeParserCtxt(context);
    return document;
}

static bool is_named(const xmlNode *node, const char *name, const char *namespace)
{
    return node && strcmp((const char *)node->name, name) == 0 && node->ns &&
           strcmp((const char *)node->ns->href, namespace) == 0;
}

/* The one child element of that name; NULL if there is none or more than one. */
static xmlNode *only_child(xmlNode *parent, const char *name, const char *namespace)
{
    xmlNode *found = NULL;
    for (xmlNode *node = parent ? xmlFirstElementChild(parent) : NULL; node; node = xmlNextElementSibling(node)) {
        if (!is_named(node, name, namespace)) continue;
        if (found) return NULL;
        found = node;
    }
    return found;
}

/* XML Schema part 2, 3.2.2: true, false, 1, 0, white space around it collapsed. */
static enum question_answer boolean_of(const char *text)
{
    text += strspn(text, " \t\r\n");
    size_t length = strcspn(text, " \t\r\n");
    if (text[length + strspn(text + length, " \t\r\n")] != '\0') return QUESTION_UNAVAILABLE;
    if ((length == 4 && memcmp(text, "true", 4) == 0) || (length == 1 && *text == '1')) return QUESTION_YES;
    if ((length == 5 && memcmp(text, "false", 5) == 0) || (length == 1 && *text == '0')) return QUESTION_NO;
    return QUESTION_UNAVAILABLE;
}

static enum question_answer read_document(xmlDocPtr document, bool foreigner)
{
    xmlNode *envelope = xmlDocGetRootElement(document);
    const char *soap = is_named(envelope, "Envelope", SOAP_12) ? SOAP_12 : SOAP_11;
    if (!is_named(envelope, "Envelope", soap)) return QUESTION_UNAVAILABLE;
    xmlNode *body = only_child(envelope, "Body", soap);
    xmlNode *response =
        only_child(body, foreigner ? "YabanciKimlikNoDogrulaResponse" : "TCKimlikNoDogrulaResponse", NAMESPACE);
    xmlNode *result =
        only_child(response, foreigner ? "YabanciKimlikNoDogrulaResult" : "TCKimlikNoDogrulaResult", NAMESPACE);
    if (!result || xmlFirstElementChild(result)) return QUESTION_UNAVAILABLE;
    xmlChar *text = xmlNodeGetContent(result);
    enum question_answer answer = text ? boolean_of((const char *)text) : QUESTION_UNAVAILABLE;
    xmlFree(text);
    return answer;
}

static bool is_soap_type(const char *media_type)
{
    static const char *const types[] = {"text/xml", "application/soap+xml"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t length = strlen(types[i]);
        if (strncasecmp(media_type, types[i], length) == 0 && strchr("; \t", media_type[length])) return true;
    }
    return false;
}

enum question_answer population_answer(int status, const char *media_type, struct bytes body, bool foreigner)
{
    if (status != 200) {
        (void)!err_set(ERR_UNAVAILABLE, "the population register answered with status %d", status);
        return QUESTION_UNAVAILABLE;
    }
    enum question_answer answer = QUESTION_UNAVAILABLE;
    if (is_soap_type(media_type) && body.size > 0 && body.size <= CLIENT_BODY_MAX) {
        xmlDocPtr document = parse(body);
        if (document) answer = read_document(document, foreigner);
        xmlFreeDoc(document);
    }
    if (answer == QUESTION_UNAVAILABLE)
        (void)!err_set(ERR_UNAVAILABLE, "the population register's answer is not the one of its service");
    return answer;
}

enum question_answer population_verify(const struct population_settings *settings, const struct question_person *person)
{
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
