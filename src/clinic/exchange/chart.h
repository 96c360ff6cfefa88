/** Line and band charts as SVG text.
 *
 * The second cue beside colour: measured = solid mark, predicted = band and line, ordered = outline,
 * hypothetical = hatched band and dashed line, missing (NaN) = gap. Red, yellow and cyan are never used:
 * they belong to alarms. The style has light, dark and print colours in CSS variables.
 */
#ifndef RSP_CLINIC_EXCHANGE_CHART_H
#define RSP_CLINIC_EXCHANGE_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/text.h"

enum rsp_chart_axis {
    RSP_CHART_NUMBER,  /**< ticks at 1, 2, 5 x 10^k */
    RSP_CHART_MINUTES, /**< ticks at 5, 10, 15, 30, 60 ... */
    RSP_CHART_HOURS,   /**< ticks at 1, 2, 4, 6, 12, 24 ... */
    RSP_CHART_DAYS,    /**< ticks at 1, 7, 14, 28 ... */
    RSP_CHART_DATES    /**< x in days from `origin`; ticks at weeks or firsts of a month */
};

enum rsp_chart_mark {
    RSP_CHART_LINE,   /**< predicted: bands and median line */
    RSP_CHART_SOLID,  /**< measured: solid marks, whiskers from outer_low to outer_high */
    RSP_CHART_OUTLINE /**< ordered or planned: outlined marks */
};

enum { RSP_CHART_N_COLOUR = 4 };

/** Values over x, all borrowed. NaN leaves a gap. */
struct rsp_chart_series {
    const char *label; /**< legend text; NULL none */
    size_t n;
    const double *x;
    const double *outer_low, *outer_high; /**< p05 and p95; NULL none */
    const double *inner_low, *inner_high; /**< p25 and p75; NULL none */
    const double *line;                   /**< median, or the marks; NULL none */
    enum rsp_chart_mark mark;
    int colour;              /**< 0 .. RSP_CHART_N_COLOUR - 1; each has its own dash and mark shape */
    bool hypothetical;       /**< hatched band, dashed line */
    const double *size;      /**< of marks, as a multiple of the usual one; NULL: all alike */
    const char *const *note; /**< a few words beside each mark, entries may be NULL; NULL none */
};

/** A stretch of x: a planned window (outlined, over the whole height) or a dose (a bar on the axis). */
struct rsp_chart_span {
    double from, to;
    const char *label; /**< NULL none */
    bool dose;
};

/** A horizontal line with a label. */
struct rsp_chart_level {
    double y;
    const char *label;
};

struct rsp_chart {
    const char *id;    /**< unique in its page: letters and digits */
    const char *title; /**< also the accessible name */
    const char *description;
    const char *x_label, *y_label; /**< with units */
    enum rsp_chart_axis axis;
    struct rsp_date origin;            /**< of RSP_CHART_DATES */
    double width, height;              /**< px; 0 means 960 x 320 */
    double x_min, x_max, y_min, y_max; /**< NaN: from the data, y from 0 when nothing is negative */
    size_t n_series;
    const struct rsp_chart_series *series;
    size_t n_span;
    const struct rsp_chart_span *span;
    size_t n_level;
    const struct rsp_chart_level *level;
    bool hide_title; /**< the page shows it; it stays the accessible name */
};

/** One <svg> for a page that holds rsp_chart_style(). */
void rsp_chart_svg(const struct rsp_chart *chart, struct rsp_buf *out);

/** A file of its own with n charts in so many columns, style included. */
void rsp_chart_file(size_t n, const struct rsp_chart chart[], size_t n_column, struct rsp_buf *out);

/** The same below one another as a plain HTML page. */
void rsp_chart_page(const char *title, size_t n, const struct rsp_chart chart[], struct rsp_buf *out);

/** CSS of charts: tokens (:root variables, light, dark, print) and classes. Static text. */
const char *rsp_chart_style(void);

/** Text with & < > " ' escaped, for HTML and SVG; control characters become spaces. NULL writes nothing. */
void rsp_markup_text(struct rsp_buf *out, const char *text);

#endif
