#include "service/ground.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <respite/model.h>

#define ROUNDING_H 1e-6

static void measure_runs(size_t n, const struct rsp_dose dose[], struct rsp_regimen_shape *shape)
{
    double start_h = 0.0, end_h = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double from_h = dose[i].start_h, to_h = from_h + dose[i].duration_h;
        shape->course_d = fmax(shape->course_d, (to_h - dose[0].start_h) / RSP_H_PER_D);
        if (dose[i].duration_h <= 0.0)
            continue;
        if (from_h > end_h + ROUNDING_H)
            start_h = from_h;
        shape->infused_h += fmax(0.0, to_h - fmax(from_h, end_h));
        end_h = fmax(end_h, to_h);
        shape->longest_h = fmax(shape->longest_h, end_h - start_h);
    }
}

static size_t most_daily(size_t n, const struct rsp_dose dose[], const struct rsp_relief_domain *relief)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++) {
        size_t count = 0;
        for (size_t j = i; j < n; j++)
            if (dose[j].duration_h >= relief->daily_least_hours - ROUNDING_H &&
                dose[j].start_h < dose[i].start_h + relief->daily_within_d * RSP_H_PER_D)
                count++;
        most = count > most ? count : most;
    }
    return most;
}

static double first_session_h(size_t n, const struct rsp_dose dose[])
{
    double end_h = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!rsp_treatment_goes_on(end_h, dose[i].start_h))
            break;
        end_h = fmax(end_h, dose[i].start_h + dose[i].duration_h);
    }
    return end_h;
}

struct rsp_regimen_shape rsp_regimen_shape(
    size_t n, const struct rsp_dose dose[], const struct rsp_relief_domain *relief)
{
    struct rsp_regimen_shape shape = {.iv_only = true, .one_drug = true};
    if (n == 0)
        return shape;
    shape.drug = dose[0].drug;
    for (size_t i = 0; i < n; i++) {
        shape.iv_only = shape.iv_only && dose[i].route == RSP_ROUTE_IV;
        shape.one_drug = shape.one_drug && dose[i].drug == dose[0].drug;
    }
    measure_runs(n, dose, &shape);
    shape.n_daily = most_daily(n, dose, relief);
    shape.session_h = first_session_h(n, dose);
    return shape;
}

static void say(char *reason, size_t size, const char *fmt, ...) RSP_PRINTF(3, 4);
static void say(char *reason, size_t size, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    rsp_reason_join(reason, size, text);
}

static void join_part(char *reason, size_t size, const char *part, size_t length)
{
    const size_t used = strlen(reason);
    char one[400];
    if (length == 0 || length >= sizeof one || used + length + 3 > size)
        return;
    snprintf(one, sizeof one, "%.*s", (int)length, part);
    if (strstr(reason, one) == NULL)
        snprintf(reason + used, size - used, "%s%s", used > 0 ? "; " : "", one);
}

void rsp_reason_join(char *reason, size_t size, const char *more)
{
    while (more != NULL && *more != '\0') {
        const char *end = strstr(more, "; ");
        const size_t length = end != NULL ? (size_t)(end - more) : strlen(more);
        join_part(reason, size, more, length);
        more += length + (end != NULL ? strlen("; ") : 0);
    }
}

static enum rsp_ground worse(enum rsp_ground a, enum rsp_ground b)
{
    return a > b ? a : b;
}

static enum rsp_ground ground_of_regimen(
    const struct rsp_relief_domain *relief, const struct rsp_regimen_shape *shape, char *reason, size_t size)
{
    if (!shape->iv_only) {
        say(reason, size, "a route other than iv, while the model was fitted on one iv infusion of 100 h");
        return RSP_GROUND_NONE;
    }
    if (shape->infused_h > relief->longest_infusion_h + ROUNDING_H) {
        say(reason, size, "%.4g h of infusion, beyond any published course (%.3g h)", shape->infused_h,
            relief->longest_infusion_h);
        return RSP_GROUND_NONE;
    }
    const bool several = shape->infused_h > shape->longest_h + ROUNDING_H;
    if (shape->longest_h >= relief->near_infusion_h - ROUNDING_H && several)
        say(reason, size, "more than one infusion, while the model was fitted on one");
    if (shape->longest_h >= relief->fitted_low_h - ROUNDING_H &&
        shape->longest_h <= relief->fitted_high_h + ROUNDING_H)
        return several ? RSP_GROUND_NEAR : RSP_GROUND_FITTED;
    if (shape->longest_h >= relief->near_infusion_h - ROUNDING_H) {
        say(reason, size, "infusion of %.3g h instead of days around 100 h", shape->longest_h);
        return RSP_GROUND_NEAR;
    }
    if (shape->n_daily >= relief->daily_least_n && shape->course_d > relief->longest_course_d) {
        say(reason, size, "infusions over %.4g days, beyond any published course (%.3g days)",
            shape->course_d, relief->longest_course_d);
        return RSP_GROUND_NONE;
    }
    if (shape->n_daily >= relief->daily_least_n) {
        say(reason, size, "daily infusions of hours instead of one infusion of 100 h");
        return RSP_GROUND_NEAR;
    }
    say(reason, size, "short infusions, while the model was fitted on one infusion of 100 h");
    return RSP_GROUND_NONE;
}

enum rsp_ground rsp_ground_relief(
    const struct rsp_advising *a, double peak_ng_per_ml, char *reason, size_t size)
{
    const struct rsp_relief_domain *relief = &a->settings->relief;
    const struct rsp_regimen_shape shape = rsp_regimen_shape(a->n_dose, a->dose, relief);
    enum rsp_ground ground = RSP_GROUND_FITTED;
    reason[0] = '\0';
    if (!a->patient->has_condition || !relief->condition[a->patient->condition]) {
        say(reason, size, "%s, while the model was fitted in complex regional pain syndrome",
            a->patient->has_condition ? rsp_condition_text(a->patient->condition) : "no condition is given");
        ground = RSP_GROUND_NONE;
    }
    ground = worse(ground, ground_of_regimen(relief, &shape, reason, size));
    if (shape.drug != relief->drug || !shape.one_drug) {
        say(reason, size, "racemic ketamine counted as half esketamine");
        ground = worse(ground, RSP_GROUND_NEAR);
    }
    if (a->n_earlier > 0) {
        say(reason, size, "earlier infusions act with it, while the model was fitted on one first infusion");
        ground = worse(ground, RSP_GROUND_NEAR);
    }
    if (peak_ng_per_ml > relief->highest_level_ng_per_ml) {
        const bool far = peak_ng_per_ml > relief->far_level_ng_per_ml;
        say(reason, size, far ? "esketamine level far above %.3g ng/mL" : "esketamine level above %.3g ng/mL",
            relief->highest_level_ng_per_ml);
        ground = worse(ground, far ? RSP_GROUND_NONE : RSP_GROUND_NEAR);
    }
    return ground;
}

static bool fitted_in(const struct rsp_model_domain *domain, const struct rsp_patient *patient)
{
    for (size_t i = 0; patient->has_condition && i < domain->n_condition; i++)
        if (strcmp(domain->condition[i], rsp_condition_word(patient->condition)) == 0)
            return true;
    return domain->n_condition == 0;
}

/* "treatment_resistant_depression" is a word of files, not of people. */
static void plain_words(const char *const word[], size_t n, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", i > 0 ? " or " : "",
            strcmp(word[i], "healthy") == 0 ? "healthy people" : word[i]);
    }
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '_' ? ' ' : *c;
}

void rsp_ground_level(const struct rsp_advising *a, const struct rsp_model *model, char *reason, size_t size)
{
    const struct rsp_model_domain *domain = rsp_model_domain(model);
    const struct rsp_regimen_shape shape = rsp_regimen_shape(a->n_dose, a->dose, &a->settings->relief);
    const double low_h = domain->duration_h[0], high_h = domain->duration_h[1];
    reason[0] = '\0';
    if (low_h <= high_h && shape.longest_h > high_h + ROUNDING_H)
        say(reason, size, "infusion of %.3g h, while %s was fitted on %.3g to %.3g h", shape.longest_h,
            rsp_model_id(model), low_h, high_h);
    if (!fitted_in(domain, a->patient)) {
        char people[200];
        plain_words(domain->condition, domain->n_condition, people, sizeof people);
        say(reason, size, "%s was fitted in %s", rsp_model_id(model), people);
    }
}

enum rsp_ground rsp_ground_hours(
    const struct rsp_hours_domain *domain, double session_h, char *reason, size_t size)
{
    reason[0] = '\0';
    if (session_h <= domain->fitted_h + ROUNDING_H)
        return RSP_GROUND_FITTED;
    if (session_h <= domain->longest_h + ROUNDING_H) {
        say(reason, size, "session of %.3g h, studied for %.3g h", session_h, domain->fitted_h);
        return RSP_GROUND_NEAR;
    }
    say(reason, size, "session of %.3g h; the effect was studied for %.3g h only and tolerance is unknown",
        session_h, domain->fitted_h);
    return RSP_GROUND_NONE;
}
