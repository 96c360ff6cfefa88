/* Dose text: words in any order after the amount, each understood or refused by name. */
#include <respite/dose.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "base/decimal.h"
#include "base/text.h"
#include "model/drug.h"

enum {
    MAX_TEXT = 400,     /* bytes; the longest sensible text is under 100 */
    MAX_WORDS = 32,     /* an amount and four clauses need 14 */
    MAX_REPEATS = 10000 /* 27 years of daily doses: more is a slip */
};

/* Bounds of what any record or plan of a treatment holds: a number outside is a slip of unit or exponent,
 * and would meet the limits of arithmetic later. Not clinical limits. */
#define LEAST_VALUE     1e-6         /* 1 ng (per kg, per h): no drug is given in less */
#define MOST_VALUE      1e6          /* 1 kg */
#define LEAST_TIME_H    (1.0 / 3600) /* 1 s: no hand or pump is faster */
#define MOST_TIME_H     8766.0       /* a year: the longest infusion or interval */
#define MOST_START_H    (10 * MOST_TIME_H)
#define MOST_COURSE_H   (30 * MOST_TIME_H) /* first to last dose: the 10,000 days of MAX_REPEATS fit */
#define BOUND_TOLERANCE 1e-9               /* relative: rounding of unit conversion */

/* "at" never goes before the start: a start in the past belongs to the patient's record. */
static const char *const clause_words[] = {"over", "for", "at", "every", NULL};

/* ---- words ---- */

struct words {
    char text[MAX_TEXT + 1];
    char *word[MAX_WORDS];
    size_t n, at;
};

/* Blanks, tabs and no-break spaces (U+00A0, U+202F: what web pages put between number and unit). */
static size_t blank_length(const char *text)
{
    if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
        return 1;
    if (strncmp(text, "\xc2\xa0", 2) == 0)
        return 2;
    return strncmp(text, "\xe2\x80\xaf", 3) == 0 ? 3 : 0;
}

static rsp_status split(const char *text, struct words *words, struct rsp_error *err)
{
    if (strlen(text) > MAX_TEXT)
        return rsp_error_set(
            err, RSP_E_LIMIT, "dose", "the dose text is longer than %d characters", MAX_TEXT);
    (void)snprintf(words->text, sizeof words->text, "%s", text);
    words->n = words->at = 0;
    char *at = words->text;
    for (;;) {
        size_t blank = 0;
        while ((blank = blank_length(at)) > 0) {
            *at = '\0';
            at += blank;
        }
        if (*at == '\0')
            break;
        if (words->n == MAX_WORDS)
            return rsp_error_set(
                err, RSP_E_SYNTAX, "dose", "the dose text has more than %d words", MAX_WORDS);
        words->word[words->n++] = at;
        while (*at != '\0' && blank_length(at) == 0)
            at++;
    }
    if (words->n == 0)
        return rsp_error_set(
            err, RSP_E_SYNTAX, "dose", "the dose is empty; write it like '35 mg esketamine iv over 40 min'");
    return RSP_OK;
}

static const char *peek(const struct words *words)
{
    return words->at < words->n ? words->word[words->at] : NULL;
}

static bool number_like(const char *word)
{
    return strspn(word, "+-.,0123456789eE") == strlen(word) && strpbrk(word, "0123456789") != NULL;
}

/* "x5" or "x 5" */
static bool begins_repeat(const char *word)
{
    return (word[0] == 'x' || word[0] == 'X') && (word[1] == '\0' || strspn(word + 1, "+-.0123456789") > 0);
}

/* A word of its own: no unit and no number. */
static bool has_place(const char *word)
{
    return rsp_text_index(word, rsp_drug_words) >= 0 || rsp_text_index(word, rsp_route_words) >= 0 ||
           rsp_text_index(word, clause_words) >= 0 || begins_repeat(word);
}

/* "22.2 mg/h" or "22.2mg/h": one or two words. `what` and `example` are for the sentence. */
static rsp_status take_quantity(struct words *words, const char *field, const char *what, const char *example,
    struct rsp_quantity *quantity, struct rsp_error *err)
{
    const char *first = peek(words);
    if (first == NULL || has_place(first))
        return rsp_error_set(err, RSP_E_MISSING, field, "%s is missing, such as %s", what, example);
    words->at++;
    char text[2 * MAX_TEXT + 2];
    const char *second = number_like(first) ? peek(words) : NULL;
    const bool is_unit = second != NULL && !has_place(second);
    (void)snprintf(text, sizeof text, "%s%s%s", first, is_unit ? " " : "", is_unit ? second : "");
    if (is_unit)
        words->at++;
    struct rsp_error inner;
    const rsp_status status = rsp_quantity_parse(text, quantity, &inner);
    if (status == RSP_E_UNIT && number_like(first) && !is_unit)
        return rsp_error_set(
            err, status, field, "'%.40s' has no unit; write %s like %s", first, what, example);
    if (status != RSP_OK)
        return rsp_error_set(err, status, field, "%s", inner.message);
    return RSP_OK;
}

/* ---- amount and clauses ---- */

struct reading {
    struct rsp_dose_text dose;
    bool has_drug, has_route, has_over, has_for, has_at, has_every, has_repeat;
};

static bool is_dimension(struct rsp_dimension d, int mass, int body_mass, int time)
{
    const struct rsp_dimension wanted = {
        .mass = (signed char)mass, .body_mass = (signed char)body_mass, .time = (signed char)time};
    return rsp_dimension_equal(d, wanted);
}

static rsp_status take_amount(struct words *words, struct rsp_dose_text *dose, struct rsp_error *err)
{
    struct rsp_quantity q;
    const char *first = peek(words);
    if (rsp_text_index(first, rsp_drug_words) >= 0 || rsp_text_index(first, rsp_route_words) >= 0)
        return rsp_error_set(err, RSP_E_MISSING, "amount",
            "the amount is missing before '%.40s'; begin with it, as in '35 mg esketamine iv over 40 min'",
            first);
    RSP_TRY(take_quantity(words, "amount", "the amount", "35 mg", &q, err));
    const struct rsp_dimension d = q.unit.dimension;
    if (is_dimension(d, 1, 0, 0))
        dose->basis = RSP_DOSE_MG;
    else if (is_dimension(d, 1, -1, 0))
        dose->basis = RSP_DOSE_MG_PER_KG;
    else if (is_dimension(d, 1, 0, -1))
        dose->basis = RSP_DOSE_MG_PER_H;
    else if (is_dimension(d, 1, -1, -1))
        dose->basis = RSP_DOSE_MG_PER_KG_PER_H;
    else
        return rsp_error_set(err, RSP_E_UNIT, "amount",
            "'%.32s' is not a unit of dose; write mg, mcg, g, mg/kg or a rate such as mg/h or mcg/kg/min",
            q.unit.text);
    if (q.internal <= 0)
        return rsp_error_set(err, RSP_E_DOMAIN, "amount",
            "the amount %.12g %s is %s; a dose is greater than zero", q.value, q.unit.text,
            q.value < 0 ? "negative" : "zero");
    if (q.internal < LEAST_VALUE * (1 - BOUND_TOLERANCE) || q.internal > MOST_VALUE * (1 + BOUND_TOLERANCE))
        return rsp_error_set(err, RSP_E_DOMAIN, "amount",
            "the amount %.4g %s is %s than any that is given; check the number and its unit", q.value,
            q.unit.text, q.internal < 1 ? "smaller" : "larger");
    dose->value = q.internal;
    return RSP_OK;
}

static rsp_status take_time(struct words *words, const char *clause, const char *example, bool start,
    double *time_h, struct rsp_error *err)
{
    const double most_h = start ? MOST_START_H : MOST_TIME_H;
    struct rsp_quantity q;
    char what[32];
    (void)snprintf(what, sizeof what, "the time after '%s'", clause);
    RSP_TRY(take_quantity(words, clause, what, example, &q, err));
    if (!is_dimension(q.unit.dimension, 0, 0, 1))
        return rsp_error_set(err, RSP_E_UNIT, clause,
            "'%.32s' after '%s' is not a time; write min, h, d or wk, as in "
            "%s",
            q.unit.text, clause, example);
    if (q.internal < 0 || (q.internal == 0 && !start))
        return rsp_error_set(err, RSP_E_DOMAIN, clause, "the time after '%s' is %s; it must be %s", clause,
            q.internal < 0 ? "negative" : "zero", start ? "zero or later" : "greater than zero");
    if (q.internal > 0 && q.internal < LEAST_TIME_H * (1 - BOUND_TOLERANCE))
        return rsp_error_set(err, RSP_E_DOMAIN, clause,
            "the time after '%s' (%.4g %s) is under a second; check the number and its unit", clause, q.value,
            q.unit.text);
    if (q.internal > most_h * (1 + BOUND_TOLERANCE))
        return rsp_error_set(err, RSP_E_DOMAIN, clause,
            "the time after '%s' (%.4g %s) is longer than %g y; check the number and its unit", clause,
            q.value, q.unit.text, most_h / MOST_TIME_H);
    *time_h = q.internal;
    return RSP_OK;
}

static rsp_status once(bool *seen, const char *clause, struct rsp_error *err)
{
    if (*seen)
        return rsp_error_set(err, RSP_E_SYNTAX, clause, "'%s' is given twice; keep one", clause);
    *seen = true;
    return RSP_OK;
}

static rsp_status clause_over(struct words *words, struct reading *r, struct rsp_error *err)
{
    RSP_TRY(once(&r->has_over, "over", err));
    return take_time(words, "over", "over 40 min", false, &r->dose.duration_h, err);
}

static rsp_status clause_for(struct words *words, struct reading *r, struct rsp_error *err)
{
    RSP_TRY(once(&r->has_for, "for", err));
    return take_time(words, "for", "for 4 h", false, &r->dose.duration_h, err);
}

static rsp_status clause_at(struct words *words, struct reading *r, struct rsp_error *err)
{
    RSP_TRY(once(&r->has_at, "at", err));
    return take_time(words, "at", "at 24 h", true, &r->dose.start_h, err);
}

static rsp_status clause_every(struct words *words, struct reading *r, struct rsp_error *err)
{
    RSP_TRY(once(&r->has_every, "every", err));
    return take_time(words, "every", "every 48 h x5", false, &r->dose.interval_h, err);
}

static rsp_status take_repeat(struct words *words, struct reading *r, struct rsp_error *err)
{
    RSP_TRY(once(&r->has_repeat, "x", err));
    const char *number = words->word[words->at++] + 1;
    if (*number == '\0' && peek(words) != NULL)
        number = words->word[words->at++];
    long n = 0;
    size_t i = 0;
    for (; number[i] >= '0' && number[i] <= '9'; i++)
        n = n <= MAX_REPEATS ? n * 10 + (number[i] - '0') : n;
    if (i == 0 || number[i] != '\0')
        return rsp_error_set(
            err, RSP_E_SYNTAX, "x", "'x%.40s' is not a number of doses; write one such as x5", number);
    if (n < 1 || n > MAX_REPEATS)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "x", "x%.40s is outside 1 to %d doses; check the number", number, MAX_REPEATS);
    r->dose.n_repeat = (int)n;
    return RSP_OK;
}

/* By the place in clause_words. */
static rsp_status (*const clauses[])(struct words *words, struct reading *r, struct rsp_error *err) = {
    clause_over, clause_for, clause_at, clause_every};

enum { N_CLAUSE = sizeof clauses / sizeof clauses[0] };

static rsp_status refuse_word(
    const char *word, const char *next, const struct reading *r, struct rsp_error *err)
{
    const char *known[RSP_N_ROUTE + N_CLAUSE + 1];
    size_t n = 0;
    for (size_t i = 0; i < N_CLAUSE; i++)
        known[n++] = clause_words[i];
    for (size_t i = 0; !r->has_route && i < RSP_N_ROUTE; i++)
        known[n++] = rsp_route_words[i];
    known[n] = NULL;
    RSP_TRY(rsp_drug_refuse(word, next, err));
    const char *nearest = rsp_text_nearest(word, known);
    if (nearest != NULL)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "dose", "unknown word '%.40s'; did you mean '%s'?", word, nearest);
    return rsp_error_set(err, RSP_E_UNKNOWN, "dose",
        "unknown word '%.40s'; write AMOUNT DRUG ROUTE [over TIME | for TIME] [at TIME] [every TIME xN]",
        word);
}

static rsp_status take_word(struct words *words, struct reading *r, struct rsp_error *err)
{
    const char *word = peek(words);
    if (begins_repeat(word))
        return take_repeat(words, r, err);
    words->at++;
    const int clause = rsp_text_index(word, clause_words);
    if (clause >= 0)
        return clauses[clause](words, r, err);
    if (rsp_text_index(word, rsp_drug_words) >= 0) {
        RSP_TRY(once(&r->has_drug, "drug", err));
        return rsp_drug_parse(word, &r->dose.drug, err);
    }
    if (rsp_text_index(word, rsp_route_words) >= 0) {
        RSP_TRY(once(&r->has_route, "route", err));
        return rsp_route_parse(word, &r->dose.route, err);
    }
    return refuse_word(word, peek(words), r, err);
}

static rsp_status check_whole(const struct reading *r, struct rsp_error *err)
{
    const enum rsp_dose_basis basis = r->dose.basis;
    const bool rate = basis == RSP_DOSE_MG_PER_H || basis == RSP_DOSE_MG_PER_KG_PER_H;
    if (!r->has_drug)
        return rsp_error_set(err, RSP_E_MISSING, "drug",
            "the drug is missing and never assumed; write ketamine (racemic), esketamine or arketamine");
    if (!r->has_route)
        return rsp_error_set(err, RSP_E_MISSING, "route",
            "the route is missing; write iv, nasal, buccal, sublingual, oral, im, sc or rectal");
    if (r->has_over && r->has_for)
        return rsp_error_set(
            err, RSP_E_SYNTAX, "for", "write either 'over' (an amount) or 'for' (a rate), not both");
    if (rate && r->has_over)
        return rsp_error_set(err, RSP_E_SYNTAX, "over",
            "a rate runs 'for' a time, as in 22.2 mg/h for 100 h; 'over' is for an amount");
    if (rate && !r->has_for)
        return rsp_error_set(
            err, RSP_E_MISSING, "for", "a rate needs its duration; add one such as 'for 4 h'");
    if (!rate && r->has_for)
        return rsp_error_set(err, RSP_E_SYNTAX, "for",
            "an amount is given 'over' a time, as in 35 mg over 40 min; 'for' is for a rate such as mg/h");
    if (r->has_every && !r->has_repeat)
        return rsp_error_set(
            err, RSP_E_MISSING, "every", "the number of doses is missing; write it like 'every 48 h x5'");
    if (r->has_repeat && !r->has_every)
        return rsp_error_set(err, RSP_E_MISSING, "x",
            "the interval is missing; write it like 'every 48 h x%d'", r->dose.n_repeat);
    if ((r->dose.n_repeat - 1) * r->dose.interval_h > MOST_COURSE_H)
        return rsp_error_set(err, RSP_E_DOMAIN, "every",
            "the last of the %d doses comes more than %g y after the first; check the interval and the "
            "number",
            r->dose.n_repeat, MOST_COURSE_H / MOST_TIME_H);
    return RSP_OK;
}

rsp_status rsp_dose_text_parse(const char *text, struct rsp_dose_text *dose, struct rsp_error *err)
{
    struct words words;
    struct reading r = {.dose = {.n_repeat = 1}};
    RSP_TRY(split(text, &words, err));
    RSP_TRY(take_amount(&words, &r.dose, err));
    while (peek(&words) != NULL)
        RSP_TRY(take_word(&words, &r, err));
    RSP_TRY(check_whole(&r, err));
    *dose = r.dose;
    return RSP_OK;
}

/* ---- canonical text ---- */

enum { FORMAT_DIGITS = 12 }; /* hides the rounding of 40/60 h, keeps anything a person wrote */

/* Text of fixed room: formatting a dose cannot fail. */
struct line {
    char text[MAX_TEXT];
    size_t length;
};

static void RSP_PRINTF(2, 3) add(struct line *line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(line->text + line->length, sizeof line->text - line->length, fmt, args);
    va_end(args);
    const size_t room = sizeof line->text - line->length - 1;
    line->length += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room;
}

static void add_number(struct line *line, double value, const char *unit)
{
    char number[RSP_DECIMAL_TEXT];
    const size_t n = rsp_decimal_write(number, false, rsp_decimal_rounded(value, FORMAT_DIGITS));
    add(line, "%.*s %s", (int)n, number, unit);
}

/* Minutes under an hour and for odd fractions of hours: 40 min, 4 h, 100 min, 1.5 h. */
static void add_time(struct line *line, const char *clause, double time_h)
{
    const double quarters = time_h * 4;
    const bool plain = fabs(quarters - round(quarters)) < 1e-9 || time_h >= 100;
    add(line, " %s ", clause);
    if (time_h > 0 && (time_h < 1 || !plain))
        add_number(line, time_h * 60, "min");
    else
        add_number(line, time_h, "h");
}

int rsp_dose_text_format(const struct rsp_dose_text *dose, char *text, size_t size)
{
    static const char *const units[] = {[RSP_DOSE_MG] = "mg",
        [RSP_DOSE_MG_PER_KG] = "mg/kg",
        [RSP_DOSE_MG_PER_H] = "mg/h",
        [RSP_DOSE_MG_PER_KG_PER_H] = "mg/kg/h"};
    const bool rate = dose->basis == RSP_DOSE_MG_PER_H || dose->basis == RSP_DOSE_MG_PER_KG_PER_H;
    struct line line = {.length = 0};
    add_number(&line, dose->value, units[dose->basis]);
    add(&line, " %s %s", rsp_drug_name(dose->drug), rsp_route_name(dose->route));
    if (dose->duration_h > 0)
        add_time(&line, rate ? "for" : "over", dose->duration_h);
    if (dose->start_h > 0)
        add_time(&line, "at", dose->start_h);
    if (dose->n_repeat > 1) {
        add_time(&line, "every", dose->interval_h);
        add(&line, " x%d", dose->n_repeat);
    }
    return snprintf(text, size, "%s", line.text);
}

/* ---- expansion ---- */

rsp_status rsp_dose_text_expand(const struct rsp_dose_text *dose, double weight_kg, size_t n_max,
    struct rsp_dose doses[], size_t *n, struct rsp_error *err)
{
    const bool per_kg = dose->basis == RSP_DOSE_MG_PER_KG || dose->basis == RSP_DOSE_MG_PER_KG_PER_H;
    const bool rate = dose->basis == RSP_DOSE_MG_PER_H || dose->basis == RSP_DOSE_MG_PER_KG_PER_H;
    if (per_kg && !(isfinite(weight_kg) && weight_kg > 0))
        return rsp_error_set(
            err, RSP_E_MISSING, "weight_kg", "the dose is written per kg: give the weight in kg");
    const double amount_mg = dose->value * (per_kg ? weight_kg : 1) * (rate ? dose->duration_h : 1);
    const int n_repeat = dose->n_repeat < 1 ? 1 : dose->n_repeat;
    const double last_h = dose->start_h + (n_repeat - 1) * dose->interval_h + dose->duration_h;
    if (!isfinite(amount_mg) || amount_mg <= 0)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "amount", "the amount of a dose is outside the range of numbers");
    if (!isfinite(last_h))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "at", "the times of the doses are outside the range of numbers");
    if ((size_t)n_repeat > n_max)
        return rsp_error_set(
            err, RSP_E_LIMIT, "x", "x%d is more than the %zu doses that are possible here", n_repeat, n_max);
    for (int i = 0; i < n_repeat; i++)
        doses[i] = (struct rsp_dose){.start_h = dose->start_h + i * dose->interval_h,
            .duration_h = dose->duration_h,
            .amount_mg = amount_mg,
            .drug = dose->drug,
            .route = dose->route,
            .state = -1};
    *n = (size_t)n_repeat;
    return RSP_OK;
}

size_t rsp_doses_strongest(size_t n, const struct rsp_dose doses[])
{
    size_t best = 0;
    double most = -1.0;
    for (size_t i = 0; i < n; i++) {
        const double strength = doses[i].amount_mg / fmax(doses[i].duration_h, 1.0);
        if (strength >= most * (1.0 - 1e-12)) {
            most = fmax(most, strength);
            best = i;
        }
    }
    return best;
}
