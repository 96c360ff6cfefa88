#include "suite.h"

#include <string.h>

#include <respite/units.h>

START_TEST(units_have_the_factors_of_their_definitions)
{
    static const struct {
        const char *text;
        double factor;
        struct rsp_dimension dimension;
    } rows[] = {
        {"mg", 1, {.mass = 1}},
        {"mcg", 1e-3, {.mass = 1}},
        {"ug", 1e-3, {.mass = 1}},
        {"\xc2\xb5g", 1e-3, {.mass = 1}},
        {"\xce\xbcg", 1e-3, {.mass = 1}},
        {"g", 1e3, {.mass = 1}},
        {"MG", 1, {.mass = 1}},
        {"kg", 1, {.body_mass = 1}},
        {"mg/kg", 1, {.mass = 1, .body_mass = -1}},
        {"mg/kg/h", 1, {.mass = 1, .body_mass = -1, .time = -1}},
        {"mcg/kg/min", 0.06, {.mass = 1, .body_mass = -1, .time = -1}},
        {"mg/min", 60, {.mass = 1, .time = -1}},
        {"g/kg", 1e3, {.mass = 1, .body_mass = -1}},
        {"L/h", 1, {.volume = 1, .time = -1}},
        {"mL/min", 0.06, {.volume = 1, .time = -1}},
        {"ml/min/kg", 0.06, {.volume = 1, .time = -1, .body_mass = -1}},
        {"L/kg", 1, {.volume = 1, .body_mass = -1}},
        {"1/min", 60, {.time = -1}},
        {"1/h", 1, {.time = -1}},
        {"ng/mL", 1e-3, {.mass = 1, .volume = -1}},
        {"ug/L", 1e-3, {.mass = 1, .volume = -1}},
        {"mg/mL", 1e3, {.mass = 1, .volume = -1}},
        {"nmol/mL", 1e3, {.substance = 1, .volume = -1}},
        {"umol/L", 1e3, {.substance = 1, .volume = -1}},
        {"g/mol", 1e-6, {.mass = 1, .substance = -1}},
        {"ng*h/mL", 1e-3, {.mass = 1, .time = 1, .volume = -1}},
        {"ng\xc2\xb7min/mL", 1e-3 / 60, {.mass = 1, .time = 1, .volume = -1}},
        {"%", 0.01, {0}},
        {"1", 1, {0}},
        {"mmHg", 1, {.pressure = 1}},
        {"cm", 1, {.length = 1}},
        {"d", 24, {.time = 1}},
        {"days", 24, {.time = 1}},
        {"wk", 168, {.time = 1}},
        {"y", 365.25 * 24, {.time = 1}},
        {"s", 1 / 3600.0, {.time = 1}},
        {" mg / h ", 1, {.mass = 1, .time = -1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_unit unit;
        struct rsp_error e;
        ck_assert_msg(rsp_unit_parse(rows[i].text, &unit, &e) == RSP_OK, "%s: %s", rows[i].text, e.message);
        ck_assert_msg(rsp_dimension_equal(unit.dimension, rows[i].dimension), "%s", rows[i].text);
        ck_assert_msg(
            unit.factor >= rows[i].factor * (1 - 1e-15) && unit.factor <= rows[i].factor * (1 + 1e-15), "%s",
            rows[i].text);
    }
}
END_TEST

START_TEST(unknown_units_are_refused_with_the_nearest_one)
{
    static const char *const rows[][2] = {{"mgg", "'mg'"}, {"mcq", "'mcg'"}, {"mg/hh", "'h'"},
        {"mg/kgg", "'kg'"}, {"mnol", "mol'"}, {"mmgH", "'mmHg'"}, {"minuts", "'min"}, {"", "missing"},
        {"  ", "missing"}, {"mg/", "missing"}, {"/h", "missing"}, {"mg//h", "missing"},
        {"IU", "units of activity"}, {"units", "units of activity"}, {"furlong", "known are"},
        {"mg/h*kg", "products first"}, {"h/h/h/h/h/h/h", "too many parts"},
        {"mg/kg/h mg/kg/h mg/kg/h mg/kg/h mg/kg/h", "too long"}, {"L/h/70 kg", "unknown unit"},
        {"2", "known are"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_unit unit = {.factor = -7};
        struct rsp_error e;
        ck_assert_msg(rsp_unit_parse(rows[i][0], &unit, &e) == RSP_E_UNIT, "%s", rows[i][0]);
        ck_assert_msg(strstr(e.message, rows[i][1]) != NULL, "%s: %s", rows[i][0], e.message);
        ck_assert_double_eq(unit.factor, -7);
    }
}
END_TEST

START_TEST(quantities_keep_the_number_as_written_and_in_internal_units)
{
    static const struct {
        const char *text, *unit;
        double value, internal;
    } rows[] = {{"22.2 mg/h", "mg/h", 22.2, 22.2}, {"0.5mg/kg", "mg/kg", 0.5, 0.5},
        {"40 min", "min", 40, 2.0 / 3}, {" 52.1 ng/mL ", "ng/mL", 52.1, 0.0521}, {"10.9 d", "d", 10.9, 261.6},
        {"20 %", "%", 20, 0.2}, {"20%", "%", 20, 0.2}, {"2.4 1/h", "1/h", 2.4, 2.4},
        {"-2.19 L/h", "L/h", -2.19, -2.19}, {"1e3 mcg", "mcg", 1000, 1}, {"0 mg", "mg", 0, 0},
        {"5\xc2\xa0mg", "mg", 5, 5}, {"5\xe2\x80\xafmg", "mg", 5, 5},
        {"237.73 g/mol", "g/mol", 237.73, 237.73e-6}, {"0.3 1", "1", 0.3, 0.3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_quantity q;
        struct rsp_error e;
        ck_assert_msg(rsp_quantity_parse(rows[i].text, &q, &e) == RSP_OK, "%s: %s", rows[i].text, e.message);
        ck_assert_str_eq(q.unit.text, rows[i].unit);
        ck_assert_double_eq(q.value, rows[i].value);
        ck_assert_double_eq_tol(q.internal, rows[i].internal, 1e-14 * (1 + rows[i].value * rows[i].value));
    }
}
END_TEST

START_TEST(what_is_no_quantity_is_refused_with_the_reason)
{
    static const struct {
        const char *text;
        rsp_status status;
        const char *says;
    } rows[] = {{"35", RSP_E_UNIT, "no unit"}, {"0,5 mg", RSP_E_SYNTAX, "comma"},
        {"1,000 mg", RSP_E_SYNTAX, "comma"}, {"", RSP_E_SYNTAX, "missing"},
        {"mg", RSP_E_SYNTAX, "begin with a number"}, {"nan mg", RSP_E_SYNTAX, "begin"},
        {"inf mg", RSP_E_SYNTAX, "begin"}, {"1e999 mg", RSP_E_DOMAIN, "large"},
        {"1e308 g", RSP_E_DOMAIN, "outside"}, {"1e-323 ng", RSP_E_DOMAIN, "outside"},
        {"1 000 mg", RSP_E_SYNTAX, "two numbers"}, {"5 10 mg", RSP_E_SYNTAX, "two numbers"},
        {"5 mgs", RSP_E_UNIT, "'mg'"}, {"5 mg esketamine", RSP_E_UNIT, "unknown unit"},
        {"5..0 mg", RSP_E_SYNTAX, "two decimal"}, {"5 mg/", RSP_E_UNIT, "missing"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_quantity q = {.value = 42};
        struct rsp_error e;
        ck_assert_msg(
            rsp_quantity_parse(rows[i].text, &q, &e) == rows[i].status, "%s: %s", rows[i].text, e.message);
        ck_assert_msg(strstr(e.message, rows[i].says) != NULL, "%s: %s", rows[i].text, e.message);
        ck_assert_double_eq(q.value, 42);
    }
}
END_TEST

START_TEST(a_quantity_converts_to_another_unit_of_its_dimension_only)
{
    struct rsp_quantity q;
    double value = 42;
    struct rsp_error e;
    ck_assert_int_eq(rsp_quantity_parse("10 mcg/kg/min", &q, NULL), RSP_OK);
    ck_assert_int_eq(rsp_quantity_in(&q, "mg/kg/h", &value, &e), RSP_OK);
    ck_assert_double_eq_tol(value, 0.6, 1e-15);
    ck_assert_int_eq(rsp_quantity_in(&q, "mcg/kg/min", &value, &e), RSP_OK);
    ck_assert_double_eq(value, 10);
    ck_assert_int_eq(rsp_quantity_in(&q, "ng/mL", &value, &e), RSP_E_UNIT);
    ck_assert_double_eq(value, 10);
    ck_assert_ptr_nonnull(strstr(e.message, "mass/body weight/time"));
    ck_assert_ptr_nonnull(strstr(e.message, "mass/volume"));
    ck_assert_int_eq(rsp_quantity_in(&q, "spoons", &value, &e), RSP_E_UNIT);
    /* A molar concentration never passes for a mass concentration, nor body mass for drug mass. */
    ck_assert_int_eq(rsp_quantity_parse("5 nmol/mL", &q, NULL), RSP_OK);
    ck_assert_int_eq(rsp_quantity_in(&q, "ng/mL", &value, &e), RSP_E_UNIT);
    ck_assert_int_eq(rsp_quantity_parse("5 kg", &q, NULL), RSP_OK);
    ck_assert_int_eq(rsp_quantity_in(&q, "g", &value, &e), RSP_E_UNIT);
}
END_TEST

START_TEST(dimensions_combine_and_have_names)
{
    struct rsp_unit a, b;
    char text[96];
    ck_assert_int_eq(rsp_unit_parse("mg/h", &a, NULL), RSP_OK);
    ck_assert_int_eq(rsp_unit_parse("L/h", &b, NULL), RSP_OK);
    const struct rsp_dimension quotient = rsp_dimension_combine(a.dimension, b.dimension, -1);
    rsp_dimension_format(quotient, text, sizeof text);
    ck_assert_str_eq(text, "mass/volume");
    ck_assert(rsp_dimension_equal(rsp_dimension_combine(quotient, b.dimension, +1), a.dimension));
    rsp_dimension_format((struct rsp_dimension){.time = -1}, text, sizeof text);
    ck_assert_str_eq(text, "1/time");
    rsp_dimension_format((struct rsp_dimension){0}, text, sizeof text);
    ck_assert_str_eq(text, "no unit");
    rsp_dimension_format((struct rsp_dimension){.mass = 1, .time = 2, .volume = -1}, text, sizeof text);
    ck_assert_str_eq(text, "mass*time^2/volume");
    ck_assert_int_eq(rsp_dimension_format((struct rsp_dimension){.mass = 1}, text, 3), 4);
    ck_assert_str_eq(text, "ma");
}
END_TEST

RUN_TESTS("units", units_have_the_factors_of_their_definitions,
    unknown_units_are_refused_with_the_nearest_one,
    quantities_keep_the_number_as_written_and_in_internal_units,
    what_is_no_quantity_is_refused_with_the_reason, a_quantity_converts_to_another_unit_of_its_dimension_only,
    dimensions_combine_and_have_names)
