/* Statistics of alarms: how many an hour, how soon they were answered, and what they came from. No patient is named. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/alarm_history.h"
#include "service/csv.h"
#include "service/json_build.h"

enum { DAYS_BEFORE = 29, DAYS_MOST = 366, WITHIN_MIN = 5, S_A_MINUTE = 60, MOST_CSV = 1024 * 1024 };

#define GROUPS(X)                                                                                            \
    X(BY_PRIORITY, "priority")                                                                               \
    X(BY_CAUSE, "cause")                                                                                     \
    X(BY_DEVICE, "device")                                                                                   \
    X(BY_CHAIR, "chair")
enum group {
#define RSP_X(name, text) name,
    GROUPS(RSP_X)
#undef RSP_X
        N_GROUP
};
static const char *const group_word[] = {
#define RSP_X(name, text) text,
    GROUPS(RSP_X)
#undef RSP_X
};
#define RSP_X(name, text) text,
static const char *const act_word[] = {RSP_ALARM_ACT_LIST(RSP_X)};
#undef RSP_X

struct statistics {
    struct rsp_call *call;
    const struct rsp_past_session *past; /* n_past; not all are asked for */
    size_t n_past, n_session, n_unreadable;
    double within_s, now_s, hours;
    size_t n;                                /* alarms of all sessions */
    const struct rsp_past_session **session; /* of each */
    const struct rsp_past_alarm **alarm;
    const struct rsp_alarm_story **chosen; /* room for n */
    struct rsp_buf csv;
};

/* ---- which alarms ---- */

static bool belongs(const struct statistics *s, enum group group, const char *key, size_t i)
{
    const struct rsp_past_alarm *alarm = s->alarm[i];
    switch (group) {
    case BY_PRIORITY:
        return strcmp(rsp_alarm_priority_names[alarm->priority], key) == 0;
    case BY_CAUSE:
        return strcmp(alarm->id, key) == 0;
    case BY_DEVICE:
        return key[0] == '\0' ? !rsp_past_is_bound(s->session[i], NULL, alarm->story.raised_s)
                              : rsp_past_is_bound(s->session[i], key, alarm->story.raised_s);
    default:
        return strcmp(s->session[i]->chair, key) == 0;
    }
}

/* Hours during which such an alarm could have come; NaN: they are not counted. */
static double hours_of(const struct statistics *s, enum group group, const char *key)
{
    double hours = 0;
    if (group == BY_PRIORITY || group == BY_CAUSE)
        return s->hours;
    if (group == BY_DEVICE && key[0] == '\0')
        return NAN;
    for (size_t i = 0; i < s->n_past; i++) {
        const struct rsp_past_session *session = &s->past[i];
        if (!session->asked_for)
            continue;
        if (group == BY_DEVICE)
            hours += rsp_past_bound_hours(session, key);
        else if (strcmp(session->chair, key) == 0)
            hours += session->hours;
    }
    return hours;
}

static rsp_status figures_of(
    struct statistics *s, enum group group, const char *key, struct rsp_alarm_figures *figures)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (group == N_GROUP || belongs(s, group, key, i))
            s->chosen[n++] = &s->alarm[i]->story;
    return rsp_alarm_figures_make(n, s->chosen, group == N_GROUP ? s->hours : hours_of(s, group, key),
        s->within_s, s->now_s, figures, s->call->err);
}

/* Different keys of a group, as keys of an object. */
static json_t *keys_of(const struct statistics *s, enum group group)
{
    json_t *keys = json_object();
    bool failed = keys == NULL;
    for (size_t i = 0; i < s->n && !failed; i++) {
        const struct rsp_past_session *session = s->session[i];
        const struct rsp_past_alarm *alarm = s->alarm[i];
        if (group != BY_DEVICE) {
            const char *key = group == BY_PRIORITY ? rsp_alarm_priority_names[alarm->priority]
                              : group == BY_CAUSE  ? alarm->id
                                                   : session->chair;
            failed = json_object_set_new(keys, key, json_true()) != 0;
            continue;
        }
        if (!rsp_past_is_bound(session, NULL, alarm->story.raised_s))
            failed = json_object_set_new(keys, "", json_true()) != 0;
        for (size_t k = 0; k < session->n_binding && !failed; k++)
            if (rsp_past_is_bound(session, session->binding[k].device, alarm->story.raised_s))
                failed = json_object_set_new(keys, session->binding[k].device, json_true()) != 0;
    }
    if (!failed)
        return keys;
    json_decref(keys);
    return NULL;
}

/* ---- as JSON and as a table ---- */

static json_t *share_row(struct rsp_build *b, const struct rsp_alarm_share *share)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "n", json_integer((json_int_t)share->n));
    rsp_build_set(b, row, "of", json_integer((json_int_t)share->of));
    rsp_build_set(b, row, "share", rsp_build_number(share->share));
    return row;
}

static json_t *times_row(struct rsp_build *b, const struct rsp_alarm_times *times)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "n", json_integer((json_int_t)times->n));
    rsp_build_set(b, row, "median_s", rsp_build_number(times->median_s));
    rsp_build_set(b, row, "p90_s", rsp_build_number(times->p90_s));
    return row;
}

static json_t *figures_row(
    struct rsp_build *b, const char *key, double hours, const struct rsp_alarm_figures *figures)
{
    json_t *row = json_object(), *acts = json_object();
    rsp_build_set(b, row, "key", rsp_build_text(key));
    rsp_build_set(b, row, "alarms", json_integer((json_int_t)figures->n));
    rsp_build_set(b, row, "hours", rsp_build_number(hours));
    rsp_build_set(b, row, "per_hour", rsp_build_number(figures->per_hour));
    rsp_build_set(b, row, "artefacts_per_hour", rsp_build_number(figures->artefacts_per_hour));
    rsp_build_set(b, row, "acted", share_row(b, &figures->acted));
    for (int act = 0; act < RSP_N_ACT; act++)
        rsp_build_set(b, acts, act_word[act], share_row(b, &figures->by[act]));
    rsp_build_set(b, row, "acts", acts);
    rsp_build_set(b, row, "alone", share_row(b, &figures->alone));
    rsp_build_set(b, row, "artefact", share_row(b, &figures->artefact));
    rsp_build_set(b, row, "announced", times_row(b, &figures->announced));
    rsp_build_set(b, row, "acknowledged", times_row(b, &figures->acknowledged));
    rsp_build_set(b, row, "duration", times_row(b, &figures->duration));
    return row;
}

static void cell_number(struct rsp_buf *csv, double value)
{
    rsp_buf_text(csv, ",");
    if (isfinite(value))
        rsp_buf_double(csv, value);
}

static void cell_share(struct rsp_buf *csv, const struct rsp_alarm_share *share)
{
    rsp_buf_printf(csv, ",%zu,%zu", share->n, share->of);
}

static void cell_times(struct rsp_buf *csv, const struct rsp_alarm_times *times)
{
    rsp_buf_printf(csv, ",%zu", times->n);
    cell_number(csv, times->median_s);
    cell_number(csv, times->p90_s);
}

static void csv_line(struct rsp_buf *csv, const char *group, const char *key, double hours,
    const struct rsp_alarm_figures *figures)
{
    rsp_buf_text(csv, group);
    rsp_buf_text(csv, ",");
    rsp_csv_cell(csv, key);
    rsp_buf_printf(csv, ",%zu", figures->n);
    cell_number(csv, hours);
    cell_number(csv, figures->per_hour);
    cell_number(csv, figures->artefacts_per_hour);
    cell_share(csv, &figures->acted);
    for (int act = 0; act < RSP_N_ACT; act++)
        cell_share(csv, &figures->by[act]);
    cell_share(csv, &figures->alone);
    cell_share(csv, &figures->artefact);
    cell_times(csv, &figures->announced);
    cell_times(csv, &figures->acknowledged);
    cell_times(csv, &figures->duration);
    rsp_buf_text(csv, "\r\n");
}

static void csv_head(struct rsp_buf *csv)
{
    rsp_buf_text(csv, "group,key,alarms,hours,per_hour,artefacts_per_hour,acted,acted_of");
    for (int act = 0; act < RSP_N_ACT; act++)
        rsp_buf_printf(csv, ",acted_%s,acted_%s_of", act_word[act], act_word[act]);
    rsp_buf_text(csv, ",ended_alone,ended_alone_of,artefact,artefact_of");
    static const char *const time[] = {"onset_to_announced", "announced_to_acknowledged", "onset_to_end"};
    for (size_t i = 0; i < sizeof time / sizeof *time; i++)
        rsp_buf_printf(csv, ",%s_n,%s_median_s,%s_p90_s", time[i], time[i], time[i]);
    rsp_buf_text(csv, "\r\n");
}

/* ---- groups ---- */

struct counted {
    const char *key;
    struct rsp_alarm_figures figures;
};

static int most_first(const void *a, const void *b)
{
    const struct counted *one = a, *other = b;
    return one->figures.n != other->figures.n ? (one->figures.n < other->figures.n ? 1 : -1)
                                              : strcmp(one->key, other->key);
}

static rsp_status put_counted(
    struct statistics *s, enum group group, json_t *keys, struct counted *counted, json_t *groups)
{
    struct rsp_build b = {0};
    const char *key;
    json_t *value, *rows = json_array();
    size_t n = 0;
    rsp_status status = RSP_OK;
    json_object_foreach(keys, key, value)
    {
        counted[n].key = key;
        if (status == RSP_OK)
            status = figures_of(s, group, key, &counted[n++].figures);
    }
    if (status == RSP_OK && n > 0)
        qsort(counted, n, sizeof *counted, most_first);
    for (size_t i = 0; status == RSP_OK && i < n; i++) {
        const double hours = hours_of(s, group, counted[i].key);
        rsp_build_append(&b, rows, figures_row(&b, counted[i].key, hours, &counted[i].figures));
        csv_line(&s->csv, group_word[group], counted[i].key, hours, &counted[i].figures);
    }
    rsp_build_set(&b, groups, group_word[group], rows);
    return status == RSP_OK && b.failed ? rsp_call_no_memory(s->call) : status;
}

static rsp_status put_group(struct statistics *s, enum group group, json_t *groups)
{
    json_t *keys = keys_of(s, group);
    struct counted *counted = calloc(json_object_size(keys) + 1, sizeof *counted);
    rsp_status status = keys != NULL && counted != NULL ? put_counted(s, group, keys, counted, groups)
                                                        : rsp_call_no_memory(s->call);
    free(counted);
    json_decref(keys);
    return status;
}

/* ---- all of it ---- */

static rsp_status collect(struct statistics *s)
{
    size_t room = 1;
    for (size_t i = 0; i < s->n_past; i++)
        room += s->past[i].asked_for ? s->past[i].n_alarm : 0;
    s->session = calloc(room, sizeof *s->session);
    s->alarm = calloc(room, sizeof *s->alarm);
    s->chosen = calloc(room, sizeof *s->chosen);
    if (s->session == NULL || s->alarm == NULL || s->chosen == NULL)
        return rsp_call_no_memory(s->call);
    for (size_t i = 0; i < s->n_past; i++) {
        const struct rsp_past_session *session = &s->past[i];
        if (!session->asked_for)
            continue;
        s->n_session++;
        s->hours += session->hours;
        for (size_t k = 0; k < session->n_alarm; k++) {
            if (!rsp_past_counts(session, &session->alarm[k]))
                continue;
            s->session[s->n] = session;
            s->alarm[s->n++] = &session->alarm[k];
        }
    }
    return RSP_OK;
}

static rsp_status put_statistics(struct statistics *s)
{
    struct rsp_call *call = s->call;
    struct rsp_alarm_figures total;
    struct rsp_build b = {0};
    json_t *groups = json_object();
    csv_head(&s->csv);
    rsp_status status = figures_of(s, N_GROUP, "", &total);
    if (status == RSP_OK) {
        csv_line(&s->csv, "all", "", s->hours, &total);
        status = rsp_call_put(call, "total", figures_row(&b, "", s->hours, &total));
    }
    for (int group = 0; status == RSP_OK && group < N_GROUP; group++)
        status = put_group(s, (enum group)group, groups);
    if (status == RSP_OK)
        status = rsp_call_put(call, "by", json_incref(groups));
    json_decref(groups);
    RSP_TRY(status);
    if (b.failed || s->csv.failed)
        return rsp_call_no_memory(call);
    RSP_TRY(rsp_call_put(call, "sessions", json_integer((json_int_t)s->n_session)));
    RSP_TRY(rsp_call_put(call, "unreadable", json_integer((json_int_t)s->n_unreadable)));
    return rsp_call_put(call, "csv", json_string(s->csv.data));
}

static rsp_status read_days(struct rsp_call *call, struct rsp_date *from, struct rsp_date *to)
{
    *to = call->today;
    if (rsp_call_text(call, "to")[0] != '\0')
        RSP_TRY(rsp_date_parse(rsp_call_text(call, "to"), to, call->err));
    from->day = to->day - DAYS_BEFORE;
    if (rsp_call_text(call, "from")[0] != '\0')
        RSP_TRY(rsp_date_parse(rsp_call_text(call, "from"), from, call->err));
    if (to->day < from->day || to->day - from->day >= DAYS_MOST)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "to",
            "the last day is not before the first, and at most %d days are looked at", DAYS_MOST);
    return RSP_OK;
}

static rsp_status put_days(struct rsp_call *call, struct rsp_date from, struct rsp_date to)
{
    char day[16], other[16], name[48];
    rsp_date_format(from, day, sizeof day);
    rsp_date_format(to, other, sizeof other);
    (void)snprintf(name, sizeof name, "alarms-%s-%s.csv", day, other);
    RSP_TRY(rsp_call_put(call, "from", json_string(day)));
    RSP_TRY(rsp_call_put(call, "to", json_string(other)));
    RSP_TRY(rsp_call_put(call, "name", json_string(name)));
    return rsp_call_put(call, "zone", json_string(call->caller->now.zone));
}

rsp_status rsp_case_alarm_statistics(struct rsp_call *call)
{
    const int64_t within_min = rsp_call_whole(call, "within_min", WITHIN_MIN);
    struct statistics s = {
        .call = call, .within_s = (double)(within_min * S_A_MINUTE), .now_s = (double)call->now_s};
    struct rsp_date from = {0}, to = {0};
    struct rsp_zone *zone = NULL;
    RSP_TRY(read_days(call, &from, &to));
    RSP_TRY(put_days(call, from, to));
    RSP_TRY(rsp_call_put(call, "within_min", json_integer((json_int_t)within_min)));
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &zone, call->err));
    rsp_buf_init(&s.csv, MOST_CSV);
    rsp_status status = rsp_alarm_history_read(call, zone, rsp_day_start_s(zone, from.day),
        rsp_day_start_s(zone, to.day + 1), &s.past, &s.n_past, &s.n_unreadable);
    rsp_zone_free(zone);
    if (status == RSP_OK)
        status = collect(&s);
    if (status == RSP_OK)
        status = put_statistics(&s);
    free(s.session);
    free(s.alarm);
    free(s.chosen);
    rsp_buf_free(&s.csv);
    return status;
}
