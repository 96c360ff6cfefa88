/* Chronic relief in days: statuses, quantiles and sensitivity over the measures of many copies. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/plan.h>

#include "model/compiled.h"
#include "num/quantile.h"
#include "plan/copies.h"
#include "plan/curve.h"
#include "plan/follow.h"
#include "plan/quantile.h"

/* Over both classes: what the model says for one person who is not yet known to respond. */
static double mean_days(size_t n, const double day[])
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += day[i];
    return n > 0 ? sum / (double)n : NAN;
}

static void length_prediction(
    struct rsp_follow *follow, enum rsp_follow_measure m, struct rsp_prediction *prediction)
{
    rsp_prediction_from(follow->n_copy, follow->measure[m], prediction);
    if (prediction->p50 <= 0.0)
        prediction->status = RSP_NOT_REACHED;
    else if (isinf(prediction->p50))
        prediction->status = RSP_BEYOND_HORIZON;
}

static void drop_infinite(double *value, double sign)
{
    if (isinf(*value) && *value * sign > 0.0)
        *value = NAN;
}

/* Quantiles that fall on copies without a crossing do not exist. */
static void drop_missing(struct rsp_prediction *prediction, double sign)
{
    drop_infinite(&prediction->p05, sign);
    drop_infinite(&prediction->p25, sign);
    drop_infinite(&prediction->p50, sign);
    drop_infinite(&prediction->p75, sign);
    drop_infinite(&prediction->p95, sign);
}

static void crossing_predictions(struct rsp_follow *follow, struct rsp_relief_forecast *forecast)
{
    struct rsp_prediction *onset = &forecast->onset_day, *back = &forecast->return_day,
                          *reached = &forecast->return_day_reached;
    rsp_prediction_from(follow->n_copy, follow->measure[RSP_FOLLOW_ONSET], onset);
    rsp_prediction_from(follow->n_copy, follow->measure[RSP_FOLLOW_RETURN], back);
    /* Sorted: the copies that never reach it stand first. */
    if (follow->n_reached_30 == 0)
        rsp_prediction_withhold(reached, "no copy reaches relief of 30 %");
    else
        rsp_prediction_from(follow->n_reached_30,
            follow->measure[RSP_FOLLOW_RETURN] + (follow->n_copy - follow->n_reached_30), reached);
    if (isinf(reached->p50))
        reached->status = RSP_BEYOND_HORIZON;
    const bool median_reaches = forecast->relief_days_30.status != RSP_NOT_REACHED;
    if (!median_reaches)
        onset->status = back->status = RSP_NOT_REACHED;
    else if (2 * follow->n_already > follow->n_copy)
        onset->status = RSP_ALREADY_ABOVE;
    if (median_reaches && isinf(back->p50))
        back->status = RSP_BEYOND_HORIZON;
    drop_missing(onset, 1.0);
    drop_missing(back, -1.0);
}

static void pain_bands(size_t n_copy, const float relief_frac[], double scratch[],
    const struct rsp_plan_options *options, double pain_nrs[])
{
    const double *own = options->draws != NULL ? options->draws->baseline_nrs : NULL;
    for (size_t i = 0; i < n_copy; i++)
        scratch[i] = (own != NULL ? own[i] : options->baseline_nrs) * (1.0 - (double)relief_frac[i]);
    rsp_quantiles(n_copy, scratch, RSP_CURVE_BANDS, rsp_band_probability, pain_nrs);
}

static rsp_status pain_curve(const struct rsp_follow *follow, const struct rsp_plan_options *options,
    struct rsp_curve *curve, struct rsp_error *err)
{
    if (follow->band == NULL)
        return RSP_OK;
    double *scratch = malloc(follow->n_copy * sizeof *scratch);
    if (scratch == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "curve", "out of memory");
    const rsp_status status = rsp_curve_new(curve, follow->n_band, err);
    size_t row = 0;
    for (size_t i = 0; status == RSP_OK && i < follow->grid.n; i++) {
        if (!follow->grid.marked[i])
            continue;
        double pain_nrs[RSP_CURVE_BANDS];
        pain_bands(follow->n_copy, follow->band + row * follow->n_copy, scratch, options, pain_nrs);
        curve->time[row] = follow->grid.time_h[i] / RSP_H_PER_D;
        for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
            curve->band[k][row] = pain_nrs[k];
        row++;
    }
    free(scratch);
    return status;
}

static const char *const withheld_class = "the model has no response class";
static const char *const withheld_placebo = "the model has no probability of a placebo response";

static int parameter_about(const struct rsp_model *model, const char *word)
{
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++)
        if (strstr(rsp_model_parameter(model, i)->name, word) != NULL)
            return (int)i;
    return -1;
}

static void take_draws(const struct rsp_model *model, size_t n_copy, const double draw[], int parameter,
    double scratch[], struct rsp_prediction *prediction)
{
    const size_t n_parameter = rsp_model_n_parameter(model);
    for (size_t i = 0; i < n_copy; i++)
        scratch[i] = draw[i * n_parameter + (size_t)parameter];
    rsp_prediction_from(n_copy, scratch, prediction);
}

/* Shares of people use the published probability, not the mean of its draws. */
static void count_both_classes(double response_probability, struct rsp_relief_forecast *forecast)
{
    forecast->p_relief_30 *= response_probability;
    forecast->p_relief_50 *= response_probability;
    forecast->expected_relief_days_30 *= response_probability;
    forecast->expected_relief_days_50 *= response_probability;
}

/* What was observed leaves one probability, not a distribution of them. */
static void take_learned_class(const struct rsp_plan_options *options, struct rsp_prediction *probability)
{
    if (options->draws == NULL || isnan(options->draws->response_probability))
        return;
    const double p = options->draws->response_probability;
    probability->p05 = probability->p25 = probability->p50 = probability->p75 = probability->p95 = p;
    probability->validity = RSP_VALIDITY_PATIENT;
}

static rsp_status probabilities(
    const struct rsp_relief_question *question, struct rsp_relief_forecast *forecast, struct rsp_error *err)
{
    const struct rsp_model *model = question->model;
    const int class_parameter = rsp_model_compiled(model)->class_parameter;
    const int placebo = parameter_about(model, "placebo");
    struct rsp_copies copies = {0};
    double *draw = NULL, *scratch = NULL;
    rsp_status status = RSP_OK;
    rsp_prediction_withhold(&forecast->response_class_probability, withheld_class);
    rsp_prediction_withhold(&forecast->placebo_response_probability, withheld_placebo);
    if (class_parameter < 0)
        return RSP_OK;
    RSP_TRY_DONE(rsp_copies_new(model, question->covariate, question->options, 1.0, &copies, err));
    draw = malloc(copies.n * rsp_model_n_parameter(model) * sizeof *draw);
    scratch = malloc(copies.n * sizeof *scratch);
    if (draw == NULL || scratch == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
        goto done;
    }
    const struct rsp_people people = rsp_copies_people(&copies, 0, copies.n);
    RSP_TRY_DONE(rsp_simulate_parameters(model, &people, &copies.simulate, draw, err));
    take_draws(model, copies.n, draw, class_parameter, scratch, &forecast->response_class_probability);
    if (placebo >= 0)
        take_draws(model, copies.n, draw, placebo, scratch, &forecast->placebo_response_probability);
    take_learned_class(question->options, &forecast->response_class_probability);
    count_both_classes(rsp_response_probability(model, question->options->draws), forecast);
done:
    free(draw);
    free(scratch);
    rsp_copies_free(&copies);
    return status;
}

static rsp_status fill(struct rsp_follow *follow, const struct rsp_plan_options *options,
    struct rsp_relief_forecast *forecast, struct rsp_error *err)
{
    const size_t n = follow->n_copy;
    const double horizon_d = follow->horizon_h / RSP_H_PER_D;
    forecast->horizon_d = horizon_d;
    forecast->p_relief_30 = (double)follow->n_reached_30 / (double)n;
    forecast->p_relief_50 = (double)follow->n_reached_50 / (double)n;
    forecast->expected_relief_days_30 = mean_days(n, follow->measure[RSP_FOLLOW_WITHIN_30]);
    forecast->expected_relief_days_50 = mean_days(n, follow->measure[RSP_FOLLOW_WITHIN_50]);
    length_prediction(follow, RSP_FOLLOW_DAYS_30, &forecast->relief_days_30);
    length_prediction(follow, RSP_FOLLOW_DAYS_50, &forecast->relief_days_50);
    length_prediction(follow, RSP_FOLLOW_AFTER_30, &forecast->after_end_days_30);
    length_prediction(follow, RSP_FOLLOW_AFTER_50, &forecast->after_end_days_50);
    crossing_predictions(follow, forecast);
    rsp_prediction_from(n, follow->measure[RSP_FOLLOW_PEAK], &forecast->peak_relief_frac);
    return pain_curve(follow, options, &forecast->pain_nrs, err);
}

static bool has_baseline(const struct rsp_plan_options *options)
{
    if (options->draws != NULL && options->draws->baseline_nrs != NULL)
        return true;
    return isfinite(options->baseline_nrs) && options->baseline_nrs > 0.0;
}

static rsp_status main_forecast(
    const struct rsp_relief_question *question, struct rsp_relief_forecast *forecast, struct rsp_error *err)
{
    struct rsp_follow follow = {0};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(rsp_follow_copies(question, 1.0, has_baseline(question->options), &follow, err));
    RSP_TRY_DONE(fill(&follow, question->options, forecast, err));
done:
    rsp_follow_free(&follow);
    return status;
}

/* The same draws with the assumed variability scaled: only the assumption differs. */
static rsp_status sensitivity(const struct rsp_relief_question *question, double extra_scale,
    struct rsp_prediction *days_30, struct rsp_error *err)
{
    struct rsp_follow follow = {0};
    const rsp_status status = rsp_follow_copies(question, extra_scale, false, &follow, err);
    if (status == RSP_OK)
        length_prediction(&follow, RSP_FOLLOW_DAYS_30, days_30);
    rsp_follow_free(&follow);
    return status;
}

/* The person with the published typical parameters: what a paper's own figure can be held against. */
static rsp_status typical_days(
    const struct rsp_relief_question *question, struct rsp_relief_forecast *forecast, struct rsp_error *err)
{
    struct rsp_relief_question one = *question;
    struct rsp_follow follow = {0};
    one.typical = true;
    const rsp_status status = rsp_follow_copies(&one, 1.0, false, &follow, err);
    if (status == RSP_OK) {
        forecast->typical_relief_days_30 = follow.measure[RSP_FOLLOW_DAYS_30][0];
        forecast->typical_peak_relief_frac = follow.measure[RSP_FOLLOW_PEAK][0];
    }
    rsp_follow_free(&follow);
    return status;
}

static double width_ratio(const struct rsp_prediction *scaled, const struct rsp_prediction *assumed)
{
    const double ratio = (scaled->p95 - scaled->p05) / (assumed->p95 - assumed->p05);
    return isfinite(ratio) ? ratio : NAN;
}

static void compare_widths(const struct rsp_prediction *half, const struct rsp_prediction *twice,
    struct rsp_relief_forecast *forecast)
{
    forecast->days_30_half.p05 = half->p05;
    forecast->days_30_half.p50 = half->p50;
    forecast->days_30_half.p95 = half->p95;
    forecast->days_30_double.p05 = twice->p05;
    forecast->days_30_double.p50 = twice->p50;
    forecast->days_30_double.p95 = twice->p95;
    forecast->sd_half_days_30 = width_ratio(half, &forecast->relief_days_30);
    forecast->sd_double_days_30 = width_ratio(twice, &forecast->relief_days_30);
}

rsp_status rsp_plan_relief(const struct rsp_model *model, const double covariate[], size_t n_dose,
    const struct rsp_dose dose[], const struct rsp_plan_options *options,
    struct rsp_relief_forecast *forecast, struct rsp_error *err)
{
    static const struct rsp_plan_options defaults = {0};
    const struct rsp_plan_options *o = options != NULL ? options : &defaults;
    const struct rsp_relief_question question = {model, covariate, n_dose, dose, o, false};
    struct rsp_relief_forecast made = {0};
    struct rsp_prediction half = {0}, twice = {0};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(main_forecast(&question, &made, err));
    RSP_TRY_DONE(typical_days(&question, &made, err));
    RSP_TRY_DONE(probabilities(&question, &made, err));
    rsp_prediction_withhold(&half, "");
    rsp_prediction_withhold(&twice, "");
    if (o->draws == NULL && !o->without_sensitivity) {
        RSP_TRY_DONE(sensitivity(&question, 0.5, &half, err));
        RSP_TRY_DONE(sensitivity(&question, 2.0, &twice, err));
    }
    compare_widths(&half, &twice, &made);
    *forecast = made;
done:
    if (status != RSP_OK)
        rsp_relief_forecast_free(&made);
    return status;
}

void rsp_relief_forecast_free(struct rsp_relief_forecast *forecast)
{
    if (forecast != NULL)
        rsp_curve_free(&forecast->pain_nrs);
}
