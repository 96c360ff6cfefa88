/* A programme as one JSON object. */
#include <math.h>

#include <respite/model.h>

#include "json.h"
#include "model_argument.h"
#include "tci.h"

enum { SENTENCE = 4000, MOST_POINT = 400 };

static void model(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_model *m = run->sim.model;
    rsp_json_open(out, "model", '{');
    rsp_json_text(out, "id", rsp_model_id(m));
    rsp_json_text(out, "site", rsp_cli_site(rsp_model_site(m)));
    rsp_json_text(out, "drug", rsp_drug_name(rsp_model_drug(m)));
    rsp_json_text(out, "output", rsp_model_output_name(m, (size_t)run->request.output));
    rsp_json_open(out, "parts", '[');
    for (size_t i = 0; i < rsp_model_n_part(m); i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "id", rsp_model_part(m, i)->id);
        rsp_json_text(out, "sha256", rsp_cli_model_sha256(rsp_model_part(m, i)->id));
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_close(out, '}');
}

static void target(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_tci_profile *profile = &run->plan->profile;
    rsp_json_text(out, "method", run->request.method == RSP_TCI_PLASMA ? "plasma" : "effect");
    rsp_json_text(out, "method_source", rsp_tci_method_source(run->request.method));
    rsp_json_number(out, "lowered_frac", run->plan->lowered_frac);
    rsp_json_open(out, "target", '[');
    for (size_t i = 0; i < profile->n; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_number(out, "duration_h", profile->piece[i].duration_h);
        rsp_json_number(out, "from_ng_per_ml", profile->piece[i].from_ng_per_ml);
        rsp_json_number(out, "to_ng_per_ml", profile->piece[i].to_ng_per_ml);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void steps(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_pump_plan *plan = run->plan;
    rsp_json_open(out, "steps", '[');
    for (size_t i = 0; i < plan->n_row; i++) {
        const struct rsp_pump_row *row = &plan->row[i];
        rsp_json_open(out, NULL, '{');
        rsp_json_number(out, "start_h", row->step.start_h);
        rsp_json_number(out, "duration_h", row->step.duration_h);
        rsp_json_number(out, "rate_mg_per_h", row->step.rate_mg_per_h);
        rsp_json_number(out, "rate_ml_per_h", row->rate_ml_per_h);
        rsp_json_number(out, "rate_mg_per_kg_per_h", row->rate_mg_per_kg_per_h);
        rsp_json_number(out, "given_mg", row->step.given_mg);
        rsp_json_number(out, "given_ml", row->given_ml);
        rsp_json_number(out, "target_ng_per_ml", row->step.target_ng_per_ml);
        rsp_json_number(out, "level_ng_per_ml", row->step.level_ng_per_ml);
        rsp_json_number(out, "lowest_ng_per_ml", row->step.lowest_ng_per_ml);
        rsp_json_number(out, "highest_ng_per_ml", row->step.highest_ng_per_ml);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "syringe_change_h", '[');
    for (size_t i = 0; i < plan->n_change; i++)
        rsp_json_number(out, NULL, plan->change_h[i]);
    rsp_json_close(out, ']');
}

static void outcomes(const struct rsp_tci_programme *p, struct rsp_buf *out)
{
    rsp_json_number(out, "end_h", p->end_h);
    rsp_json_number(out, "total_mg", p->total_mg);
    rsp_json_number(out, "highest_rate_mg_per_h", p->highest_rate_mg_per_h);
    rsp_json_number(out, "top_ng_per_ml", p->top_ng_per_ml);
    rsp_json_number(out, "top_h", p->top_h);
    rsp_json_number(out, "overshoot_frac", p->overshoot_frac);
    rsp_json_bool(out, "steps_shortened", p->shortened);
    rsp_json_bool(out, "at_max_rate", p->at_max_rate);
    rsp_json_open(out, "outcomes", '[');
    for (size_t i = 0; i < p->n_outcome; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_number(out, "from_h", p->outcome[i].from_h);
        rsp_json_number(out, "to_h", p->outcome[i].to_h);
        rsp_json_number(out, "target_ng_per_ml", p->outcome[i].target_ng_per_ml);
        rsp_json_number(out, "arrived_h", p->outcome[i].arrived_h);
        rsp_json_number(out, "lowest_frac", p->outcome[i].lowest_frac);
        rsp_json_number(out, "highest_frac", p->outcome[i].highest_frac);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void numbers(struct rsp_buf *out, const char *key, size_t n, size_t stride, const double value[])
{
    rsp_json_open(out, key, '[');
    for (size_t i = 0; i < n; i += stride)
        rsp_json_number(out, NULL, value[i]);
    rsp_json_close(out, ']');
}

static void curves(const struct rsp_pump_plan *plan, struct rsp_buf *out)
{
    static const char *const band[] = {"p05", "p25", "p50", "p75", "p95"};
    const struct rsp_tci_programme *p = plan->programme;
    const size_t stride = p->n_time / MOST_POINT + 1;
    rsp_json_open(out, "curve", '{');
    numbers(out, "time_h", p->n_time, stride, p->time_h);
    numbers(out, "target_ng_per_ml", p->n_time, stride, p->target_ng_per_ml);
    numbers(out, "level_ng_per_ml", p->n_time, stride, p->level_ng_per_ml);
    if (plan->n_plasma > 0)
        numbers(out, "plasma_ng_per_ml", p->n_time, stride, plan->plasma_ng_per_ml);
    rsp_json_close(out, '}');
    rsp_json_open(out, "band", '{');
    numbers(out, "time_h", plan->band.n, 1, plan->band.time);
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        numbers(out, band[k], plan->band.n, 1, plan->band.band[k]);
    rsp_json_close(out, '}');
}

static void dissociation(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_prediction *d = &run->plan->dissociation;
    rsp_json_open(out, "peak_dissociation_pct", '{');
    rsp_json_number(out, "p05", d->p05);
    rsp_json_number(out, "p25", d->p25);
    rsp_json_number(out, "p50", d->p50);
    rsp_json_number(out, "p75", d->p75);
    rsp_json_number(out, "p95", d->p95);
    rsp_json_text(out, "status", rsp_prediction_status_name(d->status));
    rsp_json_text(out, "validity", rsp_validity_name(d->validity));
    rsp_json_text(out, "reason", d->reason);
    rsp_json_text(out, "model", run->plan->dissociation_model);
    rsp_json_text(out, "site", run->plan->dissociation_site);
    rsp_json_number(out, "bound_pct", run->request.max_dissociation_pct);
    rsp_json_number(out, "chance_at_or_below_bound", run->plan->dissociation_chance);
    rsp_json_close(out, '}');
}

static void limits(const struct rsp_pump_plan *plan, struct rsp_buf *out)
{
    rsp_json_open(out, "limits", '[');
    for (size_t i = 0; i < plan->n_limit; i++) {
        const struct rsp_limit_result *r = &plan->result[i];
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "limit", r->limit->id);
        rsp_json_number(out, "value", r->value);
        rsp_json_number(out, "bound", r->limit->bound);
        rsp_json_text(out, "unit", rsp_limit_quantity_unit(r->limit->quantity));
        rsp_json_number(out, "at_h", r->at_h);
        rsp_json_bool(out, "hard", r->limit->hard);
        rsp_json_bool(out, "ok", r->ok);
        rsp_json_text(out, "source", r->limit->source);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void side_effects(const struct rsp_pump_plan *plan, struct rsp_buf *out)
{
    rsp_json_open(out, "side_effects", '[');
    for (size_t i = 0; i < plan->n_side_effect; i++) {
        const struct rsp_side_effect *row = plan->side_effect[i];
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "topic", row->topic);
        rsp_json_text(out, "drug", rsp_drug_name(row->drug));
        rsp_json_text(out, "regimen", row->regimen);
        rsp_json_text(out, "n", row->n);
        rsp_json_text(out, "course", row->course);
        rsp_json_text(out, "source", row->source);
        rsp_json_text(out, "confidence", row->confidence);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void basis(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_model *m = run->sim.model;
    rsp_json_open(out, "basis", '{');
    rsp_json_text(out, "rules_version", rsp_rulebook_version(run->book));
    rsp_json_number(out, "seed", (double)run->request.seed);
    rsp_json_number(out, "n_subject", (double)run->plan->n_subject);
    rsp_json_number(out, "weight_kg", run->facts.weight_kg);
    rsp_json_open(out, "assumptions", '[');
    for (size_t i = 0; i < rsp_model_n_assumption(m); i++)
        rsp_json_text(out, NULL, rsp_model_assumption(m, i)->name);
    if (run->plan->dissociation_halved)
        rsp_json_text(out, NULL, "racemate_half_s");
    rsp_json_close(out, ']');
    rsp_json_close(out, '}');
}

void rsp_tci_json(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_pump_plan *plan = run->plan;
    char sentence[SENTENCE];

    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "status", plan->hard_broken ? "refused" : "ok");
    rsp_pump_sentence(&run->request, plan, sentence, sizeof sentence);
    rsp_json_text(out, "sentence", sentence);
    model(run, out);
    target(run, out);
    if (!plan->hard_broken) {
        rsp_pump_level_sentence(&run->request, plan, sentence, sizeof sentence);
        rsp_json_text(out, "level_sentence", sentence);
        steps(run, out);
        outcomes(plan->programme, out);
        curves(plan, out);
        dissociation(run, out);
    }
    limits(plan, out);
    side_effects(plan, out);
    basis(run, out);
    rsp_json_text(out, "intended_use", "A plan for a clinician to set by hand; nothing is sent to a pump.");
    rsp_json_close(out, '}');
    rsp_buf_text(out, "\n");
}
