/** Pieces of the flowsheet. Not for other folders. */
#ifndef RSP_APP_PAGE_FLOWSHEET_PARTS_H
#define RSP_APP_PAGE_FLOWSHEET_PARTS_H

#include <jansson.h>

#include "base/date.h"
#include "base/zone.h"
#include "paper.h"

#define RSP_FLOWSHEET_SPAN_S 7200.0 /* of a sheet */

/** Where everything stands on a sheet, mm. */
enum {
    RSP_SHEET_WIDTH = 297,
    RSP_SHEET_HEIGHT = 210,
    RSP_SHEET_LEFT = 9,
    RSP_SHEET_RIGHT = 288,
    RSP_SHEET_TOP = 9,
    RSP_SHEET_CHART_LEFT = 37, /* names of the lanes stand left of it */
    RSP_SHEET_CHART_RIGHT = 197,
    RSP_SHEET_LIST_LEFT = 201,
    RSP_SHEET_FOOT = 184, /* totals, signatures and the line at the bottom stand below */
};

/** One line of the list of events: numbered in the order of their times. */
struct rsp_flowsheet_event {
    double at_s;
    json_int_t fact; /* number of the fact that it tells of */
    size_t order;    /* as they were collected: of two at one time the first comes first */
    const char *text;
    bool struck; /* it did not stand */
    bool loud;   /* an alarm, or something uncertain */
};

struct rsp_flowsheet {
    const json_t *sheet, *session;
    json_t *words;
    const char *language;
    struct rsp_zone *zone;
    struct rsp_arena *arena;
    double begin_s, end_s;          /* of the paper: whole five minutes */
    double until_s;                 /* what is known: now, or the end of what was entered */
    double concentration_mg_per_ml; /* NaN: none */
    bool running;
    size_t n_event;
    struct rsp_flowsheet_event *event; /* by time; number 1 is [0] */
};

/* ---- flowsheet_words.c ---- */

/** Texts of a language, by key: those of the staff app for signs, alarms and events, and the sheet's own.
 * @param words out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_flowsheet_words(const char *language, json_t **words, struct rsp_error *err);
/** A text; the key itself where there is none, so that it is seen. */
const char *rsp_flowsheet_say(const struct rsp_flowsheet *f, const char *key);
/** A text with each "%s" and "{name}" of it in turn replaced by a value of the list, which ends with NULL. */
void rsp_flowsheet_fill(
    const struct rsp_flowsheet *f, struct rsp_buf *out, const char *key, const char *const value[]);
/** The text of "PREFIX.id"; `id` itself where there is none. */
const char *rsp_flowsheet_word(const struct rsp_flowsheet *f, const char *prefix, const char *id);
/** "14:32" on the wall of the clinic. */
void rsp_flowsheet_time(const struct rsp_flowsheet *f, double at_s, char text[16]);
/** "29 Nov 2026", "29. Nov 2026". */
void rsp_flowsheet_day(const struct rsp_flowsheet *f, double at_s, char text[32]);
void rsp_flowsheet_date(const struct rsp_flowsheet *f, struct rsp_date date, char text[32]);
/** Seconds that the wall clock shows. */
double rsp_flowsheet_wall_s(const struct rsp_flowsheet *f, double at_s);
/** A number as it is read: up to so many significant digits, more never. */
void rsp_flowsheet_number(double value, int digits, char text[32]);

/** An amount in mg or mL: to a hundredth, as syringes are read. */
void rsp_flowsheet_amount(double value, char text[32]);

/* ---- flowsheet_events.c ---- */

/** Collect and sort every line. */
RSP_CHECKED rsp_status rsp_flowsheet_collect(struct rsp_flowsheet *f, struct rsp_error *err);

/** One line more. @param text  takes ownership, also on failure */
RSP_CHECKED rsp_status rsp_flowsheet_add(
    struct rsp_flowsheet *f, struct rsp_flowsheet_event event, struct rsp_buf *text, struct rsp_error *err);
/** "14:32", and the day where it is another one than that of beside_s. */
void rsp_flowsheet_add_time(const struct rsp_flowsheet *f, struct rsp_buf *out, double at_s, double beside_s);
/** When a fact was written, from its wall time with the distance from UTC. */
double rsp_flowsheet_written_s(const json_t *row);
/** "; entered 14:40", where that was clearly later. */
void rsp_flowsheet_add_late(
    const struct rsp_flowsheet *f, struct rsp_buf *out, double entered_s, double at_s);

/** Whether what took its place tells of an entry. */
bool rsp_flowsheet_is_told_later(const json_t *row);
/** The entry whose place it took; NULL: none. Borrowed. */
const json_t *rsp_flowsheet_before(const json_t *rows, const json_t *row);
/** The line of something that a person entered: what it says, then when it was entered if late, that it was taken back, what it was
 * before and why. @param was  NULL: it is the first @param text  takes ownership, also on failure */
RSP_CHECKED rsp_status rsp_flowsheet_add_entry(
    struct rsp_flowsheet *f, const json_t *row, const char *was, struct rsp_buf *text, struct rsp_error *err);

/* ---- flowsheet_answers.c ---- */

/** What was said and seen, what was asked before the start and before going home. */
RSP_CHECKED rsp_status rsp_flowsheet_collect_answers(struct rsp_flowsheet *f, struct rsp_error *err);

/* ---- flowsheet_chart.c, flowsheet_lanes.c ---- */

/** The chart of two hours. @param top_mm where the head of the sheet ends */
void rsp_flowsheet_chart(const struct rsp_flowsheet *f, double from_s, double top_mm, struct rsp_buf *out);
/** What was given by a time, mg. */
double rsp_flowsheet_given_mg(const struct rsp_flowsheet *f, double at_s);

/** A window on two hours, and a lane in it. */
struct rsp_flowsheet_lane {
    const struct rsp_flowsheet *f;
    double from_s, top_mm, height_mm;
    struct rsp_buf *out;
};
/** Place of a time, mm; kept inside of the chart. */
double rsp_flowsheet_x(const struct rsp_flowsheet_lane *lane, double at_s);
bool rsp_flowsheet_shows(const struct rsp_flowsheet_lane *lane, double at_s);
/** Name at the left of a lane, in one or two lines. */
void rsp_flowsheet_lane_name(const struct rsp_flowsheet_lane *lane, const char *name, const char *second);

void rsp_flowsheet_rate(const struct rsp_flowsheet_lane *lane);
void rsp_flowsheet_total(const struct rsp_flowsheet_lane *lane);
void rsp_flowsheet_expected(const struct rsp_flowsheet_lane *lane);
void rsp_flowsheet_vitals(const struct rsp_flowsheet_lane *lane);
/** Values of one sign as numbers. */
void rsp_flowsheet_numbers(const struct rsp_flowsheet_lane *lane, const char *sign);
/** Scores of one kind as numbers. */
void rsp_flowsheet_scores(const struct rsp_flowsheet_lane *lane, const char *what);
void rsp_flowsheet_marks(const struct rsp_flowsheet_lane *lane);
/** What the shapes mean. */
void rsp_flowsheet_legend(const struct rsp_flowsheet *f, double y_mm, struct rsp_buf *out);

#endif
