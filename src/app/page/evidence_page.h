/** The page docs/evidence: the model of slow relief beside every published study it can be computed for. */
#ifndef RSP_APP_PAGE_EVIDENCE_PAGE_H
#define RSP_APP_PAGE_EVIDENCE_PAGE_H

#include <stddef.h>

#include "base/text.h"
#include "plan/relief_table.h"
#include "rules/rules.h"

/** One study and what the model gives for it. The days of `row` are those of the study's points, then those of
 * its shares, in their order. */
struct rsp_evidence_case {
    const struct rsp_comparison *comparison;
    struct rsp_relief_row row;
    bool halved; /* racemic: half of the dose counted as esketamine */
};

/** The page in Markdown; it shows relief.svg from its own folder. */
void rsp_evidence_markdown(
    size_t n, const struct rsp_evidence_case cases[], const char *model_id, struct rsp_buf *out);

/** The chart: observed and predicted mean pain, and share of people who respond, one line a published number. */
void rsp_evidence_chart(size_t n, const struct rsp_evidence_case cases[], struct rsp_buf *out);

#endif
