/* Going home: what was asked and scored, what that and the values make of each criterion, and the gate before the discharge. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/bedside.h"
#include "service/bedside_start.h"
#include "service/json_build.h"
#include "service/patients.h"
#include "service/say.h"
#include "service/vigil.h"
#include "session/recovery.h"

/* Letters of a reason. */
enum { REASON_LEAST = 3 };

static const char *const yes_or_no_key[] = {"oxygen", "orientation", "gait", "dissociation"};
static const char *const score_key[] = {"aldrete", "padss"};
enum { N_ANSWER = 4, N_SCORE = 2 };

/* What is known for the judgement, and what of it was answered. */
struct leaving {
    const struct rsp_leaving *rules;
    struct rsp_recovery_input input;
    struct rsp_recovery judged;
    json_t *rows;                                  /* the facts */
    const json_t *point[N_SCORE], *last[N_ANSWER]; /* rows that count */
    char escort[200], bleeding[16];
    char expected[200]; /* escort who was named before the start: whether they are there is asked again */
};

static void clear(struct leaving *leaving)
{
    json_decref(leaving->rows);
    leaving->rows = NULL;
}

static struct rsp_recovery_answer *answer_of(struct rsp_recovery_input *input, int i)
{
    struct rsp_recovery_answer *const all[N_ANSWER] = {
        &input->oxygen, &input->orientation, &input->gait, &input->dissociation};
    return all[i];
}

static struct rsp_recovery_points *points_of(struct rsp_recovery_input *input, int i)
{
    return i == 0 ? &input->aldrete : &input->padss;
}

/* ---- enter ---- */

static size_t item_of(const struct rsp_recovery_score *score, const char *name)
{
    size_t i = 0;
    while (i < score->n_item && strcmp(score->item[i], name) != 0)
        i++;
    return i;
}

static void read_points(const struct rsp_recovery_score *score, const json_t *given, double point[])
{
    for (size_t i = 0; i < score->n_item; i++)
        point[i] = rsp_key_number(given, score->item[i]);
}

static rsp_status check_points(
    struct rsp_call *call, const struct rsp_recovery_score *score, const json_t *given)
{
    struct rsp_recovery_points points = {.at_s = NAN};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)given, name, value)
    {
        if (item_of(score, name) == score->n_item)
            return rsp_error_set(
                call->err, RSP_E_UNKNOWN, score->id, "this score has no item \"%.40s\"", name);
        if (!json_is_number(value))
            return rsp_error_set(
                call->err, RSP_E_SYNTAX, score->id, "points of \"%.40s\" are expected", name);
    }
    read_points(score, given, points.point);
    return rsp_recovery_points_check(score, &points, call->err);
}

/* The points that were given, as text; NULL: none, or no memory, which the build keeps. */
static rsp_status take_points(struct rsp_call *call, struct rsp_build *b, json_t *body, const char *key)
{
    const struct rsp_leaving *rules = rsp_rulebook_leaving(call->service->book);
    const json_t *given = json_object_get(call->input, key);
    const struct rsp_recovery_score *score = rules != NULL ? rsp_leaving_score(rules, key) : NULL;
    if (given == NULL)
        return RSP_OK;
    RSP_CHECK_BUG(score != NULL, call->err);
    RSP_TRY(check_points(call, score, given));
    char *text = json_dumps(given, JSON_COMPACT);
    rsp_build_set(b, body, key, text != NULL ? json_string(text) : NULL);
    free(text);
    return RSP_OK;
}

static rsp_status fill(struct rsp_call *call, struct rsp_build *b, json_t *body)
{
    static const char *const text_key[] = {"oxygen", "orientation", "gait", "dissociation", "escort"};
    double reversal_s = NAN;
    for (size_t i = 0; i < sizeof text_key / sizeof *text_key; i++)
        if (rsp_call_text(call, text_key[i])[0] != '\0')
            rsp_build_set(b, body, text_key[i], json_string(rsp_call_text(call, text_key[i])));
    for (int i = 0; i < N_SCORE; i++)
        RSP_TRY(take_points(call, b, body, score_key[i]));
    if (rsp_call_text(call, "reversal")[0] != '\0') {
        RSP_TRY(rsp_bedside_time(call, "reversal", &reversal_s));
        rsp_build_set(b, body, "reversal_s", json_real(reversal_s));
    }
    return json_object_size(body) > 0 || b->failed
               ? RSP_OK
               : rsp_error_set(call->err, RSP_E_MISSING, "orientation", "an answer or a score is expected");
}

rsp_status rsp_case_recovery(struct rsp_call *call)
{
    struct rsp_build b = {0};
    struct rsp_fact_place place;
    double at_s = 0.0;
    const int64_t order = rsp_call_whole(call, "order", 0);
    RSP_TRY(rsp_bedside_takes(call, order));
    RSP_TRY(rsp_bedside_moment(call, &at_s));
    json_t *body = json_object();
    rsp_status status = fill(call, &b, body);
    rsp_build_set(&b, body, "order", json_integer((json_int_t)order));
    rsp_build_set(&b, body, "at_s", json_real(at_s));
    if (status == RSP_OK && b.failed)
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(body);
        return status;
    }
    RSP_TRY(rsp_call_append(call, "recovery", &call->patient, body, &place));
    return rsp_call_put(call, "recovery", json_integer((json_int_t)place.number));
}

/* ---- judge ---- */

/* The latest answer to each question counts; of two at one time the one that was entered later. */
static rsp_status take_row(struct rsp_call *call, struct leaving *leaving, const json_t *row)
{
    struct rsp_recovery_input *input = &leaving->input;
    const double at_s = rsp_key_number(row, "at_s"), reversal_s = rsp_key_number(row, "reversal_s");
    for (int i = 0; i < N_ANSWER; i++) {
        const char *text = rsp_key_text(row, yes_or_no_key[i]);
        struct rsp_recovery_answer *answer = answer_of(input, i);
        if (text[0] == '\0' || at_s < answer->at_s)
            continue;
        *answer = (struct rsp_recovery_answer){strcmp(text, "yes") == 0 ? RSP_TRUE : RSP_FALSE, at_s};
        leaving->last[i] = row;
    }
    for (int i = 0; i < N_SCORE; i++) {
        const char *text = rsp_key_text(row, score_key[i]);
        struct rsp_recovery_points *points = points_of(input, i);
        if (text[0] == '\0' || at_s < points->at_s)
            continue;
        json_t *given = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        if (given == NULL)
            return rsp_error_set(call->err, RSP_E_DAMAGED, "recovery", "a score cannot be read");
        read_points(rsp_leaving_score(leaving->rules, score_key[i]), given, points->point);
        json_decref(given);
        points->at_s = at_s;
        leaving->point[i] = row;
    }
    input->reversal_s = fmax(input->reversal_s, reversal_s);
    if (rsp_key_text(row, "escort")[0] != '\0')
        (void)snprintf(leaving->escort, sizeof leaving->escort, "%s", rsp_key_text(row, "escort"));
    return RSP_OK;
}

static void begin(struct leaving *leaving, const struct rsp_bedside *bedside, double now_s)
{
    const struct rsp_infusion *infusion = &bedside->infusion;
    struct rsp_recovery_input *input = &leaving->input;
    *input = (struct rsp_recovery_input){.now_s = now_s,
        .last_drug_s = infusion->high.rate_mg_per_h > 0 ? now_s
                       : isnan(infusion->last_s)        ? infusion->ended_s
                                                        : infusion->last_s,
        .drug = bedside->order.drug,
        .reversal_s = NAN,
        .escort = leaving->escort};
    for (int i = 0; i < N_ANSWER; i++)
        *answer_of(input, i) = (struct rsp_recovery_answer){RSP_UNKNOWN, NAN};
    for (int i = 0; i < N_SCORE; i++) {
        points_of(input, i)->at_s = NAN;
        for (int k = 0; k < RSP_MAX_SCORE_ITEM; k++)
            points_of(input, i)->point[k] = NAN;
    }
}

static rsp_status take_values(struct rsp_call *call, struct leaving *leaving, int64_t order)
{
    struct rsp_vigil *vigil = NULL;
    for (int v = 0; v < RSP_N_VITAL; v++)
        leaving->input.baseline[v] = NAN;
    RSP_TRY(rsp_vigil_find(call, order, &vigil));
    if (vigil == NULL)
        return RSP_OK;
    struct rsp_vital_series *series = malloc(sizeof *series);
    if (series == NULL)
        return rsp_call_no_memory(call);
    for (int v = 0; v < RSP_N_VITAL; v++) {
        rsp_vital_series_make(&vigil->config.vitals, (enum rsp_vital)v, vigil->n_sample, vigil->sample,
            leaving->input.now_s, series);
        leaving->input.vital[v] = rsp_vital_current(series);
        leaving->input.baseline[v] = vigil->baseline[v];
    }
    free(series);
    return RSP_OK;
}

/* Who does not stay overnight is taken home; that it is not known is no reason to go alone. */
static rsp_status take_patient(struct rsp_call *call, struct leaving *leaving)
{
    struct rsp_stored_patient stored = {0};
    const rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    const char *setting = rsp_key_text(stored.record, "setting");
    leaving->input.outpatient = strcmp(setting, "inpatient") != 0 && strcmp(setting, "icu") != 0;
    rsp_stored_patient_clear(&stored);
    return status;
}

static rsp_status take_site(struct rsp_call *call, struct leaving *leaving)
{
    struct rsp_profile profile = {0};
    const rsp_status status = rsp_profile_read(call, &profile);
    (void)snprintf(leaving->bleeding, sizeof leaving->bleeding, "%s", profile.bleeding);
    leaving->input.site_item = strcmp(profile.bleeding, "full") == 0     ? RSP_SITE_FULL
                               : strcmp(profile.bleeding, "scored") == 0 ? RSP_SITE_SCORED
                                                                         : RSP_SITE_UNDECIDED;
    rsp_profile_clear(&profile);
    return status;
}

static rsp_status take_expected(struct rsp_call *call, struct leaving *leaving, int64_t order)
{
    struct rsp_start_answers before;
    const rsp_status status = rsp_start_answers_read(call, order, &before);
    if (status == RSP_OK && before.escort != NULL)
        (void)snprintf(leaving->expected, sizeof leaving->expected, "%s", before.escort);
    json_decref(before.rows);
    return status;
}

/* Caller clears, also on failure. */
static rsp_status judge(struct rsp_call *call, const struct rsp_bedside *bedside, struct leaving *leaving)
{
    size_t i;
    const json_t *row;
    const char *route = rsp_key_text(bedside->order.document, "route");
    double sedated_s = NAN, reversed_s = NAN;
    *leaving = (struct leaving){.rules = rsp_rulebook_leaving(call->service->book)};
    RSP_CHECK_BUG(leaving->rules != NULL, call->err);
    begin(leaving, bedside, rsp_vigil_now_s(call));
    RSP_TRY(rsp_route_parse(route, &leaving->input.route, call->err));
    RSP_TRY(rsp_bedside_sedated_s(call, bedside->order.number, &sedated_s, &reversed_s));
    leaving->input.last_drug_s = fmax(leaving->input.last_drug_s, sedated_s);
    leaving->input.reversal_s = reversed_s; /* what is answered by hand may be later */
    RSP_TRY(take_values(call, leaving, bedside->order.number));
    RSP_TRY(take_patient(call, leaving));
    RSP_TRY(take_site(call, leaving));
    RSP_TRY(take_expected(call, leaving, bedside->order.number));
    RSP_TRY(rsp_bedside_entries(call, "recovery", bedside->order.number, &leaving->rows));
    json_array_foreach(leaving->rows, i, row) RSP_TRY(take_row(call, leaving, row));
    return rsp_recovery_judge(leaving->rules, &leaving->input, &leaving->judged, call->err);
}

/* ---- show ---- */

static const char *truth_word(enum rsp_truth truth)
{
    return truth == RSP_TRUE ? "met" : truth == RSP_FALSE ? "not_met" : "unknown";
}

static json_t *criteria(struct rsp_build *b, const struct rsp_recovery *judged)
{
    json_t *rows = json_array();
    for (int i = 0; i < RSP_N_RECOVERY; i++) {
        if (!judged->criterion[i].applies)
            continue;
        json_t *row = json_object();
        rsp_build_set(b, row, "id", rsp_build_text(judged->criterion[i].rule->id));
        rsp_build_set(b, row, "text", rsp_build_text(judged->criterion[i].rule->text));
        rsp_build_set(b, row, "state", rsp_build_text(truth_word(judged->criterion[i].truth)));
        rsp_build_set(b, row, "why", rsp_build_text(judged->criterion[i].why));
        rsp_build_set(b, row, "source", rsp_build_text(judged->criterion[i].rule->source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

/* Items of the scores with the points that were given last. */
static json_t *scores(struct rsp_build *b, const struct leaving *leaving)
{
    json_t *rows = json_array();
    for (int s = 0; s < N_SCORE; s++) {
        const struct rsp_recovery_score *score = rsp_leaving_score(leaving->rules, score_key[s]);
        const struct rsp_recovery_points *points = s == 0 ? &leaving->input.aldrete : &leaving->input.padss;
        json_t *row = json_object(), *items = json_array();
        for (size_t i = 0; i < score->n_item; i++) {
            json_t *item = json_object();
            rsp_build_set(b, item, "item", rsp_build_text(score->item[i]));
            rsp_build_set(b, item, "points", rsp_build_number(points->point[i]));
            rsp_build_set(b, item, "site_decides", json_boolean((int)i == score->site_decides));
            rsp_build_append(b, items, item);
        }
        rsp_build_set(b, row, "id", rsp_build_text(score->id));
        rsp_build_set(b, row, "items", items);
        rsp_build_set(b, row, "most", rsp_build_number(score->most));
        rsp_build_set(b, row, "pass", rsp_build_number(score->pass));
        rsp_build_set(b, row, "total",
            rsp_build_number(s == 0 ? leaving->judged.aldrete_total : leaving->judged.padss_total));
        rsp_build_set(b, row, "at_s", rsp_build_number(points->at_s));
        rsp_build_set(b, row, "who",
            rsp_build_text(leaving->point[s] != NULL ? rsp_key_text(leaving->point[s], "who") : NULL));
        rsp_build_set(b, row, "source", rsp_build_text(score->source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static json_t *answers(struct rsp_build *b, const struct leaving *leaving)
{
    json_t *row = json_object();
    for (int i = 0; i < N_ANSWER; i++) {
        const json_t *last = leaving->last[i];
        json_t *one = json_null();
        if (last != NULL) {
            one = json_object();
            rsp_build_set(b, one, "answer", rsp_build_text(rsp_key_text(last, yes_or_no_key[i])));
            rsp_build_set(b, one, "at_s", rsp_build_number(rsp_key_number(last, "at_s")));
            rsp_build_set(b, one, "who", rsp_build_text(rsp_key_text(last, "who")));
        }
        rsp_build_set(b, row, yes_or_no_key[i], one);
    }
    rsp_build_set(b, row, "escort", rsp_build_text(leaving->escort[0] != '\0' ? leaving->escort : NULL));
    rsp_build_set(
        b, row, "escort_expected", rsp_build_text(leaving->expected[0] != '\0' ? leaving->expected : NULL));
    rsp_build_set(b, row, "reversal_s", rsp_build_number(leaving->input.reversal_s));
    return row;
}

/* Nobody who was given nothing has to recover, and who is at home did. */
static bool is_asked(const struct rsp_bedside *bedside)
{
    const struct rsp_infusion *infusion = &bedside->infusion;
    const bool stopped =
        !isnan(infusion->ended_s) && !infusion->aborted; /* also in the second of the start */
    return (!isnan(bedside->begun_s) || stopped) && infusion->state != RSP_STATE_DISCHARGED;
}

rsp_status rsp_bedside_put_recovery(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    struct rsp_build b = {0};
    struct leaving leaving;
    if (!is_asked(bedside))
        return rsp_call_put(call, "recovery", json_null());
    const rsp_status status = judge(call, bedside, &leaving);
    if (status != RSP_OK) {
        clear(&leaving);
        return status;
    }
    json_t *row = json_object();
    rsp_build_set(&b, row, "ready", rsp_build_text(truth_word(leaving.judged.ready)));
    rsp_build_set(&b, row, "criteria", criteria(&b, &leaving.judged));
    rsp_build_set(&b, row, "answers", answers(&b, &leaving));
    rsp_build_set(&b, row, "scores", scores(&b, &leaving));
    rsp_build_set(&b, row, "bleeding", rsp_build_text(leaving.bleeding[0] != '\0' ? leaving.bleeding : NULL));
    clear(&leaving);
    if (b.failed) {
        json_decref(row);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "recovery", row);
}

/* ---- the gate ---- */

static rsp_status check_reason_ids(struct rsp_call *call, const json_t *reasons)
{
    const char *id;
    json_t *reason;
    json_object_foreach((json_t *)reasons, id, reason)
    {
        if (rsp_leaving_criterion(rsp_rulebook_leaving(call->service->book), id) == NULL)
            return rsp_error_set(call->err, RSP_E_UNKNOWN, "reasons", "there is no criterion \"%.32s\"", id);
        if (!json_is_string(reason))
            return rsp_error_set(call->err, RSP_E_SYNTAX, "reasons", "a reason is a text");
    }
    return RSP_OK;
}

/* Every criterion that is not met has a reason, or the sentence names those without. */
static rsp_status hold_against_reasons(
    struct rsp_call *call, const struct rsp_recovery *judged, const json_t *reasons, json_t *overridden)
{
    struct rsp_build b = {0};
    char missing[400] = "";
    struct rsp_say say = RSP_SAY(missing);
    for (int i = 0; i < RSP_N_RECOVERY; i++) {
        if (!judged->criterion[i].applies || judged->criterion[i].truth == RSP_TRUE)
            continue;
        const char *id = judged->criterion[i].rule->id, *reason = rsp_key_text(reasons, id);
        if (rsp_letters(reason) < REASON_LEAST) {
            rsp_say(&say, "%s%s (%s)", missing[0] != '\0' ? "; " : "", id, judged->criterion[i].why);
            continue;
        }
        json_t *row = json_object();
        rsp_build_set(&b, row, "id", rsp_build_text(id));
        rsp_build_set(&b, row, "text", rsp_build_text(judged->criterion[i].rule->text));
        rsp_build_set(&b, row, "state", rsp_build_text(truth_word(judged->criterion[i].truth)));
        rsp_build_set(&b, row, "why", rsp_build_text(judged->criterion[i].why));
        rsp_build_set(&b, row, "reason", rsp_build_text(reason));
        rsp_build_append(&b, overridden, row);
    }
    if (missing[0] != '\0')
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "reasons",
            "not ready to go home: %s. Meet it, or give a reason for each", missing);
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}

rsp_status rsp_bedside_check_leaving(
    struct rsp_call *call, const struct rsp_bedside *bedside, char **overridden)
{
    struct leaving leaving;
    const json_t *reasons = json_object_get(call->input, "reasons");
    *overridden = NULL;
    RSP_TRY(check_reason_ids(call, reasons));
    if (!is_asked(bedside))
        return RSP_OK;
    json_t *rows = json_array();
    rsp_status status = judge(call, bedside, &leaving);
    if (status == RSP_OK)
        status = hold_against_reasons(call, &leaving.judged, reasons, rows);
    if (status == RSP_OK && json_array_size(rows) > 0 &&
        (*overridden = json_dumps(rows, JSON_COMPACT)) == NULL)
        status = rsp_call_no_memory(call);
    clear(&leaving);
    json_decref(rows);
    return status;
}
