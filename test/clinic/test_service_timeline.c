/* A patient over time: one answer for the chart, and three questions answered from what is known. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "service_support.h"

/* The clock of the clinic stands on 2026-11-29. */
static const char *text(const json_t *body, const char *key)
{
    const char *value = json_string_value(json_object_get(body, key));
    return value != NULL ? value : "";
}

static json_t *of(const char *patient)
{
    return json_pack("{s:s}", "patient", patient);
}

static json_t *part(const json_t *body, const char *key)
{
    json_t *value = json_object_get(body, key);
    ck_assert_msg(value != NULL, "no '%s'", key);
    return value;
}

static double value(const json_t *answer, const char *key)
{
    return json_number_value(part(part(answer, "values"), key));
}

struct ward {
    struct clinic clinic;
    struct staff physician;
    const char *patient;
};

/* A woman with CRPS; `treated`: one infusion of 100 h from 2026-10-01. */
static void open_ward(struct ward *w, const char *name, bool treated)
{
    clinic_open(&w->clinic, name);
    hire(&w->clinic, "physician", "physician", &w->physician);
    w->patient = new_patient(&w->clinic, &w->physician);
    json_t *read = done(&w->clinic, &w->physician, RSP_USE_patient_read, of(w->patient));
    json_t *record = json_pack("{s:s, s:f, s:s, s:f, s:s, s:[], s:[], s:[{s:s, s:i, s:i}]}", "sex", "f",
        "weight_kg", 70.0, "condition", "crps", "baseline_nrs", 7.0, "setting", "inpatient", "history",
        "allergies", "medications", "name", "oxycodone", "dose_mg", 10, "per_day", 2);
    if (treated)
        json_object_set_new(record, "infusions",
            json_pack(
                "[{s:s, s:s}]", "start", "2026-10-01T09:00", "dose", "22.2 mg/h esketamine iv for 100 h"));
    json_decref(done(&w->clinic, &w->physician, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:o, s:s}", "patient", w->patient, "version", json_object_get(read, "version"),
            "record", record, "why", "first visit")));
    json_decref(read);
}

static void score(struct ward *w, long day, double pain, const char *recall)
{
    char date[16];
    rsp_date_format((struct rsp_date){day}, date, sizeof date);
    json_t *entry = json_pack(
        "{s:s, s:s, s:s, s:f}", "patient", w->patient, "date", date, "time", "20:00", "pain_nrs", pain);
    if (recall != NULL)
        json_object_set_new(entry, "recall", json_string(recall));
    json_decref(done(&w->clinic, &w->physician, RSP_USE_diary_add, entry));
}

static long day_of(const char *date)
{
    struct rsp_date day;
    ck_assert_int_eq(rsp_date_parse(date, &day, NULL), RSP_OK);
    return day.day;
}

/* Ten scores of `before` ahead of the infusion, twenty of `after` behind it. */
static void keep_diary(struct ward *w, double before, double after)
{
    const long start = day_of("2026-10-01");
    for (long d = -10; d < 0; d++)
        score(w, start + d, before, NULL);
    for (long d = 5; d < 25; d++)
        score(w, start + d, after, NULL);
}

static json_t *progress(struct ward *w)
{
    return done(&w->clinic, &w->physician, RSP_USE_progress, of(w->patient));
}

START_TEST(nothing_given_means_that_nothing_can_be_said_of_its_effect)
{
    struct ward w;
    open_ward(&w, "untreated.db", false);
    json_t *body = progress(&w);
    ck_assert_str_eq(text(part(body, "working"), "code"), "not_treated");
    ck_assert_str_eq(text(part(body, "working"), "validity"), "none");
    ck_assert(json_is_null(part(body, "band")));
    ck_assert_uint_eq(json_array_size(part(part(body, "safe"), "exposure")), 0);
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(relief_that_holds_is_told_with_its_share_and_the_days_of_return_of_this_patient)
{
    struct ward w;
    open_ward(&w, "holds.db", true);
    keep_diary(&w, 7, 3);
    json_t *body = progress(&w);
    const json_t *working = part(body, "working");
    ck_assert_str_eq(text(working, "code"), "holds");
    ck_assert_double_eq(value(working, "fall_pct"), 57); /* 1 - 3 / 7 */
    ck_assert_double_eq(value(working, "now_pct"), 57);
    ck_assert_double_eq(value(working, "last_entry_ago_d"), 35);
    ck_assert_str_eq(text(working, "validity"), "patient");
    const json_t *given = json_array_get(part(part(body, "safe"), "exposure"), 0);
    ck_assert_double_eq_tol(json_number_value(part(given, "total_mg")), 2220, 1e-6);
    ck_assert(json_array_size(part(part(body, "band"), "time_d")) > 10);
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(a_series_without_response_says_stop_with_its_evidence)
{
    struct ward w;
    open_ward(&w, "stop.db", true);
    keep_diary(&w, 7, 7);
    json_t *body = progress(&w);
    const json_t *next = part(body, "next");
    ck_assert_str_eq(text(part(body, "working"), "code"), "no_response");
    ck_assert_str_eq(text(next, "code"), "stop");
    ck_assert_str_ne(text(next, "evidence"), "");
    ck_assert_str_ne(text(next, "source"), "");
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(an_open_item_9_comes_before_everything_else)
{
    struct ward w;
    open_ward(&w, "first.db", true);
    json_decref(done(&w.clinic, &w.physician, RSP_USE_score_add,
        json_pack("{s:s, s:s, s:{s:i}}", "patient", w.patient, "instrument", "phq9", "answers", "9", 1)));
    json_t *body = progress(&w);
    ck_assert_str_eq(text(part(body, "safe"), "code"), "unanswered");
    ck_assert_str_eq(text(part(body, "next"), "code"), "answer_finding");
    json_decref(body);
    body = done(&w.clinic, &w.physician, RSP_USE_timeline, of(w.patient));
    ck_assert_uint_eq(json_array_size(part(body, "open_findings")), 1);
    ck_assert(
        json_object_get(json_array_get(part(body, "scores"), 0), "total") == NULL); /* answers are missing */
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

static void amend(struct ward *w, json_t *record)
{
    json_t *read = done(&w->clinic, &w->physician, RSP_USE_patient_read, of(w->patient));
    json_decref(done(&w->clinic, &w->physician, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:o, s:s}", "patient", w->patient, "version", json_object_get(read, "version"),
            "record", record, "why", "told today")));
    json_decref(read);
}

static void next_is(struct ward *w, const char *code)
{
    json_t *body = progress(w);
    ck_assert_str_eq(text(part(body, "next"), "code"), code);
    json_decref(body);
}

/* A record that no rule waits for. */
static void complete(struct ward *w)
{
    amend(w, json_pack("{s:{s:{s:i, s:i}, s:i, s:i, s:i, s:i, s:s, s:s}, s:i}", "tests", "alt_u_per_l",
                 "value", 24, "upper_limit", 40, "sbp_mmhg", 124, "dbp_mmhg", 78, "hr_per_min", 72,
                 "spo2_pct", 98, "pregnancy", "negative", "ecg", "normal", "height_cm", 168));
}

static void book(struct ward *w)
{
    struct staff admin;
    hire(&w->clinic, "admin", "administrator", &admin);
    json_decref(
        done(&w->clinic, &admin, RSP_USE_chair_set, json_pack("{s:s, s:s}", "name", "A", "state", "open")));
    json_decref(done(&w->clinic, &w->physician, RSP_USE_appointment_book,
        json_pack("{s:s, s:[s], s:[s], s:i}", "patient", w->patient, "start", "2026-12-01T09:00", "chair",
            "A", "minutes", 60)));
}

START_TEST(a_contraindication_comes_before_a_visit_that_is_booked)
{
    struct ward w;
    open_ward(&w, "blocked.db", false);
    book(&w);
    next_is(&w, "visit");
    amend(&w, json_pack("{s:[s]}", "history", "active_psychosis"));
    next_is(&w, "not_a_candidate");
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(what_is_next_follows_the_newest_plan_and_what_was_said_to_it)
{
    struct ward w;
    open_ward(&w, "plans.db", false);
    complete(&w);
    next_is(&w, "plan");
    json_t *plan = done(&w.clinic, &w.physician, RSP_USE_plan_keep,
        json_pack("{s:s, s:i, s:i}", "patient", w.patient, "subjects", 40, "seed", 7));
    next_is(&w, "book");
    json_t *sheet = done(&w.clinic, &w.physician, RSP_USE_sheet,
        json_pack("{s:s, s:O, s:s}", "patient", w.patient, "plan", part(plan, "plan"), "language", "en"));
    json_decref(done(&w.clinic, &w.physician, RSP_USE_consent,
        json_pack("{s:s, s:O, s:s, s:s, s:s, s:s}", "patient", w.patient, "plan", part(plan, "plan"),
            "sheet_version", text(sheet, "digest"), "language", "en", "decision", "declined", "off_label",
            "explained")));
    next_is(&w, "declined");
    json_decref(sheet);
    json_decref(plan);
    amend(&w, json_pack("{s:i}", "height_cm", 169));
    next_is(&w, "plan_stale");
    json_t *chart = done(&w.clinic, &w.physician, RSP_USE_timeline, of(w.patient));
    ck_assert_str_ne(text(json_array_get(part(chart, "plans"), 0), "why_stale"), "");
    if (json_is_object(part(chart, "band")))
        ck_assert_str_ne(text(part(chart, "band"), "why_stale"), "");
    json_decref(chart);
    clinic_close(&w.clinic);
}
END_TEST

static const char *working_code(struct ward *w)
{
    static char code[32];
    json_t *body = progress(w);
    (void)snprintf(code, sizeof code, "%s", text(part(body, "working"), "code"));
    json_decref(body);
    return code;
}

START_TEST(scores_of_long_before_treatment_are_no_baseline)
{
    struct ward w;
    const long start = day_of("2026-10-01");
    open_ward(&w, "old.db", true);
    for (long d = -60; d < -30; d++)
        score(&w, start + d, 7, NULL);
    for (long d = 5; d < 25; d++)
        score(&w, start + d, 3, NULL);
    ck_assert_str_eq(working_code(&w), "no_baseline");
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(scores_beside_another_treatment_are_not_told_as_its_effect)
{
    struct ward w;
    const long start = day_of("2026-10-01");
    open_ward(&w, "other.db", true);
    for (long d = -10; d < 0; d++)
        score(&w, start + d, 7, NULL);
    for (long d = 5; d < 25; d++) {
        char date[16];
        rsp_date_format((struct rsp_date){start + d}, date, sizeof date);
        json_decref(done(&w.clinic, &w.physician, RSP_USE_diary_add,
            json_pack("{s:s, s:s, s:s, s:i, s:s}", "patient", w.patient, "date", date, "time", "20:00",
                "pain_nrs", 3, "other_treatment", "yes")));
    }
    ck_assert_str_eq(working_code(&w), "other_treatment");
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(few_scores_after_a_series_judge_nothing)
{
    struct ward w;
    open_ward(&w, "early.db", true);
    const long start = day_of("2026-10-01");
    for (long d = -10; d < 0; d++)
        score(&w, start + d, 7, NULL);
    score(&w, start + 6, 2, NULL);
    json_t *body = progress(&w);
    ck_assert_str_eq(
        text(part(body, "working"), "code"), "too_few"); /* the weeks in which it is judged are over */
    ck_assert_double_eq(value(part(body, "working"), "n_after"), 1);
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(a_long_diary_is_drawn_as_ranges_that_lose_no_extreme_and_mix_no_questions)
{
    struct ward w;
    size_t i;
    json_t *point;
    double n = 0, high = 0, low = 10;
    open_ward(&w, "long.db", false);
    const long today = day_of("2026-11-29");
    for (long d = 0; d < 60; d++)
        score(&w, today - d, d == 30 ? 10 : 4, d % 2 == 0 ? "worst_24h" : "average_24h");
    json_t *whole = done(&w.clinic, &w.physician, RSP_USE_timeline, of(w.patient));
    ck_assert(json_is_false(part(part(whole, "diary"), "decimated")));
    ck_assert_uint_eq(json_array_size(part(part(whole, "diary"), "points")), 60);
    json_decref(whole);
    json_t *input = of(w.patient);
    json_object_set_new(input, "points", json_integer(20));
    json_t *body = done(&w.clinic, &w.physician, RSP_USE_timeline, input);
    const json_t *diary = part(body, "diary");
    ck_assert(json_is_true(part(diary, "decimated")));
    json_array_foreach(part(diary, "points"), i, point)
    {
        n += json_number_value(part(point, "n"));
        high = json_number_value(part(point, "high")) > high ? json_number_value(part(point, "high")) : high;
        low = json_number_value(part(point, "low")) < low ? json_number_value(part(point, "low")) : low;
    }
    ck_assert_double_eq(n, 60);
    ck_assert_double_eq(high, 10);
    ck_assert_double_eq(low, 4);
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(one_answer_holds_what_the_chart_draws)
{
    struct ward w;
    open_ward(&w, "chart.db", true);
    score(&w, day_of("2026-11-20"), 5, NULL);
    json_decref(done(&w.clinic, &w.physician, RSP_USE_assess, of(w.patient)));
    json_decref(done(&w.clinic, &w.physician, RSP_USE_plan_keep,
        json_pack("{s:s, s:i}", "patient", w.patient, "subjects", 50)));
    json_t *body = done(&w.clinic, &w.physician, RSP_USE_timeline, of(w.patient));
    const json_t *person = part(body, "person"), *infusion = json_array_get(part(body, "infusions"), 0);
    ck_assert_str_eq(text(person, "sex"), "female");
    ck_assert_str_eq(text(person, "condition"), "crps");
    ck_assert_str_eq(text(person, "weight_date"), "2026-11-29");
    ck_assert_double_eq(json_number_value(part(part(body, "mme"), "total_mg")), 30);
    ck_assert_double_eq_tol(json_number_value(part(infusion, "total_mg")), 2220, 1e-6);
    ck_assert_uint_eq(json_array_size(part(body, "assessments")), 1);
    ck_assert_uint_eq(json_array_size(part(body, "plans")), 1);
    ck_assert(json_array_size(part(part(body, "band"), "time_d")) > 10);
    ck_assert_str_ne(text(part(body, "band"), "validity"), "");
    json_decref(body);
    json_t *backwards =
        json_pack("{s:s, s:s, s:s}", "patient", w.patient, "from", "2026-11-02", "to", "2026-11-01");
    ck_assert_int_eq(
        ask(&w.clinic, &w.physician, RSP_USE_timeline, backwards, NULL, NULL), RSP_REFUSED_INVALID);
    clinic_close(&w.clinic);
    clinic_verify(&w.clinic);
}
END_TEST

static json_t *exposure(struct ward *w, size_t n)
{
    json_t *body = progress(w), *rows = json_incref(part(part(body, "safe"), "exposure"));
    json_decref(body);
    ck_assert_uint_eq(json_array_size(rows), n);
    return rows;
}

static double given_mg(const json_t *rows, size_t i)
{
    return json_number_value(part(json_array_get(rows, i), "total_mg"));
}

/* She weighed 92 kg in September when she was given 0.5 mg/kg in October, and weighs 70 kg today. */
START_TEST(a_new_weight_does_not_rewrite_the_doses_of_the_past)
{
    struct ward w;
    open_ward(&w, "weights.db", false);
    amend(&w, json_pack("{s:{s:i, s:s}, s:[{s:s, s:s}]}", "weight", "value_kg", 92, "date", "2026-09-20",
                  "infusions", "start", "2026-10-01", "dose", "0.5 mg/kg ketamine iv over 40 min"));
    json_t *rows = exposure(&w, 1);
    ck_assert_double_eq_tol(given_mg(rows, 0), 46, 1e-9);
    json_decref(rows);
    for (int again = 0; again < 2; again++) { /* typed twice on one day: a correction, not another weight */
        amend(&w, json_pack("{s:f}", "weight_kg", again ? 70.0 : 71.0));
        rows = exposure(&w, 1);
        ck_assert_double_eq_tol(given_mg(rows, 0), 46, 1e-9);
        ck_assert(json_is_false(part(json_array_get(rows, 0), "later_weight")));
        json_decref(rows);
    }
    json_t *body = done(&w.clinic, &w.physician, RSP_USE_timeline, of(w.patient));
    const json_t *infusion = json_array_get(part(body, "infusions"), 0);
    ck_assert_double_eq_tol(json_number_value(part(infusion, "total_mg")), 46, 1e-9);
    ck_assert_double_eq(json_number_value(part(part(body, "person"), "weight_kg")), 70);
    json_decref(body);
    json_t *read = done(&w.clinic, &w.physician, RSP_USE_patient_read, of(w.patient));
    const json_t *earlier = part(part(read, "record"), "earlier_weights");
    ck_assert_uint_eq(json_array_size(earlier), 1);
    ck_assert_double_eq(json_number_value(part(json_array_get(earlier, 0), "value_kg")), 92);
    ck_assert_str_eq(text(json_array_get(earlier, 0), "date"), "2026-09-20");
    json_decref(read);
    struct staff researcher;
    hire(&w.clinic, "researcher", "researcher", &researcher);
    body = done(&w.clinic, &researcher, RSP_USE_research_patients, json_object());
    const json_t *subject = json_array_get(part(body, "subjects"), 0);
    ck_assert_double_eq_tol(given_mg(part(subject, "infusions"), 0), 46, 1e-9);
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(the_exposure_of_a_year_says_what_it_does_not_count)
{
    struct ward w;
    open_ward(&w, "exposure.db", false); /* weighed today for the first time */
    amend(&w, json_pack("{s:[{s:s, s:s}, {s:s, s:s}]}", "infusions", "start", "2026-10-01", "dose",
                  "0.5 mg/kg ketamine iv over 40 min", "start", "2026-10-03", "dose",
                  "5 mg/kg ketamine iv over 40 min"));
    json_t *rows = exposure(&w, 1);
    const json_t *row = json_array_get(rows, 0);
    ck_assert_int_eq(json_integer_value(part(row, "n_dose")), 2);
    ck_assert_int_eq(json_integer_value(part(row, "n_slip")), 1);
    ck_assert_double_eq_tol(given_mg(rows, 0), 35, 1e-9);
    ck_assert(json_is_true(part(row, "later_weight")));
    json_decref(rows);
    clinic_close(&w.clinic);
}
END_TEST

RUN_TESTS("service timeline", a_new_weight_does_not_rewrite_the_doses_of_the_past,
    the_exposure_of_a_year_says_what_it_does_not_count, scores_of_long_before_treatment_are_no_baseline,
    scores_beside_another_treatment_are_not_told_as_its_effect,
    a_contraindication_comes_before_a_visit_that_is_booked,
    what_is_next_follows_the_newest_plan_and_what_was_said_to_it,
    nothing_given_means_that_nothing_can_be_said_of_its_effect,
    relief_that_holds_is_told_with_its_share_and_the_days_of_return_of_this_patient,
    a_series_without_response_says_stop_with_its_evidence, an_open_item_9_comes_before_everything_else,
    few_scores_after_a_series_judge_nothing,
    a_long_diary_is_drawn_as_ranges_that_lose_no_extreme_and_mix_no_questions,
    one_answer_holds_what_the_chart_draws)
