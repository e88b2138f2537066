#include "sim/servers.h"
#include "sim/world.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct report {
    char *url; /* with %d and %A still in it */
};

static size_t forget(char *data, size_t size, size_t count, void *context)
{
    return size * count;
}

/* Kannel fills the escapes of dlr-url: %d the report's type, %A the centre's answer. */
static void report_once(const char *pattern, int type, const char *answer)
{
    struct buffer url CLEANUP_BUFFER = BUFFER_EMPTY;
    for (; *pattern; pattern++) {
        if (pattern[0] == '%' && pattern[1] == 'd') buffer_printf(&url, "%d", type), pattern++;
        else if (pattern[0] == '%' && pattern[1] == 'A') buffer_uri(&url, answer), pattern++;
        else buffer_char(&url, *pattern);
    }
    buffer_char(&url, '\0');
    CURL *handle = curl_easy_init();
    if (!handle) return;
    curl_easy_setopt(handle, CURLOPT_URL, (const char *)url.data);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 5000L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, forget);
    curl_easy_perform(handle); /* whoever does not listen has no report, as with Kannel */
    curl_easy_cleanup(handle);
}

static void *report_later(void *context)
{
    struct report *report = context;
    clock_pause_ms(200);
    report_once(report->url, 8, "ACK/");
    clock_pause_ms(500);
    report_once(report->url, 1, "id:1 sub:001 dlvrd:001 stat:DELIVRD err:000");
    free(report->url);
    free(report);
    return NULL;
}

static void promise_reports(const char *url)
{
    struct report *report = memory_new(sizeof *report);
    report->url = memory_text(url);
    pthread_t thread;
    if (pthread_create(&thread, NULL, report_later, report) == 0) pthread_detach(thread);
    else free(report->url), free(report);
}

static const char *parameter(struct http_request *request, const char *name)
{
    const char *value = http_query(request, name);
    return value ? value : "";
}

static enum err answer_text(struct http_request *request, int status, const char *text)
{
    return http_answer(request, status, "text/html", bytes_of_text(text));
}

enum err sms_centre(struct http_request *request)
{
    enum fault fault = fault_take(SYSTEM_SMS);
    if (fault == FAULT_DOWN) return answer_text(request, 503, "Temporal failure, try again later.");
    if (fault == FAULT_GARBAGE) return answer_text(request, 200, "<html><body>\x01?</body></html>");
    if (fault == FAULT_SLOW) fault_pause();
    if (!*parameter(request, "username") || !*parameter(request, "password"))
        return answer_text(request, 403, "Authorization failed for sendsms");
    struct message message = {.channel = CHANNEL_SMS,
                              .to = parameter(request, "to"),
                              .from = parameter(request, "from"),
                              .subject = "",
                              .text = parameter(request, "text"),
                              .html = "",
                              .message_id = ""};
    if (!*message.to) return answer_text(request, 400, "Missing receiver number, rejected");
    TRY(messages_add(&message));
    if (*parameter(request, "dlr-url") && fault != FAULT_SILENT) promise_reports(parameter(request, "dlr-url"));
    if (fault == FAULT_ANSWER_LOST || fault == FAULT_SILENT) {
        fault_pause();
        return answer_text(request, 504, "");
    }
    return answer_text(request, 202, "0: Accepted for delivery");
}
