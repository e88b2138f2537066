/* Purpose: private to the room: SCIM users as JSON, what a filter asks for, what a PATCH changes (RFC 7643, RFC 7644). */
#ifndef DIVIT_REGISTER_SCIM_H
#define DIVIT_REGISTER_SCIM_H

#include "register/writer.h"

#include <jansson.h>

#define SCIM_USER "urn:ietf:params:scim:schemas:core:2.0:User"
#define SCIM_ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define SCIM_STAFF "urn:divit:params:scim:schemas:extension:staff:1.0:User"

/* Why a request is refused: RFC 7644 3.12. */
struct scim_mistake {
    int status; /* 0: none */
    const char *type; /* "invalidValue"; NULL: none fits */
    const char *detail;
};
#define SCIM_FINE ((struct scim_mistake){0})

/* Names of attributes do not tell capitals apart (RFC 7643 2.1). NULL: absent. */
json_t *scim_get(const json_t *object, const char *name);

/* scim_user.c: a user as JSON has it, as values of the columns of a register. */
struct scim_user {
    const char *values[STAFF_COLUMN_COUNT];
    int active; /* 1, 0; -1: not told */
};
struct scim_mistake scim_user_read(struct arena *arena, const json_t *json, struct scim_user *ret_user);
/* `base`: before "/Users/<id>". */
json_t *scim_user_write(struct arena *arena, const char *base, const char *id, const char *identity_number,
                        const struct staff_member *member);

/* scim_filter.c: attributes that are equal to a value, joined by `and`; others would have everybody opened. */
struct scim_filter {
    const char *identity_number, *id; /* NULL: not asked for */
    int active; /* -1: not asked for */
};
struct scim_mistake scim_filter_read(struct arena *arena, const char *text, struct scim_filter *ret_filter);

/* scim_patch.c: changes `user` as the operations of `patch` say (RFC 7644 3.5.2); when refused, in part. */
struct scim_mistake scim_patch(struct arena *arena, json_t *user, const json_t *patch);

#endif
