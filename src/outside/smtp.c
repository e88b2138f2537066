#include "outside/smtp.h"

#include "outside/client.h"

#include <string.h>

struct upload {
    struct bytes rest;
    bool is_done; /* all of it was handed to libcurl */
};

static size_t give(char *data, size_t size, size_t count, void *context)
{
    struct upload *upload = context;
    size_t part = size * count < upload->rest.size ? size * count : upload->rest.size;
    if (part > 0) memcpy(data, upload->rest.data, part);
    upload->rest.data += part;
    upload->rest.size -= part;
    upload->is_done = upload->rest.size == 0;
    return part;
}

static enum smtp_result result_of(CURL *handle, CURLcode code, const struct upload *upload)
{
    long reply = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply);
    if (code == CURLE_OK) return SMTP_ACCEPTED;
    if (reply >= 400)
        (void)!err_set(ERR_UNAVAILABLE, "the mail server answered %ld (%s)", reply, curl_easy_strerror(code));
    else (void)!err_set(ERR_UNAVAILABLE, "%s", curl_easy_strerror(code));
    if (code == CURLE_LOGIN_DENIED) return SMTP_UNAVAILABLE; /* our settings are wrong, not this message */
    if (reply >= 500) return SMTP_REFUSED;
    if (reply >= 400) return SMTP_UNAVAILABLE;
    return upload->is_done ? SMTP_UNKNOWN : SMTP_UNAVAILABLE;
}

static enum smtp_result transfer(CURL *handle, const struct smtp_settings *settings, const struct smtp_message *message,
                                 struct bytes mail)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct curl_slist *recipients = curl_slist_append(NULL, arena_printf(arena, "<%s>", message->to));
    struct upload upload = {.rest = mail};
    curl_easy_setopt(handle, CURLOPT_URL, settings->url);
    if (settings->is_tls_required) curl_easy_setopt(handle, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    if (settings->username && *settings->username) {
        curl_easy_setopt(handle, CURLOPT_USERNAME, settings->username);
        curl_easy_setopt(handle, CURLOPT_PASSWORD, settings->password);
    }
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, arena_printf(arena, "<%s>", settings->from_address));
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
    CURLcode code = curl_easy_perform(handle);
    enum smtp_result result = result_of(handle, code, &upload);
    curl_slist_free_all(recipients);
    return result;
}

enum smtp_result smtp_send(const struct smtp_settings *settings, const struct smtp_message *message)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct bytes mail;
    if (smtp_write(arena, settings, message, &mail) != ERR_NONE) return SMTP_REFUSED;
    CURL *handle = client_handle("smtp,smtps");
    if (!handle) {
        (void)!err_set(ERR_BROKEN, "libcurl gives no handle");
        return SMTP_UNAVAILABLE;
    }
    enum smtp_result result = transfer(handle, settings, message, mail);
    curl_easy_cleanup(handle);
    return result;
}
