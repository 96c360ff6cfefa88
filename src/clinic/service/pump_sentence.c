/* Plain words first: what to set on the pump, and what becomes of the level. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/model.h>
#include <respite/units.h>

#include "base/text.h"
#include "service/pump.h"

#define ROUNDING_S 0.5

void rsp_pump_time(struct rsp_buf *out, double time_h)
{
    const double s_per_h = 3600.0, s_per_min = 60.0;
    /* from an hour on in whole minutes */
    const double all_s = time_h < 1.0 ? floor(time_h * s_per_h + ROUNDING_S)
                                      : s_per_min * floor(time_h * s_per_min + ROUNDING_S);
    if (!isfinite(time_h)) {
        rsp_buf_text(out, "never");
        return;
    }
    const long hours = (long)(all_s / s_per_h), minutes = (long)(all_s / s_per_min) % 60;
    const long seconds = (long)fmod(all_s, s_per_min);
    if (hours > 0 && minutes == 0)
        rsp_buf_printf(out, "%ld h", hours);
    else if (hours > 0)
        rsp_buf_printf(out, "%ld h %ld min", hours, minutes);
    else if (seconds == 0)
        rsp_buf_printf(out, "%ld min", minutes);
    else if (minutes == 0)
        rsp_buf_printf(out, "%ld s", seconds);
    else
        rsp_buf_printf(out, "%ld min %ld s", minutes, seconds);
}

static void number(struct rsp_buf *out, double value, int digits, const char *unit)
{
    char text[40];
    rsp_number_format(value, digits, text, sizeof text);
    rsp_buf_printf(out, "%s%s%s", text, *unit != '\0' ? " " : "", unit);
}

static void rate_text(struct rsp_buf *out, const struct rsp_pump_row *row)
{
    if (!isnan(row->rate_ml_per_h)) {
        number(out, row->rate_ml_per_h, 6, "mL/h");
        rsp_buf_text(out, " (");
        number(out, row->step.rate_mg_per_h, 4, "mg/h)");
    } else {
        number(out, row->step.rate_mg_per_h, 6, "mg/h");
    }
}

static int finish(struct rsp_buf *out, char *text, size_t size)
{
    const int n = snprintf(text, size, "%s", out->data != NULL ? out->data : "");
    rsp_buf_free(out);
    return n;
}

static void refusal(const struct rsp_pump_plan *plan, struct rsp_buf *out)
{
    for (size_t i = 0; i < plan->n_limit; i++) {
        const struct rsp_limit_result *r = &plan->result[i];
        if (r->ok || !r->limit->hard)
            continue;
        rsp_buf_text(out, r->at_h > 0.0 ? "No programme: at " : "No programme: at the start");
        if (r->at_h > 0.0)
            rsp_pump_time(out, r->at_h);
        rsp_buf_text(out, " it would give ");
        number(out, r->value, 4, rsp_limit_quantity_unit(r->limit->quantity));
        rsp_buf_text(out, ", ");
        number(out, r->value - r->limit->bound, 3, rsp_limit_quantity_unit(r->limit->quantity));
        rsp_buf_text(out, " more than the hard limit of ");
        number(out, r->limit->bound, 4, rsp_limit_quantity_unit(r->limit->quantity));
        rsp_buf_text(out, "; a slower rise (\"over 30 min\"), a lower target or --max-rate may keep it.");
        return;
    }
}

int rsp_pump_sentence(
    const struct rsp_pump_request *request, const struct rsp_pump_plan *plan, char *text, size_t size)
{
    struct rsp_buf out;
    rsp_buf_init(&out, 1 << 14);
    (void)request;
    if (plan->hard_broken) {
        refusal(plan, &out);
        return finish(&out, text, size);
    }
    size_t first = 0, n_change = 0;
    while (first + 1 < plan->n_row && plan->row[first].step.rate_mg_per_h <= 0.0)
        first++;
    for (size_t i = first + 1; i < plan->n_row; i++)
        n_change++;
    rsp_buf_text(&out, "Set the pump to ");
    rate_text(&out, &plan->row[first]);
    if (n_change > 0) {
        rsp_buf_text(&out, first > 0 ? " at " : " for ");
        rsp_pump_time(&out, first > 0 ? plan->row[first].step.start_h : plan->row[first].step.duration_h);
        rsp_buf_printf(
            &out, ", then change it %zu time%s as in the table", n_change, n_change > 1 ? "s" : "");
    }
    rsp_buf_text(&out, "; stop at ");
    rsp_pump_time(&out, plan->programme->end_h);
    rsp_buf_text(&out, ". In all ");
    number(&out, plan->programme->total_mg, 4, "mg ");
    rsp_buf_text(&out, rsp_drug_name(plan->profile.drug));
    if (plan->n_row > 0 && !isnan(plan->row[plan->n_row - 1].given_ml)) {
        rsp_buf_text(&out, " in ");
        number(&out, plan->row[plan->n_row - 1].given_ml, 4, "mL");
    }
    rsp_buf_text(&out, ".");
    return finish(&out, text, size);
}

static void say_piece(const struct rsp_pump_plan *plan, const struct rsp_tci_outcome *o, struct rsp_buf *out)
{
    number(out, o->target_ng_per_ml, 4, "ng/mL");
    if (!isfinite(o->arrived_h) && isfinite(o->wanted_until_h)) {
        rsp_buf_text(out, " is not reached before the target changes at ");
        rsp_pump_time(out, o->wanted_until_h);
    } else if (!isfinite(o->arrived_h) && o->target_ng_per_ml > plan->programme->top_ng_per_ml) {
        rsp_buf_text(out, " is not reached before the pump stops at ");
        rsp_pump_time(out, plan->programme->end_h);
    } else if (!isfinite(o->arrived_h)) {
        rsp_buf_text(out, " is not reached within ");
        rsp_pump_time(out, plan->programme->followed_h);
    } else if (o->arrived_h > o->to_h) {
        rsp_buf_text(out, o->target_ng_per_ml > 0.0 ? " is reached only at "
                                                    : " (to 5 % of the highest target) is reached only at ");
        rsp_pump_time(out, o->arrived_h);
        rsp_buf_text(out, ": the body is slower than the target");
    } else {
        rsp_buf_text(out, " is reached at ");
        rsp_pump_time(out, o->arrived_h);
        if (o->held && !isnan(o->lowest_frac)) {
            rsp_buf_text(out, " and held from ");
            number(out, o->lowest_frac * o->target_ng_per_ml, 4, "to ");
            number(out, o->highest_frac * o->target_ng_per_ml, 4, "ng/mL until ");
            rsp_pump_time(out, o->to_h);
        }
    }
}

int rsp_pump_level_sentence(
    const struct rsp_pump_request *request, const struct rsp_pump_plan *plan, char *text, size_t size)
{
    static const char *const sites[] = {"unknown", "arterial", "venous"};
    const struct rsp_tci_programme *p = plan->programme;
    struct rsp_buf out;
    rsp_buf_init(&out, 1 << 14);
    const struct rsp_model_output *output = rsp_model_output(request->model, (size_t)request->output);
    rsp_buf_printf(&out, "In the typical person of %s (%s; sampling site %s), ", rsp_model_id(request->model),
        output->label, sites[rsp_model_site(request->model)]);
    bool any = false;
    for (size_t i = 0; i < p->n_outcome; i++) {
        /* a ramp into a level that is held says nothing of its own */
        if (i + 1 < p->n_outcome && !p->outcome[i].held && p->outcome[i + 1].held &&
            p->outcome[i + 1].target_ng_per_ml == p->outcome[i].target_ng_per_ml)
            continue;
        rsp_buf_text(&out, any ? "; " : "");
        say_piece(plan, &p->outcome[i], &out);
        any = true;
    }
    rsp_buf_text(&out, ". Highest level ");
    number(&out, p->top_ng_per_ml, 4, "ng/mL at ");
    rsp_pump_time(&out, p->top_h);
    /* less is 0 as it is printed */
    const double visible_pct = 0.05, overshoot_pct = 100.0 * p->overshoot_frac;
    if (overshoot_pct < visible_pct) {
        rsp_buf_text(&out, "; no overshoot");
    } else {
        rsp_buf_text(&out, "; overshoot ");
        number(&out, overshoot_pct, overshoot_pct < 1.0 ? 1 : 2, "%");
    }
    if (plan->n_plasma > 0) {
        rsp_buf_text(&out, "; plasma up to ");
        number(&out, plan->plasma_top_ng_per_ml, 4, "ng/mL at ");
        rsp_pump_time(&out, plan->plasma_top_h);
    }
    rsp_buf_text(&out, ".");
    return finish(&out, text, size);
}
