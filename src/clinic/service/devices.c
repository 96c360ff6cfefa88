#include "service/devices.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "exchange/observed.h"
#include "service/json_build.h"
#include "service/patients.h"
#include "service/system_call.h"
#include "session/vital.h"

enum { S_AN_HOUR_MIN = 60, MS_A_S = 1000, US_A_S = 1000000, S_A_DAY = 86400 };

struct rsp_devices {
    int64_t head;
    double heard_s;
    size_t n;
    struct rsp_device device[RSP_DEVICES_MOST];
};

struct rsp_devices *rsp_devices_new(void)
{
    struct rsp_devices *devices = calloc(1, sizeof *devices);
    if (devices != NULL)
        devices->heard_s = NAN;
    return devices;
}

void rsp_devices_free(struct rsp_devices *devices)
{
    free(devices);
}

double rsp_devices_heard_s(const struct rsp_devices *devices)
{
    return devices->heard_s;
}

/* ---- who is bound ---- */

/* A new one when it is not known; the one that nobody bound and that was silent for longest gives way. */
static struct rsp_device *device_named(struct rsp_devices *devices, const char *name)
{
    struct rsp_device *oldest = NULL;
    for (size_t i = 0; i < devices->n; i++) {
        struct rsp_device *device = &devices->device[i];
        if (strcmp(device->name, name) == 0)
            return device;
        if (device->order == 0 && (oldest == NULL || device->heard_s < oldest->heard_s))
            oldest = device;
    }
    struct rsp_device *made = devices->n < RSP_DEVICES_MOST ? &devices->device[devices->n++] : oldest;
    if (made == NULL)
        return NULL;
    *made = (struct rsp_device){.bound_s = NAN, .heard_s = NAN, .ahead_s = NAN};
    (void)snprintf(made->name, sizeof made->name, "%s", name);
    return made;
}

static rsp_status see_binding(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_device *device = device_named(context, rsp_key_text(fact->body, "device"));
    if (device == NULL)
        return rsp_error_set(err, RSP_E_LIMIT, "device", "more than %d devices are bound", RSP_DEVICES_MOST);
    const bool bound = json_is_true(json_object_get(fact->body, "bound"));
    device->order = bound ? json_integer_value(json_object_get(fact->body, "order")) : 0;
    device->person = fact->person;
    device->bound_s = bound ? (double)fact->at_us / US_A_S : NAN;
    device->why[0] = '\0'; /* what was held back before belongs to what was before */
    return RSP_OK;
}

rsp_status rsp_devices_read(struct rsp_call *call, size_t *n, const struct rsp_device **device)
{
    struct rsp_devices *devices = call->service->devices;
    const struct rsp_fact_filter filter = {
        .kind = "device_binding", .without_identity = true, .after = devices->head};
    unsigned char hash[RSP_HASH_BYTES];
    int64_t head = 0;
    RSP_TRY(rsp_store_head(call->service->store, &head, hash, call->err));
    if (head > devices->head)
        RSP_TRY(rsp_store_read(call->service->store, &filter, see_binding, devices, call->err));
    devices->head = head;
    *n = devices->n;
    *device = devices->device;
    return RSP_OK;
}

/* ---- a message ---- */

static const char *sign_key(enum rsp_observed_sign sign)
{
    static const char *const vital[RSP_OBSERVED_N_SIGN] = {[RSP_OBSERVED_HEART_RATE] = "hr_per_min",
        [RSP_OBSERVED_PULSE_RATE] = "pulse_per_min",
        [RSP_OBSERVED_SYSTOLIC] = "sbp_mmhg",
        [RSP_OBSERVED_DIASTOLIC] = "dbp_mmhg",
        [RSP_OBSERVED_MEAN_PRESSURE] = "mbp_mmhg",
        [RSP_OBSERVED_SPO2] = "spo2_pct",
        [RSP_OBSERVED_BREATHING_RATE] = "rr_per_min",
        [RSP_OBSERVED_ETCO2] = "etco2_mmhg",
        [RSP_OBSERVED_PUMP_RATE_NOW] = "pump_ml_per_h",
        [RSP_OBSERVED_PUMP_VOLUME] = "pump_volume_ml"};
    return vital[sign] != NULL ? vital[sign] : rsp_observed_sign_name(sign);
}

static bool same_moment(double a_s, double b_s)
{
    return a_s == b_s || (isnan(a_s) && isnan(b_s));
}

struct delivery {
    struct rsp_call *call;
    const struct rsp_observed_list *list;
    struct rsp_zone *zone;
    int64_t message; /* its fact */
};

/* A device that says no zone keeps the clinic's wall clock; of the hour that the clocks show twice it means the nearer
 * one. NaN: not given, or a time that the clocks skipped. */
static double moment_s(const struct delivery *d, const struct rsp_hl7_time *at)
{
    const double now_s = (double)d->call->now_s;
    int64_t at_s[2];
    if (!at->given)
        return NAN;
    const double wall_s = (double)at->wall_ms / MS_A_S;
    if (at->has_zone)
        return wall_s - (double)at->offset_min * S_AN_HOUR_MIN;
    const int64_t whole_s = (int64_t)floor(wall_s);
    const int n = rsp_zone_instants(d->zone, whole_s, at_s);
    if (n <= 0)
        return NAN;
    const bool later = n > 1 && fabs((double)at_s[1] - now_s) < fabs((double)at_s[0] - now_s);
    return (double)at_s[later ? 1 : 0] + (wall_s - (double)whole_s);
}

/* One row's own device; many monitors say it once, in the group above, or only as the sender. */
static const char *device_of(const struct rsp_observed_list *list, const struct rsp_observed *row)
{
    return row->device[0] != '\0' ? row->device : list->sender;
}

static json_t *odd_row(const struct rsp_observed *row)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", row->code, "name", row->name, "written",
        row->written, "unit", row->unit, "sentence", row->sentence);
}

/* Rows from `first` on that are of its device and moment: values by sign, and what is odd. Marks them as taken. */
static void collect(
    const struct delivery *d, size_t first, bool taken[], json_t *values, json_t *odd, struct rsp_build *b)
{
    const struct rsp_observed *of = &d->list->row[first];
    for (size_t i = first; i < d->list->n; i++) {
        const struct rsp_observed *row = &d->list->row[i];
        if (taken[i] || strcmp(device_of(d->list, row), device_of(d->list, of)) != 0 ||
            !same_moment(moment_s(d, &row->at), moment_s(d, &of->at)))
            continue;
        taken[i] = true;
        if (row->kind == RSP_OBSERVED_VALUE && json_object_get(values, sign_key(row->sign)) == NULL)
            rsp_build_set(b, values, sign_key(row->sign), json_real(row->value));
        else if (row->kind != RSP_OBSERVED_NONE)
            rsp_build_append(b, odd, odd_row(row)); /* also a second value of one sign: neither is lost */
    }
}

/* A monitor may name the patient: a name that is another one's is worse than none. */
static rsp_status other_patient(
    const struct delivery *d, const struct rsp_device *device, const char *patient, bool *other)
{
    struct rsp_stored_patient stored = {0};
    *other = false;
    if (patient[0] == '\0')
        return RSP_OK;
    const rsp_status status = rsp_stored_patient_read(d->call, &device->person, &stored);
    if (status == RSP_OK) {
        const char *number = rsp_key_text(stored.identity, "record_number");
        *other = number[0] != '\0' && strcmp(number, patient) != 0;
    }
    rsp_stored_patient_clear(&stored);
    return status;
}

static rsp_status append_text(struct rsp_call *call, const char *kind, const struct rsp_person_id *person,
    json_t *body, const char *key, json_t *tree)
{
    char *text = body != NULL ? json_dumps(tree, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    const bool made = text != NULL && json_object_set_new(body, key, json_string(text)) == 0;
    free(text);
    if (!made) {
        json_decref(body);
        return rsp_call_no_memory(call);
    }
    return rsp_call_append(call, kind, person, body, NULL);
}

static rsp_status quarantine(
    const struct delivery *d, struct rsp_device *device, const char *why, json_t *rows)
{
    device->quarantined++;
    (void)snprintf(device->why, sizeof device->why, "%s", why);
    return append_text(d->call, "device_quarantine", NULL,
        json_pack("{s:I, s:s, s:s}", "message", (json_int_t)d->message, "device", device->name, "why", why),
        "rows", rows);
}

static rsp_status keep_reading(
    const struct delivery *d, const struct rsp_device *device, double at_s, json_t *values, json_t *odd)
{
    json_t *body = json_pack("{s:I, s:s, s:s, s:I}", "order", (json_int_t)device->order, "source", "device",
        "device", device->name, "message", (json_int_t)d->message);
    if (body != NULL && !isnan(at_s))
        (void)json_object_set_new(body, "at_s", json_real(at_s));
    if (body != NULL && json_array_size(odd) > 0) {
        char *text = json_dumps(odd, JSON_COMPACT);
        (void)json_object_set_new(body, "odd", json_string(text));
        free(text);
    }
    return append_text(d->call, "reading", &device->person, body, "values", values);
}

/* Whoever looks at the devices is told what none of a device's values shows. */
static void note_doubts(const struct delivery *d, struct rsp_device *device, double at_s, const json_t *odd)
{
    const json_t *last = json_array_get(odd, json_array_size(odd) - 1);
    const char *sentence = rsp_key_text(last, "sentence");
    device->ahead_s = at_s - (double)d->call->now_s;
    if (last == NULL)
        return;
    device->n_odd += (int64_t)json_array_size(odd);
    if (sentence[0] != '\0')
        (void)snprintf(device->odd, sizeof device->odd, "%s", sentence);
    else if (rsp_key_text(last, "code")[0] != '\0')
        (void)snprintf(device->odd, sizeof device->odd, "nobody knows the code %.40s %.60s",
            rsp_key_text(last, "code"), rsp_key_text(last, "name"));
}

static rsp_status keep_group(const struct delivery *d, size_t first, bool taken[])
{
    struct rsp_build b = {0};
    const struct rsp_observed *of = &d->list->row[first];
    struct rsp_device *device = device_named(d->call->service->devices, device_of(d->list, of));
    json_t *values = json_object(), *odd = json_array();
    bool other = false;
    collect(d, first, taken, values, odd, &b);
    rsp_status status = b.failed ? rsp_call_no_memory(d->call) : RSP_OK;
    if (device == NULL)
        status = rsp_error_set(
            d->call->err, RSP_E_LIMIT, "device", "more than %d devices are bound", RSP_DEVICES_MOST);
    if (status == RSP_OK && json_object_size(values) + json_array_size(odd) > 0) {
        device->heard_s = d->call->service->devices->heard_s = (double)d->call->now_s;
        note_doubts(d, device, moment_s(d, &of->at), odd);
        if (device->order != 0)
            status = other_patient(d, device, of->patient, &other);
        json_t *all = json_pack("{s:O, s:O}", "values", values, "odd", odd);
        if (status == RSP_OK && device->order == 0)
            status = quarantine(d, device, "this device is bound to no session", all);
        else if (status == RSP_OK && other)
            status = quarantine(d, device, "the message names another patient than the session's", all);
        else if (status == RSP_OK) {
            status = keep_reading(d, device, moment_s(d, &of->at), values, odd);
            device->why[0] = '\0';
        }
        json_decref(all);
    }
    json_decref(values);
    json_decref(odd);
    return status;
}

static rsp_status keep_rows(struct delivery *d)
{
    bool *taken = calloc(d->list->n + 1, sizeof *taken);
    rsp_status status = taken != NULL ? RSP_OK : rsp_call_no_memory(d->call);
    for (size_t i = 0; i < d->list->n && status == RSP_OK; i++)
        if (!taken[i])
            status = keep_group(d, i, taken);
    free(taken);
    return status;
}

static rsp_status keep_message(struct delivery *d, const char *digest)
{
    char key[2 * RSP_HASH_BYTES + 8], name[512];
    unsigned char hash[RSP_HASH_BYTES];
    struct rsp_call *call = d->call;
    struct rsp_fact_place place = {0};
    /* Some devices count anew after each start: other bytes under a used id are another message. */
    const int n = snprintf(name, sizeof name, "%s|%s|%s", digest, d->list->sender, d->list->control_id);
    rsp_store_digest(
        call->service->store, name, n > 0 && (size_t)n < sizeof name ? (size_t)n : sizeof name - 1, hash);
    (void)snprintf(key, sizeof key, "hl7-");
    for (size_t i = 0; i < sizeof hash; i++)
        (void)snprintf(key + 4 + 2 * i, 3, "%02x", hash[i]);
    json_t *body = json_pack(
        "{s:s, s:s, s:s}", "sender", d->list->sender, "control_id", d->list->control_id, "digest", digest);
    if (body == NULL)
        return rsp_call_no_memory(call);
    const struct rsp_fact_new fact = {.kind = "device_message",
        .who = call->account.name,
        .origin = call->caller->origin,
        .idempotency = key,
        .when = call->caller->now,
        .body = body};
    const rsp_status status = rsp_store_append(call->service->store, &fact, &place, call->err);
    json_decref(body);
    RSP_TRY(status);
    d->message = place.number;
    return place.already ? RSP_OK : keep_rows(d);
}

rsp_status rsp_service_device_message(struct rsp_service *service, const struct rsp_stamp *now,
    const struct rsp_observed_list *list, const char *digest, struct rsp_error *err)
{
    struct rsp_system_call system;
    const struct rsp_device *device;
    size_t n;
    RSP_TRY(rsp_system_begin(service, now, "hl7", &system, err));
    struct delivery d = {.call = &system.call, .list = list};
    rsp_status status = rsp_devices_read(&system.call, &n, &device);
    if (status == RSP_OK)
        status = rsp_zone_load(now->zone, &d.zone, err);
    if (status == RSP_OK)
        status = keep_message(&d, digest);
    rsp_zone_free(d.zone);
    return rsp_system_end(&system, status);
}

rsp_status rsp_service_device_trouble(struct rsp_service *service, const struct rsp_stamp *now,
    const char *peer, const char *sentence, struct rsp_error *err)
{
    struct rsp_system_call system;
    RSP_TRY(rsp_system_begin(service, now, "hl7", &system, err));
    const rsp_status status = rsp_call_append(&system.call, "device_trouble", NULL,
        json_pack("{s:s, s:s}", "peer", peer, "sentence", sentence), NULL);
    return rsp_system_end(&system, status);
}
