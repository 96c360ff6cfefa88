#include "service/seen.h"

#include <math.h>
#include <stdlib.h>

/* A score of the morning belongs to a series that begins on that day. */
#define SAME_DAY_D 1.0

/* When every dose on record began and how long it ran, in order of time, in hours from the midnight of 1970-01-01.
 * @param list  out: NULL without doses; caller frees */
static rsp_status doses(
    const struct rsp_patient *patient, struct rsp_dose **list, size_t *n, struct rsp_error *err)
{
    size_t room = 0;
    *n = 0;
    *list = NULL;
    for (size_t i = 0; i < patient->n_infusion; i++)
        room += (size_t)patient->infusion[i].dose.n_repeat;
    if (room == 0)
        return RSP_OK;
    if ((*list = calloc(room, sizeof **list)) == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "infusions", "out of memory");
    for (size_t i = 0; i < patient->n_infusion; i++) {
        const struct rsp_past_infusion *past = &patient->infusion[i];
        for (int k = 0; k < past->dose.n_repeat; k++)
            (*list)[(*n)++] = (struct rsp_dose){.start_h = (double)past->start.day * RSP_H_PER_D +
                                                           past->dose.start_h + k * past->dose.interval_h,
                .duration_h = past->dose.duration_h};
    }
    qsort(*list, *n, sizeof **list, rsp_dose_by_start);
    return RSP_OK;
}

/* The scores before the series that the diary follows are the pain before treatment. */
static double followed_from_d(const struct rsp_dose list[], size_t n, double first_entry_d)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].start_h / RSP_H_PER_D >= first_entry_d - SAME_DAY_D)
            return list[i].start_h / RSP_H_PER_D;
    return list[0].start_h / RSP_H_PER_D;
}

/* @param from_d, end_d  start of the first series that the diary follows, end of the last */
static rsp_status judge(const struct rsp_diary *diary, double zero_d, double from_d, double end_d,
    const struct rsp_prediction_settings *settings, struct rsp_seen *seen, struct rsp_error *err)
{
    struct rsp_diary shifted = *diary;
    shifted.entry = malloc(diary->n * sizeof *shifted.entry);
    if (shifted.entry == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "diary", "out of memory");
    for (size_t i = 0; i < diary->n; i++) {
        shifted.entry[i] = diary->entry[i];
        shifted.entry[i].time_d += zero_d - from_d;
    }
    const struct rsp_series_seen found = rsp_series_seen(settings, &shifted, end_d - from_d);
    free(shifted.entry);
    seen->n_after = found.n_after;
    seen->fall_frac = found.fall_frac;
    seen->now_frac = found.now_frac;
    seen->judged = found.judged;
    seen->other_treatment = found.other_treatment;
    seen->no_response = found.no_response;
    return RSP_OK;
}

rsp_status rsp_seen_read(const struct rsp_planning *planning, const struct rsp_prediction_settings *settings,
    struct rsp_date today, struct rsp_seen *seen, struct rsp_error *err)
{
    struct rsp_moment zero = {.local_day = today.day};
    const struct rsp_diary *diary = &planning->diary;
    struct rsp_dose *list = NULL;
    rsp_status status = RSP_OK;
    RSP_TRY(doses(planning->patient, &list, &seen->n_dose, err));
    if (seen->n_dose > 0 && rsp_learn_time_zero(planning->patient, &zero, NULL) != RSP_OK)
        zero = (struct rsp_moment){.local_day = today.day};
    const double zero_d = (double)zero.local_day + zero.local_h / RSP_H_PER_D;
    seen->fall_frac = seen->now_frac = NAN;
    if (diary->n > 0)
        seen->last_entry_day = lround(floor(zero_d + diary->entry[diary->n - 1].time_d));
    if (list != NULL) {
        const size_t n = seen->n_dose;
        double end_h = 0.0;
        const size_t last = rsp_last_series(n, list, settings->diary.series_gap_d, &end_h);
        seen->series_day = lround(floor(list[last].start_h / RSP_H_PER_D));
        seen->series_end = lround(floor(end_h / RSP_H_PER_D));
        if (diary->n > 0)
            status = judge(diary, zero_d, followed_from_d(list, n, zero_d + diary->entry[0].time_d),
                end_h / RSP_H_PER_D, settings, seen, err);
    }
    free(list);
    return status;
}

/* Doses of one recorded infusion between two days, added to the exposure. */
static void add_exposure(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    const struct rsp_past_infusion *past, long from, long to, struct rsp_exposure *exposure)
{
    const enum rsp_drug drug = past->dose.drug;
    const bool slip = rsp_past_slip(book, patient, past);
    for (size_t k = 0; k < (size_t)past->dose.n_repeat; k++) {
        bool later_weight = false;
        const struct rsp_dose dose = rsp_past_dose(patient, past, k, &later_weight);
        const double at_d = (double)past->start.day + dose.start_h / RSP_H_PER_D;
        if (at_d < (double)from || at_d >= (double)(to + 1))
            continue;
        exposure->n_dose[drug]++;
        if (slip) {
            exposure->n_slip[drug]++;
            continue;
        }
        exposure->total_mg[drug] += dose.amount_mg;
        exposure->later_weight[drug] = exposure->later_weight[drug] || later_weight;
    }
}

struct rsp_exposure rsp_exposure_within(
    const struct rsp_rulebook *book, const struct rsp_patient *patient, struct rsp_date today, long days)
{
    struct rsp_exposure exposure = {0};
    for (size_t i = 0; i < patient->n_infusion; i++)
        add_exposure(book, patient, &patient->infusion[i], today.day - days, today.day, &exposure);
    return exposure;
}
