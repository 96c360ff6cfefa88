/* Curves of the shipped models against those of a second program (independent.py -> curves.tsv). */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

enum { MAX_LINE = 1024, N_FIELD = 6, MAX_DOSE = 8, MAX_COVARIATE = 16 };

/* Runge-Kutta steps limit the one model whose clearance grows with time; the others are exact. */
static const double exact_tolerance = 1e-9, stepped_tolerance = 1e-6;

struct row {
    char text[MAX_LINE];
    char *field[N_FIELD]; /* model, doses, covariates, output, time in h, value */
};

static bool read_row(FILE *file, struct row *row)
{
    if (fgets(row->text, sizeof row->text, file) == NULL)
        return false;
    char *at = row->text;
    for (int i = 0; i < N_FIELD; i++) {
        row->field[i] = at;
        at += strcspn(at, "\t\n");
        ck_assert_msg(*at != '\0', "a row of curves.tsv has %d fields", i + 1);
        *at++ = '\0';
    }
    return true;
}

static double number(const char *text)
{
    char *end = NULL;
    const double value = strtod(text, &end);
    ck_assert_msg(end != text, "'%s' is no number", text);
    return value;
}

static void read_covariates(const struct rsp_model *model, char *text, double value[MAX_COVARIATE])
{
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++)
        value[i] = rsp_model_covariate(model, i)->reference;
    while (*text != '\0') {
        char *name = text, *equals = strchr(text, '=');
        ck_assert_ptr_nonnull(equals);
        text += strcspn(text, ";");
        text += *text == ';' ? (*text = '\0', 1) : 0;
        *equals = '\0';
        const int i = rsp_model_covariate_find(model, name);
        ck_assert_msg(i >= 0, "no covariate '%s'", name);
        const struct rsp_model_covariate *c = rsp_model_covariate(model, (size_t)i);
        if (!c->categorical) {
            value[i] = number(equals + 1);
            continue;
        }
        for (size_t k = 0; k < c->n_level; k++)
            if (strcmp(c->level[k], equals + 1) == 0)
                value[i] = (double)k;
    }
}

static size_t read_doses(char *text, double weight_kg, struct rsp_dose dose[MAX_DOSE])
{
    size_t n = 0;
    while (*text != '\0') {
        struct rsp_dose_text parsed;
        struct rsp_error err = {0};
        size_t added = 0;
        char *one = text + strspn(text, " ");
        text += strcspn(text, ";");
        text += *text == ';' ? (*text = '\0', 1) : 0;
        ck_assert_msg(rsp_dose_text_parse(one, &parsed, &err) == RSP_OK, "%s: %s", one, err.message);
        ck_assert(rsp_dose_text_expand(&parsed, weight_kg, MAX_DOSE - n, dose + n, &added, &err) == RSP_OK);
        n += added;
    }
    return n;
}

static double simulated(struct row *row)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    double covariate[MAX_COVARIATE], value = NAN;
    const double *column[MAX_COVARIATE];
    const size_t stride[MAX_COVARIATE] = {0};
    struct rsp_dose dose[MAX_DOSE];
    ck_assert_msg(rsp_model_shipped(row->field[0], &model, &err) == RSP_OK, "%s", err.message);
    ck_assert_uint_le(rsp_model_n_covariate(model), MAX_COVARIATE);
    read_covariates(model, row->field[2], covariate);
    for (size_t i = 0; i < MAX_COVARIATE; i++)
        column[i] = &covariate[i];
    const int weight = rsp_model_covariate_find(model, "weight_kg");
    const double time_h = number(row->field[4]);
    const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
    const struct rsp_schedule schedule = {.dose = dose,
        .n_dose = read_doses(row->field[1], weight >= 0 ? covariate[weight] : NAN, dose),
        .n_time = 1,
        .time_h = &time_h};
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    const int output = rsp_model_output_find(model, row->field[3]);
    ck_assert_msg(output >= 0, "%s has no output %s", row->field[0], row->field[3]);
    ck_assert_msg(rsp_simulate(model, &people, &schedule, 1, &output, &options, &value, &err) == RSP_OK, "%s",
        err.message);
    rsp_model_free(model);
    return value;
}

START_TEST(every_shipped_model_gives_the_curves_of_a_second_program)
{
    FILE *file = fopen(RSP_CURVES, "r");
    struct row row;
    size_t n = 0;
    ck_assert_msg(file != NULL, "cannot open %s", RSP_CURVES);
    while (read_row(file, &row)) {
        const double wanted = number(row.field[5]);
        const double tolerance = strcmp(row.field[0], "flint2017") == 0 ? stepped_tolerance : exact_tolerance;
        const double got = simulated(&row);
        ck_assert_msg(fabs(got - wanted) <= tolerance * fabs(wanted),
            "%s %s at %s h: %.15g, the second program has %.15g", row.field[0], row.field[3], row.field[4],
            got, wanted);
        n++;
    }
    fclose(file);
    ck_assert_uint_ge(n, 400);
}
END_TEST

RUN_TESTS("reference", every_shipped_model_gives_the_curves_of_a_second_program)
