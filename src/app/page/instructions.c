/* The sheet that a person takes home. */
#include "instructions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "exchange/chart.h"
#include "flowsheet_parts.h"
#include "service/json_build.h"

enum {
    TEXT_MOST = 8000,
    S_A_DAY = 86400,
    DAY_LETTERS = 10,
    CLOCK_AT = 11,
    CLOCK_LETTERS = 5,
    AMOUNT_DIGITS = 4
};

const char *rsp_instructions_style(void)
{
    return "@page{size:A4 portrait;margin:14mm 16mm}"
           "body{margin:0 auto;max-width:178mm;padding:4mm;color:#000;background:#fff;"
           "font:12pt/1.38 'Liberation Sans',Arial,Helvetica,sans-serif}"
           "h1{font-size:21pt;line-height:1.15;margin:0 0 1mm}"
           "h2{font-size:13.5pt;line-height:1.2;margin:4mm 0 1mm;border-bottom:1px solid #000}"
           "p{margin:1mm 0}ul{margin:1mm 0;padding-left:6mm}li{margin:0 0 1mm}"
           ".box{border:2px solid #000;padding:1mm 4mm 2.5mm;margin:4mm 0 0}.box "
           "h2{border:0;margin-top:1.5mm}"
           ".number{font-size:15pt;font-weight:bold}.line{display:inline-block;width:80mm;border-bottom:1px "
           "solid "
           "#000;height:8mm}"
           ".small{font-size:7.5pt;line-height:1.25;margin-top:4mm}"
           ".bar{background:#000;color:#fff;padding:1mm "
           "3mm;font-weight:bold;-webkit-print-color-adjust:exact;"
           "print-color-adjust:exact}"
           ".staff{font-size:11pt;border:1px dashed #000;padding:2mm 4mm;margin:0 0 4mm}"
           "@media print{body{padding:0;max-width:none}.staff{display:none}}";
}

/* ---- pieces ---- */

/* A filled text between tags, escaped. */
static void say(const struct rsp_flowsheet *f, struct rsp_buf *out, const char *tag, const char *key,
    const char *one, const char *two)
{
    const char *const value[] = {one, two, NULL};
    struct rsp_buf text;
    rsp_buf_init(&text, TEXT_MOST);
    rsp_flowsheet_fill(f, &text, key, value);
    rsp_buf_printf(out, "<%s>", tag);
    rsp_markup_text(out, text.data);
    rsp_buf_printf(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
    rsp_buf_free(&text);
}

/* "1985-03-14", also at the start of a longer text, as it is said. */
static void day_text(const struct rsp_flowsheet *f, const char *iso, char text[32])
{
    struct rsp_date date;
    char day[16];
    (void)snprintf(text, 32, "-");
    (void)snprintf(day, sizeof day, "%.*s", DAY_LETTERS, iso);
    if (rsp_date_parse(day, &date, NULL) == RSP_OK)
        rsp_flowsheet_date(f, date, text);
}

static void draw_head(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *who = json_object_get(f->sheet, "identity");
    char name[260], born[32];
    const char *given = rsp_key_text(who, "given_name");
    (void)snprintf(
        name, sizeof name, "%s%s%s", given, given[0] != '\0' ? " " : "", rsp_key_text(who, "family_name"));
    day_text(f, rsp_key_text(who, "birth_date"), born);
    if (json_is_true(json_object_get(f->sheet, "demo")))
        say(f, out, "p class=\"bar\"", "instructions.demo", NULL, NULL);
    say(f, out, "h1", "instructions.title", NULL, NULL);
    say(f, out, "p", "instructions.for", name, born);
}

/* ---- what was given ---- */

/* Of what is uncertain the least and the most. */
static void amount_text(
    const struct rsp_flowsheet *f, double low_mg, double high_mg, const char *name, struct rsp_buf *out)
{
    char low[32], high[32], both[80];
    const char *const value[] = {both, name, NULL};
    rsp_flowsheet_amount(low_mg, low);
    rsp_flowsheet_amount(high_mg, high);
    if (strcmp(low, high) == 0)
        (void)snprintf(both, sizeof both, "%s", high);
    else
        (void)snprintf(both, sizeof both, "%s - %s", low, high);
    rsp_flowsheet_fill(f, out, "instructions.amount", value);
}

static void draw_given(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *row, *rows = json_object_get(f->sheet, "medicines");
    const double begun_s = rsp_key_number(f->session, "begun_s"), now_s = rsp_key_number(f->session, "now_s");
    const bool same_day =
        floor(rsp_flowsheet_wall_s(f, begun_s) / S_A_DAY) >= floor(rsp_flowsheet_wall_s(f, now_s) / S_A_DAY);
    struct rsp_buf text;
    size_t i;
    rsp_buf_init(&text, TEXT_MOST);
    amount_text(f, rsp_key_number(f->session, "given_low_mg"), rsp_key_number(f->session, "given_mg"),
        rsp_flowsheet_word(f, "drug", rsp_key_text(json_object_get(f->session, "order"), "drug")), &text);
    say(f, out, "p", same_day ? "instructions.given" : "instructions.given_days", text.data, NULL);
    rsp_buf_free(&text);
    rsp_buf_init(&text, TEXT_MOST);
    json_array_foreach(rows, i, row)
    {
        rsp_buf_text(&text, i > 0 ? ", " : "");
        amount_text(f, rsp_key_number(row, "dose_mg"), rsp_key_number(row, "dose_mg"),
            rsp_key_text(row, "name"), &text);
    }
    if (json_array_size(rows) > 0)
        say(f, out, "p", "instructions.medicine", text.data, NULL);
    rsp_buf_free(&text);
}

/* ---- rules ---- */

static void draw_until(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const double left_s = fmax(rsp_key_number(f->session, "now_s"), rsp_key_number(f->session, "ended_s"));
    char day[32];
    rsp_flowsheet_day(f, (isnan(left_s) ? rsp_key_number(f->session, "now_s") : left_s) + S_A_DAY, day);
    say(f, out, "p", "instructions.until", day, NULL);
}

/* Instructions of one kind: what must not be done, or what is to be done. */
static void draw_advice(const struct rsp_flowsheet *f, bool forbidden, struct rsp_buf *out)
{
    const json_t *row;
    size_t i;
    say(f, out, "h2", forbidden ? "instructions.do_not" : "instructions.do", NULL, NULL);
    rsp_buf_text(out, "<ul>\n");
    json_array_foreach(json_object_get(f->sheet, "advice"), i, row)
    {
        const char *id = rsp_key_text(row, "id");
        char key[64];
        const bool is_to_do = strcmp(id, "home") == 0 || strcmp(id, "alone") == 0;
        (void)snprintf(key, sizeof key, "instructions.%.40s", id);
        if (is_to_do != forbidden)
            say(f, out, "li", key, NULL, NULL);
    }
    if (!forbidden)
        say(f, out, "li", "instructions.feel", NULL, NULL);
    rsp_buf_text(out, "</ul>\n");
}

/* ---- whom to call, what is next ---- */

static void draw_number(
    const struct rsp_flowsheet *f, const char *label, const char *number, struct rsp_buf *out)
{
    rsp_buf_text(out, "<p>");
    rsp_markup_text(out, rsp_flowsheet_say(f, label));
    rsp_buf_text(out, ": ");
    if (number[0] == '\0') {
        rsp_buf_text(out, "<span class=\"line\"></span></p>\n");
        return;
    }
    rsp_buf_text(out, "<span class=\"number\">");
    rsp_markup_text(out, number);
    rsp_buf_text(out, "</span></p>\n");
}

static void draw_numbers(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    rsp_buf_text(out, "<div class=\"box\">\n");
    say(f, out, "h2", "instructions.call", NULL, NULL);
    say(f, out, "p", "instructions.call_when", NULL, NULL);
    draw_number(f, "instructions.call_at", rsp_key_text(f->sheet, "phone"), out);
    say(f, out, "h2", "instructions.emergency", NULL, NULL);
    say(f, out, "p", "instructions.emergency_when", NULL, NULL);
    draw_number(f, "instructions.emergency_at", rsp_key_text(f->sheet, "emergency_phone"), out);
    rsp_buf_text(out, "</div>\n");
}

static void draw_next(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *visit = json_object_get(f->sheet, "next_visit");
    const char *wall = rsp_key_text(visit, "wall"), *call_day = rsp_key_text(f->sheet, "call_day");
    char day[32], clock[16] = "";
    say(f, out, "h2", "instructions.next", NULL, NULL);
    if (json_is_object(visit) && strlen(wall) >= CLOCK_AT + CLOCK_LETTERS) {
        day_text(f, wall, day);
        (void)snprintf(clock, sizeof clock, "%.*s", CLOCK_LETTERS, wall + CLOCK_AT);
        say(f, out, "p", "instructions.next_at", day, clock);
    } else {
        say(f, out, "p", "instructions.next_none", NULL, NULL);
    }
    if (call_day[0] == '\0')
        return;
    day_text(f, call_day, day);
    say(f, out, "p", "instructions.we_call", day, NULL);
}

/* Each source once. */
static void draw_sources(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const json_t *row, *rows = json_object_get(f->sheet, "advice");
    struct rsp_buf text;
    size_t i;
    rsp_buf_init(&text, TEXT_MOST);
    json_array_foreach(rows, i, row)
    {
        const char *source = rsp_key_text(row, "source");
        if (text.data != NULL && strstr(text.data, source) != NULL)
            continue;
        rsp_buf_printf(&text, "%s%s (%s)", i > 0 ? "; " : "", source, rsp_key_text(row, "rule"));
    }
    say(f, out, "p class=\"small\"", "instructions.sources", text.data, NULL);
    rsp_buf_free(&text);
}

/* For staff, on the screen alone. */
static void draw_notes(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    const bool numbers =
        rsp_key_text(f->sheet, "phone")[0] != '\0' && rsp_key_text(f->sheet, "emergency_phone")[0] != '\0';
    const char *state = rsp_key_text(f->session, "state");
    rsp_buf_text(out, "<div class=\"staff\">\n");
    say(f, out, "p", "instructions.how_to_print", NULL, NULL);
    if (!numbers)
        say(f, out, "p", "instructions.write", NULL, NULL);
    if (strcmp(state, "recovering") != 0 && strcmp(state, "discharged") != 0)
        say(f, out, "p", "instructions.not_home", NULL, NULL);
    rsp_buf_text(out, "</div>\n");
}

static void draw(const struct rsp_flowsheet *f, struct rsp_buf *out)
{
    rsp_buf_printf(
        out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", f->language);
    rsp_markup_text(out, rsp_flowsheet_say(f, "instructions.title"));
    rsp_buf_printf(out, "</title><style>%s</style></head><body>\n", rsp_instructions_style());
    draw_notes(f, out);
    draw_head(f, out);
    draw_given(f, out);
    draw_until(f, out);
    draw_advice(f, true, out);
    draw_advice(f, false, out);
    draw_numbers(f, out);
    draw_next(f, out);
    draw_sources(f, out);
    rsp_buf_text(out, "</body></html>\n");
}

rsp_status rsp_instructions_html(const json_t *sheet, struct rsp_buf *out, struct rsp_error *err)
{
    const json_t *session = json_object_get(sheet, "session");
    struct rsp_flowsheet f = {
        .sheet = sheet, .session = session, .language = rsp_key_text(sheet, "language")};
    RSP_TRY(rsp_zone_load(rsp_key_text(session, "zone"), &f.zone, err));
    rsp_status status = rsp_flowsheet_words(f.language, &f.words, err);
    if (status == RSP_OK)
        draw(&f, out);
    if (status == RSP_OK && out->failed)
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    json_decref(f.words);
    rsp_zone_free(f.zone);
    return status;
}
