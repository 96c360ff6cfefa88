/* The published numbers of the shipped models, and that a wrong number is noticed. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

#include "evidence/check.h"

enum { MAX_CHECK = 500 };

static struct rsp_model *parse(const char *text, size_t length)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    const rsp_status status = rsp_model_parse(text, length, "test.yaml", &model, &err);
    ck_assert_msg(status == RSP_OK, "line %d %s: %s", err.line, err.field, err.message);
    return model;
}

static struct rsp_model *shipped(const char *id)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped(id, &model, &err) == RSP_OK, "%s: %s", id, err.message);
    return model;
}

static size_t run_all(const struct rsp_model *model, struct rsp_check_result result[MAX_CHECK])
{
    size_t first = 0;
    struct rsp_error err = {0};
    const size_t n = rsp_check_own(model, &first);
    ck_assert_uint_le(n, MAX_CHECK);
    ck_assert_msg(
        rsp_check_run_all(model, first, n, result, &err) == RSP_OK, "%s: %s", err.field, err.message);
    return n;
}

START_TEST(every_pass_mark_of_every_shipped_model_is_met)
{
    static struct rsp_check_result result[MAX_CHECK];
    size_t n_mark = 0;
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_model *model = shipped(rsp_shipped_id(i));
        const size_t n = run_all(model, result);
        for (size_t k = 0; k < n; k++) {
            const struct rsp_check_result *r = &result[k];
            ck_assert_msg(r->verdict != RSP_VERDICT_FAIL, "%s line %d, %s: %g instead of %g %s (%+.3f %%)",
                rsp_shipped_id(i), r->check->line, r->check->description, r->computed, r->target,
                r->check->unit, r->error_pct);
            n_mark += r->verdict == RSP_VERDICT_PASS;
            if (r->verdict != RSP_VERDICT_NOT_REPRODUCIBLE)
                ck_assert(isfinite(r->computed));
        }
        rsp_model_free(model);
    }
    ck_assert_uint_ge(n_mark, 100); /* a loop over nothing would pass too */
}
END_TEST

/* Text of a shipped model with one piece replaced. Caller frees. */
static char *edited(const char *id, const char *from, const char *to)
{
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        size_t length = 0;
        const char *text = rsp_shipped_text(i, &length);
        if (strcmp(rsp_shipped_id(i), id) != 0)
            continue;
        char *copy = calloc(length + strlen(to) + 1, 1);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, text, length);
        char *at = strstr(copy, from);
        ck_assert_msg(at != NULL, "%s has no '%s'", id, from);
        memmove(at + strlen(to), at + strlen(from), strlen(at + strlen(from)) + 1);
        memcpy(at, to, strlen(to));
        return copy;
    }
    ck_abort_msg("%s is not shipped", id);
    return NULL;
}

static size_t failures_after(const char *id, const char *from, const char *to)
{
    static struct rsp_check_result result[MAX_CHECK];
    char *text = edited(id, from, to);
    struct rsp_model *model = parse(text, strlen(text));
    const size_t n = run_all(model, result);
    const size_t failed = rsp_check_failed(n, result);
    rsp_model_free(model);
    free(text);
    return failed;
}

static const struct {
    const char *id, *from, *to;
} slips[] = {
    {"otto2021", "value: 95.2 L/h", "value: 97.2 L/h"},
    {"otto2021", "value: 42.778 L/h", "value: 4.2778 L/h"},
    {"domino1984", "value: 0.0146 1/min", "value: 0.0164 1/min"},
    {"simons2022", "value: 2.63 L/min", "value: 2.36 L/min"},
    {"simons2022", "target: 289 ng/mL", "target: 298 ng/mL"},
    {"perezruixo2021", "slope: -2.19 L/h", "slope: 2.19 L/h"},
    {"perezruixo2021", "duration: d_sw}", "duration: d_po}"},
    {"flint2017", "0.00870 1/h", "0.00780 1/h"},
    {"herd2007", "exponent: 0.75", "exponent: 1"},
};

START_TEST(one_wrong_number_in_a_model_makes_its_check_fail)
{
    ck_assert_uint_eq(failures_after(slips[_i].id, slips[_i].from, slips[_i].from), 0);
    ck_assert_msg(failures_after(slips[_i].id, slips[_i].from, slips[_i].to) > 0,
        "%s with '%s' instead of '%s' still passes", slips[_i].id, slips[_i].to, slips[_i].from);
}
END_TEST

START_TEST(an_observation_far_from_the_model_is_compared_and_never_fails)
{
    ck_assert_uint_eq(failures_after("hijazi2003", "target: 1200 ng/mL", "target: 99999 ng/mL"), 0);
}
END_TEST

/* One compartment with first-order absorption: every quantity has a closed form. */
static const char one_compartment[] =
    "respite_model: 1\nid: one\nname: One\nkind: pk\ndrug: ketamine\nsite: venous\nstatus: test\namounts: "
    "mass\n"
    "sources: {t: test}\npopulation: {text: nobody}\ndomain: {conditions: [none], regimen: none}\n"
    "substances: {ketamine: {}}\ncovariates: {weight_kg: {reference: 70, required: true}}\n"
    "parameters:\n"
    "  cl: {value: 14 L/h, source: t, confidence: derived}\n"
    "  v: {value: 2 L/kg, source: t, confidence: derived}\n"
    "  ka: {value: 1.5 1/h, source: t, confidence: derived}\n"
    "compartments: {central: {substance: ketamine, volume: v * weight_kg}, gut: {substance: ketamine}}\n"
    "flows:\n  - {from: central, to: out, clearance: cl}\n  - {from: gut, to: central, rate: ka}\n"
    "routes:\n  iv: [{to: central}]\n  oral: [{to: gut}]\n"
    "outputs: {ketamine_ng_per_ml: {compartment: central}}\nchecks:\n";

struct closed_form {
    const char *dose, *quantity, *window, *unit;
    double value;
};
static const double k_per_h = 0.1, ka_per_h = 1.5, volume_l = 140; /* 14 L/h over 2 L/kg x 70 kg */

static double computed(const struct closed_form *f)
{
    char text[4096];
    struct rsp_check_result r;
    struct rsp_error err = {0};
    snprintf(text, sizeof text,
        "%s  - {description: x, kind: deterministic, dose: %s, covariates: {weight_kg: 70}, "
        "output: ketamine_ng_per_ml, quantity: %s, %starget: 1 %s, source: t}\n",
        one_compartment, f->dose, f->quantity, f->window, f->unit);
    struct rsp_model *model = parse(text, strlen(text));
    ck_assert_msg(rsp_check_run(model, 0, &r, &err) == RSP_OK, "%s", err.message);
    rsp_model_free(model);
    return r.computed;
}

START_TEST(every_quantity_agrees_with_its_closed_form)
{
    const double peak_h = log(ka_per_h / k_per_h) / (ka_per_h - k_per_h);
    const double infusion = 100 / 14.0 * (1 - exp(-0.2)) * 1000; /* 100 mg/h for 2 h */
    const double oral = 1000 * 100 / volume_l * ka_per_h / (ka_per_h - k_per_h) *
                        (exp(-k_per_h * peak_h) - exp(-ka_per_h * peak_h));
    const struct closed_form forms[] = {
        {"100 mg ketamine iv", "value", "time: 5 h, ", "ng/mL", 1000 * 100 / volume_l * exp(-0.5)},
        {"100 mg ketamine iv", "cmax", "to: 24 h, ", "ng/mL", 1000 * 100 / volume_l},
        {"100 mg/h ketamine iv for 2 h", "cmax", "to: 24 h, ", "ng/mL", infusion},
        {"100 mg/h ketamine iv for 2 h", "tmax", "to: 24 h, ", "min", 120},
        {"100 mg ketamine oral", "cmax", "to: 24 h, ", "ng/mL", oral},
        {"100 mg ketamine oral", "tmax", "to: 24 h, ", "h", peak_h},
        {"100 mg ketamine iv", "auc", "to: 10 h, ", "ng*h/mL", 1000 * 100 / 14.0 * (1 - exp(-1))},
        {"100 mg ketamine iv", "auc", "from: 5 h, to: 10 h, ", "ng*min/mL",
            60 * 1000 * 100 / 14.0 * (exp(-0.5) - exp(-1))},
        {"100 mg ketamine oral every 8 h x3", "auc_inf", "", "ng*h/mL", 3 * 1000 * 100 / 14.0},
        {"100 mg ketamine oral", "half_life", "", "h", log(2) / k_per_h},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const double value = computed(&forms[i]);
        ck_assert_msg(fabs(value / forms[i].value - 1) < 2e-5, "%s of %s: %.10g instead of %.10g",
            forms[i].quantity, forms[i].dose, value, forms[i].value);
    }
}
END_TEST

/* The end of an infusion is the peak, however far the window reaches. */
START_TEST(the_peak_at_the_end_of_an_infusion_is_found_in_a_window_of_any_length)
{
    static const double to_h[] = {0.5, 2, 3, 5, 8, 10, 24, 1000};
    const double level = 200 / 14.0 * (1 - exp(-0.05)) * 1000; /* 200 mg/h for 30 min */
    for (size_t i = 0; i < sizeof to_h / sizeof to_h[0]; i++) {
        char window[40];
        snprintf(window, sizeof window, "to: %g h, ", to_h[i]);
        const struct closed_form highest = {"100 mg ketamine iv over 30 min", "cmax", window, "ng/mL", level};
        const struct closed_form when = {"100 mg ketamine iv over 30 min", "tmax", window, "min", 30};
        ck_assert_double_eq_tol(computed(&highest), highest.value, 1e-9 * highest.value);
        ck_assert_double_eq_tol(computed(&when), when.value, 1e-9 * when.value);
    }
}
END_TEST

/* 714.2857 ng/mL: printed with three digits 714, and 713 is wrong. */
START_TEST(digits_allow_the_rounding_of_the_last_one_and_no_more)
{
    static const struct {
        const char *target;
        enum rsp_verdict verdict;
    } cases[] = {{"714 ng/mL, digits: 3", RSP_VERDICT_PASS}, {"713 ng/mL, digits: 3", RSP_VERDICT_FAIL},
        {"715 ng/mL, digits: 3", RSP_VERDICT_FAIL}, {"710 ng/mL, digits: 2", RSP_VERDICT_PASS},
        {"714.3 ng/mL, digits: 4", RSP_VERDICT_PASS}, {"714.2 ng/mL, digits: 4", RSP_VERDICT_FAIL},
        {"0.7143 mg/L, digits: 4", RSP_VERDICT_PASS}, {"717 ng/mL, tolerance_pct: 0.5", RSP_VERDICT_PASS},
        {"719 ng/mL, tolerance_pct: 0.5", RSP_VERDICT_FAIL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[4096];
        struct rsp_check_result r;
        struct rsp_error err = {0};
        snprintf(text, sizeof text,
            "%s  - {description: x, kind: deterministic, dose: 100 mg ketamine iv, covariates: {weight_kg: "
            "70}, "
            "output: ketamine_ng_per_ml, quantity: cmax, to: 1 h, target: %s, source: t}\n",
            one_compartment, cases[i].target);
        struct rsp_model *model = parse(text, strlen(text));
        ck_assert(rsp_check_run(model, 0, &r, &err) == RSP_OK);
        ck_assert_msg(r.verdict == cases[i].verdict, "%s", cases[i].target);
        rsp_model_free(model);
    }
}
END_TEST

/* Clearance 93.5 L/h of Noppers 2011 under a constant plasma level: 55, 2.3 and 0.34 ng/mL. */
START_TEST(slow_effect_site_of_dahan_over_noppers_gives_the_published_levels)
{
    struct rsp_model *model = shipped("noppers2011+dahan2011");
    const struct rsp_dose dose = {
        .duration_h = 100, .amount_mg = 2220, .drug = RSP_DRUG_ESKETAMINE, .state = -1};
    const double weight_kg = 70, time_h[3] = {100, 1300, 84 * 24};
    const double *column[8] = {NULL};
    size_t stride[8] = {0};
    const int output = rsp_model_output_find(model, "relief_site_ng_per_ml");
    const int weight = rsp_model_covariate_find(model, "weight_kg");
    ck_assert(output >= 0 && weight >= 0 && weight < 8);
    column[weight] = &weight_kg;
    const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
    const struct rsp_schedule schedule = {.n_dose = 1, .dose = &dose, .n_time = 3, .time_h = time_h};
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE};
    double level[3];
    struct rsp_error err = {0};
    ck_assert_msg(rsp_simulate(model, &people, &schedule, 1, &output, &options, level, &err) == RSP_OK, "%s",
        err.message);
    ck_assert_double_eq_tol(level[0], 55, 1);
    ck_assert_double_eq_tol(level[1], 2.3, 0.05);
    ck_assert_double_eq_tol(level[2], 0.34, 0.01);
    rsp_model_free(model);
}
END_TEST

/* Olofsen 2012: pain -3.8 cm at 100 ng/mL ketamine and +1.5 cm at 50 ng/mL norketamine. */
START_TEST(norketamine_takes_away_acute_relief_as_published)
{
    struct rsp_model *model = shipped("olofsen2012");
    struct rsp_check_case c;
    struct rsp_error err = {0};
    struct rsp_model *pk = shipped("simons2022");
    const char *const names[3] = {
        "acute_site_esketamine_ng_per_ml", "acute_site_esnorketamine_ng_per_ml", "acute_relief_nrs"};
    double time_h[48], curve[3][48];
    for (int i = 0; i < 48; i++)
        time_h[i] = 0.1 + 0.25 * i;
    ck_assert(rsp_check_case_init(model, rsp_model_check(model, 0), &c, &err) == RSP_OK);
    for (int k = 0; k < 3; k++)
        ck_assert(rsp_check_curve(model, &c, rsp_model_output_find(model, names[k]), 48, time_h, curve[k],
                      &err) == RSP_OK);
    for (int i = 0; i < 48; i++)
        ck_assert_double_eq_tol(curve[2][i], 3.8 / 100 * curve[0][i] - 1.5 / 50 * curve[1][i], 1e-9);
    rsp_check_case_free(&c);
    rsp_model_free(pk);
    rsp_model_free(model);
}
END_TEST

START_TEST(an_effect_alone_shows_its_own_numbers_without_those_of_its_pk_model)
{
    static struct rsp_check_result result[MAX_CHECK];
    struct rsp_model *effect = shipped("dahan2011"), *pk = shipped("otto2021");
    size_t first = 0;
    const size_t n = rsp_check_own(effect, &first);
    ck_assert_uint_eq(first, rsp_model_n_check(pk));
    ck_assert_uint_eq(first + n, rsp_model_n_check(effect));
    ck_assert_uint_eq(rsp_check_own(pk, NULL), rsp_model_n_check(pk));
    run_all(effect, result);
    ck_assert_str_eq(result[0].check->output, "relief_site_ng_per_ml");
    rsp_model_free(effect);
    rsp_model_free(pk);
}
END_TEST

START_TEST(a_number_that_cannot_be_reproduced_carries_its_reason_and_is_not_computed)
{
    static struct rsp_check_result result[MAX_CHECK];
    struct rsp_model *model = shipped("perezruixo2021");
    const size_t n = run_all(model, result);
    size_t listed = 0;
    for (size_t i = 0; i < n; i++) {
        if (result[i].verdict != RSP_VERDICT_NOT_REPRODUCIBLE)
            continue;
        listed++;
        ck_assert(isnan(result[i].computed));
        ck_assert_uint_gt(strlen(result[i].check->note), 10);
    }
    ck_assert_uint_ge(listed, 12);
    rsp_model_free(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("check");
    TCase *tcase = tcase_create("check");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, every_pass_mark_of_every_shipped_model_is_met);
    tcase_add_loop_test(
        tcase, one_wrong_number_in_a_model_makes_its_check_fail, 0, (int)(sizeof slips / sizeof slips[0]));
    tcase_add_test(tcase, an_observation_far_from_the_model_is_compared_and_never_fails);
    tcase_add_test(tcase, every_quantity_agrees_with_its_closed_form);
    tcase_add_test(tcase, the_peak_at_the_end_of_an_infusion_is_found_in_a_window_of_any_length);
    tcase_add_test(tcase, digits_allow_the_rounding_of_the_last_one_and_no_more);
    tcase_add_test(tcase, slow_effect_site_of_dahan_over_noppers_gives_the_published_levels);
    tcase_add_test(tcase, norketamine_takes_away_acute_relief_as_published);
    tcase_add_test(tcase, an_effect_alone_shows_its_own_numbers_without_those_of_its_pk_model);
    tcase_add_test(tcase, a_number_that_cannot_be_reproduced_carries_its_reason_and_is_not_computed);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
