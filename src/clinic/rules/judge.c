/* Three-valued judgement of a condition on one patient's facts. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "record/words.h"
#include "rules/matching.h"
#include "rules/rulebook.h"

struct facts {
    const struct rsp_rulebook *book;
    const struct rsp_patient *patient;
    struct rsp_date today;
    struct rsp_used_facts *used;
};

/* "a; b": pieces that no longer fit are left out whole. */
static void add(char *text, size_t size, const char *piece)
{
    const size_t at = strlen(text);
    if (piece[0] == '\0' || at + strlen(piece) + 3 > size)
        return;
    snprintf(text + at, size - at, "%s%s", at > 0 ? "; " : "", piece);
}

static void unknown(struct rsp_verdict *v, const char *missing)
{
    if (v->truth != RSP_TRUE)
        v->truth = RSP_UNKNOWN;
    if (strstr(v->missing, missing) == NULL)
        add(v->missing, sizeof v->missing, missing);
}

static void holds(struct rsp_verdict *v, const char *fact)
{
    v->truth = RSP_TRUE;
    v->personal = true;
    add(v->fact, sizeof v->fact, fact);
}

/* True of everybody of this condition or in this setting. */
static void holds_of_all(struct rsp_verdict *v, const char *fact)
{
    v->truth = RSP_TRUE;
    add(v->fact, sizeof v->fact, fact);
}

static void judge_history_word(
    const struct facts *f, const struct rsp_when *when, const char *word, struct rsp_verdict *v)
{
    const struct rsp_history *item = rsp_patient_history(f->patient, word);
    char text[200];
    rsp_used_history(f->used, f->patient, word);
    if (!f->patient->has_history || rsp_patient_unasked(f->patient, word)) {
        unknown(v, "history");
        return;
    }
    if (item == NULL)
        return;
    if (when->n_severity > 0 && item->severity == NULL) {
        snprintf(text, sizeof text, "severity of %s", rsp_history_text(word));
        unknown(v, text);
        return;
    }
    if (when->n_severity > 0 && !rsp_word_listed(when->n_severity, when->severity, item->severity))
        return;
    const long days = item->has_since ? f->today.day - item->since.day : 0;
    if (!isnan(when->within_d) && !item->has_since) {
        snprintf(text, sizeof text, "date of %s", rsp_history_text(word));
        unknown(v, text);
        return;
    }
    if (!isnan(when->within_d) && (double)days >= when->within_d)
        return;
    int n = snprintf(text, sizeof text, "%s", rsp_history_text(word));
    if (item->severity != NULL)
        n += snprintf(text + n, sizeof text - (size_t)n, ", %s", item->severity);
    if (!isnan(when->within_d))
        snprintf(text + n, sizeof text - (size_t)n, ", %ld days ago", days);
    holds(v, text);
}

static void judge_history(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    for (size_t i = 0; i < when->n_word; i++)
        judge_history_word(f, when, when->word[i], v);
}

static void judge_medication(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    rsp_used_medications(f->used, f->patient);
    if (!f->patient->has_medications) {
        unknown(v, "medications");
        return;
    }
    for (size_t i = 0; i < f->patient->n_medication; i++) {
        const char *name = f->patient->medication[i].name;
        bool member = false;
        for (size_t c = 0; c < when->n_word && !member; c++)
            member = rsp_class_holds(rsp_rulebook_class(f->book, when->word[c]), name);
        if (member)
            holds(v, name);
    }
}

static void judge_near_miss(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    (void)when;
    rsp_used_medications(f->used, f->patient);
    for (size_t i = 0; i < f->patient->n_medication; i++) {
        const char *name = f->patient->medication[i].name;
        const char *meant = rsp_medication_near_miss(f->book, name);
        char text[160];
        if (meant == NULL)
            continue;
        snprintf(text, sizeof text, "\"%.60s\" (near \"%s\")", name, meant);
        holds(v, text);
    }
}

static void judge_allergy(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    rsp_used_allergies(f->used, f->patient);
    if (!f->patient->has_allergies) {
        unknown(v, "allergies");
        return;
    }
    for (size_t i = 0; i < f->patient->n_allergy; i++) {
        char text[120];
        bool hit = false;
        for (size_t w = 0; w < when->n_word && !hit; w++)
            hit = rsp_text_holds(f->patient->allergy[i], when->word[w]);
        snprintf(text, sizeof text, "allergy: %.80s", f->patient->allergy[i]);
        if (hit)
            holds(v, text);
    }
}

static bool within(const struct rsp_when *when, double x)
{
    return (isnan(when->below) || x < when->below) && (isnan(when->at_most) || x <= when->at_most) &&
           (isnan(when->above) || x > when->above) && (isnan(when->at_least) || x >= when->at_least);
}

static void judge_fact(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    for (size_t i = 0; i < when->n_word; i++) {
        const double x = rsp_fact_value(f->patient, f->today, when->word[i]);
        char text[160];
        rsp_used_number(f->used, f->patient, f->today, when->word[i]);
        if (isnan(x)) {
            rsp_fact_label(when->word[i], text, sizeof text);
            unknown(v, text);
        } else if (within(when, x)) {
            rsp_fact_describe(f->patient, f->today, when->word[i], text, sizeof text);
            holds(v, text);
        }
    }
}

static bool test_known(const struct rsp_test *test)
{
    return test != NULL && (test->text == NULL || strcmp(test->text, "unknown") != 0);
}

static const char *test_label(const char *name, char *text, size_t size)
{
    if (strcmp(name, "pregnancy") == 0)
        snprintf(text, size, "pregnancy test");
    else if (strcmp(name, "ecg") == 0)
        snprintf(text, size, "ECG");
    else
        rsp_fact_label(name, text, size);
    return text;
}

static long days_old(const struct facts *f, const struct rsp_test *test)
{
    return f->today.day - test->date.day;
}

/* That a test does not apply to a person stays so. */
static bool too_old(const struct facts *f, const struct rsp_when *when, const struct rsp_test *test)
{
    const bool ages = test->text == NULL || strcmp(test->text, "not_applicable") != 0;
    return ages && !isnan(when->older_d) && (double)days_old(f, test) > when->older_d;
}

static void judge_test(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    for (size_t i = 0; i < when->n_word; i++) {
        const struct rsp_test *test = rsp_patient_test(f->patient, when->word[i]);
        char label[80], text[160];
        rsp_used_test(f->used, f->patient, when->word[i]);
        test_label(when->word[i], label, sizeof label);
        if (!test_known(test)) {
            unknown(v, label);
        } else if (too_old(f, when, test)) {
            snprintf(text, sizeof text, "fresh %s (the last is %ld days old)", label, days_old(f, test));
            unknown(v, text);
        } else if (test->text != NULL && rsp_word_listed(when->n_severity, when->severity, test->text)) {
            snprintf(text, sizeof text, "%s: %s", label, test->text);
            holds(v, text);
        }
    }
}

static void judge_test_missing(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    for (size_t i = 0; i < when->n_word; i++) {
        const struct rsp_test *test = rsp_patient_test(f->patient, when->word[i]);
        char label[80], text[160];
        rsp_used_test(f->used, f->patient, when->word[i]);
        test_label(when->word[i], label, sizeof label);
        if (!test_known(test))
            snprintf(text, sizeof text, "%s missing", label);
        else if (too_old(f, when, test))
            snprintf(text, sizeof text, "%s is %ld days old", label, days_old(f, test));
        else
            continue;
        holds(v, text);
    }
}

static void judge_test_old(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    for (size_t i = 0; i < when->n_word; i++) {
        const struct rsp_test *test = rsp_patient_test(f->patient, when->word[i]);
        char label[80], text[160];
        rsp_used_test(f->used, f->patient, when->word[i]);
        if (!test_known(test) || !too_old(f, when, test))
            continue;
        snprintf(text, sizeof text, "%s is %ld days old", test_label(when->word[i], label, sizeof label),
            days_old(f, test));
        holds(v, text);
    }
}

static void judge_condition(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    rsp_used_note(f->used, "condition",
        f->patient->has_condition ? rsp_condition_word(f->patient->condition) : "not asked", NULL);
    if (!f->patient->has_condition) {
        unknown(v, "condition");
        return;
    }
    const char *kind = rsp_condition_acute(f->patient->condition) ? "acute" : "chronic";
    if (rsp_word_listed(when->n_word, when->word, rsp_condition_word(f->patient->condition)) ||
        rsp_word_listed(when->n_word, when->word, kind))
        holds_of_all(v, rsp_condition_text(f->patient->condition));
}

static void judge_setting(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    rsp_used_note(f->used, "setting", f->patient->setting != NULL ? f->patient->setting : "not asked", NULL);
    if (f->patient->setting == NULL)
        unknown(v, "setting");
    else if (rsp_word_listed(when->n_word, when->word, f->patient->setting))
        holds_of_all(v, f->patient->setting);
}

static void judge_sex(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    const char *sex = rsp_sex_name(f->patient->sex);
    rsp_used_note(f->used, "sex", sex != NULL ? sex : "not asked", NULL);
    if (sex == NULL)
        unknown(v, "sex");
    else if (rsp_word_listed(when->n_word, when->word, sex))
        v->truth = RSP_TRUE;
}

static void judge_infusion(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    rsp_used_infusions(f->used, f->patient);
    for (size_t i = 0; i < f->patient->n_infusion; i++) {
        const struct rsp_past_infusion *past = &f->patient->infusion[i];
        const double end_h =
            past->dose.start_h + past->dose.interval_h * (past->dose.n_repeat - 1) + past->dose.duration_h;
        const double ago_d = (double)(f->today.day - past->start.day) - end_h / RSP_H_PER_D;
        char text[120];
        if (!rsp_word_listed(when->n_word, when->word, rsp_drug_name(past->dose.drug)) &&
            !rsp_word_listed(when->n_word, when->word, "any"))
            continue;
        if ((!isnan(when->min_h) && past->dose.duration_h < when->min_h) ||
            (!isnan(when->within_d) && ago_d > when->within_d))
            continue;
        if (ago_d < 0)
            snprintf(text, sizeof text, "%s, %.0f h, not ended yet", rsp_drug_name(past->dose.drug),
                past->dose.duration_h);
        else
            snprintf(text, sizeof text, "%s, %.0f h, ended %.0f days ago", rsp_drug_name(past->dose.drug),
                past->dose.duration_h, ago_d);
        holds(v, text);
    }
}

/* counted: some were, and their sum lies within the bounds. not_counted: some could not be. */
static void judge_opioid(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    struct rsp_mme mme;
    char text[160], total[40];
    rsp_used_medications(f->used, f->patient);
    if (!f->patient->has_medications) {
        unknown(v, "medications");
        return;
    }
    rsp_rules_mme(f->book, f->patient, &mme);
    rsp_number_format(mme.total_mg, 4, total, sizeof total);
    const bool sum = rsp_word_listed(when->n_word, when->word, "counted");
    if (sum && (mme.n_counted == 0 || !within(when, mme.total_mg)))
        return;
    if (sum) {
        snprintf(text, sizeof text, "%s%s mg of morphine equivalents a day",
            rsp_mme_complete(&mme) ? "" : "at least ", total);
        holds(v, text);
        return;
    }
    for (size_t i = 0; i < mme.n && i < RSP_MAX_MME; i++)
        if (!mme.row[i].counted)
            holds(v, mme.row[i].text);
}

static void judge_always(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    (void)f;
    (void)when;
    v->truth = RSP_TRUE;
}

static void judge(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v);

static void judge_all(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    v->truth = RSP_TRUE;
    for (size_t i = 0; i < when->n_child; i++) {
        struct rsp_verdict one;
        judge(f, &when->child[i], &one);
        if (one.truth == RSP_FALSE) {
            *v = one;
            return;
        }
        if (one.truth == RSP_UNKNOWN)
            v->truth = RSP_UNKNOWN;
        v->personal = v->personal || one.personal;
        add(v->fact, sizeof v->fact, one.fact);
        add(v->missing, sizeof v->missing, one.missing);
    }
}

static void judge_any(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    for (size_t i = 0; i < when->n_child; i++) {
        struct rsp_verdict one;
        judge(f, &when->child[i], &one);
        const bool personal = v->personal || one.personal;
        if (one.truth == RSP_TRUE)
            holds_of_all(v, one.fact);
        else if (one.truth == RSP_UNKNOWN)
            unknown(v, one.missing);
        v->personal = personal;
    }
}

static void judge_not(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    judge(f, &when->child[0], v);
    v->fact[0] = '\0';
    if (v->truth != RSP_UNKNOWN)
        v->truth = v->truth == RSP_TRUE ? RSP_FALSE : RSP_TRUE;
}

typedef void judge_function(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v);

/* In the order of enum rsp_when_kind. */
static judge_function *const functions[] = {judge_all, judge_any, judge_not, judge_always, judge_history,
    judge_medication, judge_allergy, judge_fact, judge_test, judge_test_missing, judge_condition,
    judge_setting, judge_sex, judge_infusion, judge_near_miss, judge_test_old, judge_opioid};

static void judge(const struct facts *f, const struct rsp_when *when, struct rsp_verdict *v)
{
    *v = (struct rsp_verdict){.truth = RSP_FALSE};
    functions[when->kind](f, when, v);
    if (v->truth == RSP_UNKNOWN && when->missing_is_false)
        *v = (struct rsp_verdict){.truth = RSP_FALSE};
    if (v->truth != RSP_UNKNOWN)
        v->missing[0] = '\0';
}

void rsp_when_judge(const struct rsp_rulebook *book, const struct rsp_when *when,
    const struct rsp_patient *patient, struct rsp_date today, struct rsp_used_facts *used,
    struct rsp_verdict *verdict)
{
    const struct facts f = {book, patient, today, used};
    judge(&f, when, verdict);
}
