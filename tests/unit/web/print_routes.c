/*
 * Purpose: the program's access matrix as it is linked, one route a line and parts parted by tabs, for stories that walk
 * it: desk, its log-in ("-": none), method, path, roles (a number), guard (a number).
 */
#include "web/web.h"

#include <stdio.h>

int main(void)
{
    for (const struct http_desk *const *desk = web_desks; *desk != NULL; desk++) {
        const char *login = (*desk)->login_path == NULL ? "-" : (*desk)->login_path;
        for (const struct http_route *route = (*desk)->routes; route->method != 0; route++) {
            printf("%s\t%s\t%s\t%s\t%u\t%d\n", (*desk)->prefix, login, http_method_name(route->method), route->path,
                   route->roles, (int)route->guard);
        }
    }
    return 0;
}
