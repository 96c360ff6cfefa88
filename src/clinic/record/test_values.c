#include <math.h>
#include <string.h>

#include "record/reader.h"

/* Bounds of what a device or laboratory can report; a slip of a decimal point falls outside. */
static const struct rsp_patient_range number_tests[] = {
    {"alt_u_per_l", "ALT", "U/L", 0, 30000},
    {"ast_u_per_l", "AST", "U/L", 0, 30000},
    {"alp_u_per_l", "ALP", "U/L", 0, 10000},
    {"ggt_u_per_l", "GGT", "U/L", 0, 10000},
    {"sbp_mmhg", "systolic pressure", "mmHg", 40, 300},
    {"dbp_mmhg", "diastolic pressure", "mmHg", 20, 200},
    {"hr_per_min", "heart rate", "per min", 20, 300},
    {"spo2_pct", "oxygen saturation", "%", 30, 100},
    {"egfr", "eGFR", "mL/min/1.73 m2", 1, 250},
    {"phq9_total", "PHQ-9 total", "points", 0, 27},
    {"phq9_item9", "PHQ-9 item 9", "points", 0, 3},
};
enum { N_NUMBER_TEST = sizeof number_tests / sizeof number_tests[0] };

static const char *const pregnancy_words[] = {"negative", "positive", "not_applicable", "unknown", NULL};
static const char *const ecg_words[] = {"normal", "abnormal", "ischaemia", "unknown", NULL};
static const char *const test_keys[] = {"alt_u_per_l", "ast_u_per_l", "alp_u_per_l", "ggt_u_per_l",
    "sbp_mmhg", "dbp_mmhg", "hr_per_min", "spo2_pct", "egfr", "phq9_total", "phq9_item9", "pregnancy", "ecg",
    NULL};

static const struct rsp_patient_range upper_range = {
    "upper_limit", "the upper limit of normal", "U/L", 1, 1000};

const struct rsp_patient_range *rsp_patient_test_range(const char *key)
{
    for (size_t i = 0; i < N_NUMBER_TEST; i++)
        if (strcmp(number_tests[i].key, key) == 0)
            return &number_tests[i];
    return strcmp(upper_range.key, key) == 0 ? &upper_range : NULL;
}

const char *const *rsp_patient_test_words(const char *key)
{
    return strcmp(key, "pregnancy") == 0 ? pregnancy_words : strcmp(key, "ecg") == 0 ? ecg_words : NULL;
}

static rsp_status read_test_value(
    struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_test *test)
{
    const char *const *words = rsp_patient_test_words(test->name);
    if (words != NULL) {
        size_t i = 0;
        RSP_TRY(rsp_patient_word(r, node, test->name, words, &i));
        test->text = words[i];
        return RSP_OK;
    }
    const struct rsp_patient_range *range = rsp_patient_test_range(test->name);
    if (range == NULL)
        return rsp_error_set(r->err, RSP_E_BUG, "tests", "No reader for the test %s.", test->name);
    return rsp_patient_number(r, node, range, &test->value);
}

static rsp_status read_test(struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_test *test)
{
    static const char *const keys[] = {"value", "date", "upper_limit", NULL};
    const struct rsp_yaml *value = node;
    for (size_t i = 0; test_keys[i] != NULL; i++)
        if (strcmp(test_keys[i], node->key) == 0)
            test->name = test_keys[i];
    test->value = test->upper_limit = NAN;
    test->date = r->today;
    test->line = node->line;
    if (node->kind == RSP_YAML_MAP) {
        RSP_TRY(rsp_yaml_only(node, keys, r->err));
        value = rsp_yaml_find(node, "value");
        const struct rsp_yaml *date = rsp_yaml_find(node, "date");
        const struct rsp_yaml *upper = rsp_yaml_find(node, "upper_limit");
        if (value == NULL)
            return rsp_yaml_error(
                node, r->err, RSP_E_MISSING, "A test needs a value, such as {value: 32, date: 2026-03-31}.");
        if (date != NULL)
            RSP_TRY(rsp_patient_day(r, date, &test->date));
        if (upper != NULL && strstr(test->name, "_u_per_l") == NULL)
            return rsp_yaml_error(upper, r->err, RSP_E_UNSUPPORTED,
                "Only the liver enzymes (alt, ast, alp, ggt) take an upper_limit.");
        if (upper != NULL)
            RSP_TRY(rsp_patient_number(r, upper, &upper_range, &test->upper_limit));
    }
    return read_test_value(r, value, test);
}

/* A diastolic pressure above the systolic one: two numbers swapped. */
static rsp_status check_pressures(struct rsp_patient_reader *r, const struct rsp_yaml *map)
{
    const struct rsp_test *systolic = rsp_patient_test(r->patient, "sbp_mmhg");
    const struct rsp_test *diastolic = rsp_patient_test(r->patient, "dbp_mmhg");
    if (systolic == NULL || diastolic == NULL || diastolic->value < systolic->value)
        return RSP_OK;
    return rsp_yaml_error(rsp_yaml_find(map, "dbp_mmhg"), r->err, RSP_E_MISMATCH,
        "The diastolic pressure (%g) is not below the systolic (%g); are they swapped?", diastolic->value,
        systolic->value);
}

rsp_status rsp_patient_read_tests(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *map = rsp_yaml_find(root, "tests");
    if (map == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(map, test_keys, r->err));
    r->patient->test = rsp_arena_alloc(r->arena, map->n_child * sizeof *r->patient->test);
    if (r->patient->test == NULL)
        return rsp_patient_no_memory(r->err);
    for (const struct rsp_yaml *node = map->first; node != NULL; node = node->next) {
        RSP_TRY(read_test(r, node, &r->patient->test[r->patient->n_test]));
        r->patient->n_test++;
    }
    return check_pressures(r, map);
}
