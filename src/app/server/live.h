/** Server-sent events: who watches a session or the ward is told at once that something there has changed.
 *
 * A stream carries no clinical word, only numbers: the page then asks for what it shows, as it always does. `tick` comes each
 * second, so that a page knows when it last heard the server. A stream ends after a minute and the browser opens it again: that is when
 * permission is asked anew. */
#ifndef RSP_APP_SERVER_LIVE_H
#define RSP_APP_SERVER_LIVE_H

#include <microhttpd.h>

#include "service/clinic.h"

enum { RSP_LIVE_STREAM_S = 60 };

struct rsp_live;

/** NULL without memory. */
struct rsp_live *rsp_live_new(struct rsp_service *service);
/** When no stream is left. */
void rsp_live_free(struct rsp_live *live);

/** Read what has changed and wake the streams that have something to say. Called several times a second by one thread. */
void rsp_live_look(struct rsp_live *live);
/** End every stream. */
void rsp_live_stop(struct rsp_live *live);

/** A response that tells of changes of one order's session, 0: of all. Caller destroys it. NULL without memory, or when too many watch. */
struct MHD_Response *rsp_live_response(
    struct rsp_live *live, struct MHD_Connection *connection, int64_t order);

#endif
