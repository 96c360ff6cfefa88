#include "bedside_support.h"

static json_int_t signed_move(struct two *two, enum rsp_use_case move, json_t *input)
{
    const json_int_t number = number_in(done(&two->clinic, &two->physician, move, input), "move");
    json_decref(done(&two->clinic, &two->nurse, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", number, "answer", "agreed")));
    return number;
}

/* The order again, with its vial. */
json_int_t two_bring(struct two *two, json_int_t order, const char *batch)
{
    const json_int_t lot = signed_move(two, RSP_USE_stock_receive,
        json_pack("{s:s, s:i, s:i, s:s, s:s, s:i}", "drug", "ketamine", "strength_mg_per_ml", 10, "vial_ml",
            20, "batch", batch, "expiry", "2030-01-31", "vials", 5));
    (void)signed_move(
        two, RSP_USE_stock_issue, json_pack("{s:I, s:i, s:I}", "lot", lot, "vials", 1, "order", order));
    return order;
}

void room_bare(struct room *room)
{
    room->order = two_bring(&room->two, two_order(&room->two), "K1");
}

json_int_t two_at_bedside(struct two *two, const char *batch)
{
    const json_int_t order = two_bring(two, two_order(two), batch);
    two_ready(two, order);
    return order;
}

void room_open(struct room *room, const char *file)
{
    room_open_with(room, file, "{}");
}

void room_open_with(struct room *room, const char *file, const char *support)
{
    two_open(&room->two, file);
    room->order = two_bring(&room->two, two_supported(&room->two, support), "K1");
    two_ready(&room->two, room->order);
}

json_t *event(const struct room *room, const char *name, double rate_ml_per_h)
{
    json_t *input =
        json_pack("{s:s, s:I, s:s}", "patient", room->two.patient, "order", room->order, "event", name);
    if (rate_ml_per_h > 0)
        (void)json_object_set_new(input, "rate_ml_per_h", json_real(rate_ml_per_h));
    return input;
}

json_int_t happens(struct room *room, const char *name, double rate_ml_per_h)
{
    return number_in(
        done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_event, event(room, name, rate_ml_per_h)),
        "event");
}

json_t *look(struct room *room)
{
    return done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside,
        json_pack("{s:s, s:I}", "patient", room->two.patient, "order", room->order));
}

double of_session(struct room *room, const char *key)
{
    json_t *body = look(room);
    const double value = json_number_value(json_object_get(json_object_get(body, "session"), key));
    json_decref(body);
    return value;
}

const char *state(struct room *room)
{
    static char text[32];
    json_t *body = look(room);
    (void)snprintf(text, sizeof text, "%s",
        json_string_value(json_object_get(json_object_get(body, "session"), "state")));
    json_decref(body);
    return text;
}

enum { US = 1000000, TICK_S = 5 };

void tick(struct room *room)
{
    const struct rsp_stamp now = {
        .at_us = room->two.clinic.now_s * US, .offset_min = 60, .zone = "Etc/GMT-1"};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_service_watch(room->two.clinic.service, &now, &err) == RSP_OK, "%s", err.message);
}

void wait_s(struct room *room, int seconds)
{
    for (int s = 0; s < seconds; s += TICK_S) {
        room->two.clinic.now_s += TICK_S;
        tick(room);
    }
}

json_t *values(const struct room *room, const char *sign, double value, const char *other, double second)
{
    json_t *input = json_pack(
        "{s:s, s:I, s:{s:f}}", "patient", room->two.patient, "order", room->order, "values", sign, value);
    if (other != NULL)
        (void)json_object_set_new(json_object_get(input, "values"), other, json_real(second));
    return input;
}

json_int_t pressure(struct room *room, double sbp_mmhg, double dbp_mmhg)
{
    const json_int_t number = number_in(done(&room->two.clinic, &room->two.nurse, RSP_USE_reading_add,
                                            values(room, "sbp_mmhg", sbp_mmhg, "dbp_mmhg", dbp_mmhg)),
        "reading");
    tick(room);
    return number;
}

const json_t *alarm_row(struct room *room, const char *id, json_t **body)
{
    size_t i;
    const json_t *row;
    *body = look(room);
    json_array_foreach(json_object_get(json_object_get(*body, "watch"), "alarms"), i,
        row) if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0) return row;
    return NULL;
}

bool shown(struct room *room, const char *id)
{
    json_t *body;
    const bool there = alarm_row(room, id, &body) != NULL;
    json_decref(body);
    return there;
}

json_int_t goes_home(struct room *room)
{
    json_t *body = look(room), *reasons = json_object(), *input = event(room, "discharged", 0);
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(json_object_get(body, "recovery"), "criteria"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "state")), "met") != 0)
            (void)json_object_set_new(
                reasons, json_string_value(json_object_get(row, "id")), json_string("goes against advice"));
    }
    json_decref(body);
    (void)json_object_set_new(input, "reasons", reasons);
    return number_in(done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_event, input), "event");
}
