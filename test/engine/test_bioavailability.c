#include "../base/suite.h"

#include <string.h>

#include "evidence/bioavailability.h"

static struct rsp_bioavailability_table *shipped(void)
{
    struct rsp_bioavailability_table *table = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_bioavailability_shipped(&table, &err) == RSP_OK, "%s: %s", err.field, err.message);
    return table;
}

START_TEST(every_shipped_row_has_a_source_and_a_possible_fraction)
{
    struct rsp_bioavailability_table *table = shipped();
    ck_assert_uint_gt(rsp_bioavailability_count(table), 0);
    for (size_t i = 0; i < rsp_bioavailability_count(table); i++) {
        const struct rsp_bioavailability *r = rsp_bioavailability_row(table, i);
        ck_assert_uint_gt(strlen(r->source), 20);
        ck_assert(r->low > 0 && r->low <= r->fraction && r->fraction <= r->high && r->high <= 1);
    }
    rsp_bioavailability_free(table);
}
END_TEST

/* Chong 2006: sublingual 32 % (SD 17), Rolan 2014: 29 %, Yanagihara 2003: 30 %. */
START_TEST(sublingual_racemate_lies_between_the_published_studies)
{
    struct rsp_bioavailability_table *table = shipped();
    double low = 0, high = 0;
    ck_assert_uint_eq(
        rsp_bioavailability_adults(table, RSP_DRUG_KETAMINE, RSP_ROUTE_SUBLINGUAL, &low, &high), 3);
    ck_assert_double_eq(low, 0.29);
    ck_assert_double_eq(high, 0.32);
    rsp_bioavailability_free(table);
}
END_TEST

START_TEST(nothing_is_published_for_subcutaneous_doses)
{
    struct rsp_bioavailability_table *table = shipped();
    double low = -1, high = -1;
    for (int drug = 0; drug < RSP_N_DRUG; drug++)
        ck_assert_uint_eq(
            rsp_bioavailability_adults(table, (enum rsp_drug)drug, RSP_ROUTE_SC, &low, &high), 0);
    ck_assert_double_eq(low, -1);
    rsp_bioavailability_free(table);
}
END_TEST

/* 41 % was found in children; for adults only the conflicting 93 % is known. */
START_TEST(a_value_found_in_children_is_not_offered_for_adults)
{
    struct rsp_bioavailability_table *table = shipped();
    double low = 0, high = 0;
    ck_assert_uint_eq(rsp_bioavailability_adults(table, RSP_DRUG_KETAMINE, RSP_ROUTE_IM, &low, &high), 1);
    ck_assert_double_eq(low, 0.93);
    rsp_bioavailability_free(table);
}
END_TEST

static const char *const bad[] = {
    "",
    "respite_routes: 2\nsources: {a: b}\nrows: []\n",
    "respite_routes: 1\nsources: {a: b}\n",
    "respite_routes: 1\nsources: {a: b}\nrows: [{route: oral, drug: ketamine, fraction: 20, population: "
    "adults, "
    "source: a, confidence: primary}]\n",
    "respite_routes: 1\nsources: {a: b}\nrows: [{route: oral, drug: ketamine, fraction: 0,2, population: "
    "adults, "
    "source: a, confidence: primary}]\n",
    "respite_routes: 1\nsources: {a: b}\nrows: [{route: oral, drug: ketoprofen, fraction: 0.2, population: "
    "adults, "
    "source: a, confidence: primary}]\n",
    "respite_routes: 1\nsources: {a: b}\nrows: [{route: oral, drug: ketamine, fraction: 0.2, population: "
    "adults, "
    "source: c, confidence: primary}]\n",
    "respite_routes: 1\nsources: {a: b}\nrows: [{route: oral, drug: ketamine, fraction: 0.2, spread: 0.1, "
    "population: adults, source: a, confidence: primary}]\n",
    "respite_routes: 1\nsources: {a: b}\nrows: [{route: oral, drug: ketamine, fraktion: 0.2, population: "
    "adults, "
    "source: a, confidence: primary}]\n",
};

START_TEST(a_wrong_table_is_refused_with_a_sentence)
{
    struct rsp_bioavailability_table *table = NULL;
    struct rsp_error err = {0};
    ck_assert(rsp_bioavailability_parse(bad[_i], strlen(bad[_i]), "t.yaml", &table, &err) != RSP_OK);
    ck_assert_ptr_null(table);
    ck_assert_uint_gt(strlen(err.message), 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bioavailability");
    TCase *tcase = tcase_create("bioavailability");
    tcase_add_test(tcase, every_shipped_row_has_a_source_and_a_possible_fraction);
    tcase_add_test(tcase, sublingual_racemate_lies_between_the_published_studies);
    tcase_add_test(tcase, nothing_is_published_for_subcutaneous_doses);
    tcase_add_test(tcase, a_value_found_in_children_is_not_offered_for_adults);
    tcase_add_loop_test(
        tcase, a_wrong_table_is_refused_with_a_sentence, 0, (int)(sizeof bad / sizeof bad[0]));
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
