/* What must be read before a programme is set: soft limits, a level not held, ground that is left. */
#include <math.h>

#include <respite/model.h>
#include <respite/units.h>

#include "base/text.h"
#include "service/pump.h"

enum { PERCENT = 100 };

static void number(struct rsp_buf *out, double value, int digits, const char *after)
{
    char text[40];
    rsp_number_format(value, digits, text, sizeof text);
    rsp_buf_printf(out, "%s%s", text, after);
}

static void soft_limits(const struct rsp_pump_plan *plan, struct rsp_buf *out)
{
    for (size_t i = 0; i < plan->n_limit; i++) {
        const struct rsp_limit_result *r = &plan->result[i];
        if (r->ok || r->limit->hard || r->limit->quantity == RSP_LIMIT_TOTAL_MIN_MG)
            continue;
        rsp_buf_text(out, "Above a limit: ");
        number(out, r->value, 4, " ");
        rsp_buf_printf(
            out, "%s at %s", rsp_limit_quantity_unit(r->limit->quantity), r->at_h > 0 ? "" : "the start");
        if (r->at_h > 0)
            rsp_pump_time(out, r->at_h);
        rsp_buf_text(out, " against ");
        number(out, r->limit->bound, 4, " ");
        rsp_buf_printf(out, "%s (%s). The prescriber may pass it with a reason.\n",
            rsp_limit_quantity_unit(r->limit->quantity), r->limit->id);
    }
}

static void held_poorly(const struct rsp_tci_programme *p, struct rsp_buf *out)
{
    const double tolerance = 0.05, rounding = 1e-9; /* the promise: within 5 % */
    for (size_t i = 0; i < p->n_outcome; i++) {
        const struct rsp_tci_outcome *o = &p->outcome[i];
        if (!o->held || isnan(o->lowest_frac) ||
            (o->lowest_frac >= 1 - tolerance - rounding && o->highest_frac <= 1 + tolerance + rounding))
            continue;
        rsp_buf_text(out, "Not held within 5 %: ");
        number(out, PERCENT * o->lowest_frac, 3, " to ");
        number(out, PERCENT * o->highest_frac, 3, " % of ");
        number(out, o->target_ng_per_ml, 4,
            " ng/mL. Take a shorter step (--shortest-step), a finer pump (--resolution) or a higher "
            "--max-rate.\n");
    }
}

static void domain(const struct rsp_model *model, const struct rsp_tci_programme *p, struct rsp_buf *out)
{
    const struct rsp_model_domain *d = rsp_model_domain(model);
    const bool longer = d->duration_h[0] <= d->duration_h[1] && p->end_h > d->duration_h[1];
    const bool higher = d->concentration_ng_per_ml[0] <= d->concentration_ng_per_ml[1] &&
                        p->top_ng_per_ml > d->concentration_ng_per_ml[1];
    if (!longer && !higher)
        return;
    rsp_buf_text(out, "Extrapolated: ");
    if (longer) {
        rsp_buf_text(out, "an infusion of ");
        rsp_pump_time(out, p->end_h);
        rsp_buf_text(out, ", fitted up to ");
        rsp_pump_time(out, d->duration_h[1]);
    }
    if (higher) {
        rsp_buf_text(out, longer ? "; a level of " : "a level of ");
        number(out, p->top_ng_per_ml, 4, " ng/mL, fitted up to ");
        number(out, d->concentration_ng_per_ml[1], 4, " ng/mL");
    }
    rsp_buf_text(out, ".\n");
}

void rsp_pump_cautions(
    const struct rsp_pump_request *request, const struct rsp_pump_plan *plan, struct rsp_buf *out)
{
    soft_limits(plan, out);
    if (plan->high_target)
        rsp_buf_printf(out, "%s\n", plan->target_level->text);
    if (plan->programme == NULL || plan->hard_broken)
        return;
    held_poorly(plan->programme, out);
    domain(request->model, plan->programme, out);
}
