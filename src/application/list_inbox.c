/* The officer's inbox: applications of the institution and below, oldest first, with opened names (spec 04). */
#include "application/store.h"

#include "application_sql.h"
#include "base/log.h"

#include <string.h>

#define SEARCH_WORDS 4

struct listing {
    struct arena *arena;
    const struct staff_account *account;
    const struct inbox_filter *filter;
    struct bytes tags[SEARCH_WORDS]; /* fewer words: the last one again; no bytes without a search */
    struct inbox inbox;
    int64_t *person_ids;
    struct bytes *sealed_forms;
};

static enum err read_counts(struct db_tx *tx, struct listing *listing)
{
    const struct db_rows *rows;

    TRY(db_rows(tx, listing->arena, &sql_count_inbox,
                DB_WITH(DB_INT64("institution_id", listing->account->institution_id)), &rows));
    for (size_t i = 0; i < db_count(rows); i++) {
        enum application_state state;
        TRY(application_state_from_name(db_text(rows, i, "state"), &state));
        listing->inbox.counts[state] = db_int64(rows, i, "applications");
    }
    return ERR_NONE;
}

static enum err read_row(const struct db_rows *rows, size_t i, struct listing *listing)
{
    struct inbox_row *row = &listing->inbox.rows[i];

    *row = (struct inbox_row){
        .application_id = db_int64(rows, i, "id"),
        .uid = db_text(rows, i, "uid"),
        .barcode = db_text(rows, i, "barcode"),
        .reason = application_reason_from_name(db_text(rows, i, "reason")),
        .way = application_way_from_name(db_text(rows, i, "way")),
        .institution_name = db_text(rows, i, "institution_name"),
        .confirmed_s = db_int64(rows, i, "confirmed_s"),
        .is_own = db_int64(rows, i, "person_id") == listing->account->person_id,
        .refusal = db_text(rows, i, "refusal"),
        .has_left = db_int64(rows, i, "memberships") == 0,
        .has_approved = db_int64(rows, i, "approvals") > 0,
    };
    listing->person_ids[i] = db_int64(rows, i, "person_id");
    listing->sealed_forms[i] = db_bytes(rows, i, "sealed_form");
    return application_state_from_name(db_text(rows, i, "state"), &row->state);
}

static enum err read_inbox(struct db_tx *tx, void *context)
{
    struct listing *listing = context;
    const struct inbox_filter *filter = listing->filter;
    const struct db_rows *rows;

    TRY(read_counts(tx, listing));
    TRY(db_rows(tx, listing->arena, &sql_list_inbox,
                DB_WITH(DB_INT64("institution_id", listing->account->institution_id),
                        DB_INT64("account_id", listing->account->id),
                        DB_INT64("since_s", clock_now_s() - DECISION_VALID_S),
                        DB_TEXT("state", filter->has_state ? application_state_name(filter->state) : ""),
                        DB_INT64("is_search", filter->name != NULL), DB_BYTES("tag_1", listing->tags[0]),
                        DB_BYTES("tag_2", listing->tags[1]), DB_BYTES("tag_3", listing->tags[2]),
                        DB_BYTES("tag_4", listing->tags[3]), DB_INT64("limit", filter->limit)),
                &rows));
    size_t count = db_count(rows);
    listing->inbox.row_count = count;
    listing->inbox.rows = NEW_ARRAY(listing->arena, struct inbox_row, count);
    listing->person_ids = NEW_ARRAY(listing->arena, int64_t, count);
    listing->sealed_forms = NEW_ARRAY(listing->arena, struct bytes, count);
    for (size_t i = 0; i < count; i++) TRY(read_row(rows, i, listing));
    return ERR_NONE;
}

static enum err read_names(struct db *db, struct keeper *keeper, struct listing *listing, size_t i)
{
    struct inbox_row *row = &listing->inbox.rows[i];
    struct application_form form;
    struct person person;
    struct bytes json;

    TRY(open_person(db, keeper, listing->arena, listing->person_ids[i], &person));
    enum err error = person_unseal(listing->arena, &person, FORM_COLUMN, row->uid, listing->sealed_forms[i], &json);
    if (error == ERR_NONE) error = form_parse(listing->arena, json, &form);
    if (error == ERR_NONE) {
        row->given_names = form.given_names;
        row->surname = form.surname;
        row->unit = form.unit;
        row->identity_number = person.details.identity_number;
    }
    person_close(&person);
    return error;
}

/* One that opens no more (of an erased person, or damaged) is shown without a name: it must not close the whole desk. */
static enum err open_row(struct db *db, struct keeper *keeper, struct listing *listing, size_t i)
{
    enum err error = read_names(db, keeper, listing, i);
    bool is_lost = error == ERR_NOT_FOUND || error == ERR_WRONG || err_class(error) == ERR_CLASS_BROKEN;
    if (error == ERR_NONE || !is_lost) return error;
    struct inbox_row *row = &listing->inbox.rows[i];
    log_error("inbox_row", error, "application", row->uid, NULL);
    row->given_names = row->surname = row->unit = row->identity_number = "";
    return ERR_NONE;
}

static enum err tag_words(struct keeper *keeper, const char *name, struct listing *listing)
{
    struct name_tags words;
    TRY(make_name_tags(keeper, listing->arena, name, &words));
    if (words.count == 0) return err_set(ERR_INVALID, "a name without a letter");
    for (size_t i = 0; i < SEARCH_WORDS; i++) listing->tags[i] = words.tags[i < words.count ? i : words.count - 1];
    return ERR_NONE;
}

enum err list_inbox(struct db *db, struct keeper *keeper, struct arena *arena, int64_t account_id,
                    const struct inbox_filter *filter, struct inbox *ret_inbox)
{
    struct staff_account account;
    struct listing listing = {.arena = arena, .account = &account, .filter = filter};

    if (filter->limit < 1 || filter->limit > 500) return err_set(ERR_INVALID, "inbox: 1 to 500 rows");
    TRY(find_staff_account(db, arena, account_id, &account));
    if (filter->name != NULL) TRY(tag_words(keeper, filter->name, &listing));
    TRY(db_read(db, read_inbox, &listing));
    for (size_t i = 0; i < listing.inbox.row_count; i++) TRY(open_row(db, keeper, &listing, i));
    *ret_inbox = listing.inbox;
    return ERR_NONE;
}
