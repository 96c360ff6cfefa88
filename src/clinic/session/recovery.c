#include "session/recovery.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define RSP_X(name, text) text,
static const char *const criterion_ids[] = {RSP_RECOVERY_LIST(RSP_X)};
#undef RSP_X

static const double S_PER_H = 3600;

/* What is being judged, and where the answer goes. */
struct judging {
    const struct rsp_leaving *leaving;
    const struct rsp_recovery_input *input;
    struct rsp_recovery *out;
};

static void say(struct judging *j, enum rsp_recovery_id id, enum rsp_truth truth, const char *fmt, ...)
    RSP_PRINTF(4, 5);

static void say(struct judging *j, enum rsp_recovery_id id, enum rsp_truth truth, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    j->out->criterion[id].truth = truth;
    (void)vsnprintf(j->out->criterion[id].why, sizeof j->out->criterion[id].why, fmt, args);
    va_end(args);
}

static void met(struct judging *j, enum rsp_recovery_id id)
{
    j->out->criterion[id].truth = RSP_TRUE;
    j->out->criterion[id].why[0] = '\0';
}

/* ---- vital signs ---- */

/* How far a sign is from its baseline, in percent; NaN: one of the two cannot be used. */
static double off_pct(const struct rsp_recovery_input *input, enum rsp_vital vital)
{
    const struct rsp_vital_current *now = &input->vital[vital];
    if (!rsp_vital_decides(now->quality) || !(input->baseline[vital] > 0))
        return NAN;
    return 100 * fabs(now->value - input->baseline[vital]) / input->baseline[vital];
}

/* Of the electrocardiogram, else of finger or cuff. */
static double rate_off_pct(const struct rsp_recovery_input *input)
{
    const double heart = off_pct(input, RSP_VITAL_HR);
    return isnan(heart) ? off_pct(input, RSP_VITAL_PULSE) : heart;
}

static void judge_vitals(struct judging *j)
{
    const double pressure = off_pct(j->input, RSP_VITAL_SBP), rate = rate_off_pct(j->input),
                 most = j->leaving->vital_within_pct;
    if (pressure > most)
        say(j, RSP_RECOVERY_VITALS, RSP_FALSE,
            "the pressure is %.0f %% from the baseline, at most %.0f %% is expected", pressure, most);
    else if (rate > most)
        say(j, RSP_RECOVERY_VITALS, RSP_FALSE,
            "the pulse is %.0f %% from the baseline, at most %.0f %% is expected", rate, most);
    else if (isnan(pressure))
        say(j, RSP_RECOVERY_VITALS, RSP_UNKNOWN, "measure the pressure (or its baseline is missing)");
    else if (isnan(rate))
        say(j, RSP_RECOVERY_VITALS, RSP_UNKNOWN, "measure the pulse (or its baseline is missing)");
    else
        met(j, RSP_RECOVERY_VITALS);
}

/* An answer that was given after the last drug. */
static enum rsp_truth answered(const struct judging *j, const struct rsp_recovery_answer *answer)
{
    return answer->at_s >= j->input->last_drug_s && answer->at_s <= j->input->now_s ? answer->truth
                                                                                    : RSP_UNKNOWN;
}

static void judge_saturation(struct judging *j)
{
    const struct rsp_vital_current *spo2 = &j->input->vital[RSP_VITAL_SPO2];
    const enum rsp_truth oxygen = answered(j, &j->input->oxygen);
    const bool usable = rsp_vital_decides(spo2->quality);
    if (usable && !(spo2->value > j->leaving->saturation_above_pct))
        say(j, RSP_RECOVERY_SATURATION, RSP_FALSE, "the saturation is %.0f %%, above %.0f %% is expected",
            spo2->value, j->leaving->saturation_above_pct);
    else if (oxygen == RSP_TRUE)
        say(j, RSP_RECOVERY_SATURATION, RSP_FALSE, "oxygen is given: measure without it");
    else if (!usable)
        say(j, RSP_RECOVERY_SATURATION, RSP_UNKNOWN, "measure the saturation");
    else if (oxygen == RSP_UNKNOWN)
        say(j, RSP_RECOVERY_SATURATION, RSP_UNKNOWN, "say whether oxygen is given");
    else
        met(j, RSP_RECOVERY_SATURATION);
}

/* ---- scores ---- */

rsp_status rsp_recovery_points_check(
    const struct rsp_recovery_score *score, const struct rsp_recovery_points *points, struct rsp_error *err)
{
    for (size_t i = 0; i < score->n_item; i++) {
        const double point = points->point[i];
        if (isnan(point) || (point >= 0 && point <= score->most && !(fmod(point, 1) > 0)))
            continue;
        return rsp_error_set(err, RSP_E_DOMAIN, score->id, "'%s' is scored 0 to %.0f in whole points",
            score->item[i], score->most);
    }
    return RSP_OK;
}

/* The points that measured vital signs leave possible; NaN: they are not known. */
static double allowed_points(const struct judging *j, const struct rsp_recovery_score *score)
{
    const double off = fmax(off_pct(j->input, RSP_VITAL_SBP), rate_off_pct(j->input));
    if (isnan(off) || score->vital_item < 0)
        return NAN;
    return off <= score->vital_full_pct ? score->most : off <= score->vital_half_pct ? score->most / 2 : 0;
}

/* The points that count: scored after the last drug, or decided by the site. NaN: not known. */
static void counting_points(const struct judging *j, const struct rsp_recovery_score *score,
    const struct rsp_recovery_points *points, double point[])
{
    const bool counts = points->at_s >= j->input->last_drug_s && points->at_s <= j->input->now_s;
    for (size_t i = 0; i < score->n_item; i++)
        point[i] = counts ? points->point[i] : NAN;
    if (score->site_decides >= 0 && j->input->site_item == RSP_SITE_FULL)
        point[score->site_decides] = score->most;
    if (score->site_decides >= 0 && j->input->site_item == RSP_SITE_UNDECIDED)
        point[score->site_decides] = NAN;
}

static void judge_score(struct judging *j, enum rsp_recovery_id id, const struct rsp_recovery_score *score,
    const struct rsp_recovery_points *points, double *total)
{
    const double allowed = allowed_points(j, score);
    double point[RSP_MAX_SCORE_ITEM], low = 0, high = 0; /* the least and the most that the sum can be */
    counting_points(j, score, points, point);
    for (size_t i = 0; i < score->n_item; i++) {
        low += isnan(point[i]) ? 0 : point[i];
        high += isnan(point[i]) ? score->most : point[i];
    }
    *total = low < high ? NAN : low;
    if (high < score->pass)
        say(j, id, RSP_FALSE, "at most %.0f points, at least %.0f are expected", high, score->pass);
    else if (score->vital_item >= 0 && point[score->vital_item] > allowed)
        say(j, id, RSP_FALSE, "'%s' was scored %.0f, but measured values now leave %.0f: score anew",
            score->item[score->vital_item], point[score->vital_item], allowed);
    else if (low >= score->pass)
        met(j, id);
    else if (score->site_decides >= 0 && j->input->site_item == RSP_SITE_UNDECIDED)
        say(j, id, RSP_UNKNOWN, "a physician of this site has not decided how '%s' is scored",
            score->item[score->site_decides]);
    else
        say(j, id, RSP_UNKNOWN, "score every item after the last drug");
}

/* ---- answers, times, escort ---- */

static void judge_answer(struct judging *j, enum rsp_recovery_id id, const struct rsp_recovery_answer *answer)
{
    const enum rsp_truth truth = answered(j, answer);
    if (truth == RSP_TRUE)
        met(j, id);
    else if (truth == RSP_FALSE)
        say(j, id, RSP_FALSE, "not yet: ask again");
    else
        say(j, id, RSP_UNKNOWN, "ask after the last drug");
}

static void judge_time(struct judging *j, enum rsp_recovery_id id, double since_s, double least_h)
{
    const double passed_h = (j->input->now_s - since_s) / S_PER_H;
    if (isnan(passed_h) || isnan(least_h))
        say(j, id, RSP_UNKNOWN, "it is not known when it was given");
    else if (passed_h < least_h)
        say(j, id, RSP_FALSE, "%.0f min more: %.3g h are expected", ceil((least_h - passed_h) * 60), least_h);
    else
        met(j, id);
}

static void judge_escort(struct judging *j)
{
    const char *name = j->input->escort;
    while (name != NULL && *name == ' ')
        name++;
    if (name == NULL || *name == '\0')
        say(j, RSP_RECOVERY_ESCORT, RSP_UNKNOWN, "name the adult who takes the person home");
    else
        met(j, RSP_RECOVERY_ESCORT);
}

static rsp_status find_rules(struct judging *j, struct rsp_error *err)
{
    for (int i = 0; i < RSP_N_RECOVERY; i++) {
        const struct rsp_recovery_criterion *rule =
            j->leaving != NULL ? rsp_leaving_criterion(j->leaving, criterion_ids[i]) : NULL;
        if (rule == NULL)
            return rsp_error_set(
                err, RSP_E_MISSING, "leaving", "the rules have no criterion '%s'", criterion_ids[i]);
        j->out->criterion[i].rule = rule;
        j->out->criterion[i].applies = !rule->outpatient || j->input->outpatient;
    }
    /* Without a reversal agent there is nothing to wait for. */
    j->out->criterion[RSP_RECOVERY_REVERSAL].applies = !isnan(j->input->reversal_s);
    return RSP_OK;
}

static void sum_up(struct rsp_recovery *recovery)
{
    recovery->ready = RSP_TRUE;
    for (int i = 0; i < RSP_N_RECOVERY; i++) {
        if (!recovery->criterion[i].applies || recovery->criterion[i].truth == RSP_TRUE)
            continue;
        if (recovery->criterion[i].truth == RSP_FALSE || recovery->ready == RSP_TRUE)
            recovery->ready = recovery->criterion[i].truth;
    }
}

rsp_status rsp_recovery_judge(const struct rsp_leaving *leaving, const struct rsp_recovery_input *input,
    struct rsp_recovery *recovery, struct rsp_error *err)
{
    struct rsp_recovery made = {0};
    struct judging j = {.leaving = leaving, .input = input, .out = &made};
    RSP_TRY(find_rules(&j, err));
    const struct rsp_recovery_score *aldrete = rsp_leaving_score(leaving, "aldrete"),
                                    *padss = rsp_leaving_score(leaving, "padss");
    if (aldrete == NULL || padss == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "leaving", "the rules lack the scores of recovery");
    RSP_TRY(rsp_recovery_points_check(aldrete, &input->aldrete, err));
    RSP_TRY(rsp_recovery_points_check(padss, &input->padss, err));
    judge_vitals(&j);
    judge_saturation(&j);
    judge_score(&j, RSP_RECOVERY_ALDRETE, aldrete, &input->aldrete, &made.aldrete_total);
    judge_score(&j, RSP_RECOVERY_PADSS, padss, &input->padss, &made.padss_total);
    judge_answer(&j, RSP_RECOVERY_ORIENTATION, &input->orientation);
    judge_answer(&j, RSP_RECOVERY_GAIT, &input->gait);
    judge_answer(&j, RSP_RECOVERY_DISSOCIATION, &input->dissociation);
    judge_time(&j, RSP_RECOVERY_REVERSAL, input->reversal_s, leaving->reversal_h);
    judge_time(
        &j, RSP_RECOVERY_TIME, input->last_drug_s, rsp_leaving_minimum_h(leaving, input->drug, input->route));
    judge_escort(&j);
    sum_up(&made);
    *recovery = made;
    return RSP_OK;
}
