/* Purpose: files built into the program, each with one kept answer for each of its two addresses. */
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>

struct asset_answer {
    char *path;
    char *etag; /* with its quotes */
    struct MHD_Response *response;
    struct MHD_Response *unchanged; /* 304 */
};

static struct MHD_Response *make_response(const struct http_asset *asset, const char *etag, bool is_forever,
                                          bool has_body)
{
    struct bytes body = has_body ? asset->body : (struct bytes){NULL, 0};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.size, (void *)body.data, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) abort();
    const char *caching = is_forever ? "public, max-age=31536000, immutable" : "public, max-age=3600";
    add_security_headers(response);
    if (MHD_add_response_header(response, "Content-Type", asset->media_type) != MHD_YES ||
        MHD_add_response_header(response, "ETag", etag) != MHD_YES ||
        MHD_add_response_header(response, "Cache-Control", caching) != MHD_YES) {
        abort();
    }
    return response;
}

static void prepare_one(struct http_server *server, const struct http_asset *asset, const char *path, bool is_forever)
{
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *etag = arena_printf(arena, "\"%s\"", asset->etag);
    server->assets[server->asset_count++] = (struct asset_answer){
        .path = memory_text(path),
        .etag = memory_text(etag),
        .response = make_response(asset, etag, is_forever, true),
        .unchanged = make_response(asset, etag, is_forever, false),
    };
}

enum err assets_prepare(struct http_server *server)
{
    const struct http_asset *assets = server->options.assets;
    if (assets == NULL) return ERR_NONE;
    size_t count = 0;
    while (assets[count].name != NULL) count++;
    server->assets = memory_new(sizeof(struct asset_answer) * (count * 2 + 1));
    CLEANUP_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        const struct http_asset *asset = &assets[i];
        prepare_one(server, asset, arena_printf(arena, "/static/%s/%s", asset->etag, asset->name), true);
        prepare_one(server, asset, arena_printf(arena, "/static/%s", asset->name), false);
    }
    return ERR_NONE;
}

void assets_free(struct http_server *server)
{
    for (size_t i = 0; i < server->asset_count; i++) {
        free(server->assets[i].path);
        free(server->assets[i].etag);
        MHD_destroy_response(server->assets[i].response);
        MHD_destroy_response(server->assets[i].unchanged);
    }
    free(server->assets);
}

struct MHD_Response *asset_find(const struct http_request *request, int *ret_status)
{
    if (strncmp(request->uri, "/static/", 8) != 0) return NULL;
    for (size_t i = 0; i < request->server->asset_count; i++) {
        const struct asset_answer *asset = &request->server->assets[i];
        if (strcmp(asset->path, request->uri) != 0) continue;
        const char *has = http_header(request, "If-None-Match");
        bool is_unchanged = has != NULL && strcmp(has, asset->etag) == 0;
        *ret_status = is_unchanged ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK;
        return is_unchanged ? asset->unchanged : asset->response;
    }
    return NULL;
}
