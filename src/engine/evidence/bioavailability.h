/** Published bioavailability by route (models/bioavailability.yaml): fractions, never curves. */
#ifndef RSP_ENGINE_EVIDENCE_BIOAVAILABILITY_H
#define RSP_ENGINE_EVIDENCE_BIOAVAILABILITY_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/dose.h>
#include <respite/model.h>
#include <respite/status.h>

/** One published fraction. All text is borrowed until rsp_bioavailability_free. */
struct rsp_bioavailability {
    enum rsp_route route;
    enum rsp_drug drug;
    const char *form, *dose; /**< "film", "50 to 100 mg"; "" when not stated */
    double fraction;         /**< of the dose, in (0, 1] */
    double low, high;        /**< published interval, or fraction -/+ spread; equal to fraction when none */
    const char *spread_kind; /**< what low and high are: "SD", "90 % interval"; "" when none */
    bool children;
    const char *source, *note;
    enum rsp_confidence confidence;
};

struct rsp_bioavailability_table;

/** Read the table. Errors name line, field and what is expected. Caller frees with
 * rsp_bioavailability_free. */
RSP_CHECKED rsp_status rsp_bioavailability_parse(const char *text, size_t length, const char *source,
    struct rsp_bioavailability_table **table, struct rsp_error *err);
/** The table shipped with the library. Caller frees with rsp_bioavailability_free. */
RSP_CHECKED rsp_status rsp_bioavailability_shipped(
    struct rsp_bioavailability_table **table, struct rsp_error *err);
void rsp_bioavailability_free(struct rsp_bioavailability_table *table);

size_t rsp_bioavailability_count(const struct rsp_bioavailability_table *table);
const struct rsp_bioavailability *rsp_bioavailability_row(
    const struct rsp_bioavailability_table *table, size_t i);

/** What is known for adults about one drug and route: rows disagree, so this is a range.
 * @return number of rows; 0: nothing published, *low and *high untouched.
 * low and high: smallest and largest published fraction (not their spreads). */
size_t rsp_bioavailability_adults(const struct rsp_bioavailability_table *table, enum rsp_drug drug,
    enum rsp_route route, double *low, double *high);

#endif
