/** Drugs, routes and dose text.
 *
 *   AMOUNT DRUG ROUTE [over D | for D] [at T] [every D xN]
 *
 * The drug is never defaulted and never converted silently. Doses are free base.
 */
#ifndef RESPITE_DOSE_H
#define RESPITE_DOSE_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Order is permanent (stored). */
#define RSP_DRUG_LIST(X)                                                                                     \
    X(RSP_DRUG_KETAMINE, "ketamine")                                                                         \
    X(RSP_DRUG_ESKETAMINE, "esketamine")                                                                     \
    X(RSP_DRUG_ARKETAMINE, "arketamine")

#define RSP_ROUTE_LIST(X)                                                                                    \
    X(RSP_ROUTE_IV, "iv")                                                                                    \
    X(RSP_ROUTE_NASAL, "nasal")                                                                              \
    X(RSP_ROUTE_BUCCAL, "buccal")                                                                            \
    X(RSP_ROUTE_SUBLINGUAL, "sublingual")                                                                    \
    X(RSP_ROUTE_ORAL, "oral")                                                                                \
    X(RSP_ROUTE_IM, "im")                                                                                    \
    X(RSP_ROUTE_SC, "sc")                                                                                    \
    X(RSP_ROUTE_RECTAL, "rectal")

enum rsp_drug {
#define RSP_X(name, text) name,
    RSP_DRUG_LIST(RSP_X)
#undef RSP_X
        RSP_N_DRUG
};

enum rsp_route {
#define RSP_X(name, text) name,
    RSP_ROUTE_LIST(RSP_X)
#undef RSP_X
        RSP_N_ROUTE
};

const char *rsp_drug_name(enum rsp_drug drug);
const char *rsp_route_name(enum rsp_route route);
/** RSP_E_UNKNOWN never guesses a drug: "S-ketamine", "Ketanest S" and other spellings and brands are named
 * with the word to write, "ketoprofen" and other look-alikes are refused by name. An unknown route is
 * answered with the nearest one. */
RSP_CHECKED rsp_status rsp_drug_parse(const char *text, enum rsp_drug *drug, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_route_parse(const char *text, enum rsp_route *route, struct rsp_error *err);

/** How the amount was written: fixes what still needs the weight and the duration. */
enum rsp_dose_basis {
    RSP_DOSE_MG,             /**< mg */
    RSP_DOSE_MG_PER_KG,      /**< mg/kg */
    RSP_DOSE_MG_PER_H,       /**< mg/h, needs `for` */
    RSP_DOSE_MG_PER_KG_PER_H /**< mg/kg/h, needs `for` */
};

/** One parsed dose text: value in the basis' unit, times in h, repeats. */
struct rsp_dose_text {
    enum rsp_dose_basis basis;
    double value; /**< in mg, mg/kg, mg/h or mg/kg/h */
    enum rsp_drug drug;
    enum rsp_route route;
    double duration_h; /**< 0: instantaneous */
    double start_h;    /**< 0 unless "at" */
    double interval_h; /**< 0: once */
    int n_repeat;      /**< 1: once */
};

/** One dose as given: the unit that the engine integrates. */
struct rsp_dose {
    double start_h;
    double duration_h; /**< 0: instantaneous (bolus, or the route's own input) */
    double amount_mg;  /**< free base, of `drug` */
    enum rsp_drug drug;
    enum rsp_route route;
    int state;                /**< -1: by route; else the 0-based state that the dose enters (NM-TRAN CMT) */
    double steady_interval_h; /**< >0: at steady state of this dose repeated every so many h (NM-TRAN SS=1) */
};

/** Parse dose text: the amount first, then drug, route and clauses in any order, case-insensitive.
 * Units, drug and route are required; a rate needs `for`, an amount may have `over`, `every` needs `xN`.
 * Absurd values are refused (RSP_E_DOMAIN): amounts (or rates, per kg) outside 1 ng to 1 kg, durations and
 * intervals outside 1 s to 1 year, a start after 10 years, more than 10,000 repeats or 30 years of them;
 * clinical limits are judged elsewhere. */
RSP_CHECKED rsp_status rsp_dose_text_parse(
    const char *text, struct rsp_dose_text *dose, struct rsp_error *err);

/** Canonical text of a parsed dose ("0.5 mg/kg ketamine iv over 40 min every 48 h x5"), to 12 significant
 * digits; reads back as the same dose. @return as snprintf. */
int rsp_dose_text_format(const struct rsp_dose_text *dose, char *text, size_t size);

/** Expand to dose.n_repeat doses in mg. weight_kg is needed (RSP_E_MISSING) for per-kg texts.
 * @param doses out: array of capacity n_max, written only on success
 * @param n     out: number of doses */
RSP_CHECKED rsp_status rsp_dose_text_expand(const struct rsp_dose_text *dose, double weight_kg, size_t n_max,
    struct rsp_dose doses[], size_t *n, struct rsp_error *err);

/** Refuse what is physically absurd for any use: over 20 mg/kg within any hour or over 10 g within any
 * day, all doses together, infusions by the part that falls into the window.
 * @param weight_kg  NaN or not positive: the hour is not judged */
RSP_CHECKED rsp_status rsp_doses_check_absurd(
    size_t n, const struct rsp_dose doses[], double weight_kg, struct rsp_error *err);

/** The dose that brings the highest level of a regimen: the greatest amount per hour, an amount given within an hour
 * counted as it is; the last of equals (1 part in 1e12), since levels add up. @return its index; 0 when n is 0 */
size_t rsp_doses_strongest(size_t n, const struct rsp_dose doses[]);

#ifdef __cplusplus
}
#endif

#endif
