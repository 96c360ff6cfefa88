/* The gates before the first milligram: judged, shown, and held against what was given as reasons. */
#include "service/bedside_start.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/follow.h"
#include "service/json_build.h"
#include "service/order_giving.h"
#include "service/patients.h"
#include "service/profile.h"
#include "service/say.h"
#include "service/vigil.h"

/* Letters of a reason. */
enum { REASON_LEAST = 3, N_TODAY = 3 };

void rsp_starting_clear(struct rsp_starting_now *starting)
{
    json_decref(starting->answers.rows);
    json_decref(starting->overrides);
    json_decref(starting->order_reasons);
    *starting = (struct rsp_starting_now){0};
}

/* ---- what nobody passes ---- */

static rsp_status never_signed(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    return rsp_order_may_be_given(&bedside->order)
               ? RSP_OK
               : rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "order",
                     "this order is %s: the prescriber signs it, and a second person compares identity, "
                     "drug, "
                     "strength, amount and pump",
                     rsp_order_state_word(rsp_order_state(&bedside->order)));
}

static rsp_status never_stale(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    return rsp_order_check_fresh(call, &bedside->order);
}

static rsp_status never_declined(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    return rsp_order_check_consent(call, &bedside->order);
}

static rsp_status never_unlimited(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    struct rsp_profile profile = {0};
    (void)bedside;
    rsp_status status = rsp_profile_read(call, &profile);
    if (status == RSP_OK && profile.number == 0)
        status = rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "profile",
            "no limits of alarm and stop are in force: a physician signs them first");
    rsp_profile_clear(&profile);
    return status;
}

static rsp_status never_without_vial(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    struct rsp_order_moved moved;
    RSP_TRY(rsp_order_moved_read(call, bedside->order.number, &moved));
    return moved.issued > 0 ? RSP_OK
                            : rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "order",
                                  "no vial was issued to this order: take it from the cupboard first");
}

static const struct {
    const char *id, *text;
    rsp_status (*check)(struct rsp_call *call, const struct rsp_bedside *bedside);
} never[] = {
    {"check", "two people: identity, drug, strength, amount, rate", never_signed},
    {"fresh", "facts, rules and weight that the order rests on", never_stale},
    {"consent", "consent of the patient", never_declined},
    {"profile", "signed limits of alarm and stop", never_unlimited},
    {"vial", "a vial from the cupboard", never_without_vial},
};
enum { N_NEVER = sizeof never / sizeof *never };

/* ---- what is known ---- */

/* The newest pressure before the first milligram that may decide something; both values of one reading. */
static void take_pressure(
    const struct rsp_vigil *vigil, double at_s, struct rsp_start_input *input, int64_t *number)
{
    double newest_s = -INFINITY;
    for (size_t i = 0; i < vigil->n_sample; i++) {
        const struct rsp_vital_sample *sbp = &vigil->sample[i];
        const double time_s = rsp_vital_sample_s(sbp);
        if (sbp->vital != RSP_VITAL_SBP || time_s > at_s || time_s < newest_s ||
            at_s - time_s > vigil->config.vitals.rule[RSP_VITAL_SBP]->stale_s ||
            rsp_vital_sample_quality(&vigil->config.vitals, sbp) != RSP_QUALITY_OK)
            continue;
        for (size_t k = 0; k < vigil->n_sample; k++) {
            const struct rsp_vital_sample *dbp = &vigil->sample[k];
            if (dbp->vital != RSP_VITAL_DBP || dbp->number != sbp->number ||
                rsp_vital_sample_quality(&vigil->config.vitals, dbp) != RSP_QUALITY_OK)
                continue;
            newest_s = time_s;
            input->sbp_mmhg = sbp->value;
            input->dbp_mmhg = dbp->value;
            *number = sbp->number;
        }
    }
}

static rsp_status take_limits(
    struct rsp_call *call, const struct rsp_starting *rules, struct rsp_start_input *input)
{
    struct rsp_profile profile = {0};
    size_t i;
    const json_t *row;
    const rsp_status status = rsp_profile_read(call, &profile);
    json_array_foreach(profile.alarms, i, row)
    {
        if (strcmp(rsp_key_text(row, "id"), rules->sbp_limit) == 0)
            input->sbp_limit_mmhg = rsp_key_number(row, "value");
        if (strcmp(rsp_key_text(row, "id"), rules->dbp_limit) == 0)
            input->dbp_limit_mmhg = rsp_key_number(row, "value");
    }
    rsp_profile_clear(&profile);
    return status;
}

/* Put a test of today in the place of that of the record. @param test  room for one more */
static void replace_test(struct rsp_patient *with, struct rsp_test *test, struct rsp_test today)
{
    size_t i = 0;
    while (i < with->n_test && strcmp(test[i].name, today.name) != 0)
        i++;
    if (i == with->n_test)
        with->n_test++;
    test[i] = today;
}

static void note_finding(size_t n, const struct rsp_finding finding[], const char *rule, char text[400],
    struct rsp_start_finding *found)
{
    for (size_t i = 0; rule != NULL && i < n; i++) {
        if (strcmp(finding[i].rule->id, rule) != 0)
            continue;
        (void)snprintf(text, 400, "%s", finding[i].text);
        *found = (struct rsp_start_finding){finding[i].truth, text};
    }
}

/* The rules of the record are judged anew with what was measured and answered today. */
static rsp_status judge_rules(
    struct rsp_call *call, const struct rsp_patient *patient, struct rsp_starting_now *starting)
{
    const struct rsp_starting *rules = rsp_rulebook_starting(call->service->book);
    const struct rsp_start_answers *answers = &starting->answers;
    struct rsp_start_input *input = &starting->input;
    struct rsp_patient with = *patient;
    struct rsp_finding *finding = NULL;
    enum rsp_candidacy candidacy;
    size_t n = 0;
    struct rsp_test *test = calloc(patient->n_test + N_TODAY, sizeof *test);
    if (test == NULL)
        return rsp_call_no_memory(call);
    if (patient->n_test > 0)
        memcpy(test, patient->test, patient->n_test * sizeof *test);
    with.test = test;
    if (!isnan(input->sbp_mmhg)) {
        replace_test(&with, test, (struct rsp_test){"sbp_mmhg", input->sbp_mmhg, NAN, NULL, call->today, 0});
        replace_test(&with, test, (struct rsp_test){"dbp_mmhg", input->dbp_mmhg, NAN, NULL, call->today, 0});
    }
    const struct rsp_test *recorded = rsp_patient_test(patient, "pregnancy");
    const bool newer =
        answers->pregnancy != NULL && (recorded == NULL || answers->pregnancy_day.day >= recorded->date.day);
    if (newer) {
        replace_test(&with, test,
            (struct rsp_test){"pregnancy", NAN, NAN, answers->pregnancy, answers->pregnancy_day, 0});
        starting->rests_on[RSP_START_PREGNANCY] =
            json_integer_value(json_object_get(answers->pregnancy_row, "number"));
    }
    const rsp_status status =
        rsp_rules_assess(call->service->book, &with, call->today, &candidacy, &finding, &n, call->err);
    note_finding(
        n, finding, rsp_starting_gate(rules, "pressure")->rule, starting->pressure_text, &input->pressure);
    note_finding(
        n, finding, rsp_starting_gate(rules, "pregnancy")->rule, starting->pregnancy_text, &input->pregnancy);
    free(finding);
    free(test);
    return status;
}

static rsp_status take_patient(struct rsp_call *call, struct rsp_starting_now *starting)
{
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    const char *setting = rsp_key_text(stored.record, "setting");
    starting->input.outpatient = strcmp(setting, "inpatient") != 0 && strcmp(setting, "icu") != 0;
    if (status == RSP_OK)
        status = rsp_stored_patient_parse(call, &stored, &patient);
    if (status == RSP_OK)
        status = judge_rules(call, patient, starting);
    rsp_patient_free(patient);
    rsp_stored_patient_clear(&stored);
    return status;
}

/* What a score found after the prescriber signed; before that it was a gate of the order. */
static rsp_status take_scores(
    struct rsp_call *call, const struct rsp_bedside *bedside, struct rsp_starting_now *starting)
{
    json_t *open = NULL;
    size_t i;
    const json_t *row;
    const rsp_status status = rsp_findings_open(call, &open);
    json_array_foreach(open, i, row)
    {
        const int64_t number = json_integer_value(json_object_get(row, "number"));
        if (number < bedside->order.prescriber.number)
            continue;
        (void)snprintf(starting->score_text, sizeof starting->score_text, "%s", rsp_key_text(row, "text"));
        starting->input.score = starting->score_text;
        starting->rests_on[RSP_START_SCORE] = number;
    }
    json_decref(open);
    return status;
}

/* ---- overridden ---- */

/* For what was found then: of a pressure also for a lower one, of an answer for that answer alone. */
static bool holds(const struct rsp_starting_now *starting, int gate, const json_t *row)
{
    const double sbp_mmhg = rsp_key_number(row, "sbp_mmhg"), dbp_mmhg = rsp_key_number(row, "dbp_mmhg");
    if (gate == RSP_START_PRESSURE && !isnan(starting->input.sbp_mmhg))
        return starting->input.sbp_mmhg <= sbp_mmhg && starting->input.dbp_mmhg <= dbp_mmhg;
    return json_integer_value(json_object_get(row, "rests_on")) == starting->rests_on[gate];
}

static rsp_status take_overrides(struct rsp_call *call, int64_t order, struct rsp_starting_now *starting)
{
    size_t i;
    const json_t *row;
    RSP_TRY(rsp_bedside_entries(call, "start_override", order, &starting->overrides));
    json_array_foreach(starting->overrides, i, row)
    {
        for (int g = 0; g < RSP_N_START; g++)
            if (strcmp(starting->judged.gate[g].rule->id, rsp_key_text(row, "gate")) == 0 &&
                holds(starting, g, row))
                starting->override[g] = row;
    }
    return RSP_OK;
}

/* What the prescriber passed at the signature, by the rule's id, is not asked again while nobody answered anew. */
static rsp_status take_signature(
    struct rsp_call *call, const struct rsp_bedside *bedside, struct rsp_starting_now *starting)
{
    const char *text = rsp_key_text(bedside->order.prescriber.body, "reasons");
    if (text[0] == '\0')
        return RSP_OK;
    starting->order_reasons = json_loads(text, 0, NULL);
    if (starting->order_reasons == NULL)
        return rsp_error_set(call->err, RSP_E_DAMAGED, "order_signature", "its reasons cannot be read");
    const char *rule = starting->judged.gate[RSP_START_PREGNANCY].rule->rule,
               *reason = rule != NULL ? rsp_key_text(starting->order_reasons, rule) : "";
    if (reason[0] != '\0' && starting->rests_on[RSP_START_PREGNANCY] == 0)
        starting->order_reason[RSP_START_PREGNANCY] = reason;
    return RSP_OK;
}

rsp_status rsp_starting_read(
    struct rsp_call *call, const struct rsp_bedside *bedside, double at_s, struct rsp_starting_now *starting)
{
    const struct rsp_starting *rules = rsp_rulebook_starting(call->service->book);
    struct rsp_vigil *vigil = NULL;
    *starting = (struct rsp_starting_now){.input = {.at_s = at_s,
                                              .sbp_mmhg = NAN,
                                              .dbp_mmhg = NAN,
                                              .sbp_limit_mmhg = NAN,
                                              .dbp_limit_mmhg = NAN,
                                              .emergency = bedside->order.emergency}};
    RSP_CHECK_BUG(rules != NULL, call->err);
    RSP_TRY(rsp_start_answers_read(call, bedside->order.number, &starting->answers));
    starting->input.ate_s = starting->answers.ate_s;
    starting->input.drank_s = starting->answers.drank_s;
    starting->input.escort = starting->answers.escort;
    starting->rests_on[RSP_START_FASTING] =
        json_integer_value(json_object_get(starting->answers.fasting_row, "number"));
    RSP_TRY(rsp_vigil_find(call, bedside->order.number, &vigil));
    if (vigil != NULL)
        take_pressure(vigil, at_s, &starting->input, &starting->rests_on[RSP_START_PRESSURE]);
    RSP_TRY(take_limits(call, rules, &starting->input));
    RSP_TRY(take_patient(call, starting));
    RSP_TRY(take_scores(call, bedside, starting));
    RSP_TRY(rsp_start_judge(rules, &starting->input, &starting->judged, call->err));
    RSP_TRY(take_signature(call, bedside, starting));
    return take_overrides(call, bedside->order.number, starting);
}

/* ---- show ---- */

static const char *state_word(const struct rsp_starting_now *starting, int gate)
{
    if (starting->judged.gate[gate].truth == RSP_TRUE)
        return "met";
    if (starting->override[gate] != NULL || starting->order_reason[gate] != NULL)
        return "overridden";
    if (starting->judged.gate[gate].skipped)
        return "skipped";
    return starting->judged.gate[gate].truth == RSP_FALSE ? "not_met" : "unknown";
}

/* Who passed a gate, and why; null where nobody did. */
static json_t *passed_by(
    struct rsp_build *b, const struct rsp_bedside *bedside, const struct rsp_starting_now *starting, int gate)
{
    const json_t *row = starting->override[gate];
    if (row == NULL && starting->order_reason[gate] == NULL)
        return json_null();
    json_t *one = json_object();
    rsp_build_set(b, one, "who",
        rsp_build_text(row != NULL ? rsp_key_text(row, "who") : bedside->order.prescriber.who));
    rsp_build_set(
        b, one, "at", rsp_build_text(row != NULL ? rsp_key_text(row, "at") : bedside->order.prescriber.at));
    rsp_build_set(b, one, "reason",
        rsp_build_text(row != NULL ? rsp_key_text(row, "why_entered") : starting->order_reason[gate]));
    return one;
}

static json_t *gate_row(
    struct rsp_build *b, const struct rsp_bedside *bedside, const struct rsp_starting_now *starting, int gate)
{
    const struct rsp_start_rule *rule = starting->judged.gate[gate].rule;
    json_t *row = json_object();
    rsp_build_set(b, row, "id", rsp_build_text(rule->id));
    rsp_build_set(b, row, "text", rsp_build_text(rule->text));
    rsp_build_set(b, row, "gate", rsp_build_text(rsp_gate_name(rule->gate)));
    rsp_build_set(b, row, "state", rsp_build_text(state_word(starting, gate)));
    rsp_build_set(b, row, "why", rsp_build_text(starting->judged.gate[gate].why));
    rsp_build_set(b, row, "source", rsp_build_text(rule->source));
    rsp_build_set(b, row, "passed", passed_by(b, bedside, starting, gate));
    return row;
}

/* A refusal becomes a row; a failure stays one. */
static rsp_status never_row(
    struct rsp_call *call, struct rsp_build *b, const struct rsp_bedside *bedside, size_t i, json_t *rows)
{
    struct rsp_error why = {0}, *outer = call->err;
    call->err = &why;
    const rsp_status status = never[i].check(call, bedside);
    call->err = outer;
    if (status != RSP_OK && call->answer->refusal == RSP_NOT_REFUSED)
        return rsp_error_set(call->err, status, why.field, "%s", why.message);
    call->answer->refusal = RSP_NOT_REFUSED;
    json_t *row = json_object();
    rsp_build_set(b, row, "id", rsp_build_text(never[i].id));
    rsp_build_set(b, row, "text", rsp_build_text(never[i].text));
    rsp_build_set(b, row, "gate", rsp_build_text(rsp_gate_name(RSP_GATE_NEVER)));
    rsp_build_set(b, row, "state", rsp_build_text(status == RSP_OK ? "met" : "not_met"));
    rsp_build_set(b, row, "why", rsp_build_text(why.message));
    rsp_build_set(b, row, "source", rsp_build_text(""));
    rsp_build_set(b, row, "passed", json_null());
    rsp_build_append(b, rows, row);
    return RSP_OK;
}

static json_t *answer_row(struct rsp_build *b, const struct rsp_start_answers *answers)
{
    char day[16] = "";
    json_t *row = json_object();
    if (answers->pregnancy != NULL)
        rsp_date_format(answers->pregnancy_day, day, sizeof day);
    rsp_build_set(b, row, "ate_s", rsp_build_number(answers->ate_s));
    rsp_build_set(b, row, "drank_s", rsp_build_number(answers->drank_s));
    rsp_build_set(b, row, "pregnancy", rsp_build_text(answers->pregnancy));
    rsp_build_set(b, row, "pregnancy_day", rsp_build_text(day[0] != '\0' ? day : NULL));
    rsp_build_set(b, row, "escort", rsp_build_text(answers->escort));
    return row;
}

static rsp_status fill_gates(struct rsp_call *call, struct rsp_build *b, const struct rsp_bedside *bedside,
    const struct rsp_starting_now *starting, json_t *rows)
{
    for (size_t i = 0; i < N_NEVER; i++)
        RSP_TRY(never_row(call, b, bedside, i, rows));
    for (int g = 0; g < RSP_N_START; g++)
        if (starting->judged.gate[g].applies)
            rsp_build_append(b, rows, gate_row(b, bedside, starting, g));
    return RSP_OK;
}

/* A late check is owed by an emergency: said beside what was skipped. */
static bool is_unchecked(const struct rsp_bedside *bedside)
{
    return bedside->order.emergency && bedside->order.checker.number == 0;
}

rsp_status rsp_bedside_put_start(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    struct rsp_build b = {0};
    struct rsp_starting_now starting = {0};
    if (!isnan(bedside->begun_s) || !isnan(bedside->infusion.ended_s) || bedside->infusion.aborted ||
        rsp_order_state(&bedside->order) == RSP_ORDER_CANCELLED)
        return rsp_call_put(call, "start", json_null());
    json_t *row = json_object(), *gates = json_array();
    rsp_status status = rsp_starting_read(call, bedside, (double)call->now_s, &starting);
    if (status == RSP_OK)
        status = fill_gates(call, &b, bedside, &starting, gates);
    rsp_build_set(&b, row, "gates", gates);
    rsp_build_set(&b, row, "emergency", json_boolean(bedside->order.emergency));
    rsp_build_set(&b, row, "checked_afterwards", json_boolean(is_unchecked(bedside)));
    rsp_build_set(&b, row, "answers", answer_row(&b, &starting.answers));
    rsp_starting_clear(&starting);
    if (status == RSP_OK && b.failed)
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(row);
        return status;
    }
    return rsp_call_put(call, "start", row);
}

/* ---- the gate ---- */

static json_t *overridden_row(
    struct rsp_build *b, const struct rsp_bedside *bedside, const struct rsp_starting_now *starting, int gate)
{
    json_t *row = json_object(), *passed = passed_by(b, bedside, starting, gate);
    rsp_build_set(b, row, "id", rsp_build_text(starting->judged.gate[gate].rule->id));
    rsp_build_set(b, row, "text", rsp_build_text(starting->judged.gate[gate].rule->text));
    rsp_build_set(b, row, "state",
        rsp_build_text(starting->judged.gate[gate].truth == RSP_FALSE ? "not_met" : "unknown"));
    rsp_build_set(b, row, "why", rsp_build_text(starting->judged.gate[gate].why));
    if (json_is_object(passed)) {
        rsp_build_set(b, row, "reason", rsp_build_text(rsp_key_text(passed, "reason")));
        rsp_build_set(b, row, "who", rsp_build_text(rsp_key_text(passed, "who")));
    }
    json_decref(passed);
    return row;
}

/* What stands in the way goes into `missing`, what was passed into the rows. */
static void hold_gate(struct rsp_call *call, struct rsp_build *b, const struct rsp_bedside *bedside,
    const struct rsp_starting_now *starting, int gate, struct rsp_say *missing, json_t *rows)
{
    const struct rsp_start_rule *rule = starting->judged.gate[gate].rule;
    const char *state = state_word(starting, gate);
    const bool by_nurse = rule->gate == RSP_GATE_NURSE;
    const char *reason = rsp_key_text(json_object_get(call->input, "reasons"), rule->id);
    if (!starting->judged.gate[gate].applies || starting->judged.gate[gate].truth == RSP_TRUE)
        return;
    const bool said = by_nurse && rsp_letters(reason) >= REASON_LEAST;
    if (strcmp(state, "overridden") != 0 && strcmp(state, "skipped") != 0 && !said) {
        rsp_say(missing, "%s%s (%s; %s)", missing->text[0] != '\0' ? "; " : "", rule->id,
            starting->judged.gate[gate].why,
            by_nurse ? "or give a reason" : "or a physician overrides it by name");
        return;
    }
    json_t *row = overridden_row(b, bedside, starting, gate);
    if (said) {
        rsp_build_set(b, row, "reason", rsp_build_text(reason));
        rsp_build_set(b, row, "who", rsp_build_text(call->account.name));
    } else if (strcmp(state, "skipped") == 0) {
        rsp_build_set(b, row, "reason", rsp_build_text(RSP_START_NOT_ASKED));
    }
    rsp_build_append(b, rows, row);
}

static rsp_status check_reason_ids(struct rsp_call *call)
{
    const char *id;
    json_t *reason;
    json_object_foreach(json_object_get(call->input, "reasons"), id, reason)
    {
        const struct rsp_start_rule *rule = rsp_starting_gate(rsp_rulebook_starting(call->service->book), id);
        if (rule == NULL || rule->gate != RSP_GATE_NURSE)
            return rsp_error_set(call->err, RSP_E_UNKNOWN, "reasons",
                "a start has no gate \"%.32s\" that a nurse passes with a reason", id);
        if (!json_is_string(reason))
            return rsp_error_set(call->err, RSP_E_SYNTAX, "reasons", "a reason is a text");
    }
    return RSP_OK;
}

rsp_status rsp_bedside_check_start(
    struct rsp_call *call, const struct rsp_bedside *bedside, double at_s, char **overridden)
{
    struct rsp_build b = {0};
    struct rsp_starting_now starting = {0};
    char text[1000] = "";
    struct rsp_say missing = RSP_SAY(text);
    *overridden = NULL;
    for (size_t i = 0; i < N_NEVER; i++)
        RSP_TRY(never[i].check(call, bedside));
    RSP_TRY(check_reason_ids(call));
    json_t *rows = json_array();
    rsp_status status = rsp_starting_read(call, bedside, at_s, &starting);
    for (int g = 0; status == RSP_OK && g < RSP_N_START; g++)
        hold_gate(call, &b, bedside, &starting, g, &missing, rows);
    if (status == RSP_OK && text[0] != '\0')
        status =
            rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "start", "not ready to start: %s", text);
    if (status == RSP_OK &&
        (b.failed || (json_array_size(rows) > 0 && (*overridden = json_dumps(rows, JSON_COMPACT)) == NULL)))
        status = rsp_call_no_memory(call);
    rsp_starting_clear(&starting);
    json_decref(rows);
    return status;
}
