/* Purpose: private to the room: where an owner's wish and its signature lie sealed. */
#ifndef DIVIT_CERTIFICATE_LOCK_H
#define DIVIT_CERTIFICATE_LOCK_H

#define LOCK_TEXT_COLUMN "issuance_lock.sealed_text"
#define LOCK_SIGNATURE_COLUMN "issuance_lock.sealed_signature"

#endif
