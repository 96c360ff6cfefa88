/* Pump programmes: what holds for every one of them, and for every shipped model. */
#include "tci_support.h"

/* Every PK model that takes an iv dose, with the target of its drug. */
static size_t iv_models(const char *id[], char target[][64], size_t n_max)
{
    size_t n = 0;
    for (size_t i = 0; i < rsp_shipped_count() && n < n_max; i++) {
        struct rsp_model *model = NULL;
        if (rsp_model_shipped(rsp_shipped_id(i), &model, NULL) != RSP_OK)
            continue;
        int output;
        /* flint2017: its rates grow with time, see the test of refusals */
        if (rsp_model_takes_route(model, RSP_ROUTE_IV) && rsp_tci_plasma(model, &output, NULL) == RSP_OK &&
            strcmp(rsp_shipped_id(i), "flint2017") != 0) {
            id[n] = rsp_shipped_id(i);
            snprintf(target[n++], 64, "150 ng/mL %s", rsp_drug_name(rsp_model_drug(model)));
        }
        rsp_model_free(model);
    }
    return n;
}

static void check_sums(const struct rsp_tci_programme *p)
{
    double given_mg = 0, at_h = 0;
    for (size_t i = 0; i < p->n_step; i++) {
        const struct rsp_tci_step *s = &p->step[i];
        ck_assert_double_ge(s->rate_mg_per_h, 0);
        ck_assert_double_eq_tol(s->start_h, at_h, 1e-9);
        ck_assert(i == 0 || s->rate_mg_per_h != p->step[i - 1].rate_mg_per_h);
        at_h += s->duration_h;
        given_mg += s->rate_mg_per_h * s->duration_h;
        ck_assert_double_eq_tol(s->given_mg, given_mg, 1e-9 * (1 + given_mg));
    }
    ck_assert_double_eq_tol(at_h, p->end_h, 1e-9);
    ck_assert_double_eq_tol(p->total_mg, given_mg, 1e-9 * (1 + given_mg));
}

START_TEST(every_shipped_model_is_held_within_5_percent)
{
    const char *id[64];
    char target[64][64];
    const size_t n = iv_models(id, target, 64);
    ck_assert_uint_ge(n, 12);
    static const struct rsp_tci_pump pumps[] = {
        {0}, {.resolution_mg_per_h = 0.1}, {.resolution_mg_per_h = 0.1, .longest_step_h = 0.5}};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 3; k++)
            for (int ramp = 0; ramp < 2; ramp++) {
                char text[160];
                snprintf(text, sizeof text, "%s%s", target[i], ramp ? " over 30 min" : "");
                const struct rsp_tci_profile profile = profile_of(text, 4);
                struct rsp_tci_programme *p = design(id[i], false, &profile, pumps[k]);
                check_sums(p);
                ck_assert_double_lt(p->design_error_frac, 1e-8);
                const struct rsp_tci_outcome *held = &p->outcome[p->n_outcome - 1];
                ck_assert(held->held);
                ck_assert_double_le(held->arrived_h, ramp ? 0.5 : 5 * MIN_H + 1e-9);
                ck_assert_msg(held->lowest_frac >= 0.95 && held->highest_frac <= 1.05,
                    "%s, pump %zu, ramp %d: %g to %g", id[i], k, ramp, held->lowest_frac, held->highest_frac);
                ck_assert_double_le(p->overshoot_frac, 0.05);
                rsp_tci_programme_free(p);
            }
}
END_TEST

START_TEST(an_effect_site_is_held_and_never_passed_by_more_than_1_percent)
{
    static const struct {
        const char *id, *text;
    } cases[] = {{"simons2022+olofsen2022", "100 ng/mL esketamine"},
        {"kamp2020+olofsen2022", "100 ng/mL esketamine over 20 min"},
        {"noppers2011+olofsen2022", "100 ng/mL esketamine"}};
    for (size_t i = 0; i < 3; i++) {
        const struct rsp_tci_profile profile = profile_of(cases[i].text, 3);
        struct rsp_tci_programme *p =
            design(cases[i].id, true, &profile, (struct rsp_tci_pump){.longest_step_h = 0.5});
        check_sums(p);
        ck_assert_double_lt(p->design_error_frac, 1e-8);
        ck_assert_double_le(p->overshoot_frac, 0.01);
        const struct rsp_tci_outcome *held = &p->outcome[p->n_outcome - 1];
        ck_assert_msg(held->lowest_frac >= 0.95 && held->highest_frac <= 1.01, "%s: %g to %g", cases[i].id,
            held->lowest_frac, held->highest_frac);
        ck_assert_double_le(held->arrived_h, 0.5);
        rsp_tci_programme_free(p);
    }
}
END_TEST

START_TEST(no_rate_passes_the_maximum_and_the_level_comes_later)
{
    const struct rsp_tci_profile profile = profile_of("150 ng/mL esketamine", 4);
    struct rsp_tci_programme *p = design("otto2021", false, &profile,
        (struct rsp_tci_pump){.max_rate_mg_per_h = 30, .resolution_mg_per_h = 0.7});
    check_sums(p);
    /* 30 is no multiple of 0.7: the pump is set to the one below */
    ck_assert_double_eq_tol(p->highest_rate_mg_per_h, 29.4, 1e-9);
    ck_assert(p->at_max_rate);
    ck_assert_double_gt(p->outcome[0].arrived_h, 10 * MIN_H);
    ck_assert_double_ge(p->outcome[0].lowest_frac, 0.95);
    ck_assert_double_le(p->outcome[0].highest_frac, 1.05);
    for (size_t i = 0; i < p->n_step; i++) {
        const double n = p->step[i].rate_mg_per_h / 0.7;
        ck_assert_double_eq_tol(n, round(n), 1e-9);
    }
    rsp_tci_programme_free(p);
}
END_TEST

START_TEST(twice_the_target_is_twice_the_rate)
{
    static const char *const ids[] = {"otto2021", "domino1984"};
    static const char *const one[] = {"80 ng/mL esketamine over 10 min", "80 ng/mL ketamine over 10 min"};
    static const char *const two[] = {"160 ng/mL esketamine over 10 min", "160 ng/mL ketamine over 10 min"};
    for (size_t i = 0; i < 2; i++) {
        const struct rsp_tci_profile a = profile_of(one[i], 2), b = profile_of(two[i], 2);
        struct rsp_tci_programme *p = design(ids[i], false, &a, (struct rsp_tci_pump){0});
        struct rsp_tci_programme *q = design(ids[i], false, &b, (struct rsp_tci_pump){0});
        ck_assert_uint_eq(p->n_step, q->n_step);
        for (size_t k = 0; k < p->n_step; k++)
            ck_assert_double_eq_tol(
                q->step[k].rate_mg_per_h, 2 * p->step[k].rate_mg_per_h, 1e-9 * q->step[k].rate_mg_per_h);
        rsp_tci_programme_free(p);
        rsp_tci_programme_free(q);
    }
}
END_TEST

START_TEST(a_target_that_falls_too_fast_stops_the_pump_and_says_when_it_comes)
{
    const struct rsp_tci_profile profile =
        profile_of("150 ng/mL esketamine over 30 min for 3 h; 75 ng/mL for 2 h; taper to 0 over 5 min", NAN);
    struct rsp_tci_programme *p =
        design("otto2021", false, &profile, (struct rsp_tci_pump){.longest_step_h = 0.5});
    check_sums(p);
    const struct rsp_tci_outcome *half = &p->outcome[2];
    ck_assert_double_gt(half->arrived_h, half->from_h + 5 * MIN_H);
    ck_assert_double_lt(half->arrived_h, half->to_h);
    ck_assert_double_ge(half->lowest_frac, 0.95);
    ck_assert_double_le(half->highest_frac, 1.05 + 1e-9);
    for (size_t i = 0; i < p->n_step; i++)
        if (p->step[i].start_h >= half->from_h - 1e-9 &&
            p->step[i].start_h + p->step[i].duration_h < half->arrived_h)
            ck_assert_double_eq(p->step[i].rate_mg_per_h, 0);
    const struct rsp_tci_outcome *end = &p->outcome[3];
    ck_assert_double_gt(end->arrived_h, p->end_h);
    ck_assert(isfinite(end->arrived_h));
    rsp_tci_programme_free(p);
}
END_TEST

START_TEST(a_level_that_the_next_piece_brings_is_not_credited_to_this_one)
{
    /* 45 mg/h reach 100 ng/mL only on the way to 200; where 100 is held on, the effect of the first piece may come late */
    const struct rsp_tci_pump pump = {.max_rate_mg_per_h = 45};
    const struct rsp_tci_profile up =
        profile_of("100 ng/mL esketamine for 10 min; 200 ng/mL for 50 min", NAN);
    const struct rsp_tci_profile on =
        profile_of("100 ng/mL esketamine for 10 min; 100 ng/mL for 50 min", NAN);
    struct rsp_tci_programme *p = design("otto2021", false, &up, pump);
    ck_assert_uint_eq(p->n_outcome, 2);
    ck_assert(isinf(p->outcome[0].arrived_h));
    rsp_tci_programme_free(p);
    p = design("otto2021", false, &on, pump);
    ck_assert_double_gt(p->outcome[0].arrived_h, 10 * MIN_H);
    ck_assert(isfinite(p->outcome[0].arrived_h));
    rsp_tci_programme_free(p);
}
END_TEST

START_TEST(what_makes_no_programme_is_refused)
{
    struct rsp_model *flint = NULL, *domino = NULL;
    struct rsp_error err = {0};
    struct rsp_tci_programme *made = NULL;
    double covariate[MOST_COVARIATE];
    ck_assert_int_eq(rsp_model_shipped("flint2017", &flint, NULL), RSP_OK);
    ck_assert_int_eq(rsp_model_shipped("domino1984", &domino, NULL), RSP_OK);
    person_of(flint, 20, covariate);
    struct rsp_tci_profile profile = profile_of("150 ng/mL esketamine", 4);
    struct rsp_tci_request request = {.profile = &profile};
    ck_assert_int_eq(rsp_tci_plasma(flint, &request.output, NULL), RSP_OK);
    ck_assert_int_eq(rsp_tci_design(flint, covariate, &request, &made, &err), RSP_E_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "grow with time"));
    person_of(domino, 70, covariate);
    ck_assert_int_eq(rsp_tci_design(domino, covariate, &request, &made, &err), RSP_E_MISMATCH);
    ck_assert_ptr_nonnull(strstr(err.message, "never converted"));
    profile.drug = RSP_DRUG_KETAMINE;
    request.pump.step_h = 5;
    ck_assert_int_eq(rsp_tci_design(domino, covariate, &request, &made, &err), RSP_E_DOMAIN);
    request.pump.step_h = 0.5 * MIN_H; /* below the shortest step */
    ck_assert_int_eq(rsp_tci_design(domino, covariate, &request, &made, &err), RSP_E_DOMAIN);
    request.pump.step_h = NAN;
    ck_assert_int_eq(rsp_tci_design(domino, covariate, &request, &made, &err), RSP_E_DOMAIN);
    request.pump.step_h = 0;
    profile.piece[0].to_ng_per_ml = INFINITY;
    ck_assert_int_eq(rsp_tci_design(domino, covariate, &request, &made, &err), RSP_E_DOMAIN);
    profile.piece[0].to_ng_per_ml = 100;
    profile.piece[0].duration_h = 1 + 1e-4;
    ck_assert_int_eq(rsp_tci_design(domino, covariate, &request, &made, &err), RSP_E_DOMAIN);
    ck_assert_ptr_null(made);
    rsp_model_free(flint);
    rsp_model_free(domino);
}
END_TEST

START_TEST(only_an_effect_site_of_the_drug_can_be_steered)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    int output = -1;
    ck_assert_int_eq(rsp_model_shipped("simons2022+olofsen2012", &model, NULL), RSP_OK);
    ck_assert_int_eq(rsp_tci_effect_site(model, NULL, &output, NULL), RSP_OK);
    ck_assert_str_eq(rsp_model_output_name(model, (size_t)output), "acute_site_esketamine_ng_per_ml");
    ck_assert_int_eq(
        rsp_tci_effect_site(model, "acute_site_esnorketamine_ng_per_ml", &output, NULL), RSP_E_MISMATCH);
    ck_assert_int_eq(rsp_tci_effect_site(model, "nonsense", &output, NULL), RSP_E_UNKNOWN);
    rsp_model_free(model);
    ck_assert_int_eq(rsp_model_shipped("otto2021", &model, NULL), RSP_OK);
    ck_assert_int_eq(rsp_tci_effect_site(model, NULL, &output, &err), RSP_E_MISSING);
    rsp_model_free(model);
    /* days, not minutes */
    struct rsp_tci_programme *made = NULL;
    double covariate[MOST_COVARIATE];
    const struct rsp_tci_profile profile = profile_of("50 ng/mL esketamine", 4);
    struct rsp_tci_request request = {.method = RSP_TCI_EFFECT, .profile = &profile};
    ck_assert_int_eq(rsp_model_shipped("otto2021+dahan2011", &model, NULL), RSP_OK);
    person_of(model, 70, covariate);
    ck_assert_int_eq(rsp_tci_effect_site(model, NULL, &request.output, NULL), RSP_OK);
    ck_assert_int_eq(rsp_tci_design(model, covariate, &request, &made, &err), RSP_E_UNSUPPORTED);
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("tci", every_shipped_model_is_held_within_5_percent,
    an_effect_site_is_held_and_never_passed_by_more_than_1_percent,
    no_rate_passes_the_maximum_and_the_level_comes_later, twice_the_target_is_twice_the_rate,
    a_target_that_falls_too_fast_stops_the_pump_and_says_when_it_comes,
    a_level_that_the_next_piece_brings_is_not_credited_to_this_one, what_makes_no_programme_is_refused,
    only_an_effect_site_of_the_drug_can_be_steered)
