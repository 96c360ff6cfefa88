/** Inside of the rulebook: what the YAML under rules becomes. */
#ifndef RSP_CLINIC_RULES_RULEBOOK_H
#define RSP_CLINIC_RULES_RULEBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sha256.h"
#include "base/text.h"
#include "base/yaml.h"
#include "rules/instrument.h"
#include "rules/leaving.h"
#include "rules/preparing.h"
#include "rules/register_words.h"
#include "rules/rules.h"
#include "rules/starting.h"
#include "rules/watching.h"

enum { RSP_MAX_RULE_FILE = 32 };

/** One node of a rule's condition; see rules/candidacy.yaml for the language. */
enum rsp_when_kind {
    RSP_WHEN_ALL,
    RSP_WHEN_ANY,
    RSP_WHEN_NOT,
    RSP_WHEN_ALWAYS,
    RSP_WHEN_HISTORY,
    RSP_WHEN_MEDICATION,
    RSP_WHEN_ALLERGY,
    RSP_WHEN_FACT,
    RSP_WHEN_TEST,
    RSP_WHEN_TEST_MISSING,
    RSP_WHEN_CONDITION,
    RSP_WHEN_SETTING,
    RSP_WHEN_SEX,
    RSP_WHEN_INFUSION,
    RSP_WHEN_NEAR_MISS,
    RSP_WHEN_TEST_OLD,
    RSP_WHEN_OPIOID
};

struct rsp_when {
    enum rsp_when_kind kind;
    bool missing_is_false; /* a fact that is not there counts as "no" */
    size_t n_child;
    const struct rsp_when *child; /* ALL, ANY, NOT */
    size_t n_word;
    const char *const *word; /* history words, classes, tests, conditions, ... */
    size_t n_severity;
    const char *const *severity;            /* HISTORY; 0: any */
    double within_d;                        /* HISTORY, TEST, INFUSION; NaN: any time */
    double older_d;                         /* TEST, TEST_MISSING: counts as missing when older; NaN never */
    double below, at_most, above, at_least; /* FACT, OPIOID; NaN none */
    double min_h;                           /* INFUSION: at least so many hours; NaN any */
};

struct rsp_rule_entry {
    struct rsp_rule rule;
    const struct rsp_when *when; /* NULL: shown, never judged on a patient's facts */
    const char *finding;         /* sentence with {fact}; NULL: the rule's text */
};

/** To whom a limit or range applies; 0 or NULL: to all. */
struct rsp_scope {
    unsigned drugs, routes; /* bits by enum */
    int acute;              /* 1 acute only, -1 chronic only, 0 both */
    size_t n_setting;
    const char *const *setting;
};

struct rsp_limit_entry {
    struct rsp_limit limit;
    struct rsp_scope scope;
    bool on;
};

struct rsp_range_entry {
    struct rsp_usual_range range;
    double min_h, max_h; /* durations for which it speaks */
};

struct rsp_class {
    const char *name;
    size_t n_member;
    const char *const *member;
};

struct rsp_modifier_entry {
    struct rsp_modifier modifier;
    const char *genotype; /* NULL: by medication */
    size_t n_medication;
    const char *const *medication;
};

/** Texts by key in one language; a language may stand in several files. */
struct rsp_message {
    const char *key, *text;
};
struct rsp_language {
    const char *name;
    size_t n_message;
    const struct rsp_message *message;
};

/** A row of the table of morphine equivalents. */
struct rsp_opioid {
    size_t n_name;
    const char *const *name; /* the first is the generic one */
    double factor;           /* mg of morphine for 1 mg by mouth, or for 1 mcg/h; NaN when not counted */
    bool by_rate;            /* a patch */
    const char *not_counted; /* why it has no factor; NULL when it has */
    const char *source;
};

struct rsp_source {
    const char *id, *text;
};

struct rsp_rulebook {
    struct rsp_arena *arena;
    size_t n_tree;
    struct rsp_yaml_tree *tree[RSP_MAX_RULE_FILE];
    char version[96], sha256[RSP_SHA256_HEX + 1];
    bool has_site; /* rsp_rulebook_site was called */
    size_t n_source;
    struct rsp_source *source;
    size_t n_class;
    struct rsp_class *classes;
    size_t n_rule;
    struct rsp_rule_entry *rule;
    size_t n_limit;
    struct rsp_limit_entry *limit;
    size_t n_protocol;
    struct rsp_protocol *protocol;
    size_t n_range;
    struct rsp_range_entry *range;
    size_t n_modifier;
    struct rsp_modifier_entry *modifier;
    size_t n_language;
    struct rsp_language *language;
    size_t n_instrument;
    struct rsp_instrument *instrument;
    size_t n_opioid;
    struct rsp_opioid *opioid;
    size_t n_register_word;
    struct rsp_register_word *register_word;
    size_t n_harm_degree;
    struct rsp_harm_degree *harm_degree;
    size_t n_evidence;
    struct rsp_evidence *evidence;
    size_t n_comparison;
    struct rsp_comparison *comparison;
    size_t n_target_level;
    struct rsp_target_level *target_level;
    size_t n_side_effect;
    struct rsp_side_effect *side_effect;
    size_t n_family;
    struct rsp_family *family;
    struct rsp_search *search;
    struct rsp_preparation *preparation;
    size_t n_alarm;
    struct rsp_alarm *alarm;
    size_t n_supporting;
    struct rsp_supporting *supporting;
    struct rsp_watching *watching;
    size_t n_session_task;
    struct rsp_session_task *session_task;
    size_t n_session_score;
    struct rsp_session_score *session_score;
    struct rsp_leaving *leaving;
    struct rsp_starting *starting;
};

/** One file of rules. */
struct rsp_rule_file {
    const char *name, *text;
    size_t length;
};

/** Read rule files into a book; every file may hold any of the sections. Order does not matter.
 * Errors name file, line and field. Texts are copied at once. Caller frees with rsp_rulebook_free. */
RSP_CHECKED rsp_status rsp_rulebook_read(
    size_t n, const struct rsp_rule_file file[], struct rsp_rulebook **book, struct rsp_error *err);

/* Readers of one section; the section's list is `node`. */
rsp_status rsp_read_rules(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_limits(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
/** What a limit says, without its provenance; also that of a site's own. */
rsp_status rsp_read_bound(const struct rsp_yaml *node, struct rsp_limit_entry *entry, struct rsp_error *err);
rsp_status rsp_read_protocols(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_ranges(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_modifiers(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_messages(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_instruments(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_opioids(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_evidence(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_comparisons(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_target_levels(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_side_effects(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_families(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_register_words(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_harm_degrees(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_search(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_preparation(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_alarms(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_session_scores(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_session_tasks(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_leaving(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_starting(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_watching(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_supporting(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);
rsp_status rsp_read_when(struct rsp_rulebook *book, const struct rsp_yaml *node, const struct rsp_when **when,
    struct rsp_error *err);

/* Small readers that all sections share. */
/** Room for n more items of one section. Sections of several files follow one another. */
rsp_status rsp_rulebook_grow(
    struct rsp_rulebook *book, void **items, size_t n_old, size_t n_more, size_t size, struct rsp_error *err);
/** sources: [ID, ...] of a map as citation texts, "; " between. */
rsp_status rsp_read_sources(
    struct rsp_rulebook *book, const struct rsp_yaml *map, const char **text, struct rsp_error *err);
/** map[key] as one of `names` (n of them); *index untouched when the key is absent and not required. */
rsp_status rsp_read_choice(const struct rsp_yaml *map, const char *key, bool required,
    const char *const names[], int n, int *index, struct rsp_error *err);
/** drug: of a map, required. */
rsp_status rsp_read_drug(const struct rsp_yaml *map, enum rsp_drug *drug, struct rsp_error *err);
/** A required number above zero. */
rsp_status rsp_read_positive(
    const struct rsp_yaml *map, const char *key, double *value, struct rsp_error *err);
/** A list of maps, each an item of one size, added to those that were read before. A reader finds the items before its
 * own in their array.
 * @param items  where the pointer to the array is kept: a TYPE ** */
typedef rsp_status rsp_item_reader(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err);
rsp_status rsp_read_list(struct rsp_rulebook *book, const struct rsp_yaml *node, rsp_item_reader *read,
    size_t size, void *items, size_t *n, struct rsp_error *err);
/** conditions: [word, ...]. Absent: none. */
rsp_status rsp_read_conditions(struct rsp_rulebook *book, const struct rsp_yaml *map, size_t *n,
    const enum rsp_condition **condition, struct rsp_error *err);
/** drugs, routes, pain, settings of a limit. */
rsp_status rsp_read_scope(const struct rsp_yaml *map, struct rsp_scope *scope, struct rsp_error *err);
bool rsp_scope_holds(const struct rsp_scope *scope, const struct rsp_patient *patient, enum rsp_drug drug,
    enum rsp_route route);
const char *const *rsp_setting_names(void); /* outpatient, inpatient, icu, NULL */

/** Is the word in the list, to the letter? The list ends after n words or at NULL, whichever comes first. */
bool rsp_word_listed(size_t n, const char *const list[], const char *word);
const struct rsp_class *rsp_rulebook_class(const struct rsp_rulebook *book, const char *name);

/** Facts that were looked at, each name once. Texts and array live in the arena. */
struct rsp_used_facts {
    struct rsp_arena *arena;
    size_t n, capacity;
    struct rsp_used_fact *fact;
    bool failed; /* out of memory */
};
/** @param value  copied at once @param date  NULL: none. Nothing happens when used is NULL. */
void rsp_used_note(
    struct rsp_used_facts *used, const char *name, const char *value, const struct rsp_date *date);
void rsp_used_history(struct rsp_used_facts *used, const struct rsp_patient *patient, const char *word);
void rsp_used_medications(struct rsp_used_facts *used, const struct rsp_patient *patient);
void rsp_used_allergies(struct rsp_used_facts *used, const struct rsp_patient *patient);
void rsp_used_infusions(struct rsp_used_facts *used, const struct rsp_patient *patient);
void rsp_used_test(struct rsp_used_facts *used, const struct rsp_patient *patient, const char *name);
/** Findings with their facts and rules as one block; NULL without memory. Caller frees with free(). */
struct rsp_finding *rsp_findings_pack(size_t n, const struct rsp_finding finding[]);
/** A number that rules ask for by name, with what it is made of. */
void rsp_used_number(
    struct rsp_used_facts *used, const struct rsp_patient *patient, struct rsp_date today, const char *name);

/** Judgement of a condition on one patient's facts. */
struct rsp_verdict {
    enum rsp_truth truth;
    char fact[200];    /* what made it true */
    bool personal;     /* a fact of this patient made it true, not only the condition or the setting */
    char missing[160]; /* what would settle it */
};
/** @param used  gets what was looked at; may be NULL */
void rsp_when_judge(const struct rsp_rulebook *book, const struct rsp_when *when,
    const struct rsp_patient *patient, struct rsp_date today, struct rsp_used_facts *used,
    struct rsp_verdict *verdict);
/** Is `name` a fact that rules may ask for? NULL-terminated list. */
const char *const *rsp_fact_names(void);
/** A number of the patient by name; NaN unknown. */
double rsp_fact_value(const struct rsp_patient *patient, struct rsp_date today, const char *name);
void rsp_fact_describe(
    const struct rsp_patient *patient, struct rsp_date today, const char *name, char *text, size_t size);
void rsp_fact_label(const char *name, char *text, size_t size);

#endif
