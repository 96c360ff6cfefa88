/** The table of routes. Fields, their ranges and the permission of a route are those of its use case. */
#ifndef RSP_APP_SERVER_ROUTE_H
#define RSP_APP_SERVER_ROUTE_H

#include "service/clinic.h"

/** Pages that show nobody's data; everything else asks the service, which asks permission. */
enum rsp_page { RSP_PAGE_NONE, RSP_PAGE_HOME, RSP_PAGE_HEALTH, RSP_PAGE_OPENAPI };

struct rsp_route {
    const char *method, *path;  /* a {part} of the path is the input of that name */
    enum rsp_use_case use_case; /* its permission is the route's; RSP_USE_NONE for a page */
    enum rsp_page page;
    bool if_match; /* the version that is changed comes as If-Match */
    bool stream;   /* who accepts text/event-stream is told of changes, of the answer's `order` */
};

enum { RSP_MAX_PART = 4, RSP_PART_SIZE = 128 };

/** Values of the {parts} of a path. */
struct rsp_route_match {
    const struct rsp_route *route; /* NULL: none */
    bool path_known;               /* by another method */
    size_t n_part;
    char name[RSP_MAX_PART][32];
    char value[RSP_MAX_PART][RSP_PART_SIZE];
};

extern const struct rsp_route rsp_routes[];
extern const size_t rsp_n_route;

/** Refuse a table with a route that has no permission, that names an input its use case has not, that reads by writing
 * or writes by reading, or that stands twice. */
RSP_CHECKED rsp_status rsp_routes_check(const struct rsp_route route[], size_t n, struct rsp_error *err);

/** Find the route of a request. @param path  decoded, without query */
void rsp_route_find(const char *method, const char *path, struct rsp_route_match *match);

/** Whether who accepts text/html gets the answer as a page to print. */
bool rsp_route_is_drawn(const struct rsp_route *route);

/** Input of a use case by name, or NULL. */
const struct rsp_input *rsp_route_input(const struct rsp_route *route, const char *name);
/** Whether the route's own path or header carries this input, not the body or the query. */
bool rsp_route_carries(const struct rsp_route *route, const char *input);

#endif
