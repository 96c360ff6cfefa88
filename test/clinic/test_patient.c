#include <math.h>
#include <stdio.h>

#include "clinic_check.h"

static const char *const full = "id: p1\n"
                                "birth_date: 1980-11-23\n"
                                "sex: f\n"
                                "weight: {value_kg: 70.5, date: 2026-11-01}\n"
                                "height_cm: 168\n"
                                "condition: crps\n"
                                "baseline_nrs: 7.2\n"
                                "history:\n"
                                "  - sleep_apnoea\n"
                                "  - {word: hepatic_impairment, severity: moderate, since: 2020-02-29}\n"
                                "allergies: [penicillin]\n"
                                "medications:\n"
                                "  - {name: pregabalin, dose_mg: 150, per_day: 2}\n"
                                "  - lamotrigine\n"
                                "tests:\n"
                                "  alt_u_per_l: {value: 24, date: 2026-11-12, upper_limit: 40}\n"
                                "  sbp_mmhg: 138\n"
                                "  pregnancy: negative\n"
                                "genotype: {cyp2b6: \"*1/*6\"}\n"
                                "infusions:\n"
                                "  - {start: 2026-05-01, dose: 0.5 mg/kg ketamine iv over 40 min}\n"
                                "goals: {relief_frac: 0.3, horizon_d: 90}\n"
                                "setting: inpatient\n";

START_TEST(every_fact_of_a_full_file_is_kept)
{
    struct rsp_patient *p = patient_of(full);
    ck_assert_str_eq(p->id, "p1");
    ck_assert_double_eq(p->age_y, 45); /* the birthday is tomorrow */
    ck_assert_int_eq(p->sex, RSP_SEX_FEMALE);
    ck_assert_double_eq(p->weight_kg, 70.5);
    ck_assert_int_eq((int)(TODAY.day - p->weight_date.day), 21);
    ck_assert_int_eq(p->condition, RSP_CONDITION_CRPS);
    ck_assert_uint_eq(p->n_history, 2);
    ck_assert_str_eq(rsp_patient_history(p, "hepatic_impairment")->severity, "moderate");
    ck_assert(rsp_patient_history(p, "hepatic_impairment")->has_since);
    ck_assert_ptr_null(rsp_patient_history(p, "sleep_apnoea")->severity);
    ck_assert_str_eq(p->allergy[0], "penicillin");
    ck_assert_uint_eq(p->n_medication, 2);
    ck_assert_double_eq(p->medication[0].dose_mg, 150);
    ck_assert(isnan(p->medication[1].dose_mg));
    ck_assert_double_eq(rsp_patient_test(p, "alt_u_per_l")->upper_limit, 40);
    ck_assert_int_eq((int)(TODAY.day - rsp_patient_test(p, "sbp_mmhg")->date.day), 0);
    ck_assert_str_eq(rsp_patient_test(p, "pregnancy")->text, "negative");
    ck_assert_ptr_null(rsp_patient_test(p, "ecg"));
    ck_assert_str_eq(p->cyp2b6, "*1/*6");
    ck_assert_double_eq(p->infusion[0].dose.value, 0.5);
    ck_assert_double_eq(p->goals.relief_frac, 0.3);
    ck_assert(isnan(p->goals.max_dissociation_pct));
    ck_assert_str_eq(p->setting, "inpatient");
    rsp_patient_free(p);
}
END_TEST

START_TEST(what_is_not_given_stays_unknown)
{
    struct rsp_patient *p = patient_of("weight_kg: 70\n");
    ck_assert(isnan(p->age_y) && isnan(p->height_cm) && isnan(p->baseline_nrs));
    ck_assert(!p->has_history && !p->has_condition && !p->has_medications && !p->has_allergies);
    ck_assert_int_eq(p->sex, RSP_SEX_UNKNOWN);
    ck_assert_ptr_null(p->setting);
    rsp_patient_free(p);
    p = patient_of("history: []\n");
    ck_assert(p->has_history);
    rsp_patient_free(p);
}
END_TEST

START_TEST(an_infusion_may_say_at_what_hour_it_began)
{
    struct rsp_patient *p =
        patient_of("infusions:\n"
                   "  - {start: 2026-05-01T09:30, dose: 35 mg ketamine iv over 40 min}\n"
                   "  - {start: 2026-06-01, dose: 35 mg ketamine iv over 40 min at 8 h}\n");
    ck_assert_double_eq(p->infusion[0].dose.start_h, 9.5);
    ck_assert_double_eq(p->infusion[1].dose.start_h, 8);
    ck_assert_int_eq(p->infusion[1].start.day - p->infusion[0].start.day, 31);
    rsp_patient_free(p);
}
END_TEST

/* Text, line where it goes wrong, and what the sentence must hold. */
static const struct {
    const char *text;
    int line;
    const char *field, *message;
} wrong[] = {
    {"id: a\nwieght_kg: 70\n", 2, "wieght_kg", "weight_kg"},
    {"id: a\ncondition: crpss\n", 2, "condition", "\"crps\""},
    {"history:\n  - active_psycosis\n", 2, "history[0]", "\"active_psychosis\""},
    {"history:\n  - pregnancy\n  - pregnancy\n", 3, "history", "twice"},
    {"history: none\n", 1, "history", "[]"},
    {"history:\n  - {word: stroke, severity: sever}\n", 2, "severity", "\"severe\""},
    {"history:\n  - {severity: mild}\n", 2, "history", "word"},
    {"weight_kg: 7\n", 1, "weight_kg", "between 30 and 300 kg"},
    {"weight_kg: 700\n", 1, "weight_kg", "--force-covariates"},
    {"weight_kg: -70\n", 1, "weight_kg", "between"},
    {"weight_kg: nan\n", 1, "weight_kg", ""},
    {"weight_kg: 1e999\n", 1, "weight_kg", "too large"},
    {"weight_kg: 29.9\n", 1, "weight_kg", "between 30 and 300 kg"},
    {"weight_kg: 301\n", 1, "weight_kg", "between 30 and 300 kg"},
    {"weight_kg: 70 kg\n", 1, "weight_kg", "number alone"},
    {"weight_kg: 70kg\n", 1, "weight_kg", "number alone"},
    {"weight_kg: 70,5\n", 1, "weight_kg", ""},
    {"weight_kg:\n", 1, "weight_kg", ""},
    {"weight_kg: 70\nweight_kg: 71\n", 2, "weight_kg", ""},
    {"weight_kg: 70\nweight: {value_kg: 70}\n", 2, "weight", "not both"},
    {"weight: {date: 2026-01-01}\n", 1, "weight", "value_kg"},
    {"weight: {value_kg: 70, date: 2026-11-23}\n", 1, "weight.date", "future"},
    {"weight_kg: 70\nearlier_weights: {value_kg: 92, date: 2026-01-01}\n", 2, "earlier_weights", "list"},
    {"weight_kg: 70\nearlier_weights: [92]\n", 2, "earlier_weights[0]", "value_kg: 92"},
    {"weight_kg: 70\nearlier_weights: [{value_kg: 92}]\n", 2, "earlier_weights[0]", "date"},
    {"weight_kg: 70\nearlier_weights: [{value_kg: 920, date: 2026-01-01}]\n", 2, "value_kg",
        "between 30 and 300 kg"},
    {"weight_kg: 70\nearlier_weights: [{value_kg: 92, date: 2026-11-22}]\n", 2, "date", "older"},
    {"earlier_weights:\n  - {value_kg: 92, date: 2026-01-01}\n  - {value_kg: 91, date: 2026-01-01}\n", 3,
        "date", "two weights of this day"},
    {"birth_date: 1980-01-01\nage_y: 46\n", 2, "age_y", "not both"},
    {"birth_date: 2027-01-01\n", 1, "birth_date", "future"},
    {"birth_date: 1880-01-01\n", 1, "birth_date", "146 years"},
    {"birth_date: 1980-02-30\n", 1, "birth_date", ""},
    {"birth_date: 1980-01-01\nweight: {value_kg: 70, date: 1979-01-01}\n", 2, "weight.date", "birth"},
    {"age_y: 430\n", 1, "age_y", "between 0 and 120 years"},
    {"height_cm: 1.68\n", 1, "height_cm", "between 40 and 260 cm"},
    {"baseline_nrs: 72\n", 1, "baseline_nrs", "10"},
    {"sex: x\n", 1, "sex", "female"},
    {"setting: clinic\n", 1, "setting", "outpatient"},
    {"tests: {alt: 24}\n", 1, "tests.alt", "alt_u_per_l"},
    {"tests: {sbp_mmhg: 86, dbp_mmhg: 138}\n", 1, "tests.dbp_mmhg", "swapped"},
    {"tests: {sbp_mmhg: 1380}\n", 1, "tests.sbp_mmhg", "between 40 and 300 mmHg"},
    {"tests: {pregnancy: no}\n", 1, "tests.pregnancy", "negative"},
    {"tests: {ecg: fine}\n", 1, "tests.ecg", "normal"},
    {"tests: {hr_per_min: {value: 80, upper_limit: 100}}\n", 1, "tests.hr_per_min.upper_limit", "liver"},
    {"genotype: {cyp2b6: 1/6}\n", 1, "genotype.cyp2b6", "alleles"},
    {"medications:\n  - {dose_mg: 20}\n", 2, "medications[0]", "name"},
    {"medications:\n  - {name: morphine, dose_mg: -20}\n", 2, "medications[0].dose_mg", "between"},
    {"infusions:\n  - {start: 2026-12-01, dose: 35 mg ketamine iv}\n", 2, "infusions[0].start", "future"},
    {"infusions:\n  - {start: 2026-01-01T25:00, dose: 35 mg ketamine iv}\n", 2, "infusions[0].start",
        "day and time"},
    {"infusions:\n  - {start: 2026-01-01, dose: 35 mg ketoprofen iv}\n", 2, "infusions[0].dose",
        "ketoprofen"},
    {"infusions:\n  - {start: 2026-01-01, dose: 35 ketamine iv}\n", 2, "infusions[0].dose", ""},
    {"infusions:\n  - {start: 2026-01-01, dose: 35 mg iv}\n", 2, "infusions[0].dose", ""},
    {"infusions:\n  - {start: 2026-01-01, dose: 5 g esketamine iv over 1 min}\n", 2, "infusions[0].dose",
        "mg/kg that are plausible"},
    {"weight_kg: 70\ninfusions:\n  - {start: 2026-01-01, dose: 1.5 g esketamine iv over 1 min}\n", 3,
        "infusions[0].dose", "21.43 mg/kg within an hour"},
    {"weight_kg: 70\ninfusions:\n  - {start: 2026-01-01, dose: 6 g ketamine oral over 12 h}\n"
     "  - {start: 2026-01-01, dose: 6 g ketamine oral over 11 h at 11 h}\n",
        4, "infusions[1].dose", "g within a day"},
    {"infusions:\n  - start: 2001-01-01\n    dose: 35 mg ketamine iv over 40 min every 1 d x10000\n", 3,
        "infusions[0].dose", "at most 500"},
    {"infusions:\n  - {start: 2025-01-01, dose: 5 mg ketamine iv every 1 d x300}\n"
     "  - {start: 2026-01-01, dose: 5 mg ketamine iv every 1 d x201}\n",
        3, "infusions[1].dose", "501 earlier doses"},
    {"infusions:\n  - {start: 2026-01-01, dose: 35 mg ketamine iv}\n"
     "  - {start: 2026-01-01, dose: 35.0 mg ketamine iv}\n",
        3, "infusions[1].dose", "as in line 2"},
    {"infusions:\n  - {start: 2026-01-03, dose: 22.2 mg/h esketamine iv for 100 h}\n"
     "  - {start: 2026-01-01, dose: 22.2 mg/h esketamine iv for 100 h}\n",
        3, "infusions[1].dose", "as in line 2"},
    {"infusions:\n  - {start: 2026-01-01, dose: 35 mg ketamine iv every 1 d x5}\n"
     "  - {start: 2026-01-05, dose: 35 mg ketamine iv every 1 d x5}\n",
        3, "infusions[1].dose", "as in line 2"},
    {"infusions:\n  - {start: 2026-11-22, dose: 35 mg ketamine iv at 24 h}\n", 2, "infusions[0].dose",
        "future (today is 2026-11-22)"},
    {"goals: {relief_frac: 30}\n", 1, "goals.relief_frac", "30 % is 0.3"},
    {"sex: male\nhistory: [pregnancy]\n", 2, "history", "right person"},
    {"sex: male\ntests: {pregnancy: positive}\n", 2, "tests", "right person"},
    {"- 1\n- 2\n", 1, "", "key: value"},
    {"id: [1, 2]\n", 1, "id", "id"},
};

START_TEST(every_slip_is_refused_with_line_field_and_reason)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rsp_patient *p = NULL;
        struct rsp_error err = {0};
        const rsp_status status =
            rsp_patient_parse(wrong[i].text, strlen(wrong[i].text), "p.yaml", TODAY, false, &p, &err);
        ck_assert_msg(status != RSP_OK && p == NULL, "accepted: %s", wrong[i].text);
        ck_assert_msg(err.line == wrong[i].line, "line %d for: %s", err.line, wrong[i].text);
        ck_assert_msg(
            strstr(err.field, wrong[i].field) != NULL, "field %s for: %s", err.field, wrong[i].text);
        ck_assert_msg(
            strstr(err.message, wrong[i].message) != NULL, "\"%s\" for: %s", err.message, wrong[i].text);
        ck_assert_str_eq(err.source, "p.yaml");
    }
}
END_TEST

START_TEST(an_unusual_weight_is_accepted_only_when_forced)
{
    const char *text = "weight_kg: 7\n";
    struct rsp_patient *p = NULL;
    ck_assert_int_ne(rsp_patient_parse(text, strlen(text), "p", TODAY, false, &p, NULL), RSP_OK);
    ck_assert_int_eq(rsp_patient_parse(text, strlen(text), "p", TODAY, true, &p, NULL), RSP_OK);
    ck_assert_double_eq(p->weight_kg, 7);
    rsp_patient_free(p);
    text = "weight_kg: 0\n";
    ck_assert_int_ne(rsp_patient_parse(text, strlen(text), "p", TODAY, true, &p, NULL), RSP_OK);
}
END_TEST

START_TEST(force_is_offered_only_for_a_weight_that_it_would_accept)
{
    static const struct {
        const char *text;
        bool offered;
    } rows[] = {{"weight_kg: 7\n", true}, {"weight_kg: 700\n", true}, {"weight_kg: -70\n", false},
        {"weight_kg: 0\n", false}, {"weight_kg: 1e6\n", false}, {"weight_kg: 1e999\n", false},
        {"weight_kg: 1e-999\n", false}, {"weight_kg: 7 kg\n", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_patient *p = NULL;
        struct rsp_error e = {0};
        ck_assert_int_ne(
            rsp_patient_parse(rows[i].text, strlen(rows[i].text), "p", TODAY, false, &p, &e), RSP_OK);
        const bool offered = strstr(e.message, "--force-covariates") != NULL;
        ck_assert_msg(offered == rows[i].offered, "%s: %s", rows[i].text, e.message);
        const rsp_status forced =
            rsp_patient_parse(rows[i].text, strlen(rows[i].text), "p", TODAY, true, &p, NULL);
        ck_assert_msg((forced == RSP_OK) == rows[i].offered, "%s", rows[i].text);
        rsp_patient_free(p);
    }
}
END_TEST

START_TEST(earlier_infusions_that_follow_each_other_are_kept)
{
    struct rsp_patient *p = patient_of("birth_date: 1980-01-01\nweight_kg: 70\ninfusions:\n"
                                       "  - {start: 2026-01-01, dose: 20 mg/h ketamine iv for 24 h}\n"
                                       "  - {start: 2026-01-02, dose: 20 mg/h ketamine iv for 24 h}\n"
                                       "  - {start: 2026-02-01, dose: 35 mg ketamine iv every 1 d x5}\n"
                                       "  - {start: 2026-02-06, dose: 35 mg ketamine iv every 1 d x5}\n"
                                       "  - {start: 2026-02-06, dose: 35 mg esketamine iv every 1 d x5}\n"
                                       "  - {start: 2026-03-01, dose: 10 mg/kg ketamine im}\n"
                                       "  - {start: 2026-11-22, dose: 0.5 mg/kg ketamine iv at 23 h}\n");
    ck_assert_uint_eq(p->n_infusion, 7);
    ck_assert_int_eq(p->infusion[6].line, 10);
    ck_assert_int_eq(p->age_line, 1);
    rsp_patient_free(p);
    p = patient_of("infusions:\n  - {start: 2026-01-01, dose: 5 mg/kg ketamine im every 1 d x250}\n"
                   "  - {start: 2025-01-01, dose: 5 mg/kg ketamine im every 1 d x250}\n");
    ck_assert_uint_eq(p->n_infusion, 2);
    rsp_patient_free(p);
}
END_TEST

/* 92 kg from 1 February, 80 from 1 June, 70 from 1 November. */
START_TEST(a_recorded_dose_per_kg_counts_at_the_weight_of_its_own_day)
{
    static const struct {
        const char *dose;
        size_t n;
        double mg[3];
        bool later;
    } rows[] = {{"{start: 2026-01-31, dose: 0.5 mg/kg ketamine iv}", 1, {46}, true},
        {"{start: 2026-02-01, dose: 0.5 mg/kg ketamine iv}", 1, {46}, false},
        {"{start: 2026-05-31, dose: 0.5 mg/kg ketamine iv}", 1, {46}, false},
        {"{start: 2026-05-31, dose: 0.5 mg/kg ketamine iv at 25 h}", 1, {40}, false},
        {"{start: 2026-05-20, dose: 0.5 mg/kg ketamine iv every 14 d x3}", 3, {46, 40, 40}, false},
        {"{start: 2026-10-31, dose: 0.25 mg/kg/h ketamine iv for 4 h}", 1, {80}, false},
        {"{start: 2026-11-22, dose: 0.5 mg/kg ketamine iv}", 1, {35}, false},
        {"{start: 2026-01-31, dose: 35 mg ketamine iv}", 1, {35}, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
            "weight: {value_kg: 70, date: 2026-11-01}\nearlier_weights:\n  - {value_kg: 80, date: "
            "2026-06-01}\n  - {value_kg: 92, date: 2026-02-01}\ninfusions:\n  - %s\n",
            rows[i].dose);
        struct rsp_patient *p = patient_of(text);
        struct rsp_dose dose[3];
        size_t n = 0;
        bool later = false;
        ck_assert_int_eq(rsp_past_infusion_expand(p, &p->infusion[0], 3, dose, &n, &later, NULL), RSP_OK);
        ck_assert_uint_eq(n, rows[i].n);
        for (size_t k = 0; k < n; k++)
            ck_assert_double_eq_tol(dose[k].amount_mg, rows[i].mg[k], 1e-12);
        ck_assert_msg(later == rows[i].later, "%s", rows[i].dose);
        rsp_patient_free(p);
    }
}
END_TEST

START_TEST(a_dose_per_kg_without_any_weight_has_no_amount)
{
    struct rsp_patient *p = patient_of("infusions:\n  - {start: 2026-01-31, dose: 0.5 mg/kg ketamine iv}\n");
    struct rsp_dose dose;
    size_t n = 0;
    bool later = false;
    ck_assert_int_eq(rsp_past_infusion_expand(p, &p->infusion[0], 1, &dose, &n, &later, NULL), RSP_E_MISSING);
    rsp_patient_free(p);
}
END_TEST

START_TEST(nonsense_is_refused_without_a_crash)
{
    static const char *const texts[] = {"", "\n\n", "\xff\xfe\x00", "{", "[[[[[[", "a: &x 1\nb: *x\n",
        "id: \"\\0\"\n", "\x00\x01\x02", "%YAML 9.9\n---\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct rsp_patient *p = NULL;
        ck_assert_int_ne(rsp_patient_parse(texts[i], strlen(texts[i]), "p", TODAY, false, &p, NULL), RSP_OK);
    }
    for (size_t n = 0; n < strlen(full); n++) { /* every truncation */
        struct rsp_patient *p = NULL;
        if (rsp_patient_parse(full, n, "p", TODAY, false, &p, NULL) == RSP_OK)
            rsp_patient_free(p);
    }
}
END_TEST

START_TEST(line_ends_and_byte_order_mark_of_windows_are_accepted)
{
    struct rsp_patient *p = patient_of("\xef\xbb\xbfweight_kg: 70\r\nage_y: 50\r\n");
    ck_assert_double_eq(p->weight_kg, 70);
    ck_assert_double_eq(p->age_y, 50);
    rsp_patient_free(p);
}
END_TEST

RUN_TESTS("patient", every_fact_of_a_full_file_is_kept, what_is_not_given_stays_unknown,
    an_infusion_may_say_at_what_hour_it_began, every_slip_is_refused_with_line_field_and_reason,
    an_unusual_weight_is_accepted_only_when_forced, force_is_offered_only_for_a_weight_that_it_would_accept,
    earlier_infusions_that_follow_each_other_are_kept,
    a_recorded_dose_per_kg_counts_at_the_weight_of_its_own_day,
    a_dose_per_kg_without_any_weight_has_no_amount, nonsense_is_refused_without_a_crash,
    line_ends_and_byte_order_mark_of_windows_are_accepted)
