/** An advice as one JSON object: the `plan` object of the interfaces. */
#ifndef RSP_CLINIC_SERVICE_ADVISE_JSON_H
#define RSP_CLINIC_SERVICE_ADVISE_JSON_H

#include "service/advise.h"

/** Keys: candidacy, regimen, prediction, evidence, basis, sentences. A prediction is {p05, p25, p50, p75, p95,
 * status, validity, reason}; what does not exist is null, and a quantile beyond the horizon is null with
 * more_than_d beside it. Six significant digits.
 * @param text out: caller frees with free() */
RSP_CHECKED rsp_status rsp_advice_json(const struct rsp_advice *advice, char **text, struct rsp_error *err);

#endif
