/** A pump programme as charts and as one self-contained HTML page: no network, prints on A4. */
#ifndef RSP_APP_PAGE_PROGRAMME_H
#define RSP_APP_PAGE_PROGRAMME_H

#include "base/date.h"
#include "exchange/chart.h"
#include "service/pump.h"

enum { RSP_PROGRAMME_CHART = 2, RSP_PROGRAMME_SERIES = 3, RSP_PROGRAMME_SENTENCE = 4000 };

/** Level with its band and target, and the rates of the pump. */
struct rsp_programme_drawing {
    struct rsp_chart chart[RSP_PROGRAMME_CHART];
    struct rsp_chart_series level[RSP_PROGRAMME_SERIES], rate;
    double *x, *band_x, *rate_x, *height; /* of the series */
    char title[200], sentence[RSP_PROGRAMME_SENTENCE];
};

/** Draw a plan that has a programme. Borrows from both; the drawing stays where it is until
 * rsp_programme_drawing_free, also after a failure. */
RSP_CHECKED rsp_status rsp_programme_drawing_make(const struct rsp_pump_request *request,
    const struct rsp_pump_plan *plan, struct rsp_programme_drawing *drawing, struct rsp_error *err);
void rsp_programme_drawing_free(struct rsp_programme_drawing *drawing);

/** What the page shows; all borrowed. */
struct rsp_programme_page {
    const struct rsp_pump_request *request;
    const struct rsp_pump_plan *plan; /* of a plan without a programme: why, and the limits */
    const char *patient;              /* id; NULL: none */
    const char *rules_version;
    struct rsp_date today;
};

/** Append the page. */
RSP_CHECKED rsp_status rsp_programme_html(
    const struct rsp_programme_page *page, struct rsp_buf *out, struct rsp_error *err);

#endif
