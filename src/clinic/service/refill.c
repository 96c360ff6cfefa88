/* Rules for the next date, compared by simulation for the recommended course. */
#include <math.h>
#include <stdio.h>

#include "service/optimising.h"

static const char *why_not(const struct rsp_optimising *o)
{
    const struct rsp_choice *chosen = o->made->recommended;
    const struct rsp_plan_options *options = &o->a.options;
    const bool own = o->draws != NULL && o->draws->baseline_nrs != NULL;
    const struct rsp_dose *last = &chosen->dose[chosen->n_course - 1];
    if (!own && !(options->baseline_nrs > 0.0))
        return "the pain before treatment is not on record";
    if (last->start_h + last->duration_h > o->search->rule.least_gap_d * RSP_H_PER_D)
        return "the course is longer than the least gap between two courses";
    if (o->made->horizon_d < 2.0 * o->search->rule.least_gap_d)
        return "the horizon is too short for a second course";
    return NULL;
}

static double course_mg(const struct rsp_choice *choice)
{
    double mg = 0.0;
    for (size_t i = 0; i < choice->n_course; i++)
        mg += choice->dose[i].amount_mg;
    return mg;
}

rsp_status rsp_optimise_refill(struct rsp_optimising *o, struct rsp_error *err)
{
    static const enum rsp_refill_policy policy[] = {RSP_REFILL_NEVER, RSP_REFILL_FIXED, RSP_REFILL_ADAPTIVE};
    struct rsp_optimised *made = o->made;
    const char *reason = why_not(o);
    if (reason != NULL) {
        snprintf(made->no_refill, sizeof made->no_refill, "%s", reason);
        return RSP_OK;
    }
    struct rsp_plan_options options = o->a.options;
    options.horizon_d = made->horizon_d;
    options.n_extra = o->a.settings->n_extra;
    options.extra = o->a.settings->extra;
    options.draws = o->draws;
    const struct rsp_regimen_question question = {.model = o->model,
        .covariate = o->person.covariate,
        .options = &options,
        .placebo = &o->search->placebo,
        .n_earlier = o->n_earlier,
        .earlier = o->earlier,
        .goal_relief_frac = NAN};
    const struct rsp_regimen course = {made->recommended->n_course, made->recommended->model_dose};
    for (size_t i = 0; i < sizeof policy / sizeof *policy; i++) {
        struct rsp_refill_row *row = &made->refill[i];
        row->policy = policy[i];
        RSP_TRY(rsp_refill_simulate(&question, &course, &o->search->diary, &o->search->rule, policy[i],
            o->search->fixed_interval_d, &row->result, err));
        row->mg = row->result.courses * course_mg(made->recommended);
        made->n_refill++;
    }
    RSP_TRY(rsp_basis_assume(o->a.advice, "simulated_diary", o->search->diary_text, err));
    return rsp_basis_assume_named(&o->a, "one_first_infusion", err);
}
