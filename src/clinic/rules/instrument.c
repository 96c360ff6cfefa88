/* From answers to a score. */
#include "rules/instrument.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

static bool applies(enum rsp_rule_confidence confidence)
{
    return confidence <= RSP_RULE_MEDIUM;
}

/* "0, 1, 2 or 3", or "a whole number from 0 to 10". */
static void write_possible(const struct rsp_instrument *instrument, char *text, size_t size)
{
    char low[40], high[40];
    if (instrument->kind == RSP_INSTRUMENT_ITEMS && !instrument->between) {
        size_t at = 0;
        for (size_t i = 0; i < instrument->n_answer && at < size; i++)
            at += (size_t)snprintf(text + at, size - at, "%s%g",
                i == 0                          ? ""
                : i + 1 == instrument->n_answer ? " or "
                                                : ", ",
                instrument->answer[i].value);
        return;
    }
    rsp_number_plain(instrument->low, 4, low, sizeof low);
    rsp_number_plain(instrument->high, 4, high, sizeof high);
    if (instrument->kind == RSP_INSTRUMENT_BUDAPEST)
        snprintf(text, size, "1 (yes) or 0 (no)");
    else
        snprintf(text, size, "a%s number from %s to %s", instrument->whole ? " whole" : "", low, high);
}

static bool possible(const struct rsp_instrument *instrument, double x)
{
    if (instrument->kind == RSP_INSTRUMENT_BUDAPEST)
        return x == 0 || x == 1;
    if (instrument->kind == RSP_INSTRUMENT_SCORE || instrument->between)
        return x >= instrument->low && x <= instrument->high && (!instrument->whole || x == floor(x));
    for (size_t i = 0; i < instrument->n_answer; i++)
        if (instrument->answer[i].value == x)
            return true;
    return false;
}

/* What was answered is acted on all the same. */
static rsp_status refuse_missing(
    const struct rsp_instrument *instrument, const char *what, const double answer[], struct rsp_error *err)
{
    for (size_t i = 0; i < instrument->n_flag; i++) {
        const struct rsp_instrument_flag *flag = &instrument->flag[i];
        if (flag->item > 0 && answer[flag->item - 1] > flag->above)
            return rsp_error_set(err, RSP_E_MISSING, "answers",
                "%s: %s is missing, so there is no total; but item %zu is above %g (%s). %s",
                instrument->name, what, flag->item, flag->above, flag->rule->id, flag->rule->action);
    }
    return rsp_error_set(err, RSP_E_MISSING, "answers",
        "%s: %s is missing; all of them are needed for a total.", instrument->name, what);
}

static rsp_status check_answers(
    const struct rsp_instrument *instrument, size_t n, const double answer[], struct rsp_error *err)
{
    const bool total = instrument->kind == RSP_INSTRUMENT_SCORE;
    const size_t wanted = total ? 1 : instrument->n_item;
    char what[60], could_be[120];
    if (n != wanted)
        return rsp_error_set(err, RSP_E_MISMATCH, "answers", "%s takes %s%zu answer%s, not %zu%s.",
            instrument->name, total ? "its total as " : "", wanted, wanted == 1 ? "" : "s", n,
            wanted == 1 && n == 2 ? ": write a decimal point, not a comma" : "");
    write_possible(instrument, could_be, sizeof could_be);
    for (size_t i = 0; i < n; i++) {
        if (wanted == 1)
            snprintf(what, sizeof what, "the %s", total ? "total" : "answer");
        else
            snprintf(what, sizeof what, "answer %zu", i + 1);
        if (isnan(answer[i]) && instrument->kind == RSP_INSTRUMENT_BUDAPEST)
            continue;
        if (isnan(answer[i]))
            return refuse_missing(instrument, what, answer, err);
        if (!possible(instrument, answer[i]))
            return rsp_error_set(err, RSP_E_DOMAIN, "answers", "%s: %s must be %s, not %g.", instrument->name,
                what, could_be, answer[i]);
    }
    return RSP_OK;
}

static enum rsp_truth truth_of(double answer)
{
    if (isnan(answer))
        return RSP_UNKNOWN;
    return answer > 0 ? RSP_TRUE : RSP_FALSE;
}

/* At least `wanted` of four, with some not known. */
static enum rsp_truth enough(const double answer[RSP_BUDAPEST_CATEGORY], int wanted, int *n_known)
{
    int yes = 0, open = 0;
    for (int i = 0; i < RSP_BUDAPEST_CATEGORY; i++) {
        yes += truth_of(answer[i]) == RSP_TRUE;
        open += truth_of(answer[i]) == RSP_UNKNOWN;
    }
    *n_known = yes;
    if (yes >= wanted)
        return RSP_TRUE;
    return yes + open >= wanted ? RSP_UNKNOWN : RSP_FALSE;
}

static enum rsp_truth both(enum rsp_truth a, enum rsp_truth b)
{
    if (a == RSP_FALSE || b == RSP_FALSE)
        return RSP_FALSE;
    return a == RSP_TRUE && b == RSP_TRUE ? RSP_TRUE : RSP_UNKNOWN;
}

static void judge_budapest(
    const struct rsp_instrument *instrument, const double answer[], struct rsp_score *score)
{
    const double *symptom = answer + 1, *sign = symptom + RSP_BUDAPEST_CATEGORY;
    for (size_t i = 0; i < instrument->n_criteria; i++) {
        const struct rsp_instrument_criteria *set = &instrument->criteria[i];
        const enum rsp_truth ends = both(truth_of(answer[0]), truth_of(answer[RSP_BUDAPEST_ITEM - 1]));
        const enum rsp_truth found = both(
            enough(symptom, set->n_symptom, &score->n_symptom), enough(sign, set->n_sign, &score->n_sign));
        score->criteria[i] = both(ends, found);
    }
    score->total = score->n_symptom + score->n_sign;
}

static void judge_total(
    const struct rsp_instrument *instrument, const double answer[], struct rsp_score *score)
{
    for (size_t i = 0; i < instrument->n_band; i++) {
        const struct rsp_instrument_band *band = &instrument->band[i];
        if (applies(band->confidence) && score->total >= band->from && score->total <= band->to)
            score->band = band;
    }
    for (size_t i = 0; i < instrument->n_cutoff; i++) {
        const struct rsp_instrument_cutoff *cutoff = &instrument->cutoff[i];
        const bool met =
            isnan(cutoff->at_least) ? score->total <= cutoff->at_most : score->total >= cutoff->at_least;
        if (met && applies(cutoff->confidence))
            score->cutoff[score->n_cutoff++] = cutoff;
    }
    for (size_t i = 0; i < instrument->n_flag; i++) {
        const struct rsp_instrument_flag *flag = &instrument->flag[i];
        if ((flag->item > 0 ? answer[flag->item - 1] : score->total) > flag->above)
            score->flag[score->n_flag++] = flag;
    }
}

rsp_status rsp_instrument_incomplete(const struct rsp_instrument *instrument, size_t n, const double answer[],
    struct rsp_score *score, struct rsp_error *err)
{
    struct rsp_score s = {.instrument = instrument, .total = NAN};
    char could_be[120];
    if (instrument->kind != RSP_INSTRUMENT_ITEMS || n != instrument->n_item)
        return rsp_error_set(
            err, RSP_E_MISMATCH, "answers", "%s has no items to be answered one by one.", instrument->name);
    write_possible(instrument, could_be, sizeof could_be);
    for (size_t i = 0; i < n; i++)
        if (!isnan(answer[i]) && !possible(instrument, answer[i]))
            return rsp_error_set(err, RSP_E_DOMAIN, "answers", "%s: answer %zu must be %s, not %g.",
                instrument->name, i + 1, could_be, answer[i]);
    for (size_t i = 0; i < instrument->n_flag; i++) {
        const struct rsp_instrument_flag *flag = &instrument->flag[i];
        if (flag->item > 0 && answer[flag->item - 1] > flag->above)
            s.flag[s.n_flag++] = flag;
    }
    *score = s;
    return RSP_OK;
}

rsp_status rsp_instrument_score(const struct rsp_instrument *instrument, size_t n, const double answer[],
    struct rsp_score *score, struct rsp_error *err)
{
    struct rsp_score s = {.instrument = instrument};
    RSP_TRY(check_answers(instrument, n, answer, err));
    if (instrument->kind == RSP_INSTRUMENT_BUDAPEST) {
        judge_budapest(instrument, answer, &s);
    } else {
        for (size_t i = 0; i < n; i++)
            s.total += answer[i];
        judge_total(instrument, answer, &s);
    }
    *score = s;
    return RSP_OK;
}
