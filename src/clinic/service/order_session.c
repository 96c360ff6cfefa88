/* Which doses are ordered: a session of a kept plan, or in an emergency dose texts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/order.h"

/* Hours that were kept with a few digits, to the second that was meant. */
static double to_second(const json_t *hours)
{
    const double seconds_an_hour = 3600.0;
    return round(json_number_value(hours) * seconds_an_hour) / seconds_an_hour;
}

static rsp_status take_dose(struct rsp_call *call, const json_t *row, struct rsp_dose *dose)
{
    const char *drug = json_string_value(json_object_get(row, "drug")),
               *route = json_string_value(json_object_get(row, "route"));
    *dose = (struct rsp_dose){.start_h = to_second(json_object_get(row, "start_h")),
        .duration_h = to_second(json_object_get(row, "duration_h")),
        .amount_mg = json_number_value(json_object_get(row, "amount_mg")),
        .state = -1};
    RSP_TRY(rsp_drug_parse(drug != NULL ? drug : "", &dose->drug, call->err));
    return rsp_route_parse(route != NULL ? route : "", &dose->route, call->err);
}

/* Ends of the session that begins with dose `from`: the first dose after a pause. */
static size_t session_end(const struct rsp_dose dose[], size_t n, size_t from)
{
    double end_h = dose[from].start_h + dose[from].duration_h;
    size_t i = from + 1;
    for (; i < n && rsp_treatment_goes_on(end_h, dose[i].start_h); i++)
        end_h = fmax(end_h, dose[i].start_h + dose[i].duration_h);
    return i;
}

static rsp_status pick_session(struct rsp_order_making *m)
{
    const int64_t wanted = rsp_call_whole(m->call, "session", 1);
    for (size_t i = 0; i < m->n_regimen; i = session_end(m->regimen, m->n_regimen, i)) {
        const size_t end = session_end(m->regimen, m->n_regimen, i);
        m->sessions++;
        if (m->sessions != wanted)
            continue;
        m->session = wanted;
        m->first = i;
        m->n_dose = end - i;
        if (m->n_dose > RSP_MAX_ORDER_STEP)
            return rsp_error_set(m->call->err, RSP_E_LIMIT, "session",
                "this session has %zu doses, an order takes %d", m->n_dose, RSP_MAX_ORDER_STEP);
        memcpy(m->dose, &m->regimen[i], m->n_dose * sizeof *m->dose);
    }
    if (m->session == 0)
        return rsp_error_set(m->call->err, RSP_E_DOMAIN, "session", "the plan has %lld sessions, not %lld",
            (long long)m->sessions, (long long)wanted);
    return RSP_OK;
}

/* The day at so many hours from midnight of the plan's start; "" when the plan has none. */
static void day_at(const struct rsp_kept_plan *plan, double at_h, char day_text[16])
{
    const char *start = json_string_value(json_object_get(plan->body, "start"));
    const double hours_a_day = 24.0;
    struct rsp_date day;
    day_text[0] = '\0';
    if (start == NULL || rsp_date_parse(start, &day, NULL) != RSP_OK)
        return;
    day.day += (long)floor(at_h / hours_a_day);
    rsp_date_format(day, day_text, 16);
}

static void set_day(struct rsp_order_making *m)
{
    double end_h = m->dose[0].start_h;
    for (size_t i = 0; i < m->n_dose; i++)
        end_h = fmax(end_h, m->dose[i].start_h + m->dose[i].duration_h);
    day_at(&m->plan, m->dose[0].start_h, m->day);
    day_at(&m->plan, end_h, m->last_day);
}

/* All doses of a plan by their start. @param dose  out: caller frees, also on failure */
static rsp_status read_doses(
    struct rsp_call *call, const struct rsp_kept_plan *plan, struct rsp_dose **dose, size_t *n)
{
    size_t i;
    const json_t *row;
    *n = 0;
    *dose = calloc(json_array_size(plan->doses) + 1, sizeof **dose);
    if (*dose == NULL)
        return rsp_call_no_memory(call);
    json_array_foreach(plan->doses, i, row) RSP_TRY(take_dose(call, row, &(*dose)[(*n)++]));
    qsort(*dose, *n, sizeof **dose, rsp_dose_by_start);
    return RSP_OK;
}

static json_t *session_row(
    struct rsp_build *b, const struct rsp_kept_plan *plan, size_t n, const struct rsp_dose dose[])
{
    char day[16];
    double amount_mg = 0, end_h = dose[0].start_h;
    json_t *row = json_object();
    for (size_t i = 0; i < n; i++) {
        amount_mg += dose[i].amount_mg;
        end_h = fmax(end_h, dose[i].start_h + dose[i].duration_h);
    }
    day_at(plan, dose[0].start_h, day);
    rsp_build_set(b, row, "day", rsp_build_text(day));
    rsp_build_set(b, row, "drug", rsp_build_text(rsp_drug_name(dose[0].drug)));
    rsp_build_set(b, row, "route", rsp_build_text(rsp_route_name(dose[0].route)));
    rsp_build_set(b, row, "amount_mg", rsp_build_number(amount_mg));
    rsp_build_set(b, row, "hours", rsp_build_number(end_h - dose[0].start_h));
    return row;
}

rsp_status rsp_plan_sessions(struct rsp_call *call, const struct rsp_kept_plan *plan, json_t **rows)
{
    struct rsp_build b = {false};
    struct rsp_dose *dose = NULL;
    size_t n = 0, end;
    json_t *made = json_array();
    rsp_status status = read_doses(call, plan, &dose, &n);
    for (size_t i = 0; status == RSP_OK && i < n; i = end) {
        end = session_end(dose, n, i);
        json_t *row = session_row(&b, plan, end - i, &dose[i]);
        rsp_build_set(&b, row, "number", json_integer((json_int_t)json_array_size(made) + 1));
        rsp_build_append(&b, made, row);
    }
    free(dose);
    if (status == RSP_OK && (b.failed || made == NULL))
        status = rsp_call_no_memory(call);
    if (status == RSP_OK)
        *rows = made;
    else
        json_decref(made);
    return status;
}

static rsp_status read_plan(struct rsp_order_making *m, int64_t number)
{
    RSP_TRY(rsp_kept_plan_read(m->call, number, &m->plan));
    RSP_TRY(read_doses(m->call, &m->plan, &m->regimen, &m->n_regimen));
    RSP_TRY(pick_session(m));
    set_day(m);
    return RSP_OK;
}

/* An emergency has no plan: its doses are given at once. */
static rsp_status read_texts(struct rsp_order_making *m, const json_t *texts)
{
    size_t i;
    const json_t *text;
    m->regimen = calloc(RSP_MAX_ORDER_STEP, sizeof *m->regimen);
    if (m->regimen == NULL)
        return rsp_call_no_memory(m->call);
    json_array_foreach(texts, i, text)
    {
        struct rsp_dose_text dose;
        size_t n = 0;
        RSP_TRY(rsp_dose_text_parse(json_string_value(text), &dose, m->call->err));
        RSP_TRY(rsp_dose_text_expand(&dose, m->drawing.weight_kg, RSP_MAX_ORDER_STEP - m->n_regimen,
            m->regimen + m->n_regimen, &n, m->call->err));
        m->n_regimen += n;
    }
    qsort(m->regimen, m->n_regimen, sizeof *m->regimen, rsp_dose_by_start);
    m->sessions = m->session = 1;
    m->n_dose = session_end(m->regimen, m->n_regimen, 0);
    if (m->n_dose < m->n_regimen)
        return rsp_error_set(m->call->err, RSP_E_DOMAIN, "dose",
            "an emergency order holds one session: later doses need a plan");
    memcpy(m->dose, m->regimen, m->n_dose * sizeof *m->dose);
    return RSP_OK;
}

static rsp_status check_one_drug(const struct rsp_order_making *m)
{
    for (size_t i = 1; i < m->n_dose; i++)
        if (m->dose[i].drug != m->dose[0].drug || m->dose[i].route != m->dose[0].route)
            return rsp_error_set(m->call->err, RSP_E_MISMATCH, "session",
                "this session gives %s %s and %s %s: each needs a plan of its own, drugs and routes are "
                "never "
                "mixed in one order",
                rsp_drug_name(m->dose[0].drug), rsp_route_name(m->dose[0].route),
                rsp_drug_name(m->dose[i].drug), rsp_route_name(m->dose[i].route));
    return RSP_OK;
}

rsp_status rsp_order_session(struct rsp_order_making *m)
{
    const json_t *texts = json_object_get(m->call->input, "dose");
    const int64_t plan = rsp_call_whole(m->call, "plan", 0);
    if ((plan != 0) == (texts != NULL))
        return rsp_error_set(m->call->err, RSP_E_MISSING, "plan",
            "an order rests on a kept plan; only an emergency has dose texts instead");
    if (plan != 0 && m->emergency[0] != '\0')
        return rsp_error_set(m->call->err, RSP_E_MISMATCH, "emergency",
            "a planned session is no emergency: leave the reason out, or give dose texts in place of the "
            "plan");
    if (texts != NULL && m->emergency[0] == '\0')
        return rsp_error_set(m->call->err, RSP_E_MISSING, "emergency",
            "dose texts without a plan are for an emergency: say why it cannot wait, or plan first");
    RSP_TRY(plan != 0 ? read_plan(m, plan) : read_texts(m, texts));
    RSP_TRY(check_one_drug(m));
    m->drug = m->dose[0].drug;
    m->route = m->dose[0].route;
    return RSP_OK;
}
