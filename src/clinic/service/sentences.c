/* The advice in plain words: short sentences, every number with its unit and interval. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "service/advising.h"
#include "service/say.h"

/* Days to the nearest day; what lies beyond the horizon is said to. */
static struct rsp_words day_count(double days, double horizon_d)
{
    struct rsp_words words;
    if (isnan(days))
        snprintf(words.text, sizeof words.text, "never");
    else if (isinf(days))
        snprintf(words.text, sizeof words.text, "more than %.0f", horizon_d);
    else
        snprintf(words.text, sizeof words.text, "%.0f", fabs(round(days)));
    return words;
}

static struct rsp_words interval(const struct rsp_prediction *q, double horizon_d)
{
    struct rsp_words words;
    snprintf(words.text, sizeof words.text, "%.28s to %.28s", day_count(q->p05, horizon_d).text,
        day_count(q->p95, horizon_d).text);
    return words;
}

static struct rsp_words percent(double frac)
{
    struct rsp_words words;
    snprintf(words.text, sizeof words.text, "%.0f", 100.0 * frac);
    return words;
}
static struct rsp_words share(double frac)
{
    static const struct {
        double frac;
        const char *words;
    } known[] = {{0.25, "one in four"}, {1.0 / 3.0, "one in three"}, {0.5, "one in two"},
        {2.0 / 3.0, "two in three"}, {0.75, "three in four"}}; /* simple fractions that people use */
    struct rsp_words words;
    const double near = 0.02; /* two in a hundred */
    snprintf(words.text, sizeof words.text, "%.0f in 100", 100.0 * frac);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (fabs(frac - known[i].frac) <= near)
            snprintf(words.text, sizeof words.text, "%s", known[i].words);
    return words;
}

/* ---- candidacy ---- */

static void first_findings(struct rsp_say *say, const struct rsp_advice *advice, enum rsp_severity severity)
{
    size_t n = 0;
    enum { SHOWN = 2 };
    for (size_t i = 0; i < advice->n_finding; i++) {
        const struct rsp_finding *finding = &advice->finding[i];
        if (finding->truth != RSP_TRUE || finding->rule->severity != severity)
            continue;
        if (n < SHOWN)
            rsp_say(say, "%s%s", n > 0 ? " " : "", finding->text);
        n++;
    }
    if (n > SHOWN)
        rsp_say(say, " %zu more %s listed.", n - SHOWN, n - SHOWN == 1 ? "is" : "are");
}

static void candidacy(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    struct rsp_say say = RSP_SAY(advice->candidacy_sentence);
    switch (advice->candidacy) {
    case RSP_CANDIDATE:
        rsp_say(&say, "Candidate: nothing against ketamine was found in the facts given.");
        break;
    case RSP_CANDIDATE_CAUTION:
        rsp_say(&say, "Candidate, with caution. ");
        first_findings(&say, advice, RSP_SEVERITY_CAUTION);
        break;
    case RSP_NOT_A_CANDIDATE:
        rsp_say(&say, "Not a candidate. ");
        first_findings(&say, advice, RSP_SEVERITY_BLOCK);
        break;
    case RSP_CANDIDACY_INCOMPLETE:
        rsp_say(&say, "Cannot be judged yet. Missing: ");
        for (size_t i = 0; i < advice->n_missing; i++)
            rsp_say(&say, "%s%s", i > 0 ? ", " : "", advice->missing[i]);
        rsp_say(&say, ".");
        break;
    }
    if (*advice->evidence_grade != '\0')
        rsp_say(&say, " Evidence for this condition: %s.", advice->evidence_grade);
}

/* ---- regimen and limits ---- */

/* Milligrams of two drugs are no one number. */
static void totals(struct rsp_say *say, const struct rsp_advice *advice)
{
    bool first = true;
    for (int drug = 0; drug < RSP_N_DRUG; drug++) {
        double total_mg = 0.0;
        for (size_t i = 0; i < advice->n_dose; i++)
            total_mg +=
                advice->dose[i].dose.drug == (enum rsp_drug)drug ? advice->dose[i].dose.amount_mg : 0.0;
        if (total_mg > 0.0)
            rsp_say(say, "%s%s mg of %s", first ? "" : " and ", rsp_words_number(total_mg, 4).text,
                rsp_drug_name((enum rsp_drug)drug));
        first = first && !(total_mg > 0.0);
    }
}

static void regimen(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    struct rsp_say say = RSP_SAY(advice->regimen_sentence);
    if (advice->n_dose == 0) {
        rsp_say(&say, "%s.", advice->no_regimen);
        rsp_say_capital(&say);
        if (advice->candidacy != RSP_NOT_A_CANDIDATE && !isnan(a->patient->weight_kg))
            rsp_say(&say, " Give the doses with --dose to judge them.");
        return;
    }
    char day[16];
    rsp_date_format_long(advice->dose[0].day, day, sizeof day);
    if (advice->protocol != NULL)
        rsp_say(&say, "%s: ", advice->protocol->name);
    rsp_say(&say, "%s; ", advice->regimen_text);
    totals(&say, advice);
    rsp_say(&say, " in all, from %s.", day);
    rsp_say_capital(&say);
}

static void broken_limit(struct rsp_say *say, const struct rsp_limit_result *result, bool first)
{
    const struct rsp_limit *limit = result->limit;
    const char *unit = rsp_limit_quantity_unit(limit->quantity);
    rsp_say(say, "%s %s of %s %s is ", first ? "" : ";", rsp_limit_quantity_name(limit->quantity),
        rsp_words_number(result->value, 3).text, unit);
    if (limit->most_published)
        rsp_say(
            say, "beyond any published course (at most %s %s)", rsp_words_number(limit->bound, 3).text, unit);
    else
        rsp_say(say, "above %s %s", rsp_words_number(limit->bound, 3).text, unit);
    rsp_say(say,
        limit->hard ? ": a hard limit, not to be passed" : ": the prescriber must confirm it with a reason");
}

static void limits(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    struct rsp_say say = RSP_SAY(advice->limits_sentence);
    size_t n_broken = 0, n_low = 0, n_set = 0, n_said = 0;
    for (size_t i = 0; i < advice->n_limit; i++) {
        n_set += advice->limit[i].most_published ? 0 : 1;
        if (advice->limit_result[i].ok)
            continue;
        if (advice->limit[i].quantity == RSP_LIMIT_TOTAL_MIN_MG)
            n_low++;
        else
            n_broken++;
    }
    if (advice->n_dose == 0)
        rsp_say(&say, "No doses, no limits.");
    else if (n_set == 0 && n_broken == 0)
        rsp_say(&say, "No published limit is on file for this drug and route.");
    else if (n_broken == 0)
        rsp_say(&say, "Within %s.", advice->n_limit == 1 ? "the one limit on file" : "all limits on file");
    else
        rsp_say(&say, "NOT within limits:");
    /* Hard ones first: they are what must be read. */
    for (int hard = 1; hard >= 0 && n_broken > 0; hard--)
        for (size_t i = 0; i < advice->n_limit; i++)
            if (!advice->limit_result[i].ok && advice->limit[i].hard == (hard == 1) &&
                advice->limit[i].quantity != RSP_LIMIT_TOTAL_MIN_MG)
                broken_limit(&say, &advice->limit_result[i], n_said++ == 0);
    if (n_broken > 0)
        rsp_say(&say, ".");
    for (size_t i = 0; i < advice->n_limit && n_low > 0; i++)
        if (!advice->limit_result[i].ok && advice->limit[i].quantity == RSP_LIMIT_TOTAL_MIN_MG)
            rsp_say(&say, " The total of %s mg is below %s mg. %s",
                rsp_words_number(advice->limit_result[i].value, 3).text,
                rsp_words_number(advice->limit[i].bound, 3).text, advice->limit[i].text);
    if (advice->n_dose > 0 && *advice->unjudged_dose != '\0')
        rsp_say(&say,
            " No usual range is on file for a dose like %s: a ten-fold slip in it would not be found.",
            advice->unjudged_dose);
}

/* ---- relief ---- */

static void model_figure(struct rsp_say *say, const struct rsp_relief_forecast *relief)
{
    const struct rsp_prediction *days = &relief->relief_days_30, *peak = &relief->peak_relief_frac;
    if (days->status == RSP_NOT_REACHED) {
        rsp_say(say,
            "relief of 30 %% or more is not expected (peak relief %s %%, %s to %s) even in people who can "
            "respond",
            percent(peak->p50).text, percent(peak->p05).text, percent(peak->p95).text);
        return;
    }
    rsp_say(say, "relief of 30 %% or more is expected to last about %s days (%s) %s",
        day_count(days->p50, relief->horizon_d).text, interval(days, relief->horizon_d).text,
        days->validity == RSP_VALIDITY_PATIENT ? "if this patient responds again"
                                               : "in people who can respond");
    if (relief->after_end_days_30.status == RSP_PREDICTED)
        rsp_say(say, ", %s of these days after the last dose",
            day_count(relief->after_end_days_30.p50, relief->horizon_d).text);
}

/* Length of a text that is cut after a whole word, without the punctuation before the cut. */
static int cut(const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length > most) {
        length = most;
        while (length > 0 && text[length] != ' ')
            length--;
    }
    while (length > 0 && strchr(" .,;", text[length - 1]) != NULL)
        length--;
    return (int)length;
}

/* A result without its full stop, so that it can stand inside a sentence. */
static void add_result(struct rsp_say *say, const struct rsp_evidence *row)
{
    enum { REGIMEN_ROOM = 90, RESULT_ROOM = 150 };
    rsp_say(say, "%s, %s (%.*s): %.*s", row->study, row->condition_text, cut(row->regimen, REGIMEN_ROOM),
        row->regimen, cut(row->result, RESULT_ROOM), row->result);
}

static bool named_before(const struct rsp_advice *advice, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (strcmp(advice->evidence[j]->study, advice->evidence[i]->study) == 0)
            return true;
    return false;
}

/* The first results of different studies of this kind of regimen; what is always shown is in the table. */
static size_t add_trials(struct rsp_say *say, const struct rsp_advising *a, const char *opening, bool of_kind)
{
    enum { SHOWN = 2 };
    const struct rsp_advice *advice = a->advice;
    size_t n = 0;
    for (size_t i = 0; i < advice->n_evidence && n < SHOWN; i++) {
        const struct rsp_evidence *row = advice->evidence[i];
        if (row->always || named_before(advice, i) || rsp_evidence_same_kind(a, row) != of_kind)
            continue;
        rsp_say(say, "%s", n++ == 0 ? opening : "; ");
        add_result(say, row);
    }
    rsp_say(say, n > 0 ? ". " : "");
    return n;
}

static void trials(struct rsp_say *say, const struct rsp_advising *a)
{
    if (add_trials(say, a, "Published results: ", true) > 0)
        return;
    if (add_trials(say, a,
            "No published result of this kind of regimen in this condition is on file; nearest: ", false) ==
        0)
        rsp_say(say, "No published result of this kind of regimen in this condition is on file. ");
}

/* The patient's own goal, where it is one of the two shares that the forecast counts. */
static void goal(struct rsp_say *say, const struct rsp_advising *a)
{
    const struct rsp_relief_forecast *r = &a->advice->relief;
    const double wanted = a->patient->goals.relief_frac, near = 1e-6;
    if (isnan(wanted) || fabs(wanted - 0.3) <= near) /* source-ok: the goal that is always judged */
        return;
    if (fabs(wanted - 0.5) > near) {
        rsp_say(say, ". The goal of %s %% is not judged: only 30 and 50 %% are", percent(wanted).text);
        return;
    }
    if (r->relief_days_50.status == RSP_NOT_REACHED)
        rsp_say(say, ". The goal of 50 %% is not expected to be reached");
    else
        rsp_say(say, ". The goal of 50 %% is expected to hold for about %s days (%s)",
            day_count(r->relief_days_50.p50, r->horizon_d).text,
            interval(&r->relief_days_50, r->horizon_d).text);
    if (isfinite(r->p_relief_50))
        rsp_say(say, ", and is reached by about %s in 100 people given this", percent(r->p_relief_50).text);
}

/* The share of people, or what a diary made of it for this one. */
static void who_can(struct rsp_say *say, const struct rsp_relief_forecast *r)
{
    const struct rsp_prediction *p = &r->response_class_probability;
    if (p->status != RSP_PREDICTED)
        return;
    if (p->validity == RSP_VALIDITY_PATIENT) {
        rsp_say(
            say, ". The chance that this patient reaches 30 %% is %s", rsp_words_chance(r->p_relief_30).text);
        return;
    }
    rsp_say(say, "; about %s can (%s to %s in 100)", share(p->p50).text, percent(p->p05).text,
        percent(p->p95).text);
    if (isfinite(r->p_relief_30))
        rsp_say(say, ". Of all people given this, about %s in 100 are expected to reach 30 %%",
            percent(r->p_relief_30).text);
}

static bool no_response(const struct rsp_advice *advice)
{
    return advice->learned != NULL && advice->learned->no_response;
}

static void relief(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    const struct rsp_relief_forecast *r = &advice->relief;
    struct rsp_say say = RSP_SAY(advice->relief_sentence);
    if (advice->hypothetical && !advice->acute)
        trials(&say, a);
    if (advice->acute) {
        rsp_say(&say, "Lasting relief is not forecast for acute pain.");
        return;
    }
    if (r->relief_days_30.status == RSP_NOT_PREDICTED) {
        rsp_say(&say, "Lasting relief is not predicted: %s.", r->relief_days_30.reason);
        return;
    }
    if (advice->hypothetical) {
        rsp_say(&say, "The model has no ground here (%s). Its own figure is hypothetical: ",
            advice->hypothetical_reason);
        model_figure(&say, r);
        rsp_say(&say, ".");
        return;
    }
    if (no_response(advice)) {
        rsp_say(&say,
            "Stop: by this patient's diary pain did not fall by 30 %% after the last series (at the best by "
            "%.0f %%). "
            "That more of it would help is not expected.",
            100.0 * fmax(advice->learned->fall_frac, 0.0));
        return;
    }
    model_figure(&say, r);
    rsp_say_capital(&say);
    who_can(&say, r);
    goal(&say, a);
    rsp_say(&say, ". Nine in ten of the possible results lie inside the brackets");
    if (r->relief_days_30.validity == RSP_VALIDITY_EXTRAPOLATED)
        rsp_say(&say, "; this is extrapolated: %s", r->relief_days_30.reason);
    else if (r->relief_days_30.validity == RSP_VALIDITY_PATIENT)
        rsp_say(&say, "; this is %s", r->relief_days_30.reason);
    else
        rsp_say(&say, "; the model was fitted on infusions of this kind");
    rsp_say(&say, ".");
}

/* ---- what was learned ---- */

static void learned_levels(struct rsp_say *say, const struct rsp_advising *a)
{
    const struct rsp_fit_result *fit = &a->advice->learned->levels;
    const size_t n = fit->n_used_value + fit->n_used_censored;
    bool first = true;
    rsp_say(say,
        n == 1 ? "%zu measured level of this patient is used: "
               : "%zu measured levels of this patient are used: ",
        n);
    for (size_t i = 0; i < fit->n_parameter; i++) {
        if (!fit->estimated[i])
            continue;
        const struct rsp_parameter_info *info = rsp_model_parameter(a->relief_model, i);
        rsp_say(say, "%s%s %s %s (standard error %s; published %s)", first ? "" : ", ", info->name,
            rsp_words_number(fit->parameter[i], 3).text, info->unit,
            rsp_words_number(fit->parameter_se[i], 2).text, rsp_words_number(info->value, 3).text);
        first = false;
    }
    rsp_say(say, ".");
    for (size_t i = 0; i < fit->verdict.n_finding; i++)
        rsp_say(say, " %s", fit->verdict.finding[i].text);
}

/* The population forecast was 31 days; the last series gave 18; now 21 (14 to 33). */
static void learned_diary(struct rsp_say *say, const struct rsp_advising *a)
{
    const struct rsp_learned *learned = a->advice->learned;
    const struct rsp_diary_summary *diary = &learned->diary;
    const struct rsp_relief_forecast *r = &a->advice->relief;
    rsp_say(say, "With relief of 30 %% or more, the population forecast for this regimen was %s days; ",
        day_count(learned->population_days_30.p50, r->horizon_d).text);
    rsp_say(say, "by the diary (%zu entries, %zu missing days) the last series ", diary->n_entry,
        diary->n_day_missing);
    if (learned->no_response) {
        rsp_say(say,
            "did not bring it: at the best, pain was %.0f %% below what it was before. Not validated in "
            "patients.",
            100.0 * fmax(learned->fall_frac, 0.0));
        return;
    }
    rsp_say(say, "gave %s; now %s days are expected (%s). ",
        day_count(learned->last_days_30.p50, r->horizon_d).text,
        day_count(r->relief_days_30.p50, r->horizon_d).text, interval(&r->relief_days_30, r->horizon_d).text);
    if (!learned->judged)
        rsp_say(say, "Too few scores follow the end of the last series to tell whether it was felt. ");
    if (learned->class_known)
        rsp_say(say, "The chance that this patient can respond is now %s (of all people: %s).",
            rsp_words_chance(diary->response_probability).text, rsp_words_chance(diary->response_prior).text);
    else
        rsp_say(say,
            "The chance that this patient can respond is not told: the share of people who do is known only "
            "for infusions of days in CRPS.");
    if (!diary->duration_identified)
        rsp_say(say,
            " The diary does not tell the half-life of relief from that of a placebo response, so that "
            "the days rest "
            "partly on the population.");
    rsp_say(say, " Not validated in patients.");
}

static void learned(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    struct rsp_say say = RSP_SAY(advice->learned_sentence);
    if (advice->learned == NULL)
        return;
    if (advice->learned->has_levels)
        learned_levels(&say, a);
    if (advice->learned->has_diary) {
        rsp_say(&say, "%s", say.used > 0 ? " " : "");
        learned_diary(&say, a);
    }
}

static void next(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    struct rsp_say say = RSP_SAY(advice->next_sentence);
    if (advice->acute) {
        rsp_say(&say, "No series is planned for acute pain. In an emergency an estimated weight may be used: "
                      "mark it as "
                      "estimated and check it afterwards.");
        return;
    }
    if (!advice->has_next) {
        rsp_say(&say, "No date is given for a next infusion: %s.", advice->next_infusion_day.reason);
    } else {
        char from[16], to[16];
        rsp_date_format_long(advice->next_from, from, sizeof from);
        rsp_date_format_long(advice->next_to, to, sizeof to);
        rsp_say(&say,
            "If pain has fallen by 30 %% or more, the next infusion is due between %s and %s: in these days "
            "pain would return in the middle half of those who reach it.",
            from, to);
    }
    if (advice->n_dose == 0 || advice->candidacy == RSP_NOT_A_CANDIDATE)
        return;
    if (no_response(advice))
        rsp_say(&say, " Stop: do not repeat the series or raise it.");
    else
        rsp_say(&say, " %s", a->settings->futility_text);
}

/* ---- what it may feel like ---- */

static void dissociation(
    struct rsp_say *say, const struct rsp_prediction *peak, const struct rsp_prediction *at)
{
    if (peak->status != RSP_PREDICTED) {
        rsp_say(say, "How strongly the surroundings may feel unreal (dissociation) is not predicted: %s.",
            peak->reason);
        return;
    }
    rsp_say(say,
        "The surroundings may feel unreal (dissociation): about %s %% of the full effect (%s to %s) at the "
        "peak, about %s min after the start, as seen in healthy volunteers.",
        percent(peak->p50 / 100.0).text, percent(peak->p05 / 100.0).text, percent(peak->p95 / 100.0).text,
        percent(at->p50 / 100.0).text);
}

/* A model without published variability gives one number: that is said, not dressed up as an interval. */
static struct rsp_words spread(const struct rsp_prediction *q)
{
    struct rsp_words words;
    if (isnan(q->p05) || isnan(q->p95))
        snprintf(words.text, sizeof words.text, "no spread is published");
    else
        snprintf(words.text, sizeof words.text, "%.28s to %.28s", rsp_words_number(q->p05, 2).text,
            rsp_words_number(q->p95, 2).text);
    return words;
}

static void feel(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    struct rsp_say say = RSP_SAY(advice->feel_sentence);
    if (advice->n_dose == 0) {
        rsp_say(&say, "No doses, no prediction of how it may feel.");
        return;
    }
    dissociation(&say, &advice->dissociation.peak, &advice->dissociation.peak_min);
    const double agreed_pct = a->patient->goals.max_dissociation_pct;
    if (advice->dissociation.peak.status == RSP_PREDICTED && advice->dissociation.peak.p50 > agreed_pct)
        rsp_say(
            &say, " This is above the %s %% agreed with this patient.", rsp_words_number(agreed_pct, 3).text);
    const struct rsp_prediction *sbp = &advice->sbp_rise.peak, *acute = &advice->acute_relief.peak;
    if (sbp->status == RSP_PREDICTED)
        rsp_say(&say, " Blood pressure may rise by about %s mmHg (%s; low confidence).",
            rsp_words_number(sbp->p50, 2).text, spread(sbp).text);
    else
        rsp_say(&say, " The rise of blood pressure is not predicted: %s.", sbp->reason);
    if (advice->acute && acute->status == RSP_PREDICTED)
        rsp_say(&say,
            " Pain may fall by about %s points of 10 (%s) at the most, about %s min after the start, as seen "
            "in "
            "healthy volunteers; this fades, and after the end pain may for hours be more than before.",
            rsp_words_number(acute->p50, 2).text, spread(acute).text,
            percent(advice->acute_relief.peak_min.p50 / 100.0).text);
    else if (advice->acute)
        rsp_say(&say, " How far pain falls is not predicted: %s.", acute->reason);
}

/* A diary that ended long ago, and relief that still holds. */
static void diary_cautions(const struct rsp_advising *a, struct rsp_say *say)
{
    const struct rsp_learned *learned = a->advice->learned;
    if (learned == NULL || !learned->has_diary || learned->entries.n == 0)
        return;
    const double ended_d = (double)learned->series_day.day + learned->series_h / RSP_H_PER_D +
                           learned->entries.entry[learned->entries.n - 1].time_d;
    const double ago_d = floor((double)a->request->today.day + 1.0 - ended_d);
    if (ago_d > a->settings->diary.stale_after_d)
        rsp_say(say, "%sThe diary ended %.0f days ago: what has happened since is not in it.",
            say->used > 0 ? " " : "", ago_d);
    else if (learned->now_frac >= a->settings->futility_relief_frac)
        rsp_say(say,
            "%sBy the last scores of the diary pain is still %.0f %% below what it was: relief holds, and an "
            "infusion now "
            "comes before it has ended.",
            say->used > 0 ? " " : "", 100.0 * learned->now_frac);
}

/* What must be read before the numbers: people and levels outside the studies, a start that has passed. */
static void caution(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    struct rsp_say say = RSP_SAY(advice->caution_sentence);
    if (advice->n_dose == 0)
        return;
    if (*advice->outside != '\0')
        rsp_say(&say, "Outside what the models were fitted on: %s.", advice->outside);
    if (a->request->start.day < a->request->today.day) {
        char day[16];
        rsp_date_format_long(a->request->start, day, sizeof day);
        rsp_say(&say, "%sThe start, %s, lies in the past.", say.used > 0 ? " " : "", day);
    }
    diary_cautions(a, &say);
}

void rsp_advise_sentences(struct rsp_advising *a)
{
    caution(a);
    candidacy(a);
    regimen(a);
    limits(a);
    learned(a);
    relief(a);
    next(a);
    feel(a);
}
