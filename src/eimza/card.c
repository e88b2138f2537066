#include "eimza/card.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "eimza/child.h"
#include "pki/cades.h"

#include <string.h>

#define LIST_TIMEOUT_MS 20000 /* readers are slow to wake up */
#define SIGN_TIMEOUT_MS 60000

static bool is_chosen(const struct card_choice *choice, const struct token_info *token)
{
    return choice->token == NULL || strcmp(choice->token, token->label) == 0 ||
           strcmp(choice->token, token->serial) == 0;
}

/* What goes through the pipe for each card: a line "flags label<TAB>serial". */
static enum err list_cards(struct arena *arena, const void *context, struct bytes *ret_result)
{
    const struct card_choice *choice = context;
    CLEANUP_BUFFER struct buffer lines = BUFFER_EMPTY;
    struct token_module *module;
    const struct token_info *tokens;
    size_t count;
    TRY(token_module_open(choice->module, &module));
    TRY(token_list(module, arena, &tokens, &count));
    for (size_t i = 0; i < count; i++) {
        const struct token_info *token = &tokens[i];
        if (!is_chosen(choice, token)) continue;
        buffer_printf(&lines, "%d%d%d %s\t%s\n", token->is_pin_low, token->is_pin_final, token->is_pin_locked,
                      token->label, token->serial);
    }
    *ret_result = bytes_copy(arena, buffer_bytes(&lines));
    return ERR_NONE;
}

enum err card_list(struct arena *arena, const struct card_choice *choice, const struct token_info **ret_cards,
                   size_t *ret_count)
{
    struct bytes result;
    TRY(child_run(arena, list_cards, choice, LIST_TIMEOUT_MS, &result));
    char *rest = (char *)bytes_to_text(arena, result); /* in our arena: ours to cut */
    if (rest == NULL) return err_set(ERR_BROKEN, "a card's label with a NUL");
    size_t lines = 1, count = 0;
    for (const char *at = rest; *at != '\0'; at++) lines += *at == '\n';
    struct token_info *cards = NEW_ARRAY(arena, struct token_info, lines);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *tab = strchr(line, '\t');
        if (tab == NULL || strlen(line) < 4) continue;
        *tab = '\0';
        cards[count++] = (struct token_info){.label = line + 4,
                                             .serial = tab + 1,
                                             .is_initialised = true,
                                             .is_pin_low = line[0] == '1',
                                             .is_pin_final = line[1] == '1',
                                             .is_pin_locked = line[2] == '1'};
    }
    *ret_cards = cards;
    *ret_count = count;
    return ERR_NONE;
}

/* -- certificates -- */

static enum err put_certificates(struct token_module *module, struct arena *arena, const struct token_info *info,
                                 struct buffer *lines)
{
    struct token *token;
    const struct token_certificate *certificates;
    size_t count = 0;
    TRY(token_open(module, info->serial, TOKEN_NOBODY, NULL, &token));
    enum err error = token_list_certificates(token, arena, &certificates, &count);
    for (size_t i = 0; error == ERR_NONE && i < count; i++)
        buffer_printf(lines, "%s %s\t%s\n", hex_encode(arena, certificates[i].der), info->label, info->serial);
    token_close(token);
    return error;
}

/* Lines "hexadecimal label<TAB>serial". A card that cannot be read takes nothing from the others. */
static enum err list_certificates(struct arena *arena, const void *context, struct bytes *ret_result)
{
    const struct card_choice *choice = context;
    CLEANUP_BUFFER struct buffer lines = BUFFER_EMPTY;
    struct token_module *module;
    const struct token_info *tokens;
    size_t count;
    TRY(token_module_open(choice->module, &module));
    TRY(token_list(module, arena, &tokens, &count));
    for (size_t i = 0; i < count; i++) {
        if (!tokens[i].is_initialised || !is_chosen(choice, &tokens[i])) continue;
        if (put_certificates(module, arena, &tokens[i], &lines) != ERR_NONE) err_clear();
    }
    *ret_result = bytes_copy(arena, buffer_bytes(&lines));
    return ERR_NONE;
}

static bool is_for_signing(const struct certificate *certificate)
{
    return !certificate->is_ca && (certificate->key_usage & KEY_USAGE_NON_REPUDIATION) != 0;
}

enum err card_list_certificates(struct arena *arena, const struct card_choice *choice,
                                const struct card_certificate **ret_certificates, size_t *ret_count)
{
    struct bytes result;
    TRY(child_run(arena, list_certificates, choice, LIST_TIMEOUT_MS, &result));
    char *rest = (char *)bytes_to_text(arena, result); /* in our arena: ours to cut */
    if (rest == NULL) return err_set(ERR_BROKEN, "a card's label with a NUL");
    size_t lines = 1, count = 0;
    for (const char *at = rest; *at != '\0'; at++) lines += *at == '\n';
    struct card_certificate *certificates = NEW_ARRAY(arena, struct card_certificate, lines);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        struct bytes der;
        char *label = strchr(line, ' '), *tab = strchr(line, '\t');
        if (label == NULL || tab == NULL) continue;
        *label++ = *tab++ = '\0';
        struct card_certificate *certificate = &certificates[count];
        if (hex_decode(arena, line, &der) != ERR_NONE ||
            certificate_parse(arena, der, &certificate->certificate) != ERR_NONE ||
            !is_for_signing(&certificate->certificate))
            continue;
        certificate->token_label = label;
        certificate->token_serial = tab;
        count++;
    }
    *ret_certificates = certificates;
    *ret_count = count;
    return ERR_NONE;
}

static bool is_wanted(const struct card_choice *choice, const struct certificate *certificate)
{
    const char *number = certificate->subject_serial_number;
    if (choice->other_than != NULL && strcmp(certificate->serial, choice->other_than) == 0) return false;
    return choice->identity_number == NULL || (number != NULL && strcmp(number, choice->identity_number) == 0);
}

const struct card_certificate *card_pick_signing(const struct card_certificate *certificates, size_t count,
                                                 const struct card_choice *choice, int64_t now_s)
{
    const struct card_certificate *chosen = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct certificate *certificate = &certificates[i].certificate;
        if (!is_wanted(choice, certificate)) continue;
        if (now_s < certificate->not_before_s || now_s > certificate->not_after_s) continue;
        if (chosen == NULL || certificate->not_after_s > chosen->certificate.not_after_s) chosen = &certificates[i];
    }
    return chosen;
}

static bool is_issued(const struct certificate *certificate, const char *identity_number,
                      const struct certificate *issuer)
{
    const char *number = certificate->subject_serial_number;
    if (number == NULL || strcmp(number, identity_number) != 0) return false;
    if (certificate_check_issuer(certificate, issuer) == ERR_NONE) return true;
    err_clear();
    return false;
}

size_t card_pick_issued(const struct card_certificate *certificates, size_t count, const char *identity_number,
                        const struct certificate *issuer, struct card_certificate *ret_cards)
{
    size_t cards = 0;
    for (size_t i = 0; i < count; i++) {
        const struct card_certificate *one = &certificates[i];
        if (!is_issued(&one->certificate, identity_number, issuer)) continue;
        struct card_certificate *last = cards > 0 ? &ret_cards[cards - 1] : NULL;
        if (last == NULL || strcmp(last->token_serial, one->token_serial) != 0) ret_cards[cards++] = *one;
        else if (one->certificate.not_after_s > last->certificate.not_after_s) *last = *one;
    }
    return cards;
}

/* -- signing -- */

struct signing {
    const struct card_choice *choice;
    const char *pin;
    struct bytes content;
};

/* The certificate for signing and its key; several fit only if the person has several, then --token is no help. */
static enum err find_pair(struct token *token, struct arena *arena, const struct card_choice *choice,
                          struct certificate *certificate, struct token_key *key)
{
    const struct token_certificate *certificates;
    const struct token_key *keys;
    size_t certificates_count, keys_count, found = 0;
    TRY(token_list_certificates(token, arena, &certificates, &certificates_count));
    TRY(token_list_keys(token, arena, &keys, &keys_count));
    for (size_t i = 0; i < certificates_count; i++) {
        struct certificate candidate;
        if (certificate_parse(arena, certificates[i].der, &candidate) != ERR_NONE) continue;
        if (!is_for_signing(&candidate) || !is_wanted(choice, &candidate)) continue;
        for (size_t k = 0; k < keys_count; k++) {
            if (!bytes_equal(keys[k].public_key, candidate.public_key)) continue;
            /* of several, the one that is good longest: the others are those it replaced */
            if (found++ > 0 && candidate.not_after_s <= certificate->not_after_s) continue;
            *certificate = candidate;
            *key = keys[k];
        }
    }
    return found > 0 ? ERR_NONE : err_set(ERR_NOT_FOUND, "no certificate for signing");
}

static enum err sign_with(struct token *token, struct arena *arena, const struct signing *signing,
                          struct bytes *ret_result)
{
    struct certificate certificate;
    struct token_signing with = {.token = token};
    int64_t now_s = clock_now_s();
    TRY(find_pair(token, arena, signing->choice, &certificate, &with.key));
    if (now_s > certificate.not_after_s) return err_set(ERR_EXPIRED, "%s", certificate.subject_text);
    struct external_signer signer = token_signer(&with);
    return cades_sign(arena, signing->content, &certificate, now_s, &signer, ret_result);
}

static enum err sign_in_child(struct arena *arena, const void *context, struct bytes *ret_result)
{
    const struct signing *signing = context;
    struct token_module *module;
    struct token *token;
    TRY(token_module_open(signing->choice->module, &module));
    TRY(token_open(module, signing->choice->token, TOKEN_USER, signing->pin, &token));
    enum err error = sign_with(token, arena, signing, ret_result);
    token_close(token);
    token_module_close(module);
    return error;
}

enum err card_sign(struct arena *arena, const struct card_choice *choice, const char *pin, struct bytes content,
                   struct bytes *ret_cms)
{
    const struct signing signing = {choice, pin, content};
    return child_run(arena, sign_in_child, &signing, SIGN_TIMEOUT_MS, ret_cms);
}

/* -- setting the PIN -- */

struct pin_setting {
    const struct card_choice *choice;
    enum card_unlock_way way;
    const char *puk, *new_pin;
};

static enum err set_pin_in_child(struct arena *arena, const void *context, struct bytes *ret_result)
{
    const struct pin_setting *setting = context;
    bool is_so = setting->way == CARD_UNLOCK_SO;
    struct token_module *module;
    struct token *token;
    (void)arena;
    TRY(token_module_open(setting->choice->module, &module));
    TRY(token_open(module, setting->choice->token, is_so ? TOKEN_SO : TOKEN_NOBODY, is_so ? setting->puk : NULL,
                   &token));
    enum err error =
        is_so ? token_init_pin(token, setting->new_pin) : token_set_pin(token, setting->puk, setting->new_pin);
    token_close(token);
    token_module_close(module);
    *ret_result = (struct bytes){0};
    return error;
}

enum err card_set_pin(struct arena *arena, const struct card_choice *choice, enum card_unlock_way way, const char *puk,
                      const char *new_pin)
{
    const struct pin_setting setting = {choice, way, puk, new_pin};
    struct bytes nothing;
    return child_run(arena, set_pin_in_child, &setting, SIGN_TIMEOUT_MS, &nothing);
}
