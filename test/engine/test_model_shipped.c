/* Shipped models read, and give published numbers when a plain Runge-Kutta integrates what they were
 * compiled to. */
#include "model_support.h"

START_TEST(every_shipped_model_reads_alone_and_with_what_it_names)
{
    ck_assert_uint_ge(rsp_shipped_count(), 17);
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        size_t length = 0;
        struct rsp_model *alone = NULL, *model = shipped_model(rsp_shipped_id(i));
        struct rsp_error e = {0};
        const char *text = rsp_shipped_text(i, &length);
        ck_assert_msg(
            rsp_model_parse(text, length, rsp_shipped_id(i), &alone, &e) == RSP_OK, "%s", e.message);
        ck_assert_str_eq(rsp_model_id(alone), rsp_shipped_id(i));
        ck_assert_uint_eq(strlen(rsp_shipped_sha256(i)), 64);
        ck_assert_uint_eq(strlen(text), length);
        ck_assert_int_eq((int)rsp_model_kind(model), RSP_MODEL_PK);
        ck_assert_uint_le(rsp_model_compiled(model)->n_slot, RSP_MAX_SLOT);
        rsp_model_free(alone);
        rsp_model_free(model);
    }
    ck_assert_ptr_null(rsp_shipped_id(rsp_shipped_count()));
}
END_TEST

static void check_level(const char *id, double weight_kg, enum rsp_route route, double amount_mg,
    double duration_h, double time_h, const char *output, double published, double tolerance_pct)
{
    struct rsp_model *model = shipped_model(id);
    double x[RSP_MAX_STATE], covariate[16]; /* all but weight at their references */
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++)
        covariate[i] = rsp_model_covariate(model, i)->reference;
    covariate[rsp_model_covariate_find(model, "weight_kg")] = weight_kg;
    const int n = (int)fmin(200000, fmax(4000, ceil(time_h * 120)));
    run(model, covariate, route, amount_mg, duration_h, time_h, n, x);
    const double got = readout(model, covariate, x, output);
    ck_assert_msg(fabs(got - published) <= published * tolerance_pct / 100, "%s: %s is %g, published %g", id,
        output, got, published);
    rsp_model_free(model);
}

START_TEST(published_levels_come_out_of_the_compiled_links)
{
    /* Otto 2021: 22.2 mg/h for 100 h into the slow relief site of Dahan 2011 (half-life 10.9 d). */
    check_level("otto2021+dahan2011", 70, RSP_ROUTE_IV, 2220, 100, 100, "relief_site_ng_per_ml", 52.1, 0.2);
    check_level("otto2021+dahan2011", 70, RSP_ROUTE_IV, 2220, 100, 168, "relief_site_ng_per_ml", 45.9, 0.2);
    /* Otto's clearance gives the plateau: 22.2 / 95.2 mg/L. */
    check_level("otto2021", 70, RSP_ROUTE_IV, 2220, 100, 100, "esketamine_ng_per_ml", 233.2, 0.5);
    /* Simons 2022: 35 mg over 40 min peaks at 289 ng/mL at the end; two metabolites in molar amounts. */
    check_level("simons2022", 70, RSP_ROUTE_IV, 35, 40 / 60.0, 40 / 60.0, "esketamine_ng_per_ml", 289, 0.3);
    /* Flint 2017: a 7-kg child on 2.4 mg/kg/h; the clearance of the metabolite grows with time. */
    check_level("flint2017", 7, RSP_ROUTE_IV, 2.4 * 7 * 120, 120, 120, "esketamine_ng_per_ml", 843.5, 0.1);
    check_level("flint2017", 7, RSP_ROUTE_IV, 2.4 * 7 * 120, 120, 24, "esnorketamine_ng_per_ml", 1469, 0.5);
    check_level("flint2017", 7, RSP_ROUTE_IV, 2.4 * 7 * 120, 120, 120, "esnorketamine_ng_per_ml", 868.8, 0.5);
}
END_TEST

/* Perez-Ruixo 2021: nasal share falls with the dose, the liver stands between gut and blood. */
START_TEST(nasal_exposure_matches_the_published_table_at_every_dose)
{
    static const struct {
        double amount_mg, auc;
    } table[] = {{28, 147.3}, {84, 362.2}};
    struct rsp_model *model = shipped_model("perezruixo2021");
    for (size_t k = 0; k < 2; k++) {
        double area = 0, before = 0, x[RSP_MAX_STATE];
        for (int i = 1; i <= 96; i++) { /* trapezoids of a quarter of an hour over 24 h */
            run(model, NULL, RSP_ROUTE_NASAL, table[k].amount_mg, 0, i * 0.25, i * 25, x);
            const double level = readout(model, NULL, x, "esketamine_ng_per_ml");
            area += 0.125 * (before + level);
            before = level;
        }
        ck_assert_msg(fabs(area / table[k].auc - 1) < 0.015, "%g mg: %g, published %g", table[k].amount_mg,
            area, table[k].auc);
    }
    rsp_model_free(model);
}
END_TEST

START_TEST(unknown_and_malformed_ids_are_refused)
{
    static const struct {
        const char *id, *says;
        rsp_status code;
    } cases[] = {{"ottto2021", "otto2021", RSP_E_UNKNOWN}, {"", "expected an id", RSP_E_SYNTAX},
        {"+", "expected an id", RSP_E_SYNTAX}, {"otto2021+", "expected an id", RSP_E_SYNTAX},
        {"otto2021+otto2021", "both PK", RSP_E_MISMATCH}, {"dahan2011+dahan2011", "twice", RSP_E_MISMATCH},
        {"otto2021+olofsen2022", "arterial", RSP_E_MISMATCH},
        {"domino1984+dahan2011", "never converted", RSP_E_MISMATCH},
        {"a+b+c+d+e+f+g+h+i+j", "a", RSP_E_UNKNOWN}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rsp_model *model = NULL;
        struct rsp_error e = {0};
        ck_assert_int_eq(rsp_model_shipped(cases[i].id, &model, &e), cases[i].code);
        ck_assert_msg(strstr(e.message, cases[i].says) != NULL, "%s: %s", cases[i].id, e.message);
        ck_assert_ptr_null(model);
    }
}
END_TEST

START_TEST(a_model_tells_its_structure_for_drawing)
{
    struct rsp_model *model = shipped_model("otto2021+dahan2011");
    const struct rsp_compiled *c = rsp_model_compiled(model);
    ck_assert_uint_eq(rsp_model_n_part(model), 2);
    ck_assert_uint_eq(rsp_model_n_compartment(model), c->n_state);
    ck_assert_int_eq((int)rsp_model_compartment(model, c->n_state - 1)->role, RSP_COMPARTMENT_EFFECT_SITE);
    ck_assert_str_eq(rsp_model_compartment(model, 0)->substance, "esketamine");
    ck_assert_uint_eq(rsp_model_n_output(model), c->n_readout + c->n_effect);
    for (size_t i = 0; i < c->n_readout; i++)
        ck_assert_str_eq(rsp_model_output_name(model, i), c->readout[i].name);
    for (size_t i = 0; i < c->n_effect; i++)
        ck_assert_str_eq(rsp_model_output_name(model, c->n_readout + i), c->effect[i].name);
    for (size_t i = 0; i < rsp_model_n_flow(model); i++)
        ck_assert_int_lt(rsp_model_flow(model, i)->to, (int)c->n_state);
    ck_assert_str_eq(rsp_model_part(model, 1)->domain.condition[0], "crps");
    ck_assert(rsp_model_may_plan(model));
    rsp_model_free(model);
    model = shipped_model("flint2017");
    ck_assert(!rsp_model_may_plan(model));
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("model shipped", every_shipped_model_reads_alone_and_with_what_it_names,
    published_levels_come_out_of_the_compiled_links, nasal_exposure_matches_the_published_table_at_every_dose,
    unknown_and_malformed_ids_are_refused, a_model_tells_its_structure_for_drawing)
