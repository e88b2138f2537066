/*
 * Purpose: reading people out of an LDAP directory, for staff registers (spec 08, Staff registers).
 *
 * Sources: RFC 4511 (LDAP v3), RFC 4513 (simple bind under TLS), RFC 2696 (paged results), RFC 4517 3.3.13 (Generalized
 * Time), OpenLDAP's ldap(3).
 */
#ifndef DIVIT_OUTSIDE_DIRECTORY_H
#define DIVIT_OUTSIDE_DIRECTORY_H

#include "base/buffer.h"
#include "base/err.h"

struct directory_settings {
    const char *url; /* "ldaps://host", "ldap://host"; "": there is none */
    bool is_tls_required; /* StartTLS and a verified certificate at ldap:// (ldaps:// always verifies) */
    const char *ca_file; /* PEM; "": the system's */
    const char *username, *password; /* DN of a simple bind; "": anonymous */
    const char *base, *filter; /* RFC 4514, RFC 4515; the whole subtree is searched */
};

#define DIRECTORY_ENTRIES_MAX 200000

/*
 * One line for each entry: its first value of each attribute, in UTF-8, parted by semicolons and quoted (RFC 4180). What
 * is missing, or no text, is ""; a Generalized Time becomes its date. An attribute in double quotes is that text itself,
 * an empty one is left out.
 * Blocks for at most 45 s: within the lease of a job.
 * ERR_UNAVAILABLE: not reached, not let in, or it did not give all it has; ERR_TOO_LARGE: more than DIRECTORY_ENTRIES_MAX;
 * both with err_detail().
 */
enum err directory_read(const struct directory_settings *settings, const char *const *attributes, size_t count,
                        struct buffer *lines) MUST_CHECK;

#endif
