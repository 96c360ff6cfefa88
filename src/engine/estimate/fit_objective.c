/* Minus twice the log posterior, its gradient and its expected Hessian, by the whitened effects. */
#include <math.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

/* log of the standard normal distribution function, and its slope (the inverse Mills ratio). */
static double log_below(double z, double *slope)
{
    static const double log_root_2_pi = 0.91893853320467274178;
    if (z > -30) {
        const double below = 0.5 * erfc(-z * M_SQRT1_2);
        *slope = exp(-0.5 * z * z - log_root_2_pi) / below;
        return log(below);
    }
    /* asymptotic series of Mills' ratio (Abramowitz & Stegun 26.2.12) */
    const double q = 1 / (z * z), series = 1 - q * (1 - 3 * q * (1 - 5 * q * (1 - 7 * q)));
    *slope = -z / series;
    return -0.5 * z * z - log_root_2_pi - log(-z) + log(series);
}

/* What one value adds: a function of the prediction alone. */
struct term {
    double value, slope; /* of minus twice the log likelihood, by f */
    double expected; /* curvature by f, averaged over the values that the model could give: never negative */
    double observed; /* curvature by f as it is */
};

static bool natural_term(
    const struct rsp_residual *r, const struct rsp_fit_observation *o, double f, struct term *t)
{
    const double ratio2 = r->proportional_sd * r->proportional_sd;
    const double var = ratio2 * f * f + r->additive_sd * r->additive_sd, dvar = 2 * ratio2 * f;
    if (o->censored) {
        const double sd = sqrt(var), dsd = sd > 0 ? dvar / (2 * sd) : 0;
        double slope;
        *t = (struct term){0};
        if (!(sd > 0)) /* nothing is there: it is below the limit for certain */
            return o->value > 0;
        const double z = (o->value - f) / sd, dz = -(1 + z * dsd) / sd;
        t->value = -2 * log_below(z, &slope);
        t->slope = -2 * slope * dz;
        t->expected = t->observed = 2 * slope * fmax(slope + z, 0) * dz * dz;
        return true;
    }
    if (!(var > 0))
        return false;
    const double residual = o->value - f, standard2 = residual * residual / var;
    t->value = log(var) + standard2;
    t->slope = (dvar * (1 - standard2) - 2 * residual) / var;
    t->expected = 2 / var + dvar * dvar / (var * var);
    const double by_var = dvar / var, twice = 2 * ratio2 / var;
    t->observed =
        2 / var + twice * (1 - standard2) + by_var * (4 * residual / var - by_var * (1 - 2 * standard2));
    return true;
}

static bool log_term(
    const struct rsp_residual *r, const struct rsp_fit_observation *o, double f, struct term *t)
{
    const double sd = r->log_sd;
    if (o->censored && !(f > 0)) {
        *t = (struct term){0};
        return o->value > 0;
    }
    if (!(f > 0))
        return false;
    const double z = (log(o->value) - log(f)) / sd, dz = -1 / (f * sd);
    if (o->censored) {
        double slope;
        t->value = -2 * log_below(z, &slope);
        t->slope = -2 * slope * dz;
        t->expected = t->observed = 2 * slope * fmax(slope + z, 0) * dz * dz;
        return true;
    }
    t->value = 2 * log(sd) + z * z;
    t->slope = 2 * z * dz;
    t->expected = 2 * dz * dz;
    t->observed = t->expected + 2 * z / (f * f * sd);
    return true;
}

bool rsp_fit_evaluate(struct rsp_fit_work *work, const double u[], bool expected)
{
    const struct rsp_fit_person *person = work->person;
    const int n = work->n_effect;
    double *gradient = work->gradient, *hessian = work->hessian;
    if (!rsp_fit_predict(work, u))
        return false;
    double sum = 0;
    memset(hessian, 0, (size_t)(n * n) * sizeof *hessian);
    for (int j = 0; j < n; j++) {
        sum += u[j] * u[j];
        gradient[j] = 2 * u[j];
        hessian[j * n + j] = 2;
    }
    const int n_slope = work->s > 1 ? n : 0;
    for (size_t i = 0; i < person->n_observation; i++) {
        const struct rsp_fit_observation *o = &person->observation[i];
        const struct rsp_residual *r = work->setup->residual[o->output];
        const double *f = work->f + i * (size_t)work->s;
        struct term t;
        if (!work->used[i])
            continue;
        if (!(r->log_sd > 0 ? log_term(r, o, f[0], &t) : natural_term(r, o, f[0], &t)))
            return false;
        sum += t.value;
        for (int j = 0; j < n_slope; j++) {
            const double x = (expected || !(t.observed > 0) ? t.expected : t.observed) * f[1 + j];
            gradient[j] += t.slope * f[1 + j];
            for (int k = 0; k <= j; k++)
                hessian[j * n + k] += x * f[1 + k];
        }
    }
    for (int j = 0; j < n; j++)
        for (int k = 0; k < j; k++)
            hessian[k * n + j] = hessian[j * n + k];
    work->objective = sum;
    return sum - sum == 0;
}

struct rsp_fit_error rsp_fit_error_at(const struct rsp_fit_work *work, int observation, double f)
{
    const struct rsp_fit_observation *o = &work->person->observation[observation];
    const struct rsp_residual *r = work->setup->residual[o->output];
    struct rsp_fit_error e = {.sd = r->log_sd, .probability_below = NAN};
    if (r->log_sd > 0) {
        e.residual = (log(o->value) - log(f)) / e.sd;
    } else {
        e.sd = sqrt(r->proportional_sd * r->proportional_sd * f * f + r->additive_sd * r->additive_sd);
        e.residual = (o->value - f) / e.sd;
    }
    if (o->censored)
        e.probability_below = 0.5 * erfc(-e.residual * M_SQRT1_2);
    return e;
}
