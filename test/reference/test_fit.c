/* Modes, objectives and standard errors of other programs: posologyr, mapbayr, NONMEM. See README.md. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fit_support.h"

/* 2 n log 1000: the references measure in mg/L, the output's name says ng/mL. */
static double in_mg_per_l(const struct rsp_fit_result *r)
{
    return r->ofv - 2 * (double)r->n_used_value * log(1000);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct reference {
    const char *model, *data, *etas;
    bool one_record;
    /* People (1-based) whose etas differ because the reference stopped above our objective; the most by which
     * any reference objective lies below ours. */
    int worse_there[4];
};

static const struct reference references[] = {
    {"posologyr_001", "posologyr_data_to_fit001_dist.csv", "posologyr_map_eta_ofv_001.csv", false, {0}},
    {"posologyr_003", "posologyr_data_to_fit003_dist.csv", "posologyr_map_eta_ofv_003.csv", false, {0}},
    {"posologyr_006", "posologyr_data_to_fit006_dist.csv", "posologyr_map_eta_ofv_006.csv", true, {7, 17}},
    {"posologyr_101", "posologyr_data_to_fit101_dist.csv", "posologyr_map_eta_ofv_101.csv", false, {0}},
};

START_TEST(modes_and_objectives_are_those_of_posologyr)
{
    const struct reference *ref = &references[_i];
    struct fit_case c;
    size_t n_row, n_column, n = 0;
    if (!fit_data_there())
        return;
    fit_open(&c, ref->model, ref->data, true, ref->one_record);
    fit_run(&c, NULL);
    double *table = fit_table(ref->etas, &n_row, &n_column),
           *difference = calloc(n_row * n_column, sizeof *difference);
    ck_assert_uint_eq(n_row, c.data->n);
    for (size_t i = 0; i < n_row; i++) {
        const double *row = table + i * n_column;
        const struct rsp_fit_result *r = &c.result[i];
        bool worse = false;
        for (int k = 0; k < 4; k++)
            worse = worse || ref->worse_there[k] == (int)i + 1;
        ck_assert_uint_eq(r->n_effect, n_column - 1);
        ck_assert_msg(r->verdict.converged, "%s %zu did not converge", ref->model, i + 1);
        /* never above the reference, to the digits of an optimiser */
        ck_assert_msg(in_mg_per_l(r) <= row[n_column - 1] + 1e-5, "%s %zu: objective %.9g, posologyr %.9g",
            ref->model, i + 1, in_mg_per_l(r), row[n_column - 1]);
        if (worse) {
            ck_assert_msg(
                in_mg_per_l(r) < row[n_column - 1] - 0.1, "%s %zu is no exception", ref->model, i + 1);
            continue;
        }
        ck_assert_double_eq_tol(in_mg_per_l(r), row[n_column - 1], 1e-3);
        for (size_t j = 0; j + 1 < n_column; j++) {
            difference[n] = fabs(r->eta[j] - row[j]);
            ck_assert_msg(difference[n] < 1e-2, "%s %zu eta %zu: %.9g, posologyr %.9g", ref->model, i + 1,
                j + 1, r->eta[j], row[j]);
            n++;
        }
    }
    qsort(difference, n, sizeof *difference, by_value);
    ck_assert_msg(difference[n / 2] < 1e-4, "%s: median difference %g", ref->model, difference[n / 2]);
    printf("# %s: %zu etas, median difference %.1e, largest %.1e\n", ref->model, n, difference[n / 2],
        difference[n - 1]);
    free(difference);
    free(table);
    fit_close(&c);
}
END_TEST

/* NONMEM's ETC is the inverse of half the second derivatives without the curvature of the predictions: ours. Its
 * OBJ adds log det of the covariances of etas and of the prior. */
START_TEST(modes_covariances_and_objectives_are_those_of_nonmem)
{
    struct fit_case c;
    size_t n_row, n_column;
    if (!fit_data_there())
        return;
    fit_open(&c, "posologyr_001", "mapbayr_data_to_fit001.csv", true, false);
    fit_run(&c, NULL);
    double *table = fit_table("mapbayr_nonmem_run001_phi.csv", &n_row, &n_column);
    ck_assert_uint_eq(n_row, c.data->n);
    for (size_t i = 0; i < n_row; i++) {
        const double *row = table + i * n_column;
        const struct rsp_fit_result *r = &c.result[i];
        for (size_t j = 0; j < 3; j++)
            ck_assert_double_eq_tol(r->eta[j], row[2 + j], 1e-4);
        for (size_t j = 0, at = 5; j < 3; j++)
            for (size_t k = 0; k <= j; k++, at++)
                ck_assert_msg(fabs(r->covariance[j * 3 + k] - row[at]) < 2e-3 * 0.2 + 1e-2 * fabs(row[at]),
                    "person %zu covariance %zu %zu: %.9g, NONMEM %.9g", i + 1, j + 1, k + 1,
                    r->covariance[j * 3 + k], row[at]);
    }
    free(table);
    fit_close(&c);
}
END_TEST

START_TEST(the_two_compartment_case_has_the_etas_of_three_programs)
{
    static const double eta[] = {0.022748, 0.146647, -0.046005};
    struct fit_case c;
    if (!fit_data_there())
        return;
    fit_open(&c, "map_case_two_cpt", "map_case_two_cpt.csv", false, false);
    fit_run(&c, NULL);
    for (size_t j = 0; j < 3; j++)
        ck_assert_double_eq_tol(c.result[0].eta[j], eta[j], 2e-6);
    ck_assert(c.result[0].verdict.usable);
    fit_close(&c);
}
END_TEST

/* Monolix samples the posterior of the same data, with a residual SD (not variance) of 0.05: its means and SDs,
 * within the error of both samplers. */
static const struct {
    const char *model, *data, *etas;
    size_t n, mean[4], sd[4]; /* columns of our effects there */
} monolix[] = {
    {"monolix_001", "posologyr_data_to_fit001_dist.csv", "posologyr_monolix_eta_001.csv", 3, {6, 5, 4},
        {9, 8, 7}},
    {"monolix_101", "posologyr_data_to_fit101_dist.csv", "posologyr_monolix_eta_101.csv", 4, {7, 8, 6, 10},
        {12, 13, 11, 15}},
};

START_TEST(posterior_means_are_those_of_monolix)
{
    struct fit_case c;
    size_t n_row, n_column;
    if (!fit_data_there())
        return;
    fit_open(&c, monolix[_i].model, monolix[_i].data, true, false);
    fit_run(&c, &(struct rsp_fit_options){.method = RSP_FIT_POSTERIOR, .n_draw = 4000, .seed = 7});
    double *table = fit_table(monolix[_i].etas, &n_row, &n_column);
    ck_assert_uint_eq(n_row, c.data->n);
    for (size_t i = 0; i < n_row; i++) {
        const struct rsp_fit_result *r = &c.result[i];
        const size_t n = r->n_effect;
        ck_assert_double_lt(r->pareto_k, 0.7);
        ck_assert_double_gt(r->effective_n, 1000);
        for (size_t j = 0; j < n; j++) {
            double mean = 0, square = 0;
            for (size_t k = 0; k < r->n_draw; k++)
                mean += r->draw_eta[k * n + j] / (double)r->n_draw;
            for (size_t k = 0; k < r->n_draw; k++)
                square += pow(r->draw_eta[k * n + j] - mean, 2) / (double)r->n_draw;
            const double *row = table + i * n_column;
            const double monolix_mean = row[monolix[_i].mean[j]], monolix_sd = row[monolix[_i].sd[j]];
            ck_assert_msg(fabs(mean - monolix_mean) < 0.1 * monolix_sd,
                "%s %zu eta %zu: mean %.4g, Monolix %.4g (SD %.3g)", monolix[_i].model, i + 1, j + 1, mean,
                monolix_mean, monolix_sd);
            ck_assert_msg(fabs(sqrt(square) / monolix_sd - 1) < 0.1, "%s %zu eta %zu: SD %.4g, Monolix %.4g",
                monolix[_i].model, i + 1, j + 1, sqrt(square), monolix_sd);
        }
    }
    free(table);
    fit_close(&c);
}
END_TEST

/* Values below quantification, effects of the occasion and steady state: the modes of independent_fit.py. */
START_TEST(modes_are_those_of_a_second_method)
{
    static const char *const cases[][2] = {{"ferx_warfarin", "ferx_warfarin_bloq.csv"},
        {"ferx_warfarin_iov", "ferx_warfarin_iov.csv"}, {"ferx_ss_oral", "ferx_ss_oral_q24.csv"}};
    struct fit_case c;
    char line[512], model[64], id[64];
    if (!fit_data_there())
        return;
    fit_open(&c, cases[_i][0], cases[_i][1], true, false);
    fit_run(&c, NULL);
    FILE *file = fopen(FITS, "r");
    ck_assert_ptr_nonnull(file);
    size_t n = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        double ofv;
        int used = 0;
        if (sscanf(line, "%63s %63s %lf %n", model, id, &ofv, &used) != 3 || strcmp(model, cases[_i][0]) != 0)
            continue;
        const struct rsp_fit_result *r = &c.result[n];
        ck_assert_str_eq(id, c.events->subject[n++].id);
        ck_assert_msg(fabs(in_mg_per_l(r) - ofv) < 1e-5, "%s %s: objective %.9g, second method %.9g", model,
            id, in_mg_per_l(r), ofv);
        char *at = line + used;
        for (size_t j = 0; j < r->n_effect; j++)
            ck_assert_msg(
                fabs(r->eta[j] - strtod(at, &at)) < 2e-5, "%s %s eta %zu: %.9g", model, id, j + 1, r->eta[j]);
    }
    ck_assert_uint_eq(n, c.data->n);
    fclose(file);
    fit_close(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference fit");
    TCase *tcase = tcase_create("reference fit");
    tcase_set_timeout(tcase, 0);
    tcase_add_loop_test(tcase, modes_and_objectives_are_those_of_posologyr, 0, 4);
    tcase_add_test(tcase, modes_covariances_and_objectives_are_those_of_nonmem);
    tcase_add_test(tcase, the_two_compartment_case_has_the_etas_of_three_programs);
    tcase_add_loop_test(tcase, posterior_means_are_those_of_monolix, 0, 2);
    tcase_add_loop_test(tcase, modes_are_those_of_a_second_method, 0, 3);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
