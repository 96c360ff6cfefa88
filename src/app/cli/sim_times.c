#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "simulation.h"

enum { MAX_TEXT = 1 << 16 };
#define MOST_H 876600.0 /* 100 years: beyond it a slip is certain */

#define EXPECTED                                                                                             \
    "write 'START:END:STEP UNIT' or 'T1,T2,... UNIT' with unit min, h, d or wk, such as '0:240:10 min'"

static const struct {
    const char *name;
    double hours;
} units[] = {{"min", RSP_H_PER_MIN}, {"h", 1}, {"d", RSP_H_PER_D}, {"wk", 7 * RSP_H_PER_D}};

void rsp_sim_times_free(struct rsp_sim_times *times)
{
    free(times->value);
    free(times->hour);
    *times = (struct rsp_sim_times){0};
}

static rsp_status find_unit(const char *text, struct rsp_sim_times *times, struct rsp_error *err)
{
    struct rsp_unit unit;

    if (*text == '\0')
        return rsp_error_set(err, RSP_E_UNIT, "", "the times have no unit: " EXPECTED);
    RSP_TRY(rsp_unit_parse(text, &unit, err));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit.text, units[i].name) != 0 && strcmp(text, units[i].name) != 0)
            continue;
        snprintf(times->unit, sizeof times->unit, "%s", units[i].name);
        times->unit_h = units[i].hours;
        return RSP_OK;
    }
    return rsp_error_set(err, RSP_E_UNIT, "", "'%.20s' is no unit of the times: " EXPECTED, text);
}

static rsp_status allocate(struct rsp_sim_times *times, size_t n, struct rsp_error *err)
{
    times->n = n;
    times->value = malloc((n + 1) * sizeof *times->value);
    times->hour = malloc((n + 1) * sizeof *times->hour);
    if (times->value == NULL || times->hour == NULL) {
        rsp_sim_times_free(times);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    return RSP_OK;
}

static void fill(struct rsp_sim_times *times, double start, double step)
{
    for (size_t i = 0; i < times->n; i++) {
        times->value[i] = start + (double)i * step;
        times->hour[i] = times->value[i] * times->unit_h;
    }
}

/* "START:END:STEP" */
static rsp_status grid(char *text, struct rsp_sim_times *times, struct rsp_error *err)
{
    double number[3];

    for (int i = 0; i < 3; i++) {
        char *colon = strchr(text, ':');
        if ((colon == NULL) != (i == 2))
            return rsp_error_set(err, RSP_E_SYNTAX, "", "a grid has three numbers: " EXPECTED);
        if (colon != NULL)
            *colon = '\0';
        RSP_TRY(rsp_number_parse(text, &number[i], err));
        text = colon != NULL ? colon + 1 : text;
    }
    const double start = number[0], end = number[1], step = number[2];
    if (!(step > 0) || !(end >= start))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "", "END must not lie before START and STEP must be positive");
    /* A step that divides the span up to rounding includes its end. */
    const double n = floor((end - start) / step * (1 + 1e-12) + 1e-9) + 1;
    if (!(n <= RSP_SIM_MAX_TIME))
        return rsp_error_set(
            err, RSP_E_LIMIT, "", "more than %d times: take a longer step", RSP_SIM_MAX_TIME);
    RSP_TRY(allocate(times, (size_t)n, err));
    fill(times, start, step);
    return RSP_OK;
}

/* "T1,T2,..." */
static rsp_status list(char *text, struct rsp_sim_times *times, struct rsp_error *err)
{
    size_t n = 1;

    for (const char *c = text; *c != '\0'; c++)
        n += *c == ',';
    RSP_TRY(allocate(times, n, err));
    for (size_t i = 0; i < n; i++) {
        char *comma = strchr(text, ',');
        if (comma != NULL)
            *comma = '\0';
        const rsp_status status = rsp_number_parse(text + strspn(text, " "), &times->value[i], err);
        if (status != RSP_OK) {
            rsp_sim_times_free(times);
            return status;
        }
        times->hour[i] = times->value[i] * times->unit_h;
        text = comma != NULL ? comma + 1 : text;
    }
    return RSP_OK;
}

static rsp_status parse(const char *text, struct rsp_sim_times *times, struct rsp_error *err)
{
    char copy[MAX_TEXT];
    size_t length = strlen(text);

    while (length > 0 && text[length - 1] == ' ')
        length--;
    if (length == 0 || length >= sizeof copy)
        return rsp_error_set(err, RSP_E_SYNTAX, "", "no times, or too many in one text: " EXPECTED);
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (strchr(copy, ';') != NULL)
        return rsp_error_set(
            err, RSP_E_SYNTAX, "", "'%.40s' contains a semicolon: separate the times with commas", text);
    char *unit = copy + length;
    while (unit > copy && strchr("0123456789. ,:", unit[-1]) == NULL)
        unit--;
    RSP_TRY(find_unit(unit, times, err));
    while (unit > copy && unit[-1] == ' ')
        unit--;
    *unit = '\0';
    RSP_TRY(strchr(copy, ':') != NULL ? grid(copy, times, err) : list(copy, times, err));
    for (size_t i = 0; i < times->n; i++) {
        if (times->value[i] >= 0 && times->hour[i] <= MOST_H)
            continue;
        const bool negative = times->value[i] < 0;
        rsp_sim_times_free(times);
        return negative ? rsp_error_set(err, RSP_E_DOMAIN, "",
                              "a time is negative: time 0 is the start, doses say when with 'at'")
                        : rsp_error_set(err, RSP_E_LIMIT, "",
                              "a time lies more than 100 years (876600 h) after the start");
    }
    return RSP_OK;
}

rsp_status rsp_sim_times_parse(const char *text, struct rsp_sim_times *times, struct rsp_error *err)
{
    struct rsp_sim_times read = {0};

    const rsp_status status = parse(text, &read, err);
    if (status != RSP_OK) {
        rsp_error_place(err, "--times", 0);
        return status;
    }
    *times = read;
    return RSP_OK;
}

rsp_status rsp_sim_times_default(double end_h, bool slow, struct rsp_sim_times *times, struct rsp_error *err)
{
    /* Longest span of a row in h, its step and its unit: at most about 150 points. */
    static const struct {
        double span_h, step;
        size_t unit;
    } rows[] = {{2, 2, 0}, {8, 5, 0}, {13, 10, 0}, {25, 15, 0}, {50, 30, 0}, {150, 2, 1}, {350, 6, 1},
        {700, 12, 1}, {2500, 1, 2}, {INFINITY, 7, 2}};
    enum { AFTER_H = 24, SLOW_AFTER_D = 60 };
    const double span_h = end_h + (slow ? SLOW_AFTER_D * RSP_H_PER_D : end_h <= 3 ? 6 : AFTER_H);
    size_t i = 0;

    while (span_h > rows[i].span_h)
        i++;
    *times = (struct rsp_sim_times){.unit_h = units[rows[i].unit].hours};
    snprintf(times->unit, sizeof times->unit, "%s", units[rows[i].unit].name);
    const double n = ceil(span_h / times->unit_h / rows[i].step) + 1;
    if (!(n <= RSP_SIM_MAX_TIME))
        return rsp_error_set(err, RSP_E_LIMIT, "", "the doses last too long: give --times");
    RSP_TRY(allocate(times, (size_t)n, err));
    fill(times, 0, rows[i].step);
    return RSP_OK;
}
