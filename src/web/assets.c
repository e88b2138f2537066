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

enum err language_choose(struct http_request *request)
{
    enum language language = language_from_code(http_path(request, "code"));
    const char *page = http_query(request, "sayfa");
    bool is_ours = page != NULL && page[0] == '/' && page[1] != '/' && page[1] != '\\';
    http_set_cookie(request, "dil", language_code(language), "/", YEAR_S);
    return http_redirect(request, is_ours ? page : "/");
}
