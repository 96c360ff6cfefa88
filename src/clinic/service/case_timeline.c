/* One patient over time, for one chart: what was scored, given, booked, ordered, found; and what was predicted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/preparing.h"
#include "service/bedside.h"
#include "service/follow.h"
#include "service/json_build.h"
#include "service/patient_levels.h"
#include "service/patients.h"
#include "service/plans.h"

enum {
    DAYS_BACK = 365,   /* without `from` */
    POINTS = 400,      /* of the diary, without `points`: more are drawn as ranges of some days */
    LENGTH_OF_DAY = 10 /* of "2026-11-29" */
};

/* ---- window ---- */

struct window {
    struct rsp_date from, to;
};

static rsp_status read_window(struct rsp_call *call, struct window *window)
{
    const char *from = rsp_call_text(call, "from"), *to = rsp_call_text(call, "to");
    *window = (struct window){{call->today.day - DAYS_BACK}, call->today};
    if (to[0] != '\0')
        RSP_TRY(rsp_date_parse(to, &window->to, call->err));
    if (to[0] != '\0' && from[0] == '\0')
        window->from.day = window->to.day - DAYS_BACK;
    if (from[0] != '\0')
        RSP_TRY(rsp_date_parse(from, &window->from, call->err));
    if (window->from.day > window->to.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "from", "the window ends before it begins");
    return RSP_OK;
}

/* A day at the start of a text: "2026-11-29", "2026-11-29T08:30+01:00". */
static bool day_in(const struct window *window, const char *text, long *day)
{
    char head[LENGTH_OF_DAY + 1];
    struct rsp_date date;
    snprintf(head, sizeof head, "%.*s", LENGTH_OF_DAY, text);
    if (rsp_date_parse(head, &date, NULL) != RSP_OK)
        return false;
    *day = date.day;
    return date.day >= window->from.day && date.day <= window->to.day;
}

/* ---- diary ---- */

static int by_at(const void *a, const void *b)
{
    const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
    return strcmp(rsp_key_text(x, "at"), rsp_key_text(y, "at"));
}

/* Entries of the window in order of time; borrowed from rows. */
static json_t **entries_in(const struct window *window, const json_t *rows, size_t *n)
{
    size_t i;
    json_t *row, **entry = calloc(json_array_size(rows) + 1, sizeof *entry);
    long day;
    *n = 0;
    json_array_foreach((json_t *)rows, i,
        row) if (entry != NULL && day_in(window, rsp_key_text(row, "at"), &day)) entry[(*n)++] = row;
    if (entry != NULL && *n > 1)
        qsort(entry, *n, sizeof *entry, by_at);
    return entry;
}

static json_t *whole_entry(struct rsp_build *b, const json_t *row)
{
    static const char *const shown[] = {
        "number", "at", "pain_nrs", "recall", "relief_pct", "mood", "other_treatment", "who", "entered_at"};
    json_t *point = json_object();
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        json_t *value = json_object_get(row, shown[i]);
        if (value != NULL)
            rsp_build_set(b, point, shown[i], json_incref(value));
    }
    return point;
}

/* Entries of one kind of question over some days as one mark: their mean, least and most. */
static json_t *bucket(struct rsp_build *b, json_t *const entry[], size_t n)
{
    double sum = 0.0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double pain = json_number_value(json_object_get(entry[i], "pain_nrs"));
        sum += pain;
        low = fmin(low, pain);
        high = fmax(high, pain);
    }
    json_t *point = json_object();
    rsp_build_set(b, point, "at", json_string(rsp_key_text(entry[n / 2], "at")));
    rsp_build_set(b, point, "pain_nrs", json_real(sum / (double)n));
    rsp_build_set(b, point, "low", json_real(low));
    rsp_build_set(b, point, "high", json_real(high));
    rsp_build_set(b, point, "n", json_integer((json_int_t)n));
    if (rsp_key_text(entry[0], "recall")[0] != '\0')
        rsp_build_set(b, point, "recall", json_string(rsp_key_text(entry[0], "recall")));
    return point;
}

/* A mark spans days_per_point days and never two questions: the worst of a day and its mean are not averaged. */
static json_t *buckets(
    struct rsp_build *b, const struct window *window, json_t *const entry[], size_t n, long days)
{
    json_t *points = json_array();
    for (size_t first = 0; first < n;) {
        long start = 0, day = 0;
        size_t end = first;
        (void)day_in(window, rsp_key_text(entry[first], "at"), &start);
        while (end < n && day_in(window, rsp_key_text(entry[end], "at"), &day) &&
               (day - window->from.day) / days == (start - window->from.day) / days &&
               strcmp(rsp_key_text(entry[end], "recall"), rsp_key_text(entry[first], "recall")) == 0)
            end++;
        rsp_build_append(b, points, bucket(b, entry + first, end - first));
        first = end;
    }
    return points;
}

static rsp_status put_diary(struct rsp_call *call, const struct window *window)
{
    struct rsp_build b = {0};
    const size_t most = (size_t)rsp_call_whole(call, "points", POINTS);
    json_t *rows = NULL, *points = NULL;
    size_t n = 0;
    long days = 1;
    RSP_TRY(rsp_diary_entries(call, &rows));
    json_t **entry = entries_in(window, rows, &n);
    const long span = window->to.day - window->from.day + 1;
    while (n > most && days * (long)most < span)
        days++;
    if (n > most) {
        points = buckets(&b, window, entry, n, days);
    } else {
        points = json_array();
        for (size_t i = 0; entry != NULL && i < n; i++)
            rsp_build_append(&b, points, whole_entry(&b, entry[i]));
    }
    const bool failed = b.failed || entry == NULL;
    json_t *diary = json_pack("{s:I, s:I, s:o, s:I, s:o}", "n", (json_int_t)json_array_size(rows), "n_window",
        (json_int_t)n, "decimated", json_boolean(n > most), "days_per_point", (json_int_t)days, "points",
        points);
    free(entry);
    json_decref(rows);
    if (failed) {
        json_decref(diary);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "diary", diary);
}

/* ---- infusions ---- */

static json_t *infusion_row(
    struct rsp_build *b, const struct rsp_past_infusion *past, const struct rsp_patient *patient)
{
    json_t *row = json_object(), *start_h = json_array();
    double total_mg = 0.0;
    bool later_weight = false;
    for (size_t k = 0; k < (size_t)past->dose.n_repeat; k++) {
        const struct rsp_dose dose = rsp_past_dose(patient, past, k, &later_weight);
        total_mg += dose.amount_mg;
        rsp_build_append(b, start_h, json_real(dose.start_h));
    }
    rsp_build_set(b, row, "start", rsp_build_day(past->start));
    rsp_build_set(b, row, "dose", rsp_build_text(past->dose_text));
    rsp_build_set(b, row, "drug", rsp_build_text(rsp_drug_name(past->dose.drug)));
    rsp_build_set(b, row, "route", rsp_build_text(rsp_route_name(past->dose.route)));
    rsp_build_set(b, row, "duration_h", rsp_build_number(past->dose.duration_h));
    rsp_build_set(b, row, "n_dose", json_integer(past->dose.n_repeat));
    rsp_build_set(b, row, "start_h", start_h);
    rsp_build_set(b, row, "total_mg", rsp_build_number(total_mg));
    rsp_build_set(b, row, "later_weight", json_boolean(later_weight));
    return row;
}

static json_t *medication_row(struct rsp_build *b, const struct rsp_medication *one)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "name", rsp_build_text(one->name));
    rsp_build_set(b, row, "dose_mg", rsp_build_number(one->dose_mg));
    rsp_build_set(b, row, "per_day", rsp_build_number(one->per_day));
    rsp_build_set(b, row, "rate_mcg_per_h", rsp_build_number(one->rate_mcg_per_h));
    rsp_build_set(b, row, "since", one->has_since ? rsp_build_day(one->since) : json_null());
    return row;
}

/* Age, weight with its day, condition, pain and allergies: what stands above every page of the patient. */
rsp_status rsp_put_person(struct rsp_call *call, const struct rsp_patient *patient)
{
    struct rsp_build build = {false}, *b = &build;
    json_t *row = json_object(), *allergies = patient->has_allergies ? json_array() : json_null();
    const bool weighed = !isnan(patient->weight_kg);
    const double most_d = rsp_rulebook_preparation(call->service->book)->weight_most_d;
    const bool old = weighed && (double)(call->today.day - patient->weight_date.day) > most_d;
    for (size_t i = 0; i < patient->n_allergy; i++)
        rsp_build_append(b, allergies, rsp_build_text(patient->allergy[i]));
    rsp_build_set(b, row, "sex", rsp_build_text(rsp_sex_name(patient->sex)));
    rsp_build_set(b, row, "age_y", rsp_build_number(floor(patient->age_y)));
    rsp_build_set(b, row, "weight_kg", rsp_build_number(patient->weight_kg));
    rsp_build_set(b, row, "weight_date", weighed ? rsp_build_day(patient->weight_date) : json_null());
    rsp_build_set(b, row, "weight_old", json_boolean(old));
    rsp_build_set(
        b, row, "acute", json_boolean(patient->has_condition && rsp_condition_acute(patient->condition)));
    rsp_build_set(b, row, "condition",
        rsp_build_text(patient->has_condition ? rsp_condition_word(patient->condition) : NULL));
    rsp_build_set(b, row, "baseline_nrs", rsp_build_number(patient->baseline_nrs));
    rsp_build_set(b, row, "setting", rsp_build_text(patient->setting));
    rsp_build_set(b, row, "allergies", allergies);
    if (build.failed) {
        json_decref(row);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "person", row);
}

static rsp_status put_record(struct rsp_call *call)
{
    struct rsp_build b = {0};
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    json_t *infusions = json_array(), *drugs = json_array();
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    if (status == RSP_OK)
        status = rsp_stored_patient_parse(call, &stored, &patient);
    for (size_t i = 0; status == RSP_OK && i < patient->n_infusion; i++)
        rsp_build_append(&b, infusions, infusion_row(&b, &patient->infusion[i], patient));
    for (size_t i = 0; status == RSP_OK && i < patient->n_medication; i++)
        rsp_build_append(&b, drugs, medication_row(&b, &patient->medication[i]));
    if (status == RSP_OK)
        status = rsp_put_person(call, patient);
    if (status == RSP_OK)
        status = rsp_call_put(call, "infusions", json_incref(infusions));
    if (status == RSP_OK)
        status = rsp_call_put(call, "drugs", json_incref(drugs));
    if (status == RSP_OK)
        status = rsp_put_mme(call, patient);
    if (status == RSP_OK && b.failed)
        status = rsp_call_no_memory(call);
    json_decref(infusions);
    json_decref(drugs);
    rsp_patient_free(patient);
    rsp_stored_patient_clear(&stored);
    return status;
}

/* ---- plans ---- */

/* The band of pain that the newest kept plan predicted, as its forecast has it, with what it rests on. */
static json_t *band_of(struct rsp_build *b, const json_t *plan)
{
    const char *forecast = rsp_key_text(plan, "forecast");
    json_t *tree = json_loads(forecast, 0, NULL);
    json_t *prediction = json_object_get(tree, "prediction"), *curve = json_object_get(prediction, "curve");
    json_t *band = NULL;
    if (json_is_object(curve)) {
        band = json_object();
        rsp_build_set(b, band, "plan", json_incref(json_object_get(plan, "number")));
        rsp_build_set(b, band, "kept_at", json_incref(json_object_get(plan, "at")));
        rsp_build_set(b, band, "start", json_incref(json_object_get(plan, "start")));
        rsp_build_set(b, band, "time_d", json_incref(json_object_get(curve, "time_d")));
        rsp_build_set(b, band, "pain_nrs", json_incref(json_object_get(curve, "pain_nrs")));
        const json_t *days = json_object_get(prediction, "relief_days_30");
        const char *validity = rsp_key_text(days, "validity");
        rsp_build_set(b, band, "validity", json_string(validity[0] != '\0' ? validity : "none"));
        rsp_build_set(
            b, band, "hypothetical", json_boolean(json_is_true(json_object_get(prediction, "hypothetical"))));
    }
    json_decref(tree);
    return band;
}

/* Why a kept plan no longer holds, or null: it was made of facts that have been changed. */
static json_t *why_stale(const struct rsp_plan_ground *ground, const json_t *plan)
{
    char why[RSP_PLAN_WHY_SIZE];
    rsp_plan_why_stale(ground, json_integer_value(json_object_get(plan, "number")), plan, why);
    return rsp_build_text(why[0] != '\0' ? why : NULL);
}

static rsp_status put_plans(struct rsp_call *call)
{
    static const char *const shown[] = {"number", "who", "at", "start", "regimen", "candidacy"};
    struct rsp_build b = {0};
    struct rsp_plan_ground ground = {0};
    json_t *rows = NULL, *list = json_array(), *band = NULL;
    rsp_status status = rsp_call_facts(call, "plan", true, &rows);
    if (status == RSP_OK)
        status = rsp_plan_ground_read(call, &ground);
    const size_t n = status == RSP_OK ? json_array_size(rows) : 0;
    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);
        json_t *one = json_object();
        rsp_build_set(&b, one, "why_stale", why_stale(&ground, row));
        for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
            rsp_build_set(&b, one, shown[k], json_incref(json_object_get(row, shown[k])));
        rsp_build_append(&b, list, one);
    }
    if (n > 0)
        band = band_of(&b, json_array_get(rows, n - 1));
    if (band != NULL)
        rsp_build_set(&b, band, "why_stale", why_stale(&ground, json_array_get(rows, n - 1)));
    json_decref(rows);
    rsp_plan_ground_clear(&ground);
    if (status == RSP_OK && (b.failed || list == NULL))
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(band);
        json_decref(list);
        return status;
    }
    RSP_TRY(rsp_call_put(call, "plans", list));
    return rsp_call_put(call, "band", band != NULL ? band : json_null());
}

/* ---- what else happened ---- */

/* Rows of a kind as they are, without the document of an order, which is long and drawn nowhere here. A kind that this
 * clinic does not keep yet has none. */
static rsp_status put_rows(struct rsp_call *call, const char *name, const char *kind)
{
    json_t *rows = NULL, *row;
    size_t i;
    RSP_TRY(rsp_call_facts(call, kind, true, &rows));
    json_array_foreach(rows, i, row)
    {
        const char *answers = json_string_value(json_object_get(row, "answers"));
        (void)json_object_del(row, "document");
        if (answers != NULL)
            (void)json_object_set_new(row, "answers", json_loads(answers, 0, NULL));
    }
    return rsp_call_put(call, name, rows);
}

/* Calls after a session that stand. */
static rsp_status put_calls(struct rsp_call *call)
{
    RSP_TRY(put_rows(call, "calls", "follow_try"));
    json_t *rows = json_object_get(call->out, "calls");
    for (size_t i = json_array_size(rows); i-- > 0;)
        if (json_is_true(json_object_get(json_array_get(rows, i), "withdrawn")))
            (void)json_array_remove(rows, i);
    return RSP_OK;
}

/* Findings of the last assessment that are more than information. */
static rsp_status put_findings(struct rsp_call *call)
{
    json_t *assessments = json_object_get(call->out, "assessments"), *rows = NULL;
    const size_t n = json_array_size(assessments);
    const json_int_t last = json_integer_value(json_object_get(json_array_get(assessments, n - 1), "number"));
    RSP_TRY(rsp_call_facts(call, "finding", true, &rows));
    for (size_t i = json_array_size(rows); i-- > 0;) {
        const json_t *row = json_array_get(rows, i);
        if (json_integer_value(json_object_get(row, "assessment")) != last ||
            strcmp(rsp_key_text(row, "severity"), "info") == 0)
            (void)json_array_remove(rows, i);
    }
    return rsp_call_put(call, "findings", rows);
}

rsp_status rsp_case_timeline(struct rsp_call *call)
{
    struct window window;
    json_t *open = NULL, *levels = NULL;
    RSP_TRY(read_window(call, &window));
    RSP_TRY(rsp_call_put(call, "today", rsp_build_day(call->today)));
    RSP_TRY(rsp_call_put(call, "from", rsp_build_day(window.from)));
    RSP_TRY(rsp_call_put(call, "to", rsp_build_day(window.to)));
    RSP_TRY(put_record(call));
    RSP_TRY(put_diary(call, &window));
    RSP_TRY(put_plans(call));
    RSP_TRY(rsp_level_rows(call, &levels));
    RSP_TRY(rsp_call_put(call, "levels", levels));
    RSP_TRY(put_rows(call, "scores", "score"));
    RSP_TRY(put_rows(call, "assessments", "assessment"));
    RSP_TRY(put_rows(call, "appointments", "appointment"));
    RSP_TRY(put_rows(call, "orders", "order"));
    RSP_TRY(put_rows(call, "register", "register_entry"));
    RSP_TRY(rsp_session_notes_put(call));
    RSP_TRY(put_calls(call));
    RSP_TRY(put_findings(call));
    RSP_TRY(rsp_findings_open(call, &open));
    return rsp_call_put(call, "open_findings", open);
}
