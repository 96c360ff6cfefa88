#include "model_support.h"

const char plain_pk[] = "respite_model: 1\n"
                        "id: plain\n"
                        "name: Plain, one compartment\n"
                        "kind: pk\n"
                        "drug: esketamine\n"
                        "site: arterial\n"
                        "status: made up\n"
                        "amounts: mass\n"
                        "sources:\n"
                        "  paper: 'Nobody. doi:10.1000/1, Table 1'\n"
                        "population: {text: nobody, n: 1}\n"
                        "domain: {conditions: [healthy], regimen: bolus}\n"
                        "substances:\n"
                        "  esketamine: {}\n"
                        "  esnorketamine: {}\n"
                        "covariates:\n"
                        "  weight_kg: {reference: 70, range: [50, 90], required: true}\n"
                        "  age_y: {reference: 40, range: [18, 80]}\n"
                        "  race: {levels: [red, green, blue], reference: red}\n"
                        "parameters:\n"
                        "  cl: {value: 60 L/h, source: paper, confidence: primary}\n"
                        "  v: {value: 120 L, source: paper, confidence: primary}\n"
                        "  p: {value: 0.25, source: paper, confidence: primary}\n"
                        "  k: {value: 0.5 1/min, source: paper, confidence: primary}\n"
                        "  d: {value: 30 min, source: paper, confidence: primary}\n"
                        "  m: {value: 28 mg, source: paper, confidence: primary}\n"
                        "derived:\n"
                        "  x: 1\n"
                        "compartments:\n"
                        "  central: {substance: esketamine, volume: v}\n"
                        "  gut: {substance: esketamine}\n"
                        "  metabolite: {substance: esnorketamine, volume: 2 * v}\n"
                        "flows:\n"
                        "  - {from: central, to: out, clearance: cl}\n"
                        "  - {from: gut, to: central, rate: k}\n"
                        "  - {from: metabolite, to: out, rate: k}\n"
                        "routes:\n"
                        "  iv: [{to: central}]\n"
                        "  oral: [{to: gut, fraction: p}]\n"
                        "outputs:\n"
                        "  esketamine_ng_per_ml: {compartment: central}\n"
                        "  esnorketamine_ng_per_ml: {compartment: metabolite}\n"
                        "checks: []\n";

const char plain_effect[] =
    "respite_model: 1\n"
    "id: effect\n"
    "name: Plain effect\n"
    "kind: effect\n"
    "drug: esketamine\n"
    "site: arterial\n"
    "with: noppers2011\n"
    "sources: {paper: 'Nobody.'}\n"
    "domain: {conditions: [crps], regimen: infusion, duration_h: [1, 2], concentration_ng_per_ml: [0, 300]}\n"
    "parameters:\n"
    "  c50: {value: 100 ng/mL, source: paper, confidence: primary}\n"
    "  v: {value: 3 h, source: paper, confidence: primary}\n"
    "  top: {value: 80 %, source: paper, confidence: primary}\n"
    "  h: {value: 2, source: paper, confidence: primary}\n"
    "  s: {value: 0.02 mL/ng, source: paper, confidence: primary}\n"
    "  pr: {value: 0.6, source: paper, confidence: primary}\n"
    "effect_sites:\n"
    "  site_ng_per_ml: {driver: esketamine_ng_per_ml, half_life: v}\n"
    "mixture: {probability: pr}\n"
    "effects:\n"
    "  pain_relief_frac: {form: inhibition, driver: site_ng_per_ml, c50: c50, gated: true}\n"
    "  pain_nrs: {form: product, driver: pain_relief_frac, baseline: 7}\n"
    "  dissociation_pct: {form: sigmoid, driver: site_ng_per_ml, c50: c50, hill: h, ceiling: top}\n"
    "  more_nrs: {form: linear, drivers: [{driver: site_ng_per_ml, slope: s}, {driver: esketamine_ng_per_ml, "
    "slope: 2 * s}]}\n";

static size_t append(char *to, size_t used, size_t size, const char *text, size_t length)
{
    ck_assert_uint_lt(used + length, size);
    for (size_t i = 0; i < length; i++)
        to[used + i] = text[i];
    to[used + length] = '\0';
    return used + length;
}

const char *edited(const char *text, const char *from, const char *to)
{
    enum { SIZE = 16384 };
    static char buffers[4][SIZE];
    static int next;
    char fresh[SIZE];
    const char *at = strstr(text, from);
    ck_assert_msg(at != NULL, "'%s' is not in the text to edit", from);
    size_t n = append(fresh, 0, SIZE, text, (size_t)(at - text));
    n = append(fresh, n, SIZE, to, strlen(to));
    n = append(fresh, n, SIZE, at + strlen(from), strlen(at + strlen(from)));
    char *kept = buffers[next++ % 4];
    append(kept, 0, SIZE, fresh, n);
    return kept;
}

struct rsp_model *parsed_model(const char *text)
{
    struct rsp_model *model = NULL;
    struct rsp_error e = {0};
    char shown[900] = "";
    if (rsp_model_parse(text, strlen(text), "test.yaml", &model, &e) != RSP_OK)
        rsp_error_format(&e, shown, sizeof shown);
    ck_assert_msg(model != NULL, "%s", shown);
    return model;
}

struct rsp_model *shipped_model(const char *id)
{
    struct rsp_model *model = NULL;
    struct rsp_error e = {0};
    char shown[900] = "";
    if (rsp_model_shipped(id, &model, &e) != RSP_OK)
        rsp_error_format(&e, shown, sizeof shown);
    ck_assert_msg(model != NULL, "%s", shown);
    return model;
}

int state_of(const struct rsp_compiled *c, const char *name)
{
    for (size_t i = 0; i < c->n_state; i++) {
        if (strcmp(c->state_name[i], name) == 0)
            return (int)i;
    }
    return strcmp(name, "out") == 0 ? -1 : -2;
}

/* Sum of the rates of all links between two states, 1/h. */
double rate_between(const struct rsp_model *model, const double slot[], const char *from, const char *to)
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double sum = 0;
    ck_assert_int_ge(state_of(c, from), 0);
    ck_assert_int_ge(state_of(c, to), -1);
    for (size_t i = 0; i < c->n_link; i++) {
        if (c->link[i].from == state_of(c, from) && c->link[i].to == state_of(c, to))
            sum += slot[c->link[i].rate];
    }
    return sum;
}

void derivative(const struct rsp_compiled *c, const double slot[], double time_h, const double x[],
    const double input[], double dx[])
{
    memcpy(dx, input, c->n_state * sizeof *dx);
    for (size_t i = 0; i < c->n_link; i++) {
        const struct rsp_link *l = &c->link[i];
        const double growth = l->growth >= 0 ? 1 + slot[l->growth] * time_h : 1;
        const double flow = slot[l->rate] * growth * x[l->from];
        if (l->conserving)
            dx[l->from] -= flow;
        if (l->to >= 0)
            dx[l->to] += flow;
    }
}

/* One Runge-Kutta step of h hours with constant input (mg/h per state). */
void step(const struct rsp_compiled *c, const double slot[], double time_h, double h, double x[],
    const double input[])
{
    double k[4][RSP_MAX_STATE], y[RSP_MAX_STATE];
    static const double at[4] = {0, 0.5, 0.5, 1};
    for (int s = 0; s < 4; s++) {
        for (size_t i = 0; i < c->n_state; i++)
            y[i] = x[i] + (s > 0 ? at[s] * h * k[s - 1][i] : 0);
        derivative(c, slot, time_h + at[s] * h, y, input, k[s]);
    }
    for (size_t i = 0; i < c->n_state; i++)
        x[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
}

/* Amounts after `time_h` hours of one dose of amount_mg by a route, given over duration_h (0: at once). */
void run(const struct rsp_model *model, const double covariate[], enum rsp_route route, double amount_mg,
    double duration_h, double time_h, int n_step, double x[])
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT], input[RSP_MAX_STATE];
    rsp_model_typical(model, covariate, slot);
    if (c->dose_slot >= 0) {
        slot[c->dose_slot] = amount_mg;
        rsp_program_run(&c->dose_program, slot);
    }
    memset(x, 0, RSP_MAX_STATE * sizeof *x);
    const double h = time_h / n_step;
    for (int s = 0; s < n_step; s++) {
        const double t = s * h;
        memset(input, 0, sizeof input);
        for (size_t i = 0; i < c->n_input; i++) {
            const struct rsp_input *in = &c->input[i];
            const double lag = in->lag >= 0 ? slot[in->lag] : 0;
            const double over = in->duration >= 0 ? slot[in->duration] : duration_h;
            const double part = (in->fraction >= 0 ? slot[in->fraction] : 1) * amount_mg;
            if (in->route != route)
                continue;
            if (over <= 0 && t <= lag && lag < t + h)
                x[in->state] += part;
            /* Share of this step that lies inside the input: keeps the amount exact at its ends. */
            if (over > 0)
                input[in->state] += part / over * fmax(0, fmin(t + h, lag + over) - fmax(t, lag)) / h;
        }
        step(c, slot, t, h, x, input);
    }
}

/* A readout at amounts x. */
double readout(const struct rsp_model *model, const double covariate[], const double x[], const char *name)
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, covariate, slot);
    for (size_t i = 0; i < c->n_readout; i++) {
        if (strcmp(c->readout[i].name, name) == 0)
            return x[c->readout[i].state] * slot[c->readout[i].scale];
    }
    ck_abort_msg("no readout %s", name);
    return NAN;
}
