/* Purpose: XML Signature with a shared key over one part of a SOAP message, by xmlsec. Private to the room. */
#ifndef DIVIT_OUTSIDE_SOAP_SIGN_H
#define DIVIT_OUTSIDE_SOAP_SIGN_H

#include "base/bytes.h"

#define SOAP_SIGNED_ID "signed" /* the Id, in whatever namespace, of the element that is signed */

/* The signature to be filled in, with room for what says which key it is. */
#define SOAP_EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define SOAP_SIGNATURE_BEFORE_KEY                                                                                      \
    "<d:Signature xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\"><d:SignedInfo>"                                       \
    "<d:CanonicalizationMethod Algorithm=\"" SOAP_EXCLUSIVE "\"/>"                                                     \
    "<d:SignatureMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#hmac-sha1\"/>"                                   \
    "<d:Reference URI=\"#" SOAP_SIGNED_ID "\"><d:Transforms><d:Transform Algorithm=\"" SOAP_EXCLUSIVE "\"/>"           \
    "</d:Transforms><d:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/><d:DigestValue/>"            \
    "</d:Reference></d:SignedInfo><d:SignatureValue/><d:KeyInfo>"
#define SOAP_SIGNATURE_AFTER_KEY "</d:KeyInfo></d:Signature>"

/* `message`: an envelope with such a signature in its security header. The result is the arena's. */
enum err soap_sign(struct arena *arena, struct bytes message, struct bytes key, const char **ret_message) MUST_CHECK;

#endif
