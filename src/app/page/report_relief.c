#include <math.h>

#include "exchange/chart.h"
#include "parts.h"

static void row(const char *name, const struct rsp_prediction *p, const char *unit, double scale,
    double horizon, bool hypothetical, struct rsp_buf *out)
{
    if (p->status == RSP_NOT_PREDICTED)
        return;
    rsp_buf_printf(out, "<tr><td>%s</td><td>", name);
    rsp_report_prediction(out, p, unit, scale, 2, horizon);
    rsp_buf_printf(out, "</td><td class=\"source\">%s</td></tr>\n",
        hypothetical ? "hypothetical" : rsp_validity_name(p->validity));
}

void rsp_report_sensitivity(struct rsp_buf *out, const struct rsp_relief_forecast *r)
{
    /* A median of no days is no length: nothing is reached. */
    const struct rsp_prediction half = {.p05 = r->days_30_half.p05,
        .p50 = r->days_30_half.p50,
        .p95 = r->days_30_half.p95,
        .status = r->days_30_half.p50 > 0 ? RSP_PREDICTED : RSP_NOT_REACHED};
    const struct rsp_prediction twice = {.p05 = r->days_30_double.p05,
        .p50 = r->days_30_double.p50,
        .p95 = r->days_30_double.p95,
        .status = r->days_30_double.p50 > 0 ? RSP_PREDICTED : RSP_NOT_REACHED};

    if (isnan(half.p50) || isnan(twice.p50))
        return;
    rsp_buf_text(out, "If people differ half as much as assumed: ");
    rsp_report_prediction(out, &half, "d", 1, 2, r->horizon_d);
    rsp_buf_text(out, "; twice as much: ");
    rsp_report_prediction(out, &twice, "d", 1, 2, r->horizon_d);
    rsp_buf_text(out, ".");
}

void rsp_report_relief(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;
    const struct rsp_relief_forecast *r = &advice->relief;
    const bool hypothetical = advice->hypothetical;

    if (r->relief_days_30.status == RSP_NOT_PREDICTED)
        return;
    rsp_buf_printf(out, "<section class=\"keep\"><h2>%s</h2>\n",
        hypothetical ? "How long relief may last: the model's figure is hypothetical"
                     : "How long relief is expected to last");
    rsp_buf_text(out,
        "<div class=\"scroll\"><table><thead><tr><th></th><th>median (90 % interval)</th><th>ground</th></tr>"
        "</thead>\n<tbody>\n");
    row("relief of 30 % or more", &r->relief_days_30, "d", 1, r->horizon_d, hypothetical, out);
    row("of these, after the last dose", &r->after_end_days_30, "d", 1, r->horizon_d, hypothetical, out);
    row("relief of 50 % or more", &r->relief_days_50, "d", 1, r->horizon_d, hypothetical, out);
    row("greatest relief", &r->peak_relief_frac, "%", 100, NAN, hypothetical, out);
    row("share of people who can respond", &r->response_class_probability, "%", 100, NAN, hypothetical, out);
    row("share who respond to placebo", &r->placebo_response_probability, "%", 100, NAN, hypothetical, out);
    rsp_buf_text(
        out, "</tbody></table></div>\n<p>Days and greatest relief are those of people who can respond. ");
    if (!hypothetical && isfinite(r->expected_relief_days_30)) {
        rsp_buf_printf(out, "Mean over those who respond and those who do not: %.0f d of 30 %% relief",
            r->expected_relief_days_30);
        if (isfinite(r->expected_relief_days_50))
            rsp_buf_printf(out, ", %.0f d of 50 %%", r->expected_relief_days_50);
        rsp_buf_text(out, ". ");
    }
    rsp_report_sensitivity(out, r);
    rsp_buf_text(out, "</p></section>\n");
}
