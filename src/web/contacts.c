/*
 * The contacts stand on every page, so they are not read for each: what a process knows is at most a second old
 * (docs/decisions/0020-contacts-a-second-old.md).
 */
#include "web/context.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/work.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct arena *arena; /* of what is known; NULL: nothing yet */
static struct contacts known = {"", "", ""};
static int64_t read_s;

/* What was known stays when the database does not answer: an error's page has to be shown, too. */
static void read_again(struct web *web, int64_t now_s)
{
    struct arena *fresh = arena_new();
    struct contacts contacts;
    enum err error = find_contacts(web->db, fresh, &contacts);
    work_uncount(WORK_ACT);
    read_s = now_s;
    if (error != ERR_NONE) {
        log_error("contacts_not_read", error, NULL);
        arena_free(fresh);
        return;
    }
    if (arena != NULL) arena_free(arena);
    arena = fresh;
    known = contacts;
}

struct contacts web_contacts(struct http_request *request)
{
    struct arena *asker = http_arena(request);
    int64_t now_s = clock_now_s();

    pthread_mutex_lock(&mutex);
    if (read_s != now_s) read_again(web_of(request), now_s);
    struct contacts contacts = {arena_text(asker, known.email), arena_text(asker, known.phone),
                                arena_text(asker, known.address)};
    pthread_mutex_unlock(&mutex);
    return contacts;
}

struct page_support web_find_support(struct http_request *request)
{
    struct contacts contacts = web_contacts(request);
    return (struct page_support){contacts.email, contacts.phone};
}
