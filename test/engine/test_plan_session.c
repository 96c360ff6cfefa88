/* The hours of a session: levels, peaks, windows. */
#include "../base/suite.h"

#include <math.h>

#include <respite/dose.h>
#include <respite/plan.h>

static const double person[8] = {70, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

static size_t expand(const char *text, struct rsp_dose dose[], size_t n_max)
{
    struct rsp_dose_text parsed;
    size_t n = 0;
    ck_assert_int_eq(rsp_dose_text_parse(text, &parsed, NULL), RSP_OK);
    ck_assert_int_eq(rsp_dose_text_expand(&parsed, 70, n_max, dose, &n, NULL), RSP_OK);
    return n;
}

static rsp_status forecast(const char *id, const char *text, double to_h, const char *output,
    const struct rsp_plan_options *options, struct rsp_session_forecast *made)
{
    struct rsp_dose dose[32];
    struct rsp_model *model = NULL;
    const size_t n = expand(text, dose, 32);
    ck_assert_int_eq(rsp_model_shipped(id, &model, NULL), RSP_OK);
    const struct rsp_session_window window = {n, dose, 0, to_h, output};
    const rsp_status status = rsp_plan_session(model, person, &window, options, made, NULL);
    rsp_model_free(model);
    return status;
}

START_TEST(the_level_peaks_at_the_end_of_a_short_infusion)
{
    /* Otto 2021, 10 mg over 30 min at 70 kg: typical peak 49.9 ng/mL at 30 min */
    const struct rsp_plan_options options = {.seed = 1, .n_subject = 4000};
    struct rsp_session_forecast f;
    ck_assert_int_eq(
        forecast("otto2021", "10 mg esketamine iv over 30 min", 3, "esketamine_ng_per_ml", &options, &f),
        RSP_OK);
    ck_assert_double_eq_tol(f.peak_min.p50, 30, 1e-6);
    ck_assert_double_eq_tol(f.peak.p50, 49.9, 2.5);
    ck_assert_double_eq(f.curve.time[0], 0);
    ck_assert_double_eq_tol(f.curve.time[f.curve.n - 1], 180, 1e-9);
    rsp_session_forecast_free(&f);
}
END_TEST

START_TEST(a_push_peaks_at_once)
{
    struct rsp_session_forecast f;
    ck_assert_int_eq(
        forecast("otto2021", "10 mg esketamine iv", 1, "esketamine_ng_per_ml", NULL, &f), RSP_OK);
    ck_assert_double_eq(f.peak_min.p95, 0);
    ck_assert_double_eq_tol(f.peak.p50, 1000 * 10 / 133.0, 6);
    rsp_session_forecast_free(&f);
}
END_TEST

START_TEST(bands_are_in_order_and_never_negative)
{
    struct rsp_session_forecast f;
    ck_assert_int_eq(forecast("simons2022+olofsen2022", "35 mg esketamine iv over 40 min", 4,
                         "dissociation_pct", NULL, &f),
        RSP_OK);
    for (size_t i = 0; i < f.curve.n; i++)
        for (size_t k = 0; k < RSP_CURVE_BANDS; k++) {
            ck_assert_double_ge(f.curve.band[k][i], 0);
            ck_assert_double_le(f.curve.band[k][i], 100);
            ck_assert(k == 0 || f.curve.band[k][i] >= f.curve.band[k - 1][i]);
        }
    ck_assert_double_ge(f.peak.p50, f.curve.band[2][f.curve.n / 2]);
    rsp_session_forecast_free(&f);
}
END_TEST

START_TEST(a_rise_of_blood_pressure_is_near_the_published_calculation)
{
    /* 35 mg racemate over 40 min at 70 kg: +11 mmHg by an independent Runge-Kutta run */
    struct rsp_session_forecast f;
    ck_assert_int_eq(
        forecast("abuhelwa2022", "35 mg ketamine iv over 40 min", 4, "sbp_rise_mmhg", NULL, &f), RSP_OK);
    ck_assert_double_eq_tol(f.peak.p50, 11, 0.5);
    rsp_session_forecast_free(&f);
}
END_TEST

START_TEST(windows_that_make_no_sense_are_refused)
{
    struct rsp_session_forecast f;
    const double bad_h[] = {0, -1, 25, NAN, INFINITY};
    for (size_t i = 0; i < sizeof bad_h / sizeof *bad_h; i++)
        ck_assert_int_eq(
            forecast("otto2021", "10 mg esketamine iv", bad_h[i], "esketamine_ng_per_ml", NULL, &f),
            RSP_E_DOMAIN);
    ck_assert_int_eq(
        forecast("otto2021", "10 mg esketamine iv", 1, "no_such_output", NULL, &f), RSP_E_UNKNOWN);
}
END_TEST

RUN_TESTS("plan session", the_level_peaks_at_the_end_of_a_short_infusion, a_push_peaks_at_once,
    bands_are_in_order_and_never_negative, a_rise_of_blood_pressure_is_near_the_published_calculation,
    windows_that_make_no_sense_are_refused)
