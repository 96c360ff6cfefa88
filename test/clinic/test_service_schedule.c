/* Chairs and visits: nothing collides, whoever books; wall clocks keep their word across a change; who sees what. */
#include "service_support.h"

#include <stdlib.h>
#include <string.h>

#include <pthread.h>

struct place {
    struct clinic clinic;
    struct staff admin, nurse, other;
    char patient[40], stranger[40]; /* of nurse, of other */
};

static void open_chair(struct place *place, const char *name)
{
    json_decref(done(&place->clinic, &place->admin, RSP_USE_chair_set,
        json_pack("{s:s, s:s}", "name", name, "state", "open")));
}

static void close_chair(struct place *place, const char *name)
{
    json_decref(done(&place->clinic, &place->admin, RSP_USE_chair_set,
        json_pack("{s:s, s:s, s:s}", "name", name, "state", "closed", "why", "broken arm rest")));
}

static void open_place(struct place *place, const char *file)
{
    clinic_open(&place->clinic, file);
    hire(&place->clinic, "admin", "administrator", &place->admin);
    hire(&place->clinic, "nurse", "nurse", &place->nurse);
    hire(&place->clinic, "other", "physician", &place->other);
    (void)snprintf(place->patient, sizeof place->patient, "%s", new_patient(&place->clinic, &place->nurse));
    (void)snprintf(place->stranger, sizeof place->stranger, "%s", new_patient(&place->clinic, &place->other));
    open_chair(place, "A");
    open_chair(place, "B");
}

static json_t *visit_of(const char *patient, const char *start, const char *chair, int minutes)
{
    return json_pack(
        "{s:s, s:[s], s:[s], s:i}", "patient", patient, "start", start, "chair", chair, "minutes", minutes);
}

static enum rsp_refusal book(struct place *place, const char *start, const char *chair, int minutes)
{
    return ask(&place->clinic, &place->nurse, RSP_USE_appointment_book,
        visit_of(place->patient, start, chair, minutes), NULL, NULL);
}

static enum rsp_refusal book_other(
    struct place *place, const char *start, const char *chair, const char *staff)
{
    json_t *input = visit_of(place->stranger, start, chair, 60);
    if (staff != NULL)
        (void)json_object_set_new(input, "staff", json_string(staff));
    return ask(&place->clinic, &place->other, RSP_USE_appointment_book, input, NULL, NULL);
}

static json_t *listed(struct place *place, const struct staff *staff, const char *from, const char *to)
{
    json_t *body =
        done(&place->clinic, staff, RSP_USE_appointments, json_pack("{s:s, s:s}", "from", from, "to", to));
    json_t *rows = json_incref(json_object_get(body, "appointments"));
    json_decref(body);
    return rows;
}

static const char *text(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

static int64_t number_of(struct place *place, const char *patient, const struct staff *staff, size_t i)
{
    json_t *body =
        done(&place->clinic, staff, RSP_USE_patient_appointments, json_pack("{s:s}", "patient", patient));
    const json_t *row = json_array_get(json_object_get(body, "appointments"), i);
    const int64_t number = json_integer_value(json_object_get(row, "appointment"));
    json_decref(body);
    return number;
}

START_TEST(a_chair_a_person_and_a_patient_are_in_one_place_at_a_time)
{
    struct place place;
    open_place(&place, "one.db");
    ck_assert_int_eq(book(&place, "2026-12-01T09:00", "A", 120), RSP_NOT_REFUSED);
    ck_assert_int_eq(book_other(&place, "2026-12-01T10:59", "A", NULL), RSP_REFUSED_CONFLICT); /* chair */
    ck_assert_int_eq(book_other(&place, "2026-12-01T11:00", "A", "nurse"), RSP_NOT_REFUSED); /* ends touch */
    ck_assert_int_eq(book(&place, "2026-12-01T10:00", "B", 30), RSP_REFUSED_CONFLICT);       /* patient */
    json_t *input = visit_of(place.patient, "2026-12-01T11:30", "B", 30);
    (void)json_object_set_new(input, "staff", json_string("nurse"));
    ck_assert_int_eq(
        ask(&place.clinic, &place.nurse, RSP_USE_appointment_book, input, NULL, NULL), RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(book(&place, "2026-12-01T14:00", "C", 30), RSP_REFUSED_MISSING);
    close_chair(&place, "B");
    ck_assert_int_eq(book(&place, "2026-12-01T14:00", "B", 30), RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(book_other(&place, "2026-12-01T14:00", "A", "nobody"), RSP_REFUSED_MISSING);
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

START_TEST(a_series_is_booked_wholly_or_not)
{
    struct place place;
    open_place(&place, "series.db");
    ck_assert_int_eq(book_other(&place, "2026-12-03T09:00", "A", NULL), RSP_NOT_REFUSED);
    json_t *input = json_pack("{s:s, s:[s,s,s], s:[s], s:i}", "patient", place.patient, "start",
        "2026-12-01T09:00", "2026-12-02T09:00", "2026-12-03T09:30", "chair", "A", "minutes", 60);
    ck_assert_int_eq(
        ask(&place.clinic, &place.nurse, RSP_USE_appointment_book, json_deep_copy(input), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    json_t *rows = listed(&place, &place.nurse, "2026-12-01", "2026-12-05");
    ck_assert_uint_eq(json_array_size(rows), 1);
    json_decref(rows);
    (void)json_object_set_new(input, "chair", json_pack("[s,s,s]", "A", "A", "B"));
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_book, input));
    rows = listed(&place, &place.nurse, "2026-12-01", "2026-12-05");
    ck_assert_uint_eq(json_array_size(rows), 4);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(rows, 1), "visit")), 2);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(rows, 1), "of")), 3);
    json_decref(rows);
    clinic_close(&place.clinic);
}
END_TEST

START_TEST(visits_of_one_series_neither_overlap_nor_run_backwards)
{
    static const char *const second[] = {"2026-12-01T09:30", "2026-11-30T09:00", "2026-12-01T09:00"};
    struct place place;
    open_place(&place, "order.db");
    for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
        json_t *input = json_pack("{s:s, s:[s,s], s:[s,s], s:i}", "patient", place.patient, "start",
            "2026-12-01T09:00", second[i], "chair", "A", "B", "minutes", 60);
        ck_assert_int_ne(
            ask(&place.clinic, &place.nurse, RSP_USE_appointment_book, input, NULL, NULL), RSP_NOT_REFUSED);
    }
    clinic_close(&place.clinic);
}
END_TEST

/* ---- two clients at once ---- */

struct client {
    struct place *place;
    const struct staff *staff;
    const char *patient;
    unsigned seed;
    size_t n_done, n_refused;
};

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void *book_at_random(void *context)
{
    static const char *const chair[] = {"A", "B"}, *const staff[] = {"nurse", "other", NULL};
    struct client *client = context;
    struct clinic clinic = client->place->clinic;
    for (int i = 0; i < 150; i++) {
        char start[40];
        const unsigned minute = 8 * 60 + next(&client->seed) % 600;
        (void)snprintf(start, sizeof start, "2026-12-%02uT%02u:%02u", 1 + next(&client->seed) % 4,
            minute / 60, minute % 60);
        json_t *input = visit_of(
            client->patient, start, chair[next(&client->seed) % 2], 5 + (int)(next(&client->seed) % 90));
        const char *who = staff[next(&client->seed) % 3];
        if (who != NULL)
            (void)json_object_set_new(input, "staff", json_string(who));
        const enum rsp_refusal refusal =
            ask(&clinic, client->staff, RSP_USE_appointment_book, input, NULL, NULL);
        client->n_done += refusal == RSP_NOT_REFUSED;
        client->n_refused += refusal == RSP_REFUSED_CONFLICT;
    }
    return NULL;
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
    const char *x = text(a, key), *y = text(b, key);
    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

START_TEST(two_clients_who_book_at_random_never_make_a_collision)
{
    struct place place;
    open_place(&place, "random.db");
    struct client client[2] = {
        {&place, &place.nurse, place.patient, 1, 0, 0}, {&place, &place.other, place.stranger, 2, 0, 0}};
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, book_at_random, &client[0]), 0);
    (void)book_at_random(&client[1]);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(client[i].n_done + client[i].n_refused, 150);
        ck_assert_uint_gt(client[i].n_done, 5);
        ck_assert_uint_gt(client[i].n_refused, 5);
    }
    json_t *rows = listed(&place, &place.nurse, "2026-12-01", "2026-12-05");
    const size_t n = json_array_size(rows);
    ck_assert_uint_eq(n, client[0].n_done + client[1].n_done);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) {
            const json_t *a = json_array_get(rows, i), *b = json_array_get(rows, k);
            const bool apart = strcmp(text(a, "end"), text(b, "start")) <= 0 ||
                               strcmp(text(b, "end"), text(a, "start")) <= 0;
            const bool both_own =
                json_is_true(json_object_get(a, "own")) == json_is_true(json_object_get(b, "own"));
            ck_assert_msg(apart || !(same(a, b, "chair") || same(a, b, "staff") || both_own),
                "%s %s and %s %s", text(a, "start"), text(a, "chair"), text(b, "start"), text(b, "chair"));
        }
    json_decref(rows);
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

/* ---- wall clocks ---- */

START_TEST(a_time_that_clocks_skip_or_repeat_is_not_guessed)
{
    struct place place;
    open_place(&place, "clocks.db");
    ck_assert_int_eq(book(&place, "2027-03-28T02:30", "A", 60), RSP_REFUSED_INVALID);
    ck_assert_int_eq(book(&place, "2027-10-31T02:30", "A", 60), RSP_REFUSED_INVALID);
    ck_assert_int_eq(book(&place, "2027-10-31T02:30+03:00", "A", 60), RSP_REFUSED_INVALID);
    ck_assert_int_eq(book(&place, "2027-10-31T02:30+02:00", "A", 60), RSP_NOT_REFUSED);
    ck_assert_int_eq(book(&place, "2027-10-31T02:30+01:00", "A", 60), RSP_NOT_REFUSED); /* an hour later */
    ck_assert_int_eq(book(&place, "2027-10-31T02:45+02:00", "B", 10), RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(book(&place, "2026-12-01T09:00:30", "A", 60), RSP_REFUSED_INVALID);
    ck_assert_int_eq(book(&place, "2026-12-01", "A", 60), RSP_REFUSED_INVALID);
    ck_assert_int_eq(book(&place, "2026-11-28T09:00", "A", 60), RSP_REFUSED_INVALID); /* yesterday */
    ck_assert_int_eq(book(&place, "2028-12-01T09:00", "A", 60), RSP_REFUSED_INVALID);
    clinic_close(&place.clinic);
}
END_TEST

static json_t *slots(struct place *place, const char *from, int n, int every, const char *weekend)
{
    json_t *body = done(&place->clinic, &place->nurse, RSP_USE_appointment_slots,
        json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:s}", "patient", place->patient, "from", from, "time",
            "09:00", "visits", n, "every_days", every, "minutes", 90, "weekend", weekend));
    json_t *rows = json_incref(json_object_get(body, "slots"));
    json_decref(body);
    return rows;
}

/* Book a proposal for two days as it is. */
static void book_two_days(struct place *place, const char *from)
{
    json_t *rows = slots(place, from, 2, 1, "use"), *start = json_array(), *row;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        ck_assert_str_eq(text(row, "start") + strlen("2027-03-28T"), "09:00");
        (void)json_array_append(start, json_object_get(row, "start"));
    }
    json_decref(done(&place->clinic, &place->nurse, RSP_USE_appointment_book,
        json_pack("{s:s, s:o, s:[s], s:i}", "patient", place->patient, "start", start, "chair", "A",
            "minutes", 90)));
    json_decref(rows);
}

START_TEST(a_series_keeps_its_wall_time_across_a_change_of_clocks)
{
    struct place place;
    open_place(&place, "keeps.db");
    book_two_days(&place, "2027-03-27"); /* the Saturday before clocks go forward */
    book_two_days(&place, "2027-10-30");
    /* From 10:30, when the first visit ends, to 09:00 of the next day it is 21 h 30 min in spring and 23 h 30 min in
     * autumn: a visit of so long fits in between, and one of a minute more does not. */
    json_t *input = visit_of(place.stranger, "2027-03-27T10:30", "A", 21 * 60 + 31);
    ck_assert_int_eq(
        ask(&place.clinic, &place.other, RSP_USE_appointment_book, input, NULL, NULL), RSP_REFUSED_CONFLICT);
    input = visit_of(place.stranger, "2027-03-27T10:30", "A", 21 * 60 + 30);
    ck_assert_int_eq(
        ask(&place.clinic, &place.other, RSP_USE_appointment_book, input, NULL, NULL), RSP_NOT_REFUSED);
    input = visit_of(place.stranger, "2027-10-30T10:30", "A", 23 * 60 + 31);
    ck_assert_int_eq(
        ask(&place.clinic, &place.other, RSP_USE_appointment_book, input, NULL, NULL), RSP_REFUSED_CONFLICT);
    input = visit_of(place.stranger, "2027-10-30T10:30", "A", 23 * 60 + 30);
    ck_assert_int_eq(
        ask(&place.clinic, &place.other, RSP_USE_appointment_book, input, NULL, NULL), RSP_NOT_REFUSED);
    clinic_close(&place.clinic);
}
END_TEST

/* ---- proposals ---- */

START_TEST(proposals_leave_out_weekends_and_what_is_taken)
{
    struct place place;
    open_place(&place, "slots.db");
    close_chair(&place, "B");
    ck_assert_int_eq(book_other(&place, "2026-12-04T09:00", "A", NULL), RSP_NOT_REFUSED);
    json_t *rows = slots(&place, "2026-12-03", 4, 1, "skip"); /* a Thursday */
    static const char *const expected[] = {
        "2026-12-03T09:00", "2026-12-04T10:00", "2026-12-07T09:00", "2026-12-08T09:00"};
    ck_assert_uint_eq(json_array_size(rows), 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(text(json_array_get(rows, i), "start"), expected[i]);
    ck_assert(json_is_true(json_object_get(json_array_get(rows, 1), "moved")));
    ck_assert(json_is_false(json_object_get(json_array_get(rows, 2), "moved")));
    json_decref(rows);
    close_chair(&place, "A");
    ck_assert_int_eq(ask(&place.clinic, &place.nurse, RSP_USE_appointment_slots,
                         json_pack("{s:s, s:s, s:i, s:i}", "patient", place.patient, "from", "2026-12-03",
                             "visits", 1, "minutes", 60),
                         NULL, NULL),
        RSP_REFUSED_CONFLICT);
    clinic_close(&place.clinic);
}
END_TEST

START_TEST(what_is_proposed_can_be_booked)
{
    struct place place;
    open_place(&place, "proposed.db");
    struct client client = {&place, &place.other, place.stranger, 7, 0, 0};
    (void)book_at_random(&client);
    json_t *rows = slots(&place, "2026-12-01", 20, 1, "use"), *start = json_array(), *chair = json_array(),
           *row;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        (void)json_array_append(start, json_object_get(row, "start"));
        (void)json_array_append(chair, json_object_get(row, "chair"));
    }
    ck_assert_uint_eq(i, 20);
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_book,
        json_pack("{s:s, s:o, s:o, s:i}", "patient", place.patient, "start", start, "chair", chair, "minutes",
            90)));
    json_decref(rows);
    clinic_close(&place.clinic);
}
END_TEST

/* ---- changes ---- */

START_TEST(moving_cancelling_and_coming_supersede_with_a_reason)
{
    struct place place;
    open_place(&place, "moved.db");
    ck_assert_int_eq(book(&place, "2026-11-29T15:00", "A", 60), RSP_NOT_REFUSED);
    ck_assert_int_eq(book_other(&place, "2026-12-02T09:00", "A", NULL), RSP_NOT_REFUSED);
    const int64_t first = number_of(&place, place.patient, &place.nurse, 0);
    json_t *move = json_pack("{s:s, s:I, s:s, s:s}", "patient", place.patient, "appointment",
        (json_int_t)first, "start", "2026-12-02T09:30", "why", "train was cancelled");
    ck_assert_int_eq(
        ask(&place.clinic, &place.nurse, RSP_USE_appointment_change, json_deep_copy(move), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    (void)json_object_set_new(move, "chair", json_string("B"));
    (void)json_object_set_new(move, "escort", json_string("Bea Muster"));
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_change, json_deep_copy(move)));
    /* who still looks at the old one is told */
    ck_assert_int_eq(
        ask(&place.clinic, &place.nurse, RSP_USE_appointment_change, move, NULL, NULL), RSP_REFUSED_CONFLICT);
    const int64_t second = number_of(&place, place.patient, &place.nurse, 0);
    ck_assert_int_ne(first, second);
    /* nobody comes on a day that has not begun, and nobody is absent from it */
    json_t *came = json_pack(
        "{s:s, s:I, s:s}", "patient", place.patient, "appointment", (json_int_t)second, "came", "arrived");
    ck_assert_int_eq(
        ask(&place.clinic, &place.nurse, RSP_USE_appointment_came, json_deep_copy(came), NULL, NULL),
        RSP_REFUSED_INVALID);
    place.clinic.now_s += 3 * 86400;
    ck_assert_int_eq(sign_in(&place.clinic, &place.nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_came, came));
    const int64_t third = number_of(&place, place.patient, &place.nurse, 0);
    ck_assert_int_eq(ask(&place.clinic, &place.nurse, RSP_USE_appointment_cancel,
                         json_pack("{s:s, s:I, s:s}", "patient", place.patient, "appointment",
                             (json_int_t)third, "why", "a mistake"),
                         NULL, NULL),
        RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(ask(&place.clinic, &place.nurse, RSP_USE_appointment_change,
                         json_pack("{s:s, s:I, s:s, s:s}", "patient", place.patient, "appointment",
                             (json_int_t)third, "chair", "A", "why", "a mistake"),
                         NULL, NULL),
        RSP_REFUSED_CONFLICT);
    json_t *rows = listed(&place, &place.nurse, "2026-12-02", "2026-12-02");
    const json_t *own = json_array_get(rows, 1);
    ck_assert_str_eq(text(own, "state"), "arrived");
    ck_assert_str_eq(text(own, "escort"), "Bea Muster");
    json_decref(rows);
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

START_TEST(a_chair_is_free_again_when_a_visit_is_cancelled_or_nobody_came)
{
    struct place place;
    open_place(&place, "freed.db");
    ck_assert_int_eq(book(&place, "2026-12-01T09:00", "A", 60), RSP_NOT_REFUSED);
    const int64_t number = number_of(&place, place.patient, &place.nurse, 0);
    ck_assert_int_eq(book_other(&place, "2026-12-01T09:00", "A", NULL), RSP_REFUSED_CONFLICT);
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_cancel,
        json_pack("{s:s, s:I, s:s}", "patient", place.patient, "appointment", (json_int_t)number, "why",
            "has a cold")));
    ck_assert_int_eq(book_other(&place, "2026-12-01T09:00", "A", NULL), RSP_NOT_REFUSED);
    clinic_close(&place.clinic);
}
END_TEST

/* ---- who sees what ---- */

START_TEST(others_see_that_a_chair_is_taken_and_not_by_whom)
{
    static const char *const hidden[] = {"patient", "family_name", "given_name", "birth_date",
        "record_number", "escort", "fasting", "notes", "series", "visit", "of", "plan"};
    struct place place;
    open_place(&place, "busy.db");
    json_t *input = visit_of(place.patient, "2026-12-01T09:00", "A", 60);
    (void)json_object_set_new(input, "escort", json_string("Bea Muster"));
    (void)json_object_set_new(input, "notes", json_string("afraid of needles"));
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_book, input));
    json_t *own = listed(&place, &place.nurse, "2026-12-01", "2026-12-01");
    ck_assert_str_eq(text(json_array_get(own, 0), "family_name"), "Muster");
    ck_assert_str_eq(text(json_array_get(own, 0), "notes"), "afraid of needles");
    json_decref(own);
    json_t *busy = listed(&place, &place.other, "2026-12-01", "2026-12-01");
    ck_assert_str_eq(text(json_array_get(busy, 0), "chair"), "A");
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        ck_assert_msg(json_object_get(json_array_get(busy, 0), hidden[i]) == NULL, "%s", hidden[i]);
    json_decref(busy);
    ck_assert_int_eq(ask(&place.clinic, &place.admin, RSP_USE_appointments, json_object(), NULL, NULL),
        RSP_REFUSED_PERMISSION);
    ck_assert_int_eq(ask(&place.clinic, &place.nurse, RSP_USE_chair_set,
                         json_pack("{s:s, s:s}", "name", "C", "state", "open"), NULL, NULL),
        RSP_REFUSED_PERMISSION);
    clinic_close(&place.clinic);
}
END_TEST

RUN_TESTS("service schedule", a_chair_a_person_and_a_patient_are_in_one_place_at_a_time,
    a_series_is_booked_wholly_or_not, visits_of_one_series_neither_overlap_nor_run_backwards,
    two_clients_who_book_at_random_never_make_a_collision, a_time_that_clocks_skip_or_repeat_is_not_guessed,
    a_series_keeps_its_wall_time_across_a_change_of_clocks, proposals_leave_out_weekends_and_what_is_taken,
    what_is_proposed_can_be_booked, moving_cancelling_and_coming_supersede_with_a_reason,
    a_chair_is_free_again_when_a_visit_is_cancelled_or_nobody_came,
    others_see_that_a_chair_is_taken_and_not_by_whom)
