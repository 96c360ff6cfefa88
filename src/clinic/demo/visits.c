/* What happens to a person: first visit, measurements, infusions, diary, changes of the record. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo/demo_internal.h"
#include "num/random.h"

#define DAYS_A_YEAR 365.25

const char *rsp_demo_birth(const struct rsp_demo *demo, const struct rsp_demo_person *person, char text[16])
{
    return rsp_demo_day(demo, -(long)(person->age_y * DAYS_A_YEAR), text);
}

/* ---- record ---- */

/* Whose menses have ended, in years: here only a reason not to ask for a pregnancy test. */
static const double no_longer_fertile_y = 55;

static const char *pregnancy(const struct rsp_demo_person *person)
{
    return person->female && person->age_y < no_longer_fertile_y ? "negative" : "not_applicable";
}

/* A number of the same size, differing a little from day to day: whole mmHg, beats and units. */
static double about(
    const struct rsp_demo *demo, const struct rsp_demo_person *person, long day, size_t which, double value)
{
    static const double spread_frac = 0.04;
    const double z = rsp_random_normal(demo->options->seed, person->number,
        rsp_random_stream(RSP_STREAM_RESIDUAL, (uint32_t)(day + RSP_DEMO_DAYS)), (uint32_t)which);
    return round(value * (1 + spread_frac * fmax(-2, fmin(2, z))));
}

static const struct rsp_yaml *value_of(const struct rsp_yaml *node)
{
    const struct rsp_yaml *value = node->kind == RSP_YAML_MAP ? rsp_yaml_find(node, "value") : NULL;
    return value != NULL ? value : node;
}

/* One test as it came out on that day; NULL: not done. */
static json_t *result(const struct rsp_demo *demo, const struct rsp_demo_person *person, long day,
    size_t which, const struct rsp_yaml *node)
{
    static const char *const drawn[] = {"_u_per_l", "_mmhg", "_per_min"};
    const struct rsp_yaml *value = value_of(node), *upper = NULL;
    char date[16];
    if (strcmp(value->text, "missing") == 0)
        return NULL;
    json_t *number = rsp_demo_json(value);
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        if (json_is_number(number) && strstr(node->key, drawn[i]) != NULL) {
            const double drawn_value = about(demo, person, day, which, json_number_value(number));
            json_decref(number);
            number = json_integer((json_int_t)drawn_value);
        }
    json_t *made = json_pack("{s:o, s:s}", "value", number, "date", rsp_demo_day(demo, day, date));
    if (node->kind == RSP_YAML_MAP && (upper = rsp_yaml_find(node, "upper_limit")) != NULL)
        (void)json_object_set_new(made, "upper_limit", rsp_demo_json(upper));
    return made;
}

static json_t *tests_of(const struct rsp_demo *demo, const struct rsp_demo_person *person, long day)
{
    const struct rsp_yaml *own = rsp_yaml_find(person->node, "tests");
    char date[16];
    size_t which = 0;
    json_t *tests = json_object();
    (void)json_object_set_new(tests, "pregnancy",
        json_pack("{s:s, s:s}", "value", pregnancy(person), "date", rsp_demo_day(demo, day, date)));
    for (const struct rsp_yaml *n = demo->usual->first; n != NULL; n = n->next, which++) {
        const struct rsp_yaml *mine = rsp_yaml_find(own, n->key);
        json_t *one = result(demo, person, day, which, mine != NULL ? mine : n);
        if (one != NULL)
            (void)json_object_set_new(tests, n->key, one);
    }
    for (const struct rsp_yaml *n = own != NULL ? own->first : NULL; n != NULL; n = n->next, which++) {
        json_t *one = result(demo, person, day, which, n);
        (void)json_object_del(tests, n->key);
        if (one != NULL)
            (void)json_object_set_new(tests, n->key, one);
    }
    return tests;
}

static void set_weight(
    const struct rsp_demo *demo, const struct rsp_demo_person *person, long day, json_t *record)
{
    char date[16];
    if (!isnan(person->weight_kg))
        (void)json_object_set_new(record, "weight",
            json_pack("{s:f, s:s}", "value_kg", person->weight_kg, "date", rsp_demo_day(demo, day, date)));
}

/* Read first, as a page does: the change names the version that was seen.
 * @param record  takes ownership */
static rsp_status amend(struct rsp_demo *demo, struct rsp_demo_person *person, const char *who, int64_t at_s,
    json_t *record, const char *why)
{
    json_t *seen = NULL;
    const rsp_status status = rsp_demo_do(
        demo, who, at_s, RSP_USE_patient_read, json_pack("{s:s}", "patient", person->patient), &seen);
    if (status != RSP_OK) {
        json_decref(record);
        return status;
    }
    json_t *input = json_pack("{s:s, s:O, s:o, s:s}", "patient", person->patient, "version",
        json_object_get(seen, "version"), "record", record, "why", why);
    json_decref(seen);
    return rsp_demo_do(demo, who, at_s, RSP_USE_patient_amend, input, NULL);
}

static rsp_status assess(struct rsp_demo *demo, const struct rsp_demo_person *person, int64_t at_s)
{
    return rsp_demo_do(
        demo, person->cares[0], at_s, RSP_USE_assess, json_pack("{s:s}", "patient", person->patient), NULL);
}

const char *rsp_demo_nurse(const struct rsp_demo *demo, const struct rsp_demo_person *person)
{
    for (size_t i = 0; i < person->n_cares; i++)
        if (strcmp(rsp_demo_role(demo, person->cares[i]), "nurse") == 0)
            return person->cares[i];
    return person->cares[0];
}

/* ---- events ---- */

enum { MINUTE_S = 60, RECENT_D = 14 };

static rsp_status enrol(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    struct rsp_demo_person *person = event->person;
    char birth[16], number[32];
    json_t *body = NULL, *record = rsp_demo_json(rsp_yaml_find(person->node, "record"));

    snprintf(number, sizeof number, "DEMO-%04zu", person->number + 1);
    (void)json_object_set_new(record, "tests", tests_of(demo, person, event->day));
    set_weight(demo, person, event->day, record);
    RSP_TRY(rsp_demo_do(demo, person->cares[0], event->at_s, RSP_USE_patient_create,
        json_pack("{s:{s:s, s:s, s:s, s:s}, s:o}", "identity", "family_name", person->family, "given_name",
            person->given, "birth_date", rsp_demo_birth(demo, person, birth), "record_number", number,
            "record", record),
        &body));
    snprintf(
        person->patient, sizeof person->patient, "%s", json_string_value(json_object_get(body, "patient")));
    json_decref(body);
    for (size_t i = 1; i < person->n_cares; i++)
        RSP_TRY(rsp_demo_do(demo, person->cares[0], event->at_s + MINUTE_S, RSP_USE_care_add,
            json_pack("{s:s, s:s}", "patient", person->patient, "name", person->cares[i]), NULL));
    RSP_TRY(assess(demo, person, event->at_s + 2 * MINUTE_S));
    RSP_TRY(rsp_demo_emergency(demo, person, event->at_s + 3 * MINUTE_S));
    return rsp_demo_scores(demo, person, event->at_s + 10 * MINUTE_S);
}

/* The day before a course, or at the first visit: weight, pressure, laboratory, the rules judged anew, and the plan. */
static rsp_status prepare(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    struct rsp_demo_person *person = event->person;
    const int64_t at_s = event->at_s;
    json_t *record = json_object();
    if (event->day > person->enrolled) {
        (void)json_object_set_new(record, "tests", tests_of(demo, person, event->day));
        set_weight(demo, person, event->day, record);
        RSP_TRY(
            amend(demo, person, rsp_demo_nurse(demo, person), at_s, record, "measured before the infusion"));
        RSP_TRY(assess(demo, person, at_s + 10 * MINUTE_S));
    } else {
        json_decref(record);
    }
    return rsp_demo_plan(demo, person, event->which, at_s + 15 * MINUTE_S);
}

static rsp_status infuse(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    struct rsp_demo_person *person = event->person;
    const struct rsp_demo_session *session = &person->session[event->which];
    char day[16], start[32];
    const long minute = lround(session->hour_h * 60);

    if (person->infusions == NULL)
        person->infusions = json_array();
    snprintf(start, sizeof start, "%sT%02ld:%02ld", rsp_demo_day(demo, session->day, day), minute / 60,
        minute % 60);
    (void)json_array_append_new(
        person->infusions, json_pack("{s:s, s:s}", "start", start, "dose", session->text));
    RSP_TRY(amend(demo, person, rsp_demo_nurse(demo, person), event->at_s,
        json_pack("{s:O}", "infusions", person->infusions), "infusion given"));
    return session->day >= -RECENT_D ? assess(demo, person, event->at_s + 5 * MINUTE_S) : RSP_OK;
}

/* The sheets that were filled in at home, typed in together. */
static rsp_status type_diary(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    struct rsp_demo_person *person = event->person;
    char date[16];
    for (; person->diary_day + (long)person->n_entered < event->day && person->n_entered < person->n_day;
         person->n_entered++) {
        const int score = person->score[person->n_entered];
        if (score < 0)
            continue;
        rsp_demo_day(demo, person->diary_day + (long)person->n_entered, date);
        RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, person), event->at_s, RSP_USE_diary_add,
            json_pack("{s:s, s:s, s:s, s:i}", "patient", person->patient, "date", date, "time", "20:00",
                "pain_nrs", score),
            NULL));
    }
    return RSP_OK;
}

static rsp_status change(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    struct rsp_demo_person *person = event->person;
    const struct rsp_demo_change *change = &person->change[event->which];
    json_t *record = change->record != NULL ? rsp_demo_json(change->record) : json_object();
    if (!isnan(change->weight_kg)) {
        person->weight_kg = change->weight_kg;
        set_weight(demo, person, event->day, record);
    }
    RSP_TRY(amend(demo, person, person->cares[0], event->at_s, record, change->why));
    return assess(demo, person, event->at_s + MINUTE_S);
}

/* ---- calendar ---- */

rsp_status rsp_demo_enter(
    struct rsp_demo *demo, struct rsp_demo_calendar *calendar, struct rsp_demo_event event)
{
    enum { FIRST = 1024 };
    if (event.at_s > demo->options->now_s) /* not yet */
        return RSP_OK;
    if (calendar->n == calendar->capacity) {
        const size_t capacity = calendar->capacity > 0 ? 2 * calendar->capacity : FIRST;
        struct rsp_demo_event *more = realloc(calendar->event, capacity * sizeof *more);
        if (more == NULL)
            return rsp_error_set(demo->err, RSP_E_MEMORY, "", "out of memory");
        calendar->event = more;
        calendar->capacity = capacity;
    }
    event.number = calendar->n;
    calendar->event[calendar->n++] = event;
    return RSP_OK;
}

/* People come one after another, not all at nine. */
static double own_minute_h(const struct rsp_demo_person *person)
{
    enum { APART_MIN = 7, SLOTS = 8 };
    return (double)(person->number % SLOTS * APART_MIN) / 60;
}

static rsp_status enter_course(
    struct rsp_demo *demo, struct rsp_demo_person *person, size_t c, struct rsp_demo_calendar *calendar)
{
    static const double afternoon_h = 15, first_visit_h = 8.5;
    const long first = person->session[person->course[c].first].day, before = first > 0 ? -1 : first - 1,
               day = before > person->enrolled ? before : person->enrolled;
    return rsp_demo_enter(demo, calendar,
        (struct rsp_demo_event){
            .at_s = rsp_demo_at(
                demo, day, (day == person->enrolled ? first_visit_h : afternoon_h) + own_minute_h(person)),
            .person = person,
            .happen = prepare,
            .which = c,
            .day = day});
}

static rsp_status enter_sessions(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar)
{
    for (size_t c = 0; c < person->n_course; c++)
        RSP_TRY(enter_course(demo, person, c, calendar));
    for (size_t i = 0; i < person->n_session; i++) {
        const struct rsp_demo_session *session = &person->session[i];
        long last = 0;
        const int64_t end_s = rsp_demo_after(demo, session, 0.0, &last);
        RSP_TRY(rsp_demo_enter(demo, calendar,
            (struct rsp_demo_event){
                .at_s = end_s, .person = person, .happen = infuse, .which = i, .day = last}));
    }
    return RSP_OK;
}

rsp_status rsp_demo_visits(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar)
{
    enum { WEEK = 7 };
    static const double first_h = 8, diary_h = 7.5, change_h = 11;
    const double own_h = own_minute_h(person);
    RSP_TRY(rsp_demo_enter(demo, calendar,
        (struct rsp_demo_event){.at_s = rsp_demo_at(demo, person->enrolled, first_h + own_h),
            .person = person,
            .happen = enrol,
            .day = person->enrolled}));
    RSP_TRY(enter_sessions(demo, person, calendar));
    RSP_TRY(rsp_demo_arrivals(demo, person, calendar));
    RSP_TRY(rsp_demo_vials(demo, person, calendar));
    RSP_TRY(rsp_demo_live_visits(demo, person, calendar));
    RSP_TRY(rsp_demo_reports(demo, person, calendar));
    RSP_TRY(rsp_demo_levels(demo, person, calendar));
    for (size_t i = 0; i < person->n_change; i++)
        RSP_TRY(rsp_demo_enter(demo, calendar,
            (struct rsp_demo_event){.at_s = rsp_demo_at(demo, person->change[i].day, change_h + own_h),
                .person = person,
                .happen = change,
                .which = i,
                .day = person->change[i].day}));
    /* A plan does not outlive what is entered after it, so nothing is before a session that is under way. */
    const long last_diary = person->live.node != NULL ? -2 : 0;
    for (long day = person->enrolled + WEEK; person->n_day > 0 && day <= last_diary; day += WEEK)
        RSP_TRY(rsp_demo_enter(demo, calendar,
            (struct rsp_demo_event){.at_s = rsp_demo_at(demo, day, diary_h + own_h),
                .person = person,
                .happen = type_diary,
                .day = day}));
    return RSP_OK;
}
