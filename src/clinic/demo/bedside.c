/* Sessions that are under way at the end of the story: vials, values and scores by hand, what the pump did, and their devices. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "demo/demo_internal.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_MIN = 1440, PREPARED_MIN = 6 };

/* ---- when ---- */

static long minute_of_day(const struct rsp_demo *demo, int64_t at_s, long *day)
{
    struct rsp_stamp stamp;
    demo->options->wall(at_s, &stamp);
    const long minute = (long)(at_s / MINUTE_S) + stamp.offset_min;
    *day = minute / DAY_MIN - demo->today.day;
    return minute % DAY_MIN;
}

/* An order is of one day: what is prepared before a start lies after midnight, too. */
static int64_t start_of(const struct rsp_demo *demo, long since_min)
{
    long day = 0;
    const int64_t start_s = (demo->options->now_s / MINUTE_S - since_min) * MINUTE_S;
    const long minute = minute_of_day(demo, start_s, &day);
    return minute < PREPARED_MIN ? start_s + (PREPARED_MIN - minute) * MINUTE_S : start_s;
}

void rsp_demo_live_session(const struct rsp_demo *demo, struct rsp_demo_person *person, size_t course)
{
    struct rsp_demo_live *live = &person->live;
    struct rsp_demo_session *session = &person->session[person->course[course].first];
    if (live->node == NULL || person->course[course].day != 0)
        return;
    live->start_s = start_of(demo, live->since_min);
    live->course = course;
    session->under_way = true;
    session->hour_h = (double)minute_of_day(demo, live->start_s, &session->day) / MINUTE_S;
}

/* ---- what happens ---- */

static json_t *about(const struct rsp_demo_person *person)
{
    return json_pack("{s:s, s:I}", "patient", person->patient, "order",
        (json_int_t)person->course[person->live.course].order.number);
}

static rsp_status read_rate(struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s)
{
    json_t *told = NULL;
    RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_order_read, about(person), &told));
    const json_t *steps = json_object_get(json_object_get(told, "document"), "steps");
    person->live.ordered_ml_per_h =
        json_number_value(json_object_get(json_array_get(steps, 0), "rate_ml_per_h"));
    json_decref(told);
    return RSP_OK;
}

static rsp_status event_of(
    struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s, const struct rsp_yaml *step)
{
    double rate_frac = 0;
    const char *why = rsp_demo_text(step, "why");
    RSP_TRY(rsp_yaml_number(step, "rate_frac", false, &rate_frac, demo->err));
    json_t *input = about(person);
    (void)json_object_set_new(input, "event", json_string(rsp_demo_text(step, "event")));
    if (rate_frac > 0) /* to a tenth, as a pump takes it */
        (void)json_object_set_new(
            input, "rate_ml_per_h", json_real(round(rate_frac * person->live.ordered_ml_per_h * 10) / 10));
    if (*why != '\0')
        (void)json_object_set_new(input, "why", json_string(why));
    return rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_bedside_event, input, NULL);
}

static rsp_status scores_of(
    struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s, const struct rsp_yaml *scores)
{
    for (const struct rsp_yaml *n = scores->first; n != NULL; n = n->next) {
        json_t *input = about(person), *value = rsp_demo_json(n);
        (void)json_object_set_new(input, "what", json_string(n->key));
        if (json_is_number(value))
            (void)json_object_set(input, "value", value);
        json_decref(value);
        RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_bedside_score, input, NULL));
    }
    return RSP_OK;
}

static void wall_before(const struct rsp_demo *demo, int64_t at_s, double hours, char text[32])
{
    char date[16];
    long day = 0;
    const long minute = minute_of_day(demo, at_s - (int64_t)(hours * HOUR_S), &day);
    (void)snprintf(text, 32, "%sT%02ld:%02ld", rsp_demo_day(demo, day, date), minute / 60, minute % 60);
}

/* What is asked before the start: [ate_h, drank_h, escort]. */
static rsp_status ask(
    struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s, const struct rsp_yaml *asked)
{
    double ate_h = 0, drank_h = 0;
    char ate[32], drank[32];
    RSP_TRY(rsp_yaml_number(asked, "ate_h", true, &ate_h, demo->err));
    RSP_TRY(rsp_yaml_number(asked, "drank_h", true, &drank_h, demo->err));
    wall_before(demo, at_s, ate_h, ate);
    wall_before(demo, at_s, drank_h, drank);
    json_t *input = about(person);
    (void)json_object_set_new(input, "ate", json_string(ate));
    (void)json_object_set_new(input, "drank", json_string(drank));
    (void)json_object_set_new(input, "escort", json_string(rsp_demo_text(asked, "escort")));
    return rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_start_answer, input, NULL);
}

static rsp_status override(
    struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s, const struct rsp_yaml *gate)
{
    json_t *input = about(person);
    (void)json_object_set_new(input, "gate", json_string(rsp_demo_text(gate, "gate")));
    (void)json_object_set_new(input, "why", json_string(rsp_demo_text(gate, "why")));
    return rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_start_override, input, NULL);
}

static rsp_status tell(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    static const char *const keys[] = {
        "min", "event", "rate_frac", "why", "values", "scores", "asked", "override", NULL};
    struct rsp_demo_person *person = event->person;
    const struct rsp_yaml *step = rsp_yaml_find(person->live.node, "story")->first;
    for (size_t i = 0; i < event->which; i++)
        step = step->next;
    const struct rsp_yaml *values = rsp_yaml_find(step, "values"), *scores = rsp_yaml_find(step, "scores");
    RSP_TRY(rsp_yaml_only(step, keys, demo->err));
    if (values != NULL) {
        json_t *input = about(person);
        (void)json_object_set_new(input, "values", rsp_demo_json(values));
        RSP_TRY(
            rsp_demo_do(demo, rsp_demo_nurse(demo, person), event->at_s, RSP_USE_reading_add, input, NULL));
    }
    const struct rsp_yaml *asked = rsp_yaml_find(step, "asked"), *gate = rsp_yaml_find(step, "override");
    if (asked != NULL)
        RSP_TRY(ask(demo, person, event->at_s, asked));
    if (gate != NULL)
        RSP_TRY(override(demo, person, event->at_s, gate));
    if (*rsp_demo_text(step, "event") != '\0')
        RSP_TRY(event_of(demo, person, event->at_s, step));
    return scores != NULL ? scores_of(demo, person, event->at_s, scores) : RSP_OK;
}

static rsp_status prepare(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    RSP_TRY(rsp_demo_issue(demo, event));
    return read_rate(demo, event->person, event->at_s);
}

rsp_status rsp_demo_live_visits(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar)
{
    const struct rsp_demo_live *live = &person->live;
    const struct rsp_yaml *story = rsp_yaml_find(live->node, "story");
    struct rsp_demo_event event = {.person = person};
    if (live->node == NULL || story == NULL)
        return RSP_OK;
    event.at_s = live->start_s - (PREPARED_MIN - 1) * MINUTE_S;
    event.happen = prepare;
    event.which = live->course;
    event.day = person->session[person->course[live->course].first].day;
    RSP_TRY(rsp_demo_enter(demo, calendar, event));
    event.happen = tell;
    event.which = 0;
    for (const struct rsp_yaml *n = story->first; n != NULL; n = n->next, event.which++) {
        long minute = 0;
        RSP_TRY(rsp_yaml_int(n, "min", true, &minute, demo->err));
        event.at_s = live->start_s + minute * MINUTE_S;
        RSP_TRY(rsp_demo_enter(demo, calendar, event));
    }
    return RSP_OK;
}

rsp_status rsp_demo_live_devices(struct rsp_demo *demo, const struct rsp_demo_person *person)
{
    size_t n = 0;
    const char *const *device = NULL;
    if (person->live.node == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_texts(person->live.node, "devices", true, &n, &device, demo->err));
    for (size_t i = 0; i < n; i++) {
        json_t *input = about(person);
        (void)json_object_set_new(input, "device", json_string(device[i]));
        RSP_TRY(rsp_demo_do(
            demo, rsp_demo_nurse(demo, person), demo->options->clock(), RSP_USE_device_bind, input, NULL));
    }
    return RSP_OK;
}
