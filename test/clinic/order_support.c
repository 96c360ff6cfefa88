#include "order_support.h"

json_int_t number_in(json_t *body, const char *key)
{
    const json_int_t number = json_integer_value(json_object_get(body, key));
    json_decref(body);
    return number;
}

void two_confirm(struct two *two)
{
    ck_assert_int_eq(sign_in(&two->clinic, &two->physician, GOOD_PASSWORD), RSP_NOT_REFUSED);
    ck_assert_int_eq(sign_in(&two->clinic, &two->nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
}

void two_patient(struct two *two)
{
    json_t *body = done(&two->clinic, &two->physician, RSP_USE_patient_create,
        json_pack(
            "{s:{s:s, s:s}, s:{s:s, s:i, s:i, s:s, s:s, s:[], s:[], s:[], s:{s:{s:i, s:i}, s:i, s:i, s:i, "
            "s:i, s:s, s:s}}}",
            "identity", "family_name", "Muster", "birth_date", "1980-05-14", "record", "sex", "f",
            "weight_kg", 70, "height_cm", 168, "condition", "crps", "setting", "inpatient", "history",
            "allergies", "medications", "tests", "alt_u_per_l", "value", 24, "upper_limit", 40, "sbp_mmhg",
            124, "dbp_mmhg", 78, "hr_per_min", 72, "spo2_pct", 98, "pregnancy", "negative", "ecg", "normal"));
    (void)snprintf(
        two->patient, sizeof two->patient, "%s", json_string_value(json_object_get(body, "patient")));
    json_decref(body);
    json_decref(done(&two->clinic, &two->physician, RSP_USE_care_add,
        json_pack("{s:s, s:s}", "patient", two->patient, "name", "nurse")));
}

void two_open(struct two *two, const char *file)
{
    clinic_open(&two->clinic, file);
    two_settle(two);
}

void two_limits(struct two *two, int sbp_twice_mmhg)
{
    json_decref(done(&two->clinic, &two->physician, RSP_USE_profile_sign,
        json_pack("{s:s, s:s, s:{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}}", "name", "House", "why",
            "the committee met", "values", "sbp_twice_mmhg", sbp_twice_mmhg, "dbp_twice_mmhg", 110,
            "sbp_once_mmhg", 200, "dbp_once_mmhg", 120, "hr_high_per_min", 120, "spo2_low_pct", 92,
            "rr_low_per_min", 8, "hr_low_per_min", 45, "sbp_low_mmhg", 90)));
}

void two_settle(struct two *two)
{
    struct clinic *clinic = &two->clinic;
    hire(clinic, "physician", "physician", &two->physician);
    hire(clinic, "nurse", "nurse", &two->nurse);
    two_patient(two);
    two_limits(two, 180);
}

json_int_t two_plan(struct two *two, const char *dose)
{
    struct clinic *clinic = &two->clinic;
    const json_int_t plan =
        number_in(done(clinic, &two->physician, RSP_USE_plan_keep,
                      json_pack("{s:s, s:[s], s:i}", "patient", two->patient, "dose", dose, "subjects", 20)),
            "plan");
    json_t *sheet = done(clinic, &two->physician, RSP_USE_sheet,
        json_pack("{s:s, s:I, s:s}", "patient", two->patient, "plan", plan, "language", "en"));
    json_decref(done(clinic, &two->physician, RSP_USE_consent,
        json_pack("{s:s, s:I, s:O, s:s, s:s, s:s}", "patient", two->patient, "plan", plan, "sheet_version",
            json_object_get(sheet, "digest"), "language", "en", "decision", "agreed", "off_label",
            "explained")));
    json_decref(sheet);
    return plan;
}

json_t *two_choices(const struct two *two, json_int_t plan, double total_mg, double rate_ml_per_h)
{
    return json_pack("{s:s, s:I, s:s, s:i, s:i, s:i, s:s, s:f, s:f}", "patient", two->patient, "plan", plan,
        "drug", "ketamine", "strength_mg_per_ml", 10, "vial_ml", 20, "concentration_mg_per_ml", 1, "diluent",
        "sodium_chloride_0_9", "total_mg", total_mg, "rate_ml_per_h", rate_ml_per_h);
}

json_int_t two_written(struct two *two, json_int_t plan, int session)
{
    json_t *choices = two_choices(two, plan, 98, 24.5);
    ck_assert_int_eq(json_object_set_new(choices, "session", json_integer(session)), 0);
    return number_in(done(&two->clinic, &two->physician, RSP_USE_order_write, choices), "order");
}

json_t *two_read_back(const struct two *two, json_int_t order)
{
    return json_pack("{s:s, s:I, s:s, s:s, s:i, s:i, s:i, s:[f]}", "patient", two->patient, "order", order,
        "birth_date", "1980-05-14", "drug", "ketamine", "strength_mg_per_ml", 10, "vial_ml", 20, "total_mg",
        98, "rates_ml_per_h", 24.5);
}

void two_sign(struct two *two, json_int_t order)
{
    json_decref(done(&two->clinic, &two->physician, RSP_USE_order_sign,
        json_pack("{s:s, s:I}", "patient", two->patient, "order", order)));
    json_decref(done(&two->clinic, &two->nurse, RSP_USE_order_check, two_read_back(two, order)));
}

json_int_t two_signed(struct two *two, json_int_t plan, int session)
{
    const json_int_t order = two_written(two, plan, session);
    two_sign(two, order);
    return order;
}

json_int_t two_supported(struct two *two, const char *support)
{
    json_t *choices = two_choices(two, two_plan(two, "98 mg ketamine iv over 4 h"), 98, 24.5),
           *medicines = json_loads(support, 0, NULL);
    ck_assert_ptr_nonnull(medicines);
    ck_assert_int_eq(json_object_set_new(choices, "support", medicines), 0);
    const json_int_t order =
        number_in(done(&two->clinic, &two->physician, RSP_USE_order_write, choices), "order");
    two_sign(two, order);
    return order;
}

json_int_t two_order(struct two *two)
{
    return two_signed(two, two_plan(two, "98 mg ketamine iv over 4 h"), 1);
}

json_int_t two_lot(struct two *two, const char *expiry, int vials)
{
    const json_int_t lot =
        number_in(done(&two->clinic, &two->nurse, RSP_USE_stock_receive,
                      json_pack("{s:s, s:i, s:i, s:s, s:s, s:i}", "drug", "ketamine", "strength_mg_per_ml",
                          10, "vial_ml", 20, "batch", "A1", "expiry", expiry, "vials", vials)),
            "move");
    json_decref(done(&two->clinic, &two->physician, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", lot, "answer", "agreed")));
    return lot;
}

void two_amend(struct two *two, json_t *record)
{
    json_t *read = done(
        &two->clinic, &two->physician, RSP_USE_patient_read, json_pack("{s:s}", "patient", two->patient));
    json_decref(done(&two->clinic, &two->physician, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:o, s:s}", "patient", two->patient, "version",
            json_object_get(read, "version"), "record", record, "why", "told today")));
    json_decref(read);
}

json_int_t two_emergency(struct two *two)
{
    two_amend(two, json_pack("{s:s}", "condition", "acute_trauma"));
    return number_in(
        done(&two->clinic, &two->physician, RSP_USE_order_write,
            json_pack("{s:s, s:[s], s:s, s:s, s:i, s:i, s:i, s:s, s:i, s:i}", "patient", two->patient, "dose",
                "20 mg ketamine iv over 15 min", "emergency", "open fracture, cannot wait", "drug",
                "ketamine", "strength_mg_per_ml", 10, "vial_ml", 20, "concentration_mg_per_ml", 1, "diluent",
                "sodium_chloride_0_9", "total_mg", 20, "rate_ml_per_h", 80)),
        "order");
}

void two_ready(struct two *two, json_int_t order)
{
    json_decref(done(&two->clinic, &two->nurse, RSP_USE_start_answer,
        json_pack("{s:s, s:I, s:s, s:s, s:s}", "patient", two->patient, "order", order, "ate",
            "2026-01-01T18:00", "drank", "2026-01-01T18:00", "escort", "A. Neighbour")));
    json_decref(done(&two->clinic, &two->physician, RSP_USE_start_override,
        json_pack("{s:s, s:I, s:s, s:s}", "patient", two->patient, "order", order, "gate", "pressure", "why",
            "measured on the ward a moment ago")));
}
