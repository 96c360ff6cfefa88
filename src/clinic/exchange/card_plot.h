/** The plot of a model card. */
#ifndef RSP_CLINIC_EXCHANGE_CARD_PLOT_H
#define RSP_CLINIC_EXCHANGE_CARD_PLOT_H

#include <stddef.h>

#include <respite/model.h>

#include "base/text.h"
#include "evidence/check.h"

/** Curves with their published points, and the error of every number. Nothing is appended when nothing was
 * computed. */
RSP_CHECKED rsp_status rsp_card_checks_svg(const struct rsp_model *model, size_t n,
    const struct rsp_check_result result[], struct rsp_buf *svg, struct rsp_error *err);

#endif
