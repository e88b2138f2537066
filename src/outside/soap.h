/* Purpose: reading a stranger's SOAP answer (1.1 and 1.2) strictly. Private to the room. */
#ifndef DIVIT_OUTSIDE_SOAP_H
#define DIVIT_OUTSIDE_SOAP_H

#include "base/bytes.h"

#include <libxml/tree.h>

#define SOAP_11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP_12 "http://www.w3.org/2003/05/soap-envelope"

bool soap_is_media_type(const char *media_type);
/* Well-formed, without a document type, not larger than an answer may be; NULL otherwise. For xmlFreeDoc(). */
xmlDocPtr soap_parse(struct bytes body);
/* The envelope's body; NULL: it is no envelope. */
xmlNode *soap_body(xmlDocPtr document);
/* The one child element of that name, in any namespace if NULL; NULL if there is none or more than one. */
xmlNode *soap_only_child(xmlNode *parent, const char *name, const char *namespace);
/* Its text with white space around it left out, in the arena; NULL if it has element children or is NULL. */
const char *soap_text(struct arena *arena, xmlNode *node);
/* As soap_only_child(), but an element that says xsi:nil is none. */
xmlNode *soap_only_filled(xmlNode *parent, const char *name);

#endif
