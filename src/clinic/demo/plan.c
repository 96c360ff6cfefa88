/* From a measured patient to booked visits: plan, sheet, consent, appointments, and who came. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "demo/demo_internal.h"

enum { MINUTE_S = 60, DAY_MIN = 1440, RECENT_D = 31, BOOKED_D = 14, COPIES = 300 };

static const char *wall_of(const struct rsp_demo *demo, const struct rsp_demo_session *session, char text[32])
{
    char day[16];
    const long minute = lround(session->hour_h * 60) - RSP_DEMO_BEFORE_DOSE_MIN,
               eve = minute < 0 ? 1 : 0, /* a session after midnight: they come on the evening before */
        of_day = minute + eve * DAY_MIN;
    snprintf(
        text, 32, "%sT%02ld:%02ld", rsp_demo_day(demo, session->day - eve, day), of_day / 60, of_day % 60);
    return text;
}

/* ---- plan and consent ---- */

static rsp_status keep_plan(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_course *course, int64_t at_s)
{
    char start[16];
    json_t *body = NULL;
    json_t *input = json_pack("{s:s, s:s, s:i, s:i}", "patient", person->patient, "start",
        rsp_demo_day(demo, person->session[course->first].day, start), "subjects", COPIES, "seed",
        (int)person->number + 1);
    if (course->protocol != NULL)
        (void)json_object_set_new(input, "protocol", json_string(course->protocol));
    else
        (void)json_object_set_new(input, "dose", json_pack("[s]", course->dose));
    RSP_TRY(rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_plan_keep, input, &body));
    course->plan = json_integer_value(json_object_get(body, "plan"));
    json_decref(body);
    return RSP_OK;
}

static rsp_status agree(
    struct rsp_demo *demo, struct rsp_demo_person *person, const struct rsp_demo_course *course, int64_t at_s)
{
    json_t *sheet = NULL;
    RSP_TRY(rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_sheet,
        json_pack("{s:s, s:I, s:s}", "patient", person->patient, "plan", (json_int_t)course->plan, "language",
            "en"),
        &sheet));
    json_t *input = json_pack("{s:s, s:I, s:O, s:s, s:s, s:s}", "patient", person->patient, "plan",
        (json_int_t)course->plan, "sheet_version", json_object_get(sheet, "digest"), "language", "en",
        "decision", "agreed", "off_label", "explained");
    json_decref(sheet);
    return rsp_demo_do(demo, person->cares[0], at_s + 10 * MINUTE_S, RSP_USE_consent, input, NULL);
}

/* ---- visits ---- */

static void take_numbers(
    struct rsp_demo_person *person, const struct rsp_demo_course *course, const json_t *body)
{
    const json_t *made = json_object_get(body, "appointments");
    size_t k = 0;
    for (size_t i = course->first; i < course->first + course->n; i++)
        if (person->session[i].visit_min > 0)
            person->session[i].appointment = json_integer_value(json_array_get(made, k++));
}

/* Each visit with its own seat and person: one booking for each length and person is enough, since none collides. */
static rsp_status book(
    struct rsp_demo *demo, struct rsp_demo_person *person, const struct rsp_demo_course *course, int64_t at_s)
{
    char wall[32];
    json_t *body = NULL, *starts = json_array(), *seats = json_array();
    const struct rsp_demo_session *first = &person->session[course->first];
    for (size_t i = course->first; i < course->first + course->n; i++)
        if (person->session[i].visit_min > 0) {
            (void)json_array_append_new(starts, json_string(wall_of(demo, &person->session[i], wall)));
            (void)json_array_append_new(seats, json_string(person->session[i].seat));
        }
    json_t *input = json_pack("{s:s, s:o, s:o, s:I}", "patient", person->patient, "start", starts, "chair",
        seats, "minutes", (json_int_t)first->visit_min);
    if (course->plan > 0)
        (void)json_object_set_new(input, "plan", json_integer((json_int_t)course->plan));
    if (person->number % 3 != 0) /* the others forgot to say who fetches them */
        (void)json_object_set_new(input, "escort", json_string("fetched by a relative"));
    if (course->n == 1 && first->staff != NULL)
        (void)json_object_set_new(input, "staff", json_string(first->staff));
    RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_appointment_book, input, &body));
    take_numbers(person, course, body);
    json_decref(body);
    return RSP_OK;
}

rsp_status rsp_demo_plan(struct rsp_demo *demo, struct rsp_demo_person *person, size_t c, int64_t at_s)
{
    struct rsp_demo_course *course = &person->course[c];
    const long day = person->session[course->first].day,
               last = person->session[course->first + course->n - 1].day;
    if (day < -RECENT_D)
        return RSP_OK;
    RSP_TRY(keep_plan(demo, person, course, at_s));
    RSP_TRY(agree(demo, person, course, at_s + MINUTE_S));
    RSP_TRY(rsp_demo_order(demo, person, c, at_s + 20 * MINUTE_S));
    return last >= -BOOKED_D ? book(demo, person, course, at_s + 15 * MINUTE_S) : RSP_OK;
}

static rsp_status say_of_visit(
    struct rsp_demo *demo, const struct rsp_demo_event *event, const char *came, const char *why)
{
    struct rsp_demo_session *session = &event->person->session[event->which];
    json_t *body = NULL;
    if (session->appointment == 0)
        return RSP_OK;
    RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, event->person), event->at_s, RSP_USE_appointment_came,
        json_pack("{s:s, s:I, s:s, s:s*}", "patient", event->person->patient, "appointment",
            (json_int_t)session->appointment, "came", came, "why", why),
        &body));
    session->appointment = json_integer_value(json_object_get(body, "appointment"));
    json_decref(body);
    return RSP_OK;
}

static rsp_status come(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    return say_of_visit(demo, event, "arrived", NULL);
}

static rsp_status leave(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    return say_of_visit(demo, event, "over", "went home");
}

rsp_status rsp_demo_arrivals(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar)
{
    static const double early_h = 0.5, minutes_an_hour = 60.0;
    for (size_t i = 0; i < person->n_session; i++) {
        const struct rsp_demo_session *session = &person->session[i];
        const double end_h = session->hour_h - early_h + (double)session->visit_min / minutes_an_hour;
        if (session->visit_min <= 0 || session->day < -BOOKED_D)
            continue;
        struct rsp_demo_event event = {.person = person, .which = i, .day = session->day};
        event.at_s = rsp_demo_at(demo, session->day, session->hour_h - early_h);
        event.happen = come;
        RSP_TRY(rsp_demo_enter(demo, calendar, event));
        if (session->under_way)
            continue;
        event.at_s = rsp_demo_at(demo, session->day, end_h);
        event.happen = leave;
        RSP_TRY(rsp_demo_enter(demo, calendar, event));
    }
    return RSP_OK;
}

rsp_status rsp_demo_furnish(struct rsp_demo *demo, int64_t at_s)
{
    for (size_t i = 0; i < demo->n_chair + demo->n_bed; i++) {
        const char *name = i < demo->n_chair ? demo->chair[i] : demo->bed[i - demo->n_chair];
        RSP_TRY(rsp_demo_do(demo, "gate", at_s, RSP_USE_chair_set,
            json_pack("{s:s, s:s}", "name", name, "state", "open"), NULL));
    }
    return RSP_OK;
}
