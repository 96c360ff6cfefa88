/* The JSON object of an advice: its keys, its nulls, and that it says what the sentences say. */
#include "../base/suite.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "advise_support.h"
#include "service/advise_json.h"
#include "service/settings.h"

static const char *const regimens[] = {"22.2 mg/h esketamine iv for 100 h",
    "0.5 mg/kg ketamine iv over 40 min every 48 h x5", "25 mg ketamine sc",
    "84 mg esketamine nasal every 3 d x8", "35 mg arketamine iv over 40 min",
    "30 mg/h esketamine iv for 240 h"};
enum { N_REGIMEN = sizeof regimens / sizeof *regimens };

static json_t *json_of(const struct rsp_advice *advice)
{
    char *text = NULL;
    struct rsp_error err = {0};
    json_error_t where;
    ck_assert_msg(rsp_advice_json(advice, &text, &err) == RSP_OK, "%s", err.message);
    ck_assert_ptr_null(strstr(text, ": nan,"));
    ck_assert_ptr_null(strstr(text, ": inf,"));
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &where);
    ck_assert_msg(root != NULL, "%s", where.text);
    free(text);
    return root;
}

static void has_keys(const json_t *object, const char *const key[])
{
    for (; *key != NULL; key++)
        ck_assert_msg(json_object_get(object, *key) != NULL, "key %s is missing", *key);
}

static const char *const predictions[] = {"response_class_probability", "placebo_response_probability",
    "relief_days_30", "relief_days_50", "onset_day", "return_day", "next_infusion_day", "peak_relief_frac",
    "peak_esketamine_ng_per_ml", "peak_dissociation_pct", "peak_sbp_rise_mmhg", NULL};

START_TEST(every_promised_key_is_there_whatever_is_predicted)
{
    static const char *const top[] = {
        "candidacy", "regimen", "prediction", "evidence", "basis", "sentences", NULL};
    static const char *const candidacy[] = {"status", "findings", "missing", NULL};
    static const char *const finding[] = {
        "rule", "version", "severity", "gate", "known", "text", "action", "source", "facts", NULL};
    static const char *const regimen[] = {"text", "doses", "total_mg", "limits", NULL};
    static const char *const other[] = {"p_relief_30", "p_relief_50", "expected_relief_days_30",
        "expected_relief_days_50", "site", "curve", "session", NULL};
    static const char *const basis[] = {
        "models", "rules_version", "assumptions", "inputs", "missing", "seed", "n_subjects", NULL};
    static const char *const quantile[] = {
        "p05", "p25", "p50", "p75", "p95", "status", "validity", "reason", NULL};
    struct advised a;
    advise_condition(&a, "crps", regimens[_i]);
    json_t *root = json_of(a.advice);
    has_keys(root, top);
    has_keys(json_object_get(root, "candidacy"), candidacy);
    const json_t *findings = json_object_get(json_object_get(root, "candidacy"), "findings");
    ck_assert_uint_gt(json_array_size(findings), 0);
    for (size_t i = 0; i < json_array_size(findings); i++)
        has_keys(json_array_get(findings, i), finding);
    has_keys(json_object_get(root, "regimen"), regimen);
    has_keys(json_object_get(root, "basis"), basis);
    const json_t *prediction = json_object_get(root, "prediction");
    has_keys(prediction, predictions);
    has_keys(prediction, other);
    for (size_t i = 0; predictions[i] != NULL; i++)
        has_keys(json_object_get(prediction, predictions[i]), quantile);
    json_decref(root);
    advise_free(&a);
}
END_TEST

START_TEST(what_is_not_predicted_is_null_and_has_a_reason)
{
    struct advised a;
    advise_condition(&a, "crps", regimens[_i]);
    json_t *root = json_of(a.advice);
    const json_t *prediction = json_object_get(root, "prediction");
    for (size_t i = 0; predictions[i] != NULL; i++) {
        const json_t *q = json_object_get(prediction, predictions[i]);
        if (strcmp(json_string_value(json_object_get(q, "status")), "not_predicted") != 0)
            continue;
        ck_assert_msg(json_is_null(json_object_get(q, "p50")), "%s", predictions[i]);
        ck_assert_str_eq(json_string_value(json_object_get(q, "validity")), "none");
        ck_assert_uint_gt(json_string_length(json_object_get(q, "reason")), 5);
    }
    json_decref(root);
    advise_free(&a);
}
END_TEST

START_TEST(no_sentence_prints_what_is_no_number)
{
    struct advised a;
    advise_condition(&a, "crps", regimens[_i]);
    const struct rsp_advice *v = a.advice;
    const char *const sentence[] = {v->candidacy_sentence, v->regimen_sentence, v->relief_sentence,
        v->next_sentence, v->feel_sentence, v->limits_sentence};
    for (size_t i = 0; i < sizeof sentence / sizeof *sentence; i++) {
        ck_assert_uint_gt(strlen(sentence[i]), 10);
        ck_assert_msg(strchr(".!", sentence[i][strlen(sentence[i]) - 1]) != NULL, "%s", sentence[i]);
        ck_assert_ptr_null(strstr(sentence[i], "nan"));
        ck_assert_ptr_null(strstr(sentence[i], " inf "));
        ck_assert_ptr_null(strstr(sentence[i], ".."));
    }
    advise_free(&a);
}
END_TEST

START_TEST(the_curves_have_equal_lengths_and_doses_add_up)
{
    struct advised a;
    advise_condition(&a, "crps", regimens[1]);
    json_t *root = json_of(a.advice);
    const json_t *prediction = json_object_get(root, "prediction");
    const json_t *curve = json_object_get(prediction, "curve"),
                 *session = json_object_get(prediction, "session");
    const size_t n_day = json_array_size(json_object_get(curve, "time_d"));
    ck_assert_uint_gt(n_day, 20);
    ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(curve, "pain_nrs"), "p50")), n_day);
    const size_t n_min = json_array_size(json_object_get(session, "time_min"));
    static const char *const parts[] = {"esketamine_ng_per_ml", "dissociation_pct", "sbp_rise_mmhg"};
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(session, parts[i]), "p50")), n_min);
    ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(session, parts[0]), "p95")), n_min);
    /* blood pressure: no variability is published, so that no band is a statement */
    ck_assert(json_is_null(json_object_get(json_object_get(session, parts[2]), "p95")));
    const json_t *rise = json_object_get(prediction, "peak_sbp_rise_mmhg");
    ck_assert(json_is_null(json_object_get(rise, "p05")) && json_is_null(json_object_get(rise, "p95")));
    ck_assert_double_eq_tol(json_real_value(json_object_get(rise, "p50")), 11, 0.5);
    const json_t *regimen = json_object_get(root, "regimen"), *doses = json_object_get(regimen, "doses");
    double total_mg = 0;
    for (size_t i = 0; i < json_array_size(doses); i++)
        total_mg += json_real_value(json_object_get(json_array_get(doses, i), "amount_mg"));
    ck_assert_double_eq_tol(total_mg, json_real_value(json_object_get(regimen, "total_mg")), 1e-9);
    ck_assert_double_eq_tol(total_mg, 175, 1e-9);
    json_decref(root);
    advise_free(&a);
}
END_TEST

START_TEST(a_quantile_beyond_the_horizon_is_null_with_the_horizon_beside_it)
{
    struct advised a;
    advise_condition(&a, "crps", "22.2 mg/h esketamine iv for 100 h");
    a.advice->relief.relief_days_30.p95 = INFINITY;
    json_t *root = json_of(a.advice);
    const json_t *q = json_object_get(json_object_get(root, "prediction"), "relief_days_30");
    ck_assert(json_is_null(json_object_get(q, "p95")));
    ck_assert_double_eq_tol(json_real_value(json_object_get(q, "more_than_d")), 180, 1e-9);
    json_decref(root);
    advise_free(&a);
}
END_TEST

START_TEST(nothing_is_planned_in_numbers_either_for_somebody_who_is_no_candidate)
{
    struct advised a;
    advise_text(&a,
        "id: t\nage_y: 46\nsex: m\nweight_kg: 70\nbaseline_nrs: 7\ncondition: crps\nhistory: "
        "[active_psychosis]\n",
        regimens[0], NULL);
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    json_t *root = json_of(a.advice);
    const json_t *regimen = json_object_get(root, "regimen"),
                 *prediction = json_object_get(root, "prediction");
    ck_assert_uint_eq(json_array_size(json_object_get(regimen, "doses")), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(regimen, "limits")), 0);
    static const char *const none[] = {"text", "total_mg", "end_h", "within_limits", "protocol"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_msg(json_is_null(json_object_get(regimen, none[i])), "%s", none[i]);
    ck_assert_ptr_nonnull(
        strstr(json_string_value(json_object_get(regimen, "not_planned")), "not a candidate"));
    for (size_t i = 0; predictions[i] != NULL; i++)
        ck_assert_str_eq(
            json_string_value(json_object_get(json_object_get(prediction, predictions[i]), "status")),
            "not_predicted");
    ck_assert(json_is_null(json_object_get(prediction, "curve")));
    ck_assert(json_is_null(json_object_get(prediction, "p_relief_30")));
    json_decref(root);
    advise_free(&a);
}
END_TEST

START_TEST(the_note_of_a_published_result_and_of_a_protocol_is_written)
{
    struct advised a;
    advise_condition(&a, "crps", NULL);
    json_t *root = json_of(a.advice);
    ck_assert(json_is_string(json_object_get(json_object_get(root, "regimen"), "note")));
    const json_t *evidence = json_object_get(root, "evidence");
    ck_assert_uint_gt(json_array_size(evidence), 0);
    for (size_t i = 0; i < json_array_size(evidence); i++)
        ck_assert_ptr_nonnull(json_object_get(json_array_get(evidence, i), "note"));
    json_decref(root);
    advise_free(&a);
}
END_TEST

START_TEST(the_same_seed_writes_the_same_bytes)
{
    struct advised a, b;
    char *x = NULL, *y = NULL;
    advise_condition(&a, "crps", regimens[0]);
    advise_condition(&b, "crps", regimens[0]);
    ck_assert_int_eq(rsp_advice_json(a.advice, &x, NULL), RSP_OK);
    ck_assert_int_eq(rsp_advice_json(b.advice, &y, NULL), RSP_OK);
    ck_assert_str_eq(x, y);
    free(x);
    free(y);
    advise_free(&a);
    advise_free(&b);
}
END_TEST

START_TEST(a_text_cut_inside_a_character_does_not_spoil_the_object)
{
    struct advised a;
    advise_condition(&a, "crps", regimens[0]);
    memcpy(a.advice->missing[0], "caf\xc3", 5);
    a.advice->n_missing = 1;
    json_t *root = json_of(a.advice);
    const json_t *missing = json_object_get(json_object_get(root, "candidacy"), "missing");
    ck_assert_str_eq(json_string_value(json_array_get(missing, 0)), "caf");
    json_decref(root);
    advise_free(&a);
}
END_TEST

START_TEST(settings_refuse_what_they_do_not_know)
{
    struct rsp_prediction_settings settings = {0};
    struct rsp_error err = {0};
    static const char text[] = "version: 1\nsurprise: 2\n";
    ck_assert_int_ne(rsp_prediction_settings_parse(text, strlen(text), "x.yaml", &settings, &err), RSP_OK);
    rsp_prediction_settings_free(&settings);
    ck_assert_int_eq(rsp_prediction_settings_read(&settings, &err), RSP_OK);
    ck_assert_uint_eq(settings.n_extra, 2);
    ck_assert_ptr_nonnull(rsp_prediction_assumption(&settings, "racemate_half_s"));
    ck_assert_ptr_null(rsp_prediction_assumption(&settings, "no such assumption"));
    rsp_prediction_settings_free(&settings);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advise json");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, every_promised_key_is_there_whatever_is_predicted, 0, N_REGIMEN);
    tcase_add_loop_test(all, what_is_not_predicted_is_null_and_has_a_reason, 0, N_REGIMEN);
    tcase_add_loop_test(all, no_sentence_prints_what_is_no_number, 0, N_REGIMEN);
    tcase_add_test(all, the_curves_have_equal_lengths_and_doses_add_up);
    tcase_add_test(all, a_quantile_beyond_the_horizon_is_null_with_the_horizon_beside_it);
    tcase_add_test(all, nothing_is_planned_in_numbers_either_for_somebody_who_is_no_candidate);
    tcase_add_test(all, the_note_of_a_published_result_and_of_a_protocol_is_written);
    tcase_add_test(all, the_same_seed_writes_the_same_bytes);
    tcase_add_test(all, a_text_cut_inside_a_character_does_not_spoil_the_object);
    tcase_add_test(all, settings_refuse_what_they_do_not_know);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
