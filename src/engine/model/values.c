#include "model/values.h"

#include <math.h>

enum { MAX_VALUE = 2048, MAX_PLACE = 1024 };

enum kind { NUMBER, PARAMETER, COVARIATE, DOSE, OP };

struct value {
    enum kind kind;
    enum rsp_op_code op;
    double number;
    int a, b; /* operands, or the index of a parameter or covariate */
    bool uses_dose, needed, needed_by_check;
    int slot;
};

struct rsp_values {
    struct rsp_arena *arena;
    bool failed;
    int n;
    struct value value[MAX_VALUE];
    int n_place;
    struct {
        int value, *to;
        bool only_for_checks;
    } place[MAX_PLACE];
};

struct rsp_values *rsp_values_new(struct rsp_arena *arena)
{
    struct rsp_values *v = rsp_arena_alloc(arena, sizeof *v);
    if (v != NULL)
        v->arena = arena;
    return v;
}

static double apply(enum rsp_op_code op, double a, double b)
{
    switch (op) {
    case RSP_OP_ADD:
        return a + b;
    case RSP_OP_SUB:
        return a - b;
    case RSP_OP_MUL:
        return a * b;
    case RSP_OP_DIV:
        return a / b;
    case RSP_OP_MIN:
        return a < b ? a : b;
    case RSP_OP_MAX:
        return a > b ? a : b;
    case RSP_OP_POW:
        return pow(a, b);
    case RSP_OP_EXP:
        return exp(a);
    case RSP_OP_LOG:
        return log(a);
    }
    return NAN;
}

void rsp_program_run(const struct rsp_program *program, double slot[])
{
    for (size_t i = 0; i < program->n_op; i++) {
        const struct rsp_op *op = &program->op[i];
        slot[op->to] = apply(op->code, slot[op->a], slot[op->b]);
    }
}

static int add(struct rsp_values *v, struct value w)
{
    for (int i = 0; i < v->n; i++) {
        const struct value *x = &v->value[i];
        if (x->kind == w.kind && x->op == w.op && x->a == w.a && x->b == w.b && x->number == w.number &&
            signbit(x->number) == signbit(w.number))
            return i;
    }
    if (v->n == MAX_VALUE) {
        v->failed = true;
        return -1;
    }
    w.slot = -1;
    v->value[v->n] = w;
    return v->n++;
}

int rsp_value_number(struct rsp_values *v, double number)
{
    return add(v, (struct value){.kind = NUMBER, .number = number});
}

int rsp_value_parameter(struct rsp_values *v, int slot)
{
    return add(v, (struct value){.kind = PARAMETER, .a = slot});
}

int rsp_value_covariate(struct rsp_values *v, int covariate)
{
    return add(v, (struct value){.kind = COVARIATE, .a = covariate});
}

bool rsp_value_is_number(const struct rsp_values *v, int value, double number)
{
    return value >= 0 && v->value[value].kind == NUMBER && v->value[value].number == number;
}

bool rsp_value_uses_dose(const struct rsp_values *v, int value)
{
    return value >= 0 && v->value[value].uses_dose;
}

int rsp_value_op(struct rsp_values *v, enum rsp_op_code op, int a, int b)
{
    const bool one = op == RSP_OP_EXP || op == RSP_OP_LOG;
    if (one)
        b = a;
    if (a < 0 || b < 0) {
        v->failed = true;
        return -1;
    }
    if (v->value[a].kind == NUMBER && v->value[b].kind == NUMBER)
        return rsp_value_number(v, apply(op, v->value[a].number, v->value[b].number));
    if ((op == RSP_OP_MUL || op == RSP_OP_DIV) && rsp_value_is_number(v, b, 1))
        return a;
    if (op == RSP_OP_MUL && rsp_value_is_number(v, a, 1))
        return b;
    if ((op == RSP_OP_ADD || op == RSP_OP_SUB) && rsp_value_is_number(v, b, 0))
        return a;
    if (op == RSP_OP_ADD && rsp_value_is_number(v, a, 0))
        return b;
    return add(v, (struct value){.kind = OP,
                      .op = op,
                      .a = a,
                      .b = b,
                      .uses_dose = v->value[a].uses_dose || v->value[b].uses_dose});
}

int rsp_value_expr(struct rsp_values *v, struct rsp_expr *e, double otherwise)
{
    if (e == NULL)
        return rsp_value_number(v, otherwise);
    if (e->value >= 0)
        return e->value;
    switch (e->kind) {
    case RSP_EXPR_NUMBER:
        e->value = rsp_value_number(v, e->number);
        break;
    case RSP_EXPR_PARAMETER:
        e->value = rsp_value_parameter(v, e->parameter->slot);
        break;
    case RSP_EXPR_COVARIATE:
        e->value = rsp_value_covariate(v, e->covariate->merged);
        break;
    case RSP_EXPR_DOSE:
        e->value = add(v, (struct value){.kind = DOSE, .uses_dose = true});
        break;
    case RSP_EXPR_OP: {
        const int a = rsp_value_expr(v, e->a, 0);
        const int b = e->b != NULL ? rsp_value_expr(v, e->b, 0) : a;
        e->value = rsp_value_op(v, e->op, a, b);
        break;
    }
    }
    return e->value;
}

void rsp_value_place(struct rsp_values *v, int value, int *place, bool only_for_checks)
{
    if (value < 0 || v->n_place == MAX_PLACE) {
        v->failed = true;
        return;
    }
    v->place[v->n_place].value = value;
    v->place[v->n_place].to = place;
    v->place[v->n_place].only_for_checks = only_for_checks;
    v->n_place++;
}

/* Operands come before their users, so one pass backwards marks all that is needed. */
static void mark_needed(struct rsp_values *v)
{
    for (int i = 0; i < v->n_place; i++) {
        struct value *x = &v->value[v->place[i].value];
        if (v->place[i].only_for_checks)
            x->needed_by_check = true;
        else
            x->needed = true;
    }
    for (int i = v->n - 1; i >= 0; i--) {
        const struct value *x = &v->value[i];
        if (x->kind != OP)
            continue;
        if (x->needed)
            v->value[x->a].needed = v->value[x->b].needed = true;
        if (x->needed_by_check)
            v->value[x->a].needed_by_check = v->value[x->b].needed_by_check = true;
    }
}

static struct rsp_program *program_of(struct rsp_compiled *c, const struct value *x)
{
    if (!x->needed)
        return &c->check_program;
    return x->uses_dose ? &c->dose_program : &c->program;
}

static rsp_status number_slots(struct rsp_values *v, struct rsp_compiled *c, struct rsp_error *err)
{
    int next = (int)(c->n_parameter + c->n_covariate);
    c->first_covariate_slot = (int)c->n_parameter;
    c->first_constant_slot = next;
    c->dose_slot = -1;
    for (int i = 0; i < v->n; i++) {
        struct value *x = &v->value[i];
        if (x->kind == NUMBER && (x->needed || x->needed_by_check))
            x->slot = next++;
        else if (x->kind == PARAMETER)
            x->slot = x->a;
        else if (x->kind == COVARIATE)
            x->slot = c->first_covariate_slot + x->a;
    }
    c->n_constant = (size_t)(next - c->first_constant_slot);
    for (int i = 0; i < v->n; i++) {
        struct value *x = &v->value[i];
        if (x->kind == DOSE && (x->needed || x->needed_by_check))
            x->slot = c->dose_slot = next++;
        if (x->kind == OP && (x->needed || x->needed_by_check)) {
            x->slot = next++;
            program_of(c, x)->n_op++;
        }
    }
    c->n_slot = (size_t)next;
    if (next > RSP_MAX_SLOT)
        return rsp_error_set(
            err, RSP_E_LIMIT, "", "the model needs %d values; at most %d are possible", next, RSP_MAX_SLOT);
    return RSP_OK;
}

rsp_status rsp_values_finish(struct rsp_values *v, struct rsp_compiled *c, struct rsp_error *err)
{
    struct rsp_program *programs[3] = {&c->program, &c->dose_program, &c->check_program};
    if (v->failed)
        return rsp_error_set(err, RSP_E_LIMIT, "", "the model's expressions are too many to calculate with");
    mark_needed(v);
    RSP_TRY(number_slots(v, c, err));
    c->constant = rsp_arena_alloc(v->arena, (c->n_constant + 1) * sizeof *c->constant);
    if (c->constant == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (int k = 0; k < 3; k++) {
        programs[k]->op = rsp_arena_alloc(v->arena, (programs[k]->n_op + 1) * sizeof *programs[k]->op);
        if (programs[k]->op == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        programs[k]->n_op = 0;
    }
    for (int i = 0; i < v->n; i++) {
        const struct value *x = &v->value[i];
        if (x->kind == NUMBER && x->slot >= 0)
            c->constant[x->slot - c->first_constant_slot] = x->number;
        if (x->kind != OP || x->slot < 0)
            continue;
        struct rsp_program *p = program_of(c, x);
        p->op[p->n_op++] = (struct rsp_op){x->op, x->slot, v->value[x->a].slot, v->value[x->b].slot};
    }
    for (int i = 0; i < v->n_place; i++)
        *v->place[i].to = v->value[v->place[i].value].slot;
    return RSP_OK;
}
