/* Programmes beside other ways to the same numbers: the closed form of the bolus, elimination and transfer scheme, and an
 * own integration of the compartments. */
#include "tci_support.h"

/* Micro constants in 1/h, volume in L. */
struct three {
    double v1, k10, k12, k21, k13, k31;
};

static double parameter(const struct rsp_model *model, const char *name)
{
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++)
        if (strcmp(rsp_model_parameter(model, i)->name, name) == 0)
            return rsp_model_parameter(model, i)->value;
    ck_abort_msg("no parameter %s", name);
    return NAN;
}

/* Source of the scheme: Schwilden H, Eur J Clin Pharmacol 1981;20:379-386. The rate that keeps the central level at
 * C for ever replaces what is eliminated and what goes into the tissues, which fill up exponentially. */
static double maintenance_mg_per_h(const struct three *m, double level_mg_per_l, double time_h)
{
    return level_mg_per_l * m->v1 *
           (m->k10 + m->k12 * exp(-m->k21 * time_h) + m->k13 * exp(-m->k31 * time_h));
}

/* Mean of that rate over a step: what a pump of steps has to give. */
static double mean_maintenance_mg_per_h(
    const struct three *m, double level_mg_per_l, double from_h, double to_h)
{
    const double d = to_h - from_h;
    const double slow2 = (exp(-m->k21 * from_h) - exp(-m->k21 * to_h)) / (m->k21 * d);
    const double slow3 = (exp(-m->k31 * from_h) - exp(-m->k31 * to_h)) / (m->k31 * d);
    return level_mg_per_l * m->v1 * (m->k10 + m->k12 * slow2 + m->k13 * slow3);
}

static void beside_scheme(const char *id, const struct three *m)
{
    /* 1 s: the first step is as good as a bolus of C V1 */
    const double step_h = 1.0 / 3600;
    const struct rsp_tci_profile profile = profile_of("150 ng/mL ketamine", 0.25);
    struct rsp_tci_programme *p =
        design(id, false, &profile, (struct rsp_tci_pump){.step_h = step_h, .shortest_step_h = step_h});
    /* what leaves the central volume within the step is given too: half of it on average */
    const double bolus_mg = 0.15 * m->v1 * (1 + 0.5 * step_h * (m->k10 + m->k12 + m->k13));
    ck_assert_double_eq_tol(p->step[0].given_mg, bolus_mg, 0.001 * bolus_mg);
    for (size_t i = 60; i < p->n_step; i += 60) {
        const double middle_h = p->step[i].start_h + 0.5 * step_h;
        const double scheme = maintenance_mg_per_h(m, 0.15, middle_h);
        ck_assert_double_eq_tol(p->step[i].rate_mg_per_h, scheme, 0.002 * scheme);
    }
    rsp_tci_programme_free(p);
    /* steps of a minute, as the brief scheme is used at the bedside: within 1 % of its mean over the step */
    const struct rsp_tci_profile hour = profile_of("150 ng/mL ketamine", 1);
    p = design(id, false, &hour, (struct rsp_tci_pump){.step_h = 1.0 / 60});
    for (size_t i = 10; i < p->n_step; i++) {
        const double from_h = p->step[i].start_h, to_h = from_h + p->step[i].duration_h;
        const double scheme = mean_maintenance_mg_per_h(m, 0.15, from_h, to_h);
        ck_assert_double_eq_tol(p->step[i].rate_mg_per_h, scheme, 0.01 * scheme);
    }
    rsp_tci_programme_free(p);
}

START_TEST(short_steps_come_to_the_closed_form_of_domino_1982)
{
    struct rsp_model *model = NULL;
    ck_assert_int_eq(rsp_model_shipped("domino1982", &model, NULL), RSP_OK);
    const double v1 = parameter(model, "v1"), v2 = parameter(model, "v2"), v3 = parameter(model, "v3");
    const double cl = parameter(model, "cl1"), q2 = parameter(model, "cl2"), q3 = parameter(model, "cl3");
    rsp_model_free(model);
    const double per_h = 60; /* clearances are published in L/min */
    const struct three m = {
        v1, per_h * cl / v1, per_h * q2 / v1, per_h * q2 / v2, per_h * q3 / v1, per_h * q3 / v3};
    beside_scheme("domino1982", &m);
}
END_TEST

START_TEST(short_steps_come_to_the_closed_form_of_domino_1984)
{
    struct rsp_model *model = NULL;
    ck_assert_int_eq(rsp_model_shipped("domino1984", &model, NULL), RSP_OK);
    const struct three m = {70 * parameter(model, "v1"), 60 * parameter(model, "k10"),
        60 * parameter(model, "k12"), 60 * parameter(model, "k21"), 60 * parameter(model, "k13"),
        60 * parameter(model, "k31")};
    rsp_model_free(model);
    beside_scheme("domino1984", &m);
}
END_TEST

/* Kamp 2020 at 70 kg with the effect site of Olofsen 2022: amounts in mg, the site as a level in mg/L. */
struct body {
    double central, tissue, site;
};
struct constants {
    double v1, v2, cl, q, ke0; /* L, L/h, 1/h */
};

static struct body slope(const struct constants *c, struct body x, double rate_mg_per_h)
{
    const double plasma = x.central / c->v1, tissue = x.tissue / c->v2;
    return (struct body){rate_mg_per_h - (c->cl + c->q) * plasma + c->q * tissue, c->q * (plasma - tissue),
        c->ke0 * (plasma - x.site)};
}

static struct body moved(struct body x, struct body d, double h)
{
    return (struct body){x.central + h * d.central, x.tissue + h * d.tissue, x.site + h * d.site};
}

/* Runge-Kutta of the fourth order over one second. */
static struct body second(const struct constants *c, struct body x, double rate_mg_per_h)
{
    const double h = 1.0 / 3600;
    const struct body a = slope(c, x, rate_mg_per_h), b = slope(c, moved(x, a, h / 2), rate_mg_per_h),
                      d = slope(c, moved(x, b, h / 2), rate_mg_per_h),
                      e = slope(c, moved(x, d, h), rate_mg_per_h);
    return (struct body){x.central + h / 6 * (a.central + 2 * b.central + 2 * d.central + e.central),
        x.tissue + h / 6 * (a.tissue + 2 * b.tissue + 2 * d.tissue + e.tissue),
        x.site + h / 6 * (a.site + 2 * b.site + 2 * d.site + e.site)};
}

static struct constants kamp(void)
{
    struct rsp_model *model = NULL;
    ck_assert_int_eq(rsp_model_shipped("kamp2020+olofsen2022", &model, NULL), RSP_OK);
    const struct constants c = {parameter(model, "v1"), parameter(model, "v2"), 60 * parameter(model, "cl"),
        60 * parameter(model, "q"), 60 * log(2) / parameter(model, "t_half")};
    rsp_model_free(model);
    return c;
}

START_TEST(the_peak_after_the_first_step_is_the_target)
{
    const struct constants c = kamp();
    const struct rsp_tci_profile profile = profile_of("100 ng/mL esketamine", 2);
    struct rsp_tci_programme *p =
        design("kamp2020+olofsen2022", true, &profile, (struct rsp_tci_pump){.step_h = 2.0 / 60});
    /* the pump is stopped while the level rises by itself, until shortly before the peak of the first step */
    ck_assert_double_eq_tol(p->step[0].duration_h, 2.0 / 60, 1e-9);
    ck_assert_double_eq(p->step[1].rate_mg_per_h, 0);
    struct body x = {0, 0, 0};
    double top = 0, top_h = 0;
    for (int i = 1; i <= 3600; i++) {
        x = second(&c, x, i <= 120 ? p->step[0].rate_mg_per_h : 0);
        if (x.site > top) {
            top = x.site;
            top_h = i / 3600.0;
        }
    }
    ck_assert_double_eq_tol(1000 * top, 100, 0.2); /* 0.1 % slack of the method, and the grid */
    /* arrival within 5 % comes before the peak, and maintenance begins no later than it */
    ck_assert_double_lt(p->outcome[0].arrived_h, top_h);
    ck_assert_double_lt(fabs(p->step[2].start_h - top_h), 3.0 / 60);
    rsp_tci_programme_free(p);
}
END_TEST

START_TEST(levels_of_a_programme_are_those_of_an_own_integration)
{
    const struct constants c = kamp();
    const struct rsp_tci_profile profile =
        profile_of("80 ng/mL esketamine over 10 min for 1 h; 120 ng/mL for 30 min; 0 over 20 min", NAN);
    struct rsp_tci_programme *p = design("kamp2020+olofsen2022", true, &profile,
        (struct rsp_tci_pump){.resolution_mg_per_h = 0.5, .max_rate_mg_per_h = 120});
    struct body x = {0, 0, 0};
    size_t step = 0, compared = 0;
    int at_s = 0;
    for (size_t j = 0; j < p->n_time && p->time_h[j] <= p->end_h + 1e-9; j++) {
        while (at_s < lround(3600 * p->time_h[j])) {
            while (step + 1 < p->n_step && at_s >= lround(3600 * p->step[step + 1].start_h))
                step++;
            x = second(&c, x, p->step[step].rate_mg_per_h);
            at_s++;
        }
        ck_assert_double_eq_tol(p->level_ng_per_ml[j], 1000 * x.site, 1e-6);
        compared++;
    }
    ck_assert_uint_gt(compared, 500);
    rsp_tci_programme_free(p);
}
END_TEST

START_TEST(nothing_but_noise_spreads_the_copies_of_a_model_without_variability)
{
    /* domino1984 publishes no variability: every copy is the typical person, and the chance is 0 or 1 */
    struct rsp_model *model = NULL;
    struct rsp_curve curve = {0};
    double covariate[MOST_COVARIATE], chance = NAN;
    const struct rsp_tci_profile profile = profile_of("150 ng/mL ketamine over 20 min", 2);
    struct rsp_tci_programme *p = design("domino1984", false, &profile, (struct rsp_tci_pump){0});
    const struct rsp_plan_options options = {.seed = 1, .n_subject = 50};
    ck_assert_int_eq(rsp_model_shipped("domino1984", &model, NULL), RSP_OK);
    person_of(model, 70, covariate);
    ck_assert_int_eq(
        rsp_tci_bands(model, covariate, p, "ketamine_ng_per_ml", 100, &options, &curve, NULL), RSP_OK);
    ck_assert_uint_le(curve.n, 100);
    const struct rsp_session_window window = {p->n_dose, p->dose, 0, 3, "ketamine_ng_per_ml"};
    for (size_t i = 0; i < curve.n; i++)
        ck_assert_double_eq_tol(curve.band[0][i], curve.band[4][i], 1e-9);
    ck_assert_int_eq(
        rsp_tci_chance(model, covariate, &window, 1.06 * 150, &options, &chance, NULL, NULL), RSP_OK);
    ck_assert_double_eq(chance, 1);
    ck_assert_int_eq(
        rsp_tci_chance(model, covariate, &window, 0.94 * 150, &options, &chance, NULL, NULL), RSP_OK);
    ck_assert_double_eq(chance, 0);
    rsp_curve_free(&curve);
    rsp_tci_programme_free(p);
    rsp_model_free(model);
}
END_TEST

START_TEST(the_chance_is_the_share_of_a_binomial_count)
{
    /* otto2021 has variability: the share below the published median of the copies' peaks is a half */
    struct rsp_model *model = NULL;
    struct rsp_prediction peak;
    double covariate[MOST_COVARIATE], chance = NAN, half = NAN;
    const struct rsp_tci_profile profile = profile_of("150 ng/mL esketamine over 30 min", 2);
    struct rsp_tci_programme *p = design("otto2021", false, &profile, (struct rsp_tci_pump){0});
    const struct rsp_plan_options options = {.seed = 1, .n_subject = 1000};
    ck_assert_int_eq(rsp_model_shipped("otto2021", &model, NULL), RSP_OK);
    person_of(model, 70, covariate);
    const struct rsp_session_window window = {p->n_dose, p->dose, 0, 3, "esketamine_ng_per_ml"};
    ck_assert_int_eq(rsp_tci_chance(model, covariate, &window, 150, &options, &chance, &peak, NULL), RSP_OK);
    ck_assert_int_eq(
        rsp_tci_chance(model, covariate, &window, peak.p50, &options, &half, NULL, NULL), RSP_OK);
    ck_assert_double_eq_tol(half, 0.5, 0.001);
    ck_assert_double_gt(peak.p95, peak.p05 * 1.1);
    ck_assert_double_gt(chance, 0.05);
    ck_assert_double_lt(chance, 0.95);
    rsp_tci_programme_free(p);
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("tci methods", short_steps_come_to_the_closed_form_of_domino_1982,
    short_steps_come_to_the_closed_form_of_domino_1984, the_peak_after_the_first_step_is_the_target,
    levels_of_a_programme_are_those_of_an_own_integration,
    nothing_but_noise_spreads_the_copies_of_a_model_without_variability,
    the_chance_is_the_share_of_a_binomial_count)
