#include "service/learn_record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/model_doses.h"

enum {
    RUN = 5
}; /* days in a row: five days of scores are reliable (reliability over 0.9, models/diary.yaml) */

static double start_h(const struct rsp_past_infusion *past)
{
    return (double)past->start.day * RSP_H_PER_D + past->dose.start_h;
}

bool rsp_past_slip(
    const struct rsp_rulebook *book, const struct rsp_patient *patient, const struct rsp_past_infusion *past)
{
    const double weight_kg = rsp_patient_weight_on(patient, past->start).weight_kg;
    bool known = false;
    return rsp_rules_tenfold(book, &past->dose, weight_kg, patient->setting, &known, NULL) == RSP_E_LIMIT;
}

static rsp_status check_slip(
    const struct rsp_advising *a, const struct rsp_past_infusion *past, struct rsp_error *err)
{
    if (!rsp_past_slip(a->book, a->patient, past))
        return RSP_OK;
    (void)rsp_error_set(err, RSP_E_LIMIT, "infusions",
        "the recorded dose '%.120s' is about ten times, or a tenth of, the usual: what is learned would rest "
        "on a slip; "
        "check drug, amount and unit",
        past->dose_text);
    rsp_error_place(err, NULL, past->line);
    return RSP_E_LIMIT;
}

static const struct rsp_past_infusion *first_of(const struct rsp_patient *patient)
{
    const struct rsp_past_infusion *first = &patient->infusion[0];
    for (size_t i = 1; i < patient->n_infusion; i++)
        if (start_h(&patient->infusion[i]) < start_h(first))
            first = &patient->infusion[i];
    return first;
}

/* Hours to take off the wall clock of an infusion, so that it is that of the first one: clocks may have been changed
 * between them, while levels and diary go by the distance from UTC. */
static rsp_status clock_shift_h(const struct rsp_past_infusion *first, const struct rsp_past_infusion *past,
    double *shift_h, struct rsp_error *err)
{
    *shift_h = (past->offset_min - first->offset_min) / 60.0;
    if (past->has_offset == first->has_offset)
        return RSP_OK;
    (void)rsp_error_set(err, RSP_E_MISMATCH, "infusions",
        "write the distance from UTC (+01:00) for all infusions of the patient's file, or for none");
    rsp_error_place(err, NULL, past->line);
    return RSP_E_MISMATCH;
}

/* All doses as given, from the first recorded one, up to the plan's start. */
static rsp_status expand(
    struct rsp_advising *a, struct rsp_dose dose[], size_t *n_dose, struct rsp_error *err)
{
    const struct rsp_patient *patient = a->patient;
    const double plan_h = (double)a->request->start.day * RSP_H_PER_D;
    const struct rsp_past_infusion *first = first_of(patient);
    const double first_h = start_h(first);
    size_t n_all = 0;
    bool later_weight = false;
    for (size_t i = 0; i < patient->n_infusion; i++) {
        const struct rsp_past_infusion *past = &patient->infusion[i];
        size_t n = 0;
        double shift_h = 0.0;
        RSP_TRY(check_slip(a, past, err));
        RSP_TRY(clock_shift_h(first, past, &shift_h, err));
        RSP_TRY(rsp_past_infusion_expand(
            patient, past, RSP_MAX_PAST_DOSE - n_all, dose + n_all, &n, &later_weight, err));
        for (size_t k = 0; k < n; k++)
            dose[n_all + k].start_h += (double)past->start.day * RSP_H_PER_D - shift_h;
        n_all += n;
    }
    qsort(dose, n_all, sizeof *dose, rsp_dose_by_start);
    *n_dose = 0;
    for (size_t i = 0; i < n_all && dose[i].start_h < plan_h; i++) {
        dose[i].start_h -= first_h;
        ++*n_dose;
    }
    return later_weight ? rsp_basis_assume_named(a, "later_weight", err) : RSP_OK;
}

/* The dose as the model takes it; *taken false when it does not. */
static rsp_status translate(const struct rsp_advising *a, const struct rsp_dose *given,
    struct rsp_dose *model, bool *taken, struct rsp_error *err)
{
    struct rsp_model_doses one = {0};
    char reason[200];
    *taken = false;
    const rsp_status status = rsp_model_doses_esketamine(1, given, true, &one, reason, err);
    if (status == RSP_OK && *reason == '\0' && one.n == 1 &&
        rsp_model_takes_route(a->relief_model, one.dose[0].route)) {
        *model = one.dose[0];
        *taken = true;
    }
    free(one.dose);
    return status;
}

rsp_status rsp_recorded_doses(struct rsp_advising *a, struct rsp_recorded *recorded, struct rsp_error *err)
{
    size_t n = 0;
    recorded->given = calloc(RSP_MAX_PAST_DOSE, sizeof *recorded->given);
    recorded->model = calloc(RSP_MAX_PAST_DOSE, sizeof *recorded->model);
    if (recorded->given == NULL || recorded->model == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "infusions", "out of memory");
    RSP_TRY(expand(a, recorded->given, &n, err));
    for (size_t i = 0; i < n; i++) {
        bool taken = false;
        RSP_TRY(translate(a, &recorded->given[i], &recorded->model[recorded->n], &taken, err));
        if (taken)
            recorded->given[recorded->n++] = recorded->given[i];
    }
    if (recorded->n == 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "infusions",
            "none of the recorded infusions can be followed by %s: levels and diary cannot be used",
            rsp_model_id(a->relief_model));
    return recorded->n == n ? RSP_OK
                            : rsp_basis_missing(a->advice,
                                  "effect of earlier infusions by a route or drug without a model", err);
}

void rsp_recorded_free(struct rsp_recorded *recorded)
{
    free(recorded->given);
    free(recorded->model);
    *recorded = (struct rsp_recorded){0};
}

size_t rsp_last_series(size_t n, const struct rsp_dose dose[], double gap_d, double *end_h)
{
    size_t first = 0;
    double last_h = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (dose[i].start_h - last_h > gap_d * RSP_H_PER_D)
            first = i;
        last_h = fmax(last_h, dose[i].start_h + dose[i].duration_h);
    }
    if (end_h != NULL)
        *end_h = last_h;
    return first;
}

static double mean_of(size_t n, const double nrs[])
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += nrs[i];
    return n > 0 ? sum / (double)n : NAN;
}

/* The question that most entries answer: the average of a day and the pain of a moment are not compared. */
static enum rsp_recall usual_recall(const struct rsp_diary *diary)
{
    size_t n[RSP_N_RECALL] = {0};
    enum rsp_recall most = RSP_RECALL_UNSTATED;
    for (size_t i = 0; i < diary->n; i++)
        n[diary->entry[i].recall]++;
    for (int k = 0; k < RSP_N_RECALL; k++)
        if (n[k] > n[most])
            most = (enum rsp_recall)k;
    return most;
}

struct days {
    size_t n, n_entry, n_other; /* days with an entry; entries, and those beside another treatment */
    double *nrs;                /* mean of each day; room for as many as there are entries */
};

/* One value a day between two moments: six entries of one hour are no six days. */
static void read_days(const struct rsp_diary *diary, double after_d, double before_d, struct days *days)
{
    const enum rsp_recall recall = usual_recall(diary);
    double day = NAN, n_of_day = 0.0;
    days->n = days->n_entry = days->n_other = 0;
    for (size_t i = 0; i < diary->n; i++) {
        const struct rsp_diary_entry *entry = &diary->entry[i];
        if (entry->recall != recall || entry->time_d <= after_d || entry->time_d >= before_d)
            continue;
        if (floor(entry->time_d) != day) {
            day = floor(entry->time_d);
            n_of_day = 0.0;
            days->nrs[days->n++] = 0.0;
        }
        double *mean = &days->nrs[days->n - 1];
        *mean += (entry->pain_nrs - *mean) / ++n_of_day;
        days->n_entry++;
        days->n_other += entry->other_treatment ? 1 : 0;
    }
}

struct rsp_series_seen rsp_series_seen(
    const struct rsp_prediction_settings *settings, const struct rsp_diary *diary, double end_d)
{
    const double within_d = settings->diary.judge_within_d;
    struct rsp_series_seen seen = {.fall_frac = NAN, .now_frac = NAN};
    struct days days = {.nrs = malloc((diary->n + 1) * sizeof *days.nrs)};
    double least = INFINITY;
    if (days.nrs == NULL)
        return seen; /* nothing is known, which is what seen says */
    read_days(diary, -within_d, 0.0, &days);
    const double before = days.n >= RUN ? mean_of(days.n, days.nrs) : NAN;
    read_days(diary, end_d, end_d + within_d, &days);
    seen.n_after = days.n;
    seen.other_treatment = 2 * days.n_other > days.n_entry;
    for (size_t i = 0; i + RUN <= days.n; i++)
        least = fmin(least, mean_of(RUN, days.nrs + i));
    if (isfinite(least) && before > 0.0)
        seen.fall_frac = 1.0 - least / before;
    read_days(diary, end_d, INFINITY, &days);
    if (days.n >= RUN && before > 0.0)
        seen.now_frac = 1.0 - mean_of(RUN, days.nrs + days.n - RUN) / before;
    free(days.nrs);
    seen.judged = (double)seen.n_after >= settings->diary.judge_entries && !isnan(seen.fall_frac);
    seen.no_response = seen.judged && seen.fall_frac < settings->futility_relief_frac;
    return seen;
}
