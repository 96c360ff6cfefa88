/** What was given and what the scores alone say of it, without a model: from the record and the diary. */
#ifndef RSP_CLINIC_SERVICE_SEEN_H
#define RSP_CLINIC_SERVICE_SEEN_H

#include "service/learn_record.h"
#include "service/planning.h"
#include "service/settings.h"

struct rsp_seen {
    size_t n_dose;               /* doses on record, each of a course counted */
    bool judged, no_response;    /* futility by the scores: enough of them, and no fall of the wanted share */
    bool other_treatment;        /* most scores after it stand beside another treatment of pain */
    double fall_frac, now_frac;  /* the most that pain fell after the last series, and now; NaN unknown */
    size_t n_after;              /* scores after the last series, within the days in which it is judged */
    long last_entry_day;         /* of the diary; days since 1970-01-01 */
    long series_day, series_end; /* first and last day of the last series */
};
/** What doses and scores on record say. @param seen  out @return RSP_E_MEMORY, else RSP_OK */
RSP_CHECKED rsp_status rsp_seen_read(const struct rsp_planning *planning,
    const struct rsp_prediction_settings *settings, struct rsp_date today, struct rsp_seen *seen,
    struct rsp_error *err);

/** Amounts given within the last `days`, of each drug. */
struct rsp_exposure {
    size_t n_dose[RSP_N_DRUG];
    size_t n_slip[RSP_N_DRUG];     /* of these, as rsp_past_slip: not in total_mg */
    double total_mg[RSP_N_DRUG];   /* NaN: by weight, and there is none on record */
    bool later_weight[RSP_N_DRUG]; /* an amount per kg is older than every weight on record */
};
struct rsp_exposure rsp_exposure_within(
    const struct rsp_rulebook *book, const struct rsp_patient *patient, struct rsp_date today, long days);

#endif
