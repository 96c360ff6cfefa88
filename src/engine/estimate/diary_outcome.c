/* Forecasts beside what became of them. */
#include <math.h>
#include <stdio.h>

#include <respite/diary.h>

int rsp_diary_outcome_header(char *text, size_t size)
{
    return snprintf(text, size,
        "id,predicted_on,time_zero,return_day_p05,return_day_p25,return_day_p50,return_day_p75,return_day_"
        "p95,"
        "response_probability,observed_return_day,models");
}

/* Empty for what does not exist, "inf" beyond the horizon. */
static void cell(double value, char *text, size_t size)
{
    if (isnan(value))
        text[0] = '\0';
    else
        (void)snprintf(text, size, "%.6g", value);
}

/* A quoted cell, quotes doubled (RFC 4180). */
static void quoted(const char *from, char *to, size_t size)
{
    size_t n = 0;
    to[n++] = '"';
    for (; *from != '\0' && n + 4 < size; from++) {
        if (*from == '"')
            to[n++] = '"';
        to[n++] = *from;
    }
    to[n++] = '"';
    to[n] = '\0';
}

int rsp_diary_outcome_format(const struct rsp_diary_outcome *o, char *text, size_t size)
{
    enum { N = 7, CELL = 32 };
    const double value[N] = {o->return_day.p05, o->return_day.p25, o->return_day.p50, o->return_day.p75,
        o->return_day.p95, o->response_probability, o->observed_return_day};
    char number[N][CELL], id[2 * sizeof o->id + 4], models[2 * sizeof o->models + 4];
    for (int i = 0; i < N; i++)
        cell(value[i], number[i], CELL);
    quoted(o->id, id, sizeof id);
    quoted(o->models, models, sizeof models);
    return snprintf(text, size, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s", id, o->predicted_on, o->time_zero,
        number[0], number[1], number[2], number[3], number[4], number[5], number[6], models);
}

static double mean_before(const struct rsp_diary *diary)
{
    double sum = 0.0;
    size_t n = 0;
    for (size_t i = 0; i < diary->n && diary->entry[i].time_d < 0.0; i++, n++)
        sum += diary->entry[i].pain_nrs;
    return n > 0 ? sum / (double)n : NAN;
}

double rsp_diary_observed_return(const struct rsp_diary *diary, double from_d, double relief_frac, size_t run)
{
    const double bound = (1.0 - relief_frac) * mean_before(diary);
    bool below = false;
    for (size_t i = 0; run > 0 && i + run <= diary->n; i++) {
        double sum = 0.0;
        if (diary->entry[i].time_d < from_d)
            continue;
        for (size_t k = 0; k < run; k++)
            sum += diary->entry[i + k].pain_nrs;
        const double mean = sum / (double)run;
        if (below && mean > bound && diary->entry[i].pain_nrs > bound)
            return diary->entry[i].time_d;
        below = below || mean <= bound;
    }
    return NAN;
}
