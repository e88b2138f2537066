/* Purpose: what the two services of the population register share. Private to the room. */
#ifndef DIVIT_SIM_POPULATION_H
#define DIVIT_SIM_POPULATION_H

#include "http/http.h"

#include <libxml/tree.h>

#define SOAP_11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP_12 "http://www.w3.org/2003/05/soap-envelope"

/* The first child element of that name, whatever its namespace, and its text; NULL and "" if none. */
xmlNode *element(xmlNode *parent, const char *name);
const char *element_text(struct arena *arena, xmlNode *parent, const char *name);

/* Do the question's names and year, or whole date, of birth belong to the number? */
bool is_person(struct arena *arena, xmlNode *question, const char *number_name, bool by_date);

/* True: the fault that is switched on took the place of the answer. */
bool answers_faulty(struct http_request *request, enum err *ret_error);
xmlDocPtr request_document(struct http_request *request); /* NULL: no XML; for xmlFreeDoc() */

#endif
