/* The numbered list: events of the infusion, medicines beside it, alarms, and what was corrected. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "flowsheet_parts.h"
#include "service/json_build.h"
#include "session/start.h"

#define S_AN_HOUR 3600.0
#define LATE_S    90.0 /* entered so long after it happened, both times are told */

enum { TEXT_MOST = 4000, DIGITS = 6, VALUE_DIGITS = 4, NUMBER_SIZE = 32 };

/* ---- the list ---- */

static rsp_status no_memory(struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

rsp_status rsp_flowsheet_add(
    struct rsp_flowsheet *f, struct rsp_flowsheet_event event, struct rsp_buf *text, struct rsp_error *err)
{
    struct rsp_flowsheet_event *more = realloc(f->event, (f->n_event + 1) * sizeof *more);
    if (more != NULL)
        f->event = more;
    event.text = text->data != NULL ? rsp_arena_text(f->arena, text->data, text->length) : NULL;
    event.order = f->n_event;
    rsp_buf_free(text);
    if (more == NULL || event.text == NULL)
        return no_memory(err);
    f->event[f->n_event++] = event;
    return RSP_OK;
}

static int by_time(const void *left, const void *right)
{
    const struct rsp_flowsheet_event *a = left, *b = right;
    if (a->at_s != b->at_s)
        return a->at_s < b->at_s ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* Number in the list of the line that tells of a fact; "-" when there is none. */
static void place_of(const struct rsp_flowsheet *f, json_int_t fact, char text[NUMBER_SIZE])
{
    (void)snprintf(text, NUMBER_SIZE, "-");
    for (size_t i = 0; i < f->n_event; i++)
        if (f->event[i].fact == fact && fact != 0)
            (void)snprintf(text, NUMBER_SIZE, "%zu", i + 1);
}

/* ---- pieces of a line ---- */

static void say(
    const struct rsp_flowsheet *f, struct rsp_buf *out, const char *key, const char *one, const char *two)
{
    const char *const value[] = {one, two, NULL};
    rsp_flowsheet_fill(f, out, key, value);
}

static void add_number(struct rsp_buf *out, double value, int digits, const char *unit)
{
    char text[32];
    rsp_flowsheet_number(value, digits, text);
    rsp_buf_printf(out, "%s%s", text, unit);
}

void rsp_flowsheet_add_time(const struct rsp_flowsheet *f, struct rsp_buf *out, double at_s, double beside_s)
{
    char time[16], day[32], other[32];
    rsp_flowsheet_time(f, at_s, time);
    rsp_flowsheet_day(f, at_s, day);
    rsp_flowsheet_day(f, beside_s, other);
    rsp_buf_printf(
        out, "%s%s%s", strcmp(day, other) != 0 ? day : "", strcmp(day, other) != 0 ? " " : "", time);
}

static void say_time(const struct rsp_flowsheet *f, struct rsp_buf *out, const char *key, double at_s,
    double beside_s, const char *who)
{
    struct rsp_buf time;
    rsp_buf_init(&time, 100);
    rsp_flowsheet_add_time(f, &time, at_s, beside_s);
    say(f, out, key, time.data != NULL ? time.data : "", who);
    rsp_buf_free(&time);
}

double rsp_flowsheet_written_s(const json_t *row)
{
    struct rsp_date_time moment;
    return rsp_date_time_parse(rsp_key_text(row, "at"), &moment, NULL) == RSP_OK
               ? S_AN_HOUR * rsp_date_time_hours(&moment, true)
               : NAN;
}

void rsp_flowsheet_add_late(const struct rsp_flowsheet *f, struct rsp_buf *out, double entered_s, double at_s)
{
    if (!(entered_s - at_s > LATE_S))
        return;
    rsp_buf_text(out, "; ");
    say_time(f, out, "flowsheet.late", entered_s, at_s, NULL);
}

/* ---- events of the infusion ---- */

static const json_t *replacing(const json_t *events, json_int_t number)
{
    size_t i;
    const json_t *row;
    json_array_foreach(
        events, i, row) if (json_integer_value(json_object_get(row, "replaces")) == number) return row;
    return NULL;
}

static void add_amount(const struct rsp_flowsheet *f, struct rsp_buf *out, const json_t *row)
{
    const double rate_mg_per_h = rsp_key_number(row, "rate_mg_per_h"),
                 amount_mg = rsp_key_number(row, "amount_mg");
    if (rate_mg_per_h > 0 && f->concentration_mg_per_ml > 0)
        add_number(out, rate_mg_per_h / f->concentration_mg_per_ml, DIGITS, " mL/h = ");
    if (rate_mg_per_h > 0)
        add_number(out, rate_mg_per_h, VALUE_DIGITS, " mg/h");
    if (amount_mg > 0)
        add_number(out, amount_mg, DIGITS, " mg");
}

/* A criterion of going home, or a gate before the start. */
static const char *passed_name(const struct rsp_flowsheet *f, const char *id)
{
    const char *name = rsp_flowsheet_word(f, "leaving.criterion", id);
    return strcmp(name, id) != 0 ? name : rsp_flowsheet_word(f, "start.gate", id);
}

/* The one reason that the program writes itself. */
static const char *reason_text(const struct rsp_flowsheet *f, const char *reason)
{
    return strcmp(reason, RSP_START_NOT_ASKED) == 0 ? rsp_flowsheet_say(f, "flowsheet.not_asked") : reason;
}

static void add_overridden(const struct rsp_flowsheet *f, struct rsp_buf *out, const json_t *rows)
{
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *name = passed_name(f, rsp_key_text(row, "id")), *who = rsp_key_text(row, "who"),
                   *reason = reason_text(f, rsp_key_text(row, "reason"));
        rsp_buf_text(out, "; ");
        if (who[0] != '\0')
            rsp_flowsheet_fill(f, out, "start.passed_of", (const char *const[]){name, who, reason, NULL});
        else
            say(f, out, "flowsheet.nevertheless", name, reason);
    }
}

static rsp_status collect_events(struct rsp_flowsheet *f, struct rsp_error *err)
{
    size_t i;
    const json_t *row, *events = json_object_get(f->session, "events");
    json_array_foreach(events, i, row)
    {
        struct rsp_buf text;
        const json_int_t number = json_integer_value(json_object_get(row, "number"));
        const double at_s = rsp_key_number(row, "at_s");
        const bool replaced = replacing(events, number) != NULL;
        const bool uncertain = json_is_true(json_object_get(row, "uncertain")) && !replaced;
        rsp_buf_init(&text, TEXT_MOST);
        if (uncertain)
            rsp_buf_printf(&text, "%s: ", rsp_flowsheet_say(f, "flowsheet.is_uncertain"));
        rsp_buf_text(&text, rsp_flowsheet_word(f, "session.event", rsp_key_text(row, "event")));
        rsp_buf_text(&text,
            rsp_key_number(row, "rate_mg_per_h") > 0 || rsp_key_number(row, "amount_mg") > 0 ? " " : "");
        add_amount(f, &text, row);
        rsp_buf_printf(&text, "; %s", rsp_key_text(row, "who"));
        rsp_flowsheet_add_late(f, &text, rsp_key_number(row, "entered_s"), at_s);
        if (rsp_key_text(row, "why_entered")[0] != '\0')
            rsp_buf_printf(&text, "; \"%s\"", rsp_key_text(row, "why_entered"));
        add_overridden(f, &text, json_object_get(row, "overridden"));
        RSP_TRY(rsp_flowsheet_add(f,
            (struct rsp_flowsheet_event){.at_s = at_s, .fact = number, .struck = replaced, .loud = uncertain},
            &text, err));
    }
    return RSP_OK;
}

/* Who takes whose place, by the numbers of the list: once it is sorted. */
static rsp_status link_events(struct rsp_flowsheet *f, struct rsp_error *err)
{
    size_t i;
    const json_t *row, *events = json_object_get(f->session, "events");
    json_array_foreach(events, i, row)
    {
        char place[NUMBER_SIZE], other[NUMBER_SIZE];
        const json_int_t number = json_integer_value(json_object_get(row, "number"));
        const json_int_t before = json_integer_value(json_object_get(row, "replaces"));
        const json_t *after = replacing(events, number);
        place_of(f, number, place);
        struct rsp_flowsheet_event *event = &f->event[strtoul(place, NULL, 10) - 1];
        struct rsp_buf text;
        rsp_buf_init(&text, TEXT_MOST);
        rsp_buf_text(&text, event->text);
        if (before != 0) {
            place_of(f, before, other);
            rsp_buf_text(&text, "; ");
            say(f, &text,
                strcmp(rsp_key_text(row, "event"), "undone") == 0 ? "flowsheet.takes_back"
                                                                  : "flowsheet.corrects",
                other, NULL);
        }
        if (after != NULL) {
            place_of(f, json_integer_value(json_object_get(after, "number")), other);
            rsp_buf_text(&text, "; ");
            say(f, &text,
                strcmp(rsp_key_text(after, "event"), "undone") == 0 ? "flowsheet.taken_back"
                                                                    : "flowsheet.replaced",
                other, NULL);
        }
        event->text = text.data != NULL ? rsp_arena_text(f->arena, text.data, text.length) : NULL;
        rsp_buf_free(&text);
        if (event->text == NULL)
            return no_memory(err);
    }
    return RSP_OK;
}

/* ---- medicines, scores that were corrected ---- */

bool rsp_flowsheet_is_told_later(const json_t *row)
{
    return json_integer_value(json_object_get(row, "superseded_by")) != 0;
}

const json_t *rsp_flowsheet_before(const json_t *rows, const json_t *row)
{
    size_t i;
    const json_t *before;
    const json_int_t number = json_integer_value(json_object_get(row, "supersedes"));
    json_array_foreach(rows, i, before)
    {
        if (json_integer_value(json_object_get(before, "number")) == number)
            return before;
    }
    return NULL;
}

rsp_status rsp_flowsheet_add_entry(
    struct rsp_flowsheet *f, const json_t *row, const char *was, struct rsp_buf *text, struct rsp_error *err)
{
    static const char *const why[] = {"why", "why_entered"};
    const bool withdrawn = json_is_true(json_object_get(row, "withdrawn"));
    const double at_s = rsp_key_number(row, "at_s");
    rsp_flowsheet_add_late(f, text, rsp_flowsheet_written_s(row), at_s);
    if (withdrawn)
        rsp_buf_printf(text, "; %s", rsp_flowsheet_say(f, "flowsheet.withdrawn"));
    if (was != NULL) {
        rsp_buf_text(text, "; ");
        say(f, text, "flowsheet.was", was, NULL);
    }
    for (size_t i = 0; i < sizeof why / sizeof *why; i++)
        if (rsp_key_text(row, why[i])[0] != '\0')
            rsp_buf_printf(text, "; \"%s\"", rsp_key_text(row, why[i]));
    return rsp_flowsheet_add(f,
        (struct rsp_flowsheet_event){
            .at_s = at_s, .fact = json_integer_value(json_object_get(row, "number")), .struck = withdrawn},
        text, err);
}

/* An entry of a number: with what that was before. */
static rsp_status add_numbered(struct rsp_flowsheet *f, const json_t *rows, const json_t *row,
    const char *key, const char *unit, struct rsp_buf *text, struct rsp_error *err)
{
    const json_t *before = rsp_flowsheet_before(rows, row);
    char value[48], number[32];
    if (before == NULL)
        return rsp_flowsheet_add_entry(f, row, NULL, text, err);
    rsp_flowsheet_number(rsp_key_number(before, key), DIGITS, number);
    (void)snprintf(value, sizeof value, "%s%s", number, unit);
    return rsp_flowsheet_add_entry(f, row, value, text, err);
}

static rsp_status collect_medicines(struct rsp_flowsheet *f, struct rsp_error *err)
{
    size_t i;
    const json_t *row, *rows = json_object_get(f->sheet, "medicines");
    json_array_foreach(rows, i, row)
    {
        struct rsp_buf text;
        if (rsp_flowsheet_is_told_later(row))
            continue;
        rsp_buf_init(&text, TEXT_MOST);
        rsp_buf_printf(&text, "%s ", rsp_key_text(row, "name"));
        add_number(&text, rsp_key_number(row, "dose_mg"), DIGITS, " mg ");
        rsp_buf_printf(&text, "%s (%s); %s", rsp_flowsheet_word(f, "route.short", rsp_key_text(row, "route")),
            rsp_flowsheet_word(f, "flowsheet", rsp_key_text(row, "use")), rsp_key_text(row, "who"));
        RSP_TRY(add_numbered(f, rows, row, "dose_mg", " mg", &text, err));
    }
    return RSP_OK;
}

/* A score stands in its row of the chart; here is only what its number alone would hide. */
static rsp_status collect_scores(struct rsp_flowsheet *f, struct rsp_error *err)
{
    size_t i;
    const json_t *row, *rows = json_object_get(f->sheet, "scores");
    json_array_foreach(rows, i, row)
    {
        struct rsp_buf text;
        const bool corrects = json_integer_value(json_object_get(row, "supersedes")) != 0,
                   late = rsp_flowsheet_written_s(row) - rsp_key_number(row, "at_s") > LATE_S;
        if (rsp_flowsheet_is_told_later(row) || (!corrects && !late))
            continue;
        rsp_buf_init(&text, TEXT_MOST);
        rsp_buf_printf(&text, "%s", rsp_flowsheet_word(f, "flowsheet.score", rsp_key_text(row, "what")));
        if (isfinite(rsp_key_number(row, "value"))) {
            rsp_buf_text(&text, ": ");
            add_number(&text, rsp_key_number(row, "value"), DIGITS, "");
        }
        rsp_buf_printf(&text, "; %s", rsp_key_text(row, "who"));
        RSP_TRY(add_numbered(f, rows, row, "value", "", &text, err));
    }
    return RSP_OK;
}

/* ---- alarms ---- */

static void add_alarm_name(const struct rsp_flowsheet *f, struct rsp_buf *out, const char *id)
{
    char base[64], key[96];
    const char *sign = strchr(id, ':');
    (void)snprintf(base, sizeof base, "%.*s", (int)strcspn(id, ":"), id);
    (void)snprintf(key, sizeof key, "alarm.text.%s", base);
    if (json_object_get(f->words, key) == NULL)
        rsp_buf_text(out, id);
    else
        say(f, out, key, sign != NULL ? rsp_flowsheet_word(f, "vital.name", sign + 1) : NULL, NULL);
}

static void add_answers(const struct rsp_flowsheet *f, struct rsp_buf *out, const json_t *alarm)
{
    const double raised_s = rsp_key_number(alarm, "raised_s"), ended_s = rsp_key_number(alarm, "ended_s");
    const json_t *answers = json_object_get(alarm, "answers"), *row;
    size_t i;
    json_array_foreach(answers, i, row)
    {
        char key[64];
        (void)snprintf(key, sizeof key, "flowsheet.%.20s", rsp_key_text(row, "word"));
        rsp_buf_text(out, "; ");
        say_time(f, out, key, rsp_key_number(row, "at_s"), raised_s, rsp_key_text(row, "who"));
    }
    if (json_array_size(answers) == 0)
        rsp_buf_printf(out, "; %s", rsp_flowsheet_say(f, "flowsheet.unanswered"));
    rsp_buf_text(out, "; ");
    if (isfinite(ended_s))
        say_time(f, out, "flowsheet.ended", ended_s, raised_s, NULL);
    else
        rsp_buf_text(out, rsp_flowsheet_say(f, "flowsheet.still"));
}

static const char *stars(const char *priority)
{
    return strcmp(priority, "high") == 0 ? "***" : strcmp(priority, "medium") == 0 ? "**" : "*";
}

static rsp_status collect_alarms(struct rsp_flowsheet *f, struct rsp_error *err)
{
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(f->sheet, "alarms"), i, row)
    {
        struct rsp_buf text, name;
        rsp_buf_init(&text, TEXT_MOST);
        rsp_buf_init(&name, TEXT_MOST);
        add_alarm_name(f, &name, rsp_key_text(row, "id"));
        say(f, &text, "flowsheet.alarm", stars(rsp_key_text(row, "priority")),
            name.data != NULL ? name.data : "");
        rsp_buf_free(&name);
        if (isfinite(rsp_key_number(row, "worst"))) {
            char worst[32];
            rsp_flowsheet_number(rsp_key_number(row, "worst"), VALUE_DIGITS, worst);
            rsp_buf_text(&text, "; ");
            say(f, &text, "flowsheet.worst", worst, NULL);
        }
        add_answers(f, &text, row);
        RSP_TRY(rsp_flowsheet_add(f,
            (struct rsp_flowsheet_event){.at_s = rsp_key_number(row, "raised_s"), .loud = true}, &text, err));
    }
    return RSP_OK;
}

rsp_status rsp_flowsheet_collect(struct rsp_flowsheet *f, struct rsp_error *err)
{
    RSP_TRY(collect_medicines(f, err));
    RSP_TRY(collect_events(f, err));
    RSP_TRY(collect_scores(f, err));
    RSP_TRY(collect_alarms(f, err));
    RSP_TRY(rsp_flowsheet_collect_answers(f, err));
    if (f->n_event > 0)
        qsort(f->event, f->n_event, sizeof *f->event, by_time);
    return link_events(f, err);
}
