/* `divit ca init`: the ceremony alone, for an installation that is no demo. */
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

static const char documentation[] =
    "Makes the root and the issuing authority, the registry of those who may approve, and the ceremony's log. "
    "Two persons are present.\v"
    "INSTITUTIONS has a line CODE;CODE ABOVE for each institution, each above those below it. OFFICERS has a line "
    "CODE;CERTIFICATE FILE for each officer; the certificate (DER) is that of the officer's own card.\n\n"
    "Example: divit ca --state /var/lib/divit init --present 'Ayşe Yılmaz' --present 'Mehmet Kaya' kurumlar.csv "
    "yetkililer.csv";

struct ca_options {
    const char *present[2];
    const char *words[3]; /* init, institutions, officers */
    int words_count;
};

static const struct argp_option options[] = {
    {"present", 'p', "NAME", 0, "Who is present; given twice", 0},
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

static enum err read_officer(struct arena *arena, const char *code, const char *path, struct ceremony_officer *officer)
{
    struct bytes der;
    struct certificate certificate;
    TRY(file_read(arena, path, 65536, &der));
    TRY(certificate_parse(arena, der, &certificate));
    if (certificate.subject_serial_number == NULL) return err_set(ERR_INVALID, "%s: no identity number", path);
    *officer = (struct ceremony_officer){
        .identity_number = certificate.subject_serial_number, .institution_code = code, .certificate = der};
    return ERR_NONE;
}

static enum err hold(struct arena *arena, const struct installation *installation, const struct ca_options *taken)
{
    const char **pairs;
    size_t institutions_count, officers_count;
    TRY(secret_init());
    TRY(read_pairs(arena, taken->words[1], &pairs, &institutions_count));
    struct ceremony_institution *institutions = NEW_ARRAY(arena, struct ceremony_institution, institutions_count + 1);
    for (size_t i = 0; i < institutions_count; i++)
        institutions[i] =
            (struct ceremony_institution){pairs[2 * i], pairs[2 * i + 1][0] == '\0' ? NULL : pairs[2 * i + 1]};
    TRY(read_pairs(arena, taken->words[2], &pairs, &officers_count));
    struct ceremony_officer *officers = NEW_ARRAY(arena, struct ceremony_officer, officers_count + 1);
    for (size_t i = 0; i < officers_count; i++) TRY(read_officer(arena, pairs[2 * i], pairs[2 * i + 1], &officers[i]));
    const struct ceremony ceremony = {.institutions = institutions,
                                      .institutions_count = institutions_count,
                                      .officers = officers,
                                      .officers_count = officers_count,
                                      .present = {taken->present[0], taken->present[1]}};
    struct ceremony_result result;
    return ceremony_hold(arena, installation, &ceremony, &result);
}

int ca_main(const struct installation *installation, int argc, char **argv)
{
    const struct argp parser = {options, take, "init INSTITUTIONS OFFICERS", documentation, NULL, NULL, NULL};
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
