/* Purpose: the service for identity systems, /scim/v2 (RFC 7644): web passes requests on to the worker and judges nothing. */
#ifndef DIVIT_WEB_SCIM_H
#define DIVIT_WEB_SCIM_H

#include "http/http.h"

#define SCIM_PREFIX "/scim"

/* A status outside of what the worker answers, in SCIM's form. */
void scim_show_error(struct http_request *request, enum err error, int status);

#endif
