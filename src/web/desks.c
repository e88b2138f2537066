#include "web/web.h"

const struct http_desk *const web_desks[] = {
    &apply_desk, &officer_desk, &online_desk, &admin_desk, &public_desk,
    &where_desk, &agent_desk,   &return_desk, &scim_desk,  NULL,
};
