/* Chairs, and visits: booked one by one or as a series, moved, cancelled, come or not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "service/readiness.h"
#include "service/schedule.h"

enum { MOST_DAYS_SHOWN = 62, EARLY_S = 12 * 3600 };

static const char *const text_key[] = {"escort", "fasting", "notes"};
enum { N_TEXT = sizeof text_key / sizeof *text_key };

/* ---- chairs ---- */

static int64_t far_ahead_s(const struct rsp_call *call)
{
    return call->now_s + (int64_t)(RSP_DAYS_AHEAD_MOST + 8) * RSP_S_A_DAY;
}

static rsp_status count_booked(struct rsp_call *call, const char *chair, json_int_t *n)
{
    struct rsp_visits visits = {0};
    const rsp_status status = rsp_visits_read(call, NULL, call->now_s, far_ahead_s(call), &visits);
    *n = 0;
    for (size_t i = 0; status == RSP_OK && i < visits.n; i++)
        *n += visits.visit[i].state == RSP_VISIT_BOOKED && strcmp(visits.visit[i].chair, chair) == 0;
    free(visits.visit);
    return status;
}

rsp_status rsp_case_chair_set(struct rsp_call *call)
{
    struct rsp_chairs chairs;
    const char *name = rsp_call_text(call, "name"), *why = rsp_call_text(call, "why");
    const bool open = strcmp(rsp_call_text(call, "state"), "open") == 0;
    json_int_t n_booked = 0;

    if (rsp_chair_begins_or_ends_blank(name))
        return rsp_error_set(
            call->err, RSP_E_SYNTAX, "name", "the name begins or ends with a blank: leave it out");
    RSP_TRY(rsp_chairs_read(call, &chairs));
    const struct rsp_chair *chair = rsp_chairs_find(&chairs, name);
    if (chair == NULL && !open)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "name", "there is no chair of this name to close");
    const struct rsp_chair *like = chair == NULL ? rsp_chairs_like(&chairs, name) : NULL;
    if (like != NULL)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "name",
            "chair '%s' differs from this name only in blanks or capitals: take that one, or another name",
            like->name);
    if (chair == NULL && chairs.n == RSP_CHAIRS_MOST)
        return rsp_error_set(call->err, RSP_E_LIMIT, "name", "there are %d chairs already", RSP_CHAIRS_MOST);
    if (chair != NULL && chair->open != open && why[0] == '\0')
        return rsp_error_set(
            call->err, RSP_E_MISSING, "why", "say why the chair is %s", open ? "opened again" : "closed");
    snprintf(call->detail, sizeof call->detail, "chair %.40s %s", name, open ? "open" : "closed");
    if (chair == NULL)
        RSP_TRY(
            rsp_call_append(call, "chair", NULL, json_pack("{s:s, s:b}", "name", name, "open", open), NULL));
    else if (chair->open != open)
        RSP_TRY(rsp_call_replace(call, "chair", NULL, chair->fact, why,
            json_pack("{s:s, s:b}", "name", name, "open", open), NULL));
    if (!open)
        RSP_TRY(count_booked(call, name, &n_booked));
    RSP_TRY(rsp_call_put(call, "name", json_string(name)));
    RSP_TRY(rsp_call_put(call, "open", json_boolean(open)));
    return rsp_call_put(call, "booked", json_integer(n_booked));
}

static rsp_status put_chairs(struct rsp_call *call, const struct rsp_chairs *chairs)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < chairs->n; i++)
        if (json_array_append_new(rows,
                json_pack("{s:s, s:b}", "name", chairs->chair[i].name, "open", chairs->chair[i].open)) != 0) {
            json_decref(rows);
            return rsp_call_no_memory(call);
        }
    return rsp_call_put(call, "chairs", rows);
}

rsp_status rsp_case_chairs(struct rsp_call *call)
{
    struct rsp_chairs chairs;
    RSP_TRY(rsp_chairs_read(call, &chairs));
    return put_chairs(call, &chairs);
}

static rsp_status add_clinician(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    json_t *rows = context;
    const char *text = json_string_value(json_object_get(fact->body, "roles"));
    unsigned roles = 0;
    if (text == NULL || rsp_roles_parse(text, &roles, NULL) != RSP_OK || (roles & RSP_ROLES_CLINICAL) == 0 ||
        !json_is_false(json_object_get(fact->body, "disabled")))
        return RSP_OK;
    if (json_array_append_new(rows, json_pack("{s:I, s:O, s:s}", "number", (json_int_t)fact->number, "name",
                                        json_object_get(fact->body, "name"), "roles", text)) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

rsp_status rsp_case_staff(struct rsp_call *call)
{
    const struct rsp_fact_filter filter = {.kind = "account", .current = true, .without_identity = true};
    json_t *rows = json_array();
    if (rows == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = rsp_store_read(call->service->store, &filter, add_clinician, rows, call->err);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_page(call, "staff", rows, "name");
}

/* ---- book ---- */

/* What a booking is held against: everything from today on. */
struct book {
    struct rsp_zone *zone;
    struct rsp_chairs chairs;
    struct rsp_visits visits;
};

static rsp_status book_open(struct rsp_call *call, struct book *book)
{
    *book = (struct book){0};
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &book->zone, call->err));
    RSP_TRY(rsp_chairs_read(call, &book->chairs));
    return rsp_visits_read(
        call, NULL, call->now_s - (int64_t)2 * RSP_S_A_DAY, far_ahead_s(call), &book->visits);
}

static void book_close(struct book *book)
{
    rsp_zone_free(book->zone);
    free(book->visits.visit);
}

static rsp_status check_span(struct rsp_call *call, const struct book *book, const struct rsp_visit *visit)
{
    if (visit->start_s < rsp_day_start_s(book->zone, call->today.day))
        return rsp_error_set(
            call->err, RSP_E_DOMAIN, "start", "visit %d lies in the past: book from today on", visit->visit);
    if (visit->start_s > call->now_s + (int64_t)RSP_DAYS_AHEAD_MOST * RSP_S_A_DAY)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "start",
            "visit %d lies more than two years ahead: book within two years", visit->visit);
    return RSP_OK;
}

static rsp_status see_plan(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_call *call = context;
    if (strcmp(fact->kind, "plan") == 0 && memcmp(&fact->person, &call->patient, sizeof fact->person) == 0)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_UNKNOWN, "plan", "there is no such plan");
}

static rsp_status check_plan(struct rsp_call *call, int64_t plan)
{
    if (plan == 0)
        return RSP_OK;
    const rsp_status status = rsp_store_fact(call->service->store, plan, see_plan, call, call->err);
    if (status == RSP_E_UNKNOWN)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "plan",
            "there is no such plan of this patient: keep a plan first, or book without one");
    return status;
}

/* The nth chair, or the one for all. */
static const char *chair_of(const struct rsp_call *call, size_t i)
{
    const json_t *chair = json_object_get(call->input, "chair");
    return json_string_value(json_array_get(chair, json_array_size(chair) == 1 ? 0 : i));
}

static rsp_status make_visits(struct rsp_call *call, const struct book *book, struct rsp_visits *made)
{
    const json_t *start = json_object_get(call->input, "start"), *text;
    const size_t n = json_array_size(start), n_chair = json_array_size(json_object_get(call->input, "chair"));
    char series[RSP_SERIES_SIZE];
    unsigned char random[16];
    size_t i;

    if (n_chair != 1 && n_chair != n)
        return rsp_error_set(call->err, RSP_E_MISMATCH, "chair",
            "%zu chairs for %zu visits: give one for all, or one for each", n_chair, n);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(series, sizeof series, random, sizeof random);
    made->visit = calloc(n, sizeof *made->visit);
    if (made->visit == NULL)
        return rsp_call_no_memory(call);
    json_array_foreach(start, i, text)
    {
        struct rsp_visit *visit = &made->visit[made->n++];
        *visit = (struct rsp_visit){.patient = call->patient,
            .visit = (int)i + 1,
            .of = (int)n,
            .plan = rsp_call_whole(call, "plan", 0),
            .minutes = (int)rsp_call_whole(call, "minutes", 0)};
        snprintf(visit->series, sizeof visit->series, "%s", series);
        snprintf(visit->zone, sizeof visit->zone, "%.64s", call->caller->now.zone);
        snprintf(visit->chair, sizeof visit->chair, "%.40s", chair_of(call, i));
        snprintf(visit->staff, sizeof visit->staff, "%.32s", rsp_call_text(call, "staff"));
        RSP_TRY(rsp_visit_start(call, book->zone, "start", json_string_value(text), visit));
        RSP_TRY(check_span(call, book, visit));
        if (i > 0 && visit->start_s <= made->visit[i - 1].start_s)
            return rsp_error_set(call->err, RSP_E_MISMATCH, "start",
                "visit %d is not after visit %d: give the visits in the order of time", visit->visit,
                visit->visit - 1);
    }
    return RSP_OK;
}

static json_t *body_with(const struct rsp_visit *visit, const json_t *texts)
{
    json_t *body = rsp_visit_body(visit);
    for (size_t i = 0; body != NULL && i < N_TEXT; i++) {
        json_t *text = json_object_get(texts, text_key[i]);
        if (text != NULL)
            (void)json_object_set(body, text_key[i], text);
    }
    return body;
}

static rsp_status append_visits(struct rsp_call *call, const struct rsp_visits *made)
{
    struct rsp_fact_place place;
    json_t *numbers = json_array();
    for (size_t i = 0; i < made->n; i++) {
        const rsp_status status = rsp_call_append(
            call, "appointment", &call->patient, body_with(&made->visit[i], call->input), &place);
        if (status != RSP_OK || json_array_append_new(numbers, json_integer((json_int_t)place.number)) != 0) {
            json_decref(numbers);
            return status != RSP_OK ? status : rsp_call_no_memory(call);
        }
    }
    RSP_TRY(rsp_call_put(call, "appointments", numbers));
    return rsp_call_put(call, "series", json_string(made->visit[0].series));
}

rsp_status rsp_case_appointment_book(struct rsp_call *call)
{
    struct book book;
    struct rsp_visits made = {0};

    rsp_status status = book_open(call, &book);
    if (status == RSP_OK)
        status = rsp_visit_staff_check(call, rsp_call_text(call, "staff"));
    if (status == RSP_OK)
        status = check_plan(call, rsp_call_whole(call, "plan", 0));
    if (status == RSP_OK)
        status = make_visits(call, &book, &made);
    for (size_t i = 0; status == RSP_OK && i < made.n; i++)
        status = rsp_visit_check(call, &book.visits, &book.chairs, &made.visit[i]);
    for (size_t i = 1; status == RSP_OK && i < made.n; i++) /* one after another also among themselves */
        if (made.visit[i].start_s < rsp_visit_end_s(&made.visit[i - 1]))
            status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "start",
                "visit %d begins before visit %d ends: take another time", made.visit[i].visit,
                made.visit[i - 1].visit);
    if (status == RSP_OK)
        status = append_visits(call, &made);
    free(made.visit);
    book_close(&book);
    return status;
}

/* ---- change ---- */

static rsp_status replace_visit(
    struct rsp_call *call, const struct rsp_visit *visit, const char *why, const json_t *texts)
{
    struct rsp_fact_place place;
    RSP_TRY(rsp_call_replace(
        call, "appointment", &call->patient, visit->fact, why, body_with(visit, texts), &place));
    RSP_TRY(rsp_call_put(call, "state", json_string(rsp_visit_state_word(visit->state))));
    return rsp_call_put(call, "appointment", json_integer((json_int_t)place.number));
}

static rsp_status take_changes(
    struct rsp_call *call, const struct book *book, struct rsp_visit *visit, json_t *texts)
{
    const char *start = rsp_call_text(call, "start"), *chair = rsp_call_text(call, "chair"),
               *staff = rsp_call_text(call, "staff");
    for (size_t i = 0; i < N_TEXT; i++) {
        json_t *text = json_object_get(call->input, text_key[i]);
        if (text != NULL && json_string_length(text) == 0)
            (void)json_object_del(texts, text_key[i]);
        else if (text != NULL && json_object_set(texts, text_key[i], text) != 0)
            return rsp_call_no_memory(call);
    }
    if (json_object_get(call->input, "staff") != NULL) {
        if (staff[0] != '\0')
            RSP_TRY(rsp_visit_staff_check(call, staff));
        snprintf(visit->staff, sizeof visit->staff, "%.32s", staff);
    }
    visit->minutes = (int)rsp_call_whole(call, "minutes", visit->minutes);
    if (chair[0] != '\0')
        snprintf(visit->chair, sizeof visit->chair, "%.40s", chair);
    if (start[0] == '\0')
        return RSP_OK;
    RSP_TRY(rsp_visit_start(call, book->zone, "start", start, visit));
    snprintf(visit->zone, sizeof visit->zone, "%.64s", call->caller->now.zone);
    return check_span(call, book, visit);
}

/* Texts alone need no free chair: an escort is named also where the chair was closed since. */
static bool changes_place(const struct rsp_call *call)
{
    static const char *const place[] = {"start", "chair", "minutes", "staff"};
    for (size_t i = 0; i < sizeof place / sizeof *place; i++)
        if (json_object_get(call->input, place[i]) != NULL)
            return true;
    return false;
}

rsp_status rsp_case_appointment_change(struct rsp_call *call)
{
    struct book book;
    struct rsp_visit visit;
    json_t *texts = NULL;

    rsp_status status = book_open(call, &book);
    if (status == RSP_OK)
        status = rsp_visit_find(call, rsp_call_whole(call, "appointment", 0), &visit, &texts);
    if (status == RSP_OK && !rsp_visit_stands(&visit))
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "appointment",
            "this visit is %s: book a new one", rsp_visit_state_word(visit.state));
    if (status == RSP_OK && visit.state != RSP_VISIT_BOOKED &&
        (json_object_get(call->input, "start") != NULL || json_object_get(call->input, "chair") != NULL))
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "appointment",
            "the patient has %s: time and chair of a booked visit alone can be changed",
            rsp_visit_state_word(visit.state));
    if (status == RSP_OK)
        status = take_changes(call, &book, &visit, texts);
    if (status == RSP_OK && changes_place(call))
        status = rsp_visit_check(call, &book.visits, &book.chairs, &visit);
    if (status == RSP_OK)
        status = replace_visit(call, &visit, rsp_call_text(call, "why"), texts);
    json_decref(texts);
    book_close(&book);
    return status;
}

rsp_status rsp_case_appointment_cancel(struct rsp_call *call)
{
    struct rsp_visit visit;
    json_t *texts = NULL;
    RSP_TRY(rsp_visit_find(call, rsp_call_whole(call, "appointment", 0), &visit, &texts));
    rsp_status status = RSP_OK;
    if (visit.state != RSP_VISIT_BOOKED)
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "appointment",
            "only a booked visit can be cancelled: this one is %s", rsp_visit_state_word(visit.state));
    visit.state = RSP_VISIT_CANCELLED;
    if (status == RSP_OK)
        status = replace_visit(call, &visit, rsp_call_text(call, "why"), texts);
    json_decref(texts);
    return status;
}

/* What was done on the day of the visit says how it may end. */
static rsp_status check_course(
    struct rsp_call *call, const struct rsp_visit *visit, enum rsp_visit_state wanted)
{
    struct rsp_visit_course course;
    RSP_TRY(rsp_visit_course_read(call, visit, NULL, &course));
    if (wanted == RSP_VISIT_ABSENT && course.begun)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "came",
            "drug was given on the day of this visit: the patient came");
    if (wanted == RSP_VISIT_OVER && course.watched && !course.home)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "came",
            "the session of this visit goes on: discharge the patient there");
    if (wanted == RSP_VISIT_OVER && !course.begun && rsp_call_text(call, "why")[0] == '\0')
        return rsp_error_set(call->err, RSP_E_MISSING, "why", "say why nothing was given");
    return RSP_OK;
}

static rsp_status check_come(
    struct rsp_call *call, const struct rsp_visit *visit, enum rsp_visit_state wanted)
{
    if (visit->state == RSP_VISIT_CANCELLED)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "appointment",
            "this visit was cancelled: book a new one");
    if (wanted == RSP_VISIT_ARRIVED)
        return visit->start_s <= call->now_s + EARLY_S
                   ? RSP_OK
                   : rsp_error_set(call->err, RSP_E_DOMAIN, "came",
                         "the visit is on %.10s: say on that day who came", visit->wall);
    if (wanted == RSP_VISIT_ABSENT && visit->start_s > call->now_s)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "came",
            "the visit has not begun: cancel it with a reason when the patient will not come");
    if (wanted == RSP_VISIT_OVER && visit->start_s > call->now_s && visit->state != RSP_VISIT_ARRIVED)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "came",
            "the visit has not begun, and nobody has said that the patient is here");
    return check_course(call, visit, wanted);
}

rsp_status rsp_case_appointment_came(struct rsp_call *call)
{
    const char *came = rsp_call_text(call, "came"), *why = rsp_call_text(call, "why");
    const enum rsp_visit_state wanted = rsp_visit_state_of(came);
    struct book book;
    struct rsp_visit visit;
    json_t *texts = NULL;

    rsp_status status = book_open(call, &book);
    if (status == RSP_OK)
        status = rsp_visit_find(call, rsp_call_whole(call, "appointment", 0), &visit, &texts);
    if (status == RSP_OK)
        status = check_come(call, &visit, wanted);
    if (status == RSP_OK && wanted == RSP_VISIT_ARRIVED && !rsp_visit_stands(&visit))
        status = rsp_visit_check(call, &book.visits, &book.chairs, &visit); /* the chair was free since */
    visit.state = wanted;
    if (status == RSP_OK)
        status = replace_visit(call, &visit, why[0] != '\0' ? why : came, texts);
    json_decref(texts);
    book_close(&book);
    return status;
}

/* ---- lists ---- */

static rsp_status add_row(
    struct rsp_call *call, const struct book *book, const struct rsp_visit *visit, bool own, json_t *rows)
{
    json_t *row = NULL;
    RSP_TRY(rsp_visit_row(call, book->zone, visit, rsp_chairs_find(&book->chairs, visit->chair), own, &row));
    return json_array_append_new(rows, row) == 0 ? RSP_OK : rsp_call_no_memory(call);
}

static rsp_status add_seen(struct rsp_call *call, const struct book *book, json_t *rows)
{
    for (size_t i = 0; i < book->visits.n; i++) {
        const struct rsp_visit *visit = &book->visits.visit[i];
        bool cares = false, broken = false;
        if (visit->state == RSP_VISIT_CANCELLED)
            continue;
        RSP_TRY(rsp_call_cares(call, &visit->patient, &cares, &broken));
        RSP_TRY(add_row(call, book, visit, cares || broken, rows));
    }
    return RSP_OK;
}

static rsp_status read_days(struct rsp_call *call, long *from, long *to)
{
    const char *from_text = rsp_call_text(call, "from"), *to_text = rsp_call_text(call, "to");
    struct rsp_date day = call->today;
    if (from_text[0] != '\0')
        RSP_TRY(rsp_date_parse(from_text, &day, call->err));
    *from = day.day;
    if (to_text[0] != '\0')
        RSP_TRY(rsp_date_parse(to_text, &day, call->err));
    *to = day.day;
    if (*to < *from || *to - *from >= MOST_DAYS_SHOWN)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "to",
            "a day from `from` to %d days after it is expected", MOST_DAYS_SHOWN);
    return RSP_OK;
}

rsp_status rsp_case_appointments(struct rsp_call *call)
{
    struct book book = {0};
    long from = 0, to = 0;
    json_t *rows = json_array();

    rsp_status status = rows != NULL ? read_days(call, &from, &to) : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_zone_load(call->caller->now.zone, &book.zone, call->err);
    if (status == RSP_OK)
        status = rsp_chairs_read(call, &book.chairs);
    if (status == RSP_OK)
        status = rsp_visits_read(
            call, NULL, rsp_day_start_s(book.zone, from), rsp_day_start_s(book.zone, to + 1), &book.visits);
    if (status == RSP_OK) {
        rsp_visits_sort(&book.visits);
        status = add_seen(call, &book, rows);
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "zone", json_string(call->caller->now.zone));
    if (status == RSP_OK)
        status = put_chairs(call, &book.chairs);
    if (status == RSP_OK)
        status = rsp_call_put(call, "appointments", json_incref(rows));
    snprintf(call->detail, sizeof call->detail, "%zu visits", json_array_size(rows));
    json_decref(rows);
    book_close(&book);
    return status;
}

rsp_status rsp_case_patient_appointments(struct rsp_call *call)
{
    struct book book = {0};
    json_t *rows = json_array();

    rsp_status status = rows != NULL ? rsp_zone_load(call->caller->now.zone, &book.zone, call->err)
                                     : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_chairs_read(call, &book.chairs);
    if (status == RSP_OK)
        status = rsp_visits_read(call, &call->patient, INT64_MIN, INT64_MAX, &book.visits);
    for (size_t i = 0; status == RSP_OK && i < book.visits.n; i++)
        status = add_row(call, &book, &book.visits.visit[i], true, rows);
    if (status == RSP_OK)
        status = rsp_call_page(call, "appointments", json_incref(rows), "start");
    json_decref(rows);
    book_close(&book);
    return status;
}
