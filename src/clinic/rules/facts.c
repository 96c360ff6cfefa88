/* The numbers of a patient that rules may ask for. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rules/rulebook.h"

static double age_y(const struct rsp_patient *p, struct rsp_date today)
{
    (void)today;
    return p->age_y;
}

static double weight_kg(const struct rsp_patient *p, struct rsp_date today)
{
    (void)today;
    return p->weight_kg;
}

static double weight_age_d(const struct rsp_patient *p, struct rsp_date today)
{
    return isnan(p->weight_kg) ? NAN : (double)(today.day - p->weight_date.day);
}

static double baseline_nrs(const struct rsp_patient *p, struct rsp_date today)
{
    (void)today;
    return p->baseline_nrs;
}

/* Highest of the liver enzymes over its own upper limit of normal. */
static double enzymes_ratio(const struct rsp_patient *p, struct rsp_date today)
{
    static const char *const enzymes[] = {"alt_u_per_l", "ast_u_per_l", "alp_u_per_l", "ggt_u_per_l"};
    (void)today;
    double worst = NAN;
    for (size_t i = 0; i < sizeof enzymes / sizeof enzymes[0]; i++) {
        const struct rsp_test *test = rsp_patient_test(p, enzymes[i]);
        if (test != NULL && !isnan(test->upper_limit))
            worst = fmax(worst, test->value / test->upper_limit); /* fmax passes over NaN */
    }
    return worst;
}

struct fact {
    const char *name, *label, *unit;
    double (*value)(const struct rsp_patient *p, struct rsp_date today); /* NULL: the test of that name */
};

static const struct fact facts[] = {
    {"age_y", "age", "years", age_y},
    {"weight_kg", "weight", "kg", weight_kg},
    {"weight_age_d", "age of the weight", "days", weight_age_d},
    {"baseline_nrs", "baseline pain", "of 10", baseline_nrs},
    {"enzymes_over_upper_limit", "highest liver enzyme, in upper limits of normal", "", enzymes_ratio},
    {"alt_u_per_l", "ALT", "U/L", NULL},
    {"ast_u_per_l", "AST", "U/L", NULL},
    {"alp_u_per_l", "ALP", "U/L", NULL},
    {"ggt_u_per_l", "GGT", "U/L", NULL},
    {"sbp_mmhg", "systolic pressure", "mmHg", NULL},
    {"dbp_mmhg", "diastolic pressure", "mmHg", NULL},
    {"hr_per_min", "heart rate", "per min", NULL},
    {"spo2_pct", "oxygen saturation", "%", NULL},
    {"egfr", "eGFR", "mL/min/1.73 m2", NULL},
    {"phq9_total", "PHQ-9 total", "of 27", NULL},
    {"phq9_item9", "PHQ-9 item 9", "of 3", NULL},
};
enum { N_FACT = sizeof facts / sizeof facts[0] };

const char *const *rsp_fact_names(void)
{
    static const char *const names[] = {"age_y", "weight_kg", "weight_age_d", "baseline_nrs",
        "enzymes_over_upper_limit", "alt_u_per_l", "ast_u_per_l", "alp_u_per_l", "ggt_u_per_l", "sbp_mmhg",
        "dbp_mmhg", "hr_per_min", "spo2_pct", "egfr", "phq9_total", "phq9_item9", NULL};
    return names;
}

static const struct fact *find(const char *name)
{
    for (size_t i = 0; i < N_FACT; i++)
        if (strcmp(facts[i].name, name) == 0)
            return &facts[i];
    return NULL;
}

double rsp_fact_value(const struct rsp_patient *patient, struct rsp_date today, const char *name)
{
    const struct fact *fact = find(name);
    if (fact == NULL)
        return NAN;
    if (fact->value != NULL)
        return fact->value(patient, today);
    const struct rsp_test *test = rsp_patient_test(patient, name);
    return test != NULL ? test->value : NAN;
}

void rsp_fact_describe(
    const struct rsp_patient *patient, struct rsp_date today, const char *name, char *text, size_t size)
{
    const struct fact *fact = find(name);
    char number[40];
    rsp_number_format(rsp_fact_value(patient, today, name), 3, number, sizeof number);
    snprintf(text, size, "%s %s%s%s", fact != NULL ? fact->label : name, number,
        fact != NULL && fact->unit[0] != '\0' ? " " : "", fact != NULL ? fact->unit : "");
}

void rsp_fact_label(const char *name, char *text, size_t size)
{
    const struct fact *fact = find(name);
    snprintf(text, size, "%s", fact != NULL ? fact->label : name);
}
