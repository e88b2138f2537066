/*
 * A number just typed proves nothing about who typed it (spec 01, 3 and 4 SMS): whoever was known before is told what
 * changed and how to object.
 */
#include "application/notice.h"

#include "application_sql.h"

#include <string.h>

#define CODE_GROUP 4
#define CODE_SIZE 16 /* of 32 characters: 80 bits */

/* Without those that are taken for each other. */
static const char code_letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

static const char *make_objection_code(struct arena *arena)
{
    char code[CODE_SIZE + 1] = {0};
    for (size_t i = 0; i < CODE_SIZE; i++) code[i] = code_letters[random_below(sizeof code_letters - 1)];
    const char *text = arena_text(arena, code);
    return text;
}

/* As it stands in the message: "ABCD-EFGH-JKLM-NPQR". */
static const char *code_shown(struct arena *arena, const char *code)
{
    return arena_printf(arena, "%.*s-%.*s-%.*s-%.*s", CODE_GROUP, code, CODE_GROUP, code + CODE_GROUP, CODE_GROUP,
                        code + 2 * CODE_GROUP, CODE_GROUP, code + 3 * CODE_GROUP);
}

struct bytes objection_code_hash(struct arena *arena, const char *typed)
{
    char code[CODE_SIZE + 1] = {0};
    size_t size = 0;
    for (const char *at = typed; *at != '\0'; at++) {
        if (*at == ' ' || *at == '-') continue;
        if (size == CODE_SIZE) return (struct bytes){NULL, 0};
        code[size++] = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
    }
    if (size != CODE_SIZE || strspn(code, code_letters) != CODE_SIZE) return (struct bytes){NULL, 0};
    return sha256(arena, bytes_of_text(code));
}

static enum err prepare_one(struct arena *arena, const struct application *application,
                            const struct known_contact *known, const char *page, unsigned changes,
                            struct contact_notice *ret_notice)
{
    struct message_to to = person_recipient(&application->person, &known->contact);
    const char *code = make_objection_code(arena);
    struct contact_notice notice = {.source = known->source, .code_hash = sha256(arena, bytes_of_text(code))};
    TRY(message_prepare(
        arena, &to, MESSAGE_CONTACT_CHANGED,
        arena_printf(arena, "application:%s:%lld:%s", application->uid, (long long)application->revision,
                     known->source),
        NULL, &notice.message, "changes", contact_changes_text(arena, to.language, &application->form, changes), "time",
        time_to_date_time(arena, clock_now_s()), "page", page, "objection", code_shown(arena, code), NULL));
    *ret_notice = notice;
    return ERR_NONE;
}

enum err prepare_contact_notices(struct db *db, struct arena *arena, const struct application *application,
                                 const char *page, struct contact_notices *ret_notices)
{
    struct known_contact known[KNOWN_CONTACTS_MAX];
    struct contact_notices notices = {0};
    size_t count;
    TRY(find_known_contacts(db, arena, &application->person, known, &count));
    notices.changes = contact_changes(&application->form, known, count);
    if (notices.changes != 0) {
        for (; notices.count < count; notices.count++)
            TRY(prepare_one(arena, application, &known[notices.count], page, notices.changes,
                            &notices.items[notices.count]));
    }
    *ret_notices = notices;
    return ERR_NONE;
}

enum err keep_contact_notices(struct db_tx *tx, struct arena *arena, const struct actor *actor,
                              const struct application *application, const struct contact_notices *notices)
{
    if (notices->changes == 0) return ERR_NONE;
    const char *words = contact_changes_words(arena, notices->changes);
    TRY(update_one(tx, &sql_update_contact_changes,
                   DB_WITH(DB_TEXT("changes", words), DB_INT64("id", application->id),
                           DB_INT64("revision", application->revision))));
    for (size_t i = 0; i < notices->count; i++) {
        TRY(db_exec(tx, &sql_insert_contact_notice,
                    DB_WITH(DB_INT64("application_id", application->id), DB_INT64("revision", application->revision),
                            DB_TEXT("source", notices->items[i].source),
                            DB_BYTES("code_hash", notices->items[i].code_hash), DB_INT64("now_s", clock_now_s())),
                    NULL));
        TRY(message_queue(tx, notices->items[i].message));
    }
    return audit_record(tx, actor, "notify_contacts", "application", application->id, words);
}
