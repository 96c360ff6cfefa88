/** Questionnaires, scales and criteria: from answers to a total, what it means, and what it raises. Pure.
 *
 * Only texts that are free to ship are here; of all others the total is entered. Texts are messages by key, so that a
 * second language is a second set of messages.
 */
#ifndef RSP_CLINIC_RULES_INSTRUMENT_H
#define RSP_CLINIC_RULES_INSTRUMENT_H

#include "rules/rules.h"

enum rsp_instrument_kind {
    RSP_INSTRUMENT_ITEMS,   /* the answers are added up */
    RSP_INSTRUMENT_SCORE,   /* only the total is entered */
    RSP_INSTRUMENT_BUDAPEST /* pain, 4 symptoms, 4 signs, no better diagnosis */
};
enum { RSP_MAX_ITEM = 32, RSP_MAX_FLAG = 4, RSP_MAX_CUTOFF = 4, RSP_MAX_CRITERIA = 4 };
enum { RSP_BUDAPEST_CATEGORY = 4, RSP_BUDAPEST_ITEM = 10 };

struct rsp_instrument_answer {
    double value;
    const char *text; /* key of a message, as all texts here */
};
struct rsp_instrument_band {
    double from, to;
    const char *text;
    enum rsp_rule_confidence confidence; /* low and unverified: shown, never applied */
};
struct rsp_instrument_cutoff {
    double at_least, at_most; /* one of them; NaN the other */
    const char *text;
    enum rsp_rule_confidence confidence;
};
struct rsp_instrument_flag {
    size_t item; /* from 1; 0: the total */
    double above;
    const char *text;
    const struct rsp_rule *rule; /* severity, action and source of the finding */
};
/** How many categories a set of the Budapest criteria asks for. */
struct rsp_instrument_criteria {
    const char *text;
    int n_symptom, n_sign;
};

struct rsp_instrument {
    const char *id, *name, *measures, *direction, *change, *licence, *source;
    const char *lead, *notice; /* NULL none */
    enum rsp_instrument_kind kind;
    double low, high; /* of the total */
    bool whole;       /* the total is a whole number */
    bool free_text;   /* the text is shipped */
    bool between;     /* every whole number from the first answer to the last is one */
    enum rsp_rule_confidence confidence;
    int version;
    size_t n_item, n_answer, n_band, n_cutoff, n_flag, n_criteria;
    const char *const *item;
    const struct rsp_instrument_answer *answer;
    const struct rsp_instrument_band *band;
    const struct rsp_instrument_cutoff *cutoff;
    const struct rsp_instrument_flag *flag;
    const struct rsp_instrument_criteria *criteria;
};

struct rsp_score {
    const struct rsp_instrument *instrument;
    double total;                           /* of the Budapest criteria: categories with a symptom or sign */
    const struct rsp_instrument_band *band; /* NULL: no verified band holds it */
    size_t n_cutoff, n_flag;                /* those that are met */
    const struct rsp_instrument_cutoff *cutoff[RSP_MAX_CUTOFF];
    const struct rsp_instrument_flag *flag[RSP_MAX_FLAG]; /* findings to act on at once */
    enum rsp_truth criteria[RSP_MAX_CRITERIA];            /* of instrument->criteria, in its order */
    int n_symptom, n_sign;                                /* categories known to be present */
};

size_t rsp_rulebook_n_instrument(const struct rsp_rulebook *book);
const struct rsp_instrument *rsp_rulebook_instrument(const struct rsp_rulebook *book, size_t i);
/** RSP_E_UNKNOWN suggests the nearest id. */
RSP_CHECKED rsp_status rsp_rulebook_instrument_find(const struct rsp_rulebook *book, const char *id,
    const struct rsp_instrument **instrument, struct rsp_error *err);

/** The text of a key in a language ("en"); in English where that language lacks it; NULL when nothing has it. */
const char *rsp_rulebook_message(const struct rsp_rulebook *book, const char *language, const char *key);

/** Answers (n of them, in the order of the items; of a kind SCORE the total alone) to a score.
 * NaN is an answer that was not given: refused, but for the Budapest criteria, where it is "not known" and the
 * judgement three-valued. Impossible answers are refused with the item and what is possible.
 * @return RSP_OK; RSP_E_MISMATCH for a wrong number of answers; RSP_E_MISSING; RSP_E_DOMAIN */
RSP_CHECKED rsp_status rsp_instrument_score(const struct rsp_instrument *instrument, size_t n,
    const double answer[], struct rsp_score *score, struct rsp_error *err);

/** What answers raise while some (NaN) are still missing: a score without total (NaN), with the flags of the items that
 * were answered. @return RSP_OK; RSP_E_MISMATCH for other kinds than ITEMS or a wrong number; RSP_E_DOMAIN */
RSP_CHECKED rsp_status rsp_instrument_incomplete(const struct rsp_instrument *instrument, size_t n,
    const double answer[], struct rsp_score *score, struct rsp_error *err);

#endif
