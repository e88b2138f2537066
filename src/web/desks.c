#include "web/web.h"

const struct http_desk *const web_desks[] = {
    &officer_desk,
    &online_desk,
    &public_desk,
    NULL,
};
