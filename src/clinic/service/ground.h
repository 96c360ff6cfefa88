/** On what ground a prediction stands: inside, near or outside what its model was fitted on. */
#ifndef RSP_CLINIC_SERVICE_GROUND_H
#define RSP_CLINIC_SERVICE_GROUND_H

#include "service/advising.h"

/** What a regimen is, from its doses alone. */
struct rsp_regimen_shape {
    double longest_h; /* longest infusion without pause */
    double infused_h; /* all infusions together; overlaps count once */
    double course_d;  /* from the first dose to the end of the last */
    size_t n_daily;   /* infusions of several hours, the most that fall into the days of the rule */
    bool iv_only, one_drug;
    enum rsp_drug drug; /* of the first dose */
    double session_h;   /* from the first dose to the end of its session: pauses under 12 h do not end it */
};
struct rsp_regimen_shape rsp_regimen_shape(
    size_t n, const struct rsp_dose dose[], const struct rsp_relief_domain *relief);

enum rsp_ground { RSP_GROUND_FITTED, RSP_GROUND_NEAR, RSP_GROUND_NONE };

/** Judge chronic relief. peak_ng_per_ml is the typical peak level (NaN unknown). reason (RSP_REASON_SIZE) says in what
 * the regimen leaves the ground; "" when fitted. */
enum rsp_ground rsp_ground_relief(
    const struct rsp_advising *a, double peak_ng_per_ml, char *reason, size_t size);

/** Judge a level by what its PK model was fitted on: hours, condition. reason is "" when fitted. */
void rsp_ground_level(const struct rsp_advising *a, const struct rsp_model *model, char *reason, size_t size);

/** Add the parts of `more` ("; " between) to a reason, each that is not there already. Never cuts: a part that does
 * not fit as a whole is left out. */
void rsp_reason_join(char *reason, size_t size, const char *more);

/** Judge a fast effect by the hours of the session. */
enum rsp_ground rsp_ground_hours(
    const struct rsp_hours_domain *domain, double session_h, char *reason, size_t size);

#endif
