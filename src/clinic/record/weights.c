/* Weights over time: a dose per kg was given at the weight of its day, not at today's. */
#include <math.h>
#include <stdlib.h>

#include "record/reader.h"

static int by_date(const void *a, const void *b)
{
    const struct rsp_dated_weight *x = a, *y = b;
    return (x->date.day > y->date.day) - (x->date.day < y->date.day);
}

static rsp_status read_earlier(struct rsp_patient_reader *r, const struct rsp_yaml *node,
    const struct rsp_patient_range *range, struct rsp_dated_weight *weight)
{
    static const char *const keys[] = {"value_kg", "date", NULL};
    if (node->kind != RSP_YAML_MAP)
        return rsp_yaml_error(
            node, r->err, RSP_E_SYNTAX, "Write an earlier weight as {value_kg: 92, date: 2026-03-31}.");
    RSP_TRY(rsp_yaml_only(node, keys, r->err));
    const struct rsp_yaml *value = rsp_yaml_find(node, "value_kg"), *date = rsp_yaml_find(node, "date");
    if (value == NULL || date == NULL)
        return rsp_yaml_error(node, r->err, RSP_E_MISSING,
            "An earlier weight needs value_kg and date, the day it was measured.");
    RSP_TRY(rsp_patient_number(r, value, range, &weight->weight_kg));
    RSP_TRY(rsp_patient_day(r, date, &weight->date));
    const struct rsp_patient *p = r->patient;
    if (!isnan(p->weight_kg) && weight->date.day >= p->weight_date.day)
        return rsp_yaml_error(date, r->err, RSP_E_MISMATCH,
            "An earlier weight must be older than the one under weight; write the newest there.");
    for (size_t i = 0; i < p->n_earlier_weight; i++)
        if (p->earlier_weight[i].date.day == weight->date.day)
            return rsp_yaml_error(
                date, r->err, RSP_E_MISMATCH, "There are two weights of this day; keep the one that holds.");
    return RSP_OK;
}

rsp_status rsp_patient_read_weights(
    struct rsp_patient_reader *r, const struct rsp_yaml *root, const struct rsp_patient_range *range)
{
    const struct rsp_yaml *list = rsp_yaml_find(root, "earlier_weights");
    struct rsp_patient *p = r->patient;
    if (list == NULL)
        return RSP_OK;
    RSP_TRY(rsp_patient_list(r, list, "earlier_weights"));
    p->earlier_weight = rsp_arena_alloc(r->arena, list->n_child * sizeof *p->earlier_weight);
    if (p->earlier_weight == NULL)
        return rsp_patient_no_memory(r->err);
    for (const struct rsp_yaml *node = list->first; node != NULL; node = node->next) {
        RSP_TRY(read_earlier(r, node, range, &p->earlier_weight[p->n_earlier_weight]));
        p->n_earlier_weight++;
    }
    if (p->n_earlier_weight > 1)
        qsort(p->earlier_weight, p->n_earlier_weight, sizeof *p->earlier_weight, by_date);
    return RSP_OK;
}

struct rsp_dated_weight rsp_patient_weight_on(const struct rsp_patient *patient, struct rsp_date day)
{
    const struct rsp_dated_weight now = {patient->weight_kg, patient->weight_date};
    const size_t n = patient->n_earlier_weight;
    if (n == 0 || (!isnan(now.weight_kg) && now.date.day <= day.day))
        return now;
    size_t last = 0; /* the earliest that is known, when none is old enough */
    for (size_t i = 1; i < n && patient->earlier_weight[i].date.day <= day.day; i++)
        last = i;
    return patient->earlier_weight[last];
}

static bool per_kg(const struct rsp_dose_text *dose)
{
    return dose->basis == RSP_DOSE_MG_PER_KG || dose->basis == RSP_DOSE_MG_PER_KG_PER_H;
}

struct rsp_dose rsp_past_dose(
    const struct rsp_patient *patient, const struct rsp_past_infusion *past, size_t k, bool *later_weight)
{
    struct rsp_dose_text one = past->dose;
    one.start_h += (double)k * one.interval_h;
    one.n_repeat = 1;
    const struct rsp_date day = {past->start.day + lround(floor(one.start_h / RSP_H_PER_D))};
    const struct rsp_dated_weight weight = rsp_patient_weight_on(patient, day);
    struct rsp_dose dose = {0};
    size_t n = 0;
    if (rsp_dose_text_expand(&one, weight.weight_kg, 1, &dose, &n, NULL) != RSP_OK)
        return (struct rsp_dose){.start_h = one.start_h,
            .duration_h = one.duration_h,
            .amount_mg = NAN,
            .drug = one.drug,
            .route = one.route,
            .state = -1};
    *later_weight = *later_weight || (per_kg(&one) && weight.date.day > day.day);
    return dose;
}

rsp_status rsp_past_infusion_expand(const struct rsp_patient *patient, const struct rsp_past_infusion *past,
    size_t n_max, struct rsp_dose dose[], size_t *n, bool *later_weight, struct rsp_error *err)
{
    const double any_kg = 1.0; /* so that only room and times are judged */
    RSP_TRY(rsp_dose_text_expand(&past->dose, any_kg, n_max, dose, n, err));
    for (size_t i = 0; i < *n; i++) {
        dose[i] = rsp_past_dose(patient, past, i, later_weight);
        if (isnan(dose[i].amount_mg)) {
            *n = 0;
            return rsp_error_set(err, RSP_E_MISSING, "weight_kg",
                "a dose of the record is written per kg: give the weight in kg");
        }
    }
    return RSP_OK;
}
