/* Random effects (between people, between occasions) and the uncertainty of a typical value: three
 * different things that papers print in many ways. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/load.h"

/* Half width of a 95 % interval in standard deviations: standard normal quantile of 0.975. */
static const double z_95 = 1.959963984540054;

static const char *const scale_words[] = {"log", "logit", "additive", NULL};

/* omega2, sd or cv_pct -> SD on the scale (published unit when additive). */
static rsp_status read_sd(struct rsp_loader *l, const struct rsp_yaml *node,
    const struct rsp_parameter_def *p, struct rsp_spread *s, char *text, size_t size)
{
    static const char *const keys[] = {"omega2", "sd", "cv_pct", NULL};
    static const char *const conventions[] = {"lognormal", "approximate", NULL};
    const char *const scale = s->scale == RSP_ETA_LOG ? "log-normal" : scale_words[s->scale];
    int which = -1, convention = 0;
    double v = 0;
    for (int i = 0; keys[i] != NULL; i++) {
        if (rsp_yaml_find(node, keys[i]) == NULL)
            continue;
        if (which >= 0)
            return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "expected only one of omega2, sd and cv_pct");
        which = i;
        RSP_TRY(rsp_yaml_number(node, keys[i], true, &v, l->err));
    }
    if (which < 0)
        return rsp_yaml_error(
            node, l->err, RSP_E_MISSING, "expected omega2, sd or cv_pct, as the paper prints it");
    if (!(v > 0))
        return rsp_yaml_error(
            node, l->err, RSP_E_DOMAIN, "a variance, SD or CV is positive; leave it out when there is none");
    RSP_TRY(rsp_load_word(l, node, "convention", false, conventions, &convention));
    if (which != 2 && rsp_yaml_find(node, "convention") != NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "convention belongs to cv_pct only");
    if (which == 0) {
        s->sd = sqrt(v);
        snprintf(text, size, "omega^2 %g (%s)", v, scale);
    } else if (which == 1) {
        s->sd = v;
        snprintf(text, size, "SD %g (%s)", v, scale);
    } else if (s->scale == RSP_ETA_LOG) {
        const double cv = v / 100;
        s->sd = convention == 0 ? sqrt(log1p(cv * cv)) : cv;
        snprintf(text, size, "CV %g %% (log-normal, omega %.4g%s)", v, s->sd,
            convention == 0 ? "" : " by the approximate convention");
    } else if (s->scale == RSP_ETA_ADDITIVE) {
        s->sd = fabs(p->value) * v / 100;
        snprintf(text, size, "CV %g %% (additive, SD %.4g)", v, s->sd);
    } else {
        return rsp_yaml_error(
            node, l->err, RSP_E_MISMATCH, "cv_pct has no meaning on the logit scale; give sd or omega2");
    }
    return RSP_OK;
}

rsp_status rsp_load_spread(struct rsp_loader *l, const struct rsp_yaml *node,
    const struct rsp_parameter_def *p, struct rsp_spread *spread)
{
    /* An SD of more than this on a log or logit scale spans more than e^+-20: a percentage by mistake. */
    static const double max_sd = 10;
    static const char *const keys[] = {
        "omega2", "sd", "cv_pct", "convention", "scale", "source", "note", NULL};
    char text[128];
    const char *source = NULL;
    int scale = RSP_ETA_LOG;
    struct rsp_spread s = {.given = true};
    spread->text = "";
    if (node == NULL)
        return RSP_OK;
    RSP_TRY(rsp_load_map(l, node, "{omega2: 0.026} (or sd, or cv_pct)"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    RSP_TRY(rsp_load_source(l, node, false, &source));
    RSP_TRY(rsp_load_word(l, node, "scale", false, scale_words, &scale));
    s.scale = (enum rsp_eta_scale)scale;
    RSP_TRY(read_sd(l, node, p, &s, text, sizeof text));
    if (s.scale != RSP_ETA_ADDITIVE && s.sd > max_sd)
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "an SD of %g on the %s scale is no variability between people; is it a percentage?", s.sd,
            scale_words[scale]);
    if (s.scale == RSP_ETA_ADDITIVE)
        s.sd *= p->unit.factor;
    s.text = rsp_load_keep(l, text);
    if (s.text == NULL)
        return RSP_E_MEMORY;
    *spread = s;
    return RSP_OK;
}

struct interval {
    bool is_se;
    double se, low, high; /* published unit */
};

static rsp_status read_interval(
    struct rsp_loader *l, const struct rsp_yaml *node, double published, struct interval *u)
{
    const bool has_se = rsp_yaml_find(node, "se") != NULL;
    const struct rsp_yaml *ci = rsp_yaml_find(node, "ci95");
    if (has_se == (ci != NULL))
        return rsp_yaml_error(node, l->err, RSP_E_MISSING,
            "expected either se: NUMBER or ci95: [LOW, HIGH], in the unit of the value");
    u->is_se = has_se;
    if (has_se) {
        RSP_TRY(rsp_yaml_number(node, "se", true, &u->se, l->err));
        if (!(u->se > 0))
            return rsp_yaml_error(node, l->err, RSP_E_DOMAIN, "a standard error is positive");
        return RSP_OK;
    }
    double range[2] = {0, 0};
    RSP_TRY(rsp_load_range(l, node, "ci95", range));
    if (!(range[0] < published && published < range[1]))
        return rsp_yaml_error(ci, l->err, RSP_E_DOMAIN, "the interval %g to %g does not contain the value %g",
            range[0], range[1], published);
    u->low = range[0];
    u->high = range[1];
    u->se = (range[1] - range[0]) / (2 * z_95);
    return RSP_OK;
}

static rsp_status uncertain_lognormal(struct rsp_loader *l, const struct rsp_yaml *node, double published,
    const struct interval *u, struct rsp_parameter_def *p)
{
    if (!(published > 0) || !(p->value > 0) || (!u->is_se && !(u->low > 0)))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "a log-normal uncertainty needs a positive value and interval; declare distribution: normal and "
            "`sign: any` if it may be negative");
    const double ratio = u->se / published;
    p->uncertain.kind = RSP_UNCERTAIN_LOGNORMAL;
    p->uncertain.a = log(p->value * p->unit.factor);
    p->uncertain.b = u->is_se ? sqrt(log1p(ratio * ratio)) : log(u->high / u->low) / (2 * z_95);
    return RSP_OK;
}

static rsp_status uncertain_beta(
    struct rsp_loader *l, const struct rsp_yaml *node, const struct interval *u, struct rsp_parameter_def *p)
{
    const double m = p->value * p->unit.factor, se = u->se * p->unit.factor;
    const double size = m * (1 - m) / (se * se) - 1;
    if (!(m > 0 && m < 1) || !rsp_dimension_equal(p->unit.dimension, rsp_dim_none) || !(size > 0) ||
        !isfinite(size))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "a Beta uncertainty needs a probability between 0 and 1 and a standard error under sqrt(p (1 - "
            "p))");
    p->uncertain.kind = RSP_UNCERTAIN_BETA;
    p->uncertain.a = m * size;
    p->uncertain.b = (1 - m) * size;
    return RSP_OK;
}

static rsp_status uncertain_normal(
    struct rsp_loader *l, const struct rsp_yaml *node, const struct interval *u, struct rsp_parameter_def *p)
{
    if (!p->any_sign)
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "a normal distribution gives negative values; declare `sign: any` on this parameter, or use "
            "lognormal");
    p->uncertain.kind = RSP_UNCERTAIN_NORMAL;
    p->uncertain.a = p->value * p->unit.factor;
    p->uncertain.b = u->se * p->unit.factor;
    return RSP_OK;
}

rsp_status rsp_load_uncertainty(
    struct rsp_loader *l, const struct rsp_yaml *node, double published, struct rsp_parameter_def *p)
{
    static const char *const keys[] = {"se", "ci95", "distribution", "source", "note", NULL};
    static const char *const words[] = {"lognormal", "beta", "normal", NULL};
    static const char *const shown[] = {"log-normal", "Beta", "normal"};
    char text[160];
    const char *source = NULL;
    int kind = 0;
    struct interval u = {0};
    if (node == NULL)
        return RSP_OK;
    RSP_TRY(rsp_load_map(l, node, "{se: 4.0} or {ci95: [5.3, 20.5]}"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    RSP_TRY(rsp_load_source(l, node, false, &source));
    RSP_TRY(rsp_load_word(l, node, "distribution", false, words, &kind));
    RSP_TRY(read_interval(l, node, published, &u));
    if (kind == 0)
        RSP_TRY(uncertain_lognormal(l, node, published, &u, p));
    else if (kind == 1)
        RSP_TRY(uncertain_beta(l, node, &u, p));
    else
        RSP_TRY(uncertain_normal(l, node, &u, p));
    if (!isfinite(p->uncertain.a) || !isfinite(p->uncertain.b))
        return rsp_yaml_error(
            node, l->err, RSP_E_DOMAIN, "this uncertainty is too small or too large to calculate with");
    p->uncertain.low = u.is_se ? NAN : u.low * p->unit.factor;
    p->uncertain.high = u.is_se ? NAN : u.high * p->unit.factor;
    if (u.is_se)
        snprintf(text, sizeof text, "%s from SE %g", shown[kind], u.se);
    else
        snprintf(text, sizeof text, "%s from 95 %% CI %g to %g", shown[kind], u.low, u.high);
    p->uncertain_text = rsp_load_keep(l, text);
    return p->uncertain_text != NULL ? RSP_OK : RSP_E_MEMORY;
}
