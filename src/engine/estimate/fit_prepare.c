/* One person before the first evaluation: what can be refused, spans of constant parameters, items in time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

/* Ranks at one instant: what was measured before the dose, what ends, what begins, what was measured after. */
enum { BEFORE, ENDS, RESETS, BEGINS, AFTER };

static rsp_status no_memory(struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the fit.");
}

/* ---- what can be refused ---- */

/* Occasions come from the stretches or from the gap, not from both: an effect of its own belongs to each. */
static rsp_status check_occasion(
    const struct rsp_fit_setup *setup, const struct rsp_fit_person *person, size_t k, struct rsp_error *err)
{
    const int occasion = person->stretch[k].occasion;
    if (occasion < -1 || (occasion < 0) != (person->stretch[0].occasion < 0))
        return rsp_error_set(err, RSP_E_DOMAIN, "occasion",
            "Stretch %zu has occasion %d: number all occasions of a person from 0, or give -1 to all.", k + 1,
            occasion);
    if (setup->c->n_iov_eta > 0 && occasion >= RSP_FIT_MAX_EFFECT)
        return rsp_error_set(err, RSP_E_LIMIT, "occasion", "Occasion %d is one of more than %d.", occasion,
            RSP_FIT_MAX_EFFECT);
    return RSP_OK;
}

static rsp_status check_covariate(
    const struct rsp_fit_setup *setup, size_t i, double x, struct rsp_error *err)
{
    const struct rsp_model_covariate *info = rsp_model_covariate(setup->model, i);
    if (isnan(x) && info->required)
        return rsp_error_set(err, RSP_E_MISSING, info->name, "Model %s needs %s of every person.",
            rsp_model_id(setup->model), info->name);
    if (isnan(x))
        return RSP_OK;
    if (isinf(x) || (info->categorical && !(x >= 0 && x < (double)info->n_level && x == floor(x))))
        return rsp_error_set(err, RSP_E_DOMAIN, info->name, "%s cannot be %g.", info->name, x);
    if (x <= 0 && rsp_covariate_is_positive(setup->c, i))
        return rsp_error_set(err, RSP_E_DOMAIN, info->name, "%s must be above 0; got %g.", info->name, x);
    return RSP_OK;
}

static rsp_status check_stretch(
    const struct rsp_fit_setup *setup, const struct rsp_fit_person *person, size_t k, struct rsp_error *err)
{
    const struct rsp_fit_stretch *stretch = &person->stretch[k];
    if (isnan(stretch->until_h) || (k > 0 && stretch->until_h < person->stretch[k - 1].until_h))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "stretch", "The stretches of covariates must be in order of time.");
    RSP_TRY(check_occasion(setup, person, k, err));
    for (size_t i = 0; i < setup->c->n_covariate && stretch->covariate != NULL; i++)
        RSP_TRY(check_covariate(setup, i, stretch->covariate[i], err));
    return RSP_OK;
}

static rsp_status at_line(rsp_status status, int line, struct rsp_error *err)
{
    if (status != RSP_OK)
        rsp_error_place(err, NULL, line);
    return status;
}

static rsp_status check_stretches(
    const struct rsp_fit_setup *setup, const struct rsp_fit_person *person, struct rsp_error *err)
{
    for (size_t k = 0; k < person->n_stretch; k++)
        RSP_TRY(at_line(check_stretch(setup, person, k, err), person->stretch[k].line, err));
    const bool given = person->n_stretch > 0 && person->stretch[0].covariate != NULL;
    for (size_t i = 0; i < setup->c->n_covariate && !given; i++)
        RSP_TRY(check_covariate(setup, i, NAN, err));
    return RSP_OK;
}

static rsp_status check_observation(
    const struct rsp_fit_setup *setup, const struct rsp_fit_observation *o, struct rsp_error *err)
{
    const char *name = rsp_model_output_name(setup->model, (size_t)o->output);
    const bool readout = o->output < (int)setup->c->n_readout;
    if (!(o->time_h - o->time_h == 0) || !(o->value - o->value == 0))
        return rsp_error_set(
            err, RSP_E_DOMAIN, name, "A measured value and its time must be finite numbers.");
    if (o->value < 0 && readout)
        return rsp_error_set(
            err, RSP_E_DOMAIN, name, "A concentration of %g ng/mL at %g h is below 0.", o->value, o->time_h);
    if (o->censored && !(o->value > 0) && readout)
        return rsp_error_set(err, RSP_E_DOMAIN, name,
            "The value at %g h is below quantification: DV must be the limit, above 0.", o->time_h);
    return RSP_OK;
}

static rsp_status check_observations(
    const struct rsp_fit_setup *setup, const struct rsp_fit_person *person, struct rsp_error *err)
{
    for (size_t i = 0; i < person->n_observation; i++) {
        const struct rsp_fit_observation *o = &person->observation[i];
        RSP_TRY(at_line(check_observation(setup, o, err), o->line, err));
    }
    return RSP_OK;
}

/* ---- occasions ---- */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Starts of the occasions that the gaps between doses make; the first is at the first dose. */
static size_t find_occasions(
    const struct rsp_fit_setup *setup, const struct rsp_fit_person *person, double start[])
{
    const double gap_h = setup->options.occasion_gap_h > 0 ? setup->options.occasion_gap_h : 12;
    const size_t n = person->n_dose;
    size_t n_occasion = 1;
    double *time = start; /* sorted in place, then thinned */
    for (size_t d = 0; d < n; d++)
        time[d] = person->dose[d].start_h;
    qsort(time, n, sizeof *time, by_value);
    for (size_t d = 1; d < n; d++)
        if (time[d] - start[n_occasion - 1] >= gap_h)
            start[n_occasion++] = time[d];
    return n_occasion;
}

static bool by_gap(const struct rsp_fit_setup *setup, const struct rsp_fit_person *person)
{
    return setup->c->n_iov_eta > 0 && (person->n_stretch == 0 || person->stretch[0].occasion < 0);
}

static void set_span(const struct rsp_fit_person *person, struct rsp_fit_span *span, int n, size_t stretch,
    double until_h, int occasion)
{
    if (span == NULL)
        return;
    span[n].until_h = until_h;
    span[n].stretch = person->n_stretch > 0 ? (int)stretch : -1;
    span[n].occasion = occasion;
}

/* Spans: the person's stretches, cut where occasions begin. Counts when span is NULL. */
static int place_spans(const struct rsp_fit_setup *setup, const struct rsp_fit_person *person,
    const double start[], size_t n_occasion, struct rsp_fit_span *span)
{
    const size_t n_stretch = person->n_stretch > 0 ? person->n_stretch : 1;
    const bool gap = by_gap(setup, person);
    size_t occasion = 0;
    int n = 0;
    for (size_t k = 0; k < n_stretch; k++) {
        const double until = k + 1 < n_stretch ? person->stretch[k].until_h : INFINITY;
        const int own = person->n_stretch > 0 && setup->c->n_iov_eta > 0 ? person->stretch[k].occasion : 0;
        for (; gap && occasion + 1 < n_occasion && start[occasion + 1] < until; occasion++, n++)
            set_span(person, span, n, k, start[occasion + 1], (int)occasion);
        set_span(person, span, n++, k, until, gap ? (int)occasion : own);
    }
    return n;
}

/* Span of an instant; of a stretch of the person when that is named; of at least an occasion. */
static int find_span(const struct rsp_fit_work *work, double time_h, int stretch, int occasion)
{
    int k = 0, high = work->n_span - 1; /* the first that reaches to that instant, or the last */
    while (k < high) {
        const int middle = k + (high - k) / 2;
        if (work->span[middle].until_h < time_h)
            k = middle + 1;
        else
            high = middle;
    }
    if (stretch >= 0) { /* the named stretch, at the place nearest to that instant */
        while (k > 0 && work->span[k].stretch > stretch)
            k--;
        while (k + 1 < work->n_span && work->span[k].stretch < stretch)
            k++;
    }
    while (k + 1 < work->n_span && work->span[k].occasion < occasion)
        k++;
    return k;
}

/* ---- items ---- */

static size_t n_open(const struct rsp_dose *dose, const struct rsp_input *input)
{
    if (!(dose->steady_interval_h > 0))
        return 0;
    if (input != NULL && input->duration >= 0)
        return 18;
    return (size_t)fmin(dose->duration_h / dose->steady_interval_h, RSP_FIT_MAX_OPEN) + 2;
}

static size_t count_items(const struct rsp_fit_setup *setup, const struct rsp_fit_person *person)
{
    size_t n = person->n_observation;
    for (size_t d = 0; d < person->n_dose; d++) {
        const struct rsp_dose *dose = &person->dose[d];
        n += dose->steady_interval_h > 0;
        if (dose->state >= 0)
            n += 2 + n_open(dose, NULL);
        for (int k = 0; dose->state < 0 && k < setup->route_n[dose->route]; k++)
            n += 2 + n_open(dose, &setup->c->input[setup->route_input[setup->route_first[dose->route] + k]]);
    }
    return n;
}

static struct rsp_fit_item *new_item(
    struct rsp_fit_work *work, enum rsp_fit_kind kind, int rank, int span, int dose)
{
    struct rsp_fit_item *item = &work->item[work->n_item++];
    double *time_h = item->time_h, *value = item->value, *duration_h = item->duration_h;
    *item = (struct rsp_fit_item){.kind = kind,
        .rank = rank,
        .span = span,
        .dose = dose,
        .input = -1,
        .kept = -1,
        .observation = -1,
        .partner = -1,
        .time_h = time_h,
        .value = value,
        .duration_h = duration_h};
    dual_set(work->s, time_h, INFINITY);
    dual_set(work->s, value, 0);
    dual_set(work->s, duration_h, 0);
    return item;
}

static void place_way(struct rsp_fit_work *work, int span, int d, int input, int state, bool spread)
{
    const int kept = work->setup->structure.kept[state];
    if (kept < 0)
        return;
    struct rsp_fit_item *on = new_item(work, spread ? RSP_FIT_ON : RSP_FIT_BOLUS, BEGINS, span, d);
    on->input = input;
    on->kept = kept;
    if (!spread)
        return;
    on->partner = work->n_item;
    struct rsp_fit_item *off = new_item(work, RSP_FIT_OFF, ENDS, span, d);
    off->input = input;
    off->kept = kept;
}

static void place_dose(struct rsp_fit_work *work, int d, int span)
{
    const struct rsp_fit_setup *setup = work->setup;
    const struct rsp_dose *dose = &work->person->dose[d];
    const int first = dose->state < 0 ? setup->route_first[dose->route] : 0;
    const int n_way = dose->state < 0 ? setup->route_n[dose->route] : 1;
    if (dose->steady_interval_h > 0) {
        struct rsp_fit_item *steady = new_item(work, RSP_FIT_STEADY, RESETS, span, d);
        size_t n = dose->state >= 0 ? n_open(dose, NULL) : 0;
        for (int k = 0; dose->state < 0 && k < n_way; k++)
            n += n_open(dose, &setup->c->input[setup->route_input[first + k]]);
        steady->partner = work->n_item;
        steady->n_partner = (int)n;
        for (size_t k = 0; k < n; k++)
            new_item(work, RSP_FIT_OFF, ENDS, span, d);
    }
    if (dose->state >= 0)
        place_way(work, span, d, -1, dose->state, dose->duration_h > 0);
    for (int k = 0; dose->state < 0 && k < n_way; k++) {
        const int input = setup->route_input[first + k];
        const struct rsp_input *in = &setup->c->input[input];
        place_way(work, span, d, input, in->state, in->duration >= 0 || dose->duration_h > 0);
    }
}

static void place_observation(struct rsp_fit_work *work, int i)
{
    const struct rsp_fit_setup *setup = work->setup;
    const struct rsp_fit_observation *o = &work->person->observation[i];
    const struct rsp_residual *r = setup->residual[o->output];
    const bool readout = o->output < (int)setup->c->n_readout;
    const int span = find_span(work, o->time_h, o->stretch, -1);
    struct rsp_fit_item *item = new_item(work, RSP_FIT_OBSERVE, o->after_dose ? AFTER : BEFORE, span, -1);
    item->time_h[0] = o->time_h;
    item->observation = i;
    const bool early =
        readout && !(o->time_h > work->first_dose_h || (o->after_dose && o->time_h == work->first_dose_h));
    const bool ratio = r->log_sd > 0 || !(r->additive_sd > 0);
    work->used[i] = !early && !(ratio && !(o->value > 0));
}

static void place_items(struct rsp_fit_work *work, const double start[], size_t n_occasion)
{
    const struct rsp_fit_person *person = work->person;
    const bool gap = by_gap(work->setup, person);
    work->n_item = 0;
    work->first_dose_h = INFINITY;
    for (size_t d = 0; d < person->n_dose; d++) {
        const double t = person->dose[d].start_h;
        int occasion = -1;
        for (size_t k = 0; gap && k < n_occasion && start[k] <= t; k++)
            occasion = (int)k;
        const int stretch = person->dose_stretch != NULL ? person->dose_stretch[d] : -1;
        place_dose(work, (int)d, find_span(work, t, stretch, occasion));
        work->first_dose_h = fmin(work->first_dose_h, t);
    }
    for (size_t i = 0; i < person->n_observation; i++)
        place_observation(work, (int)i);
}

/* An item by its time before lag and model: nearly the order of every evaluation. */
struct place {
    double time_h;
    int rank, item;
};

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->time_h < y->time_h || x->time_h > y->time_h)
        return x->time_h < y->time_h ? -1 : 1;
    return x->rank != y->rank ? x->rank - y->rank : x->item - y->item;
}

static double nominal_time_h(const struct rsp_fit_work *work, const struct rsp_fit_item *item)
{
    if (item->kind == RSP_FIT_OBSERVE)
        return work->person->observation[item->observation].time_h;
    const struct rsp_dose *dose = &work->person->dose[item->dose];
    return dose->start_h + (item->kind == RSP_FIT_OFF ? dose->duration_h : 0);
}

static rsp_status order_items(struct rsp_fit_work *work, struct rsp_error *err)
{
    struct place *place = malloc(((size_t)work->n_item + 1) * sizeof *place);
    if (place == NULL)
        return no_memory(err);
    for (int i = 0; i < work->n_item; i++)
        place[i] = (struct place){nominal_time_h(work, &work->item[i]), work->item[i].rank, i};
    qsort(place, (size_t)work->n_item, sizeof *place, by_place);
    for (int i = 0; i < work->n_item; i++)
        work->order[i] = place[i].item;
    free(place);
    return RSP_OK;
}

/* ---- memory ---- */

struct pieces {
    char *base;
    size_t used;
};

static void *take(struct pieces *p, size_t n, size_t size)
{
    const size_t at = p->used;
    p->used += (n * size + 63) / 64 * 64 + 64;
    return p->base == NULL ? NULL : p->base + at;
}

static double *duals(struct pieces *p, const struct rsp_fit_work *work, size_t n)
{
    return take(p, n * (size_t)work->s, sizeof(double));
}

static void take_spans(struct rsp_fit_work *work, struct pieces *p, size_t n_span)
{
    const struct rsp_compiled *c = work->setup->c;
    const size_t n = (size_t)work->n;
    work->span = take(p, n_span, sizeof *work->span);
    for (size_t k = 0; k < n_span; k++) {
        double *base = take(p, c->n_parameter, sizeof(double)), *slot = duals(p, work, c->n_slot);
        double *g = duals(p, work, n * n), *lambda = duals(p, work, n);
        double *right = duals(p, work, n * n), *left = duals(p, work, n * n);
        if (p->base == NULL)
            continue;
        work->span[k].base = base;
        work->span[k].slot = slot;
        work->span[k].generator = g;
        work->span[k].lambda = lambda;
        work->span[k].right = right;
        work->span[k].left = left;
    }
}

static void take_all(struct rsp_fit_work *work, struct pieces *p, size_t n_span, size_t n_item)
{
    const size_t n = (size_t)work->n, p2 = (size_t)(work->n_effect * work->n_effect);
    const size_t n_observation = work->person->n_observation, e = (size_t)work->n_effect;
    take_spans(work, p, n_span);
    work->item = take(p, n_item, sizeof *work->item);
    for (size_t i = 0; i < n_item; i++) {
        double *time_h = duals(p, work, 1), *value = duals(p, work, 1), *duration_h = duals(p, work, 1);
        if (p->base == NULL)
            continue;
        work->item[i].time_h = time_h;
        work->item[i].value = value;
        work->item[i].duration_h = duration_h;
    }
    work->order = take(p, n_item, sizeof *work->order);
    work->used = take(p, n_observation, sizeof *work->used);
    work->chol = take(p, p2, sizeof(double));
    work->now = duals(p, work, 1);
    work->z = duals(p, work, n);
    work->rate_mg_per_h = duals(p, work, n);
    work->modal = duals(p, work, n);
    work->x = duals(p, work, n);
    work->scratch = duals(p, work, 4 * n);
    work->steady = duals(p, work, 2 * n);
    work->f = duals(p, work, n_observation);
    work->typical_f = duals(p, work, n_observation);
    double **vectors[] = {&work->gradient, &work->u, &work->trial, &work->step, &work->best_gradient};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        *vectors[i] = take(p, e, sizeof(double));
    work->hessian = take(p, p2, sizeof(double));
    work->factor = take(p, p2, sizeof(double));
    work->best_hessian = take(p, p2, sizeof(double));
}

static rsp_status make_room(struct rsp_fit_work *work, size_t n_span, size_t n_item, struct rsp_error *err)
{
    struct pieces p = {NULL, 0};
    take_all(work, &p, n_span, n_item);
    if (p.used > work->capacity) {
        free(work->memory);
        work->capacity = 0;
        work->memory = aligned_alloc(64, p.used + 64 - p.used % 64);
        if (work->memory == NULL)
            return no_memory(err);
        work->capacity = p.used;
    }
    p = (struct pieces){.base = work->memory};
    take_all(work, &p, n_span, n_item);
    return RSP_OK;
}

/* eta = chol u: published effects correlated, the others on their own. */
static void fill_chol(struct rsp_fit_work *work)
{
    const struct rsp_fit_setup *setup = work->setup;
    const int n = work->n_effect, n_between = (int)setup->c->n_eta, n_extra = (int)setup->options.n_extra;
    memset(work->chol, 0, (size_t)(n * n) * sizeof *work->chol);
    for (int i = 0; i < n_between; i++)
        for (int j = 0; j <= i; j++)
            work->chol[i * n + j] = setup->c->omega_chol[i * n_between + j];
    for (int e = 0; e < n_extra; e++)
        work->chol[(n_between + e) * (n + 1)] = setup->options.extra[e].sd_log;
    for (int i = n_between + n_extra; i < n; i++)
        work->chol[i * (n + 1)] = setup->c->iov_sd[(i - n_between - n_extra) % (int)setup->c->n_iov_eta];
}

static int count_occasions(
    const struct rsp_fit_setup *setup, const struct rsp_fit_person *person, size_t by_doses)
{
    if (setup->c->n_iov_eta == 0)
        return 1;
    if (by_gap(setup, person))
        return (int)by_doses;
    int n = 1;
    for (size_t k = 0; k < person->n_stretch; k++)
        n = person->stretch[k].occasion + 1 > n ? person->stretch[k].occasion + 1 : n;
    return n;
}

rsp_status rsp_fit_prepare(struct rsp_fit_work *work, const struct rsp_fit_setup *setup,
    const struct rsp_fit_person *person, struct rsp_error *err)
{
    RSP_TRY(check_stretches(setup, person, err));
    RSP_TRY(check_observations(setup, person, err));
    double few[64], *start = person->n_dose < 64 ? few : malloc((person->n_dose + 1) * sizeof *start);
    if (start == NULL)
        return no_memory(err);
    rsp_status status = RSP_OK;
    const size_t n_start = find_occasions(setup, person, start);
    work->setup = setup;
    work->person = person;
    work->n = setup->structure.n;
    work->m = setup->structure.m;
    work->n_occasion = count_occasions(setup, person, n_start);
    const double n_effect = (double)setup->c->n_eta + (double)setup->options.n_extra +
                            (double)work->n_occasion * (double)setup->c->n_iov_eta;
    rsp_fit_ode_free(work->ode);
    work->ode = NULL;
    if (n_effect > RSP_FIT_MAX_EFFECT)
        status = rsp_error_set(err, RSP_E_LIMIT, "occasion",
            "%g random effects over %d occasions are more than %d; fit fewer occasions at once.", n_effect,
            work->n_occasion, RSP_FIT_MAX_EFFECT);
    if (status == RSP_OK) {
        work->n_effect = (int)n_effect;
        work->s = 1 + work->n_effect;
        const int n_span = place_spans(setup, person, start, n_start, NULL);
        status = make_room(work, (size_t)n_span, count_items(setup, person), err);
        work->n_span = n_span;
    }
    if (status == RSP_OK) {
        place_spans(setup, person, start, n_start, work->span);
        fill_chol(work);
        place_items(work, start, n_start);
        rsp_fit_begin(work, true);
        status = order_items(work, err);
    }
    if (start != few)
        free(start);
    return status;
}

void rsp_fit_work_free(struct rsp_fit_work *work)
{
    for (int k = 0; k < 64; k++)
        free(work->levels.matrix[k]);
    rsp_fit_ode_free(work->ode);
    free(work->memory);
    memset(work, 0, sizeof *work);
}
