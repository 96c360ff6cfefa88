/* A site's own choices: what they change, and what is refused. */
#include <stdio.h>

#include "clinic_check.h"
#include "rules/rulebook.h"

#define HEAD "version: 1\nsite: Pain clinic\nphysician: Dr. A. Example\ndate: 2026-11-20\n" /* 4 lines */
#define ON   HEAD "switch_on:\n  - {id: DDI-MEMANTINE, reason: seen here}\n"                /* 6 lines */
#define LIMIT                                                                                                \
    HEAD "limits:\n  - {id: OWN-RATE, text: Not above 0.3 mg/kg/h here., quantity: rate_mg_per_kg_per_h, "   \
         "bound: 0.3, hard: true, drugs: [ketamine], routes: [iv]}\n"

static struct rsp_rulebook *shipped(void)
{
    struct rsp_rulebook *book = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    return book;
}

static rsp_status choose(struct rsp_rulebook *book, const char *text, struct rsp_error *err)
{
    return rsp_rulebook_site(book, text, strlen(text), "site.yaml", TODAY, err);
}

static const struct rsp_rule *rule_of(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++)
        if (strcmp(rsp_rulebook_rule(book, i)->id, id) == 0)
            return rsp_rulebook_rule(book, i);
    return NULL;
}

static bool fires(const struct rsp_rulebook *book, const char *id)
{
    struct rsp_patient *patient = patient_of("age_y: 50\nsex: m\nweight_kg: 70\ncondition: crps\nsetting: "
                                             "inpatient\nhistory: []\nmedications: [memantine]\n");
    struct rsp_finding *finding = NULL;
    enum rsp_candidacy candidacy;
    size_t n = 0;
    bool found = false;
    ck_assert_int_eq(rsp_rules_assess(book, patient, TODAY, &candidacy, &finding, &n, NULL), RSP_OK);
    for (size_t i = 0; i < n; i++)
        found = found || (strcmp(finding[i].rule->id, id) == 0 && finding[i].truth == RSP_TRUE);
    free(finding);
    rsp_patient_free(patient);
    return found;
}

START_TEST(a_rule_that_is_off_speaks_when_the_site_wants_it)
{
    struct rsp_rulebook *book = shipped();
    struct rsp_error err = {0};
    char before[96], sha[65];
    snprintf(before, sizeof before, "%s", rsp_rulebook_version(book));
    snprintf(sha, sizeof sha, "%s", rsp_rulebook_sha256(book));
    ck_assert(!fires(book, "DDI-MEMANTINE"));
    ck_assert_msg(choose(book, ON, &err) == RSP_OK, "%s", err.message);
    ck_assert(fires(book, "DDI-MEMANTINE"));
    ck_assert_ptr_nonnull(strstr(rule_of(book, "DDI-MEMANTINE")->source,
        "; switched on by Dr. A. Example, Pain clinic, 2026-11-20: seen here"));
    ck_assert_ptr_nonnull(strstr(rsp_rulebook_version(book), " with site ("));
    ck_assert(strncmp(rsp_rulebook_version(book), before, strlen(before)) == 0);
    ck_assert_str_ne(rsp_rulebook_sha256(book), sha);
    rsp_rulebook_free(book);
}
END_TEST

/* Lowest bound of a quantity that applies to racemic ketamine into a vein. */
static double lowest(const struct rsp_rulebook *book, enum rsp_limit_quantity quantity, const char **source)
{
    struct rsp_patient *patient = patient_of("weight_kg: 70\ncondition: crps\nsetting: inpatient\n");
    struct rsp_limit *limit = NULL;
    size_t n = 0;
    double low = 1e9;
    ck_assert_int_eq(
        rsp_rules_limits(book, patient, RSP_DRUG_KETAMINE, RSP_ROUTE_IV, &limit, &n, NULL), RSP_OK);
    for (size_t i = 0; i < n; i++)
        if (limit[i].quantity == quantity && limit[i].bound < low) {
            low = limit[i].bound;
            *source = limit[i].source;
        }
    free(limit);
    rsp_patient_free(patient);
    return low;
}

START_TEST(limits_of_the_site_stand_beside_the_shipped_ones)
{
    struct rsp_rulebook *book = shipped();
    struct rsp_error err = {0};
    const char *source = "";
    ck_assert_double_eq(lowest(book, RSP_LIMIT_RATE_MG_PER_KG_PER_H, &source), 2);
    ck_assert_msg(choose(book, LIMIT, &err) == RSP_OK, "%s", err.message);
    ck_assert_double_eq(lowest(book, RSP_LIMIT_RATE_MG_PER_KG_PER_H, &source), 0.3);
    ck_assert_str_eq(source, "limit of the site, set by Dr. A. Example, Pain clinic, 2026-11-20");
    ck_assert_int_eq(choose(book, ON, &err), RSP_E_MISMATCH); /* once only */
    rsp_rulebook_free(book);
    book = shipped();
    ck_assert_int_eq(
        choose(book, HEAD "switch_on:\n  - {id: DOSE-FPM-MAX, reason: house rule}\n", &err), RSP_OK);
    ck_assert_double_eq(lowest(book, RSP_LIMIT_RATE_MG_PER_KG_PER_H, &source), 0.5);
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(every_rule_that_is_off_and_has_a_condition_can_be_switched_on)
{
    struct rsp_rulebook *book = shipped();
    struct rsp_error err = {0};
    for (size_t i = 0; i < book->n_rule; i++) {
        char text[400];
        struct rsp_rulebook *one = shipped();
        const struct rsp_rule_entry *entry = &book->rule[i];
        snprintf(text, sizeof text, HEAD "switch_on:\n  - {id: %s, reason: tried}\n", entry->rule.id);
        const rsp_status status = choose(one, text, &err);
        ck_assert_msg(status == (entry->rule.on           ? RSP_E_MISMATCH
                                    : entry->when == NULL ? RSP_E_UNSUPPORTED
                                                          : RSP_OK),
            "%s: %s", entry->rule.id, err.message);
        rsp_rulebook_free(one);
    }
    rsp_rulebook_free(book);
}
END_TEST

static const struct {
    const char *text;
    int line;
    const char *message;
} wrong[] = {
    {"", 1, "empty"},
    {"- 1\n", 1, ""},
    {"site: a\n", 1, "version"},
    {"version: 2\nsite: a\nphysician: b\ndate: 2026-11-20\n", 1, "version 1"},
    {HEAD, 1, "Nothing is chosen"},
    {"version: 1\nsite: a\nphysician: ' '\ndate: 2026-11-20\n", 3, "physician"},
    {"version: 1\nsite: a\nphysician: b\ndate: 20.11.2026\n", 4, "2026"},
    {"version: 1\nsite: a\nphysician: b\ndate: 2026-11-23\n", 4, "future"},
    {"version: 1\nsite: a\ndate: 2026-11-20\n", 1, "physician"},
    {HEAD "switch_off:\n  - {id: CI-PREG, reason: no}\n", 5, "switch_o"},
    {HEAD "switch_on:\n  - {id: DDI-MEMANTIN, reason: x}\n", 6, "DDI-MEMANTINE"},
    {HEAD "switch_on:\n  - {id: CI-PREG, reason: x}\n", 6, "on already"},
    {HEAD "switch_on:\n  - {id: FREQ-LIMIT, reason: x}\n", 6, "no condition"},
    {HEAD "switch_on:\n  - {id: DDI-MEMANTINE}\n", 6, "reason"},
    {ON "  - {id: DDI-MEMANTINE, reason: again}\n", 7, "twice"},
    {HEAD "switch_on: DDI-MEMANTINE\n", 5, "list"},
    {HEAD "limits: {a: b}\n", 5, "list"},
    {HEAD "limits:\n  - {id: DOSE-CHR-INF, text: t, quantity: total_mg, bound: 1, hard: true}\n", 6, "taken"},
    {HEAD "limits:\n  - {id: OWN, text: t, quantity: total_mg, bound: -1, hard: true}\n", 6, "above zero"},
    {HEAD "limits:\n  - {id: OWN, text: t, quantity: total_mg, bound: nan, hard: true}\n", 6, ""},
    {HEAD "limits:\n  - {id: OWN, text: t, quantity: total_kg, bound: 1, hard: true}\n", 6, "total_mg"},
    {HEAD "limits:\n  - {id: OWN, text: t, quantity: total_mg, bound: '0,5', hard: true}\n", 6, ""},
    {ON "limits:\n  - {id: OWN, text: t, quantity: total_mg, bound: 1}\n", 8, "hard"},
};

START_TEST(a_wrong_file_is_refused_with_its_line_and_changes_nothing)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rsp_rulebook *book = shipped();
        struct rsp_error err = {0};
        const size_t n_limit = book->n_limit;
        const char *version = rsp_rulebook_version(book);
        ck_assert_msg(choose(book, wrong[i].text, &err) != RSP_OK, "accepted: %s", wrong[i].text);
        ck_assert_str_eq(err.source, "site.yaml");
        ck_assert_msg(err.line == wrong[i].line || wrong[i].text[0] == '\0', "line %d (%s): %s", err.line,
            err.message, wrong[i].text);
        ck_assert_msg(
            strstr(err.message, wrong[i].message) != NULL || strstr(err.field, wrong[i].message) != NULL,
            "%s (%s): %s", err.message, err.field, wrong[i].text);
        ck_assert(!rule_of(book, "DDI-MEMANTINE")->on);
        ck_assert_uint_eq(book->n_limit, n_limit);
        ck_assert_ptr_null(strstr(version, "site"));
        rsp_rulebook_free(book);
    }
}
END_TEST

RUN_TESTS("site", a_rule_that_is_off_speaks_when_the_site_wants_it,
    limits_of_the_site_stand_beside_the_shipped_ones,
    every_rule_that_is_off_and_has_a_condition_can_be_switched_on,
    a_wrong_file_is_refused_with_its_line_and_changes_nothing)
