#include "signer/verify.h"

#include "base/file.h"
#include "signer/authority.h"
#include "signer/settings.h"

#include <string.h>

#define KEY_SIZE_MAX 1024

static void check_signature(struct findings *findings, struct bytes public_key, const char *what,
                            const struct journal_signed *row)
{
    if (public_key_verify(public_key, SIGNATURE_ECDSA_SHA256, row->text, row->signature) != ERR_NONE)
        findings_add(findings, "%s %lld is not signed by the signer", what, (long long)row->number);
}

static enum err check_heads(struct journal *journal, struct arena *arena, struct findings *findings,
                            struct signer_summary *summary)
{
    const struct journal_signed *heads;
    size_t count;
    TRY(journal_list_heads(journal, arena, &heads, &count));
    for (size_t i = 0; i < count; i++) {
        struct head_statement head;
        const char *hash;
        check_signature(findings, summary->public_key, "head", &heads[i]);
        enum err error = head_statement_read(arena, heads[i].text, &head);
        if (error == ERR_NONE) error = journal_hash_of(journal, arena, head.number, &hash);
        if (error == ERR_BROKEN) return error;
        if (error != ERR_NONE || head.number != heads[i].number || strcmp(head.hash, hash) != 0)
            findings_add(findings, "head %lld is not that of its record: the journal was made anew after it",
                         (long long)heads[i].number);
    }
    summary->heads = (int64_t)count;
    return ERR_NONE;
}

/* Read before the journal: a signer that goes on writes it after the record that it names. */
struct anchor {
    const char *path;
    bool is_there;
    const char *wrong; /* NULL: it reads */
    struct head_statement head;
};

static struct anchor read_anchor(struct arena *arena, const char *path, struct bytes public_key)
{
    struct anchor anchor = {.path = path, .is_there = file_exists(path)};
    if (anchor.is_there && anchor_read(arena, path, public_key, &anchor.head) != ERR_NONE)
        anchor.wrong = arena_text(arena, err_detail());
    return anchor;
}

static enum err check_anchor(struct journal *journal, struct arena *arena, const struct anchor *anchor,
                             struct findings *findings, struct signer_summary *summary)
{
    const char *hash;
    if (!anchor->is_there) findings_add(findings, "the anchor %s is gone", anchor->path);
    if (anchor->wrong != NULL)
        findings_add(findings, "the anchor %s is not this signer's: %s", anchor->path, anchor->wrong);
    if (!anchor->is_there || anchor->wrong != NULL) return ERR_NONE;
    enum err error = journal_hash_of(journal, arena, anchor->head.number, &hash);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (error == ERR_NOT_FOUND)
        findings_add(findings,
                     "the journal ends at record %lld, and its anchor names record %lld: an older one was put back",
                     (long long)summary->records, (long long)anchor->head.number);
    else if (strcmp(hash, anchor->head.hash) != 0)
        findings_add(findings, "record %lld is not the one that the anchor names: another history",
                     (long long)anchor->head.number);
    summary->anchored = anchor->head.number;
    return ERR_NONE;
}

/* That each text is the one its record names is looked at whenever the journal is opened. */
static void check_said(struct arena *arena, const char *what, const struct journal_signed *rows, size_t count,
                       struct findings *findings, const struct signer_summary *summary,
                       const struct signer_word **ret_words)
{
    struct signer_word *words = NEW_ARRAY(arena, struct signer_word, count + 1);
    for (size_t i = 0; i < count; i++) {
        check_signature(findings, summary->public_key, what, &rows[i]);
        words[i] = (struct signer_word){rows[i].number, {rows[i].text, rows[i].signature}};
    }
    *ret_words = words;
}

static enum err check_journal(struct journal *journal, struct arena *arena, const struct anchor *anchor,
                              struct findings *findings, struct signer_summary *summary)
{
    struct journal_head newest;
    const struct journal_signed *rows;
    TRY(journal_snapshot(journal));
    TRY(journal_newest(journal, arena, &newest));
    summary->records = newest.number;
    TRY(check_heads(journal, arena, findings, summary));
    TRY(check_anchor(journal, arena, anchor, findings, summary));
    TRY(journal_list_statements(journal, arena, 0, INT64_MAX, &rows, &summary->statements_count));
    check_said(arena, "statement on status", rows, summary->statements_count, findings, summary, &summary->statements);
    TRY(journal_list_trees(journal, arena, &rows, &summary->trees_count));
    check_said(arena, "head of the audit tree", rows, summary->trees_count, findings, summary, &summary->trees);
    return ERR_NONE;
}

enum err signer_verify(struct arena *arena, const struct installation *installation, struct findings *findings,
                       struct signer_summary *ret_summary)
{
    struct signer_settings settings;
    struct signer_summary summary = {0};
    struct journal *journal;
    TRY(signer_settings_load(arena, installation, &settings));
    TRY(file_read(arena, installation_path(arena, installation, "signer/signer.pub"), KEY_SIZE_MAX,
                  &summary.public_key));
    const struct anchor anchor = read_anchor(arena, settings.anchor, summary.public_key);
    enum err error = journal_open_read_only(installation_path(arena, installation, "signer/signer.db"), &journal);
    if (error == ERR_BROKEN) {
        findings_add(findings, "%s", err_detail());
        *ret_summary = summary;
        return ERR_NONE;
    }
    TRY(error);
    summary.is_whole = true;
    error = check_journal(journal, arena, &anchor, findings, &summary);
    journal_close(journal);
    TRY(error);
    *ret_summary = summary;
    return ERR_NONE;
}
