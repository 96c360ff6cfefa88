#include "session/infusion.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double S_PER_H = 3600;
static const double ROUNDING = 1e-9; /* relative, of a sum of doubles */

#define RSP_X(name, text) text,
static const char *const event_names[] = {RSP_INFUSION_EVENT_LIST(RSP_X)};
static const char *const state_names[] = {RSP_INFUSION_STATE_LIST(RSP_X)};
#undef RSP_X

#define IN(state) (1u << RSP_STATE_##state)
#define ANY_BEGUN (1u << RSP_N_INFUSION_STATE) /* whatever the state, once drug was given */
enum { STAYS = -1 };

/* Which states allow an event, with a pump and without one, and where it leads. */
static const struct step {
    unsigned from_pump, from_doses;
    int to_pump, to_doses;
    bool has_rate, has_amount, may_be_uncertain;
    const char *hint;
} steps[] = {
    [RSP_INFUSION_CHECKED] = {IN(ORDERED), IN(ORDERED), RSP_STATE_CHECKED, RSP_STATE_CHECKED, false, false,
        false, "the check comes once, before anything is given"},
    [RSP_INFUSION_STARTED] = {IN(CHECKED), 0, RSP_STATE_RUNNING, STAYS, true, false, true,
        "a pump starts once, after the check"},
    [RSP_INFUSION_RATE] = {IN(RUNNING), 0, STAYS, STAYS, true, false, true,
        "a rate is changed while the pump runs"},
    [RSP_INFUSION_PAUSED] = {IN(RUNNING), 0, RSP_STATE_PAUSED, STAYS, false, false, true,
        "only a pump that runs is paused"},
    [RSP_INFUSION_RESUMED] = {IN(PAUSED), 0, RSP_STATE_RUNNING, STAYS, true, false, true,
        "only what was paused goes on"},
    [RSP_INFUSION_GIVEN] = {IN(CHECKED) | IN(RUNNING) | IN(PAUSED), IN(CHECKED) | IN(RUNNING), STAYS,
        RSP_STATE_RUNNING, false, true, true, "a dose is given after the check and before the end"},
    [RSP_INFUSION_BAG] = {IN(RUNNING) | IN(PAUSED), 0, STAYS, STAYS, false, false, true,
        "a bag is changed while the pump runs or is paused"},
    [RSP_INFUSION_STOPPED] = {IN(RUNNING) | IN(PAUSED), IN(RUNNING), RSP_STATE_STOPPED, RSP_STATE_STOPPED,
        false, false, true, "only what was begun is stopped, once"},
    [RSP_INFUSION_RECOVERING] = {IN(STOPPED) | IN(ABORTED), IN(STOPPED) | IN(ABORTED), RSP_STATE_RECOVERING,
        RSP_STATE_RECOVERING, false, false, false, "recovery follows the end of what was begun"},
    [RSP_INFUSION_DISCHARGED] = {IN(RECOVERING), IN(RECOVERING), RSP_STATE_DISCHARGED, RSP_STATE_DISCHARGED,
        false, false, false, "only who is recovering goes home"},
    [RSP_INFUSION_ABORTED] = {IN(ORDERED) | IN(CHECKED) | IN(RUNNING) | IN(PAUSED) | IN(STOPPED),
        IN(ORDERED) | IN(CHECKED) | IN(RUNNING) | IN(STOPPED), RSP_STATE_ABORTED, RSP_STATE_ABORTED, false,
        false, false, "a session is aborted before recovery"},
    [RSP_INFUSION_EXCEEDED] = {ANY_BEGUN, ANY_BEGUN, STAYS, STAYS, false, true, false,
        "it says what was given beyond the order, once something was"},
    [RSP_INFUSION_UNDONE] = {0, 0, STAYS, STAYS, false, false, false, ""},
};

const char *rsp_infusion_event_name(enum rsp_infusion_kind kind)
{
    return (unsigned)kind < RSP_N_INFUSION_EVENT ? event_names[kind] : "";
}

const char *rsp_infusion_state_name(enum rsp_infusion_state state)
{
    return (unsigned)state < RSP_N_INFUSION_STATE ? state_names[state] : "";
}

int rsp_infusion_event_find(const char *name)
{
    for (int i = 0; i < RSP_N_INFUSION_EVENT; i++)
        if (strcmp(event_names[i], name) == 0)
            return i;
    return -1;
}

/* ---- one event by itself ---- */

static rsp_status check_number(const struct rsp_infusion_event *event, bool wanted, double value,
    const char *field, struct rsp_error *err)
{
    if (wanted && !(value > 0 && isfinite(value)))
        return rsp_error_set(err, value > 0 || value < 0 ? RSP_E_DOMAIN : RSP_E_MISSING, field,
            "'%s' needs a number above zero", event_names[event->kind]);
    if (!wanted && (value < 0 || value > 0 || isnan(value)))
        return rsp_error_set(err, RSP_E_DOMAIN, field, "'%s' has no such number", event_names[event->kind]);
    return RSP_OK;
}

static rsp_status check_event(const struct rsp_infusion_event *event, struct rsp_error *err)
{
    if ((unsigned)event->kind >= RSP_N_INFUSION_EVENT)
        return rsp_error_set(err, RSP_E_UNKNOWN, "kind", "there is no event of that kind");
    const struct step *step = &steps[event->kind];
    if (!isfinite(event->at_s) || !isfinite(event->entered_s) || event->at_s > event->entered_s)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "at", "'%s' cannot happen after it is entered", event_names[event->kind]);
    if (event->uncertain && !step->may_be_uncertain)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "uncertain", "'%s' happened or did not", event_names[event->kind]);
    if (event->kind == RSP_INFUSION_UNDONE && event->supersedes == 0)
        return rsp_error_set(err, RSP_E_MISSING, "supersedes", "name the event that did not happen");
    RSP_TRY(check_number(event, step->has_rate, event->rate_mg_per_h, "rate_mg_per_h", err));
    return check_number(event, step->has_amount, event->amount_mg, "amount_mg", err);
}

/* ---- which events count ---- */

/* The effective events in order; those that may not have happened have a bit each. */
struct timeline {
    const struct rsp_infusion_order *order;
    size_t n;
    const struct rsp_infusion_event **event;
    size_t n_uncertain;
    double total_mg;
    double until_s;
};

static int by_time(const void *a, const void *b)
{
    const struct rsp_infusion_event *x = *(const struct rsp_infusion_event *const *)a,
                                    *y = *(const struct rsp_infusion_event *const *)b;
    if (x->at_s < y->at_s || x->at_s > y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* The event that takes the place of event i, which must stand before it; NULL: none. */
static const struct rsp_infusion_event *successor(size_t n, const struct rsp_infusion_event event[], size_t i)
{
    for (size_t k = i + 1; k < n; k++)
        if (event[k].supersedes == event[i].number)
            return &event[k];
    return NULL;
}

static rsp_status check_superseding(
    size_t n, const struct rsp_infusion_event event[], size_t i, struct rsp_error *err)
{
    size_t k = 0;
    if (event[i].number <= 0 || (i > 0 && event[i].number <= event[i - 1].number))
        return rsp_error_set(err, RSP_E_DOMAIN, "number", "events are numbered in the order of their entry");
    if (event[i].supersedes == 0)
        return RSP_OK;
    while (k < i && event[k].number != event[i].supersedes)
        k++;
    if (k == i)
        return rsp_error_set(err, RSP_E_UNKNOWN, "supersedes", "event %lld is not one of this session",
            (long long)event[i].supersedes);
    const struct rsp_infusion_event *first = successor(n, event, k);
    if (first != &event[i])
        return rsp_error_set(err, RSP_E_CONFLICT, "supersedes",
            "event %lld was already replaced by event %lld: look again", (long long)event[k].number,
            (long long)first->number);
    return RSP_OK;
}

static rsp_status collect(struct timeline *line, size_t n, const struct rsp_infusion_event event[],
    double now_s, struct rsp_error *err)
{
    const struct rsp_infusion_order *order = line->order;
    if (!(order->total_mg > 0) || !isfinite(order->total_mg) || !isfinite(now_s))
        return rsp_error_set(err, RSP_E_DOMAIN, "order", "an order has a total above zero, and a time");
    line->total_mg = order->total_mg;
    line->until_s = now_s;
    for (size_t i = 0; i < n; i++) {
        RSP_TRY(check_event(&event[i], err));
        RSP_TRY(check_superseding(n, event, i, err));
        if (event[i].kind == RSP_INFUSION_UNDONE || successor(n, event, i) != NULL)
            continue;
        if (event[i].kind == RSP_INFUSION_EXCEEDED)
            line->total_mg += event[i].amount_mg;
        if (event[i].at_s > line->until_s)
            line->until_s = event[i].at_s;
        line->n_uncertain += event[i].uncertain;
        line->event[line->n++] = &event[i];
    }
    if (line->n_uncertain > RSP_MAX_UNCERTAIN)
        return rsp_error_set(err, RSP_E_LIMIT, "uncertain",
            "more than %d events are uncertain: settle those first", RSP_MAX_UNCERTAIN);
    qsort(line->event, line->n, sizeof *line->event, by_time);
    return RSP_OK;
}

/* ---- one choice of what happened ---- */

/* The state while the events pass. `broken` is the event that was not possible, `over` the dose past the total. */
struct walk {
    const struct timeline *line;
    struct rsp_infusion_course course;
    double since_s, flow_mg_per_h; /* the pump's rate since then */
    int64_t since_number;
    double checked_s, ended_s, last_s;
    bool begun, aborted;
    const struct rsp_infusion_event *broken, *over;
};

static void add_segment(struct walk *w, const struct rsp_infusion_segment *segment)
{
    struct rsp_infusion_course *course = &w->course;
    if (course->segment != NULL)
        course->segment[course->n_segment] = *segment;
    course->n_segment++;
    course->given_mg += segment->amount_mg;
    w->last_s = segment->end_s;
}

/* What the pump gave since the last event; it stops by itself at the total. */
static void flow(struct walk *w, double until_s)
{
    const double left_mg = fmax(w->line->total_mg - w->course.given_mg, 0);
    struct rsp_infusion_segment segment = {.number = w->since_number,
        .begin_s = w->since_s,
        .end_s = until_s,
        .rate_mg_per_h = w->flow_mg_per_h};
    if (!(w->flow_mg_per_h > 0) || !(until_s > w->since_s))
        return;
    segment.amount_mg = w->flow_mg_per_h * (until_s - w->since_s) / S_PER_H;
    if (segment.amount_mg >= left_mg) {
        segment.amount_mg = left_mg;
        segment.end_s = fmin(until_s, w->since_s + left_mg / w->flow_mg_per_h * S_PER_H);
        if (isnan(w->course.reached_s))
            w->course.reached_s = segment.end_s;
    }
    if (segment.end_s > segment.begin_s)
        add_segment(w, &segment);
    w->since_s = until_s;
}

static bool possible(const struct walk *w, const struct rsp_infusion_event *event)
{
    const struct step *step = &steps[event->kind];
    const unsigned from = w->line->order->pump ? step->from_pump : step->from_doses;
    if (event->kind == RSP_INFUSION_RECOVERING && !w->begun)
        return false;
    return (from & 1u << w->course.state) != 0 || (w->begun && (from & ANY_BEGUN) != 0);
}

static void give(struct walk *w, const struct rsp_infusion_event *event)
{
    const struct rsp_infusion_segment dose = {
        .number = event->number, .begin_s = event->at_s, .end_s = event->at_s, .amount_mg = event->amount_mg};
    add_segment(w, &dose);
    if (w->over == NULL && w->course.given_mg > w->line->total_mg * (1 + ROUNDING))
        w->over = event;
    w->begun = true;
}

static void take(struct walk *w, const struct rsp_infusion_event *event)
{
    const struct step *step = &steps[event->kind];
    const int to = w->line->order->pump ? step->to_pump : step->to_doses;
    flow(w, event->at_s);
    if (event->kind == RSP_INFUSION_GIVEN)
        give(w, event);
    if (to != STAYS)
        w->course.state = (enum rsp_infusion_state)to;
    if (event->kind == RSP_INFUSION_CHECKED)
        w->checked_s = event->at_s;
    if (event->kind == RSP_INFUSION_STARTED)
        w->begun = true;
    if (event->kind == RSP_INFUSION_ABORTED)
        w->aborted = true;
    if (isnan(w->ended_s) && (w->course.state == RSP_STATE_STOPPED || w->aborted))
        w->ended_s = event->at_s;
    if (step->has_rate)
        w->flow_mg_per_h = event->rate_mg_per_h;
    if (w->course.state != RSP_STATE_RUNNING)
        w->flow_mg_per_h = 0;
    if (step->has_rate) {
        w->since_s = event->at_s;
        w->since_number = event->number;
    }
}

/* @param happened  a bit for each uncertain event, in their order @param segment  room for all; NULL: only count */
static bool walk(
    struct walk *w, const struct timeline *line, unsigned happened, struct rsp_infusion_segment *segment)
{
    unsigned bit = 1;
    *w = (struct walk){.line = line, .checked_s = NAN, .ended_s = NAN, .last_s = NAN};
    w->course = (struct rsp_infusion_course){.reached_s = NAN, .segment = segment};
    for (size_t i = 0; i < line->n; i++) {
        const struct rsp_infusion_event *event = line->event[i];
        const bool left_out = event->uncertain && (happened & bit) == 0;
        bit <<= event->uncertain;
        if (left_out)
            continue;
        if (!possible(w, event)) {
            w->broken = event;
            return false;
        }
        take(w, event);
    }
    flow(w, line->until_s);
    const bool empty = w->course.given_mg >= line->total_mg * (1 - ROUNDING);
    w->course.rate_mg_per_h = empty ? 0 : w->flow_mg_per_h;
    return true;
}

/* ---- all choices ---- */

/* What the choices have in common, and which of them gave least and most. */
struct survey {
    unsigned low, high, seen; /* seen: bits of events that may have happened */
    double low_mg, high_mg, last_s;
    bool any, state_certain;
    enum rsp_infusion_state state;
    struct walk first; /* the one in which most happened */
    const struct rsp_infusion_event *broken, *over;
    enum rsp_infusion_state broken_in;
};

/* @param candidate  number of the event of which a refusal speaks, if it is to blame */
static void survey(const struct timeline *line, int64_t candidate, struct survey *s)
{
    *s = (struct survey){.state_certain = true, .last_s = NAN};
    for (unsigned left = 1u << line->n_uncertain; left > 0; left--) {
        struct walk w;
        const unsigned happened = left - 1;
        if (!walk(&w, line, happened, NULL)) {
            if (s->broken == NULL || (w.broken->number == candidate && s->broken->number != candidate)) {
                s->broken = w.broken;
                s->broken_in = w.course.state;
            }
            continue;
        }
        if (s->over == NULL)
            s->over = w.over;
        if (!s->any || w.course.given_mg < s->low_mg) {
            s->low = happened;
            s->low_mg = w.course.given_mg;
        }
        if (!s->any || w.course.given_mg > s->high_mg) {
            s->high = happened;
            s->high_mg = w.course.given_mg;
        }
        if (!s->any)
            s->first = w;
        s->last_s = fmax(s->last_s, w.last_s);
        s->state_certain = s->state_certain && w.course.state == s->first.course.state;
        s->seen |= happened;
        s->any = true;
    }
}

static rsp_status refuse(
    const struct timeline *line, const struct survey *s, int64_t candidate, struct rsp_error *err)
{
    const struct rsp_infusion_event *event = s->any ? s->over : s->broken;
    const char *name = event_names[event->kind];
    char entry[80] = "";
    if (event->number != candidate)
        (void)snprintf(entry, sizeof entry, "then event %lld does not fit: ", (long long)event->number);
    if (s->any)
        return rsp_error_set(err, RSP_E_LIMIT, "amount_mg",
            "%swith the %.6g mg of '%s' more than the %.6g mg of the order %s been given", entry,
            event->amount_mg, name, line->total_mg,
            line->n_uncertain > 0 ? "may have (settle what is uncertain)" : "would have");
    if (!line->order->pump && steps[event->kind].from_doses == 0)
        return rsp_error_set(
            err, RSP_E_MISMATCH, "kind", "%s'%s' is not possible in a session without a pump", entry, name);
    return rsp_error_set(err, RSP_E_MISMATCH, "kind", "%s'%s' is not possible in a session that is %s: %s",
        entry, name, state_names[s->broken_in], steps[event->kind].hint);
}

static rsp_status read_events(struct timeline *line, size_t n, const struct rsp_infusion_event event[],
    double now_s, struct rsp_error *err)
{
    if (n > RSP_MAX_INFUSION_EVENT)
        return rsp_error_set(
            err, RSP_E_LIMIT, "events", "a session has at most %d events", RSP_MAX_INFUSION_EVENT);
    line->event = calloc(n + 1, sizeof *line->event);
    if (line->event == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "events", "out of memory");
    return collect(line, n, event, now_s, err);
}

static void describe(const struct timeline *line, const struct survey *s, struct rsp_infusion *infusion)
{
    infusion->state = s->first.course.state;
    infusion->state_certain = s->state_certain;
    infusion->aborted = s->first.aborted;
    infusion->checked_s = s->first.checked_s;
    infusion->ended_s = s->first.ended_s;
    infusion->last_s = s->last_s;
    infusion->total_mg = line->total_mg;
    for (size_t i = 0; i < line->n; i++)
        if (line->event[i]->uncertain)
            infusion->uncertain[infusion->n_uncertain++] = line->event[i]->number;
}

static rsp_status trace(
    const struct timeline *line, unsigned happened, struct rsp_infusion_course *course, struct rsp_error *err)
{
    struct walk w;
    struct rsp_infusion_segment *segment = calloc(2 * line->n + 1, sizeof *segment);
    if (segment == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "events", "out of memory");
    (void)walk(&w, line, happened, segment); /* the survey walked it to its end */
    *course = w.course;
    return RSP_OK;
}

rsp_status rsp_infusion_fold(const struct rsp_infusion_order *order, size_t n,
    const struct rsp_infusion_event event[], double now_s, struct rsp_infusion *infusion,
    struct rsp_error *err)
{
    struct timeline line = {.order = order};
    struct rsp_infusion made = {0};
    struct survey s;
    rsp_status status = RSP_OK;

    RSP_TRY_DONE(read_events(&line, n, event, now_s, err));
    survey(&line, 0, &s);
    if (!s.any || s.over != NULL)
        RSP_TRY_DONE(refuse(&line, &s, 0, err));
    describe(&line, &s, &made);
    RSP_TRY_DONE(trace(&line, s.low, &made.low, err));
    RSP_TRY_DONE(trace(&line, s.high, &made.high, err));
    *infusion = made;
    made = (struct rsp_infusion){0};
done:
    rsp_infusion_clear(&made);
    free(line.event);
    return status;
}

void rsp_infusion_clear(struct rsp_infusion *infusion)
{
    free(infusion->low.segment);
    free(infusion->high.segment);
    *infusion = (struct rsp_infusion){0};
}

/* ---- one event more ---- */

static bool may_have_happened(const struct timeline *line, const struct survey *s, int64_t number)
{
    unsigned bit = 1;
    for (size_t i = 0; i < line->n; i++) {
        if (line->event[i]->number == number && line->event[i]->uncertain)
            return (s->seen & bit) != 0;
        bit <<= line->event[i]->uncertain;
    }
    return true;
}

rsp_status rsp_infusion_allows(const struct rsp_infusion_order *order, size_t n,
    const struct rsp_infusion_event event[], const struct rsp_infusion_event *next, struct rsp_error *err)
{
    struct timeline line = {.order = order};
    struct survey s;
    rsp_status status = RSP_OK;
    struct rsp_infusion_event *all = calloc(n + 1, sizeof *all);
    if (all == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "events", "out of memory");
    if (n > 0)
        memcpy(all, event, n * sizeof *all);
    all[n] = *next;
    if (all[n].number == 0)
        all[n].number = n > 0 ? all[n - 1].number + 1 : 1;
    RSP_TRY_DONE(read_events(&line, n + 1, all, next->entered_s, err));
    survey(&line, all[n].number, &s);
    if (!s.any || s.over != NULL || !may_have_happened(&line, &s, all[n].number)) {
        s.any = s.any && s.over != NULL;
        RSP_TRY_DONE(refuse(&line, &s, all[n].number, err));
    }
done:
    free(line.event);
    free(all);
    return status;
}

/* ---- for the page and the engine ---- */

double rsp_infusion_ends_s(
    const struct rsp_infusion *infusion, const struct rsp_infusion_course *course, double now_s)
{
    if (!(course->rate_mg_per_h > 0))
        return NAN;
    return now_s + fmax(infusion->total_mg - course->given_mg, 0) / course->rate_mg_per_h * S_PER_H;
}

void rsp_infusion_doses(const struct rsp_infusion_course *course, double zero_s, enum rsp_drug drug,
    enum rsp_route route, struct rsp_dose dose[])
{
    for (size_t i = 0; i < course->n_segment; i++) {
        const struct rsp_infusion_segment *segment = &course->segment[i];
        dose[i] = (struct rsp_dose){.start_h = (segment->begin_s - zero_s) / S_PER_H,
            .duration_h = (segment->end_s - segment->begin_s) / S_PER_H,
            .amount_mg = segment->amount_mg,
            .drug = drug,
            .route = route,
            .state = -1};
    }
}
