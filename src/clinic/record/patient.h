/** One patient's clinical facts, as read from PATIENT.yaml. Plain data; unknown stays unknown. */
#ifndef RSP_CLINIC_RECORD_PATIENT_H
#define RSP_CLINIC_RECORD_PATIENT_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/dose.h>
#include <respite/status.h>

#include "base/date.h"

/** Weights of a grown body: outside of them a slip is likelier than a person, who has to be forced. */
#define RSP_LEAST_ADULT_KG 30.0
#define RSP_MOST_ADULT_KG  300.0

/** Doses of all `infusions:` of a record together: what the prediction of their after-effect adds up. */
enum { RSP_MAX_PAST_DOSE = 500 };

enum rsp_sex { RSP_SEX_UNKNOWN, RSP_SEX_FEMALE, RSP_SEX_MALE };
/** "female", "male"; NULL unknown. */
const char *rsp_sex_name(enum rsp_sex sex);

/* One row a condition: word in files, text for people. Order is permanent. */
#define RSP_CONDITION_LIST(X)                                                                                \
    X(RSP_CONDITION_CRPS, "crps", "complex regional pain syndrome")                                          \
    X(RSP_CONDITION_NEUROPATHIC, "neuropathic", "neuropathic pain")                                          \
    X(RSP_CONDITION_MIXED_NEUROPATHIC, "mixed_neuropathic", "mixed neuropathic pain")                        \
    X(RSP_CONDITION_SPINAL_CORD_INJURY, "spinal_cord_injury", "spinal cord injury pain")                     \
    X(RSP_CONDITION_PHANTOM_LIMB, "phantom_limb", "phantom limb pain")                                       \
    X(RSP_CONDITION_POSTHERPETIC, "postherpetic", "postherpetic neuralgia")                                  \
    X(RSP_CONDITION_FIBROMYALGIA, "fibromyalgia", "fibromyalgia")                                            \
    X(RSP_CONDITION_MIGRAINE, "migraine", "migraine and headache")                                           \
    X(RSP_CONDITION_CANCER, "cancer", "cancer pain")                                                         \
    X(RSP_CONDITION_ISCHAEMIC, "ischaemic", "ischaemic pain")                                                \
    X(RSP_CONDITION_BACK_PAIN, "back_pain", "back pain")                                                     \
    X(RSP_CONDITION_CHRONIC_POSTSURGICAL, "chronic_postsurgical", "chronic pain after surgery")              \
    X(RSP_CONDITION_POSTOPERATIVE, "postoperative", "pain after an operation")                               \
    X(RSP_CONDITION_ACUTE_TRAUMA, "acute_trauma", "acute trauma pain")                                       \
    X(RSP_CONDITION_PROCEDURAL, "procedural", "procedural pain")                                             \
    X(RSP_CONDITION_OPIOID_TOLERANT_ACUTE, "opioid_tolerant_acute",                                          \
        "acute pain in an opioid-tolerant person")                                                           \
    X(RSP_CONDITION_OTHER, "other", "other pain")

enum rsp_condition {
#define RSP_X(name, word, text) name,
    RSP_CONDITION_LIST(RSP_X)
#undef RSP_X
        RSP_N_CONDITION
};
const char *rsp_condition_word(enum rsp_condition condition);
const char *rsp_condition_text(enum rsp_condition condition);
bool rsp_condition_acute(enum rsp_condition condition);

/** One word of the history list; the list of known words is data: see rules/words.yaml. */
struct rsp_history {
    const char *word;
    const char *severity; /* "mild" | "moderate" | "severe" | NULL unknown */
    bool has_since;
    struct rsp_date since;
    int line;
};
struct rsp_medication {
    const char *name;
    double dose_mg, per_day; /* NaN unknown */
    double rate_mcg_per_h;   /* of a patch; NaN none */
    bool has_since;
    struct rsp_date since;
    int line;
};
/** A measured value with its day; text for words such as pregnancy: negative. */
struct rsp_test {
    const char *name;          /* "alt_u_per_l", "sbp_mmhg", "pregnancy", "ecg" */
    double value, upper_limit; /* NaN unknown */
    const char *text;          /* NULL for numbers */
    struct rsp_date date;
    int line;
};
struct rsp_past_infusion {
    struct rsp_date start;
    const char *dose_text;
    struct rsp_dose_text dose; /* start_h counts from midnight of `start` */
    bool has_time, has_offset; /* start: an hour, a distance from UTC was written */
    int offset_min;            /* wall clock minus UTC */
    int line;
};
struct rsp_dated_weight {
    double weight_kg; /* NaN unknown */
    struct rsp_date date;
};
struct rsp_goals {
    double relief_frac, horizon_d, max_dissociation_pct;
}; /* NaN unknown */

struct rsp_patient {
    const char *id;
    bool has_birth_date;
    struct rsp_date birth_date;
    double age_y; /* on `today`; NaN unknown */
    int age_line; /* of age_y or birth_date in the file; 0 unknown */
    enum rsp_sex sex;
    double weight_kg; /* NaN unknown */
    struct rsp_date weight_date;
    size_t n_earlier_weight; /* older than weight_date, ascending: at which doses per kg were given */
    struct rsp_dated_weight *earlier_weight;
    double height_cm; /* NaN unknown */
    bool has_condition;
    enum rsp_condition condition;
    double baseline_nrs; /* NaN unknown */
    bool has_history;    /* a history list was given (may be empty): absent means not asked */
    size_t n_history;
    struct rsp_history *history;
    size_t n_unasked; /* words that a given history does not answer yet */
    const char *const *unasked;
    bool has_allergies;
    size_t n_allergy;
    const char **allergy;
    bool has_medications;
    size_t n_medication;
    struct rsp_medication *medication;
    size_t n_test;
    struct rsp_test *test;
    const char *cyp2b6;  // diplotype such as *1/*6; NULL unknown
    const char *setting; /* "outpatient" | "inpatient" | "icu" | NULL */
    size_t n_infusion;
    struct rsp_past_infusion *infusion;
    struct rsp_goals goals;
    void *arena; /* owner of everything above */
};

/** Read PATIENT.yaml text. Unknown keys and words are errors that suggest the nearest known one;
 * implausible values (weight 7 or 700 kg, age 430, negative, NaN) are refused with the range, weight only
 * unless force. Infusions that are absurd (rsp_doses_check_absurd, all together), more than
 * RSP_MAX_PAST_DOSE, written twice or in the future are refused. today replaces the clock. Caller frees with rsp_patient_free. */
RSP_CHECKED rsp_status rsp_patient_parse(const char *text, size_t length, const char *source,
    struct rsp_date today, bool force_covariates, struct rsp_patient **patient, struct rsp_error *err);
void rsp_patient_free(struct rsp_patient *patient);
const struct rsp_test *rsp_patient_test(const struct rsp_patient *patient, const char *name);
const struct rsp_history *rsp_patient_history(const struct rsp_patient *patient, const char *word);
/** A history is given, but this word of it has not been asked. */
bool rsp_patient_unasked(const struct rsp_patient *patient, const char *word);

/** The newest weight that was known on a day; the earliest of all when none is that old (its date says so). */
struct rsp_dated_weight rsp_patient_weight_on(const struct rsp_patient *patient, struct rsp_date day);
/** The k-th dose (from 0) of a recorded infusion in mg: one per kg at the weight of its own day, NaN when none is known.
 * @param later_weight  set when the dose is older than every known weight, so that the earliest was taken */
struct rsp_dose rsp_past_dose(
    const struct rsp_patient *patient, const struct rsp_past_infusion *past, size_t k, bool *later_weight);
/** All of them, as rsp_dose_text_expand; RSP_E_MISSING without a weight. */
RSP_CHECKED rsp_status rsp_past_infusion_expand(const struct rsp_patient *patient,
    const struct rsp_past_infusion *past, size_t n_max, struct rsp_dose dose[], size_t *n, bool *later_weight,
    struct rsp_error *err);

/** What a number of the record can be: outside, it is refused. Not clinical limits. */
struct rsp_patient_range {
    const char *key;
    const char *what; /* "weight" */
    const char *unit; /* "kg"; "" for none */
    double low, high;
};
/** Range of a number by its key in a patient file (weight_kg, sbp_mmhg, dose_mg, ...); NULL unknown. */
const struct rsp_patient_range *rsp_patient_range(const char *key);
/** Words of a key that takes one (sex, setting, condition, pregnancy, ecg, severity), NULL-terminated; NULL unknown. */
const char *const *rsp_patient_words(const char *key);

#endif
