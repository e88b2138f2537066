/* Purpose: a QR code as a PNG, black on white with its quiet zone. */
#ifndef DIVIT_WEB_QR_CODE_H
#define DIVIT_WEB_QR_CODE_H

#include "base/bytes.h"

enum err qr_code_draw(struct arena *arena, const char *text, struct bytes *ret_png) MUST_CHECK;

#endif
