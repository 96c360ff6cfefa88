/* Sheets of paper: what is on which, head and foot of each. */
#include "flowsheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "exchange/chart.h"
#include "flowsheet_parts.h"
#include "service/json_build.h"

#define SIZE_NAME  5.0 /* letters, mm */
#define SIZE_HEAD  3.1
#define SIZE_LIST  2.6
#define LINE_LIST  3.3 /* from line to line */
#define LINE_HEAD  4.1
#define TOTALS_MM  8.0  /* of two lines of totals */
#define SIGN_MM    11.5 /* of the signatures */
#define COLUMN_GAP 6.0

enum { TEXT_MOST = 4000, DIGITS = 6, MINUTES_5_S = 300, S_A_DAY = 86400, N_COLUMN = 3 };

/* One sheet: two hours, or what of their events had no room beside the chart. */
struct leaf {
    double from_s;
    bool list;
    size_t first, n; /* of the events */
    size_t n_more;   /* which come on the next sheet */
};
struct leaves {
    size_t n;
    struct leaf *leaf;
};

const char *rsp_flowsheet_style(void)
{
    return "@page{size:A4 landscape;margin:0}"
           "html,body{margin:0;padding:0;background:#fff;color:#000}"
           "svg{display:block;width:297mm;height:210mm;break-after:page;break-inside:avoid;"
           "font-family:'Liberation Sans',Arial,Helvetica,sans-serif}"
           "text{white-space:pre}"
           "svg:last-of-type{break-after:auto}"
           "p{font:15px/1.5 sans-serif;margin:12px 16px}"
           "@media screen{svg{border-bottom:1px solid #777}}"
           "@media print{p{display:none}}";
}

/* ---- facts ---- */

static void fill(
    const struct rsp_flowsheet *f, struct rsp_buf *out, const char *key, const char *one, const char *two)
{
    const char *const value[] = {one, two, NULL};
    rsp_flowsheet_fill(f, out, key, value);
}

/* ---- from when to when ---- */

static void reach(struct rsp_flowsheet *f, double at_s)
{
    if (isnan(at_s))
        return;
    f->begin_s = fmin(f->begin_s, at_s);
    f->end_s = fmax(f->end_s, at_s);
}

static void find_span(struct rsp_flowsheet *f)
{
    size_t i;
    const char *sign;
    json_t *slots;
    const json_t *row;
    const double now_s = rsp_key_number(f->session, "now_s");
    f->begin_s = INFINITY;
    f->end_s = -INFINITY;
    for (i = 0; i < f->n_event; i++)
        reach(f, f->event[i].at_s);
    json_array_foreach(json_object_get(f->sheet, "scores"), i, row) reach(f, rsp_key_number(row, "at_s"));
    json_array_foreach(json_object_get(f->session, "segments"), i, row)
    {
        reach(f, rsp_key_number(row, "begin_s"));
        reach(f, rsp_key_number(row, "end_s"));
    }
    json_object_foreach((json_t *)json_object_get(f->sheet, "signs"), sign, slots)
        json_array_foreach(slots, i, row)
    {
        reach(f, rsp_key_number(row, "from_s"));
        reach(f, fmin(now_s, rsp_key_number(row, "from_s") + MINUTES_5_S - 1));
    }
    /* A session that nobody ended goes on to now, unless it was forgotten days ago. */
    if (!isfinite(f->begin_s) || (f->running && now_s - f->end_s < S_A_DAY))
        reach(f, now_s);
    f->until_s = f->end_s;
    f->begin_s = MINUTES_5_S * floor(f->begin_s / MINUTES_5_S);
}

/* ---- which sheets ---- */

static bool in_window(double at_s, double from_s)
{
    return at_s >= from_s && at_s < from_s + RSP_FLOWSHEET_SPAN_S;
}

static bool adds(struct leaves *leaves, struct leaf leaf)
{
    struct leaf *more = realloc(leaves->leaf, (leaves->n + 1) * sizeof *more);
    if (more == NULL)
        return false;
    leaves->leaf = more;
    leaves->leaf[leaves->n++] = leaf;
    return true;
}

static const struct rsp_paper_font list_font = {.size_mm = SIZE_LIST};

static double list_width(bool continued)
{
    const double width_mm = RSP_SHEET_RIGHT - RSP_SHEET_LEFT;
    return continued ? (width_mm - COLUMN_GAP * (N_COLUMN - 1)) / N_COLUMN
                     : RSP_SHEET_RIGHT - RSP_SHEET_LIST_LEFT;
}

/* "3  14:32  rate ..." */
static void event_line(const struct rsp_flowsheet *f, size_t i, struct rsp_buf *out)
{
    char time[16];
    rsp_flowsheet_time(f, f->event[i].at_s, time);
    rsp_buf_printf(out, "%zu  %s  %s", i + 1, time, f->event[i].text);
}

static size_t lines_of(const struct rsp_flowsheet *f, size_t i, double width_mm)
{
    struct rsp_buf text;
    const struct rsp_paper_font font = {.size_mm = SIZE_LIST, .bold = f->event[i].loud};
    rsp_buf_init(&text, TEXT_MOST);
    event_line(f, i, &text);
    const size_t n = text.data != NULL ? rsp_paper_wrap_count(text.data, width_mm, &font) : 0;
    rsp_buf_free(&text);
    return n;
}

/* How many events from one on have room in columns of a height. */
static size_t fit(const struct rsp_flowsheet *f, size_t first, size_t last, bool continued, double height_mm)
{
    const size_t room = (size_t)(height_mm / LINE_LIST), columns = continued ? N_COLUMN : 1;
    size_t n = 0, used = 0, column = 0;
    while (first + n < last) {
        const size_t lines = lines_of(f, first + n, list_width(continued));
        if (used > 0 && used + lines > room) {
            column++;
            used = 0;
        }
        if (column == columns)
            break;
        used += lines;
        n++;
    }
    return n;
}

static double head_height(const struct rsp_flowsheet *f);

static bool lay_out(const struct rsp_flowsheet *f, struct leaves *leaves)
{
    const double room_mm = RSP_SHEET_FOOT - RSP_SHEET_TOP - head_height(f) - 2 * LINE_LIST;
    for (double from_s = f->begin_s; from_s == f->begin_s || from_s < f->until_s;
         from_s += RSP_FLOWSHEET_SPAN_S) {
        size_t first = 0, last;
        while (first < f->n_event && f->event[first].at_s < from_s)
            first++;
        for (last = first; last < f->n_event && in_window(f->event[last].at_s, from_s);)
            last++;
        bool list = false;
        do {
            const size_t n = fit(f, first, last, list, room_mm);
            if (!adds(leaves, (struct leaf){from_s, list, first, n, last - first - n}))
                return false;
            first += n;
            list = true;
        } while (first < last);
    }
    return true;
}

/* ---- head ---- */

static void name_text(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *who = json_object_get(f->sheet, "identity");
    const char *family = rsp_key_text(who, "family_name"), *given = rsp_key_text(who, "given_name");
    if (family[0] == '\0')
        rsp_buf_text(out, rsp_flowsheet_say(f, "flowsheet.no_name"));
    else
        rsp_buf_printf(out, "%s%s%s", family, given[0] != '\0' ? ", " : "", given);
}

/* "1985-03-14" as it is said. */
static void day_text(const struct rsp_flowsheet *f, const char *iso, struct rsp_buf *out)
{
    struct rsp_date date;
    char text[32];
    if (rsp_date_parse(iso, &date, NULL) != RSP_OK)
        return;
    rsp_flowsheet_date(f, date, text);
    rsp_buf_text(out, text);
}

static void person_text(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *who = json_object_get(f->sheet, "identity");
    const char *record = rsp_key_text(who, "record_number");
    struct rsp_buf born;
    char order[32];
    rsp_buf_init(&born, 100);
    day_text(f, rsp_key_text(who, "birth_date"), &born);
    fill(f, out, "flowsheet.born", born.data != NULL ? born.data : "-", NULL);
    rsp_buf_free(&born);
    rsp_buf_text(out, "   ");
    fill(f, out, "flowsheet.record_number", record[0] != '\0' ? record : "-", NULL);
    rsp_buf_text(out, "   ");
    (void)snprintf(order, sizeof order, "%lld",
        (long long)json_integer_value(json_object_get(json_object_get(f->session, "order"), "number")));
    fill(f, out, "flowsheet.order", order, NULL);
}

static void allergy_text(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *row = json_object_get(json_object_get(f->session, "order"), "allergies"),
                 *list = json_object_get(row, "list"), *one;
    struct rsp_buf names;
    size_t i;
    if (!json_is_true(json_object_get(row, "asked"))) {
        rsp_buf_text(out, rsp_flowsheet_say(f, "flowsheet.allergies_not_asked"));
        return;
    }
    if (json_array_size(list) == 0) {
        rsp_buf_text(out, rsp_flowsheet_say(f, "flowsheet.no_allergies"));
        return;
    }
    rsp_buf_init(&names, TEXT_MOST);
    json_array_foreach(list, i, one)
        rsp_buf_printf(&names, "%s%s", i > 0 ? ", " : "", json_string_value(one));
    fill(f, out, "flowsheet.allergies", names.data != NULL ? names.data : "", NULL);
    rsp_buf_free(&names);
}

static void weight_text(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *weight = json_object_get(json_object_get(f->session, "order"), "weight");
    struct rsp_buf day;
    char kg[32];
    rsp_flowsheet_number(rsp_key_number(weight, "kg"), DIGITS, kg);
    rsp_buf_init(&day, 100);
    day_text(f, rsp_key_text(weight, "date"), &day);
    fill(f, out,
        json_is_true(json_object_get(weight, "estimated")) ? "flowsheet.weight_estimated"
                                                           : "flowsheet.weight",
        kg, day.data != NULL ? day.data : "-");
    rsp_buf_free(&day);
}

static void order_text(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *order = json_object_get(f->session, "order");
    const char *drug = rsp_key_text(order, "drug"), *nobody = rsp_flowsheet_say(f, "flowsheet.nobody"),
               *prescriber = rsp_key_text(order, "prescriber"), *checker = rsp_key_text(order, "checker");
    char number[32];
    rsp_buf_printf(out, "%s (%s) %s", rsp_flowsheet_word(f, "drug", drug),
        rsp_flowsheet_word(f, "drug.form", drug),
        rsp_flowsheet_word(f, "route.short", rsp_key_text(order, "route")));
    if (f->concentration_mg_per_ml > 0) {
        rsp_flowsheet_number(f->concentration_mg_per_ml, DIGITS, number);
        rsp_buf_text(out, ", ");
        fill(f, out, "flowsheet.concentration", number, NULL);
    }
    rsp_flowsheet_number(rsp_key_number(order, "total_mg"), DIGITS, number);
    rsp_buf_text(out, ", ");
    fill(f, out, "flowsheet.ordered", number, NULL);
    rsp_buf_text(out, "   ");
    weight_text(f, out);
    rsp_buf_text(out, "   ");
    fill(f, out, "flowsheet.signed", prescriber[0] != '\0' ? prescriber : nobody,
        checker[0] != '\0' ? checker : nobody);
}

/* Lines under the name; a writer each. */
static void (*const head_line[])(const struct rsp_flowsheet *, struct rsp_buf *) = {
    person_text, allergy_text, order_text};
enum { N_HEAD = sizeof head_line / sizeof *head_line };

static bool is_uncertain(const struct rsp_flowsheet *f)
{
    return json_array_size(json_object_get(f->session, "uncertain")) > 0;
}

/* White on black: what nobody may overlook. */
static void draw_bar(double *y_mm, const char *text, struct rsp_buf *out)
{
    const struct rsp_paper_font font = {.size_mm = SIZE_HEAD, .bold = true, .colour = "#fff"};
    rsp_paper_box(
        out, RSP_SHEET_LEFT, *y_mm - 3.4, RSP_SHEET_RIGHT - RSP_SHEET_LEFT, LINE_HEAD + 0.3, "#000", 0);
    rsp_paper_text(out, RSP_SHEET_LEFT + 1.5, *y_mm - 0.2, &font, text);
    *y_mm += LINE_HEAD + 0.8;
}

static void draw_bars(const struct rsp_flowsheet *f, double *y_mm, struct rsp_buf *out)
{
    struct rsp_buf text;
    rsp_buf_init(&text, TEXT_MOST);
    *y_mm += 1;
    if (json_is_true(json_object_get(f->sheet, "demo")))
        draw_bar(y_mm, rsp_flowsheet_say(f, "flowsheet.demo"), out);
    if (f->running) {
        char day[32], time[16];
        rsp_flowsheet_day(f, rsp_key_number(f->session, "now_s"), day);
        rsp_flowsheet_time(f, rsp_key_number(f->session, "now_s"), time);
        fill(f, &text, "flowsheet.not_finished", day, time);
        draw_bar(y_mm, text.data != NULL ? text.data : "", out);
    }
    rsp_buf_free(&text);
    if (!is_uncertain(f))
        return;
    char low[32], high[32];
    rsp_buf_init(&text, TEXT_MOST);
    rsp_flowsheet_amount(rsp_key_number(f->session, "given_low_mg"), low);
    rsp_flowsheet_amount(rsp_key_number(f->session, "given_mg"), high);
    fill(f, &text, "flowsheet.uncertain", low, high);
    draw_bar(y_mm, text.data != NULL ? text.data : "", out);
    rsp_buf_free(&text);
}

static void draw_title(
    const struct rsp_flowsheet *f, double from_s, const char *page, double y_mm, struct rsp_buf *out)
{
    const struct rsp_paper_font right = {.size_mm = SIZE_HEAD + 0.6, .bold = true, .anchor = RSP_PAPER_RIGHT};
    struct rsp_buf text;
    char day[32];
    rsp_flowsheet_day(f, from_s, day);
    rsp_buf_init(&text, TEXT_MOST);
    rsp_buf_printf(&text, "%s   %s   %s", rsp_flowsheet_say(f, "flowsheet.title"), day, page);
    rsp_paper_text(out, RSP_SHEET_RIGHT, y_mm, &right, text.data != NULL ? text.data : "");
    rsp_buf_free(&text);
}

/* A name beside which the title has no room stands on lines of its own. @return where the head ends */
static double draw_head(const struct rsp_flowsheet *f, double from_s, const char *page, struct rsp_buf *out)
{
    const struct rsp_paper_font name_font = {.size_mm = SIZE_NAME, .bold = true};
    const double width_mm = RSP_SHEET_RIGHT - RSP_SHEET_LEFT;
    double y = RSP_SHEET_TOP + SIZE_NAME - 1;
    char line[RSP_PAPER_LINE];
    struct rsp_buf text;
    rsp_buf_init(&text, TEXT_MOST);
    name_text(f, &text);
    struct rsp_paper_wrap name = {text.data, width_mm - 110, name_font};
    draw_title(f, from_s, page, y, out);
    while (rsp_paper_wrap_next(&name, line)) {
        rsp_paper_text(out, RSP_SHEET_LEFT, y, &name_font, line);
        y += SIZE_NAME + 0.2;
    }
    rsp_buf_free(&text);
    for (size_t i = 0; i < N_HEAD; i++) {
        const struct rsp_paper_font font = {.size_mm = SIZE_HEAD, .bold = head_line[i] == allergy_text};
        rsp_buf_init(&text, TEXT_MOST);
        head_line[i](f, &text);
        struct rsp_paper_wrap wrap = {text.data, width_mm, font};
        while (rsp_paper_wrap_next(&wrap, line)) {
            rsp_paper_text(out, RSP_SHEET_LEFT, y, &font, line);
            y += LINE_HEAD;
        }
        rsp_buf_free(&text);
    }
    draw_bars(f, &y, out);
    return y - 2;
}

static double head_height(const struct rsp_flowsheet *f)
{
    struct rsp_buf nowhere;
    rsp_buf_init(&nowhere, 10 * TEXT_MOST);
    const double end_mm = draw_head(f, f->begin_s, "", &nowhere);
    rsp_buf_free(&nowhere);
    return end_mm - RSP_SHEET_TOP;
}

/* ---- foot ---- */

static void amount_text(const struct rsp_flowsheet *f, double low_mg, double high_mg, struct rsp_buf *out)
{
    const double per_ml = f->concentration_mg_per_ml;
    char low[32], high[32];
    rsp_flowsheet_amount(low_mg, low);
    rsp_flowsheet_amount(high_mg, high);
    rsp_buf_printf(
        out, "%s%s%s mg", strcmp(low, high) != 0 ? low : "", strcmp(low, high) != 0 ? " - " : "", high);
    if (!(per_ml > 0))
        return;
    rsp_flowsheet_amount(low_mg / per_ml, low);
    rsp_flowsheet_amount(high_mg / per_ml, high);
    rsp_buf_printf(
        out, " = %s%s%s mL", strcmp(low, high) != 0 ? low : "", strcmp(low, high) != 0 ? " - " : "", high);
}

static void vials_text(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *vials = json_object_get(f->sheet, "vials");
    char issued[32], wasted[32], open[32];
    if (!(rsp_key_number(vials, "issued_mg") > 0))
        return;
    rsp_flowsheet_amount(rsp_key_number(vials, "issued_mg"), issued);
    rsp_flowsheet_amount(rsp_key_number(vials, "wasted_mg"), wasted);
    rsp_flowsheet_amount(rsp_key_number(vials, "open_mg"), open);
    const char *const value[] = {issued, wasted, open, NULL};
    rsp_buf_text(out, ".   ");
    rsp_flowsheet_fill(f, out, "flowsheet.vials", value);
    if (json_is_true(json_object_get(vials, "pending")))
        rsp_buf_printf(out, " (%s)", rsp_flowsheet_say(f, "flowsheet.vials_pending"));
}

static void draw_totals(const struct rsp_flowsheet *f, double to_s, double y_mm, struct rsp_buf *out)
{
    const struct rsp_paper_font font = {.size_mm = SIZE_LIST, .bold = true};
    struct rsp_buf text, amount;
    char line[RSP_PAPER_LINE];
    char time[16], ordered[32];
    const double high_mg = rsp_key_number(f->session, "given_mg"),
                 low_mg = rsp_key_number(f->session, "given_low_mg");
    rsp_buf_init(&text, TEXT_MOST);
    rsp_buf_init(&amount, TEXT_MOST);
    if (to_s < f->until_s) {
        const double given_mg = rsp_flowsheet_given_mg(f, to_s);
        rsp_flowsheet_time(f, to_s, time);
        amount_text(f, fmin(low_mg, given_mg), given_mg, &amount);
        fill(f, &text, "flowsheet.totals", time, amount.data);
        rsp_buf_text(&text, ".   ");
    }
    rsp_buf_free(&amount);
    rsp_buf_init(&amount, TEXT_MOST);
    amount_text(f, low_mg, high_mg, &amount);
    fill(f, &text, "flowsheet.total_all", amount.data, NULL);
    rsp_buf_free(&amount);
    rsp_flowsheet_number(rsp_key_number(json_object_get(f->session, "order"), "total_mg"), DIGITS, ordered);
    rsp_buf_text(&text, " ");
    fill(f, &text, "flowsheet.of_ordered", ordered, NULL);
    vials_text(f, &text);
    struct rsp_paper_wrap wrap = {text.data, RSP_SHEET_RIGHT - RSP_SHEET_LEFT, font};
    for (; rsp_paper_wrap_next(&wrap, line); y_mm += LINE_LIST)
        rsp_paper_text(out, RSP_SHEET_LEFT, y_mm, &font, line);
    rsp_buf_free(&text);
}

static void draw_signatures(const struct rsp_flowsheet *f, double y_mm, struct rsp_buf *out)
{
    static const char *const role[] = {"flowsheet.nurse", "flowsheet.physician"};
    const struct rsp_paper_font font = {.size_mm = SIZE_HEAD, .bold = true}, plain = {.size_mm = 2.2};
    const double width_mm = (RSP_SHEET_RIGHT - RSP_SHEET_LEFT - COLUMN_GAP) / 2.0;
    for (int i = 0; i < 2; i++) {
        const double x = RSP_SHEET_LEFT + i * (width_mm + COLUMN_GAP);
        rsp_paper_box(out, x, y_mm, width_mm, SIGN_MM - 1, "none", 0.3);
        rsp_paper_text(out, x + 1.5, y_mm + 3.6, &font, rsp_flowsheet_say(f, role[i]));
        rsp_paper_text(
            out, x + 1.5, y_mm + SIGN_MM - 2.4, &plain, rsp_flowsheet_say(f, "flowsheet.signature"));
    }
}

static void draw_printed(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const struct rsp_paper_font font = {.size_mm = 2.2}, right = {.size_mm = 2.2, .anchor = RSP_PAPER_RIGHT};
    const double at_s = rsp_key_number(f->sheet, "printed_s");
    struct rsp_buf text;
    char day[32], time[16];
    rsp_flowsheet_day(f, at_s, day);
    rsp_flowsheet_time(f, at_s, time);
    const char *const value[] = {day, time, rsp_key_text(f->sheet, "printed_by"), NULL};
    rsp_buf_init(&text, TEXT_MOST);
    rsp_flowsheet_fill(f, &text, "flowsheet.printed", value);
    rsp_paper_text(out, RSP_SHEET_RIGHT, RSP_SHEET_HEIGHT - 5.2, &right, text.data != NULL ? text.data : "");
    rsp_buf_free(&text);
    rsp_buf_init(&text, TEXT_MOST);
    name_text(f, &text);
    rsp_paper_text(out, RSP_SHEET_LEFT, RSP_SHEET_HEIGHT - 5.2, &font, text.data != NULL ? text.data : "");
    rsp_buf_free(&text);
}

/* ---- the list ---- */

static void draw_event(
    const struct rsp_flowsheet *f, size_t i, double x_mm, double width_mm, double *y_mm, struct rsp_buf *out)
{
    const struct rsp_paper_font font = {
        .size_mm = SIZE_LIST, .bold = f->event[i].loud, .struck = f->event[i].struck};
    char line[RSP_PAPER_LINE];
    struct rsp_buf text;
    rsp_buf_init(&text, TEXT_MOST);
    event_line(f, i, &text);
    struct rsp_paper_wrap wrap = {text.data, width_mm, font};
    while (rsp_paper_wrap_next(&wrap, line)) {
        rsp_paper_text(out, x_mm, *y_mm, &font, line);
        *y_mm += LINE_LIST;
    }
    rsp_buf_free(&text);
}

static void draw_list(
    const struct rsp_flowsheet *f, const struct leaf *leaf, double top_mm, struct rsp_buf *out)
{
    const struct rsp_paper_font bold = {.size_mm = SIZE_HEAD, .bold = true};
    const double width_mm = list_width(leaf->list);
    const double bottom_mm = top_mm + RSP_SHEET_FOOT - RSP_SHEET_TOP - head_height(f) - 2 * LINE_LIST;
    double x = leaf->list ? RSP_SHEET_LEFT : RSP_SHEET_LIST_LEFT, y = top_mm + LINE_LIST;
    rsp_paper_text(
        out, x, y, &bold, rsp_flowsheet_say(f, leaf->list ? "flowsheet.continued" : "flowsheet.events"));
    const double first_mm = y + LINE_HEAD;
    const size_t room = (size_t)((bottom_mm - top_mm) / LINE_LIST);
    size_t used = 0;
    y = first_mm;
    for (size_t i = leaf->first; i < leaf->first + leaf->n; i++) {
        const size_t lines = lines_of(f, i, width_mm);
        if (used > 0 && used + lines > room) {
            used = 0;
            y = first_mm;
            x += width_mm + COLUMN_GAP;
        }
        draw_event(f, i, x, width_mm, &y, out);
        used += lines;
    }
    if (leaf->n == 0)
        rsp_paper_text(out, x, y, &list_font, rsp_flowsheet_say(f, "flowsheet.nothing"));
    if (leaf->n_more > 0) {
        struct rsp_buf text;
        char number[32];
        (void)snprintf(number, sizeof number, "%zu", leaf->n_more);
        rsp_buf_init(&text, TEXT_MOST);
        fill(f, &text, "flowsheet.more", number, NULL);
        rsp_paper_text(out, x, y, &bold, text.data != NULL ? text.data : "");
        rsp_buf_free(&text);
    }
}

/* ---- a sheet, all sheets ---- */

static void draw_leaf(
    const struct rsp_flowsheet *f, const struct leaves *leaves, size_t i, struct rsp_buf *out)
{
    const struct leaf *leaf = &leaves->leaf[i];
    struct rsp_buf page;
    char number[32], of[32];
    (void)snprintf(number, sizeof number, "%zu", i + 1);
    (void)snprintf(of, sizeof of, "%zu", leaves->n);
    rsp_buf_init(&page, 100);
    fill(f, &page, "flowsheet.page", number, of);
    rsp_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s "
        "%s\">\n",
        RSP_SHEET_WIDTH, RSP_SHEET_HEIGHT, rsp_flowsheet_say(f, "flowsheet.title"),
        page.data != NULL ? page.data : "");
    if (i == 0)
        rsp_buf_text(out,
            "<defs><pattern id=\"hatch\" width=\"1.2\" height=\"1.2\" patternUnits=\"userSpaceOnUse\" "
            "patternTransform=\"rotate(45)\"><path d=\"M0 0v1.2\" stroke=\"#555\" "
            "stroke-width=\".5\"/></pattern>");
    if (i == 0)
        rsp_buf_printf(out, "<clipPath id=\"chart\"><path d=\"M%d 0H%dV%dH%dz\"/></clipPath></defs>\n",
            RSP_SHEET_CHART_LEFT, RSP_SHEET_CHART_RIGHT, RSP_SHEET_HEIGHT, RSP_SHEET_CHART_LEFT);
    const double top_mm = draw_head(f, leaf->from_s, page.data != NULL ? page.data : "", out);
    rsp_buf_free(&page);
    if (!leaf->list)
        rsp_flowsheet_chart(f, leaf->from_s, top_mm, out);
    draw_list(f, leaf, top_mm, out);
    draw_totals(f, fmin(leaf->from_s + RSP_FLOWSHEET_SPAN_S, f->until_s), RSP_SHEET_FOOT + 3.4, out);
    if (i + 1 == leaves->n)
        draw_signatures(f, RSP_SHEET_FOOT + TOTALS_MM, out);
    draw_printed(f, out);
    rsp_buf_text(out, "</svg>\n");
}

static rsp_status draw(const struct rsp_flowsheet *f, struct rsp_buf *out, struct rsp_error *err)
{
    struct leaves leaves = {0};
    const bool laid_out = lay_out(f, &leaves);
    struct rsp_buf title;
    rsp_buf_init(&title, TEXT_MOST);
    name_text(f, &title);
    rsp_buf_printf(
        out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", f->language);
    rsp_markup_text(out, title.data);
    rsp_buf_printf(out, " - %s</title><style>%s</style></head><body>\n<p>",
        rsp_flowsheet_say(f, "flowsheet.title"), rsp_flowsheet_style());
    rsp_markup_text(out, rsp_flowsheet_say(f, "flowsheet.how_to_print"));
    rsp_buf_text(out, "</p>\n");
    for (size_t i = 0; laid_out && i < leaves.n; i++)
        draw_leaf(f, &leaves, i, out);
    rsp_buf_text(out, "</body></html>\n");
    rsp_buf_free(&title);
    free(leaves.leaf);
    return laid_out && !out->failed ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

rsp_status rsp_flowsheet_html(const json_t *sheet, struct rsp_buf *out, struct rsp_error *err)
{
    const json_t *session = json_object_get(sheet, "session");
    struct rsp_flowsheet f = {
        .sheet = sheet, .session = session, .language = rsp_key_text(sheet, "language")};
    const char *state = rsp_key_text(session, "state");
    const bool nothing = strcmp(state, "aborted") == 0 && json_is_null(json_object_get(session, "begun_s"));
    f.running = strcmp(state, "discharged") != 0 && !nothing;
    f.concentration_mg_per_ml = rsp_key_number(
        json_object_get(json_object_get(session, "order"), "preparation"), "concentration_mg_per_ml");
    f.arena = rsp_arena_new();
    rsp_status status = f.arena != NULL ? rsp_zone_load(rsp_key_text(session, "zone"), &f.zone, err)
                                        : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (status == RSP_OK)
        status = rsp_flowsheet_words(f.language, &f.words, err);
    if (status == RSP_OK)
        status = rsp_flowsheet_collect(&f, err);
    if (status == RSP_OK) {
        find_span(&f);
        status = draw(&f, out, err);
    }
    free(f.event);
    json_decref(f.words);
    rsp_zone_free(f.zone);
    rsp_arena_free(f.arena);
    return status;
}
