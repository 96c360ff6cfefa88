/* A pump programme with its limits, bands, dissociation and published courses. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rules/rulebook.h"
#include "service/pump.h"

enum { MOST_COVARIATE = 16 };

struct run {
    struct rsp_rulebook *book;
    struct rsp_model *model;
    struct rsp_tci_profile profile;
    struct rsp_patient patient;
    double covariate[MOST_COVARIATE];
    struct rsp_pump_request request;
    struct rsp_pump_plan *plan;
    struct rsp_error err;
};

static void set_up(struct run *run, const char *id, const char *target, double total_h)
{
    *run = (struct run){.patient = {.weight_kg = 70, .age_y = NAN}};
    ck_assert_int_eq(rsp_rulebook_shipped(&run->book, NULL), RSP_OK);
    ck_assert_int_eq(rsp_model_shipped(id, &run->model, NULL), RSP_OK);
    ck_assert_int_eq(rsp_tci_profile_parse(target, total_h, &run->profile, NULL), RSP_OK);
    for (size_t i = 0; i < MOST_COVARIATE; i++)
        run->covariate[i] = NAN;
    const int weight = rsp_model_covariate_find(run->model, "weight_kg");
    if (weight >= 0)
        run->covariate[weight] = 70;
    run->request = (struct rsp_pump_request){.model = run->model,
        .covariate = run->covariate,
        .patient = &run->patient,
        .profile = &run->profile,
        .syringe_mg_per_ml = NAN,
        .syringe_ml = NAN,
        .max_dissociation_pct = NAN,
        .probability = 0.9,
        .n_subject = 400,
        .seed = 1,
        .pump = {.step_h = 5.0 / 60, .longest_step_h = 0.5}};
    ck_assert_int_eq(rsp_tci_plasma(run->model, &run->request.output, NULL), RSP_OK);
}

static rsp_status make(struct run *run)
{
    return rsp_pump_plan_make(run->book, &run->request, &run->plan, &run->err);
}

static void tear_down(struct run *run)
{
    rsp_pump_plan_free(run->plan);
    rsp_model_free(run->model);
    rsp_rulebook_free(run->book);
}

static const struct rsp_limit_result *limit(const struct rsp_pump_plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->n_limit; i++)
        if (strcmp(plan->limit[i].id, id) == 0)
            return &plan->result[i];
    return NULL;
}

START_TEST(every_unit_of_a_step_says_the_same)
{
    struct run run;
    set_up(&run, "otto2021", "150 ng/mL esketamine over 30 min", 4);
    run.request.syringe_mg_per_ml = 2;
    run.request.syringe_ml = 25;
    run.request.pump.resolution_mg_per_h = 0.2;
    ck_assert_int_eq(make(&run), RSP_OK);
    double given_ml = 0;
    for (size_t i = 0; i < run.plan->n_row; i++) {
        const struct rsp_pump_row *row = &run.plan->row[i];
        ck_assert_double_eq_tol(row->rate_ml_per_h * 2, row->step.rate_mg_per_h, 1e-9);
        ck_assert_double_eq_tol(row->rate_mg_per_kg_per_h * 70, row->step.rate_mg_per_h, 1e-9);
        ck_assert_double_eq_tol(row->rate_ml_per_h * 10, round(row->rate_ml_per_h * 10), 1e-6);
        given_ml += row->rate_ml_per_h * row->step.duration_h;
        ck_assert_double_eq_tol(row->given_ml, given_ml, 1e-9);
    }
    tear_down(&run);
}
END_TEST

START_TEST(a_syringe_is_changed_when_it_is_empty)
{
    struct run run;
    set_up(&run, "otto2021", "150 ng/mL esketamine over 30 min", 4);
    run.request.syringe_mg_per_ml = 1;
    run.request.syringe_ml = 20;
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert_uint_eq(run.plan->n_change, (size_t)ceil(run.plan->programme->total_mg / 20) - 1);
    for (size_t c = 0; c < run.plan->n_change; c++) {
        double given_ml = 0;
        for (size_t i = 0; i < run.plan->n_row; i++) {
            const struct rsp_tci_step *s = &run.plan->row[i].step;
            given_ml += s->rate_mg_per_h * fmin(fmax(run.plan->change_h[c] - s->start_h, 0), s->duration_h);
        }
        ck_assert_double_eq_tol(given_ml, 20 * (double)(c + 1), 1e-6);
    }
    rsp_pump_plan_free(run.plan);
    run.plan = NULL;
    run.request.syringe_ml = 3; /* under five minutes at the highest rate */
    ck_assert_int_eq(make(&run), RSP_E_DOMAIN);
    ck_assert_str_eq(run.err.field, "syringe");
    tear_down(&run);
}
END_TEST

START_TEST(a_hard_limit_refuses_and_a_soft_one_warns)
{
    struct run run;
    set_up(&run, "otto2021", "150 ng/mL esketamine over 30 min", 2);
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert(!run.plan->hard_broken);
    ck_assert(run.plan->soft_broken);
    const struct rsp_limit_result *soft = limit(run.plan, "ESK-RATE-TRIAL");
    ck_assert_ptr_nonnull(soft);
    ck_assert(!soft->ok);
    ck_assert_double_eq_tol(soft->value, run.plan->programme->highest_rate_mg_per_h / 70, 1e-9);
    rsp_pump_plan_free(run.plan);
    run.plan = NULL;
    /* a step of a minute is a rate too, however short: 150 ng/mL in 133 L within a minute */
    ck_assert_int_eq(rsp_tci_profile_parse("150 ng/mL esketamine", 2, &run.profile, NULL), RSP_OK);
    run.request.pump.step_h = 1.0 / 60;
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert(run.plan->hard_broken);
    const struct rsp_limit_result *hard = limit(run.plan, "ESK-RATE-MAX");
    ck_assert(!hard->ok);
    ck_assert_double_gt(hard->value, 7);
    char text[2000];
    rsp_pump_sentence(&run.request, run.plan, text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "more than the hard limit of 7 mg/kg/h"));
    rsp_pump_plan_free(run.plan);
    run.plan = NULL;
    /* the maximum rate keeps it */
    run.request.pump.max_rate_mg_per_h = 0.432 * 70;
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert(!run.plan->hard_broken && !run.plan->soft_broken);
    tear_down(&run);
}
END_TEST

START_TEST(what_runs_in_within_five_minutes_counts_as_given_at_once)
{
    struct run run;
    set_up(&run, "domino1984", "400 ng/mL ketamine", 1);
    run.request.pump.step_h = 1.0 / 60;
    run.request.pump.longest_step_h = 1.0 / 60;
    ck_assert_int_eq(make(&run), RSP_OK);
    const struct rsp_limit_result *bolus = limit(run.plan, "DOSE-CHR-BOLUS");
    ck_assert_ptr_nonnull(bolus);
    double given_mg = 0;
    for (size_t i = 0; i < run.plan->n_row && run.plan->row[i].step.start_h < 5.0 / 60 - 1e-9; i++)
        given_mg += run.plan->row[i].step.rate_mg_per_h *
                    fmin(run.plan->row[i].step.duration_h, 5.0 / 60 - run.plan->row[i].step.start_h);
    ck_assert_double_eq_tol(bolus->value, given_mg / 70, 1e-9);
    tear_down(&run);
}
END_TEST

/* The most within five minutes may end where the programme does, and where a pause begins: looked for second by second. */
START_TEST(the_most_within_five_minutes_is_found_wherever_it_lies)
{
    static const char *const target[] = {"100 ng/mL ketamine for 28 min; 220 ng/mL for 2 min",
        "100 ng/mL ketamine for 28 min; 220 ng/mL for 2 min; 0 ng/mL for 30 min",
        "150 ng/mL ketamine over 30 min for 1 h"};
    for (size_t t = 0; t < 3; t++) {
        struct run run;
        set_up(&run, "clements250", target[t], NAN);
        ck_assert_int_eq(make(&run), RSP_OK);
        double most_mg = 0;
        for (int s = 0; s < 7200; s++) {
            double given_mg = 0;
            for (size_t i = 0; i < run.plan->n_row; i++) {
                const struct rsp_tci_step *step = &run.plan->row[i].step;
                const double from_h = fmax(step->start_h, s / 3600.0);
                const double to_h = fmin(step->start_h + step->duration_h, s / 3600.0 + 5.0 / 60);
                given_mg += step->rate_mg_per_h * fmax(0, to_h - from_h);
            }
            most_mg = fmax(most_mg, given_mg);
        }
        ck_assert_double_eq_tol(limit(run.plan, "DOSE-CHR-BOLUS")->value, most_mg / 70, 1e-9);
        tear_down(&run);
    }
}
END_TEST

START_TEST(a_time_is_written_for_reading)
{
    static const struct {
        double time_h;
        const char *text;
    } row[] = {{INFINITY, "never"}, {1.5, "1 h 30 min"}, {2, "2 h"}, {0.25, "15 min"}, {40.0 / 3600, "40 s"},
        {100.0 / 3600, "1 min 40 s"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct rsp_buf out;
        rsp_buf_init(&out, 64);
        rsp_pump_time(&out, row[i].time_h);
        ck_assert_str_eq(out.data, row[i].text);
        rsp_buf_free(&out);
    }
}
END_TEST

/* Chance recomputed from scratch at another level of the same shape. */
static double chance_at(const struct run *run, double level_ng_per_ml, double bound_pct)
{
    char text[80];
    struct rsp_tci_profile profile;
    struct rsp_tci_programme *p = NULL;
    struct rsp_model *both = NULL;
    double chance = NAN;
    const double person[MOST_COVARIATE] = {70, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    const struct rsp_plan_options options = {.seed = 1, .n_subject = 400};
    snprintf(text, sizeof text, "%.17g ng/mL esketamine over 30 min", level_ng_per_ml);
    ck_assert_int_eq(rsp_tci_profile_parse(text, 3, &profile, NULL), RSP_OK);
    const struct rsp_tci_request request = {
        .output = run->request.output, .profile = &profile, .pump = run->request.pump};
    ck_assert_int_eq(rsp_tci_design(run->model, run->covariate, &request, &p, NULL), RSP_OK);
    ck_assert_int_eq(rsp_model_shipped("simons2022+olofsen2022", &both, NULL), RSP_OK);
    const struct rsp_session_window window = {p->n_dose, p->dose, 0, 4, "dissociation_pct"};
    ck_assert_int_eq(rsp_tci_chance(both, person, &window, bound_pct, &options, &chance, NULL, NULL), RSP_OK);
    rsp_tci_programme_free(p);
    rsp_model_free(both);
    return chance;
}

START_TEST(the_level_found_is_the_highest_that_keeps_dissociation_low)
{
    struct run run;
    set_up(&run, "simons2022", "200 ng/mL esketamine over 30 min", 3);
    run.request.max_dissociation_pct = 30;
    ck_assert_int_eq(make(&run), RSP_OK);
    const double level = rsp_tci_profile_top_ng_per_ml(&run.plan->profile);
    ck_assert_double_eq_tol(level, round(level), 1e-6);
    ck_assert_double_lt(run.plan->lowered_frac, 1);
    ck_assert_double_ge(run.plan->dissociation_chance, 0.9);
    ck_assert_double_eq_tol(chance_at(&run, level, 30), run.plan->dissociation_chance, 1e-9);
    ck_assert_double_lt(chance_at(&run, level + 2, 30), 0.9);
    /* the chance falls with the level */
    double last = 1;
    for (double at = 40; at <= 200; at += 20) {
        const double chance = chance_at(&run, at, 30);
        ck_assert_double_le(chance, last);
        last = chance;
    }
    rsp_pump_plan_free(run.plan);
    run.plan = NULL;
    /* nothing is lowered that need not be */
    ck_assert_int_eq(rsp_tci_profile_parse("30 ng/mL esketamine over 30 min", 3, &run.profile, NULL), RSP_OK);
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert_double_eq(run.plan->lowered_frac, 1);
    tear_down(&run);
}
END_TEST

START_TEST(the_racemate_is_halved_only_when_that_is_granted)
{
    struct run run;
    set_up(&run, "domino1984", "100 ng/mL ketamine over 30 min", 3);
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert_int_eq(run.plan->dissociation.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_nonnull(strstr(run.plan->dissociation.reason, "not converted silently"));
    ck_assert_uint_eq(run.plan->band.n, 0); /* no variability is published */
    rsp_pump_plan_free(run.plan);
    run.plan = NULL;
    run.request.max_dissociation_pct = 30;
    ck_assert_int_eq(make(&run), RSP_E_MISMATCH);
    run.request.racemate_half_s = true;
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert(run.plan->dissociation_halved);
    ck_assert_int_eq(run.plan->dissociation.status, RSP_PREDICTED);
    tear_down(&run);
}
END_TEST

START_TEST(dissociation_is_not_told_for_longer_than_it_was_studied)
{
    struct run run;
    set_up(&run, "otto2021", "100 ng/mL esketamine over 30 min", 10);
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert_int_eq(run.plan->dissociation.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_nonnull(run.plan->programme);
    tear_down(&run);
}
END_TEST

START_TEST(slips_of_the_unit_are_loud)
{
    static const struct {
        const char *target;
        rsp_status status;
    } cases[] = {{"150 mg/mL esketamine over 30 min", RSP_E_DOMAIN},
        {"150 mg/L esketamine over 30 min", RSP_E_DOMAIN},
        {"0.15 ng/mL esketamine over 30 min", RSP_E_DOMAIN},
        {"2000 ng/mL esketamine over 30 min", RSP_E_DOMAIN}, {"0.15 mg/L esketamine over 30 min", RSP_OK},
        {"150 mcg/L esketamine over 30 min", RSP_OK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run;
        set_up(&run, "otto2021", cases[i].target, 2);
        ck_assert_int_eq(make(&run), cases[i].status);
        ck_assert(cases[i].status == RSP_OK || strcmp(run.err.field, "target") == 0);
        tear_down(&run);
    }
}
END_TEST

START_TEST(published_courses_at_such_levels_come_first)
{
    struct run run;
    set_up(&run, "domino1984", "100 ng/mL ketamine over 30 min", 2);
    ck_assert_int_eq(make(&run), RSP_OK);
    ck_assert_uint_ge(run.plan->n_side_effect, 8);
    ck_assert_int_eq(run.plan->side_effect[0]->drug, RSP_DRUG_KETAMINE);
    ck_assert_double_le(run.plan->side_effect[0]->low_ng_per_ml, 100);
    ck_assert_double_ge(run.plan->side_effect[0]->high_ng_per_ml, 100);
    tear_down(&run);
}
END_TEST

START_TEST(rows_that_say_nothing_clear_are_refused)
{
    static const struct {
        const char *text;
        rsp_status status;
    } cases[] = {
        {"target_levels: [{drug: esketamine, low: 1, warn: 600, refuse: 2000, text: t, confidence: high, "
         "sources: [A]}]",
            RSP_OK},
        {"target_levels: [{drug: esketamine, low: 1, warn: 600, refuse: 500, text: t, confidence: high, "
         "sources: [A]}]",
            RSP_E_DOMAIN},
        {"target_levels: [{drug: esketamine, low: 0, warn: 6, refuse: 50, text: t, confidence: high, "
         "sources: [A]}]",
            RSP_E_DOMAIN},
        {"target_levels: [{drug: ketoprofen, low: 1, warn: 6, refuse: 50, text: t, confidence: high, "
         "sources: [A]}]",
            RSP_E_UNKNOWN},
        {"side_effects: [{topic: other, drug: ketamine, regimen: r, course: c, confidence: high, sources: "
         "[A]}]",
            RSP_OK},
        {"side_effects: [{topic: weather, drug: ketamine, regimen: r, course: c, confidence: high, sources: "
         "[A]}]",
            RSP_E_UNKNOWN},
        {"side_effects: [{topic: other, drug: ketamine, regimen: r, course: c, confidence: high, sources: "
         "[B]}]",
            RSP_E_UNKNOWN},
        {"side_effects: [{topic: other, drug: ketamine, regimen: r, course: c, value: 3, confidence: high, "
         "sources: "
         "[A]}]",
            RSP_E_MISSING},
        {"side_effects: [{topic: other, drug: ketamine, regimen: r, course: c, concentration_ng_per_ml: [9, "
         "3], "
         "confidence: high, sources: [A]}]",
            RSP_E_DOMAIN},
        {"side_effects: [{topic: other, drug: ketamine, regimen: r, confidence: high, sources: [A]}]",
            RSP_E_MISSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[600];
        struct rsp_rulebook *book = NULL;
        struct rsp_error err = {0};
        snprintf(text, sizeof text, "version: 1\nsources: {A: paper}\n%s\n", cases[i].text);
        const struct rsp_rule_file file = {"f.yaml", text, strlen(text)};
        const rsp_status status = rsp_rulebook_read(1, &file, &book, &err);
        ck_assert_msg(status == cases[i].status, "%s: %s %s", text, rsp_status_name(status), err.message);
        rsp_rulebook_free(book);
    }
}
END_TEST

START_TEST(random_targets_never_pass_a_hard_limit_unseen)
{
    /* A linear congruential sequence: any spread of cases will do. */
    unsigned state = 12345;
    for (int i = 0; i < 60; i++) {
        struct run run;
        char text[120];
        double u[3];
        for (int k = 0; k < 3; k++) {
            state = state * 1664525u + 1013904223u;
            u[k] = (double)(state >> 8) / (1 << 24);
        }
        const int over = 1 + (int)(u[1] * 40);
        snprintf(text, sizeof text, "%.3f ng/mL esketamine over %d min", 5 + 1900 * u[0], over);
        set_up(&run, i % 2 ? "simons2022" : "otto2021", text, 1 + floor(6 * u[2]));
        run.request.n_subject = 20;
        ck_assert_int_eq(make(&run), RSP_OK);
        const bool above = run.plan->programme->highest_rate_mg_per_h / 70 > 7 * (1 + 1e-9);
        ck_assert_int_eq(above, run.plan->hard_broken);
        tear_down(&run);
    }
}
END_TEST

RUN_TESTS("pump", the_most_within_five_minutes_is_found_wherever_it_lies, a_time_is_written_for_reading,
    every_unit_of_a_step_says_the_same, a_syringe_is_changed_when_it_is_empty,
    a_hard_limit_refuses_and_a_soft_one_warns, what_runs_in_within_five_minutes_counts_as_given_at_once,
    the_level_found_is_the_highest_that_keeps_dissociation_low,
    the_racemate_is_halved_only_when_that_is_granted, dissociation_is_not_told_for_longer_than_it_was_studied,
    slips_of_the_unit_are_loud, published_courses_at_such_levels_come_first,
    rows_that_say_nothing_clear_are_refused, random_targets_never_pass_a_hard_limit_unseen)
