#include "service/advise_json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "rules/finding_json.h"

enum { DIGITS = 6, INDENT = 2 };

static const char *const band_name[RSP_CURVE_BANDS] = {"p05", "p25", "p50", "p75", "p95"};

/* Every reference is given away at once: a failed allocation shows as a NULL at the end, and jansson's setters
 * take NULL without harm but report it; the first failure is kept. */
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

/* A text that was cut to its room may end inside a character: only whole ones are written. */
static json_t *text(const char *value)
{
    if (value == NULL)
        return json_null();
    const size_t length = strlen(value);
    size_t whole = 0;
    while (whole < length) {
        const size_t step = rsp_utf8_length(value + whole, length - whole);
        if (step == 0)
            break;
        whole += step;
    }
    return json_stringn(value, whole);
}

static json_t *prediction(struct builder *b, const struct rsp_prediction *q, double horizon_d)
{
    const double value[RSP_CURVE_BANDS] = {q->p05, q->p25, q->p50, q->p75, q->p95};
    json_t *object = json_object();
    bool beyond = false;
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++) {
        set(b, object, band_name[k], number(value[k]));
        beyond = beyond || isinf(value[k]);
    }
    set(b, object, "status", text(rsp_prediction_status_name(q->status)));
    set(b, object, "validity", text(rsp_validity_name(q->validity)));
    set(b, object, "reason", text(q->reason));
    if (beyond)
        set(b, object, "more_than_d", number(horizon_d));
    return object;
}

/* ---- candidacy and regimen ---- */

static json_t *candidacy(struct builder *b, const struct rsp_advice *advice)
{
    json_t *object = json_object(), *findings = json_array(), *missing = json_array();
    for (size_t i = 0; i < advice->n_finding; i++) {
        const struct rsp_finding *finding = &advice->finding[i];
        json_t *row = json_object();
        set(b, row, "rule", text(finding->rule->id));
        set(b, row, "version", json_integer(finding->rule->version));
        set(b, row, "severity", text(rsp_severity_name(finding->rule->severity)));
        set(b, row, "gate", text(rsp_gate_name(finding->rule->gate)));
        set(b, row, "known", json_boolean(finding->truth == RSP_TRUE));
        set(b, row, "text", text(finding->text));
        set(b, row, "action", text(finding->rule->action));
        set(b, row, "source", text(finding->rule->source));
        set(b, row, "facts", rsp_finding_facts(finding));
        if (finding->n_waiting > 0)
            set(b, row, "waiting", rsp_finding_rules(finding));
        append(b, findings, row);
    }
    for (size_t i = 0; i < advice->n_missing; i++)
        append(b, missing, text(advice->missing[i]));
    set(b, object, "status", text(rsp_candidacy_name(advice->candidacy)));
    set(b, object, "findings", findings);
    set(b, object, "missing", missing);
    set(b, object, "evidence_grade", text(advice->evidence_grade));
    set(b, object, "evidence_grade_source", text(advice->evidence_grade_source));
    return object;
}

static json_t *date(struct rsp_date day)
{
    char written[16];
    rsp_date_format(day, written, sizeof written);
    return json_string(written);
}

static json_t *dose_row(struct builder *b, const struct rsp_advised_dose *dose)
{
    json_t *row = json_object();
    set(b, row, "start_h", number(dose->dose.start_h));
    set(b, row, "duration_h", number(dose->dose.duration_h));
    set(b, row, "amount_mg", number(dose->dose.amount_mg));
    set(b, row, "drug", text(rsp_drug_name(dose->dose.drug)));
    set(b, row, "route", text(rsp_route_name(dose->dose.route)));
    set(b, row, "date", date(dose->day));
    set(b, row, "rate_mg_per_h", number(dose->rate_mg_per_h));
    return row;
}

static json_t *limit_row(struct builder *b, const struct rsp_limit_result *result)
{
    json_t *row = json_object();
    set(b, row, "limit", text(result->limit->id));
    set(b, row, "quantity", text(rsp_limit_quantity_name(result->limit->quantity)));
    set(b, row, "value", number(result->value));
    set(b, row, "at_h", number(result->at_h));
    set(b, row, "bound", number(result->limit->bound));
    set(b, row, "unit", text(rsp_limit_quantity_unit(result->limit->quantity)));
    set(b, row, "hard", json_boolean(result->limit->hard));
    set(b, row, "ok", json_boolean(result->ok));
    set(b, row, "text", text(result->limit->text));
    set(b, row, "source", text(result->limit->source));
    return row;
}

static json_t *regimen(struct builder *b, const struct rsp_advice *advice)
{
    json_t *object = json_object(), *doses = json_array(), *limits = json_array();
    for (size_t i = 0; i < advice->n_dose; i++)
        append(b, doses, dose_row(b, &advice->dose[i]));
    for (size_t i = 0; i < advice->n_limit; i++)
        append(b, limits, limit_row(b, &advice->limit_result[i]));
    set(b, object, "text", text(advice->n_dose > 0 ? advice->regimen_text : NULL));
    set(b, object, "note", text(advice->protocol_note));
    set(b, object, "not_planned", text(*advice->no_regimen != '\0' ? advice->no_regimen : NULL));
    set(b, object, "protocol", text(advice->protocol != NULL ? advice->protocol->id : NULL));
    set(b, object, "doses", doses);
    const bool none = advice->n_dose == 0;
    set(b, object, "total_mg", none ? json_null() : number(advice->total_mg));
    set(b, object, "end_h", none ? json_null() : number(advice->end_h));
    set(b, object, "within_limits", none ? json_null() : json_boolean(advice->within_limits));
    set(b, object, "limits", limits);
    return object;
}

/* ---- prediction ---- */

static json_t *numbers(struct builder *b, size_t n, const double value[])
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        append(b, array, number(value[i]));
    return array;
}

/* Without published variability all bands are one: only the middle one is a statement. */
static bool has_spread(const struct rsp_curve *curve)
{
    const double *low = curve->band[0], *high = curve->band[RSP_CURVE_BANDS - 1];
    const double visible = 1e-9;
    for (size_t i = 0; i < curve->n; i++)
        if (high[i] - low[i] > visible * fabs(high[i]))
            return true;
    return false;
}

static json_t *bands(struct builder *b, const struct rsp_curve *curve)
{
    if (curve->n == 0)
        return json_null();
    json_t *object = json_object();
    const bool spread = has_spread(curve);
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        set(b, object, band_name[k],
            spread || k == RSP_CURVE_BANDS / 2 ? numbers(b, curve->n, curve->band[k]) : json_null());
    return object;
}

static json_t *pain_curve(struct builder *b, const struct rsp_curve *curve)
{
    if (curve->n == 0)
        return json_null();
    json_t *object = json_object();
    set(b, object, "time_d", numbers(b, curve->n, curve->time));
    set(b, object, "pain_nrs", bands(b, curve));
    set(b, object, "given", json_string("response"));
    return object;
}

/* The session's curves share their times: those of the first one that is there. */
static json_t *session(struct builder *b, const struct rsp_advice *advice)
{
    const struct {
        const char *key;
        const struct rsp_curve *curve;
    } part[] = {{"esketamine_ng_per_ml", &advice->level.curve},
        {"dissociation_pct", &advice->dissociation.curve}, {"sbp_rise_mmhg", &advice->sbp_rise.curve}};
    json_t *object = json_object(), *time_min = json_array();
    size_t n = 0;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (n == 0 && part[i].curve->n > 0) {
            n = part[i].curve->n;
            json_decref(time_min);
            time_min = numbers(b, n, part[i].curve->time);
        }
        set(b, object, part[i].key, part[i].curve->n == n ? bands(b, part[i].curve) : json_null());
    }
    set(b, object, "time_min", time_min);
    /* A long infusion is drawn for its first day only. */
    set(b, object, "infusion_ends_h", advice->n_dose > 0 ? number(advice->end_h) : json_null());
    return object;
}

/* Its window may be shorter than the session: it has times of its own. */
static json_t *acute_curve(struct builder *b, const struct rsp_curve *curve)
{
    if (curve->n == 0)
        return json_null();
    json_t *object = json_object();
    set(b, object, "time_min", numbers(b, curve->n, curve->time));
    set(b, object, "acute_relief_nrs", bands(b, curve));
    return object;
}

static json_t *sensitivity(struct builder *b, const struct rsp_relief_forecast *relief)
{
    json_t *object = json_object();
    const struct {
        const char *key;
        double p05, p50, p95, width_ratio;
    } row[] = {{"half", relief->days_30_half.p05, relief->days_30_half.p50, relief->days_30_half.p95,
                   relief->sd_half_days_30},
        {"double", relief->days_30_double.p05, relief->days_30_double.p50, relief->days_30_double.p95,
            relief->sd_double_days_30}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        json_t *one = json_object();
        set(b, one, "p05", number(row[i].p05));
        set(b, one, "p50", number(row[i].p50));
        set(b, one, "p95", number(row[i].p95));
        set(b, one, "width_ratio", number(row[i].width_ratio));
        set(b, object, row[i].key, one);
    }
    return object;
}

static void relief_numbers(struct builder *b, json_t *object, const struct rsp_relief_forecast *relief)
{
    set(b, object, "p_relief_30", number(relief->p_relief_30));
    set(b, object, "p_relief_50", number(relief->p_relief_50));
    set(b, object, "expected_relief_days_30", number(relief->expected_relief_days_30));
    set(b, object, "expected_relief_days_50", number(relief->expected_relief_days_50));
    set(b, object, "typical_relief_days_30", number(relief->typical_relief_days_30));
    set(b, object, "typical_peak_relief_frac", number(relief->typical_peak_relief_frac));
    set(b, object, "horizon_d", number(relief->horizon_d));
    set(b, object, "sensitivity_relief_days_30", sensitivity(b, relief));
}

static json_t *next_window(const struct rsp_advice *advice, struct builder *b)
{
    if (!advice->has_next)
        return json_null();
    json_t *object = json_object();
    set(b, object, "from", date(advice->next_from));
    set(b, object, "to", date(advice->next_to));
    return object;
}

static json_t *predictions(struct builder *b, const struct rsp_advice *advice)
{
    const struct rsp_relief_forecast *r = &advice->relief;
    const struct {
        const char *key;
        const struct rsp_prediction *q;
    } row[] = {{"response_class_probability", &r->response_class_probability},
        {"placebo_response_probability", &r->placebo_response_probability},
        {"relief_days_30", &r->relief_days_30}, {"relief_days_50", &r->relief_days_50},
        {"relief_days_30_after_last_dose", &r->after_end_days_30},
        {"relief_days_50_after_last_dose", &r->after_end_days_50}, {"onset_day", &r->onset_day},
        {"return_day", &r->return_day}, {"return_day_if_reached", &r->return_day_reached},
        {"next_infusion_day", &advice->next_infusion_day}, {"peak_relief_frac", &r->peak_relief_frac},
        {"peak_esketamine_ng_per_ml", &advice->level.peak},
        {"peak_dissociation_pct", &advice->dissociation.peak}, {"peak_sbp_rise_mmhg", &advice->sbp_rise.peak},
        {"peak_acute_relief_nrs", &advice->acute_relief.peak}};
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        set(b, object, row[i].key, prediction(b, row[i].q, r->horizon_d));
    relief_numbers(b, object, r);
    set(b, object, "site", text(*advice->level_site != '\0' ? advice->level_site : NULL));
    set(b, object, "hypothetical", json_boolean(advice->hypothetical));
    set(b, object, "hypothetical_reason", text(advice->hypothetical_reason));
    set(b, object, "next_infusion_window", next_window(advice, b));
    set(b, object, "curve", pain_curve(b, &r->pain_nrs));
    set(b, object, "session", session(b, advice));
    set(b, object, "acute_relief", acute_curve(b, &advice->acute_relief.curve));
    return object;
}

/* ---- what was learned of this person ---- */

static json_t *quantiles(struct builder *b, const struct rsp_diary_quantiles *q)
{
    const double value[RSP_CURVE_BANDS] = {q->p05, q->p25, q->p50, q->p75, q->p95};
    json_t *object = json_object();
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        set(b, object, band_name[k], number(value[k]));
    return object;
}

static json_t *learned_levels(struct builder *b, const struct rsp_fit_result *fit)
{
    json_t *object = json_object(), *points = json_array(), *findings = json_array();
    set(b, object, "eta", numbers(b, fit->n_effect, fit->eta));
    set(b, object, "eta_se", numbers(b, fit->n_effect, fit->eta_se));
    set(b, object, "shrinkage", numbers(b, fit->n_effect, fit->shrinkage));
    set(b, object, "ofv", number(fit->ofv));
    set(b, object, "effective_n", number(fit->effective_n));
    for (size_t i = 0; i < fit->n_point; i++) {
        json_t *row = json_object();
        set(b, row, "time_h", number(fit->point[i].time_h));
        set(b, row, "value", number(fit->point[i].value));
        set(b, row, "predicted", number(fit->point[i].ipred));
        set(b, row, "used", json_boolean(fit->point[i].used));
        append(b, points, row);
    }
    for (size_t i = 0; i < fit->verdict.n_finding; i++)
        append(b, findings, text(fit->verdict.finding[i].text));
    set(b, object, "points", points);
    set(b, object, "findings", findings);
    return object;
}

static json_t *learned_diary(struct builder *b, const struct rsp_diary_summary *diary)
{
    json_t *object = json_object(), *parameters = json_object(), *reasons = json_array();
    set(b, object, "n_entry", json_integer((json_int_t)diary->n_entry));
    set(b, object, "n_day_missing", json_integer((json_int_t)diary->n_day_missing));
    set(b, object, "response_prior", number(diary->response_prior));
    set(b, object, "response_probability", number(diary->response_probability));
    set(b, object, "duration_identified", json_boolean(diary->duration_identified));
    set(b, object, "effective_n", number(diary->sampler.effective));
    set(b, object, "last_series_relief_days_30", quantiles(b, &diary->after.days_30));
    set(b, object, "last_series_return_day", quantiles(b, &diary->after.return_day));
    for (size_t i = 0; i < RSP_DIARY_N_PARAMETER; i++) {
        json_t *row = json_object();
        set(b, row, "unit", text(diary->parameter[i].unit));
        set(b, row, "prior", quantiles(b, &diary->parameter[i].prior));
        set(b, row, "posterior", quantiles(b, &diary->parameter[i].posterior));
        set(b, parameters, diary->parameter[i].name, row);
    }
    for (size_t i = 0; i < diary->n_reason; i++)
        append(b, reasons, text(diary->reason[i]));
    set(b, object, "parameter", parameters);
    set(b, object, "reasons", reasons);
    return object;
}

static json_t *learned(struct builder *b, const struct rsp_advice *advice)
{
    const struct rsp_learned *own = advice->learned;
    if (own == NULL)
        return json_null();
    json_t *object = json_object();
    set(b, object, "population_relief_days_30",
        prediction(b, &own->population_days_30, advice->relief.horizon_d));
    set(b, object, "levels", own->has_levels ? learned_levels(b, &own->levels) : json_null());
    set(b, object, "diary", own->has_diary ? learned_diary(b, &own->diary) : json_null());
    return object;
}

/* ---- evidence, basis, sentences ---- */

static json_t *evidence(struct builder *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_evidence; i++) {
        const struct rsp_evidence *e = advice->evidence[i];
        const struct {
            const char *key, *value;
        } row[] = {{"study", e->study}, {"arm", e->arm}, {"design", e->design}, {"n", e->n},
            {"drug", e->drug}, {"regimen", e->regimen}, {"condition", e->condition_text},
            {"result", e->result}, {"note", e->note}, {"source", e->source}, {"confidence", e->confidence}};
        json_t *object = json_object();
        for (size_t k = 0; k < sizeof row / sizeof *row; k++)
            set(b, object, row[k].key, text(row[k].value));
        set(b, object, "time_d", number(e->time_d));
        append(b, array, object);
    }
    return array;
}

static json_t *models(struct builder *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_model; i++) {
        json_t *row = json_object();
        set(b, row, "id", text(advice->model[i].id));
        set(b, row, "role", text(advice->model[i].role));
        set(b, row, "site", text(advice->model[i].site));
        set(b, row, "sha256", text(advice->model[i].sha256));
        append(b, array, row);
    }
    return array;
}

static json_t *inputs(struct builder *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_input; i++) {
        const struct rsp_basis_input *input = &advice->input[i];
        json_t *row = json_object();
        set(b, row, "name", text(input->name));
        set(b, row, "value", text(input->value));
        set(b, row, "unit", text(input->unit));
        set(b, row, "date", text(*input->date != '\0' ? input->date : NULL));
        append(b, array, row);
    }
    return array;
}

static json_t *basis(struct builder *b, const struct rsp_advice *advice)
{
    json_t *object = json_object(), *assumptions = json_array(), *missing = json_array();
    for (size_t i = 0; i < advice->n_assumption; i++) {
        json_t *row = json_object();
        set(b, row, "name", text(advice->assumption[i].name));
        set(b, row, "text", text(advice->assumption[i].text));
        append(b, assumptions, row);
    }
    for (size_t i = 0; i < advice->n_basis_missing; i++)
        append(b, missing, text(advice->basis_missing[i]));
    set(b, object, "models", models(b, advice));
    set(b, object, "rules_version", text(advice->rules_version));
    set(b, object, "assumptions", assumptions);
    set(b, object, "inputs", inputs(b, advice));
    set(b, object, "missing", missing);
    set(b, object, "seed", json_integer((json_int_t)advice->seed));
    set(b, object, "n_subjects", json_integer((json_int_t)advice->n_subject));
    return object;
}

static json_t *sentences(struct builder *b, const struct rsp_advice *advice)
{
    json_t *object = json_object();
    set(b, object, "caution", text(*advice->caution_sentence != '\0' ? advice->caution_sentence : NULL));
    set(b, object, "candidacy", text(advice->candidacy_sentence));
    set(b, object, "regimen", text(advice->regimen_sentence));
    set(b, object, "learned", text(*advice->learned_sentence != '\0' ? advice->learned_sentence : NULL));
    set(b, object, "relief", text(advice->relief_sentence));
    set(b, object, "next", text(advice->next_sentence));
    set(b, object, "feel", text(advice->feel_sentence));
    set(b, object, "limits", text(advice->limits_sentence));
    return object;
}

rsp_status rsp_advice_json(const struct rsp_advice *advice, char **written, struct rsp_error *err)
{
    struct builder b = {false};
    json_t *root = json_object();
    set(&b, root, "sentences", sentences(&b, advice));
    set(&b, root, "candidacy", candidacy(&b, advice));
    set(&b, root, "regimen", regimen(&b, advice));
    set(&b, root, "learned", learned(&b, advice));
    set(&b, root, "prediction", predictions(&b, advice));
    set(&b, root, "evidence", evidence(&b, advice));
    set(&b, root, "basis", basis(&b, advice));
    char *dump = b.failed ? NULL : json_dumps(root, JSON_INDENT(INDENT) | JSON_REAL_PRECISION(DIGITS));
    json_decref(root);
    if (dump == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "json", "out of memory, or a text that is not UTF-8");
    *written = dump;
    return RSP_OK;
}
