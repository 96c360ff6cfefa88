#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/dose.h>

static struct rsp_dose_text parsed(const char *text)
{
    struct rsp_dose_text dose = {0};
    struct rsp_error e = {0};
    const rsp_status status = rsp_dose_text_parse(text, &dose, &e);
    ck_assert_msg(status == RSP_OK, "%s: %s", text, e.message);
    return dose;
}

static const struct {
    const char *text;
    struct rsp_dose_text dose;
    const char *canonical;
} good[] = {
    {"35 mg esketamine iv over 40 min",
        {RSP_DOSE_MG, 35, RSP_DRUG_ESKETAMINE, RSP_ROUTE_IV, 40 / 60.0, 0, 0, 1},
        "35 mg esketamine iv over 40 min"},
    {"0.5 mg/kg ketamine iv over 40 min at 0 h every 48 h x5",
        {RSP_DOSE_MG_PER_KG, 0.5, RSP_DRUG_KETAMINE, RSP_ROUTE_IV, 40 / 60.0, 0, 48, 5},
        "0.5 mg/kg ketamine iv over 40 min every 48 h x5"},
    {"0.35 mg/kg/h ketamine iv for 4 h every 1 d x10",
        {RSP_DOSE_MG_PER_KG_PER_H, 0.35, RSP_DRUG_KETAMINE, RSP_ROUTE_IV, 4, 0, 24, 10},
        "0.35 mg/kg/h ketamine iv for 4 h every 24 h x10"},
    {"22.2 mg/h esketamine iv for 100 h",
        {RSP_DOSE_MG_PER_H, 22.2, RSP_DRUG_ESKETAMINE, RSP_ROUTE_IV, 100, 0, 0, 1},
        "22.2 mg/h esketamine iv for 100 h"},
    {"56 mg esketamine nasal at 1 d", {RSP_DOSE_MG, 56, RSP_DRUG_ESKETAMINE, RSP_ROUTE_NASAL, 0, 24, 0, 1},
        "56 mg esketamine nasal at 24 h"},
    {"50 mg esketamine buccal", {RSP_DOSE_MG, 50, RSP_DRUG_ESKETAMINE, RSP_ROUTE_BUCCAL, 0, 0, 0, 1},
        "50 mg esketamine buccal"},
    {"10 mcg/kg/min arketamine iv for 90min",
        {RSP_DOSE_MG_PER_KG_PER_H, 0.6, RSP_DRUG_ARKETAMINE, RSP_ROUTE_IV, 1.5, 0, 0, 1},
        "0.6 mg/kg/h arketamine iv for 1.5 h"},
    {"500mcg ketamine SC", {RSP_DOSE_MG, 0.5, RSP_DRUG_KETAMINE, RSP_ROUTE_SC, 0, 0, 0, 1},
        "0.5 mg ketamine sc"},
    {"0.1 g KETAMINE Oral", {RSP_DOSE_MG, 100, RSP_DRUG_KETAMINE, RSP_ROUTE_ORAL, 0, 0, 0, 1},
        "100 mg ketamine oral"},
    {"500 \xc2\xb5g/kg ketamine im", {RSP_DOSE_MG_PER_KG, 0.5, RSP_DRUG_KETAMINE, RSP_ROUTE_IM, 0, 0, 0, 1},
        "0.5 mg/kg ketamine im"},
    {"1 mg/min ketamine iv for 100 min",
        {RSP_DOSE_MG_PER_H, 60, RSP_DRUG_KETAMINE, RSP_ROUTE_IV, 100 / 60.0, 0, 0, 1},
        "60 mg/h ketamine iv for 100 min"},
    {"  35\tmg  every 2 wk x 3 at 90 min over 30 min iv ESKETAMINE ",
        {RSP_DOSE_MG, 35, RSP_DRUG_ESKETAMINE, RSP_ROUTE_IV, 0.5, 1.5, 336, 3},
        "35 mg esketamine iv over 30 min at 1.5 h every 336 h x3"},
    {"25\xc2\xa0mg ketamine sublingual",
        {RSP_DOSE_MG, 25, RSP_DRUG_KETAMINE, RSP_ROUTE_SUBLINGUAL, 0, 0, 0, 1}, "25 mg ketamine sublingual"},
    {"50 mg ketamine rectal every 8 hours X6",
        {RSP_DOSE_MG, 50, RSP_DRUG_KETAMINE, RSP_ROUTE_RECTAL, 0, 0, 8, 6},
        "50 mg ketamine rectal every 8 h x6"},
};

static void assert_same(const struct rsp_dose_text *a, const struct rsp_dose_text *b, const char *text)
{
    ck_assert_msg(
        a->basis == b->basis && a->drug == b->drug && a->route == b->route && a->n_repeat == b->n_repeat,
        "%s", text);
    ck_assert_msg(fabs(a->value - b->value) <= 1e-11 * b->value, "%s", text);
    ck_assert_msg(fabs(a->duration_h - b->duration_h) <= 1e-11 * b->duration_h, "%s", text);
    ck_assert_msg(fabs(a->start_h - b->start_h) <= 1e-11 * b->start_h, "%s", text);
    ck_assert_msg(fabs(a->interval_h - b->interval_h) <= 1e-11 * b->interval_h, "%s", text);
}

START_TEST(dose_text_is_read_with_its_units_drug_and_route)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const struct rsp_dose_text dose = parsed(good[i].text);
        assert_same(&dose, &good[i].dose, good[i].text);
    }
}
END_TEST

START_TEST(canonical_text_reads_back_as_the_same_dose)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char text[200], again[200];
        const struct rsp_dose_text dose = parsed(good[i].text);
        const int n = rsp_dose_text_format(&dose, text, sizeof text);
        ck_assert_str_eq(text, good[i].canonical);
        ck_assert_int_eq(n, (int)strlen(text));
        const struct rsp_dose_text second = parsed(text);
        assert_same(&second, &dose, text);
        rsp_dose_text_format(&second, again, sizeof again);
        ck_assert_str_eq(again, text);
    }
}
END_TEST

START_TEST(unsafe_or_unclear_text_is_refused_with_the_reason)
{
    static const struct {
        const char *text;
        rsp_status status;
        const char *says;
    } rows[] = {
        {"", RSP_E_SYNTAX, "empty"},
        {"   ", RSP_E_SYNTAX, "empty"},
        {"35", RSP_E_UNIT, "no unit"},
        {"35 ketamine iv", RSP_E_UNIT, "no unit"},
        {"35 iv ketamine", RSP_E_UNIT, "no unit"},
        {"35 mg", RSP_E_MISSING, "drug is missing"},
        {"35 mg iv", RSP_E_MISSING, "drug is missing"},
        {"35 mg ketamine", RSP_E_MISSING, "route is missing"},
        {"ketamine 35 mg iv", RSP_E_MISSING, "begin with it"},
        {"iv", RSP_E_MISSING, "amount is missing"},
        {"0,5 mg/kg ketamine iv", RSP_E_SYNTAX, "comma"},
        {"1,000 mg ketamine iv", RSP_E_SYNTAX, "comma"},
        {"35 mgg ketamine iv", RSP_E_UNIT, "did you mean 'mg'"},
        {"35 mL ketamine iv", RSP_E_UNIT, "not a unit of dose"},
        {"35 % ketamine iv", RSP_E_UNIT, "not a unit of dose"},
        {"35 kg ketamine iv", RSP_E_UNIT, "not a unit of dose"},
        {"35 nmol ketamine iv", RSP_E_UNIT, "not a unit of dose"},
        {"35 mg/mL ketamine iv", RSP_E_UNIT, "not a unit of dose"},
        {"35 units ketamine iv", RSP_E_UNIT, "units of activity"},
        {"-35 mg ketamine iv", RSP_E_DOMAIN, "negative"},
        {"0 mg ketamine iv", RSP_E_DOMAIN, "zero"},
        {"nan mg ketamine iv", RSP_E_SYNTAX, "number"},
        {"inf mg ketamine iv", RSP_E_SYNTAX, "number"},
        {"1e999 mg ketamine iv", RSP_E_DOMAIN, "large"},
        {"35 mg ketoprofen iv", RSP_E_UNKNOWN, "ketoprofen is a different drug"},
        {"35 mg Ketorolac iv", RSP_E_UNKNOWN, "ketorolac is a different drug"},
        {"35 mg ketotifen oral", RSP_E_UNKNOWN, "ketotifen is a different drug"},
        {"35 mg norketamine iv", RSP_E_UNKNOWN, "norketamine is a different drug"},
        {"35 mg ketamine ketamine iv", RSP_E_SYNTAX, "twice"},
        {"35 mg ketamine esketamine iv", RSP_E_SYNTAX, "twice"},
        {"35 mg ketamine iv im", RSP_E_SYNTAX, "twice"},
        {"35 mg ketamine ivv", RSP_E_UNKNOWN, "did you mean 'iv'"},
        {"35 mg ketamine intravenously", RSP_E_UNKNOWN, "unknown word"},
        {"35 mg ketamine sublingaul", RSP_E_UNKNOWN, "did you mean 'sublingual'"},
        {"35 mg ketamine iv ovr 40 min", RSP_E_UNKNOWN, "did you mean 'over'"},
        {"35 mg ketamine iv over", RSP_E_MISSING, "the time after 'over' is missing, such as over 40 min"},
        {"35 mg ketamine over iv", RSP_E_MISSING, "the time after 'over' is missing"},
        {"35 mg ketamine iv at", RSP_E_MISSING, "the time after 'at' is missing, such as at 24 h"},
        {"35 mg ketamine iv every x5", RSP_E_MISSING, "the time after 'every' is missing"},
        {"22 mg/h ketamine iv for", RSP_E_MISSING, "the time after 'for' is missing, such as for 4 h"},
        {"35 mg ketamine iv over 40", RSP_E_UNIT,
            "'40' has no unit; write the time after 'over' like over 40 min"},
        {"35 mg ketamine iv over 40 at 2 h", RSP_E_UNIT, "'40' has no unit"},
        {"35 mg ketamine iv every 2 x5", RSP_E_UNIT, "'2' has no unit"},
        {"35 mg ketamine iv over 1e9 h", RSP_E_DOMAIN, "longer than 1 y"},
        {"35 mg ketamine iv over 8767 h", RSP_E_DOMAIN, "longer than 1 y"},
        {"35 mg ketamine iv over 0.9 s", RSP_E_DOMAIN, "under a second"},
        {"22 mg/h ketamine iv for 1e308 h", RSP_E_DOMAIN, "longer than 1 y"},
        {"35 mg ketamine iv at 1e308 h", RSP_E_DOMAIN, "longer than 10 y"},
        {"35 mg ketamine iv at 11 y", RSP_E_DOMAIN, "longer than 10 y"},
        {"35 mg ketamine iv every 2 y x2", RSP_E_DOMAIN, "longer than 1 y"},
        {"35 mg ketamine iv every 1 y x32", RSP_E_DOMAIN, "more than 30 y after the first"},
        {"1e-320 mg ketamine iv", RSP_E_DOMAIN, "smaller than any"},
        {"0.9 ng ketamine iv", RSP_E_DOMAIN, "smaller than any"},
        {"1e-9 mg/kg ketamine iv", RSP_E_DOMAIN, "smaller than any"},
        {"1001 g ketamine iv", RSP_E_DOMAIN, "larger than any"},
        {"35 mg ketamine iv over 40 mg", RSP_E_UNIT, "not a time"},
        {"35 mg ketamine iv over 0 min", RSP_E_DOMAIN, "zero"},
        {"35 mg ketamine iv over -5 min", RSP_E_DOMAIN, "negative"},
        {"35 mg ketamine iv over 40 min over 50 min", RSP_E_SYNTAX, "twice"},
        {"35 mg ketamine iv for 4 h", RSP_E_SYNTAX, "'over'"},
        {"22 mg/h ketamine iv", RSP_E_MISSING, "needs its duration"},
        {"22 mg/h ketamine iv over 4 h", RSP_E_SYNTAX, "'for'"},
        {"22 mg/h ketamine iv over 4 h for 4 h", RSP_E_SYNTAX, "not both"},
        {"35 mg ketamine iv at -1 h", RSP_E_DOMAIN, "negative"},
        {"35 mg ketamine iv every 48 h", RSP_E_MISSING, "number of doses"},
        {"35 mg ketamine iv x5", RSP_E_MISSING, "interval is missing"},
        {"35 mg ketamine iv every 0 h x5", RSP_E_DOMAIN, "zero"},
        {"35 mg ketamine iv every 48 h x0", RSP_E_DOMAIN, "outside 1"},
        {"35 mg ketamine iv every 48 h x-3", RSP_E_SYNTAX, "number of doses"},
        {"35 mg ketamine iv every 48 h x5.5", RSP_E_SYNTAX, "number of doses"},
        {"35 mg ketamine iv every 48 h x", RSP_E_SYNTAX, "number of doses"},
        {"35 mg ketamine iv every 48 h x10001", RSP_E_DOMAIN, "10000"},
        {"35 mg ketamine iv every 48 h x99999999999999999999", RSP_E_DOMAIN, "10000"},
        {"35 mg ketamine iv every 48 h x5 x6", RSP_E_SYNTAX, "twice"},
        {"35 mg ketamine iv tomorrow", RSP_E_UNKNOWN, "unknown word 'tomorrow'"},
        {"35 mg 40 mg ketamine iv", RSP_E_UNKNOWN, "unknown word '40'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_dose_text dose = {.value = 42};
        struct rsp_error e = {0};
        const rsp_status status = rsp_dose_text_parse(rows[i].text, &dose, &e);
        ck_assert_msg(
            status == rows[i].status, "%s: %s: %s", rows[i].text, rsp_status_name(status), e.message);
        ck_assert_msg(strstr(e.message, rows[i].says) != NULL, "%s: %s", rows[i].text, e.message);
        ck_assert_msg(e.field[0] != '\0', "%s", rows[i].text);
        ck_assert_double_eq(dose.value, 42);
    }
    char longer[1000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    struct rsp_dose_text dose;
    ck_assert_int_eq(rsp_dose_text_parse(longer, &dose, NULL), RSP_E_LIMIT);
}
END_TEST

START_TEST(the_bounds_of_numbers_themselves_are_accepted)
{
    ck_assert_double_eq_tol(parsed("1 ng ketamine iv").value, 1e-6, 1e-18);
    ck_assert_double_eq_tol(parsed("1000 g ketamine iv").value, 1e6, 1e-3);
    ck_assert_double_eq_tol(parsed("1 mg ketamine iv over 1 s").duration_h, 1.0 / 3600, 1e-15);
    ck_assert_double_eq(parsed("1 mg ketamine iv over 1 y").duration_h, 8766);
    ck_assert_double_eq(parsed("1 mg ketamine iv at 10 y").start_h, 87660);
    ck_assert_int_eq(parsed("1 mg ketamine iv every 1 y x31").n_repeat, 31);
    ck_assert_int_eq(parsed("1 mg ketamine iv every 1 d x10000").n_repeat, 10000);
}
END_TEST

/* A slip must never lead from one enantiomer to the racemate or back. */
START_TEST(other_spellings_and_brands_name_their_own_drug_and_no_other)
{
    static const struct {
        const char *text, *means; /* NULL: all three are named */
    } rows[] = {
        {"S-ketamine", "esketamine"},
        {"s-ketamin", "esketamine"},
        {"(S)-ketamine", "esketamine"},
        {"(S)-Ketamin", "esketamine"},
        {"S(+)-ketamine", "esketamine"},
        {"S(+)", NULL},
        {"S ketamine", "esketamine"},
        {"S(+) Ketamin", "esketamine"},
        {"ketamine-S", "esketamine"},
        {"Esketamin", "esketamine"},
        {"Ketanest-S", "esketamine"},
        {"Ketanest S", "esketamine"},
        {"Spravato", "esketamine"},
        {"R-ketamine", "arketamine"},
        {"(R)-ketamin", "arketamine"},
        {"R(-)-ketamine", "arketamine"},
        {"arketamin", "arketamine"},
        {"Ketamin", "ketamine"},
        {"racemic", "ketamine"},
        {"Ketalar", "ketamine"},
        {"Ketanest", "ketamine"},
        {"(R,S)-ketamine", "ketamine"},
        {"rac-ketamine", "ketamine"},
        {"ketmaine", NULL},
        {"esketmine", NULL},
        {"eketamine", NULL},
        {"arketmine", NULL},
        {"k\xc3\xa9tamine", NULL},
        {"ketamine+", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_dose_text dose = {.value = 42};
        struct rsp_error e = {0};
        char text[100], wanted[64];
        snprintf(text, sizeof text, "35 mg %s iv", rows[i].text);
        ck_assert_msg(rsp_dose_text_parse(text, &dose, &e) == RSP_E_UNKNOWN, "%s: %s", text, e.message);
        ck_assert_str_eq(e.field, "drug");
        ck_assert_ptr_null(strstr(e.message, "did you mean"));
        ck_assert_double_eq(dose.value, 42);
        if (rows[i].means == NULL) {
            ck_assert_msg(strstr(e.message, "esketamine") != NULL, "%s: %s", text, e.message);
            ck_assert_msg(strstr(e.message, "arketamine") != NULL, "%s: %s", text, e.message);
            continue;
        }
        snprintf(wanted, sizeof wanted, "write %s if", rows[i].means);
        ck_assert_msg(strstr(e.message, wanted) != NULL, "%s: %s", text, e.message);
        enum rsp_drug drug = RSP_N_DRUG;
        ck_assert_int_eq(rsp_drug_parse(rows[i].text, &drug, &e), RSP_E_UNKNOWN);
        ck_assert_msg(strstr(e.message, wanted) != NULL, "%s alone: %s", text, e.message);
    }
}
END_TEST

START_TEST(drugs_and_routes_have_names_that_read_back)
{
    for (int i = 0; i < RSP_N_DRUG; i++) {
        enum rsp_drug drug = RSP_N_DRUG;
        ck_assert_int_eq(rsp_drug_parse(rsp_drug_name((enum rsp_drug)i), &drug, NULL), RSP_OK);
        ck_assert_int_eq((int)drug, i);
    }
    for (int i = 0; i < RSP_N_ROUTE; i++) {
        enum rsp_route route = RSP_N_ROUTE;
        ck_assert_int_eq(rsp_route_parse(rsp_route_name((enum rsp_route)i), &route, NULL), RSP_OK);
        ck_assert_int_eq((int)route, i);
    }
    enum rsp_drug drug = RSP_DRUG_ARKETAMINE;
    enum rsp_route route = RSP_ROUTE_IM;
    ck_assert_int_eq(rsp_drug_parse("", &drug, NULL), RSP_E_MISSING);
    ck_assert_int_eq(rsp_drug_parse("aspirin", &drug, NULL), RSP_E_UNKNOWN);
    ck_assert_int_eq(rsp_route_parse("", &route, NULL), RSP_E_MISSING);
    ck_assert_int_eq(rsp_route_parse("by mouth", &route, NULL), RSP_E_UNKNOWN);
    ck_assert_int_eq((int)drug, RSP_DRUG_ARKETAMINE);
    ck_assert_int_eq((int)route, RSP_ROUTE_IM);
    ck_assert_str_eq(rsp_drug_name((enum rsp_drug)99), "?");
    ck_assert_str_eq(rsp_route_name((enum rsp_route)99), "?");
}
END_TEST

START_TEST(a_regimen_expands_to_doses_in_mg)
{
    struct rsp_dose doses[10];
    size_t n = 0;
    struct rsp_dose_text text = parsed("0.35 mg/kg/h ketamine iv for 4 h at 1 h every 1 d x10");
    ck_assert_int_eq(rsp_dose_text_expand(&text, 70, 10, doses, &n, NULL), RSP_OK);
    ck_assert_uint_eq(n, 10);
    for (size_t i = 0; i < n; i++) {
        ck_assert_double_eq_tol(doses[i].amount_mg, 98, 1e-12); /* 0.35 x 70 x 4 */
        ck_assert_double_eq(doses[i].start_h, 1 + 24.0 * (double)i);
        ck_assert_double_eq(doses[i].duration_h, 4);
        ck_assert_int_eq(doses[i].state, -1);
        ck_assert_double_eq(doses[i].steady_interval_h, 0);
    }
    text = parsed("22.2 mg/h esketamine iv for 100 h");
    ck_assert_int_eq(rsp_dose_text_expand(&text, NAN, 10, doses, &n, NULL), RSP_OK);
    ck_assert_double_eq_tol(doses[0].amount_mg, 2220, 1e-9);
}
END_TEST

START_TEST(the_strongest_dose_is_the_fastest_and_of_equals_the_last)
{
    const struct rsp_dose doses[] = {{.amount_mg = 100, .duration_h = 10}, /* 10 mg/h */
        {.amount_mg = 35, .duration_h = 0.5},                              /* within an hour: 35 mg */
        {.amount_mg = 35 * (1 - 1e-14), .duration_h = 0.5}, {.amount_mg = 60, .duration_h = 2}};
    ck_assert_uint_eq(rsp_doses_strongest(4, doses), 2);
    ck_assert_uint_eq(rsp_doses_strongest(1, doses), 0);
    ck_assert_uint_eq(rsp_doses_strongest(0, doses), 0);
}
END_TEST

START_TEST(expansion_refuses_missing_weight_small_arrays_and_overflow)
{
    struct rsp_dose doses[2] = {{.amount_mg = 42}};
    size_t n = 7;
    struct rsp_error e;
    struct rsp_dose_text text = parsed("0.5 mg/kg ketamine im");
    const double no_weight[] = {0, -70, NAN, INFINITY};
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(rsp_dose_text_expand(&text, no_weight[i], 2, doses, &n, &e), RSP_E_MISSING);
    ck_assert_str_eq(e.field, "weight_kg");
    text = parsed("5 mg ketamine im every 1 d x3");
    ck_assert_int_eq(rsp_dose_text_expand(&text, 70, 2, doses, &n, &e), RSP_E_LIMIT);
    text = (struct rsp_dose_text){.basis = RSP_DOSE_MG_PER_H, .value = 1e200, .duration_h = 1e200};
    ck_assert_int_eq(rsp_dose_text_expand(&text, 70, 2, doses, &n, &e), RSP_E_DOMAIN);
    text = (struct rsp_dose_text){.value = 5, .interval_h = 1e307, .n_repeat = 10000};
    ck_assert_int_eq(rsp_dose_text_expand(&text, 70, 2, doses, &n, &e), RSP_E_DOMAIN);
    ck_assert_uint_eq(n, 7);
    ck_assert_double_eq(doses[0].amount_mg, 42);
}
END_TEST

static rsp_status judged(size_t n, const char *const texts[], double weight_kg, struct rsp_error *e)
{
    static struct rsp_dose doses[40000];
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        const struct rsp_dose_text text = parsed(texts[i]);
        size_t added = 0;
        ck_assert_int_eq(
            rsp_dose_text_expand(&text, weight_kg, 40000 - total, doses + total, &added, NULL), RSP_OK);
        total += added;
    }
    return rsp_doses_check_absurd(total, doses, weight_kg, e);
}

START_TEST(published_regimens_are_not_absurd_and_slips_are)
{
    static const struct {
        const char *texts[3];
        bool absurd;
    } rows[] = {
        {{"0.5 mg/kg ketamine iv over 40 min every 48 h x5"}, false},
        {{"22.2 mg/h esketamine iv for 100 h"}, false},
        {{"7 mg/kg/h ketamine iv for 120 h"}, true},  /* 11.76 g a day at 70 kg */
        {{"5 mg/kg/h ketamine iv for 120 h"}, false}, /* 8.4 g a day */
        {{"20 mg/kg ketamine im"}, false},
        {{"20.1 mg/kg ketamine im"}, true},
        {{"11 mg/kg ketamine im", "11 mg/kg ketamine im at 59 min"}, true},
        {{"11 mg/kg ketamine im", "11 mg/kg ketamine im at 61 min"}, false},
        {{"11 mg/kg ketamine im", "11 mg/kg ketamine im at 60 min"}, false}, /* the next hour */
        {{"40 mg/kg ketamine iv over 2 h"}, false},
        {{"41 mg/kg ketamine iv over 2 h"}, true},
        {{"30 mg/kg ketamine iv over 2 h", "6 mg/kg ketamine im at 1 h"}, true}, /* 15 + 6 in an hour */
        {{"30 mg/kg ketamine iv over 2 h", "4 mg/kg ketamine im at 1 h"}, false},
        {{"15 mg/kg/h ketamine iv for 1 h", "15 mg/kg/h ketamine iv for 1 h at 40 min"}, false},
        {{"15 mg/kg/h ketamine iv for 1 h", "15 mg/kg/h ketamine iv for 1 h at 20 min"},
            true}, /* 25 from 0:20 */
        {{"35 g ketamine oral"}, true},
        {{"400 mg ketamine oral every 1 h x26"}, false}, /* 24 doses, 9.6 g, in any day */
        {{"420 mg ketamine oral every 1 h x26"}, true},  /* 10.08 g */
        {{"6 g ketamine oral over 12 h", "6 g ketamine oral over 12 h at 11 h"}, true},
        {{"6 g ketamine oral over 12 h", "6 g ketamine oral over 12 h at 24 h"}, false},
        {{"1 mg/kg ketamine iv every 20 h x10000"}, false},
        {{"1 mg/kg ketamine iv every 2 min x10000"}, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_error e = {0};
        size_t n = 0;
        while (n < 3 && rows[i].texts[n] != NULL)
            n++;
        const rsp_status status = judged(n, rows[i].texts, 70, &e);
        ck_assert_msg(
            status == (rows[i].absurd ? RSP_E_DOMAIN : RSP_OK), "%s: %s", rows[i].texts[0], e.message);
    }
}
END_TEST

/* A second method: the amount in a window summed dose by dose, at many window positions. */
static double in_window(size_t n, const struct rsp_dose doses[], double from_h, double window_h)
{
    double sum_mg = 0;
    for (size_t i = 0; i < n; i++) {
        const double end_h = doses[i].start_h + doses[i].duration_h;
        const double low = fmax(doses[i].start_h, from_h), high = fmin(end_h, from_h + window_h);
        if (doses[i].duration_h > 0)
            sum_mg += high > low ? doses[i].amount_mg * (high - low) / doses[i].duration_h : 0;
        else
            sum_mg +=
                doses[i].start_h >= from_h && doses[i].start_h < from_h + window_h ? doses[i].amount_mg : 0;
    }
    return sum_mg;
}

START_TEST(the_sliding_hour_agrees_with_summing_dose_by_dose)
{
    unsigned seed = 12345;
    int n_absurd = 0, n_fine = 0;
    for (int trial = 0; trial < 2000; trial++) {
        struct rsp_dose doses[8];
        for (size_t i = 0; i < 8; i++) {
            unsigned draw[3];
            for (size_t j = 0; j < 3; j++)
                draw[j] = (seed = seed * 1664525u + 1013904223u) >> 8;
            doses[i] = (struct rsp_dose){.start_h = draw[0] % 400 / 100.0,
                .duration_h = draw[1] % 3 == 0 ? 0 : draw[1] % 250 / 100.0,
                .amount_mg = draw[2] % 900,
                .state = -1};
        }
        double most_mg = 0;
        for (int step = -100; step <= 700; step++)
            most_mg = fmax(most_mg, in_window(8, doses, step / 100.0, 1));
        const double limit_mg = 20 * 70.0;
        if (fabs(most_mg - limit_mg) < 1e-6)
            continue;
        const bool absurd = rsp_doses_check_absurd(8, doses, 70, NULL) != RSP_OK;
        ck_assert_msg(absurd == (most_mg > limit_mg), "trial %d: %.3f mg in an hour", trial, most_mg);
        n_absurd += absurd;
        n_fine += !absurd;
    }
    ck_assert_int_gt(n_absurd, 100);
    ck_assert_int_gt(n_fine, 100);
}
END_TEST

START_TEST(nonsense_fields_and_steady_state_are_judged)
{
    struct rsp_dose dose = {.amount_mg = 300, .steady_interval_h = 0.5, .state = -1};
    ck_assert_int_eq(rsp_doses_check_absurd(1, &dose, NAN, NULL), RSP_E_DOMAIN); /* 14.4 g a day */
    dose.steady_interval_h = 12;
    ck_assert_int_eq(rsp_doses_check_absurd(1, &dose, NAN, NULL), RSP_OK);
    ck_assert_int_eq(rsp_doses_check_absurd(0, NULL, 70, NULL), RSP_OK);
    const double bad[] = {NAN, INFINITY, -1};
    for (size_t i = 0; i < 3; i++) {
        struct rsp_dose d = {.amount_mg = bad[i]};
        ck_assert_int_eq(rsp_doses_check_absurd(1, &d, 70, NULL), RSP_E_DOMAIN);
        d = (struct rsp_dose){.amount_mg = 1, .duration_h = bad[i]};
        ck_assert_int_eq(rsp_doses_check_absurd(1, &d, 70, NULL), RSP_E_DOMAIN);
    }
    const struct rsp_dose tiny[] = {{.amount_mg = 1e-250, .duration_h = 1e-280}, {.amount_mg = 1}};
    ck_assert_int_eq(rsp_doses_check_absurd(2, tiny, 70, NULL), RSP_OK);
    struct rsp_dose d = {.amount_mg = 1, .start_h = NAN};
    ck_assert_int_eq(rsp_doses_check_absurd(1, &d, 70, NULL), RSP_E_DOMAIN);
}
END_TEST

RUN_TESTS("dose text", dose_text_is_read_with_its_units_drug_and_route,
    canonical_text_reads_back_as_the_same_dose, unsafe_or_unclear_text_is_refused_with_the_reason,
    the_bounds_of_numbers_themselves_are_accepted,
    other_spellings_and_brands_name_their_own_drug_and_no_other, drugs_and_routes_have_names_that_read_back,
    a_regimen_expands_to_doses_in_mg, the_strongest_dose_is_the_fastest_and_of_equals_the_last,
    expansion_refuses_missing_weight_small_arrays_and_overflow,
    published_regimens_are_not_absurd_and_slips_are, the_sliding_hour_agrees_with_summing_dose_by_dose,
    nonsense_fields_and_steady_state_are_judged)
