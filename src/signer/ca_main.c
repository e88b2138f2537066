/* `divit ca`: init is the ceremony alone, for an installation that is no demo; release is ca_release.c. */
#include "base/buffer.h"
#include "base/file.h"
#include "base/secret.h"
#include "pki/certificate.h"
#include "signer/ceremony.h"
#include "signer/signer.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#define LIST_SIZE_MAX (4 * 1024 * 1024)
#define SERVICES_MAX 16

static const char documentation[] =
    "Makes the root and the issuing authority, the registry of those who may approve, and the ceremony's log. "
    "Two persons are present.\v"
    "INSTITUTIONS has a line CODE;CODE ABOVE for each institution, each above those below it. PEOPLE has a line "
    "ROLE;CODE;CERTIFICATE FILE for each person: yetkili (with an institution), operatör, yönetici or denetçi (CODE may "
    "be empty); the certificate (DER) is that of the person's own card. SERVICE names a key that other processes sign "
    "with: keeper=/var/lib/divit/keeper/keeper.pub.\n\n"
    "Example: divit ca --state /var/lib/divit init --present 'Ayşe Yılmaz' --present 'Mehmet Kaya' "
    "--service keeper=/var/lib/divit/keeper/keeper.pub kurumlar.csv kisiler.csv\n"
    "More revocations than usual: divit ca release --help";

struct ca_options {
    const char *present[2];
    const char *services[SERVICES_MAX]; /* NAME=FILE */
    size_t services_count;
    const char *words[3]; /* init, institutions, people */
    int words_count;
};

static const struct argp_option options[] = {
    {"present", 'p', "NAME", 0, "Who is present; given twice", 0},
    {"service", 'e', "NAME=FILE", 0, "A service's public key (SubjectPublicKeyInfo, DER); may be given again", 0},
    {0},
};

static error_t take(int key, char *argument, struct argp_state *state)
{
    struct ca_options *taken = state->input;
    switch (key) {
    case 'p':
        if (taken->present[1] != NULL) argp_error(state, "--present is given twice, not more");
        taken->present[taken->present[0] == NULL ? 0 : 1] = argument;
        return 0;
    case 'e':
        if (taken->services_count == SERVICES_MAX || strchr(argument, '=') == NULL)
            argp_error(state, "--service NAME=FILE, at most %d times", SERVICES_MAX);
        taken->services[taken->services_count++] = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (taken->words_count == 3) argp_usage(state);
        taken->words[taken->words_count++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (taken->words_count != 3 || strcmp(taken->words[0], "init") != 0) argp_usage(state);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* Lines "a;b" into pairs; ret_pairs holds two texts for each. */
static enum err read_pairs(struct arena *arena, const char *path, const char ***ret_pairs, size_t *ret_count)
{
    struct bytes content;
    TRY(file_read(arena, path, LIST_SIZE_MAX, &content));
    char *rest = (char *)bytes_to_text(arena, content); /* in our arena: ours to cut */
    if (rest == NULL) return err_set(ERR_INVALID, "%s: not text", path);
    size_t lines = 1, count = 0;
    for (const char *at = rest; *at != '\0'; at++) lines += *at == '\n';
    const char **pairs = NEW_ARRAY(arena, const char *, 2 * lines);
    for (size_t number = 1; rest != NULL; number++) {
        char *line = strsep(&rest, "\n");
        if (*line == '\0') continue;
        char *second = strchr(line, ';');
        if (second == NULL) return err_set(ERR_INVALID, "%s, line %zu: no semicolon", path, number);
        *second++ = '\0';
        pairs[2 * count] = line;
        pairs[2 * count + 1] = second;
        count++;
    }
    *ret_pairs = pairs;
    *ret_count = count;
    return ERR_NONE;
}

/* `word` and `rest` are the parts of a line before and after its first semicolon: ROLE and CODE;FILE. */
static enum err read_person(struct arena *arena, const char *word, const char *rest, struct ceremony_person *person)
{
    struct bytes der;
    struct certificate certificate;
    enum registry_role role = REGISTRY_OFFICER;
    while (role < REGISTRY_ROLE_COUNT && strcmp(registry_role_words[role], word) != 0) role++;
    const char *path = strchr(rest, ';');
    if (role == REGISTRY_ROLE_COUNT || path == NULL)
        return err_set(ERR_INVALID, "a person's line is ROLE;CODE;CERTIFICATE FILE: %s;%s", word, rest);
    TRY(file_read(arena, path + 1, 65536, &der));
    TRY(certificate_parse(arena, der, &certificate));
    if (certificate.subject_serial_number == NULL) return err_set(ERR_INVALID, "%s: no identity number", path + 1);
    *person = (struct ceremony_person){.identity_number = certificate.subject_serial_number,
                                       .institution_code =
                                           path == rest ? NULL : arena_text_n(arena, rest, (size_t)(path - rest)),
                                       .certificate = der,
                                       .role = role};
    return ERR_NONE;
}

static enum err read_services(struct arena *arena, const struct ca_options *taken, struct ceremony_service *services)
{
    for (size_t i = 0; i < taken->services_count; i++) {
        const char *path = strchr(taken->services[i], '=') + 1;
        services[i].name = arena_text_n(arena, taken->services[i], (size_t)(path - 1 - taken->services[i]));
        TRY(file_read(arena, path, 4096, &services[i].public_key));
        TRY(public_key_check(services[i].public_key));
    }
    return ERR_NONE;
}

static enum err hold(struct arena *arena, const struct installation *installation, const struct ca_options *taken)
{
    const char **pairs;
    struct ceremony ceremony = {.present = {taken->present[0], taken->present[1]}};
    TRY(secret_init());
    TRY(read_pairs(arena, taken->words[1], &pairs, &ceremony.institutions_count));
    struct ceremony_institution *institutions =
        NEW_ARRAY(arena, struct ceremony_institution, ceremony.institutions_count + 1);
    for (size_t i = 0; i < ceremony.institutions_count; i++)
        institutions[i] =
            (struct ceremony_institution){pairs[2 * i], pairs[2 * i + 1][0] == '\0' ? NULL : pairs[2 * i + 1]};
    TRY(read_pairs(arena, taken->words[2], &pairs, &ceremony.people_count));
    struct ceremony_person *people = NEW_ARRAY(arena, struct ceremony_person, ceremony.people_count + 1);
    for (size_t i = 0; i < ceremony.people_count; i++)
        TRY(read_person(arena, pairs[2 * i], pairs[2 * i + 1], &people[i]));
    struct ceremony_service *services = NEW_ARRAY(arena, struct ceremony_service, SERVICES_MAX);
    TRY(read_services(arena, taken, services));
    ceremony.institutions = institutions;
    ceremony.people = people;
    ceremony.services = services;
    ceremony.services_count = taken->services_count;
    struct ceremony_result result;
    return ceremony_hold(arena, installation, &ceremony, &result);
}

int ca_main(const struct installation *installation, int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "release") == 0) return ca_release_main(installation, argc - 1, argv + 1);
    const struct argp parser = {options, take, "init INSTITUTIONS PEOPLE\nrelease …", documentation, NULL, NULL, NULL};
    struct ca_options taken = {0};
    argp_parse(&parser, argc, argv, 0, NULL, &taken);
    CLEANUP_ARENA struct arena *arena = arena_new();
    enum err error = hold(arena, installation, &taken);
    if (error != ERR_NONE) {
        fprintf(stderr, "divit ca: %s (%s)\n", err_detail(), err_meaning(error));
        return 1;
    }
    printf("The ceremony is written down in %s\n", installation_path(arena, installation, "ceremony/log.txt"));
    return 0;
}
