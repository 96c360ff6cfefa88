/** A search as JSON. */
#ifndef RSP_CLINIC_SERVICE_OPTIMISE_JSON_H
#define RSP_CLINIC_SERVICE_OPTIMISE_JSON_H

#include "service/optimise.h"

/** Text of one JSON object, as docs/manual/09-compare-regimens.md names its parts. Caller frees with free(). */
RSP_CHECKED rsp_status rsp_optimised_json(
    const struct rsp_optimised *optimised, char **text, struct rsp_error *err);

#endif
