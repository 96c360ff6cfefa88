/** A search for a regimen in plain words, and its picture. */
#ifndef RSP_APP_CLI_OPTIMISE_TEXT_H
#define RSP_APP_CLI_OPTIMISE_TEXT_H

#include "app/page/report.h"
#include "service/optimise.h"

/** @param plan  who it is for: patient, today and the advice of the search */
void rsp_optimise_text(
    const struct rsp_report *plan, const struct rsp_optimised *optimised, bool terminal, struct rsp_buf *out);

/** Days gained over milligrams, a panel a drug; larger marks for more visits. RSP_E_MISSING when nothing is ranked. */
RSP_CHECKED rsp_status rsp_optimise_plot(
    const struct rsp_optimised *optimised, struct rsp_buf *out, struct rsp_error *err);

#endif
