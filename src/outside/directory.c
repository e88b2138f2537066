#include "outside/directory.h"

#include "base/clock.h"
#include "base/turkish.h"

#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#define CONNECT_S 10
#define ANSWER_S 10
#define TOTAL_MS 25000
#define PAGE_ENTRIES 500
#define CA_FILE "/etc/ssl/certs/ca-certificates.crt" /* Debian's, as libcurl has it */

static enum err failed(const char *what, int code)
{
    return err_set(ERR_UNAVAILABLE, "the directory: %s: %s", what, ldap_err2string(code));
}

/* -- connecting -- */

static int set_options(LDAP *ldap, const struct directory_settings *settings)
{
    static const struct timeval connect_time = {CONNECT_S, 0}, answer_time = {ANSWER_S, 0};
    static const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
    const char *ca_file = *settings->ca_file != '\0' ? settings->ca_file : CA_FILE;
    const struct {
        int option;
        const void *value;
    } options[] = {
        {LDAP_OPT_PROTOCOL_VERSION, &version},
        {LDAP_OPT_NETWORK_TIMEOUT, &connect_time},
        {LDAP_OPT_TIMEOUT, &answer_time},
        {LDAP_OPT_REFERRALS, LDAP_OPT_OFF}, /* the password is for this server alone */
        {LDAP_OPT_X_TLS_CACERTFILE, ca_file},
        {LDAP_OPT_X_TLS_REQUIRE_CERT, &demand},
        {LDAP_OPT_X_TLS_NEWCTX, &client}, /* last: takes the others in */
    };
    int code = LDAP_SUCCESS;
    for (size_t i = 0; i < sizeof options / sizeof *options && code == LDAP_SUCCESS; i++)
        code = ldap_set_option(ldap, options[i].option, options[i].value);
    return code;
}

static enum err log_in(LDAP *ldap, const struct directory_settings *settings)
{
    int code = set_options(ldap, settings);
    if (code != LDAP_SUCCESS) return failed("its settings", code);
    if (settings->is_tls_required && strncmp(settings->url, "ldap:", 5) == 0) {
        code = ldap_start_tls_s(ldap, NULL, NULL);
        if (code != LDAP_SUCCESS) return failed("StartTLS", code);
    }
    struct berval password = {strlen(settings->password), (char *)(uintptr_t)settings->password};
    code = ldap_sasl_bind_s(ldap, settings->username, LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL);
    return code == LDAP_SUCCESS ? ERR_NONE : failed("the log-in", code);
}

/* -- an entry -- */

/* "19800229000000Z" is written "29.02.1980"; false: no Generalized Time in UTC, as servers keep it. */
static bool date_of_generalized_time(const char *value, char ret_date[11])
{
    struct date date;
    size_t digits = strspn(value, "0123456789");
    if (digits < 10 || digits > 14 || strcmp(value + digits, "Z") != 0) return false;
    snprintf(ret_date, 11, "%.2s.%.2s.%.4s", value + 6, value + 4, value);
    return date_parse(ret_date, &date) == ERR_NONE;
}

static void write_value(struct buffer *lines, const struct berval *value)
{
    char date[11];
    const char *text = value->bv_val; /* libldap ends it by a NUL that does not count */
    bool is_text = strlen(text) == value->bv_len && text_is_utf8(text);
    buffer_quoted(lines, !is_text ? "" : date_of_generalized_time(text, date) ? date : text);
}

static void write_field(LDAP *ldap, LDAPMessage *entry, const char *attribute, struct buffer *lines)
{
    if (attribute[0] == '"') {
        buffer_text(lines, attribute);
        return;
    }
    static const struct berval none = {0, ""};
    struct berval **values = ldap_get_values_len(ldap, entry, attribute);
    write_value(lines, values != NULL && values[0] != NULL ? values[0] : &none);
    ldap_value_free_len(values);
}

static void write_entry(LDAP *ldap, LDAPMessage *entry, const char *const *attributes, size_t count,
                        struct buffer *lines)
{
    const char *before = "";
    for (size_t i = 0; i < count; i++) {
        if (*attributes[i] == '\0') continue;
        buffer_text(lines, before);
        write_field(ldap, entry, attributes[i], lines);
        before = ";";
    }
    buffer_char(lines, '\n');
}

/* -- the search -- */

struct search {
    LDAP *ldap;
    const struct directory_settings *settings;
    char **asked; /* attributes; ended by NULL */
    struct berval cookie; /* where the next page begins */
    int64_t entries;
};

/* What the server says at the end of a page: only a whole page with success counts. */
static enum err read_end(struct search *search, LDAPMessage *page)
{
    LDAPControl **controls = NULL;
    ber_int_t estimate;
    int result = LDAP_OTHER;
    int code = ldap_parse_result(search->ldap, page, &result, NULL, NULL, NULL, &controls, 0);
    LDAPControl *paging = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
    ber_memfree(search->cookie.bv_val);
    search->cookie = (struct berval){0};
    if (code == LDAP_SUCCESS) code = result;
    if (code == LDAP_SUCCESS && paging != NULL)
        code = ldap_parse_pageresponse_control(search->ldap, paging, &estimate, &search->cookie);
    ldap_controls_free(controls);
    return code == LDAP_SUCCESS ? ERR_NONE : failed("the search", code);
}

static enum err ask_page(struct search *search, LDAPMessage **ret_page)
{
    struct timeval time = {ANSWER_S, 0};
    LDAPControl *paging = NULL;
    int code = ldap_create_page_control(search->ldap, PAGE_ENTRIES, &search->cookie, 1, &paging);
    if (code != LDAP_SUCCESS) return failed("paging", code);
    code = ldap_search_ext_s(search->ldap, search->settings->base, LDAP_SCOPE_SUBTREE, search->settings->filter,
                             search->asked, 0, (LDAPControl *[]){paging, NULL}, NULL, &time, LDAP_NO_LIMIT, ret_page);
    ldap_control_free(paging);
    return code == LDAP_SUCCESS ? ERR_NONE : failed("the search", code);
}

static enum err read_page(struct search *search, const char *const *attributes, size_t count, struct buffer *lines)
{
    LDAPMessage *page = NULL;
    enum err error = ask_page(search, &page);
    if (error == ERR_NONE) {
        search->entries += ldap_count_entries(search->ldap, page);
        LDAPMessage *entry = ldap_first_entry(search->ldap, page);
        for (; entry != NULL; entry = ldap_next_entry(search->ldap, entry))
            write_entry(search->ldap, entry, attributes, count, lines);
        error = read_end(search, page);
    }
    ldap_msgfree(page);
    return error;
}

static enum err search_all(struct search *search, const char *const *attributes, size_t count, struct buffer *lines)
{
    int64_t end_ms = clock_monotonic_ms() + TOTAL_MS;
    do {
        TRY(read_page(search, attributes, count, lines));
        if (search->entries > DIRECTORY_ENTRIES_MAX)
            return err_set(ERR_TOO_LARGE, "the directory: more than %d people", DIRECTORY_ENTRIES_MAX);
        if (clock_monotonic_ms() > end_ms) return failed("the search", LDAP_TIMEOUT);
    } while (search->cookie.bv_len > 0);
    return ERR_NONE;
}

enum err directory_read(const struct directory_settings *settings, const char *const *attributes, size_t count,
                        struct buffer *lines)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct search search = {.settings = settings, .asked = NEW_ARRAY(arena, char *, count + 1)};
    size_t asked = 0;
    for (size_t i = 0; i < count; i++)
        if (attributes[i][0] != '"' && attributes[i][0] != '\0')
            search.asked[asked++] = (char *)(uintptr_t)attributes[i];
    int code = ldap_initialize(&search.ldap, settings->url);
    if (code != LDAP_SUCCESS) return failed("its address", code);
    enum err error = log_in(search.ldap, settings);
    if (error == ERR_NONE) error = search_all(&search, attributes, count, lines);
    ber_memfree(search.cookie.bv_val);
    ldap_unbind_ext_s(search.ldap, NULL, NULL);
    return error;
}
