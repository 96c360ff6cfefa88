#include "session/alarm.h"

#include <math.h>
#include <string.h>

#include "session/alarm_internal.h"

static void clear_silences(struct rsp_alarm_record *record)
{
    for (int s = 0; s < RSP_N_SILENCE; s++)
        record->silence[s] = (struct rsp_silence){.until_s = NAN, .value = NAN};
}

void rsp_alarms_begin(const struct rsp_alarm_config *config, struct rsp_alarms *alarms)
{
    *alarms = (struct rsp_alarms){.n = config->n, .stepped_s = NAN};
    for (size_t i = 0; i < config->n; i++) {
        struct rsp_alarm_record *record = &alarms->record[i];
        memcpy(record->id, config->condition[i].id, sizeof record->id);
        record->value = record->worst = NAN;
        record->onset_s = record->raised_s = NAN;
        record->announced_s = record->acknowledged_s = record->ended_s = NAN;
        clear_silences(record);
    }
}

bool rsp_silence_holds(const struct rsp_silence *silence, double now_s)
{
    return silence->until_s > now_s;
}

static void note(
    struct rsp_alarm_changes *changes, enum rsp_alarm_change_kind kind, const struct rsp_alarm_record *record)
{
    if (changes == NULL || changes->n == RSP_MAX_ALARM_CHANGE)
        return;
    changes->change[changes->n].kind = kind;
    changes->change[changes->n].record = *record;
    changes->n++;
}

void rsp_alarm_end(struct rsp_alarm_record *record, double now_s)
{
    record->active = record->latched = false;
    record->ended_s = now_s;
    /* What was seen was this alarm. A pause is of the condition and goes on. */
    record->silence[RSP_SILENCE_ACKNOWLEDGED].until_s = NAN;
    record->silence[RSP_SILENCE_AUDIO].until_s = NAN;
}

static void raise_new(struct rsp_alarms *alarms, struct rsp_alarm_record *record,
    enum rsp_alarm_priority priority, const struct rsp_alarm_judgement *j, double now_s)
{
    record->number = ++alarms->n_raised;
    record->active = true;
    record->priority = record->highest = priority;
    record->value = record->worst = j->value;
    record->onset_s = fmin(j->since_s, now_s);
    record->raised_s = now_s;
    record->announced_s = record->acknowledged_s = record->ended_s = NAN;
    record->acknowledged_by[0] = '\0';
}

/* Is it so much worse than what was silenced that the silence was not meant for it? */
static bool is_worse(const struct rsp_alarm_config *config, const struct rsp_alarm_condition *c,
    const struct rsp_alarm_record *record, const struct rsp_silence *silence)
{
    if (record->priority > silence->priority)
        return true;
    if (c->technical || isnan(silence->value))
        return false;
    const double more = c->above ? record->value - silence->value : silence->value - record->value;
    return more >= config->vitals.rule[c->vital]->worse;
}

static void expire_silences(struct rsp_alarm_record *record, double now_s, struct rsp_alarm_changes *changes)
{
    bool any = false, left = false;
    for (int s = 0; s < RSP_N_SILENCE; s++) {
        struct rsp_silence *silence = &record->silence[s];
        if (isnan(silence->until_s))
            continue;
        if (rsp_silence_holds(silence, now_s)) {
            left = true;
            continue;
        }
        silence->until_s = NAN;
        any = true;
    }
    if (any && !left && record->active)
        note(changes, RSP_CHANGE_SOUNDS_AGAIN, record);
}

static bool break_silences(const struct rsp_alarm_config *config, const struct rsp_alarm_condition *c,
    struct rsp_alarm_record *record)
{
    bool broken = false;
    for (int s = 0; s < RSP_N_SILENCE; s++) {
        struct rsp_silence *silence = &record->silence[s];
        if (isnan(silence->until_s) || !is_worse(config, c, record, silence))
            continue;
        silence->until_s = NAN;
        broken = true;
    }
    return broken;
}

static void holds(const struct rsp_alarm_config *config, size_t i, struct rsp_alarms *alarms,
    const struct rsp_alarm_judgement *j, double now_s, struct rsp_alarm_changes *changes)
{
    const struct rsp_alarm_condition *c = &config->condition[i];
    struct rsp_alarm_record *record = &alarms->record[i];
    const enum rsp_alarm_priority priority = j->critical ? RSP_PRIORITY_HIGH : c->priority;
    enum rsp_alarm_change_kind kind = RSP_CHANGE_WORSENED;
    bool changed = true;
    if (record->latched) {
        record->latched = false;
        record->active = true;
        kind = RSP_CHANGE_RETURNED;
    } else if (!record->active) {
        raise_new(alarms, record, priority, j, now_s);
        kind = RSP_CHANGE_RAISED;
    } else {
        changed = priority > record->priority;
    }
    record->priority = priority;
    record->highest = priority > record->highest ? priority : record->highest;
    record->value = j->value;
    record->worst = c->above ? fmax(record->worst, j->value) : fmin(record->worst, j->value);
    if (break_silences(config, c, record))
        changed = true;
    if (!changed)
        return;
    if (kind == RSP_CHANGE_WORSENED) { /* what was seen was less */
        record->acknowledged_s = NAN;
        record->acknowledged_by[0] = '\0';
    }
    note(changes, kind, record);
}

static void holds_not(const struct rsp_alarm_condition *c, struct rsp_alarm_record *record, double now_s,
    struct rsp_alarm_changes *changes)
{
    if (!record->active)
        return;
    if (c->latch && isnan(record->acknowledged_s)) {
        record->active = false;
        record->latched = true;
        note(changes, RSP_CHANGE_LATCHED, record);
    } else {
        rsp_alarm_end(record, now_s);
        note(changes, RSP_CHANGE_ENDED, record);
    }
}

/* Several samples may have come since the last step, and the newest be harmless: what was over before anybody looked
 * is raised all the same where an alarm stays shown. */
static void look_back(const struct rsp_alarm_config *config, size_t i, struct rsp_alarms *alarms,
    const struct rsp_alarm_input *input, struct rsp_vital_series *series, struct rsp_alarm_changes *changes)
{
    const struct rsp_alarm_condition *c = &config->condition[i];
    const struct rsp_alarm_record *record = &alarms->record[i];
    const size_t n = series->n;
    size_t k = 0;
    if (c->technical || !c->latch || record->active || record->latched)
        return;
    while (k < n && !(series->point[k].received_s > alarms->stepped_s))
        k++;
    for (; k + 1 < n; k++) {
        series->n = k + 1;
        series->now_s = series->point[k + 1].time_s;
        const struct rsp_alarm_judgement j = rsp_alarm_judge(config, i, input, series, false, false);
        if (j.truth == RSP_TRUE)
            holds(config, i, alarms, &j, input->now_s, changes);
    }
    series->n = n;
    series->now_s = input->now_s;
}

/* ---- one step ---- */

static void make_series(const struct rsp_alarm_config *config, const struct rsp_alarm_input *input,
    enum rsp_vital vital, struct rsp_vital_series *series)
{
    rsp_vital_series_make(&config->vitals, vital, input->n_sample, input->sample, input->now_s, series);
}

static bool has_value(const struct rsp_alarm_config *config, const struct rsp_alarm_input *input,
    enum rsp_vital vital, struct rsp_vital_series *series)
{
    make_series(config, input, vital, series);
    const enum rsp_vital_quality quality = rsp_vital_current(series).quality;
    return quality != RSP_QUALITY_NONE && quality != RSP_QUALITY_STALE;
}

/* The sign whose values a limit of the heart rate is judged by: the pulse of finger or cuff where there is no
 * electrocardiogram. */
static enum rsp_vital rate_sign(const struct rsp_alarm_config *config, const struct rsp_alarm_input *input,
    struct rsp_vital_series *series)
{
    return !has_value(config, input, RSP_VITAL_HR, series) &&
                   has_value(config, input, RSP_VITAL_PULSE, series)
               ? RSP_VITAL_PULSE
               : RSP_VITAL_HR;
}

void rsp_alarms_step(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    const struct rsp_alarm_input *input, struct rsp_alarm_changes *changes)
{
    struct rsp_vital_series series;
    if (changes != NULL)
        changes->n = 0;
    const enum rsp_vital rate = rate_sign(config, input, &series);
    /* Conditions of one sign share its series; the last one collects none for those without a sign. */
    for (int v = 0; v <= RSP_N_VITAL; v++) {
        if (v < RSP_N_VITAL)
            make_series(config, input, (enum rsp_vital)v, &series);
        for (size_t i = 0; i < config->n; i++) {
            const struct rsp_alarm_condition *c = &config->condition[i];
            struct rsp_alarm_record *record = &alarms->record[i];
            if ((c->vital == RSP_VITAL_HR && !c->technical ? rate : c->vital) != (enum rsp_vital)v)
                continue;
            expire_silences(record, input->now_s, changes);
            look_back(config, i, alarms, input, &series, changes);
            const struct rsp_alarm_judgement j = rsp_alarm_judge(config, i, input, &series, record->active,
                record->active && record->priority == RSP_PRIORITY_HIGH);
            if (j.truth == RSP_TRUE)
                holds(config, i, alarms, &j, input->now_s, changes);
            else if (j.truth == RSP_FALSE)
                holds_not(c, record, input->now_s, changes);
        }
    }
    alarms->stepped_s = input->now_s;
}

void rsp_alarms_restore(
    const struct rsp_alarm_config *config, const struct rsp_alarms *kept, struct rsp_alarms *alarms)
{
    rsp_alarms_begin(config, alarms);
    alarms->n_raised = kept->n_raised;
    alarms->stepped_s = kept->stepped_s;
    for (size_t k = 0; k < kept->n && k < RSP_MAX_ALARM; k++) {
        const size_t i = rsp_alarm_find(config, kept->record[k].id);
        if (i < config->n)
            alarms->record[i] = kept->record[k];
    }
}

void rsp_alarms_resume(const struct rsp_alarm_config *config, const struct rsp_alarms *kept, double now_s,
    struct rsp_alarms *alarms, struct rsp_alarm_changes *changes)
{
    struct rsp_alarms made;
    rsp_alarms_restore(config, kept, &made);
    if (changes != NULL)
        changes->n = 0;
    for (size_t i = 0; i < config->n; i++) {
        const struct rsp_alarm_condition *c = &config->condition[i];
        if (c->cause != RSP_CAUSE_RESTARTED)
            continue;
        const struct rsp_alarm_judgement j = {
            .truth = RSP_TRUE, .value = NAN, .since_s = isnan(kept->stepped_s) ? now_s : kept->stepped_s};
        clear_silences(&made.record[i]);
        if (made.record[i].active)
            note(changes, RSP_CHANGE_RETURNED, &made.record[i]);
        else
            holds(config, i, &made, &j, now_s, changes);
    }
    *alarms = made;
}
