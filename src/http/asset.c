/*
 * Purpose: files built into the program, each with its kept answers for each of its two addresses. Whoever takes gzip gets
 * the packed body under an ETag of its own (RFC 9110 8.8.3.3, 12.5.3). Pages are never packed: a page that holds a token
 * and what a stranger chose tells the token by its length.
 */
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>

struct asset_answer {
    char *path;
    struct asset_form {
        char *etag; /* with its quotes; NULL: there is no such form */
        struct MHD_Response *response;
        struct MHD_Response *unchanged; /* 304 */
    } plain, packed;
};

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES) abort();
}

static struct MHD_Response *make_response(const struct http_asset *asset, struct bytes body, const char *etag,
                                          bool is_forever, bool is_packed)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.size, (void *)body.data, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) abort();
    add_security_headers(response);
    add_header(response, "Content-Type", asset->media_type);
    add_header(response, "ETag", etag);
    add_header(response, "Cache-Control", is_forever ? "public, max-age=31536000, immutable" : "public, max-age=3600");
    if (asset->gzip.size > 0) add_header(response, "Vary", "Accept-Encoding");
    if (is_packed && body.size > 0) add_header(response, "Content-Encoding", "gzip");
    return response;
}

static struct asset_form make_form(const struct http_asset *asset, bool is_forever, bool is_packed)
{
    struct bytes body = is_packed ? asset->gzip : asset->body;
    if (is_packed && body.size == 0) return (struct asset_form){0};
    CLEANUP_ARENA struct arena *arena = arena_new();
    const char *etag = arena_printf(arena, "\"%s%s\"", asset->etag, is_packed ? "-gzip" : "");
    return (struct asset_form){
        .etag = memory_text(etag),
        .response = make_response(asset, body, etag, is_forever, is_packed),
        .unchanged = make_response(asset, (struct bytes){NULL, 0}, etag, is_forever, is_packed),
    };
}

static void prepare_one(struct http_server *server, const struct http_asset *asset, const char *path, bool is_forever)
{
    server->assets[server->asset_count++] = (struct asset_answer){
        .path = memory_text(path),
        .plain = make_form(asset, is_forever, false),
        .packed = make_form(asset, is_forever, true),
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

static void form_free(struct asset_form *form)
{
    if (form->etag == NULL) return;
    free(form->etag);
    MHD_destroy_response(form->response);
    MHD_destroy_response(form->unchanged);
}

void assets_free(struct http_server *server)
{
    for (size_t i = 0; i < server->asset_count; i++) {
        free(server->assets[i].path);
        form_free(&server->assets[i].plain);
        form_free(&server->assets[i].packed);
    }
    free(server->assets);
}

/* "gzip" among the codings, and not with the weight 0 (RFC 9110 12.4.2, 12.5.3); "*" is not asked for by browsers. */
static bool takes_gzip(const struct http_request *request)
{
    const char *at = http_header(request, "Accept-Encoding");
    while (at != NULL && *at != '\0') {
        at += strspn(at, " \t,");
        size_t size = strcspn(at, " \t,;");
        const char *weight = at + size + strspn(at + size, " \t");
        if (size == 4 && strncasecmp(at, "gzip", 4) == 0) {
            if (*weight != ';') return true;
            weight += 1 + strspn(weight + 1, " \t");
            return strncasecmp(weight, "q=", 2) != 0 || strtod(weight + 2, NULL) > 0;
        }
        at += strcspn(at, ",");
    }
    return false;
}

struct MHD_Response *asset_find(const struct http_request *request, int *ret_status)
{
    if (strncmp(request->uri, "/static/", 8) != 0) return NULL;
    for (size_t i = 0; i < request->server->asset_count; i++) {
        const struct asset_answer *asset = &request->server->assets[i];
        if (strcmp(asset->path, request->uri) != 0) continue;
        const struct asset_form *form =
            asset->packed.etag != NULL && takes_gzip(request) ? &asset->packed : &asset->plain;
        const char *has = http_header(request, "If-None-Match");
        bool is_unchanged = has != NULL && strcmp(has, form->etag) == 0;
        *ret_status = is_unchanged ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK;
        return is_unchanged ? form->unchanged : form->response;
    }
    return NULL;
}
