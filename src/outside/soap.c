#include "outside/soap.h"

#include "outside/client.h"

#include <libxml/parser.h>
#include <string.h>

#define SCHEMA_INSTANCE "http://www.w3.org/2001/XMLSchema-instance"
#define WHITE " \t\r\n"

bool soap_is_media_type(const char *media_type)
{
    static const char *const types[] = {"text/xml", "application/soap+xml"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t length = strlen(types[i]);
        if (strncasecmp(media_type, types[i], length) == 0 && strchr("; \t", media_type[length])) return true;
    }
    return false;
}

/* SOAP has no document type (SOAP 1.1 section 3, SOAP 1.2 part 1 section 5); stopping here leaves entities no chance. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    xmlStopParser(context);
}

xmlDocPtr soap_parse(struct bytes body)
{
    xmlParserCtxtPtr context = body.size > 0 && body.size <= CLIENT_BODY_MAX ? xmlNewParserCtxt() : NULL;
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
    return node && strcmp((const char *)node->name, name) == 0 &&
           (!namespace || (node->ns && strcmp((const char *)node->ns->href, namespace) == 0));
}

xmlNode *soap_only_child(xmlNode *parent, const char *name, const char *namespace)
{
    xmlNode *found = NULL;
    for (xmlNode *node = parent ? xmlFirstElementChild(parent) : NULL; node; node = xmlNextElementSibling(node)) {
        if (!is_named(node, name, namespace)) continue;
        if (found) return NULL;
        found = node;
    }
    return found;
}

xmlNode *soap_body(xmlDocPtr document)
{
    xmlNode *envelope = document ? xmlDocGetRootElement(document) : NULL;
    const char *soap = is_named(envelope, "Envelope", SOAP_12) ? SOAP_12 : SOAP_11;
    return is_named(envelope, "Envelope", soap) ? soap_only_child(envelope, "Body", soap) : NULL;
}

const char *soap_text(struct arena *arena, xmlNode *node)
{
    if (!node || xmlFirstElementChild(node)) return NULL;
    xmlChar *content = xmlNodeGetContent(node);
    const char *text = content ? (const char *)content : "";
    text += strspn(text, WHITE);
    size_t length = strlen(text);
    while (length > 0 && strchr(WHITE, text[length - 1])) length--;
    const char *kept = arena_text_n(arena, text, length);
    xmlFree(content);
    return kept;
}

xmlNode *soap_only_filled(xmlNode *parent, const char *name)
{
    xmlNode *node = soap_only_child(parent, name, NULL);
    xmlChar *nil = node ? xmlGetNsProp(node, (const xmlChar *)"nil", (const xmlChar *)SCHEMA_INSTANCE) : NULL;
    bool is_nil = nil && (strcmp((const char *)nil, "true") == 0 || strcmp((const char *)nil, "1") == 0);
    xmlFree(nil);
    return is_nil ? NULL : node;
}
