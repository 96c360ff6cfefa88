/* Sessions without a pump: from the order over doses at once to the way home, by every route. */
#include <math.h>
#include <string.h>

#include "bedside_support.h"

enum { MINUTE_S = 60, MOST_DOSE = 4 };

static const struct course {
    const char *file, *dose, *drug;
    double strength_mg_per_ml, vial_ml, total_mg, volume_ml;
    int n_dose, gap_min;
    double dose_mg[MOST_DOSE];
    int home_min; /* rules/recovery.yaml: an hour, of esketamine as a spray two */
} course[] = {
    {"im.db", "35 mg ketamine im", "ketamine", 10, 20, 35, 3.5, 2, 10, {20, 15}, 60},
    /* two devices of two sprays, five minutes apart (Spravato) */
    {"nasal.db", "56 mg esketamine nasal", "esketamine", 140, 0.2, 56, 0.4, 4, 5, {14, 14, 14, 14}, 120},
    {"sublingual.db", "50 mg ketamine sublingual", "ketamine", 50, 10, 50, 1, 1, 0, {50}, 60},
    {"oral.db", "100 mg ketamine oral", "ketamine", 50, 10, 100, 2, 1, 0, {100}, 60},
    {"sc.db", "25 mg ketamine sc", "ketamine", 50, 10, 25, 0.5, 2, 20, {12.5, 12.5}, 60},
};

static json_t *about(const struct room *room)
{
    return json_pack("{s:s, s:I}", "patient", room->two.patient, "order", room->order);
}

/* A reason for each gate of the order that the prescriber passes. */
static void sign(struct room *room)
{
    struct two *two = &room->two;
    json_t *read = done(&two->clinic, &two->physician, RSP_USE_order_read, about(room)), *input = about(room),
           *reasons = json_object();
    size_t i;
    const json_t *gate;
    json_array_foreach(json_object_get(json_object_get(read, "document"), "gates"), i, gate)(void)
        json_object_set_new(reasons, json_string_value(json_object_get(gate, "id")),
            json_string("given so for years, by experience"));
    if (json_object_size(reasons) > 0)
        (void)json_object_set(input, "reasons", reasons);
    json_decref(done(&two->clinic, &two->physician, RSP_USE_order_sign, input));
    json_decref(reasons);
    json_decref(read);
}

static void checked(struct room *room, const struct course *c)
{
    struct two *two = &room->two;
    two_open(two, c->file);
    room->order = number_in(done(&two->clinic, &two->physician, RSP_USE_order_write,
                                json_pack("{s:s, s:I, s:s, s:f, s:f, s:f}", "patient", two->patient, "plan",
                                    two_plan(two, c->dose), "drug", c->drug, "strength_mg_per_ml",
                                    c->strength_mg_per_ml, "vial_ml", c->vial_ml, "total_mg", c->total_mg)),
        "order");
    sign(room);
    json_decref(done(&two->clinic, &two->nurse, RSP_USE_order_check,
        json_pack("{s:s, s:I, s:s, s:s, s:f, s:f, s:f, s:f}", "patient", two->patient, "order", room->order,
            "birth_date", "1980-05-14", "drug", c->drug, "strength_mg_per_ml", c->strength_mg_per_ml,
            "vial_ml", c->vial_ml, "total_mg", c->total_mg, "volume_ml", c->volume_ml)));
}

static void moved(struct two *two, enum rsp_use_case move, json_t *input, json_int_t *number)
{
    *number = number_in(done(&two->clinic, &two->nurse, move, input), "move");
    json_decref(done(&two->clinic, &two->physician, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", *number, "answer", "agreed")));
}

static void brought(struct room *room, const struct course *c)
{
    json_int_t lot = 0, issue = 0;
    const int vials = (int)ceil(c->volume_ml / c->vial_ml - 1e-9);
    moved(&room->two, RSP_USE_stock_receive,
        json_pack("{s:s, s:f, s:f, s:s, s:s, s:i}", "drug", c->drug, "strength_mg_per_ml",
            c->strength_mg_per_ml, "vial_ml", c->vial_ml, "batch", "D1", "expiry", "2030-01-31", "vials", 4),
        &lot);
    moved(&room->two, RSP_USE_stock_issue,
        json_pack("{s:I, s:i, s:I}", "lot", lot, "vials", vials, "order", room->order), &issue);
}

static json_t *dose(const struct room *room, double amount_mg)
{
    json_t *input = event(room, "given", 0);
    (void)json_object_set_new(input, "amount_mg", json_real(amount_mg));
    return input;
}

static const char *time_criterion(struct room *room)
{
    static char text[16];
    json_t *body = look(room);
    size_t i;
    const json_t *row;
    text[0] = '\0';
    json_array_foreach(json_object_get(json_object_get(body, "recovery"), "criteria"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "id")), "time") == 0)
            (void)snprintf(text, sizeof text, "%s", json_string_value(json_object_get(row, "state")));
    }
    json_decref(body);
    return text;
}

/* Nobody is away for half an hour. */
static void pass(struct room *room, int minutes)
{
    for (int m = 0; m < minutes; m++) {
        room->two.clinic.now_s += MINUTE_S;
        if (m % 20 == 0)
            (void)state(room);
    }
}

static double recorded_mg(struct room *room, size_t *n)
{
    json_t *body = done(&room->two.clinic, &room->two.nurse, RSP_USE_patient_read,
        json_pack("{s:s}", "patient", room->two.patient));
    size_t i;
    const json_t *row, *rows = json_object_get(json_object_get(body, "record"), "infusions");
    double sum_mg = 0;
    *n = json_array_size(rows);
    json_array_foreach(rows, i, row)
    {
        struct rsp_dose_text text;
        ck_assert_int_eq(
            rsp_dose_text_parse(json_string_value(json_object_get(row, "dose")), &text, NULL), RSP_OK);
        ck_assert_double_eq(text.duration_h, 0);
        sum_mg += text.value;
    }
    json_decref(body);
    return sum_mg;
}

START_TEST(doses_at_once_go_the_whole_way_by_every_route)
{
    for (size_t k = 0; k < sizeof course / sizeof *course; k++) {
        const struct course *c = &course[k];
        struct room room;
        double sum_mg = 0;
        size_t n = 0;
        checked(&room, c);
        brought(&room, c);
        ck_assert_int_eq(ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event,
                             dose(&room, c->dose_mg[0]), NULL, NULL),
            RSP_REFUSED_GATE); /* what is asked before the first milligram is asked of a dose, too */
        two_ready(&room.two, room.order);
        ck_assert_int_eq(ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event,
                             event(&room, "started", 10), NULL, NULL),
            RSP_REFUSED_INVALID); /* there is no pump */
        for (int i = 0; i < c->n_dose; i++) {
            json_decref(
                done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, dose(&room, c->dose_mg[i])));
            sum_mg += c->dose_mg[i];
            ck_assert_double_eq_tol(of_session(&room, "given_mg"), sum_mg, 1e-9);
            ck_assert_str_eq(state(&room), "running");
            if (i + 1 < c->n_dose)
                pass(&room, c->gap_min);
        }
        ck_assert_double_eq_tol(sum_mg, c->total_mg, 1e-9);
        ck_assert_int_eq(
            ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, dose(&room, 1), NULL, NULL),
            RSP_REFUSED_INVALID); /* no more than is ordered */
        (void)happens(&room, "stopped", 0);
        (void)happens(&room, "recovering", 0);
        pass(&room, c->home_min - 1);
        ck_assert_str_eq(time_criterion(&room), "not_met");
        pass(&room, 1);
        ck_assert_msg(strcmp(time_criterion(&room), "met") == 0, "%s", c->dose);
        (void)goes_home(&room);
        ck_assert_str_eq(state(&room), "discharged");
        ck_assert_double_eq_tol(recorded_mg(&room, &n), c->total_mg, 1e-9);
        ck_assert_uint_eq(n, (size_t)c->n_dose);
        clinic_close(&room.two.clinic);
        clinic_verify(&room.two.clinic);
    }
}
END_TEST

RUN_TESTS("service_doses", doses_at_once_go_the_whole_way_by_every_route)
