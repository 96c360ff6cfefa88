/* What a fit does with people: covariates that change, occasions, threads, draws, and data that are no good. */
#include "fit_model.h"

#include <limits.h>

#include <respite/simulate.h>

#define IV(start, over, mg)                                                                                  \
    (struct rsp_dose)                                                                                        \
    {                                                                                                        \
        .start_h = (start), .duration_h = (over), .amount_mg = (mg), .drug = RSP_DRUG_ESKETAMINE,            \
        .route = RSP_ROUTE_IV, .state = -1                                                                   \
    }
#define AT(time, measured)                                                                                   \
    (struct rsp_fit_observation)                                                                             \
    {                                                                                                        \
        .time_h = (time), .value = (measured), .output = 0, .stretch = -1                                    \
    }

static bool found(const struct rsp_fit_result *r, enum rsp_fit_reason reason)
{
    for (size_t i = 0; i < r->verdict.n_finding; i++)
        if (r->verdict.finding[i].reason == reason)
            return true;
    return false;
}

static void fit(const struct rsp_model *model, const struct rsp_fit_person *person, struct rsp_fit_result *r)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_fit_person(model, person, NULL, r, &err) == RSP_OK, "%s", err.message);
}

/* Levels of a person of map_case_two_cpt with given effects, in ng/mL, without error. */
static void levels(const struct rsp_model *model, size_t n_dose, const struct rsp_dose dose[],
    const double eta[], size_t n, struct rsp_fit_observation o[], double factor)
{
    double value[32];
    const struct rsp_fit_person person = {
        .n_dose = n_dose, .dose = dose, .n_observation = n, .observation = o};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_fit_objective(
                      model, &person, NULL, eta, &(struct rsp_fit_outputs){.ipred = value}, &err) == RSP_OK,
        "%s", err.message);
    for (size_t i = 0; i < n; i++)
        o[i].value = value[i] * factor;
}

enum { N_LEVEL = 6 };
struct scene {
    struct rsp_model *model;
    struct rsp_dose dose[2];
    struct rsp_fit_observation o[N_LEVEL];
    struct rsp_fit_person person;
};

static void scene(struct scene *s, double factor)
{
    static const double eta[] = {0.3, -0.2, 0.1};
    memset(s, 0, sizeof *s);
    s->model = any_model("map_case_two_cpt");
    s->dose[0] = IV(0, 1, 1000);
    s->dose[1] = IV(24, 1, 1000);
    const double time_h[] = {1.1, 2, 4, 8, 23, 30};
    for (int i = 0; i < N_LEVEL; i++)
        s->o[i] = AT(time_h[i], 1);
    levels(s->model, 2, s->dose, eta, N_LEVEL, s->o, factor);
    s->person =
        (struct rsp_fit_person){.n_dose = 2, .dose = s->dose, .n_observation = N_LEVEL, .observation = s->o};
}

START_TEST(exact_levels_lead_near_the_person_they_come_from)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1);
    fit(s.model, &s.person, &r);
    ck_assert(r.verdict.usable);

    ck_assert_double_eq_tol(r.eta[0], 0.3, 0.1);
    for (size_t j = 0; j < 3; j++) {
        ck_assert_double_eq_tol(r.gradient[j], 0, 1e-5);
        ck_assert(r.shrinkage[j] > 0 && r.shrinkage[j] < 1);
        ck_assert_double_eq_tol(r.shrinkage[j], r.covariance[4 * j] / 0.2, 1e-12);
    }
    ck_assert_double_eq_tol(r.parameter[0], 4 * exp(r.eta[0]), 1e-12);
    ck_assert_double_eq_tol(r.parameter_se[0], r.parameter[0] * r.eta_se[0], 1e-9);
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

/* Clearance follows weight^0.75; one compartment empties at the rates of both weights in turn. */
START_TEST(covariates_hold_from_the_record_before_to_their_own)
{
    struct rsp_model *model = any_model("everything");
    const double light[] = {50}, heavy[] = {100}, zero[64] = {0};
    const struct rsp_fit_stretch two[] = {{3, light, 0, 0}, {9, heavy, 0, 0}}, one[] = {{9, light, 0, 0}},
                                 other[] = {{9, heavy, 0, 0}};
    const struct rsp_dose dose[] = {IV(0, 0, 20)};
    struct rsp_fit_observation o[] = {AT(2, 1), AT(3, 1), AT(5, 1)};
    double changing[3], a[3], b[3];
    struct rsp_fit_person p = {
        .n_dose = 1, .dose = dose, .n_observation = 3, .observation = o, .n_stretch = 2, .stretch = two};
    ck_assert_int_eq(
        rsp_fit_objective(model, &p, NULL, zero, &(struct rsp_fit_outputs){.ipred = changing}, NULL), RSP_OK);
    p.n_stretch = 1;
    p.stretch = one;
    ck_assert_int_eq(
        rsp_fit_objective(model, &p, NULL, zero, &(struct rsp_fit_outputs){.ipred = a}, NULL), RSP_OK);
    p.stretch = other;
    ck_assert_int_eq(
        rsp_fit_objective(model, &p, NULL, zero, &(struct rsp_fit_outputs){.ipred = b}, NULL), RSP_OK);
    ck_assert_double_eq_tol(changing[0], a[0], 1e-12 * a[0]);
    ck_assert_double_eq_tol(changing[1], a[1], 1e-12 * a[1]);
    ck_assert(changing[2] < a[2] && changing[2] > b[2]);
    rsp_model_free(model);
}
END_TEST

/* The same by hand: k1 until 3 h, k2 after. */
START_TEST(a_change_of_clearance_bends_the_decay)
{
    static const char text[] =
        "respite_model: 1\nid: one\nname: one compartment\nkind: pk\ndrug: esketamine\nsite: "
        "venous\nplanning: false\n"
        "status: test\namounts: mass\nsources: {data: made up}\npopulation: {text: nobody, n: 1}\n"
        "domain: {conditions: [healthy], regimen: any, duration_h: [0, 10], concentration_ng_per_ml: [0, "
        "1000]}\n"
        "covariates: {weight_kg: {reference: 70, range: [40, 120]}}\n"
        "parameters:\n"
        "  cl: {value: 7 L/h, source: data, confidence: secondary, variability: {omega2: 0.1}, covariates: "
        "[{allometric: weight_kg, exponent: 1, source: data}]}\n"
        "  v: {value: 10 L, source: data, confidence: secondary}\n"
        "compartments: {central: {volume: v}}\nflows: [{from: central, to: out, clearance: cl}]\n"
        "routes: {iv: [{to: central}]}\noutputs: {drug_ng_per_ml: {compartment: central}}\n"
        "residual: {drug_ng_per_ml: {proportional_sd: 0.1, source: data, confidence: secondary}}\n";
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(
        rsp_model_parse(text, strlen(text), "one", &model, &err) == RSP_OK, "%d: %s", err.line, err.message);
    static const char data[] =
        "ID,TIME,AMT,EVID,MDV,DV,weight_kg\n"
        "1,0,20,1,1,.,50\n1,3,.,0,0,100,50\n1,4,.,0,0,50,100\n1,6,.,2,1,.,.\n1,7,.,0,0,1,25\n";
    const struct rsp_events_options options = {.fit = true};
    struct rsp_events *events = NULL;
    struct rsp_fit_data *set = NULL;
    ck_assert_msg(rsp_events_parse_with(
                      data, strlen(data), "data", model, RSP_ROUTE_IV, &options, &events, &err) == RSP_OK,
        "%d %s", err.line, err.message);
    ck_assert_int_eq(rsp_fit_data_new(model, events, 1, &set, &err), RSP_OK);
    ck_assert_uint_eq(set->person[0].n_observation, 3);
    ck_assert_uint_eq(set->person[0].n_stretch, 3); /* the empty cell keeps 100 */
    double value[3], zero = 0;
    ck_assert_int_eq(rsp_fit_objective(model, &set->person[0], NULL, &zero,
                         &(struct rsp_fit_outputs){.ipred = value}, &err),
        RSP_OK);
    /* CL 5 until 3 h, 10 until 6 h, 2.5 until 7 h */
    ck_assert_double_eq_tol(value[0], 2000 * exp(-1.5), 1e-9);
    ck_assert_double_eq_tol(value[1], 2000 * exp(-2.5), 1e-9);
    ck_assert_double_eq_tol(value[2], 2000 * exp(-4.75), 1e-9);
    rsp_fit_data_free(set);
    rsp_events_free(events);
    /* a simulation goes on refusing them */
    ck_assert_int_eq(
        rsp_events_parse(data, strlen(data), "data", model, RSP_ROUTE_IV, &events, &err), RSP_E_UNSUPPORTED);
    rsp_model_free(model);
}
END_TEST

/* The record's place decides at the same time; a further dose of ADDL comes after what is measured then. */
START_TEST(at_the_time_of_a_bolus_the_order_of_the_records_decides)
{
    struct rsp_model *model = any_model("map_case_two_cpt");
    static const char data[] =
        "ID,TIME,AMT,EVID,MDV,DV,ADDL,II\n"
        "1,0,100,1,1,.,0,0\n1,0,.,0,0,9,0,0\n1,5,.,0,0,5,0,0\n1,5,100,1,1,.,1,4\n1,9,.,0,0,5,0,0\n";
    const struct rsp_events_options options = {.fit = true};
    struct rsp_events *events = NULL;
    struct rsp_fit_data *set = NULL;
    struct rsp_error err = {0};
    ck_assert_int_eq(
        rsp_events_parse_with(data, strlen(data), "data", model, RSP_ROUTE_IV, &options, &events, &err),
        RSP_OK);
    ck_assert_int_eq(rsp_fit_data_new(model, events, 1, &set, &err), RSP_OK);
    ck_assert(set->person[0].observation[0].after_dose);
    ck_assert(!set->person[0].observation[1].after_dose);
    ck_assert(!set->person[0].observation[2].after_dose);
    double value[3], zero[3] = {0};
    ck_assert_int_eq(rsp_fit_objective(
                         model, &set->person[0], NULL, zero, &(struct rsp_fit_outputs){.ipred = value}, &err),
        RSP_OK);
    ck_assert_double_eq_tol(value[0], 100.0 / 35 * 1e3, 1e-9);
    rsp_fit_data_free(set);
    rsp_events_free(events);
    rsp_model_free(model);
}
END_TEST

START_TEST(threads_do_not_change_a_bit)
{
    enum { N = 40 };
    struct scene s[N];
    struct rsp_fit_person person[N];
    struct rsp_fit_result one[N], many[N];
    for (int i = 0; i < N; i++) {
        scene(&s[i], 0.7 + 0.02 * i);
        person[i] = s[i].person;
    }
    struct rsp_fit_options options = {.method = RSP_FIT_POSTERIOR, .n_draw = 100, .seed = 3, .n_thread = 1};
    ck_assert_int_eq(rsp_fit_people(s[0].model, N, person, &options, one, NULL), RSP_OK);
    options.n_thread = 5;
    ck_assert_int_eq(rsp_fit_people(s[0].model, N, person, &options, many, NULL), RSP_OK);
    for (int i = 0; i < N; i++) {
        ck_assert_mem_eq(one[i].eta, many[i].eta, 3 * sizeof(double));
        ck_assert_mem_eq(one[i].covariance, many[i].covariance, 9 * sizeof(double));
        ck_assert_mem_eq(
            one[i].draw_parameter, many[i].draw_parameter, 100 * one[i].n_parameter * sizeof(double));
        rsp_fit_result_free(&one[i]);
        rsp_fit_result_free(&many[i]);
        rsp_model_free(s[i].model);
    }
}
END_TEST

/* Means of the draws beside the same integrals over a grid of the objective. */
START_TEST(draws_have_the_moments_of_the_posterior)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1.2);
    s.person.n_observation = 2; /* a posterior that is not normal */
    const struct rsp_fit_options options = {.method = RSP_FIT_POSTERIOR, .n_draw = 20000, .seed = 11};
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, &options, &r, NULL), RSP_OK);
    double mean[3] = {0}, square[3] = {0}, grid_mean[3] = {0}, grid_square[3] = {0}, total = 0;
    for (size_t k = 0; k < r.n_draw; k++)
        for (int j = 0; j < 3; j++) {
            mean[j] += r.draw_eta[k * 3 + (size_t)j] / (double)r.n_draw;
            square[j] += pow(r.draw_eta[k * 3 + (size_t)j], 2) / (double)r.n_draw;
        }
    for (int a = -24; a <= 24; a++)
        for (int b = -24; b <= 24; b++)
            for (int c = -24; c <= 24; c++) {
                const double eta[] = {a * 0.075, b * 0.075, c * 0.075};
                double ofv;
                ck_assert_int_eq(rsp_fit_objective(s.model, &s.person, NULL, eta,
                                     &(struct rsp_fit_outputs){.ofv = &ofv}, NULL),
                    RSP_OK);
                const double w = exp(-0.5 * (ofv - r.ofv));
                total += w;
                for (int j = 0; j < 3; j++) {
                    grid_mean[j] += w * eta[j];
                    grid_square[j] += w * eta[j] * eta[j];
                }
            }
    for (int j = 0; j < 3; j++) {
        const double m = grid_mean[j] / total, sd = sqrt(grid_square[j] / total - m * m);
        ck_assert_msg(fabs(mean[j] - m) < 0.03 * sd, "eta %d: mean %g, grid %g (SD %g)", j, mean[j], m, sd);
        ck_assert_msg(fabs(sqrt(square[j] - mean[j] * mean[j]) / sd - 1) < 0.03, "eta %d: SD", j);
    }
    ck_assert_double_lt(r.pareto_k, 0.7);
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

START_TEST(a_thousandfold_unit_is_named)
{
    struct scene s;
    struct rsp_fit_result r;
    for (int way = 0; way < 2; way++) {
        scene(&s, way == 0 ? 1e3 : 1e-3);
        fit(s.model, &s.person, &r);
        ck_assert(found(&r, RSP_FIT_WRONG_UNIT));
        ck_assert(!r.verdict.usable);
        rsp_fit_result_free(&r);
        rsp_model_free(s.model);
    }
}
END_TEST

START_TEST(values_that_no_person_has_are_a_contradiction)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1);
    s.o[2].value *= 12;
    s.o[4].value *= 30;
    fit(s.model, &s.person, &r);
    ck_assert(found(&r, RSP_FIT_CONTRADICTED));
    ck_assert(!r.verdict.usable);
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

START_TEST(nothing_that_tells_is_not_usable)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1);
    s.person.n_observation = 0;
    fit(s.model, &s.person, &r);
    ck_assert(found(&r, RSP_FIT_NO_OBSERVATION) && !r.verdict.usable);
    ck_assert_double_eq(r.eta[0], 0);
    ck_assert_double_eq_tol(r.eta_se[0], sqrt(0.2), 1e-12);
    rsp_fit_result_free(&r);
    /* before the first dose */
    struct rsp_fit_observation early = AT(-2, 30);
    s.person.n_observation = 1;
    s.person.observation = &early;
    fit(s.model, &s.person, &r);
    ck_assert(found(&r, RSP_FIT_NO_OBSERVATION) && found(&r, RSP_FIT_LEFT_OUT) && !r.verdict.usable);
    rsp_fit_result_free(&r);
    /* without doses */
    s.person.n_dose = 0;
    s.person.observation = s.o;
    fit(s.model, &s.person, &r);
    ck_assert(found(&r, RSP_FIT_NO_OBSERVATION) && !r.verdict.usable);
    ck_assert_ptr_nonnull(strstr(r.verdict.finding[1].text, "no dose is given"));
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

START_TEST(all_below_quantification_still_teaches)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1);
    for (int i = 0; i < N_LEVEL; i++) {
        s.o[i].value *=
            0.8; /* the person's levels lie under these limits: clearance or volume must be higher */
        s.o[i].censored = true;
    }
    fit(s.model, &s.person, &r);
    ck_assert(r.verdict.converged);
    ck_assert_uint_eq(r.n_used_censored, N_LEVEL);
    ck_assert_double_gt(r.eta[0], 0);
    for (int i = 0; i < N_LEVEL; i++)
        ck_assert(
            r.point[i].probability_below > 0 && r.point[i].probability_below < 1 && isnan(r.point[i].iwres));
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

/* The published line of liver blood flow by age falls below 0 at 300 years: no parameters, whoever came before. */
START_TEST(a_person_without_an_answer_has_no_numbers)
{
    struct rsp_model *model = any_model("perezruixo2021");
    const struct rsp_dose dose[] = {IV(0, 0.7, 20)};
    struct rsp_fit_observation o[] = {AT(1, 100), AT(2, 50), AT(6, 5)};
    double covariate[3][16];
    struct rsp_fit_stretch stretch[3];
    struct rsp_fit_person p[3];
    struct rsp_fit_result r[3], alone;
    o[2].censored = true;
    for (int i = 0; i < 3; i++) {
        for (size_t c = 0; c < 16; c++)
            covariate[i][c] = NAN;
        covariate[i][rsp_model_covariate_find(model, "age_y")] = i == 1 ? 300 : 40;
        stretch[i] = (struct rsp_fit_stretch){INFINITY, covariate[i], -1, 0};
        p[i] = (struct rsp_fit_person){.n_dose = 1,
            .dose = dose,
            .n_observation = i == 2 ? 1 : 3, /* another answer than that of the first */
            .observation = o,
            .n_stretch = 1,
            .stretch = &stretch[i]};
    }
    const struct rsp_fit_options options = {.n_thread = 1};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_fit_people(model, 3, p, &options, r, &err) == RSP_OK, "%s", err.message);
    ck_assert(r[0].verdict.converged && !r[1].verdict.converged && r[2].verdict.converged);
    ck_assert(found(&r[1], RSP_FIT_NOT_CONVERGED));
    ck_assert(isfinite(r[0].ofv) && isnan(r[1].ofv) && isnan(r[1].misfit));
    for (size_t j = 0; j < r[1].n_effect; j++) {
        ck_assert(isnan(r[1].eta[j]) && isnan(r[1].eta_se[j]) && isnan(r[1].gradient[j]));
        ck_assert(isnan(r[1].shrinkage[j]) && isfinite(r[1].eta_sd[j]));
    }
    for (size_t j = 0; j < r[1].n_effect * r[1].n_effect; j++)
        ck_assert(isnan(r[1].covariance[j]));
    for (size_t j = 0; j < r[1].n_parameter; j++)
        ck_assert(isnan(r[1].parameter[j]) && isnan(r[1].parameter_se[j]));
    for (size_t j = 0; j < 3; j++) {
        const struct rsp_fit_point *point = &r[1].point[j];
        ck_assert(isnan(point->pred) && isnan(point->ipred) && isnan(point->iwres));
        ck_assert(isnan(point->probability_below) && point->used);
        ck_assert_double_eq(point->value, o[j].value);
    }
    ck_assert_uint_eq(r[1].n_used_value, 2);
    ck_assert_uint_eq(r[1].n_used_censored, 1);
    /* the others are as without this person, and so is what is said of all */
    ck_assert_int_eq(rsp_fit_person(model, &p[2], NULL, &alone, &err), RSP_OK);
    ck_assert_mem_eq(alone.eta, r[2].eta, alone.n_effect * sizeof(double));
    const double half = fabs(r[0].eta[0] - r[2].eta[0]) / sqrt(2); /* SD of two numbers */
    ck_assert_double_eq_tol(rsp_fit_shrinkage(3, r, 0), 1 - half / r[0].eta_sd[0], 1e-12);
    rsp_fit_result_free(&alone);
    for (int i = 0; i < 3; i++)
        rsp_fit_result_free(&r[i]);
    rsp_model_free(model);
}
END_TEST

START_TEST(duplicates_zeros_and_outliers_are_named)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1);
    s.o[1] = s.o[0];
    s.o[3].value = 0; /* impossible under a proportional error */
    fit(s.model, &s.person, &r);
    ck_assert(found(&r, RSP_FIT_DUPLICATE));
    ck_assert(found(&r, RSP_FIT_LEFT_OUT));
    ck_assert(!r.point[3].used);
    ck_assert_uint_eq(r.n_used_value, N_LEVEL - 1);
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

/* In the order of the data, whatever the order of time: of two pairs the one that is complete first. */
START_TEST(the_value_that_repeats_an_earlier_one_is_named)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1);
    const struct rsp_fit_observation late = s.o[5], early = s.o[0];
    s.o[0] = late;
    s.o[1] = early;
    s.o[3] = late;
    s.o[4] = early;
    s.o[5].time_h = 26;
    fit(s.model, &s.person, &r);
    bool named = false;
    for (size_t i = 0; i < r.verdict.n_finding; i++)
        if (r.verdict.finding[i].reason == RSP_FIT_DUPLICATE)
            named = strstr(r.verdict.finding[i].text, " at 30 h stands there twice") != NULL;
    ck_assert(named);
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

START_TEST(an_error_tells_the_line_of_the_value)
{
    struct scene s;
    struct rsp_fit_result r;
    struct rsp_error err = {0};
    scene(&s, 1);
    s.o[4].value = -1;
    s.o[4].line = 17;
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, NULL, &r, &err), RSP_E_DOMAIN);
    ck_assert_int_eq(err.line, 17);
    rsp_model_free(s.model);
}
END_TEST

START_TEST(what_cannot_be_is_an_error)
{
    struct scene s;
    struct rsp_fit_result r = {.n_effect = 77};
    struct rsp_error err = {0};
    scene(&s, 1);
    s.o[0].value = -1;
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, NULL, &r, &err), RSP_E_DOMAIN);
    s.o[0].value = NAN;
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, NULL, &r, &err), RSP_E_DOMAIN);
    s.o[0].value = 1;
    s.o[0].output = 9;
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, NULL, &r, &err), RSP_E_UNKNOWN);
    s.o[0].output = 0;
    s.dose[0].drug = RSP_DRUG_KETAMINE;
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, NULL, &r, &err), RSP_E_MISMATCH);
    s.dose[0].drug = RSP_DRUG_ESKETAMINE;
    s.dose[0].amount_mg = -5;
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, NULL, &r, &err), RSP_E_DOMAIN);
    ck_assert_uint_eq(r.n_effect, 77);
    rsp_model_free(s.model);
    /* clearance follows weight^0.75 */
    static const double impossible[] = {0, -70, -INFINITY};
    s.model = any_model("everything");
    for (size_t i = 0; i < 3; i++) {
        const struct rsp_fit_stretch stretch = {INFINITY, &impossible[i], -1, 0};
        const struct rsp_dose dose = IV(0, 0, 20);
        const struct rsp_fit_observation level = AT(1, 5);
        const struct rsp_fit_person person = {.n_dose = 1,
            .dose = &dose,
            .n_observation = 1,
            .observation = &level,
            .n_stretch = 1,
            .stretch = &stretch};
        ck_assert_int_eq(rsp_fit_person(s.model, &person, NULL, &r, &err), RSP_E_DOMAIN);
        ck_assert_str_eq(err.field, "weight_kg");
        ck_assert_uint_eq(r.n_effect, 77);
    }
    rsp_model_free(s.model);
}
END_TEST

START_TEST(occasions_by_gap_are_those_of_the_column)
{
    struct rsp_model *model = any_model("ferx_warfarin_iov");
    const struct rsp_dose dose[] = {
        {.amount_mg = 100, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_ORAL, .state = -1},
        {.start_h = 120,
            .amount_mg = 100,
            .drug = RSP_DRUG_ESKETAMINE,
            .route = RSP_ROUTE_ORAL,
            .state = -1}};
    struct rsp_fit_observation o[] = {
        AT(2, 9000), AT(24, 8000), AT(96, 3500), AT(122, 12000), AT(150, 9000), AT(200, 3000)};
    const struct rsp_fit_stretch by_column[] = {{120, NULL, 0, 0}, {200, NULL, 1, 0}};
    const int dose_stretch[] = {0, 1};
    struct rsp_fit_person p = {.n_dose = 2, .dose = dose, .n_observation = 6, .observation = o};
    struct rsp_fit_result gap, column;
    fit(model, &p, &gap);
    p.n_stretch = 2;
    p.stretch = by_column;
    p.dose_stretch = dose_stretch;
    fit(model, &p, &column);
    ck_assert_uint_eq(gap.n_occasion, 2);
    ck_assert_uint_eq(gap.n_effect, 7);
    for (size_t j = 0; j < 7; j++)
        ck_assert_double_eq_tol(gap.eta[j], column.eta[j], 1e-9);
    rsp_fit_result_free(&gap);
    rsp_fit_result_free(&column);
    rsp_model_free(model);
}
END_TEST

START_TEST(occasions_that_belong_to_nobody_are_an_error)
{
    static const struct {
        int occasion[2];
        rsp_status status;
    } row[] = {{{-1, 0}, RSP_E_DOMAIN}, {{0, -1}, RSP_E_DOMAIN}, {{0, -5}, RSP_E_DOMAIN},
        {{-5, -5}, RSP_E_DOMAIN}, {{INT_MIN, 0}, RSP_E_DOMAIN}, {{0, INT_MAX}, RSP_E_LIMIT},
        {{0, RSP_FIT_MAX_EFFECT}, RSP_E_LIMIT}, {{-1, -1}, RSP_OK}, {{1, 0}, RSP_OK}};
    struct rsp_model *model = any_model("ferx_warfarin_iov"), *without = any_model("map_case_two_cpt");
    struct rsp_dose dose = {
        .amount_mg = 100, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_ORAL, .state = -1};
    const struct rsp_fit_observation o[] = {AT(2, 9000), AT(24, 8000)};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const struct rsp_fit_stretch stretch[] = {
            {12, NULL, row[i].occasion[0], 0}, {24, NULL, row[i].occasion[1], 0}};
        const struct rsp_fit_person p = {.n_dose = 1,
            .dose = &dose,
            .n_observation = 2,
            .observation = o,
            .n_stretch = 2,
            .stretch = stretch};
        struct rsp_fit_result r = {0};
        struct rsp_error err = {0};
        ck_assert_msg(
            rsp_fit_person(model, &p, NULL, &r, &err) == row[i].status, "row %zu: %s", i, err.message);
        rsp_fit_result_free(&r);
    }
    /* a model without inter-occasion effects does not count them */
    dose.route = RSP_ROUTE_IV;
    const struct rsp_fit_stretch many[] = {{12, NULL, 0, 0}, {24, NULL, 5000, 0}};
    const struct rsp_fit_person p = {
        .n_dose = 1, .dose = &dose, .n_observation = 2, .observation = o, .n_stretch = 2, .stretch = many};
    struct rsp_fit_result r;
    fit(without, &p, &r);
    ck_assert_uint_eq(r.n_occasion, 1);
    rsp_fit_result_free(&r);
    rsp_model_free(without);
    rsp_model_free(model);
}
END_TEST

START_TEST(an_assumed_spread_becomes_an_effect)
{
    struct scene s;
    struct rsp_fit_result r;
    scene(&s, 1);
    const struct rsp_extra_variability extra = {"q", 0.4};
    const struct rsp_fit_options options = {.n_extra = 1, .extra = &extra};
    ck_assert_int_eq(rsp_fit_person(s.model, &s.person, &options, &r, NULL), RSP_OK);
    ck_assert_uint_eq(r.n_effect, 4);
    ck_assert_double_eq_tol(r.eta_sd[3], 0.4, 1e-15);
    ck_assert_double_ne(r.eta[3], 0);
    rsp_fit_result_free(&r);
    rsp_model_free(s.model);
}
END_TEST

RUN_TESTS("fit people", exact_levels_lead_near_the_person_they_come_from,
    covariates_hold_from_the_record_before_to_their_own, a_change_of_clearance_bends_the_decay,
    at_the_time_of_a_bolus_the_order_of_the_records_decides, threads_do_not_change_a_bit,
    draws_have_the_moments_of_the_posterior, a_thousandfold_unit_is_named,
    values_that_no_person_has_are_a_contradiction, nothing_that_tells_is_not_usable,
    all_below_quantification_still_teaches, a_person_without_an_answer_has_no_numbers,
    duplicates_zeros_and_outliers_are_named, the_value_that_repeats_an_earlier_one_is_named,
    an_error_tells_the_line_of_the_value, what_cannot_be_is_an_error,
    occasions_by_gap_are_those_of_the_column, occasions_that_belong_to_nobody_are_an_error,
    an_assumed_spread_becomes_an_effect)
