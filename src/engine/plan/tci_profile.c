/* Target profiles: text, and the target at a time. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/tci.h>
#include <respite/units.h>

#include "base/text.h"

enum { MAX_TEXT = 1000, MAX_WORD = 64 };

/* A year: longer than any infusion, and far from the limits of arithmetic. */
#define MOST_TIME_H 8766.0
#define SAME_TIME_H 1e-9

#define EXAMPLE "'0 ng/mL to 150 ng/mL esketamine over 30 min; hold 3 h; taper to 0 over 30 min'"

struct reader {
    struct rsp_tci_profile profile;
    bool has_drug, open; /* open: the last level has no duration yet */
    double level_ng_per_ml, end_h;
    struct rsp_error *err;
};

/* One piece, cut into words. */
struct words {
    char text[MAX_TEXT + 1];
    const char *word[MAX_WORD];
    size_t n, at;
};

/* What the words of a piece said; NaN: nothing. */
struct said {
    double from_ng_per_ml, to_ng_per_ml, over_h, for_h, at_h;
};

static const char *peek(const struct words *words)
{
    return words->at < words->n ? words->word[words->at] : "";
}

static bool take(struct words *words, const char *word)
{
    if (!rsp_text_equal(peek(words), word))
        return false;
    words->at++;
    return true;
}

static rsp_status split(const char *text, size_t length, struct words *words, struct rsp_error *err)
{
    if (length > MAX_TEXT)
        return rsp_error_set(
            err, RSP_E_LIMIT, "target", "a target is written in under %d characters", MAX_TEXT);
    memcpy(words->text, text, length);
    words->text[length] = '\0';
    words->n = words->at = 0;
    for (char *at = words->text; *at != '\0';) {
        if (strchr(" \t\r\n", *at) != NULL) {
            *at++ = '\0';
            continue;
        }
        if (words->n == MAX_WORD)
            return rsp_error_set(
                err, RSP_E_SYNTAX, "target", "one piece of the target has over %d words", MAX_WORD);
        words->word[words->n++] = at;
        at += strcspn(at, " \t\r\n");
    }
    return RSP_OK;
}

static bool number_like(const char *word)
{
    return strspn(word, "+-.,0123456789eE") == strlen(word) && strpbrk(word, "0123456789") != NULL;
}

static bool begins_number(const char *word)
{
    return strchr("+-.0123456789", *word) != NULL && *word != '\0';
}

static bool is_clause(const char *word)
{
    static const char *const clause[] = {"over", "for", "at", "to", NULL};
    return rsp_text_index(word, clause) >= 0;
}

/* A number and its unit, one word or two. */
static rsp_status quantity(
    struct words *words, const char *what, const char *example, struct rsp_quantity *q, struct rsp_error *err)
{
    char text[2 * MAX_TEXT + 2];
    const char *number = peek(words);
    if (*number == '\0' || !begins_number(number))
        return rsp_error_set(err, RSP_E_MISSING, "target", "%s is missing%s%.60s%s: write it like " EXAMPLE,
            what, *number != '\0' ? " before '" : "", number, *number != '\0' ? "'" : "");
    words->at++;
    const bool two = number_like(number) && *peek(words) != '\0' && !is_clause(peek(words));
    snprintf(text, sizeof text, "%s%s%s", number, two ? " " : "", two ? peek(words) : "");
    if (two)
        words->at++;
    return rsp_quantity_parse_like(text, example, q, err);
}

static rsp_status duration(struct words *words, const char *clause, double *time_h, struct rsp_error *err)
{
    static const struct rsp_dimension of_time = {.time = 1};
    struct rsp_quantity q;
    char what[64];
    if (!isnan(*time_h))
        return rsp_error_set(
            err, RSP_E_SYNTAX, "target", "'%s' stands twice in one piece of the target", clause);
    snprintf(what, sizeof what, "the time after '%s'", clause);
    RSP_TRY(quantity(words, what, "30 min", &q, err));
    if (!rsp_dimension_equal(q.unit.dimension, of_time))
        return rsp_error_set(err, RSP_E_UNIT, "target",
            "'%s %.20s' after '%s' is no time: write '30 min' or '3 h'", words->word[words->at - 1],
            q.unit.text, clause);
    const double least_h = strcmp(clause, "at") == 0 ? 0.0 : SAME_TIME_H;
    if (!(q.internal >= least_h && q.internal <= MOST_TIME_H))
        return rsp_error_set(err, RSP_E_DOMAIN, "target",
            "the time after '%s' must be longer than 0 and at most a year", clause);
    *time_h = q.internal;
    return RSP_OK;
}

static rsp_status name_drug(struct reader *r, const char *word)
{
    enum rsp_drug drug;
    RSP_TRY(rsp_drug_parse(word, &drug, r->err));
    if (r->has_drug && drug != r->profile.drug)
        return rsp_error_set(r->err, RSP_E_MISMATCH, "target",
            "the target names %s and %s: they are different drugs, and one programme gives one",
            rsp_drug_name(r->profile.drug), rsp_drug_name(drug));
    r->profile.drug = drug;
    r->has_drug = true;
    return RSP_OK;
}

static rsp_status level(struct reader *r, struct words *words, double *level_ng_per_ml)
{
    static const struct rsp_dimension concentration = {.mass = 1, .volume = -1};
    struct rsp_quantity q;
    const char *number = peek(words);
    double value;
    /* Nothing is nothing in every unit. */
    const char *next = words->at + 1 < words->n ? words->word[words->at + 1] : "over";
    if (rsp_number_parse(number, &value, NULL) == RSP_OK && value == 0.0 && (is_clause(next))) {
        words->at++;
        *level_ng_per_ml = 0.0;
        return RSP_OK;
    }
    RSP_TRY(quantity(words, "a level", "150 ng/mL", &q, r->err));
    if (!rsp_dimension_equal(q.unit.dimension, concentration))
        return rsp_error_set(r->err, RSP_E_UNIT, "target",
            "%.20s is no unit of a concentration in blood: write '150 ng/mL'", q.unit.text);
    if (!(q.internal >= 0.0))
        return rsp_error_set(r->err, RSP_E_DOMAIN, "target", "a target level is at least 0 ng/mL");
    *level_ng_per_ml = strcmp(q.unit.text, "ng/mL") == 0 ? q.value : q.internal * RSP_NG_PER_ML_FROM_MG_PER_L;
    if (*peek(words) != '\0' && !is_clause(peek(words)))
        RSP_TRY(name_drug(r, words->word[words->at++]));
    return RSP_OK;
}

static rsp_status read_clauses(struct reader *r, struct words *words, struct said *said)
{
    while (words->at < words->n) {
        if (take(words, "over"))
            RSP_TRY(duration(words, "over", &said->over_h, r->err));
        else if (take(words, "for"))
            RSP_TRY(duration(words, "for", &said->for_h, r->err));
        else if (take(words, "at"))
            RSP_TRY(duration(words, "at", &said->at_h, r->err));
        else
            return rsp_error_set(r->err, RSP_E_SYNTAX, "target",
                "'%.60s' cannot be read in a target: write it like " EXAMPLE, peek(words));
    }
    return RSP_OK;
}

static rsp_status read_piece(struct reader *r, struct words *words, struct said *said)
{
    static const char *const verbs[] = {
        "reach", "rise", "raise", "taper", "fall", "lower", "down", "up", NULL};
    *said = (struct said){NAN, NAN, NAN, NAN, NAN};
    if (take(words, "hold")) {
        if (!take(words, "for") && !begins_number(peek(words)))
            return rsp_error_set(r->err, RSP_E_MISSING, "target", "'hold' needs a time: write 'hold 3 h'");
        RSP_TRY(duration(words, "hold", &said->for_h, r->err));
        said->to_ng_per_ml = r->level_ng_per_ml;
        return read_clauses(r, words, said);
    }
    bool verb = false;
    while (rsp_text_index(peek(words), verbs) >= 0) {
        words->at++;
        verb = true;
    }
    if (verb)
        (void)take(words, "to");
    RSP_TRY(level(r, words, &said->to_ng_per_ml));
    if (take(words, "to")) {
        said->from_ng_per_ml = said->to_ng_per_ml;
        RSP_TRY(level(r, words, &said->to_ng_per_ml));
    }
    RSP_TRY(read_clauses(r, words, said));
    if (!isnan(said->from_ng_per_ml) && isnan(said->over_h))
        return rsp_error_set(r->err, RSP_E_MISSING, "target",
            "a target from one level to another needs its time: write 'over 30 min'");
    return RSP_OK;
}

static rsp_status add(struct reader *r, double from_ng_per_ml, double to_ng_per_ml, double duration_h)
{
    if (r->profile.n == RSP_TCI_MAX_PIECE)
        return rsp_error_set(
            r->err, RSP_E_LIMIT, "target", "a target has at most %d pieces", RSP_TCI_MAX_PIECE);
    r->profile.piece[r->profile.n++] = (struct rsp_tci_piece){duration_h, from_ng_per_ml, to_ng_per_ml};
    r->level_ng_per_ml = to_ng_per_ml;
    r->end_h += duration_h;
    r->open = false;
    return RSP_OK;
}

static rsp_status hold_until(struct reader *r, double time_h, const char *what)
{
    if (time_h < r->end_h - SAME_TIME_H)
        return rsp_error_set(r->err, RSP_E_DOMAIN, "target",
            "%s at %.6g h lies before %.6g h, where the target before it ends", what, time_h, r->end_h);
    if (time_h <= r->end_h + SAME_TIME_H)
        return RSP_OK;
    return add(r, r->level_ng_per_ml, r->level_ng_per_ml, time_h - r->end_h);
}

static rsp_status append(struct reader *r, const struct said *said)
{
    if (!isnan(said->at_h))
        RSP_TRY(hold_until(r, said->at_h, "a target that begins"));
    if (r->open)
        return rsp_error_set(r->err, RSP_E_MISSING, "target",
            "for how long is %.6g ng/mL held? add 'for 2 h' to it, or 'at 2 h' to what follows",
            r->level_ng_per_ml);
    if (!isnan(said->over_h))
        RSP_TRY(add(r, isnan(said->from_ng_per_ml) ? r->level_ng_per_ml : said->from_ng_per_ml,
            said->to_ng_per_ml, said->over_h));
    r->level_ng_per_ml = said->to_ng_per_ml;
    if (!isnan(said->for_h))
        RSP_TRY(add(r, said->to_ng_per_ml, said->to_ng_per_ml, said->for_h));
    r->open = isnan(said->over_h) && isnan(said->for_h);
    return RSP_OK;
}

static rsp_status finish(struct reader *r, double total_h)
{
    if (!r->has_drug)
        return rsp_error_set(r->err, RSP_E_MISSING, "target",
            "the target names no drug: write '150 ng/mL esketamine' (ketamine is the racemate)");
    if (!isnan(total_h)) {
        if (!(total_h > 0.0 && total_h <= MOST_TIME_H))
            return rsp_error_set(
                r->err, RSP_E_DOMAIN, "for", "the whole must last longer than 0 and at most a year");
        RSP_TRY(hold_until(r, total_h, "the end of the whole"));
    }
    if (r->open && r->level_ng_per_ml > 0.0)
        return rsp_error_set(r->err, RSP_E_MISSING, "target",
            "for how long is %.6g ng/mL held? add --for 4 h, or 'for 4 h' to the target", r->level_ng_per_ml);
    if (r->profile.n == 0 || !(rsp_tci_profile_top_ng_per_ml(&r->profile) > 0.0))
        return rsp_error_set(
            r->err, RSP_E_DOMAIN, "target", "the target is 0 throughout: a level above 0 ng/mL is expected");
    return RSP_OK;
}

rsp_status rsp_tci_profile_parse(
    const char *text, double total_h, struct rsp_tci_profile *profile, struct rsp_error *err)
{
    struct reader r = {.err = err};
    struct words words;
    bool any = false;
    while (*text != '\0') {
        const size_t length = strcspn(text, ";");
        RSP_TRY(split(text, length, &words, err));
        text += length + (text[length] == ';');
        if (words.n == 0)
            continue;
        struct said said;
        any = true;
        RSP_TRY(read_piece(&r, &words, &said));
        RSP_TRY(append(&r, &said));
    }
    if (!any)
        return rsp_error_set(err, RSP_E_MISSING, "target", "the target is empty: write it like " EXAMPLE);
    RSP_TRY(finish(&r, total_h));
    *profile = r.profile;
    return RSP_OK;
}

double rsp_tci_profile_end_h(const struct rsp_tci_profile *profile)
{
    double end_h = 0.0;
    for (size_t i = 0; i < profile->n; i++)
        end_h += profile->piece[i].duration_h;
    return end_h;
}

double rsp_tci_profile_top_ng_per_ml(const struct rsp_tci_profile *profile)
{
    double top = 0.0;
    for (size_t i = 0; i < profile->n; i++)
        top = fmax(top, fmax(profile->piece[i].from_ng_per_ml, profile->piece[i].to_ng_per_ml));
    return top;
}

double rsp_tci_profile_at(const struct rsp_tci_profile *profile, double time_h)
{
    double start_h = 0.0, last = NAN;
    for (size_t i = 0; i < profile->n; i++) {
        const struct rsp_tci_piece *piece = &profile->piece[i];
        if (time_h < start_h + piece->duration_h - SAME_TIME_H)
            return piece->from_ng_per_ml + (piece->to_ng_per_ml - piece->from_ng_per_ml) *
                                               fmax(0.0, (time_h - start_h) / piece->duration_h);
        start_h += piece->duration_h;
        last = piece->to_ng_per_ml;
    }
    return last;
}
