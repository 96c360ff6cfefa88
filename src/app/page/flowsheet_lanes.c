/* Lanes of the chart that are drawn: rate, amount, what was predicted, vital signs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "flowsheet_parts.h"
#include "service/json_build.h"

#define SMALL            2.3 /* letters in the chart, mm */
#define TINY             2.0
#define HALF             1.1 /* of a shape */
#define S_A_H            3600.0
#define GRAY             "#777"
#define LIGHT            "#bbb"
#define AXIS_LEAST_VALUE 20.0 /* of pressures and rates: what is beyond stands as a number at the edge */
#define AXIS_MOST_VALUE  220.0
#define AXIS_STEP_VALUE  20.0

enum { DIGITS = 6, FEW_DIGITS = 4, TICK_S = 900, ROOM_S = 480 };

static double item(const json_t *array, size_t i)
{
    const json_t *value = json_array_get(array, i);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

/* ---- places ---- */

double rsp_flowsheet_x(const struct rsp_flowsheet_lane *lane, double at_s)
{
    const double width_mm = RSP_SHEET_CHART_RIGHT - RSP_SHEET_CHART_LEFT;
    const double share = (at_s - lane->from_s) / RSP_FLOWSHEET_SPAN_S;
    return RSP_SHEET_CHART_LEFT + width_mm * fmin(1, fmax(0, share));
}

bool rsp_flowsheet_shows(const struct rsp_flowsheet_lane *lane, double at_s)
{
    return at_s >= lane->from_s && at_s < lane->from_s + RSP_FLOWSHEET_SPAN_S;
}

void rsp_flowsheet_lane_name(const struct rsp_flowsheet_lane *lane, const char *name, const char *second)
{
    const struct rsp_paper_font font = {.size_mm = SMALL, .bold = true}, plain = {.size_mm = TINY};
    const double middle_mm = lane->top_mm + lane->height_mm / 2;
    rsp_paper_text(lane->out, RSP_SHEET_LEFT, middle_mm + (second != NULL ? -0.4 : 0.8), &font, name);
    if (second != NULL)
        rsp_paper_text(lane->out, RSP_SHEET_LEFT, middle_mm + 2.4, &plain, second);
}

/* ---- rate ---- */

static double most_rate(const struct rsp_flowsheet *f)
{
    size_t i;
    const json_t *row;
    double most = 0;
    json_array_foreach(json_object_get(f->session, "segments"), i, row) most =
        fmax(most, rsp_key_number(row, "rate_mg_per_h"));
    return most;
}

static void draw_bolus(const struct rsp_flowsheet_lane *lane, double at_s, double amount_mg)
{
    const struct rsp_paper_font font = {.size_mm = SMALL, .bold = true};
    char text[48], number[32];
    const double x = rsp_flowsheet_x(lane, at_s), bottom = lane->top_mm + lane->height_mm;
    rsp_buf_printf(lane->out,
        "<path d=\"M%.2f %.2fv%.2fm-1 -1.6l1 1.6l1 -1.6\" fill=\"none\" stroke=\"#000\" "
        "stroke-width=\".4\"/>\n",
        x, lane->top_mm + 1, lane->height_mm - 1);
    rsp_flowsheet_number(amount_mg, DIGITS, number);
    (void)snprintf(text, sizeof text, "%s mg", number);
    rsp_paper_text(lane->out, x + 1.2, bottom - 1, &font, text);
}

/* A label, unless it would stand in the one before: each rate is in the list of events as well. */
static void label_rate(
    const struct rsp_flowsheet_lane *lane, double rate_mg_per_h, double x_mm, double *free_mm)
{
    const struct rsp_paper_font font = {.size_mm = SMALL};
    char number[32], text[48];
    const bool by_volume = lane->f->concentration_mg_per_ml > 0;
    rsp_flowsheet_number(
        by_volume ? rate_mg_per_h / lane->f->concentration_mg_per_ml : rate_mg_per_h, FEW_DIGITS, number);
    (void)snprintf(text, sizeof text, "%s", number);
    const double width_mm = rsp_paper_width(text, &font);
    if (x_mm + 0.6 < *free_mm || x_mm + width_mm > RSP_SHEET_CHART_RIGHT)
        return;
    rsp_paper_text(lane->out, x_mm + 0.6, lane->top_mm + 2.4, &font, text);
    *free_mm = x_mm + width_mm + 1.5;
}

void rsp_flowsheet_rate(const struct rsp_flowsheet_lane *lane)
{
    const struct rsp_flowsheet *f = lane->f;
    const double most = most_rate(f), room_mm = lane->height_mm - 3.4,
                 end_s = lane->from_s + RSP_FLOWSHEET_SPAN_S;
    const double bottom = lane->top_mm + lane->height_mm;
    double free_mm = 0;
    size_t i;
    const json_t *row;
    rsp_flowsheet_lane_name(
        lane, rsp_flowsheet_say(f, "flowsheet.rate"), f->concentration_mg_per_ml > 0 ? "mL/h" : "mg/h");
    json_array_foreach(json_object_get(f->session, "segments"), i, row)
    {
        const double begin = rsp_key_number(row, "begin_s"), end = rsp_key_number(row, "end_s"),
                     rate = rsp_key_number(row, "rate_mg_per_h");
        if (rate > 0 && end > lane->from_s && begin < end_s) {
            const double x = rsp_flowsheet_x(lane, begin), high = room_mm * rate / most;
            rsp_paper_box(
                lane->out, x, bottom - high, rsp_flowsheet_x(lane, end) - x, high, "url(#hatch)", 0.25);
            label_rate(lane, rate, x, &free_mm);
        } else if (!(rate > 0) && rsp_flowsheet_shows(lane, begin)) {
            draw_bolus(lane, begin, rsp_key_number(row, "amount_mg"));
        }
    }
}

/* ---- amount ---- */

double rsp_flowsheet_given_mg(const struct rsp_flowsheet *f, double at_s)
{
    size_t i;
    const json_t *row;
    double sum_mg = 0;
    json_array_foreach(json_object_get(f->session, "segments"), i, row)
    {
        const double begin = rsp_key_number(row, "begin_s"), end = rsp_key_number(row, "end_s"),
                     amount_mg = rsp_key_number(row, "amount_mg");
        if (at_s >= end)
            sum_mg += amount_mg;
        else if (at_s > begin)
            sum_mg += amount_mg * (at_s - begin) / (end - begin);
    }
    return sum_mg;
}

void rsp_flowsheet_total(const struct rsp_flowsheet_lane *lane)
{
    const struct rsp_paper_font font = {.size_mm = SMALL, .anchor = RSP_PAPER_RIGHT};
    const struct rsp_flowsheet *f = lane->f;
    rsp_flowsheet_lane_name(lane, rsp_flowsheet_say(f, "flowsheet.given"), NULL);
    const double behind_s =
        fmod(rsp_flowsheet_wall_s(f, lane->from_s), TICK_S); /* a quarter of the wall clock */
    for (int i = 1; i * TICK_S - behind_s <= RSP_FLOWSHEET_SPAN_S; i++) {
        const double at_s = lane->from_s + i * TICK_S - behind_s;
        const double known_s = fmin(at_s, f->until_s);
        char number[32];
        if (known_s < at_s - ROOM_S) /* it would stand in the one before; the foot has it */
            break;
        rsp_flowsheet_amount(rsp_flowsheet_given_mg(f, known_s), number);
        rsp_paper_text(lane->out, rsp_flowsheet_x(lane, known_s) - 0.6, lane->top_mm + lane->height_mm - 1.1,
            &font, number);
    }
}

/* ---- what was predicted ---- */

static double most_level(const struct rsp_flowsheet *f)
{
    size_t i, k;
    const json_t *row;
    double most = 0;
    json_array_foreach(json_object_get(f->sheet, "expected"), i, row)
    {
        const json_t *level = json_object_get(row, "level");
        for (k = 0; k < json_array_size(json_object_get(level, "p50")); k++)
            most = fmax(
                most, fmax(item(json_object_get(level, "p50"), k), item(json_object_get(level, "p95"), k)));
    }
    return most;
}

/* Points of one band, of what is known of the session, and one beside the window on each side, which is cut there; from the last to the
 * first when backward. @return how many */
static size_t trace(
    const struct rsp_flowsheet_lane *lane, const json_t *row, const char *band, double most, bool backward)
{
    const json_t *level = json_object_get(row, "level"), *time = json_object_get(level, "time_min"),
                 *value = json_object_get(level, band);
    const size_t n = json_array_size(time);
    size_t drawn = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t i = backward ? n - 1 - k : k;
        const double at_s = rsp_key_number(row, "from_s") + 60 * item(time, i), v = item(value, i);
        const double before_s = rsp_key_number(row, "from_s") + 60 * item(time, i > 0 ? i - 1 : i),
                     after_s = rsp_key_number(row, "from_s") + 60 * item(time, i + 1 < n ? i + 1 : i);
        if (after_s < lane->from_s || before_s > lane->from_s + RSP_FLOWSHEET_SPAN_S ||
            at_s > lane->f->until_s || isnan(v))
            continue;
        const double share = (at_s - lane->from_s) / RSP_FLOWSHEET_SPAN_S;
        rsp_buf_printf(lane->out, "%.2f,%.2f ",
            RSP_SHEET_CHART_LEFT + share * (RSP_SHEET_CHART_RIGHT - RSP_SHEET_CHART_LEFT),
            lane->top_mm + lane->height_mm - (lane->height_mm - 1) * v / most);
        drawn++;
    }
    return drawn;
}

void rsp_flowsheet_expected(const struct rsp_flowsheet_lane *lane)
{
    const struct rsp_flowsheet *f = lane->f;
    const struct rsp_paper_font font = {.size_mm = TINY};
    const double most = most_level(f);
    size_t i, drawn = 0;
    const json_t *row;
    char text[64], number[32];
    rsp_flowsheet_number(most, 2, number);
    (void)snprintf(text, sizeof text, "%s", rsp_flowsheet_say(f, "flowsheet.level_unit"));
    rsp_flowsheet_lane_name(lane, rsp_flowsheet_say(f, "flowsheet.level"), text);
    json_array_foreach(json_object_get(f->sheet, "expected"), i, row)
    {
        if (json_is_array(json_object_get(json_object_get(row, "level"), "p05"))) {
            rsp_buf_text(lane->out, "<polygon fill=\"#ddd\" clip-path=\"url(#chart)\" points=\"");
            (void)trace(lane, row, "p05", most, false);
            (void)trace(lane, row, "p95", most, true);
            rsp_buf_text(lane->out, "\"/>\n");
        }
        rsp_buf_text(lane->out, "<polyline clip-path=\"url(#chart)\" fill=\"none\" stroke=\"#000\" "
                                "stroke-width=\".35\" stroke-dasharray=\"1.4 .8\" points=\"");
        drawn += trace(lane, row, "p50", most, false);
        rsp_buf_text(lane->out, "\"/>\n");
    }
    if (drawn == 0) {
        rsp_paper_text(lane->out, RSP_SHEET_CHART_LEFT + 1, lane->top_mm + lane->height_mm / 2 + 0.8, &font,
            rsp_flowsheet_say(f, "flowsheet.no_level"));
        return;
    }
    const struct rsp_paper_font right = {.size_mm = TINY, .anchor = RSP_PAPER_RIGHT};
    rsp_paper_text(lane->out, RSP_SHEET_CHART_LEFT - 0.8, lane->top_mm + 2, &right, number);
    rsp_paper_text(lane->out, RSP_SHEET_CHART_LEFT - 0.8, lane->top_mm + lane->height_mm - 1.2, &right, "0");
}

/* ---- vital signs ---- */

/* Shapes of the classic chart: v above is systolic, ^ below diastolic, a dot the heart. */
static const struct {
    const char *sign, *key, *path;
    bool filled;
} shape[] = {
    {"sbp_mmhg", "flowsheet.key.sbp", "m-1.1 -1.9l1.1 1.9l1.1 -1.9", false},
    {"dbp_mmhg", "flowsheet.key.dbp", "m-1.1 1.9l1.1 -1.9l1.1 1.9", false},
    {"mbp_mmhg", "flowsheet.key.mbp", "m-1 0h2", false},
    {"hr_per_min", "flowsheet.key.hr", "m-.8 0a.8 .8 0 1 0 1.6 0a.8 .8 0 1 0 -1.6 0", true},
    {"pulse_per_min", "flowsheet.key.pulse", "m-.9 0a.9 .9 0 1 0 1.8 0a.9 .9 0 1 0 -1.8 0", false},
};
enum { N_SHAPE = sizeof shape / sizeof *shape };

static void draw_shape(struct rsp_buf *out, size_t i, double x_mm, double y_mm, bool odd)
{
    rsp_buf_printf(out,
        "<path d=\"M%.2f %.2f%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\".4\" stroke-linecap=\"round\"/>\n",
        x_mm, y_mm, shape[i].path, shape[i].filled && !odd ? "#000" : "none", odd ? GRAY : "#000");
    if (odd)
        rsp_buf_printf(out,
            "<path d=\"M%.2f %.2fl2.8 2.8m0 -2.8l-2.8 2.8\" fill=\"none\" stroke=\"#777\" "
            "stroke-width=\".25\"/>\n",
            x_mm - 1.4, y_mm - 1.4);
}

static double value_y(const struct rsp_flowsheet_lane *lane, double value)
{
    const double kept = fmin(AXIS_MOST_VALUE, fmax(AXIS_LEAST_VALUE, value));
    return lane->top_mm + lane->height_mm -
           lane->height_mm * (kept - AXIS_LEAST_VALUE) / (AXIS_MOST_VALUE - AXIS_LEAST_VALUE);
}

static void draw_value(const struct rsp_flowsheet_lane *lane, size_t i, double at_s, double value, bool odd)
{
    const struct rsp_paper_font font = {.size_mm = TINY, .bold = true};
    const double x = rsp_flowsheet_x(lane, at_s), y = value_y(lane, value);
    char number[32];
    if (!rsp_flowsheet_shows(lane, at_s))
        return;
    draw_shape(lane->out, i, x, y, odd);
    if (value >= AXIS_LEAST_VALUE && value <= AXIS_MOST_VALUE)
        return;
    rsp_flowsheet_number(value, FEW_DIGITS, number);
    rsp_paper_text(lane->out, x + 1.5, y + (value > AXIS_MOST_VALUE ? 2.4 : -0.8), &font, number);
}

static void draw_sign(const struct rsp_flowsheet_lane *lane, size_t i)
{
    size_t k, p;
    const json_t *slot, *point;
    json_array_foreach(json_object_get(json_object_get(lane->f->sheet, "signs"), shape[i].sign), k, slot)
    {
        const json_t *points = json_object_get(slot, "points"), *odd = json_object_get(slot, "odd");
        const double n = rsp_key_number(slot, "n"), at_s = item(json_array_get(points, 0), 0);
        if (n > 3 && rsp_flowsheet_shows(lane, at_s)) {
            const double x = rsp_flowsheet_x(lane, at_s);
            rsp_paper_line(lane->out, x, value_y(lane, rsp_key_number(slot, "low")), x,
                value_y(lane, rsp_key_number(slot, "high")), 0.5, GRAY);
        }
        json_array_foreach(points, p, point) draw_value(lane, i, item(point, 0), item(point, 1), false);
        if (json_is_array(odd))
            draw_value(lane, i, item(odd, 0), item(odd, 1), true);
    }
}

void rsp_flowsheet_vitals(const struct rsp_flowsheet_lane *lane)
{
    const struct rsp_paper_font font = {.size_mm = TINY, .anchor = RSP_PAPER_RIGHT};
    rsp_flowsheet_lane_name(lane, rsp_flowsheet_say(lane->f, "flowsheet.vitals"), NULL);
    for (double value = AXIS_LEAST_VALUE; value <= AXIS_MOST_VALUE; value += AXIS_STEP_VALUE) {
        char number[32];
        rsp_flowsheet_number(value, 3, number);
        rsp_paper_line(lane->out, RSP_SHEET_CHART_LEFT, value_y(lane, value), RSP_SHEET_CHART_RIGHT,
            value_y(lane, value), 0.1, LIGHT);
        if (value < AXIS_MOST_VALUE)
            rsp_paper_text(lane->out, RSP_SHEET_CHART_LEFT - 0.8,
                value_y(lane, value) + (value > AXIS_LEAST_VALUE ? 0.7 : -0.3), &font, number);
    }
    for (size_t i = 0; i < N_SHAPE; i++)
        draw_sign(lane, i);
}

void rsp_flowsheet_legend(const struct rsp_flowsheet *f, double y_mm, struct rsp_buf *out)
{
    const struct rsp_paper_font font = {.size_mm = TINY};
    double x = RSP_SHEET_LEFT + 2;
    for (size_t i = 0; i < N_SHAPE; i++) {
        if (json_object_get(json_object_get(f->sheet, "signs"), shape[i].sign) == NULL)
            continue;
        draw_shape(out, i, x, y_mm - (strcmp(shape[i].sign, "dbp_mmhg") == 0 ? 1.7 : 0.7), false);
        rsp_paper_text(out, x + 2, y_mm, &font, rsp_flowsheet_say(f, shape[i].key));
        x += rsp_paper_width(rsp_flowsheet_say(f, shape[i].key), &font) + 5;
    }
    rsp_paper_text(out, x, y_mm, &font, rsp_flowsheet_say(f, "flowsheet.key.range"));
    x += rsp_paper_width(rsp_flowsheet_say(f, "flowsheet.key.range"), &font) + 5;
    draw_shape(out, 0, x, y_mm - 0.7, true);
    rsp_paper_text(out, x + 2.4, y_mm, &font, rsp_flowsheet_say(f, "flowsheet.key.odd"));
    x += rsp_paper_width(rsp_flowsheet_say(f, "flowsheet.key.odd"), &font) + 6;
    rsp_paper_box(out, x, y_mm - 1.8, 4, 2, "#ddd", 0);
    rsp_buf_printf(out,
        "<path d=\"M%.2f %.2fh4\" stroke=\"#000\" stroke-width=\".35\" stroke-dasharray=\"1.4 .8\"/>\n", x,
        y_mm - 0.8);
    rsp_paper_text(out, x + 5, y_mm, &font, rsp_flowsheet_say(f, "flowsheet.level_note"));
}
