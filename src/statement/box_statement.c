#include "statement/box_statement.h"

#include "pki/certificate.h"

#include <string.h>

#define AT(member) .offset = offsetof(struct box_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Anahtar", STATEMENT_HEX, AT(key), .length = 64},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {NULL},
};
static const struct statement_type type = {"box", 1, labels};

enum err box_statement_write(struct arena *arena, const struct box_statement *statement, struct bytes *ret_text)
{
    return statement_write_whole(arena, &type, statement, ret_text);
}

enum err box_statement_read(struct arena *arena, struct bytes text, struct box_statement *ret_statement)
{
    struct box_statement statement = {0};
    TRY(statement_read_whole(arena, &type, text, &statement));
    *ret_statement = statement;
    return ERR_NONE;
}

/* The root certifies authorities and the keeper, which is none and has this name. */
static enum err check_certificate(struct arena *arena, struct bytes root_der, struct bytes der,
                                  struct certificate *ret_certificate)
{
    struct certificate root, certificate;
    TRY(certificate_parse(arena, root_der, &root));
    TRY(certificate_parse(arena, der, &certificate));
    TRY(certificate_check_issuer(&certificate, &root));
    const char *name = certificate.subject_common_name;
    if (certificate.is_ca || name == NULL || strncmp(name, KEEPER_COMMON_NAME, strlen(KEEPER_COMMON_NAME)) != 0)
        return err_set(ERR_WRONG, "not a keeper's certificate");
    *ret_certificate = certificate;
    return ERR_NONE;
}

enum err box_verify(struct arena *arena, struct bytes root, struct bytes certificate, struct bytes text,
                    struct bytes signature, uint8_t ret_key[KEY_SIZE])
{
    struct certificate keeper;
    struct box_statement statement;
    struct bytes key;
    TRY(check_certificate(arena, root, certificate, &keeper));
    TRY(public_key_verify(keeper.public_key, SIGNATURE_ECDSA_SHA256, text, signature));
    TRY(box_statement_read(arena, text, &statement));
    TRY(hex_decode(arena, statement.key, &key));
    memcpy(ret_key, key.data, KEY_SIZE);
    return ERR_NONE;
}
