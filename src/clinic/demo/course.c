/* What is given to a person, and what comes of it: relief by Dahan 2011 with one draw of its parameters, and a diary on top. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/fit.h>
#include <respite/model.h>
#include <respite/simulate.h>

#include "demo/demo_internal.h"
#include "estimate/diary_simulate.h"
#include "num/random.h"
#include "service/advising.h"
#include "service/model_doses.h"
#include "service/settings.h"

#define HOURS_A_DAY 24.0

/* The day of an appointment: sessions begin at nine. */
static const double first_hour_h = 9;

/* ---- sessions ---- */

static long weekday(const struct rsp_demo *demo, long day) /* 0: Monday; 1970-01-01 was a Thursday */
{
    const long n = (demo->today.day + day + 3) % 7;
    return n < 0 ? n + 7 : n;
}

/* The n-th day from `day` on which somebody comes: the clinic has no weekends. Today always counts, so that a
 * demonstration on a Sunday has patients too. */
static long working_day(const struct rsp_demo *demo, long day, long n)
{
    for (;; day++) {
        const bool open = weekday(demo, day) < 5 || day == 0;
        if (open && n-- == 0)
            return day;
    }
}

/* Amounts and rates to a tenth, as a pump takes them. */
static void write_dose(const struct rsp_dose *dose, char text[RSP_DEMO_DOSE_TEXT])
{
    const bool by_rate = dose->duration_h >= 1;
    const double value = by_rate ? dose->amount_mg / dose->duration_h : dose->amount_mg;
    const struct rsp_dose_text written = {.basis = by_rate ? RSP_DOSE_MG_PER_H : RSP_DOSE_MG,
        .value = round(value * 10) / 10,
        .drug = dose->drug,
        .route = dose->route,
        .duration_h = dose->duration_h,
        .n_repeat = 1};
    rsp_dose_text_format(&written, text, RSP_DEMO_DOSE_TEXT);
}

/* Short doses that are repeated daily are visits, which leave weekends out; everything else follows the clock. */
static rsp_status add_doses(struct rsp_demo *demo, struct rsp_demo_person *person, size_t course,
    const char *text, const struct rsp_protocol *protocol)
{
    struct rsp_dose_text parsed;
    struct rsp_dose dose[RSP_DEMO_SESSIONS];
    size_t n = 0;
    const long day = person->course[course].day;

    RSP_TRY(rsp_dose_text_parse(text, &parsed, demo->err));
    RSP_TRY(rsp_dose_text_expand(
        &parsed, person->weight_kg, RSP_DEMO_SESSIONS - person->n_session, dose, &n, demo->err));
    const bool stays = protocol != NULL && strcmp(protocol->setting, "inpatient") == 0;
    const bool visits = !stays && parsed.duration_h < HOURS_A_DAY;
    for (size_t i = 0; i < n; i++) {
        struct rsp_demo_session *session = &person->session[person->n_session++];
        const long after_d = (long)floor(dose[i].start_h / HOURS_A_DAY);
        if (protocol != NULL)
            rsp_dose_cap(protocol->cap_mg_per_h, protocol->cap_mg_per_day, &dose[i]);
        session->course = course;
        session->dose = dose[i];
        session->day = !visits                           ? day + after_d
                       : parsed.interval_h > HOURS_A_DAY ? working_day(demo, day + after_d, 0)
                                                         : working_day(demo, day, after_d);
        session->hour_h = first_hour_h + dose[i].start_h - HOURS_A_DAY * (double)after_d;
        session->duration_h = dose[i].duration_h;
        write_dose(&session->dose, session->text);
    }
    return RSP_OK;
}

/* ---- relief ---- */

struct truth {
    struct rsp_model *model;
    const double *column[16];
    size_t stride[16];
    double covariate[16], parameter[64];
    struct rsp_people people;
};

static int parameter_at(const struct rsp_model *model, const char *name)
{
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++)
        if (strcmp(rsp_model_parameter(model, i)->name, name) == 0)
            return (int)i;
    return -1;
}

static double covariate(const struct rsp_demo_person *person, const struct rsp_model_covariate *of)
{
    if (strcmp(of->name, "weight_kg") == 0)
        return person->weight_kg;
    if (strcmp(of->name, "age_y") == 0)
        return person->age_y;
    return of->reference;
}

/* One draw of all that differs between people, as a plan draws its copies. */
static rsp_status draw_truth(struct rsp_demo *demo, const struct rsp_demo_person *person, struct truth *truth)
{
    struct rsp_prediction_settings settings = {0};
    const size_t n = rsp_model_n_covariate(truth->model);

    RSP_CHECK_BUG(n <= 16 && rsp_model_n_parameter(truth->model) <= 64, demo->err);
    for (size_t i = 0; i < n; i++) {
        truth->covariate[i] = covariate(person, rsp_model_covariate(truth->model, i));
        truth->column[i] = &truth->covariate[i];
    }
    truth->people = (struct rsp_people){
        .n = 1, .first_id = person->number, .covariate = truth->column, .stride = truth->stride};
    rsp_status status = rsp_prediction_settings_read(&settings, demo->err);
    const struct rsp_simulate_options drawn = {.seed = demo->options->seed,
        .variability = true,
        .uncertainty = RSP_UNCERTAINTY_PERSON,
        .n_extra = settings.n_extra,
        .extra = settings.extra,
        .n_thread = 1};
    if (status == RSP_OK)
        status = rsp_simulate_parameters(truth->model, &truth->people, &drawn, truth->parameter, demo->err);
    rsp_prediction_settings_free(&settings);
    truth->people.parameter = truth->parameter;
    return status;
}

static rsp_status answers(
    struct rsp_demo *demo, const struct rsp_demo_person *person, struct truth *truth, bool *yes)
{
    unsigned char in_class = 1;
    const struct rsp_simulate_options drawn = {
        .seed = demo->options->seed, .variability = true, .n_thread = 1};
    if (person->class == RSP_DEMO_DRAWN)
        RSP_TRY(rsp_simulate_classes(truth->model, &truth->people, &drawn, &in_class, demo->err));
    *yes = in_class != 0 && person->class != RSP_DEMO_NONE;
    return RSP_OK;
}

static rsp_status output_at(struct rsp_demo *demo, const struct truth *truth,
    const struct rsp_model_doses *doses, int output, size_t n, const double time_h[], double value[])
{
    const struct rsp_schedule schedule = {
        .n_dose = doses->n, .dose = doses->dose, .n_time = n, .time_h = time_h};
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    return rsp_simulate(truth->model, &truth->people, &schedule, 1, &output, &options, value, demo->err);
}

static rsp_status relief_at(struct rsp_demo *demo, const struct truth *truth,
    const struct rsp_model_doses *doses, size_t n, const double time_h[], double frac[])
{
    return output_at(
        demo, truth, doses, rsp_model_output_find(truth->model, "pain_relief_frac"), n, time_h, frac);
}

/* Who loses the response needs more from a course on: the same curve with another potency from there. */
static rsp_status add_loss(struct rsp_demo *demo, const struct rsp_demo_person *person, struct truth *truth,
    const struct rsp_model_doses *doses, size_t n, const double time_h[], double frac[])
{
    double later[RSP_DEMO_DAYS];
    if (person->class != RSP_DEMO_LOST || person->lost_from > person->n_course)
        return RSP_OK;
    const int potency = parameter_at(truth->model, "c50");
    RSP_CHECK_BUG(potency >= 0, demo->err);
    truth->parameter[potency] *= person->lost_factor;
    RSP_TRY(relief_at(demo, truth, doses, n, time_h, later));
    const double from_h = person->session[person->course[person->lost_from - 1].first].dose.start_h;
    for (size_t i = 0; i < n; i++)
        frac[i] = time_h[i] >= from_h ? later[i] : frac[i];
    return RSP_OK;
}

/* The truth about a person, and all that is given to them in the model's terms. */
static rsp_status meet(struct rsp_demo *demo, const struct rsp_demo_person *person, struct truth *truth,
    struct rsp_model_doses *doses)
{
    struct rsp_dose given[RSP_DEMO_SESSIONS];
    char reason[200] = "";
    for (size_t i = 0; i < person->n_session; i++)
        given[i] = person->session[i].dose;
    RSP_TRY(rsp_model_shipped("otto2021+dahan2011", &truth->model, demo->err));
    RSP_TRY(draw_truth(demo, person, truth));
    return rsp_model_doses_esketamine(person->n_session, given, true, doses, reason, demo->err);
}

static rsp_status relief(struct rsp_demo *demo, const struct rsp_demo_person *person, size_t n,
    const double time_h[], double frac[])
{
    struct truth truth = {0};
    struct rsp_model_doses doses = {0};
    bool yes = false;
    rsp_status status = RSP_OK;

    RSP_TRY_DONE(meet(demo, person, &truth, &doses));
    RSP_TRY_DONE(answers(demo, person, &truth, &yes));
    if (!yes)
        goto done; /* the drug has no slow effect: all zero */
    RSP_TRY_DONE(relief_at(demo, &truth, &doses, n, time_h, frac));
    RSP_TRY_DONE(add_loss(demo, person, &truth, &doses, n, time_h, frac));
done:
    free(doses.dose);
    rsp_model_free(truth.model);
    return status;
}

/* ---- levels ---- */

rsp_status rsp_demo_measure(struct rsp_demo *demo, const struct rsp_demo_person *person, size_t n,
    const double time_h[], size_t n_substance, const char *const substance[], double *level)
{
    struct truth truth = {0};
    struct rsp_model_doses doses = {0};
    const uint32_t stream = rsp_random_stream(RSP_STREAM_RESIDUAL, 0);
    rsp_status status = RSP_OK;

    RSP_TRY_DONE(meet(demo, person, &truth, &doses));
    for (size_t s = 0; s < n_substance; s++) {
        const int output = rsp_model_output_find(truth.model, substance[s]);
        double *row = level + s * n;
        RSP_TRY_DONE(output_at(demo, &truth, &doses, output, n, time_h, row));
        for (size_t i = 0; i < n; i++)
            row[i] = fmax(0, row[i] + rsp_fit_residual_sd(truth.model, output, row[i]) *
                                          rsp_random_normal(demo->options->seed, person->number, stream,
                                              (uint32_t)(s * n + i)));
    }
done:
    free(doses.dose);
    rsp_model_free(truth.model);
    return status;
}

/* ---- courses ---- */

static void count_from_first(struct rsp_demo_person *person)
{
    const struct rsp_demo_session *first = &person->session[0];
    for (size_t i = 0; i < person->n_session; i++) {
        struct rsp_demo_session *session = &person->session[i];
        session->dose.start_h =
            HOURS_A_DAY * (double)(session->day - first->day) + session->hour_h - first->hour_h;
    }
}

static rsp_status add_course(struct rsp_demo *demo, struct rsp_demo_person *person, size_t c)
{
    struct rsp_demo_course *course = &person->course[c];
    const struct rsp_protocol *protocol = NULL;

    course->first = person->n_session;
    if (course->protocol != NULL)
        RSP_TRY(rsp_rulebook_protocol_find(demo->book, course->protocol, &protocol, demo->err));
    const size_t n = protocol != NULL ? protocol->n_dose : 1;
    for (size_t i = 0; i < n; i++)
        RSP_TRY(add_doses(demo, person, c, protocol != NULL ? protocol->dose[i] : course->dose, protocol));
    course->n = person->n_session - course->first;
    rsp_demo_live_session(demo, person, c);
    RSP_TRY(rsp_demo_seat(demo, person, course->first, course->n));
    count_from_first(person);
    return RSP_OK;
}

/* The day on which somebody comes again: two weeks after relief has fallen under 30 %. */
static rsp_status find_return(struct rsp_demo *demo, struct rsp_demo_person *person, long from_day, long *day)
{
    enum { TO_APPOINTMENT_D = 14 };
    static const double enough_frac = 0.3;
    double time_h[RSP_DEMO_DAYS], frac[RSP_DEMO_DAYS] = {0};
    size_t n = 0;

    for (long d = from_day; d < 0 && n < RSP_DEMO_DAYS; d++)
        time_h[n++] = HOURS_A_DAY * (double)(d - person->session[0].day);
    if (n > 0)
        RSP_TRY(relief(demo, person, n, time_h, frac));
    size_t i = 0;
    while (i < n && frac[i] >= enough_frac)
        i++;
    *day = from_day + (long)i + TO_APPOINTMENT_D;
    return RSP_OK;
}

/* A course again, unless that would be now or later: what is to come is planned by the staff. */
static rsp_status come_again(struct rsp_demo *demo, struct rsp_demo_person *person, size_t c, bool *comes)
{
    enum { BY_NOW_D = 21 };
    struct rsp_demo_course *course = &person->course[c];
    *comes = course->again_d == 0;
    if (*comes)
        return RSP_OK;
    RSP_TRY(find_return(demo, person, person->course[c - 1].day + course->again_d, &course->day));
    *comes = course->day < -BY_NOW_D;
    return RSP_OK;
}

static void drop_course(struct rsp_demo_person *person, size_t c)
{
    person->n_course--;
    memmove(&person->course[c], &person->course[c + 1], (person->n_course - c) * sizeof *person->course);
}

rsp_status rsp_demo_sessions(struct rsp_demo *demo, struct rsp_demo_person *person)
{
    bool comes = false;
    for (size_t c = 0; c < person->n_course;) {
        RSP_TRY(come_again(demo, person, c, &comes));
        if (comes)
            RSP_TRY(add_course(demo, person, c++));
        else
            drop_course(person, c);
    }
    return RSP_OK;
}

/* ---- diary ---- */

/* Days of the diary around a session, in days before and after it. */
enum { DIARY_BEFORE_D = 14, DIARY_AFTER_D = 75, EVENING_H = 20 };

static bool keeps_on(const struct rsp_demo_person *person, long day)
{
    for (size_t i = 0; i < person->n_session; i++)
        if (day >= person->session[i].day - DIARY_BEFORE_D && day <= person->session[i].day + DIARY_AFTER_D)
            return true;
    return false;
}

/* One diary a stretch of days without a gap: the model of the scores speaks of months, not of years. */
static rsp_status write_stretch(
    struct rsp_demo *demo, struct rsp_demo_person *person, size_t from, size_t n, const double frac[])
{
    double time_d[RSP_DEMO_DAYS];
    long first = person->session[0].day;
    for (size_t i = 0; i < person->n_session; i++) /* the first infusion of this stretch */
        if (person->session[i].day >= person->diary_day + (long)from) {
            first = person->session[i].day;
            break;
        }
    for (size_t i = 0; i < n; i++)
        time_d[i] = (double)(person->diary_day + (long)(from + i) - first) +
                    (EVENING_H - person->session[0].hour_h) / HOURS_A_DAY;
    const struct rsp_diary_author author = {.seed = demo->options->seed,
        .person = person->number,
        .occasion = (uint32_t)from,
        .baseline_nrs = person->baseline_nrs,
        .missing_frac = demo->missing_frac};
    return rsp_diary_simulate(&author, n, time_d, frac + from, person->score + from, demo->err);
}

rsp_status rsp_demo_diary(struct rsp_demo *demo, struct rsp_demo_person *person)
{
    double time_h[RSP_DEMO_DAYS], frac[RSP_DEMO_DAYS] = {0};

    if (!person->keeps_diary || person->n_session == 0)
        return RSP_OK;
    person->diary_day = person->enrolled + 1;
    for (long day = person->diary_day; day < 0 && person->n_day < RSP_DEMO_DAYS; day++) {
        person->score[person->n_day] = -1;
        time_h[person->n_day++] = fmax(
            0, HOURS_A_DAY * (double)(day - person->session[0].day) + EVENING_H - person->session[0].hour_h);
    }
    RSP_TRY(relief(demo, person, person->n_day, time_h, frac));
    for (size_t from = 0; from < person->n_day;) {
        size_t n = 0;
        while (from + n < person->n_day && keeps_on(person, person->diary_day + (long)(from + n)))
            n++;
        if (n > 0)
            RSP_TRY(write_stretch(demo, person, from, n, frac));
        from += n + 1;
    }
    return RSP_OK;
}
