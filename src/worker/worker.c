#include "worker/worker.h"

#include "audit/audit.h"
#include "base/clock.h"
#include "base/log.h"
#include "ipc/process.h"
#include "register/register.h"
#include "worker/jobs.h"
#include "worker/questions.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    const char *population_url, *population_foreigner_url;
    const char *population_token_url, *population_user, *population_password_file;
    int64_t population_soap;
    const char *sms_url, *sms_user, *sms_password_file, *sms_sender;
    const char *smtp_url, *smtp_user, *smtp_password_file, *mail_from, *mail_from_name;
    bool smtp_tls, ldap_tls;
    const char *ldap_url, *ldap_ca_file, *ldap_user, *ldap_password_file, *ldap_base, *ldap_filter, *ldap_register;
    const char *ldap_columns[STAFF_COLUMN_COUNT];
    int64_t threads, question_threads;
};

#define SECTION "worker"
#define LDAP_COLUMN(column, place)                                                                                     \
    {                                                                                                                  \
        SECTION, "ldap_" column, CONFIG_TEXT, offsetof(struct settings, ldap_columns[place]), "", 0, 0,                \
            "Attribute of an entry that is the register's column " column                                              \
            "; a text in double quotes: the same for all."                                                             \
    }
const struct config_item worker_items[] = {
    {SECTION, "population_url", CONFIG_TEXT, offsetof(struct settings, population_url), NULL, 0, 0,
     "Address of the population register's service: KPSPublic, or KPS v2 where population_token_url is set."},
    {SECTION, "population_foreigner_url", CONFIG_TEXT, offsetof(struct settings, population_foreigner_url), "", 0, 0,
     "Address of its service for foreigners; empty: the same."},
    {SECTION, "population_soap", CONFIG_INT, offsetof(struct settings, population_soap), "11", 11, 12,
     "SOAP version of the register: 11 or 12."},
    {SECTION, "population_token_url", CONFIG_TEXT, offsetof(struct settings, population_token_url), "", 0, 0,
     "Address of KPS v2's token service (IWSTrust13); population_url is that of its RoutingService then. Empty: KPSPublic."},
    {SECTION, "population_user", CONFIG_TEXT, offsetof(struct settings, population_user), "", 0, 0,
     "User name at KPS v2's token service."},
    {SECTION, "population_password_file", CONFIG_TEXT, offsetof(struct settings, population_password_file), "", 0, 0,
     "File with the password at KPS v2's token service."},
    {SECTION, "sms_url", CONFIG_TEXT, offsetof(struct settings, sms_url), NULL, 0, 0, "Address of Kannel's sendsms."},
    {SECTION, "sms_user", CONFIG_TEXT, offsetof(struct settings, sms_user), "divit", 0, 0, "User name at Kannel."},
    {SECTION, "sms_password_file", CONFIG_TEXT, offsetof(struct settings, sms_password_file), "sms-password", 0, 0,
     "File with the password at Kannel; a relative path begins at the state folder."},
    {SECTION, "sms_sender", CONFIG_TEXT, offsetof(struct settings, sms_sender), "DIVIT", 0, 0,
     "Sender name of SMS, at most 11 characters."},
    {SECTION, "smtp_url", CONFIG_TEXT, offsetof(struct settings, smtp_url), NULL, 0, 0,
     "Mail server: smtp://host:port or smtps://host:port."},
    {SECTION, "smtp_tls", CONFIG_BOOL, offsetof(struct settings, smtp_tls), "no", 0, 0,
     "Send no mail without STARTTLS and a verified certificate."},
    {SECTION, "smtp_user", CONFIG_TEXT, offsetof(struct settings, smtp_user), "", 0, 0,
     "User name at the mail server; empty: none is asked for."},
    {SECTION, "smtp_password_file", CONFIG_TEXT, offsetof(struct settings, smtp_password_file), "", 0, 0,
     "File with the password at the mail server."},
    {SECTION, "mail_from", CONFIG_TEXT, offsetof(struct settings, mail_from), "noreply@divit.invalid", 0, 0,
     "Sender's address of e-mail."},
    {SECTION, "mail_from_name", CONFIG_TEXT, offsetof(struct settings, mail_from_name), "Divit", 0, 0,
     "Sender's name of e-mail."},
    {SECTION, "ldap_url", CONFIG_TEXT, offsetof(struct settings, ldap_url), "", 0, 0,
     "LDAP directory that a staff register is read from: ldaps://host or ldap://host. Empty: none."},
    {SECTION, "ldap_tls", CONFIG_BOOL, offsetof(struct settings, ldap_tls), "yes", 0, 0,
     "Read nothing from ldap:// without StartTLS and a verified certificate."},
    {SECTION, "ldap_ca_file", CONFIG_TEXT, offsetof(struct settings, ldap_ca_file), "", 0, 0,
     "PEM file with the authorities that certify the directory; empty: the system's."},
    {SECTION, "ldap_user", CONFIG_TEXT, offsetof(struct settings, ldap_user), "", 0, 0,
     "DN that logs in at the directory; empty: anonymous."},
    {SECTION, "ldap_password_file", CONFIG_TEXT, offsetof(struct settings, ldap_password_file), "", 0, 0,
     "File with its password."},
    {SECTION, "ldap_base", CONFIG_TEXT, offsetof(struct settings, ldap_base), "", 0, 0,
     "DN under which the people are, at any depth."},
    {SECTION, "ldap_filter", CONFIG_TEXT, offsetof(struct settings, ldap_filter), "(objectClass=person)", 0, 0,
     "Which entries are people (RFC 4515)."},
    {SECTION, "ldap_register", CONFIG_TEXT, offsetof(struct settings, ldap_register), "", 0, 0,
     "Code of the register that the directory keeps, as the doors name it: saglik."},
    LDAP_COLUMN("tckn", STAFF_TCKN),
    LDAP_COLUMN("ad", STAFF_AD),
    LDAP_COLUMN("soyad", STAFF_SOYAD),
    LDAP_COLUMN("dogum_yeri", STAFF_DOGUM_YERI),
    LDAP_COLUMN("dogum_tarihi", STAFF_DOGUM_TARIHI),
    LDAP_COLUMN("kurum_kodu", STAFF_KURUM_KODU),
    LDAP_COLUMN("sicil_no", STAFF_SICIL_NO),
    LDAP_COLUMN("grup", STAFF_GRUP),
    LDAP_COLUMN("ahb_kodu", STAFF_AHB_KODU),
    LDAP_COLUMN("birim", STAFF_BIRIM),
    LDAP_COLUMN("unvan", STAFF_UNVAN),
    LDAP_COLUMN("adres", STAFF_ADRES),
    LDAP_COLUMN("il", STAFF_IL),
    LDAP_COLUMN("ilce", STAFF_ILCE),
    LDAP_COLUMN("posta_kodu", STAFF_POSTA_KODU),
    LDAP_COLUMN("eposta", STAFF_EPOSTA),
    LDAP_COLUMN("cep", STAFF_CEP),
    {SECTION, "threads", CONFIG_INT, offsetof(struct settings, threads), "4", 1, 32, "Threads that do jobs."},
    {SECTION, "question_threads", CONFIG_INT, offsetof(struct settings, question_threads), "32", 16, 64,
     "Questions of waiting people answered side by side."},
    {0},
};

static enum err read_password(struct arena *arena, const struct installation *installation, const char *file,
                              const char **ret_password)
{
    if (*file == '\0') {
        *ret_password = "";
        return ERR_NONE;
    }
    return config_read_secret(arena, *file == '/' ? file : installation_path(arena, installation, "%s", file),
                              ret_password);
}

static enum err use_directory(struct arena *arena, const struct settings *settings, struct worker *worker)
{
    worker->directory = (struct directory_settings){
        .url = settings->ldap_url,
        .is_tls_required = settings->ldap_tls,
        .ca_file = settings->ldap_ca_file,
        .username = settings->ldap_user,
        .base = settings->ldap_base,
        .filter = settings->ldap_filter,
    };
    memcpy(worker->directory_attributes, settings->ldap_columns, sizeof settings->ldap_columns);
    if (*settings->ldap_url == '\0') return ERR_NONE;
    if (*settings->ldap_register == '\0') return err_set(ERR_INVALID, "ldap_url needs ldap_register");
    for (size_t i = 0; i < STAFF_REQUIRED_COUNT; i++)
        if (*settings->ldap_columns[i] == '\0')
            return err_set(ERR_INVALID, "ldap_url needs ldap_%s", staff_column_names[i]);
    return read_password(arena, worker->installation, settings->ldap_password_file, &worker->directory.password);
}

static enum err note_settings(struct arena *arena, const struct settings *settings, struct worker *worker)
{
    bool has_one = *settings->ldap_url != '\0';
    return note_directory(worker->db, has_one ? settings->ldap_register : "",
                          arena_printf(arena, "%s %s", settings->ldap_url, settings->ldap_base));
}

static enum err use_settings(struct arena *arena, const struct settings *settings, struct worker *worker)
{
    worker->population = (struct population_settings){
        .url = settings->population_url,
        .foreigner_url = *settings->population_foreigner_url != '\0' ? settings->population_foreigner_url : NULL,
        .soap_version = (int)settings->population_soap,
        .token_url = *settings->population_token_url != '\0' ? settings->population_token_url : NULL,
        .username = settings->population_user,
    };
    if (worker->population.token_url &&
        (*settings->population_user == '\0' || *settings->population_password_file == '\0'))
        return err_set(ERR_INVALID, "population_token_url needs population_user and population_password_file");
    worker->sms = (struct kannel_settings){
        .url = settings->sms_url, .username = settings->sms_user, .sender = settings->sms_sender};
    worker->email = (struct smtp_settings){
        .url = settings->smtp_url,
        .is_tls_required = settings->smtp_tls,
        .username = settings->smtp_user,
        .from_address = settings->mail_from,
        .from_name = settings->mail_from_name,
    };
    const char *file = settings->population_password_file;
    TRY(read_password(arena, worker->installation, file, &worker->population.password));
    TRY(read_password(arena, worker->installation, settings->sms_password_file, &worker->sms.password));
    TRY(read_password(arena, worker->installation, settings->smtp_password_file, &worker->email.password));
    return use_directory(arena, settings, worker);
}

static void open_clients(struct arena *arena, struct worker *worker)
{
    const struct installation *installation = worker->installation;
    worker->keeper = keeper_new(installation_path(arena, installation, "run/keeper.sock"));
    worker->signing = (struct signing){
        .db = worker->db,
        .keeper = worker->keeper,
        .signer = signer_new(installation_path(arena, installation, "run/signer.sock")),
        .responder = ipc_client_new(installation_path(arena, installation, "run/responder.sock")),
    };
}

#define CERTIFY_PATIENCE 10 /* looks, one a second: at start the others may not be there yet */

/* The responder asks for a certificate when it starts and before the last one ends: looked at each second. */
static void *certify(void *context)
{
    const struct worker *worker = context;
    for (int failed = 0;;) {
        enum err error = certify_responder(&worker->signing);
        failed = error == ERR_NONE ? 0 : failed + 1;
        if (failed == CERTIFY_PATIENCE) log_error("responder_certify", error, NULL);
        clock_pause_ms(1000);
    }
    return NULL;
}

#define FOLLOW_MS 200 /* a change of status is seen within a second */
#define FOLLOW_PATIENCE 50 /* looks */

static void *follow(void *context)
{
    const struct worker *worker = context;
    for (int failed = 0;;) {
        enum err error = follow_status(&worker->signing);
        failed = error == ERR_NONE ? 0 : failed + 1;
        if (failed == FOLLOW_PATIENCE) log_error("status_not_followed", error, NULL);
        clock_pause_ms(FOLLOW_MS);
    }
    return NULL;
}

/* The sequencer is a job under a lease, so that it is one, however many workers there are. */
static void *watch_trail(void *context)
{
    const struct worker *worker = context;
    for (;; clock_pause_ms(1000)) {
        enum err error = ask_to_grow_tree(worker->db);
        if (error != ERR_NONE && error != ERR_RETRY) log_error("audit_not_watched", error, NULL);
    }
    return NULL;
}

struct parts {
    struct ipc_server *questions;
    struct job_loop *jobs;
};

static enum err start_thread(void *(*run)(void *), struct worker *worker)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, worker) != 0) return err_set(ERR_UNAVAILABLE, "no further thread");
    pthread_detach(thread);
    return ERR_NONE;
}

static enum err start(struct arena *arena, const struct installation *installation, struct worker *worker,
                      struct parts *parts)
{
    struct settings settings;
    TRY(installation_settings(arena, installation, worker_items, &settings));
    worker->installation = installation;
    TRY(process_begin("worker", installation));
    /* passwords may lie anywhere: read before the files are closed to us */
    TRY(use_settings(arena, &settings, worker));
    const struct confine_file files[] = {
        {PROCESS_DATABASE, CONFINE_WRITE},
        {"run", CONFINE_WRITE},
        {*settings.ldap_ca_file != '\0' ? settings.ldap_ca_file : NULL, CONFINE_READ}, /* read at each connection */
        {0},
    };
    TRY(process_files(installation, files));
    TRY(db_open(installation->database, (int)settings.threads + 6, &worker->db));
    open_clients(arena, worker);
    TRY(ipc_listen(installation_path(arena, installation, "run/worker.sock"), question_routes,
                   (int)settings.question_threads, worker, &parts->questions));
    TRY(confine(CONFINE_INTERNET));
    TRY(note_settings(arena, &settings, worker));
    TRY(ask_first_crl(worker->db));
    TRY(look_at_registry(worker->db));
    TRY(ask_first_head(worker->db));
    TRY(ask_first_reminders(worker->db));
    TRY(ipc_serve(parts->questions));
    parts->jobs = job_loop_start(worker, job_kinds, (int)settings.threads);
    TRY(start_thread(certify, worker));
    TRY(start_thread(watch_trail, worker));
    return start_thread(follow, worker);
}

int worker_main(const struct installation *installation)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    struct worker worker = {0};
    struct parts parts = {0};
    enum err error = start(arena, installation, &worker, &parts);
    if (error != ERR_NONE) {
        log_error("worker_start", error, NULL);
        _Exit(1); /* threads may be at work with what would be taken down here */
    }
    process_ready();
    process_wait();
    job_loop_stop(parts.jobs);
    _Exit(0); /* a question under way gets no answer: its asker says "unavailable", as for any other end */
}
