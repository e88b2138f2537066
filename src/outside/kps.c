#include "outside/kps.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/turkish.h"
#include "outside/client.h"
#include "outside/soap.h"
#include "outside/soap_sign.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSING "http://www.w3.org/2005/08/addressing"
#define TRUST "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define WSS "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
#define SAML_TOKEN "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1."
#define SERVICE "http://kps.nvi.gov.tr/2025/08/01"
#define MESSAGE_S 300 /* the life of one message by its time stamp */

/* -- the token -- */

static const char *message_id(struct arena *arena)
{
    const char *hex = random_hex(arena, 16); /* RFC 9562, version 4 */
    return arena_printf(arena, "urn:uuid:%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 13, hex + 17, hex + 20);
}

static void put_time_stamp(struct buffer *xml, struct arena *arena, int64_t now_s)
{
    buffer_printf(xml,
                  "<u:Timestamp xmlns:u=\"" WSS "wssecurity-utility-1.0.xsd\" u:Id=\"%s\"><u:Created>%s</u:Created>"
                  "<u:Expires>%s</u:Expires></u:Timestamp>",
                  SOAP_SIGNED_ID, time_to_iso(arena, now_s), time_to_iso(arena, now_s + MESSAGE_S));
}

/* Everything before the security header's content; both messages begin alike. */
static void put_beginning(struct buffer *xml, struct arena *arena, const char *to, const char *action, int64_t now_s)
{
    buffer_printf(xml,
                  "<s:Envelope xmlns:s=\"" SOAP_12 "\" xmlns:a=\"" ADDRESSING "\"><s:Header><a:MessageID>%s"
                  "</a:MessageID><a:To s:mustUnderstand=\"1\">",
                  message_id(arena));
    buffer_html(xml, to);
    buffer_printf(xml,
                  "</a:To><a:Action s:mustUnderstand=\"1\">%s</a:Action><o:Security xmlns:o=\"" WSS
                  "wssecurity-secext-1.0.xsd\" s:mustUnderstand=\"1\">",
                  action);
    put_time_stamp(xml, arena, now_s);
}

const char *kps_token_request(struct arena *arena, const struct population_settings *settings, int64_t now_s)
{
    struct buffer xml CLEANUP_BUFFER = BUFFER_EMPTY;
    put_beginning(&xml, arena, settings->token_url, TRUST "/RST/Issue", now_s);
    buffer_text(&xml, "<o:UsernameToken><o:Username>");
    buffer_html(&xml, settings->username);
    buffer_text(&xml, "</o:Username><o:Password Type=\"" WSS "username-token-profile-1.0#PasswordText\">");
    buffer_html(&xml, settings->password);
    buffer_text(
        &xml, "</o:Password></o:UsernameToken></o:Security></s:Header><s:Body><t:RequestSecurityToken xmlns:t=\"" TRUST
              "\"><t:TokenType>" SAML_TOKEN "1#SAMLV1.1</t:TokenType><t:RequestType>" TRUST "/Issue</t:RequestType>"
              "<p:AppliesTo xmlns:p=\"http://schemas.xmlsoap.org/ws/2004/09/policy\"><a:EndpointReference><a:Address>");
    buffer_html(&xml, settings->url);
    buffer_text(&xml, "</a:Address></a:EndpointReference></p:AppliesTo><t:KeyType>" TRUST
                      "/SymmetricKey</t:KeyType></t:RequestSecurityToken></s:Body></s:Envelope>");
    return buffer_to_text(&xml, arena);
}

/* Of an element, with the namespaces that its parents declare. */
static const char *text_of_element(struct arena *arena, xmlNode *node)
{
    xmlDocPtr alone = xmlNewDoc(NULL);
    xmlNode *copy = alone ? xmlDocCopyNode(node, alone, 1) : NULL;
    xmlBufferPtr text = copy ? xmlBufferCreate() : NULL;
    const char *kept = NULL;
    if (text) {
        xmlDocSetRootElement(alone, copy);
        if (xmlNodeDump(text, alone, copy, 0, 0) > 0) kept = arena_text(arena, (const char *)xmlBufferContent(text));
        xmlBufferFree(text);
    }
    xmlFreeDoc(alone);
    return kept;
}

/* WCF writes parts of a second, which are of no interest here. None or nonsense: it serves this once. */
static int64_t end_of(struct arena *arena, xmlNode *response, int64_t now_s)
{
    xmlNode *lifetime = soap_only_child(response, "Lifetime", TRUST);
    const char *text = soap_text(arena, soap_only_child(lifetime, "Expires", NULL));
    int64_t until_s;
    if (!text || strlen(text) < 20) return now_s;
    const char *whole = arena_printf(arena, "%.19sZ", text);
    return time_from_iso(whole, &until_s) == ERR_NONE ? until_s : now_s;
}

enum err kps_token_read(struct arena *arena, struct bytes body, int64_t now_s, struct kps_token *ret_token)
{
    xmlDocPtr document = soap_parse(body);
    xmlNode *collection = soap_only_child(soap_body(document), "RequestSecurityTokenResponseCollection", TRUST);
    xmlNode *response = soap_only_child(collection, "RequestSecurityTokenResponse", TRUST);
    xmlNode *requested = soap_only_child(response, "RequestedSecurityToken", TRUST);
    xmlNode *reference =
        soap_only_child(soap_only_child(response, "RequestedAttachedReference", TRUST), "SecurityTokenReference", NULL);
    xmlNode *secret = soap_only_child(soap_only_child(response, "RequestedProofToken", TRUST), "BinarySecret", TRUST);
    const char *key = soap_text(arena, secret);
    struct kps_token token = {
        .xml = requested && xmlChildElementCount(requested) == 1
                   ? text_of_element(arena, xmlFirstElementChild(requested))
                   : NULL,
        .assertion_id = soap_text(arena, soap_only_child(reference, "KeyIdentifier", NULL)),
        .until_s = end_of(arena, response, now_s),
    };
    bool is_whole = token.xml && token.assertion_id && key && base64_decode(arena, key, &token.key) == ERR_NONE &&
                    token.key.size >= 16;
    xmlFreeDoc(document);
    if (!is_whole) return err_set(ERR_UNAVAILABLE, "the token service's answer holds no token with its key");
    *ret_token = token;
    return ERR_NONE;
}

/* -- the question -- */

static void put_criterion(struct buffer *xml, struct arena *arena, const struct question_person *person)
{
    buffer_text(xml, "<Sorgula xmlns=\"" SERVICE "\"><kriterListesi><TumKutukDogrulamaSorguKriteri><Ad>");
    buffer_html(xml, turkish_name(arena, person->given_names));
    buffer_printf(xml,
                  "</Ad><DogumAy>%" PRId64 "</DogumAy><DogumGun>%" PRId64 "</DogumGun><DogumYil>%" PRId64
                  "</DogumYil><KimlikNo>",
                  person->birth_month, person->birth_day, person->birth_year);
    buffer_html(xml, person->identity_number);
    buffer_text(xml, "</KimlikNo><Soyad>");
    buffer_html(xml, turkish_name(arena, person->surname));
    buffer_text(xml, "</Soyad></TumKutukDogrulamaSorguKriteri></kriterListesi></Sorgula>");
}

enum err kps_question(struct arena *arena, const struct population_settings *settings, const struct kps_token *token,
                      const struct question_person *person, int64_t now_s, const char **ret_question)
{
    struct buffer xml CLEANUP_BUFFER = BUFFER_EMPTY;
    put_beginning(&xml, arena, settings->url, SERVICE "/TumKutukDogrulaServis/Sorgula", now_s);
    buffer_text(&xml, token->xml);
    buffer_text(&xml, SOAP_SIGNATURE_BEFORE_KEY "<o:SecurityTokenReference><o:KeyIdentifier ValueType=\"" SAML_TOKEN
                                                "0#SAMLAssertionID\">");
    buffer_html(&xml, token->assertion_id);
    buffer_text(&xml, "</o:KeyIdentifier></o:SecurityTokenReference>" SOAP_SIGNATURE_AFTER_KEY
                      "</o:Security></s:Header><s:Body>");
    put_criterion(&xml, arena, person);
    buffer_text(&xml, "</s:Body></s:Envelope>");
    return soap_sign(arena, buffer_bytes(&xml), token->key, ret_question);
}

/* What is known of the person there; "" if the register does not hold the person, or says nothing of the state. */
static const char *state_in(struct arena *arena, xmlNode *record, const char *name)
{
    xmlNode *states = soap_only_filled(soap_only_filled(soap_only_filled(record, name), "KisiBilgisi"), "DurumBilgisi");
    const char *state = soap_text(arena, soap_only_filled(soap_only_filled(states, "Durum"), "Kod"));
    return state ? state : "";
}

#define NOT_FOUND "2" /* the record's error: nobody has these details; any other is the service's trouble */
#define ALIVE "1" /* the state of a living person */

static enum question_answer read_record(struct arena *arena, xmlNode *record, const char *identity_number)
{
    /* of citizens, of those who gave the citizenship up, of foreigners */
    static const char *const registers[] = {"TCVatandasiKisiKutukleri", "MaviKartliKisiKutukleri",
                                            "YabanciKisiKutukleri"};
    xmlNode *trouble = soap_only_filled(record, "HataBilgisi");
    const char *code = soap_text(arena, soap_only_child(trouble, "Kod", NULL));
    if (trouble) return code && strcmp(code, NOT_FOUND) == 0 ? QUESTION_NO : QUESTION_UNAVAILABLE;
    size_t told = 0;
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++) {
        const char *state = state_in(arena, record, registers[i]);
        told += soap_only_child(record, registers[i], NULL) && !soap_only_filled(record, registers[i]);
        if (*state == '\0') continue;
        if (strcmp(state, ALIVE) != 0) return QUESTION_NO;
        const char *number = soap_text(arena, soap_only_filled(record, "KimlikNo"));
        return number && strcmp(number, identity_number) == 0 ? QUESTION_YES_BY_DATE : QUESTION_UNAVAILABLE;
    }
    return told == sizeof registers / sizeof *registers ? QUESTION_NO : QUESTION_UNAVAILABLE; /* in none of them */
}

enum question_answer kps_answer(struct arena *arena, struct bytes body, const char *identity_number)
{
    xmlDocPtr document = soap_parse(body);
    xmlNode *response = soap_only_child(soap_body(document), "SorgulaResponse", SERVICE);
    xmlNode *result = soap_only_child(response, "SorgulaResult", SERVICE);
    xmlNode *records =
        result && !soap_only_filled(result, "HataBilgisi") ? soap_only_filled(result, "SorguSonucu") : NULL;
    enum question_answer answer = records && xmlChildElementCount(records) == 1
                                      ? read_record(arena, xmlFirstElementChild(records), identity_number)
                                      : QUESTION_UNAVAILABLE;
    xmlFreeDoc(document);
    if (answer == QUESTION_UNAVAILABLE)
        (void)!err_set(ERR_UNAVAILABLE, "the population register's answer is not the one of KPS v2");
    return answer;
}

/* -- both, over the network -- */

/* The one that serves now; a copy is taken for each question. */
static struct {
    pthread_mutex_t mutex;
    char *xml, *assertion_id;
    uint8_t *key;
    size_t key_size;
    int64_t until_s;
} kept = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void keep_token(const struct kps_token *token)
{
    pthread_mutex_lock(&kept.mutex);
    free(kept.key), free(kept.xml), free(kept.assertion_id);
    kept.key = memory_new(token->key.size);
    memcpy(kept.key, token->key.data, token->key.size);
    kept.key_size = token->key.size;
    kept.xml = memory_text(token->xml);
    kept.assertion_id = memory_text(token->assertion_id);
    kept.until_s = token->until_s;
    pthread_mutex_unlock(&kept.mutex);
}

static bool take_token(struct arena *arena, int64_t now_s, struct kps_token *ret_token)
{
    pthread_mutex_lock(&kept.mutex);
    bool is_good = kept.key && kept.until_s > now_s + MESSAGE_S;
    if (is_good)
        *ret_token = (struct kps_token){arena_text(arena, kept.xml), arena_text(arena, kept.assertion_id),
                                        bytes_copy(arena, (struct bytes){kept.key, kept.key_size}), kept.until_s};
    pthread_mutex_unlock(&kept.mutex);
    return is_good;
}

/* 200 with SOAP, or an error that says what came instead. */
static enum err ask(struct arena *arena, const char *url, const char *question, int64_t until_ms,
                    struct bytes *ret_body)
{
    const char *const headers[] = {"Content-Type: application/soap+xml; charset=utf-8", NULL};
    const struct client_request request = {.url = url, .headers = headers, .body = question, .until_ms = until_ms};
    struct client_answer answer;
    if (client_ask(arena, &request, &answer) != CLIENT_ANSWERED) return ERR_UNAVAILABLE;
    if (answer.status != 200) {
        /* 500 is a SOAP fault */
        return err_set(answer.status == 500 ? ERR_STATE : ERR_UNAVAILABLE, "KPS v2 answered with status %d",
                       answer.status);
    }
    if (!soap_is_media_type(answer.media_type)) return err_set(ERR_UNAVAILABLE, "KPS v2 answered with no SOAP");
    *ret_body = answer.body;
    return ERR_NONE;
}

static enum err new_token(struct arena *arena, const struct population_settings *settings, int64_t until_ms,
                          struct kps_token *ret_token)
{
    struct bytes body;
    int64_t now_s = clock_now_s();
    TRY(ask(arena, settings->token_url, kps_token_request(arena, settings, now_s), until_ms, &body));
    TRY(kps_token_read(arena, body, now_s, ret_token));
    keep_token(ret_token);
    return ERR_NONE;
}

static enum err ask_with(struct arena *arena, const struct population_settings *settings, const struct kps_token *token,
                         const struct question_person *person, int64_t until_ms, struct bytes *ret_body)
{
    const char *question;
    TRY(kps_question(arena, settings, token, person, clock_now_s(), &question));
    return ask(arena, settings->url, question, until_ms, ret_body);
}

static enum err ask_service(struct arena *arena, const struct population_settings *settings,
                            const struct question_person *person, struct bytes *ret_body)
{
    int64_t until_ms = clock_monotonic_ms() + CLIENT_TOTAL_MS;
    struct kps_token token;
    if (take_token(arena, clock_now_s(), &token)) {
        enum err error = ask_with(arena, settings, &token, person, until_ms, ret_body);
        if (error != ERR_STATE) return error; /* a fault: the service may have forgotten the token */
    }
    TRY(new_token(arena, settings, until_ms, &token));
    return ask_with(arena, settings, &token, person, until_ms, ret_body);
}

enum question_answer kps_verify(const struct population_settings *settings, const struct question_person *person)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct bytes body;
    if (ask_service(arena, settings, person, &body) != ERR_NONE) return QUESTION_UNAVAILABLE;
    return kps_answer(arena, body, person->identity_number);
}
