/* Systems of few states whose modes are well apart: sums of exponentials with exact derivatives.
 *
 * The generator is block triangular in the order of flow; each block of states that exchange drug is similar to
 * a symmetric matrix when its exchanges form a tree, so its eigenvalues are real. Derivatives of simple
 * eigenvalues and their vectors: d lambda = diag(L dA R), dR = R K, dL = -K L with K_kl = (L dA R)_kl /
 * (lambda_l - lambda_k) (Magnus & Neudecker, Matrix Differential Calculus, ch. 8; Giles 2008).
 */
#include <math.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

enum { MOST = RSP_FIT_MODES_MAX };
/* Closer modes lose digits, in the derivatives twice as many: the matrix exponential takes over. */
static const double least_gap = 1e-3;

typedef double square[MOST][MOST];

/* A block of one or two states in closed form. */
static bool small_block(int i, int n, square a, double lambda[], square r, square l)
{
    if (n == 1) {
        lambda[i] = a[i][i];
        r[i][i] = l[i][i] = 1;
        return true;
    }
    const int j = i + 1;
    const double half = (a[i][i] - a[j][j]) / 2, bc = a[i][j] * a[j][i], root = sqrt(half * half + bc);
    if (!(bc > 0))
        return false;
    /* the larger one without cancellation, the other from the determinant */
    const double fast = (a[i][i] + a[j][j]) / 2 - root;
    const double slow = (a[i][i] * a[j][j] - bc) / fast;
    lambda[i] = fast;
    lambda[j] = slow;
    /* columns (b, lambda - a) or (lambda - d, c), whichever has no difference of near numbers */
    const double x = half > 0 ? half + root : a[i][j], y = half > 0 ? a[j][i] : root - half;
    const double v = half > 0 ? a[i][j] : -(root - half), w = half > 0 ? -(half + root) : a[j][i];
    /* slow: (x, y); fast: (v, w) */
    const double det = v * y - x * w;
    r[i][i] = v;
    r[j][i] = w;
    r[i][j] = x;
    r[j][j] = y;
    l[i][i] = y / det;
    l[i][j] = -x / det;
    l[j][i] = -w / det;
    l[j][j] = v / det;
    return det != 0;
}

/* Scale d so that d_i^-1 a_ij d_j is symmetric; false when no such scale exists. */
static bool symmetric_scale(int i0, int n, square a, double d[])
{
    bool known[MOST] = {false};
    d[i0] = 1;
    known[i0] = true;
    for (int round = 1; round < n; round++)
        for (int i = i0; i < i0 + n; i++)
            for (int j = i0; j < i0 + n; j++)
                if (known[i] && !known[j] && a[i][j] > 0 && a[j][i] > 0) {
                    d[j] = d[i] * sqrt(a[j][i] / a[i][j]);
                    known[j] = true;
                }
    for (int i = i0; i < i0 + n; i++)
        for (int j = i0; j < i0 + n; j++) {
            if (!known[i])
                return false;
            const double x = a[i][j] * d[j] / d[i], y = known[j] ? a[j][i] * d[i] / d[j] : 0;
            if (fabs(x - y) > 1e-13 * (fabs(x) + fabs(y)))
                return false;
        }
    return true;
}

/* Cyclic Jacobi rotations of a symmetric matrix: b becomes diagonal, v its vectors. */
static void jacobi(int n, square b, square v)
{
    for (int sweep = 0; sweep < 30; sweep++) {
        double off = 0, all = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                all += b[i][j] * b[i][j];
                off += i != j ? b[i][j] * b[i][j] : 0;
            }
        if (off <= 1e-40 * all)
            return;
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) {
                if (b[p][q] == 0)
                    continue;
                const double theta = (b[q][q] - b[p][p]) / (2 * b[p][q]);
                const double t = copysign(1, theta) / (fabs(theta) + sqrt(theta * theta + 1));
                const double cosine = 1 / sqrt(t * t + 1), sine = t * cosine;
                for (int k = 0; k < n; k++) {
                    const double x = b[k][p], y = b[k][q];
                    b[k][p] = cosine * x - sine * y;
                    b[k][q] = sine * x + cosine * y;
                }
                for (int k = 0; k < n; k++) {
                    const double x = b[p][k], y = b[q][k];
                    b[p][k] = cosine * x - sine * y;
                    b[q][k] = sine * x + cosine * y;
                }
                for (int k = 0; k < n; k++) {
                    const double x = v[k][p], y = v[k][q];
                    v[k][p] = cosine * x - sine * y;
                    v[k][q] = sine * x + cosine * y;
                }
            }
    }
}

static bool large_block(int i0, int n, square a, double lambda[], square r, square l)
{
    double d[MOST];
    square b = {{0}}, v = {{0}};
    if (!symmetric_scale(i0, n, a, d))
        return false;
    for (int i = 0; i < n; i++) {
        v[i][i] = 1;
        for (int j = 0; j < n; j++)
            b[i][j] = i == j ? a[i0 + i][i0 + i] : sqrt(a[i0 + i][i0 + j] * a[i0 + j][i0 + i]);
    }
    jacobi(n, b, v);
    for (int k = 0; k < n; k++) {
        lambda[i0 + k] = b[k][k];
        for (int i = 0; i < n; i++) {
            r[i0 + i][i0 + k] = v[i][k] * d[i0 + i];
            l[i0 + k][i0 + i] = v[i][k] / d[i0 + i];
        }
    }
    return true;
}

/* Right vectors below their own block. */
static void right_below(const struct rsp_structure *st, square a, const double lambda[], square r, square l)
{
    for (int q = 1; q < st->n_part; q++) {
        const int q0 = st->part_start[q], q1 = st->part_start[q + 1];
        for (int k = 0; k < q0; k++) {
            double part[MOST], mode[MOST];
            for (int i = q0; i < q1; i++) {
                part[i] = 0;
                for (int j = 0; j < q0; j++)
                    part[i] += a[i][j] * r[j][k];
            }
            for (int i = q0; i < q1; i++) {
                mode[i] = 0;
                for (int j = q0; j < q1; j++)
                    mode[i] += l[i][j] * part[j];
                mode[i] /= lambda[k] - lambda[i];
            }
            for (int i = q0; i < q1; i++) {
                r[i][k] = 0;
                for (int j = q0; j < q1; j++)
                    r[i][k] += r[i][j] * mode[j];
            }
        }
    }
}

/* The rest of the inverse of the block triangular r; the diagonal blocks of l are there. */
static void left_below(const struct rsp_structure *st, square r, square l)
{
    for (int q = 1; q < st->n_part; q++)
        for (int p = q - 1; p >= 0; p--) {
            const int p0 = st->part_start[p], p1 = st->part_start[p + 1];
            for (int i = st->part_start[q]; i < st->part_start[q + 1]; i++) {
                double sum[MOST];
                for (int k = p0; k < p1; k++) {
                    sum[k] = 0;
                    for (int j = p1; j < st->part_start[q + 1]; j++)
                        sum[k] -= l[i][j] * r[j][k];
                }
                for (int k = p0; k < p1; k++) {
                    l[i][k] = 0;
                    for (int j = p0; j < p1; j++)
                        l[i][k] += sum[j] * l[j][k];
                }
            }
        }
}

static bool well_apart(int n, const double lambda[])
{
    for (int i = 0; i < n; i++) {
        if (!(lambda[i] < -1e-8 && lambda[i] > -1e8))
            return false;
        for (int j = 0; j < i; j++)
            if (!(fabs(lambda[i] - lambda[j]) > least_gap * fmax(-lambda[i], -lambda[j])))
                return false;
    }
    return true;
}

/* Derivatives by one effect after another: m = L dA R. */
static void differentiate(
    const struct rsp_fit_work *work, struct rsp_fit_span *span, const double lambda[], square r, square l)
{
    const struct rsp_fit_setup *setup = work->setup;
    const int n = work->n, s = work->s;
    double gap[MOST][MOST];
    for (int k = 0; k < n; k++)
        for (int j = 0; j < n; j++)
            gap[k][j] = k == j ? 0 : 1 / (lambda[j] - lambda[k]);
    for (int p = 1; p < s; p++) {
        square t, m;
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++)
                t[i][k] = 0;
        for (int e = 0; e < setup->n_pair; e++) {
            const int i = setup->pair[e][0], j = setup->pair[e][1];
            const double da = span->generator[(i * n + j) * s + p];
            for (int k = 0; k < n; k++)
                t[i][k] += da * r[j][k];
        }
        for (int k = 0; k < n; k++)
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int i = 0; i < n; i++)
                    sum += l[k][i] * t[i][j];
                if (k == j)
                    span->lambda[k * s + p] = sum;
                m[k][j] = sum * gap[k][j];
            }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                double right = 0, left = 0;
                for (int k = 0; k < n; k++) {
                    right += r[i][k] * m[k][j];
                    left -= m[i][k] * l[k][j];
                }
                span->right[(i * n + j) * s + p] = right;
                span->left[(i * n + j) * s + p] = left;
            }
    }
}

bool rsp_fit_modes_find(struct rsp_fit_work *work, struct rsp_fit_span *span)
{
    const struct rsp_structure *st = &work->setup->structure;
    const int n = work->n, s = work->s;
    square a, r = {{0}}, l = {{0}};
    double lambda[MOST];
    if (n > MOST)
        return false;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            a[i][j] = span->generator[(i * n + j) * s];
    for (int q = 0; q < st->n_part; q++) {
        const int first = st->part_start[q], size = st->part_start[q + 1] - first;
        if (!(size <= 2 ? small_block(first, size, a, lambda, r, l)
                        : large_block(first, size, a, lambda, r, l)))
            return false;
    }
    if (!well_apart(n, lambda))
        return false;
    right_below(st, a, lambda, r, l);
    left_below(st, r, l);
    for (int i = 0; i < n; i++) {
        span->lambda[i * s] = lambda[i];
        for (int j = 0; j < n; j++) {
            span->right[(i * n + j) * s] = r[i][j];
            span->left[(i * n + j) * s] = l[i][j];
        }
    }
    differentiate(work, span, lambda, r, l);
    return true;
}
