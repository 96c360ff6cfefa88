#include "simulate/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "num/beta.h"
#include "num/random.h"

#define NO_MEMORY "Not enough memory for the simulation."

/* ---- checks ---- */

static rsp_status check_options(const struct rsp_simulate_options *o, struct rsp_error *err)
{
    if (o->n_thread < 0)
        return rsp_error_set(err, RSP_E_DOMAIN, "n_thread", "The number of threads is negative.");
    if (rsp_kernels_for(o->vector_width) == NULL)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "vector_width",
            "This processor cannot work on %d numbers at once; choose 0 (its best), 1, 4 or 8.",
            o->vector_width);
    if (!(o->occasion_gap_h >= 0 && o->occasion_gap_h < INFINITY))
        return rsp_error_set(err, RSP_E_DOMAIN, "occasion_gap_h",
            "The gap between occasions must be a finite number of hours.");
    return RSP_OK;
}

static rsp_status check_covariate(
    const struct rsp_model_covariate *c, double value, bool positive, uint64_t person, struct rsp_error *err)
{
    const unsigned long long number = person;
    if (!isfinite(value))
        return rsp_error_set(
            err, RSP_E_DOMAIN, c->name, "Person %llu: %s is not a finite number.", number, c->name);
    if (c->categorical && !(value >= 0 && value < (double)c->n_level && value == floor(value)))
        return rsp_error_set(err, RSP_E_DOMAIN, c->name,
            "Person %llu: %s has %zu levels, numbered from 0; got %g.", number, c->name, c->n_level, value);
    if (positive && value <= 0)
        return rsp_error_set(
            err, RSP_E_DOMAIN, c->name, "Person %llu: %s must be above 0; got %g.", number, c->name, value);
    return RSP_OK;
}

static rsp_status check_own_parameters(
    const struct rsp_source *source, const struct rsp_people *people, struct rsp_error *err)
{
    const size_t n = source->compiled->n_parameter;
    for (size_t i = 0; people->parameter != NULL && i < people->n * n; i++)
        if (isinf(people->parameter[i]))
            return rsp_error_set(err, RSP_E_DOMAIN, source->parameter_name[i % n],
                "Person %llu: the own value of %s is not a finite number.",
                (unsigned long long)(people->first_id + i / n), source->parameter_name[i % n]);
    return RSP_OK;
}

static rsp_status check_people(
    const struct rsp_source *source, const struct rsp_people *people, struct rsp_error *err)
{
    const struct rsp_compiled *model = source->compiled;
    RSP_TRY(check_own_parameters(source, people, err));
    for (size_t c = 0; c < model->n_covariate; c++) {
        const struct rsp_model_covariate *info = &source->covariate[c];
        const double *column = people->covariate == NULL ? NULL : people->covariate[c];
        if (column == NULL) {
            if (info->required)
                return rsp_error_set(err, RSP_E_MISSING, info->name, "Model %s needs %s of every person.",
                    source->id, info->name);
            continue;
        }
        const size_t stride = people->stride == NULL ? 0 : people->stride[c];
        const bool positive = rsp_covariate_is_positive(model, c);
        for (size_t i = 0; i < (stride == 0 ? 1 : people->n); i++)
            RSP_TRY(check_covariate(info, column[stride * i], positive, people->first_id + i, err));
    }
    return RSP_OK;
}

static rsp_status check_dose(
    const struct rsp_source *source, const struct rsp_dose *dose, size_t number, struct rsp_error *err)
{
    const struct rsp_compiled *model = source->compiled;
    if (!isfinite(dose->start_h))
        return rsp_error_set(err, RSP_E_DOMAIN, "dose", "Dose %zu: its time is not a finite number.", number);
    if (!(dose->amount_mg >= 0 && dose->amount_mg < INFINITY))
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "Dose %zu: its amount of %g mg is not a finite number of at least 0.", number, dose->amount_mg);
    if (!(dose->duration_h >= 0 && dose->duration_h < INFINITY))
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "Dose %zu: its duration of %g h is not a finite number of at least 0.", number, dose->duration_h);
    if (!(dose->steady_interval_h >= 0 && dose->steady_interval_h < INFINITY))
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "Dose %zu: its steady-state interval is not a finite number of at least 0.", number);
    if (dose->drug != source->drug)
        return rsp_error_set(err, RSP_E_MISMATCH, "dose", "Dose %zu is %s, but model %s takes %s%s.", number,
            rsp_drug_name(dose->drug), source->id, rsp_drug_name(source->drug),
            dose->drug == RSP_DRUG_KETAMINE ? ": assume racemate_half_s (half of a racemic dose is "
                                              "esketamine) or choose a model of ketamine"
                                            : "");
    if (dose->steady_interval_h > 0 && model->time_varying)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "dose",
            "Dose %zu: model %s changes with time, so it has no steady state.", number, source->id);
    if (dose->state >= (int)model->n_state || dose->state < -1)
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "Dose %zu enters compartment %d, but model %s has 1 to %zu.", number, dose->state + 1, source->id,
            model->n_state);
    if (dose->state >= 0)
        return RSP_OK;
    for (size_t i = 0; i < model->n_input; i++)
        if (model->input[i].route == dose->route)
            return RSP_OK;
    return rsp_error_set(err, RSP_E_MISMATCH, "dose",
        "Dose %zu is given %s, but model %s has no published input for that route.", number,
        rsp_route_name(dose->route), source->id);
}

static rsp_status check_schedule(const struct rsp_source *source, const struct rsp_schedule *schedule,
    size_t n_output, const int output[], struct rsp_error *err)
{
    const struct rsp_compiled *model = source->compiled;
    for (size_t d = 0; d < schedule->n_dose; d++)
        RSP_TRY(check_dose(source, &schedule->dose[d], d + 1, err));
    for (size_t t = 0; t < schedule->n_time; t++)
        if (!isfinite(schedule->time_h[t]))
            return rsp_error_set(err, RSP_E_DOMAIN, "time_h", "Time %zu is not a finite number.", t + 1);
    if (n_output > RSP_MAX_READOUT)
        return rsp_error_set(err, RSP_E_LIMIT, "output", "At most %d outputs in one call.", RSP_MAX_READOUT);
    for (size_t o = 0; o < n_output; o++)
        if (output[o] < 0 || (size_t)output[o] >= model->n_readout + model->n_effect)
            return rsp_error_set(
                err, RSP_E_UNKNOWN, "output", "Model %s has no output number %d.", source->id, output[o]);
    return RSP_OK;
}

/* ---- parameters ---- */

static rsp_status find_extra(struct rsp_run *run, struct rsp_error *err)
{
    const struct rsp_compiled *model = run->model;
    const size_t n = run->options.n_extra;
    run->extra_parameter = calloc(n + 1, sizeof *run->extra_parameter);
    if (run->extra_parameter == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    for (size_t e = 0; e < n; e++) {
        const struct rsp_extra_variability *extra = &run->options.extra[e];
        size_t i = 0;
        while (i < model->n_parameter && strcmp(run->source->parameter_name[i], extra->parameter) != 0)
            i++;
        if (i == model->n_parameter)
            return rsp_error_set(err, RSP_E_UNKNOWN, extra->parameter, "Model %s has no parameter %s.",
                run->source->id, extra->parameter);
        if (!(extra->sd_log >= 0 && extra->sd_log < INFINITY))
            return rsp_error_set(err, RSP_E_DOMAIN, extra->parameter,
                "The assumed SD of %s must be a finite number of at least 0.", extra->parameter);
        if (model->parameter[i].eta >= 0)
            return rsp_error_set(err, RSP_E_MISMATCH, extra->parameter,
                "%s of model %s has a published variability; none may be assumed on top of it.",
                extra->parameter, run->source->id);
        run->extra_parameter[e] = (int)i;
    }
    return RSP_OK;
}

static rsp_status draw_trial(struct rsp_run *run, struct rsp_error *err)
{
    const struct rsp_compiled *model = run->model;
    run->trial = calloc(model->n_parameter + 1, sizeof *run->trial);
    if (run->trial == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    const uint32_t stream = rsp_random_stream(RSP_STREAM_TRIAL, 0);
    const uint64_t seed = run->options.seed;
    for (size_t i = 0; i < model->n_parameter; i++) {
        const struct rsp_uncertain *u = &model->parameter[i].uncertain;
        run->trial[i] = model->parameter[i].typical;
        if (run->options.uncertainty != RSP_UNCERTAINTY_TRIAL || u->kind == RSP_CERTAIN)
            continue;
        if (u->kind == RSP_UNCERTAIN_BETA)
            run->trial[i] = rsp_beta_inverse(rsp_random_uniform(seed, 0, stream, (uint32_t)i), u->a, u->b);
        else {
            const double x = u->a + u->b * rsp_random_normal(seed, 0, stream, (uint32_t)i);
            run->trial[i] = u->kind == RSP_UNCERTAIN_LOGNORMAL ? exp(x) : x;
        }
    }
    return RSP_OK;
}

/* ---- doses ---- */

static int by_start(const void *a, const void *b)
{
    const struct rsp_dose_plan *x = a, *y = b;
    if (x->dose.start_h != y->dose.start_h)
        return x->dose.start_h < y->dose.start_h ? -1 : 1;
    return x->occasion < y->occasion ? -1 : x->occasion > y->occasion; /* caller's order */
}

static rsp_status sort_doses(
    struct rsp_run *run, const struct rsp_schedule *schedule, double last_h, struct rsp_error *err)
{
    run->dose = calloc(schedule->n_dose + 1, sizeof *run->dose);
    run->occasion_start = calloc(schedule->n_dose + 2, sizeof *run->occasion_start);
    if (run->dose == NULL || run->occasion_start == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    run->first_dose_h = INFINITY;
    for (size_t d = 0; d < schedule->n_dose; d++) {
        run->first_dose_h = fmin(run->first_dose_h, schedule->dose[d].start_h);
        if (schedule->dose[d].start_h > last_h + 1e-9 * (1 + fabs(last_h)))
            continue; /* nobody will see it */
        run->dose[run->n_dose] =
            (struct rsp_dose_plan){.dose = schedule->dose[d], .occasion = (int)d, .steady = -1};
        run->n_dose++;
    }
    qsort(run->dose, run->n_dose, sizeof *run->dose, by_start);
    const double gap_h = run->options.occasion_gap_h > 0 ? run->options.occasion_gap_h : 12;
    const bool one = run->model->n_iov_eta == 0 || !run->options.variability;
    run->n_occasion = 1;
    run->occasion_start[0] = run->n_dose > 0 ? run->dose[0].dose.start_h : 0;
    for (size_t d = 0; d < run->n_dose; d++) {
        const double start_h = run->dose[d].dose.start_h;
        if (!one && start_h - run->occasion_start[run->n_occasion - 1] >= gap_h)
            run->occasion_start[run->n_occasion++] = start_h;
        run->dose[d].occasion = run->n_occasion - 1;
        if (run->dose[d].dose.steady_interval_h > 0)
            run->dose[d].steady = (int)run->n_steady++;
    }
    run->occasion_start[run->n_occasion] = INFINITY;
    return RSP_OK;
}

/* Which states the doses enter, and how; room for their events. */
static rsp_status find_inputs(
    struct rsp_run *run, bool entered[RSP_MAX_STATE], bool zero_order[RSP_MAX_STATE], struct rsp_error *err)
{
    const struct rsp_compiled *model = run->model;
    int first[RSP_N_ROUTE], n_of[RSP_N_ROUTE], n = 0;
    run->route_input = calloc(model->n_input + 1, sizeof *run->route_input);
    if (run->route_input == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    for (int route = 0; route < RSP_N_ROUTE; route++) {
        first[route] = n;
        for (size_t i = 0; i < model->n_input; i++)
            if ((int)model->input[i].route == route)
                run->route_input[n++] = (int)i;
        n_of[route] = n - first[route];
        if (n_of[route] > RSP_MAX_STATE)
            return rsp_error_set(
                err, RSP_E_LIMIT, "routes", "A route may have at most %d inputs.", RSP_MAX_STATE);
    }
    run->fixed_timing = true;
    for (size_t d = 0; d < run->n_dose; d++) {
        struct rsp_dose_plan *plan = &run->dose[d];
        size_t n_way = 1, n_open = 16; /* room for steady infusions of a duration that a person has */
        if (plan->dose.state >= 0) {
            entered[plan->dose.state] = true;
            zero_order[plan->dose.state] |= plan->dose.duration_h > 0;
        } else {
            plan->first_input = first[plan->dose.route];
            plan->n_input = n_of[plan->dose.route];
            n_way = (size_t)plan->n_input;
        }
        for (int i = 0; i < plan->n_input; i++) {
            const struct rsp_input *input = &model->input[run->route_input[plan->first_input + i]];
            entered[input->state] = true;
            zero_order[input->state] |= input->duration >= 0 || plan->dose.duration_h > 0;
            run->fixed_timing = run->fixed_timing && input->lag < 0 && input->duration < 0;
        }
        if (plan->steady >= 0)
            n_open += (size_t)fmin(plan->dose.duration_h / plan->dose.steady_interval_h, RSP_SS_MAX_OPEN);
        run->event_capacity += n_way * (2 + (plan->steady >= 0 ? n_open : 0)) + 1;
    }
    return RSP_OK;
}

/* ---- outputs ---- */

static int want_readout(struct rsp_run *run, int readout, bool wanted[RSP_MAX_STATE])
{
    if (run->row_of[readout] < 0) {
        run->row_of[readout] = run->n_readout;
        run->readout[run->n_readout++] =
            (struct rsp_readout_plan){.scale = run->model->readout[readout].scale, .direct = -1};
        wanted[run->model->readout[readout].state] = true;
    }
    return run->row_of[readout];
}

static void plan_outputs(struct rsp_run *run, const int output[], bool wanted[RSP_MAX_STATE])
{
    const struct rsp_compiled *model = run->model;
    for (int i = 0; i < RSP_MAX_READOUT; i++)
        run->row_of[i] = -1;
    for (size_t o = 0; o < run->n_output; o++) {
        struct rsp_output_plan *plan = &run->output[o];
        *plan = (struct rsp_output_plan){.readout = -1, .effect = -1};
        const bool in_place = run->order == NULL && run->out != NULL;
        if (output[o] < (int)model->n_readout) {
            plan->readout = want_readout(run, output[o], wanted);
            plan->direct = in_place && run->readout[plan->readout].direct < 0;
            if (plan->direct)
                run->readout[plan->readout].direct = (int)o;
            continue;
        }
        plan->effect = output[o] - (int)model->n_readout;
        plan->direct = in_place;
        const struct rsp_compiled_effect *e = &model->effect[plan->effect];
        for (int depth = 0; e->form == RSP_EFFECT_PRODUCT && depth < (int)model->n_effect; depth++)
            e = &model->effect[e->driver[0]];
        for (int k = 0; k < e->n_driver; k++)
            want_readout(run, e->driver[k], wanted);
    }
}

static rsp_status plan_curves(
    struct rsp_run *run, const struct rsp_schedule *schedule, const int output[], struct rsp_error *err)
{
    bool entered[RSP_MAX_STATE] = {false}, zero_order[RSP_MAX_STATE] = {false},
         wanted[RSP_MAX_STATE] = {false};
    RSP_CHECK_BUG(run->model->n_state <= RSP_MAX_STATE && run->model->n_readout <= RSP_MAX_READOUT, err);
    RSP_TRY(rsp_run_times(run, schedule, err));
    RSP_TRY(sort_doses(run, schedule, run->n_time > 0 ? run->time_h[run->n_time - 1] : -INFINITY, err));
    RSP_TRY(find_inputs(run, entered, zero_order, err));
    run->output = calloc(run->n_output + 1, sizeof *run->output);
    if (run->output == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    plan_outputs(run, output, wanted);
    RSP_TRY(rsp_structure_build(run->model, entered, zero_order, wanted, &run->structure, err));
    bool alive = true;
    for (int r = 0; r < run->n_readout; r++) {
        for (size_t i = 0; i < run->model->n_readout; i++)
            if (run->row_of[i] == r)
                run->readout[r].kept = run->structure.kept[run->model->readout[i].state];
        alive = alive && run->readout[r].kept >= 0;
    }
    run->modes = alive && run->n_readout > 0 && run->structure.centre >= 0 && run->n_step == 0 &&
                 run->n_occasion == 1 && run->n_steady == 0 && !run->model->time_varying &&
                 run->n_time <= RSP_MODES_MAX_TIME;
    return RSP_OK;
}

rsp_status rsp_run_init(struct rsp_run *run, const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[],
    const struct rsp_simulate_options *options, struct rsp_error *err)
{
    static const struct rsp_simulate_options defaults = {0};
    double *out = run->out, *out_by_time = run->out_by_time;
    const size_t n_padded = run->n_padded;
    memset(run, 0, sizeof *run);
    run->out = out;
    run->out_by_time = out_by_time;
    run->n_padded = n_padded;
    run->source = source;
    run->model = source->compiled;
    run->people = people;
    run->options = options != NULL ? *options : defaults;
    run->n_output = n_output;
    RSP_TRY(check_options(&run->options, err));
    RSP_TRY(check_people(source, people, err));
    RSP_TRY(find_extra(run, err));
    RSP_TRY(draw_trial(run, err));
    if (n_output == 0)
        return RSP_OK;
    RSP_TRY(check_schedule(source, schedule, n_output, output, err));
    run->observe_after_dose = schedule->observe_after_dose;
    RSP_TRY(plan_curves(run, schedule, output, err));
    /* rows beyond the cache are written past it */
    const double bytes = (double)people->n * (double)n_output * (double)run->n_time * sizeof(double);
    run->streaming = run->out != NULL && bytes > 8e6; /* about one cache */
    return RSP_OK;
}

void rsp_run_free(struct rsp_run *run)
{
    free(run->extra_parameter);
    free(run->trial);
    rsp_structure_free(&run->structure);
    free(run->dose);
    free(run->route_input);
    free(run->occasion_start);
    free(run->time_h);
    free(run->order);
    free(run->stretch);
    free(run->output);
    memset(run, 0, sizeof *run);
}
