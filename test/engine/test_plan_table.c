/* The relief model beside published courses. Expected values: an independent calculation by sums of exponentials
 * (Otto 2021 disposition at 70 kg, Dahan 2011 effect site), printed to the digits given here. That calculation
 * counted days in steps of 3 h, so that its days are up to 0.125 d short; fractions are held to half of their last
 * digit and 0.001 for its rounded rate constants. */
#include "../base/suite.h"

#include <math.h>

#include <respite/dose.h>
#include <respite/model.h>

#include "plan/relief_table.h"

enum { MAX_TEXT = 12, MAX_DOSE = 64, N_DAY = 6 };

static const double day_after_end[N_DAY] = {0, 7, 14, 28, 56, 84};

struct expected {
    const char *dose[MAX_TEXT]; /* as given; racemate is halved */
    double esketamine_mg, peak_pct, best_peak_pct;
    double mean_pain[N_DAY];
    double days_30, low, high, days_50;
};

static const struct expected expected[] = {
    /* Sigtermans 2009 */
    {{"10 mg/h esketamine iv for 24 h", "22.2 mg/h esketamine iv for 76.8 h at 24 h"}, 1945, 82, 95,
        {0.45, 0.50, 0.56, 0.71, 0.92, 0.98}, 37.4, 17, 79, 24.1},
    /* Mangnus 2022, range of the protocol */
    {{"3 mg/h esketamine iv for 7 d"}, 504, 51, 81, {0.66, 0.72, 0.79, 0.90, 0.98, 1.00}, 14.6, 0, 38, 1.2},
    {{"5 mg/h esketamine iv for 7 d"}, 840, 64, 88, {0.57, 0.64, 0.71, 0.84, 0.97, 0.99}, 22.6, 6, 53, 9.4},
    {{"7 mg/h esketamine iv for 7 d"}, 1176, 71, 91, {0.52, 0.58, 0.66, 0.80, 0.95, 0.99}, 28.0, 12, 63,
        14.6},
    {{"10 mg/h esketamine iv for 7 d"}, 1680, 78, 93, {0.48, 0.53, 0.60, 0.74, 0.94, 0.99}, 33.6, 15, 73,
        20.2},
    {{"14 mg/h esketamine iv for 7 d"}, 2352, 83, 95, {0.44, 0.49, 0.55, 0.69, 0.92, 0.98}, 38.9, 18, 83,
        25.5},
    /* KetCRPS-2, both arms at the protocol's maximum */
    {{"14 mg/h esketamine iv for 6 d"}, 2016, 81, 95, {0.46, 0.50, 0.56, 0.71, 0.92, 0.99}, 36.9, 17, 79,
        23.6},
    {{"14 mg/h esketamine iv for 6 h every 2 wk x6"}, 504, 26, 54, {0.85, 0.87, 0.91, 0.96, 0.99, 1.00}, 0.0,
        0, 15, 0.0},
    /* Goldberg 2010, lowest and highest rate; Goldberg 2005 */
    {{"25 mg/h ketamine iv for 5 d"}, 1500, 77, 93, {0.49, 0.54, 0.61, 0.75, 0.94, 0.99}, 32.8, 15, 71, 19.4},
    {{"40 mg/h ketamine iv for 5 d"}, 2400, 84, 96, {0.44, 0.48, 0.54, 0.68, 0.91, 0.98}, 40.1, 18, 85, 26.8},
    {{"60 mg ketamine iv over 4 h every 1 d x10"}, 300, 37, 69, {0.76, 0.81, 0.87, 0.94, 0.99, 1.00}, 5.5, 0,
        21, 0.0},
    /* Correll 2004, mean rate and upper end of the range */
    {{"20 mg/h ketamine iv for 112.8 h"}, 1128, 72, 91, {0.52, 0.58, 0.65, 0.80, 0.95, 0.99}, 28.4, 13, 62,
        15.0},
    {{"50 mg/h ketamine iv for 112.8 h"}, 2820, 86, 96, {0.42, 0.46, 0.51, 0.65, 0.90, 0.98}, 42.8, 20, 90,
        29.5},
    /* Kiefer 2008, anaesthetic dose */
    {{"3 mg/kg/h ketamine iv for 1 d", "4 mg/kg/h ketamine iv for 1 d at 1 d",
         "5 mg/kg/h ketamine iv for 1 d at 2 d", "6 mg/kg/h ketamine iv for 1 d at 3 d",
         "7 mg/kg/h ketamine iv for 1 d at 4 d"},
        21000, 98, 100, {0.34, 0.35, 0.36, 0.40, 0.61, 0.87}, 74.6, 36, 149, 61.2},
    /* Goebel 2015; Amr 2010 */
    {{"0.5 mg/kg/h ketamine iv for 5 d"}, 2100, 82, 95, {0.45, 0.49, 0.56, 0.70, 0.92, 0.98}, 38.0, 18, 81,
        24.6},
    {{"80 mg ketamine iv over 5 h every 1 d x7"}, 280, 37, 71, {0.76, 0.81, 0.86, 0.94, 0.99, 1.00}, 5.8, 0,
        21, 0.0},
    /* single infusions: Noppers 2011, Pickering 2020, Lumanauw 2019, and an emergency dose */
    {{"0.5 mg/kg esketamine iv over 30 min"}, 35, 8, 28, {0.99, 0.96, 0.97, 0.99, 1.00, 1.00}, 0.0, 0, 0,
        0.0},
    {{"0.5 mg/kg ketamine iv over 2 h"}, 17.5, 4, 17, {0.99, 0.98, 0.99, 0.99, 1.00, 1.00}, 0.0, 0, 0, 0.0},
    {{"0.5 mg/kg ketamine iv over 20 min"}, 17.5, 4, 17, {1.00, 0.98, 0.99, 0.99, 1.00, 1.00}, 0.0, 0, 0,
        0.0},
    {{"0.3 mg/kg ketamine iv over 15 min"}, 10.5, 2, 11, {1.00, 0.99, 0.99, 1.00, 1.00, 1.00}, 0.0, 0, 0,
        0.0},
    /* short series: Kim 2015, Tankha 2025 */
    {{"1 mg/kg ketamine iv over 1 h every 2 d x3"}, 105, 19, 50, {0.90, 0.91, 0.94, 0.97, 0.99, 1.00}, 0.0, 0,
        7, 0.0},
    {{"0.5 mg/kg ketamine iv over 40 min every 1 d x5"}, 87.5, 16, 46, {0.90, 0.92, 0.95, 0.98, 1.00, 1.00},
        0.0, 0, 6, 0.0},
    /* Schwenk 2018 as flat rate; Trinity 2023; inpatient cohort 2021 */
    {{"65.2 mg/h ketamine iv for 5 d"}, 3912, 90, 97, {0.40, 0.43, 0.47, 0.60, 0.86, 0.97}, 47.8, 22, 99,
        34.5},
    {{"0.48 mg/kg/h ketamine iv for 51.9 h"}, 872, 67, 90, {0.55, 0.61, 0.68, 0.82, 0.96, 0.99}, 25.5, 9, 56,
        12.2},
    {{"24 mg/h ketamine iv for 5 d"}, 1440, 76, 93, {0.49, 0.55, 0.61, 0.76, 0.94, 0.99}, 32.1, 15, 70, 18.8},
};
enum { N_EXPECTED = sizeof expected / sizeof *expected };

static struct rsp_model *model;
static const double person[8] = {70, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

static void load(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped("otto2021+dahan2011", &model, &err) == RSP_OK, "%s", err.message);
    ck_assert_int_eq(rsp_model_covariate_find(model, "weight_kg"), 0);
}

static void unload(void)
{
    rsp_model_free(model);
}

static size_t esketamine_doses(const char *const text[], struct rsp_dose dose[])
{
    size_t n = 0;
    for (size_t i = 0; i < MAX_TEXT && text[i] != NULL; i++) {
        struct rsp_dose_text parsed;
        size_t added = 0;
        ck_assert_int_eq(rsp_dose_text_parse(text[i], &parsed, NULL), RSP_OK);
        ck_assert_int_eq(rsp_dose_text_expand(&parsed, 70, MAX_DOSE - n, dose + n, &added, NULL), RSP_OK);
        for (size_t k = n; k < n + added; k++) {
            if (dose[k].drug == RSP_DRUG_KETAMINE)
                dose[k].amount_mg /= 2;
            dose[k].drug = RSP_DRUG_ESKETAMINE;
        }
        n += added;
    }
    return n;
}

static void compute(const char *const text[], struct rsp_relief_row *row)
{
    struct rsp_dose dose[MAX_DOSE];
    const struct rsp_relief_course course = {
        .n_dose = esketamine_doses(text, dose), .dose = dose, .n_day = N_DAY, .day_after_end = day_after_end};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_relief_table(model, person, 1, &course, row, &err) == RSP_OK, "%s", err.message);
}

/* Counted in steps of 3 h, then rounded to the printed digit. */
static void assert_days(double computed, double printed, double rounding)
{
    ck_assert_double_ge(computed, printed - rounding - 0.001);
    ck_assert_double_le(computed, printed + rounding + 0.126);
}

START_TEST(every_published_course_gives_the_relief_of_the_independent_calculation)
{
    const struct expected *e = &expected[_i];
    struct rsp_relief_row row;
    compute(e->dose, &row);
    ck_assert_double_eq_tol(row.amount_mg, e->esketamine_mg, 1.0);
    ck_assert_double_eq_tol(100 * row.peak_relief_frac.typical, e->peak_pct, 0.51);
    ck_assert_double_eq_tol(100 * row.peak_relief_frac.high, e->best_peak_pct, 0.6);
    for (size_t i = 0; i < N_DAY; i++)
        ck_assert_double_eq_tol(row.mean_pain_frac[i].typical, e->mean_pain[i], 0.006);
    assert_days(row.days_30.typical, e->days_30, 0.05);
    assert_days(row.days_30.low, e->low, 0.5);
    assert_days(row.days_30.high, e->high, 0.5);
    assert_days(row.days_50.typical, e->days_50, 0.05);
    rsp_relief_rows_free(1, &row);
}
END_TEST

START_TEST(hundred_hours_of_22_2_mg_per_hour_give_about_43_days_of_relief_in_all)
{
    /* Runge-Kutta with steps of 30 s: 0.442 d to 43.510 d, peak 0.8344 */
    const char *const text[MAX_TEXT] = {"22.2 mg/h esketamine iv for 100 h"};
    struct rsp_relief_row row;
    compute(text, &row);
    ck_assert_double_eq_tol(row.days_30_in_all.typical, 43.068, 0.02);
    ck_assert_double_eq_tol(row.days_30.typical, 39.343, 0.01);
    ck_assert_double_eq_tol(row.peak_relief_frac.typical, 0.8344, 0.0002);
    rsp_relief_rows_free(1, &row);
}
END_TEST

START_TEST(ten_infusions_of_four_hours_peak_near_49_percent_and_give_about_19_days)
{
    /* Runge-Kutta with steps of 30 s: 19.225 d in all, 13.300 after the end, peak 0.4898 */
    const char *const text[MAX_TEXT] = {"0.35 mg/kg/h ketamine iv for 4 h every 1 d x10"};
    struct rsp_relief_row row;
    compute(text, &row);
    ck_assert_double_eq_tol(row.peak_relief_frac.typical, 0.4898, 0.0005);
    ck_assert_double_eq_tol(row.days_30_in_all.typical, 19.225, 0.03);
    ck_assert_double_eq_tol(row.days_30.typical, 13.300, 0.02);
    rsp_relief_rows_free(1, &row);
}
END_TEST

START_TEST(nobody_is_above_30_percent_after_the_typical_responder_has_crossed)
{
    const char *const text[MAX_TEXT] = {"25 mg/h ketamine iv for 5 d"}; /* 32.8 days */
    struct rsp_relief_row row;
    compute(text, &row);
    ck_assert_double_eq_tol(row.share_30[3], 0.67, 1e-9);
    ck_assert_double_eq(row.share_30[4], 0.0);
    rsp_relief_rows_free(1, &row);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan table");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_checked_fixture(all, load, unload);
    tcase_add_loop_test(
        all, every_published_course_gives_the_relief_of_the_independent_calculation, 0, N_EXPECTED);
    tcase_add_test(all, hundred_hours_of_22_2_mg_per_hour_give_about_43_days_of_relief_in_all);
    tcase_add_test(all, ten_infusions_of_four_hours_peak_near_49_percent_and_give_about_19_days);
    tcase_add_test(all, nobody_is_above_30_percent_after_the_typical_responder_has_crossed);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
