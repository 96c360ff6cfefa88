/* Which device of a session still speaks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "service/json_build.h"
#include "service/vigil.h"

/* A new one when it is not known; of those that are not bound the one that was silent for longest gives way. NULL: every place is
 * taken by a device that is bound, which binding prevents. */
static struct rsp_vigil_device *device_named(struct rsp_vigil *vigil, const char *name)
{
    struct rsp_vigil_device *oldest = NULL;
    for (size_t i = 0; i < vigil->n_device; i++) {
        struct rsp_vigil_device *device = &vigil->device[i];
        if (strcmp(device->name, name) == 0)
            return device;
        const bool longer = oldest != NULL && (isnan(device->heard_s) || device->heard_s < oldest->heard_s);
        if (!device->bound && (oldest == NULL || longer))
            oldest = device;
    }
    struct rsp_vigil_device *made =
        vigil->n_device < RSP_VIGIL_DEVICES_MOST ? &vigil->device[vigil->n_device++] : oldest;
    if (made == NULL)
        return NULL;
    *made = (struct rsp_vigil_device){.bound_s = NAN, .heard_s = NAN};
    (void)snprintf(made->name, sizeof made->name, "%s", name);
    return made;
}

void rsp_vigil_take_binding(struct rsp_vigil *vigil, const struct rsp_fact *fact)
{
    const double us_a_s = 1e6;
    struct rsp_vigil_device *device = device_named(vigil, rsp_key_text(fact->body, "device"));
    vigil->was_bound = true;
    if (device == NULL)
        return;
    device->bound = json_is_true(json_object_get(fact->body, "bound"));
    if (device->bound)
        device->bound_s = (double)fact->at_us / us_a_s;
}

void rsp_vigil_hear(struct rsp_vigil *vigil, const char *name, const bool gives[], double at_s)
{
    vigil->heard_s = at_s;
    struct rsp_vigil_device *device = name[0] != '\0' ? device_named(vigil, name) : NULL;
    if (device == NULL)
        return;
    device->heard_s = at_s;
    for (int v = 0; v < RSP_N_VITAL; v++)
        device->gives[v] = device->gives[v] || gives[v];
}

size_t rsp_vigil_n_bound(const struct rsp_vigil *vigil)
{
    size_t n = 0;
    for (size_t i = 0; i < vigil->n_device; i++)
        n += vigil->device[i].bound ? 1 : 0;
    return n;
}

/* The pulse that a cuff says with its pressure comes as seldom as that. */
static bool is_of_cuff(const struct rsp_vigil_device *device, int vital)
{
    return vital == RSP_VITAL_PULSE && device->gives[RSP_VITAL_SBP] && !device->gives[RSP_VITAL_HR] &&
           !device->gives[RSP_VITAL_SPO2];
}

/* A cuff speaks every few minutes and a monitor every second: a device may be silent until the first of what it gives is no
 * longer current, and never less than silent_s. */
static double patience_s(const struct rsp_vital_rules *rules, const struct rsp_vigil_device *device)
{
    double stale_s = INFINITY;
    for (int v = 0; v < RSP_N_VITAL; v++)
        if (device->gives[v] && !is_of_cuff(device, v))
            stale_s = fmin(stale_s, rules->rule[v]->stale_s);
    return isinf(stale_s) ? rules->silent_s : fmax(stale_s, rules->silent_s);
}

static bool is_silent(
    const struct rsp_vital_rules *rules, const struct rsp_vigil_device *device, double now_s)
{
    return device->bound && now_s - fmax(device->heard_s, device->bound_s) > patience_s(rules, device);
}

/* When the last device was taken off while the session goes on nothing protects it; when one is silent and none of the clinic
 * speaks it is the feed. */
void rsp_vigil_judge_devices(const struct rsp_vigil *vigil, double any_heard_s, struct rsp_alarm_input *input)
{
    const struct rsp_vital_rules *rules = &vigil->config.vitals;
    const size_t n_bound = rsp_vigil_n_bound(vigil);
    size_t n_silent = 0;
    double bound_s = NAN;
    for (size_t i = 0; i < vigil->n_device; i++) {
        n_silent += is_silent(rules, &vigil->device[i], input->now_s) ? 1 : 0;
        if (vigil->device[i].bound)
            bound_s = fmax(bound_s, vigil->device[i].bound_s);
    }
    const bool feed = n_silent > 0 && !(input->now_s - fmax(any_heard_s, bound_s) <= rules->silent_s);
    input->cause[RSP_CAUSE_FEED_STOPPED] = feed;
    input->cause[RSP_CAUSE_DEVICE_LOST] = (n_silent > 0 && !feed) || (vigil->was_bound && n_bound == 0);
}

json_t *rsp_vigil_silent_devices(const struct rsp_vigil *vigil, double now_s)
{
    struct rsp_build b = {0};
    json_t *names = json_array();
    for (size_t i = 0; i < vigil->n_device; i++)
        if (is_silent(&vigil->config.vitals, &vigil->device[i], now_s))
            rsp_build_append(&b, names, rsp_build_text(vigil->device[i].name));
    if (!b.failed)
        return names;
    json_decref(names);
    return NULL;
}
