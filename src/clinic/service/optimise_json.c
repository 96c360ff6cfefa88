#include "service/optimise_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/json_build.h"

#include "service/advise_json.h"
static json_t *count(size_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *peak(struct rsp_build *b, const struct rsp_regimen_peak *p)
{
    if (isnan(p->p50))
        return json_null();
    json_t *object = json_object();
    rsp_build_set(b, object, "p05", rsp_build_number(p->p05));
    rsp_build_set(b, object, "p50", rsp_build_number(p->p50));
    rsp_build_set(b, object, "p95", rsp_build_number(p->p95));
    rsp_build_set(b, object, "p_above_bound", rsp_build_number(p->p_above));
    return object;
}

static json_t *value(struct rsp_build *b, const struct rsp_regimen_value *v)
{
    json_t *object = json_object(), *given = json_object();
    rsp_build_set(b, object, "gain_days_30", rsp_build_number(v->days_30));
    rsp_build_set(b, object, "gain_days_30_se", rsp_build_number(v->se_30));
    rsp_build_set(b, object, "gain_days_50", rsp_build_number(v->days_50));
    rsp_build_set(b, object, "gain_days_50_se", rsp_build_number(v->se_50));
    rsp_build_set(b, given, "p05", rsp_build_number(v->p05_days_30));
    rsp_build_set(b, given, "p50", rsp_build_number(v->p50_days_30));
    rsp_build_set(b, given, "p95", rsp_build_number(v->p95_days_30));
    rsp_build_set(b, object, "gain_days_30_given_response", given);
    rsp_build_set(b, object, "drug_days_30_given_response", rsp_build_number(v->drug_days_30));
    rsp_build_set(b, object, "placebo_days_30", rsp_build_number(v->placebo_days_30));
    rsp_build_set(b, object, "p_relief_30", rsp_build_number(v->p_relief_30));
    rsp_build_set(b, object, "p_goal", rsp_build_number(v->p_goal));
    rsp_build_set(b, object, "response_class_probability", rsp_build_number(v->response_probability));
    return object;
}

static json_t *doses(struct rsp_build *b, const struct rsp_choice *choice)
{
    json_t *list = json_array();
    for (size_t i = 0; i < choice->n_dose; i++) {
        const struct rsp_dose *dose = &choice->dose[i];
        json_t *one = json_object();
        rsp_build_set(b, one, "start_h", rsp_build_number(dose->start_h));
        rsp_build_set(b, one, "duration_h", rsp_build_number(dose->duration_h));
        rsp_build_set(b, one, "amount_mg", rsp_build_number(dose->amount_mg));
        rsp_build_set(b, one, "drug", rsp_build_text(rsp_drug_name(dose->drug)));
        rsp_build_set(b, one, "route", rsp_build_text(rsp_route_name(dose->route)));
        rsp_build_append(b, list, one);
    }
    return list;
}

static json_t *choice(struct rsp_build *b, const struct rsp_optimised *made, const struct rsp_choice *c)
{
    static const char *const chance[RSP_N_CHANCE] = {"level", "dissociation", "pressure"};
    if (c == NULL)
        return json_null();
    json_t *object = json_object(), *chances = json_object();
    rsp_build_set(b, object, "number", count((size_t)(c - made->choice) + 1));
    rsp_build_set(b, object, "family", rsp_build_text(c->family != NULL ? c->family->id : NULL));
    rsp_build_set(b, object, "protocol", rsp_build_text(c->protocol != NULL ? c->protocol->id : NULL));
    rsp_build_set(b, object, "text", rsp_build_text(c->text));
    rsp_build_set(b, object, "drug", rsp_build_text(rsp_drug_name(c->drug)));
    rsp_build_set(b, object, "total_mg", rsp_build_number(c->total_mg));
    rsp_build_set(b, object, "visits", count(c->n_visit));
    rsp_build_set(b, object, "days_with_infusion", count(c->n_day));
    rsp_build_set(b, object, "within_limits", json_boolean(c->within_limits));
    rsp_build_set(b, object, "limit_broken", rsp_build_text(*c->broken != '\0' ? c->broken : NULL));
    rsp_build_set(b, object, "validity", rsp_build_text(rsp_validity_name(c->validity)));
    rsp_build_set(b, object, "reason", rsp_build_text(c->reason));
    rsp_build_set(b, object, "ranked", json_boolean(c->ranked));
    rsp_build_set(b, object, "on_front", json_boolean(c->on_front));
    rsp_build_set(b, object, "score", rsp_build_number(c->score));
    rsp_build_set(b, object, "value", c->valued ? value(b, &c->value) : json_null());
    rsp_build_set(b, object, "peak_esketamine_ng_per_ml", peak(b, &c->level));
    rsp_build_set(b, object, "peak_dissociation_pct", peak(b, &c->dissociation));
    rsp_build_set(b, object, "peak_sbp_rise_mmhg", peak(b, &c->pressure));
    for (int q = 0; q < (int)RSP_N_CHANCE; q++)
        rsp_build_set(b, chances, chance[q], rsp_build_number(c->chance[q]));
    rsp_build_set(b, object, "chance_above", chances);
    rsp_build_set(b, object, "doses", doses(b, c));
    return object;
}

static json_t *evidence(struct rsp_build *b, size_t n, const struct rsp_evidence *const row[])
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_object();
        rsp_build_set(b, one, "study", rsp_build_text(row[i]->study));
        rsp_build_set(b, one, "regimen", rsp_build_text(row[i]->regimen));
        rsp_build_set(b, one, "condition", rsp_build_text(row[i]->condition_text));
        rsp_build_set(b, one, "result", rsp_build_text(row[i]->result));
        rsp_build_set(b, one, "source", rsp_build_text(row[i]->source));
        rsp_build_append(b, list, one);
    }
    return list;
}

static json_t *unranked(struct rsp_build *b, const struct rsp_optimised *made)
{
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_unranked; i++) {
        const struct rsp_unranked *u = &made->unranked[i];
        json_t *one = json_object();
        rsp_build_set(b, one, "family", rsp_build_text(u->family->id));
        rsp_build_set(b, one, "name", rsp_build_text(u->family->name));
        rsp_build_set(b, one, "status", rsp_build_text(u->hypothetical ? "hypothetical" : "out_of_reach"));
        rsp_build_set(b, one, "reason", rsp_build_text(u->reason));
        rsp_build_set(b, one, "note", rsp_build_text(u->family->note));
        rsp_build_set(b, one, "source", rsp_build_text(u->family->dose.source));
        rsp_build_set(b, one, "evidence", evidence(b, u->n_evidence, u->evidence));
        rsp_build_append(b, list, one);
    }
    return list;
}

static json_t *refill(struct rsp_build *b, const struct rsp_optimised *made)
{
    static const char *const name[] = {
        [RSP_REFILL_NEVER] = "once", [RSP_REFILL_FIXED] = "fixed", [RSP_REFILL_ADAPTIVE] = "by_diary"};
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_refill; i++) {
        const struct rsp_refill_result *r = &made->refill[i].result;
        json_t *one = json_object();
        rsp_build_set(b, one, "rule", rsp_build_text(name[made->refill[i].policy]));
        rsp_build_set(b, one, "courses", rsp_build_number(r->courses));
        rsp_build_set(b, one, "courses_se", rsp_build_number(r->se_courses));
        rsp_build_set(b, one, "total_mg", rsp_build_number(made->refill[i].mg));
        rsp_build_set(b, one, "days_30", rsp_build_number(r->days_30));
        rsp_build_set(b, one, "days_30_se", rsp_build_number(r->se_days_30));
        rsp_build_set(b, one, "gain_days_30", rsp_build_number(r->gain_days_30));
        rsp_build_set(b, one, "gain_days_30_se", rsp_build_number(r->se_gain_days_30));
        rsp_build_set(b, one, "days_above_threshold", rsp_build_number(r->days_above));
        rsp_build_set(b, one, "days_above_threshold_se", rsp_build_number(r->se_days_above));
        rsp_build_set(b, one, "p_stopped_after_first", rsp_build_number(r->p_stopped));
        rsp_build_append(b, list, one);
    }
    return list;
}

static json_t *front(struct rsp_build *b, const struct rsp_optimised *made)
{
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].on_front)
            rsp_build_append(b, list, choice(b, made, &made->choice[i]));
    return list;
}

static json_t *published(struct rsp_build *b, const struct rsp_optimised *made)
{
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].protocol != NULL)
            rsp_build_append(b, list, choice(b, made, &made->choice[i]));
    return list;
}

static json_t *sentences(struct rsp_build *b, const struct rsp_optimised *made)
{
    json_t *object = json_object();
    rsp_build_set(b, object, "learned", rsp_build_text(made->learned));
    rsp_build_set(b, object, "answer", rsp_build_text(made->answer));
    rsp_build_set(b, object, "reason", rsp_build_text(made->reason));
    rsp_build_set(b, object, "alternatives", rsp_build_text(made->alternatives));
    rsp_build_set(b, object, "schedule", rsp_build_text(made->schedule));
    rsp_build_set(b, object, "score", rsp_build_text(made->score_sentence));
    rsp_build_set(b, object, "rule", rsp_build_text(made->rule_sentence));
    rsp_build_set(b, object, "caution", rsp_build_text(made->caution));
    return object;
}

static json_t *searched(struct rsp_build *b, const struct rsp_optimised *made)
{
    json_t *object = json_object();
    rsp_build_set(b, object, "horizon_d", rsp_build_number(made->horizon_d));
    rsp_build_set(b, object, "n_candidate", count(made->n_candidate));
    rsp_build_set(b, object, "n_ranked", count(made->n_ranked));
    rsp_build_set(b, object, "n_beyond_limit", count(made->n_beyond_limit));
    rsp_build_set(b, object, "n_earlier_infusion", count(made->n_earlier));
    return object;
}

/* Candidacy and basis are those of a plan: the same text, read back. */
static rsp_status add_shared(
    struct rsp_build *b, const struct rsp_optimised *made, json_t *root, struct rsp_error *err)
{
    static const char *const key[] = {"candidacy", "basis"};
    char *plan = NULL;
    RSP_TRY(rsp_advice_json(made->advice, &plan, err));
    json_t *parsed = json_loads(plan, 0, NULL);
    free(plan);
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        if (parsed == NULL || json_object_set(root, key[i], json_object_get(parsed, key[i])) != 0)
            b->failed = true;
    json_decref(parsed);
    return RSP_OK;
}

rsp_status rsp_optimised_json(const struct rsp_optimised *made, char **written, struct rsp_error *err)
{
    struct rsp_build b = {false};
    json_t *root = json_object(), *alternatives = json_object();
    rsp_build_set(&b, root, "outcome", rsp_build_text(rsp_optimise_outcome_name(made->outcome)));
    rsp_build_set(&b, root, "sentences", sentences(&b, made));
    rsp_build_set(&b, root, "search", searched(&b, made));
    rsp_build_set(&b, root, "recommended", choice(&b, made, made->recommended));
    rsp_build_set(&b, alternatives, "less_drug", choice(&b, made, made->less_drug));
    rsp_build_set(&b, alternatives, "other_way", choice(&b, made, made->other_way));
    rsp_build_set(&b, alternatives, "higher_score_extrapolated", choice(&b, made, made->extrapolated));
    rsp_build_set(&b, alternatives, "half_weights", choice(&b, made, made->half_price));
    rsp_build_set(&b, alternatives, "double_weights", choice(&b, made, made->double_price));
    rsp_build_set(&b, root, "alternatives", alternatives);
    rsp_build_set(&b, root, "front", front(&b, made));
    rsp_build_set(&b, root, "published", published(&b, made));
    rsp_build_set(&b, root, "not_ranked", unranked(&b, made));
    rsp_build_set(&b, root, "maintenance", refill(&b, made));
    rsp_build_set(&b, root, "evidence", evidence(&b, made->n_evidence, made->evidence));
    const rsp_status status = add_shared(&b, made, root, err);
    if (status != RSP_OK) {
        json_decref(root);
        return status;
    }
    return rsp_build_write(&b, root, written, err);
}
