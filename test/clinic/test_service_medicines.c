/* Medicines beside the dose: what is ordered is given and recorded, nothing else and no more. */
#include <math.h>

#include "bedside_support.h"
#include "session/vital.h"

enum { MINUTE_S = 60 };

static const char support[] =
    "{\"premedication\": [{\"name\": \"clonidine\", \"dose_mg\": 0.15, \"route\": \"oral\"}, "
    "{\"name\": \"ondansetron\", \"dose_mg\": 4, \"route\": \"iv\"}], \"rescue\": [{\"name\": "
    "\"ondansetron\", \"dose_mg\": 8, \"route\": \"oral\", \"when\": \"nausea\"}, {\"name\": \"midazolam\", "
    "\"dose_mg\": 2, \"route\": \"iv\", \"when\": \"agitation\"}]}";

static json_t *medicine(const struct room *room, const char *name, const char *use, double dose_mg)
{
    json_t *input =
        json_pack("{s:s, s:I, s:s}", "patient", room->two.patient, "order", room->order, "name", name);
    if (use != NULL)
        (void)json_object_set_new(input, "use", json_string(use));
    if (!isnan(dose_mg))
        (void)json_object_set_new(input, "dose_mg", json_real(dose_mg));
    return input;
}

static enum rsp_refusal give(struct room *room, json_t *input)
{
    return ask(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_medicine, input, NULL, NULL);
}

static json_int_t given(struct room *room, json_t *input)
{
    return number_in(done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_medicine, input), "medicine");
}

/* mg of what stands, of one name. */
static double sum_mg(struct room *room, const char *name)
{
    json_t *body = look(room);
    size_t i;
    const json_t *row;
    double sum = 0;
    json_array_foreach(json_object_get(body, "medicines"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0)
            sum += json_number_value(json_object_get(row, "dose_mg"));
    }
    json_decref(body);
    return sum;
}

START_TEST(only_what_is_ordered_is_given_and_no_more_than_that)
{
    struct room room;
    room_open_with(&room, "medicines.db", support);
    ck_assert_int_eq(give(&room, medicine(&room, "lorazepam", NULL, 1)), RSP_REFUSED_GATE);
    ck_assert_int_eq(give(&room, medicine(&room, "clonidine", "rescue", 0.1)), RSP_REFUSED_GATE);
    ck_assert_int_eq(give(&room, medicine(&room, "clonidine", NULL, 0.3)), RSP_REFUSED_GATE);
    ck_assert_int_eq(
        give(&room, medicine(&room, "ondansetron", NULL, 4)), RSP_REFUSED_INVALID); /* as which? */
    ck_assert_int_eq(give(&room, medicine(&room, "midazolam", NULL, NAN)), RSP_REFUSED_INVALID);
    (void)given(&room, medicine(&room, "Clonidine", NULL, 0.1)); /* half of it first */
    ck_assert_int_eq(give(&room, medicine(&room, "clonidine", NULL, 0.1)), RSP_REFUSED_GATE);
    (void)given(&room, medicine(&room, "clonidine", NULL, 0.05));
    ck_assert_double_eq_tol(sum_mg(&room, "clonidine"), 0.15, 1e-12);
    (void)given(&room, medicine(&room, "ondansetron", "rescue", 8));
    ck_assert_int_eq(
        give(&room, medicine(&room, "ondansetron", "rescue", 4)), RSP_REFUSED_GATE); /* again: why */
    json_t *again = medicine(&room, "ondansetron", "rescue", 4);
    (void)json_object_set_new(again, "why", json_string("vomited after the first"));
    (void)given(&room, again);
    ck_assert_double_eq(sum_mg(&room, "ondansetron"), 12);
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

START_TEST(what_was_entered_wrongly_is_corrected_or_taken_back)
{
    struct room room;
    room_open_with(&room, "corrected.db", support);
    const json_int_t first = given(&room, medicine(&room, "clonidine", NULL, 0.15));
    json_t *less = medicine(&room, "clonidine", NULL, 0.1), *back = medicine(&room, "clonidine", NULL, NAN),
           *other = medicine(&room, "midazolam", NULL, 1);
    (void)json_object_set_new(less, "replaces", json_integer(first));
    (void)json_object_set_new(other, "replaces", json_integer(first));
    ck_assert_int_eq(give(&room, json_incref(less)), RSP_REFUSED_INVALID); /* why */
    (void)json_object_set_new(less, "why", json_string("half a tablet"));
    (void)json_object_set_new(other, "why", json_string("not that one"));
    ck_assert_int_eq(give(&room, other), RSP_REFUSED_MISSING);
    const json_int_t second = given(&room, less);
    ck_assert_double_eq(sum_mg(&room, "clonidine"), 0.1);
    (void)json_object_set_new(back, "replaces", json_integer(second));
    (void)json_object_set_new(back, "why", json_string("spat out"));
    (void)given(&room, back);
    ck_assert_double_eq(sum_mg(&room, "clonidine"), 0);
    clinic_close(&room.two.clinic);
}
END_TEST

static const char *criterion(struct room *room, const char *id)
{
    static char text[16];
    text[0] = '\0';
    json_t *body = look(room);
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(json_object_get(body, "recovery"), "criteria"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
            (void)snprintf(text, sizeof text, "%s", json_string_value(json_object_get(row, "state")));
    }
    json_decref(body);
    return text;
}

START_TEST(who_was_sedated_again_is_asked_again_and_an_antiemetic_changes_nothing)
{
    struct room room;
    room_open_with(&room, "sedated.db", support);
    (void)happens(&room, "started", 24.5);
    wait_s(&room, 10 * MINUTE_S);
    (void)happens(&room, "stopped", 0);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_recovery,
        json_pack(
            "{s:s, s:I, s:s}", "patient", room.two.patient, "order", room.order, "orientation", "yes")));
    wait_s(&room, MINUTE_S);
    (void)given(&room, medicine(&room, "ondansetron", "rescue", 4));
    ck_assert_str_eq(criterion(&room, "orientation"), "met");
    (void)given(&room, medicine(&room, "midazolam", NULL, 2));
    ck_assert_str_eq(criterion(&room, "orientation"), "unknown");
    clinic_close(&room.two.clinic);
}
END_TEST

/* Two hours since any reversal agent: RCEM. */
START_TEST(a_reversal_agent_is_ordered_as_rescue_and_makes_the_person_wait_two_hours)
{
    static const char reversal[] =
        "{\"rescue\": [{\"name\": \"flumazenil\", \"dose_mg\": 0.2, \"route\": \"iv\"}, "
        "{\"name\": \"labetalol\", \"dose_mg\": 10, \"route\": \"iv\"}]}";
    struct room room;
    room_open_with(&room, "reversal.db", reversal);
    (void)happens(&room, "started", 24.5);
    wait_s(&room, MINUTE_S);
    (void)happens(&room, "stopped", 0);
    ck_assert_str_eq(criterion(&room, "reversal"), ""); /* nothing to wait for */
    (void)given(&room, medicine(&room, "flumazenil", NULL, 0.2));
    ck_assert_str_eq(criterion(&room, "reversal"), "not_met");
    for (int i = 0; i < 5; i++) { /* nobody is away for half an hour */
        room.two.clinic.now_s += 20 * MINUTE_S;
        (void)criterion(&room, "reversal");
    }
    room.two.clinic.now_s += 20 * MINUTE_S - 1;
    ck_assert_str_eq(criterion(&room, "reversal"), "not_met");
    room.two.clinic.now_s += 1;
    ck_assert_str_eq(criterion(&room, "reversal"), "met");
    json_t *body = look(&room);
    const json_t *rows = json_object_get(body, "ordered_medicines");
    ck_assert_uint_eq(json_array_size(rows), 2);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(rows, 0), "n_given")), 1);
    ck_assert_double_eq_tol(
        json_number_value(json_object_get(json_array_get(rows, 0), "given_mg")), 0.2, 1e-12);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(rows, 1), "n_given")), 0);
    const json_t *vitals = json_object_get(json_array_get(rows, 1), "vitals");
    ck_assert_uint_eq(json_array_size(vitals), 2); /* labetalol is shown beside an alarm of pressure */
    for (size_t i = 0; i < json_array_size(vitals); i++)
        ck_assert_int_ge(rsp_vital_find(json_string_value(json_array_get(vitals, i))), 0);
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

RUN_TESTS("service_medicines", only_what_is_ordered_is_given_and_no_more_than_that,
    what_was_entered_wrongly_is_corrected_or_taken_back,
    who_was_sedated_again_is_asked_again_and_an_antiemetic_changes_nothing,
    a_reversal_agent_is_ordered_as_rescue_and_makes_the_person_wait_two_hours)
