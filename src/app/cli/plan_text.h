/** A plan in plain words for a terminal, the answer in its first three lines. */
#ifndef RSP_APP_CLI_PLAN_TEXT_H
#define RSP_APP_CLI_PLAN_TEXT_H

#include "app/page/report.h"
#include "base/text.h"

/** @param terminal  headings in bold */
void rsp_plan_text(const struct rsp_report *plan, bool terminal, struct rsp_buf *out);

/* Parts that other answers share. */
struct rsp_sources;
void rsp_text_heading(struct rsp_buf *out, const char *text, bool terminal);
/** Wrapped to the page's width, each line indented. NULL or "" writes nothing. */
void rsp_text_paragraph(struct rsp_buf *out, const char *text, size_t indent);
/** "example-crps, 46 y, f, 70 kg, complex regional pain syndrome: CANDIDATE", without a line end. */
void rsp_text_who(const struct rsp_report *plan, struct rsp_buf *out);
void rsp_text_basis(const struct rsp_advice *advice, bool terminal, struct rsp_buf *out);
void rsp_text_source_list(const struct rsp_sources *sources, bool terminal, struct rsp_buf *out);

#endif
