/* Chairs, beds, and who stays with whom: no seat and no person is in two visits at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "demo/demo_internal.h"

#define MINUTES_A_HOUR 60.0
enum { DAY_MIN = 1440, MOST_TAKEN = 2000, STEP_MIN = 30, OPENS_MIN = 8 * 60 + 30, CLOSES_MIN = 18 * 60 };

/* Minutes from the day of the demonstration. */
struct rsp_demo_taken {
    size_t n;
    struct {
        const char *who; /* seat or staff */
        long from, to;
    } one[MOST_TAKEN];
};

void rsp_demo_taken_free(struct rsp_demo_taken *taken)
{
    free(taken);
}

static bool is_free(const struct rsp_demo *demo, const char *who, long from, long to)
{
    const struct rsp_demo_taken *taken = demo->taken;
    for (size_t i = 0; i < taken->n; i++)
        if (strcmp(taken->one[i].who, who) == 0 && from < taken->one[i].to && to > taken->one[i].from)
            return false;
    return true;
}

static rsp_status take(struct rsp_demo *demo, const char *who, long from, long to)
{
    struct rsp_demo_taken *taken = demo->taken;
    if (taken->n == MOST_TAKEN)
        return rsp_error_set(demo->err, RSP_E_LIMIT, "", "more visits than the demonstration has room for");
    taken->one[taken->n].who = who;
    taken->one[taken->n].from = from;
    taken->one[taken->n++].to = to;
    return RSP_OK;
}

/* ---- one visit ---- */

/* Rest and discharge come after the last dose. */
static long length_of(const struct rsp_demo_session session[], size_t n)
{
    enum { BEFORE_AND_AFTER_MIN = 80 };
    const struct rsp_demo_session *last = &session[n - 1];
    const double end_h =
        (double)(last->day - session->day) * 24 + last->hour_h + last->duration_h - session->hour_h;
    return lround(end_h * MINUTES_A_HOUR) + BEFORE_AND_AFTER_MIN;
}

/* The first time from a wanted one, within opening hours, at which a seat is free. */
static rsp_status find_seat(struct rsp_demo *demo, const struct rsp_demo_person *person,
    struct rsp_demo_session *session, long length, long *start)
{
    const bool stays = length > CLOSES_MIN - OPENS_MIN;
    const size_t n = stays ? demo->n_bed : demo->n_chair;
    const char *const *seat = stays ? demo->bed : demo->chair;
    const long latest = stays ? OPENS_MIN : CLOSES_MIN - length;
    const long n_slot = session->under_way ? 1 : (latest - OPENS_MIN) / STEP_MIN + 1,
               first = (long)(person->number * 3) % n_slot;

    for (long k = 0; k < n_slot; k++) {
        const long minute =
            session->day * DAY_MIN +
            (session->under_way ? lround(session->hour_h * MINUTES_A_HOUR) - RSP_DEMO_BEFORE_DOSE_MIN
                                : OPENS_MIN + (first + k) % n_slot * STEP_MIN);
        for (size_t i = 0; i < n; i++)
            if (is_free(demo, seat[i], minute, minute + length)) {
                session->seat = seat[i];
                *start = minute;
                return take(demo, seat[i], minute, minute + length);
            }
    }
    return rsp_error_set(
        demo->err, RSP_E_LIMIT, "seat", "no seat on day %ld for %s", session->day, person->family);
}

static rsp_status find_staff(struct rsp_demo *demo, const struct rsp_demo_person *person,
    struct rsp_demo_session *session, long start, long length)
{
    const char *nurse = rsp_demo_nurse(demo, person);
    if (length > DAY_MIN)
        return RSP_OK; /* shifts are not told apart here */
    for (size_t i = 0; i <= demo->n_staff; i++) {
        const char *who = i == 0 ? nurse : demo->staff[i - 1].name;
        if (strcmp(rsp_demo_role(demo, who), "nurse") == 0 && is_free(demo, who, start, start + length)) {
            session->staff = who;
            return take(demo, who, start, start + length);
        }
    }
    return RSP_OK;
}

static rsp_status seat_visit(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_session session[], size_t n)
{
    const long length = length_of(session, n);
    long start = 0;
    RSP_TRY(find_seat(demo, person, session, length, &start));
    RSP_TRY(find_staff(demo, person, session, start, length));
    const double move_h =
        (double)(start - session->day * DAY_MIN + RSP_DEMO_BEFORE_DOSE_MIN) / MINUTES_A_HOUR -
        session->hour_h;
    for (size_t i = 0; i < n; i++)
        session[i].hour_h += move_h;
    session->visit_min = length;
    return RSP_OK;
}

/* Sessions that follow each other without leaving are one visit. */
static bool same_visit(const struct rsp_demo_session *a, const struct rsp_demo_session *b)
{
    static const double pause_h = 1;
    const double from_end_h = (double)(b->day - a->day) * 24 + b->hour_h - a->hour_h - a->duration_h;
    return from_end_h < pause_h;
}

rsp_status rsp_demo_seat(struct rsp_demo *demo, struct rsp_demo_person *person, size_t first, size_t n)
{
    struct rsp_demo_session *session = &person->session[first];
    if (demo->taken == NULL)
        demo->taken = calloc(1, sizeof *demo->taken);
    if (demo->taken == NULL)
        return rsp_error_set(demo->err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < n;) {
        size_t k = 1;
        while (i + k < n && same_visit(&session[i + k - 1], &session[i + k]))
            k++;
        RSP_TRY(seat_visit(demo, person, &session[i], k));
        i += k;
    }
    return RSP_OK;
}
