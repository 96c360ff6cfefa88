/* Scores against the published cut-offs, as the reviewed reference gives them. */
#include <math.h>
#include <stdio.h>

#include "clinic_check.h"
#include "rules/instrument.h"

static struct rsp_rulebook *book;

static void open_book(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s:%d %s", err.source, err.line, err.message);
}

static void close_book(void)
{
    rsp_rulebook_free(book);
}

static const struct rsp_instrument *instrument(const char *id)
{
    const struct rsp_instrument *found = NULL;
    ck_assert_int_eq(rsp_rulebook_instrument_find(book, id, &found, NULL), RSP_OK);
    return found;
}

static struct rsp_score score(const char *id, size_t n, const double answer[])
{
    struct rsp_score s;
    struct rsp_error err = {0};
    ck_assert_msg(
        rsp_instrument_score(instrument(id), n, answer, &s, &err) == RSP_OK, "%s: %s", id, err.message);
    return s;
}

/* Answers that add up to a total, each at most `most`. */
static struct rsp_score score_total(const char *id, double total)
{
    const struct rsp_instrument *what = instrument(id);
    double answer[RSP_MAX_ITEM] = {total}, left = total;
    const size_t n = what->kind == RSP_INSTRUMENT_SCORE ? 1 : what->n_item;
    const double most = what->n_answer > 0 ? what->answer[what->n_answer - 1].value : total;
    for (size_t i = 0; i < n && what->kind == RSP_INSTRUMENT_ITEMS; i++) {
        answer[i] = left < most ? left : most;
        left -= answer[i];
    }
    return score(id, n, answer);
}

static const char *band_of(const char *id, double total)
{
    const struct rsp_score s = score_total(id, total);
    ck_assert_double_eq(s.total, total);
    return s.band != NULL ? rsp_rulebook_message(book, "en", s.band->text) : "";
}

/* The first total of each band; the point before it still has the band before. */
static const struct {
    const char *id;
    double first;
    const char *before, *band;
} published[] = {
    {"phq9", 5, "minimal depression", "mild depression"},
    {"phq9", 10, "mild depression", "moderate depression"},
    {"phq9", 15, "moderate depression", "moderately severe depression"},
    {"phq9", 20, "moderately severe depression", "severe depression"},
    {"gad7", 5, "minimal anxiety", "mild anxiety"},
    {"gad7", 10, "mild anxiety", "moderate anxiety"},
    {"gad7", 15, "moderate anxiety", "severe anxiety"},
    {"fiqr", 24, "remission", "mild"},
    {"fiqr", 41, "mild", "moderate"},
    {"fiqr", 64, "moderate", "severe"},
    {"fiqr", 83, "severe", "very severe"},
    {"ort", 4, "low risk", "moderate risk"},
    {"ort", 8, "moderate risk", "high risk"},
    {"stopbang", 3, "low risk of sleep apnoea", "intermediate risk of sleep apnoea"},
    {"stopbang", 5, "intermediate risk of sleep apnoea", "high risk of sleep apnoea"},
};

START_TEST(bands_change_at_the_published_totals)
{
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        ck_assert_str_eq(band_of(published[i].id, published[i].first - 1), published[i].before);
        ck_assert_str_eq(band_of(published[i].id, published[i].first), published[i].band);
    }
    ck_assert_str_eq(band_of("phq9", 0), "minimal depression");
    ck_assert_str_eq(band_of("phq9", 27), "severe depression");
    ck_assert_str_eq(band_of("gad7", 21), "severe anxiety");
    ck_assert_str_eq(band_of("fiqr", 23.5), ""); /* between two published bands */
}
END_TEST

static const struct {
    const char *id;
    double met, not_met;
} cut[] = {{"phq9", 10, 9}, {"gad7", 10, 9}, {"lanss", 12, 11}, {"comm", 13, 12}, {"moca", 25, 26},
    {"minicog", 2, 3}, {"moaas", 0, 1}, {"aldrete", 9, 8}, {"padss", 9, 8}};

START_TEST(cut_offs_hold_at_the_published_totals)
{
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        ck_assert_msg(score_total(cut[i].id, cut[i].met).n_cutoff == 1, "%s", cut[i].id);
        ck_assert_msg(score_total(cut[i].id, cut[i].not_met).n_cutoff == 0, "%s", cut[i].id);
    }
}
END_TEST

START_TEST(what_was_not_verified_is_never_applied)
{
    static const char *const ids[] = {"dn4", "paindetect", "idpain", "dast10"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const struct rsp_instrument *what = instrument(ids[i]);
        ck_assert_uint_gt(what->n_band + what->n_cutoff, 0);
        for (double x = what->low; x <= what->high; x++) {
            const struct rsp_score s = score_total(ids[i], x);
            ck_assert_msg(s.band == NULL && s.n_cutoff == 0, "%s %g", ids[i], x);
        }
    }
}
END_TEST

START_TEST(item_nine_raises_a_finding_whatever_the_total)
{
    double answer[9] = {0};
    struct rsp_score s = score("phq9", 9, answer);
    ck_assert_uint_eq(s.n_flag, 0);
    for (double x = 1; x <= 3; x++) {
        answer[8] = x;
        s = score("phq9", 9, answer);
        ck_assert_uint_eq(s.n_flag, 1);
        ck_assert_int_eq(s.flag[0]->rule->severity, RSP_SEVERITY_CAUTION);
        ck_assert(s.flag[0]->rule->on && s.flag[0]->rule->action[0] != '\0');
    }
    double others[9] = {3, 3, 3, 3, 3, 3, 3, 3, 0};
    ck_assert_uint_eq(score("phq9", 9, others).n_flag, 0);
    ck_assert_uint_eq(score_total("cssrs_ideation", 0).n_flag, 0);
    ck_assert_uint_eq(score_total("cssrs_ideation", 1).n_flag, 1);
}
END_TEST

START_TEST(the_record_raises_the_same_finding_of_item_nine)
{
    static const char *const item[] = {"phq9_item9: 0", "phq9_item9: 1"};
    for (int i = 0; i < 2; i++) {
        char text[300];
        snprintf(text, sizeof text, "age_y: 50\nsex: m\nweight_kg: 70\nhistory: []\ntests: {%s}\n", item[i]);
        struct rsp_patient *patient = patient_of(text);
        struct rsp_finding *finding = NULL;
        enum rsp_candidacy candidacy;
        size_t n = 0;
        bool found = false;
        ck_assert_int_eq(rsp_rules_assess(book, patient, TODAY, &candidacy, &finding, &n, NULL), RSP_OK);
        for (size_t k = 0; k < n; k++)
            found = found || strcmp(finding[k].rule->id, "SUICIDE-PHQ9") == 0;
        ck_assert_int_eq(found, i);
        free(finding);
        rsp_patient_free(patient);
    }
}
END_TEST

static const struct {
    const char *id;
    size_t n;
    double answer[10];
    rsp_status status;
    const char *words;
} refused[] = {
    {"phq9", 9, {0, 0, 0, 4}, RSP_E_DOMAIN, "answer 4 must be 0, 1, 2 or 3, not 4"},
    {"phq9", 9, {0, 0, 0, -1}, RSP_E_DOMAIN, "answer 4"},
    {"phq9", 9, {0.5}, RSP_E_DOMAIN, "answer 1"},
    {"phq9", 9, {0, NAN}, RSP_E_MISSING, "answer 2 is missing"},
    {"phq9", 9, {0, NAN, 0, 0, 0, 0, 0, 0, 1}, RSP_E_MISSING, "but item 9 is above 0 (SUICIDE-PHQ9)"},
    {"phq9", 8, {0}, RSP_E_MISMATCH, "9 answers, not 8"},
    {"phq9", 10, {0}, RSP_E_MISMATCH, "9 answers, not 10"},
    {"gad7", 7, {INFINITY}, RSP_E_DOMAIN, "answer 1"},
    {"nrs", 1, {11}, RSP_E_DOMAIN, "whole number from 0 to 10"},
    {"nrs", 1, {4.5}, RSP_E_DOMAIN, "whole"},
    {"nrs", 2, {4, 5}, RSP_E_MISMATCH, "decimal point"},
    {"pgic", 1, {0}, RSP_E_DOMAIN, "not 0"},
    {"cadss", 1, {93}, RSP_E_DOMAIN, "from 0 to 92"},
    {"rass", 1, {-6}, RSP_E_DOMAIN, "from -5 to 4"},
    {"peg", 1, {10.1}, RSP_E_DOMAIN, "a number from 0 to 10"},
    {"peg", 1, {NAN}, RSP_E_MISSING, "the total is missing"},
    {"budapest", 10, {2}, RSP_E_DOMAIN, "1 (yes) or 0 (no)"},
    {"budapest", 9, {1}, RSP_E_MISMATCH, "10 answers"},
};

START_TEST(impossible_and_missing_answers_are_refused_in_words)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct rsp_score s = {.total = -99};
        struct rsp_error err = {0};
        const rsp_status status =
            rsp_instrument_score(instrument(refused[i].id), refused[i].n, refused[i].answer, &s, &err);
        ck_assert_msg(status == refused[i].status, "%s: %s", refused[i].id, err.message);
        ck_assert_msg(strstr(err.message, refused[i].words) != NULL, "%s", err.message);
        ck_assert_double_eq(s.total, -99); /* untouched */
    }
    ck_assert_double_eq(score_total("peg", 3.5).total, 3.5);
    ck_assert_double_eq(score_total("paindetect", -1).total, -1);
}
END_TEST

/* The criteria by hand over every combination of yes and no. */
START_TEST(budapest_criteria_hold_for_exactly_the_published_combinations)
{
    for (unsigned bits = 0; bits < 1024; bits++) {
        double answer[10];
        int symptoms = 0, signs = 0;
        for (unsigned i = 0; i < 10; i++)
            answer[i] = bits >> i & 1u;
        for (int i = 0; i < 4; i++) {
            symptoms += answer[1 + i] > 0;
            signs += answer[5 + i] > 0;
        }
        const bool ends = answer[0] > 0 && answer[9] > 0;
        const struct rsp_score s = score("budapest", 10, answer);
        ck_assert_int_eq(s.criteria[0], ends && symptoms >= 3 && signs >= 2 ? RSP_TRUE : RSP_FALSE);
        ck_assert_int_eq(s.criteria[1], ends && symptoms == 4 && signs >= 2 ? RSP_TRUE : RSP_FALSE);
        ck_assert_int_eq(s.n_symptom, symptoms);
        ck_assert_int_eq(s.n_sign, signs);
    }
}
END_TEST

/* Unknown exactly when the answers that are not known could still decide. */
START_TEST(budapest_criteria_are_unknown_only_while_the_rest_could_decide)
{
    static const double value[] = {0, 1, NAN};
    for (int code = 0; code < 59049; code += 7) { /* a seventh of all 3^10 */
        double answer[10];
        int open[10], n_open = 0, rest = code;
        bool can_be_true = false, can_be_false = false;
        for (int i = 0; i < 10; i++, rest /= 3) {
            answer[i] = value[rest % 3];
            if (isnan(answer[i]))
                open[n_open++] = i;
        }
        for (unsigned bits = 0; bits < 1u << n_open; bits++) {
            double full[10];
            memcpy(full, answer, sizeof full);
            for (int i = 0; i < n_open; i++)
                full[open[i]] = bits >> i & 1u;
            const int symptoms = (int)(full[1] + full[2] + full[3] + full[4]);
            const int signs = (int)(full[5] + full[6] + full[7] + full[8]);
            const bool met = full[0] > 0 && full[9] > 0 && symptoms >= 3 && signs >= 2;
            can_be_true = can_be_true || met;
            can_be_false = can_be_false || !met;
        }
        ck_assert_int_eq(score("budapest", 10, answer).criteria[0], can_be_true && can_be_false ? RSP_UNKNOWN
                                                                    : can_be_true               ? RSP_TRUE
                                                                                                : RSP_FALSE);
    }
}
END_TEST

START_TEST(only_free_texts_are_shipped_and_each_has_its_source_and_licence)
{
    static const char *const free_ones[] = {"nrs", "pgic", "phq9", "gad7", "budapest"};
    size_t n_free = 0;
    for (size_t i = 0; i < rsp_rulebook_n_instrument(book); i++) {
        const struct rsp_instrument *one = rsp_rulebook_instrument(book, i);
        bool listed = false;
        for (size_t k = 0; k < sizeof free_ones / sizeof *free_ones; k++)
            listed = listed || strcmp(free_ones[k], one->id) == 0;
        ck_assert_msg(one->free_text == listed, "%s", one->id);
        ck_assert_msg(one->free_text == (one->n_item > 0), "%s", one->id);
        ck_assert_msg(strlen(one->source) > 10 && strlen(one->licence) > 3, "%s", one->id);
        n_free += one->free_text;
    }
    ck_assert_uint_eq(n_free, sizeof free_ones / sizeof *free_ones);
    static const char *const pfizer[] = {"phq9", "gad7"};
    for (int i = 0; i < 2; i++)
        ck_assert_ptr_nonnull(strstr(rsp_rulebook_message(book, "en", instrument(pfizer[i])->notice),
            "No permission required to reproduce, translate, display or distribute."));
}
END_TEST

START_TEST(a_language_that_is_not_there_falls_back_to_english)
{
    ck_assert_str_eq(rsp_rulebook_message(book, "xx", "phq.answer.3"), "Nearly every day");
    ck_assert_ptr_null(rsp_rulebook_message(book, "en", "no.such.key"));
    const struct rsp_instrument *none = NULL;
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_rulebook_instrument_find(book, "phq8", &none, &err), RSP_E_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "phq9"));
    ck_assert_ptr_null(none);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {bands_change_at_the_published_totals, cut_offs_hold_at_the_published_totals,
        what_was_not_verified_is_never_applied, item_nine_raises_a_finding_whatever_the_total,
        the_record_raises_the_same_finding_of_item_nine, impossible_and_missing_answers_are_refused_in_words,
        budapest_criteria_hold_for_exactly_the_published_combinations,
        budapest_criteria_are_unknown_only_while_the_rest_could_decide,
        only_free_texts_are_shipped_and_each_has_its_source_and_licence,
        a_language_that_is_not_there_falls_back_to_english};
    Suite *suite = suite_create("instruments");
    TCase *tcase = tcase_create("instruments");
    tcase_set_timeout(tcase, 0);
    tcase_add_checked_fixture(tcase, open_book, close_book);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
