/*
 * Purpose: plays an intruder who runs code inside web and wants the house: every person's key, everybody's codes. Loaded
 * with LD_PRELOAD; on SIGUSR1 it speaks to the keeper as web may, and writes what it got into DIVIT_PROBE/<process id>.
 *
 * DIVIT_PROBE/persons holds what web can read in the database: a line for each person, uid, epoch and wrapped key in hexadecimal.
 * tests/flow/keeper.test.mjs says what must come out.
 */
#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PERSONS_MAX 4096
#define WRAPPED_MAX 128
#define FRAME_MAX 4096
#define OFFICERS 60 /* made up, one after another */
#define REPLY 0xff01

enum { KEY_OPEN = 0x0102, SEARCH = 0x0103, CODE_MAKE = 0x0104, CODE_TEXT = 0x0105, CODE_CHECK = 0x0106 };
enum { SECRET_SEAL = 0x0107, TOTP_CHECK = 0x0108, NUMBER_KNOW = 0x0109, PUK_KEEP = 0x010c, STATUS = 0x010d };

static int report_fd = -1, keeper_fd = -1;
static const char *state;
static char folder[400];

static struct person {
    char uid[33];
    unsigned epoch;
    uint8_t wrapped[WRAPPED_MAX];
    size_t wrapped_size;
    int is_opened;
} persons[PERSONS_MAX];
static int person_count;

/* -- frames as ipc/ipc.h has them -- */

static struct message {
    uint8_t data[FRAME_MAX];
    size_t size;
} request, reply;

static void put_size(uint32_t size)
{
    for (int i = 3; i >= 0; i--) request.data[request.size++] = (uint8_t)(size >> (8 * i));
}

static void put_bytes(const void *data, size_t size)
{
    put_size((uint32_t)size);
    memcpy(request.data + request.size, data, size);
    request.size += size;
}

static void put_text(const char *text)
{
    put_bytes(text, strlen(text));
}

static void begin(unsigned type)
{
    request.size = 4;
    request.data[request.size++] = (uint8_t)(type >> 8);
    request.data[request.size++] = (uint8_t)type;
}

static int read_all(uint8_t *data, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t part = read(keeper_fd, data + got, size - got);
        if (part <= 0) return 0;
        got += (size_t)part;
    }
    return 1;
}

/* 1: a reply; 0: an error, whose name stands in the reply. */
static int ask(void)
{
    size_t body = request.size - 4;
    for (int i = 0; i < 4; i++) request.data[i] = (uint8_t)(body >> (24 - 8 * i));
    uint8_t head[6];
    if (write(keeper_fd, request.data, request.size) != (ssize_t)request.size || !read_all(head, 6)) _exit(3);
    reply.size = ((size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3]) - 2;
    if (reply.size > FRAME_MAX || !read_all(reply.data, reply.size)) _exit(3);
    return (head[4] << 8 | head[5]) == REPLY;
}

static int was(const char *error)
{
    return memmem(reply.data, reply.size, error, strlen(error)) != NULL;
}

/* -- attempts -- */

static int open_person(const struct person *person, const struct person *of, const void *grant, size_t grant_size)
{
    begin(KEY_OPEN);
    put_text(person->uid);
    put_bytes(grant, grant_size);
    put_size(0); /* the epoch has eight octets */
    put_size(of->epoch);
    put_bytes(of->wrapped, of->wrapped_size);
    return ask();
}

/* How many more persons are opened with this grant. */
static int open_all(const void *grant, size_t grant_size)
{
    int opened = 0;
    for (int i = 0; i < person_count; i++) {
        if (persons[i].is_opened || !open_person(&persons[i], &persons[i], grant, grant_size)) continue;
        persons[i].is_opened = 1;
        opened++;
    }
    return opened;
}

/* RFC 6238, as the keeper has it. */
static void totp(const uint8_t secret[20], int64_t step, char digits[7])
{
    uint8_t message[8], mac[20];
    size_t size = sizeof mac;
    for (int i = 0; i < 8; i++) message[i] = (uint8_t)(step >> (56 - 8 * i));
    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, secret, 20, message, 8, mac, sizeof mac, &size) == NULL) _exit(3);
    int at = mac[19] & 15;
    uint32_t number =
        ((uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3]);
    snprintf(digits, 7, "%06u", number % 1000000);
}

/* An officer that does not exist: a secret of the intruder's own, and its code. The grant's size; 0: none. */
static size_t make_officer(int number, uint8_t grant[128])
{
    uint8_t secret[20], sealed[256];
    char context[32], identity_number[16], digits[7];
    memset(secret, number, sizeof secret);
    snprintf(context, sizeof context, "officer %d", number);
    begin(SECRET_SEAL);
    put_text(context);
    snprintf(identity_number, sizeof identity_number, "%011d", number); /* nobody's: each is another asker */
    put_text(identity_number);
    put_bytes(secret, sizeof secret);
    if (!ask()) return 0;
    size_t sealed_size = reply.size - 4;
    memcpy(sealed, reply.data + 4, sealed_size);
    totp(secret, time(NULL) / 30, digits);
    begin(TOTP_CHECK);
    put_text(context);
    put_bytes(sealed, sealed_size);
    put_text(digits);
    memset(request.data + request.size, 0, 8); /* no step before */
    request.size += 8;
    if (!ask()) return 0;
    size_t size = reply.size - 12; /* behind the step and the length */
    memcpy(grant, reply.data + 12, size);
    return size;
}

static void count(const char *name, int number)
{
    dprintf(report_fd, "%s %d\n", name, number);
}

static void empty_the_house(void)
{
    uint8_t grant[128];
    count("persons", person_count);
    int swapped = 0;
    for (int i = 1; i < person_count; i++) swapped += open_person(&persons[0], &persons[i], NULL, 0);
    count("swapped", swapped);
    count("public", open_all(NULL, 0));
    int forged = 0;
    for (int i = 0; i < 50; i++) {
        memset(grant, i, sizeof grant);
        forged += open_all(grant, 72);
    }
    count("forged", forged);
    int officers = 0, by_officers = 0;
    for (int i = 1; i <= OFFICERS; i++) {
        size_t size = make_officer(i, grant);
        officers += size > 0;
        if (size > 0) by_officers += open_all(grant, size);
    }
    count("officers", officers);
    count("by-officers", by_officers);
}

static void try_searches(void)
{
    int searches = 0;
    for (int i = 0; i < 2000; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        begin(SEARCH);
        put_text("identity_number");
        put_text(text);
        searches += ask();
    }
    count("searches", searches);
}

/* Codes to one number under ever new names, and guesses at each. */
static void try_codes(void)
{
    int codes = 0, guesses = 0, texts = 0;
    for (int i = 0; i < 200; i++) {
        char subject[32], id[64] = "";
        snprintf(subject, sizeof subject, "person %d", i);
        begin(CODE_MAKE);
        put_text("log_in");
        put_text(subject);
        put_bytes("", 0);
        put_text("10000000146");
        put_text("5321234567");
        if (!ask() || reply.data[3] == 0) continue; /* an empty id: wait */
        memcpy(id, reply.data + 4, 32);
        codes++;
        begin(CODE_TEXT);
        put_text(id);
        texts += ask() || !was("ERR_FORBIDDEN");
        for (int guess = 0; guess < 10; guess++) {
            begin(CODE_CHECK);
            put_text("log_in");
            put_text(subject);
            put_text("");
            put_text(guess % 2 ? "111111" : "222222");
            guesses += ask() || was("ERR_WRONG");
        }
    }
    count("codes", codes);
    count("guesses", guesses);
    count("texts", texts);
}

static void try_what_others_may(void)
{
    static const unsigned types[] = {CODE_TEXT, NUMBER_KNOW, PUK_KEEP, STATUS};
    int allowed = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        begin(types[i]);
        allowed += ask() || !was("ERR_FORBIDDEN");
    }
    count("others", allowed);
}

static void read_persons(void)
{
    char path[512], line[512], hex[400];
    snprintf(path, sizeof path, "%s/persons", folder);
    FILE *file = fdopen(open(path, O_RDONLY | O_CLOEXEC), "r");
    while (file != NULL && person_count < PERSONS_MAX && fgets(line, sizeof line, file) != NULL) {
        struct person *person = &persons[person_count];
        if (sscanf(line, "%32s %u %399s", person->uid, &person->epoch, hex) != 3) continue;
        person->wrapped_size = strlen(hex) / 2;
        for (size_t i = 0; i < person->wrapped_size; i++) {
            const char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};
            person->wrapped[i] = (uint8_t)strtoul(digits, NULL, 16);
        }
        person_count++;
    }
    if (file != NULL) fclose(file);
}

static void intrude(int signal_number)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/run/keeper.sock", state);
    keeper_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(keeper_fd, (struct sockaddr *)&address, sizeof address) != 0) return;
    struct timeval before, after;
    gettimeofday(&before, NULL);
    empty_the_house();
    try_searches();
    try_codes();
    try_what_others_may();
    gettimeofday(&after, NULL);
    count("milliseconds", (int)((after.tv_sec - before.tv_sec) * 1000 + (after.tv_usec - before.tv_usec) / 1000));
    count("end", 0);
    close(keeper_fd);
}

/* glibc hands main()'s arguments to constructors too. What lies outside the state folder is read before Landlock. */
__attribute__((constructor)) static void wait_for_the_signal(int argument_count, char **values)
{
    const char *given = getenv("DIVIT_PROBE");
    if (given == NULL || argument_count < 2 || strcmp(values[1], "web") != 0) return;
    for (int i = 1; i + 1 < argument_count; i++)
        if (strcmp(values[i], "--state") == 0) state = values[i + 1];
    if (state == NULL) return;
    snprintf(folder, sizeof folder, "%s", given);
    read_persons();
    char path[512];
    snprintf(path, sizeof path, "%s/%d", folder, (int)getpid());
    report_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const struct sigaction action = {.sa_handler = intrude, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
}
