/** The pure use case behind `respite optimise`: published families -> candidates -> values, limits -> a choice.
 *
 * A search is held inside families that trials and cohorts gave (rules/families.yaml) and to ground on which the relief
 * model may speak; what lies elsewhere is listed with its published results and never ranked. No clock, no files.
 */
#ifndef RSP_CLINIC_SERVICE_OPTIMISE_H
#define RSP_CLINIC_SERVICE_OPTIMISE_H

#include <respite/regimen.h>

#include "service/advise.h"

/** What the diary (or the clinician) says of the first series on record. */
enum rsp_series_verdict { RSP_SERIES_UNKNOWN, RSP_SERIES_RESPONDED, RSP_SERIES_NO_RESPONSE };

struct rsp_optimise_request {
    struct rsp_date today, start;
    double horizon_d; /* 0: the patient's goal, else the default of the rules */
    size_t n_subject; /* 0: 500 */
    uint64_t seed;
    int n_thread;
    struct rsp_observed observed; /* levels and diary of this person; empty: search for the population */
    /** Draws of this person made elsewhere, of otto2021+dahan2011 (parameters in its order); NULL: none. What
     * `observed` teaches takes their place. */
    const struct rsp_person_draws *draws;
    enum rsp_series_verdict verdict;
    const char *verdict_reason; /* who says so: "by the clinician", "by the diary"; NULL */
    const int *cancelled;       /* as in rsp_advise_request */
};

/** Why nothing is recommended. */
enum rsp_optimise_outcome {
    RSP_OPTIMISE_FOUND,
    RSP_OPTIMISE_NOT_A_CANDIDATE,
    RSP_OPTIMISE_INCOMPLETE, /* a fact is missing that could change the candidacy */
    RSP_OPTIMISE_ACUTE,
    RSP_OPTIMISE_NO_WEIGHT,
    RSP_OPTIMISE_NO_PAIN,
    RSP_OPTIMISE_STOP,      /* futility: a first series without response */
    RSP_OPTIMISE_NO_GROUND, /* no family of this condition on which the model may speak */
    RSP_OPTIMISE_LIMITS,    /* every candidate passes a limit */
    RSP_OPTIMISE_NO_GAIN    /* no candidate is worth its price */
};
const char *rsp_optimise_outcome_name(enum rsp_optimise_outcome outcome); /* "found", "stop", ... */

enum { RSP_CHOICE_TEXT = 320 };

/** One regimen for this person, as given and as valued. */
struct rsp_choice {
    const struct rsp_family *family;     /* NULL: not a candidate of the search */
    const struct rsp_protocol *protocol; /* the published protocol that it is; NULL none */
    char text[RSP_CHOICE_TEXT];
    size_t n_dose, n_course;     /* all doses; those of the course, before later single infusions */
    struct rsp_dose *dose;       /* as given, ascending */
    struct rsp_dose *model_dose; /* as the relief model takes them; NULL when it does not */
    enum rsp_drug drug;
    double total_mg;
    size_t n_visit, n_day; /* visits (a pause of 12 h ends one); days with an infusion */
    bool within_limits;
    char broken[80];   /* the first limit that is not kept; "" */
    bool hypothetical; /* no ground: not ranked */
    bool fitted;       /* what the model was fitted on: proposed before what is extrapolated */
    enum rsp_validity validity;
    char reason[RSP_REASON_SIZE]; /* in what it leaves the ground */
    bool valued;
    struct rsp_regimen_value value;
    struct rsp_regimen_peak level, dissociation, pressure; /* pressure: rise; p50 NaN when withheld */
    double chance[RSP_N_CHANCE]; /* share of copies above the bound; NaN not judged */
    bool chances_kept;
    bool ranked; /* on ground, valued and within every limit: may be chosen */
    bool on_front;
    double score;
};

/** One rule for the next date. */
struct rsp_refill_row {
    enum rsp_refill_policy policy;
    struct rsp_refill_result result;
    double mg; /* of the drug of the choice, mean */
};

/** A family (or protocol) that is listed and not ranked, with published results. */
struct rsp_unranked {
    const struct rsp_family *family;
    const char *reason;
    bool hypothetical; /* the model has no ground; else it is out of reach for this patient */
    size_t n_evidence;
    const struct rsp_evidence *evidence[3];
};

struct rsp_optimised {
    struct rsp_advice *advice; /* candidacy, findings and basis; no regimen */
    const struct rsp_search *search;
    enum rsp_optimise_outcome outcome;
    double horizon_d;
    size_t n_earlier; /* infusions of the record that still act */

    size_t n_choice; /* candidates of the families first, then protocols that are none of them */
    struct rsp_choice *choice;
    size_t n_candidate, n_ranked, n_front;
    size_t n_beyond_limit, n_beyond_chance[RSP_N_CHANCE];
    const struct rsp_choice *recommended, *less_drug, *other_way; /* NULL none */
    const struct rsp_choice *extrapolated; /* an extrapolated one with a clearly higher score; NULL none */
    const struct rsp_choice *half_price, *double_price; /* chosen at half and twice the prices */
    size_t n_alike; /* other candidates of about the same amount and gain */
    const struct rsp_choice *alike;

    size_t n_unranked;
    struct rsp_unranked *unranked;
    size_t n_evidence; /* published results of the recommended kind */
    const struct rsp_evidence *evidence[3];

    size_t n_refill;
    struct rsp_refill_row refill[3];
    char no_refill[200]; /* why the rules are not compared; "" */

    /* in the order they are read */
    char learned[600]; /* what levels and diary changed; "" without them */
    char answer[2000], reason[2000], alternatives[2000], schedule[1000], score_sentence[1000],
        rule_sentence[1500], caution[1000];
};

/** Refused (an error): levels or a diary that cannot be used, under 18 years, a horizon outside its range (RSP_E_DOMAIN), a verdict on a series that is not on
 * record (RSP_E_MISMATCH). Everything else is an outcome with a sentence.
 * @param optimised out: caller frees with rsp_optimised_free; borrows from book, patient and request */
RSP_CHECKED rsp_status rsp_optimise(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    const struct rsp_optimise_request *request, struct rsp_optimised **optimised, struct rsp_error *err);
void rsp_optimised_free(struct rsp_optimised *optimised);

/** "24 d", "0": short words of a choice for tables and charts, "0.317 mg/kg/h for 100 h". */
void rsp_choice_short(const struct rsp_choice *choice, char *text, size_t size);

#endif
