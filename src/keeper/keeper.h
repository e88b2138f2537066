/*
 * Purpose: the keeper (spec 10, The keeper): personal-data keys, search tags, one-time codes, TOTP secrets. Its token
 * wraps the working keys and is closed again once they are open; it speaks keeper_client.h's messages.
 */
#ifndef DIVIT_KEEPER_KEEPER_H
#define DIVIT_KEEPER_KEEPER_H

#include "ipc/installation.h"

extern const struct config_item keeper_items[];

/* STATE/keeper: token with its wrapping key, PIN, keeper.db with the working keys, keeper.pub (SubjectPublicKeyInfo of
 * the key it signs with). ERR_EXISTS if it is there. Before the ceremony, whose registry names that key. */
enum err keeper_init(const struct installation *installation) MUST_CHECK;
int keeper_main(const struct installation *installation); /* `divit keeper`: the exit code */

#endif
