/* Any linear system: matrix exponential with derivatives.
 *
 * Method: Taylor series of a short base step, then repeated squaring into "levels"; a time is a binary sum of
 * levels applied to the state, and a rest within one base step by the Taylor series on the state itself.
 * Everything is carried with its derivatives (d(AB) = dA B + A dB), which equals the Frechet derivative of the
 * exponential (Al-Mohy & Higham, SIAM J Matrix Anal Appl 2009;30:1639). Constant rates are extra columns.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

/* Exit rate times base step stays under 1/4: terms beyond these fall below 1e-17. */
static const double most_exit = 0.25;
enum { TERMS = 14 };
/* Base steps that fit a 64-bit number. */
static const double most_steps = 4e18;

static bool no_room(struct rsp_fit_work *work)
{
    snprintf(work->why, sizeof work->why, "not enough memory for the matrix exponential");
    return false;
}

/* Does kept state i depend on column j (a state, or the rate into a state)? */
static bool depends(const struct rsp_fit_setup *setup, int i, int j)
{
    const int n = setup->structure.n;
    return setup->reach[i][j < n ? j : setup->structure.column_state[j - n]];
}

static int n_term(const struct rsp_fit_work *work)
{
    return TERMS + work->setup->structure.depth;
}

/* out = I + (h / k) G t, the columns of the rates included. */
static void taylor_stage(const struct rsp_fit_work *work, double h_by_k, const double *t, double *out)
{
    const struct rsp_fit_setup *setup = work->setup;
    const double *g = work->span[work->at].generator;
    const int n = work->n, width = n + work->m, s = work->s;
    memset(out, 0, (size_t)(n * width * s) * sizeof *out);
    for (int e = 0; e < setup->n_pair; e++) {
        const int i = setup->pair[e][0], k = setup->pair[e][1];
        for (int j = 0; j < width; j++)
            if (depends(setup, k, j))
                dual_mul_add(s, out + (i * width + j) * s, g + (i * n + k) * s, t + (k * width + j) * s);
    }
    for (int j = 0; j < work->m; j++)
        out[(setup->structure.column_state[j] * width + n + j) * s] += 1;
    for (int i = 0; i < n * width * s; i++)
        out[i] *= h_by_k;
    for (int i = 0; i < n; i++)
        out[(i * width + i) * s] += 1;
}

/* out = a after a. */
static void square_of(const struct rsp_fit_work *work, const double *a, double *out)
{
    const struct rsp_fit_setup *setup = work->setup;
    const int n = work->n, width = n + work->m, s = work->s;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < width; j++) {
            double *to = out + (i * width + j) * s;
            dual_set(s, to, 0);
            if (!depends(setup, i, j))
                continue;
            if (j >= n)
                dual_copy(s, to, a + (i * width + j) * s);
            for (int k = 0; k < n; k++)
                if (setup->reach[i][k] && depends(setup, k, j))
                    dual_mul_add(s, to, a + (i * width + k) * s, a + (k * width + j) * s);
        }
}

static bool level_room(struct rsp_fit_work *work, int level)
{
    struct rsp_fit_levels *l = &work->levels;
    const int size = work->n * (work->n + work->m) * work->s;
    if (size > l->capacity) {
        for (int k = 0; k < 64; k++) {
            free(l->matrix[k]);
            l->matrix[k] = NULL;
        }
        l->capacity = size;
    }
    if (l->matrix[level] == NULL)
        l->matrix[level] = malloc((size_t)l->capacity * sizeof(double));
    return l->matrix[level] != NULL || no_room(work);
}

/* Levels of the present span up to `level`. */
static bool find_levels(struct rsp_fit_work *work, int level)
{
    struct rsp_fit_levels *l = &work->levels;
    if (l->span != work->at) {
        const double *g = work->span[work->at].generator;
        double exit = 0;
        int exponent = 0;
        for (int i = 0; i < work->n; i++)
            exit = fmax(exit, -g[(i * work->n + i) * work->s]);
        if (exit > 0)
            (void)frexp(exit / most_exit, &exponent);
        l->step_h = ldexp(1, -exponent);
        l->span = work->at;
        l->n = 0;
    }
    if (level < l->n)
        return true;
    if (l->n == 0) {
        if (!level_room(work, 0) || !level_room(work, 1))
            return false;
        double *from = l->matrix[1], *to = l->matrix[0];
        const int terms = n_term(work) | 1; /* odd: the last stage ends in matrix[0] */
        memset(from, 0, (size_t)(work->n * (work->n + work->m) * work->s) * sizeof *from);
        for (int i = 0; i < work->n; i++)
            from[(i * (work->n + work->m) + i) * work->s] = 1;
        for (int k = terms; k >= 1; k--) {
            taylor_stage(work, l->step_h / k, from, to);
            double *swap = from;
            from = to;
            to = swap;
        }
        l->n = 1;
    }
    for (; l->n <= level; l->n++) {
        if (!level_room(work, l->n))
            return false;
        square_of(work, l->matrix[l->n - 1], l->matrix[l->n]);
    }
    return true;
}

static void apply_level(struct rsp_fit_work *work, const double *matrix)
{
    const struct rsp_structure *st = &work->setup->structure;
    const int n = work->n, width = n + work->m, s = work->s;
    double *to = work->scratch;
    for (int i = 0; i < n; i++) {
        dual_set(s, to + i * s, 0);
        for (int j = 0; j < width; j++)
            if (depends(work->setup, i, j))
                dual_mul_add(s, to + i * s, matrix + (i * width + j) * s,
                    j < n ? work->z + j * s : work->rate_mg_per_h + st->column_state[j - n] * s);
    }
    memcpy(work->z, to, (size_t)(n * s) * sizeof *to);
}

/* z after h hours, at most one base step: sum of (h G)^k z / k!. */
static void short_step(struct rsp_fit_work *work, double h)
{
    const struct rsp_fit_setup *setup = work->setup;
    const double *g = work->span[work->at].generator;
    const int n = work->n, s = work->s;
    double *term = work->scratch, *next = work->scratch + n * s;
    memcpy(term, work->z, (size_t)(n * s) * sizeof *term);
    for (int k = 1; k <= n_term(work); k++) {
        memset(next, 0, (size_t)(n * s) * sizeof *next);
        for (int e = 0; e < setup->n_pair; e++) {
            const int i = setup->pair[e][0], j = setup->pair[e][1];
            dual_mul_add(s, next + i * s, g + (i * n + j) * s, term + j * s);
        }
        for (int i = 0; i < n * s && k == 1; i++)
            next[i] += work->rate_mg_per_h[i];
        for (int i = 0; i < n * s; i++) {
            next[i] *= h / k;
            work->z[i] += next[i];
        }
        double *swap = term;
        term = next;
        next = swap;
    }
}

bool rsp_fit_dense_advance(struct rsp_fit_work *work, double dt_h)
{
    struct rsp_fit_levels *l = &work->levels;
    if (!find_levels(work, 0))
        return false;
    const double steps = floor(dt_h / l->step_h);
    if (!(steps < most_steps)) {
        snprintf(work->why, sizeof work->why, "%g h are too long beside the model's fastest rate", dt_h);
        return false;
    }
    short_step(work, fmax(dt_h - steps * l->step_h, 0));
    unsigned long long left = (unsigned long long)steps;
    for (int k = 0; left != 0; k++, left >>= 1) {
        if ((left & 1) == 0)
            continue;
        if (!find_levels(work, k))
            return false;
        apply_level(work, l->matrix[k]);
    }
    return true;
}

/* Solve a x = b for n right sides of stride s each; a and b are destroyed. */
static bool solve(int n, double *a, double *b, int s)
{
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[best * n + k]))
                best = i;
        if (!(fabs(a[best * n + k]) > 1e-13))
            return false;
        for (int j = 0; j < n && best != k; j++) {
            const double swap = a[k * n + j];
            a[k * n + j] = a[best * n + j];
            a[best * n + j] = swap;
        }
        for (int j = 0; j < s && best != k; j++) {
            const double swap = b[k * s + j];
            b[k * s + j] = b[best * s + j];
            b[best * s + j] = swap;
        }
        for (int i = k + 1; i < n; i++) {
            const double f = a[i * n + k] / a[k * n + k];
            for (int j = k; j < n && f != 0; j++)
                a[i * n + j] -= f * a[k * n + j];
            for (int j = 0; j < s && f != 0; j++)
                b[i * s + j] -= f * b[k * s + j];
        }
    }
    for (int k = n - 1; k >= 0; k--)
        for (int j = 0; j < s; j++) {
            double x = b[k * s + j];
            for (int i = k + 1; i < n; i++)
                x -= a[k * n + i] * b[i * s + j];
            b[k * s + j] = x / a[k * n + k];
        }
    return true;
}

bool rsp_fit_dense_periodic(struct rsp_fit_work *work, double interval_h)
{
    const int n = work->n, s = work->s, size = n * s;
    double *g = work->scratch + 2 * size, *rates = work->scratch + 3 * size;
    double *period = malloc((size_t)(n * size) * sizeof *period);
    double matrix[RSP_MAX_STATE * RSP_MAX_STATE], value[RSP_MAX_STATE];
    if (period == NULL)
        return no_room(work);
    memcpy(g, work->z, (size_t)size * sizeof *g);
    memcpy(rates, work->rate_mg_per_h, (size_t)size * sizeof *g);
    memset(work->rate_mg_per_h, 0, (size_t)size * sizeof *g);
    bool good = true;
    for (int j = 0; j < n && good; j++) { /* column j of the exponential over one interval */
        memset(work->z, 0, (size_t)size * sizeof *g);
        work->z[j * s] = 1;
        good = rsp_fit_dense_advance(work, interval_h);
        memcpy(period + j * size, work->z, (size_t)size * sizeof *g);
    }
    memcpy(work->rate_mg_per_h, rates, (size_t)size * sizeof *g);
    for (int pass = 0; pass < 2 && good; pass++) { /* the value, then with it the derivatives */
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                matrix[i * n + j] = (i == j ? 1 : 0) - period[j * size + i * s];
        for (int i = 0; i < n; i++) {
            dual_copy(s, work->z + i * s, g + i * s);
            for (int j = 0; j < n && pass == 1; j++)
                for (int p = 1; p < s; p++)
                    work->z[i * s + p] += period[j * size + i * s + p] * value[j];
        }
        good = solve(n, matrix, work->z, s);
        for (int i = 0; i < n; i++)
            value[i] = work->z[i * s];
    }
    free(period);
    if (!good)
        snprintf(work->why, sizeof work->why, "there is no steady state: drug does not leave the body");
    return good;
}
