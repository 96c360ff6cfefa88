#include "app/device/course.h"

#include <math.h>
#include <stdlib.h>

enum { S_A_MIN = 60, S_AN_HOUR = 3600 };

const char *const rsp_follow_names[] = {
#define RSP_X(name, text, unit) text,
    RSP_FOLLOW_LIST(RSP_X)
#undef RSP_X
        NULL};

static const struct {
    const char *name;
    double percentile;
} band[RSP_COURSE_BANDS] = {{"p05", 5}, {"p25", 25}, {"p50", 50}, {"p75", 75}, {"p95", 95}};

/* ---- reading ---- */

static rsp_status read_numbers(const json_t *array, size_t n, double **numbers, struct rsp_error *err)
{
    if (!json_is_array(array) || json_array_size(array) != n)
        return rsp_error_set(err, RSP_E_SYNTAX, "forecast",
            "a curve of the forecast has times and values that differ in number");
    *numbers = calloc(n + 1, sizeof **numbers);
    if (*numbers == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for the forecast");
    for (size_t i = 0; i < n; i++) {
        const json_t *number = json_array_get(array, i);
        if (!json_is_number(number) && !json_is_null(number))
            return rsp_error_set(err, RSP_E_SYNTAX, "forecast", "a curve of the forecast holds no number");
        (*numbers)[i] = json_is_null(number) ? NAN : json_number_value(number); /* not foretold there */
    }
    return RSP_OK;
}

/* A forecast of one person alone has the middle and no bands. */
static rsp_status read_curve(
    const json_t *said, double zero_s, struct rsp_device_curve *curve, struct rsp_error *err)
{
    const json_t *minutes = json_object_get(said, "time_min"), *middle = json_object_get(said, "p50");
    if (minutes == NULL || json_is_null(said))
        return RSP_OK; /* not foretold for this person */
    curve->n = json_array_size(minutes);
    RSP_TRY(read_numbers(minutes, curve->n, &curve->time_s, err));
    for (size_t i = 0; i < curve->n; i++)
        curve->time_s[i] = zero_s + curve->time_s[i] * S_A_MIN;
    for (size_t k = 0; k < RSP_COURSE_BANDS; k++) {
        const json_t *edge = json_object_get(said, band[k].name);
        RSP_TRY(read_numbers(json_is_array(edge) ? edge : middle, curve->n, &curve->band[k], err));
    }
    return RSP_OK;
}

rsp_status rsp_device_course_read(const json_t *said, struct rsp_device_course *course, struct rsp_error *err)
{
    rsp_status status = RSP_OK;
    const json_t *forecast = json_object_get(said, "forecast");
    const double zero_s = json_number_value(json_object_get(forecast, "begun_s")) +
                          json_number_value(json_object_get(forecast, "from_h")) * S_AN_HOUR;
    *course = (struct rsp_device_course){.asked_s = json_number_value(json_object_get(said, "asked_s")),
        .rate_ml_per_h = json_number_value(json_object_get(said, "rate_ml_per_h")),
        .given_ml = json_number_value(json_object_get(said, "given_ml"))};
    for (size_t k = 0; k < RSP_COURSE_CURVES; k++)
        RSP_TRY_DONE(
            read_curve(json_object_get(forecast, rsp_follow_names[k]), zero_s, &course->curve[k], err));
done:
    if (status != RSP_OK)
        rsp_device_course_clear(course);
    return status;
}

void rsp_device_course_clear(struct rsp_device_course *course)
{
    for (size_t k = 0; k < RSP_COURSE_CURVES; k++) {
        free(course->curve[k].time_s);
        for (size_t i = 0; i < RSP_COURSE_BANDS; i++)
            free(course->curve[k].band[i]);
    }
    *course = (struct rsp_device_course){.asked_s = 0};
}

/* ---- following ---- */

static double between(double x, double x0, double x1, double y0, double y1)
{
    return x1 > x0 ? y0 + (y1 - y0) * (x - x0) / (x1 - x0) : y0;
}

static double in_bands(const struct rsp_device_curve *curve, double percentile, size_t i)
{
    size_t k = 0;
    while (k + 2 < RSP_COURSE_BANDS && percentile > band[k + 1].percentile)
        k++;
    return between(
        percentile, band[k].percentile, band[k + 1].percentile, curve->band[k][i], curve->band[k + 1][i]);
}

static double on_curve(const struct rsp_device_curve *curve, double percentile, double unix_s)
{
    if (curve->n == 0 || unix_s < curve->time_s[0] || unix_s > curve->time_s[curve->n - 1])
        return 0;
    size_t low = 0, high = curve->n - 1;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (curve->time_s[middle] <= unix_s)
            low = middle;
        else
            high = middle;
    }
    const double found = between(unix_s, curve->time_s[low], curve->time_s[high],
        in_bands(curve, percentile, low), in_bands(curve, percentile, high));
    return isfinite(found) ? found : 0;
}

double rsp_device_course_at(
    const struct rsp_device_course *course, enum rsp_follow what, double percentile, double unix_s)
{
    switch (what) {
    case RSP_FOLLOW_RATE:
        return course->rate_ml_per_h;
    case RSP_FOLLOW_VOLUME:
        return course->given_ml + course->rate_ml_per_h * (unix_s - course->asked_s) / S_AN_HOUR;
    case RSP_FOLLOW_SBP_RISE:
    case RSP_FOLLOW_DISSOCIATION:
    case RSP_FOLLOW_LEVEL:
    case RSP_N_FOLLOW:
        break;
    }
    return (size_t)what < RSP_COURSE_CURVES ? on_curve(&course->curve[what], percentile, unix_s) : 0;
}
