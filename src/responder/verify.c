#include "responder/verify.h"

#include "responder_sql.h"

#define AT_ONCE 500
#define ISSUER "issuing"

struct looking {
    struct arena *page;
    const struct status_text *texts;
    size_t count;
    struct findings *findings;
    size_t found_before;
    struct bytes signer_key;
    struct status_summary summary;
};

/* One at a time: each signature is looked at, not the last of many alone. */
static enum err read_statement(struct looking *looking, struct status_book *book, const struct db_rows *rows,
                               size_t row, bool *is_over)
{
    struct status_text text = {db_int64(rows, row, "number"), db_bytes(rows, row, "text"),
                               db_bytes(rows, row, "signature")};
    enum err error = status_book_add(book, looking->page, &text, 1);
    if (error == ERR_WRONG) {
        findings_add(looking->findings, "%s", err_detail());
        *is_over = true;
        return ERR_NONE;
    }
    TRY(error);
    size_t at = (size_t)text.number - 1;
    if (at < looking->count && !bytes_equal(text.text, looking->texts[at].text))
        findings_add(looking->findings, "status: statement %lld is not the one of the signer's journal",
                     (long long)text.number);
    return ERR_NONE;
}

static enum err read_statements(struct db_tx *tx, struct looking *looking, struct status_book *book)
{
    const struct db_rows *rows;
    bool is_over = false;
    do {
        arena_reset(looking->page);
        TRY(db_rows(tx, looking->page, &sql_list_statements,
                    DB_WITH(DB_INT64("after", status_book_newest(book).number), DB_INT64("limit", AT_ONCE)), &rows));
        for (size_t i = 0; i < db_count(rows) && !is_over; i++) TRY(read_statement(looking, book, rows, i, &is_over));
    } while (db_count(rows) == AT_ONCE && !is_over);
    return ERR_NONE;
}

static void compare_row(struct looking *looking, struct status_book *book, const struct db_rows *rows, size_t i)
{
    struct said_status said;
    const char *serial = db_text(rows, i, "serial");
    struct status_row row = {db_text(rows, i, "status"), db_int64(rows, i, "reason"), db_int64(rows, i, "since_s"),
                             db_int64(rows, i, "change_number")};
    if (status_book_find(book, serial, &said) != ERR_NONE)
        findings_add(looking->findings, "status: the row of %s was made up: the signer said nothing of it", serial);
    else if (!status_row_says(&row, &said))
        findings_add(looking->findings, "status: the row of %s says %s: the signer said %s", serial, row.status,
                     status_words[said.status]);
}

static enum err compare_rows(struct db_tx *tx, struct looking *looking, struct status_book *book)
{
    const char *after = "";
    const struct db_rows *rows;
    size_t count = 0;
    CLEANUP_ARENA struct arena *own = arena_new();
    do {
        arena_reset(looking->page);
        TRY(db_rows(tx, looking->page, &sql_list_status,
                    DB_WITH(DB_TEXT("after", after), DB_TEXT("issuer", ISSUER), DB_INT64("limit", AT_ONCE)), &rows));
        for (size_t i = 0; i < db_count(rows); i++) compare_row(looking, book, rows, i);
        count += db_count(rows);
        arena_reset(own);
        if (db_count(rows) > 0) after = arena_text(own, db_text(rows, db_count(rows) - 1, "serial"));
    } while (db_count(rows) == AT_ONCE);
    if (count < status_book_count(book))
        findings_add(looking->findings, "status: the signer spoke of %zu certificates, and there are rows of %zu",
                     status_book_count(book), count);
    return ERR_NONE;
}

static enum err look(struct db_tx *tx, void *context)
{
    struct looking *looking = context;
    struct status_book *book = status_book_new(looking->signer_key);
    looking->findings->count = looking->found_before; /* this may be another try */
    enum err error = read_statements(tx, looking, book);
    if (error == ERR_NONE) error = compare_rows(tx, looking, book);
    looking->summary = (struct status_summary){status_book_newest(book).number, (int64_t)status_book_count(book)};
    status_book_free(book);
    return error;
}

enum err status_verify(struct db *db, struct bytes signer_key, const struct status_text *texts, size_t count,
                       struct findings *findings, struct status_summary *ret_summary)
{
    CLEANUP_ARENA struct arena *page = arena_new();
    struct looking looking = {.page = page,
                              .texts = texts,
                              .count = count,
                              .findings = findings,
                              .found_before = findings->count,
                              .signer_key = signer_key};
    TRY(db_read(db, look, &looking));
    *ret_summary = looking.summary;
    return ERR_NONE;
}
