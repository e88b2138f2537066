/* The writing of an e-mail (RFC 5322, RFC 2045 to 2047); the sending is in smtp.c. */
#include "outside/smtp.h"

#include "base/buffer.h"
#include "base/turkish.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_ENCODED 76 /* RFC 2045 6.8, RFC 2047 2 */

static bool has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F) return true;
    return false;
}

/* Enough to keep a command or a header whole; whether the address exists, the mail server knows. */
static bool is_address(const char *address)
{
    const char *at = strchr(address, '@');
    if (!at || at == address || !at[1] || strchr(at + 1, '@') || strlen(address) > 254) return false;
    for (const char *character = address; *character; character++) {
        if (*character <= 0x20 || *character >= 0x7F) return false;
        if (strchr("<>()[],;:\\\"", *character)) return false;
    }
    return true;
}

static bool is_uid(const char *uid)
{
    if (!*uid) return false;
    for (; *uid; uid++)
        if (!((*uid >= '0' && *uid <= '9') || (*uid >= 'a' && *uid <= 'z') || (*uid >= 'A' && *uid <= 'Z') ||
              *uid == '-'))
            return false;
    return true;
}

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*text < 0x20 || *text >= 0x7F || strchr("\"\\=?<>()@,;:[]", *text)) return false;
    return true;
}

/* RFC 2047: encoded words of at most 75 characters, cut between UTF-8 characters, joined by folded lines. */
static void add_words(struct buffer *header, struct arena *arena, const char *text)
{
    static const size_t part_max = 45; /* 60 characters of base64, and 12 around them */
    for (const char *separator = ""; *text; separator = "\r\n ") {
        size_t length = strlen(text);
        if (length > part_max) {
            length = part_max;
            while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
        }
        struct bytes part = {(const uint8_t *)text, length};
        buffer_printf(header, "%s=?UTF-8?B?%s?=", separator, base64_encode(arena, part));
        text += length;
    }
}

static void add_text_header(struct buffer *mail, struct arena *arena, const char *name, const char *text)
{
    buffer_printf(mail, "%s: ", name);
    if (is_plain(text) && strlen(text) < 60) buffer_text(mail, text);
    else add_words(mail, arena, text);
    buffer_text(mail, "\r\n");
}

/* RFC 5322 3.3; names of days and months are English whatever the locale. */
static void add_date(struct buffer *mail, int64_t time_s)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t when = (time_t)time_s;
    struct tm utc;
    gmtime_r(&when, &utc);
    buffer_printf(mail, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\r\n", days + 3 * utc.tm_wday, utc.tm_mday,
                  months + 3 * utc.tm_mon, utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/* Text as base64 (RFC 2045 6.8) with CRLF line ends inside, as its canonical form asks (6.8, RFC 2049 4). */
static void add_part(struct buffer *mail, struct arena *arena, const char *subtype, const char *text)
{
    struct buffer canonical CLEANUP_BUFFER = BUFFER_EMPTY;
    for (const char *character = text; *character; character++) {
        if (*character == '\n' && (character == text || character[-1] != '\r')) buffer_char(&canonical, '\r');
        buffer_char(&canonical, *character);
    }
    buffer_printf(mail, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", subtype);
    const char *encoded = base64_encode(arena, buffer_bytes(&canonical));
    for (size_t left = strlen(encoded); left > 0;) {
        size_t length = left < LINE_MAX_ENCODED ? left : LINE_MAX_ENCODED;
        buffer_printf(mail, "%.*s\r\n", (int)length, encoded);
        encoded += length;
        left -= length;
    }
}

static enum err check(const struct smtp_settings *settings, const struct smtp_message *message)
{
    if (!is_address(settings->from_address)) return err_set(ERR_INVALID, "the sender's address is none");
    if (!is_address(message->to)) return err_set(ERR_INVALID, "the recipient's address is none");
    if (has_control(settings->from_name) || has_control(message->subject))
        return err_set(ERR_INVALID, "a control character in a header");
    if (!text_is_utf8(settings->from_name) || !text_is_utf8(message->subject) || !text_is_utf8(message->text) ||
        (message->html && !text_is_utf8(message->html)))
        return err_set(ERR_INVALID, "a text is not UTF-8");
    if (!is_uid(message->uid)) return err_set(ERR_INVALID, "the message's uid cannot stand in a Message-ID");
    return ERR_NONE;
}

static void add_from(struct buffer *mail, struct arena *arena, const struct smtp_settings *settings)
{
    buffer_text(mail, "From: ");
    if (*settings->from_name) {
        if (is_plain(settings->from_name)) buffer_printf(mail, "\"%s\"", settings->from_name);
        else add_words(mail, arena, settings->from_name);
        buffer_text(mail, "\r\n ");
    }
    buffer_printf(mail, "<%s>\r\n", settings->from_address);
}

enum err smtp_write(struct arena *arena, const struct smtp_settings *settings, const struct smtp_message *message,
                    struct bytes *ret_message)
{
    TRY(check(settings, message));
    struct buffer mail CLEANUP_BUFFER = BUFFER_EMPTY;
    add_date(&mail, message->time_s);
    add_from(&mail, arena, settings);
    buffer_printf(&mail, "To: <%s>\r\n", message->to);
    add_text_header(&mail, arena, "Subject", message->subject);
    buffer_printf(&mail, "Message-ID: <%s@%s>\r\n", message->uid, strchr(settings->from_address, '@') + 1);
    buffer_text(&mail, "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"); /* RFC 3834 5 */
    if (!message->html) {
        add_part(&mail, arena, "plain", message->text);
    } else {
        /* '=' stands in no base64 line's middle followed by '_', so the boundary cannot be met in a part */
        const char *boundary = arena_printf(arena, "=_%s", message->uid);
        buffer_printf(&mail, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary,
                      boundary);
        add_part(&mail, arena, "plain", message->text);
        buffer_printf(&mail, "--%s\r\n", boundary);
        add_part(&mail, arena, "html", message->html);
        buffer_printf(&mail, "--%s--\r\n", boundary);
    }
    *ret_message = bytes_copy(arena, buffer_bytes(&mail));
    return ERR_NONE;
}
