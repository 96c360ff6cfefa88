/* The shipped rules beside the reviewed reference, when that file is at hand: nothing that was read with confidence
 * and bears on candidacy, tests, doses, interactions, people or places is lost. */
#include <jansson.h>
#include <stdio.h>

#include "clinic_check.h"
#include "rules/rulebook.h"

enum { SKIPPED = 77 };

static const char *const areas[] = {"indication", "contraindication", "pre-infusion test", "dosing",
    "personnel and setting", "interaction", "opioid equivalence", NULL};

/* Present and cited, but judged elsewhere than on a patient's facts, with the reason. */
static const struct {
    const char *id, *reason;
} elsewhere[] = {
    {"DOSE-CRPS-OUT", "a regimen: protocol crps_outpatient_10d, with its caps"},
    {"DOSE-CRPS-IN", "a regimen: protocol crps_inpatient_4d"},
    {"DOSE-SCI", "a regimen: protocol sci_7d"},
    {"DOSE-ERASMUS", "regimens: protocols crps_inpatient_7d and crps_outpatient_biweekly"},
    {"DOSE-MOOD", "a reference dose of another indication: the usual range of 40-minute infusions"},
    {"DOSE-S-VS-RAC", "dose texts and protocols must name the drug, and nothing is converted"},
    {"PREP-BASE", "what a label's strength means: for the order, no fact of a patient"},
    {"PREP-100", "the vial: for the order, no fact of a patient"},
    {"PREP-CONC", "published concentrations: for the order, no fact of a patient"},
    {"PERS-REMS", "esketamine nasal spray only: a fact of the product, not of the patient"},
};

/* Severities that are milder here than in the reference, with the reason. */
static const struct {
    const char *id, *reason;
} milder[] = {
    {"IND-COCHRANE25", "said of everybody with chronic pain: as a caution nobody would be a plain candidate"},
};

static bool judged_elsewhere(const char *id)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (strcmp(elsewhere[i].id, id) == 0)
            return true;
    return false;
}

static bool is_milder(const char *id)
{
    for (size_t i = 0; i < sizeof milder / sizeof *milder; i++)
        if (strcmp(milder[i].id, id) == 0)
            return true;
    return false;
}

static const struct rsp_rule_entry *rule_of(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < book->n_rule; i++)
        if (strcmp(book->rule[i].rule.id, id) == 0)
            return &book->rule[i];
    return NULL;
}

static const struct rsp_limit_entry *limit_of(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < book->n_limit; i++)
        if (strcmp(book->limit[i].limit.id, id) == 0)
            return &book->limit[i];
    return NULL;
}

/* The least severity that the reference's word asks for; of a limit none: its bound judges. */
static enum rsp_severity least(const char *word)
{
    if (strcmp(word, "contraindication") == 0 || strcmp(word, "relative") == 0)
        return RSP_SEVERITY_BLOCK;
    return strcmp(word, "caution") == 0 ? RSP_SEVERITY_CAUTION : RSP_SEVERITY_INFO;
}

static json_t *reference;

static void check_rule(const struct rsp_rulebook *book, const json_t *row)
{
    const char *id = json_string_value(json_object_get(row, "id"));
    const char *confidence = json_string_value(json_object_get(row, "confidence"));
    const char *severity = json_string_value(json_object_get(row, "severity"));
    const struct rsp_rule_entry *rule = rule_of(book, id);
    const struct rsp_limit_entry *limit = limit_of(book, id);
    ck_assert_msg(rule != NULL, "%s is missing", id);
    ck_assert_str_eq(rsp_rule_confidence_name(rule->rule.confidence), confidence);
    const bool sure = strcmp(confidence, "high") == 0 || strcmp(confidence, "medium") == 0;
    ck_assert_msg(rule->rule.on == sure, "%s must be %s", id, sure ? "on" : "off");
    if (!sure)
        return;
    ck_assert_msg(
        rule->rule.severity >= least(severity) || is_milder(id), "%s is milder than \"%s\"", id, severity);
    ck_assert_msg(strlen(rule->rule.source) > 10, "%s has no source", id);
    ck_assert_msg(rule->when != NULL || (limit != NULL && limit->on) || judged_elsewhere(id),
        "%s is judged nowhere, and no reason is given", id);
}

START_TEST(every_reviewed_rule_of_these_areas_is_judged_or_says_why_not)
{
    struct rsp_rulebook *book = NULL;
    struct rsp_error err = {0};
    size_t i = 0, n = 0;
    json_t *row;
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    json_array_foreach(json_object_get(reference, "rules"), i, row)
    {
        const char *area = json_string_value(json_object_get(row, "area"));
        ck_assert_ptr_nonnull(area);
        if (!rsp_word_listed(SIZE_MAX, areas, area))
            continue;
        check_rule(book, row);
        n++;
    }
    ck_assert_uint_gt(n, 60); /* the file was read, and not another one */
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(what_is_listed_as_judged_elsewhere_is_no_condition_by_now)
{
    struct rsp_rulebook *book = NULL;
    ck_assert_int_eq(rsp_rulebook_shipped(&book, NULL), RSP_OK);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        const struct rsp_rule_entry *rule = rule_of(book, elsewhere[i].id);
        ck_assert_msg(rule != NULL && rule->when == NULL, "%s: take it off the list", elsewhere[i].id);
        ck_assert_uint_gt(strlen(elsewhere[i].reason), 10);
    }
    rsp_rulebook_free(book);
}
END_TEST

/* Factors of opioids: number by number. */
START_TEST(opioid_factors_are_those_of_the_reference)
{
    struct rsp_rulebook *book = NULL;
    ck_assert_int_eq(rsp_rulebook_shipped(&book, NULL), RSP_OK);
    const char *name;
    json_t *value;
    size_t n = 0;
    json_object_foreach(json_object_get(reference, "opioid_mme"), name, value)
    {
        const bool patch = strcmp(name, "fentanyl_td_mcg_h") == 0;
        bool found = false;
        for (size_t i = 0; i < book->n_opioid; i++) {
            const struct rsp_opioid *opioid = &book->opioid[i];
            if (strcmp(opioid->name[0], patch ? "fentanyl" : name) != 0)
                continue;
            ck_assert_double_eq(opioid->factor, json_number_value(value));
            ck_assert_int_eq(opioid->by_rate, patch);
            found = true;
        }
        ck_assert_msg(found, "%s has no factor", name);
        n++;
    }
    ck_assert_uint_eq(n, 10);
    size_t n_counted = 0;
    for (size_t i = 0; i < book->n_opioid; i++)
        n_counted += book->opioid[i].factor > 0;
    ck_assert_uint_eq(n_counted, n);
    rsp_rulebook_free(book);
}
END_TEST

int main(void)
{
    reference = json_load_file(REFERENCE, 0, NULL);
    if (reference == NULL) {
        printf("skipped: the reviewed reference is not beside this source tree\n");
        return SKIPPED;
    }
    const TTest *const tests[] = {every_reviewed_rule_of_these_areas_is_judged_or_says_why_not,
        what_is_listed_as_judged_elsewhere_is_no_condition_by_now, opioid_factors_are_those_of_the_reference};
    const int result = run_tests("rule audit", sizeof tests / sizeof *tests, tests);
    json_decref(reference);
    return result;
}
