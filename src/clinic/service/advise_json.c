#include "service/advise_json.h"

#include <math.h>
#include <string.h>

#include "rules/finding_json.h"
#include "service/advice_rows.h"

static const char *const band_name[RSP_CURVE_BANDS] = {"p05", "p25", "p50", "p75", "p95"};

/* ---- candidacy and regimen ---- */

static json_t *candidacy(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *object = json_object(), *findings = json_array(), *missing = json_array();
    for (size_t i = 0; i < advice->n_finding; i++) {
        const struct rsp_finding *finding = &advice->finding[i];
        json_t *row = json_object();
        rsp_build_set(b, row, "rule", rsp_build_text(finding->rule->id));
        rsp_build_set(b, row, "version", json_integer(finding->rule->version));
        rsp_build_set(b, row, "severity", rsp_build_text(rsp_severity_name(finding->rule->severity)));
        rsp_build_set(b, row, "gate", rsp_build_text(rsp_gate_name(finding->rule->gate)));
        rsp_build_set(b, row, "known", json_boolean(finding->truth == RSP_TRUE));
        rsp_build_set(b, row, "text", rsp_build_text(finding->text));
        rsp_build_set(b, row, "action", rsp_build_text(finding->rule->action));
        rsp_build_set(b, row, "source", rsp_build_text(finding->rule->source));
        rsp_build_set(b, row, "facts", rsp_finding_facts(finding));
        if (finding->n_waiting > 0)
            rsp_build_set(b, row, "waiting", rsp_finding_rules(finding));
        rsp_build_append(b, findings, row);
    }
    for (size_t i = 0; i < advice->n_missing; i++)
        rsp_build_append(b, missing, rsp_build_text(advice->missing[i]));
    rsp_build_set(b, object, "status", rsp_build_text(rsp_candidacy_name(advice->candidacy)));
    rsp_build_set(b, object, "findings", findings);
    rsp_build_set(b, object, "missing", missing);
    rsp_build_set(b, object, "evidence_grade", rsp_build_text(advice->evidence_grade));
    rsp_build_set(b, object, "evidence_grade_source", rsp_build_text(advice->evidence_grade_source));
    return object;
}

static json_t *regimen(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *object = json_object();
    rsp_advice_regimen(b, object, advice);
    return object;
}

/* ---- prediction ---- */
static json_t *bands(struct rsp_build *b, const struct rsp_curve *curve)
{
    if (curve->n == 0)
        return json_null();
    json_t *object = json_object();
    rsp_advice_bands(b, object, curve);
    return object;
}

static json_t *pain_curve(struct rsp_build *b, const struct rsp_curve *curve)
{
    if (curve->n == 0)
        return json_null();
    json_t *object = json_object();
    rsp_build_set(b, object, "time_d", rsp_advice_numbers(b, curve->n, curve->time));
    rsp_build_set(b, object, "pain_nrs", bands(b, curve));
    rsp_build_set(b, object, "given", json_string("response"));
    return object;
}

/* The session's curves share their times: those of the first one that is there. */
static json_t *session(struct rsp_build *b, const struct rsp_advice *advice)
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
            time_min = rsp_advice_numbers(b, n, part[i].curve->time);
        }
        rsp_build_set(b, object, part[i].key, part[i].curve->n == n ? bands(b, part[i].curve) : json_null());
    }
    rsp_build_set(b, object, "time_min", time_min);
    /* A long infusion is drawn for its first day only. */
    rsp_build_set(
        b, object, "infusion_ends_h", advice->n_dose > 0 ? rsp_advice_number(advice->end_h) : json_null());
    return object;
}

/* Its window may be shorter than the session: it has times of its own. */
static json_t *acute_curve(struct rsp_build *b, const struct rsp_curve *curve)
{
    if (curve->n == 0)
        return json_null();
    json_t *object = json_object();
    rsp_build_set(b, object, "time_min", rsp_advice_numbers(b, curve->n, curve->time));
    rsp_build_set(b, object, "acute_relief_nrs", bands(b, curve));
    return object;
}

static json_t *sensitivity(struct rsp_build *b, const struct rsp_relief_forecast *relief)
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
        rsp_build_set(b, one, "p05", rsp_advice_number(row[i].p05));
        rsp_build_set(b, one, "p50", rsp_advice_number(row[i].p50));
        rsp_build_set(b, one, "p95", rsp_advice_number(row[i].p95));
        rsp_build_set(b, one, "width_ratio", rsp_advice_number(row[i].width_ratio));
        rsp_build_set(b, object, row[i].key, one);
    }
    return object;
}

static void relief_numbers(struct rsp_build *b, json_t *object, const struct rsp_relief_forecast *relief)
{
    rsp_advice_relief(b, object, relief);
    rsp_build_set(b, object, "typical_relief_days_30", rsp_advice_number(relief->typical_relief_days_30));
    rsp_build_set(b, object, "typical_peak_relief_frac", rsp_advice_number(relief->typical_peak_relief_frac));
    rsp_build_set(b, object, "horizon_d", rsp_advice_number(relief->horizon_d));
    rsp_build_set(b, object, "sensitivity_relief_days_30", sensitivity(b, relief));
}

static json_t *predictions(struct rsp_build *b, const struct rsp_advice *advice)
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
        rsp_build_set(b, object, row[i].key, rsp_advice_prediction(b, row[i].q, r->horizon_d));
    relief_numbers(b, object, r);
    rsp_build_set(b, object, "site", rsp_build_text(*advice->level_site != '\0' ? advice->level_site : NULL));
    rsp_build_set(b, object, "hypothetical", json_boolean(advice->hypothetical));
    rsp_build_set(b, object, "hypothetical_reason", rsp_build_text(advice->hypothetical_reason));
    rsp_build_set(b, object, "next_infusion_window", rsp_advice_next(b, advice));
    rsp_build_set(b, object, "curve", pain_curve(b, &r->pain_nrs));
    rsp_build_set(b, object, "session", session(b, advice));
    rsp_build_set(b, object, "acute_relief", acute_curve(b, &advice->acute_relief.curve));
    return object;
}

/* ---- what was learned of this person ---- */

static json_t *quantiles(struct rsp_build *b, const struct rsp_diary_quantiles *q)
{
    const double value[RSP_CURVE_BANDS] = {q->p05, q->p25, q->p50, q->p75, q->p95};
    json_t *object = json_object();
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        rsp_build_set(b, object, band_name[k], rsp_advice_number(value[k]));
    return object;
}

static json_t *learned_levels(struct rsp_build *b, const struct rsp_fit_result *fit)
{
    json_t *object = json_object(), *points = json_array(), *findings = json_array();
    rsp_build_set(b, object, "eta", rsp_advice_numbers(b, fit->n_effect, fit->eta));
    rsp_build_set(b, object, "eta_se", rsp_advice_numbers(b, fit->n_effect, fit->eta_se));
    rsp_build_set(b, object, "shrinkage", rsp_advice_numbers(b, fit->n_effect, fit->shrinkage));
    rsp_build_set(b, object, "ofv", rsp_advice_number(fit->ofv));
    rsp_build_set(b, object, "effective_n", rsp_advice_number(fit->effective_n));
    for (size_t i = 0; i < fit->n_point; i++) {
        json_t *row = json_object();
        rsp_build_set(b, row, "time_h", rsp_advice_number(fit->point[i].time_h));
        rsp_build_set(b, row, "value", rsp_advice_number(fit->point[i].value));
        rsp_build_set(b, row, "predicted", rsp_advice_number(fit->point[i].ipred));
        rsp_build_set(b, row, "used", json_boolean(fit->point[i].used));
        rsp_build_append(b, points, row);
    }
    for (size_t i = 0; i < fit->verdict.n_finding; i++)
        rsp_build_append(b, findings, rsp_build_text(fit->verdict.finding[i].text));
    rsp_build_set(b, object, "points", points);
    rsp_build_set(b, object, "findings", findings);
    return object;
}

static json_t *learned_diary(struct rsp_build *b, const struct rsp_learned *own)
{
    const struct rsp_diary_summary *diary = &own->diary;
    json_t *object = json_object(), *parameters = json_object(), *reasons = json_array();
    rsp_build_set(b, object, "n_entry", json_integer((json_int_t)diary->n_entry));
    rsp_build_set(b, object, "n_day_missing", json_integer((json_int_t)diary->n_day_missing));
    rsp_build_set(
        b, object, "response_prior", rsp_advice_number(own->class_known ? diary->response_prior : NAN));
    rsp_build_set(b, object, "response_probability",
        rsp_advice_number(own->class_known ? diary->response_probability : NAN));
    rsp_build_set(b, object, "duration_identified", json_boolean(diary->duration_identified));
    rsp_build_set(b, object, "effective_n", rsp_advice_number(diary->sampler.effective));
    rsp_build_set(b, object, "last_series_relief_days_30", quantiles(b, &diary->after.days_30));
    rsp_build_set(b, object, "last_series_return_day", quantiles(b, &diary->after.return_day));
    for (size_t i = 0; i < RSP_DIARY_N_PARAMETER; i++) {
        json_t *row = json_object();
        rsp_build_set(b, row, "unit", rsp_build_text(diary->parameter[i].unit));
        rsp_build_set(b, row, "prior", quantiles(b, &diary->parameter[i].prior));
        rsp_build_set(b, row, "posterior", quantiles(b, &diary->parameter[i].posterior));
        rsp_build_set(b, parameters, diary->parameter[i].name, row);
    }
    for (size_t i = 0; i < diary->n_reason; i++)
        rsp_build_append(b, reasons, rsp_build_text(diary->reason[i]));
    rsp_build_set(b, object, "parameter", parameters);
    rsp_build_set(b, object, "reasons", reasons);
    return object;
}

/* What the scores and the diary's posterior say of the series given last. */
static json_t *last_series(struct rsp_build *b, const struct rsp_learned *own, double horizon_d)
{
    json_t *object = json_object();
    rsp_build_set(b, object, "judged", json_boolean(own->judged));
    rsp_build_set(b, object, "no_response", json_boolean(own->no_response));
    rsp_build_set(b, object, "relief_days_30", rsp_advice_prediction(b, &own->last_days_30, horizon_d));
    return object;
}

static json_t *learned(struct rsp_build *b, const struct rsp_advice *advice)
{
    const struct rsp_learned *own = advice->learned;
    if (own == NULL)
        return json_null();
    json_t *object = json_object();
    rsp_build_set(b, object, "population_relief_days_30",
        rsp_advice_prediction(b, &own->population_days_30, advice->relief.horizon_d));
    rsp_build_set(b, object, "levels", own->has_levels ? learned_levels(b, &own->levels) : json_null());
    rsp_build_set(b, object, "diary", own->has_diary ? learned_diary(b, own) : json_null());
    rsp_build_set(b, object, "last_series",
        own->has_diary ? last_series(b, own, advice->relief.horizon_d) : json_null());
    return object;
}

/* ---- evidence, basis, sentences ---- */

static json_t *evidence(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_evidence; i++)
        rsp_build_append(b, array, rsp_advice_evidence(b, advice->evidence[i]));
    return array;
}

static json_t *models(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_model; i++) {
        json_t *row = json_object();
        rsp_build_set(b, row, "id", rsp_build_text(advice->model[i].id));
        rsp_build_set(b, row, "role", rsp_build_text(advice->model[i].role));
        rsp_build_set(b, row, "site", rsp_build_text(advice->model[i].site));
        rsp_build_set(b, row, "sha256", rsp_build_text(advice->model[i].sha256));
        rsp_build_append(b, array, row);
    }
    return array;
}

static json_t *inputs(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_input; i++) {
        const struct rsp_basis_input *input = &advice->input[i];
        json_t *row = json_object();
        rsp_build_set(b, row, "name", rsp_build_text(input->name));
        rsp_build_set(b, row, "value", rsp_build_text(input->value));
        rsp_build_set(b, row, "unit", rsp_build_text(input->unit));
        rsp_build_set(b, row, "date", rsp_build_text(*input->date != '\0' ? input->date : NULL));
        rsp_build_append(b, array, row);
    }
    return array;
}

static json_t *basis(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *object = json_object(), *assumptions = json_array(), *missing = json_array();
    for (size_t i = 0; i < advice->n_assumption; i++) {
        json_t *row = json_object();
        rsp_build_set(b, row, "name", rsp_build_text(advice->assumption[i].name));
        rsp_build_set(b, row, "text", rsp_build_text(advice->assumption[i].text));
        rsp_build_append(b, assumptions, row);
    }
    for (size_t i = 0; i < advice->n_basis_missing; i++)
        rsp_build_append(b, missing, rsp_build_text(advice->basis_missing[i]));
    rsp_build_set(b, object, "models", models(b, advice));
    rsp_build_set(b, object, "rules_version", rsp_build_text(advice->rules_version));
    rsp_build_set(b, object, "assumptions", assumptions);
    rsp_build_set(b, object, "inputs", inputs(b, advice));
    rsp_build_set(b, object, "missing", missing);
    rsp_build_set(b, object, "seed", json_integer((json_int_t)advice->seed));
    rsp_build_set(b, object, "n_subjects", json_integer((json_int_t)advice->n_subject));
    return object;
}

static json_t *sentences(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *object = json_object();
    rsp_build_set(b, object, "caution",
        rsp_build_text(*advice->caution_sentence != '\0' ? advice->caution_sentence : NULL));
    rsp_build_set(b, object, "candidacy", rsp_build_text(advice->candidacy_sentence));
    rsp_build_set(b, object, "regimen", rsp_build_text(advice->regimen_sentence));
    rsp_build_set(b, object, "learned",
        rsp_build_text(*advice->learned_sentence != '\0' ? advice->learned_sentence : NULL));
    rsp_build_set(b, object, "relief", rsp_build_text(advice->relief_sentence));
    rsp_build_set(b, object, "next", rsp_build_text(advice->next_sentence));
    rsp_build_set(b, object, "feel", rsp_build_text(advice->feel_sentence));
    rsp_build_set(b, object, "limits", rsp_build_text(advice->limits_sentence));
    return object;
}

rsp_status rsp_advice_json(const struct rsp_advice *advice, char **written, struct rsp_error *err)
{
    struct rsp_build b = {false};
    json_t *root = json_object();
    rsp_build_set(&b, root, "sentences", sentences(&b, advice));
    rsp_build_set(&b, root, "candidacy", candidacy(&b, advice));
    rsp_build_set(&b, root, "regimen", regimen(&b, advice));
    rsp_build_set(&b, root, "learned", learned(&b, advice));
    rsp_build_set(&b, root, "prediction", predictions(&b, advice));
    rsp_build_set(&b, root, "evidence", evidence(&b, advice));
    rsp_build_set(&b, root, "basis", basis(&b, advice));
    return rsp_build_write(&b, root, written, err);
}
