#include "responder/status_book.h"

#include "pki/signature.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SERIAL_SIZE 20 /* RFC 5280 4.1.2.2 */
#define FIRST_CAPACITY 1024 /* a power of two, as all that follow */

struct entry {
    uint8_t serial[SERIAL_SIZE]; /* big-endian, zeros before it; all zeros: free */
    uint8_t status, reason;
    bool is_reported;
    int64_t since_s, number;
};

struct status_book {
    pthread_rwlock_t lock; /* of all that follows */
    struct bytes signer_key;
    struct arena *arena; /* holds the key */
    struct status_newest newest;
    char digest[2 * SHA256_SIZE + 1]; /* of the newest statement */
    struct entry *entries; /* open addressing */
    size_t capacity, count;
};

struct status_book *status_book_new(struct bytes signer_key)
{
    struct status_book *book = memory_new(sizeof *book);
    pthread_rwlock_init(&book->lock, NULL);
    book->arena = arena_new();
    book->signer_key = bytes_copy(book->arena, signer_key);
    book->capacity = FIRST_CAPACITY;
    book->entries = memory_new(book->capacity * sizeof *book->entries);
    return book;
}

struct status_book *status_book_free(struct status_book *book)
{
    if (book == NULL) return NULL;
    pthread_rwlock_destroy(&book->lock);
    arena_free(book->arena);
    free(book->entries);
    free(book);
    return NULL;
}

static int digit_of(char character)
{
    return character >= '0' && character <= '9' ? character - '0' : character - 'a' + 10;
}

/* Statements have read it and OCSP requests have made it: hexadecimal, at most 40 digits; false: another one. */
static bool serial_of(const char *text, uint8_t ret_serial[SERIAL_SIZE])
{
    size_t length = strlen(text);
    if (length == 0 || length > 2 * (size_t)SERIAL_SIZE || strspn(text, "0123456789abcdef") != length) return false;
    memset(ret_serial, 0, SERIAL_SIZE);
    for (size_t i = 0; i < length; i++) {
        size_t half = length - 1 - i; /* from the right */
        ret_serial[SERIAL_SIZE - 1 - half / 2] |= (uint8_t)(digit_of(text[i]) << (half % 2 == 0 ? 0 : 4));
    }
    return true;
}

static bool is_free(const struct entry *entry)
{
    static const uint8_t none[SERIAL_SIZE];
    return memcmp(entry->serial, none, SERIAL_SIZE) == 0;
}

/* Serials are random, and only the signer's come in: their own octets spread them. */
static struct entry *place_of(struct entry *entries, size_t capacity, const uint8_t serial[SERIAL_SIZE])
{
    uint64_t hash = UINT64_C(1469598103934665603);
    for (size_t i = 0; i < SERIAL_SIZE; i++) hash = (hash ^ serial[i]) * UINT64_C(1099511628211); /* FNV-1a */
    size_t at = (size_t)hash & (capacity - 1);
    while (!is_free(&entries[at]) && memcmp(entries[at].serial, serial, SERIAL_SIZE) != 0)
        at = (at + 1) & (capacity - 1);
    return &entries[at];
}

static void grow(struct status_book *book)
{
    size_t capacity = book->capacity * 2;
    struct entry *entries = memory_new(capacity * sizeof *entries);
    for (size_t i = 0; i < book->capacity; i++)
        if (!is_free(&book->entries[i])) *place_of(entries, capacity, book->entries[i].serial) = book->entries[i];
    free(book->entries);
    book->entries = entries;
    book->capacity = capacity;
}

static void take_line(struct status_book *book, const struct status_statement_line *line, int64_t number)
{
    uint8_t serial[SERIAL_SIZE];
    if (!serial_of(line->serial, serial)) return; /* the statement's reader lets no other through */
    if (4 * (book->count + 1) > 3 * book->capacity) grow(book);
    struct entry *entry = place_of(book->entries, book->capacity, serial);
    if (is_free(entry)) {
        memcpy(entry->serial, serial, SERIAL_SIZE);
        book->count++;
    } else if (entry->status == STATUS_REVOKED && line->status != STATUS_REVOKED) {
        return; /* revoked is final, whoever says otherwise: the row that says so is reported */
    }
    entry->status = (uint8_t)line->status;
    entry->reason = (uint8_t)line->reason;
    entry->since_s = line->since_s;
    entry->number = number;
    entry->is_reported = false;
}

/* Each follows from the one before; ret_digest: of the last. */
static enum err read_chain(const struct status_book *book, struct arena *arena, const struct status_text *texts,
                           size_t count, struct status_statement *ret_statements, const char **ret_digest)
{
    const char *digest = book->newest.number == 0 ? NULL : arena_text(arena, book->digest);
    for (size_t i = 0; i < count; i++) {
        struct status_statement *statement = &ret_statements[i];
        int64_t number = book->newest.number + 1 + (int64_t)i;
        if (texts[i].number != number)
            return err_set(ERR_WRONG, "status: statement %lld is not there", (long long)number);
        if (status_statement_read(arena, texts[i].text, statement) != ERR_NONE || statement->number != number)
            return err_set(ERR_WRONG, "status: statement %lld is none", (long long)number);
        if (digest != NULL && strcmp(statement->previous, digest) != 0) /* the first has none: its reader's rule */
            return err_set(ERR_WRONG, "status: statement %lld does not follow from the one before it",
                           (long long)number);
        digest = hex_encode(arena, sha256(arena, texts[i].text));
    }
    *ret_digest = digest;
    return ERR_NONE;
}

/* Only one thread adds, so what it reads without the lock nobody changes. */
enum err status_book_add(struct status_book *book, struct arena *arena, const struct status_text *texts, size_t count)
{
    const char *digest;
    if (count == 0) return ERR_NONE;
    struct status_statement *statements = NEW_ARRAY(arena, struct status_statement, count);
    TRY(read_chain(book, arena, texts, count, statements, &digest));
    const struct status_text *last = &texts[count - 1];
    if (public_key_verify(book->signer_key, SIGNATURE_ECDSA_SHA256, last->text, last->signature) != ERR_NONE)
        return err_set(ERR_WRONG, "status: statement %lld is not signed by the signer", (long long)last->number);
    pthread_rwlock_wrlock(&book->lock);
    for (size_t i = 0; i < count; i++)
        for (size_t line = 0; line < statements[i].line_count; line++)
            take_line(book, &statements[i].lines[line], statements[i].number);
    book->newest = (struct status_newest){last->number, statements[count - 1].made_s};
    memcpy(book->digest, digest, sizeof book->digest);
    pthread_rwlock_unlock(&book->lock);
    return ERR_NONE;
}

struct status_newest status_book_newest(struct status_book *book)
{
    pthread_rwlock_rdlock(&book->lock);
    struct status_newest newest = book->newest;
    pthread_rwlock_unlock(&book->lock);
    return newest;
}

enum err status_book_find(struct status_book *book, const char *serial_text, struct said_status *ret_said)
{
    uint8_t serial[SERIAL_SIZE];
    if (!serial_of(serial_text, serial)) return err_set(ERR_NOT_FOUND, "status: not a serial");
    pthread_rwlock_rdlock(&book->lock);
    struct entry entry = *place_of(book->entries, book->capacity, serial);
    pthread_rwlock_unlock(&book->lock);
    if (is_free(&entry)) return err_set(ERR_NOT_FOUND, "status: the signer said nothing of this serial");
    *ret_said = (struct said_status){(enum status_word)entry.status, entry.reason, entry.since_s, entry.number};
    return ERR_NONE;
}

size_t status_book_count(struct status_book *book)
{
    pthread_rwlock_rdlock(&book->lock);
    size_t count = book->count;
    pthread_rwlock_unlock(&book->lock);
    return count;
}

bool status_book_is_first_report(struct status_book *book, const char *serial_text)
{
    uint8_t serial[SERIAL_SIZE];
    bool is_first = false;
    if (!serial_of(serial_text, serial)) return false;
    pthread_rwlock_wrlock(&book->lock);
    struct entry *entry = place_of(book->entries, book->capacity, serial);
    if (!is_free(entry)) {
        is_first = !entry->is_reported;
        entry->is_reported = true;
    }
    pthread_rwlock_unlock(&book->lock);
    return is_first;
}

bool status_row_says(const struct status_row *row, const struct said_status *said)
{
    static const char *const names[] = {
        [STATUS_SUSPENDED] = "suspended", [STATUS_ACTIVE] = "active", [STATUS_REVOKED] = "revoked"};
    return row->status != NULL && strcmp(row->status, names[said->status]) == 0 && row->reason == said->reason &&
           row->since_s == said->since_s && row->number == said->number;
}
