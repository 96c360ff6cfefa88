/** Numbered sources of one page: each different citation once, in the order of first use. */
#ifndef RSP_APP_PAGE_SOURCES_H
#define RSP_APP_PAGE_SOURCES_H

#include <stddef.h>

#include "base/text.h"

enum { RSP_MAX_SOURCE = 256 };

struct rsp_sources {
    size_t n;
    struct {
        const char *text; /* borrowed */
        size_t length;
    } item[RSP_MAX_SOURCE];
};

/** Append " [1] [4]" for the citations of a text, numbering new ones.
 * @param several  the text holds several citations with "; " between
 * @param link     as links to #source-N of an HTML page */
void rsp_sources_refer(
    struct rsp_sources *sources, const char *text, bool several, bool link, struct rsp_buf *out);

#endif
