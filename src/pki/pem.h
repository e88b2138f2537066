/* Purpose: files as people have them: PEM (RFC 7468) or the bare DER inside. Pure. */
#ifndef DIVIT_PKI_PEM_H
#define DIVIT_PKI_PEM_H

#include "base/bytes.h"

/* What stands between the lines of this label ("CERTIFICATE"); a file without such lines is given back as it is. */
struct bytes pem_or_der(struct arena *arena, struct bytes file, const char *label);

#endif
