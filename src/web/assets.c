#include "web/assets.h"

#include <stdlib.h>
#include <string.h>

#define YEAR_S ((int64_t)365 * 86400)

const char *asset_url(const char *name)
{
    for (size_t i = 0; assets[i].name != NULL; i++)
        if (strcmp(assets[i].name, name) == 0) return asset_urls[i];
    abort();
}

static const struct http_asset *asset_find(const char *digest, const char *name)
{
    for (size_t i = 0; assets[i].name != NULL; i++)
        if (strcmp(assets[i].name, name) == 0 && strcmp(assets[i].etag, digest) == 0) return &assets[i];
    return NULL;
}

enum err asset_serve(struct http_request *request)
{
    const struct http_asset *asset = asset_find(http_path(request, "digest"), http_path(request, "name"));
    if (asset == NULL) return err_set(ERR_NOT_FOUND, "no such asset");
    const char *etag = arena_printf(http_arena(request), "\"%s\"", asset->etag);
    http_set_header(request, "Cache-Control", "public, max-age=31536000, immutable");
    http_set_header(request, "ETag", etag);
    const char *known = http_header(request, "If-None-Match");
    if (known != NULL && strcmp(known, etag) == 0) return http_answer(request, 304, asset->media_type, (struct bytes){0});
    return http_answer(request, 200, asset->media_type, asset->body);
}

enum err language_choose(struct http_request *request)
{
    enum language language = language_from_code(http_path(request, "code"));
    const char *page = http_query(request, "sayfa");
    bool is_ours = page != NULL && page[0] == '/' && page[1] != '/' && page[1] != '\\';
    http_set_cookie(request, "dil", language_code(language), "/", YEAR_S);
    return http_redirect(request, is_ours ? page : "/");
}
