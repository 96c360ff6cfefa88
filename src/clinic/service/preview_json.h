/** One advice as the planner's page needs it while a hand moves: curves, decisive numbers, limits, sentences. */
#ifndef RSP_CLINIC_SERVICE_PREVIEW_JSON_H
#define RSP_CLINIC_SERVICE_PREVIEW_JSON_H

#include <jansson.h>

#include "service/advise.h"

/** The numbers are those of rsp_advice_json, to the same six digits. NULL without memory. */
json_t *rsp_preview_json(const struct rsp_advice *advice);

/** {status, n_block, n_caution, n_unknown, sentence, missing}: once for all regimens of one patient. NULL without memory. */
json_t *rsp_preview_candidacy(const struct rsp_advice *advice);

#endif
