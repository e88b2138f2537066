/*
 * KPS v2 of the population register: its token service (WS-Trust 1.3) and TumKutukDogrulaServis behind the router. The
 * signature is checked step by step (XML Signature 1.1 section 3.2), without the library that makes it on the other side.
 * OpenSSL has a type ERR_STATE for its error queue, base/err.h a value of that name; only ours is wanted here.
 */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/evp.h>
#undef ERR_STATE

#include "base/clock.h"
#include "base/secret.h"
#include "sim/population.h"
#include "sim/servers.h"
#include "sim/world.h"

#include <libxml/c14n.h>
#include <pthread.h>
#include <string.h>

#define ADDRESSING "http://www.w3.org/2005/08/addressing"
#define TRUST "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define WSS "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
#define SERVICE "http://kps.nvi.gov.tr/2025/08/01"
#define EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define SIGNATURE "http://www.w3.org/2000/09/xmldsig#"
#define TOKEN_S (60 * 60)
#define PROOF_SIZE 32

/* Tokens are sealed to the service, as the true ones are: nothing is kept of those that are out. */
static uint8_t service_key[KEY_SIZE];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_service_key(void)
{
    random_fill(service_key, sizeof service_key);
}

static enum err answer_soap(struct http_request *request, int status, const char *action, const char *body)
{
    struct arena *arena = http_arena(request);
    return http_answer(
        request, status, "application/soap+xml; charset=utf-8",
        bytes_of_text(arena_printf(arena,
                                   "<s:Envelope xmlns:s=\"" SOAP_12 "\" xmlns:a=\"" ADDRESSING
                                   "\"><s:Header><a:Action s:mustUnderstand=\"1\">%s</a:Action></s:Header>"
                                   "<s:Body>%s</s:Body></s:Envelope>",
                                   action, body)));
}

static enum err answer_fault(struct http_request *request, const char *why)
{
    return answer_soap(request, 500, ADDRESSING "/soap/fault",
                       arena_printf(http_arena(request),
                                    "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason>"
                                    "<s:Text xml:lang=\"en-US\">%s</s:Text></s:Reason></s:Fault>",
                                    why));
}

static xmlNode *security_of(xmlDocPtr document)
{
    return element(element(document ? xmlDocGetRootElement(document) : NULL, "Header"), "Security");
}

static bool is_fresh(struct arena *arena, xmlNode *security)
{
    xmlNode *stamp = element(security, "Timestamp");
    int64_t created_s, expires_s, now_s = clock_now_s();
    return time_from_iso(element_text(arena, stamp, "Created"), &created_s) == ERR_NONE &&
           time_from_iso(element_text(arena, stamp, "Expires"), &expires_s) == ERR_NONE && created_s <= now_s + 60 &&
           now_s < expires_s;
}

/* -- the token service -- */

static bool is_known_user(struct arena *arena, xmlNode *security)
{
    xmlNode *user = element(security, "UsernameToken");
    return strcmp(element_text(arena, user, "Username"), "divit") == 0 &&
           strcmp(element_text(arena, user, "Password"), "kps") == 0;
}

static const char *token_context(struct arena *arena, const char *assertion_id)
{
    return arena_printf(arena, "KPS v2 token %s", assertion_id);
}

static enum err answer_token(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    uint8_t proof[PROOF_SIZE];
    int64_t now_s = clock_now_s();
    random_fill(proof, sizeof proof);
    const char *id = arena_printf(arena, "_%s", random_hex(arena, 16));
    struct buffer inside CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_int64(&inside, now_s + TOKEN_S);
    buffer_add(&inside, BYTES(proof));
    const char *sealed =
        base64_encode(arena, seal(arena, service_key, buffer_bytes(&inside), token_context(arena, id)));
    return answer_soap(
        request, 200, TRUST "/RSTRC/IssueFinal",
        arena_printf(arena,
                     "<t:RequestSecurityTokenResponseCollection xmlns:t=\"" TRUST "\"><t:RequestSecurityTokenResponse>"
                     "<t:Lifetime><u:Created xmlns:u=\"" WSS "wssecurity-utility-1.0.xsd\">%.19s.125Z</u:Created>"
                     "<u:Expires xmlns:u=\"" WSS "wssecurity-utility-1.0.xsd\">%.19s.125Z</u:Expires></t:Lifetime>"
                     "<t:RequestedSecurityToken><e:EncryptedData xmlns:e=\"http://www.w3.org/2001/04/xmlenc#\" "
                     "Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><e:CipherData><e:CipherValue>%s</e:CipherValue>"
                     "</e:CipherData></e:EncryptedData></t:RequestedSecurityToken><t:RequestedProofToken>"
                     "<t:BinarySecret>%s</t:BinarySecret></t:RequestedProofToken><t:RequestedAttachedReference>"
                     "<o:SecurityTokenReference xmlns:o=\"" WSS "wssecurity-secext-1.0.xsd\"><o:KeyIdentifier "
                     "ValueType=\"http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#SAMLAssertionID\">%s"
                     "</o:KeyIdentifier></o:SecurityTokenReference></t:RequestedAttachedReference>"
                     "<t:KeyType>" TRUST "/SymmetricKey</t:KeyType></t:RequestSecurityTokenResponse>"
                     "</t:RequestSecurityTokenResponseCollection>",
                     time_to_iso(arena, now_s), time_to_iso(arena, now_s + TOKEN_S), sealed,
                     base64_encode(arena, BYTES(proof)), id));
}

enum err kps_token_service(struct http_request *request)
{
    enum err error;
    if (answers_faulty(request, &error)) return error;
    pthread_once(&once, make_service_key);
    xmlDocPtr document = request_document(request);
    xmlNode *security = security_of(document);
    if (!is_fresh(http_arena(request), security)) error = answer_fault(request, "MessageExpired");
    else if (!is_known_user(http_arena(request), security)) error = answer_fault(request, "FailedAuthentication");
    else error = answer_token(request);
    xmlFreeDoc(document);
    return error;
}

/* -- the service -- */

static int is_within(void *top, xmlNodePtr node, xmlNodePtr parent)
{
    for (xmlNode *at = node && node->type == XML_NAMESPACE_DECL ? parent : node; at; at = at->parent)
        if (at == top) return 1;
    return 0;
}

static struct bytes canonical(struct arena *arena, xmlNode *top)
{
    xmlOutputBufferPtr out = xmlAllocOutputBuffer(NULL);
    struct bytes bytes = {0};
    if (xmlC14NExecute(top->doc, is_within, top, XML_C14N_EXCLUSIVE_1_0, NULL, 0, out) >= 0)
        bytes = bytes_copy(arena, (struct bytes){xmlOutputBufferGetContent(out), xmlOutputBufferGetSize(out)});
    xmlOutputBufferClose(out);
    return bytes;
}

static bool says(xmlNode *node, const char *attribute, const char *value)
{
    xmlChar *found = node ? xmlGetNoNsProp(node, (const xmlChar *)attribute) : NULL;
    bool is_it = found && strcmp((const char *)found, value) == 0;
    xmlFree(found);
    return is_it;
}

static bool is_digest(struct arena *arena, xmlNode *stamp, const char *digest)
{
    uint8_t sha1[20];
    size_t size = sizeof sha1;
    struct bytes signed_bytes = canonical(arena, stamp);
    return EVP_Q_digest(NULL, "SHA1", NULL, signed_bytes.data, signed_bytes.size, sha1, &size) == 1 &&
           strcmp(base64_encode(arena, BYTES(sha1)), digest) == 0;
}

/* By this key, over the header's time stamp, by the methods that the service knows. */
static bool is_signed(struct arena *arena, xmlNode *security, struct bytes key)
{
    xmlNode *stamp = element(security, "Timestamp"), *signature = element(security, "Signature");
    xmlNode *info = element(signature, "SignedInfo"), *reference = element(info, "Reference");
    xmlChar *id =
        stamp ? xmlGetNsProp(stamp, (const xmlChar *)"Id", (const xmlChar *)WSS "wssecurity-utility-1.0.xsd") : NULL;
    const char *uri = arena_printf(arena, "#%s", id ? (const char *)id : "");
    bool is_named = id && says(reference, "URI", uri) && !xmlNextElementSibling(reference);
    xmlFree(id);
    uint8_t mac[20];
    size_t size = sizeof mac;
    struct bytes to_sign = info ? canonical(arena, info) : (struct bytes){0};
    return is_named && says(element(info, "CanonicalizationMethod"), "Algorithm", EXCLUSIVE) &&
           says(element(info, "SignatureMethod"), "Algorithm", SIGNATURE "hmac-sha1") &&
           says(element(element(reference, "Transforms"), "Transform"), "Algorithm", EXCLUSIVE) &&
           says(element(reference, "DigestMethod"), "Algorithm", SIGNATURE "sha1") &&
           is_digest(arena, stamp, element_text(arena, reference, "DigestValue")) &&
           EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, key.data, key.size, to_sign.data, to_sign.size, mac, sizeof mac,
                     &size) != NULL &&
           strcmp(base64_encode(arena, BYTES(mac)), element_text(arena, signature, "SignatureValue")) == 0;
}

static bool has_token(struct arena *arena, xmlNode *security, struct bytes *ret_key)
{
    xmlNode *token = element(element(security, "EncryptedData"), "CipherData");
    xmlNode *reference = element(element(element(security, "Signature"), "KeyInfo"), "SecurityTokenReference");
    const char *context = token_context(arena, element_text(arena, reference, "KeyIdentifier"));
    struct bytes sealed, inside;
    if (base64_decode(arena, element_text(arena, token, "CipherValue"), &sealed) != ERR_NONE ||
        seal_open(arena, service_key, sealed, context, &inside) != ERR_NONE)
        return false;
    int64_t until_s = 0;
    for (size_t i = 0; i < 8; i++) until_s = until_s << 8 | inside.data[i];
    *ret_key = (struct bytes){inside.data + 8, inside.size - 8};
    return clock_now_s() < until_s;
}

#define NIL(name) "<" name " i:nil=\"true\"/>"

static enum err answer_person(struct http_request *request, xmlNode *criterion)
{
    struct arena *arena = http_arena(request);
    const char *number = element_text(arena, criterion, "KimlikNo");
    bool is_foreigner = strncmp(number, "99", 2) == 0, is_right = is_person(arena, criterion, "KimlikNo", true);
    const char *name = is_foreigner ? "YabanciKisiKutukleri" : "TCVatandasiKisiKutukleri";
    const char *other = is_foreigner ? NIL("TCVatandasiKisiKutukleri") : NIL("YabanciKisiKutukleri");
    struct buffer xml CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_text(&xml, "<SorgulaResponse xmlns=\"" SERVICE "\"><SorgulaResult xmlns:i=\"http://www.w3.org/2001/"
                      "XMLSchema-instance\">" NIL("HataBilgisi") "<SorguSonucu><TumKutukDogrulamaBilgileri>");
    buffer_text(&xml, is_right ? NIL("HataBilgisi")
                               : "<HataBilgisi><Aciklama>Kişi bulunamadı</Aciklama><Kod>2</Kod></HataBilgisi>");
    buffer_text(&xml, "<KimlikNo>");
    buffer_html(&xml, number);
    buffer_printf(&xml, "</KimlikNo>" NIL("MaviKartliKisiKutukleri") "%s", other);
    if (is_right)
        buffer_printf(&xml,
                      "<%s><KisiBilgisi><DurumBilgisi><Durum><Aciklama>Açık</Aciklama><Kod>1</Kod></Durum>"
                      "</DurumBilgisi></KisiBilgisi></%s>",
                      name, name);
    else buffer_printf(&xml, "<%s i:nil=\"true\"/>", name);
    buffer_text(&xml, "</TumKutukDogrulamaBilgileri></SorguSonucu></SorgulaResult></SorgulaResponse>");
    return answer_soap(request, 200, SERVICE "/TumKutukDogrulaServis/SorgulaResponse", buffer_to_text(&xml, arena));
}

enum err kps_service(struct http_request *request)
{
    enum err error;
    if (answers_faulty(request, &error)) return error;
    pthread_once(&once, make_service_key);
    struct arena *arena = http_arena(request);
    xmlDocPtr document = request_document(request);
    xmlNode *security = security_of(document);
    xmlNode *question = element(element(document ? xmlDocGetRootElement(document) : NULL, "Body"), "Sorgula");
    xmlNode *criterion = element(element(question, "kriterListesi"), "TumKutukDogrulamaSorguKriteri");
    struct bytes key;
    if (!is_fresh(arena, security)) error = answer_fault(request, "MessageExpired");
    else if (!has_token(arena, security, &key)) error = answer_fault(request, "InvalidSecurityToken");
    else if (!is_signed(arena, security, key)) error = answer_fault(request, "FailedCheck");
    else if (!criterion) error = answer_fault(request, "ActionNotSupported");
    else error = answer_person(request, criterion);
    xmlFreeDoc(document);
    return error;
}
