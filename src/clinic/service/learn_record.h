/** The recorded infusions beside which levels and a diary are read, and the last series among them. */
#ifndef RSP_CLINIC_SERVICE_LEARN_RECORD_H
#define RSP_CLINIC_SERVICE_LEARN_RECORD_H

#include <respite/diary.h>

#include "service/advising.h"

/** In order of time, hours from the first recorded infusion; as given, and as the relief model takes them. */
struct rsp_recorded {
    size_t n;
    struct rsp_dose *given, *model;
};

/** The recorded dose is about ten times, or a tenth of, the usual at the weight of its day: nothing is calculated with
 * it, neither learned nor forecast nor added up, until it has been checked. */
bool rsp_past_slip(
    const struct rsp_rulebook *book, const struct rsp_patient *patient, const struct rsp_past_infusion *past);

/** Every recorded dose before the plan's start that the model takes; others are entered as missing.
 * @param recorded  out: caller frees with rsp_recorded_free, also after failure (zeroed before)
 * @return RSP_E_LIMIT for a dose about ten times or a tenth of its usual range: what is learned would rest on a slip;
 *         RSP_E_MISMATCH when no dose can be followed */
RSP_CHECKED rsp_status rsp_recorded_doses(
    struct rsp_advising *a, struct rsp_recorded *recorded, struct rsp_error *err);
void rsp_recorded_free(struct rsp_recorded *recorded);

/** Index of the first dose of the last series: no pause of gap_d days lies between its doses, which are in order of
 * time. @param end_h  out: when the last of all doses ends; may be NULL */
size_t rsp_last_series(size_t n, const struct rsp_dose dose[], double gap_d, double *end_h);

/** What the scores alone say of the last series, without a model. */
struct rsp_series_seen {
    size_t n_after; /* days with an entry after its end, within the days in which it is judged */
    double
        fall_frac; /* the most that the mean of five days in a row fell below the mean before; NaN unknown */
    double now_frac;      /* the same of the last five days of all */
    bool judged;          /* there are enough days after its end, and five before treatment */
    bool other_treatment; /* most entries after its end stand beside another treatment of pain */
    bool no_response;     /* futility: judged, and pain did not fall by 30 % */
};
/** One value a day, of the question that most entries answer; before treatment are the weeks of judge_within_d.
 * @param end_d  of the series; time zero of the diary is the start of the first one */
struct rsp_series_seen rsp_series_seen(
    const struct rsp_prediction_settings *settings, const struct rsp_diary *diary, double end_d);

#endif
