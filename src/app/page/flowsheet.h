/** The flowsheet of a session as a page to print: A4 landscape, two hours of the session a sheet, black on white.
 *
 * It is drawn from the answer of the use case `flowsheet` alone; what stands on it stands there. */
#ifndef RSP_APP_PAGE_FLOWSHEET_H
#define RSP_APP_PAGE_FLOWSHEET_H

#include <jansson.h>

#include "base/text.h"

/** Append the page. @param sheet  the answer; its `language` is that of the page */
RSP_CHECKED rsp_status rsp_flowsheet_html(const json_t *sheet, struct rsp_buf *out, struct rsp_error *err);

/** Its one style sheet, as it stands in the page. */
const char *rsp_flowsheet_style(void);

#endif
