/* Purpose: what the files of this room share. Private to token. */
#ifndef DIVIT_TOKEN_TOKEN_INTERNAL_H
#define DIVIT_TOKEN_TOKEN_INTERNAL_H

#include "token/token.h"

#include <p11-kit/pkcs11.h>

struct token_module {
    void *library;
    CK_FUNCTION_LIST *f;
};
struct token {
    struct token_module *module;
    CK_FUNCTION_LIST *f;
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    bool is_logged_in;
};

/* The code of `call` as our error, with both in the detail. CKR_OK gives ERR_NONE. */
enum err token_error(const char *call, CK_RV code) MUST_CHECK;
#define TRY_PKCS11(call, expression) TRY(token_error(call, (expression)))

#define TOKEN_OBJECTS_MAX 256
/* Handles of the objects that match; at most TOKEN_OBJECTS_MAX. */
enum err token_search(struct token *token, CK_ATTRIBUTE *wanted, CK_ULONG wanted_count, CK_OBJECT_HANDLE *ret_handles,
                      size_t *ret_count) MUST_CHECK;
enum err token_attribute(struct token *token, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, struct arena *arena,
                         struct bytes *ret_value) MUST_CHECK; /* absent: no bytes */

#endif
