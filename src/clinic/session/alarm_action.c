/* What persons do to alarms, and what a screen shows of them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "session/alarm.h"
#include "session/alarm_internal.h"

static double longest_s(const struct rsp_alarm_config *config, enum rsp_alarm_priority priority)
{
    return priority == RSP_PRIORITY_HIGH ? config->silence_high_s : config->silence_most_s;
}

static void silence(
    struct rsp_alarm_record *record, enum rsp_silence_kind kind, double until_s, const char *who)
{
    struct rsp_silence *one = &record->silence[kind];
    *one = (struct rsp_silence){.until_s = until_s, .priority = record->priority, .value = record->value};
    (void)snprintf(one->who, sizeof one->who, "%s", who);
}

/* The alarm of that condition, on or latched. */
static rsp_status find(const struct rsp_alarm_config *config, struct rsp_alarms *alarms, const char *id,
    struct rsp_alarm_record **record, struct rsp_error *err)
{
    const size_t i = rsp_alarm_find(config, id);
    if (i == config->n)
        return rsp_error_set(err, RSP_E_UNKNOWN, "alarm", "there is no alarm '%.60s'", id);
    if (!alarms->record[i].active && !alarms->record[i].latched)
        return rsp_error_set(err, RSP_E_MISMATCH, "alarm", "the alarm '%s' is not on", id);
    *record = &alarms->record[i];
    return RSP_OK;
}

static rsp_status check_duration(double duration_s, double most_s, struct rsp_error *err)
{
    if (!(duration_s > 0))
        return rsp_error_set(err, RSP_E_DOMAIN, "duration", "a silence lasts a time above zero");
    if (duration_s > most_s)
        return rsp_error_set(
            err, RSP_E_LIMIT, "duration", "this alarm can be silent for at most %.0f s at a time", most_s);
    return RSP_OK;
}

rsp_status rsp_alarm_acknowledge(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    const char *id, const char *who, double now_s, struct rsp_error *err)
{
    struct rsp_alarm_record *record = NULL;
    RSP_TRY(find(config, alarms, id, &record, err));
    if (isnan(record->acknowledged_s)) {
        record->acknowledged_s = now_s;
        (void)snprintf(record->acknowledged_by, sizeof record->acknowledged_by, "%s", who);
    }
    if (record->latched || config->condition[record - alarms->record].held)
        rsp_alarm_end(record, now_s);
    else
        silence(record, RSP_SILENCE_ACKNOWLEDGED, now_s + longest_s(config, record->priority), who);
    return RSP_OK;
}

rsp_status rsp_alarm_pause(const struct rsp_alarm_config *config, struct rsp_alarms *alarms, const char *id,
    double duration_s, const char *who, double now_s, struct rsp_error *err)
{
    struct rsp_alarm_record *record = NULL;
    RSP_TRY(find(config, alarms, id, &record, err));
    RSP_TRY(check_duration(duration_s, longest_s(config, record->priority), err));
    silence(record, RSP_SILENCE_PAUSED, now_s + duration_s, who);
    return RSP_OK;
}

rsp_status rsp_alarm_pause_audio(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    double duration_s, const char *who, double now_s, struct rsp_error *err)
{
    size_t n = 0;
    RSP_TRY(check_duration(duration_s, config->silence_high_s, err));
    for (size_t i = 0; i < alarms->n; i++) {
        if (!alarms->record[i].active)
            continue;
        silence(&alarms->record[i], RSP_SILENCE_AUDIO, now_s + duration_s, who);
        n++;
    }
    if (n == 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "alarm", "no alarm is on: nothing is silenced beforehand");
    return RSP_OK;
}

rsp_status rsp_alarm_announced(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    const char *id, double now_s, struct rsp_error *err)
{
    struct rsp_alarm_record *record = NULL;
    RSP_TRY(find(config, alarms, id, &record, err));
    if (isnan(record->announced_s))
        record->announced_s = now_s;
    return RSP_OK;
}

struct rsp_alarm_look rsp_alarm_look(const struct rsp_alarm_record *record, double now_s)
{
    static const enum rsp_alarm_state state_of[RSP_N_SILENCE] = {
        [RSP_SILENCE_ACKNOWLEDGED] = RSP_ALARM_ACKNOWLEDGED,
        [RSP_SILENCE_PAUSED] = RSP_ALARM_PAUSED,
        [RSP_SILENCE_AUDIO] = RSP_ALARM_AUDIO_PAUSED};
    struct rsp_alarm_look look = {.silent_until_s = NAN};
    look.state = record->active ? RSP_ALARM_ON : record->latched ? RSP_ALARM_LATCHED : RSP_ALARM_OFF;
    for (int s = 0; s < RSP_N_SILENCE; s++) {
        const struct rsp_silence *one = &record->silence[s];
        if (!rsp_silence_holds(one, now_s))
            continue;
        look.silent_until_s = fmax(look.silent_until_s, one->until_s);
        if (record->active || s == RSP_SILENCE_PAUSED)
            look.state = state_of[s] > look.state ? state_of[s] : look.state;
    }
    look.sounds = look.state == RSP_ALARM_ON && record->priority > RSP_PRIORITY_INFORMATION;
    return look;
}

/* Greater: to be seen earlier. */
static int urgency(const struct rsp_alarm_record *record, double now_s)
{
    enum { ABOVE_PRIORITIES = RSP_PRIORITY_HIGH + 1 };
    return (rsp_alarm_look(record, now_s).sounds ? ABOVE_PRIORITIES : 0) + (int)record->priority;
}

/* Less: tells more. A limit is about the patient; that a device is lost says why values of its signs are missing. */
static int consequence(const struct rsp_alarm_record *record)
{
    if (!isnan(record->value))
        return 0;
    return strchr(record->id, ':') == NULL ? 1 : 2;
}

static bool comes_before(const struct rsp_alarm_record *a, const struct rsp_alarm_record *b, double now_s)
{
    const int first = urgency(a, now_s), second = urgency(b, now_s);
    if (first != second)
        return first > second;
    if (consequence(a) != consequence(b))
        return consequence(a) < consequence(b);
    return a->raised_s > b->raised_s;
}

size_t rsp_alarms_order(const struct rsp_alarms *alarms, double now_s, size_t place[])
{
    size_t n = 0;
    for (size_t i = 0; i < alarms->n; i++) {
        const struct rsp_alarm_record *record = &alarms->record[i];
        if (rsp_alarm_look(record, now_s).state == RSP_ALARM_OFF)
            continue;
        size_t at = n++;
        for (; at > 0 && comes_before(record, &alarms->record[place[at - 1]], now_s); at--)
            place[at] = place[at - 1];
        place[at] = i;
    }
    return n;
}
