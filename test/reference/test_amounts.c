/* NONMEM's amounts in every compartment, and after doses into each of them: by the simulation and by the fit. The two
 * programs share the tolerance of NONMEM's own solver: 5e-8 after a bolus, 2e-5 after an infusion. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/simulate.h>

#include "fit_support.h"

static const char *const states[] = {"depot", "central", "periph1", "periph2", NULL};

static int state_of(const char *name)
{
    for (int i = 0; states[i] != NULL; i++)
        if (strcmp(states[i], name) == 0)
            return i;
    ck_abort_msg("no state %s", name);
    return -1;
}

struct values {
    double cl, v1, q2, v2, q3, v3, ka;
};

static struct rsp_model *model_with(const struct values *v)
{
    const struct {
        const char *name;
        double value;
    } set[] = {{"cl", v->cl}, {"v1", v->v1}, {"q2", v->q2}, {"v2", v->v2}, {"q3", v->q3}, {"v3", v->v3},
        {"ka", v->ka}};
    struct rsp_model *model = fit_model("compartments");
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        struct rsp_model *next = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(rsp_model_with_parameter(model, set[i].name, set[i].value, &next, &err) == RSP_OK, "%s",
            err.message);
        rsp_model_free(model);
        model = next;
    }
    return model;
}

/* ng/mL in a compartment, which both ways must agree on. */
static double level(const struct rsp_model *model, const struct rsp_dose *dose, int state, double time_h)
{
    const struct rsp_fit_observation o = {.time_h = time_h, .value = 1, .output = state, .stretch = -1};
    const struct rsp_fit_person person = {.n_dose = 1, .dose = dose, .n_observation = 1, .observation = &o};
    const struct rsp_people people = {.n = 1};
    const struct rsp_schedule schedule = {.n_dose = 1, .dose = dose, .n_time = 1, .time_h = &time_h};
    double fitted, simulated;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_fit_objective(model, &person, NULL, NULL, &(struct rsp_fit_outputs){.ipred = &fitted},
                      &err) == RSP_OK,
        "%s", err.message);
    ck_assert_msg(rsp_simulate(model, &people, &schedule, 1, &state, NULL, &simulated, &err) == RSP_OK, "%s",
        err.message);
    ck_assert_msg(fabs(fitted - simulated) <= 1e-11 * simulated, "%.15g %.15g", fitted, simulated);
    return fitted;
}

static double number(const char *text)
{
    return strtod(text, NULL);
}

static int split(char *line, char *field[], int most)
{
    int n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; n < most && at != NULL; n++) {
        field[n] = at;
        at = strchr(at, ',');
        if (at != NULL)
            *at++ = '\0';
    }
    return n;
}

START_TEST(amounts_are_those_of_nonmem)
{
    /* a flow that is as good as none makes two compartments of three */
    static const struct values two = {2, 10, 1, 20, 1e-13, 30, 1}, three = {5, 10, 2, 20, 1.5, 30, 1};
    if (!fit_data_there())
        return;
    struct rsp_model *model[2] = {model_with(&two), model_with(&three)};
    char *text = fit_data_text("ferx_nonmem_compartment_amounts.csv"), *field[4];
    int n = 0;
    for (char *line = strchr(text, '\n') + 1, *next; *line != '\0'; line = next, n++) {
        next = line + strcspn(line, "\n") + 1;
        ck_assert_int_eq(split(line, field, 4), 4);
        const bool oral = strncmp(field[0], "ORAL", 4) == 0, more = strchr(field[0], '3') != NULL;
        const struct rsp_dose dose = {
            .amount_mg = 100, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_IV, .state = oral ? 0 : 1};
        const double volume[] = {1, 10, 20, 30}, want = number(field[3]);
        const int state = state_of(field[1]);
        const double amount = level(model[more], &dose, state, number(field[2])) * 1e-3 * volume[state];
        ck_assert_msg(fabs(amount - want) <= 5e-8 * want, "%s %s at %s h: %.12g, NONMEM %.12g", field[0],
            field[1], field[2], amount, want);
    }
    ck_assert_int_gt(n, 20);
    free(text);
    rsp_model_free(model[0]);
    rsp_model_free(model[1]);
}
END_TEST

START_TEST(doses_into_any_compartment_are_those_of_nonmem)
{
    if (!fit_data_there())
        return;
    /* case, advan, CL, V1, Q2, V2, Q3, V3, KA, dose_amt, dose_rate, dose_state, time_h, conc_central */
    char *text = fit_data_text("ferx_nonmem_dose_compartment.csv"), *f[14];
    int n = 0;
    for (char *line = strchr(text, '\n') + 1, *next; *line != '\0'; line = next, n++) {
        next = line + strcspn(line, "\n") + 1;
        ck_assert_int_eq(split(line, f, 14), 14);
        const struct values v = {number(f[2]), number(f[3]), number(f[4]), number(f[5]),
            f[6][0] != '\0' ? number(f[6]) : 1e-13, f[7][0] != '\0' ? number(f[7]) : 30,
            f[8][0] != '\0' ? number(f[8]) : 1};
        struct rsp_model *model = model_with(&v);
        const double rate = number(f[10]), want = number(f[13]);
        const struct rsp_dose dose = {.amount_mg = number(f[9]),
            .duration_h = rate > 0 ? number(f[9]) / rate : 0,
            .drug = RSP_DRUG_ESKETAMINE,
            .route = RSP_ROUTE_IV,
            .state = state_of(f[11])};
        const double value = level(model, &dose, 1, number(f[12])) * 1e-3;
        ck_assert_msg(fabs(value - want) <= (rate > 0 ? 2e-5 : 5e-8) * want,
            "%s at %s h: %.12g, NONMEM %.12g", f[0], f[12], value, want);
        rsp_model_free(model);
    }
    ck_assert_int_ge(n, 12);
    free(text);
}
END_TEST

RUN_TESTS("reference amounts", amounts_are_those_of_nonmem, doses_into_any_compartment_are_those_of_nonmem)
