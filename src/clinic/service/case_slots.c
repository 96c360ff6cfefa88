/* Free times for a series: for every visit the wanted day and hour, else the next that is free. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/schedule.h"

enum {
    STEP_MIN = 15,
    MINUTES_A_DAY = 1440,
    DAYS_TRIED = 14,    /* after the wanted one */
    FIRST_SATURDAY = 2, /* 1970-01-03 */
    DAYS_A_WEEK = 7,
};

struct search {
    struct rsp_call *call;
    struct rsp_zone *zone;
    struct rsp_chairs chairs;
    struct rsp_visits visits;
    const char *only_chair; /* "": any */
    bool skip_weekend;
    int from_min, latest_min; /* of the day: wanted start, latest end */
    struct rsp_visit visit;   /* as far as all visits are alike; the last one found */
};

static bool closed_day(const struct search *search, long day)
{
    const long weekday = ((day - FIRST_SATURDAY) % DAYS_A_WEEK + DAYS_A_WEEK) % DAYS_A_WEEK;
    return search->skip_weekend && weekday < 2;
}

static bool fits(struct search *search, const char *chair)
{
    const struct rsp_visit *other = NULL;
    struct rsp_visit wanted = search->visit;
    snprintf(wanted.chair, sizeof wanted.chair, "%.40s", chair);
    if (rsp_visits_clash(&search->visits, &wanted, &other) != RSP_CLASH_NONE)
        return false;
    search->visit = wanted;
    return true;
}

/* A chair that is free then: that of the visit before, if it can be. */
static bool find_chair(struct search *search)
{
    char before[RSP_CHAIR_SIZE];
    snprintf(before, sizeof before, "%s", search->visit.chair);
    const struct rsp_chair *same = rsp_chairs_find(&search->chairs, before);
    if (same != NULL && same->open && fits(search, before))
        return true;
    for (size_t i = 0; i < search->chairs.n; i++) {
        const struct rsp_chair *chair = &search->chairs.chair[i];
        if (chair->open && (search->only_chair[0] == '\0' || strcmp(chair->name, search->only_chair) == 0) &&
            fits(search, chair->name))
            return true;
    }
    return false;
}

/* Times that clocks skip or show twice are not proposed. */
static bool try_time(struct search *search, long day, int minute)
{
    int64_t at_s[2];
    const int64_t wall_s = (int64_t)day * RSP_S_A_DAY + (int64_t)minute * RSP_S_A_MINUTE;
    if (rsp_zone_instants(search->zone, wall_s, at_s) != 1 || at_s[0] < search->call->now_s)
        return false;
    search->visit.start_s = at_s[0];
    return find_chair(search);
}

/* The wanted time first, then later ones of the day. A visit of more than the day's hours has only the wanted one. */
static bool try_day(struct search *search, long day)
{
    if (try_time(search, day, search->from_min))
        return true;
    for (int minute = search->from_min + STEP_MIN; minute + search->visit.minutes <= search->latest_min;
         minute += STEP_MIN)
        if (try_time(search, day, minute))
            return true;
    return false;
}

static rsp_status put_slot(struct search *search, json_t *slots, const char *wanted)
{
    char start[RSP_WALL_SIZE], end[RSP_WALL_SIZE];
    struct rsp_call *call = search->call;
    rsp_wall_format(search->zone, search->visit.start_s, start);
    rsp_wall_format(search->zone, rsp_visit_end_s(&search->visit), end);
    json_t *slot = json_pack("{s:i, s:s, s:s, s:s, s:s, s:b}", "visit", search->visit.visit, "wanted", wanted,
        "start", start, "end", end, "chair", search->visit.chair, "moved", strcmp(start, wanted) != 0);
    return json_array_append_new(slots, slot) == 0 ? RSP_OK : rsp_call_no_memory(call);
}

static void wall_of(long day, int minute, char wall[RSP_WALL_SIZE])
{
    char text[16], whole[40];
    const unsigned of_day = (unsigned)minute % MINUTES_A_DAY;
    rsp_date_format((struct rsp_date){day}, text, sizeof text);
    snprintf(whole, sizeof whole, "%sT%02u:%02u", text, of_day / 60, of_day % 60);
    snprintf(wall, RSP_WALL_SIZE, "%.16s", whole);
}

/* @param day  in: wanted; out: found */
static rsp_status find_slot(struct search *search, long *day, json_t *slots)
{
    struct rsp_call *call = search->call;
    char wanted[RSP_WALL_SIZE];
    while (closed_day(search, *day))
        ++*day;
    wall_of(*day, search->from_min, wanted);
    for (long d = *day; d <= *day + DAYS_TRIED; d++)
        if (!closed_day(search, d) && try_day(search, d)) {
            *day = d;
            return put_slot(search, slots, wanted);
        }
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "from",
        "no chair%s is free for visit %d within two weeks from %.10s: take other hours, fewer minutes, or "
        "another chair",
        search->visit.staff[0] != '\0' ? " with this person" : "", search->visit.visit, wanted);
}

static rsp_status read_clock(struct rsp_call *call, const char *field, int absent_min, int *minute)
{
    char text[40];
    struct rsp_date_time moment;
    const char *given = rsp_call_text(call, field);
    *minute = absent_min;
    if (given[0] == '\0')
        return RSP_OK;
    snprintf(text, sizeof text, "2000-01-01T%.5s", given);
    if (rsp_date_time_parse(text, &moment, NULL) != RSP_OK || !moment.has_time)
        return rsp_error_set(call->err, RSP_E_SYNTAX, field, "a time such as 09:00 is expected");
    *minute = (int)(moment.hour_h * 60 + 0.5);
    return RSP_OK;
}

static rsp_status read_wish(struct rsp_call *call, struct search *search, struct rsp_date *from)
{
    const struct rsp_chair *chair = NULL;
    RSP_TRY(rsp_date_parse(rsp_call_text(call, "from"), from, call->err));
    if (from->day < call->today.day || from->day > call->today.day + RSP_DAYS_AHEAD_MOST)
        return rsp_error_set(
            call->err, RSP_E_DOMAIN, "from", "a day from today on, within two years, is expected");
    RSP_TRY(read_clock(call, "time", 9 * 60, &search->from_min));
    RSP_TRY(read_clock(call, "latest", 18 * 60, &search->latest_min));
    RSP_TRY(rsp_visit_staff_check(call, rsp_call_text(call, "staff")));
    search->skip_weekend = strcmp(rsp_call_text(call, "weekend"), "use") != 0;
    search->only_chair = rsp_call_text(call, "chair");
    if (search->only_chair[0] != '\0') {
        chair = rsp_chairs_find(&search->chairs, search->only_chair);
        if (chair == NULL || !chair->open)
            return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "chair",
                "there is no open chair '%s'", search->only_chair);
    }
    search->visit =
        (struct rsp_visit){.patient = call->patient, .minutes = (int)rsp_call_whole(call, "minutes", 0)};
    snprintf(search->visit.staff, sizeof search->visit.staff, "%.32s", rsp_call_text(call, "staff"));
    return RSP_OK;
}

static rsp_status search_all(struct rsp_call *call, struct search *search, json_t *slots)
{
    struct rsp_date day;
    const int n = (int)rsp_call_whole(call, "visits", 1);
    const long every = (long)rsp_call_whole(call, "every_days", 1);
    RSP_TRY(read_wish(call, search, &day));
    for (int i = 0; i < n; i++) {
        search->visit.visit = i + 1;
        search->visit.of = n;
        RSP_TRY(find_slot(search, &day.day, slots));
        /* days a visit takes, so that the next one begins after it also when it lasts over nights */
        const long takes = (search->from_min + search->visit.minutes - 1) / MINUTES_A_DAY + 1;
        day.day += every > takes ? every : takes;
    }
    return RSP_OK;
}

rsp_status rsp_case_appointment_slots(struct rsp_call *call)
{
    struct search search = {.call = call};
    json_t *slots = json_array();

    rsp_status status = slots != NULL ? rsp_zone_load(call->caller->now.zone, &search.zone, call->err)
                                      : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_chairs_read(call, &search.chairs);
    if (status == RSP_OK)
        status = rsp_visits_read(call, NULL, call->now_s,
            call->now_s + (int64_t)4 * RSP_DAYS_AHEAD_MOST * RSP_S_A_DAY, &search.visits);
    if (status == RSP_OK)
        status = search_all(call, &search, slots);
    if (status == RSP_OK)
        status = rsp_call_put(call, "zone", json_string(call->caller->now.zone));
    if (status == RSP_OK)
        status = rsp_call_put(call, "slots", json_incref(slots));
    json_decref(slots);
    rsp_zone_free(search.zone);
    free(search.visits.visit);
    return status;
}
