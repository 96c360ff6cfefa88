#include "model_support.h"

static struct rsp_model *combined(const char *pk, const char *effect, rsp_status want, struct rsp_error *e)
{
    struct rsp_model *parts[2] = {parsed_model(pk), parsed_model(effect)}, *model = NULL;
    const struct rsp_model *const both[2] = {
        parts[1], parts[0]}; /* the PK model is found wherever it stands */
    ck_assert_int_eq(rsp_model_combine(2, both, &model, e), want);
    rsp_model_free(parts[0]);
    rsp_model_free(parts[1]);
    return model;
}

static const struct rsp_compiled_effect *effect_named(const struct rsp_compiled *c, const char *name)
{
    for (size_t i = 0; i < c->n_effect; i++) {
        if (strcmp(c->effect[i].name, name) == 0)
            return &c->effect[i];
    }
    ck_abort_msg("no effect %s", name);
    return NULL;
}

/* Constant plasma level C: Ce(t) = C (1 - exp(-ln 2 t / half-life)). */
START_TEST(an_effect_site_approaches_its_driver_with_its_half_life)
{
    struct rsp_model *model = combined(plain_pk, plain_effect, RSP_OK, NULL);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT], x[RSP_MAX_STATE] = {0}, input[RSP_MAX_STATE] = {0};
    rsp_model_typical(model, NULL, slot);
    x[state_of(c, "central")] = 12; /* 100 ng/mL in 120 L */
    input[state_of(c, "central")] = 12 * 0.5;
    for (int i = 0; i < 6000; i++)
        step(c, slot, 0, 0.001, x, input);
    ck_assert_double_eq_tol(readout(model, NULL, x, "esketamine_ng_per_ml"), 100, 1e-9);
    ck_assert_double_eq_tol(readout(model, NULL, x, "site_ng_per_ml"), 75, 1e-9); /* two half-lives of 3 h */
    rsp_model_free(model);
}
END_TEST

START_TEST(constants_of_an_effect_come_in_the_units_of_its_names)
{
    struct rsp_model *model = combined(plain_pk, plain_effect, RSP_OK, NULL);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    const struct rsp_compiled_effect *e = effect_named(c, "dissociation_pct");
    ck_assert_double_eq_tol(slot[e->c50], 100, 1e-9);
    ck_assert_double_eq_tol(slot[e->ceiling], 80, 1e-9);
    ck_assert_double_eq(slot[e->baseline], 0);
    ck_assert_double_eq(slot[e->hill], 2);
    ck_assert_str_eq(c->readout[e->driver[0]].name, "site_ng_per_ml");
    e = effect_named(c, "more_nrs");
    ck_assert_int_eq(e->n_driver, 2);
    ck_assert_double_eq_tol(slot[e->slope[0]], 0.02, 1e-12);
    ck_assert_double_eq_tol(slot[e->slope[1]], 0.04, 1e-12);
    ck_assert_str_eq(c->readout[e->driver[1]].name, "esketamine_ng_per_ml");
    e = effect_named(c, "pain_nrs");
    ck_assert_double_eq(slot[e->baseline], 7);
    ck_assert_str_eq(c->effect[e->driver[0]].name, "pain_relief_frac");
    ck_assert(effect_named(c, "pain_relief_frac")->gated);
    ck_assert_str_eq(rsp_model_parameter(model, (size_t)c->class_parameter)->name, "pr");
    rsp_model_free(model);
}
END_TEST

START_TEST(units_of_pressure_rate_and_molar_potency_are_converted)
{
    const char *text =
        edited(plain_effect, "  pain_nrs: {form: product, driver: pain_relief_frac, baseline: 7}\n",
            "  sbp_rise_mmhg: {form: sigmoid, driver: esketamine_ng_per_ml, c50: cm * mm, hill: h, ceiling: "
            "sb - sa}\n"
            "  hr_rise_per_min: {form: emax, driver: esketamine_ng_per_ml, c50: c50, ceiling: hr}\n"
            "  threshold_ratio: {form: power, driver: site_ng_per_ml, c50: c50, hill: h}\n"
            "  shown_pct: {form: sigmoid, driver: site_ng_per_ml, c50: c50, hill: h, ceiling: 100}\n");
    text = edited(text, "effect_sites:",
        "  cm: {value: 0.51 nmol/mL, source: paper, confidence: primary}\n"
        "  mm: {value: 237.73 g/mol, source: paper, confidence: primary}\n"
        "  sa: {value: 97.1 mmHg, source: paper, confidence: primary}\n"
        "  sb: {value: 148.7 mmHg, source: paper, confidence: primary}\n"
        "  hr: {value: 147.3 1/min, source: paper, confidence: primary}\n"
        "effect_sites:");
    struct rsp_model *model = combined(plain_pk, text, RSP_OK, NULL);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(slot[effect_named(c, "sbp_rise_mmhg")->ceiling], 51.6, 1e-9);
    ck_assert_double_eq_tol(
        slot[effect_named(c, "sbp_rise_mmhg")->c50], 121.2423, 1e-9); /* printed: 121 ng/mL */
    ck_assert_double_eq_tol(slot[effect_named(c, "hr_rise_per_min")->ceiling], 147.3, 1e-9);
    ck_assert_double_eq(slot[effect_named(c, "threshold_ratio")->baseline], 1);
    ck_assert_double_eq(slot[effect_named(c, "shown_pct")->ceiling], 100);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_fast_effect_needs_its_own_sampling_site_and_a_slow_one_names_its_assumption)
{
    const char *venous = edited(plain_pk, "site: arterial", "site: venous");
    const char *slow = edited(plain_effect, "v: {value: 3 h", "v: {value: 10 d");
    struct rsp_error e = {0};
    combined(venous, plain_effect, RSP_E_MISMATCH, &e);
    ck_assert_msg(
        strstr(e.message, "arterial") != NULL && strstr(e.message, "noppers2011") != NULL, "%s", e.message);
    /* more_nrs is driven by plasma itself, so that a slow site alone does not make the file slow. */
    combined(venous, slow, RSP_E_MISMATCH, &e);
    slow = edited(slow, ", {driver: esketamine_ng_per_ml, slope: 2 * s}", "");
    struct rsp_model *model = combined(venous, slow, RSP_OK, NULL);
    ck_assert_uint_eq(rsp_model_n_assumption(model), 1);
    ck_assert_str_eq(rsp_model_assumption(model, 0)->name, "slow_effect_any_site");
    ck_assert(!rsp_model_output_is_fast(model, (size_t)rsp_model_output_find(model, "pain_nrs")));
    rsp_model_free(model);
    model = combined(plain_pk, slow, RSP_OK, NULL);
    ck_assert_uint_eq(rsp_model_n_assumption(model), 0);
    rsp_model_free(model);
    model = combined(venous, edited(plain_effect, "site: arterial", "site: unknown"), RSP_OK, NULL);
    ck_assert_uint_eq(rsp_model_n_assumption(model), 0);
    ck_assert(rsp_model_output_is_fast(model, (size_t)rsp_model_output_find(model, "pain_nrs")));
    rsp_model_free(model);
    combined(edited(plain_pk, "site: arterial", "site: unknown"), plain_effect, RSP_E_MISMATCH, &e);
}
END_TEST

START_TEST(parts_that_do_not_belong_together_are_refused)
{
    struct rsp_error e = {0};
    combined(edited(plain_pk, "drug: esketamine", "drug: ketamine"), plain_effect, RSP_E_MISMATCH, &e);
    ck_assert_msg(strstr(e.message, "never converted") != NULL, "%s", e.message);
    combined(plain_pk,
        edited(plain_effect, "driver: esketamine_ng_per_ml, half", "driver: arketamine_ng_per_ml, half"),
        RSP_E_MISMATCH, &e);
    ck_assert_msg(strstr(e.message, "esketamine_ng_per_ml") != NULL, "%s", e.message);
    combined(plain_pk, edited(plain_pk, "id: plain", "id: other"), RSP_E_MISMATCH, &e);
    ck_assert_msg(strstr(e.message, "both PK") != NULL, "%s", e.message);
    struct rsp_model *model = NULL;
    ck_assert_int_eq(rsp_model_combine(0, NULL, &model, &e), RSP_E_MISSING);
    ck_assert_ptr_null(model);
}
END_TEST

START_TEST(a_name_taken_before_gets_the_id_of_its_file)
{
    struct rsp_model *model = combined(plain_pk, plain_effect, RSP_OK, NULL), *changed = NULL;
    double slot[RSP_MAX_SLOT];
    ck_assert_str_eq(rsp_model_id(model), "plain+effect");
    ck_assert_str_eq(rsp_model_parameter(model, 7)->name, "effect.v");
    ck_assert_int_eq(rsp_model_with_parameter(model, "effect.v", 6, &changed, NULL), RSP_OK);
    rsp_model_typical(changed, NULL, slot);
    ck_assert_double_eq_tol(rate_between(changed, slot, "site_ng_per_ml", "out"), log(2) / 6, 1e-12);
    ck_assert_double_eq_tol(rate_between(changed, slot, "central", "out"), 0.5, 1e-12);
    rsp_model_free(changed);
    rsp_model_free(model);
}
END_TEST

START_TEST(an_effect_alone_shows_itself_and_takes_its_pk_model_when_combined)
{
    struct rsp_model *effect = parsed_model(plain_effect), *model = NULL;
    const struct rsp_model *const one[1] = {effect};
    ck_assert_int_eq((int)rsp_model_kind(effect), RSP_MODEL_EFFECT);
    ck_assert_uint_eq(rsp_model_n_output(effect), 5);
    ck_assert_uint_eq(rsp_model_compiled(effect)->n_state, 0);
    ck_assert_int_eq(rsp_model_combine(1, one, &model, NULL), RSP_OK);
    ck_assert_str_eq(rsp_model_id(model), "noppers2011+effect");
    ck_assert_int_eq((int)rsp_model_kind(model), RSP_MODEL_PK);
    rsp_model_free(model);
    rsp_model_free(effect);
}
END_TEST

START_TEST(covariates_of_the_same_name_become_one_with_the_common_range)
{
    const char *effect = edited(plain_effect, "parameters:\n",
        "covariates:\n  weight_kg: {reference: 70, range: [60, 120]}\n  age_y: {reference: "
        "40}\nparameters:\n");
    effect = edited(effect, "c50: {value: 100 ng/mL, source: paper, confidence: primary}",
        "c50: {value: 100 ng/mL, source: paper, confidence: primary, covariates: [{allometric: weight_kg, "
        "exponent: 1, source: paper}]}");
    struct rsp_model *model = combined(plain_pk, effect, RSP_OK, NULL);
    double slot[RSP_MAX_SLOT];
    const double covariate[3] = {84, 40, 0};
    const struct rsp_model_covariate *w = rsp_model_covariate(model, 0);
    ck_assert_uint_eq(rsp_model_n_covariate(model), 3);
    ck_assert_double_eq(w->low, 60);
    ck_assert_double_eq(w->high, 90);
    ck_assert(w->required);
    rsp_model_typical(model, covariate, slot);
    ck_assert_double_eq_tol(
        slot[effect_named(rsp_model_compiled(model), "dissociation_pct")->c50], 120, 1e-9);
    rsp_model_free(model);
}
END_TEST

/* Shipped effects name otto2021 as the PK model to take when alone; nobody asked for it here. */
START_TEST(a_shipped_effect_beside_a_pk_model_does_not_bring_its_own)
{
    struct rsp_model *pk = parsed_model(plain_pk), *effect = shipped_model("dahan2011"), *model = NULL;
    const struct rsp_model *const parts[2][2] = {{pk, effect}, {effect, pk}};
    for (int i = 0; i < 2; i++) {
        struct rsp_error e = {0};
        ck_assert_msg(rsp_model_combine(2, parts[i], &model, &e) == RSP_OK, "%s", e.message);
        ck_assert_str_eq(rsp_model_id(model), "plain+dahan2011");
        rsp_model_free(model);
    }
    const struct rsp_model *const twice[3] = {effect, pk, pk};
    struct rsp_error e = {0};
    ck_assert_int_eq(rsp_model_combine(3, twice, &model, &e), RSP_E_MISMATCH);
    ck_assert_ptr_null(strstr(e.message, "otto2021"));
    rsp_model_free(pk);
    pk = parsed_model(edited(plain_pk, "drug: esketamine", "drug: ketamine"));
    const struct rsp_model *const racemate[2] = {pk, effect};
    ck_assert_int_eq(rsp_model_combine(2, racemate, &model, &e), RSP_E_MISMATCH);
    ck_assert_ptr_nonnull(strstr(e.message, "drugs are never converted"));
    rsp_model_free(effect);
    rsp_model_free(pk);
}
END_TEST

/* Naming otto2021 with another clearance is a wish; it must not vanish silently. */
START_TEST(a_pk_model_with_a_changed_parameter_does_not_give_way)
{
    struct rsp_model *effect = shipped_model("dahan2011"), *pk = parsed_model(plain_pk), *changed = NULL,
                     *model = NULL;
    struct rsp_error e = {0};
    ck_assert_msg(rsp_model_with_parameter(effect, "cl", 80, &changed, &e) == RSP_OK, "%s", e.message);
    const struct rsp_model *const parts[2] = {pk, changed};
    ck_assert_int_eq(rsp_model_combine(2, parts, &model, &e), RSP_E_MISMATCH);
    ck_assert_ptr_nonnull(strstr(e.message, "both PK models"));
    rsp_model_free(changed);
    rsp_model_free(effect);
    rsp_model_free(pk);
}
END_TEST

RUN_TESTS("model effects", an_effect_site_approaches_its_driver_with_its_half_life,
    constants_of_an_effect_come_in_the_units_of_its_names,
    units_of_pressure_rate_and_molar_potency_are_converted,
    a_fast_effect_needs_its_own_sampling_site_and_a_slow_one_names_its_assumption,
    parts_that_do_not_belong_together_are_refused, a_name_taken_before_gets_the_id_of_its_file,
    a_shipped_effect_beside_a_pk_model_does_not_bring_its_own,
    a_pk_model_with_a_changed_parameter_does_not_give_way,
    an_effect_alone_shows_itself_and_takes_its_pk_model_when_combined,
    covariates_of_the_same_name_become_one_with_the_common_range)
