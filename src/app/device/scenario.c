/* The scenario file. */
#include "app/device/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"

enum { MS_PER_S = 1000, LONGEST_H = 24, MS_PER_H = 3600000, MOST_DECIMALS = 4, LONGEST_ID = 40 };
enum { LOWEST_PERCENTILE = 5, MIDDLE_PERCENTILE = 50, HIGHEST_PERCENTILE = 95, MOST_TIMES = 100 };

static const char *const whats[] = {
    "dropout", "flat", "missing", "artefact", "clock", "no_clock", "twice", NULL};

struct reader {
    struct rsp_scenario *made;
    struct rsp_error *err;
};

/* ---- times ---- */

static rsp_status read_time_of(
    const struct rsp_yaml *node, const struct rsp_quantity *quantity, int64_t *ms, struct rsp_error *err)
{
    double s = 0;
    if (rsp_quantity_in(quantity, "s", &s, NULL) != RSP_OK || !(fabs(s) <= LONGEST_H * 3600.0))
        return rsp_yaml_error(node, err, RSP_E_UNIT,
            "a time of at most %d h is expected here, such as 90 s or 10 min", LONGEST_H);
    *ms = llround(s * MS_PER_S);
    return RSP_OK;
}

static rsp_status read_time(
    const struct rsp_yaml *map, const char *key, bool required, int64_t *ms, struct rsp_error *err)
{
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    struct rsp_quantity quantity;
    if (node == NULL)
        return required ? rsp_yaml_error(
                              map, err, RSP_E_MISSING, "'%s' is missing: write a time, such as 10 min", key)
                        : RSP_OK;
    RSP_TRY(rsp_yaml_node_quantity(node, &quantity, err));
    return read_time_of(node, &quantity, ms, err);
}

/* Every time of the file lies within the scenario. */
static rsp_status read_moment(
    const struct reader *r, const struct rsp_yaml *map, const char *key, int64_t *ms)
{
    RSP_TRY(read_time(map, key, true, ms, r->err));
    if (*ms < 0 || *ms > r->made->length_ms)
        return rsp_yaml_error(
            rsp_yaml_find(map, key), r->err, RSP_E_DOMAIN, "this lies outside of the scenario");
    return RSP_OK;
}

static rsp_status read_every(
    const struct rsp_yaml *map, bool required, int64_t *every_ms, struct rsp_error *err)
{
    RSP_TRY(read_time(map, "every", required, every_ms, err));
    if (*every_ms < MS_PER_S / 10)
        return rsp_yaml_error(rsp_yaml_find(map, "every"), err, RSP_E_DOMAIN,
            "a device speaks every 100 ms at most: write 1 s or 5 s");
    return RSP_OK;
}

/* ---- signs ---- */

static rsp_status read_points(
    const struct reader *r, const struct rsp_yaml *map, struct rsp_scenario_sign *sign)
{
    struct rsp_scenario_point *point = NULL;
    size_t n = 0;
    if (map->kind != RSP_YAML_MAP || map->n_child == 0 || map->n_child > RSP_SCENARIO_POINTS)
        return rsp_yaml_error(map, r->err, RSP_E_SYNTAX,
            "1 to %d points are expected here, such as {0 min: 72, 10 min: 90}", RSP_SCENARIO_POINTS);
    point = rsp_yaml_alloc(map, map->n_child * sizeof *point);
    if (point == NULL)
        return rsp_error_set(r->err, RSP_E_MEMORY, "", "no memory for the scenario");
    for (const struct rsp_yaml *node = map->first; node != NULL; node = node->next, n++) {
        struct rsp_quantity quantity;
        struct rsp_error why = {0};
        if (rsp_quantity_parse_like(node->key, "10 min", &quantity, &why) != RSP_OK)
            return rsp_yaml_error(node, r->err, why.code, "%s", why.message);
        RSP_TRY(read_time_of(node, &quantity, &point[n].at_ms, r->err));
        RSP_TRY(rsp_yaml_node_number(node, &point[n].number, r->err));
        if (point[n].at_ms < 0 || point[n].at_ms > r->made->length_ms ||
            (n > 0 && point[n].at_ms <= point[n - 1].at_ms))
            return rsp_yaml_error(
                node, r->err, RSP_E_DOMAIN, "points lie within the scenario, each later than the one before");
        if (point[n].number < 0)
            return rsp_yaml_error(node, r->err, RSP_E_DOMAIN, "no sign is below 0");
    }
    sign->point = point;
    sign->n_point = n;
    return RSP_OK;
}

static int find_sign(const struct rsp_scenario_device *device, const char *name)
{
    for (size_t i = 0; i < device->n_sign; i++)
        if (strcmp(rsp_observed_sign_name(device->sign[i].sign), name) == 0)
            return (int)i;
    return -1;
}

static rsp_status read_sum(const struct reader *r, const struct rsp_yaml *map,
    const struct rsp_scenario_device *device, const char *of, struct rsp_scenario_sign *sign)
{
    sign->of = find_sign(device, of);
    if (sign->of < 0 || device->sign[sign->of].of >= 0 || device->sign[sign->of].follow >= 0 ||
        strcmp(rsp_observed_sign_unit(device->sign[sign->of].sign), "mL/h") != 0 ||
        strcmp(rsp_observed_sign_unit(sign->sign), "mL") != 0)
        return rsp_yaml_error(rsp_yaml_find(map, "sum_of"), r->err, RSP_E_MISMATCH,
            "a volume sums up a rate of this device that stands above it and follows no session, such as "
            "pump_rate_now");
    return RSP_OK;
}

static rsp_status check_unit(
    const struct rsp_yaml *map, const struct rsp_scenario_sign *sign, struct rsp_error *err)
{
    const char *unit = rsp_observed_sign_unit(sign->sign);
    const bool of_pump = sign->sign >= RSP_OBSERVED_PUMP_RATE;
    if (sign->follow == RSP_FOLLOW_RATE || sign->follow == RSP_FOLLOW_VOLUME
            ? strcmp(unit, sign->follow == RSP_FOLLOW_RATE ? "mL/h" : "mL") != 0
            : of_pump)
        return rsp_yaml_error(map, err, RSP_E_MISMATCH,
            "a rate or volume of a pump follows 'rate' or 'volume'; a sign of the patient the forecast");
    return RSP_OK;
}

static rsp_status read_follows(
    const struct rsp_yaml *map, struct rsp_scenario_sign *sign, struct rsp_error *err)
{
    static const char *const keys[] = {"of", "percentile", "times", NULL};
    const char *what = NULL;
    if (map == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(map, keys, err));
    RSP_TRY(rsp_yaml_text(map, "of", true, &what, err));
    sign->follow = rsp_text_index(what, rsp_follow_names);
    if (sign->follow < 0)
        return rsp_yaml_error(rsp_yaml_find(map, "of"), err, RSP_E_UNKNOWN,
            "one of sbp_rise, dissociation, level, rate, volume is expected");
    RSP_TRY(check_unit(rsp_yaml_find(map, "of"), sign, err));
    RSP_TRY(rsp_yaml_number(map, "percentile", false, &sign->percentile, err));
    RSP_TRY(rsp_yaml_number(map, "times", false, &sign->factor, err));
    if (!(sign->percentile >= LOWEST_PERCENTILE && sign->percentile <= HIGHEST_PERCENTILE))
        return rsp_yaml_error(rsp_yaml_find(map, "percentile"), err, RSP_E_DOMAIN,
            "a forecast is known from its percentile %d to %d", LOWEST_PERCENTILE, HIGHEST_PERCENTILE);
    if (!(fabs(sign->factor) <= MOST_TIMES))
        return rsp_yaml_error(rsp_yaml_find(map, "times"), err, RSP_E_DOMAIN,
            "a factor of -%d to %d is expected", MOST_TIMES, MOST_TIMES);
    return RSP_OK;
}

static rsp_status name_sign(const struct reader *r, const struct rsp_yaml *map, enum rsp_observed_sign *sign)
{
    const char *names[RSP_OBSERVED_N_SIGN + 1] = {NULL};
    for (int i = 0; i < RSP_OBSERVED_N_SIGN; i++)
        names[i] = rsp_observed_sign_name((enum rsp_observed_sign)i);
    const int index = rsp_text_index(map->key, names);
    if (index >= 0) {
        *sign = (enum rsp_observed_sign)index;
        return RSP_OK;
    }
    const char *near = rsp_text_nearest(map->key, names);
    return rsp_yaml_error(map, r->err, RSP_E_UNKNOWN, "no sign has this name%s%s%s",
        near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
}

static rsp_status read_sign(
    const struct reader *r, const struct rsp_yaml *map, struct rsp_scenario_device *device)
{
    static const char *const keys[] = {
        "trend", "steps", "sum_of", "follows", "noise", "every", "decimals", NULL};
    struct rsp_scenario_sign *sign = &device->sign[device->n_sign];
    const struct rsp_yaml *trend = rsp_yaml_find(map, "trend"), *steps = rsp_yaml_find(map, "steps"),
                          *follows = rsp_yaml_find(map, "follows");
    const char *of = NULL;
    long decimals = 0;

    *sign = (struct rsp_scenario_sign){.of = -1,
        .follow = -1,
        .percentile = MIDDLE_PERCENTILE,
        .factor = 1,
        .every_ms = device->every_ms,
        .steps = steps != NULL};
    RSP_TRY(name_sign(r, map, &sign->sign));
    RSP_TRY(rsp_yaml_only(map, keys, r->err));
    RSP_TRY(rsp_yaml_text(map, "sum_of", false, &of, r->err));
    RSP_TRY(read_follows(follows, sign, r->err));
    const int n_way = (trend != NULL) + (steps != NULL) + (of != NULL);
    if (n_way > 1 || (n_way == 0 && follows == NULL) || (of != NULL && follows != NULL))
        return rsp_yaml_error(map, r->err, RSP_E_MISMATCH,
            "one of 'trend' (straight lines), 'steps' (each value holds), 'sum_of' (a rate) and 'follows' (a "
            "session, alone or added to a trend or steps) says what it does");
    if (of != NULL)
        RSP_TRY(read_sum(r, map, device, of, sign));
    else if (n_way == 1)
        RSP_TRY(read_points(r, trend != NULL ? trend : steps, sign));
    decimals = sign->sign >= RSP_OBSERVED_PUMP_RATE ? 2 : 0;
    RSP_TRY(rsp_yaml_int(map, "decimals", false, &decimals, r->err));
    RSP_TRY(rsp_yaml_number(map, "noise", false, &sign->noise, r->err));
    RSP_TRY(read_every(map, false, &sign->every_ms, r->err));
    if (sign->noise < 0 || decimals < 0 || decimals > MOST_DECIMALS)
        return rsp_yaml_error(
            map, r->err, RSP_E_DOMAIN, "noise is at least 0, decimals are 0 to %d", MOST_DECIMALS);
    if (sign->every_ms % device->every_ms != 0)
        return rsp_yaml_error(map, r->err, RSP_E_MISMATCH,
            "a sign comes with every message of its device, or every second, third, ...: write a multiple");
    sign->decimals = (int)decimals;
    device->n_sign++;
    return RSP_OK;
}

/* ---- events ---- */

static rsp_status read_event_sign(const struct reader *r, const struct rsp_yaml *map,
    const struct rsp_scenario_device *device, struct rsp_scenario_event *event)
{
    const bool of_sign = event->what == RSP_SCENARIO_FLAT || event->what == RSP_SCENARIO_MISSING ||
                         event->what == RSP_SCENARIO_ARTEFACT;
    const char *name = NULL;
    event->sign = -1;
    RSP_TRY(rsp_yaml_text(map, "sign", of_sign, &name, r->err));
    if (name == NULL)
        return RSP_OK;
    event->sign = find_sign(device, name);
    if (event->sign < 0 || !of_sign)
        return rsp_yaml_error(rsp_yaml_find(map, "sign"), r->err, RSP_E_MISMATCH,
            of_sign ? "the device shows no such sign"
                    : "this happens to the device, not to one of its signs");
    return RSP_OK;
}

static rsp_status read_event(
    const struct reader *r, const struct rsp_yaml *map, struct rsp_scenario_device *device)
{
    static const char *const keys[] = {"at", "for", "what", "sign", "value", "by", NULL};
    struct rsp_scenario_event *event = &device->event[device->n_event];
    const char *what = NULL;
    int64_t for_ms = 0;

    RSP_TRY(rsp_yaml_only(map, keys, r->err));
    RSP_TRY(rsp_yaml_text(map, "what", true, &what, r->err));
    const int index = rsp_text_index(what, whats);
    if (index < 0)
        return rsp_yaml_error(rsp_yaml_find(map, "what"), r->err, RSP_E_UNKNOWN,
            "one of dropout, flat, missing, artefact, clock, no_clock, twice is expected");
    event->what = (enum rsp_scenario_what)index;
    RSP_TRY(read_moment(r, map, "at", &event->from_ms));
    RSP_TRY(read_time(map, "for", false, &for_ms, r->err));
    if (rsp_yaml_find(map, "for") != NULL && for_ms <= 0)
        return rsp_yaml_error(
            rsp_yaml_find(map, "for"), r->err, RSP_E_DOMAIN, "this lasts no time: write 90 s");
    event->to_ms = for_ms > 0 ? event->from_ms + for_ms : r->made->length_ms + 1;
    RSP_TRY(read_event_sign(r, map, device, event));
    RSP_TRY(rsp_yaml_number(map, "value", event->what == RSP_SCENARIO_ARTEFACT, &event->number, r->err));
    RSP_TRY(read_time(map, "by", event->what == RSP_SCENARIO_CLOCK, &event->by_ms, r->err));
    if ((rsp_yaml_find(map, "value") != NULL && event->what != RSP_SCENARIO_ARTEFACT) ||
        (rsp_yaml_find(map, "by") != NULL && event->what != RSP_SCENARIO_CLOCK))
        return rsp_yaml_error(map, r->err, RSP_E_MISMATCH, "'value' belongs to artefact, 'by' to clock");
    device->n_event++;
    return RSP_OK;
}

/* ---- devices ---- */

static bool is_name(const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    const size_t n = strlen(text);
    return n > 0 && n <= LONGEST_ID && strspn(text, letters) == n;
}

static rsp_status read_name(
    const struct reader *r, const struct rsp_yaml *map, const char *key, bool required, const char **name)
{
    RSP_TRY(rsp_yaml_text(map, key, required, name, r->err));
    if (!is_name(*name))
        return rsp_yaml_error(rsp_yaml_find(map, key), r->err, RSP_E_SYNTAX,
            "a name of letters, digits, '-', '_' and '.' is expected, of %d at most", LONGEST_ID);
    return RSP_OK;
}

static rsp_status read_device(const struct reader *r, const struct rsp_yaml *map)
{
    static const char *const keys[] = {
        "id", "kind", "sender", "facility", "patient", "every", "signs", "events", NULL};
    static const char *const kinds[] = {"monitor", "pump", NULL};
    struct rsp_scenario_device *device = &r->made->device[r->made->n_device];
    const struct rsp_yaml *signs = rsp_yaml_find(map, "signs"), *events = rsp_yaml_find(map, "events");
    const char *kind = NULL;

    RSP_TRY(rsp_yaml_only(map, keys, r->err));
    RSP_TRY(read_name(r, map, "id", true, &device->id));
    device->sender = "SIMULATOR";
    device->facility = "CHAIR-1";
    RSP_TRY(read_name(r, map, "sender", false, &device->sender));
    RSP_TRY(read_name(r, map, "facility", false, &device->facility));
    device->patient = r->made->patient;
    if (rsp_yaml_find(map, "patient") != NULL)
        RSP_TRY(read_name(r, map, "patient", true, &device->patient));
    RSP_TRY(rsp_yaml_text(map, "kind", true, &kind, r->err));
    if (rsp_text_index(kind, kinds) < 0)
        return rsp_yaml_error(
            rsp_yaml_find(map, "kind"), r->err, RSP_E_UNKNOWN, "monitor or pump is expected");
    device->pump = strcmp(kind, "pump") == 0;
    RSP_TRY(read_every(map, true, &device->every_ms, r->err));
    for (size_t i = 0; i < r->made->n_device; i++)
        if (strcmp(r->made->device[i].id, device->id) == 0)
            return rsp_yaml_error(map, r->err, RSP_E_MISMATCH, "another device has this id");
    if (signs == NULL || signs->kind != RSP_YAML_MAP || signs->n_child == 0 ||
        signs->n_child > RSP_SCENARIO_SIGNS)
        return rsp_yaml_error(map, r->err, RSP_E_MISSING, "'signs' says what the device shows");
    for (const struct rsp_yaml *node = signs->first; node != NULL; node = node->next)
        RSP_TRY(read_sign(r, node, device));
    if (events != NULL && (events->kind != RSP_YAML_LIST || events->n_child > RSP_SCENARIO_EVENTS))
        return rsp_yaml_error(
            events, r->err, RSP_E_SYNTAX, "a list of at most %d events is expected", RSP_SCENARIO_EVENTS);
    for (const struct rsp_yaml *node = events != NULL ? events->first : NULL; node != NULL; node = node->next)
        RSP_TRY(read_event(r, node, device));
    r->made->n_device++;
    return RSP_OK;
}

static rsp_status read_scenario(const struct reader *r, const struct rsp_yaml *root)
{
    static const char *const keys[] = {"name", "patient", "length", "devices", NULL};
    const struct rsp_yaml *devices = rsp_yaml_find(root, "devices");

    RSP_TRY(rsp_yaml_only(root, keys, r->err));
    RSP_TRY(rsp_yaml_text(root, "name", true, &r->made->name, r->err));
    r->made->patient = "";
    if (rsp_yaml_find(root, "patient") != NULL)
        RSP_TRY(read_name(r, root, "patient", true, &r->made->patient));
    RSP_TRY(read_time(root, "length", true, &r->made->length_ms, r->err));
    if (r->made->length_ms <= 0)
        return rsp_yaml_error(
            rsp_yaml_find(root, "length"), r->err, RSP_E_DOMAIN, "a scenario lasts longer than no time");
    if (devices == NULL || devices->kind != RSP_YAML_LIST || devices->n_child == 0 ||
        devices->n_child > RSP_SCENARIO_DEVICES)
        return rsp_yaml_error(
            root, r->err, RSP_E_MISSING, "'devices' lists 1 to %d monitors and pumps", RSP_SCENARIO_DEVICES);
    r->made->device = rsp_yaml_alloc(root, devices->n_child * sizeof *r->made->device);
    if (r->made->device == NULL)
        return rsp_error_set(r->err, RSP_E_MEMORY, "", "no memory for the scenario");
    for (const struct rsp_yaml *node = devices->first; node != NULL; node = node->next)
        RSP_TRY(read_device(r, node));
    return RSP_OK;
}

rsp_status rsp_scenario_parse(const char *text, size_t length, const char *source,
    struct rsp_scenario **scenario, struct rsp_error *err)
{
    rsp_status status = RSP_OK;
    struct rsp_scenario *made = calloc(1, sizeof *made);
    const struct reader r = {made, err};
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for the scenario");
    RSP_TRY_DONE(rsp_yaml_parse(text, length, source, &made->tree, err));
    RSP_TRY_DONE(read_scenario(&r, rsp_yaml_root(made->tree)));
    *scenario = made;
    made = NULL;
done:
    rsp_scenario_free(made);
    return status;
}

void rsp_scenario_free(struct rsp_scenario *scenario)
{
    if (scenario == NULL)
        return;
    rsp_yaml_free(scenario->tree);
    free(scenario);
}

/* ---- values ---- */

/* What the points say at a time, and the area under them up to it, in units times ms. */
static double follow(const struct rsp_scenario_sign *sign, int64_t at_ms, double *area)
{
    const struct rsp_scenario_point *point = sign->point;
    double number = point[0].number;
    *area = number * (double)(at_ms < point[0].at_ms ? at_ms : point[0].at_ms);
    for (size_t i = 0; i < sign->n_point && point[i].at_ms < at_ms; i++) {
        const bool last = i + 1 == sign->n_point;
        const int64_t end_ms = last || point[i + 1].at_ms > at_ms ? at_ms : point[i + 1].at_ms;
        const double span = (double)(end_ms - point[i].at_ms);
        number = point[i].number;
        if (!last && !sign->steps)
            number += (point[i + 1].number - point[i].number) * span /
                      (double)(point[i + 1].at_ms - point[i].at_ms);
        *area += span * (point[i].number + number) / 2;
    }
    for (size_t i = 0; i < sign->n_point; i++)
        if (point[i].at_ms == at_ms)
            number = point[i].number;
    return number;
}

double rsp_scenario_value(const struct rsp_scenario_device *device, size_t sign, int64_t at_ms)
{
    double area = 0;
    const struct rsp_scenario_sign *s = &device->sign[sign];
    if (s->of < 0 && s->n_point == 0)
        return 0;
    if (s->of < 0)
        return follow(s, at_ms, &area);
    (void)follow(&device->sign[s->of], at_ms, &area);
    return area / MS_PER_H;
}

bool rsp_scenario_follows(const struct rsp_scenario_device *device)
{
    for (size_t i = 0; i < device->n_sign; i++)
        if (device->sign[i].follow >= 0)
            return true;
    return false;
}
