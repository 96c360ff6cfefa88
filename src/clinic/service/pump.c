#include "service/pump.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>

enum { MOST_BAND_TIME = 400 };

/* Two ways to the same amount may differ by rounding only. */
#define SAME_AMOUNT 1e-9

static bool same(double a, double b)
{
    return fabs(a - b) <= SAME_AMOUNT * fmax(1.0, fmax(fabs(a), fabs(b)));
}

/* What the rates of a row give in its time, added up, must be the amount that stands beside them. */
static rsp_status fill_rows(
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err)
{
    const struct rsp_tci_programme *p = plan->programme;
    const double weight_kg = request->patient->weight_kg, strength = request->syringe_mg_per_ml;
    double by_volume_ml = 0.0, by_weight_mg = 0.0;
    plan->row = calloc(p->n_step + 1, sizeof *plan->row);
    if (plan->row == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "programme", "out of memory");
    for (size_t i = 0; i < p->n_step; i++) {
        struct rsp_pump_row *row = &plan->row[i];
        *row = (struct rsp_pump_row){.step = p->step[i],
            .rate_ml_per_h = p->step[i].rate_mg_per_h / strength,
            .given_ml = p->step[i].given_mg / strength,
            .rate_mg_per_kg_per_h = p->step[i].rate_mg_per_h / weight_kg};
        by_volume_ml += row->rate_ml_per_h * row->step.duration_h;
        by_weight_mg += row->rate_mg_per_kg_per_h * weight_kg * row->step.duration_h;
        RSP_CHECK_BUG(same(by_weight_mg, row->step.given_mg), err);
        RSP_CHECK_BUG(isnan(strength) || same(by_volume_ml, row->given_ml), err);
    }
    plan->n_row = p->n_step;
    return RSP_OK;
}

static rsp_status check_syringe(const struct rsp_pump_request *request, const struct rsp_pump_plan *plan,
    double step_h, struct rsp_error *err)
{
    const double most_ml_per_h = plan->programme->highest_rate_mg_per_h / request->syringe_mg_per_ml;
    const double lasts_h = request->syringe_ml / most_ml_per_h;
    if (lasts_h >= step_h)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_DOMAIN, "syringe",
        "%.4g mL last %.3g min at the highest rate of %.4g mL/h, less than a step of %.3g min: take a larger "
        "syringe or a stronger solution",
        request->syringe_ml, lasts_h * 60.0, most_ml_per_h, step_h * 60.0);
}

/* Times at which a full syringe has run out. */
static rsp_status find_changes(
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err)
{
    if (isnan(request->syringe_ml))
        return RSP_OK;
    const double step_h =
        request->pump.step_h > 0.0 ? request->pump.step_h : 6.0 * rsp_tci_grid_h(&request->pump);
    RSP_TRY(check_syringe(request, plan, fmin(step_h, plan->programme->end_h), err));
    const double rounding = 1e-9;
    const double full_mg = request->syringe_ml * request->syringe_mg_per_ml;
    const size_t n = (size_t)fmax(0.0, ceil(plan->programme->total_mg / full_mg * (1.0 - rounding)) - 1.0);
    if (n > RSP_PUMP_MOST_CHANGE)
        return rsp_error_set(err, RSP_E_DOMAIN, "syringe",
            "the programme needs %zu syringes of %.4g mL: take a larger one or a stronger solution", n + 1,
            request->syringe_ml);
    plan->change_h = calloc(n + 1, sizeof *plan->change_h);
    if (plan->change_h == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "syringe", "out of memory");
    size_t row = 0;
    for (size_t i = 0; i < n; i++) {
        const double empty_mg = (double)(i + 1) * full_mg;
        while (row + 1 < plan->n_row && plan->row[row].step.given_mg < empty_mg)
            row++;
        const struct rsp_tci_step *step = &plan->row[row].step;
        plan->change_h[i] =
            step->start_h + step->duration_h - (step->given_mg - empty_mg) / step->rate_mg_per_h;
    }
    plan->n_change = n;
    return RSP_OK;
}

static struct rsp_plan_options options_of(const struct rsp_pump_request *request)
{
    return (struct rsp_plan_options){
        .seed = request->seed, .n_subject = request->n_subject, .n_thread = request->n_thread};
}

/* A model without published variability gives one curve: it is not dressed up as a band. */
static void keep_spread(struct rsp_curve *band)
{
    const double visible = 1e-9;
    for (size_t i = 0; i < band->n; i++)
        if (band->band[RSP_CURVE_BANDS - 1][i] - band->band[0][i] > visible * band->band[2][i])
            return;
    rsp_curve_free(band);
    *band = (struct rsp_curve){0};
}

static rsp_status spread(
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err)
{
    const struct rsp_plan_options options = options_of(request);
    RSP_TRY(rsp_tci_bands(request->model, request->covariate, plan->programme,
        rsp_model_output_name(request->model, (size_t)request->output), MOST_BAND_TIME, &options, &plan->band,
        err));
    keep_spread(&plan->band);
    return RSP_OK;
}

/* An effect site is brought to its target by a plasma level above it: how far above is said. */
static rsp_status plasma_beside(
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err)
{
    const struct rsp_tci_programme *p = plan->programme;
    int output = -1;
    if (request->method == RSP_TCI_PLASMA || rsp_tci_plasma(request->model, &output, NULL) != RSP_OK)
        return RSP_OK;
    plan->plasma_ng_per_ml = calloc(p->n_time, sizeof *plan->plasma_ng_per_ml);
    if (plan->plasma_ng_per_ml == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "programme", "out of memory");
    RSP_TRY(rsp_tci_typical(request->model, request->covariate, output, p, plan->plasma_ng_per_ml, err));
    plan->n_plasma = p->n_time;
    for (size_t i = 0; i < p->n_time; i++)
        if (plan->plasma_ng_per_ml[i] > plan->plasma_top_ng_per_ml) {
            plan->plasma_top_ng_per_ml = plan->plasma_ng_per_ml[i];
            plan->plasma_top_h = p->time_h[i];
        }
    return RSP_OK;
}

static bool seen_at(const struct rsp_side_effect *row, double level_ng_per_ml)
{
    return !isnan(row->low_ng_per_ml) && level_ng_per_ml >= row->low_ng_per_ml &&
           level_ng_per_ml <= row->high_ng_per_ml;
}

static rsp_status published_courses(
    const struct rsp_rulebook *book, struct rsp_pump_plan *plan, struct rsp_error *err)
{
    const size_t n = rsp_rulebook_n_side_effect(book);
    const double top = rsp_tci_profile_top_ng_per_ml(&plan->profile);
    plan->side_effect = calloc(n + 1, sizeof *plan->side_effect);
    if (plan->side_effect == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "side effects", "out of memory");
    /* At these levels and of this drug first, then of this drug, then of the other at these levels. */
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < n; i++) {
            const struct rsp_side_effect *row = rsp_rulebook_side_effect(book, i);
            const bool own = row->drug == plan->profile.drug, level = seen_at(row, top);
            if (turn == (own && level ? 0 : own ? 1 : level ? 2 : 3))
                plan->side_effect[plan->n_side_effect++] = row;
        }
    return RSP_OK;
}

static rsp_status make(const struct rsp_rulebook *book, const struct rsp_pump_request *request,
    struct rsp_pump_plan *plan, struct rsp_error *err)
{
    RSP_TRY(rsp_pump_check_target(book, request, plan, err));
    RSP_TRY(rsp_pump_calm(request, plan, err));
    const struct rsp_tci_request design = {.output = request->output,
        .method = request->method,
        .profile = &plan->profile,
        .pump = request->pump};
    if (plan->programme == NULL)
        RSP_TRY(rsp_tci_design(request->model, request->covariate, &design, &plan->programme, err));
    if (plan->programme->n_dose == 0)
        return rsp_error_set(err, RSP_E_DOMAIN, "resolution",
            "every rate that this needs is rounded to 0: the smallest rate of the pump is %.4g mg/h; take a "
            "weaker "
            "solution",
            request->pump.resolution_mg_per_h);
    RSP_TRY(fill_rows(request, plan, err));
    RSP_TRY(rsp_pump_limits(book, request, plan, err));
    RSP_TRY(published_courses(book, plan, err));
    if (plan->hard_broken)
        return RSP_OK;
    RSP_TRY(find_changes(request, plan, err));
    RSP_TRY(plasma_beside(request, plan, err));
    return spread(request, plan, err);
}

rsp_status rsp_pump_plan_make(const struct rsp_rulebook *book, const struct rsp_pump_request *request,
    struct rsp_pump_plan **plan, struct rsp_error *err)
{
    enum { DEFAULT_COPIES = 1000 };
    if (!(request->patient->weight_kg > 0.0))
        return rsp_error_set(err, RSP_E_MISSING, "weight_kg", "limits and rates per kg need the body weight");
    struct rsp_pump_plan *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "programme", "out of memory");
    made->profile = *request->profile;
    made->lowered_frac = 1.0;
    made->dissociation_chance = NAN;
    made->n_subject = request->n_subject > 0 ? request->n_subject : DEFAULT_COPIES;
    const rsp_status status = make(book, request, made, err);
    if (status != RSP_OK) {
        rsp_pump_plan_free(made);
        return status;
    }
    *plan = made;
    return RSP_OK;
}

void rsp_pump_plan_free(struct rsp_pump_plan *plan)
{
    if (plan == NULL)
        return;
    rsp_tci_programme_free(plan->programme);
    rsp_curve_free(&plan->band);
    free(plan->row);
    free(plan->change_h);
    free(plan->limit);
    free(plan->result);
    free(plan->plasma_ng_per_ml);
    free(plan->side_effect);
    free(plan);
}

bool rsp_pump_held_back(const struct rsp_pump_plan *plan)
{
    const struct rsp_tci_programme *p = plan->programme;
    bool missed = false;
    for (size_t i = 0; i < p->n_outcome; i++)
        missed = missed || (p->outcome[i].target_ng_per_ml > 0.0 && !isfinite(p->outcome[i].arrived_h));
    return p->at_max_rate && missed;
}
