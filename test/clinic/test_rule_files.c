/* Files of rules that are wrong: refused with file, line and reason. */
#include <stdio.h>

#include "clinic_check.h"
#include "rules/rulebook.h"

#define HEAD "version: 1\nsources: {A: a paper}\nmedication_classes: {opioid: [morphine]}\n" /* 3 lines */
#define RULE                                                                                                 \
    HEAD                                                                                                     \
        "rules:\n  - id: X\n    area: test\n    text: t\n    sources: [A]\n    version: 1\n" /* up to line 9 */

static const struct {
    const char *text;
    int line;
    const char *message;
} wrong[] = {
    {"", 1, "empty"},
    {"- 1\n", 1, ""},
    {"version: 1\nrulez: []\n", 2, "rules"},
    {"rules: []\n", 1, "version"},
    {"version: 1\nrules: {a: b}\n", 2, "list"},
    {RULE "    confidence: high\n    severity: info\n    whem: {always: true}\n", 12, "when"},
    {RULE "    confidence: hihg\n    severity: info\n", 10, "high"},
    {RULE "    confidence: high\n    severity: block\n    gate: prescriber\n", 5, "when"},
    {RULE "    confidence: high\n    severity: block\n    when: {always: true}\n", 5, "gate"},
    {RULE "    confidence: low\n    severity: info\n    on: true\n", 5, "must be off"},
    {RULE "    confidence: high\n    severity: info\n    when: {history: strok}\n", 12, "strok"},
    {RULE "    confidence: high\n    severity: info\n    when: {medication: opioids}\n", 12, "opioids"},
    {RULE "    confidence: high\n    severity: info\n    when: {fact: agee, above: 1}\n", 12, "agee"},
    {RULE "    confidence: high\n    severity: info\n    when: {fact: age_y}\n", 12, "above"},
    {RULE "    confidence: high\n    severity: info\n    when: {fact: age_y, above: 1, severity: mild}\n", 12,
        "severity"},
    {RULE "    confidence: high\n    severity: info\n    when: {all: {history: stroke}}\n", 12, "list"},
    {RULE "    confidence: high\n    severity: info\n    when: {all: []}\n", 12, "list"},
    {RULE "    confidence: high\n    severity: info\n    when: {history: stroke, if_missing: yes}\n", 12,
        "if_missing"},
    {RULE "    confidence: high\n    severity: info\n    when: stroke\n", 12, "condition"},
    {RULE "    confidence: high\n    severity: info\n    when: {smoker: yes}\n", 12, "smoker"},
    {RULE "    confidence: high\n    severity: info\n  - {id: X, area: a, text: t, sources: [A], version: 1, "
          "confidence: high, severity: info}\n",
        12, "twice"},
    {HEAD
        "rules:\n  - {id: X, area: a, text: t, sources: [B], version: 1, confidence: high, severity: info}\n",
        5, "B"},
    {HEAD
        "limits:\n  - {id: L, text: t, quantity: rate, bound: 1, hard: true, sources: [A], confidence: high, "
        "version: 1}\n",
        5, "rate_mg_per_h"},
    {HEAD "limits:\n  - {id: L, text: t, quantity: rate_mg_per_h, bound: 0, hard: true, sources: [A], "
          "confidence: high, version: 1}\n",
        5, "above zero"},
    {HEAD "limits:\n  - {id: L, text: t, quantity: total_min_mg, bound: 80, hard: true, sources: [A], "
          "confidence: high, version: 1}\n",
        5, "never"},
    {HEAD "protocols:\n  - {id: P, name: n, setting: any, kind: acute, drug: ketamine, doses: [35 ketamine "
          "iv], "
          "sources: [A], confidence: high, version: 1}\n",
        5, "35 ketamine iv"},
    {HEAD "protocols:\n  - {id: P, name: n, setting: any, kind: acute, drug: ketamine, doses: [35 mg "
          "esketamine iv], "
          "sources: [A], confidence: high, version: 1}\n",
        5, "not ketamine"},
    {HEAD "usual_ranges:\n  - {drug: ketamine, route: iv, setting: any, basis: mg, low: 2, high: 1, sources: "
          "[A]}\n",
        5, "low"},
    {HEAD "modifiers:\n  - {covariate: c, level: l, because: b, sources: [A]}\n", 5,
        "genotype or medication"},
};

/* Lines 5 to 10 are the head of the section; the lists follow. */
#define WATCH(lists)                                                                                         \
    HEAD "watching:\n  future_s: 60\n  silent_s: 30\n  unseen_s: 60\n  silence: {most_s: 600, high_s: "      \
         "120}\n  sources: "                                                                                 \
         "[A]\n" lists
#define SIGN(more)                                                                                           \
    "  vitals:\n    - {id: v, text: t, unit: u, impossible: {below: 0, above: 9}, implausible: {below: 1, "  \
    "above: 8}, median_s: 0, stale_s: 30, worse: 1, sources: [A]" more "}\n"
static const struct {
    const char *text;
    int line;
    const char *message;
} wrong_watching[] = {
    {HEAD "watching:\n  future_s: -1\n", 5, "below zero"},
    {HEAD "watching:\n  future_s: 60\n", 4, "silent_s"},
    {HEAD "watching:\n  future_s: 60\n  silent_s: 30\n", 4, "unseen_s"},
    {HEAD "watching:\n  future_s: 60\n  silent_s: 30\n  unseen_s: 60\n", 4, "silence"},
    {HEAD "watching:\n  future_s: 60\n  silent_s: 30\n  unseen_s: 60\n  silence: {most_s: 0, high_s: 1}\n", 8,
        "above zero"},
    {WATCH(SIGN(", flats: 1")), 11, "flats"},
    {WATCH(SIGN(", flat_s: -1")), 11, "below zero"},
    {WATCH("  vitals:\n    - {id: v, text: t, unit: u, impossible: {below: 2, above: 1}}\n"), 11,
        "less than above"},
    {WATCH("  vitals:\n    - {id: v, text: t, unit: u, impossible: {below: 0, above: 9}, implausible: "
           "{below: -1, "
           "above: 8}}\n"),
        11, "plausible is possible"},
    {WATCH(SIGN("") "  limits:\n    - {id: l, vital: v, priority: loud, clear_by: 1, sources: [A]}\n"), 13,
        "medium"},
    {WATCH(SIGN(
         "") "  limits:\n    - {id: l, vital: w, priority: low, clear_by: 1, sources: [A]}\n  rises: []\n"
             "  technical: []\n"),
        12, "no vital sign"},
    {WATCH(SIGN("") "  limits:\n    - {id: l, vital: v, priority: low, rise: 4, clear_by: 1, sources: [A]}\n"
                    "  rises: []\n  technical: []\n"),
        12, "rises alone"},
    {WATCH(SIGN(
         "") "  limits: []\n  rises:\n    - {id: l, text: t, vital: v, priority: low, clear_by: 1, sources: "
             "[A]}\n  technical: []\n"),
        13, "rises alone"},
    {WATCH(SIGN("") "  limits: []\n  rises: []\n  technical: []\n"), 4, "pump"},
    {WATCH(SIGN("") "  limits: []\n  rises: []\n  technical: []\n  pump: {differs_ml_per_h: 0, "
                    "differs_frac: 1, after_s: 1}\n"),
        15, "above zero"},
#define LEAVE(lists)                                                                                         \
    HEAD "leaving:\n  vital_within_pct: 20\n  saturation_above_pct: 92\n  reversal_h: 2\n  sources: "        \
         "[A]\n" lists
    {HEAD "session_tasks:\n  - {id: t, text: t, during_min: 0, grace_min: 1, sources: [A]}\n", 5,
        "above zero"},
    {HEAD "session_tasks:\n  - {id: t, text: t, during_min: 9, sources: [A]}\n", 5, "grace_min"},
    {HEAD "session_scores:\n  - {id: t, text: t, low: 9, high: 9, sources: [A]}\n", 5, "less than high"},
    {HEAD "session_scores:\n  - {id: t, text: t, low: 0, sources: [A]}\n", 5, "together"},
    {LEAVE("  scores:\n    - {id: s, items: [a, b], most: 2, pass: 5, sources: [A]}\n"), 10,
        "Nobody can reach"},
    {LEAVE("  scores:\n    - {id: s, items: [], most: 2, pass: 2, sources: [A]}\n"), 10, "items"},
    {LEAVE("  scores:\n    - {id: s, items: [a], most: 2, pass: 2, site_decides: b, sources: [A]}\n"), 10,
        "no item"},
    {LEAVE("  scores:\n    - {id: s, items: [a], most: 2, pass: 2, vital_item: a, sources: [A]}\n"), 10,
        "together"},
    {LEAVE("  scores:\n    - {id: s, items: [a], most: 2, pass: 2, vital_item: a, vital_pct: [40, 20]}\n"),
        10, "rise"},
    {LEAVE("  scores: []\n  minimum:\n    - {drug: ketoprofen, h: 2, sources: [A]}\n"), 11, "not a drug"},
    {LEAVE("  scores: []\n  minimum:\n    - {route: ear, h: 2, sources: [A]}\n"), 11, "not a route"},
    {LEAVE("  scores: []\n  minimum:\n    - {h: 0, sources: [A]}\n"), 11, "above zero"},
    {WATCH(SIGN("") "  limits: []\n  rises: []\n  technical:\n    - {id: x, text: t, priority: low}\n"), 15,
        "sources"},
};

START_TEST(wrong_limits_of_a_session_are_refused_with_their_line)
{
    for (size_t i = 0; i < sizeof wrong_watching / sizeof *wrong_watching; i++) {
        const struct rsp_rule_file file = {"x.yaml", wrong_watching[i].text, strlen(wrong_watching[i].text)};
        struct rsp_rulebook *book = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(rsp_rulebook_read(1, &file, &book, &err) != RSP_OK, "accepted: %s", file.text);
        ck_assert_msg(
            err.line == wrong_watching[i].line, "line %d (%s): %s", err.line, err.message, file.text);
        ck_assert_msg(strstr(err.message, wrong_watching[i].message) != NULL ||
                          strstr(err.field, wrong_watching[i].message) != NULL,
            "%s (%s): %s", err.message, err.field, file.text);
    }
}
END_TEST

#define TEXTS                                                                                                \
    HEAD "messages: [{language: en, texts: {q: Q, a: A}}]\ninstruments:\n" /* 5 lines, then the instruments */
#define ITEM                                                                                                 \
    "name: n, measures: m, kind: items, low: 0, high: 1, step: 1, direction: none, change: none, licence: "  \
    "l, "                                                                                                    \
    "free: true, items: [q], answers: [{value: 0, text: q}, {value: 1, text: a}], sources: [A], "            \
    "confidence: high, version: 1"

/* Sections of instruments, messages and opioids. */
static const struct {
    const char *text;
    int line;
    const char *message;
} wrong_scores[] = {
    {HEAD "opioids:\n  - {name: [a], sources: [A]}\n", 5, "factor or not_counted"},
    {HEAD "opioids:\n  - {name: [a], factor: 1, not_counted: x, sources: [A]}\n", 5, "not both"},
    {HEAD "opioids:\n  - {name: [a], factor: -1, sources: [A]}\n", 5, "above zero"},
    {HEAD "opioids:\n  - {name: [], factor: 1, sources: [A]}\n", 5, "name"},
    {HEAD "opioids:\n  - {name: [a], factor: 1, sources: [B]}\n", 5, "B"},
    {HEAD "messages:\n  - {language: en}\n", 5, "texts"},
    {HEAD "messages:\n  - {language: en, texts: {q: ''}}\n", 5, "text"},
    {TEXTS "  - {id: i, " ITEM "}\n  - {id: i, " ITEM "}\n", 7, "twice"},
    {TEXTS "  - {id: i, name: n}\n", 6, "measures"},
    {TEXTS "  - {id: i, lead: none, " ITEM "}\n", 6, "no English text"},
    {TEXTS "  - {id: i, bands: [{from: 0, to: 2, text: q, confidence: high}], " ITEM "}\n", 6, "within"},
    {TEXTS "  - {id: i, bands: [{from: 0, to: 1, text: q, confidence: high}, {from: 1, to: 1, text: q, "
           "confidence: high}], " ITEM "}\n",
        6, "overlap"},
    {TEXTS "  - {id: i, cutoffs: [{text: q, confidence: high}], " ITEM "}\n", 6, "at_least or at_most"},
    {TEXTS "  - {id: i, flags: [{item: 1, above: 0, text: q, rule: X}], " ITEM "}\n", 6, "no rule"},
    {TEXTS
        "  - {id: i, name: n, measures: m, kind: items, low: 0, high: 2, step: 1, direction: none, change: "
        "none, licence: l, free: true, items: [q], answers: [{value: 0, text: q}, {value: 1, text: a}], "
        "sources: [A], confidence: high, version: 1}\n",
        6, "not that of the sum"},
    {TEXTS
        "  - {id: i, name: n, measures: m, kind: items, low: 0, high: 1, step: 1, direction: none, change: "
        "none, licence: l, free: false, items: [q], answers: [{value: 0, text: q}, {value: 1, text: a}], "
        "sources: [A], confidence: high, version: 1}\n",
        6, "free"},
    {TEXTS
        "  - {id: i, name: n, measures: m, kind: score, low: 1, high: 1, step: 1, direction: none, change: "
        "none, licence: l, free: false, sources: [A], confidence: high, version: 1}\n",
        6, "low < high"},
    {TEXTS "  - {id: i, name: n, measures: m, kind: budapest, low: 0, high: 8, step: 1, direction: none, "
           "change: none, licence: l, free: true, items: [q], sources: [A], confidence: high, version: 1}\n",
        6, "budapest 10"},
    {RULE "    confidence: high\n    severity: info\n    when: {opioid_mme: all}\n", 12, "opioid_mme"},
};

START_TEST(wrong_instruments_and_opioids_are_refused_with_their_line)
{
    for (size_t i = 0; i < sizeof wrong_scores / sizeof wrong_scores[0]; i++) {
        const struct rsp_rule_file file = {"x.yaml", wrong_scores[i].text, strlen(wrong_scores[i].text)};
        struct rsp_rulebook *book = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(
            rsp_rulebook_read(1, &file, &book, &err) != RSP_OK, "accepted: %s", wrong_scores[i].text);
        ck_assert_msg(err.line == wrong_scores[i].line, "line %d (%s): %s", err.line, err.message,
            wrong_scores[i].text);
        ck_assert_msg(strstr(err.message, wrong_scores[i].message) != NULL ||
                          strstr(err.field, wrong_scores[i].message) != NULL,
            "%s (%s): %s", err.message, err.field, wrong_scores[i].text);
    }
    const struct rsp_rule_file right = {
        "x.yaml", TEXTS "  - {id: i, " ITEM "}\n", strlen(TEXTS "  - {id: i, " ITEM "}\n")};
    struct rsp_rulebook *book = NULL;
    ck_assert_int_eq(rsp_rulebook_read(1, &right, &book, NULL), RSP_OK);
    ck_assert_uint_eq(rsp_rulebook_n_instrument(book), 1);
    rsp_rulebook_free(book);
}
END_TEST

START_TEST(a_wrong_rule_file_is_refused_with_its_line)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct rsp_rule_file file = {"x.yaml", wrong[i].text, strlen(wrong[i].text)};
        struct rsp_rulebook *book = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(rsp_rulebook_read(1, &file, &book, &err) != RSP_OK, "accepted: %s", wrong[i].text);
        ck_assert_ptr_null(book);
        ck_assert_msg(err.line == wrong[i].line, "line %d (%s): %s", err.line, err.message, wrong[i].text);
        ck_assert_msg(
            strstr(err.message, wrong[i].message) != NULL || strstr(err.field, wrong[i].message) != NULL,
            "%s (%s): %s", err.message, err.field, wrong[i].text);
    }
}
END_TEST

/* Truth of a condition on a patient's text. */
static enum rsp_truth truth_of(const char *when, const char *patient_text)
{
    char text[800];
    snprintf(text, sizeof text, "%s    confidence: high\n    severity: info\n    when: %s\n", RULE, when);
    const struct rsp_rule_file file = {"x.yaml", text, strlen(text)};
    struct rsp_rulebook *book = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_read(1, &file, &book, &err) == RSP_OK, "%s", err.message);
    struct rsp_patient *p = patient_of(patient_text);
    struct rsp_verdict verdict;
    rsp_when_judge(book, book->rule[0].when, p, TODAY, NULL, &verdict);
    rsp_patient_free(p);
    rsp_rulebook_free(book);
    return verdict.truth;
}

/* Kleene's three-valued logic: true, false and unknown patients. */
START_TEST(conditions_follow_three_valued_logic)
{
    static const char *const words[] = {
        "{fact: age_y, above: 0}", "{fact: age_y, below: 0}", "{fact: weight_kg, above: 0}"};
    static const enum rsp_truth values[] = {RSP_TRUE, RSP_FALSE, RSP_UNKNOWN};
    const char *patient = "age_y: 50\n";
    for (int a = 0; a < 3; a++) {
        char text[200];
        snprintf(text, sizeof text, "{not: %s}", words[a]);
        ck_assert_int_eq(truth_of(text, patient), values[a] == RSP_UNKNOWN ? RSP_UNKNOWN
                                                  : values[a] == RSP_TRUE  ? RSP_FALSE
                                                                           : RSP_TRUE);
        for (int b = 0; b < 3; b++) {
            const bool any_true = values[a] == RSP_TRUE || values[b] == RSP_TRUE;
            const bool any_false = values[a] == RSP_FALSE || values[b] == RSP_FALSE;
            const bool any_unknown = values[a] == RSP_UNKNOWN || values[b] == RSP_UNKNOWN;
            snprintf(text, sizeof text, "{all: [%s, %s]}", words[a], words[b]);
            ck_assert_int_eq(truth_of(text, patient), any_false     ? RSP_FALSE
                                                      : any_unknown ? RSP_UNKNOWN
                                                                    : RSP_TRUE);
            snprintf(text, sizeof text, "{any: [%s, %s]}", words[a], words[b]);
            ck_assert_int_eq(truth_of(text, patient), any_true      ? RSP_TRUE
                                                      : any_unknown ? RSP_UNKNOWN
                                                                    : RSP_FALSE);
        }
    }
    ck_assert_int_eq(truth_of("{fact: weight_kg, above: 0, if_missing: no}", patient), RSP_FALSE);
}
END_TEST

START_TEST(a_history_names_what_is_there_and_its_silence_says_no)
{
    ck_assert_int_eq(truth_of("{history: stroke}", "age_y: 50\n"), RSP_UNKNOWN);
    ck_assert_int_eq(truth_of("{history: stroke}", "history: []\n"), RSP_FALSE);
    ck_assert_int_eq(truth_of("{history: stroke}", "history: [stroke]\n"), RSP_TRUE);
    ck_assert_int_eq(truth_of("{medication: opioid}", "age_y: 50\n"), RSP_UNKNOWN);
    ck_assert_int_eq(truth_of("{medication: opioid}", "medications: []\n"), RSP_FALSE);
    ck_assert_int_eq(truth_of("{medication: opioid}", "medications: [Morphine 10 mg]\n"), RSP_TRUE);
    ck_assert_int_eq(truth_of("{medication: opioid}", "medications: [apomorphine]\n"), RSP_FALSE);
    ck_assert_int_eq(truth_of("{condition: chronic}", "condition: crps\n"), RSP_TRUE);
    ck_assert_int_eq(truth_of("{condition: chronic}", "condition: procedural\n"), RSP_FALSE);
    ck_assert_int_eq(truth_of("{setting: icu}", "age_y: 50\n"), RSP_UNKNOWN);
    ck_assert_int_eq(truth_of("{sex: female}", "sex: f\n"), RSP_TRUE);
    ck_assert_int_eq(truth_of("{sex: female}", "age_y: 50\n"), RSP_UNKNOWN);
    ck_assert_int_eq(truth_of("{test_missing: ecg, older_than_days: 30}",
                         "tests: {ecg: {value: normal, date: 2026-10-22}}\n"),
        RSP_TRUE);
    ck_assert_int_eq(truth_of("{test_missing: ecg, older_than_days: 31}",
                         "tests: {ecg: {value: normal, date: 2026-10-22}}\n"),
        RSP_FALSE);
}
END_TEST

RUN_TESTS("rule files", wrong_instruments_and_opioids_are_refused_with_their_line,
    a_wrong_rule_file_is_refused_with_its_line, wrong_limits_of_a_session_are_refused_with_their_line,
    conditions_follow_three_valued_logic, a_history_names_what_is_there_and_its_silence_says_no)
