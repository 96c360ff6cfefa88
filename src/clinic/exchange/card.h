/** Model cards: one Markdown page and two SVG drawings for each model, generated from the model itself. */
#ifndef RSP_CLINIC_EXCHANGE_CARD_H
#define RSP_CLINIC_EXCHANGE_CARD_H

#include <stddef.h>

#include <respite/model.h>
#include <respite/status.h>

#include "base/text.h"
#include "evidence/check.h"

/** The card of one model: what it is, its drawing, parameters, published against computed, where it may be
 * used, what is assumed. Links to ID-structure.svg and, when something was computed, ID-checks.svg.
 * @param n, result  from rsp_check_run_all on the model's own checks
 * @param markdown, structure_svg, checks_svg  caller's initialised buffers; text is appended. checks_svg
 *        stays empty when there is nothing to plot.
 * @return RSP_OK, RSP_E_MEMORY or RSP_E_LIMIT when a buffer is full */
RSP_CHECKED rsp_status rsp_card_write(const struct rsp_model *model, size_t n,
    const struct rsp_check_result result[], struct rsp_buf *markdown, struct rsp_buf *structure_svg,
    struct rsp_buf *checks_svg, struct rsp_error *err);

/** Only the drawing of compartments, flows, routes and effects. */
RSP_CHECKED rsp_status rsp_card_structure_svg(
    const struct rsp_model *model, struct rsp_buf *svg, struct rsp_error *err);

/** Head of the index page (docs/models/README.md), then one row a model. */
void rsp_card_index_head(struct rsp_buf *markdown);
void rsp_card_index_row(const struct rsp_model *model, size_t n, const struct rsp_check_result result[],
    struct rsp_buf *markdown);

#endif
