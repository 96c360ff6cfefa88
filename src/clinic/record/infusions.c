/* Infusions that the person had: each readable, together plausible, none written twice. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "record/reader.h"

/* Without a weight amounts are judged at this one: only slips by a power of ten are looked for. */
#define NOMINAL_KG 100.0

struct past {
    struct rsp_dose dose[RSP_MAX_PAST_DOSE];
    size_t n;
};

static double start_h(const struct rsp_past_infusion *item)
{
    return (double)item->start.day * RSP_H_PER_D + item->dose.start_h;
}

static double last_h(const struct rsp_past_infusion *item)
{
    return start_h(item) + (item->dose.n_repeat - 1) * item->dose.interval_h;
}

/* The same dose twice at one time: a line copied and not changed, or a course counted twice. */
static bool repeats(const struct rsp_past_infusion *a, const struct rsp_past_infusion *b)
{
    const bool same = a->dose.basis == b->dose.basis && a->dose.value == b->dose.value &&
                      a->dose.drug == b->dose.drug && a->dose.route == b->dose.route &&
                      a->dose.duration_h == b->dose.duration_h && a->dose.interval_h == b->dose.interval_h;
    const struct rsp_past_infusion *first = start_h(a) <= start_h(b) ? a : b;
    const struct rsp_past_infusion *second = first == a ? b : a;
    const double from_h = start_h(second);
    return same && (from_h <= last_h(first) || from_h < last_h(first) + first->dose.duration_h);
}

static rsp_status check_twice(
    struct rsp_patient_reader *r, const struct rsp_yaml *node, const struct rsp_past_infusion *item)
{
    for (size_t i = 0; i < r->patient->n_infusion; i++) {
        if (repeats(&r->patient->infusion[i], item))
            return rsp_yaml_error(node, r->err, RSP_E_MISMATCH,
                "This is the same dose at the same time as in line %d; keep one of them, or write two doses "
                "of "
                "a day as one, such as every 12 h x2.",
                r->patient->infusion[i].line);
    }
    return RSP_OK;
}

static rsp_status check_start(
    struct rsp_patient_reader *r, const struct rsp_yaml *node, const struct rsp_past_infusion *item)
{
    const double tomorrow_h = (double)(r->today.day + 1) * RSP_H_PER_D;
    if (start_h(item) < tomorrow_h)
        return RSP_OK;
    char text[16];
    rsp_date_format(r->today, text, sizeof text);
    return rsp_yaml_error(node, r->err, RSP_E_DOMAIN,
        "This dose lies in the future (today is %s); the record holds what was given.", text);
}

/* Add the doses of an item to those before it and judge all of them. */
static rsp_status check_amounts(struct rsp_patient_reader *r, const struct rsp_yaml *node,
    const struct rsp_past_infusion *item, struct past *past)
{
    const double on_day_kg = rsp_patient_weight_on(r->patient, item->start).weight_kg;
    const bool weighed = !isnan(on_day_kg);
    const double weight_kg = weighed ? on_day_kg : NOMINAL_KG;
    bool later = false;
    struct rsp_error inner = {0};
    size_t n = 0;
    if ((size_t)item->dose.n_repeat > RSP_MAX_PAST_DOSE - past->n)
        return rsp_yaml_error(node, r->err, RSP_E_LIMIT,
            "This makes %zu earlier doses; at most %d are read: leave out the oldest, or check the number "
            "after x.",
            past->n + (size_t)item->dose.n_repeat, RSP_MAX_PAST_DOSE);
    const size_t room = RSP_MAX_PAST_DOSE - past->n;
    struct rsp_dose *dose = past->dose + past->n;
    rsp_status status = weighed ? rsp_past_infusion_expand(r->patient, item, room, dose, &n, &later, &inner)
                                : rsp_dose_text_expand(&item->dose, NOMINAL_KG, room, dose, &n, &inner);
    for (size_t i = past->n; i < past->n + n; i++)
        past->dose[i].start_h += (double)item->start.day * RSP_H_PER_D;
    past->n += n;
    if (status == RSP_OK)
        status = rsp_doses_check_absurd(past->n, past->dose, weight_kg, &inner);
    if (status == RSP_OK)
        return RSP_OK;
    return rsp_yaml_error(node, r->err, status, "%.400s%s", inner.message,
        weighed ? "" : " (no weight is given; judged at 100 kg)");
}

static rsp_status read_infusion(struct rsp_patient_reader *r, const struct rsp_yaml *node,
    struct rsp_past_infusion *item, struct past *past)
{
    static const char *const keys[] = {"start", "dose", NULL};
    if (node->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, r->err, RSP_E_SYNTAX,
            "Write {start: 2026-03-31T09:00, dose: 0.5 mg/kg ketamine iv over 40 min}.");
    RSP_TRY(rsp_yaml_only(node, keys, r->err));
    const struct rsp_yaml *start = rsp_yaml_find(node, "start");
    const struct rsp_yaml *dose = rsp_yaml_find(node, "dose");
    if (start == NULL || dose == NULL || dose->kind != RSP_YAML_SCALAR)
        return rsp_yaml_error(node, r->err, RSP_E_MISSING, "A past infusion needs start and dose.");
    struct rsp_date_time moment;
    RSP_TRY(rsp_patient_moment(r, start, &moment));
    item->start = moment.date;
    item->has_time = moment.has_time;
    item->has_offset = moment.has_offset;
    item->offset_min = moment.offset_min;
    struct rsp_error inner = {0};
    const rsp_status status = rsp_dose_text_parse(dose->text, &item->dose, &inner);
    if (status != RSP_OK)
        return rsp_yaml_error(dose, r->err, status, "%.400s", inner.message);
    item->dose.start_h += moment.hour_h;
    item->line = node->line;
    RSP_TRY(check_start(r, dose, item));
    RSP_TRY(check_twice(r, dose, item));
    RSP_TRY(check_amounts(r, dose, item, past));
    return rsp_patient_copy(r, dose->text, &item->dose_text);
}

rsp_status rsp_patient_read_infusions(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *list = rsp_yaml_find(root, "infusions");
    if (list == NULL)
        return RSP_OK;
    RSP_TRY(rsp_patient_list(r, list, "infusions"));
    r->patient->infusion = rsp_arena_alloc(r->arena, list->n_child * sizeof *r->patient->infusion);
    struct past *past = rsp_yaml_alloc(list, sizeof *past);
    if (r->patient->infusion == NULL || past == NULL)
        return rsp_patient_no_memory(r->err);
    for (const struct rsp_yaml *node = list->first; node != NULL; node = node->next) {
        RSP_TRY(read_infusion(r, node, &r->patient->infusion[r->patient->n_infusion], past));
        r->patient->n_infusion++;
    }
    return RSP_OK;
}
