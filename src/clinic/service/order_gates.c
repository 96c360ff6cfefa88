/* The gates of an order. Nobody passes: weight, ten-fold slip that is not typed again, hard limit, three ways that differ,
 * allergy, consent, signed limits. The prescriber passes by name and reason: findings that block, soft limits. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/advising.h"
#include "service/follow.h"
#include "service/order.h"
#include "service/say.h"

enum { DIGITS = 6, SENTENCE = 600 };

void rsp_order_gate(
    struct rsp_order_making *m, const char *id, enum rsp_gate gate, const char *source, const char *fmt, ...)
{
    char text[SENTENCE];
    va_list arguments;
    va_start(arguments, fmt);
    (void)vsnprintf(text, sizeof text, fmt, arguments);
    va_end(arguments);
    json_t *row = json_object();
    rsp_build_set(&m->b, row, "id", rsp_build_text(id));
    rsp_build_set(&m->b, row, "gate", rsp_build_text(rsp_gate_name(gate)));
    rsp_build_set(&m->b, row, "text", rsp_build_text(text));
    rsp_build_set(&m->b, row, "source", rsp_build_text(source[0] != '\0' ? source : NULL));
    rsp_build_append(&m->b, m->gates, row);
    if (gate != RSP_GATE_NEVER || m->closed != NULL)
        return;
    m->closed = json_string_value(json_object_get(row, "text"));
    m->closed_id = json_string_value(json_object_get(row, "id"));
}

/* ---- weight ---- */

rsp_status rsp_order_weight(struct rsp_order_making *m)
{
    const json_t *estimate = json_object_get(m->call->input, "weight_estimated_kg");
    if (estimate != NULL && m->emergency[0] == '\0')
        return rsp_error_set(m->call->err, RSP_E_MISMATCH, "weight_estimated_kg",
            "a weight is estimated in an emergency only: weigh the patient and enter it into the record");
    const long age_d = m->call->today.day - m->patient->weight_date.day;
    if (estimate != NULL && m->patient->weight_kg > 0 && (double)age_d <= m->preparation->weight_most_d)
        return rsp_error_set(m->call->err, RSP_E_MISMATCH, "weight_estimated_kg",
            "%s kg were measured %ld days ago: leave the estimate out",
            rsp_words_number(m->patient->weight_kg, DIGITS).text, age_d);
    if (estimate != NULL) {
        m->weight_estimated = true;
        m->drawing.weight_kg = m->patient->weight_kg = json_number_value(estimate);
        m->patient->weight_date = m->call->today;
        return RSP_OK;
    }
    if (!(m->patient->weight_kg > 0))
        return rsp_call_refuse(m->call, RSP_REFUSED_GATE, RSP_E_MISSING, "weight_kg",
            "no weight is on file: weigh the patient and enter it into the record");
    m->drawing.weight_kg = m->patient->weight_kg;
    m->weight_age_d = age_d;
    return RSP_OK;
}

static void judge_weight(struct rsp_order_making *m)
{
    const double most_d = m->preparation->weight_most_d;
    if (m->weight_estimated || (double)m->weight_age_d <= most_d)
        return;
    rsp_order_gate(m, "weight", RSP_GATE_NEVER, m->preparation->weight_source,
        "the weight of %s kg is %ld days old, and may be %s: weigh the patient and enter it into the record",
        rsp_words_number(m->drawing.weight_kg, DIGITS).text, m->weight_age_d,
        rsp_words_number(most_d, DIGITS).text);
}

/* ---- arithmetic ---- */

static void judge_amounts(struct rsp_order_making *m)
{
    const struct rsp_order_amounts *a = &m->amounts;
    const double percent = 100.0;
    if (a->moved_frac > m->preparation->rounding_most_frac)
        rsp_order_gate(m, "rounding", RSP_GATE_NEVER, m->preparation->apparatus_source,
            "what syringe and pump can measure is %s %% off the planned dose: choose another concentration "
            "or "
            "strength",
            rsp_words_number(percent * a->moved_frac, 2).text);
    if (!a->ways.agree)
        rsp_order_gate(m, "three_ways", RSP_GATE_NEVER, "",
            "the rate is %s mL/h by the amount, %s by the volume and %s by the weight: these must be equal",
            rsp_words_number(a->ways.by_amount_ml_per_h, DIGITS).text,
            rsp_words_number(a->ways.by_volume_ml_per_h, DIGITS).text,
            rsp_words_number(a->ways.by_weight_ml_per_h, DIGITS).text);
    if (a->too_fast != NULL)
        rsp_order_gate(m, "pump", RSP_GATE_NEVER, m->preparation->apparatus_source, "%s", a->too_fast);
    const bool into_vein = m->route == RSP_ROUTE_IV;
    if (into_vein && m->vial->dilute_iv &&
        m->drawing.concentration_mg_per_ml > 0.5 * m->vial->strength_mg_per_ml)
        rsp_order_gate(m, "undiluted", RSP_GATE_NEVER, m->vial->source,
            "%s mg/mL never goes into a vein undiluted: choose a concentration",
            rsp_words_number(m->vial->strength_mg_per_ml, DIGITS).text);
}

/* ---- ten-fold ---- */

static bool typed_again(const struct rsp_order_making *m, const char *canonical)
{
    struct rsp_dose_text again;
    char text[200];
    const char *typed = rsp_call_text(m->call, "confirm_dose");
    if (typed[0] == '\0' || rsp_dose_text_parse(typed, &again, NULL) != RSP_OK)
        return false;
    rsp_dose_text_format(&again, text, sizeof text);
    return strcmp(text, canonical) == 0;
}

/* The engine's sentence speaks of the command line after its first question. */
static void judge_one_tenfold(struct rsp_order_making *m, const struct rsp_dose *dose)
{
    bool known = false;
    char canonical[200];
    struct rsp_error found = {0};
    const double tenth_mg = 10.0;
    const struct rsp_dose_text text = {.basis = RSP_DOSE_MG,
        .value = round(dose->amount_mg * tenth_mg) / tenth_mg,
        .drug = dose->drug,
        .route = dose->route,
        .duration_h = dose->duration_h,
        .n_repeat = 1};
    const rsp_status status = rsp_rules_tenfold(
        m->call->service->book, &text, m->drawing.weight_kg, m->patient->setting, &known, &found);
    rsp_dose_text_format(&text, canonical, sizeof canonical);
    if (status == RSP_OK && known)
        return;
    if (status == RSP_OK) {
        rsp_order_gate(m, "usual_unknown", RSP_GATE_PRESCRIBER, "",
            "no usual range of %s %s over such a time is on file: a slip of the decimal point would not be "
            "found",
            rsp_drug_name(dose->drug), rsp_route_name(dose->route));
        return;
    }
    char *question = strstr(found.message, ": a ten-fold slip?");
    if (question != NULL)
        *question = '\0';
    if (typed_again(m, canonical))
        rsp_order_gate(
            m, "tenfold", RSP_GATE_PRESCRIBER, "", "%s; it was typed a second time", found.message);
    else
        rsp_order_gate(m, "tenfold", RSP_GATE_NEVER, "",
            "%s: a ten-fold slip? Check drug, strength and decimal point; if it is meant, type the dose "
            "again as "
            "'%s'",
            found.message, canonical);
}

static void judge_tenfold(struct rsp_order_making *m)
{
    for (size_t i = 0; i < m->n_dose; i++) {
        bool seen = false; /* steps of one kind are judged once */
        for (size_t j = 0; j < i; j++)
            seen = seen || (m->dose[j].amount_mg == m->dose[i].amount_mg &&
                               m->dose[j].duration_h == m->dose[i].duration_h);
        if (!seen)
            judge_one_tenfold(m, &m->dose[i]);
    }
}

/* ---- limits ---- */

static void add_limit(struct rsp_order_making *m, const struct rsp_limit_result *result)
{
    const struct rsp_limit *limit = result->limit;
    const bool hint = limit->quantity == RSP_LIMIT_TOTAL_MIN_MG;
    const char *unit = rsp_limit_quantity_unit(limit->quantity);
    json_t *row = json_object();
    rsp_build_set(&m->b, row, "id", rsp_build_text(limit->id));
    rsp_build_set(&m->b, row, "text", rsp_build_text(limit->text));
    rsp_build_set(&m->b, row, "value", rsp_build_number(result->value));
    rsp_build_set(&m->b, row, "bound", rsp_build_number(limit->bound));
    rsp_build_set(&m->b, row, "unit", rsp_build_text(unit));
    rsp_build_set(&m->b, row, "hard", json_boolean(limit->hard));
    rsp_build_set(&m->b, row, "least", json_boolean(hint));
    rsp_build_set(&m->b, row, "ok", json_boolean(result->ok));
    rsp_build_set(&m->b, row, "source", rsp_build_text(limit->source));
    rsp_build_append(&m->b, m->limits, row);
    if (result->ok || hint)
        return;
    rsp_order_gate(m, limit->id, limit->hard ? RSP_GATE_NEVER : RSP_GATE_PRESCRIBER, limit->source,
        "%s %s is above %s %s. %s", rsp_words_number(result->value, 4).text, unit,
        rsp_words_number(limit->bound, 4).text, unit, limit->text);
}

/* The regimen as it is ordered: what syringe or pump give in place of the planned doses of this session, whichever is more. */
static void take_ordered(const struct rsp_order_making *m, struct rsp_dose regimen[])
{
    memcpy(regimen, m->regimen, m->n_regimen * sizeof *regimen);
    for (size_t i = 0; i < m->n_dose; i++) {
        const struct rsp_order_step *step = &m->amounts.step[i];
        regimen[m->first + i].amount_mg =
            step->by_pump ? fmax(step->amount_mg, step->rate_mg_per_h * step->duration_h) : step->amount_mg;
    }
}

static rsp_status judge_limits(struct rsp_order_making *m)
{
    struct rsp_dose *regimen = calloc(m->n_regimen + 1, sizeof *regimen);
    struct rsp_advising advising = {.book = m->call->service->book, .patient = m->patient};
    rsp_status status = RSP_OK;
    advising.advice = calloc(1, sizeof *advising.advice);
    if (regimen == NULL || advising.advice == NULL) {
        status = rsp_call_no_memory(m->call);
        goto done;
    }
    take_ordered(m, regimen);
    advising.dose = regimen;
    advising.n_dose = m->n_regimen;
    RSP_TRY_DONE(rsp_advise_limits(&advising, m->call->err));
    for (size_t i = 0; i < advising.advice->n_limit; i++)
        add_limit(m, &advising.advice->limit_result[i]);
done:
    rsp_advice_free(advising.advice);
    free(regimen);
    return status;
}

/* ---- findings, with the medicines of the order ---- */

/* Whether the same was found without the medicines of the order: same rule, same words. */
static bool found_before(size_t n, const struct rsp_finding before[], const struct rsp_finding *finding)
{
    for (size_t i = 0; i < n; i++)
        if (before[i].rule == finding->rule && strcmp(before[i].text, finding->text) == 0)
            return true;
    return false;
}

static json_t *finding_row(struct rsp_order_making *m, const struct rsp_finding *finding)
{
    json_t *row = json_object();
    rsp_build_set(&m->b, row, "id", rsp_build_text(finding->rule->id));
    rsp_build_set(&m->b, row, "severity", rsp_build_text(rsp_severity_name(finding->rule->severity)));
    rsp_build_set(&m->b, row, "gate", rsp_build_text(rsp_gate_name(finding->rule->gate)));
    rsp_build_set(&m->b, row, "known", json_boolean(finding->truth == RSP_TRUE));
    rsp_build_set(&m->b, row, "text", rsp_build_text(finding->text));
    rsp_build_set(&m->b, row, "source", rsp_build_text(finding->rule->source));
    return row;
}

/* In an emergency facts that nobody could ask for stand under the reason of the emergency. */
static void take_finding(struct rsp_order_making *m, const struct rsp_finding *finding)
{
    const struct rsp_rule *rule = finding->rule;
    if (rule->severity != RSP_SEVERITY_INFO)
        rsp_build_append(&m->b, m->findings, finding_row(m, finding));
    if (rule->severity != RSP_SEVERITY_BLOCK)
        return;
    if (finding->truth != RSP_TRUE && m->emergency[0] != '\0')
        return;
    rsp_order_gate(m, rule->id, rule->gate == RSP_GATE_NEVER ? RSP_GATE_NEVER : RSP_GATE_PRESCRIBER,
        rule->source, "%s", finding->text);
}

/* What the medicines of the order add to the findings. */
static rsp_status judge_medicines(
    struct rsp_order_making *m, size_t n_before, const struct rsp_finding before[])
{
    struct rsp_patient with = *m->patient;
    struct rsp_finding *finding = NULL;
    struct rsp_medication *all = calloc(m->patient->n_medication + RSP_MAX_SUPPORT + 1, sizeof *all);
    enum rsp_candidacy candidacy;
    size_t n = 0;
    rsp_status status = RSP_OK;
    if (all == NULL)
        return rsp_call_no_memory(m->call);
    with.medication = all;
    with.n_medication = rsp_order_medicines(m, all);
    with.has_medications = true;
    RSP_TRY_DONE(rsp_rules_assess(
        m->call->service->book, &with, m->call->today, &candidacy, &finding, &n, m->call->err));
    for (size_t i = 0; i < n; i++) {
        if (finding[i].truth != RSP_TRUE || found_before(n_before, before, &finding[i]))
            continue;
        rsp_build_append(&m->b, m->conflicts, finding_row(m, &finding[i]));
        if (finding[i].rule->severity == RSP_SEVERITY_BLOCK)
            take_finding(m, &finding[i]);
    }
done:
    free(finding);
    free(all);
    return status;
}

static rsp_status judge_findings(struct rsp_order_making *m)
{
    struct rsp_finding *finding = NULL;
    enum rsp_candidacy candidacy;
    size_t n = 0;
    RSP_TRY(rsp_rules_assess(
        m->call->service->book, m->patient, m->call->today, &candidacy, &finding, &n, m->call->err));
    for (size_t i = 0; i < n; i++)
        take_finding(m, &finding[i]);
    const rsp_status status = m->n_support > 0 ? judge_medicines(m, n, finding) : RSP_OK;
    free(finding);
    return status;
}

static bool has_gate(const struct rsp_order_making *m, const char *id)
{
    size_t i;
    const json_t *gate;
    json_array_foreach(
        m->gates, i, gate) if (strcmp(json_string_value(json_object_get(gate, "id")), id) == 0) return true;
    return false;
}

/* What an answer raised, thoughts of suicide first of all, comes before an infusion (the action of SUICIDE-PHQ9): it is a
 * gate until a physician has said what was done, also beside a later answer of 0. The newest of each rule is shown. */
static rsp_status judge_scores(struct rsp_order_making *m)
{
    json_t *open = NULL;
    RSP_TRY(rsp_findings_open(m->call, &open));
    for (size_t i = json_array_size(open); i-- > 0;) {
        const json_t *row = json_array_get(open, i);
        const char *rule = json_string_value(json_object_get(row, "rule")),
                   *text = json_string_value(json_object_get(row, "text")),
                   *source = json_string_value(json_object_get(row, "source"));
        if (rule != NULL && !has_gate(m, rule))
            rsp_order_gate(m, rule, RSP_GATE_PRESCRIBER, source != NULL ? source : "",
                "nobody has answered what a score found: %s", text != NULL ? text : "");
    }
    json_decref(open);
    return RSP_OK;
}

/* ---- what must be there ---- */

static rsp_status judge_consent(struct rsp_order_making *m)
{
    struct rsp_consent consent = {0};
    if (m->plan.number == 0)
        return RSP_OK;
    RSP_TRY(rsp_consent_latest(m->call, m->plan.number, &consent));
    if (rsp_consent_lacks(&consent) != NULL)
        rsp_order_gate(m, "consent", RSP_GATE_NEVER, "", "%s", rsp_consent_lacks(&consent));
    return RSP_OK;
}

static void judge_record(struct rsp_order_making *m)
{
    const struct rsp_patient *patient = m->patient;
    if (m->profile.outdated[0] != '\0')
        rsp_order_gate(m, "profile_outdated", RSP_GATE_NEVER, "", "%s", m->profile.outdated);
    else if (m->profile.number == 0)
        rsp_order_gate(m, "profile", RSP_GATE_NEVER, "",
            "no limits of alarm and stop are signed: a physician of this clinic states and signs them first");
    if (!patient->has_allergies)
        rsp_order_gate(m, "allergies_unknown", RSP_GATE_PRESCRIBER, "",
            "allergies were not asked: ask and enter them, or say why it cannot wait");
    if (m->plan.why_stale[0] != '\0')
        rsp_order_gate(m, "stale", RSP_GATE_NEVER, "", "%s", m->plan.why_stale);
    if (m->emergency[0] != '\0' && !patient->has_condition)
        rsp_order_gate(m, "condition_unknown", RSP_GATE_PRESCRIBER, "",
            "no condition is on file, and the emergency path is for acute pain: enter it, or say what it is");
    if (m->emergency[0] != '\0' && patient->has_condition && !rsp_condition_acute(patient->condition))
        rsp_order_gate(m, "emergency", RSP_GATE_NEVER, "",
            "the emergency path is for acute pain, and the record says %s: plan the treatment instead",
            rsp_condition_text(patient->condition));
}

rsp_status rsp_order_gates(struct rsp_order_making *m)
{
    judge_record(m);
    judge_weight(m);
    judge_amounts(m);
    judge_tenfold(m);
    RSP_TRY(judge_limits(m));
    RSP_TRY(judge_findings(m));
    RSP_TRY(judge_scores(m));
    return judge_consent(m);
}
