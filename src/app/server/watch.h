/** Open connections, and the end of those that take too long to say what they want. */
#ifndef RSP_APP_SERVER_WATCH_H
#define RSP_APP_SERVER_WATCH_H

#include <stdbool.h>

/** Longest time from the opening of a connection, or the end of its last answer, to the end of its next request. */
enum { RSP_READING_S = 20 };

struct rsp_watch;
struct rsp_watch *rsp_watch_new(void); /* NULL without memory; caller frees with rsp_watch_free */
void rsp_watch_free(struct rsp_watch *watch);

struct rsp_watched;
/** A connection was opened. NULL without memory: it is then not watched. */
struct rsp_watched *rsp_watch_open(struct rsp_watch *watch, int descriptor);
void rsp_watch_close(struct rsp_watch *watch, struct rsp_watched *watched);
/** Its request is read (true), or its answer is written and it may send the next (false). */
void rsp_watch_busy(struct rsp_watch *watch, struct rsp_watched *watched, bool busy);
/** Cut the connections that took too long. */
void rsp_watch_cut(struct rsp_watch *watch);

#endif
