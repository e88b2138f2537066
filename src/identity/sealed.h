/* Purpose: private to the room: what is sealed as JSON: a person's details, their contact, their register row. */
#ifndef DIVIT_IDENTITY_SEALED_H
#define DIVIT_IDENTITY_SEALED_H

#include "identity/identity.h"

struct bytes details_to_json(struct arena *arena, const struct person_details *details);
enum err details_from_json(struct arena *arena, struct bytes json, struct person_details *ret_details) MUST_CHECK;
struct bytes contact_to_json(struct arena *arena, const struct contact *contact);
enum err contact_from_json(struct arena *arena, struct bytes json, struct contact *ret_contact) MUST_CHECK;
/* Without institution and known_since_s, which are columns of their own. */
struct bytes staff_to_json(struct arena *arena, const struct staff_member *member);
enum err staff_from_json(struct arena *arena, struct bytes json, struct staff_member *ret_member) MUST_CHECK;

#endif
