/* The published rows and the regimens to which the relief model is compared. */
#include <math.h>
#include <stdio.h>

#include "clinic_check.h"
#include "rules/rules.h"

static struct rsp_rulebook *shipped(void)
{
    struct rsp_rulebook *book = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s:%d %s", err.source, err.line, err.message);
    return book;
}

START_TEST(every_row_speaks_for_itself)
{
    struct rsp_rulebook *book = shipped();
    ck_assert_uint_eq(
        rsp_rulebook_n_evidence(book), 142); /* rows of the review, without its own calculations */
    for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(book, i);
        ck_assert_msg(strlen(row->result) > 15 && strlen(row->source) > 10, "%s", row->study);
        ck_assert_msg(row->always || row->n_condition > 0, "%s", row->study);
        ck_assert_msg(isnan(row->low) || (row->low <= row->high), "%s", row->study);
        ck_assert_msg(
            isnan(row->low) || isnan(row->value) || (row->low <= row->value && row->value <= row->high), "%s",
            row->study);
    }
    rsp_rulebook_free(book);
}
END_TEST

/* Faults that a table of fields leaves when it is strung together. */
START_TEST(results_are_sentences_and_not_strung_fields)
{
    struct rsp_rulebook *book = shipped();
    for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(book, i);
        const char *text = row->result;
        if (row->shown != RSP_SHOWN_ALONE)
            continue;
        int depth = 0;
        for (const char *at = text; *at != '\0'; at++) {
            depth += (*at == '(') - (*at == ')');
            ck_assert_msg(depth == 0 || depth == 1, "%s: brackets in brackets: %s", row->study, text);
        }
        ck_assert_msg(depth == 0 && text[strlen(text) - 1] == '.', "%s: %s", row->study, text);
        const char *stop = strstr(text, ". "); /* "Responders. Responders with ..." */
        const size_t n = stop != NULL ? (size_t)(stop - text) : 0;
        ck_assert_msg(n == 0 || strncmp(stop + 2, text, n) != 0, "%s: %s", row->study, text);
        const char *open = strchr(text, '('); /* "59-85 % (59-85 90% CI)" */
        char interval[24];
        if (open != NULL && sscanf(open, "(%23[0-9.-]", interval) == 1 && strchr(interval, '-') != NULL)
            ck_assert_msg(strstr(text, interval) == open + 1, "%s: %s", row->study, text);
        ck_assert_msg(strstr(text, "not readable") == NULL, "%s: %s", row->study, text);
    }
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(cochrane_2025_is_the_one_row_shown_always)
{
    struct rsp_rulebook *book = shipped();
    size_t n = 0;
    for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(book, i);
        if (!row->always)
            continue;
        n++;
        ck_assert_double_eq(row->value, -15.79); /* CD015373: immediate difference, 0 to 100 */
        ck_assert_double_eq(row->low, -32.09);
        ck_assert_double_eq(row->high, 0.51);
    }
    ck_assert_uint_eq(n, 1);
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(every_condition_has_published_rows)
{
    struct rsp_rulebook *book = shipped();
    for (int c = 0; c < (int)RSP_N_CONDITION; c++) {
        size_t n = 0;
        for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
            const struct rsp_evidence *row = rsp_rulebook_evidence(book, i);
            for (size_t k = 0; k < row->n_condition; k++)
                n += row->condition[k] == (enum rsp_condition)c;
        }
        ck_assert_msg(n > 0, "nothing for %s", rsp_condition_word((enum rsp_condition)c));
    }
    rsp_rulebook_free(book);
}
END_TEST

static bool told_by_another(const struct rsp_rulebook *book, const struct rsp_evidence *row)
{
    char figure[40];
    snprintf(figure, sizeof figure, "%g", fabs(row->value));
    for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
        const struct rsp_evidence *other = rsp_rulebook_evidence(book, i);
        if (other->shown == RSP_SHOWN_ALONE && strcmp(other->study, row->study) == 0 &&
            strcmp(other->regimen, row->regimen) == 0 && strstr(other->result, figure) != NULL)
            return true;
    }
    return false;
}

START_TEST(a_baseline_or_other_arm_that_is_not_shown_stands_in_a_row_that_is)
{
    struct rsp_rulebook *book = shipped();
    size_t n = 0;
    for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(book, i);
        const bool comparator = strcmp(row->arm, "placebo") == 0 || strstr(row->arm, "midazolam") != NULL ||
                                strstr(row->arm, "morphine 0.1") == row->arm ||
                                strcmp(row->arm, "magnesium") == 0 ||
                                strstr(row->quantity, "baseline,") != NULL;
        ck_assert_msg(!comparator || row->shown == RSP_SHOWN_BESIDE, "%s: %s", row->study, row->result);
        if (row->shown != RSP_SHOWN_BESIDE || isnan(row->value))
            continue;
        n++;
        ck_assert_msg(told_by_another(book, row), "%s: %g is told nowhere", row->study, row->value);
    }
    ck_assert_uint_ge(n, 20);
    rsp_rulebook_free(book);
}
END_TEST

/* Figures of both arms, or of before and after, as the papers' abstracts print them. */
static const struct {
    const char *study, *figure, *beside;
} pairs[] = {
    {"Hardy 2012", "31 %", "27 %"},
    {"Motov 2015", "4.1", "3.9"},
    {"Pickering 2020", "185", "187"},
    {"Sigtermans 2009", "2.68", "5.45"},
    {"Noppers 2011", "8 of 12", "3 of 12"},
    {"Mitchell & Fallon 2002", "69 %", "50 %"},
    {"Pomeroy 2017", "3.8", "7.1"},
    {"Mangnus 2022", "6 of 10", "8 (2) before"},
    {"Trinity series 2023", "1.8", "9.3"},
    {"Amr 2010", "0.0001", "2 weeks"},
};

START_TEST(no_figure_stands_without_its_comparison)
{
    struct rsp_rulebook *book = shipped();
    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++) {
        bool found = false;
        for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
            const struct rsp_evidence *row = rsp_rulebook_evidence(book, i);
            if (row->shown != RSP_SHOWN_ALONE || strcmp(row->study, pairs[p].study) != 0)
                continue;
            const bool first = strstr(row->result, pairs[p].figure) != NULL;
            const bool second = strstr(row->result, pairs[p].beside) != NULL;
            found = found || (first && second);
        }
        ck_assert_msg(found, "%s: %s beside %s", pairs[p].study, pairs[p].figure, pairs[p].beside);
    }
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(what_the_model_was_fitted_on_says_so)
{
    struct rsp_rulebook *book = shipped();
    for (size_t i = 0; i < rsp_rulebook_n_evidence(book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(book, i);
        const bool fitted =
            strcmp(row->study, "Sigtermans 2009") == 0 || strcmp(row->study, "Dahan 2011") == 0;
        ck_assert_int_eq(row->training, fitted);
        const char *said = strstr(row->result, "relief model");
        if (fitted && row->shown == RSP_SHOWN_ALONE) /* within what a sentence quotes of a result */
            ck_assert_msg(said != NULL && said - row->result < 135, "%s", row->result);
    }
    rsp_rulebook_free(book);
}
END_TEST

/* S-ketamine of each regimen at 70 kg, computed from the papers apart from this program; the racemate counts half. */
static const struct {
    const char *study;
    double s_mg;
} amounts[] = {
    {"Sigtermans 2009", 1945},
    {"Mangnus 2022, 5 mg/h", 840},
    {"Mangnus 2022, 7 mg/h", 1176},
    {"Mangnus 2022, 10 mg/h", 1680},
    {"Mangnus 2022, 14 mg/h", 2352},
    {"KetCRPS-2, inpatients", 2016},
    {"KetCRPS-2, outpatients", 504},
    {"Goldberg 2010, 25 mg/h", 1500},
    {"Goldberg 2010, 40 mg/h", 2400},
    {"Goldberg 2005", 300},
    {"Schwartzman 2009", 462},
    {"Correll 2004, 20 mg/h", 1128},
    {"Correll 2004, 50 mg/h", 2820},
    {"Kiefer 2008, anaesthetic", 21000},
    {"Kiefer 2008, pilot", 2750},
    {"Goebel 2015", 2100},
    {"Amr 2010", 280},
    {"Noppers 2011", 35},
    {"Pickering 2020", 18},
    {"Mitchell 2002", 21},
    {"Kim 2015", 105},
    {"Tankha 2025", 88},
    {"Lumanauw 2019", 18},
    {"Inpatient cohort 2021, 0.225 mg/kg/h", 945},
    {"Inpatient cohort 2021, 24 mg/h", 1440},
    {"Schwenk 2018, rising", 2318},
    {"Schwenk 2018, flat", 3912},
    {"Pomeroy 2017", 1152},
    {"Lauritsen 2016", 571},
    {"Hardy 2012", 950},
    {"Sheehy 2015", 126},
    {"Corriger 2022", 111},
    {"Trinity series 2023", 872},
    {"Motov 2015", 10},
};

static double s_mg_of(const struct rsp_comparison *row)
{
    double s_mg = 0;
    for (size_t k = 0; k < row->n_dose; k++) {
        struct rsp_dose_text text;
        struct rsp_dose dose[64];
        size_t n = 0;
        ck_assert_int_eq(rsp_dose_text_parse(row->dose[k], &text, NULL), RSP_OK);
        ck_assert_int_eq(rsp_dose_text_expand(&text, 70, 64, dose, &n, NULL), RSP_OK);
        for (size_t d = 0; d < n; d++)
            s_mg += dose[d].amount_mg * (dose[d].drug == RSP_DRUG_ESKETAMINE ? 1 : 0.5);
    }
    return s_mg;
}

START_TEST(compared_regimens_hold_the_published_amounts)
{
    struct rsp_rulebook *book = shipped();
    for (size_t a = 0; a < sizeof amounts / sizeof amounts[0]; a++) {
        const struct rsp_comparison *row = NULL;
        for (size_t i = 0; i < rsp_rulebook_n_comparison(book); i++)
            if (strcmp(rsp_rulebook_comparison(book, i)->study, amounts[a].study) == 0)
                row = rsp_rulebook_comparison(book, i);
        ck_assert_msg(row != NULL, "%s", amounts[a].study);
        ck_assert_msg(fabs(s_mg_of(row) - amounts[a].s_mg) <= 0.6, "%s: %g", row->study, s_mg_of(row));
    }
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(only_the_trial_that_the_model_was_fitted_on_is_marked)
{
    struct rsp_rulebook *book = shipped();
    for (size_t i = 0; i < rsp_rulebook_n_comparison(book); i++) {
        const struct rsp_comparison *row = rsp_rulebook_comparison(book, i);
        ck_assert_int_eq(row->training, strcmp(row->study, "Sigtermans 2009") == 0);
        for (size_t k = 0; k < row->n_share; k++)
            ck_assert(row->share[k].value >= 0 && row->share[k].value <= 1);
    }
    rsp_rulebook_free(book);
}
END_TEST

RUN_TESTS("evidence", results_are_sentences_and_not_strung_fields,
    a_baseline_or_other_arm_that_is_not_shown_stands_in_a_row_that_is,
    no_figure_stands_without_its_comparison, what_the_model_was_fitted_on_says_so,
    every_row_speaks_for_itself, cochrane_2025_is_the_one_row_shown_always,
    every_condition_has_published_rows, compared_regimens_hold_the_published_amounts,
    only_the_trial_that_the_model_was_fitted_on_is_marked)
