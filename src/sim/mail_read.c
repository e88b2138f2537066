/* Reads a mail well enough to show it: RFC 5322 headers, RFC 2047 words, multipart, base64 and quoted-printable. */
#include "sim/servers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int base64_value(char character)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = character ? strchr(alphabet, character) : NULL;
    return found ? (int)(found - alphabet) : -1;
}

/* As mail programs do: what is no base64 letter is passed over (RFC 2045 6.8). */
static void decode_base64(struct buffer *out, const char *text, size_t size)
{
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < size && text[i] != '='; i++) {
        int value = base64_value(text[i]);
        if (value < 0) continue;
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        buffer_char(out, (char)(bits >> count));
    }
}

static int hex_value(char character)
{
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    return -1;
}

static void decode_quoted(struct buffer *out, const char *text, size_t size, bool is_word)
{
    for (size_t i = 0; i < size; i++) {
        if (is_word && text[i] == '_') buffer_char(out, ' ');
        else if (text[i] != '=') buffer_char(out, text[i]);
        else if (i + 2 < size && text[i + 1] == '\r' && text[i + 2] == '\n') i += 2;
        else if (i + 2 < size && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            buffer_char(out, (char)(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2])));
            i += 2;
        }
    }
}

/* RFC 2047: =?UTF-8?B?…?= and =?UTF-8?Q?…?=; white space between two words is none. */
static const char *decode_words(struct arena *arena, const char *text)
{
    struct buffer out CLEANUP_BUFFER = BUFFER_EMPTY;
    bool is_after_word = false;
    while (*text) {
        const char *charset_end = text[0] == '=' && text[1] == '?' ? strchr(text + 2, '?') : NULL;
        const char *end = charset_end && charset_end[1] && charset_end[2] == '?' ? strstr(charset_end + 3, "?=") : NULL;
        if (!end) {
            size_t space = strspn(text, " \t");
            bool is_between = is_after_word && space > 0 && strncmp(text + space, "=?", 2) == 0;
            if (is_between) {
                text += space;
                continue;
            }
            buffer_char(&out, *text++);
            is_after_word = false;
            continue;
        }
        const char *word = charset_end + 3;
        if (strchr("Bb", charset_end[1])) decode_base64(&out, word, (size_t)(end - word));
        else decode_quoted(&out, word, (size_t)(end - word), true);
        text = end + 2;
        is_after_word = true;
    }
    return buffer_to_text(&out, arena);
}

/* A header's value, unfolded; "" if the head (which ends at the first empty line) has none of that name. */
static const char *header(struct arena *arena, const char *head, const char *name)
{
    size_t name_length = strlen(name);
    while (*head && strncmp(head, "\r\n", 2) != 0) {
        const char *end = strstr(head, "\r\n");
        while (end && (end[2] == ' ' || end[2] == '\t')) end = strstr(end + 2, "\r\n");
        if (!end) break;
        if (strncasecmp(head, name, name_length) == 0 && head[name_length] == ':') {
            struct buffer value CLEANUP_BUFFER = BUFFER_EMPTY;
            const char *character = head + name_length + 1;
            character += strspn(character, " \t");
            for (; character < end; character++)
                if (*character != '\r' && *character != '\n') buffer_char(&value, *character);
            return buffer_to_text(&value, arena);
        }
        head = end + 2;
    }
    return "";
}

static const char *body_of(const char *part)
{
    if (strncmp(part, "\r\n", 2) == 0) return part + 2;
    const char *end = strstr(part, "\r\n\r\n");
    return end ? end + 4 : part + strlen(part);
}

static const char *content(struct arena *arena, const char *part, const char *body, size_t size)
{
    struct buffer out CLEANUP_BUFFER = BUFFER_EMPTY;
    const char *encoding = header(arena, part, "Content-Transfer-Encoding");
    if (strcasecmp(encoding, "base64") == 0) decode_base64(&out, body, size);
    else if (strcasecmp(encoding, "quoted-printable") == 0) decode_quoted(&out, body, size, false);
    else buffer_add(&out, (struct bytes){(const uint8_t *)body, size});
    return buffer_to_text(&out, arena);
}

static void read_part(struct arena *arena, const char *part, size_t size, struct mail *mail)
{
    const char *body = body_of(part);
    size_t body_size = body <= part + size ? size - (size_t)(body - part) : 0;
    const char *type = header(arena, part, "Content-Type");
    if (strncasecmp(type, "text/html", 9) == 0) mail->html = content(arena, part, body, body_size);
    else mail->text = content(arena, part, body, body_size);
}

static void read_parts(struct arena *arena, const char *body, const char *boundary, struct mail *mail)
{
    const char *line = arena_printf(arena, "--%s", boundary);
    const char *part = strstr(body, line);
    while (part && strncmp(part + strlen(line), "--", 2) != 0) {
        part = strstr(part, "\r\n");
        if (!part) return;
        part += 2;
        const char *next = strstr(part, line);
        if (!next) return;
        /* the line break before a boundary belongs to the boundary (RFC 2046 5.1.1) */
        size_t size = (size_t)(next - part);
        read_part(arena, arena_text_n(arena, part, size >= 2 ? size - 2 : 0), size >= 2 ? size - 2 : 0, mail);
        part = next;
    }
}

void mail_read(struct arena *arena, const char *raw, struct mail *ret_mail)
{
    struct mail mail = {.text = "", .html = ""};
    mail.subject = decode_words(arena, header(arena, raw, "Subject"));
    mail.from = decode_words(arena, header(arena, raw, "From"));
    mail.message_id = header(arena, raw, "Message-ID");
    const char *type = header(arena, raw, "Content-Type");
    const char *boundary = strncasecmp(type, "multipart/", 10) == 0 ? strstr(type, "boundary=") : NULL;
    if (boundary) {
        boundary += strlen("boundary=");
        boundary += *boundary == '"';
        read_parts(arena, body_of(raw), arena_text_n(arena, boundary, strcspn(boundary, "\"; ")), &mail);
    } else read_part(arena, raw, strlen(raw), &mail);
    *ret_mail = mail;
}
