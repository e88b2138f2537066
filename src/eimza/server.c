#include "eimza/server.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/language.h"
#include "statement/activation_statement.h"
#include "statement/application_statement.h"
#include "statement/decision_statement.h"
#include "statement/lock_statement.h"
#include "statement/login_statement.h"
#include "statement/registry.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX ((size_t)64 << 20) /* 500 applications of at most 64 KiB, escaped */
#define TIMEOUT_S 60L
#define CONNECT_TIMEOUT_S 10L

void server_begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct buffer *answer = context;
    if (answer->size + count > ANSWER_MAX) return 0;
    buffer_add(answer, (struct bytes){(const uint8_t *)data, count});
    return count;
}

static enum err explain(CURLcode code)
{
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE: return err_set(ERR_UNAUTHENTICATED, "%s", curl_easy_strerror(code));
    default: return err_set(ERR_UNAVAILABLE, "%s", curl_easy_strerror(code));
    }
}

/* One POST; nothing is followed to another address, and no proxy's, environment's or server's word changes where it goes. */
static enum err post(const char *url, const char *language, const char *body, struct buffer *answer, long *ret_status)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Accept: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* http_proxy and its like count for nothing */
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_COOKIE, strcmp(language, "en") == 0 ? "dil=en" : "dil=tr");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "eimza/1");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code == CURLE_OK ? ERR_NONE : explain(code);
}

/* Nothing that moves a terminal's cursor or hides what stands there: C0 but the line's end, DEL, C1. */
static bool is_plain(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if ((*at < 0x20 && *at != '\n') || *at == 0x7f) return false;
        if (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0) return false;
    }
    return true;
}

/* NULL: no text, or not one that may be shown. Whatever a server says comes in here. */
static const char *plain_text(struct arena *arena, const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL && is_plain(text) ? arena_text(arena, text) : NULL;
}

static const char *text_of(struct arena *arena, const json_t *object, const char *name)
{
    return plain_text(arena, json_object_get(object, name));
}

/* What an answer other than 200 means. */
static enum err refusal_of(struct arena *arena, const json_t *object, long status)
{
    const char *error = text_of(arena, object, "error"), *message = text_of(arena, object, "message");
    if (error == NULL || message == NULL) return err_set(ERR_UNAVAILABLE, "HTTP %ld", status);
    if (strcmp(error, "code") == 0) return err_set(ERR_WRONG, "%s", message);
    if (strcmp(error, "signature") == 0 || strcmp(error, "pin") == 0 || strcmp(error, "sms") == 0)
        return err_set(ERR_FORBIDDEN, "%s", message);
    if (strcmp(error, "too_many") == 0) return err_set(ERR_TOO_MANY, "%s", message);
    return err_set(ERR_UNAVAILABLE, "%s", message);
}

static enum err ask(struct arena *arena, const char *address, const char *path, const char *language, json_t *take_wish,
                    json_t **ret_object)
{
    CLEANUP_BUFFER struct buffer answer = BUFFER_EMPTY;
    char *body = json_dumps(take_wish, JSON_COMPACT);
    long status = 0;
    json_decref(take_wish);
    if (body == NULL) return err_set(ERR_BROKEN, "no JSON");
    enum err error = post(arena_printf(arena, "%s%s", address, path), language, body, &answer, &status);
    free(body);
    TRY(error);
    json_t *object = json_loadb((const char *)answer.data, answer.size, JSON_REJECT_DUPLICATES, NULL);
    if (status == 200 && json_is_object(object)) {
        *ret_object = object;
        return ERR_NONE;
    }
    error = refusal_of(arena, object, status);
    json_decref(object);
    return error;
}

/* -- open -- */

static enum err read_documents(struct arena *arena, const json_t *list, struct server_code *code)
{
    size_t count = json_array_size(list);
    struct server_document *documents = NEW_ARRAY(arena, struct server_document, count + 1);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        documents[i] = (struct server_document){text_of(arena, one, "title"), text_of(arena, one, "digest"),
                                                text_of(arena, one, "text")};
        if (documents[i].title == NULL || documents[i].digest == NULL || documents[i].text == NULL)
            return err_set(ERR_INVALID, "documents");
    }
    code->documents = documents;
    code->document_count = count;
    return ERR_NONE;
}

static enum err read_code(struct arena *arena, const char *address, const json_t *object, struct server_code *ret_code)
{
    const json_t *words = json_object_get(object, "words");
    const char *time = text_of(arena, object, "server_time"), *host = text_of(arena, object, "host");
    struct server_code code = {
        .purpose = text_of(arena, object, "purpose"),
        .words = {plain_text(arena, json_array_get(words, 0)), plain_text(arena, json_array_get(words, 1))},
        .seconds_left = json_integer_value(json_object_get(object, "seconds_left")),
        .identity_number = text_of(arena, object, "identity_number"),
        .text = text_of(arena, object, "text"),
        .digest = text_of(arena, object, "digest"),
    };
    if (!code.purpose || !code.words[0] || !code.words[1] || !code.identity_number || !code.text || !code.digest ||
        !time || !host)
        return err_set(ERR_INVALID, "a part is missing");
    TRY(time_from_iso(time, &code.server_time_s));
    TRY(read_documents(arena, json_object_get(object, "documents"), &code));
    TRY(server_code_check(arena, address, host, &code));
    *ret_code = code;
    return ERR_NONE;
}

enum err server_open(struct arena *arena, const char *address, const char *language, const char *code,
                     struct server_code *ret_code)
{
    json_t *object;
    TRY(ask(arena, address, "/agent/v1/open", language, json_pack("{s:s}", "code", code), &object));
    enum err error = read_code(arena, address, object, ret_code);
    json_decref(object);
    return error;
}

/* -- does it hold together? -- */

static bool has_document(const struct server_code *code, const char *digest)
{
    for (size_t i = 0; i < code->document_count; i++) {
        if (strcmp(code->documents[i].digest, digest) == 0) return true;
    }
    return false;
}

static enum err check_documents(struct arena *arena, const struct server_code *code)
{
    for (size_t i = 0; i < code->document_count; i++) {
        const struct server_document *document = &code->documents[i];
        if (!is_plain(document->title) || !is_plain(document->text)) return err_set(ERR_INVALID, "documents");
        if (strcmp(hex_encode(arena, sha256(arena, bytes_of_text(document->text))), document->digest) != 0)
            return err_set(ERR_INVALID, "%s", document->title);
        if (strstr(code->text, document->digest) == NULL) return err_set(ERR_INVALID, "%s", document->title);
    }
    return ERR_NONE;
}

/* Every application of the decision is there to be read, and is the one that its line names. */
static enum err check_decision(struct arena *arena, const struct server_code *code)
{
    struct decision_statement decision;
    TRY(decision_statement_read(arena, bytes_of_text(code->text), &decision));
    for (size_t i = 0; i < decision.line_count; i++) {
        if (!has_document(code, decision.lines[i].digest))
            return err_set(ERR_INVALID, "%s", decision.lines[i].application_uid);
    }
    for (size_t i = 0; i < code->document_count; i++) {
        struct application_statement application;
        TRY(application_statement_read(arena, bytes_of_text(code->documents[i].text), &application));
        const char *start = arena_printf(arena, "%s %lld %s ", application.application_uid,
                                         (long long)application.revision, code->documents[i].digest);
        if (strstr(code->text, start) == NULL) return err_set(ERR_INVALID, "%s", application.application_uid);
    }
    return ERR_NONE;
}

static enum err check_application(struct arena *arena, const struct server_code *code)
{
    struct application_statement application;
    TRY(application_statement_read(arena, bytes_of_text(code->text), &application));
    const char *named[] = {application.notice, application.information, application.form, application.undertaking};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        const char *digest = strrchr(named[i], ' ');
        if (digest == NULL || !has_document(code, digest + 1)) return err_set(ERR_INVALID, "%s", named[i]);
    }
    if (strcmp(application.identity_number, code->identity_number) != 0)
        return err_set(ERR_INVALID, "another person's application");
    return ERR_NONE;
}

/* The one document is the registry that this one follows: so the program can tell what changes. */
static enum err check_registry(struct arena *arena, const struct server_code *code)
{
    struct registry_change change;
    if (code->document_count != 1) return err_set(ERR_INVALID, "the registry before is not there");
    enum err error =
        registry_compare(arena, bytes_of_text(code->documents[0].text), bytes_of_text(code->text), &change);
    return error == ERR_STATE ? err_set(ERR_INVALID, "%s", arena_text(arena, err_detail())) : error;
}

static enum err check_log_in(struct arena *arena, const char *address, const struct server_code *code)
{
    struct login_statement login;
    TRY(login_statement_read(arena, bytes_of_text(code->text), &login));
    if (strcmp(login.identity_number, code->identity_number) != 0 || strcmp(login.server, address) != 0)
        return err_set(ERR_INVALID, "another person's or server's log-in");
    return ERR_NONE;
}

/* Only to unlock: a lock needs nobody's signature. */
static enum err check_unlock(struct arena *arena, const char *address, const struct server_code *code)
{
    struct lock_statement lock;
    TRY(lock_statement_read(arena, bytes_of_text(code->text), &lock));
    if (strcmp(lock.identity_number, code->identity_number) != 0 || strcmp(lock.server, address) != 0 ||
        !lock_statement_unlocks(&lock))
        return err_set(ERR_INVALID, "another person's or server's lock");
    return ERR_NONE;
}

static enum err check_activation(struct arena *arena, const char *address, const struct server_code *code)
{
    struct activation_statement activation;
    TRY(activation_statement_read(arena, bytes_of_text(code->text), &activation));
    if (strcmp(activation.identity_number, code->identity_number) != 0 || strcmp(activation.server, address) != 0)
        return err_set(ERR_INVALID, "another person's or server's activation");
    return ERR_NONE;
}

static const struct {
    const char *name, *title;
} purposes[] = {{"log_in", TR("Log in with an electronic signature")},
                {"sign_application", TR("Sign an application for a certificate")},
                {"approval", TR("Sign a decision on applications as an officer")},
                {"registry", TR("Sign a change of the registry")},
                {"unlock", TR("Unlock the making of certificates in your name")},
                {"activation", TR("Take a certificate out of suspension")},
                {"pin", TR("Set or unlock the PIN of a card")}};

const char *server_purpose_title(const char *purpose)
{
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        if (strcmp(purposes[i].name, purpose) == 0) return purposes[i].title;
    }
    return NULL;
}

enum err server_code_check(struct arena *arena, const char *address, const char *host, const struct server_code *code)
{
    if (strcmp(host, address) != 0) return err_set(ERR_INVALID, "%s", host);
    if (strcmp(hex_encode(arena, sha256(arena, bytes_of_text(code->text))), code->digest) != 0)
        return err_set(ERR_INVALID, "SHA-256");
    if (!is_plain(code->text) || !is_plain(code->words[0]) || !is_plain(code->words[1]))
        return err_set(ERR_INVALID, "text");
    TRY(check_documents(arena, code));
    /* nothing is signed: what the card is told comes otherwise */
    if (strcmp(code->purpose, "pin") == 0) return code->text[0] == '\0' ? ERR_NONE : err_set(ERR_INVALID, "pin");
    if (strcmp(code->purpose, "log_in") == 0) return check_log_in(arena, address, code);
    if (strcmp(code->purpose, "sign_application") == 0) return check_application(arena, code);
    if (strcmp(code->purpose, "approval") == 0) return check_decision(arena, code);
    if (strcmp(code->purpose, "registry") == 0) return check_registry(arena, code);
    if (strcmp(code->purpose, "unlock") == 0) return check_unlock(arena, address, code);
    if (strcmp(code->purpose, "activation") == 0) return check_activation(arena, address, code);
    return err_set(ERR_INVALID, "unknown purpose: %s", is_plain(code->purpose) ? code->purpose : "?");
}

/* -- submit -- */

/* A path below ours and nothing else: the address in front of it comes from the list. */
static enum err read_return_path(const char *path, const char **ret_return_path)
{
    static const char start[] = "/eimza/don/";
    if (path == NULL || strncmp(path, start, sizeof start - 1) != 0 ||
        path[sizeof start - 1 + strspn(path + sizeof start - 1, "0123456789abcdef")] != '\0')
        return err_set(ERR_INVALID, "return_path");
    *ret_return_path = path;
    return ERR_NONE;
}

enum err server_submit(struct arena *arena, const char *address, const char *language, const char *code,
                       struct bytes signature, const char **ret_return_path)
{
    json_t *object;
    json_t *wish = json_pack("{s:s, s:s}", "code", code, "signature", base64_encode(arena, signature));
    TRY(ask(arena, address, "/agent/v1/submit", language, wish, &object));
    const char *path = text_of(arena, object, "return_path");
    json_decref(object);
    return read_return_path(path, ret_return_path);
}

/* -- setting the PIN -- */

static enum err bytes_of_member(struct arena *arena, const json_t *object, const char *name, struct bytes *ret_bytes)
{
    const char *text = text_of(arena, object, name);
    if (text == NULL || base64_decode(arena, text, ret_bytes) != ERR_NONE) return err_set(ERR_INVALID, "%s", name);
    return ERR_NONE;
}

static enum err read_pin(struct arena *arena, const json_t *object, struct server_pin *ret_pin)
{
    const json_t *box = json_object_get(object, "box");
    const char *text = text_of(arena, box, "text");
    struct server_pin pin = {.mobile = text_of(arena, object, "mobile"),
                             .seconds_left = json_integer_value(json_object_get(object, "seconds_left")),
                             .box_text = bytes_of_text(text)};
    if (pin.mobile == NULL || text == NULL) return err_set(ERR_INVALID, "a part is missing");
    TRY(bytes_of_member(arena, box, "signature", &pin.box_signature));
    TRY(bytes_of_member(arena, box, "certificate", &pin.box_certificate));
    *ret_pin = pin;
    return ERR_NONE;
}

enum err server_begin_pin(struct arena *arena, const char *address, const char *language, const char *code,
                          struct bytes certificate, struct server_pin *ret_pin)
{
    json_t *object;
    json_t *wish = json_pack("{s:s, s:s}", "code", code, "certificate", base64_encode(arena, certificate));
    TRY(ask(arena, address, "/agent/v1/pin", language, wish, &object));
    enum err error = read_pin(arena, object, ret_pin);
    json_decref(object);
    return error;
}

enum err server_release_puk(struct arena *arena, const char *address, const char *language, const char *code,
                            struct bytes certificate, struct bytes request, struct bytes *ret_sealed)
{
    json_t *object;
    json_t *wish = json_pack("{s:s, s:s, s:s}", "code", code, "certificate", base64_encode(arena, certificate),
                             "sealed", base64_encode(arena, request));
    TRY(ask(arena, address, "/agent/v1/pin/puk", language, wish, &object));
    enum err error = bytes_of_member(arena, object, "sealed", ret_sealed);
    json_decref(object);
    return error;
}

enum err server_end_pin(struct arena *arena, const char *address, const char *language, const char *code,
                        struct bytes certificate, const char **ret_return_path)
{
    json_t *object;
    json_t *wish = json_pack("{s:s, s:s}", "code", code, "certificate", base64_encode(arena, certificate));
    TRY(ask(arena, address, "/agent/v1/pin/done", language, wish, &object));
    const char *path = text_of(arena, object, "return_path");
    json_decref(object);
    return read_return_path(path, ret_return_path);
}
