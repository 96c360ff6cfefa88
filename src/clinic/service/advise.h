/** The pure use case behind `respite plan` (and later the server): rules + engine -> one advice.
 *
 * patient facts -> candidacy (rules) -> regimen (protocol or dose texts) -> limits -> predictions (engine)
 * -> published evidence -> basis. No clock, no files.
 */
#ifndef RSP_CLINIC_SERVICE_ADVISE_H
#define RSP_CLINIC_SERVICE_ADVISE_H

#include <respite/plan.h>

#include "record/patient.h"
#include "rules/rules.h"
#include "service/learn.h"

enum { RSP_ADVISE_COPIES = 1000 }; /* virtual copies of a person where nobody asks for another number */

struct rsp_advise_request {
    const char *protocol; /* NULL: default for the condition */
    size_t n_dose;
    const char *const *dose; /* dose texts; exclude `protocol` */
    size_t
        n_given; /* doses as they were given and are set to go on, from the first one: facts, among which no slip
                                     is looked for, and which no candidacy takes back. They exclude both */
    const struct rsp_dose *given;
    double hours_from_h;          /* from where the hours of the session are shown; 0: from its start */
    const char *confirm_dose;     /* typed again after a ten-fold finding; NULL */
    struct rsp_date today, start; /* start of the first dose */
    size_t n_subject;             /* 0: RSP_ADVISE_COPIES */
    uint64_t seed;
    int n_thread;
    struct rsp_observed observed; /* levels and diary of this person; empty: plan for the population */
    size_t n_known; /* what an earlier advice learned from the same record, diary, start, seed and copies */
    const struct rsp_known *known;
    bool without_sensitivity; /* leave out the forecast at half and double the assumed variability */
    const int *cancelled;     /* a flag that another thread raises when nobody waits any more; NULL: never */
};

/** A dose for the table: what, when, and pump rate where there is one. */
struct rsp_advised_dose {
    struct rsp_dose dose;
    struct rsp_date day;
    double rate_mg_per_h; /* NaN for a bolus or a non-IV route */
};

struct rsp_basis_model {
    char id[64], role[64], site[16], sha256[65];
};
struct rsp_basis_assumption {
    char name[64], text[1000];
};
struct rsp_basis_input {
    char name[64], value[200], unit[16], date[16];
};

enum { RSP_MAX_BASIS = 64, RSP_MAX_BASIS_MODEL = 8, RSP_MAX_BASIS_MODIFIER = 8 };
/* Room for the words of any 64 dose texts, and for sentences that quote them or every fact that is missing. */
enum { RSP_REGIMEN_SIZE = 16000, RSP_SENTENCE_SIZE = 20000, RSP_MAX_MISSING = 64 };

struct rsp_advice {
    /* candidacy */
    enum rsp_candidacy candidacy;
    struct rsp_finding *finding;
    size_t n_finding;
    char missing[RSP_MAX_MISSING][256];
    size_t n_missing;
    char evidence_grade[600]; /* consensus grade for the condition */
    char evidence_grade_source[2000];

    /* regimen */
    char no_regimen
        [600]; /* why nothing is planned; "" when there are doses. Then every prediction is withheld */
    char regimen_text[RSP_REGIMEN_SIZE];
    const struct rsp_protocol *protocol; /* NULL for own dose texts */
    const char *protocol_note;           /* what its doses simplify: titration, days; NULL when none */
    struct rsp_advised_dose *dose;
    size_t n_dose;
    double total_mg, end_h;
    struct rsp_limit *limit;
    struct rsp_limit_result *limit_result;
    size_t n_limit;
    bool within_limits;
    char unjudged_dose
        [200]; /* the first typed dose without a usual range on file: a slip would not be found; "" */

    /* prediction */
    bool acute;        /* acute pain: hours are forecast, chronic relief is not */
    bool hypothetical; /* outside the domain: published results lead */
    char hypothetical_reason[RSP_REASON_SIZE];
    char outside[RSP_REASON_SIZE]; /* in what the person or a level lies outside the models' people; "" */
    struct rsp_learned *learned;   /* from this person's levels and diary; NULL when none was given */
    char not_learned
        [512]; /* why a diary that may be left out taught nothing; "" when it taught or there is none */
    char relief_model[RSP_KNOWN_MODEL]; /* of chronic relief for these doses; "" none */
    struct rsp_relief_forecast relief;
    struct rsp_prediction next_infusion_day;
    struct rsp_date next_from, next_to;
    bool has_next;
    /* Curves are those of the first session. peak of `level` is that of the whole regimen. Status
     * RSP_NOT_PREDICTED with reason, and no curve, when withheld. */
    struct rsp_session_forecast level; /* esketamine_ng_per_ml, with `level_site` */
    struct rsp_session_forecast dissociation;
    struct rsp_session_forecast sbp_rise;
    struct rsp_session_forecast acute_relief;
    char level_site[16];

    /* sentences, plain words, in the order they are read */
    char candidacy_sentence[RSP_SENTENCE_SIZE], regimen_sentence[RSP_SENTENCE_SIZE],
        relief_sentence[RSP_SENTENCE_SIZE], next_sentence[RSP_SENTENCE_SIZE],
        feel_sentence[RSP_SENTENCE_SIZE], limits_sentence[RSP_SENTENCE_SIZE];
    char learned_sentence[RSP_SENTENCE_SIZE]; /* what diary and levels changed; "" without them */
    char caution_sentence[RSP_SENTENCE_SIZE]; /* what must be read before the numbers; "" when nothing */

    /* evidence and basis */
    const struct rsp_evidence **evidence;
    size_t n_evidence;
    char evidence_note[160]; /* that none of them is of this kind of regimen; "" when one is */
    struct rsp_basis_model model[RSP_MAX_BASIS_MODEL];
    size_t n_model;
    struct rsp_basis_assumption assumption[RSP_MAX_BASIS];
    size_t n_assumption;
    struct rsp_basis_input *input; /* as many as the record holds */
    size_t n_input;
    char basis_missing[RSP_MAX_MISSING][256];
    size_t n_basis_missing;
    char rules_version[96]; /* of the rules and of the prediction settings */
    uint64_t seed;
    size_t n_subject;
};

/** Refused (an error, no advice): levels or a diary that cannot be used, under 18 years (RSP_E_DOMAIN), a dose about ten times or a tenth of the
 * usual range that was not confirmed (RSP_E_LIMIT), unreadable dose texts, an unknown protocol. RSP_E_CANCELLED soon after request->cancelled is raised. Without a weight,
 * and for a person who is not a candidate, only the regimen is refused: no doses, no_regimen says why.
 * @param advice out: caller frees with rsp_advice_free; borrows from book and patient.
 * @return RSP_OK also when the person is not a candidate (candidacy says so). */
RSP_CHECKED rsp_status rsp_advise(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    const struct rsp_advise_request *request, struct rsp_advice **advice, struct rsp_error *err);
void rsp_advice_free(struct rsp_advice *advice);

#endif
