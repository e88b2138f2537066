/*
 * Purpose: refuses malformed requests before anything else sees them; docs/http.md has the list.
 *
 * libmicrohttpd forgives much (NULs, folded and bare line ends, two lengths). In the first call of its handler, method,
 * URI, version, names and values still lie in one buffer as they came, so that the distances between them show what it
 * skipped: each must be exactly the one separator that RFC 9112 has there.
 */
#include "http/internal.h"

#include "base/turkish.h"

#include <string.h>

struct guard {
    const char *expected; /* where the next name must begin */
    const char *why; /* NULL: well formed */
    unsigned hosts, lengths, encodings;
    bool is_http_1_0;
};

/* RFC 9110 5.6.2 */
static bool is_token_character(unsigned char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_token(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!is_token_character((unsigned char)text[i])) return false;
    }
    return size > 0;
}

static bool has_control(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return true;
    }
    return false;
}

static bool name_is(const char *name, size_t size, const char *wanted)
{
    return strlen(wanted) == size && strncasecmp(name, wanted, size) == 0;
}

static bool is_length(const char *value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (value[i] < '0' || value[i] > '9') return false;
    }
    return size > 0 && size <= 15;
}

/* RFC 3986 3.2.2 and a port: letters, digits and few others. */
static bool is_host(const char *value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = value[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_plain && (c == '\0' || strchr("-._~:[]", c) == NULL)) return false;
    }
    return size > 0 && size <= 255;
}

static const char *check_known_field(struct guard *guard, const char *name, size_t name_size, const char *value,
                                     size_t value_size)
{
    if (name_is(name, name_size, "host")) {
        if (guard->hosts++ > 0) return "two Host fields"; /* RFC 9112 3.2 */
        if (!is_host(value, value_size)) return "bad Host";
    } else if (name_is(name, name_size, "content-length")) {
        if (guard->lengths++ > 0) return "two Content-Length fields"; /* RFC 9112 6.3 */
        if (!is_length(value, value_size)) return "bad Content-Length";
    } else if (name_is(name, name_size, "transfer-encoding")) {
        if (guard->encodings++ > 0) return "two Transfer-Encoding fields";
        if (!name_is(value, value_size, "chunked")) return "unknown Transfer-Encoding";
        if (guard->is_http_1_0) return "Transfer-Encoding in HTTP/1.0"; /* RFC 9112 6.1 */
    }
    return NULL;
}

static enum MHD_Result check_field(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                   const char *value, size_t value_size)
{
    struct guard *guard = context;
    const char *name_end = name + name_size;
    if (name != guard->expected) {
        guard->why = "line ends must be CR LF, lines are not folded";
    } else if (!is_token(name, name_size)) {
        guard->why = "bad field name";
    } else if (value == NULL || value <= name_end) {
        guard->why = "bad field";
    } else if (has_control(value, value_size)) {
        guard->why = "control in a field";
    } else {
        for (const char *c = name_end + 1; c < value; c++) {
            if (*c != ' ' && *c != '\t') guard->why = "bad field";
        }
    }
    if (guard->why == NULL) guard->why = check_known_field(guard, name, name_size, value, value_size);
    if (guard->why != NULL) return MHD_NO;
    guard->expected = value + value_size + 2;
    return MHD_YES;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Origin form (RFC 9112 3.2.1) of visible ASCII; escapes whole, and of no control. */
static const char *check_uri(const char *uri)
{
    if (uri[0] != '/') return "the request target must begin with /";
    for (const char *c = uri; *c != '\0'; c++) {
        if (*c <= 0x20 || *c >= 0x7f || strchr("\"<>\\^`{|}#", *c) != NULL)
            return "bad character in the request target";
        if (*c != '%') continue;
        int high = hex_digit(c[1]);
        int low = high < 0 ? -1 : hex_digit(c[2]);
        if (low < 0) return "bad escape in the request target";
        int value = high * 16 + low;
        if (value < 0x20 || value == 0x7f) return "escaped control in the request target";
    }
    return NULL;
}

static const char *check_line(const char *method, const char *url, const char *version, const char *uri)
{
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) return "unknown HTTP version";
    if (!is_token(method, strlen(method))) return "bad method";
    if (url - method != (ptrdiff_t)strlen(method) + 1) return "bad request line";
    if (version - url != (ptrdiff_t)strlen(uri) + 1) return "bad request line";
    return check_uri(uri);
}

enum err guard_check(struct MHD_Connection *connection, const char *method, const char *url, const char *version,
                     const char *uri)
{
    const char *why = check_line(method, url, version, uri);
    if (why != NULL) return err_set(ERR_INVALID, "%s", why);

    struct guard guard = {.expected = version + strlen(version) + 2, .is_http_1_0 = strcmp(version, "HTTP/1.0") == 0};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, check_field, &guard);
    if (guard.why != NULL) return err_set(ERR_INVALID, "%s", guard.why);

    /* what is left of the head after the last value: its line end and the empty line */
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (info == NULL || method + info->header_size != guard.expected + 2) {
        return err_set(ERR_INVALID, "line ends must be CR LF");
    }
    if (guard.hosts == 0 && !guard.is_http_1_0) return err_set(ERR_INVALID, "Host is missing");
    if (guard.lengths > 0 && guard.encodings > 0) {
        return err_set(ERR_INVALID, "Content-Length and Transfer-Encoding"); /* RFC 9112 6.1 */
    }
    return ERR_NONE;
}
