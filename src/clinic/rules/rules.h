/** Cited rules: facts in, findings out. Pure.
 *
 * The rules ship inside the program (YAML under rules, embedded at build); a site may add its own later.
 * High and medium confidence drive behaviour; low and unverified rules are off and marked.
 */
#ifndef RSP_CLINIC_RULES_RULES_H
#define RSP_CLINIC_RULES_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/dose.h>
#include <respite/plan.h>
#include <respite/regimen.h>
#include <respite/status.h>

#include "record/patient.h"

enum rsp_rule_confidence { RSP_RULE_HIGH, RSP_RULE_MEDIUM, RSP_RULE_LOW, RSP_RULE_UNVERIFIED };
enum rsp_severity { RSP_SEVERITY_INFO, RSP_SEVERITY_CAUTION, RSP_SEVERITY_BLOCK };
/** Who may pass a blocking rule: nobody, the prescriber by name and reason, the nurse with a reason. */
enum rsp_gate { RSP_GATE_NONE, RSP_GATE_NURSE, RSP_GATE_PRESCRIBER, RSP_GATE_NEVER };
enum rsp_truth { RSP_FALSE, RSP_TRUE, RSP_UNKNOWN };

struct rsp_rule {
    const char *id, *area, *text, *action, *why; /* why: note or reading limits */
    const char *source;                          /* full citation text of all sources, "; " between */
    const char *grade;                           /* consensus grade and certainty, "" when none */
    enum rsp_rule_confidence confidence;
    enum rsp_severity severity;
    enum rsp_gate gate;
    bool on; /* drives behaviour */
    int version;
};

/** One fact that a judgement looked at, as it stood: "history.stroke" = "absent", "sbp_mmhg" = "138" of a day. */
struct rsp_used_fact {
    const char *name;
    const char *value; /* numbers to the last digit; "not asked", "not on file" when there was none */
    bool has_date;
    struct rsp_date date; /* of the measurement or the event */
};

struct rsp_finding {
    const struct rsp_rule *rule;
    enum rsp_truth truth; /* RSP_TRUE: fired; RSP_UNKNOWN: a fact is missing */
    char text[400];       /* sentence with this patient's fact */
    char missing[160];    /* the first fact to ask for, "" when none; text names all */
    size_t n_fact;
    const struct rsp_used_fact *fact; /* all that was looked at; in the memory of the findings */
    size_t n_waiting;
    const struct rsp_rule *const *waiting; /* rules that wait for the same fact, `rule` first; 0: it alone */
};

enum rsp_candidacy { RSP_CANDIDATE, RSP_CANDIDATE_CAUTION, RSP_NOT_A_CANDIDATE, RSP_CANDIDACY_INCOMPLETE };
const char *rsp_candidacy_name(enum rsp_candidacy candidacy); /* "candidate", "caution", ... */
const char *rsp_severity_name(enum rsp_severity severity);
const char *rsp_gate_name(enum rsp_gate gate);
const char *rsp_rule_confidence_name(enum rsp_rule_confidence confidence);

struct rsp_protocol {
    const char *id, *name, *setting, *source, *note;
    const char *kind; /* "long_infusion" | "daily_hours" | "short_series" | "acute" | "non_iv" ... */
    enum rsp_drug drug;
    enum rsp_rule_confidence confidence;
    size_t n_condition;
    const enum rsp_condition *condition; /* for which it was published */
    size_t n_dose;
    const char *const *dose;             /* dose texts */
    double cap_mg_per_h, cap_mg_per_day; /* NaN none; applied to the doses */
};

/** Usual range of a drug, route and setting: 8 to 12 times or a tenth of it is a ten-fold finding. */
struct rsp_usual_range {
    enum rsp_drug drug;
    enum rsp_route route;
    const char *setting;
    enum rsp_dose_basis basis;
    double low, high;
    const char *source;
};

/** How a result was won, weakest first. Reviews of trials count as randomised. */
enum rsp_evidence_level {
    RSP_LEVEL_CASE,
    RSP_LEVEL_COHORT,
    RSP_LEVEL_CONTROLLED,
    RSP_LEVEL_RANDOMISED,
};
/** A row is shown alone, or its figure stands in the result of the row it belongs to, or it is no result. */
enum rsp_evidence_shown { RSP_SHOWN_ALONE, RSP_SHOWN_BESIDE, RSP_SHOWN_NEVER };

/** One published result. `result` gives the arms of one study and time together, with the baseline. */
struct rsp_evidence {
    const char *study, *arm, *design, *drug, *regimen, *regimen_kind, *condition_text, *result, *source,
        *confidence, *note, *n;
    size_t n_condition;
    const enum rsp_condition *condition;
    double time_d; /* after the end of the course; NaN none */
    const char *quantity, *unit;
    double value, low, high; /* NaN when not a number */
    bool always;             /* shown for every chronic condition (Cochrane 2025) */
    bool training;           /* the model of slow relief was fitted on it; `result` says so */
    bool children;           /* in children only */
    enum rsp_evidence_level level;
    enum rsp_evidence_shown shown;
    const char *route; /* of a non_iv row: a route's name, or "epidural"; "" for the others */
};

/** One observed value of a study, as a fraction. */
struct rsp_comparison_value {
    double day_after_end, value, low, high; /* low, high NaN when no interval is published */
    const char *what;
};

/** A published study that the relief model can be computed for: docs/evidence. */
struct rsp_comparison {
    const char *study, *condition_text, *observed, *verdict, *regimen_text, *source;
    bool training; /* the model was fitted on it */
    size_t n_dose;
    const char *const *dose;
    size_t n_point;
    const struct rsp_comparison_value *point; /* mean pain as a fraction of baseline */
    size_t n_share;
    const struct rsp_comparison_value *share; /* share of people with meaningful relief */
};

/** Levels that a pump programme may aim at. */
struct rsp_target_level {
    enum rsp_drug drug;
    double low_ng_per_ml, warn_ng_per_ml, refuse_ng_per_ml;
    const char *text, *source;
};

/** One published course of a side effect: a fact, not a prediction. */
struct rsp_side_effect {
    const char *topic; /* "pressure", "heart", "dissociation", "other" */
    enum rsp_drug drug;
    const char *regimen, *n, *course, *unit, *source, *confidence; /* "" when not stated */
    double value, time_min;                                        /* NaN when not stated */
    double low_ng_per_ml, high_ng_per_ml;                          /* levels at which it was seen; NaN */
};

/** Values of one quantity of a family as they stand in dose text ("100 h", "2 wk"), and who published their range. */
struct rsp_family_range {
    size_t n;
    const char *const *text;
    const char *source; /* "" without values */
};

/** A family of published regimens: every combination of the values is a candidate. */
struct rsp_family {
    const char *id, *name, *setting, *kind, *note;
    enum rsp_drug drug;
    enum rsp_route route;
    const char *dose_unit; /* "mg/kg/h": goes behind each value of dose */
    struct rsp_family_range dose, time, number, every;
    struct rsp_family_range later, later_every; /* dose texts of single later infusions, and their interval */
    double cap_mg_per_h, cap_mg_per_day;        /* NaN none */
    size_t n_condition;
    const enum rsp_condition *condition;
    enum rsp_rule_confidence confidence;
};

/** Candidates of a family: how many courses its lists make, and the dose text of one of them. */
size_t rsp_family_n_course(const struct rsp_family *family);
void rsp_family_course(const struct rsp_family *family, size_t i, char *text, size_t size);

/** A bound that at most a share of the copies may pass. */
enum rsp_chance_quantity { RSP_CHANCE_LEVEL, RSP_CHANCE_DISSOCIATION, RSP_CHANCE_PRESSURE, RSP_N_CHANCE };
struct rsp_chance_limit {
    const char *text, *source;
    double bound; /* NaN: from prediction.yaml (level) or the patient's goal (dissociation) */
    double most_share;
};

/** What the optimiser's choice rests on: rules/families.yaml. */
struct rsp_search {
    double default_d, least_d, most_d; /* horizon */
    struct rsp_placebo_course placebo;
    const char *placebo_text, *placebo_source;
    /* score: days gained less these */
    double price_d_per_g[RSP_N_DRUG]; /* NaN: a drug that is not searched */
    double exposed_day_d, visit_d;
    double tie_d;           /* scores as near as this are alike */
    double less_drug_share; /* an alternative with less drug keeps at least this share of the days */
    const char *score_text, *score_source;
    struct rsp_chance_limit chance[RSP_N_CHANCE];
    struct rsp_diary_noise diary;
    const char *diary_text, *diary_source;
    struct rsp_refill_rule rule;
    double fixed_interval_d;
    const char *rule_text, *rule_source;
    const char *futility_evidence, *futility_source;
};

/** A bound that a rule which is on sets on a number of the record: a clinical flag. NaN where there is none. */
struct rsp_fact_bound {
    const struct rsp_rule *rule;
    double below, at_most, above, at_least;
};

struct rsp_rulebook;
/** The shipped rules. Caller frees. Fails only on a programming error or without memory. */
RSP_CHECKED rsp_status rsp_rulebook_shipped(struct rsp_rulebook **book, struct rsp_error *err);
void rsp_rulebook_free(struct rsp_rulebook *book);

/** A site's own choices, signed by a physician: rules and limits that are off switched on, own limits added.
 * Nothing can be switched off or widened: the lowest limit wins. Their sources name who chose it and when.
 * The text is YAML: version, site, physician, date, switch_on: [{id, reason}], limits: [{id, text, quantity, bound,
 * hard, drugs, routes, pain, settings}]. Refused: unknown ids, what is on already, rules without a condition,
 * limits whose id is taken, a date after today, a second call. On failure the book is unchanged (without memory: free it).
 * @param text  copied at once @param name  of the file, for messages */
RSP_CHECKED rsp_status rsp_rulebook_site(struct rsp_rulebook *book, const char *text, size_t length,
    const char *name, struct rsp_date today, struct rsp_error *err);
const char *rsp_rulebook_version(const struct rsp_rulebook *book); /* version + short sha256 */
/** SHA-256 of the names and texts of all its files: the same text gives the same findings for the same facts. */
const char *rsp_rulebook_sha256(const struct rsp_rulebook *book);

size_t rsp_rulebook_n_rule(const struct rsp_rulebook *book);
const struct rsp_rule *rsp_rulebook_rule(const struct rsp_rulebook *book, size_t i);
size_t rsp_rulebook_n_limit(const struct rsp_rulebook *book);
/** @param on  out: whether it drives behaviour; may be NULL */
const struct rsp_limit *rsp_rulebook_limit(const struct rsp_rulebook *book, size_t i, bool *on);
size_t rsp_rulebook_n_protocol(const struct rsp_rulebook *book);
const struct rsp_protocol *rsp_rulebook_protocol(const struct rsp_rulebook *book, size_t i);
/** RSP_E_UNKNOWN suggests the nearest id. */
RSP_CHECKED rsp_status rsp_rulebook_protocol_find(const struct rsp_rulebook *book, const char *id,
    const struct rsp_protocol **protocol, struct rsp_error *err);
size_t rsp_rulebook_n_evidence(const struct rsp_rulebook *book);
const struct rsp_evidence *rsp_rulebook_evidence(const struct rsp_rulebook *book, size_t i);
size_t rsp_rulebook_n_comparison(const struct rsp_rulebook *book);
const struct rsp_comparison *rsp_rulebook_comparison(const struct rsp_rulebook *book, size_t i);
size_t rsp_rulebook_n_family(const struct rsp_rulebook *book);
const struct rsp_family *rsp_rulebook_family(const struct rsp_rulebook *book, size_t i);
/** NULL when no file of the book has the section. */
const struct rsp_search *rsp_rulebook_search(const struct rsp_rulebook *book);
/** Bounds of the rules on a fact by name (age_y, sbp_mmhg, ...), in the order of the rules.
 * @return how many of the first n_most */
size_t rsp_rulebook_fact_bounds(
    const struct rsp_rulebook *book, const char *fact, size_t n_most, struct rsp_fact_bound bound[]);
/** Rules on this word of the history ask how severe it is, or since when. */
bool rsp_rulebook_asks_severity(const struct rsp_rulebook *book, const char *word);
bool rsp_rulebook_asks_since(const struct rsp_rulebook *book, const char *word);
/** History words and their texts, NULL-terminated; also the words `patient` accepts. */
const char *const *rsp_rulebook_words(void);

/** Candidacy of a patient for ketamine in this setting: every finding that fired, and those of blocks and cautions
 * that are unknown (a caution only when no unknown block asks for the same fact), worst first. Rules of one
 * severity that wait for the same fact are one finding: its rule is the first of them, its text names all. Rules that
 * are off are not judged. The consensus grade of a condition comes from the rule of area "evidence" with a grade.
 * A pure function of the book's text, the patient and the day: an old book gives the old findings again.
 * @param findings out: malloc'ed array with the facts it points to, caller frees with free() */
RSP_CHECKED rsp_status rsp_rules_assess(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    struct rsp_date today, enum rsp_candidacy *candidacy, struct rsp_finding **findings, size_t *n_finding,
    struct rsp_error *err);

/** Levels of a drug for pump programmes, NULL when none are on file. */
const struct rsp_target_level *rsp_rulebook_target_level(const struct rsp_rulebook *book, enum rsp_drug drug);
size_t rsp_rulebook_n_side_effect(const struct rsp_rulebook *book);
const struct rsp_side_effect *rsp_rulebook_side_effect(const struct rsp_rulebook *book, size_t i);

/** Limits that apply to this patient, drug and setting, for engine/plan; borrowed from the book.
 * @param limits out: malloc'ed array of copies, caller frees with free() */
RSP_CHECKED rsp_status rsp_rules_limits(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    enum rsp_drug drug, enum rsp_route route, struct rsp_limit **limits, size_t *n_limit,
    struct rsp_error *err);

/** A slip of the decimal point makes of a number at least so many times it, or so small a part: LOCAL, from no paper. */
#define RSP_SLIP_TIMES 8.0

/** Could this dose be a usual one with its decimal point misplaced? Above: at least 8 times the low end of the usual
 * range and 1.5 times its high end; below: at most an eighth of the high end and the low end over 1.5. Amount, rate,
 * and per-kg forms are compared by weight and duration. Without a setting that of outpatients speaks.
 * @return RSP_OK when it is not; RSP_E_LIMIT with a sentence that gives the usual range and asks for --confirm-dose;
 * RSP_E_MISSING when the weight is needed. A drug that has no usual range by that route and duration passes (and
 * says so through *known = false). */
RSP_CHECKED rsp_status rsp_rules_tenfold(const struct rsp_rulebook *book, const struct rsp_dose_text *dose,
    double weight_kg, const char *setting, bool *known, struct rsp_error *err);

/** The default protocol for a patient: by condition and setting, NULL when none is published. */
const struct rsp_protocol *rsp_rules_default_protocol(
    const struct rsp_rulebook *book, const struct rsp_patient *patient);

/** The opioids of a medication list in mg of oral morphine a day, with the factors of CDC 2022. A sum for an overview;
 * never for converting one opioid into another. Doses by mouth and fentanyl patches count. */
enum { RSP_MAX_MME = 32 };
struct rsp_mme_row {
    const char *medicine, *opioid, *source; /* as written; generic name */
    bool counted, by_rate;
    double daily_mg, rate_mcg_per_h, factor, mme_mg; /* NaN where there is none */
    char text[240];                                  /* what was counted, or why it could not be */
};
struct rsp_mme {
    bool asked;      /* a list of medications was given */
    double total_mg; /* of what was counted: a lower bound unless rsp_mme_complete; NaN when not asked */
    size_t n, n_counted;
    struct rsp_mme_row row[RSP_MAX_MME]; /* the first n of them */
    size_t n_unknown;                    /* medicines that no list knows: opioids may be among them */
    const char *unknown[RSP_MAX_MME];    /* as written, the first n_unknown of them */
};
/** Whether every medicine is known, and every opioid counted. */
bool rsp_mme_complete(const struct rsp_mme *mme);
/** A medicine that the rules know and that an unknown name may mean; NULL when none is near. */
const char *rsp_mme_meant(const struct rsp_rulebook *book, const char *unknown);
void rsp_rules_mme(const struct rsp_rulebook *book, const struct rsp_patient *patient, struct rsp_mme *mme);

/** Model covariates from medications and genotype (CYP inhibitors, inducers): name and level. A covariate has one
 * level at a time: where several hold at once, each is given and marked, and their joint effect is not known.
 * @return how many of the first n_max */
struct rsp_modifier {
    const char *covariate, *level, *because, *source;
    bool several; /* another level of this covariate holds as well */
};
size_t rsp_rules_modifiers(const struct rsp_rulebook *book, const struct rsp_patient *patient, size_t n_max,
    struct rsp_modifier modifiers[]);

#endif
