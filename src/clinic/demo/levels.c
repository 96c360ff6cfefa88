/* Blood taken in the last course of those who have `levels: true`: true levels of the person with the model's measurement error. */
#include <math.h>
#include <stdio.h>

#include "demo/demo_internal.h"

enum { SAMPLES = 3, SUBSTANCES = 2, HOURS_A_DAY = 24 };

/* Within the session, as a share of its length, and after its end. */
static const double share[SAMPLES] = {0.25, 0.75, 1.0}, after_h[SAMPLES] = {0, 0, 2};
/* In the morning of the day after the last sample the laboratory has answered. */
static const double answered_h = 9.5;

static const char *const substance[SUBSTANCES] = {"esketamine_ng_per_ml", "esnorketamine_ng_per_ml"};

static double sample_h(const struct rsp_demo_session *session, size_t i)
{
    return share[i] * session->duration_h + after_h[i]; /* from the start of the session */
}

static rsp_status enter_sample(struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s,
    const struct rsp_demo_session *session, size_t i, const double level[SUBSTANCES])
{
    enum { MINUTES_A_DAY = 1440, MINUTES_AN_HOUR = 60 };
    char date[16], time[8];
    const long minute = lround((session->hour_h + sample_h(session, i)) * MINUTES_AN_HOUR);
    const long of_day = minute % MINUTES_A_DAY;
    rsp_demo_day(demo, session->day + minute / MINUTES_A_DAY, date);
    snprintf(time, sizeof time, "%02ld:%02ld", of_day / MINUTES_AN_HOUR, of_day % MINUTES_AN_HOUR);
    for (size_t s = 0; s < SUBSTANCES; s++)
        RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_level_add,
            json_pack("{s:s, s:s, s:s, s:s, s:f}", "patient", person->patient, "date", date, "time", time,
                "substance", substance[s], "value", round(level[s] * 10) / 10),
            NULL));
    return RSP_OK;
}

static rsp_status enter_levels(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    const struct rsp_demo_session *session = &event->person->session[event->which];
    double time_h[SAMPLES], level[SUBSTANCES][SAMPLES];
    for (size_t i = 0; i < SAMPLES; i++)
        time_h[i] = session->dose.start_h + sample_h(session, i);
    RSP_TRY(rsp_demo_measure(demo, event->person, SAMPLES, time_h, SUBSTANCES, substance, level[0]));
    for (size_t i = 0; i < SAMPLES; i++)
        RSP_TRY(enter_sample(
            demo, event->person, event->at_s, session, i, (const double[]){level[0][i], level[1][i]}));
    return RSP_OK;
}

rsp_status rsp_demo_levels(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar)
{
    for (size_t c = person->gives_blood ? person->n_course : 0; c-- > 0;) {
        const size_t first = person->course[c].first;
        const struct rsp_demo_session *session = &person->session[first];
        const double last_h = session->hour_h + sample_h(session, SAMPLES - 1);
        const long day = session->day + (long)floor(last_h / HOURS_A_DAY) + 1;
        if (day > 0 || session->dose.drug != RSP_DRUG_ESKETAMINE)
            continue;
        return rsp_demo_enter(demo, calendar,
            (struct rsp_demo_event){.at_s = rsp_demo_at(demo, day, answered_h),
                .person = person,
                .happen = enter_levels,
                .which = first,
                .day = day});
    }
    return RSP_OK;
}
