#include "cli/keeper_acts.h"

#include "application/application.h"
#include "base/secret.h"

#include <stdio.h>
#include <string.h>

#define BATCH 50
#define LINE_MAX_SIZE 80

static const struct actor operator_actor = {ACTOR_SYSTEM, 0, "", "keeper"};

/* -- rotate -- */

enum err rotate_keeper(struct db *db, struct keeper *keeper)
{
    int64_t epoch, left, done, total = 0, own = 1;
    TRY(begin_key_epoch(db, keeper, &operator_actor, &epoch));
    printf("epoch %lld is in use\n", (long long)epoch);
    fflush(stdout);
    TRY(count_old_wraps(db, epoch, &left));
    do {
        TRY(rewrap_some(db, keeper, epoch, BATCH, &done));
        total += done;
        if (done > 0) printf("%lld of %lld persons' keys wrapped anew\n", (long long)total, (long long)left);
        fflush(stdout);
    } while (done > 0);
    while (own > 0) TRY(keeper_reseal(keeper, &own));
    printf(
        "Nothing needs epoch %lld any more. Take a backup now; then `divit keeper rotate --destroy` destroys it, and "
        "no older backup opens after that.\n",
        (long long)epoch - 1);
    return ERR_NONE;
}

enum err destroy_epoch_of_keeper(struct db *db, struct keeper *keeper)
{
    int64_t destroyed;
    TRY(destroy_old_epochs(db, keeper, &operator_actor, &destroyed));
    printf("epoch %lld is destroyed: backups made before the rotation open no more\n", (long long)destroyed);
    return ERR_NONE;
}

/* -- erase -- */

static enum err read_person(struct arena *arena, const char **ret_person)
{
    char line[LINE_MAX_SIZE];
    if (fgets(line, sizeof line, stdin) == NULL)
        return err_set(ERR_INVALID, "a line with a person's uid or identity number is expected on standard input");
    line[strcspn(line, "\r\n")] = '\0';
    *ret_person = arena_text(arena, line);
    secret_wipe(line, sizeof line);
    return ERR_NONE;
}

static enum err refuse(struct arena *arena, const struct erasure *erasure)
{
    if (erasure->accounts > 0)
        return err_set(ERR_STATE,
                       "nothing was erased: the person has an account of staff, whose decisions are evidence "
                       "for other people's certificates");
    if (erasure->open_applications > 0)
        return err_set(ERR_STATE, "nothing was erased: an application is still open; withdraw it first");
    return err_set(ERR_STATE,
                   "nothing was erased: %lld certificates and %lld applications with evidence for them are kept until "
                   "%s, for 20 years",
                   (long long)erasure->certificates, (long long)erasure->applications,
                   date_to_iso(arena, date_of_time(erasure->kept_until_s)));
}

enum err erase_from_keeper(struct db *db, struct keeper *keeper, struct arena *arena, const char *person)
{
    struct erasure erasure = {0};
    if (person == NULL) TRY(read_person(arena, &person));
    enum err error = erase_person(db, keeper, arena, &operator_actor, person, &erasure);
    if (error == ERR_STATE) return refuse(arena, &erasure);
    if (error != ERR_NONE) return error;
    printf(
        "person %s is erased: data key, numbers, PUKs and search tags are destroyed. Kept: that it was done, in audit "
        "trail and journal. Backups forget with the next `divit keeper rotate` and `rotate --destroy`.\n",
        erasure.uid);
    return ERR_NONE;
}
