/** A session at the bedside as its facts tell it: what was given so far, where it stands, what is expected of it.
 *
 * A session belongs to one order. The second person's check of the order is its `checked`; every other event is a fact of kind
 * "bedside_event". docs/internals/session.md says what must hold. */
#ifndef RSP_CLINIC_SERVICE_BEDSIDE_H
#define RSP_CLINIC_SERVICE_BEDSIDE_H

#include "service/order_facts.h"
#include "service/shelf.h"
#include "session/infusion.h"

struct rsp_bedside {
    int64_t known; /* the last fact when it was read */
    struct rsp_order_facts order;
    double concentration_mg_per_ml, weight_kg; /* of what is given; of the order */
    struct rsp_infusion_order ordered;
    size_t n_event;
    struct rsp_infusion_event *event; /* the check first, then as entered */
    json_t *rows;                     /* of the events that are facts, as rsp_call_facts gives them */
    struct rsp_infusion infusion;     /* at call->now_s */
    double begun_s;                   /* when drug first flowed; NaN: not yet */
};

/** Read the session of an order of call->patient. Caller clears with rsp_bedside_clear, also on failure. */
RSP_CHECKED rsp_status rsp_bedside_read(struct rsp_call *call, int64_t order, struct rsp_bedside *bedside);
void rsp_bedside_clear(struct rsp_bedside *bedside);
/** Whether values and scores may be entered: its drug may be given, or was. Refused with a sentence otherwise. */
RSP_CHECKED rsp_status rsp_bedside_takes(struct rsp_call *call, int64_t order);
/** A wall time of the caller's zone in a field of the input; now without it. Not in the future. */
RSP_CHECKED rsp_status rsp_bedside_time(struct rsp_call *call, const char *field, double *at_s);
/** When something happened: `at` of the input, a wall time of the caller's zone; now without it. Not in the future.
 * @param at_s out: Unix s */
RSP_CHECKED rsp_status rsp_bedside_moment(struct rsp_call *call, double *at_s);
/** Whether the state allows one more event; the sentence names the input's fields. */
RSP_CHECKED rsp_status rsp_bedside_allows(
    struct rsp_call *call, const struct rsp_bedside *bedside, const struct rsp_infusion_event *next);
/** Fold anew with one more event, for a look at what it would bring. */
RSP_CHECKED rsp_status rsp_bedside_suppose(
    struct rsp_call *call, struct rsp_bedside *bedside, const struct rsp_infusion_event *next);

/** State, amounts, segments, events and what may follow, into the answer. */
RSP_CHECKED rsp_status rsp_bedside_put(struct rsp_call *call, struct rsp_bedside *bedside);
/** One session of the ward, without the history. @param row out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_bedside_row(
    struct rsp_call *call, const struct rsp_bedside *bedside, json_t **row);
/** Keep that the caller looked at the input's order, once for ten minutes. */
RSP_CHECKED rsp_status rsp_bedside_note_look(struct rsp_call *call);

/* ---- bedside_at_once.c ---- */

/** Whether the input gives a reason that is more than a keystroke. */
bool rsp_bedside_has_why(const struct rsp_call *call);
/** A key too many or too few, a point in the wrong place: what is eight times the order or more, or an eighth or less, must stand in `again` of
 * the input as well. Refused as a conflict otherwise. */
RSP_CHECKED rsp_status rsp_bedside_check_slip(
    struct rsp_call *call, double value, double ordered, const char *unit);
/** Of a dose at once: limits of the rules, a reason for more than was ordered. After the total of the order, which no reason helps
 * beyond. */
RSP_CHECKED rsp_status rsp_bedside_check_at_once(
    struct rsp_call *call, const struct rsp_bedside *bedside, const struct rsp_infusion_event *event);

/* ---- bedside_entry.c: what a person enters beside events and values ---- */

/** Facts of one kind about a session that stand. @param rows  out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_bedside_entries(
    struct rsp_call *call, const char *kind, int64_t order, json_t **rows);
/** Whether the input names an entry to be replaced and leaves out the field that would be its value. */
bool rsp_bedside_takes_back(const struct rsp_call *call, const char *field);
/** Append an entry of the input's order and time, or let it take the place of `replaces`, which has the same text under key.
 * @param body  takes ownership, also on failure @param answer  under which its number is told */
RSP_CHECKED rsp_status rsp_bedside_enter(
    struct rsp_call *call, const char *kind, const char *key, json_t *body, const char *answer);

/** `medicines` that were given beside the dose, and `ordered_medicines` with what of each was given, into the answer. */
RSP_CHECKED rsp_status rsp_bedside_put_medicines(struct rsp_call *call, const struct rsp_bedside *bedside);
/** When the last of them that sedates was given, and the last that ends sedation; NaN: none. */
RSP_CHECKED rsp_status rsp_bedside_sedated_s(
    struct rsp_call *call, int64_t order, double *last_s, double *reversed_s);

/** `scores` that were entered and stand, and `scales` of the rules, into the answer. */
RSP_CHECKED rsp_status rsp_bedside_put_scores(struct rsp_call *call, int64_t order);

/** `remarks` that stand, into the answer. */
RSP_CHECKED rsp_status rsp_bedside_put_remarks(struct rsp_call *call, int64_t order);

/** Once the person is at home and nothing is uncertain: what was given, as infusions of the clinical record, in the place of what was
 * entered of this session before. `not_recorded` of the answer says why a record cannot take them. */
RSP_CHECKED rsp_status rsp_bedside_record_given(struct rsp_call *call, int64_t order);

/** `notes` of psychotherapy about sessions of call->patient: that there is one, by whom and when; never what it says. */
RSP_CHECKED rsp_status rsp_session_notes_put(struct rsp_call *call);

/* ---- bedside_recovery.c ---- */

/** `recovery` of the answer: each criterion of going home, met, not met or unknown, and what was answered; null while nothing
 * was given, and after the discharge. */
RSP_CHECKED rsp_status rsp_bedside_put_recovery(struct rsp_call *call, const struct rsp_bedside *bedside);
/** Whether the person may go: every criterion is met, or `reasons` of the input say why not. Refused as a gate otherwise.
 * @param overridden  out: JSON text of what was not met, with the reasons; NULL: nothing. Caller frees with free() */
RSP_CHECKED rsp_status rsp_bedside_check_leaving(
    struct rsp_call *call, const struct rsp_bedside *bedside, char **overridden);

/** What is expected of the drug as it was given and is set to go on: hours around now, days of relief. NULL in *forecast, with the
 * reason in *why, while nothing can be said: nothing was given, or an event is uncertain.
 * The transaction is paused meanwhile.
 * @param forecast out: caller frees with json_decref @param why out: a sentence, "" with a forecast */
RSP_CHECKED rsp_status rsp_bedside_forecast(
    struct rsp_call *call, const struct rsp_bedside *bedside, json_t **forecast, char why[200]);
/** The same, its hours from so long after the first drug on. */
RSP_CHECKED rsp_status rsp_bedside_forecast_from(struct rsp_call *call, const struct rsp_bedside *bedside,
    double from_h, json_t **forecast, char why[200]);
/** Keep what a forecast that is now shown was made of, and its digest, unless the one that was shown before it was made of the same. In an
 * open transaction.
 * @param known  of the session that it is of */
RSP_CHECKED rsp_status rsp_bedside_forecast_shown(
    struct rsp_call *call, int64_t order, int64_t known, const json_t *forecast);

#endif
