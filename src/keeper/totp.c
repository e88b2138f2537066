#include "keeper/totp.h"

#include "base/turkish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERR_STATE OPENSSL_ERR_STATE /* a type of OpenSSL's, an error of ours */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE

/* RFC 4226 5.3 over the step's number as 8 bytes (RFC 6238 4.2). */
void totp_at(struct bytes secret, int64_t step, char ret_digits[7])
{
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    for (int i = 0; i < 8; i++) counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    unsigned size = 0;
    if (HMAC(EVP_sha1(), secret.data, (int)secret.size, counter, sizeof counter, mac, &size) == NULL) abort();
    unsigned at = mac[size - 1] & 0xf;
    uint32_t number =
        ((uint32_t)mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    snprintf(ret_digits, 7, "%06u", number % 1000000u);
}

enum err totp_match(struct bytes secret, const char *typed, int64_t now_s, int64_t last_step, int64_t *ret_step)
{
    if (strlen(typed) != 6 || !ascii_is_digits(typed)) return err_set(ERR_WRONG, "not six digits");
    int64_t now_step = now_s / TOTP_STEP_S;
    for (int64_t step = now_step - 1; step <= now_step + 1; step++) {
        char digits[7];
        totp_at(secret, step, digits);
        if (step <= last_step || !bytes_equal(bytes_of_text(digits), bytes_of_text(typed))) continue;
        *ret_step = step;
        return ERR_NONE;
    }
    return err_set(ERR_WRONG, "not the code of this time, or used before");
}
