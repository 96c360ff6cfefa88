/** The shared-decision sheet of a kept plan: what one patient is told, in plain words, as data for one page.
 *
 * Numbers come from the plan's forecast and from rules/sheet.yaml, words from rules/sheet_LANGUAGE.yaml. The version is a
 * digest of everything that is said, so that a consent names exactly the words that were shown.
 */
#ifndef RSP_CLINIC_SERVICE_SHEET_H
#define RSP_CLINIC_SERVICE_SHEET_H

#include <jansson.h>

#include "service/plans.h"

/** @param language "en" or "de"
 * @param sheet out: {digest (its version), language, frame, title, intro, sections: [{id, title, texts, icons, risks, items}], sources};
 *              caller frees with json_decref */
RSP_CHECKED rsp_status rsp_sheet_new(
    const struct rsp_kept_plan *plan, const char *language, json_t **sheet, struct rsp_error *err);

#endif
