/* Whose a number is (spec 10, Owner acts): told by registers, learnt by forms' codes, and by activations. */
#include "base/clock.h"
#include "keeper/service.h"
#include "pki/signature.h"
#include "statement/owner_statement.h"

#include <string.h>

enum err know_number(struct keeper_service *service, struct arena *arena, const struct known_number *number,
                     int64_t now_s)
{
    bool is_new;
    TRY(store_number(service->store, number, &is_new));
    if (!is_new) return ERR_NONE;
    const char *body = arena_printf(arena, "%s %s", number->source, time_to_iso(arena, number->known_since_s));
    return journal_add(service->store, now_s, JOURNAL_NUMBER, hex_encode(arena, number->person), body);
}

struct telling {
    struct keeper_service *service;
    struct arena *arena;
    const struct known_number *number;
    int64_t now_s;
};

static enum err know_in_store(struct keeper_store *store, void *context)
{
    const struct telling *telling = context;
    return know_number(telling->service, telling->arena, telling->number, telling->now_s);
}

enum err tell_number(struct keeper_service *service, struct arena *arena, const struct known_number *number,
                     int64_t now_s)
{
    struct telling telling = {service, arena, number, now_s};
    return store_run(service->store, know_in_store, &telling);
}

static enum err forget_in_store(struct keeper_store *store, void *context)
{
    const struct telling *telling = context;
    const struct known_number *number = telling->number;
    bool was_known;
    TRY(forget_number(store, number->person, number->number, number->source, &was_known));
    if (!was_known) return ERR_NONE;
    return journal_add(store, telling->now_s, JOURNAL_FORGOTTEN, hex_encode(telling->arena, number->person),
                       number->source);
}

enum err take_back_number(struct keeper_service *service, struct arena *arena, const struct known_number *number,
                          int64_t now_s)
{
    struct telling telling = {service, arena, number, now_s};
    return store_run(service->store, forget_in_store, &telling);
}

enum err know_account(struct keeper_service *service, struct arena *arena, const struct keeper_owner_act *act,
                      int64_t now_s)
{
    struct bytes key;
    struct owner_statement statement;
    TRY(keeper_public_key(service, arena, &key));
    if (public_key_verify(key, SIGNATURE_ECDSA_SHA256, act->text, act->signature) != ERR_NONE)
        return err_set(ERR_FORBIDDEN, "an owner act that the keeper did not sign");
    TRY(owner_statement_read(arena, act->text, &statement));
    if (strcmp(statement.purpose, owner_purpose_words[OWNER_ACTIVATES]) != 0)
        return err_set(ERR_FORBIDDEN, "an owner act that activates no certificate");
    TRY(owner_statement_counts(&statement, statement.source_document)); /* else the signer did not activate by it */
    struct known_number number = {
        .source = owner_source_words[OWNER_SOURCE_ACCOUNT], .document = "", .known_since_s = statement.made_s};
    TRY(hex_decode(arena, statement.person, &number.person));
    TRY(hex_decode(arena, statement.number, &number.number));
    return tell_number(service, arena, &number, now_s);
}
