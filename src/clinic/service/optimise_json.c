#include "service/optimise_json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/advise_json.h"

enum { DIGITS = 6, INDENT = 2 };

/* The first failed allocation is kept; jansson's setters take NULL without harm. */
struct builder {
    bool failed;
};

static void set(struct builder *b, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        b->failed = true;
}

static void append(struct builder *b, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        b->failed = true;
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text(const char *value)
{
    return value != NULL ? json_string(value) : json_null();
}

static json_t *count(size_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *peak(struct builder *b, const struct rsp_regimen_peak *p)
{
    if (isnan(p->p50))
        return json_null();
    json_t *object = json_object();
    set(b, object, "p05", number(p->p05));
    set(b, object, "p50", number(p->p50));
    set(b, object, "p95", number(p->p95));
    set(b, object, "p_above_bound", number(p->p_above));
    return object;
}

static json_t *value(struct builder *b, const struct rsp_regimen_value *v)
{
    json_t *object = json_object(), *given = json_object();
    set(b, object, "gain_days_30", number(v->days_30));
    set(b, object, "gain_days_30_se", number(v->se_30));
    set(b, object, "gain_days_50", number(v->days_50));
    set(b, object, "gain_days_50_se", number(v->se_50));
    set(b, given, "p05", number(v->p05_days_30));
    set(b, given, "p50", number(v->p50_days_30));
    set(b, given, "p95", number(v->p95_days_30));
    set(b, object, "gain_days_30_given_response", given);
    set(b, object, "drug_days_30_given_response", number(v->drug_days_30));
    set(b, object, "placebo_days_30", number(v->placebo_days_30));
    set(b, object, "p_relief_30", number(v->p_relief_30));
    set(b, object, "p_goal", number(v->p_goal));
    set(b, object, "response_class_probability", number(v->response_probability));
    return object;
}

static json_t *doses(struct builder *b, const struct rsp_choice *choice)
{
    json_t *list = json_array();
    for (size_t i = 0; i < choice->n_dose; i++) {
        const struct rsp_dose *dose = &choice->dose[i];
        json_t *one = json_object();
        set(b, one, "start_h", number(dose->start_h));
        set(b, one, "duration_h", number(dose->duration_h));
        set(b, one, "amount_mg", number(dose->amount_mg));
        set(b, one, "drug", text(rsp_drug_name(dose->drug)));
        set(b, one, "route", text(rsp_route_name(dose->route)));
        append(b, list, one);
    }
    return list;
}

static json_t *choice(struct builder *b, const struct rsp_optimised *made, const struct rsp_choice *c)
{
    static const char *const chance[RSP_N_CHANCE] = {"level", "dissociation", "pressure"};
    if (c == NULL)
        return json_null();
    json_t *object = json_object(), *chances = json_object();
    set(b, object, "number", count((size_t)(c - made->choice) + 1));
    set(b, object, "family", text(c->family != NULL ? c->family->id : NULL));
    set(b, object, "protocol", text(c->protocol != NULL ? c->protocol->id : NULL));
    set(b, object, "text", text(c->text));
    set(b, object, "drug", text(rsp_drug_name(c->drug)));
    set(b, object, "total_mg", number(c->total_mg));
    set(b, object, "visits", count(c->n_visit));
    set(b, object, "days_with_infusion", count(c->n_day));
    set(b, object, "within_limits", json_boolean(c->within_limits));
    set(b, object, "limit_broken", text(*c->broken != '\0' ? c->broken : NULL));
    set(b, object, "validity", text(rsp_validity_name(c->validity)));
    set(b, object, "reason", text(c->reason));
    set(b, object, "ranked", json_boolean(c->ranked));
    set(b, object, "on_front", json_boolean(c->on_front));
    set(b, object, "score", number(c->score));
    set(b, object, "value", c->valued ? value(b, &c->value) : json_null());
    set(b, object, "peak_esketamine_ng_per_ml", peak(b, &c->level));
    set(b, object, "peak_dissociation_pct", peak(b, &c->dissociation));
    set(b, object, "peak_sbp_rise_mmhg", peak(b, &c->pressure));
    for (int q = 0; q < (int)RSP_N_CHANCE; q++)
        set(b, chances, chance[q], number(c->chance[q]));
    set(b, object, "chance_above", chances);
    set(b, object, "doses", doses(b, c));
    return object;
}

static json_t *evidence(struct builder *b, size_t n, const struct rsp_evidence *const row[])
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_object();
        set(b, one, "study", text(row[i]->study));
        set(b, one, "regimen", text(row[i]->regimen));
        set(b, one, "condition", text(row[i]->condition_text));
        set(b, one, "result", text(row[i]->result));
        set(b, one, "source", text(row[i]->source));
        append(b, list, one);
    }
    return list;
}

static json_t *unranked(struct builder *b, const struct rsp_optimised *made)
{
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_unranked; i++) {
        const struct rsp_unranked *u = &made->unranked[i];
        json_t *one = json_object();
        set(b, one, "family", text(u->family->id));
        set(b, one, "name", text(u->family->name));
        set(b, one, "status", text(u->hypothetical ? "hypothetical" : "out_of_reach"));
        set(b, one, "reason", text(u->reason));
        set(b, one, "note", text(u->family->note));
        set(b, one, "source", text(u->family->dose.source));
        set(b, one, "evidence", evidence(b, u->n_evidence, u->evidence));
        append(b, list, one);
    }
    return list;
}

static json_t *refill(struct builder *b, const struct rsp_optimised *made)
{
    static const char *const name[] = {
        [RSP_REFILL_NEVER] = "once", [RSP_REFILL_FIXED] = "fixed", [RSP_REFILL_ADAPTIVE] = "by_diary"};
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_refill; i++) {
        const struct rsp_refill_result *r = &made->refill[i].result;
        json_t *one = json_object();
        set(b, one, "rule", text(name[made->refill[i].policy]));
        set(b, one, "courses", number(r->courses));
        set(b, one, "courses_se", number(r->se_courses));
        set(b, one, "total_mg", number(made->refill[i].mg));
        set(b, one, "days_30", number(r->days_30));
        set(b, one, "days_30_se", number(r->se_days_30));
        set(b, one, "gain_days_30", number(r->gain_days_30));
        set(b, one, "gain_days_30_se", number(r->se_gain_days_30));
        set(b, one, "days_above_threshold", number(r->days_above));
        set(b, one, "days_above_threshold_se", number(r->se_days_above));
        set(b, one, "p_stopped_after_first", number(r->p_stopped));
        append(b, list, one);
    }
    return list;
}

static json_t *front(struct builder *b, const struct rsp_optimised *made)
{
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].on_front)
            append(b, list, choice(b, made, &made->choice[i]));
    return list;
}

static json_t *published(struct builder *b, const struct rsp_optimised *made)
{
    json_t *list = json_array();
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].protocol != NULL)
            append(b, list, choice(b, made, &made->choice[i]));
    return list;
}

static json_t *sentences(struct builder *b, const struct rsp_optimised *made)
{
    json_t *object = json_object();
    set(b, object, "learned", text(made->learned));
    set(b, object, "answer", text(made->answer));
    set(b, object, "reason", text(made->reason));
    set(b, object, "alternatives", text(made->alternatives));
    set(b, object, "schedule", text(made->schedule));
    set(b, object, "score", text(made->score_sentence));
    set(b, object, "rule", text(made->rule_sentence));
    set(b, object, "caution", text(made->caution));
    return object;
}

static json_t *searched(struct builder *b, const struct rsp_optimised *made)
{
    json_t *object = json_object();
    set(b, object, "horizon_d", number(made->horizon_d));
    set(b, object, "n_candidate", count(made->n_candidate));
    set(b, object, "n_ranked", count(made->n_ranked));
    set(b, object, "n_beyond_limit", count(made->n_beyond_limit));
    set(b, object, "n_earlier_infusion", count(made->n_earlier));
    return object;
}

/* Candidacy and basis are those of a plan: the same text, read back. */
static rsp_status add_shared(
    struct builder *b, const struct rsp_optimised *made, json_t *root, struct rsp_error *err)
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
    struct builder b = {false};
    json_t *root = json_object(), *alternatives = json_object();
    rsp_status status = RSP_OK;
    char *dump = NULL;
    set(&b, root, "outcome", text(rsp_optimise_outcome_name(made->outcome)));
    set(&b, root, "sentences", sentences(&b, made));
    set(&b, root, "search", searched(&b, made));
    set(&b, root, "recommended", choice(&b, made, made->recommended));
    set(&b, alternatives, "less_drug", choice(&b, made, made->less_drug));
    set(&b, alternatives, "other_way", choice(&b, made, made->other_way));
    set(&b, alternatives, "higher_score_extrapolated", choice(&b, made, made->extrapolated));
    set(&b, alternatives, "half_weights", choice(&b, made, made->half_price));
    set(&b, alternatives, "double_weights", choice(&b, made, made->double_price));
    set(&b, root, "alternatives", alternatives);
    set(&b, root, "front", front(&b, made));
    set(&b, root, "published", published(&b, made));
    set(&b, root, "not_ranked", unranked(&b, made));
    set(&b, root, "maintenance", refill(&b, made));
    set(&b, root, "evidence", evidence(&b, made->n_evidence, made->evidence));
    RSP_TRY_DONE(add_shared(&b, made, root, err));
    dump = b.failed ? NULL : json_dumps(root, JSON_INDENT(INDENT) | JSON_REAL_PRECISION(DIGITS));
    if (dump == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "json", "out of memory, or a text that is not UTF-8");
        goto done;
    }
    *written = dump;
done:
    json_decref(root);
    return status;
}
