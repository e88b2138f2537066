/* The signer's own word: heads of its journal and their anchor, statements on status, heads of the audit tree. */
#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "pki/merkle.h"
#include "signer/authority.h"
#include "statement/head_statement.h"
#include "statement/status_statement.h"

#include <stdio.h>
#include <string.h>

#define ANCHOR_SIZE_MAX 4096
#define SIGNATURE_LABEL "İmza: "
#define QUIET_S ((int64_t)15 * 60) /* after so long a statement says that nothing changed */
#define FRAME_SIZE_MAX (900 * 1024)

static enum err sign(const struct authority *authority, struct arena *arena, struct bytes text,
                     struct bytes *ret_signature)
{
    return authority->own.sign(authority->own.context, text, arena, ret_signature);
}

enum err authority_sign_registry(const struct authority *authority, struct arena *arena, struct bytes *ret_signature)
{
    return sign(authority, arena, authority->registry_text, ret_signature);
}

enum err authority_is_open(const struct authority *authority)
{
    return authority->closed[0] == '\0' ? ERR_NONE : err_set(ERR_UNAVAILABLE, "%s", authority->closed);
}

static void close_because(struct authority *authority, const char *why)
{
    snprintf(authority->closed, sizeof authority->closed, "%s", why);
}

/* -- the anchor: the text of `head 1` and a line with its signature -- */

static enum err anchor_write(const struct authority *authority, struct arena *arena, const struct journal_signed *head)
{
    CLEANUP_BUFFER struct buffer text = BUFFER_EMPTY;
    buffer_add(&text, head->text);
    buffer_printf(&text, SIGNATURE_LABEL "%s\n", base64_encode(arena, head->signature));
    return file_write(authority->anchor, buffer_bytes(&text), 0644);
}

enum err anchor_read(struct arena *arena, const char *path, struct bytes public_key, struct head_statement *ret_head)
{
    struct bytes content, signature;
    TRY(file_read(arena, path, ANCHOR_SIZE_MAX, &content));
    char *text = (char *)(uintptr_t)bytes_to_text(arena, content); /* in our arena: ours to cut */
    char *line = text == NULL ? NULL : strstr(text, SIGNATURE_LABEL);
    if (line == NULL) return err_set(ERR_INVALID, "the anchor has no signature");
    struct bytes signed_text = {content.data, (size_t)(line - text)};
    line += strlen(SIGNATURE_LABEL);
    line[strcspn(line, "\n")] = '\0';
    TRY(base64_decode(arena, line, &signature));
    TRY(public_key_verify(public_key, SIGNATURE_ECDSA_SHA256, signed_text, signature));
    return head_statement_read(arena, signed_text, ret_head);
}

static enum err compare(struct authority *authority, struct arena *arena, const struct head_statement *anchored)
{
    const char *hash;
    struct journal_head newest;
    TRY(journal_newest(authority->journal, arena, &newest));
    enum err error = journal_hash_of(authority->journal, arena, anchored->number, &hash);
    if (error == ERR_NOT_FOUND) {
        close_because(authority,
                      arena_printf(arena,
                                   "closed: the journal is older than its anchor (record %lld, anchored %lld): "
                                   "restore the newest signer.db",
                                   (long long)newest.number, (long long)anchored->number));
        return ERR_NONE;
    }
    TRY(error);
    if (strcmp(hash, anchored->hash) != 0)
        close_because(authority,
                      arena_printf(arena,
                                   "closed: record %lld of the journal is not the anchored one: restore signer.db",
                                   (long long)anchored->number));
    return ERR_NONE;
}

enum err authority_take_anchor(struct authority *authority, struct arena *arena)
{
    struct head_statement anchored;
    /* The ceremony wrote the first: what else says that there was one can be taken out of the journal. */
    if (!file_exists(authority->anchor)) {
        close_because(authority, "closed: the journal's anchor is gone: put the file named by [signer] anchor back");
        return ERR_NONE;
    }
    if (anchor_read(arena, authority->anchor, authority->own_public, &anchored) != ERR_NONE) {
        close_because(authority,
                      arena_printf(arena, "closed: the journal's anchor is not this signer's: %s", err_detail()));
        return ERR_NONE;
    }
    return compare(authority, arena, &anchored);
}

/* -- heads -- */

enum err authority_sign_head(struct authority *authority, struct arena *arena, int64_t now_s)
{
    static const char unwritten[] = "closed: the journal's anchor cannot be written";
    struct journal_head newest;
    struct journal_signed head;
    bool is_unwritten = strncmp(authority->closed, unwritten, strlen(unwritten)) == 0;
    if (!is_unwritten) TRY(authority_is_open(authority));
    TRY(journal_newest(authority->journal, arena, &newest));
    TRY(journal_newest_head(authority->journal, arena, &head));
    if (newest.number == 0 || newest.number == head.number) return ERR_NONE;
    struct head_statement statement = {newest.number, newest.hash, now_s};
    head = (struct journal_signed){.number = newest.number};
    TRY(head_statement_write(arena, &statement, &head.text));
    TRY(sign(authority, arena, head.text, &head.signature));
    /* The anchor first: it names the newest head, or one that the journal has not got to keep. */
    enum err error = anchor_write(authority, arena, &head);
    if (error != ERR_NONE) {
        close_because(authority, arena_printf(arena, "%s: %s", unwritten, err_detail()));
        return is_unwritten ? ERR_NONE : error; /* said once */
    }
    authority->closed[0] = '\0';
    return journal_add_head(authority->journal, &head);
}

/* -- statements on status -- */

static enum err status_line(struct authority *authority, struct arena *arena, const char *serial,
                            struct status_statement_line *ret_line)
{
    struct journal_certificate certificate;
    TRY(journal_find(authority->journal, arena, serial, &certificate));
    bool is_active = certificate.status == JOURNAL_ACTIVE, is_suspended = certificate.status == JOURNAL_SUSPENDED;
    *ret_line = (struct status_statement_line){.serial = certificate.serial,
                                               .status = is_active      ? STATUS_ACTIVE
                                                         : is_suspended ? STATUS_SUSPENDED
                                                                        : STATUS_REVOKED,
                                               .reason = is_active ? 0 : certificate.reason,
                                               .since_s = certificate.since_s};
    return ERR_NONE;
}

/* Something changed; or long ago; or a responder was certified since, which believes only what was said after that. */
static bool is_due(const struct journal_changes *changes, int64_t now_s)
{
    return changes->count > 0 || changes->last_made_s == 0 || now_s - changes->last_made_s >= QUIET_S ||
           now_s < changes->last_made_s ||
           (changes->last_made_s <= changes->last_ocsp_s && now_s > changes->last_ocsp_s);
}

static enum err say(struct authority *authority, struct arena *arena, const struct journal_changes *changes,
                    int64_t now_s)
{
    struct status_statement_line *lines = NEW_ARRAY(arena, struct status_statement_line, changes->count + 1);
    for (size_t i = 0; i < changes->count; i++) TRY(status_line(authority, arena, changes->serials[i], &lines[i]));
    struct status_statement statement = {changes->number, changes->previous, now_s, lines, changes->count};
    struct journal_signed row = {.number = changes->number};
    TRY(status_statement_write(arena, &statement, &row.text));
    TRY(sign(authority, arena, row.text, &row.signature));
    return journal_add_statement(authority->journal, now_s, &row, changes->covered);
}

enum err authority_statements(struct authority *authority, struct arena *arena, int64_t after, int64_t now_s,
                              const struct signer_statement **ret_statements, size_t *ret_count)
{
    struct journal_changes changes;
    TRY(authority_is_open(authority));
    for (;;) {
        TRY(journal_changes(authority->journal, arena, STATUS_LINES_MAX, &changes));
        if (!is_due(&changes, now_s)) break;
        TRY(say(authority, arena, &changes, now_s));
        if (changes.count == 0) break;
    }
    const struct journal_signed *rows;
    size_t count, size = 0, taken = 0;
    TRY(journal_list_statements(authority->journal, arena, after, SIGNER_STATEMENTS_MAX, &rows, &count));
    struct signer_statement *statements = NEW_ARRAY(arena, struct signer_statement, count + 1);
    for (; taken < count; taken++) {
        size += rows[taken].text.size + rows[taken].signature.size;
        if (size > FRAME_SIZE_MAX) break;
        statements[taken] = (struct signer_statement){rows[taken].text, rows[taken].signature};
    }
    *ret_statements = statements;
    *ret_count = taken;
    return ERR_NONE;
}

/* -- the audit tree -- */

static enum err grows(struct arena *arena, const struct journal_signed *last, int64_t size, struct bytes root,
                      struct bytes proof)
{
    struct tree_statement before;
    struct bytes before_root;
    TRY(tree_statement_read(arena, last->text, &before));
    TRY(hex_decode(arena, before.root, &before_root));
    /* Asked again, because the answer was lost: with the proof from the head before that one. */
    if (size == before.size && bytes_equal(root, before_root)) return ERR_NONE;
    if (merkle_check_consistency(before.size, before_root, size, root, proof) == ERR_NONE) return ERR_NONE;
    return err_set(ERR_FORBIDDEN, "audit tree: %lld leaves do not grow out of the %lld signed before", (long long)size,
                   (long long)before.size);
}

enum err authority_tree_head(struct authority *authority, struct arena *arena, int64_t size, struct bytes root,
                             struct bytes proof, int64_t now_s, int64_t *ret_size, struct signer_statement *ret_head)
{
    struct journal_signed last;
    TRY(authority_is_open(authority));
    TRY(journal_newest_tree(authority->journal, arena, &last));
    if (size == 0 || size == last.number) {
        if (size > 0) TRY(grows(arena, &last, size, root, proof));
        *ret_size = last.number;
        *ret_head = (struct signer_statement){last.text, last.signature};
        return ERR_NONE;
    }
    if (root.size != SHA256_SIZE) return err_set(ERR_INVALID, "audit tree: root");
    if (last.number > 0) TRY(grows(arena, &last, size, root, proof));
    struct tree_statement statement = {size, hex_encode(arena, root), now_s};
    struct journal_signed row = {.number = size};
    TRY(tree_statement_write(arena, &statement, &row.text));
    TRY(sign(authority, arena, row.text, &row.signature));
    TRY(journal_add_tree(authority->journal, now_s, &row));
    *ret_size = size;
    *ret_head = (struct signer_statement){row.text, row.signature};
    return ERR_NONE;
}
