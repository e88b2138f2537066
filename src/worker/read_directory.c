/* An LDAP directory becomes a file of its register, which is checked next (spec 08, Staff registers). */
#include "base/log.h"
#include "register/register.h"
#include "worker/jobs.h"

#define NOT_ANSWERED                                                                                                   \
    TR("The directory did not answer as it should: the log of the worker says what happened. The register is as it was")
#define TOO_MANY TR("The directory has more people than a file may hold. Narrow its base or filter in divit.conf")
#define NOBODY TR("The directory has nobody under its base with its filter. The register is as it was")

enum err read_directory(const struct worker *worker, struct arena *arena, const struct job *job)
{
    CLEANUP_BUFFER struct buffer lines = BUFFER_EMPTY;
    struct staff_directory directory = {.register_code = ""};
    const char *const *attributes = worker->directory_attributes;
    enum err error = find_directory(worker->db, arena, &directory);
    if (error != ERR_NONE && error != ERR_NOT_FOUND) return error;
    if (!is_reading_due(&directory, job)) return end_reading(worker->db, arena, job, &directory, "", "");
    error = directory_read(&worker->directory, attributes, STAFF_COLUMN_COUNT, &lines);
    if (error != ERR_NONE) log_event(LOG_WARNING, "directory_unread", "why", err_detail(), NULL);
    const char *why = error == ERR_NONE        ? (lines.size == 0 ? NOBODY : "")
                      : error == ERR_TOO_LARGE ? TOO_MANY
                                               : NOT_ANSWERED;
    if (*why != '\0') return end_reading(worker->db, arena, job, &directory, why, "");
    /* from here on what fails is ours, and tried again */
    error = take_directory(worker->db, worker->keeper, arena, job, &directory, attributes, buffer_bytes(&lines));
    return error == ERR_TOO_LARGE ? end_reading(worker->db, arena, job, &directory, TOO_MANY, "") : error;
}
