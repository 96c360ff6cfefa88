/* What a finding keeps, and that the same text and facts give the same findings again. */
#include <stdio.h>

#include "clinic_check.h"
#include "rules/finding_json.h"
#include "rules/rulebook.h"

/* The texts in the program and their digests by Python's hashlib (tools/embed.py). */
size_t rsp_rules_count(void);
const char *rsp_rules_id(size_t i);
const char *rsp_rules_text(size_t i, size_t *length);
const char *rsp_rules_sha256(size_t i);

static const char *const person =
    "age_y: 50\nsex: male\nweight: {value_kg: 70, date: 2026-10-22}\ncondition: crps\nsetting: inpatient\n"
    "history: [{word: recent_mi, since: 2026-10-18}]\nallergies: []\nmedications: [{name: morphine, dose_mg: "
    "30, per_day: 2}, diazepam]\n"
    "tests: {sbp_mmhg: {value: 145.5, date: 2026-11-20}, dbp_mmhg: 75, alt_u_per_l: {value: 120, "
    "upper_limit: 40, date: 2026-11-01}}\n";

struct judged {
    struct rsp_rulebook *book;
    struct rsp_patient *patient;
    struct rsp_finding *finding;
    enum rsp_candidacy candidacy;
    size_t n;
};

static struct judged judge(struct rsp_rulebook *book, const char *text)
{
    struct judged j = {.book = book, .patient = patient_of(text)};
    struct rsp_error err = {0};
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

static struct rsp_rulebook *shipped(void)
{
    struct rsp_rulebook *book = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    return book;
}

static const struct rsp_finding *finding_of(const struct judged *j, const char *id)
{
    for (size_t i = 0; i < j->n; i++)
        if (strcmp(j->finding[i].rule->id, id) == 0)
            return &j->finding[i];
    ck_abort_msg("%s is no finding", id);
    return NULL;
}

static const struct rsp_used_fact *fact_of(const struct rsp_finding *finding, const char *name)
{
    for (size_t i = 0; i < finding->n_fact; i++)
        if (strcmp(finding->fact[i].name, name) == 0)
            return &finding->fact[i];
    return NULL;
}

static const struct {
    const char *rule, *fact, *value, *date;
} kept[] = {
    {"CI-MI-6W", "history.recent_mi", "present", "2026-10-18"},
    {"MON-BP-PRE", "sbp_mmhg", "145.5", "2026-11-20"},
    {"MON-BP-PRE", "dbp_mmhg", "75", "2026-11-22"},
    {"MON-BP-PRE", "age_y", "50", NULL},
    {"RECORD-WEIGHT-OLD", "weight_age_d", "31", "2026-10-22"},
    {"LFT-NOPPERS", "enzymes_over_upper_limit", "3", NULL},
    {"LFT-NOPPERS", "alt_u_per_l", "120 (upper limit 40)", "2026-11-01"},
    {"LFT-NOPPERS", "ggt_u_per_l", "not on file", NULL},
    {"DDI-CNS", "medications", "morphine 30 mg x 2 a day; diazepam", NULL},
    {"DDI-CNS", "history.alcohol_use", "absent", NULL},
    {"IND-CRPS", "condition", "crps", NULL},
};

START_TEST(a_finding_keeps_the_facts_that_it_looked_at)
{
    struct judged j = judge(shipped(), person);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const struct rsp_used_fact *fact = fact_of(finding_of(&j, kept[i].rule), kept[i].fact);
        char day[16] = "";
        ck_assert_msg(fact != NULL, "%s does not name %s", kept[i].rule, kept[i].fact);
        ck_assert_str_eq(fact->value, kept[i].value);
        ck_assert_int_eq(fact->has_date, kept[i].date != NULL);
        if (fact->has_date)
            rsp_date_format(fact->date, day, sizeof day);
        ck_assert_str_eq(day, kept[i].date != NULL ? kept[i].date : "");
    }
    forget(&j);
}
END_TEST

START_TEST(a_condition_names_every_fact_that_made_it_true)
{
    struct judged j = judge(shipped(), person);
    for (size_t i = 0; i < j.n; i++) {
        const bool for_all = strcmp(j.finding[i].rule->id, "IND-LABEL") == 0 ||
                             strcmp(j.finding[i].rule->id, "PERS-ASA") == 0; /* when: {always: true} */
        ck_assert_msg(j.finding[i].n_fact > 0 || for_all, "%s", j.finding[i].rule->id);
    }
    forget(&j);
}
END_TEST

START_TEST(rules_that_wait_together_are_all_named)
{
    struct judged j = judge(shipped(), "age_y: 50\nsex: male\nweight_kg: 70\ncondition: crps\n");
    size_t n = 0;
    for (size_t i = 0; i < j.n; i++) {
        const struct rsp_finding *f = &j.finding[i];
        if (f->truth != RSP_UNKNOWN || strcmp(f->missing, "history") != 0 ||
            f->rule->severity != RSP_SEVERITY_BLOCK)
            continue;
        ck_assert_uint_gt(f->n_waiting, 5);
        ck_assert_ptr_eq(f->waiting[0], f->rule);
        ck_assert_ptr_nonnull(fact_of(f, "history"));
        ck_assert_str_eq(fact_of(f, "history")->value, "not asked");
        n++;
    }
    ck_assert_uint_eq(n, 1);
    forget(&j);
}
END_TEST

/* Blocks for which the absence of a fact is no question: what is not measured or was not given is not there. */
static const char *const silent[] = {"LFT-NOPPERS", "TEST-ECG-ISCHAEMIA", "LFT-NOPPERS-REPEAT", NULL};

START_TEST(on_an_empty_record_every_rule_names_what_would_settle_it)
{
    struct rsp_rulebook *book = shipped();
    struct rsp_patient *nobody = patient_of("id: x\n");
    for (size_t i = 0; i < book->n_rule; i++) {
        const struct rsp_rule_entry *entry = &book->rule[i];
        struct rsp_verdict verdict;
        if (entry->when == NULL)
            continue;
        rsp_when_judge(book, entry->when, nobody, TODAY, NULL, &verdict);
        ck_assert_msg((verdict.truth == RSP_UNKNOWN) == (verdict.missing[0] != '\0'), "%s", entry->rule.id);
        ck_assert_msg(entry->rule.severity != RSP_SEVERITY_BLOCK || verdict.truth == RSP_UNKNOWN ||
                          rsp_word_listed(SIZE_MAX, silent, entry->rule.id),
            "%s passes an empty record", entry->rule.id);
    }
    rsp_patient_free(nobody);
    struct judged j = judge(book, "id: x\n");
    ck_assert_int_eq(j.candidacy, RSP_CANDIDACY_INCOMPLETE);
    forget(&j);
}
END_TEST

/* All findings as one text. */
static char *written(const struct judged *j)
{
    struct rsp_buf all;
    rsp_buf_init(&all, (size_t)1 << 20);
    for (size_t i = 0; i < j->n; i++) {
        char *one = NULL;
        ck_assert_int_eq(rsp_finding_json(j->book, &j->finding[i], TODAY, &one, NULL), RSP_OK);
        rsp_buf_printf(&all, "%s\n", one);
        free(one);
    }
    ck_assert(!all.failed);
    return all.data;
}

START_TEST(a_written_finding_holds_all_that_showing_it_needs)
{
    struct judged j = judge(shipped(), person);
    char *one = NULL;
    ck_assert_int_eq(rsp_finding_json(j.book, finding_of(&j, "CI-MI-6W"), TODAY, &one, NULL), RSP_OK);
    json_t *root = json_loads(one, 0, NULL);
    ck_assert_ptr_nonnull(root);
    static const char *const texts[] = {"rule", "severity", "gate", "confidence", "text", "missing", "action",
        "grade", "source", "judged_on", "rulebook_sha256"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(json_is_string(json_object_get(root, texts[i])), "%s", texts[i]);
    ck_assert_int_eq(json_integer_value(json_object_get(root, "version")), 1);
    ck_assert_str_eq(json_string_value(json_object_get(root, "judged_on")), "2026-11-22");
    ck_assert_uint_eq(strlen(json_string_value(json_object_get(root, "rulebook_sha256"))), 64);
    ck_assert_uint_gt(json_array_size(json_object_get(root, "facts")), 0);
    json_decref(root);
    free(one);
    forget(&j);
}
END_TEST

/* The shipped texts, in one of them a piece changed: the rulebook of another day. */
static struct rsp_rulebook *book_with(const char *old, const char *fresh)
{
    struct rsp_rule_file file[RSP_MAX_RULE_FILE] = {0};
    struct rsp_rulebook *book = NULL;
    struct rsp_error err = {0};
    char *changed = NULL;
    const size_t n = rsp_rules_count();
    for (size_t i = 0; i < n; i++) {
        file[i].name = rsp_rules_id(i);
        file[i].text = rsp_rules_text(i, &file[i].length);
        const char *at = old != NULL ? strstr(file[i].text, old) : NULL;
        if (at == NULL)
            continue;
        struct rsp_buf text;
        rsp_buf_init(&text, (size_t)1 << 20);
        rsp_buf_add(&text, file[i].text, (size_t)(at - file[i].text));
        rsp_buf_text(&text, fresh);
        rsp_buf_text(&text, at + strlen(old));
        ck_assert(!text.failed && changed == NULL);
        changed = text.data;
        file[i].text = changed;
        file[i].length = text.length;
    }
    ck_assert(old == NULL || changed != NULL);
    ck_assert_msg(rsp_rulebook_read(n, file, &book, &err) == RSP_OK, "%s", err.message);
    free(changed);
    return book;
}

START_TEST(an_old_rulebook_gives_the_old_findings_again)
{
    struct judged now = judge(shipped(), person);
    struct judged old = judge(book_with("{fact: weight_age_d, above: 30,", "{fact: weight_age_d, above: 90,"),
        person); /* 31 days: no finding of that day */
    struct judged again = judge(book_with(NULL, NULL), person);
    char *text_now = written(&now), *text_old = written(&old), *text_again = written(&again);
    ck_assert_str_eq(text_now, text_again);
    ck_assert_str_ne(text_now, text_old);
    ck_assert_ptr_nonnull(strstr(text_now, "\"RECORD-WEIGHT-OLD\""));
    ck_assert_ptr_null(strstr(text_old, "\"RECORD-WEIGHT-OLD\""));
    ck_assert_str_ne(rsp_rulebook_sha256(now.book), rsp_rulebook_sha256(old.book));
    ck_assert_str_eq(rsp_rulebook_sha256(now.book), rsp_rulebook_sha256(again.book));
    struct judged twice =
        judge(book_with("{fact: weight_age_d, above: 30,", "{fact: weight_age_d, above: 90,"), person);
    char *text_twice = written(&twice);
    ck_assert_str_eq(text_old, text_twice);
    free(text_now);
    free(text_old);
    free(text_again);
    free(text_twice);
    forget(&now);
    forget(&old);
    forget(&again);
    forget(&twice);
}
END_TEST

START_TEST(the_digest_of_each_text_is_that_of_another_program)
{
    for (size_t i = 0; i < rsp_rules_count(); i++) {
        size_t length = 0;
        const char *text = rsp_rules_text(i, &length);
        char hex[RSP_SHA256_HEX + 1];
        struct rsp_sha256 sha;
        rsp_sha256_begin(&sha);
        rsp_sha256_add(&sha, text, length);
        rsp_sha256_end(&sha, hex);
        ck_assert_str_eq(hex, rsp_rules_sha256(i));
    }
}
END_TEST

RUN_TESTS("findings", on_an_empty_record_every_rule_names_what_would_settle_it,
    a_finding_keeps_the_facts_that_it_looked_at, a_condition_names_every_fact_that_made_it_true,
    rules_that_wait_together_are_all_named, a_written_finding_holds_all_that_showing_it_needs,
    an_old_rulebook_gives_the_old_findings_again, the_digest_of_each_text_is_that_of_another_program)
