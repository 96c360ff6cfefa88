#include "model/expr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_TEXT = 400, /* longer is no formula */
    MAX_DEPTH = 40,
    MAX_POWER = 6,
    MAX_EXPONENT = 60 /* of a dimension: the sum of two stays inside a signed char */
};

const struct rsp_dimension rsp_dim_none = {0};
const struct rsp_dimension rsp_dim_mass = {.mass = 1};
const struct rsp_dimension rsp_dim_volume = {.volume = 1};
const struct rsp_dimension rsp_dim_time = {.time = 1};
const struct rsp_dimension rsp_dim_per_time = {.time = -1};
const struct rsp_dimension rsp_dim_clearance = {.volume = 1, .time = -1};

static const char *const reserved[] = {"dose", "out", "min", "max", "exp", "log", NULL};

struct reader {
    struct rsp_arena *arena;
    const struct rsp_part *part;
    const struct rsp_yaml *node;
    const char *at;
    bool allow_dose;
    int depth;
    struct rsp_error *err;
};

static rsp_status read_sum(struct reader *r, struct rsp_expr **out);

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool rsp_name_fits(const char *name)
{
    size_t n = 0;
    if (!is_letter(name[0]))
        return false;
    while (is_letter(name[n]) || is_digit(name[n]))
        n++;
    if (name[n] != '\0' || n > RSP_MAX_NAME)
        return false;
    for (size_t i = 0; reserved[i] != NULL; i++) {
        if (strcmp(name, reserved[i]) == 0)
            return false;
    }
    return true;
}

static void skip_space(struct reader *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n')
        r->at++;
}

static rsp_status fresh(struct reader *r, enum rsp_expr_kind kind, struct rsp_expr **out)
{
    struct rsp_expr *e = rsp_arena_alloc(r->arena, sizeof *e);
    if (e == NULL)
        return rsp_error_set(r->err, RSP_E_MEMORY, "", "out of memory");
    e->kind = kind;
    e->value = -1;
    *out = e;
    return RSP_OK;
}

static bool is_zero(const struct rsp_expr *e)
{
    return e->kind == RSP_EXPR_NUMBER && e->number == 0.0;
}

static rsp_status same_dimension(
    struct reader *r, const struct rsp_expr *a, const struct rsp_expr *b, const char *what)
{
    char da[64], db[64];
    if (rsp_dimension_equal(a->dimension, b->dimension) || is_zero(a) || is_zero(b))
        return RSP_OK;
    rsp_dimension_format(a->dimension, da, sizeof da);
    rsp_dimension_format(b->dimension, db, sizeof db);
    return rsp_yaml_error(r->node, r->err, RSP_E_UNIT,
        "'%s' %s %s and %s; both sides need the same dimension", r->node->text, what, da, db);
}

static rsp_status combine(
    struct reader *r, struct rsp_dimension a, struct rsp_dimension b, int sign, struct rsp_dimension *out)
{
    const struct rsp_dimension d = rsp_dimension_combine(a, b, sign);
    const int exponent[] = {d.mass, d.volume, d.time, d.body_mass, d.substance, d.pressure, d.length};
    for (size_t i = 0; i < sizeof exponent / sizeof *exponent; i++)
        if (exponent[i] > MAX_EXPONENT || exponent[i] < -MAX_EXPONENT)
            return rsp_yaml_error(r->node, r->err, RSP_E_LIMIT,
                "a unit in '%s' is raised to a power of more than %d", r->node->text, MAX_EXPONENT);
    *out = d;
    return RSP_OK;
}

static rsp_status power_dimension(
    struct reader *r, const struct rsp_expr *a, const struct rsp_expr *b, struct rsp_dimension *out)
{
    *out = rsp_dim_none;
    if (!rsp_dimension_equal(b->dimension, rsp_dim_none))
        return rsp_yaml_error(r->node, r->err, RSP_E_UNIT,
            "an exponent in '%s' has a unit; it must be a pure number", r->node->text);
    if (rsp_dimension_equal(a->dimension, rsp_dim_none))
        return RSP_OK;
    if (b->kind != RSP_EXPR_NUMBER || b->number != floor(b->number) || fabs(b->number) > MAX_POWER)
        return rsp_yaml_error(r->node, r->err, RSP_E_UNIT,
            "a quantity with a unit in '%s' may only be raised to a whole number up to %d", r->node->text,
            MAX_POWER);
    for (int i = 0; i < (int)fabs(b->number); i++)
        RSP_TRY(combine(r, *out, a->dimension, b->number > 0 ? 1 : -1, out));
    return RSP_OK;
}

static rsp_status join(
    struct reader *r, enum rsp_op_code op, struct rsp_expr *a, struct rsp_expr *b, struct rsp_expr **out)
{
    struct rsp_expr *e = NULL;
    RSP_TRY(fresh(r, RSP_EXPR_OP, &e));
    e->op = op;
    e->a = a;
    e->b = b;
    e->uses_dose = a->uses_dose || (b != NULL && b->uses_dose);
    e->parameters = a->parameters | (b != NULL ? b->parameters : 0);
    switch (op) {
    case RSP_OP_ADD:
    case RSP_OP_SUB:
        RSP_TRY(same_dimension(r, a, b, "adds or subtracts"));
        e->dimension = is_zero(a) ? b->dimension : a->dimension;
        break;
    case RSP_OP_MIN:
    case RSP_OP_MAX:
        RSP_TRY(same_dimension(r, a, b, "compares"));
        e->dimension = is_zero(a) ? b->dimension : a->dimension;
        break;
    case RSP_OP_MUL:
        RSP_TRY(combine(r, a->dimension, b->dimension, 1, &e->dimension));
        break;
    case RSP_OP_DIV:
        if (is_zero(b))
            return rsp_yaml_error(r->node, r->err, RSP_E_DOMAIN, "'%s' divides by zero", r->node->text);
        RSP_TRY(combine(r, a->dimension, b->dimension, -1, &e->dimension));
        break;
    case RSP_OP_POW:
        RSP_TRY(power_dimension(r, a, b, &e->dimension));
        break;
    case RSP_OP_EXP:
    case RSP_OP_LOG:
        if (!rsp_dimension_equal(a->dimension, rsp_dim_none))
            return rsp_yaml_error(r->node, r->err, RSP_E_UNIT,
                "exp and log in '%s' need a pure number; divide by a reference with the same unit",
                r->node->text);
        break;
    }
    *out = e;
    return RSP_OK;
}

static rsp_status unknown_name(struct reader *r, const char *name)
{
    const struct rsp_part *p = r->part;
    const size_t n = p->n_parameter + p->n_covariate + p->n_derived;
    const char **known = rsp_arena_alloc(r->arena, (n + 2) * sizeof *known);
    size_t k = 0;
    if (known == NULL)
        return rsp_error_set(r->err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < p->n_parameter; i++)
        known[k++] = p->parameter[i].name;
    for (size_t i = 0; i < p->n_covariate; i++)
        known[k++] = p->covariate[i].seen.name;
    for (size_t i = 0; i < p->n_derived; i++)
        known[k++] = p->derived[i].name;
    if (r->allow_dose)
        known[k++] = "dose";
    const char *near = rsp_text_nearest(name, known);
    if (strcmp(name, "dose") == 0)
        return rsp_yaml_error(
            r->node, r->err, RSP_E_UNKNOWN, "'dose' has a meaning only in the fraction of a route's input");
    return rsp_yaml_error(r->node, r->err, RSP_E_UNKNOWN,
        "unknown name '%s' in '%s'; expected a parameter, covariate or derived name defined above%s%s%s",
        name, r->node->text, near != NULL ? " (nearest: '" : "", near != NULL ? near : "",
        near != NULL ? "')" : "");
}

static rsp_status read_name(struct reader *r, const char *name, struct rsp_expr **out)
{
    const struct rsp_part *p = r->part;
    for (size_t i = 0; i < p->n_derived; i++) {
        if (strcmp(p->derived[i].name, name) == 0) {
            *out = p->derived[i].expr;
            return RSP_OK;
        }
    }
    const int parameter = rsp_part_parameter(p, name);
    if (parameter >= 0) {
        RSP_TRY(fresh(r, RSP_EXPR_PARAMETER, out));
        (*out)->parameter = &p->parameter[parameter];
        (*out)->dimension = p->parameter[parameter].unit.dimension;
        (*out)->parameters = UINT64_C(1) << parameter;
        return RSP_OK;
    }
    for (size_t i = 0; i < p->n_covariate; i++) {
        if (strcmp(p->covariate[i].seen.name, name) == 0) {
            if (p->covariate[i].seen.categorical)
                return rsp_yaml_error(r->node, r->err, RSP_E_MISMATCH,
                    "covariate '%s' is a category, not a number; use a `factor` in a parameter's covariates",
                    name);
            RSP_TRY(fresh(r, RSP_EXPR_COVARIATE, out));
            (*out)->covariate = &p->covariate[i];
            (*out)->dimension = p->covariate[i].dimension;
            return RSP_OK;
        }
    }
    if (strcmp(name, "dose") == 0 && r->allow_dose) {
        RSP_TRY(fresh(r, RSP_EXPR_DOSE, out));
        (*out)->dimension = rsp_dim_mass;
        (*out)->uses_dose = true;
        return RSP_OK;
    }
    return unknown_name(r, name);
}

static rsp_status expect_char(struct reader *r, char c)
{
    skip_space(r);
    if (*r->at != c)
        return rsp_yaml_error(r->node, r->err, RSP_E_SYNTAX, "'%c' expected in '%s' before '%s'", c,
            r->node->text, *r->at != '\0' ? r->at : "the end");
    r->at++;
    return RSP_OK;
}

static rsp_status read_call(struct reader *r, const char *name, struct rsp_expr **out)
{
    static const struct {
        const char *name;
        enum rsp_op_code op;
        bool two;
    } calls[] = {{"min", RSP_OP_MIN, true}, {"max", RSP_OP_MAX, true}, {"exp", RSP_OP_EXP, false},
        {"log", RSP_OP_LOG, false}};
    struct rsp_expr *a = NULL, *b = NULL;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, name) != 0)
            continue;
        RSP_TRY(expect_char(r, '('));
        RSP_TRY(read_sum(r, &a));
        if (calls[i].two) {
            RSP_TRY(expect_char(r, ','));
            RSP_TRY(read_sum(r, &b));
        }
        RSP_TRY(expect_char(r, ')'));
        return join(r, calls[i].op, a, b, out);
    }
    return rsp_yaml_error(r->node, r->err, RSP_E_UNKNOWN,
        "unknown function '%s' in '%s'; known are min, max, exp and log", name, r->node->text);
}

static rsp_status read_number(struct reader *r, struct rsp_expr **out)
{
    char text[64];
    size_t n = 0;
    double value = 0;
    const char *s = r->at;
    while (is_digit(s[n]) || s[n] == '.' ||
           ((s[n] == 'e' || s[n] == 'E') &&
               (is_digit(s[n + 1]) || ((s[n + 1] == '-' || s[n + 1] == '+') && is_digit(s[n + 2])))) ||
           ((s[n] == '-' || s[n] == '+') && n > 0 && (s[n - 1] == 'e' || s[n - 1] == 'E')))
        n++;
    if (n >= sizeof text)
        return rsp_yaml_error(r->node, r->err, RSP_E_SYNTAX, "a number in '%s' is too long", r->node->text);
    memcpy(text, s, n);
    text[n] = '\0';
    r->at += n;
    skip_space(r);
    if (is_letter(*r->at))
        return rsp_yaml_error(r->node, r->err, RSP_E_SYNTAX,
            "unexpected '%s' after %s in '%s'; a number with a unit must be a parameter with a source", r->at,
            text, r->node->text);
    if (rsp_number_parse(text, &value, NULL) != RSP_OK)
        return rsp_yaml_error(
            r->node, r->err, RSP_E_SYNTAX, "'%s' in '%s' is not a number", text, r->node->text);
    RSP_TRY(fresh(r, RSP_EXPR_NUMBER, out));
    (*out)->number = value;
    return RSP_OK;
}

static rsp_status read_primary(struct reader *r, struct rsp_expr **out)
{
    skip_space(r);
    if (*r->at == '(') {
        r->at++;
        RSP_TRY(read_sum(r, out));
        return expect_char(r, ')');
    }
    if (is_digit(*r->at) || *r->at == '.')
        return read_number(r, out);
    if (is_letter(*r->at)) {
        char name[RSP_MAX_NAME + 1];
        size_t n = 0;
        while (is_letter(r->at[n]) || is_digit(r->at[n]))
            n++;
        if (n > RSP_MAX_NAME)
            return rsp_yaml_error(r->node, r->err, RSP_E_SYNTAX, "a name in '%s' is longer than %d letters",
                r->node->text, RSP_MAX_NAME);
        memcpy(name, r->at, n);
        name[n] = '\0';
        r->at += n;
        skip_space(r);
        return *r->at == '(' ? read_call(r, name, out) : read_name(r, name, out);
    }
    if (*r->at == '\0')
        return rsp_yaml_error(
            r->node, r->err, RSP_E_SYNTAX, "'%s' ends where a name or number is expected", r->node->text);
    return rsp_yaml_error(r->node, r->err, RSP_E_SYNTAX, "unexpected '%s' in '%s'", r->at, r->node->text);
}

/* A node of its own: a number may be shared by the users of a derived name. */
static rsp_status negative(struct reader *r, const struct rsp_expr *number, struct rsp_expr **out)
{
    RSP_TRY(fresh(r, RSP_EXPR_NUMBER, out));
    (*out)->number = -number->number;
    return RSP_OK;
}

static rsp_status read_power(struct reader *r, struct rsp_expr **out)
{
    struct rsp_expr *a = NULL, *b = NULL;
    RSP_TRY(read_primary(r, &a));
    skip_space(r);
    if (*r->at == '^') {
        r->at++;
        skip_space(r);
        const bool minus = *r->at == '-';
        if (minus)
            r->at++;
        RSP_TRY(read_primary(r, &b));
        if (minus && b->kind != RSP_EXPR_NUMBER)
            return rsp_yaml_error(
                r->node, r->err, RSP_E_SYNTAX, "put a negative exponent in '%s' into ( )", r->node->text);
        if (minus)
            RSP_TRY(negative(r, b, &b));
        return join(r, RSP_OP_POW, a, b, out);
    }
    *out = a;
    return RSP_OK;
}

static rsp_status read_signed(struct reader *r, struct rsp_expr **out)
{
    skip_space(r);
    if (*r->at != '-')
        return read_power(r, out);
    struct rsp_expr *zero = NULL, *b = NULL;
    r->at++;
    RSP_TRY(read_power(r, &b));
    if (b->kind == RSP_EXPR_NUMBER)
        return negative(r, b, out);
    RSP_TRY(fresh(r, RSP_EXPR_NUMBER, &zero));
    return join(r, RSP_OP_SUB, zero, b, out);
}

static rsp_status read_product(struct reader *r, struct rsp_expr **out)
{
    struct rsp_expr *a = NULL, *b = NULL;
    RSP_TRY(read_signed(r, &a));
    for (;;) {
        skip_space(r);
        const char c = *r->at;
        if (c != '*' && c != '/')
            break;
        r->at++;
        RSP_TRY(read_signed(r, &b));
        RSP_TRY(join(r, c == '*' ? RSP_OP_MUL : RSP_OP_DIV, a, b, &a));
    }
    *out = a;
    return RSP_OK;
}

static rsp_status read_sum(struct reader *r, struct rsp_expr **out)
{
    struct rsp_expr *a = NULL, *b = NULL;
    if (++r->depth > MAX_DEPTH)
        return rsp_yaml_error(r->node, r->err, RSP_E_LIMIT, "more than %d nested ( )", MAX_DEPTH);
    RSP_TRY(read_product(r, &a));
    for (;;) {
        skip_space(r);
        const char c = *r->at;
        if (c != '+' && c != '-')
            break;
        r->at++;
        RSP_TRY(read_product(r, &b));
        RSP_TRY(join(r, c == '+' ? RSP_OP_ADD : RSP_OP_SUB, a, b, &a));
    }
    r->depth--;
    *out = a;
    return RSP_OK;
}

rsp_status rsp_expr_parse(struct rsp_arena *arena, const struct rsp_part *part, const struct rsp_yaml *node,
    bool allow_dose, struct rsp_expr **expr, struct rsp_error *err)
{
    struct reader r = {arena, part, node, node->text, allow_dose, 0, err};
    struct rsp_expr *e = NULL;
    if (node->kind != RSP_YAML_SCALAR)
        return rsp_yaml_error(
            node, err, RSP_E_SYNTAX, "expected a number, a name or an expression such as 2 / mtt");
    if (strlen(node->text) > MAX_TEXT)
        return rsp_yaml_error(node, err, RSP_E_LIMIT, "expression longer than %d characters", MAX_TEXT);
    RSP_TRY(read_sum(&r, &e));
    skip_space(&r);
    if (*r.at != '\0')
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "unexpected '%s' in '%s'", r.at, node->text);
    *expr = e;
    return RSP_OK;
}

rsp_status rsp_expr_expect(const struct rsp_yaml *node, const struct rsp_expr *expr,
    struct rsp_dimension want, struct rsp_error *err)
{
    char dw[64], df[64];
    if (rsp_dimension_equal(expr->dimension, want) || is_zero(expr))
        return RSP_OK;
    rsp_dimension_format(want, dw, sizeof dw);
    rsp_dimension_format(expr->dimension, df, sizeof df);
    return rsp_yaml_error(node, err, RSP_E_UNIT, "'%s' comes out in %s; expected %s", node->text, df, dw);
}
