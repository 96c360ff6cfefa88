/* usage: test_clinic_day [FIRST SEED [LAST SEED]]
 *
 * A made-up day of the clinic, drawn from a seed and lived on the clinic's own clock: eight sessions on a Sunday on which clocks go
 * back, two nurses who enter rates, pauses, late entries and slips, monitors and pumps over HL7 with noise, doubles and dropouts,
 * readings beyond the limits, pumps set to another rate than is entered, and power cuts. After each minute the clinic's word is held against a second account of
 * the day, kept here without any of the program's code: second by second for what was given, reading by reading for what
 * must sound. What was silenced is silent after a power cut as before it; each forecast that somebody saw is made again at the end
 * from what is kept. A seed that fails is printed and plays again. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "bedside_support.h"

#include "base/sha256.h"
#include "exchange/observed.h"

enum {
    N_BED = 8,
    STEP_S = 5,
    MINUTES = 80,
    MINUTE_S = 60,
    HOUR_S = 3600,
    US = 1000000,
    MAX_RATE = 64,
    LOST_AFTER_S = 30,      /* silent_s of rules/vitals.yaml; also stale_s of the heart rate */
    PUMP_LOST_AFTER_S = 60, /* stale_s of its rate */
    PUMP_EVERY_S = 15,
    DIFFERS_AFTER_S = 60, /* after_s of the pump */
};
static const double total_mg = 98;
/* 2026-10-25T00:30Z: in Zurich clocks go back half an hour later. */
static const int64_t before_the_change_s = 1792888200;

/* ---- the second account ---- */

struct change {
    int64_t at_s;
    double rate_ml_per_h; /* 1 mg/mL; from here on */
};

struct bed {
    char patient[64], device[16];
    json_int_t order;
    bool started, running, over;
    int64_t begun_s;
    size_t n_change;
    struct change change[MAX_RATE]; /* in the order of their times */
    int64_t heard_s;                /* the monitor's last message; 0: not bound yet */
    int64_t silent_until_s;         /* it says nothing until then */
    unsigned long n_pulse;          /* readings of the heart rate that must be there, each once */
    bool beyond, unseen; /* its last pressure is beyond the limit; somebody has not seen that yet */
    unsigned long control;
    struct pump {
        char name[16];
        int64_t heard_s, silent_until_s; /* as above */
        unsigned long n_said;
        double said_ml_per_h, wrong_by; /* the last word; how far it is set above what is entered */
        int64_t
            differs_s; /* since when each word was another rate than the entered one; 0: the last was not */
        bool sounds, unseen;
    } pump;
};

struct day {
    struct two two;
    struct bed bed[N_BED];
    int64_t heard_s; /* when any device spoke last */
    uint64_t state;
    unsigned long seed;
};

static double uniform(struct day *day)
{
    day->state = day->state * 6364136223846793005u + 1442695040888963407u;
    return (double)(day->state >> 11) / 9007199254740992.0;
}

static bool chance(struct day *day, double p)
{
    return uniform(day) < p;
}

/* What the changes gave by now, counted second by second; the pump stops at the total. */
static double given_mg(const struct bed *bed, int64_t now_s)
{
    double given = 0.0, rate = 0.0;
    size_t next = 0;
    for (int64_t s = bed->begun_s; bed->started && s < now_s; s++) {
        while (next < bed->n_change && bed->change[next].at_s <= s)
            rate = bed->change[next++].rate_ml_per_h;
        given = fmin(total_mg, given + rate / HOUR_S);
    }
    return given;
}

/* ---- who acts ---- */

static const struct staff *somebody(struct day *day)
{
    return chance(day, 0.5) ? &day->two.nurse : &day->two.physician;
}

static json_t *input_of(const struct bed *bed, const char *name)
{
    return json_pack("{s:s, s:I, s:s}", "patient", bed->patient, "order", bed->order, "event", name);
}

/* @return whether it was done */
static bool enter(
    struct day *day, const struct bed *bed, const char *name, double rate_ml_per_h, const char *at)
{
    json_t *input = input_of(bed, name);
    if (rate_ml_per_h > 0)
        (void)json_object_set_new(input, "rate_ml_per_h", json_real(rate_ml_per_h));
    if (at != NULL)
        (void)json_object_set_new(input, "at", json_string(at));
    return ask(&day->two.clinic, somebody(day), RSP_USE_bedside_event, input, NULL, NULL) == RSP_NOT_REFUSED;
}

static double entered_ml_per_h(const struct bed *bed)
{
    return bed->n_change > 0 ? bed->change[bed->n_change - 1].rate_ml_per_h : 0;
}

/* Whether the pump's last word is another than what is entered: by more than 0.2 mL/h and than 2 % of it. */
static bool pump_differs(const struct bed *bed)
{
    const double recorded = entered_ml_per_h(bed), by = fabs(bed->pump.said_ml_per_h - recorded);
    return by > 0.2 && by > 0.02 * recorded;
}

/* Somebody entered something: a word of this very second is held against it, earlier ones are not. */
static void entered(struct day *day, struct bed *bed)
{
    const int64_t now_s = day->two.clinic.now_s;
    bed->pump.differs_s = bed->pump.n_said > 0 && bed->pump.heard_s == now_s && pump_differs(bed) ? now_s : 0;
}

static void note_change(struct bed *bed, int64_t at_s, double rate_ml_per_h)
{
    size_t place = bed->n_change++;
    ck_assert_uint_lt(place, MAX_RATE);
    for (; place > 0 && bed->change[place - 1].at_s > at_s; place--)
        bed->change[place] = bed->change[place - 1];
    bed->change[place] = (struct change){at_s, rate_ml_per_h};
}

static void take_over(struct day *day, struct bed *bed, int64_t at_s, double rate_ml_per_h)
{
    note_change(bed, at_s, rate_ml_per_h);
    entered(day, bed);
}

static double some_rate(struct day *day)
{
    return floor(10 * (4 + 20 * uniform(day))) / 10; /* never above the 24.5 that are ordered */
}

/* Entered at once, or a minute or two later: the wall's time with its distance from UTC, since an hour comes twice. */
static void pause_bed(struct day *day, struct bed *bed)
{
    char at[64], wall[32];
    const int64_t now_s = day->two.clinic.now_s, late_s = now_s / MINUTE_S * MINUTE_S - MINUTE_S;
    const bool late = chance(day, 0.5) && late_s > bed->change[bed->n_change - 1].at_s;
    const int offset_min = clinic_stamp(&day->two.clinic).offset_min;
    const time_t shown_s = (time_t)(late_s + (int64_t)offset_min * MINUTE_S);
    struct tm tm;
    (void)strftime(wall, sizeof wall, "%Y-%m-%dT%H:%M", gmtime_r(&shown_s, &tm));
    (void)snprintf(at, sizeof at, "%s+%02d:00", wall, offset_min / 60);
    if (!enter(day, bed, "paused", 0, late ? at : NULL))
        return;
    bed->running = false;
    take_over(day, bed, late ? late_s : now_s, 0);
}

/* Both stand at the bed and enter the same: the second finds it done. */
static bool enter_both(struct day *day, const struct bed *bed, const char *name, double rate_ml_per_h)
{
    const bool done_once = enter(day, bed, name, rate_ml_per_h, NULL);
    if (done_once && chance(day, 0.3))
        ck_assert_msg(!enter(day, bed, name, rate_ml_per_h, NULL), "seed %lu: %s was %s twice", day->seed,
            bed->device, name);
    return done_once;
}

static void act(struct day *day, struct bed *bed)
{
    const int64_t now_s = day->two.clinic.now_s;
    const double rate = some_rate(day);
    if (bed->over)
        return;
    if (!bed->started && chance(day, 0.3) && enter_both(day, bed, "started", rate)) {
        bed->started = bed->running = true;
        bed->begun_s = now_s;
        take_over(day, bed, now_s, rate);
    } else if (bed->running && chance(day, 0.15) && enter(day, bed, "rate", rate, NULL)) {
        take_over(day, bed, now_s, rate);
    } else if (bed->running && chance(day, 0.1)) {
        pause_bed(day, bed);
    } else if (bed->started && !bed->running && chance(day, 0.4) && enter_both(day, bed, "resumed", rate)) {
        bed->running = true;
        take_over(day, bed, now_s, rate);
    } else if (bed->running && chance(day, 0.01) && enter_both(day, bed, "stopped", 0)) {
        bed->running = false;
        bed->over = true;
        take_over(day, bed, now_s, 0);
    }
    /* Slips: none of these is possible, and none may leave anything. */
    if (chance(day, 0.1))
        ck_assert(!enter(day, bed, bed->started ? "started" : "resumed", rate, NULL));
    if (chance(day, 0.05))
        ck_assert(!enter(day, bed, "rate", 2000, NULL));
}

/* ---- monitors and pumps ---- */

static void deliver(struct day *day, const char *text)
{
    struct rsp_hl7 *message = NULL;
    struct rsp_observed_list list = {0};
    struct rsp_error err = {0};
    struct rsp_sha256 sha;
    char digest[RSP_SHA256_HEX + 1];
    const struct rsp_stamp now = clinic_stamp(&day->two.clinic);
    ck_assert_msg(rsp_hl7_parse(text, strlen(text), &message, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(rsp_observed_read(message, &list, &err) == RSP_OK, "%s", err.message);
    rsp_sha256_begin(&sha);
    rsp_sha256_add(&sha, text, strlen(text));
    rsp_sha256_end(&sha, digest);
    ck_assert_msg(rsp_service_device_message(day->two.clinic.service, &now, &list, digest, &err) == RSP_OK,
        "%s", err.message);
    rsp_observed_free(&list);
    rsp_hl7_free(message);
}

struct row {
    const char *code, *unit;
    double value;
};

/* Delivered, now and then three times: sent again for want of an answer. */
static void say(struct day *day, struct bed *bed, const char *device, size_t n_row, const struct row row[])
{
    char text[2000];
    int n = snprintf(text, sizeof text,
        "MSH|^~\\&|%s|WARD|RESPITE|CLINIC|||ORU^R01^ORU_R01|c%lu|P|2.6\rOBR|1|A|B|x^y^z\r", device,
        ++bed->control);
    for (size_t i = 0; i < n_row; i++)
        n += snprintf(text + n, sizeof text - (size_t)n,
            "OBX|%zu|NM|%s|1.0.1.%zu|%.3f|%s|||||R|||||||%s^a^b^c\r", i + 1, row[i].code, i + 1, row[i].value,
            row[i].unit, device);
    for (int times = chance(day, 0.1) ? 3 : 1; times > 0; times--)
        deliver(day, text);
    day->heard_s = day->two.clinic.now_s;
}

/* Whether a device says nothing now; its cable may come off. */
static bool is_mute(struct day *day, int64_t heard_s, int64_t *silent_until_s)
{
    const int64_t now_s = day->two.clinic.now_s;
    if (heard_s == 0 || now_s < *silent_until_s)
        return true;
    if (!chance(day, 0.01))
        return false;
    *silent_until_s = now_s + (int64_t)(20 + 100 * uniform(day));
    return true;
}

static void monitor(struct day *day, struct bed *bed)
{
    if (is_mute(day, bed->heard_s, &bed->silent_until_s))
        return;
    const bool cuff = chance(day, 0.1), high = cuff && chance(day, 0.15);
    const double hr = 60 + floor(30 * uniform(day)),
                 sbp = cuff ? (high ? 205 + floor(20 * uniform(day)) : 110 + floor(40 * uniform(day))) : 0;
    const struct row row[] = {{"147842^MDC_ECG_HEART_RATE^MDC", "264864^MDC_DIM_BEAT_PER_MIN^MDC", hr},
        {"150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "266016^MDC_DIM_MMHG^MDC", sbp},
        {"150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "266016^MDC_DIM_MMHG^MDC", 80}};
    say(day, bed, bed->device, cuff ? 3 : 1, row);
    bed->heard_s = day->two.clinic.now_s;
    bed->n_pulse++;
    if (cuff) {
        bed->unseen = bed->unseen || (high && !bed->beyond);
        bed->beyond = high;
    }
}

/* What must sound of the pump's rate at this second. */
static void judge_pump(struct bed *bed, int64_t now_s)
{
    struct pump *pump = &bed->pump;
    const bool sounds = pump->differs_s != 0 && now_s - pump->differs_s >= DIFFERS_AFTER_S &&
                        now_s - pump->heard_s <= PUMP_LOST_AFTER_S;
    pump->unseen = pump->unseen || (sounds && !pump->sounds);
    pump->sounds = sounds;
}

/* It runs at what is entered, or at what somebody set it to by mistake. */
static void run_pump(struct day *day, struct bed *bed)
{
    struct pump *pump = &bed->pump;
    const int64_t now_s = day->two.clinic.now_s;
    if (now_s % PUMP_EVERY_S == 0 && !is_mute(day, pump->heard_s, &pump->silent_until_s)) {
        if (pump->wrong_by == 0 && chance(day, 0.01))
            pump->wrong_by = 2.031 + floor(20 * uniform(day)); /* never just as much as is allowed */
        else if (pump->wrong_by != 0 && chance(day, 0.1))
            pump->wrong_by = 0;
        pump->said_ml_per_h = entered_ml_per_h(bed) + pump->wrong_by;
        const struct row row = {"158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC", "265266^MDC_DIM_MILLI_L_PER_HR^MDC",
            pump->said_ml_per_h};
        say(day, bed, pump->name, 1, &row);
        pump->heard_s = now_s;
        pump->n_said++;
        if (!pump_differs(bed))
            pump->differs_s = 0;
        else if (pump->differs_s == 0)
            pump->differs_s = now_s;
    }
    judge_pump(bed, now_s);
}

static void bind_one(struct day *day, const struct bed *bed, const char *device, int64_t *heard_s)
{
    if (*heard_s != 0 || !chance(day, 0.2))
        return;
    json_decref(done(&day->two.clinic, somebody(day), RSP_USE_device_bind,
        json_pack("{s:s, s:I, s:s}", "patient", bed->patient, "order", bed->order, "device", device)));
    *heard_s = day->two.clinic.now_s;
}

static void bind(struct day *day, struct bed *bed)
{
    bind_one(day, bed, bed->device, &bed->heard_s);
    bind_one(day, bed, bed->pump.name, &bed->pump.heard_s);
}

/* ---- what must hold ---- */

static json_t *look_at(struct day *day, const struct bed *bed, enum rsp_use_case use_case)
{
    return done(&day->two.clinic, somebody(day), use_case,
        json_pack("{s:s, s:I}", "patient", bed->patient, "order", bed->order));
}

static const json_t *alarm_of(const json_t *watch, const char *id)
{
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(watch, "alarms"), i,
        row) if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0) return row;
    return NULL;
}

static bool shows(const json_t *watch, const char *id)
{
    return alarm_of(watch, id) != NULL;
}

static void acknowledge(struct day *day, const struct bed *bed, const char *alarm)
{
    json_decref(done(&day->two.clinic, somebody(day), RSP_USE_alarm_answer,
        json_pack("{s:s, s:I, s:s, s:s}", "patient", bed->patient, "order", bed->order, "alarm", alarm, "do",
            "acknowledge")));
}

static bool is_active(const json_t *watch, const char *id)
{
    return json_is_true(json_object_get(alarm_of(watch, id), "active"));
}

/* Whether a device is said to be lost, by its name. */
static bool is_lost(const json_t *watch, const char *device)
{
    size_t i;
    const json_t *name;
    json_array_foreach(json_object_get(alarm_of(watch, "device_lost"), "devices"), i,
        name) if (strcmp(json_string_value(name), device) == 0) return true;
    return false;
}

/* Who is silent is missed, by name unless nobody of the clinic speaks; and nobody else is. */
static void hold_device(const struct day *day, const json_t *watch, const char *device, int64_t heard_s,
    bool has_spoken, int patience_s)
{
    const int64_t silent_s = day->two.clinic.now_s - heard_s;
    if (heard_s == 0)
        return;
    if (silent_s > patience_s)
        ck_assert_msg(
            (is_active(watch, "device_lost") && is_lost(watch, device)) || is_active(watch, "feed_stopped"),
            "seed %lu: %s is silent, and nobody is told", day->seed, device);
    else if (has_spoken || silent_s <= LOST_AFTER_S)
        ck_assert_msg(!is_lost(watch, device), "seed %lu: %s speaks, and is missed", day->seed, device);
}

static void hold_pump(struct day *day, struct bed *bed, const json_t *watch)
{
    struct pump *pump = &bed->pump;
    const bool told = shows(watch, "pump_differs");
    ck_assert_msg(told == (pump->sounds || pump->unseen), "seed %lu: the pump %s %s another rate, and %s",
        day->seed, pump->name, pump->sounds ? "runs at" : "does not run at",
        told ? "that is told" : "nobody is told");
    if (told && chance(day, 0.5)) {
        acknowledge(day, bed, "pump_differs");
        pump->unseen = false;
    }
}

static void hold(struct day *day, struct bed *bed)
{
    const int64_t now_s = day->two.clinic.now_s;
    json_t *body = look_at(day, bed, RSP_USE_bedside_now);
    const json_t *session = json_object_get(body, "session"), *watch = json_object_get(body, "watch");
    const double given = json_number_value(json_object_get(session, "given_mg"));
    ck_assert_msg(fabs(given - given_mg(bed, now_s)) < 0.02, "seed %lu: %s has %.4f mg, counted %.4f",
        day->seed, bed->device, given, given_mg(bed, now_s));
    ck_assert_double_le(given, total_mg + 1e-9);
    if (bed->beyond || bed->unseen) {
        ck_assert_msg(shows(watch, "sbp_once_mmhg"), "seed %lu: %s has no alarm of its pressure", day->seed,
            bed->device);
        if (chance(day, 0.5)) {
            acknowledge(day, bed, "sbp_once_mmhg");
            bed->unseen = false;
        }
    }
    hold_device(day, watch, bed->device, bed->heard_s, bed->n_pulse > 0, LOST_AFTER_S);
    hold_device(day, watch, bed->pump.name, bed->pump.heard_s, bed->pump.n_said > 0,
        bed->pump.n_said > 0 ? PUMP_LOST_AFTER_S : LOST_AFTER_S);
    hold_pump(day, bed, watch);
    ck_assert_msg(now_s - day->heard_s > LOST_AFTER_S || !is_active(watch, "feed_stopped"),
        "seed %lu: %s is told that none speaks", day->seed, bed->device);
    if (shows(watch, "device_lost") && chance(day, 0.5))
        acknowledge(day, bed, "device_lost");
    json_decref(body);
    if (chance(day, 0.05))
        json_decref(look_at(day, bed, RSP_USE_bedside)); /* and what is foretold */
}

static void hold_forecasts(struct day *day, const struct bed *bed)
{
    size_t i;
    const json_t *row;
    json_t *body = done(&day->two.clinic, somebody(day), RSP_USE_bedside_forecasts,
        json_pack("{s:s, s:I, s:i}", "patient", bed->patient, "order", bed->order, "limit", 50));
    json_array_foreach(json_object_get(body, "forecasts"), i, row)
        ck_assert_msg(strcmp(json_string_value(json_object_get(row, "outcome")), "same") == 0,
            "seed %lu: %s was foretold something at %.0f that is not foretold from what was known then",
            day->seed, bed->device, json_number_value(json_object_get(row, "at_s")));
    json_decref(body);
}

static void hold_readings(struct day *day, const struct bed *bed)
{
    json_t *body = look_at(day, bed, RSP_USE_readings);
    const struct {
        const char *sign, *device;
        unsigned long n;
    } said[] = {
        {"hr_per_min", bed->device, bed->n_pulse}, {"pump_ml_per_h", bed->pump.name, bed->pump.n_said}};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const json_t *sign = json_object_get(json_object_get(body, "signs"), said[i].sign);
        ck_assert_msg((unsigned long)json_integer_value(json_object_get(sign, "n")) == said[i].n,
            "seed %lu: %s said %lu values, kept are %lld", day->seed, said[i].device, said[i].n,
            (long long)json_integer_value(json_object_get(sign, "n")));
    }
    json_decref(body);
}

/* When each alarm that was silent sounds again; those of the power cut itself apart. */
static json_t *silences(const json_t *body)
{
    json_t *made = json_object();
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(json_object_get(body, "watch"), "alarms"), i, row)
    {
        const char *id = json_string_value(json_object_get(row, "id"));
        if (strcmp(id, "restarted") != 0 && json_is_number(json_object_get(row, "silent_until_s")))
            (void)json_object_set_new(made, id,
                json_pack("[O, O, O]", json_object_get(row, "state"), json_object_get(row, "silent_until_s"),
                    json_object_get(row, "acknowledged_by")));
    }
    return made;
}

/* What was shown before the power was cut is shown after it, from what is kept. */
static void cut_power(struct day *day)
{
    json_t *before[N_BED];
    for (size_t i = 0; i < N_BED; i++)
        before[i] = look_at(day, &day->bed[i], RSP_USE_bedside);
    clinic_restart(&day->two.clinic);
    const int64_t now_s = day->two.clinic.now_s;
    two_confirm(&day->two);
    day->two.clinic.now_s = now_s; /* signing in took its time */
    for (size_t i = 0; i < N_BED; i++) {
        json_t *after = look_at(day, &day->bed[i], RSP_USE_bedside);
        ck_assert_msg(json_equal(json_object_get(before[i], "forecast"), json_object_get(after, "forecast")),
            "seed %lu: %s is expected to fare otherwise after the power was cut", day->seed,
            day->bed[i].device);
        ck_assert(json_equal(json_object_get(before[i], "session"), json_object_get(after, "session")));
        if (json_is_object(json_object_get(before[i], "watch")))
            ck_assert_msg(shows(json_object_get(after, "watch"), "restarted"),
                "seed %lu: nobody is told of the power cut", day->seed);
        json_t *then = silences(before[i]), *since = silences(after);
        ck_assert_msg(json_equal(then, since),
            "seed %lu: %s is not silent after the power cut as it was before it", day->seed,
            day->bed[i].device);
        json_decref(then);
        json_decref(since);
        json_decref(before[i]);
        json_decref(after);
    }
}

static void step(struct day *day)
{
    struct rsp_error err = {0};
    day->two.clinic.now_s += STEP_S;
    for (size_t i = 0; i < N_BED; i++)
        monitor(day, &day->bed[i]);
    for (size_t i = 0; i < N_BED; i++)
        run_pump(day, &day->bed[i]);
    const struct rsp_stamp now = clinic_stamp(&day->two.clinic);
    ck_assert_msg(rsp_service_watch(day->two.clinic.service, &now, &err) == RSP_OK, "%s", err.message);
}

static void live(unsigned long seed)
{
    static struct day day;
    char name[32], batch[16];
    day = (struct day){.seed = seed, .state = seed * 2654435761u + 12345};
    (void)snprintf(name, sizeof name, "day%lu.db", seed);
    clinic_open_at(&day.two.clinic, name, before_the_change_s);
    two_settle(&day.two);
    for (size_t i = 0; i < N_BED; i++) {
        struct bed *bed = &day.bed[i];
        (void)snprintf(batch, sizeof batch, "K%zu", i);
        (void)snprintf(bed->device, sizeof bed->device, "MON%zu", i);
        (void)snprintf(bed->pump.name, sizeof bed->pump.name, "PUMP%zu", i);
        two_patient(&day.two);
        bed->order = two_at_bedside(&day.two, batch);
        (void)snprintf(bed->patient, sizeof bed->patient, "%s", day.two.patient);
    }
    for (int minute = 0; minute < MINUTES; minute++) {
        for (size_t i = 0; i < N_BED; i++) {
            act(&day, &day.bed[i]);
            bind(&day, &day.bed[i]);
        }
        for (int s = 0; s < MINUTE_S; s += STEP_S)
            step(&day);
        for (size_t i = 0; i < N_BED; i++)
            hold(&day, &day.bed[i]);
        if (chance(&day, 0.03))
            cut_power(&day);
    }
    for (size_t i = 0; i < N_BED; i++) {
        hold_readings(&day, &day.bed[i]);
        hold_forecasts(&day, &day.bed[i]);
    }
    clinic_close(&day.two.clinic);
    clinic_verify(&day.two.clinic);
}

static unsigned long first_seed = 1, last_seed = 1;

START_TEST(a_day_holds)
{
    for (unsigned long seed = first_seed; seed <= last_seed; seed++)
        live(seed);
}
END_TEST

int main(int argc, char *argv[])
{
    const TTest *const tests[] = {a_day_holds};
    first_seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    last_seed = argc > 2 ? strtoul(argv[2], NULL, 10) : first_seed;
    return run_tests("clinic day", 1, tests);
}
