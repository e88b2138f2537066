/*
 * Purpose: the files built into the web program (styles, script, icon, fonts) and their addresses; the language switch.
 * Made at build by tools/embed_assets.py, served by the http room; an address holds the digest, so that a year of
 * caching cannot be wrong.
 */
#ifndef DIVIT_WEB_ASSETS_H
#define DIVIT_WEB_ASSETS_H

#include "http/http.h"

extern const struct http_asset assets[]; /* ended by name NULL; generated; for http_options.assets */
extern const char *const asset_urls[]; /* in the order of assets; generated */

const char *asset_url(const char *name); /* "/static/0123456789abcdef/divit.css"; an unknown name ends the process */
/* GET /dil/{code}?sayfa=/path: keeps the language in the cookie "dil" for a year and goes back to the page. */
enum err language_choose(struct http_request *request);

#endif
