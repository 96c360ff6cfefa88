/** One plan as a self-contained HTML page for the record: no network, prints on A4. */
#ifndef RSP_APP_PAGE_REPORT_H
#define RSP_APP_PAGE_REPORT_H

#include <stddef.h>

#include "base/text.h"
#include "record/patient.h"
#include "service/advise.h"

/** What the page shows; all borrowed. */
struct rsp_report {
    const struct rsp_advice *advice;
    const struct rsp_patient *patient;
    struct rsp_date today;
    double syringe_mg_per_ml; /* NaN: pump rates in mg/h only */
    size_t n_other;           /* protocols set beside it */
    const struct rsp_advice *const *other;
};

/** Append the page. */
void rsp_report_html(const struct rsp_report *report, struct rsp_buf *out);

/** Label of a plan in comparisons: the protocol's name, or "own doses". */
const char *rsp_report_label(const struct rsp_advice *advice);

/** The patient's id, or "this patient" when the file has none. */
const char *rsp_report_name(const struct rsp_patient *patient);

/** "43 d (24 to 76)", "more than 180 d", "not reached", "not predicted": a prediction in words and numbers.
 * @param unit     unit to print, "" for none
 * @param scale    factor from the prediction's unit to the printed one
 * @param digits   significant digits
 * @param horizon  value beyond which quantiles are only known to lie; NaN when there is none */
void rsp_report_prediction(struct rsp_buf *out, const struct rsp_prediction *prediction, const char *unit,
    double scale, int digits, double horizon);

/** "kept", "exceeded", "not met" (a minimum), or the given word for a hard limit that is broken. */
const char *rsp_report_limit_word(const struct rsp_limit_result *result, const char *broken);

/** The peak of acute relief with its time, or why none is given: two sentences. */
void rsp_report_acute(struct rsp_buf *out, const struct rsp_advice *advice);

/** How the days of relief change when people differ half or twice as much: one sentence, or nothing. */
void rsp_report_sensitivity(struct rsp_buf *out, const struct rsp_relief_forecast *relief);

/** Two results of one study, regimen and condition: shown together. */
bool rsp_report_same_study(const struct rsp_evidence *a, const struct rsp_evidence *b);

/** "12 to 30 Jan 2027", "20 Dec 2026 to 4 Jan 2027". */
void rsp_report_dates(struct rsp_date from, struct rsp_date to, char *text, size_t size);

/** A number in the style of the project, "-" for NaN. */
void rsp_report_number(struct rsp_buf *out, double value, int digits);

#endif
