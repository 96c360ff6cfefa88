/** Pieces of the report page. Not for other folders. */
#ifndef RSP_APP_PAGE_PARTS_H
#define RSP_APP_PAGE_PARTS_H

#include "report.h"
#include "sources.h"

const char *rsp_report_style(void);
void rsp_report_charts(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_session_charts(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_doses(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_limits(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out);
void rsp_report_findings(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out);
void rsp_report_evidence(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out);
void rsp_report_compare(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_basis(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_source_list(const struct rsp_sources *sources, struct rsp_buf *out);

#endif
