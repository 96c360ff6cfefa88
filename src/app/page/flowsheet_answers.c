/* Lines of the list: what was said and seen, what was asked before the start and before going home. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "flowsheet_parts.h"
#include "service/json_build.h"

enum { TEXT_MOST = 4000, WAS_SIZE = 2100, KEY_SIZE = 80, S_AN_HOUR = 3600 };

/* "; Walks safely: yes" */
static void add_part(
    const struct rsp_flowsheet *f, struct rsp_buf *out, const char *prefix, const char *id, const char *value)
{
    rsp_buf_printf(out, "; %s: %s", rsp_flowsheet_word(f, prefix, id), value);
}

/* Items as they were scored, and their sum. */
static void add_points(const struct rsp_flowsheet *f, struct rsp_buf *out, const json_t *row, const char *id)
{
    json_t *points = json_loads(rsp_key_text(row, id), 0, NULL), *point;
    const char *name;
    double sum = 0;
    if (json_object_size(points) > 0)
        rsp_buf_printf(out, "; %s:", rsp_flowsheet_word(f, "leaving.criterion", id));
    json_object_foreach(points, name, point)
    {
        char key[KEY_SIZE];
        (void)snprintf(key, sizeof key, "%s", name);
        for (char *at = key; *at != '\0'; at++)
            *at = *at == ' ' ? '_' : *at;
        rsp_buf_printf(
            out, " %s %.0f,", rsp_flowsheet_word(f, "leaving.item", key), json_number_value(point));
        sum += json_number_value(point);
    }
    if (json_object_size(points) > 0)
        rsp_buf_printf(out, " %s %.0f", rsp_flowsheet_say(f, "flowsheet.sum"), sum);
    json_decref(points);
}

/* "; Last food: 18:30" */
static void add_moment(
    const struct rsp_flowsheet *f, struct rsp_buf *out, const char *word, double at_s, double beside_s)
{
    if (!(at_s > 0))
        return;
    rsp_buf_printf(out, "; %s: ", rsp_flowsheet_say(f, word));
    rsp_flowsheet_add_time(f, out, at_s, beside_s);
}

static void add_leaving(const struct rsp_flowsheet *f, struct rsp_buf *out, const json_t *row, double at_s)
{
    static const char *const asked[] = {"orientation", "gait", "dissociation", "oxygen"};
    rsp_buf_text(out, rsp_flowsheet_say(f, "leaving.title"));
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const char *answer = rsp_key_text(row, asked[i]);
        if (answer[0] != '\0')
            add_part(f, out, "leaving.ask", asked[i], rsp_flowsheet_word(f, "flowsheet", answer));
    }
    add_points(f, out, row, "aldrete");
    add_points(f, out, row, "padss");
    add_moment(f, out, "flowsheet.reversal", rsp_key_number(row, "reversal_s"), at_s);
}

static void add_start(const struct rsp_flowsheet *f, struct rsp_buf *out, const json_t *row, double at_s)
{
    const char *pregnancy = rsp_key_text(row, "pregnancy"), *day = rsp_key_text(row, "pregnancy_day");
    rsp_buf_text(out, rsp_flowsheet_say(f, "start.title"));
    add_moment(f, out, "start.ate", rsp_key_number(row, "ate_s"), at_s);
    add_moment(f, out, "start.drank", rsp_key_number(row, "drank_s"), at_s);
    if (pregnancy[0] == '\0')
        return;
    add_part(f, out, "start", "pregnancy_test", rsp_flowsheet_word(f, "start.pregnancy", pregnancy));
    struct rsp_date tested;
    char text[32];
    if (day[0] == '\0' || rsp_date_parse(day, &tested, NULL) != RSP_OK)
        return;
    rsp_flowsheet_date(f, tested, text);
    rsp_buf_printf(out, " %s", text);
}

/* What was asked hours before the drug began stands an hour before it, with its time: no empty sheets lie between. */
static double place_s(const struct rsp_flowsheet *f, const json_t *row)
{
    const double given_s = rsp_key_number(row, "at_s"), written_s = rsp_flowsheet_written_s(row),
                 at_s = given_s > 0 ? given_s : written_s;
    return fmax(at_s, rsp_key_number(f->session, "begun_s") - S_AN_HOUR);
}

static rsp_status collect(struct rsp_flowsheet *f, const char *key,
    void (*add)(const struct rsp_flowsheet *f, struct rsp_buf *out, const json_t *row, double at_s),
    struct rsp_error *err)
{
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(f->sheet, key), i, row)
    {
        struct rsp_buf text;
        const double written_s = rsp_flowsheet_written_s(row), at_s = place_s(f, row);
        const char *escort = rsp_key_text(row, "escort");
        rsp_buf_init(&text, TEXT_MOST);
        add(f, &text, row, at_s);
        if (escort[0] != '\0')
            add_part(f, &text, "leaving", "escort", escort);
        rsp_buf_printf(&text, "; %s", rsp_key_text(row, "who"));
        if (written_s < at_s)
            add_moment(f, &text, "flowsheet.asked", written_s, at_s);
        rsp_flowsheet_add_late(f, &text, written_s, at_s);
        RSP_TRY(rsp_flowsheet_add(f,
            (struct rsp_flowsheet_event){
                .at_s = at_s, .fact = json_integer_value(json_object_get(row, "number"))},
            &text, err));
    }
    return RSP_OK;
}

static rsp_status collect_remarks(struct rsp_flowsheet *f, struct rsp_error *err)
{
    size_t i;
    const json_t *row, *rows = json_object_get(f->sheet, "remarks");
    json_array_foreach(rows, i, row)
    {
        struct rsp_buf text;
        char was[WAS_SIZE];
        const json_t *before = rsp_flowsheet_before(rows, row);
        const bool back = before != NULL && json_is_true(json_object_get(row, "withdrawn"));
        if (rsp_flowsheet_is_told_later(row))
            continue;
        rsp_buf_init(&text, TEXT_MOST);
        rsp_buf_printf(&text, "%s: \"%s\"; %s", rsp_flowsheet_word(f, "flowsheet", rsp_key_text(row, "what")),
            rsp_key_text(back ? before : row, "text"), rsp_key_text(row, "who"));
        (void)snprintf(was, sizeof was, "\"%s\"", rsp_key_text(before, "text"));
        RSP_TRY(rsp_flowsheet_add_entry(f, row, before != NULL && !back ? was : NULL, &text, err));
    }
    return RSP_OK;
}

rsp_status rsp_flowsheet_collect_answers(struct rsp_flowsheet *f, struct rsp_error *err)
{
    RSP_TRY(collect_remarks(f, err));
    RSP_TRY(collect(f, "asked", add_start, err));
    return collect(f, "answers", add_leaving, err);
}
