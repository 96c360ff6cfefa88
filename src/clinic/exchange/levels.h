/** Measured levels of one person, as a laboratory's table gives them. */
#ifndef RSP_CLINIC_EXCHANGE_LEVELS_H
#define RSP_CLINIC_EXCHANGE_LEVELS_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

#include "base/date.h"

enum { RSP_LEVEL_NAME = 64 };

/** What laboratories report and models give, with its unit; ends with NULL. */
extern const char *const rsp_level_substance[];

struct rsp_level {
    struct rsp_date_time taken;
    char output[RSP_LEVEL_NAME]; /**< "esketamine_ng_per_ml": a model's output, which carries the unit */
    double value;                /**< in that unit; the limit of quantification when `below` */
    bool below;                  /**< written "<0.5" */
    int line;
};

/** In the order of the file. Free with rsp_levels_free. */
struct rsp_levels {
    size_t n;
    struct rsp_level *level;
};

/** Read `[id,]date_time,NAME[,NAME...]` (CSV): each NAME an output with its unit, such as esketamine_ng_per_ml; a
 * cell is a number, `<LIMIT` for a value below quantification, or empty. Refused with line and sentence: a day
 * without a time, a moment after today, another person's id, unknown columns, negative or non-finite numbers, the
 * same substance twice at one moment, no value at all.
 * @param id      the person; rows of another one are refused
 * @param today   the last day that a level can be of
 * @param levels  out: untouched on failure */
RSP_CHECKED rsp_status rsp_levels_parse(const char *text, size_t length, const char *source, const char *id,
    struct rsp_date today, struct rsp_levels *levels, struct rsp_error *err);
void rsp_levels_free(struct rsp_levels *levels);

#endif
