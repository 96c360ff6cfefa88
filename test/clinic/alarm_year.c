/* Lives n sessions from a seed, each with values that wander, alarms that are announced, answered, paused or left alone, devices, artefacts,
 * medicines, corrections and interruptions, into a store at PATH; asks for the statistics of their alarms, and writes what was asked and
 * answered to PATH.json. alarm_count.py counts again from the facts.
 *
 *     alarm_year PATH N SEED */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "service_support.h"

#include "service/json_build.h"
#include "service/system_call.h"
#include "service/vigil.h"

enum { N_PATIENT = 12, STEP_S = 20, US = 1000000, FIRST_ORDER = 5000, S_AN_HOUR = 3600, N_CHAIR = 3 };

static uint64_t seed;
static double uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) / (double)(UINT64_C(1) << 53);
}
static bool chance(double p)
{
    return uniform() < p;
}

struct living {
    struct clinic clinic;
    struct rsp_rulebook *book;
    struct rsp_person_id patient[N_PATIENT];
    struct rsp_system_call system;
    struct rsp_vigil vigil;
    struct rsp_vital_sample sample[4000];
    struct rsp_alarm_changes changes;
    json_int_t order;
};

static int64_t put(struct living *l, const char *kind, json_t *body)
{
    struct rsp_fact_place place;
    l->system.caller.now = clinic_stamp(&l->clinic);
    ck_assert_msg(rsp_call_append(&l->system.call, kind, &l->vigil.person, body, &place) == RSP_OK, "%s: %s",
        kind, l->system.own.message);
    return place.number;
}

static int64_t put_event(struct living *l, const char *name, double ago_s, int64_t replaces)
{
    json_t *body = json_pack("{s:I, s:s, s:f, s:f, s:b, s:f, s:f}", "order", l->order, "event", name, "at_s",
        (double)l->clinic.now_s - ago_s, "entered_s", (double)l->clinic.now_s, "uncertain", 0,
        "rate_mg_per_h", 20.0, "amount_mg", 0.0);
    if (replaces != 0)
        (void)json_object_set_new(body, "replaces", json_integer((json_int_t)replaces));
    return put(l, "bedside_event", body);
}

static void put_binding(struct living *l, const char *device, bool bound)
{
    (void)put(l, "device_binding",
        json_pack("{s:I, s:s, s:b}", "order", l->order, "device", device, "bound", bound));
}

/* A visit in a chair, or one that was cancelled, on the day of the session. */
static void put_visit(struct living *l, int chair, const char *state)
{
    char name[] = "A";
    name[0] = (char)('A' + chair);
    (void)put(l, "appointment",
        json_pack("{s:s, s:i, s:i, s:I, s:s, s:s, s:i, s:s, s:s}", "series", "s", "visit", 1, "of", 1,
            "start_s", (json_int_t)l->clinic.now_s, "wall", "2026-01-01T09:00", "zone", RSP_TEST_ZONE,
            "minutes", 120, "chair", name, "state", state));
}

static void add_sample(struct living *l, enum rsp_vital vital, double value)
{
    if (l->vigil.n_sample < sizeof l->sample / sizeof *l->sample)
        l->sample[l->vigil.n_sample++] = (struct rsp_vital_sample){.number = (int64_t)l->vigil.n_sample + 1,
            .vital = vital,
            .value = value,
            .device_s = (double)l->clinic.now_s,
            .received_s = (double)l->clinic.now_s};
}

/* What somebody does, or does not, in this step about each alarm. */
static void answer_alarms(struct living *l)
{
    static const char *const word[] = {"acknowledge", "pause"};
    const double now_s = (double)l->clinic.now_s;
    for (size_t i = 0; i < l->vigil.alarms.n; i++) {
        const struct rsp_alarm_record *record = &l->vigil.alarms.record[i];
        if (!record->active && !record->latched)
            continue;
        if (isnan(record->announced_s) && chance(0.6))
            l->vigil.told |= rsp_vigil_obey(&l->vigil, &l->vigil.alarms, record->id, "announced", 0, "screen",
                                 now_s - floor(9 * uniform()), NULL) == RSP_OK;
        if (chance(0.08))
            l->vigil.told |= rsp_vigil_obey(&l->vigil, &l->vigil.alarms, record->id, word[chance(0.3)], 60,
                                 "nurse", now_s, NULL) == RSP_OK;
    }
}

/* A value of one sign is entered and marked, now and then the mark is taken back. */
static void mark_something(struct living *l)
{
    const char *sign = rsp_vital_id(chance(0.5) ? RSP_VITAL_SPO2 : RSP_VITAL_HR);
    const int64_t reading = put(l, "reading",
        json_pack("{s:I, s:f, s:s, s:s}", "order", l->order, "at_s",
            chance(0.8) ? (double)l->clinic.now_s - floor(60 * uniform()) : 0.0, "source", "monitor-1",
            "values", "{\"spo2_pct\":80,\"hr_per_min\":170}"));
    for (int word = 1; word >= (chance(0.2) ? 0 : 1); word--)
        (void)put(l, "reading_mark",
            json_pack("{s:I, s:I, s:s, s:b, s:s}", "order", l->order, "reading", (json_int_t)reading, "sign",
                sign, "artefact", word, "why_entered", "the clip was off"));
}

static void give_something(struct living *l)
{
    json_t *body =
        json_pack("{s:I, s:s, s:s, s:s, s:f, s:f}", "order", l->order, "name", "ondansetron", "use", "rescue",
            "route", "iv", "dose_mg", 4.0, "at_s", (double)l->clinic.now_s - floor(200 * uniform()));
    if (chance(0.2))
        (void)json_object_set_new(body, "withdrawn", json_true());
    (void)put(l, "bedside_medicine", body);
}

static void step(struct living *l)
{
    l->vigil.sample = l->sample;
    l->system.caller.now = clinic_stamp(&l->clinic);
    struct rsp_alarm_input input = rsp_vigil_input(&l->vigil, (double)l->clinic.now_s);
    input.cause[RSP_CAUSE_OVERDUE] = chance(0.2);
    rsp_alarms_step(&l->vigil.config, &l->vigil.alarms, &input, &l->changes);
    if (l->changes.n > 0 || l->vigil.told)
        ck_assert_int_eq(rsp_vigil_keep(&l->system.call, &l->vigil, &l->changes), RSP_OK);
}

/* The server was away for some minutes. */
static void interrupt(struct living *l)
{
    struct rsp_alarms *kept = malloc(sizeof *kept);
    *kept = l->vigil.alarms;
    l->clinic.now_s += 60 + (int64_t)(600 * uniform());
    rsp_alarms_resume(&l->vigil.config, kept, (double)l->clinic.now_s, &l->vigil.alarms, NULL);
    l->vigil.told = true;
    free(kept);
}

static void begin_session(struct living *l, int number)
{
    static const struct rsp_signed_limit shipped[] = {{"sbp_twice_mmhg", 180}, {"dbp_twice_mmhg", 110},
        {"sbp_once_mmhg", 200}, {"dbp_once_mmhg", 120}, {"hr_high_per_min", 120}, {"spo2_low_pct", 92},
        {"rr_low_per_min", 8}, {"hr_low_per_min", 45}, {"sbp_low_mmhg", 90}};
    double baseline[RSP_N_VITAL];
    const struct rsp_stamp now = clinic_stamp(&l->clinic);
    for (int v = 0; v < RSP_N_VITAL; v++)
        baseline[v] = v == RSP_VITAL_SBP ? 125 : NAN;
    ck_assert_int_eq(rsp_system_begin(l->clinic.service, &now, "test", &l->system, &l->system.own), RSP_OK);
    l->vigil = (struct rsp_vigil){.order = FIRST_ORDER + number,
        .person = l->patient[number % N_PATIENT],
        .configured = true,
        .begun_s = (double)l->clinic.now_s};
    l->order = FIRST_ORDER + number;
    for (int v = 0; v < RSP_N_VITAL; v++)
        l->vigil.first_s[v] = v == RSP_VITAL_SPO2 || v == RSP_VITAL_HR ? l->vigil.begun_s : NAN;
    ck_assert_int_eq(rsp_alarm_config_make(l->book, sizeof shipped / sizeof *shipped, shipped, baseline,
                         &l->vigil.config, &l->system.own),
        RSP_OK);
    rsp_alarms_begin(&l->vigil.config, &l->vigil.alarms);
}

/* One session of an hour or two. */
static void live(struct living *l, int number)
{
    const int steps = 120 + (int)(240 * uniform());
    double spo2 = 96, hr = 90;
    begin_session(l, number);
    if (chance(0.7))
        put_visit(l, (int)(N_CHAIR * uniform()), chance(0.2) ? "cancelled" : "arrived");
    if (chance(0.8))
        put_binding(l, "monitor-1", true);
    l->clinic.now_s += 60;
    int64_t started = put_event(l, "started", 0, 0);
    if (chance(0.2))
        started = put_event(l, "started", 45, started); /* it was a little earlier */
    for (int i = 0; i < steps; i++) {
        l->clinic.now_s += STEP_S;
        spo2 += 6 * (uniform() - 0.5) + 0.1 * (95 - spo2);
        hr += 20 * (uniform() - 0.5) + 0.05 * (95 - hr);
        if (!chance(0.1)) {
            add_sample(l, RSP_VITAL_SPO2, fmin(100, round(spo2)));
            add_sample(l, RSP_VITAL_HR, round(hr));
        }
        if (i % 30 == 0) {
            add_sample(l, RSP_VITAL_SBP, 120 + round(95 * uniform()));
            add_sample(l, RSP_VITAL_DBP, 70 + round(30 * uniform()));
        }
        answer_alarms(l);
        if (chance(0.01))
            mark_something(l);
        if (chance(0.005))
            give_something(l);
        if (chance(0.01))
            (void)put_event(l, "rate", floor(100 * uniform()), 0);
        if (chance(0.01))
            put_binding(l, chance(0.5) ? "pump-1" : "monitor-1", chance(0.5));
        if (chance(0.002))
            interrupt(l);
        step(l);
    }
    if (chance(0.9)) {
        const int64_t home = put_event(l, "discharged", 0, 0);
        if (chance(0.1))
            (void)put_event(l, "undone", 0, home);
    }
    ck_assert_int_eq(rsp_system_end(&l->system, RSP_OK), RSP_OK);
}

static json_t *asked(
    struct living *l, const struct staff *who, const char *from, const char *to, int within_min)
{
    json_t *input = json_pack("{s:s, s:s, s:i}", "from", from, "to", to, "within_min", within_min);
    struct timespec before, after;
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    json_t *answer = done(&l->clinic, who, RSP_USE_alarm_statistics, json_incref(input));
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    (void)printf("%s to %s: %lld sessions, %lld alarms, %.3f s\n", from, to,
        (long long)json_integer_value(json_object_get(answer, "sessions")),
        (long long)json_integer_value(json_object_get(json_object_get(answer, "total"), "alarms")),
        (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9);
    return json_pack(
        "{s:o, s:o, s:I}", "asked", input, "answer", answer, "now_s", (json_int_t)l->clinic.now_s);
}

static const char *path;
static int n_session;

START_TEST(a_year_is_lived)
{
    static struct living l;
    struct staff physician;
    struct rsp_error err = {0};
    char file[600];
    clinic_open_at(&l.clinic, "year.db", 1767254400); /* 1 January 2026, 8 h UTC */
    hire(&l.clinic, "dr.keller", "physician", &physician);
    for (int i = 0; i < N_PATIENT; i++)
        ck_assert(rsp_person_read(new_patient(&l.clinic, &physician), &l.patient[i]));
    ck_assert_int_eq(rsp_rulebook_shipped(&l.book, &err), RSP_OK);
    for (int i = 0; i < n_session; i++) {
        live(&l, i);
        l.clinic.now_s += (int64_t)(6 * S_AN_HOUR * uniform());
    }
    ck_assert_int_eq(sign_in(&l.clinic, &physician, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_t *asks = json_array();
    (void)json_array_append_new(asks, asked(&l, &physician, "2026-01-01", "2026-12-31", 5));
    (void)json_array_append_new(asks, asked(&l, &physician, "2026-01-02", "2026-01-03", 2));
    (void)json_array_append_new(asks, asked(&l, &physician, "2026-01-01", "2026-01-01", 60));
    (void)snprintf(file, sizeof file, "%s.json", path);
    ck_assert_int_eq(json_dump_file(asks, file, JSON_COMPACT), 0);
    json_decref(asks);
    clinic_close(&l.clinic);
    ck_assert_int_eq(rename(l.clinic.path, path), 0);
    rsp_rulebook_free(l.book);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {a_year_is_lived};
    if (argc != 4) {
        (void)fprintf(stderr, "alarm_year PATH N SEED\n");
        return EXIT_FAILURE;
    }
    path = argv[1];
    n_session = (int)strtol(argv[2], NULL, 10);
    seed = strtoull(argv[3], NULL, 10);
    return run_tests("alarm year", 1, tests);
}
