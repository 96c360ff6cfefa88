/* Is it working? Is it safe? What is next? Three answers, each with what it rests on. Words are codes with their values: the page says
 * them in the reader's language, so that no sentence is written twice. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/bedside.h"
#include "service/follow.h"
#include "service/json_build.h"
#include "service/plans.h"
#include "service/schedule.h"
#include "service/seen.h"
#include "service/ward.h"

enum { SUBJECTS = 200, YEAR_D = 365 };

struct progress {
    struct rsp_call *call;
    struct rsp_build build;
    struct rsp_prediction_settings settings;
    struct rsp_planning planning;
    struct rsp_seen seen;
    struct rsp_advice *advice; /* NULL: nothing could be forecast, see why */
    char why[520];
    struct rsp_finding *finding;
    size_t n_finding;
    enum rsp_candidacy candidacy;
    json_t *open, *scores, *events; /* rows */
    const char *plan_code;          /* what is next by the newest plan */
    struct rsp_visit visit;         /* the next one that is booked; fact 0: none */
    json_t *session;                /* that goes on, or that nobody ended; NULL: none */
};

/* ---- reading ---- */

static rsp_status read_visit(struct progress *p)
{
    struct rsp_visits visits = {0};
    const int64_t ever_s = INT64_MAX / 2;
    rsp_status status = rsp_visits_read(p->call, &p->call->patient, p->call->now_s, ever_s, &visits);
    if (status == RSP_OK)
        rsp_visits_sort(&visits);
    for (size_t i = 0; status == RSP_OK && i < visits.n && p->visit.fact == 0; i++)
        if (rsp_visit_stands(&visits.visit[i]))
            p->visit = visits.visit[i];
    free(visits.visit);
    return status;
}

/* The newest plan: one that is stale, or whose first day has passed, is made anew; one that the patient declined is
 * spoken about. */
static const char *code_of(
    const struct rsp_kept_plan *plan, const struct rsp_consent *consent, struct rsp_date today)
{
    struct rsp_date start;
    const char *written = json_string_value(json_object_get(plan->body, "start"));
    if (plan->why_stale[0] != '\0')
        return "plan_stale";
    if (consent->number != 0 && !consent->agreed)
        return "declined";
    if (written != NULL && rsp_date_parse(written, &start, NULL) == RSP_OK && start.day < today.day)
        return "plan_past";
    return "book";
}

static rsp_status read_plan(struct progress *p)
{
    struct rsp_kept_plan plan = {0};
    struct rsp_consent consent = {0};
    int64_t number = 0;
    p->plan_code = "plan";
    RSP_TRY(rsp_kept_plan_latest(p->call, &number));
    if (number == 0)
        return RSP_OK;
    rsp_status status = rsp_kept_plan_read(p->call, number, &plan);
    if (status == RSP_OK)
        status = rsp_consent_latest(p->call, number, &consent);
    if (status == RSP_OK)
        p->plan_code = code_of(&plan, &consent, p->call->today);
    rsp_kept_plan_clear(&plan);
    return status;
}

/* Drug that was given and is not yet an infusion of the record: its session has not ended. */
static rsp_status read_session(struct progress *p)
{
    struct rsp_ward_bed bed[RSP_WARD_MOST];
    size_t n = 0;
    rsp_status status = rsp_ward_open(p->call, bed, &n);
    for (size_t i = n; status == RSP_OK && p->session == NULL && i-- > 0;) {
        struct rsp_bedside bedside;
        if (memcmp(&bed[i].person, &p->call->patient, sizeof bed[i].person) != 0)
            continue;
        status = rsp_bedside_read(p->call, bed[i].order, &bedside);
        if (status == RSP_OK && !isnan(bedside.begun_s) && bedside.infusion.state != RSP_STATE_DISCHARGED)
            status = rsp_bedside_row(p->call, &bedside, &p->session);
        rsp_bedside_clear(&bedside);
    }
    return status;
}

static rsp_status read_all(struct progress *p)
{
    struct rsp_call *call = p->call;
    RSP_TRY(rsp_prediction_settings_read(&p->settings, call->err));
    RSP_TRY(rsp_planning_read(call, &p->planning));
    RSP_TRY(rsp_findings_open(call, &p->open));
    RSP_TRY(rsp_call_facts(call, "score", true, &p->scores));
    RSP_TRY(rsp_call_facts(call, "register_entry", true, &p->events));
    RSP_TRY(read_plan(p));
    RSP_TRY(read_visit(p));
    RSP_TRY(read_session(p));
    RSP_TRY(rsp_seen_read(&p->planning, &p->settings, call->today, &p->seen, call->err));
    return rsp_rules_assess(call->service->book, p->planning.patient, call->today, &p->candidacy, &p->finding,
        &p->n_finding, call->err);
}

/* What is learned from the diary, beside the regimen that the protocol of the condition would give. A forecast that is
 * refused leaves the scores and the rules to speak. */
static rsp_status advise(struct progress *p)
{
    struct rsp_advise_request request;
    const char *dose[RSP_MAX_DOSE_TEXT];
    json_t *none = json_object();
    rsp_status status = rsp_planning_request(p->call, none, dose, &request);
    request.n_subject = SUBJECTS;
    request.seed = 1;
    request.without_sensitivity = true; /* nothing of it is told here */
    if (status == RSP_OK)
        status = rsp_planning_advise(p->call, &p->planning, &request, &p->advice);
    json_decref(none);
    if (status != RSP_OK && !rsp_planning_refused(status))
        return status;
    snprintf(p->why, sizeof p->why, "%s",
        status == RSP_OK       ? p->advice->not_learned
        : p->call->err != NULL ? p->call->err->message
                               : "");
    return RSP_OK;
}

/* ---- building ---- */

static json_t *answer(struct progress *p, const char *code, json_t *values, const char *validity)
{
    json_t *object = json_object();
    rsp_build_set(&p->build, object, "code", json_string(code));
    rsp_build_set(&p->build, object, "values", values);
    rsp_build_set(&p->build, object, "validity", json_string(validity));
    return object;
}

static json_t *percent(double fraction)
{
    return isnan(fraction) ? json_null() : json_integer(lround(100.0 * fraction));
}

static json_t *day(long number)
{
    return rsp_build_day((struct rsp_date){number});
}

/* ---- is it working ---- */

static const struct rsp_learned *learned(const struct progress *p)
{
    const struct rsp_learned *own = p->advice != NULL ? p->advice->learned : NULL;
    return own != NULL && own->has_diary ? own : NULL;
}

static const char *working_code(const struct progress *p)
{
    const struct rsp_seen *seen = &p->seen;
    if (seen->n_dose == 0)
        return p->session != NULL ? "under_way" : "not_treated";
    if (p->planning.diary.n == 0)
        return p->planning.n_entry_left_out > 0 ? "other_scores" : "no_diary";
    const bool over = (double)(p->call->today.day - seen->series_end) > p->settings.diary.judge_within_d;
    if ((double)seen->n_after < p->settings.diary.judge_entries)
        return over ? "too_few" : "too_early";
    if (!seen->judged)
        return "no_baseline";
    if (seen->no_response)
        return "no_response";
    if (seen->other_treatment)
        return "other_treatment";
    return seen->now_frac >= p->settings.futility_relief_frac ? "holds" : "worn_off";
}

static json_t *working(struct progress *p)
{
    const struct rsp_seen *seen = &p->seen;
    struct rsp_build *b = &p->build;
    const struct rsp_learned *own = learned(p);
    const bool diary = p->planning.diary.n > 0;
    const long ago_d = diary ? p->call->today.day - seen->last_entry_day : 0;
    json_t *values = json_object();
    rsp_build_set(b, values, "n_dose", json_integer((json_int_t)seen->n_dose));
    rsp_build_set(b, values, "n_entry", json_integer((json_int_t)p->planning.diary.n));
    rsp_build_set(b, values, "n_left_out", json_integer((json_int_t)p->planning.n_entry_left_out));
    rsp_build_set(b, values, "n_after", json_integer((json_int_t)seen->n_after));
    rsp_build_set(b, values, "fall_pct", percent(seen->fall_frac));
    rsp_build_set(b, values, "now_pct", percent(seen->now_frac));
    rsp_build_set(b, values, "wanted_pct", percent(p->settings.futility_relief_frac));
    rsp_build_set(b, values, "needed", rsp_build_number(p->settings.diary.judge_entries));
    rsp_build_set(b, values, "last_entry", diary ? day(seen->last_entry_day) : json_null());
    rsp_build_set(b, values, "last_entry_ago_d", json_integer(ago_d));
    rsp_build_set(b, values, "series_from", seen->n_dose > 0 ? day(seen->series_day) : json_null());
    const bool chance = own != NULL && own->class_known;
    rsp_build_set(b, values, "response_pct", chance ? percent(own->diary.response_probability) : json_null());
    const char *validity = own != NULL && seen->judged ? "patient"
                           : diary && seen->n_dose > 0 ? "scores"
                                                       : "none";
    json_t *object = answer(p, working_code(p), values, validity);
    rsp_build_set(b, object, "why_not_learned", *p->why != '\0' ? rsp_build_text(p->why) : json_null());
    return object;
}

/* ---- is it safe ---- */

static size_t count(const struct progress *p, enum rsp_severity severity, bool known)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_finding; i++)
        n += p->finding[i].rule->severity == severity && (p->finding[i].truth == RSP_TRUE) == known;
    return n;
}

static const char *safe_code(const struct progress *p)
{
    if (json_array_size(p->open) > 0)
        return "unanswered";
    if (count(p, RSP_SEVERITY_BLOCK, true) > 0)
        return "blocked";
    if (p->candidacy == RSP_CANDIDACY_INCOMPLETE)
        return "incomplete";
    return count(p, RSP_SEVERITY_CAUTION, true) > 0 ? "cautions" : "nothing_known";
}

static json_t *findings(struct progress *p)
{
    json_t *rows = json_array();
    struct rsp_build *b = &p->build;
    for (size_t i = 0; i < p->n_finding; i++) {
        const struct rsp_finding *one = &p->finding[i];
        json_t *row = json_object();
        if (one->rule->severity == RSP_SEVERITY_INFO) {
            json_decref(row);
            continue;
        }
        rsp_build_set(b, row, "rule", rsp_build_text(one->rule->id));
        rsp_build_set(b, row, "severity", rsp_build_text(rsp_severity_name(one->rule->severity)));
        rsp_build_set(b, row, "known", json_boolean(one->truth == RSP_TRUE));
        rsp_build_set(b, row, "text", rsp_build_text(one->text));
        rsp_build_set(b, row, "missing", rsp_build_text(one->missing));
        rsp_build_set(b, row, "source", rsp_build_text(one->rule->source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static json_t *exposure(struct progress *p)
{
    const struct rsp_exposure given =
        rsp_exposure_within(p->call->service->book, p->planning.patient, p->call->today, YEAR_D);
    struct rsp_build *b = &p->build;
    json_t *rows = json_array();
    for (int d = 0; d < RSP_N_DRUG; d++) {
        if (given.n_dose[d] == 0)
            continue;
        json_t *row = json_object();
        rsp_build_set(b, row, "drug", json_string(rsp_drug_name((enum rsp_drug)d)));
        rsp_build_set(b, row, "n_dose", json_integer((json_int_t)given.n_dose[d]));
        rsp_build_set(b, row, "n_slip", json_integer((json_int_t)given.n_slip[d]));
        rsp_build_set(b, row, "total_mg", rsp_build_number(given.total_mg[d]));
        rsp_build_set(b, row, "later_weight", json_boolean(given.later_weight[d]));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

/* Day of the newest score of one of these instruments. */
static json_t *last_score(const struct progress *p, const char *const instruments[])
{
    const char *last = NULL;
    size_t i;
    json_t *row;
    json_array_foreach(p->scores, i, row) for (size_t k = 0; instruments[k] != NULL; k++)
    {
        const char *date = json_string_value(json_object_get(row, "date"));
        if (strcmp(json_string_value(json_object_get(row, "instrument")), instruments[k]) == 0 &&
            (last == NULL || strcmp(date, last) > 0))
            last = date;
    }
    return last != NULL ? json_string(last) : json_null();
}

static json_t *last_liver_test(const struct progress *p)
{
    static const char *const enzymes[] = {"alt_u_per_l", "ast_u_per_l"};
    const struct rsp_test *last = NULL;
    for (size_t i = 0; i < sizeof enzymes / sizeof *enzymes; i++) {
        const struct rsp_test *test = rsp_patient_test(p->planning.patient, enzymes[i]);
        if (test != NULL && (last == NULL || test->date.day > last->date.day))
            last = test;
    }
    return last != NULL ? rsp_build_day(last->date) : json_null();
}

/* Long-term risks, each with the day on which it was last looked at. How often is in no source at hand. */
static json_t *checks(struct progress *p)
{
    static const char *const bladder[] = {"icsi", "icpi", NULL},
                             *const cognition[] = {"moca", "minicog", NULL},
                             *const dependence[] = {"ort", "comm", "dast10", NULL},
                             *const mood[] = {"phq9", NULL};
    struct rsp_build *b = &p->build;
    json_t *object = json_object();
    rsp_build_set(b, object, "liver", last_liver_test(p));
    rsp_build_set(b, object, "bladder", last_score(p, bladder));
    rsp_build_set(b, object, "cognition", last_score(p, cognition));
    rsp_build_set(b, object, "dependence", last_score(p, dependence));
    rsp_build_set(b, object, "mood", last_score(p, mood));
    return object;
}

static json_t *safe(struct progress *p)
{
    struct rsp_build *b = &p->build;
    json_t *values = json_object();
    rsp_build_set(b, values, "n_open", json_integer((json_int_t)json_array_size(p->open)));
    rsp_build_set(b, values, "n_block", json_integer((json_int_t)count(p, RSP_SEVERITY_BLOCK, true)));
    rsp_build_set(b, values, "n_caution", json_integer((json_int_t)count(p, RSP_SEVERITY_CAUTION, true)));
    rsp_build_set(b, values, "n_unknown",
        json_integer(
            (json_int_t)(count(p, RSP_SEVERITY_BLOCK, false) + count(p, RSP_SEVERITY_CAUTION, false))));
    rsp_build_set(b, values, "n_event", json_integer((json_int_t)json_array_size(p->events)));
    json_t *object = answer(p, safe_code(p), values, "rules");
    rsp_build_set(b, object, "findings", findings(p));
    rsp_build_set(b, object, "open_findings", json_incref(p->open));
    rsp_build_set(b, object, "exposure", exposure(p));
    rsp_build_set(b, object, "exposure_d", json_integer(YEAR_D));
    rsp_build_set(b, object, "checks", checks(p));
    rsp_build_set(b, object, "rules_version", json_string(rsp_rulebook_version(p->call->service->book)));
    return object;
}

/* ---- what is next ---- */

/* Days between which pain returns in the middle half, after the last series of this patient. */
static bool return_window(const struct progress *p, long *from, long *to)
{
    const struct rsp_learned *own = learned(p);
    if (own == NULL || own->last_return_day.status != RSP_PREDICTED)
        return false;
    const double start_d = (double)own->series_day.day + own->last_d;
    const double late_d = own->last_return_day.p75;
    if (!isfinite(own->last_return_day.p25) || !isfinite(late_d))
        return false;
    *from = lround(floor(start_d + own->last_return_day.p25));
    *to = lround(floor(start_d + late_d));
    return true;
}

static const char *next_code(const struct progress *p, bool has_window)
{
    if (json_array_size(p->open) > 0)
        return "answer_finding";
    if (p->session != NULL)
        return "session";
    if (p->seen.no_response)
        return "stop";
    if (p->candidacy == RSP_NOT_A_CANDIDATE)
        return "not_a_candidate"; /* also before a visit that is booked */
    if (p->visit.fact != 0)
        return "visit";
    if (p->candidacy == RSP_CANDIDACY_INCOMPLETE)
        return "complete_assessment";
    if (has_window)
        return "return_window";
    return p->plan_code;
}

static json_t *next(struct progress *p)
{
    struct rsp_build *b = &p->build;
    long from = 0, to = 0;
    const bool has_window = return_window(p, &from, &to), booked = p->visit.fact != 0;
    const struct rsp_search *search = rsp_rulebook_search(p->call->service->book);
    const char *code = next_code(p, has_window);
    const bool stop = strcmp(code, "stop") == 0;
    json_t *values = json_object();
    rsp_build_set(b, values, "from", has_window ? day(from) : json_null());
    rsp_build_set(b, values, "to", has_window ? day(to) : json_null());
    rsp_build_set(b, values, "overdue", json_boolean(has_window && to < p->call->today.day));
    rsp_build_set(b, values, "visit_at", booked ? json_string(p->visit.wall) : json_null());
    rsp_build_set(b, values, "visit", booked ? json_integer(p->visit.visit) : json_null());
    rsp_build_set(b, values, "of", booked ? json_integer(p->visit.of) : json_null());
    rsp_build_set(b, values, "chair", booked ? json_string(p->visit.chair) : json_null());
    rsp_build_set(b, values, "fall_pct", percent(p->seen.fall_frac));
    rsp_build_set(b, values, "wanted_pct", percent(p->settings.futility_relief_frac));
    json_t *object = answer(p, code, values,
        stop                                               ? "scores"
        : has_window && strcmp(code, "return_window") == 0 ? "patient"
                                                           : "none");
    rsp_build_set(b, object, "evidence",
        stop && search != NULL ? rsp_build_text(search->futility_evidence) : json_null());
    rsp_build_set(b, object, "session", p->session != NULL ? json_incref(p->session) : json_null());
    rsp_build_set(
        b, object, "source", stop && search != NULL ? rsp_build_text(search->futility_source) : json_null());
    return object;
}

/* ---- the band seen with this patient's draws ---- */

static json_t *band(struct progress *p)
{
    static const char *const names[RSP_CURVE_BANDS] = {"p05", "p25", "p50", "p75", "p95"};
    const struct rsp_learned *own = learned(p);
    struct rsp_build *b = &p->build;
    if (own == NULL || own->past.pain_nrs.n == 0)
        return json_null();
    json_t *object = json_object(), *bands = json_object();
    rsp_build_set(b, object, "start", rsp_build_day(own->series_day));
    rsp_build_set(b, object, "start_h", rsp_build_number(own->series_h));
    rsp_build_set(b, object, "validity", json_string("patient"));
    rsp_build_set(b, object, "time_d", rsp_build_numbers(b, own->past.pain_nrs.n, own->past.pain_nrs.time));
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        rsp_build_set(
            b, bands, names[k], rsp_build_numbers(b, own->past.pain_nrs.n, own->past.pain_nrs.band[k]));
    rsp_build_set(b, object, "pain_nrs", bands);
    return object;
}

static rsp_status put_all(struct progress *p)
{
    RSP_TRY(rsp_call_put(p->call, "working", working(p)));
    RSP_TRY(rsp_call_put(p->call, "safe", safe(p)));
    RSP_TRY(rsp_call_put(p->call, "next", next(p)));
    RSP_TRY(rsp_call_put(p->call, "candidacy", json_string(rsp_candidacy_name(p->candidacy))));
    RSP_TRY(rsp_call_put(p->call, "band", band(p)));
    return p->build.failed ? rsp_call_no_memory(p->call) : RSP_OK;
}

rsp_status rsp_case_progress(struct rsp_call *call)
{
    struct progress p = {.call = call};
    rsp_status status = read_all(&p);
    rsp_call_pause(call); /* what was read is a copy */
    if (status == RSP_OK)
        status = advise(&p);
    if (status == RSP_OK)
        status = put_all(&p);
    free(p.finding);
    rsp_advice_free(p.advice);
    json_decref(p.open);
    json_decref(p.scores);
    json_decref(p.events);
    json_decref(p.session);
    rsp_planning_clear(&p.planning);
    rsp_prediction_settings_free(&p.settings);
    return status;
}
