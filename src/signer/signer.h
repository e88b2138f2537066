/* Purpose: `divit signer` and `divit ca`: the only holder of the authority's key (spec 07, The signer; spec 10). */
#ifndef DIVIT_SIGNER_SIGNER_H
#define DIVIT_SIGNER_SIGNER_H

#include "ipc/installation.h"

extern const struct config_item signer_items[]; /* section [signer] of divit.conf */

int signer_main(const struct installation *installation);
/* `divit ca init`: the ceremony alone; institutions and officers come from two files. Returns the exit code. */
int ca_main(const struct installation *installation, int argc, char **argv);
int ca_release_main(const struct installation *installation, int argc, char **argv); /* `divit ca release …` */

#endif
