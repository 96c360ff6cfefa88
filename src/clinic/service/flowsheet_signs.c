/* Values of a session by stretches of five minutes, as a chart on paper shows them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/flowsheet.h"
#include "service/json_build.h"
#include "session/vital.h"

enum { US_A_S = 1000000, ONE_BY_ONE = 3 };

struct slot {
    double from_s, low, high;
    double at_s[ONE_BY_ONE], value[ONE_BY_ONE]; /* the first three; then the last alone, in [0] */
    size_t n, n_odd;
    double odd_at_s, odd_value;
};

struct slots {
    size_t n, room;
    struct slot *slot; /* by time */
};

struct gathering {
    int64_t order;
    struct rsp_vital_rules rules;
    json_t *marks; /* "READING SIGN" to whether it is an artefact: the last word counts */
    struct slots sign[RSP_N_VITAL];
};

static rsp_status take_mark(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct gathering *g = context;
    char key[64];
    if (json_integer_value(json_object_get(fact->body, "order")) != g->order)
        return RSP_OK;
    (void)snprintf(key, sizeof key, "%lld %.32s",
        (long long)json_integer_value(json_object_get(fact->body, "reading")),
        rsp_key_text(fact->body, "sign"));
    return json_object_set(g->marks, key, json_object_get(fact->body, "artefact")) == 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* The stretch of a time, made where there is none: most values come in the order of their times. */
static struct slot *slot_of(struct slots *slots, double at_s)
{
    const double from_s = RSP_FLOWSHEET_SLOT_S * floor(at_s / RSP_FLOWSHEET_SLOT_S);
    size_t i = slots->n;
    while (i > 0 && slots->slot[i - 1].from_s > from_s)
        i--;
    if (i > 0 && slots->slot[i - 1].from_s >= from_s)
        return &slots->slot[i - 1];
    if (slots->n == slots->room) {
        const size_t room = 2 * slots->room + 64;
        struct slot *more = realloc(slots->slot, room * sizeof *more);
        if (more == NULL)
            return NULL;
        slots->slot = more;
        slots->room = room;
    }
    memmove(&slots->slot[i + 1], &slots->slot[i], (slots->n - i) * sizeof *slots->slot);
    slots->n++;
    slots->slot[i] = (struct slot){.from_s = from_s, .low = INFINITY, .high = -INFINITY};
    return &slots->slot[i];
}

static void take_value(struct slot *slot, double at_s, double value, bool odd)
{
    if (odd) {
        if (slot->n_odd++ == 0) {
            slot->odd_at_s = at_s;
            slot->odd_value = value;
        }
        return;
    }
    slot->low = fmin(slot->low, value);
    slot->high = fmax(slot->high, value);
    if (slot->n < ONE_BY_ONE) {
        slot->at_s[slot->n] = at_s;
        slot->value[slot->n] = value;
    } else if (slot->n == ONE_BY_ONE || at_s >= slot->at_s[0]) {
        slot->at_s[0] = at_s;
        slot->value[0] = value;
    }
    slot->n++;
}

static bool is_marked(const struct gathering *g, int64_t reading, const char *sign)
{
    char key[64];
    (void)snprintf(key, sizeof key, "%lld %.32s", (long long)reading, sign);
    return json_is_true(json_object_get(g->marks, key));
}

static rsp_status take_reading(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct gathering *g = context;
    const char *name;
    json_t *value;
    if (json_integer_value(json_object_get(fact->body, "order")) != g->order)
        return RSP_OK;
    rsp_status status = RSP_OK;
    json_t *values = json_loads(rsp_key_text(fact->body, "values"), 0, NULL);
    json_object_foreach(values, name, value)
    {
        const int vital = rsp_vital_find(name);
        if (vital < 0 || status != RSP_OK)
            continue;
        const struct rsp_vital_sample sample = {.number = fact->number,
            .vital = (enum rsp_vital)vital,
            .value = json_number_value(value),
            .device_s = rsp_key_number(fact->body, "at_s"),
            .received_s = (double)fact->at_us / US_A_S,
            .manual = strcmp(rsp_key_text(fact->body, "source"), "manual") == 0,
            .artefact = is_marked(g, fact->number, name)};
        const double at_s = rsp_vital_sample_s(&sample);
        struct slot *slot = slot_of(&g->sign[vital], at_s);
        if (slot == NULL)
            status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        else
            take_value(
                slot, at_s, sample.value, rsp_vital_sample_quality(&g->rules, &sample) != RSP_QUALITY_OK);
    }
    json_decref(values);
    return status;
}

static json_t *slot_row(struct rsp_build *b, const struct slot *slot)
{
    json_t *row = json_object(), *points = json_array();
    const size_t shown = slot->n > ONE_BY_ONE ? 1 : slot->n;
    for (size_t i = 0; i < shown; i++)
        rsp_build_append(b, points, json_pack("[f, f]", slot->at_s[i], slot->value[i]));
    rsp_build_set(b, row, "from_s", rsp_build_number(slot->from_s));
    rsp_build_set(b, row, "n", json_integer((json_int_t)slot->n));
    rsp_build_set(b, row, "low", rsp_build_number(slot->low));
    rsp_build_set(b, row, "high", rsp_build_number(slot->high));
    rsp_build_set(b, row, "points", points);
    rsp_build_set(b, row, "n_odd", json_integer((json_int_t)slot->n_odd));
    rsp_build_set(
        b, row, "odd", slot->n_odd > 0 ? json_pack("[f, f]", slot->odd_at_s, slot->odd_value) : json_null());
    return row;
}

static rsp_status put(struct rsp_call *call, const struct gathering *g)
{
    struct rsp_build b = {0};
    json_t *signs = json_object();
    for (int v = 0; v < RSP_N_VITAL; v++) {
        if (g->sign[v].n == 0)
            continue;
        json_t *rows = json_array();
        for (size_t i = 0; i < g->sign[v].n; i++)
            rsp_build_append(&b, rows, slot_row(&b, &g->sign[v].slot[i]));
        rsp_build_set(&b, signs, rsp_vital_id((enum rsp_vital)v), rows);
    }
    if (b.failed) {
        json_decref(signs);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "signs", signs);
}

rsp_status rsp_flowsheet_put_signs(struct rsp_call *call, int64_t order)
{
    struct gathering g = {.order = order};
    struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = "reading_mark", .without_identity = true};
    RSP_TRY(rsp_vital_rules_make(rsp_rulebook_watching(call->service->book), &g.rules, call->err));
    g.marks = json_object();
    rsp_status status = g.marks != NULL ? RSP_OK : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, take_mark, &g, call->err);
    filter.kind = "reading";
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, take_reading, &g, call->err);
    if (status == RSP_OK)
        status = put(call, &g);
    for (int v = 0; v < RSP_N_VITAL; v++)
        free(g.sign[v].slot);
    json_decref(g.marks);
    return status;
}
