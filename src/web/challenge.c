#include "web/challenge.h"

#include "base/clock.h"
#include "base/secret.h"
#include "challenge_sql.h"
#include "web/context.h"

#include <string.h>

#define LENGTH 5
#define VALID_S 600
#define TOKEN_SIZE 16
#define SWEEP_ONE_IN 32

/* Without 0 O Q D, 1 I L, 2 Z, 5 S, 8 B, 6 G, U V: nobody should have to guess. */
static const char alphabet[] = "ACEFHJKMNPRTWXY3479";

struct challenge_row {
    struct arena *arena;
    const char *token;
    const char *answer;
    int64_t now_s;
    bool sweeps;
    const struct db_rows *rows;
};

static enum err insert_row(struct db_tx *tx, void *context)
{
    const struct challenge_row *row = context;
    if (row->sweeps) TRY(db_exec(tx, &sql_challenge_delete_over, DB_WITH(DB_INT64("now_s", row->now_s)), NULL));
    return db_exec(tx, &sql_challenge_insert,
                   DB_WITH(DB_TEXT("token", row->token), DB_TEXT("answer", row->answer),
                           DB_INT64("expires_s", row->now_s + VALID_S)),
                   NULL);
}

static enum err find_row(struct db_tx *tx, void *context)
{
    struct challenge_row *row = context;
    return db_rows(tx, row->arena, &sql_challenge_find,
                   DB_WITH(DB_TEXT("token", row->token), DB_INT64("now_s", row->now_s)), &row->rows);
}

static enum err take_row(struct db_tx *tx, void *context)
{
    struct challenge_row *row = context;
    return db_rows(tx, row->arena, &sql_challenge_take,
                   DB_WITH(DB_TEXT("token", row->token), DB_INT64("now_s", row->now_s)), &row->rows);
}

static enum err make(struct http_request *request, struct challenge *ret_challenge)
{
    const struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    char answer[LENGTH + 1] = "";
    for (size_t i = 0; i < LENGTH; i++) answer[i] = alphabet[random_below(sizeof(alphabet) - 1)];
    struct challenge_row row = {.token = random_hex(arena, TOKEN_SIZE),
                                .answer = answer,
                                .now_s = clock_now_s(),
                                .sweeps = random_below(SWEEP_ONE_IN) == 0};
    TRY(db_run(web->db, insert_row, &row));
    *ret_challenge = (struct challenge){
        .token = row.token,
        .answer = web->installation->is_demo ? arena_text(arena, answer) : NULL,
    };
    return ERR_NONE;
}

/* What was typed, as the alphabet writes it. */
static const char *normalise(struct arena *arena, const char *typed)
{
    char *text = arena_alloc(arena, strlen(typed) + 1);
    size_t length = 0;
    for (const char *c = typed; *c != '\0'; c++) {
        if (*c != ' ') text[length++] = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    }
    return text;
}

/* `take`: found once. ERR_WRONG: not what the picture said, or its time or its one try is over. */
static enum err check(struct http_request *request, const struct form *form, const char *answer_field, db_act take)
{
    struct arena *arena = http_arena(request);
    struct challenge_row row = {.arena = arena, .token = form_value(form, "challenge"), .now_s = clock_now_s()};
    TRY(db_run(web_of(request)->db, take, &row));
    if (db_count(row.rows) == 0) return err_set(ERR_WRONG, "no such picture, or too old");
    const char *typed = normalise(arena, form_value(form, answer_field));
    if (!bytes_equal(bytes_of_text(db_text(row.rows, 0, "answer")), bytes_of_text(typed)))
        return err_set(ERR_WRONG, "not what the picture says");
    return ERR_NONE;
}

enum err challenge_check_form(struct http_request *request, struct form *form, const char *answer_field)
{
    if (form_value(form, answer_field)[0] == '\0') {
        form_mistake(form, answer_field, TR("Type the characters in the picture"));
        return ERR_NONE;
    }
    bool is_kept = form->errors > 0;
    enum err error = is_kept ? check(request, form, answer_field, find_row) : ERR_WRONG;
    if (error == ERR_NONE) return ERR_NONE;
    /* used up: by a right answer when nothing else is wrong, by a wrong one always */
    if (error == ERR_WRONG) error = check(request, form, answer_field, take_row);
    if (error != ERR_NONE && error != ERR_WRONG) return error;
    if (error == ERR_WRONG)
        form_mistake(form, answer_field, TR("These were not the characters in the picture. Here is a new one"));
    form_set(form, answer_field, "");
    return ERR_NONE;
}

enum err challenge_of_form(struct http_request *request, struct form *form, const char *answer_field,
                           struct challenge *ret_challenge)
{
    if (form_value(form, answer_field)[0] == '\0') return make(request, ret_challenge);
    *ret_challenge = (struct challenge){
        .token = form_value(form, "challenge"),
        .answer = web_of(request)->installation->is_demo ? form_value(form, answer_field) : NULL,
    };
    return ERR_NONE;
}

bool challenge_is_new_wanted(struct form *form, const char *answer_field)
{
    if (form_value(form, "new_picture")[0] == '\0') return false;
    form_forget_mistakes(form);
    form_set(form, answer_field, "");
    return true;
}

/* Of the picture of the path: its answer, and the seed, which follows from the token: the same each time it is asked. */
static enum err find_shown(struct http_request *request, const char **ret_answer, struct bytes *ret_seed)
{
    struct arena *arena = http_arena(request);
    struct challenge_row row = {.arena = arena, .token = http_path(request, "token"), .now_s = clock_now_s()};
    TRY(db_read(web_of(request)->db, find_row, &row));
    if (db_count(row.rows) == 0) return err_set(ERR_NOT_FOUND, "no such picture, or too old");
    *ret_answer = db_text(row.rows, 0, "answer");
    *ret_seed = hmac_sha256(arena, web_of(request)->key, bytes_of_text(row.token));
    return ERR_NONE;
}

enum err challenge_show(struct http_request *request)
{
    const char *answer;
    struct bytes seed;
    TRY(find_shown(request, &answer, &seed));
    return http_answer(request, 200, "image/png", challenge_draw(http_arena(request), answer, seed));
}

enum err challenge_say(struct http_request *request)
{
    const char *answer;
    struct bytes seed;
    TRY(find_shown(request, &answer, &seed));
    return http_answer(request, 200, "audio/wav",
                       challenge_speak(http_arena(request), answer, http_language(request), seed));
}
