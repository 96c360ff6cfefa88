#include "model_support.h"

/* One edit of a good file: what it must be refused with. line 0: not checked. */
struct slip {
    const char *from, *to;
    rsp_status code;
    int line;
    const char *field, *says;
};

static void check_slips(const char *text, const struct slip slips[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct slip *s = &slips[i];
        const char *wrong = edited(text, s->from, s->to);
        struct rsp_model *model = NULL;
        struct rsp_error e = {0};
        const rsp_status status = rsp_model_parse(wrong, strlen(wrong), "test.yaml", &model, &e);
        ck_assert_msg(status == s->code, "'%s': %s: %s", s->to, rsp_status_name(status), e.message);
        ck_assert_ptr_null(model);
        ck_assert_msg(strstr(e.message, s->says) != NULL, "'%s' says: %s", s->to, e.message);
        ck_assert_str_eq(e.source, "test.yaml");
        ck_assert_msg(strcmp(e.field, s->field) == 0, "'%s' for '%s': field is '%s': %s", s->to, s->from,
            e.field, e.message);
        ck_assert_msg(s->line == 0 || e.line == s->line, "'%s': line is %d", s->to, e.line);
    }
}

#define CHECK_SLIPS(text, slips) check_slips((text), (slips), sizeof(slips) / sizeof(slips)[0])

START_TEST(slips_at_the_head_of_a_file_are_refused)
{
    static const struct slip slips[] = {
        {"respite_model: 1", "respite_model: 2", RSP_E_UNSUPPORTED, 1, "respite_model", "version"},
        {"respite_model: 1\n", "", RSP_E_MISSING, 1, "", "respite_model: 1"},
        {"id: plain", "id: p l", RSP_E_SYNTAX, 2, "id", "letters"},
        {"kind: pk", "kind: pkpd", RSP_E_UNKNOWN, 4, "kind", "pk, effect"},
        {"drug: esketamine", "drug: ketoprofen", RSP_E_UNKNOWN, 5, "drug", "ketoprofen"},
        {"drug: esketamine\n", "", RSP_E_MISSING, 1, "", "drug"},
        {"site: arterial", "site: atrerial", RSP_E_UNKNOWN, 6, "site", "arterial"},
        {"status: made up\n", "", RSP_E_MISSING, 1, "", "status"},
        {"amounts: mass", "amount: mass", RSP_E_UNKNOWN, 8, "amount", "amounts"},
        {"sources:\n  paper: 'Nobody. doi:10.1000/1, Table 1'\n", "sources: {}\n", RSP_E_MISSING, 0,
            "sources", "source"},
        {"domain: {conditions: [healthy], regimen: bolus}\n", "", RSP_E_MISSING, 0, "", "domain"},
        {"conditions: [healthy]", "conditions: []", RSP_E_MISSING, 12, "domain", "conditions"},
        {"regimen: bolus", "duration_h: [3, 2], regimen: bolus", RSP_E_DOMAIN, 12, "domain.duration_h",
            "backwards"},
        {"regimen: bolus", "duration_h: [3], regimen: bolus", RSP_E_SYNTAX, 12, "domain.duration_h",
            "[low, high]"},
        {"n: 1}", "n: -1}", RSP_E_DOMAIN, 11, "population.n", "negative"},
        {"  esketamine: {}", "  esketamine: {molar_mass: 237.73 g, source: paper}", RSP_E_UNIT, 14,
            "substances.esketamine.molar_mass", "g/mol"},
        {"  esketamine: {}", "  esketamine: {molar_mass: 237.73 g/mol}", RSP_E_MISSING, 14,
            "substances.esketamine", "source"},
        {"amounts: mass", "amounts: molar", RSP_E_MISSING, 0, "", "molar mass"},
        {"checks: []", "planning: maybe", RSP_E_SYNTAX, 0, "planning", "true"},
        {"checks: []", "site: arterial", RSP_E_SYNTAX, 0, "site", "twice"},
    };
    CHECK_SLIPS(plain_pk, slips);
}
END_TEST

START_TEST(slips_in_covariates_and_parameters_are_refused)
{
    static const struct slip slips[] = {
        {"reference: 40, range: [18, 80]", "reference: 90, range: [18, 80]", RSP_E_DOMAIN, 18,
            "covariates.age_y", "outside"},
        {"reference: red", "reference: yellow", RSP_E_UNKNOWN, 19, "covariates.race.reference",
            "none of the levels"},
        {"[red, green, blue]", "[red]", RSP_E_MISSING, 19, "covariates.race", "two levels"},
        {"[red, green, blue]", "[red, green, red]", RSP_E_MISMATCH, 19, "covariates.race", "twice"},
        {"age_y: {reference", "cl: {reference", RSP_E_MISMATCH, 21, "parameters.cl", "already"},
        {"  cl: {value: 60 L/h", "  dose: {value: 60 L/h", RSP_E_SYNTAX, 21, "parameters.dose",
            "usable name"},
        {"value: 60 L/h", "value: 60", RSP_E_UNIT, 34, "flows[0].clearance", "volume/time"},
        {"value: 60 L/h", "value: 60 L", RSP_E_UNIT, 34, "flows[0].clearance", "comes out in volume"},
        {"value: 60 L/h", "value: 60 L/h/kg", RSP_E_UNIT, 34, "flows[0].clearance", "body weight"},
        {"value: 60 L/h", "value: 60 furlong", RSP_E_UNIT, 21, "parameters.cl.value", "furlong"},
        {"value: 60 L/h", "value: 6,0 L/h", RSP_E_UNKNOWN, 21, "parameters.cl.0 L/h", "unknown"},
        {"value: 60 L/h", "value: '6,0 L/h'", RSP_E_SYNTAX, 21, "parameters.cl.value", "point"},
        {"value: 60 L/h", "value: nan L/h", RSP_E_SYNTAX, 21, "parameters.cl.value", "nan"},
        {"value: 60 L/h", "value: 1e999 L/h", RSP_E_DOMAIN, 21, "parameters.cl.value", "1e999"},
        {"value: 60 L/h", "value: -60 L/h", RSP_E_DOMAIN, 21, "parameters.cl", "sign: any"},
        {"value: 60 L/h", "sign: any, value: -60 L/h", RSP_E_DOMAIN, 0, "flows[0]", "negative"},
        {"value: 60 L/h, source: paper", "value: 60 L/h", RSP_E_MISSING, 21, "parameters.cl", "source"},
        {"value: 60 L/h, source: paper", "value: 60 L/h, source: papre", RSP_E_UNKNOWN, 21,
            "parameters.cl.source", "'paper'"},
        {"60 L/h, source: paper, confidence: primary", "60 L/h, source: paper", RSP_E_MISSING, 21,
            "parameters.cl", "confidence"},
        {"confidence: primary", "confidence: assumed", RSP_E_MISSING, 21, "parameters.cl", "assumption"},
        {"confidence: primary", "confidence: primary, varability: {sd: 1}", RSP_E_UNKNOWN, 21,
            "parameters.cl.varability", "variability"},
    };
    CHECK_SLIPS(plain_pk, slips);
}
END_TEST

START_TEST(slips_in_spread_are_refused)
{
#define CL "60 L/h, source: paper, confidence: primary"
#define P  "0.25, source: paper, confidence: primary"
    static const struct slip slips[] = {
        {CL, CL ", variability: {}", RSP_E_MISSING, 21, "parameters.cl.variability", "omega2, sd or cv_pct"},
        {CL, CL ", variability: {sd: 1, omega2: 1}", RSP_E_MISMATCH, 21, "parameters.cl.variability",
            "only one"},
        {CL, CL ", variability: {sd: 0}", RSP_E_DOMAIN, 21, "parameters.cl.variability", "positive"},
        {CL, CL ", variability: {sd: 40}", RSP_E_DOMAIN, 21, "parameters.cl.variability", "percentage"},
        {CL, CL ", variability: {sd: 1, scale: logit}", RSP_E_DOMAIN, 21, "parameters.cl", "between 0 and 1"},
        {CL, CL ", variability: {sd: 1, convention: lognormal}", RSP_E_MISMATCH, 21,
            "parameters.cl.variability", "cv_pct"},
        {P, P ", variability: {cv_pct: 10, scale: logit}", RSP_E_MISMATCH, 23, "parameters.p.variability",
            "logit"},
        {CL, CL ", variability: {sd: 1}, inter_occasion: {sd: 1, scale: additive}", RSP_E_MISMATCH, 21,
            "parameters.cl", "same scale"},
        {CL, CL ", variability: {sd: 1, scale: additive}", RSP_E_DOMAIN, 34, "flows[0]", "negative for some"},
        {CL, CL ", uncertainty: {se: 1, ci95: [50, 70]}", RSP_E_MISSING, 21, "parameters.cl.uncertainty",
            "either"},
        {CL, CL ", uncertainty: {ci95: [70, 80]}", RSP_E_DOMAIN, 21, "parameters.cl.uncertainty.ci95",
            "contain"},
        {CL, CL ", uncertainty: {ci95: [-70, 80]}", RSP_E_DOMAIN, 21, "parameters.cl.uncertainty",
            "log-normal"},
        {CL, CL ", uncertainty: {se: 1, distribution: normal}", RSP_E_DOMAIN, 21, "parameters.cl.uncertainty",
            "sign: any"},
        {CL, CL ", uncertainty: {se: 1, distribution: beta}", RSP_E_DOMAIN, 21, "parameters.cl.uncertainty",
            "probability"},
        {P, P ", uncertainty: {se: 0.5, distribution: beta}", RSP_E_DOMAIN, 23, "parameters.p.uncertainty",
            "sqrt"},
        {CL, CL ", uncertainty: {se: 0}", RSP_E_DOMAIN, 21, "parameters.cl.uncertainty", "positive"},
        {CL, CL ", covariates: [{allometric: wieght_kg, exponent: 1, source: paper}]", RSP_E_UNKNOWN, 21,
            "parameters.cl.covariates[0]", "weight_kg"},
        {CL, CL ", covariates: [{allometric: race, exponent: 1, source: paper}]", RSP_E_MISMATCH, 21,
            "parameters.cl.covariates[0]", "category"},
        {CL, CL ", covariates: [{factor: race, levels: {gren: 2}, source: paper}]", RSP_E_UNKNOWN, 21,
            "parameters.cl.covariates[0].levels.gren", "green"},
        {CL, CL ", covariates: [{factor: race, levels: {green: -2}, source: paper}]", RSP_E_DOMAIN, 21,
            "parameters.cl.covariates[0].levels.green", "positive"},
        {CL, CL ", covariates: [{factor: race, levels: {green: 1e5}, source: paper}]", RSP_E_DOMAIN, 21,
            "parameters.cl.covariates[0].levels.green", "no factor between people"},
        {CL, CL ", covariates: [{allometric: weight_kg, exponent: 1000, source: paper}]", RSP_E_DOMAIN, 21,
            "parameters.cl.covariates[0].exponent", "from -5 to 5"},
        {CL, CL ", covariates: [{allometric: weight_kg, exponent: -5.1, source: paper}]", RSP_E_DOMAIN, 21,
            "parameters.cl.covariates[0].exponent", "from -5 to 5"},
        {CL, CL ", covariates: [{allometric: weight_kg, exponent: 2, reference: 0.1, source: paper}]",
            RSP_E_DOMAIN, 21, "parameters.cl.covariates[0]", "10000-fold"},
        {CL, CL ", covariates: [{linear: age_y, slope: 1e6 L/h, source: paper}]", RSP_E_DOMAIN, 21,
            "parameters.cl.covariates[0].slope", "10000-fold"},
        {CL, CL ", covariates: [{linear: age_y, slope: 1 L/h, reference: 1e300, source: paper}]",
            RSP_E_DOMAIN, 21, "parameters.cl.covariates[0].slope", "10000-fold"},
        {CL, CL ", covariates: [{linear: age_y, slope: -2, source: paper}]", RSP_E_UNIT, 21,
            "parameters.cl.covariates[0].slope", "L/h"},
        {CL, CL ", covariates: [{linear: age_y, slope: -2 L/h, source: paper}]", RSP_E_DOMAIN, 21,
            "parameters.cl", "negative at age_y = 80"},
        {CL, CL ", covariates: [{allometric: weight_kg, exponent: 1}]", RSP_E_MISSING, 21,
            "parameters.cl.covariates[0]", "source"},
        {"derived:", "correlations: [{parameters: [cl, v], covariance: 0.1}]\nderived:", RSP_E_UNKNOWN, 27,
            "correlations[0]", "both have variability"},
    };
    CHECK_SLIPS(plain_pk, slips);
    static const struct slip pairs[] = {
        {"covariance: 0.02", "covariance: 0.1", RSP_E_DOMAIN, 27, "correlations[0]", "positive definite"},
        {"covariance: 0.02", "correlation: 1", RSP_E_DOMAIN, 27, "correlations[0]", "positive definite"},
        {"covariance: 0.02", "covariance: 0.02, correlation: 0.1", RSP_E_MISSING, 27, "correlations[0]",
            "either"},
        {"covariance: 0.02}", "covariance: 0.02}, {parameters: [v, cl], covariance: 0.02}", RSP_E_MISMATCH,
            27, "correlations[1]", "twice"},
    };
    const char *text =
        edited(plain_pk, "cl: {value: 60 L/h,", "cl: {value: 60 L/h, variability: {omega2: 0.05},");
    text = edited(text, "v: {value: 120 L,", "v: {value: 120 L, variability: {omega2: 0.05},");
    text = edited(text, "derived:", "correlations: [{parameters: [cl, v], covariance: 0.02}]\nderived:");
    char kept[8192];
    snprintf(kept, sizeof kept, "%s", text);
    struct rsp_model *good = parsed_model(kept);
    rsp_model_free(good);
    CHECK_SLIPS(kept, pairs);
}
END_TEST

START_TEST(slips_in_compartments_and_flows_are_refused)
{
    static const struct slip slips[] = {
        {"substance: esnorketamine", "substance: norketamine", RSP_E_UNKNOWN, 32,
            "compartments.metabolite.substance", "esnorketamine"},
        {"volume: v}", "volume: cl}", RSP_E_UNIT, 30, "compartments.central.volume", "expected volume"},
        {", volume: v}", "}", RSP_E_MISSING, 34, "flows[0]", "volume"},
        {"to: out, clearance", "to: outt, clearance", RSP_E_UNKNOWN, 34, "flows[0]", "no compartment"},
        {"from: central", "from: centrel", RSP_E_UNKNOWN, 34, "flows[0]", "'central'"},
        {"to: central, rate", "to: gut, rate", RSP_E_MISMATCH, 35, "flows[1]", "itself"},
        {"clearance: cl}", "clearance: cl, rate: k}", RSP_E_MISSING, 34, "flows[0]", "either clearance"},
        {"clearance: cl}", "clearance: cl, fraction: p}", RSP_E_MISMATCH, 34, "flows[0]", "leaves the body"},
        {"to: out, clearance: cl}", "to: metabolite, clearance: cl, fraction: 1.2}", RSP_E_DOMAIN, 34,
            "flows[0]", "between 0 and 1"},
        {"to: out, clearance: cl}", "to: metabolite, clearance: cl, through: {name: w, n: 99, rate: k}}",
            RSP_E_LIMIT, 34, "flows[0].through", "1 to 32"},
        {"to: out, clearance: cl}", "to: metabolite, clearance: cl, through: {name: w, n: 30, rate: k}}",
            RSP_E_LIMIT, 0, "compartments", "at most 32"},
        {"to: out, clearance: cl}", "to: metabolite, clearance: cl, through: {name: w, n: 2}}", RSP_E_MISSING,
            34, "flows[0].through", "rate"},
        {"rate: k}\nroutes", "rate: cl}\nroutes", RSP_E_UNIT, 36, "flows[2].rate", "1/time"},
        {"rate: k}\nroutes", "rate: -1 * k}\nroutes", RSP_E_DOMAIN, 36, "flows[2]", "-30 per h"},
        {"rate: k}\nroutes", "rate: 100000 * k}\nroutes", RSP_E_DOMAIN, 36, "flows[2]", "is the unit right"},
        {"rate: k}\nroutes", "rate: k, growth: 0 - k}\nroutes", RSP_E_DOMAIN, 36, "flows[2]",
            "turn the flow round"},
        {"rate: k}\nroutes", "rate: k, growth: d}\nroutes", RSP_E_UNIT, 36, "flows[2].growth", "1/time"},
        {"  - {from: metabolite, to: out, rate: k}\n", "", RSP_E_MISMATCH, 32, "compartments.metabolite",
            "no way out"},
        {"to: out, clearance: cl}\n", "to: gut, clearance: cl}\n", RSP_E_MISMATCH, 30, "compartments.central",
            "no way out"},
    };
    CHECK_SLIPS(plain_pk, slips);
    /* A cycle is fine as long as it has a way out. */
    struct rsp_model *good = parsed_model(edited(plain_pk, "  - {from: metabolite, to: out, rate: k}\n",
        "  - {from: metabolite, to: gut, rate: k}\n  - {from: central, to: metabolite, rate: 2 * k}\n"));
    rsp_model_free(good);
    static const struct slip share[] = {{"to: out, clearance: cl}",
        "to: metabolite, clearance: cl, fraction: p}", RSP_E_DOMAIN, 34, "flows[0].fraction", "logit"}};
    char text[8192];
    snprintf(text, sizeof text, "%s", edited(plain_pk, P, P ", variability: {sd: 0.3}"));
    CHECK_SLIPS(text, share);
}
END_TEST

START_TEST(slips_in_routes_and_outputs_are_refused)
{
    static const struct slip slips[] = {
        {"  iv:", "  ivv:", RSP_E_UNKNOWN, 38, "routes.ivv", "iv"},
        {"  iv: [{to: central}]", "  iv: central", RSP_E_SYNTAX, 38, "routes.iv", "list"},
        {"{to: gut, fraction: p}", "{to: guts, fraction: p}", RSP_E_UNKNOWN, 39, "routes.oral[0]", "'gut'"},
        {"fraction: p}", "fraction: d}", RSP_E_UNIT, 39, "routes.oral[0].fraction", "time"},
        {"fraction: p}", "fraction: 5 * p}", RSP_E_DOMAIN, 39, "routes.oral[0]", "note"},
        {"fraction: p}", "fraction: p - 1}", RSP_E_DOMAIN, 39, "routes.oral[0]", "negative"},
        {"fraction: p}", "fraction: p}, {to: central}", RSP_E_DOMAIN, 39, "routes.oral[1]",
            "take 1.25 of the dose"},
        {"fraction: p}", "fraction: p / (dose / m)}", RSP_E_DOMAIN, 39, "routes.oral[0]", "dose of 1 mg"},
        {"fraction: p}", "lag: p}", RSP_E_UNIT, 39, "routes.oral[0].lag", "expected time"},
        {"fraction: p}", "lag: dose / m * d}", RSP_E_UNKNOWN, 39, "routes.oral[0].lag", "fraction"},
        {"  esketamine_ng_per_ml:", "  esketamine:", RSP_E_UNIT, 41, "outputs.esketamine", "known unit"},
        {"  esketamine_ng_per_ml:", "  esketamine_pct:", RSP_E_UNIT, 41, "outputs.esketamine_pct",
            "mass/volume"},
        {"{compartment: central}", "{compartment: gut}", RSP_E_MISSING, 41, "outputs.esketamine_ng_per_ml",
            "no volume"},
        {"{compartment: central}", "{compartment: metabolite}", RSP_E_MISMATCH, 41,
            "outputs.esketamine_ng_per_ml", "does not hold"},
        {"checks: []",
            "residual: {esketamine_ng_per_ml: {additive_sd: 3, source: paper, confidence: primary}}",
            RSP_E_UNIT, 43, "residual.esketamine_ng_per_ml.additive_sd", "ng/mL"},
        {"checks: []", "residual: {esketamine_ng_per_ml: {source: paper, confidence: primary}}",
            RSP_E_MISSING, 43, "residual.esketamine_ng_per_ml", "proportional_sd"},
    };
    CHECK_SLIPS(plain_pk, slips);
    struct rsp_model *noted =
        parsed_model(edited(plain_pk, "fraction: p}", "fraction: 5 * p, note: because}"));
    rsp_model_free(noted);
}
END_TEST

START_TEST(slips_in_effects_are_refused)
{
    static const struct slip slips[] = {
        {"half_life: v}", "half_life: v, ke0: s}", RSP_E_MISSING, 18, "effect_sites.site_ng_per_ml",
            "either half_life"},
        {"half_life: v}", "half_life: c50}", RSP_E_UNIT, 18, "effect_sites.site_ng_per_ml.half_life",
            "expected time"},
        {"driver: esketamine_ng_per_ml, half", "driver: esketamine_pct, half", RSP_E_UNIT, 18,
            "effect_sites.site_ng_per_ml.driver", "concentration"},
        {"probability: pr", "probability: h", RSP_E_DOMAIN, 19, "mixture", "between 0 and 1"},
        {"mixture: {probability: pr}\n", "", RSP_E_MISMATCH, 20, "effects.pain_relief_frac", "mixture"},
        {"form: inhibition", "form: inhibtion", RSP_E_UNKNOWN, 21, "effects.pain_relief_frac.form",
            "inhibition"},
        {"c50: c50, gated", "c50: v, gated", RSP_E_UNIT, 21, "effects.pain_relief_frac.c50", "mass/volume"},
        {"c50: c50, gated", "gated", RSP_E_MISSING, 21, "effects.pain_relief_frac", "c50"},
        {"pain_relief_frac: {form", "pain_relief_mmhg: {form", RSP_E_UNIT, 21, "effects.pain_relief_mmhg",
            "_frac"},
        {"pain_relief_frac: {form", "pain_relief: {form", RSP_E_UNIT, 21, "effects.pain_relief",
            "known unit"},
        {"driver: pain_relief_frac", "driver: pain_frac", RSP_E_UNKNOWN, 22, "effects.pain_nrs.driver",
            "defined above"},
        {", baseline: 7", "", RSP_E_MISSING, 22, "effects.pain_nrs", "baseline"},
        {"slope: s}", "slope: c50}", RSP_E_UNIT, 24, "effects.more_nrs.drivers[0].slope", "volume"},
        {"hill: h", "hill: v", RSP_E_UNIT, 23, "effects.dissociation_pct.hill", "time"},
        {"effects:\n", "routes: {}\neffects:\n", RSP_E_UNKNOWN, 20, "routes", "routes"},
    };
    CHECK_SLIPS(plain_effect, slips);
}
END_TEST

START_TEST(slips_in_checks_are_refused)
{
#define CHECK_LINE                                                                                           \
    "checks: [{description: x, kind: deterministic, dose: 1 mg esketamine iv, output: "                      \
    "esketamine_ng_per_ml, "                                                                                 \
    "quantity: value, time: 1 h, target: 5 ng/mL, source: paper}]\n"
    static const struct slip slips[] = {
        {"kind: deterministic", "kind: exact", RSP_E_UNKNOWN, 43, "checks[0].kind", "deterministic"},
        {"1 mg esketamine iv", "1 esketamine iv", RSP_E_UNIT, 43, "checks[0].dose", "unit"},
        {"output: esketamine_ng", "output: ketamine_ng", RSP_E_UNKNOWN, 43, "checks[0].output", "no output"},
        {"quantity: value", "quantity: mean", RSP_E_UNKNOWN, 43, "checks[0].quantity", "cmax"},
        {"time: 1 h, ", "", RSP_E_MISSING, 43, "checks[0]", "time"},
        {"time: 1 h", "time: 1 mg", RSP_E_UNIT, 43, "checks[0].time", "time"},
        {"target: 5 ng/mL", "target: 5 ng*h/mL", RSP_E_UNIT, 43, "checks[0].target", "mass/volume"},
        {"target: 5 ng/mL", "target: 5", RSP_E_UNIT, 43, "checks[0].target", "mass/volume"},
        {"target: 5 ng/mL", "digits: 0, target: 5 ng/mL", RSP_E_DOMAIN, 43, "checks[0]", "significant"},
        {"target: 5 ng/mL", "digits: 2, tolerance_pct: 1, target: 5 ng/mL", RSP_E_MISMATCH, 43, "checks[0]",
            "either"},
        {"target: 5 ng/mL", "covariates: {wt: 1}, target: 5 ng/mL", RSP_E_UNKNOWN, 43,
            "checks[0].covariates.wt", "no covariate"},
        {"target: 5 ng/mL", "covariates: {race: pink}, target: 5 ng/mL", RSP_E_UNKNOWN, 43,
            "checks[0].covariates.race", "no level"},
        {", source: paper}]", "}]", RSP_E_MISSING, 43, "checks[0]", "source"},
    };
    char text[8192];
    snprintf(text, sizeof text, "%s", edited(plain_pk, "checks: []\n", CHECK_LINE));
    struct rsp_model *good = parsed_model(text);
    const struct rsp_check *c = rsp_model_check(good, 0);
    ck_assert_double_eq(c->value, 5);
    ck_assert_double_eq_tol(c->unit_factor, 0.001, 1e-18);
    ck_assert_double_eq(c->tolerance_pct, 0.5);
    ck_assert_str_eq(c->unit, "ng/mL");
    ck_assert_str_eq(c->dose, "1 mg esketamine iv");
    rsp_model_free(good);
    CHECK_SLIPS(text, slips);
}
END_TEST

START_TEST(what_is_no_model_file_is_refused)
{
    static const char binary[] = "\x7f"
                                 "ELF\0\1\2\3respite_model: 1";
    static char big[(1 << 20) + 1];
    struct rsp_model *model = NULL;
    struct rsp_error e = {0};
    memset(big, ' ', sizeof big);
    ck_assert_int_eq(rsp_model_parse(big, sizeof big, "big.yaml", &model, &e), RSP_E_LIMIT);
    ck_assert_str_eq(e.source, "big.yaml");
    ck_assert_int_ne(rsp_model_parse(big, 1000, "blank.yaml", &model, &e), RSP_OK);
    ck_assert_int_ne(rsp_model_parse("", 0, "empty.yaml", &model, &e), RSP_OK);
    ck_assert_str_eq(e.source, "empty.yaml");
    ck_assert_int_ne(rsp_model_parse(binary, sizeof binary - 1, "binary", &model, &e), RSP_OK);
    ck_assert_int_ne(rsp_model_parse("- 1\n- 2\n", 8, "list.yaml", &model, &e), RSP_OK);
    ck_assert_int_ne(rsp_model_parse("hello", 5, NULL, &model, NULL), RSP_OK);
    ck_assert_ptr_null(model);
}
END_TEST

START_TEST(byte_order_mark_and_carriage_returns_are_accepted)
{
    char text[16384] = "\xef\xbb\xbf";
    size_t n = 3;
    for (const char *c = plain_pk; *c != '\0'; c++) {
        if (*c == '\n')
            text[n++] = '\r';
        text[n++] = *c;
    }
    text[n] = '\0';
    struct rsp_model *model = parsed_model(text);
    ck_assert_str_eq(rsp_model_id(model), "plain");
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("model refusals", slips_at_the_head_of_a_file_are_refused,
    slips_in_covariates_and_parameters_are_refused, slips_in_spread_are_refused,
    slips_in_compartments_and_flows_are_refused, slips_in_routes_and_outputs_are_refused,
    slips_in_effects_are_refused, slips_in_checks_are_refused, what_is_no_model_file_is_refused,
    byte_order_mark_and_carriage_returns_are_accepted)
