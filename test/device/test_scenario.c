/* Simulated devices: what a scenario says is what the parser reads in their messages. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/device/scenario.h"
#include "exchange/observed.h"

static const int64_t start_ms = 1795970700000; /* 2026-11-29T16:45:00Z */
enum { S = 1000, MIN = 60000 };

static struct rsp_scenario *scenario_of(const char *text)
{
    struct rsp_scenario *scenario = NULL;
    struct rsp_error err = {0};
    const rsp_status status = rsp_scenario_parse(text, strlen(text), "s.yaml", &scenario, &err);
    ck_assert_msg(status == RSP_OK, "%s (line %d, %s)\n%s", err.message, err.line, err.field, text);
    return scenario;
}

#define HEAD "name: t\npatient: P1\nlength: 10 min\ndevices:\n"
#define MONITOR                                                                                              \
    HEAD "  - id: M\n    kind: monitor\n    every: 5 s\n    signs:\n"                                        \
         "      heart_rate: {trend: {1 min: 60, 5 min: 100, 8 min: 70}, decimals: 2}\n"                      \
         "      spo2: {trend: {0 min: 97}, every: 10 s}\n"

/* What the message at a time shows; the caller frees the rows. */
static bool message_at(const char *text, int64_t at_ms, struct rsp_observed_list *list, int *n_copy)
{
    struct rsp_scenario *scenario = scenario_of(text);
    struct rsp_scenario_play play;
    struct rsp_scenario_message message;
    bool found = false;
    rsp_scenario_begin(&play, scenario, 1, start_ms);
    while (rsp_scenario_next(&play, &message)) {
        ck_assert(rsp_scenario_write(&play, &message));
        if (message.at_ms == at_ms) {
            struct rsp_hl7 *hl7 = NULL;
            struct rsp_error err = {0};
            ck_assert_msg(rsp_hl7_parse(message.text.data, message.text.length, &hl7, &err) == RSP_OK, "%s",
                err.message);
            ck_assert_msg(rsp_observed_read(hl7, list, &err) == RSP_OK, "%s", err.message);
            rsp_hl7_free(hl7);
            *n_copy = message.n_copy;
            found = true;
        }
        rsp_buf_free(&message.text);
    }
    rsp_scenario_free(scenario);
    return found;
}

static const struct rsp_observed *row_of(const struct rsp_observed_list *list, enum rsp_observed_sign sign)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->row[i].sign == sign)
            return &list->row[i];
    return NULL;
}

/* By hand, on the straight lines of MONITOR. */
static const struct {
    int64_t at_ms;
    double heart_rate;
} line[] = {{0, 60}, {1 * MIN, 60}, {2 * MIN, 70}, {3 * MIN + 30 * S, 85}, {5 * MIN, 100}, {6 * MIN, 90},
    {8 * MIN, 70}, {10 * MIN, 70}};

START_TEST(a_trend_is_read_back_from_the_messages)
{
    for (size_t i = 0; i < sizeof line / sizeof line[0]; i++) {
        struct rsp_observed_list list = {0};
        int n_copy = 0;
        ck_assert(message_at(MONITOR, line[i].at_ms, &list, &n_copy));
        const struct rsp_observed *row = row_of(&list, RSP_OBSERVED_HEART_RATE);
        ck_assert_int_eq(row->kind, RSP_OBSERVED_VALUE);
        ck_assert_double_eq_tol(row->value, line[i].heart_rate, 0.005 + 1e-9);
        ck_assert(row->at.given && row->at.has_zone);
        ck_assert_int_eq(row->at.wall_ms, start_ms + line[i].at_ms);
        ck_assert_str_eq(row->device, "M");
        ck_assert_str_eq(row->patient, "P1");
        ck_assert_int_eq(n_copy, 1);
        rsp_observed_free(&list);
    }
}
END_TEST

START_TEST(a_device_may_be_at_another_patient)
{
    struct rsp_observed_list list = {0};
    int n_copy = 0;
    ck_assert(message_at(HEAD
        "  - {id: M, kind: monitor, patient: P2, every: 5 s, signs: {spo2: {trend: {0 min: 97}}}}\n",
        5 * S, &list, &n_copy));
    ck_assert_str_eq(row_of(&list, RSP_OBSERVED_SPO2)->patient, "P2");
    rsp_observed_free(&list);
}
END_TEST

START_TEST(a_sign_may_come_with_every_second_message)
{
    for (int k = 0; k < 4; k++) {
        struct rsp_observed_list list = {0};
        int n_copy = 0;
        ck_assert(message_at(MONITOR, k * 5 * S, &list, &n_copy));
        ck_assert((row_of(&list, RSP_OBSERVED_SPO2) != NULL) == (k % 2 == 0));
        rsp_observed_free(&list);
    }
}
END_TEST

static const char pump[] =
    HEAD "  - id: P\n    kind: pump\n    every: 10 s\n    signs:\n"
         "      pump_rate_now: {steps: {0 min: 60, 2 min: 0, 270 s: 30, 9 min: 120}}\n"
         "      pump_volume: {sum_of: pump_rate_now}\n      pump_dose_rate_by_weight: {steps: {0 min: 0.3}}\n"
         "      pump_dose_rate: {steps: {0 min: 20}}\n";

/* Second method: the rate summed up second by second. */
START_TEST(a_volume_is_the_sum_of_what_flowed)
{
    struct rsp_scenario *scenario = scenario_of(pump);
    double sum_ml = 0;
    for (int64_t s = 0; s <= 600; s++) {
        ck_assert_double_eq_tol(rsp_scenario_value(&scenario->device[0], 1, s * S), sum_ml, 1e-9);
        sum_ml += rsp_scenario_value(&scenario->device[0], 0, s * S) /
                  3600; /* a step holds for the second that follows */
    }
    rsp_scenario_free(scenario);
    struct rsp_observed_list list = {0};
    int n_copy = 0;
    ck_assert(message_at(pump, 1 * MIN, &list, &n_copy));
    ck_assert_double_eq_tol(row_of(&list, RSP_OBSERVED_PUMP_VOLUME)->value, 1, 1e-9);
    ck_assert_double_eq_tol(row_of(&list, RSP_OBSERVED_PUMP_DOSE_RATE)->value, 20, 1e-9);
    ck_assert_double_eq_tol(
        row_of(&list, RSP_OBSERVED_PUMP_DOSE_RATE_BY_WEIGHT)->value, 0.3, 1e-9); /* sent in mcg/kg/min */
    rsp_observed_free(&list);
}
END_TEST

#define EVENT(text) MONITOR "    events:\n      - {" text "}\n"

START_TEST(what_goes_wrong_goes_wrong_for_its_time)
{
    struct rsp_observed_list list = {0};
    int n_copy = 0;
    const char *dropout = EVENT("at: 2 min, for: 20 s, what: dropout");
    ck_assert(message_at(dropout, 2 * MIN - 5 * S, &list, &n_copy));
    rsp_observed_free(&list);
    ck_assert(!message_at(dropout, 2 * MIN, &list, &n_copy));
    ck_assert(!message_at(dropout, 2 * MIN + 15 * S, &list, &n_copy));
    ck_assert(message_at(dropout, 2 * MIN + 20 * S, &list, &n_copy));
    rsp_observed_free(&list);
    ck_assert(
        message_at(EVENT("at: 2 min, for: 2 min, what: flat, sign: heart_rate"), 3 * MIN, &list, &n_copy));
    ck_assert_double_eq_tol(row_of(&list, RSP_OBSERVED_HEART_RATE)->value, 70, 1e-9);
    rsp_observed_free(&list);
    ck_assert(message_at(EVENT("at: 2 min, what: missing, sign: heart_rate"), 10 * MIN, &list, &n_copy));
    ck_assert_int_eq(row_of(&list, RSP_OBSERVED_HEART_RATE)->kind, RSP_OBSERVED_NONE);
    ck_assert_int_eq(row_of(&list, RSP_OBSERVED_SPO2)->kind, RSP_OBSERVED_VALUE);
    rsp_observed_free(&list);
    ck_assert(message_at(
        EVENT("at: 2 min, what: artefact, sign: heart_rate, value: 300"), 3 * MIN, &list, &n_copy));
    ck_assert_double_eq_tol(row_of(&list, RSP_OBSERVED_HEART_RATE)->value, 300, 1e-9);
    rsp_observed_free(&list);
    ck_assert(message_at(EVENT("at: 2 min, what: clock, by: -1 h"), 3 * MIN, &list, &n_copy));
    ck_assert_int_eq(list.row[1].at.wall_ms, start_ms + 3 * MIN - 60 * MIN);
    rsp_observed_free(&list);
    ck_assert(message_at(EVENT("at: 2 min, what: no_clock"), 3 * MIN, &list, &n_copy));
    ck_assert(!list.row[1].at.given);
    rsp_observed_free(&list);
    ck_assert(message_at(EVENT("at: 2 min, for: 1 min, what: twice"), 2 * MIN, &list, &n_copy));
    ck_assert_int_eq(n_copy, 2);
    rsp_observed_free(&list);
}
END_TEST

static const char noisy[] =
    "name: t\nlength: 10 h\ndevices:\n  - id: M\n    kind: monitor\n    every: 1 s\n    signs:\n"
    "      heart_rate: {trend: {0 min: 100}, noise: 4, decimals: 4}\n      spo2: {trend: {0 min: 99.5}, "
    "noise: 3}\n";

/* All the text of a scenario; caller frees. */
static struct rsp_buf whole(const char *text, uint64_t seed)
{
    struct rsp_scenario *scenario = scenario_of(text);
    struct rsp_scenario_play play;
    struct rsp_scenario_message message;
    struct rsp_buf all;
    rsp_buf_init(&all, 64u << 20);
    rsp_scenario_begin(&play, scenario, seed, start_ms);
    while (rsp_scenario_next(&play, &message)) {
        ck_assert(rsp_scenario_write(&play, &message));
        rsp_buf_add(&all, message.text.data, message.text.length);
        rsp_buf_free(&message.text);
    }
    rsp_scenario_free(scenario);
    ck_assert(!all.failed);
    return all;
}

/* Mean and variance of 36,000 normal numbers; 4 standard errors. */
START_TEST(noise_has_the_size_that_is_asked_for_and_depends_on_the_seed_alone)
{
    struct rsp_buf first = whole(noisy, 1), again = whole(noisy, 1), other = whole(noisy, 2);
    double n = 0, sum = 0, squares = 0, most_spo2 = 0;
    ck_assert_str_eq(first.data, again.data);
    ck_assert_str_ne(first.data, other.data);
    char *const end = first.data + first.length;
    for (char *segment = first.data, *stop; segment < end; segment = stop + 1) {
        if ((stop = memchr(segment, '\r', (size_t)(end - segment))) == NULL)
            stop = end;
        *stop = '\0';
        const char *at =
            strstr(segment, "|1.1.1."); /* in the whole text each search would take its length anew */
        if (at == NULL)
            continue;
        const double value = strtod(strchr(at + 1, '|') + 1, NULL);
        if (at[7] == '2') {
            most_spo2 = value > most_spo2 ? value : most_spo2;
            continue;
        }
        n++;
        sum += value - 100;
        squares += (value - 100) * (value - 100);
    }
    ck_assert_double_eq(n, 36001);
    ck_assert_double_eq_tol(sum / n, 0, 4 * 4 / sqrt(n));
    ck_assert_double_eq_tol(squares / n, 16, 4 * 16 * sqrt(2 / n));
    ck_assert_double_eq(most_spo2, 100);
    rsp_buf_free(&first);
    rsp_buf_free(&again);
    rsp_buf_free(&other);
}
END_TEST

static const struct {
    const char *text, *word;
    int line;
} wrong[] = {
    {"length: 1 min\ndevices: []\n", "name", 0},
    {"name: t\nlength: 1 min\n", "devices", 0},
    {"name: t\nlength: 1 mg\ndevices: []\n", "time", 2},
    {"name: t\nlength: 2 d\ndevices: []\n", "24 h", 2},
    {"name: t\nlength: 0 min\ndevices: []\n", "no time", 2},
    {"name: t\nlength: 1 min\nspeed: 2\ndevices: []\n", "speed", 3},
    {"name: t\npatient: a|b\nlength: 1 min\ndevices: []\n", "letters, digits", 2},
    {HEAD "  - {id: M, kind: robot, every: 5 s, signs: {spo2: {trend: {0 min: 97}}}}\n", "monitor or pump",
        5},
    {HEAD "  - {id: M, kind: pump, every: 0.05 s, signs: {spo2: {trend: {0 min: 97}}}}\n", "100 ms", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s}\n", "'signs'", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {hart_rate: {trend: {0 min: 97}}}}\n", "heart_rate", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {}}}\n", "'trend'", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {trend: {0 min: 97}, steps: {0 min: 97}}}}\n",
        "one of", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {trend: {97: 97}}}}\n", "unit", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {trend: {11 min: 97}}}}\n",
        "within the scenario", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {trend: {2 min: 97, 1 min: 96}}}}\n",
        "later than", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {trend: {0 min: -1}}}}\n", "below 0", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {trend: {0 min: 97}, every: 7 s}}}\n",
        "multiple", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {pump_volume: {sum_of: pump_rate}}}\n", "stands above",
        5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {spo2: {trend: {0 min: 9}}, pump_volume: {sum_of: "
          "spo2}}}\n",
        "sums up a rate", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {systolic: {follows: {of: mood}}}}\n", "sbp_rise", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {systolic: {follows: {of: rate}}}}\n", "the forecast",
        5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {pump_rate: {follows: {of: volume}}}}\n",
        "the forecast", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {pump_rate: {follows: {of: level}}}}\n", "the forecast",
        5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {systolic: {follows: {of: level, percentile: 99}}}}\n",
        "5 to 95", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {systolic: {follows: {of: level, times: .nan}}}}\n",
        "times", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {systolic: {follows: {of: level, times: 1000}}}}\n",
        "factor", 5},
    {HEAD
        "  - {id: M, kind: pump, every: 5 s, signs: {pump_rate: {follows: {of: rate}}, pump_volume: {sum_of: "
        "pump_rate}}}\n",
        "follows no session", 5},
    {HEAD "  - {id: M, kind: pump, every: 5 s, signs: {systolic: {trend: {0 min: 9}, steps: {0 min: 9}, "
          "follows: "
          "{of: level}}}}\n",
        "one of", 5},
    {EVENT("at: 11 min, what: dropout"), "outside", 0},
    {EVENT("at: 1 min, what: explosion"), "dropout, flat", 0},
    {EVENT("at: 1 min, for: 0 s, what: dropout"), "no time", 0},
    {EVENT("at: 1 min, what: flat"), "sign", 0},
    {EVENT("at: 1 min, what: flat, sign: systolic"), "no such sign", 0},
    {EVENT("at: 1 min, what: dropout, sign: spo2"), "not to one of its signs", 0},
    {EVENT("at: 1 min, what: artefact, sign: spo2"), "value", 0},
    {EVENT("at: 1 min, what: clock"), "by", 0},
    {EVENT("at: 1 min, what: twice, by: 1 min"), "belongs to", 0},
};

START_TEST(a_scenario_that_makes_no_sense_is_refused)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rsp_scenario *scenario = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(
            rsp_scenario_parse(wrong[i].text, strlen(wrong[i].text), "s.yaml", &scenario, &err) != RSP_OK,
            "%s", wrong[i].text);
        ck_assert_ptr_null(scenario);
        ck_assert_msg(strstr(err.message, wrong[i].word) != NULL || strstr(err.field, wrong[i].word) != NULL,
            "%s -> %s: %s", wrong[i].text, err.field, err.message);
        ck_assert_msg(
            wrong[i].line == 0 || err.line == wrong[i].line, "%s -> line %d", wrong[i].text, err.line);
    }
}
END_TEST

RUN_TESTS("scenario", a_trend_is_read_back_from_the_messages, a_device_may_be_at_another_patient,
    a_sign_may_come_with_every_second_message, a_volume_is_the_sum_of_what_flowed,
    what_goes_wrong_goes_wrong_for_its_time,
    noise_has_the_size_that_is_asked_for_and_depends_on_the_seed_alone,
    a_scenario_that_makes_no_sense_is_refused)
