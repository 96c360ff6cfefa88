/* The chart of two hours: its grid, and lanes of numbers. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "flowsheet_parts.h"
#include "service/json_build.h"

#define SMALL 2.3
#define TINY  2.0 /* a range of two numbers is as wide as five minutes */
#define DARK  "#777"

#define TIME_MM     4.5
#define RATE_MM     15.0
#define ROW_MM      4.0
#define EXPECTED_MM 9.0
#define MARKS_MM    6.5
#define LEGEND_MM   4.0

enum { MINUTES_5_S = 300, MINUTES_15_S = 900, S_A_DAY = 86400, FEW_DIGITS = 4, N_SCORE = 5, N_SIGN = 5 };

static const char *const score[N_SCORE] = {"sedation", "dissociation", "pain", "nausea", "line"};
static const char *const sign[N_SIGN] = {
    "spo2_pct", "rr_per_min", "etco2_mmhg", "pump_ml_per_h", "pump_volume_ml"};

/* Saturation and breathing have their row also when nobody measured them: an empty one says so. */
static bool has_row(const struct rsp_flowsheet *f, const char *name)
{
    return strcmp(name, "spo2_pct") == 0 || strcmp(name, "rr_per_min") == 0 ||
           json_object_get(json_object_get(f->sheet, "signs"), name) != NULL;
}

/* ---- numbers in a row ---- */

/* A text at its time, moved right as far as the one before needs. */
static void set(
    const struct rsp_flowsheet_lane *lane, double x_mm, const char *text, bool gray, double *free_mm)
{
    const struct rsp_paper_font font = {.size_mm = TINY, .colour = gray ? DARK : NULL};
    const double width_mm = rsp_paper_width(text, &font);
    double left_mm = fmax(x_mm - width_mm / 2, *free_mm);
    left_mm = fmin(fmax(left_mm, RSP_SHEET_CHART_LEFT), RSP_SHEET_CHART_RIGHT - width_mm);
    rsp_paper_text(lane->out, left_mm, lane->top_mm + lane->height_mm - 1.1, &font, text);
    *free_mm = left_mm + width_mm + 0.4;
}

static void last_number(const json_t *points, char text[32])
{
    const json_t *last = json_array_get(points, json_array_size(points) - 1);
    rsp_flowsheet_number(json_number_value(json_array_get(last, 1)), FEW_DIGITS, text);
}

/* Of a stretch with more values than one, the range; of the pump the last; what is odd in brackets. */
void rsp_flowsheet_numbers(const struct rsp_flowsheet_lane *lane, const char *name)
{
    size_t i;
    const json_t *slot;
    double free_mm = 0;
    rsp_flowsheet_lane_name(lane, rsp_flowsheet_word(lane->f, "flowsheet.sign", name), NULL);
    json_array_foreach(json_object_get(json_object_get(lane->f->sheet, "signs"), name), i, slot)
    {
        const double low = rsp_key_number(slot, "low"), high = rsp_key_number(slot, "high"),
                     from_s = rsp_key_number(slot, "from_s");
        const json_t *odd = json_object_get(slot, "odd");
        char text[80], first[32], last[32];
        const double n_odd = rsp_key_number(slot, "n_odd");
        const double middle_s = from_s + MINUTES_5_S / 2.0;
        if (!rsp_flowsheet_shows(lane, middle_s))
            continue;
        rsp_flowsheet_number(low, FEW_DIGITS, first);
        rsp_flowsheet_number(high, FEW_DIGITS, last);
        if (strncmp(name, "pump", 4) == 0)
            last_number(json_object_get(slot, "points"), text);
        else
            (void)snprintf(text, sizeof text, low < high ? "%s-%s" : "%s", first, last);
        if (!isnan(low))
            set(lane, rsp_flowsheet_x(lane, middle_s), text, false, &free_mm);
        if (!(n_odd > 0))
            continue;
        rsp_flowsheet_number(json_number_value(json_array_get(odd, 1)), FEW_DIGITS, first);
        (void)snprintf(text, sizeof text, "(%s)", first);
        set(lane, rsp_flowsheet_x(lane, middle_s), text, true, &free_mm);
    }
}

void rsp_flowsheet_scores(const struct rsp_flowsheet_lane *lane, const char *what)
{
    size_t i;
    const json_t *row;
    double free_mm = 0;
    rsp_flowsheet_lane_name(lane, rsp_flowsheet_word(lane->f, "flowsheet.score", what), NULL);
    json_array_foreach(json_object_get(lane->f->sheet, "scores"), i, row)
    {
        char text[32] = "x";
        const char *name = json_string_value(json_object_get(row, "what"));
        const double at_s = rsp_key_number(row, "at_s"), value = rsp_key_number(row, "value");
        if (name == NULL || strcmp(name, what) != 0 || !rsp_flowsheet_shows(lane, at_s) ||
            json_integer_value(json_object_get(row, "superseded_by")) != 0 ||
            json_is_true(json_object_get(row, "withdrawn")))
            continue;
        if (isfinite(value))
            rsp_flowsheet_number(value, FEW_DIGITS, text);
        set(lane, rsp_flowsheet_x(lane, at_s), text, false, &free_mm);
    }
}

/* The events of five minutes are one label, "3-5", every other one a line lower; each has its stroke. */
void rsp_flowsheet_marks(const struct rsp_flowsheet_lane *lane)
{
    const struct rsp_flowsheet *f = lane->f;
    double free_mm[2] = {0, 0};
    rsp_flowsheet_lane_name(lane, rsp_flowsheet_say(f, "flowsheet.marks"), NULL);
    for (size_t i = 0, last; i < f->n_event; i = last + 1) {
        const double slot = floor(f->event[i].at_s / MINUTES_5_S);
        struct rsp_paper_font font = {.size_mm = SMALL};
        char text[48];
        for (last = i; last + 1 < f->n_event && floor(f->event[last + 1].at_s / MINUTES_5_S) <= slot;)
            last++;
        if (!rsp_flowsheet_shows(lane, f->event[i].at_s))
            continue;
        for (size_t k = i; k <= last; k++) {
            const double x = rsp_flowsheet_x(lane, f->event[k].at_s);
            rsp_paper_line(lane->out, x, lane->top_mm, x, lane->top_mm + 1, 0.25, "#000");
            font.bold = font.bold || f->event[k].loud;
        }
        (void)snprintf(text, sizeof text, last > i ? "%zu-%zu" : "%zu", i + 1, last + 1);
        const double width_mm = rsp_paper_width(text, &font), x = rsp_flowsheet_x(lane, f->event[i].at_s);
        double left_mm = fmax(RSP_SHEET_CHART_LEFT, x - width_mm / 2);
        const int row = left_mm < free_mm[0] ? 1 : 0;
        left_mm = fmin(fmax(left_mm, free_mm[row]), RSP_SHEET_CHART_RIGHT - width_mm);
        rsp_paper_text(lane->out, left_mm, lane->top_mm + 3.2 + 2.5 * row, &font, text);
        free_mm[row] = left_mm + width_mm + 0.8;
    }
}

/* ---- the whole ---- */

static void draw_grid(const struct rsp_flowsheet_lane *lane, double bottom_mm)
{
    const struct rsp_paper_font font = {.size_mm = SMALL, .bold = true, .anchor = RSP_PAPER_MIDDLE};
    for (int i = 0; i * MINUTES_5_S <= RSP_FLOWSHEET_SPAN_S; i++) {
        const double at_s = lane->from_s + i * MINUTES_5_S, x = rsp_flowsheet_x(lane, at_s);
        const long wall_s = lround(rsp_flowsheet_wall_s(lane->f, at_s));
        const bool quarter = wall_s % MINUTES_15_S == 0;
        char time[48], day[32];
        rsp_paper_line(lane->out, x, lane->top_mm + TIME_MM, x, bottom_mm, quarter ? 0.15 : 0.1,
            quarter ? "#999" : "#ccc");
        if (!quarter || at_s >= lane->from_s + RSP_FLOWSHEET_SPAN_S)
            continue;
        rsp_flowsheet_time(lane->f, at_s, time);
        if (wall_s % S_A_DAY == 0) {
            rsp_flowsheet_day(lane->f, at_s, day);
            (void)snprintf(time, sizeof time, "%s", day);
        }
        rsp_paper_text(lane->out, x, lane->top_mm + TIME_MM - 1, &font, time);
    }
}

/* What is known ends here; right of it nothing is empty because nothing happened. */
static void draw_end(const struct rsp_flowsheet_lane *lane, double bottom_mm)
{
    const double until_s = lane->f->until_s;
    if (!rsp_flowsheet_shows(lane, until_s))
        return;
    const double x = rsp_flowsheet_x(lane, until_s);
    rsp_paper_box(lane->out, x, lane->top_mm + TIME_MM, RSP_SHEET_CHART_RIGHT - x,
        bottom_mm - lane->top_mm - TIME_MM, "#f2f2f2", 0);
    rsp_paper_line(lane->out, x, lane->top_mm + TIME_MM, x, bottom_mm, 0.4, DARK);
}

/* The next lane of a height; a line under it. */
static struct rsp_flowsheet_lane next(struct rsp_flowsheet_lane *at, double height_mm)
{
    struct rsp_flowsheet_lane lane = *at;
    lane.height_mm = height_mm;
    at->top_mm += height_mm;
    rsp_paper_line(at->out, RSP_SHEET_LEFT, at->top_mm, RSP_SHEET_CHART_RIGHT, at->top_mm, 0.15, DARK);
    return lane;
}

void rsp_flowsheet_chart(const struct rsp_flowsheet *f, double from_s, double top_mm, struct rsp_buf *out)
{
    struct rsp_flowsheet_lane at = {.f = f, .from_s = from_s, .top_mm = top_mm, .out = out}, lane;
    size_t n_row = N_SCORE;
    for (size_t i = 0; i < N_SIGN; i++)
        n_row += has_row(f, sign[i]) ? 1 : 0;
    const double bottom_mm = RSP_SHEET_FOOT - LEGEND_MM - 1;
    const double fixed_mm = TIME_MM + RATE_MM + ROW_MM + EXPECTED_MM + MARKS_MM + ROW_MM * (double)n_row;
    draw_end(&at, bottom_mm);
    draw_grid(&at, bottom_mm);
    (void)next(&at, TIME_MM);
    lane = next(&at, RATE_MM);
    rsp_flowsheet_rate(&lane);
    lane = next(&at, ROW_MM);
    rsp_flowsheet_total(&lane);
    lane = next(&at, EXPECTED_MM);
    rsp_flowsheet_expected(&lane);
    lane = next(&at, bottom_mm - top_mm - fixed_mm);
    rsp_flowsheet_vitals(&lane);
    for (size_t i = 0; i < N_SIGN; i++) {
        if (!has_row(f, sign[i]))
            continue;
        lane = next(&at, ROW_MM);
        rsp_flowsheet_numbers(&lane, sign[i]);
    }
    for (size_t i = 0; i < N_SCORE; i++) {
        lane = next(&at, ROW_MM);
        rsp_flowsheet_scores(&lane, score[i]);
    }
    lane = next(&at, MARKS_MM);
    rsp_flowsheet_marks(&lane);
    rsp_paper_line(out, RSP_SHEET_CHART_LEFT, top_mm + TIME_MM, RSP_SHEET_CHART_LEFT, bottom_mm, 0.3, "#000");
    rsp_flowsheet_legend(f, RSP_SHEET_FOOT - 1.2, out);
}
