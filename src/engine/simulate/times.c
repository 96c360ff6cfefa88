/* The times of a call: their order, and the stretches of them that are uniform. */
#include <math.h>
#include <stdlib.h>

#include "simulate/run.h"

#define NO_MEMORY "Not enough memory for the simulation."

struct timed {
    double time_h;
    size_t at;
};

static int by_time(const void *a, const void *b)
{
    const struct timed *x = a, *y = b;
    if (x->time_h != y->time_h)
        return x->time_h < y->time_h ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

rsp_status rsp_sort_times(
    size_t n, const double given_h[], double time_h[], size_t order[], struct rsp_error *err)
{
    struct timed *timed = malloc((n + 1) * sizeof *timed);
    if (timed == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    for (size_t t = 0; t < n; t++)
        timed[t] = (struct timed){.time_h = given_h[t], .at = t};
    qsort(timed, n, sizeof *timed, by_time);
    for (size_t t = 0; t < n; t++) {
        time_h[t] = timed[t].time_h;
        order[t] = timed[t].at;
    }
    free(timed);
    return RSP_OK;
}

static rsp_status sort_times(struct rsp_run *run, const struct rsp_schedule *schedule, struct rsp_error *err)
{
    const size_t n = schedule->n_time;
    run->n_time = n;
    run->time_h = malloc((n + 1) * sizeof *run->time_h);
    if (run->time_h == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    bool sorted = true;
    for (size_t t = 0; t < n; t++) {
        run->time_h[t] = schedule->time_h[t];
        sorted = sorted && (t == 0 || run->time_h[t - 1] <= run->time_h[t]);
    }
    if (sorted)
        return RSP_OK;
    run->order = malloc(n * sizeof *run->order);
    if (run->order == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    return rsp_sort_times(n, schedule->time_h, run->time_h, run->order, err);
}

/* Rounding of a time that was calculated as first + i * step. */
static double rounding(double t)
{
    const double size = fabs(t);
    return 4e-15 * (size > 1 ? size : 1);
}

/* End of the longest uniform stretch that begins at time `first`; its step. The steps that serve every time so
 * far lie between low and high: one look at each time of the stretch and at one more. Times made by adding a step
 * again and again are uniform from one power of two to the next. */
static size_t uniform_end(const struct rsp_run *run, size_t first, double *step_h)
{
    const double *t = run->time_h;
    const double slack = rounding(fabs(t[first]) + fabs(t[run->n_time - 1]));
    double low = 0, high = INFINITY;
    size_t end = first + 1;
    for (; end < run->n_time; end++) {
        const double since = t[end] - t[first], steps = (double)(end - first);
        const double lower = fmax(low, (since - slack) / steps), upper = fmin(high, (since + slack) / steps);
        if (!(lower <= upper) || !(since > 0))
            break;
        low = lower;
        high = upper;
    }
    const size_t n = end - 1 - first;
    *step_h = n > 0 ? fmin(fmax((t[end - 1] - t[first]) / (double)n, low), high) : 0;
    return end;
}

/* Uniform stretches of one step. */
struct group {
    double step_h;
    size_t n;
};
enum { MOST_GROUPS = 32 }; /* candidates for the RSP_MAX_STEP that are stepped; the rest goes time by time */

static int group_of(const struct rsp_run *run, struct group group[MOST_GROUPS], int *n_group, double step_h,
    size_t first, size_t end)
{
    int g = 0;
    while (g < *n_group &&
           fabs(group[g].step_h - step_h) * (double)(end - first) > rounding(run->time_h[end - 1]))
        g++;
    if (g == MOST_GROUPS)
        return -1;
    if (g == *n_group)
        group[(*n_group)++] = (struct group){.step_h = step_h};
    group[g].n += end - first;
    return g;
}

/* Longest work first: the base step is cut so that step 0 is a whole number of them. */
static void choose_steps(struct rsp_run *run, struct group group[MOST_GROUPS], int n_group)
{
    int step_of[MOST_GROUPS];
    for (int g = 0; g < n_group; g++)
        step_of[g] = -1;
    for (; run->n_step < RSP_MAX_STEP && run->n_step < n_group; run->n_step++) {
        int most = -1;
        for (int g = 0; g < n_group; g++)
            if (step_of[g] < 0 && (most < 0 || group[g].n > group[most].n))
                most = g;
        step_of[most] = run->n_step;
        run->step_h[run->n_step] = group[most].step_h;
    }
    for (size_t i = 0; i < run->n_stretch; i++)
        if (run->stretch[i].step >= 0)
            run->stretch[i].step = step_of[run->stretch[i].step];
}

static rsp_status find_stretches(struct rsp_run *run, struct rsp_error *err)
{
    struct group group[MOST_GROUPS];
    int n_group = 0;
    run->stretch = calloc(2 * (run->n_time / RSP_DENSE_MIN) + 2, sizeof *run->stretch);
    if (run->stretch == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", NO_MEMORY);
    for (size_t first = 0; first < run->n_time;) {
        double step_h = 0;
        size_t end = run->model->time_varying ? first + 1 : uniform_end(run, first, &step_h);
        int step = -1;
        if (end - first >= RSP_DENSE_MIN)
            step = group_of(run, group, &n_group, step_h, first, end);
        else
            end = first + 1;
        struct rsp_stretch *last = run->n_stretch > 0 ? &run->stretch[run->n_stretch - 1] : NULL;
        if (step < 0 && last != NULL && last->step < 0)
            last->end = end;
        else
            run->stretch[run->n_stretch++] = (struct rsp_stretch){.first = first, .end = end, .step = step};
        first = end;
    }
    choose_steps(run, group, n_group);
    return RSP_OK;
}

rsp_status rsp_run_times(struct rsp_run *run, const struct rsp_schedule *schedule, struct rsp_error *err)
{
    RSP_TRY(sort_times(run, schedule, err));
    return find_stretches(run, err);
}
