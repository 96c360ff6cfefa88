/* Scores of instruments, adverse events as often as published, near misses. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo/demo_internal.h"
#include "num/random.h"

enum { PHQ_ITEMS = 9, PHQ_HIGHEST = 3 };

static double uniform(
    const struct rsp_demo *demo, const struct rsp_demo_person *person, uint32_t what, size_t index)
{
    return rsp_random_uniform(demo->options->seed, person->number,
        rsp_random_stream(RSP_STREAM_RESIDUAL, RSP_DEMO_DAYS + RSP_DEMO_DAYS + what), (uint32_t)index);
}

/* ---- scores ---- */

static double test_of(const struct rsp_demo_person *person, const char *name, double none)
{
    const struct rsp_yaml *node = rsp_yaml_find(rsp_yaml_find(person->node, "tests"), name);
    double value = none;
    (void)!(node != NULL && rsp_yaml_node_number(node, &value, NULL) == RSP_OK);
    return value;
}

/* Answers that come to the total of the record, the ninth as it stands there. */
static json_t *phq_answers(int total, int ninth)
{
    json_t *answers = json_object();
    int left = total - ninth;
    for (int item = 1; item < PHQ_ITEMS; item++) {
        char key[8];
        const int rest = PHQ_ITEMS - item, value = (left + rest - 1) / rest;
        snprintf(key, sizeof key, "%d", item);
        (void)json_object_set_new(answers, key, json_integer(value < PHQ_HIGHEST ? value : PHQ_HIGHEST));
        left -= value < PHQ_HIGHEST ? value : PHQ_HIGHEST;
    }
    (void)json_object_set_new(answers, "9", json_integer(ninth));
    return answers;
}

/* What was done about what a score raised, unless the entry of the person leaves it open.
 * @param body  of the score; takes ownership */
static rsp_status answer_findings(
    struct rsp_demo *demo, const struct rsp_demo_person *person, int64_t at_s, json_t *body)
{
    const struct rsp_yaml *done = rsp_yaml_find(person->node, "finding_answered");
    rsp_status status = RSP_OK;
    json_t *finding;
    size_t i;
    json_array_foreach(json_object_get(body, "findings"), i, finding)
    {
        const json_t *number = json_is_object(finding) ? json_object_get(finding, "finding") : finding;
        if (done != NULL && status == RSP_OK)
            status = rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_finding_answer,
                json_pack("{s:s, s:I, s:s}", "patient", person->patient, "finding",
                    json_integer_value(number), "done", done->text),
                NULL);
    }
    json_decref(body);
    return status;
}

rsp_status rsp_demo_scores(struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s)
{
    json_t *body = NULL;
    static const int usual_most = 9; /* of whom no depression is written down */
    const double total = test_of(person, "phq9_total", floor(uniform(demo, person, 0, 0) * usual_most));
    if (!person->keeps_diary && rsp_yaml_find(rsp_yaml_find(person->node, "tests"), "phq9_total") == NULL)
        return RSP_OK;
    RSP_TRY(rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_score_add,
        json_pack("{s:s, s:s, s:o}", "patient", person->patient, "instrument", "phq9", "answers",
            phq_answers((int)total, (int)test_of(person, "phq9_item9", 0))),
        &body));
    RSP_TRY(answer_findings(demo, person, at_s, body));
    return rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_score_add,
        json_pack("{s:s, s:s, s:{s:f}}", "patient", person->patient, "instrument", "nrs", "answers", "1",
            round(person->baseline_nrs)),
        NULL);
}

/* ---- the register ---- */

static const struct rsp_yaml *nth(const struct rsp_demo *demo, const char *list, size_t index)
{
    const struct rsp_yaml *node = rsp_yaml_find(rsp_yaml_root(demo->tree), list)->first;
    while (index-- > 0 && node != NULL)
        node = node->next;
    return node;
}

/* `which` is 64 x session + event. */
enum { EVENTS_MOST = 64 };

static rsp_status report_event(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    const struct rsp_demo_person *person = event->person;
    const struct rsp_yaml *node = nth(demo, "events", event->which % EVENTS_MOST);
    const double severity = uniform(demo, person, 1, event->which);
    return rsp_demo_do(demo, rsp_demo_nurse(demo, person), event->at_s, RSP_USE_register_add,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "patient", person->patient, "kind", "adverse_event",
            "word", rsp_demo_text(node, "word"), "severity", severity * 3 < 2 ? "mild" : "moderate", "state",
            "closed", "what_happened", rsp_demo_text(node, "happened"), "what_was_done",
            rsp_demo_text(node, "done")),
        NULL);
}

static rsp_status report_near_miss(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    const struct rsp_yaml *node = nth(demo, "near_misses", event->which);
    const char *done = rsp_demo_text(node, "done");
    json_t *input = json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "near_miss", "word",
        rsp_demo_text(node, "word"), "severity", "none", "state", *done != '\0' ? "closed" : "open",
        "what_happened", rsp_demo_text(node, "happened"));
    if (*done != '\0')
        (void)json_object_set_new(input, "what_was_done", json_string(done));
    return rsp_demo_do(demo, rsp_demo_text(node, "who"), event->at_s, RSP_USE_register_add, input, NULL);
}

static rsp_status enter_near_misses(struct rsp_demo *demo, struct rsp_demo_calendar *calendar)
{
    static const double noon_h = 12.5;
    const struct rsp_yaml *list = rsp_yaml_find(rsp_yaml_root(demo->tree), "near_misses");
    size_t i = 0;
    for (const struct rsp_yaml *n = list->first; n != NULL; n = n->next, i++) {
        long day = 0;
        RSP_TRY(rsp_yaml_int(n, "day", true, &day, demo->err));
        RSP_TRY(rsp_demo_enter(demo, calendar,
            (struct rsp_demo_event){
                .at_s = rsp_demo_at(demo, day, noon_h), .happen = report_near_miss, .which = i, .day = day}));
    }
    return RSP_OK;
}

/* Whether it happens: in an infusion, or in one of a course, which is then the first. */
static rsp_status happens(struct rsp_demo *demo, const struct rsp_demo_person *person, size_t session,
    const struct rsp_yaml *node, size_t event, bool *yes)
{
    double frac = 0;
    const bool of_course = strcmp(rsp_demo_text(node, "of"), "course") == 0;
    const bool first = person->course[person->session[session].course].first == session;
    RSP_TRY(rsp_yaml_number(node, "frac", true, &frac, demo->err));
    *yes = (!of_course || first) && uniform(demo, person, 2, session * EVENTS_MOST + event) < frac;
    return RSP_OK;
}

rsp_status rsp_demo_reports(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar)
{
    static const double into_h = 0.6; /* of the infusion, when it shows */
    bool yes = false;
    if (person == NULL)
        return enter_near_misses(demo, calendar);
    for (size_t s = 0; s < person->n_session; s++) {
        size_t e = 0;
        for (const struct rsp_yaml *n = nth(demo, "events", 0); n != NULL; n = n->next, e++) {
            RSP_TRY(happens(demo, person, s, n, e, &yes));
            if (yes)
                RSP_TRY(rsp_demo_enter(demo, calendar,
                    (struct rsp_demo_event){
                        .at_s = rsp_demo_at(demo, person->session[s].day, person->session[s].hour_h + into_h),
                        .person = person,
                        .happen = report_event,
                        .which = s * EVENTS_MOST + e,
                        .day = person->session[s].day}));
        }
    }
    return RSP_OK;
}
