/** A plan in plain words for a terminal, the answer in its first three lines. */
#ifndef RSP_APP_CLI_PLAN_TEXT_H
#define RSP_APP_CLI_PLAN_TEXT_H

#include "app/page/report.h"
#include "base/text.h"

/** @param terminal  headings in bold */
void rsp_plan_text(const struct rsp_report *plan, bool terminal, struct rsp_buf *out);

#endif
