/** Parts of an advice as JSON, for the whole of it (advise_json.h) and for the planner (preview_json.h): both say the same
 * numbers, to six significant digits. */
#ifndef RSP_CLINIC_SERVICE_ADVICE_ROWS_H
#define RSP_CLINIC_SERVICE_ADVICE_ROWS_H

#include "service/advise.h"
#include "service/json_build.h"

/** null when not finite. */
json_t *rsp_advice_number(double value);
json_t *rsp_advice_numbers(struct rsp_build *b, size_t n, const double value[]);
/** {p05, p25, p50, p75, p95, status, validity, reason}; more_than_d where a quantile lies beyond the horizon. */
json_t *rsp_advice_prediction(struct rsp_build *b, const struct rsp_prediction *q, double horizon_d);
/** Set p05 to p95 of a curve in an object. Without published variability all bands are one: only the middle one is a
 * statement, and the others are null. */
void rsp_advice_bands(struct rsp_build *b, json_t *object, const struct rsp_curve *curve);
/** Set text, note, protocol, doses, total, end and limits of the regimen in an object. */
void rsp_advice_regimen(struct rsp_build *b, json_t *object, const struct rsp_advice *advice);
/** Set the chances of relief and the expected days of it in an object. */
void rsp_advice_relief(struct rsp_build *b, json_t *object, const struct rsp_relief_forecast *relief);
/** {from, to}: the days of the next infusion; null without. */
json_t *rsp_advice_next(struct rsp_build *b, const struct rsp_advice *advice);
json_t *rsp_advice_evidence(struct rsp_build *b, const struct rsp_evidence *evidence);

#endif
