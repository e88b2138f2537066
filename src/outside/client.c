#include "outside/client.h"

#include "base/clock.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

CURL *client_handle(const char *protocols)
{
    pthread_once(&once, begin);
    CURL *handle = curl_easy_init();
    if (!handle) return NULL;
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, CLIENT_CONNECT_MS);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, CLIENT_TOTAL_MS);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    return handle;
}

bool client_is_unsent(CURL *handle, CURLcode code)
{
    switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED: return true;
    default: break;
    }
    /* A time-out before the connection stood: pretransfer is reached only when the request is about to be sent. */
    curl_off_t before_transfer_us = 0;
    curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &before_transfer_us);
    return before_transfer_us == 0;
}

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct buffer *body = context;
    if (body->size + size * count > CLIENT_BODY_MAX) return 0; /* ends the transfer with CURLE_WRITE_ERROR */
    buffer_add(body, (struct bytes){(const uint8_t *)data, size * count});
    return size * count;
}

static struct curl_slist *header_list(const char *const *headers)
{
    /* "Expect:" keeps libcurl from waiting a second for 100 Continue, which old servers never send */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    for (; headers && *headers; headers++) {
        struct curl_slist *longer = curl_slist_append(list, *headers);
        if (longer) list = longer;
    }
    return list;
}

/* At least one: zero is without end to libcurl. */
static long milliseconds_until(int64_t until_ms)
{
    int64_t left_ms = until_ms - clock_monotonic_ms();
    return left_ms > CLIENT_TOTAL_MS ? CLIENT_TOTAL_MS : left_ms > 0 ? (long)left_ms : 1;
}

enum client_state client_ask(struct arena *arena, const struct client_request *request,
                             struct client_answer *ret_answer)
{
    CURL *handle = client_handle("http,https");
    if (!handle) {
        (void)!err_set(ERR_BROKEN, "libcurl gives no handle");
        return CLIENT_NOT_ASKED;
    }
    struct buffer body CLEANUP_BUFFER = BUFFER_EMPTY;
    struct curl_slist *headers = header_list(request->headers);
    curl_easy_setopt(handle, CURLOPT_URL, request->url);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
    if (request->body) curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body);
    if (request->until_ms) curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds_until(request->until_ms));

    CURLcode code = curl_easy_perform(handle);
    enum client_state state = CLIENT_ANSWERED;
    if (code != CURLE_OK) {
        state = client_is_unsent(handle, code) ? CLIENT_NOT_ASKED : CLIENT_LOST;
        (void)!err_set(ERR_UNAVAILABLE, "%s", curl_easy_strerror(code));
    } else {
        long status = 0;
        const char *media_type = NULL;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &media_type);
        *ret_answer = (struct client_answer){.status = (int)status,
                                             .media_type = arena_text(arena, media_type ? media_type : ""),
                                             .body = bytes_copy(arena, buffer_bytes(&body))};
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(handle);
    return state;
}
