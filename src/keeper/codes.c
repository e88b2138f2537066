/* One-time codes (spec 01, 3 and 4 SMS) and TOTP (spec 04). */
#include "base/clock.h"
#include "base/turkish.h"
#include "keeper/service.h"
#include "keeper/totp.h"

#include <string.h>

#define CODE_PAUSE_S 60
#define CODES_A_DAY 5
#define WRONG_TRIES_MAX 5
#define NUMBER_PAUSE_S 3600
#define NAME_SIZE_MAX 200
#define CODE_DIGITS 6
#define TOTP_WRONG_MAX 5
#define TOTP_WRONG_S ((int64_t)15 * 60)
#define PURPOSE_AT (CODE_DIGITS + MOBILE_DIGITS) /* in the sealed text */
#define CODES_FOR_NUMBER 20 /* a day, for whatever purpose: nobody's phone is flooded, no code guessed */

static enum err owner_of(struct arena *arena, const char *purpose, const char *subject, struct bytes *ret_owner)
{
    if (purpose[0] == '\0' || subject[0] == '\0' || strlen(purpose) > NAME_SIZE_MAX || strlen(subject) > NAME_SIZE_MAX)
        return err_set(ERR_INVALID, "a purpose and a subject of 1 to %d bytes", NAME_SIZE_MAX);
    /* the length keeps 'ab','c' and 'a','bc' apart */
    *ret_owner = sha256(arena, bytes_of_text(arena_printf(arena, "%zu:%s:%s", strlen(purpose), purpose, subject)));
    return ERR_NONE;
}

static const char *code_context(struct arena *arena, const char *code_id, struct bytes owner)
{
    return arena_printf(arena, "code:%s:%s", code_id, hex_encode(arena, owner));
}

/* Seconds until another code may be made; `codes` are newest first. */
static int64_t wait_for_next(const struct kept_code *codes, size_t count, int64_t now_s)
{
    int64_t wait_s = 0;
    if (count > 0) wait_s = codes[0].created_s + CODE_PAUSE_S - now_s;
    if (count >= CODES_A_DAY && codes[CODES_A_DAY - 1].created_s + DAY_S - now_s > wait_s)
        wait_s = codes[CODES_A_DAY - 1].created_s + DAY_S - now_s;
    return wait_s > 0 ? wait_s : 0;
}

/* The digits, the number and the purpose, in one sealed text: they are never told apart from each other. */
static struct bytes seal_code(struct keeper_service *service, struct arena *arena, const struct kept_code *code,
                              const struct keeper_code_request *request)
{
    char plain[PURPOSE_AT + NAME_SIZE_MAX];
    const size_t purpose_size = strlen(request->purpose); /* owner_of() looked */
    for (size_t i = 0; i < CODE_DIGITS; i++) plain[i] = (char)('0' + random_below(10));
    memcpy(plain + CODE_DIGITS, request->number, MOBILE_DIGITS);
    memcpy(plain + PURPOSE_AT, request->purpose, purpose_size);
    struct bytes sealed =
        epoch_seal(service, arena, EPOCH_CODE, (struct bytes){(uint8_t *)plain, PURPOSE_AT + purpose_size},
                   code_context(arena, code->id, code->owner));
    secret_wipe(plain, sizeof plain);
    return sealed;
}

enum err make_code(struct keeper_service *service, struct arena *arena, const struct keeper_code_request *request,
                   int64_t now_s, struct keeper_code_made *ret_made)
{
    struct code_owner whose;
    struct bytes owner;
    if (strlen(request->number) != MOBILE_DIGITS || !ascii_is_digits(request->number))
        return err_set(ERR_INVALID, "a number of %d digits", MOBILE_DIGITS);
    TRY(find_code_owner(service, arena, request, &whose));
    TRY(owner_of(arena, request->purpose, whose.subject, &owner));
    TRY(forget_codes(service->store, now_s - DAY_S));
    const struct kept_code *codes;
    size_t count;
    TRY(list_codes(service->store, arena, owner, &codes, &count));
    int64_t of_number, wait_s = wait_for_next(codes, count, now_s);
    TRY(count_codes(service->store, number_tag(service, arena, request->number), &of_number));
    if (of_number >= CODES_FOR_NUMBER && wait_s < NUMBER_PAUSE_S) wait_s = NUMBER_PAUSE_S;
    if (wait_s > 0) {
        *ret_made = (struct keeper_code_made){.code_id = "", .wait_s = wait_s};
        return ERR_NONE;
    }
    struct kept_code code = {.id = random_hex(arena, 16),
                             .owner = owner,
                             .person = person_tag(service, arena, whose.identity_number),
                             .number = number_tag(service, arena, request->number),
                             .created_s = now_s,
                             .valid_until_s = now_s + KEEPER_CODE_VALID_S};
    code.sealed = seal_code(service, arena, &code, request);
    code.epoch = newest_epoch(service)->number;
    TRY(store_code(service->store, &code));
    *ret_made = (struct keeper_code_made){.code_id = code.id, .valid_until_s = code.valid_until_s};
    return ERR_NONE;
}

/* For the caller to wipe. */
static enum err open_code(struct keeper_service *service, struct arena *arena, const struct kept_code *code,
                          struct bytes *ret_plain)
{
    struct bytes plain;
    TRY(epoch_open(service, arena, EPOCH_CODE, code->epoch, code->sealed, code_context(arena, code->id, code->owner),
                   &plain));
    if (plain.size < PURPOSE_AT) return err_set(ERR_BROKEN, "a code of %zu bytes", plain.size);
    *ret_plain = plain;
    return ERR_NONE;
}

static void wipe(struct bytes plain)
{
    secret_wipe((void *)(uintptr_t)plain.data, plain.size);
}

/* For the counts of a day they stay, though they are valid for minutes: so they go into the next epoch too. */
enum err reseal_codes(struct keeper_service *service, struct arena *arena, int64_t limit)
{
    const int64_t epoch = newest_epoch(service)->number;
    const struct kept_code *codes;
    size_t count;
    TRY(list_codes_before(service->store, arena, epoch, limit, &codes, &count));
    for (size_t i = 0; i < count; i++) {
        struct bytes plain;
        TRY(open_code(service, arena, &codes[i], &plain));
        struct bytes sealed =
            epoch_seal(service, arena, EPOCH_CODE, plain, code_context(arena, codes[i].id, codes[i].owner));
        wipe(plain);
        TRY(update_code_seal(service->store, codes[i].id, epoch, sealed));
    }
    return ERR_NONE;
}

enum err code_text(struct keeper_service *service, struct arena *arena, const char *code_id, int64_t now_s,
                   struct keeper_code *ret_code)
{
    struct kept_code code;
    TRY(find_code(service->store, arena, code_id, &code));
    if (now_s >= code.valid_until_s) return err_set(ERR_EXPIRED, "the code's time has run out");
    struct bytes plain;
    TRY(open_code(service, arena, &code, &plain));
    const char *text = (const char *)plain.data;
    *ret_code = (struct keeper_code){
        .digits = arena_text_n(arena, text, CODE_DIGITS),
        .number = arena_text_n(arena, text + CODE_DIGITS, MOBILE_DIGITS),
        .purpose = arena_text_n(arena, text + PURPOSE_AT, plain.size - PURPOSE_AT),
    };
    wipe(plain);
    return ERR_NONE;
}

/* What the codes of an owner say to what was typed: each is opened, so that the time tells nothing. */
struct code_verdict {
    const struct kept_code *matched; /* valid, unused, with tries left */
    bool is_late; /* right once */
    bool has_open; /* there is one with tries left */
    bool is_locked; /* there is a valid one without */
};

static enum err judge(struct keeper_service *service, struct arena *arena, const struct kept_code *codes, size_t count,
                      struct bytes typed, int64_t now_s, struct code_verdict *ret_verdict)
{
    struct code_verdict verdict = {0};
    for (size_t i = 0; i < count; i++) {
        struct bytes plain;
        TRY(open_code(service, arena, &codes[i], &plain));
        bool is_match = bytes_equal((struct bytes){plain.data, CODE_DIGITS}, typed);
        wipe(plain);
        if (codes[i].is_used) continue;
        if (now_s >= codes[i].valid_until_s) {
            verdict.is_late |= is_match;
        } else if (codes[i].wrong_tries >= WRONG_TRIES_MAX) {
            verdict.is_locked = true;
        } else {
            verdict.has_open = true;
            if (is_match) verdict.matched = &codes[i];
        }
    }
    *ret_verdict = verdict;
    return ERR_NONE;
}

enum err check_code(struct keeper_service *service, struct arena *arena, const char *purpose, const char *subject,
                    const char *document, const char *typed, int64_t now_s, struct keeper_owner_act *ret_act)
{
    struct bytes owner;
    TRY(owner_of(arena, purpose, subject, &owner));
    TRY(check_wrong_codes(service, now_s));
    const struct kept_code *codes;
    size_t count;
    TRY(list_codes(service->store, arena, owner, &codes, &count));
    struct code_verdict verdict;
    TRY(judge(service, arena, codes, count, bytes_of_text(typed), now_s, &verdict));
    if (verdict.matched != NULL) {
        return make_owner_act(service, arena, purpose, subject, document, verdict.matched, now_s, ret_act);
    }
    TRY(spend_wrong_code(service, arena, now_s));
    TRY(count_wrong_try(service->store, owner, now_s));
    if (verdict.is_locked && !verdict.has_open) return err_set(ERR_TOO_MANY, "five wrong tries; a new code is needed");
    if (verdict.is_late) return err_set(ERR_EXPIRED, "the code's time has run out");
    return err_set(ERR_WRONG, "not a code that is valid now");
}

/* In front of the secret, in one sealed text: whose it is. */
struct bytes seal_totp(struct keeper_service *service, struct arena *arena, const char *context,
                       const char *identity_number, struct bytes secret)
{
    CLEANUP_BUFFER struct buffer plain = BUFFER_EMPTY;
    buffer_add(&plain, person_tag(service, arena, identity_number));
    buffer_add(&plain, secret);
    struct bytes sealed = seal(arena, service->keys->keys[KEEPER_SECRET], buffer_bytes(&plain),
                               arena_printf(arena, "secret:%s", context));
    wipe(buffer_bytes(&plain));
    return sealed;
}

/* For the caller to wipe: `plain`, which holds the two others. */
static enum err open_totp(struct keeper_service *service, struct arena *arena, const char *context, struct bytes sealed,
                          struct bytes *ret_plain, struct bytes *ret_person, struct bytes *ret_secret)
{
    struct bytes plain;
    TRY(seal_open(arena, service->keys->keys[KEEPER_SECRET], sealed, arena_printf(arena, "secret:%s", context),
                  &plain));
    if (plain.size <= SHA256_SIZE) return err_set(ERR_BROKEN, "a secret of %zu bytes", plain.size);
    *ret_plain = plain;
    *ret_person = bytes_copy(arena, (struct bytes){plain.data, SHA256_SIZE});
    *ret_secret = (struct bytes){plain.data + SHA256_SIZE, plain.size - SHA256_SIZE};
    return ERR_NONE;
}

struct totp_use {
    const char *name;
    struct bytes owner;
    int64_t step, now_s;
};

static enum err use_totp(struct keeper_store *store, void *context)
{
    const struct totp_use *use = context;
    TRY(store_totp_step(store, use->owner, use->step));
    return journal_add(store, use->now_s, JOURNAL_GRANT, use->name, "");
}

/* RFC 6238 gives three codes at a time: five tries in a quarter of an hour guess one in 16,000 hours. */
static enum err check_totp_tries(struct keeper_service *service, struct bytes owner, int64_t now_s)
{
    int64_t count;
    TRY(check_wrong_codes(service, now_s));
    TRY(count_totp_wrong(service->store, owner, now_s - TOTP_WRONG_S, now_s, &count));
    return count < TOTP_WRONG_MAX ? ERR_NONE : err_set(ERR_TOO_MANY, "five wrong codes in 15 minutes");
}

static enum err count_wrong_totp(struct keeper_service *service, struct arena *arena, struct bytes owner, int64_t now_s)
{
    TRY(spend_wrong_code(service, arena, now_s));
    TRY(add_totp_wrong(service->store, owner, now_s, now_s - TOTP_WRONG_S));
    return err_set(ERR_WRONG, "not the code of this time, or used before");
}

enum err check_totp(struct keeper_service *service, struct arena *arena, const char *context, struct bytes sealed,
                    const char *typed, int64_t last_step, int64_t now_s, int64_t *ret_step, struct bytes *ret_grant)
{
    struct bytes plain, person, secret;
    TRY(open_totp(service, arena, context, sealed, &plain, &person, &secret));
    /* RFC 6238 5.2: each step once, also when the asker forgets. A new secret begins anew. */
    const struct bytes owner = sha256(arena, sealed);
    int64_t used_step, step;
    enum err error = check_totp_tries(service, owner, now_s);
    if (error == ERR_NONE) error = find_totp_step(service->store, owner, &used_step);
    if (error == ERR_NONE)
        error = totp_match(secret, typed, now_s, used_step > last_step ? used_step : last_step, &step);
    wipe(plain);
    if (error == ERR_WRONG) return count_wrong_totp(service, arena, owner, now_s);
    TRY(error);
    struct totp_use use = {hex_encode(arena, owner), owner, step, now_s};
    TRY(store_run(service->store, use_totp, &use));
    *ret_step = step;
    *ret_grant = make_grant(service, arena, person, now_s); /* one budget a person, however they log in */
    return ERR_NONE;
}
