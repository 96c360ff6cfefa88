/* Published numbers against computed ones. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "evidence/check.h"
#include "model/compiled.h"

enum {
    N_GRID = 512,   /* points of one look at a window */
    N_ZOOM = 8,     /* each look narrows the window 256 times: 8 reach the finest step from any window */
    N_NODE = 5,     /* Gauss-Legendre points of a panel */
    MIN_PANEL = 64, /* panels between two events, doubled until the area stands */
    MAX_PANEL = 16384,
    MAX_DOUBLING = 60 /* of the time at which a late slope is taken */
};
/* Finest step around a peak as a share of its time, or of EARLY_H for a peak at or near zero. Finer ones would
 * come near the spacing of doubles and find nothing. */
static const double PEAK_STEP = 1e-9, EARLY_H = 1e-3;
static const double AREA_TOLERANCE = 1e-8, SLOPE_TOLERANCE = 1e-5;
static const double SMALLEST = 1e-200; /* below this a late slope is rounding */

/* One check being computed. */
struct work {
    const struct rsp_model *model;
    const struct rsp_check *check;
    struct rsp_check_case c;
    int output;
    double output_factor; /* internal = output's own unit * factor */
};

const char *rsp_verdict_text(enum rsp_verdict verdict)
{
    static const char *const text[] = {"pass", "FAIL", "compared", "not reproducible"};
    return verdict >= RSP_VERDICT_PASS && verdict <= RSP_VERDICT_NOT_REPRODUCIBLE ? text[verdict] : "?";
}

size_t rsp_check_own(const struct rsp_model *model, size_t *first)
{
    const size_t n_foreign = rsp_model_n_pk_check(model);
    if (first != NULL)
        *first = n_foreign;
    return rsp_model_n_check(model) - n_foreign;
}

static rsp_status curve(
    const struct work *w, size_t n, const double time_h[], double out[], struct rsp_error *err)
{
    return rsp_check_curve(w->model, &w->c, w->output, n, time_h, out, err);
}

static rsp_status compute_value(const struct work *w, double *out, struct rsp_error *err)
{
    RSP_TRY(curve(w, 1, &w->check->time_h, out, err));
    *out *= w->output_factor;
    return RSP_OK;
}

/* Highest point of [from, to]: a grid with the ends of all doses, then finer grids around the best point. */
static rsp_status find_peak(
    const struct work *w, double from_h, double to_h, double *peak, double *peak_h, struct rsp_error *err)
{
    const size_t n_most = N_GRID + 1 + w->c.n_dose;
    double *time_h = calloc(2 * n_most, sizeof *time_h), *value = time_h + n_most;
    rsp_status status = RSP_OK;
    if (time_h == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    *peak = -INFINITY;
    for (int zoom = 0; zoom < N_ZOOM; zoom++) {
        const double step_h = (to_h - from_h) / N_GRID;
        size_t n = 0, best = 0;
        for (; n <= N_GRID; n++)
            time_h[n] = from_h + step_h * (double)n;
        for (size_t i = 0; i < w->c.n_dose; i++) {
            const double end_h = w->c.dose[i].start_h + w->c.dose[i].duration_h;
            if (end_h > from_h && end_h < to_h)
                time_h[n++] = end_h;
        }
        RSP_TRY_DONE(curve(w, n, time_h, value, err));
        for (size_t i = 1; i < n; i++)
            best = value[i] > value[best] ? i : best;
        if (value[best] > *peak) {
            *peak = value[best];
            *peak_h = time_h[best];
        }
        if (step_h <= PEAK_STEP * fmax(*peak_h, EARLY_H))
            break;
        from_h = fmax(from_h, *peak_h - step_h);
        to_h = fmin(to_h, *peak_h + step_h);
    }
done:
    free(time_h);
    return status;
}

static rsp_status compute_cmax(const struct work *w, double *out, struct rsp_error *err)
{
    double time_h = 0;
    RSP_TRY(find_peak(w, w->check->from_h, w->check->to_h, out, &time_h, err));
    *out *= w->output_factor;
    return RSP_OK;
}

static rsp_status compute_tmax(const struct work *w, double *out, struct rsp_error *err)
{
    double peak = 0;
    return find_peak(w, w->check->from_h, w->check->to_h, &peak, out, err);
}

/* Area over [a, b] with n panels that widen with the cube of the distance from a, where a dose begins or
 * ends and the curve is steepest. */
static rsp_status panels(
    const struct work *w, double a, double b, size_t n, double *area, struct rsp_error *err)
{
    static const double node[N_NODE] = {
        -0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831, 0.9061798459386640};
    static const double weight[N_NODE] = {
        0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
    double *time_h = calloc(2 * n * N_NODE, sizeof *time_h), *value = time_h + n * N_NODE;
    rsp_status status = RSP_OK;
    if (time_h == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < n; i++) {
        const double lo = pow((double)i / (double)n, 3), hi = pow((double)(i + 1) / (double)n, 3);
        for (int k = 0; k < N_NODE; k++)
            time_h[i * N_NODE + (size_t)k] = a + (b - a) * (0.5 * (lo + hi) + 0.5 * (hi - lo) * node[k]);
    }
    RSP_TRY_DONE(curve(w, n * N_NODE, time_h, value, err));
    *area = 0;
    for (size_t i = 0; i < n; i++) {
        const double lo = pow((double)i / (double)n, 3), hi = pow((double)(i + 1) / (double)n, 3);
        for (int k = 0; k < N_NODE; k++)
            *area += 0.5 * (b - a) * (hi - lo) * weight[k] * value[i * N_NODE + (size_t)k];
    }
done:
    free(time_h);
    return status;
}

static rsp_status piece_area(const struct work *w, double a, double b, double *area, struct rsp_error *err)
{
    double last = 0;
    RSP_TRY(panels(w, a, b, MIN_PANEL, &last, err));
    for (size_t n = 2 * MIN_PANEL; n <= MAX_PANEL; n *= 2) {
        RSP_TRY(panels(w, a, b, n, area, err));
        if (fabs(*area - last) <= AREA_TOLERANCE * fabs(*area))
            return RSP_OK;
        last = *area;
    }
    return rsp_error_set(err, RSP_E_NUMERIC, w->check->description, "the area did not settle");
}

static int by_time(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Area over [from, to], piece by piece between the starts and ends of doses. In the output's unit x h. */
static rsp_status area_between(
    const struct work *w, double from_h, double to_h, double *area, struct rsp_error *err)
{
    double *cut_h = calloc(2 * w->c.n_dose + 2, sizeof *cut_h);
    size_t n = 0;
    rsp_status status = RSP_OK;
    if (cut_h == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    cut_h[n++] = from_h;
    cut_h[n++] = to_h;
    for (size_t i = 0; i < w->c.n_dose; i++) {
        const double event_h[2] = {w->c.dose[i].start_h, w->c.dose[i].start_h + w->c.dose[i].duration_h};
        for (int k = 0; k < 2; k++) {
            if (event_h[k] > from_h && event_h[k] < to_h)
                cut_h[n++] = event_h[k];
        }
    }
    qsort(cut_h, n, sizeof *cut_h, by_time);
    *area = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        double piece = 0;
        if (!(cut_h[i + 1] > cut_h[i]))
            continue;
        RSP_TRY_DONE(piece_area(w, cut_h[i], cut_h[i + 1], &piece, err));
        *area += piece;
    }
done:
    free(cut_h);
    return status;
}

static rsp_status compute_auc(const struct work *w, double *out, struct rsp_error *err)
{
    RSP_TRY(area_between(w, w->check->from_h, w->check->to_h, out, err));
    *out *= w->output_factor;
    return RSP_OK;
}

/* Rate of the slowest decay, 1/h: the slope of the log curve, later and later until it stands. */
static rsp_status late_rate(const struct work *w, double *rate_per_h, double *at_h, struct rsp_error *err)
{
    double span_h = 1, last = NAN;
    for (int i = 0; i < MAX_DOUBLING; i++, span_h *= 2) {
        const double time_h[2] = {w->c.end_h + span_h, w->c.end_h + 1.25 * span_h};
        double value[2];
        RSP_TRY(curve(w, 2, time_h, value, err));
        if (!(value[0] > SMALLEST) || !(value[1] > SMALLEST))
            break;
        const double rate = log(value[0] / value[1]) / (time_h[1] - time_h[0]);
        if (rate > 0 && fabs(rate - last) <= SLOPE_TOLERANCE * rate) {
            *rate_per_h = rate;
            *at_h = time_h[0];
            return RSP_OK;
        }
        last = rate;
    }
    return rsp_error_set(err, RSP_E_NUMERIC, w->check->description, "the curve has no steady late slope");
}

static rsp_status compute_auc_inf(const struct work *w, double *out, struct rsp_error *err)
{
    double rate_per_h = 0, at_h = 0, tail = 0;
    RSP_TRY(late_rate(w, &rate_per_h, &at_h, err));
    RSP_TRY(area_between(w, 0, at_h, out, err));
    RSP_TRY(curve(w, 1, &at_h, &tail, err));
    *out = (*out + tail / rate_per_h) * w->output_factor;
    return RSP_OK;
}

static rsp_status compute_half_life(const struct work *w, double *out, struct rsp_error *err)
{
    double rate_per_h = 0, at_h = 0;
    RSP_TRY(late_rate(w, &rate_per_h, &at_h, err));
    *out = log(2) / rate_per_h;
    return RSP_OK;
}

static rsp_status compute_parameter(const struct work *w, double *out, struct rsp_error *err)
{
    const struct rsp_compiled *compiled = rsp_model_compiled(w->model);
    RSP_CHECK_BUG(w->check->slot >= 0 && (size_t)w->check->slot < compiled->n_slot, err);
    double *slot = calloc(compiled->n_slot, sizeof *slot);
    if (slot == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    rsp_model_typical(w->model, w->c.covariate, slot);
    *out = slot[w->check->slot];
    free(slot);
    return RSP_OK;
}

/* How each quantity is computed, in internal units (mg, L, h). */
static const struct quantity {
    const char *name;
    bool of_output;
    const char *subject; /* for tables; %s is the output */
    rsp_status (*compute)(const struct work *w, double *out, struct rsp_error *err);
} quantities[] = {
    {"value", true, "%s", compute_value},
    {"cmax", true, "peak of %s", compute_cmax},
    {"tmax", true, "time of the peak of %s", compute_tmax},
    {"auc", true, "area under %s", compute_auc},
    {"auc_inf", true, "whole area under %s", compute_auc_inf},
    {"half_life", true, "last half-life of %s", compute_half_life},
    {"parameter", false, "%s", compute_parameter},
};

static const struct quantity *find_quantity(const char *name)
{
    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0]; i++) {
        if (strcmp(quantities[i].name, name) == 0)
            return &quantities[i];
    }
    return NULL;
}

static rsp_status prepare(struct work *w, const struct quantity *q, struct rsp_error *err)
{
    struct rsp_unit unit;
    if (q->of_output) {
        w->output = rsp_model_output_find(w->model, w->check->output);
        if (w->output < 0)
            return rsp_error_set(err, RSP_E_UNKNOWN, w->check->description, "'%s' is no output of %s",
                w->check->output, rsp_model_id(w->model));
        RSP_CHECK_BUG(rsp_output_unit(w->check->output, &unit), err);
        w->output_factor = unit.factor;
    }
    return rsp_check_case_init(w->model, w->check, &w->c, err);
}

/* Half a unit of the last printed digit: 0.05 for 50.9 with three digits. */
static double rounding(double printed, int digits)
{
    if (printed == 0.0)
        return 0;
    return 0.5 * pow(10, floor(log10(fabs(printed))) - digits + 1);
}

static void judge(struct rsp_check_result *r)
{
    const struct rsp_check *c = r->check;
    r->error_pct = r->target != 0.0 ? 100 * (r->computed / r->target - 1) : (double)NAN;
    if (strcmp(c->kind, "observed") == 0) {
        r->verdict = RSP_VERDICT_COMPARED;
        return;
    }
    r->tolerance = c->digits > 0 ? rounding(c->value, c->digits) : fabs(c->value) * c->tolerance_pct / 100;
    r->tolerance_pct = r->target != 0.0 ? 100 * r->tolerance / fabs(r->target) : (double)NAN;
    /* a number that sits on the edge of its rounding differs from it by the last bits only */
    const double edge = 1e-9 * fabs(r->target);
    r->verdict = fabs(r->computed - r->target) <= r->tolerance + edge ? RSP_VERDICT_PASS : RSP_VERDICT_FAIL;
}

rsp_status rsp_check_run(
    const struct rsp_model *model, size_t i, struct rsp_check_result *result, struct rsp_error *err)
{
    RSP_CHECK_BUG(i < rsp_model_n_check(model), err);
    const struct rsp_check *check = rsp_model_check(model, i);
    struct rsp_check_result r = {.check = check,
        .target = check->value,
        .computed = NAN,
        .error_pct = NAN,
        .tolerance = NAN,
        .tolerance_pct = NAN,
        .verdict = RSP_VERDICT_NOT_REPRODUCIBLE};
    rsp_status status = RSP_OK;
    if (check->reproducible) {
        struct work w = {.model = model, .check = check, .output_factor = 1};
        const struct quantity *q = find_quantity(check->quantity);
        RSP_CHECK_BUG(q != NULL, err);
        status = prepare(&w, q, err);
        if (status == RSP_OK)
            status = q->compute(&w, &r.computed, err);
        rsp_check_case_free(&w.c);
        if (status != RSP_OK)
            return status;
        r.computed /= check->unit_factor;
        judge(&r);
    }
    *result = r;
    return RSP_OK;
}

rsp_status rsp_check_run_all(const struct rsp_model *model, size_t first, size_t n,
    struct rsp_check_result result[], struct rsp_error *err)
{
    for (size_t i = 0; i < n; i++)
        RSP_TRY(rsp_check_run(model, first + i, &result[i], err));
    return RSP_OK;
}

size_t rsp_check_failed(size_t n, const struct rsp_check_result result[])
{
    size_t failed = 0;
    for (size_t i = 0; i < n; i++)
        failed += result[i].verdict == RSP_VERDICT_FAIL;
    return failed;
}

int rsp_check_subject(const struct rsp_check *check, char *text, size_t size)
{
    const struct quantity *q = find_quantity(check->quantity);
    char what[160] = "", when[64] = "";
    if (q == NULL)
        return snprintf(text, size, "%s", "");
    const char *mark = strstr(q->subject, "%s");
    snprintf(what, sizeof what, "%.*s%.100s", (int)(mark - q->subject), q->subject, check->output);
    if (check->time_h >= 0)
        snprintf(when, sizeof when, " at %.6g h", check->time_h);
    else if (check->to_h >= 0 && strcmp(check->quantity, "auc") == 0)
        snprintf(when, sizeof when, " to %.6g h", check->to_h);
    return snprintf(text, size, "%s%s", what, when);
}
