#include <stdio.h>

#include "clinic_check.h"
#include "reviewed_rules.h"
#include "rules/rules.h"

/* A person to whom no rule objects; cases change one thing. */
static const char *const clean =
    "age_y: 50\nsex: male\nweight_kg: 70\ncondition: postoperative\nsetting: inpatient\n"
    "history: []\nallergies: []\nmedications: []\n"
    "tests: {sbp_mmhg: 120, dbp_mmhg: 75, ecg: normal, alt_u_per_l: {value: 20, "
    "upper_limit: 40}, ast_u_per_l: {value: 20, upper_limit: 40}}\n";

struct judged {
    struct rsp_rulebook *book;
    struct rsp_patient *patient;
    enum rsp_candidacy candidacy;
    struct rsp_finding *finding;
    size_t n;
};

static struct judged judge(const char *text)
{
    struct judged j = {0};
    struct rsp_error err = {0};
    ck_assert_msg(
        rsp_rulebook_shipped(&j.book, &err) == RSP_OK, "%s:%d %s", err.source, err.line, err.message);
    j.patient = patient_of(text);
    ck_assert_int_eq(
        rsp_rules_assess(j.book, j.patient, TODAY, &j.candidacy, &j.finding, &j.n, &err), RSP_OK);
    return j;
}

static void forget(struct judged *j)
{
    free(j->finding);
    rsp_patient_free(j->patient);
    rsp_rulebook_free(j->book);
}

/* Rules that wait for the same fact share one finding, which names them. */
static const struct rsp_finding *finding_of(const struct judged *j, const char *id)
{
    for (size_t i = 0; i < j->n; i++)
        if (strcmp(j->finding[i].rule->id, id) == 0 ||
            (j->finding[i].truth == RSP_UNKNOWN && strstr(j->finding[i].text, id) != NULL))
            return &j->finding[i];
    return NULL;
}

/* The clean person with one line replaced; longest key wins nothing, keys are unique. */
static const char *with(const char *key, const char *line)
{
    static char text[2048];
    const char *at = strstr(clean, key);
    ck_assert_ptr_nonnull(at);
    const char *end = strchr(at, '\n') + 1;
    snprintf(text, sizeof text, "%.*s%s\n%s", (int)(at - clean), clean, line, end);
    return text;
}

START_TEST(every_reviewed_rule_is_shipped_and_only_read_ones_drive)
{
    struct judged j = judge(clean);
    for (size_t i = 0; i < sizeof reviewed_rules / sizeof reviewed_rules[0]; i++) {
        const struct rsp_rule *rule = NULL;
        for (size_t r = 0; r < rsp_rulebook_n_rule(j.book); r++)
            if (strcmp(rsp_rulebook_rule(j.book, r)->id, reviewed_rules[i].id) == 0)
                rule = rsp_rulebook_rule(j.book, r);
        ck_assert_msg(rule != NULL, "%s is missing", reviewed_rules[i].id);
        ck_assert_str_eq(rsp_rule_confidence_name(rule->confidence), reviewed_rules[i].confidence);
        ck_assert_msg(rule->on == (rule->confidence <= RSP_RULE_MEDIUM), "%s", rule->id);
        ck_assert_msg(strlen(rule->source) > 10, "%s has no source", rule->id);
    }
    forget(&j);
}
END_TEST

START_TEST(a_person_without_objections_is_a_candidate)
{
    struct judged j = judge(clean);
    for (size_t i = 0; i < j.n; i++)
        ck_assert_msg(j.finding[i].rule->severity == RSP_SEVERITY_INFO, "%s", j.finding[i].text);
    ck_assert_int_eq(j.candidacy, RSP_CANDIDATE);
    forget(&j);
}
END_TEST

/* Rule, what to change, and a word of this patient's fact that the sentence must hold. */
static const struct {
    const char *id, *key, *line, *word;
} firing[] = {
    {"CI-HTN-HAZARD", "history", "history: [uncontrolled_hypertension]", "uncontrolled"},
    {"CI-HYPERSENS", "history", "history: [ketamine_hypersensitivity]", "hypersensitivity"},
    {"CI-HYPERSENS", "allergies", "allergies: [Esketamine]", "Esketamine"},
    {"CI-CAD-SEVERE", "history", "history: [{word: coronary_disease, severity: severe}]", "severe"},
    {"CI-CVA", "history", "history: [stroke]", "stroke"},
    {"CI-ANEURYSM", "history", "history: [aneurysm]", "aneurysm"},
    {"CI-ICH", "history", "history: [intracranial_bleed]", "bleeding"},
    {"CI-MI-6W", "history", "history: [{word: recent_mi, since: 2026-10-18}]", "35 days ago"},
    {"CI-CV-UNCTRL", "history", "history: [unstable_cardiovascular]", "unstable"},
    {"CI-PSYCHOSIS", "history", "history: [active_psychosis]", "psychosis"},
    {"CI-HEP-SEVERE", "history", "history: [{word: hepatic_impairment, severity: severe}]", "severe"},
    {"CI-ICP-IOP", "history", "history: [raised_iop]", "intraocular"},
    {"CI-SUD-ACTIVE", "condition", "condition: crps", NULL}, /* has its own test, as those below */
    {"LFT-NOPPERS-REPEAT", "condition", "condition: crps", NULL},
    {"CI-ECLAMPSIA", "sex", "sex: unknown", NULL},
    {"CI-PREG", "sex", "sex: unknown", NULL},
    {"PED-NEURO", "age_y", "age_y: 17", "17"},
    {"TEST-ECG-ISCHAEMIA", "tests", "tests: {ecg: ischaemia}", "ischaemia"},
    {"LFT-NOPPERS", "tests", "tests: {alt_u_per_l: {value: 120, upper_limit: 40}}", "3"},
    {"DDI-THEO", "medications", "medications: [aminophylline]", "aminophylline"},
};
enum { N_FIRING = sizeof firing / sizeof firing[0] };

START_TEST(each_blocking_rule_fires_for_its_patient_and_blocks)
{
    for (size_t i = 0; i < N_FIRING; i++) {
        if (firing[i].word == NULL)
            continue;
        struct judged j = judge(with(firing[i].key, firing[i].line));
        const struct rsp_finding *f = finding_of(&j, firing[i].id);
        ck_assert_msg(f != NULL && f->truth == RSP_TRUE, "%s does not fire", firing[i].id);
        ck_assert_msg(strstr(f->text, firing[i].word) != NULL, "%s: %s", firing[i].id, f->text);
        ck_assert_int_eq(f->rule->severity, RSP_SEVERITY_BLOCK);
        ck_assert_int_eq(j.candidacy, RSP_NOT_A_CANDIDATE);
        ck_assert_ptr_eq(f, finding_of(&j, j.finding[0].rule->id)); /* worst first */
        forget(&j);
    }
}
END_TEST

START_TEST(every_blocking_rule_has_a_patient_in_these_tests)
{
    struct judged j = judge(clean);
    for (size_t r = 0; r < rsp_rulebook_n_rule(j.book); r++) {
        const struct rsp_rule *rule = rsp_rulebook_rule(j.book, r);
        bool tried = strcmp(rule->area, "record") == 0; /* see a_record_without_weight_or_age */
        for (size_t i = 0; i < N_FIRING; i++)
            tried = tried || strcmp(firing[i].id, rule->id) == 0;
        ck_assert_msg(tried || rule->severity != RSP_SEVERITY_BLOCK, "%s is not tried", rule->id);
    }
    forget(&j);
}
END_TEST

START_TEST(contraindications_are_the_prescribers_gate_and_childhood_is_nobodys)
{
    struct judged j = judge(clean);
    for (size_t r = 0; r < rsp_rulebook_n_rule(j.book); r++) {
        const struct rsp_rule *rule = rsp_rulebook_rule(j.book, r);
        if (rule->severity != RSP_SEVERITY_BLOCK)
            continue;
        const bool never = strcmp(rule->id, "PED-NEURO") == 0 || strcmp(rule->area, "record") == 0;
        ck_assert_str_eq(rsp_gate_name(rule->gate), never ? "never" : "prescriber");
    }
    forget(&j);
}
END_TEST

START_TEST(a_history_that_was_not_taken_is_incomplete_not_clean)
{
    struct judged j =
        judge("age_y: 50\nsex: male\nweight_kg: 70\ncondition: crps\nallergies: []\nmedications: []\n");
    const struct rsp_finding *f = finding_of(&j, "CI-PSYCHOSIS");
    ck_assert_int_eq(j.candidacy, RSP_CANDIDACY_INCOMPLETE);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(f->truth, RSP_UNKNOWN);
    ck_assert_str_eq(f->missing, "history");
    ck_assert_ptr_null(finding_of(&j, "PED-NEURO"));
    forget(&j);
}
END_TEST

START_TEST(a_known_block_outweighs_what_is_missing)
{
    struct judged j = judge("age_y: 12\nsex: male\nweight_kg: 40\n");
    ck_assert_int_eq(j.candidacy, RSP_NOT_A_CANDIDATE);
    forget(&j);
}
END_TEST

START_TEST(a_record_without_weight_or_age_is_incomplete)
{
    struct judged j = judge(with("weight_kg", "id: x"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDACY_INCOMPLETE);
    ck_assert_str_eq(finding_of(&j, "RECORD-WEIGHT")->missing, "weight");
    forget(&j);
    j = judge(with("age_y", "id: x"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDACY_INCOMPLETE);
    ck_assert_str_eq(finding_of(&j, "RECORD-AGE")->missing, "age");
    forget(&j);
}
END_TEST

START_TEST(six_weeks_after_an_infarction_count_to_the_day)
{
    struct judged j = judge(with("history", "history: [{word: recent_mi, since: 2026-10-12}]")); /* 41 days */
    ck_assert_int_eq(finding_of(&j, "CI-MI-6W")->truth, RSP_TRUE);
    forget(&j);
    j = judge(with("history", "history: [{word: recent_mi, since: 2026-10-11}]")); /* 42 days */
    ck_assert_ptr_null(finding_of(&j, "CI-MI-6W"));
    forget(&j);
    j = judge(with("history", "history: [recent_mi]"));
    ck_assert_int_eq(finding_of(&j, "CI-MI-6W")->truth, RSP_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(finding_of(&j, "CI-MI-6W")->missing, "date of"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDACY_INCOMPLETE);
    forget(&j);
}
END_TEST

START_TEST(a_disease_without_its_severity_stays_unknown)
{
    struct judged j = judge(with("history", "history: [coronary_disease]"));
    ck_assert_int_eq(finding_of(&j, "CI-CAD-SEVERE")->truth, RSP_UNKNOWN);
    ck_assert_int_eq(j.candidacy, RSP_CANDIDACY_INCOMPLETE);
    forget(&j);
    j = judge(with("history", "history: [{word: coronary_disease, severity: mild}]"));
    ck_assert_ptr_null(finding_of(&j, "CI-CAD-SEVERE"));
    forget(&j);
    j = judge(with("history", "history: [{word: hepatic_impairment, severity: moderate}]"));
    ck_assert_ptr_null(finding_of(&j, "CI-HEP-SEVERE"));
    ck_assert_int_eq(finding_of(&j, "CI-HEP-MODERATE")->truth, RSP_TRUE);
    ck_assert_int_eq(j.candidacy, RSP_CANDIDATE_CAUTION);
    forget(&j);
}
END_TEST

static enum rsp_candidacy woman(int age_y, const char *history, const char *tests)
{
    char text[400];
    snprintf(text, sizeof text,
        "age_y: %d\nsex: f\nweight_kg: 60\ncondition: postoperative\nsetting: inpatient\nhistory: [%s]\n"
        "allergies: []\nmedications: []\ntests: {sbp_mmhg: 120, dbp_mmhg: 75%s%s}\n",
        age_y, history, tests[0] != '\0' ? ", " : "", tests);
    struct judged j = judge(text);
    const enum rsp_candidacy candidacy = j.candidacy;
    forget(&j);
    return candidacy;
}

START_TEST(an_allergy_to_the_drug_blocks_however_it_is_spelled)
{
    static const char *const names[] = {"ketamine", "Ketamin", "S-Ketamin", "Esketamine", "KETANEST S",
        "Ketalar", "Spravato", "Ketaminhydrochlorid", "Ketamin (Hautausschlag)"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[96];
        snprintf(line, sizeof line, "allergies: [\"%s\"]", names[i]);
        struct judged j = judge(with("allergies", line));
        const struct rsp_finding *f = finding_of(&j, "CI-HYPERSENS");
        ck_assert_msg(f != NULL && f->truth == RSP_TRUE, "%s passes", names[i]);
        ck_assert_int_eq(j.candidacy, RSP_NOT_A_CANDIDATE);
        forget(&j);
    }
    struct judged other = judge(with("allergies", "allergies: [penicillin, ketorolac]"));
    ck_assert_ptr_null(finding_of(&other, "CI-HYPERSENS"));
    forget(&other);
}
END_TEST

START_TEST(pregnancy_is_tested_for_where_it_is_possible)
{
    ck_assert_int_eq(woman(30, "", ""), RSP_CANDIDACY_INCOMPLETE);
    ck_assert_int_eq(woman(30, "", "pregnancy: unknown"), RSP_CANDIDACY_INCOMPLETE);
    ck_assert_int_eq(woman(30, "", "pregnancy: negative"), RSP_CANDIDATE);
    ck_assert_int_eq(woman(30, "", "pregnancy: not_applicable"), RSP_CANDIDATE);
    ck_assert_int_eq(woman(30, "", "pregnancy: positive"), RSP_NOT_A_CANDIDATE);
    ck_assert_int_eq(woman(30, "pregnancy", ""), RSP_NOT_A_CANDIDATE);
    ck_assert_int_eq(woman(30, "pre_eclampsia", "pregnancy: negative"), RSP_NOT_A_CANDIDATE);
    ck_assert_int_eq(woman(30, "breastfeeding", "pregnancy: negative"), RSP_CANDIDATE_CAUTION);
    ck_assert_int_eq(woman(60, "", ""), RSP_CANDIDATE);
    /* a result stands for 30 days; that the test does not apply stands */
    ck_assert_int_eq(
        woman(30, "", "pregnancy: {value: negative, date: 2026-01-02}"), RSP_CANDIDACY_INCOMPLETE);
    ck_assert_int_eq(
        woman(30, "", "pregnancy: {value: negative, date: 2026-10-22}"), RSP_CANDIDACY_INCOMPLETE);
    ck_assert_int_eq(woman(30, "", "pregnancy: {value: negative, date: 2026-10-23}"), RSP_CANDIDATE);
    ck_assert_int_eq(woman(30, "", "pregnancy: {value: not_applicable, date: 2026-01-02}"), RSP_CANDIDATE);
}
END_TEST

/* Changes that must raise exactly the caution named. */
static const struct {
    const char *id, *key, *line;
} cautions[] = {
    {"MON-BP-PRE", "tests", "tests: {sbp_mmhg: 141, dbp_mmhg: 80}"},
    {"MON-BP-PRE", "tests", "tests: {sbp_mmhg: 120, dbp_mmhg: 91}"},
    {"DDI-CNS", "medications", "medications: [Morphine sulfate MR]"},
    {"DDI-3A4-INH", "medications", "medications: [Clarithromycin]"},
    {"DDI-3A4-IND", "medications", "medications: [St John's wort]"},
    {"DDI-MAOI", "medications", "medications: [methylphenidate]"},
    {"DDI-THYROID", "medications", "medications: [levothyroxine]"},
    {"RECORD-MEDICINE-NAME", "medications", "medications: [clarithromicin]"},
    {"RECORD-MEDICINE-NAME", "medications", "medications: [Lamotrigin]"},
    {"RECORD-MEDICINE-NAME", "medications", "medications: [diazpam]"},
    {"RECORD-WEIGHT-OLD", "weight_kg", "weight: {value_kg: 70, date: 2026-01-01}"},
    {"RECORD-WEIGHT-OLD", "weight_kg", "weight: {value_kg: 70, date: 2026-10-22}"}, /* 31 days */
    {"RECORD-NO-RULE", "history", "history: [porphyria]"},
    {"BLADDER-LABEL", "history", "history: [cystitis]"},
    {"CAUT-ETOH", "history", "history: [alcohol_use]"},
    {"IND-OTHER", "condition", "condition: fibromyalgia"},
    {"CAUT-HEART", "history", "history: [{word: recent_mi, since: 2026-09-01}]"},
    {"CAUT-HEART", "history", "history: [{word: coronary_disease, severity: mild}]"},
    {"CAUT-HEART", "history", "history: [{word: arrhythmia, severity: mild}]"},
    {"CI-HEP-MODERATE", "history", "history: [{word: hepatic_impairment, severity: mild}]"},
    {"CI-SUD-ACUTE", "history", "history: [substance_use_active]"},
    {"RECORD-PRESSURE-OLD", "tests", "tests: {sbp_mmhg: {value: 120, date: 2024-05-01}}"},
    {"RECORD-PRESSURE-OLD", "tests", "tests: {dbp_mmhg: {value: 70, date: 2026-10-22}}"}, /* 31 days */
    {"RECORD-LIVER-OLD", "tests", "tests: {alt_u_per_l: {value: 20, upper_limit: 40, date: 2024-05-01}}"},
};

START_TEST(cautions_fire_for_their_facts)
{
    for (size_t i = 0; i < sizeof cautions / sizeof cautions[0]; i++) {
        struct judged j = judge(with(cautions[i].key, cautions[i].line));
        const struct rsp_finding *f = finding_of(&j, cautions[i].id);
        ck_assert_msg(f != NULL && f->truth == RSP_TRUE, "%s does not fire", cautions[i].id);
        ck_assert_int_eq(j.candidacy, RSP_CANDIDATE_CAUTION);
        forget(&j);
    }
    struct judged j = judge(with("tests", "tests: {sbp_mmhg: 140, dbp_mmhg: {value: 90, date: 2026-10-23}}"));
    ck_assert_ptr_null(finding_of(&j, "MON-BP-PRE"));
    ck_assert_ptr_null(finding_of(&j, "RECORD-PRESSURE-OLD")); /* 30 days: still good */
    forget(&j);
    j = judge(with("weight_kg", "weight: {value_kg: 70, date: 2026-10-23}"));
    ck_assert_ptr_null(finding_of(&j, "RECORD-WEIGHT-OLD"));
    forget(&j);
}
END_TEST

/* Every history word, at every severity, fresh and long ago, in acute and in chronic pain. */
START_TEST(nothing_recorded_passes_without_a_finding)
{
    static const char *const extras[] = {
        "", ", severity: mild", ", severity: moderate", ", severity: severe", ", since: 2020-01-01"};
    static const char *const pains[] = {"crps", "postoperative"};
    const char *const *words = rsp_rulebook_words();
    struct rsp_rulebook *book = NULL; /* read once: it takes longer than the judging */
    ck_assert_int_eq(rsp_rulebook_shipped(&book, NULL), RSP_OK);
    for (size_t w = 0; words[w] != NULL; w++)
        for (size_t k = 0; k < 10; k++) {
            char text[600];
            snprintf(text, sizeof text,
                "age_y: 60\nsex: f\nweight_kg: 70\ncondition: %s\nsetting: inpatient\n"
                "history: [{word: %s%s}]\nallergies: []\nmedications: []\n",
                pains[k % 2], words[w], extras[k / 2]);
            struct judged j = {.patient = patient_of(text)};
            ck_assert_int_eq(
                rsp_rules_assess(book, j.patient, TODAY, &j.candidacy, &j.finding, &j.n, NULL), RSP_OK);
            bool told = false;
            for (size_t i = 0; i < j.n; i++) /* not the one on the condition, which everybody has */
                told = told || (j.finding[i].rule->severity != RSP_SEVERITY_INFO &&
                                   strcmp(j.finding[i].rule->area, "evidence") != 0);
            ck_assert_msg(told && j.candidacy != RSP_CANDIDATE, "%s%s passes", words[w], extras[k / 2]);
            forget(&j);
        }
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(rules_that_wait_for_one_fact_are_one_finding_that_names_them)
{
    struct judged j = judge("age_y: 52\nsex: f\nweight_kg: 68\ncondition: crps\nsetting: outpatient\n");
    size_t n_history = 0;
    for (size_t i = 0; i < j.n; i++) {
        n_history += j.finding[i].truth == RSP_UNKNOWN && strcmp(j.finding[i].missing, "history") == 0;
        for (size_t k = 0; k < i && j.finding[i].truth == RSP_UNKNOWN; k++)
            ck_assert(
                j.finding[k].truth != RSP_UNKNOWN || strcmp(j.finding[k].missing, j.finding[i].missing) != 0);
    }
    ck_assert_uint_eq(n_history, 1);
    /* the blocks of candidacy.yaml on history alone; eclampsia and substance use among them */
    static const char *const waiting[] = {"CI-HTN-HAZARD", "CI-HYPERSENS", "CI-ECLAMPSIA", "CI-CAD-SEVERE",
        "CI-CVA", "CI-ANEURYSM", "CI-ICH", "CI-MI-6W", "CI-CV-UNCTRL", "CI-PSYCHOSIS", "CI-HEP-SEVERE",
        "CI-ICP-IOP", "CI-SUD-ACTIVE"};
    const char *text = finding_of(&j, "CI-CVA")->text;
    ck_assert_msg(strncmp(text, "Cannot be judged without the history: 13 rules (", 48) == 0, "%s", text);
    for (size_t i = 0; i < sizeof waiting / sizeof waiting[0]; i++)
        ck_assert_msg(strstr(text, waiting[i]) != NULL, "%s is not in %s", waiting[i], text);
    ck_assert_str_eq(text + strlen(text) - 2, ").");
    forget(&j);
}
END_TEST

START_TEST(substance_use_blocks_a_series_for_chronic_pain_and_not_an_acute_dose)
{
    static const char *const person = "age_y: 40\nsex: m\nweight_kg: 70\n%shistory: [substance_use_active]\n"
                                      "allergies: []\nmedications: []\n";
    char text[300];
    snprintf(text, sizeof text, person, "condition: crps\n");
    struct judged j = judge(text);
    ck_assert_int_eq(finding_of(&j, "CI-SUD-ACTIVE")->truth, RSP_TRUE);
    ck_assert_int_eq(j.candidacy, RSP_NOT_A_CANDIDATE);
    ck_assert_ptr_null(finding_of(&j, "CI-SUD-ACUTE"));
    forget(&j);
    snprintf(text, sizeof text, person, "condition: opioid_tolerant_acute\n");
    j = judge(text);
    ck_assert_ptr_null(finding_of(&j, "CI-SUD-ACTIVE"));
    ck_assert_ptr_nonnull(strstr(finding_of(&j, "CI-SUD-ACUTE")->text, "single"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDATE_CAUTION);
    forget(&j);
}
END_TEST

START_TEST(without_a_condition_nothing_is_judged_and_cochrane_is_still_shown)
{
    struct judged j = judge(with("condition", "id: x"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDACY_INCOMPLETE);
    ck_assert_str_eq(finding_of(&j, "RECORD-CONDITION")->missing, "condition");
    ck_assert_int_eq(finding_of(&j, "IND-COCHRANE25")->truth, RSP_TRUE);
    ck_assert_ptr_null(finding_of(&j, "IND-OTHER")); /* no grade of a condition that is not known */
    forget(&j);
}
END_TEST

START_TEST(mild_liver_disease_is_not_called_moderate)
{
    struct judged j = judge(with("history", "history: [{word: hepatic_impairment, severity: mild}]"));
    const char *text = finding_of(&j, "CI-HEP-MODERATE")->text;
    ck_assert_msg(strncmp(text, "liver disease, mild:", 20) == 0, "%s", text);
    forget(&j);
}
END_TEST

START_TEST(old_liver_tests_do_not_clear_a_diseased_liver)
{
    char text[900];
    static const char *const person =
        "age_y: 50\nsex: m\nweight_kg: 70\ncondition: crps\nhistory: "
        "[chronic_hepatitis]\nallergies: []\nmedications: []\ntests: {alt_u_per_l: "
        "{value: 20, date: %s}, ast_u_per_l: {value: 20, date: %s}}\n";
    snprintf(text, sizeof text, person, "2024-03-01", "2024-03-01");
    struct judged j = judge(text);
    ck_assert_ptr_nonnull(strstr(finding_of(&j, "TEST-LFT")->text, "996 days old"));
    forget(&j);
    snprintf(text, sizeof text, person, "2026-08-24", "2026-08-24"); /* 90 days */
    j = judge(text);
    ck_assert_ptr_null(finding_of(&j, "TEST-LFT"));
    forget(&j);
}
END_TEST

/* Names of one family are near to each other without being slips. */
START_TEST(a_correct_name_is_not_taken_for_a_slip)
{
    static const char *const names[] = {"sitagliptin", "tadalafil", "letrozole", "rivastigmine", "etodolac",
        "tolterodine", "mirabegron", "levocetirizine", "pramipexole", "amiodarone", "sulfasalazine",
        "ketoprofen"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[80];
        snprintf(line, sizeof line, "medications: [%s]", names[i]);
        struct judged j = judge(with("medications", line));
        ck_assert_msg(finding_of(&j, "RECORD-MEDICINE-NAME") == NULL, "%s", names[i]);
        forget(&j);
    }
}
END_TEST

START_TEST(an_older_person_may_have_ten_millimetres_more)
{
    static const char *const text =
        "age_y: %d\nsex: m\nweight_kg: 70\ncondition: postoperative\nhistory: []\n"
        "allergies: []\nmedications: []\ntests: {sbp_mmhg: 145, dbp_mmhg: 80}\n";
    char younger[300], older[300];
    snprintf(younger, sizeof younger, text, 64);
    snprintf(older, sizeof older, text, 65);
    struct judged j = judge(younger);
    ck_assert_ptr_nonnull(finding_of(&j, "MON-BP-PRE"));
    forget(&j);
    j = judge(older);
    ck_assert_ptr_null(finding_of(&j, "MON-BP-PRE"));
    forget(&j);
}
END_TEST

START_TEST(tests_are_asked_for_by_risk_and_not_of_the_healthy)
{
    struct judged j = judge("age_y: 50\nsex: male\nweight_kg: 70\ncondition: crps\nsetting: inpatient\n"
                            "history: [hypertension]\nallergies: []\nmedications: []\n");
    ck_assert_ptr_nonnull(finding_of(&j, "TEST-ECG"));
    ck_assert_ptr_null(finding_of(&j, "TEST-LFT"));
    ck_assert_ptr_null(finding_of(&j, "TEST-NONE"));
    forget(&j);
    static const char *const healthy = "age_y: 50\nsex: male\nweight_kg: 70\ncondition: crps\n"
                                       "setting: inpatient\nhistory: []\nallergies: []\nmedications: []\n";
    j = judge(healthy);
    ck_assert_ptr_null(finding_of(&j, "TEST-ECG"));
    ck_assert_ptr_nonnull(finding_of(&j, "TEST-NONE"));
    ck_assert_ptr_nonnull(finding_of(&j, "RECORD-PRESSURE"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDATE_CAUTION);
    forget(&j);
    char measured[400];
    snprintf(measured, sizeof measured, "%stests: {sbp_mmhg: 120, dbp_mmhg: 75}\n", healthy);
    j = judge(measured);
    ck_assert_ptr_null(finding_of(&j, "RECORD-PRESSURE"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDATE);
    forget(&j);
}
END_TEST

static struct judged after_infusion(const char *start, const char *dose)
{
    char text[1500];
    snprintf(text, sizeof text, "%sinfusions: [{start: %s, dose: %s}]\n", clean, start, dose);
    return judge(text);
}

/* Noppers 2011: liver injury when two 100-hour infusions lay 16 days apart. */
START_TEST(a_second_long_infusion_is_blocked_for_16_days_and_flagged_for_28)
{
    static const char *const long_one = "22 mg/h esketamine iv for 100 h";
    static const char *const blocked[] = {"2026-11-18", "2026-11-10", "2026-11-02"}; /* 0, 8, 16 days ago */
    for (size_t i = 0; i < sizeof blocked / sizeof blocked[0]; i++) {
        struct judged j = after_infusion(blocked[i], long_one);
        ck_assert_int_eq(j.candidacy, RSP_NOT_A_CANDIDATE);
        ck_assert_ptr_nonnull(finding_of(&j, "LFT-NOPPERS-REPEAT"));
        ck_assert_ptr_null(finding_of(&j, "LFT-NOPPERS-GAP"));
        forget(&j);
    }
    struct judged j = after_infusion("2026-11-01", long_one); /* 17 days */
    ck_assert_ptr_null(finding_of(&j, "LFT-NOPPERS-REPEAT"));
    ck_assert_ptr_nonnull(strstr(finding_of(&j, "LFT-NOPPERS-GAP")->text, "17 days ago"));
    ck_assert_int_eq(j.candidacy, RSP_CANDIDATE_CAUTION);
    forget(&j);
    j = after_infusion("2026-10-18", long_one); /* 31 days */
    ck_assert_ptr_null(finding_of(&j, "LFT-NOPPERS-GAP"));
    forget(&j);
    j = after_infusion("2026-11-18", "0.5 mg/kg ketamine iv over 40 min");
    ck_assert_ptr_null(finding_of(&j, "LFT-NOPPERS-GAP"));
    ck_assert_ptr_null(finding_of(&j, "LFT-NOPPERS-REPEAT"));
    forget(&j);
}
END_TEST

START_TEST(the_grade_and_cochrane_are_shown_for_every_chronic_condition)
{
    for (int c = 0; c < (int)RSP_N_CONDITION; c++) {
        char line[80];
        snprintf(line, sizeof line, "condition: %s", rsp_condition_word((enum rsp_condition)c));
        struct judged j = judge(with("condition", line));
        size_t n_grade = 0;
        for (size_t i = 0; i < j.n; i++)
            n_grade +=
                strcmp(j.finding[i].rule->area, "evidence") == 0 && j.finding[i].rule->grade[0] != '\0';
        const bool chronic = !rsp_condition_acute((enum rsp_condition)c);
        ck_assert_uint_eq(n_grade, chronic ? 1 : 0);
        ck_assert_int_eq(finding_of(&j, "IND-COCHRANE25") != NULL, chronic);
        forget(&j);
    }
}
END_TEST

START_TEST(the_version_names_the_state_of_all_files)
{
    struct judged j = judge(clean);
    const char *version = rsp_rulebook_version(j.book);
    ck_assert_msg(strlen(version) == strlen("1 (0123456789ab)") && version[0] == '1', "%s", version);
    ck_assert_uint_eq(strspn(version + 3, "0123456789abcdef"), 12);
    forget(&j);
}
END_TEST

START_TEST(findings_come_worst_first_and_never_from_rules_that_are_off)
{
    struct judged j =
        judge("age_y: 70\nsex: f\nweight_kg: 60\ncondition: fibromyalgia\nsetting: outpatient\n"
              "history: [dementia, stroke, recent_mi, cystitis]\nmedications: [memantine, diazepam]\n");
    for (size_t i = 0; i < j.n; i++) {
        ck_assert_msg(j.finding[i].rule->on, "%s is off", j.finding[i].rule->id);
        ck_assert(j.finding[i].rule->confidence <= RSP_RULE_MEDIUM);
        if (i > 0)
            ck_assert_int_ge(j.finding[i - 1].rule->severity, j.finding[i].rule->severity);
    }
    ck_assert_str_eq(j.finding[0].rule->id, "CI-CVA");
    forget(&j);
}
END_TEST

RUN_TESTS("rules", nothing_recorded_passes_without_a_finding,
    rules_that_wait_for_one_fact_are_one_finding_that_names_them,
    substance_use_blocks_a_series_for_chronic_pain_and_not_an_acute_dose,
    without_a_condition_nothing_is_judged_and_cochrane_is_still_shown,
    mild_liver_disease_is_not_called_moderate, old_liver_tests_do_not_clear_a_diseased_liver,
    every_reviewed_rule_is_shipped_and_only_read_ones_drive, a_person_without_objections_is_a_candidate,
    each_blocking_rule_fires_for_its_patient_and_blocks, every_blocking_rule_has_a_patient_in_these_tests,
    contraindications_are_the_prescribers_gate_and_childhood_is_nobodys,
    a_history_that_was_not_taken_is_incomplete_not_clean, a_known_block_outweighs_what_is_missing,
    a_record_without_weight_or_age_is_incomplete, six_weeks_after_an_infarction_count_to_the_day,
    a_disease_without_its_severity_stays_unknown, pregnancy_is_tested_for_where_it_is_possible,
    an_allergy_to_the_drug_blocks_however_it_is_spelled, cautions_fire_for_their_facts,
    a_correct_name_is_not_taken_for_a_slip, an_older_person_may_have_ten_millimetres_more,
    tests_are_asked_for_by_risk_and_not_of_the_healthy,
    a_second_long_infusion_is_blocked_for_16_days_and_flagged_for_28,
    the_grade_and_cochrane_are_shown_for_every_chronic_condition,
    findings_come_worst_first_and_never_from_rules_that_are_off, the_version_names_the_state_of_all_files)
