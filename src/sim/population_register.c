#include "sim/population.h"

#include "base/turkish.h"
#include "sim/servers.h"
#include "sim/world.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

xmlNode *element(xmlNode *parent, const char *name)
{
    xmlNode *node = parent ? xmlFirstElementChild(parent) : NULL;
    while (node && strcmp((const char *)node->name, name) != 0) node = xmlNextElementSibling(node);
    return node;
}

const char *element_text(struct arena *arena, xmlNode *parent, const char *name)
{
    xmlNode *node = element(parent, name);
    xmlChar *content = node ? xmlNodeGetContent(node) : NULL;
    const char *text = arena_text(arena, content ? (const char *)content : "");
    xmlFree(content);
    return text;
}

static bool has_date(struct arena *arena, xmlNode *question, struct date birth)
{
    return strtol(element_text(arena, question, "DogumYil"), NULL, 10) == birth.year &&
           strtol(element_text(arena, question, "DogumAy"), NULL, 10) == birth.month &&
           strtol(element_text(arena, question, "DogumGun"), NULL, 10) == birth.day;
}

bool is_person(struct arena *arena, xmlNode *question, const char *number_name, bool by_date)
{
    json_t *demo = world_demo();
    json_t *person = world_person(demo, element_text(arena, question, number_name));
    struct date birth;
    bool matches = person && date_parse(world_text(person, "birth_date"), &birth) == ERR_NONE &&
                   turkish_same_name(world_text(person, "given_names"), element_text(arena, question, "Ad")) &&
                   turkish_same_name(world_text(person, "surname"), element_text(arena, question, "Soyad")) &&
                   (by_date ? has_date(arena, question, birth)
                            : strtol(element_text(arena, question, "DogumYili"), NULL, 10) == birth.year);
    json_decref(demo);
    return matches;
}

static enum err answer_fault(struct http_request *request, bool is_12)
{
    struct buffer xml CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_printf(&xml,
                  "<soap:Envelope xmlns:soap=\"%s\"><soap:Body><soap:Fault>%s</soap:Fault></soap:Body></soap:Envelope>",
                  is_12 ? SOAP_12 : SOAP_11,
                  is_12 ? "<soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code>"
                          "<soap:Reason><soap:Text xml:lang=\"en\">no such operation</soap:Text></soap:Reason>"
                        : "<faultcode>soap:Client</faultcode><faultstring>no such operation</faultstring>");
    return http_answer(request, 500, is_12 ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8",
                       buffer_bytes(&xml));
}

static enum err answer_question(struct http_request *request, xmlNode *envelope, bool is_12)
{
    struct arena *arena = http_arena(request);
    xmlNode *body = envelope ? xmlLastElementChild(envelope) : NULL;
    xmlNode *question = body && strcmp((const char *)body->name, "Body") == 0 ? xmlFirstElementChild(body) : NULL;
    const char *name = question ? (const char *)question->name : "";
    bool foreigner = strcmp(name, "YabanciKimlikNoDogrula") == 0;
    if (!foreigner && strcmp(name, "TCKimlikNoDogrula") != 0) return answer_fault(request, is_12);

    struct buffer xml CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_printf(&xml,
                  "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"%s\"><soap:Body>"
                  "<%sResponse xmlns=\"http://tckimlik.nvi.gov.tr/WS\"><%sResult>%s</%sResult></%sResponse>"
                  "</soap:Body></soap:Envelope>",
                  is_12 ? SOAP_12 : SOAP_11, name, name,
                  is_person(arena, question, foreigner ? "KimlikNo" : "TCKimlikNo", foreigner) ? "true" : "false", name,
                  name);
    return http_answer(request, 200, is_12 ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8",
                       buffer_bytes(&xml));
}

bool answers_faulty(struct http_request *request, enum err *ret_error)
{
    switch (fault_take(SYSTEM_POPULATION)) {
    case FAULT_DOWN:
        *ret_error = http_answer(request, 503, "text/plain", bytes_of_text("Service Unavailable"));
        return true;
    case FAULT_GARBAGE:
        *ret_error = http_answer(request, 200, "text/xml", bytes_of_text("<soap:Envelope><tru\x01"));
        return true;
    case FAULT_SLOW: fault_pause(); return false;
    case FAULT_ANSWER_LOST:
    case FAULT_SILENT:
        fault_pause();
        *ret_error = http_answer(request, 504, "text/plain", bytes_of_text(""));
        return true;
    default: return false;
    }
}

xmlDocPtr request_document(struct http_request *request)
{
    struct bytes body = http_body(request);
    return xmlReadMemory((const char *)body.data, (int)body.size, NULL, NULL,
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

enum err population_register(struct http_request *request)
{
    enum err error;
    if (answers_faulty(request, &error)) return error;
    const char *media_type = http_header(request, "Content-Type");
    bool is_12 = media_type && strncmp(media_type, "application/soap+xml", 20) == 0;
    xmlDocPtr document = request_document(request);
    error = answer_question(request, document ? xmlDocGetRootElement(document) : NULL, is_12);
    xmlFreeDoc(document);
    return error;
}
