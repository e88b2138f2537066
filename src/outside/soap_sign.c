/*
 * xmlsec's header brings OpenSSL's along: their ERR_STATE (a type of their error queue) is not ours (base/err.h), and they
 * name types that are deprecated; nothing of it is used here.
 */
#undef OPENSSL_NO_DEPRECATED
#define ERR_STATE OPENSSL_ERR_STATE
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>
#undef ERR_STATE

#include "outside/soap_sign.h"

#include "outside/soap.h"

#include <pthread.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_begun;

static void begin(void)
{
    is_begun = xmlSecInit() == 0 && xmlSecCryptoAppInit(NULL) == 0 && xmlSecCryptoInit() == 0;
    xmlSecErrorsDefaultCallbackEnableOutput(0);
}

/* An Id is one to XML only once it was said to be. */
static bool name_signed_part(xmlDocPtr document, xmlNode *security)
{
    xmlNode *part = soap_only_child(security, "Timestamp", NULL);
    xmlAttr *id = NULL;
    for (xmlAttr *attribute = part ? part->properties : NULL; attribute; attribute = attribute->next)
        if (strcmp((const char *)attribute->name, "Id") == 0) id = attribute;
    return id && xmlAddID(NULL, document, (const xmlChar *)SOAP_SIGNED_ID, id) != NULL;
}

static bool fill_in(xmlNode *signature, struct bytes key)
{
    xmlSecDSigCtxPtr context = signature ? xmlSecDSigCtxCreate(NULL) : NULL;
    if (!context) return false;
    context->signKey = xmlSecKeyReadMemory(xmlSecKeyDataHmacId, key.data, key.size);
    bool is_signed = context->signKey && xmlSecDSigCtxSign(context, signature) == 0;
    xmlSecDSigCtxDestroy(context); /* the key with it */
    return is_signed;
}

static const char *write_document(struct arena *arena, xmlDocPtr document)
{
    xmlChar *text = NULL;
    int size = 0;
    xmlDocDumpMemoryEnc(document, &text, &size, "UTF-8");
    const char *kept = text ? arena_text(arena, (const char *)text) : NULL;
    xmlFree(text);
    return kept;
}

enum err soap_sign(struct arena *arena, struct bytes message, struct bytes key, const char **ret_message)
{
    pthread_once(&once, begin);
    if (!is_begun) return err_set(ERR_BROKEN, "xmlsec does not begin");
    xmlDocPtr document = soap_parse(message);
    xmlNode *envelope = document ? xmlDocGetRootElement(document) : NULL;
    xmlNode *security = soap_only_child(soap_only_child(envelope, "Header", SOAP_12), "Security", NULL);
    xmlNode *signature = soap_only_child(security, "Signature", (const char *)xmlSecDSigNs);
    const char *text = NULL;
    if (name_signed_part(document, security) && fill_in(signature, key)) text = write_document(arena, document);
    xmlFreeDoc(document);
    if (!text) return err_set(ERR_BROKEN, "a message to the population register could not be signed");
    *ret_message = text;
    return ERR_NONE;
}
