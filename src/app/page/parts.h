/** Pieces of the report page. Not for other folders. */
#ifndef RSP_APP_PAGE_PARTS_H
#define RSP_APP_PAGE_PARTS_H

#include "report.h"
#include "sources.h"

const char *rsp_report_style(void);
void rsp_report_charts(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_session_charts(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_learned(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_relief(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_doses(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_limits(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out);
void rsp_report_findings(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out);
void rsp_report_evidence(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out);
void rsp_report_compare(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_basis(const struct rsp_report *report, struct rsp_buf *out);
void rsp_report_source_list(const struct rsp_sources *sources, struct rsp_buf *out);

/** "2 219 mg esketamine": all doses together. */
void rsp_report_total(struct rsp_buf *out, const struct rsp_advice *advice);

/** A peak of the session's hours, rounded as in the sentences: shares ("%") to whole percents. */
void rsp_report_peak(struct rsp_buf *out, const struct rsp_prediction *peak, const char *unit);

#endif
