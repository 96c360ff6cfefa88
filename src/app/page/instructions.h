/** What a person takes home from a session: one page of A4 in plain words, large enough to be read.
 *
 * It is drawn from the answer of the use case `instructions` alone. */
#ifndef RSP_APP_PAGE_INSTRUCTIONS_H
#define RSP_APP_PAGE_INSTRUCTIONS_H

#include <jansson.h>

#include "base/text.h"

/** Append the page. @param sheet  the answer; its `language` is that of the page */
RSP_CHECKED rsp_status rsp_instructions_html(const json_t *sheet, struct rsp_buf *out, struct rsp_error *err);

/** Its one style sheet, as it stands in the page. */
const char *rsp_instructions_style(void);

#endif
