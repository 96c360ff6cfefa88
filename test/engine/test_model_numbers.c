#include "model_support.h"

/* The plain model with one more key on clearance (60 L/h). */
static struct rsp_model *with_clearance(const char *keys)
{
    char line[400];
    snprintf(line, sizeof line, "cl: {value: 60 L/h, source: paper, confidence: primary, %s}", keys);
    return parsed_model(edited(plain_pk, "cl: {value: 60 L/h, source: paper, confidence: primary}", line));
}

START_TEST(variability_is_read_as_the_paper_declares_it)
{
    static const struct {
        const char *keys;
        enum rsp_eta_scale scale;
        double sd;
    } cases[] = {
        {"variability: {omega2: 0.026}", RSP_ETA_LOG, 0.16124515496597},
        {"variability: {sd: 0.3}", RSP_ETA_LOG, 0.3},
        {"variability: {cv_pct: 132}", RSP_ETA_LOG, 1.00440701382523}, /* sqrt(ln(1 + 1.32^2)) */
        {"variability: {cv_pct: 132, convention: lognormal}", RSP_ETA_LOG, 1.00440701382523},
        {"variability: {cv_pct: 132, convention: approximate}", RSP_ETA_LOG, 1.32},
        {"variability: {sd: 5, scale: additive}", RSP_ETA_ADDITIVE, 5},
        {"variability: {cv_pct: 10, scale: additive}", RSP_ETA_ADDITIVE, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Clearance itself may not turn negative: the flow takes another one. */
        const char *text = edited(plain_pk, "clearance: cl", "clearance: v / d");
        char line[300];
        snprintf(
            line, sizeof line, "cl: {value: 60 L/h, source: paper, confidence: primary, %s}", cases[i].keys);
        struct rsp_model *model =
            parsed_model(edited(text, "cl: {value: 60 L/h, source: paper, confidence: primary}", line));
        const struct rsp_compiled *c = rsp_model_compiled(model);
        ck_assert_uint_eq(c->n_eta, 1);
        ck_assert_int_eq(c->parameter[0].eta, 0);
        ck_assert_int_eq(c->parameter[1].eta, -1);
        ck_assert_int_eq((int)c->parameter[0].eta_scale, (int)cases[i].scale);
        ck_assert_double_eq_tol(c->omega_chol[0], cases[i].sd, 1e-9);
        rsp_model_free(model);
    }
}
END_TEST

START_TEST(an_additive_sd_takes_the_unit_of_its_parameter)
{
    const char *text = edited(plain_pk, "d: {value: 30 min, source: paper, confidence: primary}",
        "d: {value: 30 min, source: paper, confidence: primary, variability: {sd: 6, scale: additive}}");
    struct rsp_model *model = parsed_model(text);
    ck_assert_double_eq_tol(rsp_model_compiled(model)->omega_chol[0], 0.1, 1e-15); /* 6 min in h */
    rsp_model_free(model);
}
END_TEST

START_TEST(inter_occasion_variability_is_kept_apart)
{
    struct rsp_model *model = with_clearance("variability: {omega2: 0.09}, inter_occasion: {omega2: 0.04}");
    const struct rsp_compiled *c = rsp_model_compiled(model);
    ck_assert_uint_eq(c->n_eta, 1);
    ck_assert_uint_eq(c->n_iov_eta, 1);
    ck_assert_double_eq_tol(c->omega_chol[0], 0.3, 1e-15);
    ck_assert_double_eq_tol(c->iov_sd[0], 0.2, 1e-15);
    ck_assert_int_eq(c->parameter[0].iov_eta, 0);
    ck_assert_str_eq(rsp_model_parameter(model, 0)->variability,
        "omega^2 0.09 (log-normal); between occasions omega^2 0.04 (log-normal)");
    rsp_model_free(model);
}
END_TEST

START_TEST(correlated_effects_give_back_their_covariance_matrix)
{
    const char *text = edited(plain_pk, "cl: {value: 60 L/h, source: paper, confidence: primary}",
        "cl: {value: 60 L/h, source: paper, confidence: primary, variability: {omega2: 0.026048}}");
    text = edited(text, "v: {value: 120 L, source: paper, confidence: primary}",
        "v: {value: 120 L, source: paper, confidence: primary, variability: {omega2: 0.084177}}");
    text = edited(text, "p: {value: 0.25, source: paper, confidence: primary}",
        "p: {value: 0.25, source: paper, confidence: primary, variability: {sd: 0.7, scale: logit}}");
    text = edited(text, "derived:",
        "correlations:\n"
        "  - {parameters: [v, cl], covariance: 0.02261}\n"
        "  - {parameters: [p, cl], correlation: -0.5}\n"
        "derived:");
    struct rsp_model *model = parsed_model(text);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    const double want[3][3] = {{0.026048, 0.02261, -0.5 * 0.7 * sqrt(0.026048)}, {0.02261, 0.084177, 0},
        {-0.5 * 0.7 * sqrt(0.026048), 0, 0.49}};
    ck_assert_uint_eq(c->n_eta, 3);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++)
                sum += c->omega_chol[i * 3 + k] * c->omega_chol[j * 3 + k];
            ck_assert_double_eq_tol(sum, want[i][j], 1e-14);
            if (j > i)
                ck_assert_double_eq(c->omega_chol[i * 3 + j], 0);
        }
    }
    rsp_model_free(model);
}
END_TEST

START_TEST(lognormal_uncertainty_keeps_the_median_and_the_width_of_the_interval)
{
    struct rsp_model *model = with_clearance("uncertainty: {ci95: [40, 95]}");
    struct rsp_uncertain u = rsp_model_compiled(model)->parameter[0].uncertain;
    ck_assert_int_eq((int)u.kind, RSP_UNCERTAIN_LOGNORMAL);
    ck_assert_double_eq_tol(u.a, log(60), 1e-15);
    ck_assert_double_eq_tol(exp(2 * 1.959964 * u.b), 95.0 / 40, 1e-6);
    ck_assert_str_eq(rsp_model_parameter(model, 0)->uncertainty, "log-normal from 95 % CI 40 to 95");
    rsp_model_free(model);
    model = with_clearance("uncertainty: {se: 15}");
    u = rsp_model_compiled(model)->parameter[0].uncertain;
    /* A log-normal of this SD has a coefficient of variation of 15 / 60. */
    ck_assert_double_eq_tol(sqrt(exp(u.b * u.b) - 1), 0.25, 1e-12);
    rsp_model_free(model);
}
END_TEST

START_TEST(beta_uncertainty_has_the_published_mean_and_standard_error)
{
    const char *text = edited(plain_pk, "p: {value: 0.25, source: paper, confidence: primary}",
        "p: {value: 67 %, source: paper, confidence: primary, uncertainty: {se: 10, distribution: beta}}");
    struct rsp_model *model = parsed_model(text);
    const struct rsp_uncertain u = rsp_model_compiled(model)->parameter[2].uncertain;
    const double n = u.a + u.b;
    ck_assert_int_eq((int)u.kind, RSP_UNCERTAIN_BETA);
    ck_assert_double_eq_tol(u.a / n, 0.67, 1e-12);
    ck_assert_double_eq_tol(sqrt(u.a * u.b / (n * n * (n + 1))), 0.10, 1e-12);
    rsp_model_free(model);
}
END_TEST

START_TEST(covariates_act_on_the_typical_value_in_the_order_of_the_file)
{
    struct rsp_model *model =
        with_clearance("covariates: [{allometric: weight_kg, exponent: 0.75, source: paper}, "
                       "{linear: age_y, slope: -0.5 L/h, reference: 60, above_only: true, source: paper}, "
                       "{factor: race, levels: {green: 0.36}, source: paper}]");
    static const struct {
        double covariate[3], clearance;
    } cases[] = {
        {{70, 40, 0}, 60},
        {{70, 70, 0}, 55},
        {{50, 40, 2}, 46.6174},
        {{50, 70, 1}, 14.9823}, /* (46.6174 - 5) 0.36 */
        {{90, 60, 1}, 26.0794},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double slot[RSP_MAX_SLOT];
        rsp_model_typical(model, cases[i].covariate, slot);
        ck_assert_double_eq_tol(slot[0], cases[i].clearance, 1e-3);
    }
    rsp_model_free(model);
}
END_TEST

START_TEST(values_reach_the_engine_in_its_own_units_and_readers_in_the_published_one)
{
    struct rsp_model *model = parsed_model(plain_pk);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    ck_assert_double_eq_tol(c->parameter[3].typical, 30, 1e-12); /* 0.5 1/min */
    ck_assert_double_eq_tol(c->parameter[4].typical, 0.5, 1e-15);
    ck_assert_str_eq(rsp_model_parameter(model, 4)->name, "d");
    ck_assert_double_eq(rsp_model_parameter(model, 4)->value, 30);
    ck_assert_str_eq(rsp_model_parameter(model, 4)->unit, "min");
    ck_assert_str_eq(rsp_model_parameter(model, 2)->unit, "");
    ck_assert_str_eq(rsp_model_parameter(model, 2)->source, "Nobody. doi:10.1000/1, Table 1");
    ck_assert_str_eq(rsp_model_part(model, 0)->doi, "10.1000/1");
    rsp_model_free(model);
}
END_TEST

START_TEST(a_changed_parameter_changes_the_copy_only)
{
    struct rsp_model *model = with_clearance("uncertainty: {ci95: [40, 95]}"), *changed = NULL, *again = NULL;
    struct rsp_error e = {0};
    double slot[RSP_MAX_SLOT];
    ck_assert_int_eq(rsp_model_with_parameter(model, "k", 2, &changed, NULL), RSP_OK);
    ck_assert_int_eq(rsp_model_with_parameter(changed, "cl", 600, &again, NULL), RSP_OK);
    rsp_model_typical(again, NULL, slot);
    ck_assert_double_eq_tol(rate_between(again, slot, "gut", "central"), 120, 1e-12);
    ck_assert_double_eq_tol(rate_between(again, slot, "central", "out"), 5, 1e-12);
    ck_assert_double_eq_tol(rsp_model_compiled(again)->parameter[0].uncertain.a, log(600), 1e-12);
    ck_assert_double_eq(rsp_model_parameter(again, 0)->value, 600);
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(rate_between(model, slot, "gut", "central"), 30, 1e-12);
    ck_assert_int_eq(rsp_model_with_parameter(model, "kk", 1, &changed, &e), RSP_E_UNKNOWN);
    ck_assert_msg(strstr(e.message, "'k'") != NULL, "%s", e.message);
    ck_assert_int_eq(rsp_model_with_parameter(model, "v", -1, &changed, &e), RSP_E_DOMAIN);
    ck_assert_int_eq(rsp_model_with_parameter(model, "v", 0, &changed, &e), RSP_E_DOMAIN);
    ck_assert_int_eq(rsp_model_with_parameter(model, "v", NAN, &changed, &e), RSP_E_DOMAIN);
    ck_assert_int_eq(rsp_model_with_parameter(model, "p", 1.5, &changed, &e), RSP_E_DOMAIN);
    rsp_model_free(model);
    rsp_model_free(changed);
    rsp_model_free(again);
}
END_TEST

RUN_TESTS("model numbers", variability_is_read_as_the_paper_declares_it,
    an_additive_sd_takes_the_unit_of_its_parameter, inter_occasion_variability_is_kept_apart,
    correlated_effects_give_back_their_covariance_matrix,
    lognormal_uncertainty_keeps_the_median_and_the_width_of_the_interval,
    beta_uncertainty_has_the_published_mean_and_standard_error,
    covariates_act_on_the_typical_value_in_the_order_of_the_file,
    values_reach_the_engine_in_its_own_units_and_readers_in_the_published_one,
    a_changed_parameter_changes_the_copy_only)
