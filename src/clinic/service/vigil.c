#include "service/vigil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/devices.h"
#include "service/json_build.h"
#include "service/replay.h"
#include "service/system_call.h"
#include "service/ward.h"

struct rsp_vigils {
    size_t n, room;
    struct rsp_vigil **vigil;
};

struct rsp_vigils *rsp_vigils_new(void)
{
    return calloc(1, sizeof(struct rsp_vigils));
}

void rsp_vigil_free(struct rsp_vigil *vigil)
{
    if (vigil == NULL)
        return;
    free(vigil->sample);
    free(vigil->done);
    free(vigil);
}

void rsp_vigils_free(struct rsp_vigils *vigils)
{
    if (vigils == NULL)
        return;
    for (size_t i = 0; i < vigils->n; i++)
        rsp_vigil_free(vigils->vigil[i]);
    free(vigils->vigil);
    free(vigils);
}

/* ---- finding ---- */

static struct rsp_vigil *known(const struct rsp_vigils *vigils, int64_t order)
{
    for (size_t i = 0; i < vigils->n; i++)
        if (vigils->vigil[i]->order == order)
            return vigils->vigil[i];
    return NULL;
}

rsp_status rsp_vigil_new(
    struct rsp_call *call, const struct rsp_person_id *person, int64_t order, struct rsp_vigil **vigil)
{
    struct rsp_vigil *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rsp_call_no_memory(call);
    made->order = order;
    made->person = *person;
    made->begun_s = made->heard_s = made->screen_s = NAN;
    made->sound_s = made->screens_since_s = NAN;
    made->made_s = rsp_vigil_now_s(call);
    for (int v = 0; v < RSP_N_VITAL; v++)
        made->first_s[v] = made->baseline[v] = made->passed_s[v] = NAN;
    *vigil = made;
    return RSP_OK;
}

static bool add(struct rsp_vigils *vigils, struct rsp_vigil *vigil)
{
    if (vigils->n == vigils->room) {
        const size_t room = 2 * vigils->room + 8;
        struct rsp_vigil **more = realloc(vigils->vigil, room * sizeof *more);
        if (more == NULL)
            return false;
        vigils->vigil = more;
        vigils->room = room;
    }
    vigils->vigil[vigils->n++] = vigil;
    return true;
}

/* Made only when it is whole: a vigil that read half of the facts would not read them again. */
static rsp_status begin(
    struct rsp_call *call, const struct rsp_person_id *person, int64_t order, struct rsp_vigil **out)
{
    struct rsp_vigil *vigil = NULL;
    rsp_status status = rsp_vigil_new(call, person, order, &vigil);
    if (status == RSP_OK)
        status = rsp_vigil_read(call, vigil);
    if (status == RSP_OK && !add(call->service->vigils, vigil))
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        rsp_vigil_free(vigil);
        return status;
    }
    *out = vigil;
    return RSP_OK;
}

static rsp_status find(
    struct rsp_call *call, const struct rsp_person_id *person, int64_t order, struct rsp_vigil **out)
{
    struct rsp_vigil *vigil = known(call->service->vigils, order);
    if (vigil == NULL)
        return begin(call, person, order, out);
    *out = vigil;
    return rsp_vigil_read(call, vigil);
}

/* ---- the tick ---- */

double rsp_vigil_now_s(const struct rsp_call *call)
{
    const double us_a_s = 1e6;
    return (double)call->caller->now.at_us / us_a_s;
}

void rsp_vigil_seen(const struct rsp_call *call, struct rsp_vigil *vigil)
{
    const char *screen = rsp_call_text(call, "screen");
    if (screen[0] == '\0' || call->replay != NULL)
        return;
    const double now_s = rsp_vigil_now_s(call);
    if (!(now_s - vigil->screen_s <= vigil->config.vitals.unseen_s))
        vigil->screens_since_s = now_s;
    vigil->screen_s = now_s;
    if (strcmp(screen, "sounds") == 0)
        vigil->sound_s = vigil->screen_s;
}

static bool is_on(const struct rsp_vigil *vigil, const char *id)
{
    const size_t i = rsp_alarm_find(&vigil->config, id);
    return i < vigil->config.n && vigil->alarms.record[i].active;
}

/* Whether somebody would see, and hear, an alarm of a session in which drug was given. A screen has as long to be touched, so that it may
 * sound, as one may be away. After a restart nobody knows for a while: what was so before stays so. */
static void judge_screens(const struct rsp_vigil *vigil, struct rsp_alarm_input *input)
{
    const double since_s = fmax(vigil->begun_s, vigil->made_s), seen_s = fmax(vigil->screen_s, since_s),
                 heard_s = fmax(vigil->sound_s, fmax(vigil->screens_since_s, since_s)),
                 unseen_s = vigil->config.vitals.unseen_s;
    if (isnan(vigil->begun_s))
        return;
    const bool seen = input->now_s - seen_s <= unseen_s, heard = input->now_s - heard_s <= unseen_s;
    input->cause[RSP_CAUSE_NO_SCREEN] = !seen || (isnan(vigil->screen_s) && is_on(vigil, "no_screen"));
    input->cause[RSP_CAUSE_SOUND_BLOCKED] =
        !input->cause[RSP_CAUSE_NO_SCREEN] &&
        (!heard || (isnan(vigil->sound_s) && is_on(vigil, "sound_blocked")));
    input->cause_since_s[RSP_CAUSE_NO_SCREEN] = seen_s;
    input->cause_since_s[RSP_CAUSE_SOUND_BLOCKED] = heard_s;
}

struct rsp_alarm_input rsp_vigil_input(const struct rsp_vigil *vigil, double now_s)
{
    struct rsp_alarm_input input = {.now_s = now_s, .n_sample = vigil->n_sample, .sample = vigil->sample};
    for (int v = 0; v < RSP_N_VITAL; v++)
        input.watched_since_s[v] = vigil->first_s[v];
    /* Pressure is expected of every infusion, by hand too: nobody forgets it in silence. */
    if (isnan(input.watched_since_s[RSP_VITAL_SBP]))
        input.watched_since_s[RSP_VITAL_SBP] = vigil->begun_s;
    if (isnan(input.watched_since_s[RSP_VITAL_DBP]))
        input.watched_since_s[RSP_VITAL_DBP] = vigil->begun_s;
    input.cause[RSP_CAUSE_OVERDUE] = vigil->overdue;
    return input;
}

/* Not what was ordered, nor what a screen shows: what the pump itself says. */
static rsp_status judge_pump(
    struct rsp_call *call, const struct rsp_vigil *vigil, struct rsp_alarm_input *input)
{
    if (isnan(vigil->given.ml_per_h))
        return RSP_OK; /* nobody knows what it should give */
    struct rsp_vital_series *rate = malloc(sizeof *rate);
    if (rate == NULL)
        return rsp_call_no_memory(call);
    rsp_vital_series_make(
        &vigil->config.vitals, RSP_VITAL_PUMP_RATE, vigil->n_sample, vigil->sample, input->now_s, rate);
    input->cause[RSP_CAUSE_PUMP_DIFFERS] = rsp_pump_differs(
        &vigil->config.vitals.pump, &vigil->given, rate, &input->cause_since_s[RSP_CAUSE_PUMP_DIFFERS]);
    free(rate);
    return RSP_OK;
}

static rsp_status step(struct rsp_call *call, struct rsp_vigil *vigil)
{
    struct rsp_alarm_changes *changes;
    double worst[RSP_MAX_ALARM];
    if (!vigil->configured)
        return RSP_OK;
    RSP_TRY(rsp_vigil_judge_due(call, vigil, rsp_vigil_now_s(call)));
    struct rsp_alarm_input input = rsp_vigil_input(vigil, rsp_vigil_now_s(call));
    rsp_vigil_judge_devices(vigil, rsp_devices_heard_s(call->service->devices), &input);
    judge_screens(vigil, &input);
    RSP_TRY(judge_pump(call, vigil, &input));
    changes = calloc(1, sizeof *changes);
    if (changes == NULL)
        return rsp_call_no_memory(call);
    for (size_t i = 0; i < vigil->alarms.n; i++)
        worst[i] = vigil->alarms.record[i].worst;
    rsp_alarms_step(&vigil->config, &vigil->alarms, &input, changes);
    for (size_t i = 0; i < vigil->alarms.n; i++) /* what no later sample tells again is kept */
        vigil->told = vigil->told || (!isnan(vigil->alarms.record[i].worst) &&
                                         !(fabs(vigil->alarms.record[i].worst - worst[i]) <= 0));
    rsp_status status = RSP_OK;
    if (changes->n > 0 || vigil->told)
        status = rsp_vigil_keep(call, vigil, changes);
    free(changes);
    return status;
}

static void drop_gone(struct rsp_vigils *vigils, const struct rsp_ward_bed bed[], size_t n)
{
    for (size_t i = vigils->n; i-- > 0;) {
        bool there = false;
        for (size_t k = 0; k < n; k++)
            there = there || bed[k].order == vigils->vigil[i]->order;
        if (there)
            continue;
        rsp_vigil_free(vigils->vigil[i]);
        vigils->vigil[i] = vigils->vigil[--vigils->n];
    }
}

static rsp_status watch_one(struct rsp_call *call, const struct rsp_ward_bed *bed)
{
    struct rsp_vigil *vigil = NULL;
    call->patient = bed->person;
    RSP_TRY(find(call, &bed->person, bed->order, &vigil));
    return step(call, vigil);
}

/* What is wrong with one session keeps nobody from watching the others. @param failed out: the first that failed */
static rsp_status watch_all(struct rsp_call *call, struct rsp_error *failed)
{
    struct rsp_ward_bed bed[RSP_WARD_MOST];
    size_t n = 0;
    RSP_TRY(rsp_ward_open(call, bed, &n));
    drop_gone(call->service->vigils, bed, n);
    for (size_t i = 0; i < n; i++) {
        struct rsp_error err = {0}, *outer = call->err;
        call->err = &err;
        const rsp_status status = watch_one(call, &bed[i]);
        call->err = outer;
        if (status != RSP_OK && failed->code == RSP_OK)
            *failed = err;
    }
    return RSP_OK;
}

/* What could not be kept is kept at the next tick. */
static void keep_again(struct rsp_service *service)
{
    pthread_mutex_lock(&service->store_lock);
    for (size_t i = 0; i < service->vigils->n; i++)
        service->vigils->vigil[i]->told = true;
    pthread_mutex_unlock(&service->store_lock);
}

rsp_status rsp_service_watch(struct rsp_service *service, const struct rsp_stamp *now, struct rsp_error *err)
{
    struct rsp_system_call system;
    RSP_TRY(rsp_system_begin(service, now, "watch", &system, err));
    struct rsp_error failed = {0};
    const rsp_status status = rsp_system_end(&system, watch_all(&system.call, &failed));
    if (status != RSP_OK)
        keep_again(service);
    if (status == RSP_OK && failed.code != RSP_OK && err != NULL)
        *err = failed;
    return status != RSP_OK ? status : failed.code;
}

/* ---- as it was ---- */

static rsp_status take_time(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    const double us_a_s = 1e6;
    (void)err;
    *(double *)context = floor((double)fact->at_us / us_a_s);
    return RSP_OK;
}

/* Nothing was measured, bound or given yet, or the person was at home. */
static bool is_off_ward(const struct rsp_vigil *vigil)
{
    return vigil->state == RSP_STATE_DISCHARGED ||
           (!vigil->was_measured && !vigil->was_bound && isnan(vigil->begun_s));
}

/* When any device was heard before the moment that is looked at, as far back as it matters; NaN: not so long. */
static rsp_status heard_then(struct rsp_call *call, double silent_s, double *heard_s)
{
    const int64_t us_a_s = 1000000, since_us = call->caller->now.at_us - (int64_t)(silent_s + 1) * us_a_s;
    struct rsp_fact_filter filter = {.kind = "device_message"};
    *heard_s = NAN;
    RSP_TRY(rsp_store_by(call->service->store, since_us, &filter.after, call->err));
    return rsp_store_read(call->service->store, &filter, take_time, heard_s, call->err);
}

/* What is kept of the alarms was so at their last change; a look at them brings the values of then. */
static rsp_status make_then(struct rsp_call *call, struct rsp_vigil *vigil)
{
    double heard_s = NAN;
    RSP_TRY(rsp_vigil_read(call, vigil));
    if (!vigil->configured)
        return RSP_OK;
    RSP_TRY(rsp_vigil_judge_due(call, vigil, rsp_vigil_now_s(call)));
    RSP_TRY(heard_then(call, vigil->config.vitals.silent_s, &heard_s));
    struct rsp_alarm_input input = rsp_vigil_input(vigil, rsp_vigil_now_s(call));
    rsp_vigil_judge_devices(vigil, heard_s, &input);
    judge_screens(vigil, &input); /* nobody knows who looked then: what was kept stays so */
    RSP_TRY(judge_pump(call, vigil, &input));
    rsp_alarms_step(&vigil->config, &vigil->alarms, &input, NULL);
    return RSP_OK;
}

static rsp_status find_then(struct rsp_call *call, int64_t order, struct rsp_vigil **out)
{
    struct rsp_replay *replay = call->replay;
    if (replay->vigil == NULL) {
        struct rsp_vigil *made = NULL;
        rsp_status status = rsp_vigil_new(call, &call->patient, order, &made);
        if (status == RSP_OK)
            status = make_then(call, made);
        if (status != RSP_OK) {
            rsp_vigil_free(made);
            return status;
        }
        replay->vigil = made;
    }
    *out = is_off_ward(replay->vigil) ? NULL : replay->vigil;
    return RSP_OK;
}

rsp_status rsp_vigil_find(struct rsp_call *call, int64_t order, struct rsp_vigil **vigil)
{
    struct rsp_ward_bed bed[RSP_WARD_MOST];
    size_t n = 0;
    *vigil = NULL;
    if (call->replay != NULL)
        return find_then(call, order, vigil);
    RSP_TRY(rsp_ward_open(call, bed, &n));
    for (size_t i = 0; i < n; i++)
        if (bed[i].order == order)
            return find(call, &bed[i].person, order, vigil);
    return RSP_OK;
}

/* ---- as JSON ---- */

/* The value of now; where there is none, what came last and is no measurement, as what it is. */
static struct rsp_vital_current shown_value(const struct rsp_vital_series *series)
{
    struct rsp_vital_current current = rsp_vital_current(series);
    if (current.quality == RSP_QUALITY_NONE && series->heard != RSP_QUALITY_NONE) {
        current.quality = series->heard;
        current.value = series->heard_value;
        current.time_s = series->heard_s;
    }
    return current;
}

static json_t *values_row(struct rsp_build *b, const struct rsp_vigil *vigil, double now_s)
{
    json_t *rows = json_object();
    struct rsp_vital_series *series = calloc(1, sizeof *series);
    for (int v = 0; v < RSP_N_VITAL && series != NULL; v++) {
        rsp_vital_series_make(
            &vigil->config.vitals, (enum rsp_vital)v, vigil->n_sample, vigil->sample, now_s, series);
        const struct rsp_vital_current current = shown_value(series);
        if (current.quality == RSP_QUALITY_NONE)
            continue;
        json_t *row = json_object();
        rsp_build_set(b, row, "quality", json_string(rsp_vital_quality_name(current.quality)));
        rsp_build_set(b, row, "decides", json_boolean(rsp_vital_decides(current.quality)));
        rsp_build_set(b, row, "value", rsp_build_number(current.value));
        rsp_build_set(b, row, "at_s", rsp_build_number(current.time_s));
        rsp_build_set(b, row, "reading", json_integer((json_int_t)current.number));
        rsp_build_set(b, row, "baseline", rsp_build_number(vigil->baseline[v]));
        rsp_build_set(b, row, "unit", rsp_build_text(series->rule->unit));
        rsp_build_set(b, row, "text", rsp_build_text(series->rule->text));
        rsp_build_set(b, rows, rsp_vital_id((enum rsp_vital)v), row);
    }
    b->failed = b->failed || series == NULL;
    free(series);
    return rows;
}

static const char *state_word(enum rsp_alarm_state state)
{
    static const char *const word[] = {"off", "on", "acknowledged", "audio_paused", "paused", "latched"};
    return word[state];
}

static json_t *alarm_row(struct rsp_build *b, const struct rsp_vigil *vigil, size_t place, double now_s)
{
    const struct rsp_alarm_record *record = &vigil->alarms.record[place];
    const struct rsp_alarm_condition *condition = &vigil->config.condition[place];
    const struct rsp_alarm_look look = rsp_alarm_look(record, now_s);
    json_t *row = json_object();
    rsp_build_set(b, row, "id", json_string(record->id));
    rsp_build_set(b, row, "number", json_integer((json_int_t)record->number));
    rsp_build_set(b, row, "text", rsp_build_text(condition->text));
    rsp_build_set(b, row, "technical", json_boolean(condition->technical));
    rsp_build_set(b, row, "vital",
        condition->vital < RSP_N_VITAL ? json_string(rsp_vital_id(condition->vital)) : json_null());
    rsp_build_set(b, row, "priority", json_string(rsp_alarm_priority_names[record->priority]));
    rsp_build_set(b, row, "state", json_string(state_word(look.state)));
    rsp_build_set(b, row, "sounds", json_boolean(look.sounds));
    rsp_build_set(b, row, "silent_until_s", rsp_build_number(look.silent_until_s));
    rsp_build_set(b, row, "active", json_boolean(record->active));
    rsp_build_set(b, row, "value", rsp_build_number(record->value));
    rsp_build_set(b, row, "worst", rsp_build_number(record->worst));
    rsp_build_set(b, row, "limit", rsp_build_number(condition->limit));
    rsp_build_set(b, row, "above", json_boolean(condition->above));
    rsp_build_set(b, row, "onset_s", rsp_build_number(record->onset_s));
    rsp_build_set(b, row, "raised_s", rsp_build_number(record->raised_s));
    rsp_build_set(b, row, "acknowledged_by", rsp_build_text(record->acknowledged_by));
    if (condition->cause == RSP_CAUSE_DEVICE_LOST)
        rsp_build_set(b, row, "devices", rsp_vigil_silent_devices(vigil, now_s));
    return row;
}

static json_t *why_unwatched(const struct rsp_vigil *vigil, double now_s)
{
    enum { LATE_S = 5 }; /* it is looked at every second */
    if (*vigil->why_not != '\0')
        return rsp_build_text(vigil->why_not);
    if (now_s - vigil->alarms.stepped_s > LATE_S)
        return json_string("the program has not looked at this session for some seconds; its log says why");
    return json_null();
}

rsp_status rsp_vigil_put(struct rsp_call *call, struct rsp_vigil *vigil, json_t *row)
{
    struct rsp_build b = {0};
    size_t place[RSP_MAX_ALARM], n = 0;
    const double now_s = rsp_vigil_now_s(call);
    json_t *alarms = json_array();
    if (vigil->configured)
        n = rsp_alarms_order(&vigil->alarms, now_s, place);
    for (size_t i = 0; i < n; i++)
        rsp_build_append(&b, alarms, alarm_row(&b, vigil, place[i], now_s));
    rsp_build_set(&b, row, "alarms", alarms);
    rsp_build_set(&b, row, "devices", json_integer((json_int_t)rsp_vigil_n_bound(vigil)));
    rsp_build_set(&b, row, "heard_s", rsp_build_number(vigil->heard_s));
    rsp_build_set(&b, row, "watched_s", rsp_build_number(vigil->alarms.stepped_s));
    rsp_build_set(&b, row, "not_watched", why_unwatched(vigil, now_s));
    rsp_build_set(&b, row, "values", vigil->configured ? values_row(&b, vigil, now_s) : json_object());
    return b.failed ? rsp_call_no_memory(call) : rsp_vigil_put_due(call, vigil, row);
}
