#include "base/log.h"
#include "ipc/process.h"
#include "sim/desk.h"
#include "sim/servers.h"
#include "sim/sim.h"

#include <argp.h>
#include <curl/curl.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct http_asset sim_assets[]; /* generated from sim.css and sim.js */

#define UPLOAD_MAX ((size_t)8 << 20)
#define WISH_MAX 8192

static const struct http_route routes[] = {
    {HTTP_GET, "/", 0, HTTP_OPEN, 0, show_world},
    {HTTP_GET, "/api/messages", 0, HTTP_OPEN, 0, list_messages},
    {HTTP_GET, "/api/people", 0, HTTP_OPEN, 0, list_people},
    {HTTP_GET, "/api/faults", 0, HTTP_OPEN, 0, list_faults},
    {HTTP_POST, "/api/faults", 0, HTTP_OPEN, WISH_MAX, set_fault},
    {HTTP_GET, "/api/clock", 0, HTTP_OPEN, 0, show_clock},
    {HTTP_POST, "/api/clock", 0, HTTP_OPEN, WISH_MAX, set_clock},
    {HTTP_GET, "/api/totp", 0, HTTP_OPEN, 0, show_code},
    {HTTP_POST, "/api/totp", 0, HTTP_OPEN, WISH_MAX, add_authenticator},
    {HTTP_POST, "/api/sign", 0, HTTP_OPEN, UPLOAD_MAX, sign_file},
    {HTTP_POST, "/api/sign-code", 0, HTTP_OPEN, WISH_MAX, sign_code},
    {HTTP_POST, "/Service/KPSPublic.asmx", 0, HTTP_OPEN, 65536, population_register},
    {HTTP_POST, "/Service/KPSPublicYabanciDogrula.asmx", 0, HTTP_OPEN, 65536, population_register},
    {HTTP_POST, "/Services/Issuer.svc/IWSTrust13", 0, HTTP_OPEN, 65536, kps_token_service},
    {HTTP_POST, "/Services/RoutingService.svc", 0, HTTP_OPEN, 65536, kps_service},
    {HTTP_GET, "/cgi-bin/sendsms", 0, HTTP_OPEN, 0, sms_centre},
    {0},
};
static const struct http_desk desk = {"", NULL, routes};
static const struct http_desk *const desks[] = {&desk, NULL};

static void show_error(struct http_request *request, enum err error, int status)
{
    const char *text = arena_printf(http_arena(request), "%d: %s\n%s\n", status, err_meaning(error), err_detail());
    if (http_answer(request, status, "text/plain; charset=utf-8", bytes_of_text(text)) != ERR_NONE)
        log_event(LOG_ERROR, "no_answer", NULL);
}

/* eimza-cli lies beside this program. */
static const char *find_eimza_cli(void)
{
    static char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof "/eimza-cli");
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    char *name = slash != NULL ? slash + 1 : path;
    memcpy(name, "eimza-cli", sizeof "eimza-cli");
    return path;
}

static enum err serve(const struct installation *installation, int port, int mail_port)
{
    TRY(process_begin("sim", installation));
    curl_global_init(CURL_GLOBAL_DEFAULT);
    xmlInitParser();
    world.installation = installation;
    world.port = port;
    world.eimza_cli = find_eimza_cli();
    TRY(messages_open());
    struct http_options options = {.address = "127.0.0.1",
                                   .port = port,
                                   .event_threads = 1,
                                   .pool_threads = 32,
                                   .connections_max = 512,
                                   .desks = desks,
                                   .error_page = show_error,
                                   .is_session_less = true,
                                   .assets = sim_assets};
    struct http_server *server;
    TRY(http_listen(&options, &server));
    enum err error = mail_server_start(mail_port);
    if (error == ERR_NONE) error = http_start(server);
    if (error == ERR_NONE) {
        process_ready();
        process_wait();
    }
    world.is_ending = true;
    http_stop(server);
    return error;
}

int sim_main(const struct installation *installation, int port, int mail_port)
{
    enum err error = serve(installation, port, mail_port);
    if (error == ERR_NONE) return 0;
    log_error("cannot_serve", error, NULL);
    return 1;
}

struct arguments {
    const char *state;
    int port, mail_port; /* mail_port 0: the next one */
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    if (key == 's') arguments->state = value;
    else if (key == 'p') arguments->port = (int)strtol(value, NULL, 10);
    else if (key == 'm') arguments->mail_port = (int)strtol(value, NULL, 10);
    else return ARGP_ERR_UNKNOWN;
    return 0;
}

int main(int count, char **values)
{
    static const struct argp_option options[] = {
        {"state", 's', "DIR", 0, "the installation's folder", 0},
        {"port", 'p', "PORT", 0, "HTTP here (8090)", 0},
        {"mail-port", 'm', "PORT", 0, "SMTP here (the next one)", 0},
        {0},
    };
    static const struct argp argp = {
        options, parse_option, NULL, "The outside world of a demo installation, simulated.", NULL, NULL, NULL};
    struct arguments arguments = {.state = "./state", .port = 8090};
    argp_parse(&argp, count, values, 0, NULL, &arguments);
    log_open("sim");
    /* A demo has a clock that can be moved, and process_begin() fails without it: nowhere else does this program run. */
    struct installation installation = {.state = realpath(arguments.state, NULL), .is_demo = true};
    if (!installation.state || arguments.port < 1 || arguments.port > 65534 || arguments.mail_port < 0 ||
        arguments.mail_port > 65535) {
        log_event(LOG_ERROR, "cannot_begin", "state", arguments.state, NULL);
        return 1;
    }
    return sim_main(&installation, arguments.port, arguments.mail_port != 0 ? arguments.mail_port : arguments.port + 1);
}
