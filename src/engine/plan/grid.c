#include "plan/grid.h"

#include <math.h>
#include <stdlib.h>

#define FIRST_STEP_H 0.25
/* One of very many doses moves the slow curve little: it is followed by larger steps from its start on. */
#define COARSE_FIRST_STEP_H 3.0
#define STEP_GROWTH         1.5
#define DOSING_STEP_H       2.0 /* while drug runs in */
#define FREE_STEP_H         24.0 /* against half-lives of days; crossings are interpolated on the decay's own scale */
#define SAME_TIME_H         1e-9
/* Kept for drawing: two a day in the first fortnight, then one every two days. */
#define FINE_DRAW_H     12.0
#define COARSE_DRAW_H   48.0
#define FINE_DRAW_END_H (14.0 * 24.0)
enum { MANY_EVENT = 100 };
enum { MAX_SESSION_STEP = 120, MAX_TIME = 1 << 22 };

struct list {
    size_t n, capacity;
    double *time_h;
    bool no_memory; /* and not: too many */
};

static bool push(struct list *list, double time_h)
{
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 512 : 2 * list->capacity;
        double *grown = capacity > MAX_TIME ? NULL : realloc(list->time_h, capacity * sizeof *grown);
        if (grown == NULL) {
            list->no_memory = capacity <= MAX_TIME;
            return false;
        }
        list->time_h = grown;
        list->capacity = capacity;
    }
    list->time_h[list->n++] = time_h;
    return true;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Ascending, each once, ends included. */
static bool dose_events(
    size_t n_dose, const struct rsp_dose dose[], double from_h, double to_h, struct list *events)
{
    bool fits = push(events, from_h) && push(events, to_h);
    for (size_t i = 0; fits && i < n_dose; i++) {
        const double edge_h[2] = {dose[i].start_h, dose[i].start_h + dose[i].duration_h};
        for (int k = 0; fits && k < 2; k++)
            if (edge_h[k] > from_h && edge_h[k] < to_h)
                fits = push(events, edge_h[k]);
    }
    if (!fits)
        return false;
    qsort(events->time_h, events->n, sizeof *events->time_h, compare);
    size_t kept = 1;
    for (size_t i = 1; i < events->n; i++)
        if (events->time_h[i] - events->time_h[kept - 1] > SAME_TIME_H)
            events->time_h[kept++] = events->time_h[i];
    events->n = kept;
    return true;
}

static bool running(size_t n_dose, const struct rsp_dose dose[], double time_h)
{
    for (size_t i = 0; i < n_dose; i++)
        if (dose[i].start_h <= time_h && time_h < dose[i].start_h + dose[i].duration_h)
            return true;
    return false;
}

static bool fill_between(
    struct list *times, double from_h, double to_h, double first_step_h, double max_step_h)
{
    double step_h = first_step_h;
    for (double time_h = from_h; time_h < to_h - SAME_TIME_H; time_h += step_h, step_h *= STEP_GROWTH) {
        if (!push(times, time_h))
            return false;
        step_h = fmin(step_h, max_step_h);
    }
    return true;
}

static rsp_status finish(struct list *times, struct rsp_grid *grid, struct rsp_error *err)
{
    bool *marked = calloc(times->n + 1, sizeof *marked);
    if (marked == NULL) {
        free(times->time_h);
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    }
    *grid = (struct rsp_grid){.n = times->n, .time_h = times->time_h, .marked = marked};
    return RSP_OK;
}

static void mark_for_drawing(struct rsp_grid *grid)
{
    double next_h = 0.0;
    for (size_t i = 0; i < grid->n; i++) {
        const double time_h = grid->time_h[i];
        if (time_h < next_h && i + 1 < grid->n)
            continue;
        grid->marked[i] = true;
        next_h = time_h + (time_h < FINE_DRAW_END_H ? FINE_DRAW_H : COARSE_DRAW_H);
    }
}

static rsp_status too_many(struct list *events, struct list *times, struct rsp_error *err)
{
    free(events->time_h);
    free(times->time_h);
    if (events->no_memory || times->no_memory)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    return rsp_error_set(err, RSP_E_LIMIT, "doses", "too many doses for one forecast; give fewer repeats");
}

rsp_status rsp_grid_days(size_t n_dose, const struct rsp_dose dose[], double horizon_h, struct rsp_grid *grid,
    struct rsp_error *err)
{
    struct list events = {0}, times = {0};
    bool fits = dose_events(n_dose, dose, 0.0, horizon_h, &events);
    const double first_h = events.n > MANY_EVENT ? COARSE_FIRST_STEP_H : FIRST_STEP_H;
    for (size_t i = 0; fits && i + 1 < events.n; i++) {
        const double from_h = events.time_h[i], to_h = events.time_h[i + 1];
        const bool infusing = running(n_dose, dose, 0.5 * (from_h + to_h));
        fits = fill_between(&times, from_h, to_h, first_h, infusing ? DOSING_STEP_H : FREE_STEP_H);
    }
    if (!fits || !push(&times, horizon_h))
        return too_many(&events, &times, err);
    free(events.time_h);
    RSP_TRY(finish(&times, grid, err));
    mark_for_drawing(grid);
    return RSP_OK;
}

rsp_status rsp_grid_session(size_t n_dose, const struct rsp_dose dose[], double from_h, double to_h,
    struct rsp_grid *grid, struct rsp_error *err)
{
    struct list events = {0}, times = {0};
    const double minute_h = 1.0 / 60.0;
    const double step_h = fmax(minute_h, (to_h - from_h) / MAX_SESSION_STEP);
    bool fits = dose_events(n_dose, dose, from_h, to_h, &events);
    size_t e = 0;
    for (size_t i = 0; fits; i++) {
        const double time_h = from_h + (double)i * step_h;
        if (time_h >= to_h - SAME_TIME_H)
            break;
        for (; fits && e < events.n && events.time_h[e] < time_h - SAME_TIME_H; e++)
            fits = push(&times, events.time_h[e]);
        if (e < events.n && fabs(events.time_h[e] - time_h) <= SAME_TIME_H)
            e++;
        fits = fits && push(&times, time_h);
    }
    for (; fits && e < events.n; e++)
        fits = push(&times, events.time_h[e]);
    if (!fits)
        return too_many(&events, &times, err);
    free(events.time_h);
    RSP_TRY(finish(&times, grid, err));
    for (size_t i = 0; i < grid->n; i++)
        grid->marked[i] = true;
    return RSP_OK;
}

void rsp_grid_free(struct rsp_grid *grid)
{
    if (grid == NULL)
        return;
    free(grid->time_h);
    free(grid->marked);
    *grid = (struct rsp_grid){0};
}
