#include "app/server/route.h"

#include <stdio.h>
#include <string.h>

const struct rsp_input *rsp_route_input(const struct rsp_route *route, const char *name)
{
    const struct rsp_use_case_row *row = rsp_use_case_row(route->use_case);
    for (size_t i = 0; row != NULL && i < row->n_input && row->input[i].name != NULL; i++)
        if (strcmp(row->input[i].name, name) == 0)
            return &row->input[i];
    return NULL;
}

bool rsp_route_carries(const struct rsp_route *route, const char *input)
{
    char part[40];
    snprintf(part, sizeof part, "{%s}", input);
    return strstr(route->path, part) != NULL || (route->if_match && strcmp(input, "version") == 0);
}

/* ---- the table itself ---- */

static rsp_status bad(const struct rsp_route *route, struct rsp_error *err, const char *what)
{
    return rsp_error_set(err, RSP_E_BUG, "route", "%s %s %s", route->method, route->path, what);
}

static rsp_status check_parts(const struct rsp_route *route, struct rsp_error *err)
{
    char name[32];
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "}"), at + 1);
        const struct rsp_input *input = rsp_route_input(route, name);
        if (input == NULL || !input->required)
            return bad(route, err, "names a part that its use case does not need");
    }
    return RSP_OK;
}

static rsp_status check_route(const struct rsp_route *route, struct rsp_error *err)
{
    const struct rsp_use_case_row *row = rsp_use_case_row(route->use_case);
    const bool get = strcmp(route->method, "GET") == 0;

    if (row == NULL && (route->page == RSP_PAGE_NONE || !get))
        return bad(route, err, "has no permission");
    if (row == NULL)
        return RSP_OK;
    if (row->roles == 0 || route->page != RSP_PAGE_NONE)
        return bad(route, err, "has no permission");
    if (get && (row->flags & (RSP_CASE_WRITES | RSP_CASE_SESSION)) != 0)
        return bad(route, err, "changes something by GET");
    if (!get && strcmp(route->method, "POST") != 0 && strcmp(route->method, "PATCH") != 0)
        return bad(route, err, "has an unknown method");
    for (size_t i = 0; get && i < row->n_input && row->input[i].name != NULL; i++)
        if (row->input[i].type == RSP_INPUT_OBJECT || row->input[i].type == RSP_INPUT_TEXTS ||
            row->input[i].type == RSP_INPUT_NUMBERS || row->input[i].type == RSP_INPUT_SECRET)
            return bad(route, err, "would carry a secret, an object or a list in its address");
    return check_parts(route, err);
}

rsp_status rsp_routes_check(const struct rsp_route route[], size_t n, struct rsp_error *err)
{
    for (size_t i = 0; i < n; i++) {
        RSP_TRY(check_route(&route[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(route[k].method, route[i].method) == 0 && strcmp(route[k].path, route[i].path) == 0)
                return bad(&route[i], err, "stands twice in the table");
    }
    return RSP_OK;
}

bool rsp_route_is_drawn(const struct rsp_route *route)
{
    return route->use_case == RSP_USE_flowsheet || route->use_case == RSP_USE_instructions;
}

/* ---- a request ---- */

static bool same_path(const struct rsp_route *route, const char *path, struct rsp_route_match *match)
{
    const char *pattern = route->path;
    match->n_part = 0;
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        const size_t name = strcspn(pattern, "}"), value = strcspn(path, "/");
        if (value == 0 || value >= RSP_PART_SIZE || match->n_part == RSP_MAX_PART)
            return false;
        snprintf(match->name[match->n_part], sizeof match->name[0], "%.*s", (int)name - 1, pattern + 1);
        snprintf(match->value[match->n_part], RSP_PART_SIZE, "%.*s", (int)value, path);
        match->n_part++;
        pattern += name + 1;
        path += value;
    }
    return *path == '\0';
}

/* A path without {parts} goes before one with: /patients/search is no patient. */
void rsp_route_find(const char *method, const char *path, struct rsp_route_match *match)
{
    *match = (struct rsp_route_match){0};
    for (int with_parts = 0; with_parts < 2; with_parts++)
        for (size_t i = 0; i < rsp_n_route; i++) {
            const struct rsp_route *route = &rsp_routes[i];
            if ((strchr(route->path, '{') != NULL) != (with_parts == 1) || !same_path(route, path, match))
                continue;
            match->path_known = true;
            if (strcmp(route->method, method) == 0) {
                match->route = route;
                return;
            }
        }
    match->n_part = 0;
}
