/* Design of a programme: step by step, each from the level that the rounded steps before it really reach. */
#include <math.h>
#include <stdlib.h>

#include "model/compiled.h"
#include "plan/tci_work.h"

enum { GRID_PER_STEP = 6, MOST_GRID = 1000000 };

#define DEFAULT_STEP_H     (5.0 / 60.0)
#define DEFAULT_SHORTEST_H (1.0 / 60.0)
#define DEFAULT_TOLERANCE  0.05 /* of the target: what the steps are held to */
/* The design keeps inside the tolerance, so that rounding does not leave it. */
#define DESIGN_SHARE 0.8
/* An effect site counts as not passed up to this share of the tolerance: rounding alone would stop the pump. */
#define SLACK_SHARE 0.02
/* While it is held by way of the plasma, it may pass its target by this share of the tolerance. */
#define HOLD_SLACK_SHARE 0.16
/* How far ahead the peak of an effect site is looked for. */
#define FIRST_LOOK_H   0.5
#define LONGEST_LOOK_H 4.0
#define ON_GRID        1e-6

struct work {
    const struct rsp_tci_request *request;
    struct rsp_tci_clock clock;
    struct rsp_tci_response response;
    size_t look;                   /* grid steps that a pulse is followed: 0 for plasma */
    double *base;                  /* level of what is programmed so far, over the whole grid */
    struct rsp_tci_response drive; /* effect site only: the plasma that drives it */
    double *drive_base;
    double lag_h; /* 1 / ke0: by how much the effect site lags behind */
    size_t n_base;
    double *target; /* of the grid; at a jump the level after it */
    size_t piece, piece_end;
    double reference; /* level that the tolerance refers to in this piece */
    struct rsp_tci_programme *made;
    size_t n_room;
};

struct choice {
    size_t n;
    double rate_mg_per_h;
};

double rsp_tci_grid_h(const struct rsp_tci_pump *pump)
{
    return (pump->shortest_step_h > 0.0 ? pump->shortest_step_h : DEFAULT_SHORTEST_H) / GRID_PER_STEP;
}

static double or_default(double value, double standard)
{
    return value > 0.0 ? value : standard;
}

static rsp_status check_pump(const struct rsp_tci_pump *pump, struct rsp_error *err)
{
    const double all[] = {pump->max_rate_mg_per_h, pump->resolution_mg_per_h, pump->step_h,
        pump->longest_step_h, pump->shortest_step_h, pump->tolerance_frac};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!isfinite(all[i]) || all[i] < 0.0)
            return rsp_error_set(
                err, RSP_E_DOMAIN, "pump", "rates, steps and tolerance of a pump are numbers of at least 0");
    if (pump->max_rate_mg_per_h > 0.0 && pump->max_rate_mg_per_h < pump->resolution_mg_per_h)
        return rsp_error_set(err, RSP_E_DOMAIN, "max-rate",
            "the maximum rate of %.6g mg/h is less than the smallest rate of the pump, %.6g mg/h",
            pump->max_rate_mg_per_h, pump->resolution_mg_per_h);
    return RSP_OK;
}

static size_t whole(double time_h, double grid_h)
{
    const double n = floor(time_h / grid_h + 0.5);
    return n < 1.0 ? 1 : n > MOST_GRID ? MOST_GRID : (size_t)n;
}

static rsp_status set_clock(
    const struct rsp_tci_request *request, struct rsp_tci_clock *clock, struct rsp_error *err)
{
    const struct rsp_tci_pump *pump = &request->pump;
    const struct rsp_tci_profile *profile = request->profile;
    RSP_TRY(check_pump(pump, err));
    const double grid_h = rsp_tci_grid_h(pump), step_h = or_default(pump->step_h, DEFAULT_STEP_H);
    *clock = (struct rsp_tci_clock){.grid_h = grid_h,
        .usual = whole(step_h, grid_h),
        .longest = whole(or_default(pump->longest_step_h, step_h), grid_h),
        .shortest = GRID_PER_STEP,
        .max_rate_mg_per_h = or_default(pump->max_rate_mg_per_h, INFINITY),
        .resolution_mg_per_h = pump->resolution_mg_per_h,
        .tolerance_frac = or_default(pump->tolerance_frac, DEFAULT_TOLERANCE)};
    if (clock->usual < clock->shortest || clock->longest < clock->usual)
        return rsp_error_set(err, RSP_E_DOMAIN, "step",
            "the shortest step is at most the usual one, and that is at most the longest");
    double end_h = 0.0;
    for (size_t i = 0; i < profile->n; i++) {
        const struct rsp_tci_piece *piece = &profile->piece[i];
        if (!(piece->duration_h > 0.0) || !isfinite(piece->duration_h) || !(piece->from_ng_per_ml >= 0.0) ||
            !(piece->to_ng_per_ml >= 0.0) || !isfinite(piece->from_ng_per_ml + piece->to_ng_per_ml))
            return rsp_error_set(err, RSP_E_DOMAIN, "target",
                "piece %zu needs a duration above 0 h and levels of at least 0 ng/mL", i + 1);
        if (piece->duration_h < grid_h * GRID_PER_STEP * (1.0 - ON_GRID))
            return rsp_error_set(err, RSP_E_DOMAIN, "target",
                "piece %zu lasts %.4g min, less than the shortest step of %.4g min", i + 1,
                piece->duration_h * 60.0, grid_h * GRID_PER_STEP * 60.0);
        end_h += piece->duration_h;
        const double n = end_h / grid_h;
        if (n > MOST_GRID)
            return rsp_error_set(err, RSP_E_LIMIT, "step",
                "%.6g h is too long for a shortest step of %.6g min: take a longer one", end_h,
                grid_h * GRID_PER_STEP * 60.0);
        if (fabs(n - floor(n + 0.5)) > ON_GRID * fmax(1.0, n))
            return rsp_error_set(err, RSP_E_DOMAIN, "target",
                "piece %zu ends at %.6g h: times of a target are whole multiples of %.6g s, a sixth of the "
                "shortest step",
                i + 1, end_h, grid_h * 3600.0);
        clock->n_end = whole(end_h, grid_h);
    }
    if (profile->n == 0 || clock->usual > clock->n_end)
        return rsp_error_set(err, RSP_E_DOMAIN, "step",
            "a step of %.6g min is longer than the infusion of %.6g min",
            (double)clock->usual * grid_h * 60.0, end_h * 60.0);
    return RSP_OK;
}

/* Grid steps after which the answer to the longest step has passed its peak; 0 when it does not within n. */
static size_t past_peak(const struct rsp_tci_response *response, size_t longest, size_t n)
{
    size_t best = 1;
    for (size_t j = 2; j < n; j++)
        if (rsp_tci_pulse(response, longest, j) > rsp_tci_pulse(response, longest, best))
            best = j;
    return best + 1 < n ? best + 1 : 0;
}

/* From the two unit responses, by their own equation. */
static double lag_of(const struct work *w)
{
    const struct rsp_tci_response *site = &w->response, *plasma = &w->drive;
    const size_t j = w->clock.longest < w->clock.n_end ? w->clock.longest : w->clock.n_end - 1;
    if (j < 1)
        return 0.0;
    const double slope = (site->running[j + 1] - site->running[j - 1]) / (2.0 * w->clock.grid_h);
    const double ahead = plasma->running[j] - site->running[j];
    return slope > 0.0 && ahead > 0.0 ? ahead / slope : 0.0;
}

static rsp_status prepare_response(
    struct work *w, const struct rsp_model *model, const double covariate[], struct rsp_error *err)
{
    const struct rsp_tci_clock *clock = &w->clock;
    if (w->request->method == RSP_TCI_PLASMA)
        return rsp_tci_response_new(
            model, covariate, w->request->output, clock->grid_h, clock->n_end + 2, &w->response, err);
    int plasma = -1;
    RSP_TRY(rsp_tci_plasma(model, &plasma, err));
    RSP_TRY(rsp_tci_response_new(model, covariate, plasma, clock->grid_h, clock->n_end + 1, &w->drive, err));
    for (double look_h = FIRST_LOOK_H; look_h <= LONGEST_LOOK_H; look_h *= 2.0) {
        const size_t look = clock->longest + whole(look_h, clock->grid_h);
        free(w->response.running);
        w->response.running = NULL;
        RSP_TRY(rsp_tci_response_new(
            model, covariate, w->request->output, clock->grid_h, clock->n_end + look + 2, &w->response, err));
        w->look = past_peak(&w->response, clock->longest, look);
        w->lag_h = lag_of(w);
        if (w->look > 0)
            return RSP_OK;
    }
    return rsp_error_set(err, RSP_E_UNSUPPORTED, "at",
        "%s of %s peaks more than %g h after a step: it is too slow to be steered by a pump",
        rsp_model_output_name(model, (size_t)w->request->output), rsp_model_id(model), LONGEST_LOOK_H);
}

static rsp_status prepare(
    struct work *w, const struct rsp_model *model, const double covariate[], struct rsp_error *err)
{
    RSP_TRY(set_clock(w->request, &w->clock, err));
    RSP_TRY(prepare_response(w, model, covariate, err));
    for (size_t j = 1; j <= w->clock.n_end; j++)
        if (!(w->response.running[j] > 0.0))
            return rsp_error_set(err, RSP_E_MISMATCH, "model", "%s of %s does not answer to an infusion",
                rsp_model_output_name(model, (size_t)w->request->output), rsp_model_id(model));
    w->n_base = w->clock.n_end + w->look + 1;
    w->base = calloc(w->n_base, sizeof *w->base);
    w->drive_base = calloc(w->n_base, sizeof *w->drive_base);
    w->target = malloc(w->n_base * sizeof *w->target);
    w->made = calloc(1, sizeof *w->made);
    if (w->base == NULL || w->drive_base == NULL || w->target == NULL || w->made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "target", "out of memory");
    for (size_t j = 0; j < w->n_base; j++)
        w->target[j] = rsp_tci_profile_at(w->request->profile, (double)j * w->clock.grid_h);
    return RSP_OK;
}

/* The target of this piece at grid point j, also at its very end, where a jump may follow. */
static double target_within(const struct work *w, size_t j)
{
    return j >= w->piece_end ? w->request->profile->piece[w->piece].to_ng_per_ml : w->target[j];
}

static double plasma_rate(const struct work *w, size_t k, size_t n)
{
    return (target_within(w, k + n) - w->base[k + n]) / w->response.running[n];
}

/* An effect site that is on its target stays there when the plasma leads it by the right amount: short pulses and pauses
 * give way to long steps. Source: the switch of Shafer & Gregg 1992 near the target. */
static bool held_by_plasma(const struct work *w, size_t k)
{
    const double tolerance = w->clock.tolerance_frac * DESIGN_SHARE * w->reference;
    return w->request->method == RSP_TCI_EFFECT && fabs(w->base[k] - w->target[k]) <= tolerance;
}

/* Ce' = ke0 (Cp - Ce): to follow a straight line the plasma runs ahead by slope / ke0. */
static double leading_rate(const struct work *w, size_t k, size_t n)
{
    const struct rsp_tci_piece *piece = &w->request->profile->piece[w->piece];
    const double slope = (piece->to_ng_per_ml - piece->from_ng_per_ml) / piece->duration_h;
    const double plasma = target_within(w, k + n) + slope * w->lag_h;
    return (plasma - w->drive_base[k + n]) / w->drive.running[n];
}

/* Source: Shafer & Gregg 1992: the peak that follows the step just reaches the target. A target that rises later is no
 * bound yet for the time after it has risen. */
static double effect_rate(const struct work *w, size_t k, size_t n, double slack_share)
{
    const size_t last = k + n + w->look < w->n_base ? n + w->look : w->n_base - 1 - k;
    const double slack = w->clock.tolerance_frac * slack_share * w->reference;
    double ceiling = 0.0, rate_mg_per_h = INFINITY;
    for (size_t j = 1; j <= last; j++) {
        ceiling = fmax(ceiling, k + j <= w->piece_end ? target_within(w, k + j) : w->target[k + j]);
        const double unit = rsp_tci_pulse(&w->response, n, j);
        const double room = ceiling + slack - w->base[k + j];
        if (room < rate_mg_per_h * unit)
            rate_mg_per_h = room / unit;
    }
    return rate_mg_per_h;
}

static double wanted_rate(const struct work *w, size_t k, size_t n, bool by_plasma)
{
    if (w->request->method == RSP_TCI_PLASMA)
        return plasma_rate(w, k, n);
    if (!by_plasma) /* what the slack alone would allow is nothing */
        return effect_rate(w, k, n, 0.0) > 0.0 ? effect_rate(w, k, n, SLACK_SHARE) : 0.0;
    return fmin(leading_rate(w, k, n), effect_rate(w, k, n, HOLD_SLACK_SHARE));
}

/* Never negative, never above the maximum, a whole multiple of what the pump can be set to. */
static double allowed_rate(const struct work *w, double rate_mg_per_h, bool nearest)
{
    const struct rsp_tci_clock *clock = &w->clock;
    const double wanted = fmin(fmax(rate_mg_per_h, 0.0), clock->max_rate_mg_per_h);
    const double unit = clock->resolution_mg_per_h;
    if (!(unit > 0.0))
        return wanted;
    double n = floor(wanted / unit + (nearest ? 0.5 : ON_GRID));
    if (n * unit > clock->max_rate_mg_per_h * (1.0 + ON_GRID))
        n -= 1.0;
    return n * unit;
}

static double highest_rate(const struct work *w)
{
    return isfinite(w->clock.max_rate_mg_per_h) ? allowed_rate(w, w->clock.max_rate_mg_per_h, false)
                                                : INFINITY;
}

/* Does the level stay inside the tolerance over this step, as far as the pump can help it? */
static bool acceptable(const struct work *w, size_t k, struct choice choice)
{
    const double tolerance = w->clock.tolerance_frac * DESIGN_SHARE * w->reference;
    const bool at_maximum = choice.rate_mg_per_h >= highest_rate(w);
    bool arrived = w->base[k] - w->target[k] >= -tolerance;
    if (!arrived && choice.n > w->clock.usual)
        return false;
    for (size_t j = 1; j <= choice.n; j++) {
        const double level = w->base[k + j] + choice.rate_mg_per_h * w->response.running[j];
        const double off = level - target_within(w, k + j);
        if (off > tolerance && choice.rate_mg_per_h > 0.0)
            return false;
        if (off >= -tolerance)
            arrived = true;
        else if (arrived && !at_maximum)
            return false;
    }
    return true;
}

/* Grid steps for which a rate keeps the level within half of the tolerance. */
static size_t lasts(const struct work *w, size_t k, double rate_mg_per_h)
{
    const double half_ng_per_ml = 0.5 * w->clock.tolerance_frac * DESIGN_SHARE * w->reference;
    const double over_ng_per_ml = w->request->method == RSP_TCI_PLASMA
                                      ? half_ng_per_ml
                                      : w->clock.tolerance_frac * HOLD_SLACK_SHARE * w->reference;
    size_t n = 0;
    while (k + n < w->piece_end) {
        const double level = w->base[k + n + 1] + rate_mg_per_h * w->response.running[n + 1];
        const double off_ng_per_ml = level - target_within(w, k + n + 1);
        if (off_ng_per_ml > over_ng_per_ml || off_ng_per_ml < -half_ng_per_ml)
            break;
        n++;
    }
    return n;
}

/* Where one unit of the pump is a large part of the rate, recomputing goes to and fro for ever: the rate that holds the
 * level longest takes the place of several steps. */
static struct choice steadiest(const struct work *w, size_t k, struct choice choice)
{
    const struct rsp_tci_piece *piece = &w->request->profile->piece[w->piece];
    const struct rsp_tci_clock *clock = &w->clock;
    const double unit = clock->resolution_mg_per_h, coarse_share = 0.01; /* a hundredth of the rate */
    const int most_unit = 2;
    if (clock->longest <= clock->usual || piece->from_ng_per_ml != piece->to_ng_per_ml ||
        !(unit > coarse_share * choice.rate_mg_per_h))
        return choice;
    struct choice best = choice;
    for (int i = -most_unit; i <= most_unit; i++) {
        const double rate_mg_per_h = allowed_rate(w, choice.rate_mg_per_h + i * unit, true);
        size_t n = lasts(w, k, rate_mg_per_h);
        if (k + n < w->piece_end)
            n -= n % clock->usual;
        if (n > best.n)
            best = (struct choice){n, rate_mg_per_h};
    }
    return best;
}

/* Lengths to try, longest first, so that changes fall on round times. */
static size_t ladder(const struct rsp_tci_clock *clock, size_t length[])
{
    static const size_t times[] = {240, 180, 120, 90, 60, 45, 30, 20, 15, 10, 5, 4, 3, 2, 1};
    size_t n = 0;
    bool usual = false;
    length[n++] = clock->longest;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        const size_t next = times[i] * clock->shortest;
        if (!usual && next <= clock->usual) {
            if (clock->usual < length[n - 1])
                length[n++] = clock->usual;
            usual = true;
        }
        if (next < length[n - 1])
            length[n++] = next;
    }
    return n;
}

static struct choice choose(struct work *w, size_t k)
{
    enum { MOST_LENGTH = 20 };
    const struct rsp_tci_clock *clock = &w->clock;
    size_t length[MOST_LENGTH];
    const size_t n_length = ladder(clock, length), left = w->piece_end - k;
    const bool by_plasma = held_by_plasma(w, k);
    const bool nearest = by_plasma || w->request->method == RSP_TCI_PLASMA;
    struct choice choice = {0, 0.0};
    for (size_t i = 0; i < n_length; i++) {
        size_t n = length[i] < left ? length[i] : left;
        /* A piece does not end in a sliver of a step; where steps may grow, not a short step either. */
        const bool free_length = clock->longest > clock->usual && length[i] > clock->usual;
        if (left - n < (free_length ? clock->usual : clock->shortest))
            n = left;
        if (n == choice.n)
            continue;
        choice.n = n;
        choice.rate_mg_per_h = allowed_rate(w, wanted_rate(w, k, n, by_plasma), nearest);
        if (acceptable(w, k, choice))
            break;
    }
    if (choice.n < clock->usual && choice.n < left)
        w->made->shortened = true;
    return steadiest(w, k, choice);
}

static rsp_status append(struct work *w, size_t k, struct choice choice, struct rsp_error *err)
{
    struct rsp_tci_programme *made = w->made;
    const double length_h = (double)choice.n * w->clock.grid_h;
    for (size_t j = k + 1; j < w->n_base && choice.rate_mg_per_h > 0.0; j++)
        w->base[j] += choice.rate_mg_per_h * rsp_tci_pulse(&w->response, choice.n, j - k);
    for (size_t j = k + 1; j < w->drive.n && choice.rate_mg_per_h > 0.0; j++)
        w->drive_base[j] += choice.rate_mg_per_h * rsp_tci_pulse(&w->drive, choice.n, j - k);
    made->at_max_rate = made->at_max_rate || choice.rate_mg_per_h >= highest_rate(w);
    if (made->n_step > 0 && made->step[made->n_step - 1].rate_mg_per_h == choice.rate_mg_per_h) {
        made->step[made->n_step - 1].duration_h += length_h;
        return RSP_OK;
    }
    if (made->n_step == RSP_TCI_MAX_STEP)
        return rsp_error_set(
            err, RSP_E_LIMIT, "step", "the programme has over %d steps: take longer ones", RSP_TCI_MAX_STEP);
    if (made->n_step == w->n_room) {
        const size_t room = 2 * w->n_room + 64;
        struct rsp_tci_step *step = realloc(made->step, room * sizeof *step);
        if (step == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "step", "out of memory");
        made->step = step;
        w->n_room = room;
    }
    made->step[made->n_step++] = (struct rsp_tci_step){.start_h = (double)k * w->clock.grid_h,
        .duration_h = length_h,
        .rate_mg_per_h = choice.rate_mg_per_h};
    return RSP_OK;
}

static rsp_status design_steps(struct work *w, struct rsp_error *err)
{
    const struct rsp_tci_profile *profile = w->request->profile;
    double end_h = 0.0;
    size_t k = 0;
    for (w->piece = 0; w->piece < profile->n; w->piece++) {
        const struct rsp_tci_piece *piece = &profile->piece[w->piece];
        end_h += piece->duration_h;
        w->piece_end = whole(end_h, w->clock.grid_h);
        w->reference = fmax(piece->from_ng_per_ml, piece->to_ng_per_ml);
        while (k < w->piece_end) {
            const struct choice choice = choose(w, k);
            RSP_TRY(append(w, k, choice, err));
            k += choice.n;
        }
    }
    w->made->end_h = (double)w->clock.n_end * w->clock.grid_h;
    return RSP_OK;
}

static rsp_status make_doses(struct work *w, enum rsp_drug drug, struct rsp_error *err)
{
    struct rsp_tci_programme *made = w->made;
    made->dose = malloc((made->n_step + 1) * sizeof *made->dose);
    if (made->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    made->shortest_step_h = INFINITY;
    for (size_t i = 0; i < made->n_step; i++) {
        struct rsp_tci_step *step = &made->step[i];
        const double amount_mg = step->rate_mg_per_h * step->duration_h;
        made->total_mg += amount_mg;
        step->given_mg = made->total_mg;
        made->highest_rate_mg_per_h = fmax(made->highest_rate_mg_per_h, step->rate_mg_per_h);
        made->shortest_step_h = fmin(made->shortest_step_h, step->duration_h);
        if (amount_mg > 0.0)
            made->dose[made->n_dose++] = (struct rsp_dose){.start_h = step->start_h,
                .duration_h = step->duration_h,
                .amount_mg = amount_mg,
                .drug = drug,
                .route = RSP_ROUTE_IV,
                .state = -1};
    }
    return RSP_OK;
}

static void compare_with_design(struct work *w)
{
    const double top = rsp_tci_profile_top_ng_per_ml(w->request->profile);
    for (size_t j = 0; j <= w->clock.n_end; j++)
        w->made->design_error_frac =
            fmax(w->made->design_error_frac, fabs(w->made->level_ng_per_ml[j] - w->base[j]) / top);
}

static rsp_status check_model(
    const struct rsp_model *model, const struct rsp_tci_request *request, struct rsp_error *err)
{
    const enum rsp_drug drug = rsp_model_drug(model);
    if (request->profile->drug != drug)
        return rsp_error_set(err, RSP_E_MISMATCH, "target",
            "%s is a model of %s and the target is one of %s: drugs are never converted", rsp_model_id(model),
            rsp_drug_name(drug), rsp_drug_name(request->profile->drug));
    if (!rsp_model_takes_route(model, RSP_ROUTE_IV))
        return rsp_error_set(err, RSP_E_MISMATCH, "model", "%s takes no iv dose", rsp_model_id(model));
    if (rsp_model_compiled(model)->time_varying)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "model",
            "the rates of %s grow with time, so that the answer to an infusion depends on when it is given: "
            "no "
            "programme is made with it",
            rsp_model_id(model));
    RSP_CHECK_BUG(
        request->output >= 0 && (size_t)request->output < rsp_model_compiled(model)->n_readout, err);
    return RSP_OK;
}

rsp_status rsp_tci_design(const struct rsp_model *model, const double covariate[],
    const struct rsp_tci_request *request, struct rsp_tci_programme **programme, struct rsp_error *err)
{
    RSP_TRY(check_model(model, request, err));
    struct work w = {.request = request};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(prepare(&w, model, covariate, err));
    RSP_TRY_DONE(design_steps(&w, err));
    RSP_TRY_DONE(make_doses(&w, request->profile->drug, err));
    RSP_TRY_DONE(
        rsp_tci_verify(model, covariate, request->output, request->profile, w.clock.grid_h, w.made, err));
    compare_with_design(&w);
    RSP_TRY_DONE(rsp_tci_judge(request->profile, w.clock.tolerance_frac, w.made, err));
    *programme = w.made;
    w.made = NULL;
done:
    free(w.response.running);
    free(w.drive.running);
    free(w.base);
    free(w.drive_base);
    free(w.target);
    rsp_tci_programme_free(w.made);
    return status;
}

void rsp_tci_programme_free(struct rsp_tci_programme *programme)
{
    if (programme == NULL)
        return;
    free(programme->step);
    free(programme->dose);
    free(programme->time_h);
    free(programme->target_ng_per_ml);
    free(programme->level_ng_per_ml);
    free(programme->outcome);
    free(programme);
}
