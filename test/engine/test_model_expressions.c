#include "model_support.h"

/* Value of a derived expression with cl = 60 L/h, v = 120 L, p = 0.25, k = 30 1/h, d = 0.5 h, m = 28 mg. */
static double value_of(const char *expression)
{
    char check[400], derived[300];
    snprintf(derived, sizeof derived, "  x: '%s'\n", expression);
    const char *text = edited(plain_pk, "  x: 1\n", derived);
    snprintf(check, sizeof check,
        "checks: [{description: x, kind: deterministic, quantity: parameter, output: x / %s, target: 1, "
        "source: paper}]\n",
        "1");
    struct rsp_model *model = parsed_model(edited(text, "checks: []\n", check));
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    const double value = slot[rsp_model_check(model, 0)->slot];
    rsp_model_free(model);
    return value;
}

START_TEST(expressions_give_what_arithmetic_gives)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"1 + 2 * 3", 7},
        {"(1 + 2) * 3", 9},
        {"8 / 4 / 2", 1},
        {"2 - 3 - 4", -5},
        {"2 ^ 3 * 2", 16},
        {"-p * 4 + 2", 1},
        {"2 ^ -2", 0.25},
        {"1.5e1 + .5", 15.5},
        {"k * d", 15},
        {"cl / v * d", 0.25},
        {"v / cl / d", 4},
        {"max(p, 1)", 1},
        {"min(p, 1) + max(0, p)", 0.5},
        {"exp(0) + log(1)", 1},
        {"k ^ 2 * d ^ 2", 225},
        {"(v + v) / v", 2},
        {"weight_kg / weight_kg * age_y", 40},
        {"exp(p) * exp(-p)", 1},
        {"p - -p", 0.5},
        {"m / m + 0 * p", 1},
        {"max(0, v) / v", 1},
        {"((v ^ 6) ^ 5) * ((v ^ 6) ^ 5) / ((v ^ 6) ^ 5) / ((v ^ 6) ^ 5)", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(fabs(value_of(cases[i].text) - cases[i].value) < 1e-12, "%s gives %g", cases[i].text,
            value_of(cases[i].text));
}
END_TEST

START_TEST(wrong_expressions_are_refused_with_the_reason)
{
    static const struct {
        const char *text;
        rsp_status code;
        const char *says;
    } cases[] = {
        {"cl + v", RSP_E_UNIT, "same dimension"},
        {"max(cl, v)", RSP_E_UNIT, "same dimension"},
        {"exp(v)", RSP_E_UNIT, "pure number"},
        {"v ^ 0.5", RSP_E_UNIT, "whole number"},
        {"2 ^ v", RSP_E_UNIT, "exponent"},
        {"1 / 0", RSP_E_DOMAIN, "zero"},
        {"vv * 2", RSP_E_UNKNOWN, "nearest: 'v'"},
        {"dose / m", RSP_E_UNKNOWN, "fraction"},
        {"race * 2", RSP_E_MISMATCH, "category"},
        {"2 *", RSP_E_SYNTAX, "ends"},
        {"(1 + 2", RSP_E_SYNTAX, "')' expected"},
        {"1 2", RSP_E_SYNTAX, "unexpected"},
        {"30 min", RSP_E_SYNTAX, "parameter with a source"},
        {"", RSP_E_SYNTAX, "ends"},
        {"0,5", RSP_E_SYNTAX, "unexpected"},
        {"sin(p)", RSP_E_UNKNOWN, "min, max"},
        {"p $ 2", RSP_E_SYNTAX, "unexpected"},
        {"1e999", RSP_E_SYNTAX, "not a number"},
        {"(((v ^ 4) ^ 4) ^ 4) ^ 4 / v", RSP_E_LIMIT, "power of more than 60"}, /* 256 once counted as 0 */
        {"1 / ((v ^ 6) ^ 5) / ((v ^ 6) ^ 6)", RSP_E_LIMIT, "power of more than 60"},
        {"((k ^ 6) ^ 6) ^ 6", RSP_E_LIMIT, "power of more than 60"},
        {"((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))",
            RSP_E_LIMIT, "nested"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char derived[300];
        struct rsp_model *model = NULL;
        struct rsp_error e = {0};
        snprintf(derived, sizeof derived, "  x: '%s'\n", cases[i].text);
        const char *text = edited(plain_pk, "  x: 1\n", derived);
        ck_assert_int_eq(rsp_model_parse(text, strlen(text), "test.yaml", &model, &e), cases[i].code);
        ck_assert_msg(strstr(e.message, cases[i].says) != NULL, "'%s' says: %s", cases[i].text, e.message);
        ck_assert_str_eq(e.field, "derived.x");
        ck_assert_int_eq(e.line, 28);
        ck_assert_ptr_null(model);
    }
}
END_TEST

START_TEST(equal_parts_of_expressions_are_calculated_once)
{
    const char *text =
        edited(plain_pk, "{from: gut, to: central, rate: k}", "{from: gut, to: central, rate: cl / v + k}");
    struct rsp_model *model = parsed_model(text);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    /* cl / v, its sum with k, 1000 / v, 2 v, 1000 / (2 v): cl / v stands twice in the file. */
    ck_assert_uint_eq(c->program.n_op, 5);
    rsp_model_free(model);
}
END_TEST

START_TEST(an_expression_that_doubles_itself_forty_times_is_read_at_once)
{
    char derived[4000] = "  x: 1\n  d0: p\n";
    size_t used = strlen(derived);
    for (int i = 1; i <= 40; i++)
        used +=
            (size_t)snprintf(derived + used, sizeof derived - used, "  d%d: d%d + d%d\n", i, i - 1, i - 1);
    const char *text =
        edited(edited(plain_pk, "  x: 1\n", derived), "fraction: p", "fraction: p * d40 / d40");
    struct rsp_model *model = parsed_model(text);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(slot[rsp_model_compiled(model)->input[1].fraction], 0.25, 1e-15);
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("model expressions", expressions_give_what_arithmetic_gives,
    wrong_expressions_are_refused_with_the_reason, equal_parts_of_expressions_are_calculated_once,
    an_expression_that_doubles_itself_forty_times_is_read_at_once)
