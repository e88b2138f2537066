/*
 * What strangers send to a page: a letter, a media type, a line's end, a body. 'b': a posted form, urlencoded or multipart;
 * 'q': the body is a query, 'c': a Cookie header, both looked through for the name that stands for the media type.
 */
#include "http/internal.h"

#include "base/turkish.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a handler is given must be text to its end. */
static void must_be_text(const char *text)
{
    if (text != NULL && !text_is_utf8(text)) abort();
}

static void try_form(struct arena *arena, const char *media_type, struct bytes input)
{
    struct form_body body;
    if (form_body_parse(arena, media_type, input, &body) != ERR_NONE) return;
    for (size_t i = 0; i < body.pair_count; i++) {
        must_be_text(body.pairs[i].name);
        must_be_text(body.pairs[i].value);
        if (form_body_value(&body, body.pairs[i].name) == NULL && body.pairs[i].value != NULL && i == 0) abort();
    }
    for (size_t i = 0; i < body.file_count; i++) {
        const struct bytes file = body.files[i].body;
        must_be_text(body.files[i].file_name);
        if (file.data < input.data || file.data + file.size > input.data + input.size) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
    if (end == NULL) return 0;
    struct arena *arena = arena_new();
    const char *name = bytes_to_text(arena, (struct bytes){data + 1, (size_t)(end - data) - (end > data)});
    struct bytes input = {end + 1, (size_t)(data + size - end - 1)};
    const char *text = bytes_to_text(arena, input);
    if (name != NULL && data[0] == 'b') try_form(arena, name, input);
    if (name != NULL && text != NULL && data[0] == 'q') must_be_text(query_value(arena, text, name));
    if (name != NULL && text != NULL && data[0] == 'c') cookie_value(arena, text, name);
    arena_free(arena);
    return 0;
}
