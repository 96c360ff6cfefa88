/* The search in plain words: the answer first, then why, then what it does not know. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "service/optimising.h"
#include "service/say.h"

/* Never 0 or 100, which nothing proves of one person. */

/* A duration that may reach beyond the days that were followed. */
static struct rsp_words span_days(double value)
{
    struct rsp_words words;
    if (isinf(value))
        snprintf(words.text, sizeof words.text, "beyond what was followed");
    else
        snprintf(words.text, sizeof words.text, "%.0f", fabs(round(value)));
    return words;
}

static struct rsp_words days(double value)
{
    struct rsp_words words;
    snprintf(words.text, sizeof words.text, "%.0f", fabs(round(value)));
    return words;
}

void rsp_choice_short(const struct rsp_choice *choice, char *text, size_t size)
{
    char drug[48];
    snprintf(drug, sizeof drug, " %s iv", rsp_drug_name(choice->drug));
    size_t used = 0;
    for (const char *from = choice->text; *from != '\0' && used + 1 < size;) {
        if (strncmp(from, drug, strlen(drug)) == 0)
            from += strlen(drug);
        else
            text[used++] = *from++;
    }
    text[used] = '\0';
}

/* ---- nothing is recommended ---- */

static void say_incomplete(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_advice *advice = o->a.advice;
    rsp_say(say, "Nothing is proposed before it is known whether this person is a candidate");
    for (size_t i = 0; i < advice->n_missing; i++)
        rsp_say(say, "%s %s", i == 0 ? "; missing:" : ",", advice->missing[i]);
    if (!o->a.patient->has_condition && advice->n_missing == 0)
        rsp_say(say, "; missing: condition");
    rsp_say(say, ".");
}

static void say_stop(const struct rsp_optimising *o, struct rsp_say *say, struct rsp_say *reason)
{
    const char *who = o->verdict_reason;
    rsp_say(say,
        "Stop: pain did not fall by %s %% after the last series%s%s%s, so that no further ketamine is "
        "proposed.",
        rsp_words_number(100.0 * o->a.settings->futility_relief_frac, 3).text, who != NULL ? " (" : "",
        who != NULL ? who : "", who != NULL ? ")" : "");
    rsp_say(reason, "%s", o->search->futility_evidence);
}

static void say_limits(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_optimised *made = o->made;
    rsp_say(say, "No candidate keeps every limit, so that none is proposed:");
    if (made->n_beyond_limit > 0)
        rsp_say(say, " %zu pass a dose limit", made->n_beyond_limit);
    size_t n_said = made->n_beyond_limit > 0 ? 1 : 0;
    for (int q = 0; q < (int)RSP_N_CHANCE; q++)
        if (made->n_beyond_chance[q] > 0)
            rsp_say(say, "%s in %zu more than %s in 100 copies pass this: %s", n_said++ > 0 ? ";" : "",
                made->n_beyond_chance[q], rsp_words_number(100.0 * o->search->chance[q].most_share, 3).text,
                o->search->chance[q].text);
    rsp_say(say, ".");
}

static void say_no_ground(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_optimised *made = o->made;
    const char *condition = rsp_condition_text(o->a.patient->condition);
    size_t n_family = 0;
    for (size_t i = 0; i < made->n_choice; i++)
        n_family += made->choice[i].family != NULL ? 1 : 0;
    if (n_family == 0)
        rsp_say(say,
            "No regimen is proposed: no family of published regimens fits %s in this setting and within its "
            "limits.",
            condition);
    else
        rsp_say(say,
            "No regimen is proposed: the relief model has no ground in %s or in the regimens that were "
            "published "
            "for it. They are listed with their results, not ranked; their choice is a clinical one.",
            condition);
}

static void say_nothing(const struct rsp_optimising *o, struct rsp_say *say, struct rsp_say *reason)
{
    switch (o->made->outcome) {
    case RSP_OPTIMISE_NOT_A_CANDIDATE:
        rsp_say(say, "Nothing is proposed for a person who is not a candidate: settle the finding first.");
        break;
    case RSP_OPTIMISE_INCOMPLETE:
        say_incomplete(o, say);
        break;
    case RSP_OPTIMISE_ACUTE:
        rsp_say(say,
            "Acute pain: lasting relief is not forecast, and no regimen is searched; respite plan gives the "
            "published doses.");
        break;
    case RSP_OPTIMISE_NO_WEIGHT:
        rsp_say(say, "Doses need the weight: give weight_kg in the patient's file.");
        break;
    case RSP_OPTIMISE_NO_PAIN:
        rsp_say(say, "The recorded pain before treatment is 0 of 10: there is nothing to relieve.");
        break;
    case RSP_OPTIMISE_STOP:
        say_stop(o, say, reason);
        break;
    case RSP_OPTIMISE_LIMITS:
        say_limits(o, say);
        break;
    case RSP_OPTIMISE_NO_GAIN:
        rsp_say(say,
            "No candidate is worth its price: the days gained are fewer than the score asks for drug, "
            "days and "
            "visits.");
        break;
    default:
        say_no_ground(o, say);
    }
}

/* ---- something is ---- */

static size_t n_ranked_family(const struct rsp_optimised *made)
{
    size_t n = 0;
    const struct rsp_family *last = NULL; /* candidates of a family stand together */
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].ranked && made->choice[i].family != last) {
            last = made->choice[i].family;
            n++;
        }
    return n;
}

static void say_found(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_optimised *made = o->made;
    const struct rsp_choice *best = made->recommended;
    rsp_say(say,
        "Proposed: %s, %s mg of %s in all: about %s more days of relief of 30 %% or more in %s days than a "
        "placebo "
        "response gives, averaged over people who respond and people who do not (Monte Carlo error %s).",
        best->text, rsp_words_number(best->total_mg, 4).text, rsp_drug_name(best->drug),
        days(best->value.days_30).text, rsp_words_number(made->horizon_d, 4).text,
        rsp_words_number(best->value.se_30, 2).text);
}

static void say_why(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_optimised *made = o->made;
    const struct rsp_choice *best = made->recommended, *top = best;
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].ranked && made->choice[i].fitted == best->fitted &&
            made->choice[i].score > top->score)
            top = &made->choice[i];
    size_t n_same = 0;
    for (size_t i = 0; i < made->n_choice; i++)
        n_same += made->choice[i].ranked && made->choice[i].fitted == best->fitted ? 1 : 0;
    char other[RSP_CHOICE_TEXT];
    rsp_choice_short(top, other, sizeof other);
    if (top == best)
        rsp_say(say, "It has the highest score");
    else
        rsp_say(say, "It is the published regimen whose score lies within %s day%s of the highest (%s)",
            rsp_words_number(o->search->tie_d, 3).text, o->search->tie_d > 1.0 ? "s" : "", other);
    rsp_say(say, " of the %zu candidates %s, out of %zu in %zu published famil%s, and it keeps every limit. ",
        n_same, best->fitted ? "that the model was fitted on" : "that can be ranked", made->n_ranked,
        n_ranked_family(made), n_ranked_family(made) == 1 ? "y" : "ies");
    if (best->validity == RSP_VALIDITY_FITTED)
        rsp_say(say, "It is what the model was fitted on.");
    else
        rsp_say(say, "%s: %s.",
            best->validity == RSP_VALIDITY_PATIENT ? "Carried by this person's own data" : "Extrapolated",
            *best->reason != '\0' ? best->reason : "regimen as fitted");
    rsp_say(say,
        " In the response class (%s%s) the gain is %s days (%s to %s); the drug alone holds relief of 30 %% "
        "for "
        "%s days on average.",
        rsp_words_chance(best->value.response_probability).text,
        o->a.advice->learned != NULL && o->a.advice->learned->has_diary ? " for this patient" : " people",
        days(best->value.p50_days_30).text, days(best->value.p05_days_30).text,
        days(best->value.p95_days_30).text, days(best->value.drug_days_30).text);
}

static void say_other(
    const struct rsp_optimised *made, const struct rsp_choice *choice, const char *name, struct rsp_say *say)
{
    char text[RSP_CHOICE_TEXT];
    rsp_choice_short(choice, text, sizeof text);
    rsp_say(say, "%s: %s of %s, %s mg in %zu visit%s, gain %s days%s%s. ", name, text,
        rsp_drug_name(choice->drug), rsp_words_number(choice->total_mg, 4).text, choice->n_visit,
        choice->n_visit == 1 ? "" : "s", days(choice->value.days_30).text,
        choice->fitted ? "" : ", extrapolated",
        choice == made->extrapolated ? ": not proposed before what the model was fitted on" : "");
}

static void say_alternatives(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_optimised *made = o->made;
    if (made->less_drug != NULL)
        say_other(made, made->less_drug, "Less drug", say);
    if (made->other_way != NULL)
        say_other(made, made->other_way, "Another way", say);
    if (made->extrapolated != NULL && made->extrapolated != made->other_way)
        say_other(made, made->extrapolated, "Higher score", say);
}

static void say_schedule(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_optimised *made = o->made;
    rsp_say(say, "The relief model knows the amount over days alone: two schedules that give the same amount "
                 "give the same "
                 "relief, and it cannot tell which is better.");
    if (made->n_alike == 0)
        return;
    char other[RSP_CHOICE_TEXT];
    rsp_choice_short(made->alike, other, sizeof other);
    rsp_say(say,
        " %zu other schedule%s here %s of this kind (such as %s, %s mg); the published one is preferred.",
        made->n_alike, made->n_alike > 1 ? "s" : "", made->n_alike > 1 ? "are" : "is", other,
        rsp_words_number(made->alike->total_mg, 4).text);
}

static void say_price(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_search *s = o->search;
    const struct rsp_choice *const at[] = {o->made->half_price, o->made->double_price};
    static const char *const name[] = {"half", "twice"};
    rsp_say(say,
        "Score: days gained less %s days a gram of esketamine, %s days a gram of ketamine, %s days a day "
        "with an "
        "infusion and %s days a visit (LOCAL weights).",
        rsp_words_number(s->price_d_per_g[RSP_DRUG_ESKETAMINE], 3).text,
        rsp_words_number(s->price_d_per_g[RSP_DRUG_KETAMINE], 3).text,
        rsp_words_number(s->exposed_day_d, 3).text, rsp_words_number(s->visit_d, 3).text);
    for (size_t i = 0; i < 2; i++) {
        char text[RSP_CHOICE_TEXT] = "nothing";
        if (at[i] == o->made->recommended)
            snprintf(text, sizeof text, "the same");
        else if (at[i] != NULL)
            rsp_choice_short(at[i], text, sizeof text);
        rsp_say(say, "%s at %s these weights: %s", i == 0 ? " Proposed" : ";", name[i], text);
        if (at[i] != NULL && at[i]->drug != o->made->recommended->drug)
            rsp_say(say, " (%s)", rsp_drug_name(at[i]->drug));
    }
    rsp_say(say, ".");
}

static void say_rule(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_refill_rule *r = &o->search->rule;
    if (o->made->n_refill == 0) {
        rsp_say(say, "Rules for the next date are not compared: %s.", o->made->no_refill);
        return;
    }
    rsp_say(say,
        "Rule by diary: a running belief about today's pain (local-level filter: SD of a day's change %s, of "
        "a score %s "
        "points). The same course again, next morning, when the chance that pain is above %s %% of the "
        "diary's own "
        "baseline (mean of %s days) reaches %s %%, at least %s days after the last start. A course after "
        "which that "
        "chance has not fallen to %s %% by day %s ends the treatment.",
        rsp_words_number(r->filter_step_points, 3).text, rsp_words_number(r->filter_noise_points, 3).text,
        rsp_words_number(100.0 * (1.0 - r->relief_frac), 3).text, rsp_words_number(r->baseline_d, 3).text,
        rsp_words_number(100.0 * r->chance, 3).text, rsp_words_number(r->least_gap_d, 3).text,
        rsp_words_number(100.0 * (1.0 - r->chance), 3).text, rsp_words_number(r->judge_day, 3).text);
}

static void say_caution(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_choice *best = o->made->recommended;
    const double goal = o->goal_relief_frac;
    rsp_say(say, "%s", o->a.settings->futility_text);
    const struct rsp_learned *learned = o->a.advice->learned;
    const bool told = o->request->verdict != RSP_SERIES_UNKNOWN || (learned != NULL && learned->has_diary);
    if (o->a.patient->n_infusion > 0 && !told)
        rsp_say(say,
            " Infusions are on record, and nothing says whether they were felt: if they were not, stop "
            "(--responded no).");
    if (!isnan(goal)) {
        const double p = best->value.p_goal;
        if (p > 0.0)
            rsp_say(say, " The goal of %s %% relief is reached by %s.",
                rsp_words_number(100.0 * goal, 3).text, rsp_words_chance(p).text);
        else
            rsp_say(say, " The goal of %s %% relief is reached by none of the copies: agree on another one.",
                rsp_words_number(100.0 * goal, 3).text);
    }
    if (isnan(best->dissociation.p50))
        rsp_say(say, " Dissociation is not predicted for an infusion of this length; watch for it.");
    rsp_say(say, " Not validated in patients.");
}

/* What levels and diary put in the place of the population. */
static void say_learned(const struct rsp_optimising *o, struct rsp_say *say)
{
    const struct rsp_learned *learned = o->a.advice->learned;
    if (learned == NULL)
        return;
    if (learned->has_levels)
        rsp_say(say, "The parameters of the levels are this patient's, from %zu measured values. ",
            learned->levels.n_used_value + learned->levels.n_used_censored);
    if (learned->has_diary && !learned->no_response) {
        const struct rsp_prediction *past = &learned->last_days_30;
        rsp_say(say,
            "Relief is this patient's, from %zu diary entries: the last series gave %s days (%s to %s) of 30 "
            "%% "
            "relief",
            learned->diary.n_entry, span_days(past->p50).text, span_days(past->p05).text,
            span_days(past->p95).text);
        if (learned->class_known)
            rsp_say(say, ", and the chance of a response is %s",
                rsp_words_chance(learned->diary.response_probability).text);
        rsp_say(say, ". ");
    }
    rsp_say(say, "Not validated in patients.");
}

void rsp_optimise_sentences(struct rsp_optimising *o)
{
    struct rsp_optimised *made = o->made;
    struct rsp_say own = RSP_SAY(made->learned);
    say_learned(o, &own);
    struct rsp_say answer = RSP_SAY(made->answer), reason = RSP_SAY(made->reason),
                   schedule = RSP_SAY(made->schedule), alternatives = RSP_SAY(made->alternatives),
                   score = RSP_SAY(made->score_sentence), rule = RSP_SAY(made->rule_sentence),
                   caution = RSP_SAY(made->caution);
    if (made->recommended == NULL) {
        say_nothing(o, &answer, &reason);
        return;
    }
    say_found(o, &answer);
    say_why(o, &reason);
    say_alternatives(o, &alternatives);
    say_schedule(o, &schedule);
    say_price(o, &score);
    say_rule(o, &rule);
    say_caution(o, &caution);
}
