#include "service/learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/follow.h"
#include "service/advising.h"
#include "service/ground.h"
#include "service/learn_record.h"
#include "service/person.h"

/* A diary entry of the morning belongs to a series that begins on that day. */
#define SAME_DAY_D 1.0

/* ---- moments ---- */

static double past_start_h(const struct rsp_past_infusion *past)
{
    return (double)past->start.day * RSP_H_PER_D + past->dose.start_h;
}

static const struct rsp_past_infusion *first_infusion(const struct rsp_patient *patient)
{
    const struct rsp_past_infusion *first = NULL;
    for (size_t i = 0; i < patient->n_infusion; i++)
        if (first == NULL || past_start_h(&patient->infusion[i]) < past_start_h(first))
            first = &patient->infusion[i];
    return first;
}

rsp_status rsp_learn_time_zero(
    const struct rsp_patient *patient, struct rsp_moment *zero, struct rsp_error *err)
{
    const struct rsp_past_infusion *first = first_infusion(patient);
    if (first == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "infusions",
            "a diary and levels say something only beside the doses that were given: write them under "
            "infusions in "
            "the patient's file, as {start: 2026-06-02T09:00, dose: 22.2 mg/h esketamine iv for 100 h}");
    const double day_h = floor(first->dose.start_h / RSP_H_PER_D) * RSP_H_PER_D;
    *zero = (struct rsp_moment){.local_day = first->start.day + lround(day_h / RSP_H_PER_D),
        .local_h = first->dose.start_h - day_h,
        .zoned = first->has_offset,
        .utc_offset_h = first->offset_min / 60.0};
    return RSP_OK;
}

/* Hours from the plan's first midnight to the first recorded infusion: negative. */
static double first_h(const struct rsp_advising *a)
{
    return past_start_h(first_infusion(a->patient)) - (double)a->request->start.day * RSP_H_PER_D;
}

/* ---- levels ---- */

static bool timed_near(const struct rsp_patient *patient, double level_h)
{
    /* Beyond two days after its start an hour more or less no longer moves a level by its own error. */
    const double near_h = 48.0;
    for (size_t i = 0; i < patient->n_infusion; i++) {
        const struct rsp_past_infusion *past = &patient->infusion[i];
        const double last_h = past_start_h(past) + (past->dose.n_repeat - 1) * past->dose.interval_h;
        const bool hour_known = past->has_time || past->dose.start_h > 0.0;
        if (!hour_known && level_h >= past_start_h(past) && level_h <= last_h + near_h)
            return false;
    }
    return true;
}

static rsp_status observation_of(const struct rsp_advising *a, const struct rsp_level *level,
    struct rsp_fit_observation *observation, struct rsp_error *err)
{
    const struct rsp_past_infusion *first = first_infusion(a->patient);
    const struct rsp_model *model = a->relief_model;
    const int output = rsp_model_output_find(model, level->output);
    if (output < 0 || !rsp_fit_output_fits(model, output))
        return rsp_error_set(err, RSP_E_MISMATCH, level->output,
            "%s does not give %s with a residual error, and nothing is converted silently: leave the column "
            "out",
            rsp_model_id(model), level->output);
    if (level->taken.has_offset != first->has_offset)
        return rsp_error_set(err, RSP_E_MISMATCH, "date_time",
            "write the distance from UTC (+01:00) for the infusions of the patient's file and for the "
            "levels, or "
            "for neither");
    if (!timed_near(a->patient, rsp_date_time_hours(&level->taken, false)))
        return rsp_error_set(err, RSP_E_MISSING, "infusions",
            "levels need the hour at which the infusion began: write start: 2026-06-02T09:00 in the "
            "patient's file");
    const double utc_h = rsp_date_time_hours(&level->taken, true);
    const double zero_h = past_start_h(first) - (first->has_offset ? first->offset_min / 60.0 : 0.0);
    *observation = (struct rsp_fit_observation){.time_h = utc_h - zero_h,
        .value = level->value,
        .output = output,
        .censored = level->below,
        .stretch = -1};
    return RSP_OK;
}

/* One sentence after another, none of them cut; the first letter large. */
static void add_reason(char *text, size_t size, const char *reason)
{
    const size_t used = strlen(text);
    if (used + strlen(reason) + 2 > size)
        return;
    snprintf(text + used, size - used, "%s%s", used > 0 ? " " : "", reason);
    char *first = text + used + (used > 0 ? 1 : 0);
    if (*first >= 'a' && *first <= 'z')
        *first = (char)(*first - 'a' + 'A');
}

static rsp_status refuse_levels(const struct rsp_fit_verdict *verdict, struct rsp_error *err)
{
    char text[440] = "";
    for (size_t i = 0; i < verdict->n_finding; i++)
        if (rsp_fit_reason_blocks(verdict->finding[i].reason))
            add_reason(text, sizeof text, verdict->finding[i].text);
    return rsp_error_set(err, RSP_E_DOMAIN, "levels", "the levels cannot be used. %s", text);
}

static rsp_status learn_levels(struct rsp_advising *a, const double covariate[],
    const struct rsp_recorded *recorded, struct rsp_learned *learned, struct rsp_error *err)
{
    const struct rsp_levels *levels = a->request->observed.levels;
    const struct rsp_fit_stretch always = {.until_h = INFINITY, .covariate = covariate, .occasion = -1};
    const struct rsp_fit_options options = {.method = RSP_FIT_POSTERIOR,
        .n_draw = a->advice->n_subject,
        .seed = a->request->seed,
        .n_thread = a->request->n_thread};
    struct rsp_fit_observation *observation = calloc(levels->n, sizeof *observation);
    rsp_status status = RSP_OK;
    if (observation == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "levels", "out of memory");
    for (size_t i = 0; i < levels->n; i++) {
        status = observation_of(a, &levels->level[i], &observation[i], err);
        if (status != RSP_OK) {
            rsp_error_place(err, NULL, levels->level[i].line);
            goto done;
        }
    }
    const struct rsp_fit_person person = {.n_dose = recorded->n,
        .dose = recorded->model,
        .n_observation = levels->n,
        .observation = observation,
        .n_stretch = 1,
        .stretch = &always};
    RSP_TRY_DONE(rsp_fit_person(a->relief_model, &person, &options, &learned->levels, err));
    learned->has_levels = true;
    if (!learned->levels.verdict.usable) {
        status = refuse_levels(&learned->levels.verdict, err);
        goto done;
    }
    status = rsp_fit_known_draws(a->relief_model, &learned->levels, &learned->pk, err);
done:
    free(observation);
    return status;
}

/* ---- diary ---- */

/* The first series that the diary follows: the first recorded dose after its first entry; without one, the first of
 * all. Days from the first recorded infusion. */
static double series_start_d(const struct rsp_recorded *recorded, const struct rsp_diary *diary)
{
    const double from_d = diary->n > 0 ? diary->entry[0].time_d - SAME_DAY_D : 0.0;
    for (size_t i = 0; i < recorded->n; i++)
        if (recorded->model[i].start_h / RSP_H_PER_D >= from_d)
            return recorded->model[i].start_h / RSP_H_PER_D;
    return 0.0;
}

static rsp_status refuse_diary(const struct rsp_diary_summary *summary, struct rsp_error *err)
{
    char text[440] = "";
    for (size_t i = 0; i < summary->n_reason; i++)
        add_reason(text, sizeof text, summary->reason[i]);
    return rsp_error_set(err, RSP_E_DOMAIN, "diary", "the diary cannot be used. %s", text);
}

static size_t particles(size_t n_subject)
{
    enum { LEAST = 256, LANES = 8 };
    const size_t n = n_subject < LEAST ? LEAST : n_subject;
    return (n + LANES - 1) / LANES * LANES;
}

static rsp_status fit_diary(struct rsp_advising *a, const struct rsp_diary_question *question,
    const struct rsp_diary *diary, struct rsp_learned *learned, struct rsp_error *err)
{
    const double ahead_d = -first_h(a) / RSP_H_PER_D - learned->series_d;
    const struct rsp_diary_options options = {.seed = a->request->seed,
        .n_particle = particles(a->advice->n_subject),
        .n_draw = a->advice->n_subject,
        .n_thread = a->request->n_thread,
        .horizon_d = fmax(rsp_follow_default_d(0.0), ahead_d),
        .n_extra = a->settings->n_extra,
        .extra = a->settings->extra,
        .cancelled = a->request->cancelled};
    RSP_TRY(rsp_diary_fit_new(question, &options, diary, &learned->fit, err));
    RSP_TRY(rsp_diary_summarise(learned->fit, &learned->diary, err));
    learned->has_diary = true;
    return learned->diary.usable ? RSP_OK : refuse_diary(&learned->diary, err);
}

/* Futility by the scores alone. Scores that fell although the model finds no relief in the recorded doses speak of a
 * slip in the record, or of something else than the drug: nothing may be learned from them. */
static rsp_status judge_last_series(
    const struct rsp_advising *a, struct rsp_learned *learned, struct rsp_error *err)
{
    double end_h = 0.0;
    for (size_t i = 0; i < learned->given.n; i++)
        end_h = fmax(end_h, learned->given.dose[i].start_h + learned->given.dose[i].duration_h);
    const struct rsp_series_seen seen = rsp_series_seen(a->settings, &learned->entries, end_h / RSP_H_PER_D);
    learned->judged = seen.judged;
    learned->no_response = seen.no_response;
    learned->fall_frac = seen.fall_frac;
    learned->now_frac = seen.now_frac;
    if (!learned->judged)
        return RSP_OK;
    if (learned->no_response || learned->last_days_30.p50 > 0.0)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_DOMAIN, "diary",
        "the diary cannot be used. Pain fell by %.0f %% after the recorded infusions, and these doses cannot "
        "explain it: "
        "check drug, amount, unit and day of the infusions; if they are right, something else lowered the "
        "pain",
        100.0 * seen.fall_frac);
}

/* What the last series was, so that only its like is carried by it. */
static void describe_last(
    const struct rsp_advising *a, const struct rsp_recorded *recorded, struct rsp_learned *learned)
{
    const size_t first = rsp_last_series(recorded->n, recorded->model, a->settings->diary.series_gap_d, NULL);
    struct rsp_advising last = *a;
    last.dose = recorded->given + first;
    last.n_dose = recorded->n - first;
    learned->last_d = recorded->model[first].start_h / RSP_H_PER_D - learned->series_d;
    learned->last_drug = recorded->given[first].drug;
    for (size_t i = first; i < recorded->n; i++)
        learned->last_mg += recorded->given[i].amount_mg;
    snprintf(learned->last_kind, sizeof learned->last_kind, "%s", rsp_advise_regimen_kind(&last));
    char reason[RSP_REASON_SIZE];
    learned->class_known = rsp_ground_relief(&last, NAN, reason, sizeof reason) != RSP_GROUND_NONE;
}

/* Entries and doses, counted from the start of the diary's first series. */
static rsp_status align(const struct rsp_advising *a, const struct rsp_recorded *recorded,
    struct rsp_learned *learned, struct rsp_error *err)
{
    const struct rsp_diary *observed = a->request->observed.diary;
    learned->entries = *observed;
    learned->entries.entry = malloc((observed->n + 1) * sizeof *observed->entry);
    learned->given.dose = malloc((recorded->n + 1) * sizeof *learned->given.dose);
    if (learned->entries.entry == NULL || learned->given.dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "diary", "out of memory");
    learned->given.n = recorded->n;
    learned->series_d = series_start_d(recorded, observed);
    for (size_t i = 0; i < recorded->n; i++) {
        learned->given.dose[i] = recorded->model[i];
        learned->given.dose[i].start_h -= learned->series_d * RSP_H_PER_D;
    }
    for (size_t i = 0; i < observed->n; i++) {
        learned->entries.entry[i] = observed->entry[i];
        learned->entries.entry[i].time_d -= learned->series_d;
    }
    const double start_h = past_start_h(first_infusion(a->patient)) + learned->series_d * RSP_H_PER_D;
    learned->series_day.day = lround(floor(start_h / RSP_H_PER_D));
    learned->series_h = start_h - (double)learned->series_day.day * RSP_H_PER_D;
    describe_last(a, recorded, learned);
    return RSP_OK;
}

static rsp_status learn_diary(struct rsp_advising *a, const double covariate[],
    const struct rsp_recorded *recorded, struct rsp_learned *learned, struct rsp_error *err)
{
    RSP_TRY(align(a, recorded, learned, err));
    const struct rsp_diary_question question = {.model = a->relief_model,
        .covariate = covariate,
        .n_dose = learned->given.n,
        .dose = learned->given.dose,
        .n_pk = learned->pk != NULL ? learned->levels.n_draw : 0,
        .pk = learned->pk};
    return fit_diary(a, &question, &learned->entries, learned, err);
}

/* ---- both ---- */

static rsp_status note_basis(struct rsp_advising *a, const struct rsp_learned *learned, struct rsp_error *err)
{
    RSP_TRY(rsp_basis_assume_named(a, "learned_not_validated", err));
    for (size_t i = 0; learned->has_diary && rsp_diary_assumption(learned->fit, i) != NULL; i++)
        RSP_TRY(rsp_basis_assume(a->advice, rsp_diary_assumption(learned->fit, i)->name,
            rsp_diary_assumption(learned->fit, i)->text, err));
    return RSP_OK;
}

/* The doses given so far once more, with what the diary taught, from a day of its own: the curve through the dots, and
 * the relief since the last series began. */
static rsp_status look_back(const struct rsp_advising *a, const double covariate[],
    const struct rsp_learned *learned, double from_d, struct rsp_relief_forecast *forecast,
    struct rsp_error *err)
{
    const double after_d = rsp_follow_default_d(0.0);
    const size_t n = learned->given.n, n_entry = learned->entries.n;
    double end_h = 0.0;
    struct rsp_dose *dose = malloc((n + 1) * sizeof *dose);
    if (dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "diary", "out of memory");
    for (size_t i = 0; i < n; i++) {
        dose[i] = learned->given.dose[i];
        dose[i].start_h -= from_d * RSP_H_PER_D;
        end_h = fmax(end_h, dose[i].start_h + dose[i].duration_h);
    }
    const double last_entry_d = n_entry > 0 ? learned->entries.entry[n_entry - 1].time_d - from_d : 0.0;
    const struct rsp_plan_options options = {.seed = a->request->seed,
        .n_thread = a->request->n_thread,
        .horizon_d = fmax(end_h / RSP_H_PER_D, last_entry_d) + after_d,
        .draws = &learned->draws,
        .cancelled = a->request->cancelled};
    const rsp_status status = rsp_plan_relief(a->relief_model, covariate, n, dose, &options, forecast, err);
    free(dose);
    return status;
}

static rsp_status look_back_twice(const struct rsp_advising *a, const double covariate[],
    struct rsp_learned *learned, struct rsp_error *err)
{
    struct rsp_relief_forecast last = {0};
    RSP_TRY(look_back(a, covariate, learned, 0.0, &learned->past, err));
    RSP_TRY(look_back(a, covariate, learned, learned->last_d, &last, err));
    learned->last_days_30 = last.relief_days_30;
    learned->last_return_day = last.return_day_reached;
    rsp_relief_forecast_free(&last);
    return RSP_OK;
}

static rsp_status learn(struct rsp_advising *a, const struct rsp_recorded *recorded,
    struct rsp_learned *learned, struct rsp_error *err)
{
    const struct rsp_observed *observed = &a->request->observed;
    struct rsp_person person;
    RSP_TRY(rsp_person_for(a, a->relief_model, &person, err));
    if (observed->levels != NULL)
        RSP_TRY(learn_levels(a, person.covariate, recorded, learned, err));
    if (observed->diary != NULL)
        RSP_TRY(learn_diary(a, person.covariate, recorded, learned, err));
    learned->draws = learned->has_diary ? *rsp_diary_draws(learned->fit)
                                        : (struct rsp_person_draws){.n = learned->levels.n_draw,
                                              .parameter = learned->pk,
                                              .response_probability = NAN};
    if (learned->has_diary) {
        RSP_TRY(look_back_twice(a, person.covariate, learned, err));
        RSP_TRY(judge_last_series(a, learned, err));
    }
    return note_basis(a, learned, err);
}

static rsp_status learn_anew(struct rsp_advising *a, struct rsp_learned **out, struct rsp_error *err)
{
    struct rsp_moment zero;
    struct rsp_recorded recorded = {0};
    struct rsp_learned *learned = calloc(1, sizeof *learned);
    rsp_status status = RSP_OK;
    if (learned == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "diary", "out of memory");
    RSP_TRY_DONE(rsp_learn_time_zero(a->patient, &zero, err));
    RSP_TRY_DONE(rsp_recorded_doses(a, &recorded, err));
    RSP_TRY_DONE(learn(a, &recorded, learned, err));
    *out = learned;
    learned = NULL;
done:
    rsp_recorded_free(&recorded);
    rsp_learned_free(learned);
    return status;
}

static const struct rsp_known *known_of(const struct rsp_advising *a)
{
    for (size_t i = 0; i < a->request->n_known; i++)
        if (strcmp(a->request->known[i].model, rsp_model_id(a->relief_model)) == 0)
            return &a->request->known[i];
    return NULL;
}

/* The doses of the record are read again for what they enter in the basis. */
static rsp_status take_known(struct rsp_advising *a, const struct rsp_known *known, struct rsp_error *err)
{
    struct rsp_recorded recorded = {0};
    snprintf(a->advice->not_learned, sizeof a->advice->not_learned, "%s", known->why_not);
    if (known->learned == NULL)
        return RSP_OK;
    const rsp_status status = rsp_recorded_doses(a, &recorded, err);
    rsp_recorded_free(&recorded);
    RSP_TRY(status);
    struct rsp_learned *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "diary", "out of memory");
    *copy = *known->learned;
    copy->borrowed = true;
    a->advice->learned = copy;
    return note_basis(a, copy, err);
}

/* Levels that the model of this person can be held against. */
static rsp_status usable_levels(
    const struct rsp_advising *a, struct rsp_levels *usable, struct rsp_error *err)
{
    const struct rsp_levels *given = a->request->observed.levels;
    *usable = (struct rsp_levels){0};
    usable->level = calloc(given->n, sizeof *usable->level);
    if (usable->level == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "levels", "out of memory");
    for (size_t i = 0; i < given->n; i++) {
        const int output = rsp_model_output_find(a->relief_model, given->level[i].output);
        if (output >= 0 && rsp_fit_output_fits(a->relief_model, output))
            usable->level[usable->n++] = given->level[i];
    }
    return RSP_OK;
}

/* Diary, levels, or the recorded infusions beside which they are read. */
static bool may_be_left_out(rsp_status status, const struct rsp_error *err)
{
    const bool refused = status == RSP_E_DOMAIN || status == RSP_E_LIMIT || status == RSP_E_MISMATCH ||
                         status == RSP_E_MISSING;
    return refused && (strcmp(err->field, "diary") == 0 || strcmp(err->field, "levels") == 0 ||
                          strcmp(err->field, "infusions") == 0);
}

/* As learn_anew, when nothing that was observed may refuse the plan: what cannot be used is dropped, and the rest is learned from. */
static rsp_status learn_what_can(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_advise_request *asked = a->request;
    struct rsp_advise_request reduced = *asked;
    struct rsp_observed *left = &reduced.observed;
    struct rsp_levels usable = {0};
    rsp_status status = RSP_OK;

    if (left->levels != NULL) {
        RSP_TRY(usable_levels(a, &usable, err));
        if (usable.n < left->levels->n)
            RSP_TRY_DONE(rsp_basis_missing(
                a->advice, "levels of substances that the model of this person does not give", err));
        left->levels = usable.n > 0 ? &usable : NULL;
    }
    a->request = &reduced;
    while (left->diary != NULL || left->levels != NULL) {
        struct rsp_error found = {0};
        status = learn_anew(a, &a->advice->learned, &found);
        if (status == RSP_OK)
            break;
        if (!may_be_left_out(status, &found)) {
            if (err != NULL)
                *err = found;
            break;
        }
        status = RSP_OK;
        snprintf(a->advice->not_learned, sizeof a->advice->not_learned, "%s", found.message);
        if (left->levels == NULL || strcmp(found.field, "diary") == 0)
            left->diary = NULL;
        else
            left->levels = NULL;
    }
done:
    a->request = asked;
    rsp_levels_free(&usable);
    return status;
}

rsp_status rsp_advise_learn(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_observed *observed = &a->request->observed;
    if (observed->diary == NULL && observed->levels == NULL)
        return RSP_OK;
    if (a->relief_model == NULL)
        return rsp_basis_missing(a->advice,
            "levels and diary: no lasting relief is forecast here, and nothing is "
            "learned from them",
            err);
    const struct rsp_known *known = known_of(a);
    if (known != NULL)
        return take_known(a, known, err);
    return observed->may_leave_out ? learn_what_can(a, err) : learn_anew(a, &a->advice->learned, err);
}

bool rsp_learned_carries(const struct rsp_advising *a, size_t n_dose, const struct rsp_dose dose[])
{
    const struct rsp_learned *learned = a->advice->learned;
    if (learned == NULL || !learned->has_diary || n_dose == 0)
        return false;
    if (!learned->diary.duration_identified &&
        !(learned->diary.return_width_ratio <= a->settings->diary.carries_width_ratio))
        return false;
    struct rsp_advising like = *a;
    double total_mg = 0.0;
    like.dose = (struct rsp_dose *)dose; /* read only */
    like.n_dose = n_dose;
    for (size_t i = 0; i < n_dose; i++) {
        total_mg += dose[i].amount_mg;
        if (dose[i].drug != learned->last_drug)
            return false;
    }
    return strcmp(rsp_advise_regimen_kind(&like), learned->last_kind) == 0 &&
           total_mg >= a->settings->diary.same_low_ratio * learned->last_mg &&
           total_mg <= a->settings->diary.same_high_ratio * learned->last_mg;
}

void rsp_learned_free(struct rsp_learned *learned)
{
    if (learned == NULL)
        return;
    if (learned->borrowed) {
        free(learned);
        return;
    }
    rsp_fit_result_free(&learned->levels);
    free(learned->pk);
    rsp_diary_summary_free(&learned->diary);
    rsp_diary_fit_free(learned->fit);
    rsp_diary_free(&learned->entries);
    rsp_relief_forecast_free(&learned->past);
    free(learned->given.dose);
    free(learned);
}

rsp_status rsp_learned_pk_for(
    const struct rsp_advising *a, const struct rsp_model *model, double **parameter, struct rsp_error *err)
{
    const struct rsp_learned *learned = a->advice->learned;
    const struct rsp_model *fitted = a->relief_model;
    *parameter = NULL;
    if (learned == NULL || learned->pk == NULL ||
        strcmp(rsp_model_part(fitted, 0)->id, rsp_model_part(model, 0)->id) != 0)
        return RSP_OK;
    const size_t n = learned->levels.n_draw, n_model = rsp_model_n_parameter(model),
                 n_fitted = rsp_model_n_parameter(fitted);
    double *made = malloc(n * n_model * sizeof *made + 1);
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "levels", "out of memory");
    for (size_t p = 0; p < n_model; p++) {
        size_t q = 0;
        while (q < n_fitted &&
               strcmp(rsp_model_parameter(fitted, q)->name, rsp_model_parameter(model, p)->name) != 0)
            q++;
        for (size_t i = 0; i < n; i++)
            made[i * n_model + p] = q < n_fitted ? learned->pk[i * n_fitted + q] : NAN;
    }
    *parameter = made;
    return RSP_OK;
}
